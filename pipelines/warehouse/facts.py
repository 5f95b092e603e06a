"""Facts: a document's rows replaced as a whole, and a company's derived quarters."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.normalize import derived
from pipelines.normalize.derived import Sourced
from pipelines.normalize.figures import DERIVED, Figure
from pipelines.normalize.periods import fiscal_period, kind_of
from pipelines.normalize.sales import MonthlySale, Sale, merge_parts
from pipelines.normalize.stated_periods import Part, PeriodStatement
from pipelines.warehouse import schema, staging
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.dimensions import company_key_on, company_rows, load_periods
from pipelines.warehouse.figure_tables import FigureTable
from pipelines.warehouse.upsert import Changed, lock, upsert
from pipelines.watchlist import Company

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Passed:
    """A figure that passed its checks, and who approved it if it was in quarantine."""

    figure: Figure
    approved_by: str | None


def _fact_row(
    company: Company, table: FigureTable, sourced: Sourced[Any], version: str, approved_by: str | None = None
) -> Row:
    """A record as a row of its fact table."""
    record: Figure | Sale = sourced.record
    columns = table.columns(record)
    natural = columns.get("segment_key") or columns.get("metric_key") or 0
    scope = columns.get("scope", "company")
    fiscal = fiscal_period(company, record.end)
    by_quarter = kind_of(record.start, record.end) in ("quarter", "month")
    return {
        "fact_key": key_of(
            table.name,
            sourced.document_key,
            record.start,
            record.end,
            natural,
            *((scope,) if scope != "company" else ()),
        ),
        "company_key": company_key_on(company, sourced.disclosed_at.date()),
        "document_key": sourced.document_key,
        "period_key": key_of("period", record.start, record.end),
        **columns,
        "fiscal_year": fiscal.year,
        "fiscal_quarter": fiscal.quarter if by_quarter else None,
        "locator": None if record.derivation == DERIVED else record.locator,
        "reported_label": record.label,
        "derivation": record.derivation,
        "inputs": list(record.inputs),
        "rules": list(record.rules),
        "rounding": record.rounding,
        "disclosed_at": sourced.disclosed_at,
        "extractor_version": version,
        "released_by": approved_by,
        "loaded_at": datetime.now(UTC),
    }


def load_documents(
    connection: sa.Connection,
    dataset: str,
    tables: Sequence[FigureTable],
    company: Company,
    document_keys: Sequence[int],
) -> Changed:
    """Replace the facts of documents that passed, and add approved ones, in one transaction.

    Blocked documents keep what they had. Returns what changed in the fact tables.
    """
    lock(connection, company.ticker)
    ready = staging.ready_to_load(connection, dataset, document_keys)
    passed: dict[int, list[_Passed]] = {key: [] for key in ready}
    known: set[tuple[object, ...]] = set()
    staged = staging.staged(connection, dataset, staging.FIGURES, list(ready), "passed")
    approved = staging.approved(connection, dataset, Figure, list(ready))
    for key, figure, approver in [*((s.document_key, s.record, None) for s in staged), *approved]:
        place = (key, figure.fact, figure.segment, figure.scope, figure.start, figure.end)
        if place not in known:
            known.add(place)
            passed[key].append(_Passed(figure, approver))
    sources = staging.sources(connection, ready)
    load_periods(connection, {(p.figure.start, p.figure.end) for rows in passed.values() for p in rows})
    changed = Changed()
    for table in tables:
        facts = [
            _fact_row(company, table, Sourced(record, key, sources[key].disclosed_at), ready[key], approver)
            for key, rows in passed.items()
            for record, approver in _records(table, rows)
        ]
        where = f"t.derivation <> '{DERIVED}'{_of_table(table)}"
        changed += upsert(connection, table.table, facts, scope=("document_key", list(ready)), where=where)
    staging.mark_loaded(connection, dataset, list(ready))
    return changed


def _records(table: FigureTable, rows: Iterable[_Passed]) -> list[tuple[Figure | Sale, str | None]]:
    """The records that go to a table; the parts of one sale as one record."""
    mine = [row for row in rows if table.takes(row.figure.fact)]
    if table.table is not schema.fact_bitcoin_sale:
        return [(row.figure, row.approved_by) for row in mine]
    sales: dict[tuple[date | None, date], list[_Passed]] = {}
    for row in mine:
        if row.figure.scope == "company":
            sales.setdefault((row.figure.start, row.figure.end), []).append(row)
    return [
        (merge_parts([p.figure for p in parts]), next((p.approved_by for p in parts if p.approved_by), None))
        for parts in sales.values()
    ]


def _of_table(table: FigureTable) -> str:
    """SQL that limits rows of the metrics' shared table to one kind of figure."""
    return f" and t.{table.condition()}" if table.table is schema.fact_operating_metric else ""


def load_derived(
    connection: sa.Connection, company: Company, table: FigureTable, records: Sequence[Sourced[Any]]
) -> Changed:
    """Replace a company's derived rows of one table; nothing changes if they are the same."""
    load_periods(connection, {(r.record.start, r.record.end) for r in records})
    rows: dict[object, Row] = {}
    for sourced in records:
        row = _fact_row(company, table, sourced, f"quarters-{derived.VERSION}")
        # A quarter by subtraction takes precedence over the sum of its months in the same document.
        rows.setdefault(row["fact_key"], row)
    where = f"t.derivation = '{DERIVED}'{_of_table(table)}"
    scope = ("company_key", [row["company_key"] for row in company_rows(company)])
    return upsert(connection, table.table, list(rows.values()), scope=scope, where=where)


def statements_of(connection: sa.Connection, company: Company, table: FigureTable) -> list[PeriodStatement]:
    """Everything that documents state (nothing derived) of one kind of figure for a company."""
    keys = [row["company_key"] for row in company_rows(company)]
    found = connection.execute(
        sa.text(
            "select f.document_key, d.url, d.accession, d.form, f.disclosed_at, p.period_start, "
            f"p.period_end, {table.part} as part, f.{table.value} as value, f.rounding, f.reported_label, "
            f"f.locator, {'f.complete' if 'complete' in table.table.c else 'true'} as complete from "
            f"{table.table.fullname} f join warehouse.dim_period p using (period_key) join "
            "warehouse.dim_document d using (document_key) where f.company_key = any(:keys) and "
            f"f.derivation <> '{DERIVED}' and {table.condition()} and p.period_start is not null order "
            "by f.disclosed_at, f.document_key, p.period_start, p.period_end"
        ),
        {"keys": keys},
    )
    statements: dict[tuple[int, date, date], PeriodStatement] = {}
    for r in found:
        place = (r.document_key, r.period_start, r.period_end)
        if place not in statements:
            statements[place] = PeriodStatement(
                r.period_start,
                r.period_end,
                r.document_key,
                r.url,
                r.disclosed_at,
                r.complete,
                {},
                r.accession,
                r.form,
            )
        statements[place].parts[r.part] = Part(r.value, r.rounding, r.reported_label, r.locator)
    return list(statements.values())


def stated_months(connection: sa.Connection, company: Company) -> list[MonthlySale]:
    """A company's months of sales, each as the document that states it last."""
    found = connection.execute(
        sa.text(
            "select distinct on (p.period_start, p.period_end) p.period_start, p.period_end, "
            "f.bitcoin_sold, f.proceeds_usd, f.document_key, d.url, f.locator, f.reported_label, "
            "f.disclosed_at, d.accession, d.form from warehouse.fact_bitcoin_sale f join "
            "warehouse.dim_period p using (period_key) join warehouse.dim_document d using "
            f"(document_key) where f.company_key = any(:keys) and f.derivation <> '{DERIVED}' and "
            "p.period_kind = 'month' order by p.period_start, p.period_end, (f.bitcoin_sold is null), "
            "f.disclosed_at desc, f.document_key"
        ),
        {"keys": [row["company_key"] for row in company_rows(company)]},
    )
    return [MonthlySale(*row) for row in found]


def counted_periods(connection: sa.Connection, company: Company) -> set[tuple[date, date]]:
    """Periods for which a document states the count of bitcoin sold."""
    found = connection.execute(
        sa.text(
            "select distinct p.period_start, p.period_end from warehouse.fact_bitcoin_sale f join "
            "warehouse.dim_period p using (period_key) where f.company_key = any(:keys) and "
            f"f.derivation <> '{DERIVED}' and f.bitcoin_sold is not null and f.completed is distinct "
            "from 'bitcoin_sold'"
        ),
        {"keys": [row["company_key"] for row in company_rows(company)]},
    )
    return {(r.period_start, r.period_end) for r in found}


def figure_history(
    connection: sa.Connection, company: Company, tables: Iterable[FigureTable]
) -> Mapping[tuple[str, str, str], Sequence[tuple[date, Any]]]:
    """A company's loaded figures, latest first: (fact, part, period_kind) to (end, value)."""
    found: dict[tuple[str, str, str], list[tuple[date, Any]]] = {}
    keys = [row["company_key"] for row in company_rows(company)]
    for table in tables:
        query = sa.text(
            f"select distinct on (1, 2, 3, 4) {table.fact} as fact, {table.part} as part, p.period_kind, "
            f"p.period_end, f.{table.value} from {table.table.fullname} f "
            "join warehouse.dim_period p using (period_key) "
            f"where f.company_key = any(:keys) and {table.condition()} "
            "order by 1, 2, 3, p.period_end desc, f.disclosed_at desc"
        )
        for fact, part, kind, end, value in connection.execute(query, {"keys": keys}):
            found.setdefault((fact, part, kind), []).append((end, value))
    return found
