"""The report: static pages that work offline; each figure links to its filing."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.publish.files.arrow_tables import Published
from pipelines.publish.files.tables import write_rows
from pipelines.publish.report.charts import Chart
from pipelines.publish.report.company import (
    MOST_FIGURES,
    charts_of,
    every_figure,
    key_figures,
    lead_of,
    segment_table,
)
from pipelines.publish.report.compare import comparison
from pipelines.publish.report.drawing import colours_css, png_of
from pipelines.publish.report.overview import (
    MOST_QUARTERS,
    companies_of,
    coverage_map,
    finding_kinds,
    headlines,
    industry_charts,
    latest_disclosures,
    league_table,
    months_matrix,
    newest_findings,
    pivots,
)
from pipelines.publish.report.templating import STATIC, write_page
from pipelines.query.text_tables import shown
from pipelines.warehouse.lineage import mart_lineage

Row = dict[str, Any]
_JSON = {
    **dict.fromkeys(("quarterly", "monthly"), ("sources", "derivations")),
    **dict.fromkeys(("league_table", "monthly_ratios", "quarterly_ratios"), ("sources",)),
    "bitcoin_sales": ("sources", "inputs"),
    **dict.fromkeys(("segment_revenue", "total_revenue", "operating_metrics"), ("inputs",)),
}
_MOST_ROWS = 2000


def write_report(folder: Path, tables: Sequence[Published], provenance: Mapping[str, str]) -> Path:
    """Write `report/` and return its index page.

    Args:
        provenance: `published` and `source`: time and source of the publication.
    """
    place = folder / "report"
    marts = {t.name: _rows(t) for t in tables if t.schema == "marts"}
    dimension = next(_rows(t) for t in tables if t.full_name == "warehouse.dim_company")
    _write_assets(place / "assets")
    companies = companies_of(marts, dimension)
    common = {"publication": provenance, "up": ""}
    charts = industry_charts(marts) if companies else []
    for chart in charts:
        _write_data(place, chart)
    findings = newest_findings(marts["open_findings"], _MOST_ROWS)
    pages = {c.ticker for c in companies}
    write_page(
        place / "index.html",
        "overview.html.j2",
        **common,
        title="Overview",
        pages=pages,
        companies=companies,
        charts=charts,
        unread=_unread(marts["sources"]),
        lead=_lead(marts, companies),
        headlines=headlines(marts, len(companies)),
        league=league_table(marts),
        latest=latest_disclosures(marts),
        pivots=pivots(marts),
        findings=findings[:20],
        findings_count=len(marts["open_findings"]),
        finding_kinds=finding_kinds(marts["open_findings"]),
        map=coverage_map(marts, MOST_QUARTERS),
    )
    write_page(
        place / "months.html",
        "months.html.j2",
        **common,
        title="Months",
        pages=pages,
        matrix=months_matrix(marts),
    )
    write_page(
        place / "compare.html",
        "compare.html.j2",
        **common,
        title="Compare",
        companies=sorted(companies, key=lambda c: c.ticker),
        comparison=comparison(marts),
    )
    unknown = ("missing", "late", "explained")
    gaps = [row for status in unknown for row in marts["quarter_coverage"] if row["status"] == status]
    write_page(
        place / "coverage.html",
        "coverage.html.j2",
        **common,
        title="Coverage",
        pages=pages,
        map=coverage_map(marts),
        gaps=gaps[:_MOST_ROWS],
        file="data/coverage.csv",
    )
    for company in companies:
        _write_company(place, marts, company, provenance)
    by_name = {t.name: t for t in tables if t.schema == "marts"}
    write_rows(
        place / "data" / "coverage.csv",
        [c.name for c in by_name["quarter_coverage"].columns],
        [list(r.values()) for r in marts["quarter_coverage"]],
    )
    write_rows(
        place / "data" / "findings.csv",
        [c.name for c in by_name["open_findings"].columns],
        [list(r.values()) for r in marts["open_findings"]],
    )
    write_page(
        place / "findings.html",
        "findings.html.j2",
        **common,
        title="Findings",
        findings=findings,
        count=len(marts["open_findings"]),
        file="data/findings.csv",
    )
    documents = [d for d in marts["sources"] if d["status"] not in ("listed",)]
    documents.sort(key=lambda d: str(d["disclosed_at"] or ""), reverse=True)
    write_rows(
        place / "data" / "sources.csv",
        [c.name for c in by_name["sources"].columns],
        [list(r.values()) for r in documents],
    )
    write_page(
        place / "sources.html",
        "sources.html.j2",
        **common,
        title="Sources",
        rows=documents[:_MOST_ROWS],
        count=len(documents),
        file="data/sources.csv",
    )
    write_page(
        place / "dictionary.html",
        "dictionary.html.j2",
        **common,
        title="Dictionary",
        tables=_dictionary(tables),
    )
    return place / "index.html"


def _rows(table: Published) -> list[Row]:
    rows: list[Row] = table.data.to_pylist()
    for name in _JSON.get(table.name, ()) if table.schema == "marts" else ():
        for row in rows:
            row[name] = json.loads(row[name]) if row[name] else {}
    return rows


def _unread(documents: Sequence[Row]) -> str:
    """A sentence on what may be missing from the figures of some documents."""
    read = [d for d in documents if d["status"] == "read"]
    waiting, unclear = (sum(d[name] for d in read) for name in ("in_quarantine", "not_understood"))
    if waiting or unclear:
        return (
            f"They may be among {waiting:,} rows in quarantine and {unclear:,} quantities that were not "
            f"understood in the {len(read):,} documents read, or not be disclosed."
        )
    return f"The {len(read):,} documents read do not disclose them; others may."


def _lead(marts: dict[str, list[Row]], companies: Sequence[Any]) -> str:
    figures = sum(len(marts[name]) for name in ("segment_revenue", "operating_metrics", "bitcoin_sales"))
    documents = sum(1 for d in marts["sources"] if d["status"] == "read")
    last = max((c.last["disclosed_at"] for c in companies if c.last), default=None)
    newest = f", the last of them disclosed on {last:%Y-%m-%d}" if last else ""
    return (
        f"{figures:,} figures of {len(companies)} companies from {documents:,} documents{newest}. Each "
        "links to its filing."
    )


def _write_company(
    place: Path, marts: dict[str, list[Row]], company: Any, provenance: Mapping[str, str]
) -> None:
    ticker = company.ticker
    segments = segment_table(marts, ticker)
    charts = charts_of(marts, ticker, segments)
    for chart in [*charts["revenue"], *charts["bitcoin"], *charts["power"], charts["deals"]]:
        _write_data(place, chart)
    figures = every_figure(marts, ticker)
    file = f"data/{ticker}-figures.csv"
    columns = [
        "metric",
        "of",
        "start",
        "end",
        "value",
        "unit",
        "derivation",
        "is_restated",
        "disclosed_at",
        "form",
        "accession",
        "link",
        "reported_label",
    ]
    write_rows(place / file, columns, [[f[c] for c in columns] for f in figures])
    deals = sorted(
        (d for d in marts["deals"] if d["ticker"] == ticker), key=lambda d: d["announced_on"], reverse=True
    )
    claims = sorted(
        (c for c in marts["news_claims"] if c["ticker"] == ticker),
        key=lambda c: c["published_at"],
        reverse=True,
    )
    lead = lead_of(company.quarter, company.name)
    write_page(
        place / "companies" / f"{ticker}.html",
        "company.html.j2",
        publication=provenance,
        up="../",
        title=f"{company.name} ({ticker})",
        about=lead,
        image=_write_image(place, charts["revenue"][0]),
        company={"ticker": ticker, "name": company.name, "lead": lead},
        key_figures=key_figures(marts, ticker),
        segments=segments,
        charts=charts,
        unread=_unread([d for d in marts["sources"] if d["ticker"] == ticker]),
        deals=[{**d, "anchor": f"deal.{d['deal_key']}"} for d in deals],
        claims=claims[:_MOST_ROWS],
        figures=figures[:MOST_FIGURES],
        figures_left=max(0, len(figures) - MOST_FIGURES),
        figures_file=file,
    )


def _write_image(place: Path, chart: Chart) -> str:
    """Draw a chart as the picture of a link to the page; its address, or nothing."""
    if not chart.is_drawn:
        return ""
    path = place / "images" / f"{chart.name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(png_of(chart))
    return f"../images/{path.name}"


def _write_data(place: Path, chart: Chart) -> None:
    chart.file = f"data/{chart.name}.csv"
    if chart.rows:
        write_rows(place / chart.file, chart.columns, chart.rows)


def _write_assets(place: Path) -> None:
    """Write style and script."""
    place.mkdir(parents=True, exist_ok=True)
    for path in STATIC.iterdir():
        if path.suffix in (".css", ".js"):
            text = path.read_text("utf-8") + (colours_css() if path.suffix == ".css" else "")
            (place / path.name).write_text(text, "utf-8")


def _dictionary(tables: Sequence[Published]) -> list[Row]:
    lineage = mart_lineage()
    out = []
    for table in tables:
        first = table.data.slice(0, 1).to_pylist()
        example = first[0] if first else {}
        sources = lineage.get(table.name, {}) if table.schema == "marts" else {}
        columns = [
            {
                "name": c.name,
                "kind": c.kind,
                "unit": c.unit,
                "meaning": c.meaning,
                "example": shown(example.get(c.name))[:120],
                "sources": ", ".join(f"{t}.{name}" for t, name in sources.get(c.name, [])[:4]),
            }
            for c in table.columns
        ]
        out.append(
            {
                "schema": table.schema,
                "name": table.name,
                "meaning": table.meaning,
                "grain": table.grain,
                "columns": columns,
            }
        )
    return out
