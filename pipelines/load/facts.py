"""Facts: a document's rows replaced as a whole, then the company's quarters derived from what is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.load import schema, staging
from pipelines.load.dimensions import company_key_on, company_rows, load_periods
from pipelines.load.schema import key_of
from pipelines.load.upsert import Changed, lock, upsert
from pipelines.normalize.figures import DERIVED, Finding
from pipelines.normalize.periods import fiscal_period
from pipelines.normalize.quarters import Derived, Part, Statement, derive_quarters
from pipelines.watchlist import Company

Row = dict[str, Any]
VERSION = "1"
TOTAL = key_of("metric", "total_revenue")


@dataclass(frozen=True, slots=True)
class Target:
    """Where one kind of figure lives: its table, how it is keyed within a document and period, and its value."""

    fact: str
    dataset: str
    table: sa.Table
    own: Callable[[str | None, Decimal | None], Row]
    part: str
    value: str
    condition: str


TARGETS = (
    Target(
        "segment_revenue", "segment_revenue", schema.fact_segment_revenue,
        lambda segment, value: {"segment_key": key_of("segment", segment), "revenue_usd": value},
        "(select segment from warehouse.dim_segment s where s.segment_key = f.segment_key)", "revenue_usd", "true",
    ),
    Target(
        "total_revenue", "segment_revenue", schema.fact_operating_metric,
        lambda segment, value: {"metric_key": TOTAL, "value": value, "scope": "company"},
        "''", "value", f"metric_key = {TOTAL}",
    ),
    Target(
        "bitcoin_sale_proceeds", "bitcoin_sales", schema.fact_bitcoin_sale,
        lambda segment, value: {"bitcoin_sold": None, "proceeds_usd": value, "average_price_usd": None},
        "''", "proceeds_usd", "proceeds_usd is not null",
    ),
)  # fmt: skip


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
    return {
        "fact_key": key_of(target.fact, document_key, start, end, natural),
        "company_key": company_key_on(company, disclosed.date()), "document_key": document_key,
        "period_key": key_of("period", start, end), **own,
    }  # fmt: skip


def _common(company: Company, row: Row, target: Target, version: str, released_by: str | None) -> Row:
    start = date.fromisoformat(row["period_start"]) if row["period_start"] else None
    end = date.fromisoformat(row["period_end"])
    disclosed = datetime.fromisoformat(row["disclosed_at"])
    own = target.own(row["segment"], Decimal(row["value"]))
    return {
        **_keys(company, target, row["document_key"], start, end, disclosed, own),
        "fiscal_year": row["fiscal_year"], "fiscal_quarter": row["fiscal_quarter"],
        "locator": row["locator"], "reported_label": row["label"], "derivation": row["derivation"], "inputs": row["inputs"],
        "rules": row["rules"], "rounding": Decimal(row["rounding"]), "disclosed_at": disclosed, "extractor_version": version,
        "released_by": released_by, "loaded_at": datetime.now(UTC),
        **({"complete": row["complete"]} if "complete" in target.table.c else {}),
    }  # fmt: skip


def load_documents(
    connection: sa.Connection, dataset: str, company: Company, document_keys: Sequence[int]
) -> Changed:
    """Replace the facts of documents whose rows passed, add released ones, and derive the company's quarters.

    One transaction of the caller; blocked documents keep what they had. Returns what changed in the fact tables.
    """
    lock(connection, company.ticker)
    t = schema.normalized_document
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
    taken = {
        (r["document_key"], r["fact"], r["segment"], r["period_start"], r["period_end"]) for r, _ in rows
    }
    for row, who in _released(connection, dataset, list(ready)):
        place = (row["document_key"], row["fact"], row["segment"], row["period_start"], row["period_end"])
        if place not in taken:
            taken.add(place)
            rows.append((row, who))
    load_periods(connection, {
        (date.fromisoformat(r["period_start"]) if r["period_start"] else None, date.fromisoformat(r["period_end"])) for r, _ in rows
    })  # fmt: skip
    changed = Changed()
    for target in TARGETS:
        if target.dataset != dataset:
            continue
        facts = [
            _common(company, r, target, ready[r["document_key"]], who)
            for r, who in rows
            if r["fact"] == target.fact
        ]
        where = (
            f"t.derivation <> '{DERIVED}' and t.{target.condition}"
            if target.condition != "true"
            else f"t.derivation <> '{DERIVED}'"
        )
        changed += upsert(connection, target.table, facts, scope=("document_key", list(ready)), where=where)
    if ready:
        connection.execute(
            sa.update(t)
            .where(t.c.dataset == dataset, t.c.document_key.in_(list(ready)), t.c.state == "passed")
            .values(state="loaded")
        )
    return changed + derive(connection, dataset, company)


def _released(connection: sa.Connection, dataset: str, document_keys: Sequence[int]) -> list[tuple[Row, str]]:
    t = schema.rejected_row
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
        if target.dataset != dataset:
            continue
        found, problems = derive_quarters(
            statements_of(connection, company, target), may_be_negative=frozenset({"eliminations"})
        )
        findings += [
            Finding(f.check, f.start, f.end, f.expected, f.found, f"{target.fact}: {f.detail}", f.documents)
            for f in problems
        ]
        rows = [_derived_row(company, target, quarter, part) for quarter in found for part in quarter.values]
        load_periods(connection, {(q.start, q.end) for q in found})
        where = f"t.derivation = '{DERIVED}'" + (
            "" if target.condition == "true" else f" and t.{target.condition}"
        )
        changed += upsert(connection, target.table, rows, scope=("company_key", keys), where=where)
    staging.record_findings(connection, dataset, company.ticker, None, findings, [])
    return changed


def _derived_row(company: Company, target: Target, quarter: Derived, part: str) -> Row:
    later = max((quarter.longer, quarter.shorter), key=lambda s: (s.disclosed_at, s is quarter.longer))
    stated = quarter.longer.parts.get(part) or quarter.shorter.parts[part]
    own = target.own(part or None, quarter.values[part])
    fiscal = fiscal_period(company, quarter.end)
    return {
        **_keys(company, target, later.document_key, quarter.start, quarter.end, later.disclosed_at, own),
        "fiscal_year": fiscal.year, "fiscal_quarter": fiscal.quarter,
        "locator": stated.locator, "reported_label": stated.label, "derivation": DERIVED, "inputs": quarter.inputs(part),
        "rules": ["quarter_by_subtraction"], "rounding": quarter.rounding(part), "disclosed_at": later.disclosed_at,
        "extractor_version": f"quarters-{VERSION}", "released_by": None, "loaded_at": datetime.now(UTC),
        **({"complete": True} if "complete" in target.table.c else {}),
    }  # fmt: skip
