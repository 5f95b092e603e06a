"""One figure with its history: statements, sources, inputs, checks, findings and claims."""

import json
import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa

from pipelines.errors import ArchiveDamaged, UsageError
from pipelines.extract.archive import Archive
from pipelines.harmless import json_text
from pipelines.query.cells import cell_at
from pipelines.query.cookbook import ticker_of
from pipelines.query.text_tables import rendered
from pipelines.settings import Settings

# Column names of the marts, and names that people use.
_ALSO = {
    "proceeds_usd": "bitcoin_sale_proceeds",
    "proceeds": "bitcoin_sale_proceeds",
    "average_price_usd": "average_sale_price",
    "revenue": "total_revenue",
    "revenue_usd": "total_revenue",
    "holdings": "bitcoin_held",
    "produced": "bitcoin_produced",
    "sold": "bitcoin_sold",
}


@dataclass(frozen=True, slots=True)
class Period:
    """A requested period: possible last days and kinds; `fiscal` refers to the company's year."""

    text: str
    ends: tuple[date, ...] = ()
    kinds: tuple[str, ...] = ()
    fiscal: tuple[int, int | None] | None = None


@dataclass(slots=True)
class Figure:
    """A figure and its history. Rows are mappings, ready for JSON."""

    ticker: str
    metric: str
    segment: str | None
    scope: str
    unit: str
    period_kind: str
    period_start: date | None
    period_end: date
    value: Any
    statements: list[dict[str, Any]] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)


def read_period(text: str) -> Period:
    """Parse a period such as `2026Q1`, `FY2026Q1`, `2026-03`, `2026H1` or `2026-9M`.

    Without FY, it is a calendar period. Raises UsageError for anything else.
    """
    plain = re.sub(r"[\s_]+", "", text.upper())
    if found := re.fullmatch(r"FY(\d{4})-?(?:Q([1-4]))?", plain):
        return Period(text, fiscal=(int(found[1]), int(found[2]) if found[2] else None))
    if found := re.fullmatch(r"(?:(\d{4})-?Q([1-4])|Q([1-4])-?(\d{4}))", plain):
        year, quarter = int(found[1] or found[4]), int(found[2] or found[3])
        return Period(text, (_month_end(year, quarter * 3),), ("quarter", "instant"))
    if found := re.fullmatch(r"(\d{4})-?(H1|9M)", plain):
        month, kind = (6, "half") if found[2] == "H1" else (9, "nine_months")
        return Period(text, (_month_end(int(found[1]), month),), (kind,))
    if found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", plain):
        return Period(text, (_month_end(int(found[1]), int(found[2])),), ("month", "instant"))
    if found := re.fullmatch(r"\d{4}", plain):
        return Period(text, (_month_end(int(plain), 12),), ("year", "instant"))
    try:
        return Period(text, (date.fromisoformat(plain),))
    except ValueError as error:
        raise UsageError(
            f"{text!r} is not a valid period. Write it as 2026Q1, FY2026Q1, 2026-03, 2026-03-31, "
            "2026, FY2026, 2026H1 or 2026-9M."
        ) from error


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def explain(engine: sa.Engine, settings: Settings, ticker: str, metric: str, period: str) -> list[Figure]:
    """The figures of a ticker, metric and period, one for each scope and period kind.

    Raises UsageError with similar values if ticker, metric or period are not in the warehouse.
    """
    company = ticker_of(engine, ticker)
    name, segment = _metric_of(engine, company, metric)
    wanted = read_period(period)
    with engine.connect() as connection:
        rows = (
            connection.execute(
                sa.text(
                    "select h.*, d.sha256 from marts.disclosure_history h join marts.sources "
                    "d using (document_key) where h.ticker = :ticker and h.metric = :metric and "
                    "h.segment is not distinct from :segment order by h.period_end, h.period_start, "
                    "h.scope, h.statement"
                ).bindparams(sa.bindparam("segment", type_=sa.Text())),
                {"ticker": company, "metric": name, "segment": segment},
            )
            .mappings()
            .all()
        )
        mine = [row for row in rows if _is_meant(row, wanted)]
        if not mine:
            raise UsageError(_no_such_period(company, metric, wanted, rows))
        figures: dict[tuple[Any, ...], Figure] = {}
        archive = Archive(settings.archive)
        for row in mine:
            key = (row["scope"], row["period_start"], row["period_end"])
            if key not in figures:
                figures[key] = Figure(
                    company, name, segment, row["scope"], row["unit"], row["period_kind"], *key[1:], None
                )
            _add(archive, figures[key], row)
        for figure in figures.values():
            _surroundings(connection, settings, figure)
    return list(figures.values())


def _metric_of(engine: sa.Engine, company: str, metric: str) -> tuple[str, str | None]:
    wanted = metric.strip().lower()
    wanted = _ALSO.get(wanted, wanted)
    with engine.connect() as connection:
        segments = list(connection.execute(sa.text("select segment from marts.segments")).scalars())
        metrics = list(
            connection.execute(
                sa.text(
                    "select metric from marts.metrics union values ('bitcoin_sold'), "
                    "('bitcoin_sale_proceeds'), ('average_sale_price')"
                )
            ).scalars()
        )
    if wanted in segments:
        return "segment_revenue", wanted
    if wanted in metrics:
        return wanted, None
    near = get_close_matches(wanted, [*segments, *metrics, *_ALSO], 4, 0.4)
    if not near:
        near = _stated_metrics(engine, company)
    raise UsageError(f"There is no metric or segment {metric!r}. Near it: {', '.join(near)}.")


def _stated_metrics(engine: sa.Engine, company: str) -> list[str]:
    query = sa.text(
        "select distinct coalesce(segment, metric) from marts.disclosure_history where ticker = "
        ":ticker order by 1"
    )
    with engine.connect() as connection:
        return list(connection.execute(query, {"ticker": company}).scalars())


def _is_meant(row: Any, wanted: Period) -> bool:
    if wanted.fiscal is not None:
        year, quarter = wanted.fiscal
        if quarter is None:
            return bool(row["fiscal_year"] == year and row["period_kind"] == "year")
        return bool(
            (row["fiscal_year"], row["fiscal_quarter"]) == (year, quarter) and row["period_kind"] == "quarter"
        )
    return row["period_end"] in wanted.ends and (not wanted.kinds or row["period_kind"] in wanted.kinds)


def _no_such_period(company: str, metric: str, wanted: Period, rows: Sequence[Any]) -> str:
    if not rows:
        return (
            f'{company} discloses no {metric}; `miners sql "select distinct metric, segment from '
            f"marts.disclosure_history where ticker = '{company}'\"` lists what it has."
        )
    aim = wanted.ends[0] if wanted.ends else date(wanted.fiscal[0] if wanted.fiscal else 2026, 1, 1)
    spans = {
        (row["period_kind"], row["period_start"], row["period_end"], row["calendar_quarter"]) for row in rows
    }
    near = sorted(spans, key=lambda s: (abs((s[2] - aim).days), s[0] not in wanted.kinds, str(s[1])))[:4]
    return (
        f"{company} discloses no {metric} for {wanted.text}. Nearest: "
        f"{', '.join(_name_of(*span) for span in near)}."
    )


def _name_of(kind: str, start: date | None, end: date, quarter: str | None) -> str:
    """A period in the notation of the command line."""
    if kind == "quarter" and quarter:
        return quarter
    if kind == "month":
        return f"{end:%Y-%m}"
    return f"{end} ({kind})" if kind != "instant" else f"{end}"


def _add(archive: Archive, figure: Figure, row: Any) -> None:
    cell = None
    if row["sha256"] is not None and row["locator"] is not None:
        try:
            cell = cell_at(archive.get(row["sha256"]), row["locator"])
        except ArchiveDamaged:
            cell = None
    if row["is_current"] or figure.value is None:
        figure.value = row["value"]
        figure.inputs = list(row["inputs"] or [])
    figure.statements.append(
        {
            "said_on": row["disclosed_at"],
            "value": row["value"],
            "form": row["form"],
            "kind": row["document_kind"],
            "accession": row["accession"],
            "derivation": row["derivation"],
            "label": row["reported_label"],
            "cell": cell,
            "locator": row["locator"],
            "link": row["link"],
            "restates": row["restates"],
            "restated_by": row["restated_by"],
            "shown_in_marts": row["is_current"],
            "rules": list(row["rules"] or []),
        }
    )


def _surroundings(connection: sa.Connection, settings: Settings, figure: Figure) -> None:
    """Add checks, findings and claims of news to a figure."""
    span = {"ticker": figure.ticker, "start": figure.period_start, "end": figure.period_end}
    figure.findings = [
        dict(row)
        for row in connection.execute(
            sa.text(
                'select "check", period_end, expected, found, difference, detail, documents '
                "from marts.open_findings "
                "where ticker = :ticker and period_end = :end and (period_start is null "
                "or period_start = cast(:start as date) or cast(:start as date) is null) order by 1"
            ),
            span,
        ).mappings()
    ]
    figure.claims = [
        dict(row)
        for row in connection.execute(
            sa.text(
                "select published_at, publisher, value, unit, status, filing_value, note, url, "
                "reported_label as sentence from marts.news_claims where ticker = :ticker and "
                "period_end = :end and period_start is not distinct from cast(:start as date) and "
                "metric = :metric and segment is not distinct from cast(:segment as text) order by "
                "published_at, claim_key"
            ),
            {**span, "metric": figure.metric, "segment": figure.segment},
        ).mappings()
    ]
    dataset = {"segment_revenue": "segment_revenue", "total_revenue": "segment_revenue"}.get(
        figure.metric, "operating_metrics"
    )
    if figure.metric in ("bitcoin_sold", "bitcoin_sale_proceeds", "average_sale_price"):
        dataset = "bitcoin_sales"
    figure.checks = [*_passed(settings, dataset, figure.ticker), *_second_side(connection, figure)]


def _second_side(connection: sa.Connection, figure: Figure) -> list[str]:
    """Agreement of the figure with EDGAR's company facts, where they have it."""
    rows = connection.execute(
        sa.text(
            "select distinct agrees, concept, theirs from marts.verification where ticker = :ticker and "
            "metric = :metric and period_end = :end and period_start is not distinct from "
            "cast(:start as date) order by 1 desc, 2, 3"
        ),
        {
            "ticker": figure.ticker,
            "metric": figure.metric,
            "start": figure.period_start,
            "end": figure.period_end,
        },
    )
    return [
        f"agrees with company facts ({row.concept})"
        if row.agrees
        else f"differs from company facts ({row.concept}: {row.theirs:,f})"
        for row in rows
    ]


def _passed(settings: Settings, dataset: str, ticker: str) -> list[str]:
    """Expectations that the company's loaded rows passed in the last kept result."""
    kept = sorted(
        (settings.validation_dir).glob(f"*/{dataset}-{ticker}.json"), key=lambda p: p.stat().st_mtime
    )
    if not kept:
        return []
    try:
        suites = json.loads(kept[-1].read_text("utf-8"))["suites"]
        return sorted({e["check"] for suite in suites for e in suite["expectations"]})
    except (ValueError, KeyError, TypeError):
        return []


def as_json(figures: Sequence[Figure]) -> str:
    """Figures as JSON; numbers that are not integers are exact text."""
    return json_text([asdict(figure) for figure in figures], indent=1, default=_plain)


def _plain(value: Any) -> Any:
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return int(text) if text.lstrip("-").isdigit() else text


def as_text(figures: Sequence[Figure]) -> str:
    """Figures as text for a terminal."""
    return "\n\n".join("\n".join(_lines(figure)) for figure in figures)


def _lines(figure: Figure) -> list[str]:
    span = f"{figure.period_start} to {figure.period_end}" if figure.period_start else f"{figure.period_end}"
    what = figure.segment or figure.metric
    value = f"{figure.value:,f}" if figure.value is not None else ""
    out = [
        (
            f"{figure.ticker} {what}{'' if figure.scope == 'company' else f' ({figure.scope})'}, "
            f"{figure.period_kind} {span}: {value} {figure.unit}"
        ),
        "",
    ]
    said = sum(s["derivation"] not in ("derived", "computed") for s in figure.statements)
    out.append(
        f"stated by {said} document{'' if said == 1 else 's'}"
        + (", restated" if any(s["restates"] for s in figure.statements) else "")
    )
    for statement in figure.statements:
        mark = "▸" if statement["shown_in_marts"] else " "
        out.append(
            f" {mark} {statement['said_on']:%Y-%m-%d}  {statement['value']:,f}  {statement['form']} "
            f"{statement['accession']} ({statement['kind']}), {statement['derivation']}"
        )
        cell = f", cell {statement['cell']!r}" if statement["cell"] else ""
        place = f"; {statement['locator']}" if statement["locator"] else ""
        out.append(f"     label {statement['label']!r}{cell}{place}")
        if statement["link"]:
            out.append(f"     {statement['link']}")
        if statement["restates"]:
            out.append(f"     restates {statement['restates']}")
    if figure.inputs:
        out += ["", "made of"]
        out += [line for part in figure.inputs for line in _input(part)]
    rules = sorted({rule for s in figure.statements for rule in s["rules"]})
    out += ["", "rules that took part: " + (", ".join(rules) or "none beyond reading it")]
    out.append("checks passed: " + (", ".join(figure.checks) or "no validation result is kept here"))
    out.append("does not tie out of this company and period: " + ("nothing" if not figure.findings else ""))
    out += [
        f"   {f['check']}: expected {_number(f['expected'])}, found {_number(f['found'])}: {f['detail']}"
        for f in figure.findings
    ]
    out += ["", "claimed by news" + ("" if figure.claims else ": nothing")]
    if figure.claims:
        columns = ["published_at", "publisher", "value", "status", "filing_value", "note"]
        out.append(rendered(columns, [[c[name] for name in columns] for c in figure.claims], "table"))
    return out


def _number(value: Any) -> str:
    return "nothing" if value is None else f"{value:,f}"


def _input(part: dict[str, Any]) -> list[str]:
    """An input with its document and place, and its link on a line of its own."""
    first = [str(part[k]) for k in ("label", "value") if part.get(k) is not None]
    own = ("label", "value", "form", "accession", "url", "link")
    rest = [f"{k} {v}" for k, v in part.items() if k not in own and v not in (None, "")]
    in_brackets = f" ({', '.join(rest)})" if rest else ""
    document = f"; {part['form']} {part['accession']}" if part.get("accession") else ""
    out = [f"   {' = '.join(first)}{in_brackets}{document}"]
    return [*out, f"     {part['link']}"] if part.get("link") else out
