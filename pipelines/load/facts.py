"""Facts: a document's rows replaced as a whole, then the company's quarters derived from what is there."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.load import bookkeeping, schema, staging
from pipelines.load.columns import key_of
from pipelines.load.dimensions import company_key_on, company_rows, load_periods
from pipelines.load.targets import TARGETS, Target
from pipelines.load.upsert import Changed, lock, upsert
from pipelines.normalize.figures import DERIVED, Finding
from pipelines.normalize.periods import fiscal_period
from pipelines.normalize.quarters import Derived, Part, Statement, derive_quarters
from pipelines.normalize.sales import MonthlySale, SummedQuarter, merge_parts, sum_quarters
from pipelines.watchlist import Company

Row = dict[str, Any]
VERSION = "1"


def _keys(
    company: Company,
    target: Target,
    document_key: int,
    start: date | None,
    end: date,
    disclosed: datetime,
    own: Row,
) -> Row:
    """The keys of a fact, and what is its target's own."""
    natural = own.get("segment_key") or own.get("metric_key") or 0
    named = (own["scope"],) if own.get("scope", "company") != "company" else ()
    return {
        "fact_key": key_of(target.name, document_key, start, end, natural, *named),
        "company_key": company_key_on(company, disclosed.date()), "document_key": document_key,
        "period_key": key_of("period", start, end), **own,
    }  # fmt: skip


def _common(company: Company, row: Row, target: Target, version: str, released_by: str | None) -> Row:
    start = date.fromisoformat(row["period_start"]) if row["period_start"] else None
    end = date.fromisoformat(row["period_end"])
    disclosed = datetime.fromisoformat(row["disclosed_at"])
    return {
        **_keys(company, target, row["document_key"], start, end, disclosed, target.own(row)),
        "fiscal_year": row["fiscal_year"], "fiscal_quarter": row["fiscal_quarter"],
        "locator": row["locator"], "reported_label": row["label"], "derivation": row["derivation"], "inputs": row["inputs"],
        "rules": row["rules"], "rounding": Decimal(row["rounding"]), "disclosed_at": disclosed, "extractor_version": version,
        "released_by": released_by, "loaded_at": datetime.now(UTC),
    }  # fmt: skip


def _place(row: Row) -> tuple[Any, ...]:
    """What makes two rows of one dataset the same figure."""
    return (
        row["document_key"],
        row["fact"],
        row["segment"],
        row.get("scope"),
        row["period_start"],
        row["period_end"],
    )


def _for_target(target: Target, rows: list[tuple[Row, str | None]]) -> list[tuple[Row, str | None]]:
    """The rows that go to a target; the parts of a sale as one row."""
    mine = [(row, who) for row, who in rows if target.takes(row["fact"])]
    if target.table is not schema.fact_bitcoin_sale:
        return mine
    sales: dict[tuple[Any, ...], list[tuple[Row, str | None]]] = {}
    for row, who in mine:
        if row.get("scope", "company") == "company":
            sales.setdefault((row["document_key"], row["period_start"], row["period_end"]), []).append(
                (row, who)
            )
    return [
        (merge_parts([row for row, _ in parts]), next((who for _, who in parts if who), None)) for parts in sales.values()
    ]  # fmt: skip


def load_documents(
    connection: sa.Connection, dataset: str, company: Company, document_keys: Sequence[int]
) -> Changed:
    """Replace the facts of documents whose rows passed, add released ones, and derive the company's quarters.

    One transaction of the caller; blocked documents keep what they had. Returns what changed in the fact tables.
    """
    lock(connection, company.ticker)
    t = bookkeeping.normalized_document
    ready = dict(connection.execute(
        sa.select(t.c.document_key, t.c.version).where(
            t.c.dataset == dataset, t.c.document_key.in_(document_keys), t.c.state.in_(("passed", "loaded"))
        )
    ).tuples().all()) if document_keys else {}  # fmt: skip
    rows: list[tuple[Row, str | None]] = [
        (row, None)
        for _, _, state, row in staging.staged_rows(connection, dataset, list(ready))
        if state == "passed"
    ]
    taken = {_place(row) for row, _ in rows}
    for row, who in _released(connection, dataset, list(ready)):
        if _place(row) not in taken:
            taken.add(_place(row))
            rows.append((row, who))
    load_periods(connection, {
        (date.fromisoformat(r["period_start"]) if r["period_start"] else None, date.fromisoformat(r["period_end"])) for r, _ in rows
    })  # fmt: skip
    changed = Changed()
    for target in TARGETS:
        if target.dataset != dataset:
            continue
        facts = [
            _common(company, r, target, ready[r["document_key"]], who) for r, who in _for_target(target, rows)
        ]
        where = f"t.derivation <> '{DERIVED}'{_of_metric(target)}"
        changed += upsert(connection, target.table, facts, scope=("document_key", list(ready)), where=where)
    if ready:
        connection.execute(
            sa.update(t)
            .where(t.c.dataset == dataset, t.c.document_key.in_(list(ready)), t.c.state == "passed")
            .values(state="loaded")
        )
    return changed + derive(connection, dataset, company)


def _of_metric(target: Target) -> str:
    """Metrics share a table: which of its rows are a target's."""
    return f" and t.{target.condition}" if target.table is schema.fact_operating_metric else ""


def _released(connection: sa.Connection, dataset: str, document_keys: Sequence[int]) -> list[tuple[Row, str]]:
    t = bookkeeping.rejected_row
    if not document_keys:
        return []
    query = sa.select(t.c.row_key, t.c.row_content, t.c.released_by).where(
        t.c.document_key.in_(document_keys),
        t.c.status.in_(("released", "loaded")),
        t.c.row_content["dataset"].astext == dataset,
    )
    found = connection.execute(query.order_by(t.c.row_key)).all()
    connection.execute(
        sa.update(t)
        .where(t.c.row_key.in_([r.row_key for r in found]), t.c.status == "released")
        .values(status="loaded")
    )
    return [(r.row_content, r.released_by) for r in found]


def statements_of(connection: sa.Connection, company: Company, target: Target) -> list[Statement]:
    """Everything that documents state (nothing derived) of one kind of figure for a company."""
    keys = [row["company_key"] for row in company_rows(company)]
    found = connection.execute(sa.text(
        f"select f.document_key, d.url, f.disclosed_at, p.period_start, p.period_end, {target.part} as part, "
        f"f.{target.value} as value, f.rounding, f.reported_label, f.locator, "
        f"{'f.complete' if 'complete' in target.table.c else 'true'} as complete "
        f"from {target.table.fullname} f join warehouse.dim_period p using (period_key) "
        "join warehouse.dim_document d using (document_key) "
        f"where f.company_key = any(:keys) and f.derivation <> '{DERIVED}' and {target.condition} "
        "and p.period_start is not null order by f.disclosed_at, f.document_key, p.period_start, p.period_end"
    ), {"keys": keys})  # fmt: skip
    statements: dict[tuple[int, date, date], Statement] = {}
    for r in found:
        place = (r.document_key, r.period_start, r.period_end)
        if place not in statements:
            statements[place] = Statement(
                r.period_start, r.period_end, r.document_key, r.url, r.disclosed_at, r.complete, {}
            )
        statements[place].parts[r.part] = Part(r.value, r.rounding, r.reported_label, r.locator)
    return list(statements.values())


def derive(connection: sa.Connection, dataset: str, company: Company) -> Changed:
    """Make a company's derived quarters anew from what its documents state; nothing changes where nothing did."""
    changed = Changed()
    findings: list[Finding] = []
    keys = [row["company_key"] for row in company_rows(company)]
    for target in TARGETS:
        if target.dataset != dataset or not target.derives:
            continue
        found, problems = derive_quarters(
            statements_of(connection, company, target), may_be_negative=frozenset({"eliminations"})
        )
        findings += [
            Finding(
                f.check,
                f.start,
                f.end,
                f.expected,
                f.found,
                f"{target.name}: {f.detail.removeprefix('company: ')}",
                f.documents,
            )
            for f in problems
        ]
        rows = [_derived_row(company, target, quarter, part) for quarter in found for part in quarter.values]
        spans = {(q.start, q.end) for q in found}
        if target.table is schema.fact_bitcoin_sale:
            summed = sum_quarters(
                stated_months(connection, keys), company.fiscal_year_end(date.today()).month
            )
            counted = _stated_spans(connection, keys)
            quarters = [q for q in summed if (q.start, q.end) not in counted]
            rows += [_summed_row(company, target, quarter) for quarter in quarters]
            spans |= {(q.start, q.end) for q in quarters}
        load_periods(connection, spans)
        where = f"t.derivation = '{DERIVED}'{_of_metric(target)}"
        changed += upsert(connection, target.table, _unique(rows), scope=("company_key", keys), where=where)
    staging.record_findings(connection, dataset, company.ticker, None, findings, [])
    return changed


def _unique(rows: list[Row]) -> list[Row]:
    """One row for each key: where a quarter is had by subtraction and by its months in one document, the first."""
    return list({row["fact_key"]: row for row in reversed(rows)}.values())


def _derived_row(company: Company, target: Target, quarter: Derived, part: str) -> Row:
    later = max((quarter.longer, quarter.shorter), key=lambda s: (s.disclosed_at, s is quarter.longer))
    stated = quarter.longer.parts.get(part) or quarter.shorter.parts[part]
    value = quarter.values[part]
    own = target.own({
        "segment": part, "scope": part, "value": value, "complete": True, "completed": None,
        "values": {"bitcoin_sold": None, "proceeds_usd": value, "average_price_usd": None},
    })  # fmt: skip
    return {
        **_keys(company, target, later.document_key, quarter.start, quarter.end, later.disclosed_at, own),
        **_derivation(company, quarter.end, stated.locator, stated.label, quarter.inputs(part), "quarter_by_subtraction"),
        "rounding": quarter.rounding(part), "disclosed_at": later.disclosed_at,
    }  # fmt: skip


def _summed_row(company: Company, target: Target, quarter: SummedQuarter) -> Row:
    last = max(quarter.months, key=lambda m: m.disclosed_at)
    average = quarter.average_price_usd
    values = {
        "bitcoin_sold": quarter.bitcoin_sold,
        "proceeds_usd": quarter.proceeds_usd,
        "average_price_usd": average,
    }
    own = target.own({"values": values, "completed": "average_price_usd" if average is not None else None})
    return {
        **_keys(company, target, last.document_key, quarter.start, quarter.end, last.disclosed_at, own),
        **_derivation(company, quarter.end, last.locator, last.label, quarter.inputs, "quarter_from_months"),
        "rounding": Decimal(0), "disclosed_at": last.disclosed_at,
    }  # fmt: skip


def _derivation(company: Company, end: date, locator: str, label: str, inputs: list[Row], rule: str) -> Row:
    fiscal = fiscal_period(company, end)
    return {
        "fiscal_year": fiscal.year, "fiscal_quarter": fiscal.quarter, "locator": locator, "reported_label": label,
        "derivation": DERIVED, "inputs": inputs, "rules": [rule], "extractor_version": f"quarters-{VERSION}",
        "released_by": None, "loaded_at": datetime.now(UTC),
    }  # fmt: skip


def stated_months(connection: sa.Connection, company_keys: Sequence[object]) -> list[MonthlySale]:
    """A company's sales by month, each from the latest document that states it."""
    found = connection.execute(sa.text(
        "select distinct on (p.period_start, p.period_end) p.period_start, p.period_end, f.bitcoin_sold, f.proceeds_usd, "
        "f.document_key, d.url, f.locator, f.reported_label, f.disclosed_at "
        "from warehouse.fact_bitcoin_sale f join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key) "
        f"where f.company_key = any(:keys) and f.derivation <> '{DERIVED}' and p.period_kind = 'month' "
        "order by p.period_start, p.period_end, (f.bitcoin_sold is null), f.disclosed_at desc, f.document_key"
    ), {"keys": company_keys})  # fmt: skip
    return [
        MonthlySale(
            r.period_start, r.period_end, r.bitcoin_sold, r.proceeds_usd, r.document_key, r.url, r.locator, r.reported_label, r.disclosed_at
        )
        for r in found
    ]  # fmt: skip


def _stated_spans(connection: sa.Connection, company_keys: Sequence[object]) -> set[tuple[date, date]]:
    """Spans of which a document states the count of bitcoin sold."""
    found = connection.execute(sa.text(
        "select distinct p.period_start, p.period_end from warehouse.fact_bitcoin_sale f join warehouse.dim_period p using (period_key) "
        f"where f.company_key = any(:keys) and f.derivation <> '{DERIVED}' and f.bitcoin_sold is not null "
        "and f.completed is distinct from 'bitcoin_sold'"
    ), {"keys": company_keys})  # fmt: skip
    return {(r.period_start, r.period_end) for r in found}
