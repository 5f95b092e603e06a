"""Export the figures of a warehouse as CSV that is the same after each run.

It uses SQL only, none of the project's modules, so that code can be moved and rewritten under it. Surrogate
keys are replaced by natural ones; load times, versions and run ids are left out; numbers have no trailing
zeros; rows are sorted. Rule names and messages, which may be reworded without a change to any figure, are
exported apart."""

import csv
import hashlib
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

Table = list[dict[str, str]]

_REJECTED = """
select r.status, r.company_id, r.document_key, r.check_name, r.reason, r.row_content -> 'rules' as rules,
  c.fact, c.segment, c.scope, c.value, c.unit, c.period_start, c.period_end, c.period_kind, c.fiscal_year,
  c.fiscal_quarter, c.label, c.locator, c.derivation, c.inputs, c.rounding, c.qualifier, c.disclosed_at,
  c.concept,
  c.dimensions, c.complete
from quarantine.rejected_row as r,
  jsonb_to_record(r.row_content) as c(
    fact text, segment text, scope text, value numeric, unit text, period_start date, period_end date,
    period_kind text, fiscal_year int, fiscal_quarter int, label text, locator text, derivation text,
    inputs jsonb, rounding numeric,
    qualifier text, disclosed_at timestamptz, concept text, dimensions text, complete boolean)
"""
_DAYS = """
select year, min(day) as first, max(day) as last, count(*) as days, sum(quarter) as quarters,
  sum(month) as months, sum(weekday) as weekdays, sum(date_key) as keys
from warehouse.dim_date group by year
"""
# Selected otherwise than as a whole; every other table and view of the schemas is exported as it is.
_QUERIES = {
    "quarantine.rejected_row": _REJECTED,
    "warehouse.dim_date": _DAYS,
    "marts.calendar": "select min(day) as first, max(day) as last, count(*) as days from marts.calendar",
    "ops.finding": "select * from ops.finding",
    "ops.filing": "select * from ops.filing",
    "ops.feed_entry": "select * from ops.feed_entry",
    # What is due in the future depends on today.
    "ops.expected_filing": "select * from ops.expected_filing where status <> 'upcoming'",
}
_SCHEMAS = ("warehouse", "quarantine", "marts")
_MOMENTS = ("2024-06-30 12:00Z", "2025-06-30 12:00Z", "2025-12-31 12:00Z")

# Different in each run, or in each version of the code.
_VOLATILE = {
    "loaded_at",
    "found_at",
    "verified_at",
    "rejected_at",
    "released_at",
    "extractor_version",
    "reader_version",
    "release_version",
    "fact_key",
    "finding_key",
    "row_key",
    "claim_key",
    "entry_key",
    "start_date_key",
    "end_date_key",
}
MESSAGES = {
    "rules",
    "reason",
    "status_reason",
    "kind_reason",
    "body_reason",
    "detail",
    "note",
    "meaning",
    "due_rule",
    "check_name",
    "check",
}
# The columns that tell to which row a message belongs.
_IDENTITY = (
    "company_key",
    "company_id",
    "ticker",
    "dataset",
    "document_key",
    "accession",
    "url",
    "documents",
    "document_kind",
    "fact",
    "metric_key",
    "metric",
    "segment_key",
    "segment",
    "scope",
    "kind",
    "value",
    "period_key",
    "period_start",
    "period_end",
    "locator",
)
_DOCUMENTS = {"document_key", "filing_key", "first_key", "story_key", "repeats"}
_NAMES = {
    "company_key": "select company_key, ticker || ' from ' || valid_from from warehouse.dim_company",
    "document_key": "select document_key, coalesce(accession || '/' || name, url) "
    "from warehouse.dim_document",
    "period_key": "select period_key, concat_ws(' ', period_kind, period_start, period_end) "
    "from warehouse.dim_period",
    "segment_key": "select segment_key, segment from warehouse.dim_segment",
    "metric_key": "select metric_key, metric from warehouse.dim_metric",
    "deal_key": "select deal_key, min(coalesce(d.accession || '/' || d.name, d.url) || ' ' || f.locator) "
    "from warehouse.fact_deal as f join warehouse.dim_document as d using (document_key) group by 1",
}
_SENTENCES = {"reported_label", "label", "title", "summary", *MESSAGES}
_SENTENCE = re.compile(r"[.!?]”?\"?\s*$")
_LONGEST_LABEL = 80


def export(engine: sa.Engine, *, foreign_text: bool) -> tuple[dict[str, Table], dict[str, Table]]:
    """Export the figures and the messages of every table.

    Args:
        engine: of the warehouse.
        foreign_text: True for real filings: sentences and long labels are written as a short digest.

    Returns tables by name: figures with everything that explains them, and rules, check names and messages.
    """
    figures: dict[str, Table] = {}
    messages: dict[str, Table] = {}
    with engine.connect() as connection:
        connection.execute(sa.text("set time zone 'UTC'"))
        names = {
            column: {key: str(name) for key, name in connection.execute(sa.text(query))}
            for column, query in _NAMES.items()
        }
        names |= dict.fromkeys(_DOCUMENTS, names["document_key"])

        def rows(query: str) -> Table:
            found = connection.execute(sa.text(query))
            return [
                {c: _cell(c, value, names, foreign_text) for c, value in row.items() if c not in _VOLATILE}
                for row in found.mappings()
            ]

        for name, query in _tables(connection).items():
            whole = rows(query)
            figures[name] = _sorted([{c: v for c, v in row.items() if c not in MESSAGES} for row in whole])
            said = [
                {c: v for c, v in row.items() if c in MESSAGES or c in _IDENTITY}
                for row in whole
                if any(row.get(c) not in (None, "", "[]") for c in MESSAGES)
            ]
            if said:
                messages[name] = _sorted(said)
        figures["marts.as_of"] = _as_of(connection, rows)
    return figures, messages


def _tables(connection: sa.Connection) -> dict[str, str]:
    found = connection.execute(
        sa.text(
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema = any(:schemas) order by 1"
        ),
        {"schemas": list(_SCHEMAS)},
    ).scalars()
    return {name: f"select * from {name}" for name in found} | _QUERIES


def _as_of(connection: sa.Connection, rows: Callable[[str], Table]) -> Table:
    """Each mart at three moments of the past: its rows and a digest of their figures."""
    functions = connection.execute(
        sa.text(
            "select routine_name from information_schema.routines "
            "where routine_schema = 'marts' and routine_name like '%\\_as\\_of' order by 1"
        )
    ).scalars()
    out = []
    for function in list(functions):
        for moment in _MOMENTS:
            found = _sorted(
                [
                    {c: v for c, v in row.items() if c not in MESSAGES}
                    for row in rows(f"select * from marts.{function}('{moment}')")
                ]
            )
            digest = _digest(json.dumps(found, sort_keys=True))
            out.append({"mart": function, "moment": moment, "rows": str(len(found)), "sha256": digest})
    return out


def _cell(column: str, value: Any, names: Mapping[str, Mapping[int, str]], foreign: bool) -> str:
    if value is None:
        return ""
    if column in names:
        return names[column].get(value, f"unknown key {value}")
    if isinstance(value, dict | list):
        return json.dumps(_plain(column, value, names, foreign), sort_keys=True, ensure_ascii=False)
    return str(_plain(column, value, names, foreign))


def _plain(column: str, value: Any, names: Mapping[str, Mapping[int, str]], foreign: bool) -> Any:
    if isinstance(value, dict):
        return {
            k: _cell(k, v, names, foreign) if k in names else _plain(k, v, names, foreign)
            for k, v in value.items()
            if k not in _VOLATILE
        }
    if isinstance(value, list):
        return [_plain(column, v, names, foreign) for v in value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and foreign:
        return _without_sentences(column, value)
    return value


def _without_sentences(column: str, text: str) -> str:
    place, fragment, quoted = text.partition("#:~:text=")
    if fragment:
        return f"{place}{fragment}{_digest(quoted)}"
    if column in _SENTENCES and (len(text) >= _LONGEST_LABEL or _SENTENCE.search(text)):
        return _digest(text)
    return text


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _sorted(table: Table) -> Table:
    return sorted(table, key=lambda row: list(row.values()))


def to_csv(table: Table) -> str:
    """Return a table as CSV with a header; an empty one as an empty text."""
    if not table:
        return ""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def from_csv(text: str) -> Table:
    """Return the table that `to_csv` wrote."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def differences(expected: Mapping[str, Table], found: Mapping[str, Table], most: int = 4) -> str:
    """Describe how tables differ from a snapshot, with the first rows; empty if equal.

    Columns and tables that the snapshot does not have yet are not compared.
    """
    lines = []
    for name, before in expected.items():
        if name not in found:
            lines.append(f"{name}: the table is gone ({len(before)} rows)")
            continue
        now = found[name]
        columns = list(before[0]) if before else list(now[0]) if now else []
        gone = [c for c in columns if now and c not in now[0]]
        if gone:
            lines.append(f"{name}: no column {', '.join(gone)} any more")
        kept = [c for c in columns if c not in gone]
        missing, added = _counts(before, kept), _counts(now, kept)
        only_before, only_now = _less(missing, added), _less(added, missing)
        if not only_before and not only_now:
            continue
        lines.append(
            f"{name}: {len(before)} rows in the snapshot, {len(now)} now; "
            f"{len(only_before)} missing, {len(only_now)} new"
        )
        lines += _changes(kept, only_before, only_now)[:most]
    return "\n".join(lines)


def _counts(table: Table, columns: list[str]) -> dict[tuple[str, ...], int]:
    out: dict[tuple[str, ...], int] = defaultdict(int)
    for row in table:
        out[tuple(row[c] for c in columns)] += 1
    return out


def _less(rows: dict[tuple[str, ...], int], others: dict[tuple[str, ...], int]) -> list[tuple[str, ...]]:
    return sorted(row for row, n in rows.items() for _ in range(n - others.get(row, 0)))


def _changes(columns: list[str], before: list[tuple[str, ...]], now: list[tuple[str, ...]]) -> list[str]:
    """Describe changed rows, each beside its most similar one, and rows without one."""
    lines, left = [], list(now)
    for row in before:
        alike = max(left, key=lambda other: _equal(row, other), default=None)
        if alike is None or 2 * _equal(row, alike) < len(columns):
            lines.append(f"  - {_shown(columns, row)}")
            continue
        left.remove(alike)
        same = [(c, v) for c, v, w in zip(columns, row, alike, strict=True) if v == w and c in _IDENTITY]
        changed = [
            f"{c}: {_short(v)} → {_short(w)}" for c, v, w in zip(columns, row, alike, strict=True) if v != w
        ]
        where = _shown([c for c, _ in same], tuple(v for _, v in same))
        lines.append(f"  ~ {where}: {'; '.join(changed)}")
    return lines + [f"  + {_shown(columns, row)}" for row in left]


def _equal(row: tuple[str, ...], other: tuple[str, ...]) -> int:
    return sum(v == w for v, w in zip(row, other, strict=True))


def _short(value: str) -> str:
    return value if len(value) <= 200 else f"{value[:200]}…"


def _shown(columns: list[str], row: tuple[str, ...]) -> str:
    return ", ".join(f"{c}={v}" for c, v in zip(columns, row, strict=True) if v)[:400]
