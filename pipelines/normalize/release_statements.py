"""The income statement of a release: its rows by period, and its only line of revenue."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.normalize.figures import AS_REPORTED, SINGLE_SEGMENT, Figure, plain
from pipelines.normalize.periods import DateRange
from pipelines.normalize.revenue_facts import is_revenue_label, is_total_label
from pipelines.normalize.revenue_values import TableValue
from pipelines.parse.document.tables import Table, TableLine
from pipelines.parse.language.column_headings import read_heading
from pipelines.parse.language.quantities import scale_in
from pipelines.parse.press_releases.columns import column_period, locator_of
from pipelines.parse.press_releases.kind import STATEMENT_TITLE
from pipelines.parse.press_releases.release import Release
from pipelines.watchlist import Company, Lexicon

_INCOME = re.compile(
    r"\bnet (?:income|loss|\(loss\)|earnings)|\boperating (?:income|loss|\(loss\)|profit)|"
    r"\bgross (?:profit|margin)|\bcosts? of (?:revenue|sales)|\bloss from operations|\b(?:profit|"
    r"loss|earnings) (?:before|for the|per share)|\bexpenses\b|\bearnings per\b",
    re.IGNORECASE,
)
NOT_A_STATEMENT = re.compile(
    r"\bpro[\s-]?forma\b|\bguidance\b|\boutlook\b|\bcash flows?\b|\bbalance sheets?\b|"
    r"\bper bitcoin\b|\bdiscontinued\b|\bcost to mine\b",
    re.IGNORECASE,
)
_CONSOLIDATED = re.compile(r"\bconsolidated\b", re.IGNORECASE)
_FOREIGN = re.compile(r"\bRMB\b|\bC\$|\bCAD\b|\bCNY\b|\bRenminbi\b|€|£", re.IGNORECASE)
_DOLLARS = re.compile(r"US\s?\$|\bUSD\b|U\.S\. dollars?", re.IGNORECASE)
# "Expressed in Renminbi - RMB and US Dollars - US$".
IN_DOLLARS = re.compile(
    r"\b(?:in|expressed in) (?:[^.()]{0,30}\band )?(?:US|U\.S\.|United States)? ?dollars\b", re.IGNORECASE
)


@dataclass(slots=True)
class StatementRows:
    """One table's rows of one period, in order.

    Args:
        rank: 0 for a table titled as a statement of income, 1 for one with rows of an income statement, 2 for
            any other.
    """

    table: Table
    rank: int
    unit_stated: bool
    facts: list[TableValue]


def statement_rows(
    table: Table, release: Release, lexicon: Lexicon, company: Company | None
) -> dict[DateRange, StatementRows]:
    """The rows of a table with total revenue, by period."""
    totalled = any(is_total_label(line.label) for line in table.lines)
    only = None if totalled else _only_line(table)
    if not (totalled or only) or NOT_A_STATEMENT.search(table.words):
        return {}
    foreign = bool(_FOREIGN.search(table.words)) or (release.foreign and not _DOLLARS.search(table.words))
    scale = scale_in(table.words)
    unit_stated = scale is not None or bool(IN_DOLLARS.search(table.words))
    rank = 2 if sum(bool(_INCOME.search(line.label)) for line in table.lines) < 2 else 1
    if rank == 1 and STATEMENT_TITLE.search(table.caption):
        rank = 0
    found: dict[DateRange, StatementRows] = {}
    for line in table.lines:
        for value in line.values:
            column = column_period(table, line, value, release.disclosure, release.subject) or read_heading(
                line.section, release.disclosure
            )
            if column is None and len(line.values) == 1 and release.subject is not None and not value.heading:
                column = release.subject
            if (
                column is None
                or column.start is None
                or column.end > release.disclosure.disclosed_on
                or value.quantity.value is None
            ):
                continue
            if value.quantity.unit not in (None, "USD") or _FOREIGN.search(value.heading):
                continue
            own = is_total_label(line.label) and not _CONSOLIDATED.search(line.label)
            if own and _of_a_segment(f"{value.heading} | {line.section}", lexicon, company, column.end):
                continue
            if only is not None and line is not only:
                continue
            if foreign and not _DOLLARS.search(value.heading):
                continue
            rows = found.setdefault((column.start, column.end), StatementRows(table, rank, unit_stated, []))
            rows.unit_stated = rows.unit_stated or value.quantity.scaled
            if all(f.row != line.row for f in rows.facts):
                applied = (
                    Decimal(1) if value.quantity.scaled else (scale_in(value.heading) or scale or Decimal(1))
                )
                rows.facts.append(
                    table_value(
                        table, line, value.column - 1, applied, column.start, column.end, len(rows.facts)
                    )
                )
    return {
        period: rows
        for period, rows in found.items()
        if only is not None or any(is_total_label(f.label) for f in rows.facts)
    }


def _of_a_segment(words: str, lexicon: Lexicon, company: Company | None, day: date) -> bool:
    """Whether a heading limits the rows below to one segment.

    Core Scientific's table by segment.
    """
    parts = [part for part in re.split(r"\s\|\s", words) if part]
    return any(
        (
            re.search(r"\bsegment(?:\b|\d)", part, re.IGNORECASE)
            and not re.search(r"\breportable segment|segment revenue", part, re.IGNORECASE)
        )
        or lexicon.segment_of(part, company.ticker if company else None, day)
        for part in parts
    )


def _only_line(table: Table) -> TableLine | None:
    """The only line of revenue of a statement without a total."""
    income = next((i for i, line in enumerate(table.lines) if _INCOME.search(line.label)), None)
    lines = [line for line in table.lines[:income] if is_revenue_label(line.label)]
    return lines[0] if income is not None and len(lines) == 1 else None


def single_line(fact: TableValue, company: Company | None) -> list[Figure]:
    """The only line of revenue ("Revenue – bitcoin mining") as the total and the segment."""
    segment = company.single_segment_on(fact.end) if company else None
    if segment is None:
        return []
    rounding = fact.stated_unit / 2
    return [
        Figure(
            "total_revenue",
            None,
            fact.start,
            fact.end,
            fact.value,
            "USD",
            fact.label,
            fact.locator,
            SINGLE_SEGMENT,
            rounding,
            rules=("only_line",),
        ),
        Figure(
            "segment_revenue",
            segment,
            fact.start,
            fact.end,
            fact.value,
            "USD",
            fact.label,
            fact.locator,
            AS_REPORTED,
            rounding,
            rules=("only_line",),
        ),
    ]


def table_value(
    table: Table, line: TableLine, index: int, scale: Decimal, start: date, end: date, order: int
) -> TableValue:
    value = line.values[index]
    assert value.quantity.value is not None
    step = value.quantity.step * scale
    return TableValue(
        plain(value.quantity.value * scale),
        line.label,
        locator_of(table, line, value),
        start,
        end,
        line.row,
        order,
        Decimal(0) if 0 < step < 1 else Decimal(1).scaleb(step.adjusted() if step else 0),
    )
