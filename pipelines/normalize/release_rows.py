"""Rows of segments in release tables: across the columns, down the rows, or by month."""

import re
from dataclasses import replace
from decimal import Decimal

from pipelines.normalize.figures import Figure
from pipelines.normalize.periods import DateRange
from pipelines.normalize.release_scales import in_prose, stated_beside
from pipelines.normalize.release_statements import IN_DOLLARS, NOT_A_STATEMENT, table_value
from pipelines.normalize.revenue_facts import is_revenue_label, is_total_label
from pipelines.parse.document.tables import Table, TableLine
from pipelines.parse.language.column_headings import is_change, read_heading
from pipelines.parse.language.quantities import scale_in
from pipelines.parse.press_releases.columns import column_period
from pipelines.parse.press_releases.release import Release
from pipelines.watchlist import Company, Lexicon

_EXTERNAL = re.compile(r"\bexternal\b", re.IGNORECASE)
_INTERNAL = re.compile(r"\binter-?\s?segment\b|\beliminat", re.IGNORECASE)
_CONSOLIDATED = re.compile(r"\bconsolidated\b", re.IGNORECASE)
_REVENUE_HEADING = re.compile(r"(?:net |operating |total )?revenues?\W*$", re.IGNORECASE)
_BY_SEGMENT = re.compile(
    r"\bsegments?\b|\brevenues? by (?:\w+ )?(?:type|service|line|source)|\bdisaggregat", re.IGNORECASE
)


def _row_figure(
    table: Table,
    line: TableLine,
    index: int,
    period: DateRange,
    scale: Decimal | None,
    segment: str | None,
    rule: str,
    *,
    complete: bool = True,
) -> Figure:
    """A row's revenue, of a segment or in total; a number with a scale of its own keeps it."""
    start, end = period
    scaled = line.values[index].quantity.scaled
    stated = table_value(table, line, index, Decimal(1) if scaled else scale or Decimal(1), start, end, 0)
    return Figure(
        "segment_revenue" if segment else "total_revenue",
        segment,
        start,
        end,
        stated.value,
        "USD",
        line.label,
        stated.locator,
        rounding=stated.stated_unit / 2,
        rules=(rule,),
        complete=complete,
    )


def segments_in_columns(
    table: Table, release: Release, lexicon: Lexicon, company: Company | None
) -> tuple[DateRange, list[Figure]] | None:
    """Segments across the columns of a table, with the total; None for any other table.

    The row of external customers is the segments' revenue; other revenue outside the segments is in the
    total's column.
    """
    ticker = company.ticker if company else None
    headings = dict.fromkeys(v.heading for line in table.lines for v in line.values)
    columns: dict[str, str] = {}
    periods = set()
    for heading in headings:
        tail = heading.split("|")[-1].strip()
        above = [*heading.split("|")[:-1], table.corner, table.caption]
        period = next((p for text in above if (p := read_heading(text.strip(), release.disclosure))), None)
        day = period.end if period else release.disclosure.disclosed_on
        segment = lexicon.segment_of(tail, ticker, day)
        if re.fullmatch(r"(?:consolidated|total|totals)\W*", tail, re.IGNORECASE):
            columns[heading] = "total"
        elif segment and not read_heading(tail, release.disclosure):
            columns[heading] = segment
        if period:
            periods.add((period.start, period.end))
    if len({c for c in columns.values() if c != "total"}) < 2:
        return None
    if not periods and release.subject is not None:
        periods = {(release.subject.start, release.subject.end)}
    if len(periods) != 1:
        return None
    (start, end) = periods.pop()
    if start is None or end > release.disclosure.disclosed_on:
        return None
    scale = scale_in(table.words) or (Decimal(1) if IN_DOLLARS.search(table.words) else None)
    lines = [x for x in table.lines if is_revenue_label(x.label) and not _INTERNAL.search(x.label)]
    chosen = next((x for x in lines if _EXTERNAL.search(x.label)), None) or next(
        (x for x in lines if is_total_label(x.label) and len(x.values) > 2), None
    )
    if chosen is None:
        return None

    def figure(line: TableLine, index: int, segment: str | None) -> Figure | None:
        value = line.values[index].quantity
        if value.value is None or value.unit not in (None, "USD"):
            return None
        if scale is None and not value.scaled and value.value % 1 == 0 and not in_prose(value.value, release):
            return None
        return _row_figure(table, line, index, (start, end), scale, segment, "segments_in_columns")

    found: list[Figure] = []
    parts: dict[str, Figure] = {}
    whole = next(
        (x for x in table.lines if _CONSOLIDATED.search(x.label) and is_revenue_label(x.label)), None
    )
    for index, value in enumerate(chosen.values):
        kind = columns.get(value.heading)
        if kind and kind != "total" and (made := figure(chosen, index, kind)):
            # Two columns of one segment, "general hosting" and "membership hosting", add up.
            before = parts.get(kind)
            parts[kind] = made if before is None else replace(made, value=made.value + before.value)
        elif kind == "total" and whole is None and (made := figure(chosen, index, None)):
            found.append(made)
    found += parts.values()
    if whole is not None:
        found += [f for i in range(len(whole.values)) if (f := figure(whole, i, None))][-1:]
        for line in lines:
            outside = lexicon.segment_of(line.label, ticker, end) or (
                "other" if re.match(r"(?:all )?other revenue", line.label, re.IGNORECASE) else None
            )
            other = line is not chosen and line is not whole and outside and len(line.values) == 1
            made = figure(line, 0, outside) if other else None
            if made and all(f.segment != outside for f in found):
                found.append(made)
    return (start, end), found


def segment_lines(table: Table, release: Release, lexicon: Lexicon, company: Company | None) -> list[Figure]:
    """Rows of segments' revenue in tables about segments or with an incomplete sum."""
    by_segment = _BY_SEGMENT.search(table.words) or any(_BY_SEGMENT.search(x.section) for x in table.lines)
    headed = any(_REVENUE_HEADING.match(x.section) for x in table.lines)
    if not (by_segment or headed or any(is_total_label(x.label) for x in table.lines)):
        return []
    if NOT_A_STATEMENT.search(table.words):
        return []
    scale = scale_in(table.words)
    found: list[Figure] = []
    for line in table.lines:
        revenue = is_revenue_label(line.label) or _REVENUE_HEADING.match(line.section)
        if not revenue or _INTERNAL.search(line.label) or is_total_label(line.label):
            continue
        for index, value in enumerate(line.values):
            period = column_period(table, line, value, release.disclosure, release.subject)
            if period is None or period.start is None or period.end > release.disclosure.disclosed_on:
                continue
            segment = lexicon.segment_of(line.label, company.ticker if company else None, period.end)
            if segment is None or value.quantity.value is None or value.quantity.unit not in (None, "USD"):
                continue
            if is_change(value.heading):
                continue
            if scale is None and not value.quantity.scaled:
                continue
            within = (period.start, period.end)
            found.append(
                _row_figure(table, line, index, within, scale, segment, "segment_line", complete=False)
            )
    return found


def monthly_rows(release: Release, company: Company | None, lexicon: Lexicon) -> list[Figure]:
    """Rows of revenue in the tables of a monthly update."""
    found: list[Figure] = []
    for table in release.page.tables:
        if NOT_A_STATEMENT.search(table.words):
            continue
        lines = [line for line in table.lines if is_revenue_label(line.label)]
        # Numbers with a currency sign may still be thousands: a sentence that repeats one of them decides.
        proved = stated_beside(table, release) if lines else None
        for line in lines:
            if re.search(r"\bper\b|\bcash\b|\bdemand response\b|\bcredits?\b", line.label, re.IGNORECASE):
                continue
            for index, value in enumerate(line.values):
                period = column_period(table, line, value, release.disclosure, release.subject)
                scale = (
                    scale_in(line.label)
                    or scale_in(value.heading)
                    or scale_in(f"{table.caption} | {table.corner}")
                    or (proved if value.quantity.unit else None)
                )
                quantity = value.quantity
                if period is None or period.start is None or period.end > release.disclosure.disclosed_on:
                    continue
                if (
                    quantity.value is None
                    or quantity.unit not in (None, "USD")
                    or not (scale or quantity.scaled or quantity.unit)
                ):
                    continue
                segment = None
                limited = lexicon.segment_of(line.section, company.ticker if company else None, period.end)
                if is_total_label(line.label):
                    # "Revenue" below "AI Cloud Services" is that segment's.
                    segment = limited if line.section else None
                else:
                    name = re.sub(r"\([^()]*\)", " ", line.label)
                    segment = lexicon.segment_of(name, company.ticker if company else None, period.end)
                    if segment is None:
                        continue
                within = (period.start, period.end)
                found.append(
                    _row_figure(table, line, index, within, scale, segment, "monthly_row", complete=False)
                )
    return found
