"""Tools of `miners mcp`, by which an assistant reads the warehouse.

All queries run as the role `analyst`, read only and with a time limit. An answer is one JSON object of
limited length: rows with citations, notes, and the reason if it has no rows. Errors are MinersError.
"""

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from math import isfinite
from threading import Lock
from typing import Annotated, Any

import sqlalchemy as sa
from mcp.types import CallToolResult, TextContent
from pydantic import Field

from miners.api import connect
from pipelines.errors import UsageError
from pipelines.harmless import visible
from pipelines.query.ask import ask
from pipelines.query.changes import changes_since
from pipelines.query.citations import SOURCE_COLUMNS, citations, sample_documents
from pipelines.query.cookbook import ticker_of
from pipelines.query.explain import explain
from pipelines.query.rows import Selection, Value, checked, mart_named, select_rows, why_empty
from pipelines.query.text_tables import for_json
from pipelines.settings import load_settings
from pipelines.warehouse.columns import column_dictionary
from pipelines.warehouse.engine import analyst_engine
from pipelines.warehouse.marts import MARTS

MOST_ROWS = 1000
MOST_CLAIMS = 30
LONGEST_ANSWER = 60_000
"""Characters of an answer, about 20,000 tokens; clients have limits of their own."""

EMPTY = "The warehouse is empty. Fill it with `miners run`."
NOT_STATED = "null is a figure that no document states, never zero; marts.quarter_coverage has reasons."
SAMPLES = (
    "The warehouse holds samples: figures and articles retold by the project, no filings. Accession numbers "
    "that begin with 9999999999 are placeholders, whose links do not open."
)
# Shown in the citation of a row, not as columns of their own.
_LEFT_OUT = {*SOURCE_COLUMNS, "locator", "rules"} - {"source", "publisher"}
_COMPANIES = """
    select c.ticker, c.name, c.cik, c.fiscal_year_end, c.accounting, c.parent, c.ended_on,
        (select array_agg(distinct n.ticker_then || ' ' || n.name) from marts.company_names as n
            where n.ticker = c.ticker and (n.ticker_then, n.name) <> (c.ticker, c.name)) as former_names,
        count(s.document_key) as documents_read, min(s.filed_on) as first_filed, max(s.filed_on) as last_filed
    from marts.companies as c left join marts.sources as s on s.ticker = c.ticker and s.status = 'read'
    group by c.ticker, c.name, c.cik, c.fiscal_year_end, c.accounting, c.parent, c.ended_on order by c.ticker
"""

Ticker = Annotated[str, Field(description="A current or former ticker, such as CORZ.")]
Limit = Annotated[int, Field(ge=1, le=MOST_ROWS, description="The largest number of rows.")]
Columns = Annotated[list[str] | None, Field(description="Columns to return; all if left out.")]

_connecting = Lock()


def read_engine() -> sa.Engine:
    """The warehouse as the role `analyst`. Raises WarehouseUnreachable."""
    with _connecting:
        return analyst_engine(connect())


def plain(value: Any, name: str = "") -> Any:
    """A value for JSON, in which text from documents has no control characters."""
    if isinstance(value, dict):
        return {visible(str(key)): plain(part, str(key)) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part, name) for part in value]
    if isinstance(value, Decimal | float) and not isfinite(value):
        return str(value)
    value = for_json(name, value)
    return value if value is None or isinstance(value, bool | int | float) else visible(str(value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def answer(content: dict[str, Any], rows: str, *, total: int | str = 0, **more: Any) -> CallToolResult:
    """An answer with as many of its rows as fit.

    Args:
        rows: The key of the rows in `content`.
        total: How many rows there are, if more than the given ones.
        more: Further keys, left out if they are empty.

    Raises:
        UsageError: Not even one row fits.
    """
    shown = plain({**content, **{key: value for key, value in more.items() if value}})
    given, room = shown[rows], LONGEST_ANSWER - len(_json({**shown, rows: []})) - 200
    kept = []
    for row in given:
        room -= len(_json(row)) + 2
        if room < 0:
            break
        kept.append(row)
    if given and not kept:
        raise UsageError(
            f"The answer is longer than {LONGEST_ANSWER} characters. Request fewer columns or rows."
        )
    shown[rows] = kept
    if len(kept) < len(given) or isinstance(total, str) or len(given) < total:
        cut_off = (
            f"Only the first {len(kept)} of {total or len(given)} {rows} are shown. Narrow the filters, name "
            f"fewer columns, or raise limit (at most {MOST_ROWS})."
        )
        shown = {"cut_off": cut_off, **shown}
    return CallToolResult(content=[TextContent(type="text", text=_json(shown))], structured_content=shown)


def _notes(samples: frozenset[str], *notes: str) -> list[str]:
    return [*notes, *([SAMPLES] if samples else [])]


def list_companies() -> CallToolResult:
    """List companies: tickers, names, CIK, fiscal year, and the filings that were read.

    A company without documents is on the watchlist, but none of its filings is in the warehouse.
    """
    engine = read_engine()
    columns, rows = ask(engine, _COMPANIES)
    companies = [dict(zip(columns, row, strict=True)) for row in rows]
    empty = [] if rows else [EMPTY]
    return answer(
        {"companies": companies}, "companies", why_empty=empty, notes=_notes(sample_documents(engine))
    )


def list_metrics() -> CallToolResult:
    """List metrics and revenue segments with units and definitions, and the meaning of scopes."""
    engine = read_engine()
    content: dict[str, Any] = {"scope": column_dictionary()["scope"]["meaning"]}
    for name in ("segments", "metrics"):
        columns, rows, _ = select_rows(engine, Selection(mart_named(name)))
        content[name] = [dict(zip(columns, row, strict=True)) for row in rows]
    return answer(content, "metrics", why_empty=[] if content["metrics"] else [EMPTY])


def list_marts(
    mart: Annotated[str | None, Field(description="Describe the columns of this mart.")] = None,
) -> CallToolResult:
    """List the marts, which are the tables to read, or the columns of one with unit and meaning."""
    if mart is None:
        marts = [
            {"mart": m.name, "row": m.description, "as_of": bool(m.as_of), "columns": ", ".join(m.columns)}
            for m in MARTS
        ]
        return answer({"marts": marts}, "marts")
    one = mart_named(mart)
    columns = [
        {"column": name, "type": c.type, "unit": c.unit, "meaning": c.explanation}
        for name, c in one.columns.items()
    ]
    head = {"mart": one.name, "row": one.description, "grain": one.grain, "as_of": bool(one.as_of)}
    return answer({**head, "columns": columns}, "columns")


def read_mart(
    mart: Annotated[str, Field(description="Name of a mart, such as quarterly; list_marts has all.")],
    where: Annotated[
        dict[str, Value | list[Value]] | None,
        Field(description='Columns with a value or several: {"ticker": ["CORZ", "RIOT"], "segment": null}.'),
    ] = None,
    period_from: Annotated[date | None, Field(description="Periods that end on this day or later.")] = None,
    period_to: Annotated[date | None, Field(description="Periods that end on this day or earlier.")] = None,
    columns: Columns = None,
    as_of: Annotated[
        datetime | None, Field(description="The mart as known then, such as 2025-06-30.")
    ] = None,
    order: Annotated[list[str] | None, Field(description='Such as ["-period_end", "ticker"].')] = None,
    limit: Limit = 100,
) -> CallToolResult:
    """Read rows of a mart with citations: figures, deals, news claims, filings or prices.

    The latest periods come first. In a mart without period_end, the day of announcement or filing counts.
    """
    chosen = mart_named(mart)
    shown = list(columns or (name for name in chosen.columns if name not in _LEFT_OUT))
    sources = [name for name in SOURCE_COLUMNS if name in chosen.columns and name not in shown]
    engine = read_engine()
    wanted = Selection(
        chosen, where or {}, period_from, period_to, as_of, (*shown, *sources), order or (), limit
    )
    wanted = checked(engine, wanted)
    names, found, total = select_rows(engine, wanted)
    samples = sample_documents(engine)
    rows = []
    for values in found:
        row = dict(zip(names, values, strict=True))
        cited = citations(row, samples, columns)
        rows.append({**{name: row[name] for name in shown}, "citation": cited})
    units = {name: chosen.columns[name].unit for name in shown if chosen.columns[name].unit}
    return answer(
        {"mart": f"marts.{chosen.name}", "row": chosen.description, "rows": rows},
        "rows",
        total=total,
        as_of=as_of,
        units=units,
        why_empty=[] if rows else why_empty(engine, wanted),
        notes=_notes(samples, NOT_STATED),
    )


def open_findings(ticker: Ticker | None = None, limit: Limit = 100) -> CallToolResult:
    """Read open findings: discrepancies between documents, articles and market prices."""
    return read_mart("open_findings", None if ticker is None else {"ticker": ticker}, limit=limit)


def explain_figure(
    ticker: Ticker,
    metric: Annotated[str, Field(description="A metric or a segment, such as self_mining.")],
    period: Annotated[
        str, Field(description="2026Q1, FY2026Q1, 2026-03, 2026-03-31, 2026, FY2026 or 2026H1.")
    ],
) -> CallToolResult:
    """Explain one figure: every document that states it, inputs, checks, findings, news claims.

    One entry for each scope and kind of period. Of several statements, marts show the one with
    `shown_in_marts`.
    """
    engine = read_engine()
    figures = [asdict(figure) for figure in explain(engine, load_settings(), ticker, metric, period)]
    samples = sample_documents(engine)
    for figure in figures:
        shown = next((s for s in figure["statements"] if s["shown_in_marts"]), figure["statements"][0])
        if len(figure["claims"]) > MOST_CLAIMS:
            figure["claims_cut_off"] = f"{len(figure['claims'])} claims: read marts.news_claims for all."
            figure["claims"] = figure["claims"][:MOST_CLAIMS]
        figure["citation"] = citations({**shown, "inputs": figure["inputs"]}, samples)
    return answer({"figures": figures}, "figures", notes=_notes(samples))


def what_changed(
    since: Annotated[datetime, Field(description="Documents disclosed after this time, such as 2026-05-01.")],
    ticker: Ticker | None = None,
    limit: Limit = 100,
) -> CallToolResult:
    """List new and restated figures of documents disclosed since a time, and the documents.

    The time is that of disclosure, not of loading. Figures stated again with the same value are only counted.
    """
    engine = read_engine()
    moment = since if since.tzinfo else since.replace(tzinfo=UTC)
    company = None if ticker is None else ticker_of(engine, ticker)
    counts, figures, documents = changes_since(engine, moment, company, limit)
    samples = sample_documents(engine)
    cited = [
        [
            {**{n: v for n, v in row.items() if n not in SOURCE_COLUMNS}, "citation": citations(row, samples)}
            for row in rows
        ]
        for rows in (figures, documents)
    ]
    content = {"since": moment, "counts": counts, "documents": cited[1], "figures": cited[0]}
    empty = [] if figures else [f"No document disclosed a new or other figure after {moment.isoformat()}."]
    total = counts["new"] + counts["restated"]
    return answer(content, "figures", total=total, why_empty=empty, notes=_notes(samples))


def run_sql(
    sql: Annotated[str, Field(description="One `select` on the schema marts.")], limit: Limit = 100
) -> CallToolResult:
    """Run one SQL query on the marts (PostgreSQL), read only; select link and accession to cite."""
    engine = read_engine()
    columns, rows = ask(engine, sql, limit=limit + 1)
    shown = [[plain(value, name) for name, value in zip(columns, row, strict=True)] for row in rows[:limit]]
    sources = {"link", "url", "accession"} & {*columns}
    return answer(
        {"columns": columns, "rows": shown},
        "rows",
        total=f"more than {limit}" if len(rows) > limit else 0,
        why_empty=[] if rows else ["The query has no rows."],
        citation="" if sources or not rows else "none: the query selects no link, url or accession",
        notes=_notes(sample_documents(engine), NOT_STATED),
    )


TOOLS = (
    list_companies,
    list_metrics,
    list_marts,
    read_mart,
    explain_figure,
    what_changed,
    open_findings,
    run_sql,
)
