"""Revenue of an earnings release: its income statement, normalized like XBRL.

A press release is furnished before or with the 10-Q, and states the fourth quarter, which a 10-K does not.
Its rows become values with the label as name and the column's heading as period.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipelines.normalize.figures import (
    AS_REPORTED,
    SINGLE_SEGMENT,
    Candidate,
    Figure,
    Finding,
    Normalized,
    Rejected,
    Skipped,
    plain,
)
from pipelines.normalize.period_revenue import PeriodReader, revenue_candidate
from pipelines.normalize.periods import DateRange
from pipelines.normalize.revenue_facts import is_revenue_label, is_total_label
from pipelines.normalize.revenue_values import TableValue
from pipelines.parse.document.tables import Table, TableLine
from pipelines.parse.language.column_headings import is_change, read_heading
from pipelines.parse.language.quantities import find_quantities, scale_in
from pipelines.parse.language.reasons import NOT_OURS, NOT_UNDERSTOOD
from pipelines.parse.press_releases.columns import column_period, is_about_revenue, locator_of
from pipelines.parse.press_releases.figures import RevenueSentence
from pipelines.parse.press_releases.kind import EARNINGS, UPDATE
from pipelines.parse.press_releases.release import Release
from pipelines.watchlist import Company, Lexicon

VERSION = "3"

_INCOME = re.compile(
    r"\bnet (?:income|loss|\(loss\)|earnings)|\boperating (?:income|loss|\(loss\)|profit)|"
    r"\bgross (?:profit|margin)|\bcosts? of (?:revenue|sales)|\bloss from operations|\b(?:profit|"
    r"loss|earnings) (?:before|for the|per share)|\bexpenses\b|\bearnings per\b",
    re.IGNORECASE,
)
_NOT_A_STATEMENT = re.compile(
    r"\bpro[\s-]?forma\b|\bguidance\b|\boutlook\b|\bcash flows?\b|\bbalance sheets?\b|"
    r"\bper bitcoin\b|\bdiscontinued\b|\bcost to mine\b",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"\bRMB\b|\bC\$|\bCAD\b|\bCNY\b|\bRenminbi\b|€|£", re.IGNORECASE)
_DOLLARS = re.compile(r"US\s?\$|\bUSD\b|U\.S\. dollars?", re.IGNORECASE)
_IN_DOLLARS = re.compile(r"\b(?:in|expressed in) (?:US|U\.S\.|United States)? ?dollars\b", re.IGNORECASE)
_EXTERNAL = re.compile(r"\bexternal\b", re.IGNORECASE)
_INTERNAL = re.compile(r"\binter-?\s?segment\b|\beliminat", re.IGNORECASE)
_NOT_REVENUE = re.compile(
    r"\bcosts?\b|\binter-?\s?segment\b|\beliminat|\bper\b|\bdeferred\b|%|\bpercent", re.IGNORECASE
)
_CONSOLIDATED = re.compile(r"\bconsolidated\b", re.IGNORECASE)
_TELLING = 3
"""Digits that an amount needs to be no chance match."""
_REVENUE_HEADING = re.compile(r"(?:net |operating |total )?revenues?\W*$", re.IGNORECASE)
_BY_SEGMENT = re.compile(
    r"\bsegments?\b|\brevenues? by (?:\w+ )?(?:type|service|line|source)|\bdisaggregat", re.IGNORECASE
)


@dataclass(slots=True)
class _StatementRows:
    """One table's rows of one period, in order."""

    table: Table
    statement: bool
    unit_stated: bool
    facts: list[TableValue]


def normalize_release_revenue(release: Release, company: Company | None, lexicon: Lexicon) -> Normalized:
    """Segment and total revenue of an earnings release, by period; empty for an update.

    Figures and reasons as in segments.normalize_revenue; also rejected: scale_unknown (a total too small for
    dollars). Finding: release_contradicts_itself, if a sentence and the statement differ by more than their
    rounding.
    """
    out = Normalized()
    if release.kind == UPDATE:
        out.figures += _without_doubles(_monthly_rows(release, company, lexicon))
        _from_prose(out, release, company, lexicon)
        out.figures = [f if f.fact == "total_revenue" else replace(f, scope="") for f in out.figures]
        _account_for_rows(out, release)
        return out
    if release.kind != EARNINGS:
        return out
    candidates: dict[DateRange, list[_StatementRows]] = {}
    columns: list[Figure] = []
    for table in release.page.tables:
        across = _segments_in_columns(table, release, lexicon, company)
        if across is not None:
            columns += across[1]
            continue
        for period, rows in _statement_rows(table, release, lexicon, company).items():
            candidates.setdefault(period, []).append(rows)
    for period in sorted(candidates):
        # Income statements first, then tables in the finer unit.
        ordered = sorted(
            candidates[period], key=lambda rows: (not rows.statement, rows.facts[-1].stated_unit)
        )
        best = ordered[0]
        totals = [f for f in best.facts if is_total_label(f.label) and f.value]
        if totals and not best.unit_stated:
            scale = _stated_elsewhere(totals, period, release) or _stated_beside(best.table, release)
            if scale is None:
                reason = (
                    f"total revenue of {totals[0].value:,f} to {period[1]}: the document does not say "
                    f"whether the "
                    "table is in thousands"
                )
                out.rejected.append(Rejected("scale_unknown", reason, revenue_candidate(totals[0])))
                continue
            if scale != 1:
                best.facts = [_scaled(f, scale) for f in best.facts]
                totals = [f for f in best.facts if is_total_label(f.label) and f.value]
        if totals:
            known = PeriodReader(period, best.facts, best.facts, company, lexicon, set()).read()
            for other in ordered[1:]:
                if any(f.fact == "segment_revenue" for f in known.figures):
                    break
                more = PeriodReader(period, other.facts, other.facts, company, lexicon, set()).read()
                known.figures += [f for f in more.figures if f.fact == "segment_revenue"]
            out.add(known)
        else:
            scale = Decimal(1) if best.unit_stated else _stated_beside(best.table, release)
            out.figures += _single_line(_scaled(best.facts[0], scale), company) if scale else []
    known_places = {(f.fact, f.segment, f.start, f.end) for f in out.figures}
    segmented = {(f.start, f.end) for f in out.figures if f.segment}
    for figure in _without_doubles(columns):
        if (figure.fact, figure.segment, figure.start, figure.end) not in known_places and not (
            figure.segment and (figure.start, figure.end) in segmented
        ):
            out.figures.append(figure)
    segmented = {(f.start, f.end) for f in out.figures if f.segment}
    lines = [f for table in release.page.tables for f in _segment_lines(table, release, lexicon, company)]
    out.figures += [f for f in _without_doubles(lines) if (f.start, f.end) not in segmented]
    out.figures = [f for f in out.figures if not _is_denied(f, release, company, lexicon)]
    _from_prose(out, release, company, lexicon)
    adding_up = _periods_that_add_up(out.figures)
    out.figures = [
        f
        if f.fact == "total_revenue"
        else replace(f, scope="", complete=f.complete or (f.start, f.end) in adding_up)
        for f in out.figures
    ]
    _account_for_rows(out, release)
    return out


def _is_denied(figure: Figure, release: Release, company: Company | None, lexicon: Lexicon) -> bool:
    """Whether a sentence states another revenue of the segment that the total is taken for."""
    return "only_revenue_line" in figure.rules and any(
        (s.start, s.end) == (figure.start, figure.end)
        and not s.is_total
        and lexicon.segment_of(s.label, company.ticker if company else None, s.end) == figure.segment
        and abs(s.value - figure.value) > s.rounding + figure.rounding
        for s in release.revenue
    )


def _account_for_rows(out: Normalized, release: Release) -> None:
    """Skip, with a reason, amounts in rows of revenue that were neither read nor repeated."""
    places = {f.locator for f in out.figures} | {s.locator for s in out.skipped}
    places |= {str(getattr(r.record, "locator", "")) for r in out.rejected}
    known = {abs(f.value) for f in out.figures}
    for table in release.page.tables:
        for line in table.lines:
            if not is_about_revenue(line):
                continue
            for value in line.values:
                number, where = value.quantity.value, locator_of(table, line, value)
                if (
                    not number
                    or value.quantity.unit == "percent"
                    or is_change(value.heading)
                    or where in places
                ):
                    continue
                if not any(abs(number) * scale in known for scale in (1, 1000, 1_000_000)):
                    reason = NOT_OURS if _NOT_REVENUE.search(line.label) else NOT_UNDERSTOOD
                    out.skipped.append(Skipped(reason, line.text[:300], "", number, None, None, where))


def _stated_elsewhere(totals: Sequence[TableValue], period: DateRange, release: Release) -> Decimal | None:
    """The scale of a table without one, by total revenue in the release's sentences.

    A number is not believed because it is large: without such a sentence the scale is unknown. Dollars and
    cents, or a currency sign at a number that a sentence repeats, need no scale.
    """
    for total in totals:
        for sentence in release.revenue:
            if not sentence.is_total or (sentence.start, sentence.end) != period:
                continue
            for scale in (Decimal(1), Decimal(1000), Decimal(1_000_000)):
                if abs(total.value * scale - sentence.value) <= sentence.rounding * 2 + scale:
                    return scale
    return None


def _stated_beside(table: Table, release: Release) -> Decimal | None:
    """The scale of a table without one, by any of its amounts that a sentence states in dollars."""
    numbers = {abs(v.quantity.value) for line in table.lines for v in line.values if v.quantity.value}
    found: set[Decimal] = set()
    for block in release.page.blocks:
        for quantity in find_quantities(block.text):
            if quantity.unit != "USD" or not quantity.scaled or not quantity.value:
                continue
            digits = len(quantity.value.normalize().as_tuple().digits)
            found |= {
                scale
                for scale in (Decimal(1), Decimal(1000), Decimal(1_000_000))
                for number in numbers
                if digits >= _TELLING and abs(number * scale - abs(quantity.value)) <= quantity.step / 2
            }
    return found.pop() if len(found) == 1 else None


def _in_prose(value: Decimal, release: Release) -> bool:
    """Whether a sentence states an amount of revenue as a table without a scale does."""
    return any(abs(value - s.value) <= s.rounding * 2 for s in release.revenue)


def _scaled(fact: TableValue, scale: Decimal) -> TableValue:
    return replace(fact, value=plain(fact.value * scale), stated_unit=fact.stated_unit * scale)


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
    stated = _value(table, line, index, Decimal(1) if scaled else scale or Decimal(1), start, end, 0)
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


def _segments_in_columns(
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
    scale = scale_in(table.words) or (Decimal(1) if _IN_DOLLARS.search(table.words) else None)
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
        if (
            scale is None
            and not value.scaled
            and value.value % 1 == 0
            and not _in_prose(value.value, release)
        ):
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


def _segment_lines(table: Table, release: Release, lexicon: Lexicon, company: Company | None) -> list[Figure]:
    """Rows of segments' revenue in tables about segments or with an incomplete sum."""
    by_segment = _BY_SEGMENT.search(table.words) or any(_BY_SEGMENT.search(x.section) for x in table.lines)
    headed = any(_REVENUE_HEADING.match(x.section) for x in table.lines)
    if not (by_segment or headed or any(is_total_label(x.label) for x in table.lines)):
        return []
    if _NOT_A_STATEMENT.search(table.words):
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


def _monthly_rows(release: Release, company: Company | None, lexicon: Lexicon) -> list[Figure]:
    """Rows of revenue in the tables of a monthly update."""
    found: list[Figure] = []
    for table in release.page.tables:
        if _NOT_A_STATEMENT.search(table.words):
            continue
        for line in table.lines:
            if not is_revenue_label(line.label) or re.search(
                r"\bper\b|\bcash\b|\bdemand response\b|\bcredits?\b", line.label, re.IGNORECASE
            ):
                continue
            for index, value in enumerate(line.values):
                period = column_period(table, line, value, release.disclosure, release.subject)
                scale = (
                    scale_in(line.label)
                    or scale_in(value.heading)
                    or scale_in(f"{table.caption} | {table.corner}")
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


def _without_doubles(figures: Sequence[Figure]) -> list[Figure]:
    """One figure for each fact and period; none where two differ."""
    by_place: dict[tuple[object, ...], list[Figure]] = {}
    for figure in figures:
        by_place.setdefault((figure.fact, figure.segment, figure.start, figure.end), []).append(figure)
    return [found[0] for found in by_place.values() if len({f.value for f in found}) == 1]


def _periods_that_add_up(figures: Sequence[Figure]) -> set[tuple[date | None, date]]:
    """Periods whose segments add up to the total, even if only stated in sentences."""
    found: set[tuple[date | None, date]] = set()
    for total in [f for f in figures if f.fact == "total_revenue"]:
        period = (total.start, total.end)
        parts = [f for f in figures if f.fact == "segment_revenue" and (f.start, f.end) == period]
        slack = total.rounding + sum((f.rounding for f in parts), Decimal(0))
        if parts and abs(sum((f.value for f in parts), Decimal(0)) - total.value) <= slack:
            found.add(period)
    return found


def _single_line(fact: TableValue, company: Company | None) -> list[Figure]:
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


def _only_line(table: Table) -> TableLine | None:
    """The only line of revenue of a statement without a total."""
    income = next((i for i, line in enumerate(table.lines) if _INCOME.search(line.label)), None)
    lines = [line for line in table.lines[:income] if is_revenue_label(line.label)]
    return lines[0] if income is not None and len(lines) == 1 else None


def _of_a_segment(words: str, lexicon: Lexicon, company: Company | None, day: date) -> bool:
    """Whether a heading limits the rows below to one segment.

    Core Scientific's table by segment.
    """
    parts = [part for part in re.split(r"\s\|\s", words) if part]
    return any(
        (
            re.search(r"\bsegment\b", part, re.IGNORECASE)
            and not re.search(r"\breportable segment|segment revenue", part, re.IGNORECASE)
        )
        or lexicon.segment_of(part, company.ticker if company else None, day)
        for part in parts
    )


def _statement_rows(
    table: Table, release: Release, lexicon: Lexicon, company: Company | None
) -> dict[DateRange, _StatementRows]:
    """The rows of a table with total revenue, by period."""
    totalled = any(is_total_label(line.label) for line in table.lines)
    only = None if totalled else _only_line(table)
    if not (totalled or only) or _NOT_A_STATEMENT.search(table.words):
        return {}
    foreign = bool(_FOREIGN.search(table.words)) or (release.foreign and not _DOLLARS.search(table.words))
    scale = scale_in(table.words)
    unit_stated = scale is not None or bool(_IN_DOLLARS.search(table.words))
    statement = sum(bool(_INCOME.search(line.label)) for line in table.lines) >= 2
    found: dict[DateRange, _StatementRows] = {}
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
            if is_total_label(line.label) and _of_a_segment(
                f"{value.heading} | {line.section}", lexicon, company, column.end
            ):
                continue
            if only is not None and line is not only:
                continue
            if foreign and not _DOLLARS.search(value.heading):
                continue
            rows = found.setdefault(
                (column.start, column.end), _StatementRows(table, statement, unit_stated, [])
            )
            rows.unit_stated = rows.unit_stated or value.quantity.scaled
            if all(f.row != line.row for f in rows.facts):
                applied = (
                    Decimal(1) if value.quantity.scaled else (scale_in(value.heading) or scale or Decimal(1))
                )
                rows.facts.append(
                    _value(table, line, value.column - 1, applied, column.start, column.end, len(rows.facts))
                )
    return {
        period: rows
        for period, rows in found.items()
        if only is not None or any(is_total_label(f.label) for f in rows.facts)
    }


def _value(
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


def _agree(one: RevenueSentence, other: RevenueSentence) -> bool:
    fine, coarse = sorted((one, other), key=lambda s: s.rounding)
    # $12.96 million is also written $12.9 million.
    cut = 0 <= fine.value - coarse.value < 2 * coarse.rounding
    return cut or abs(one.value - other.value) <= one.rounding + other.rounding


def _from_prose(out: Normalized, release: Release, company: Company | None, lexicon: Lexicon) -> None:
    """Add figures from sentences that no statement has, and compare the others."""
    known: dict[tuple[object, ...], Figure] = {(f.fact, f.segment, f.start, f.end): f for f in out.figures}
    totals = [s for s in release.revenue if s.is_total]
    sentences: dict[tuple[object, ...], list[tuple[RevenueSentence, str | None]]] = {}
    for sentence in release.revenue:
        segment = None
        if (
            not sentence.is_total
            and " by " not in sentence.label
            and not re.fullmatch(r"(?!revenues?\b)\S.*\srevenues?", sentence.label, re.IGNORECASE)
            and any(
                (t.start, t.end, t.value) == (sentence.start, sentence.end, sentence.value) for t in totals
            )
        ):
            # "Revenue of $22.8 million by mining 801 bitcoin" repeats the total.
            continue
        if not sentence.is_total:
            segment = lexicon.segment_of(sentence.label, company.ticker if company else None, sentence.end)
            if segment is None:
                out.skipped.append(
                    Skipped(
                        NOT_UNDERSTOOD,
                        f"line of revenue {sentence.label!r}",
                        "",
                        sentence.value,
                        sentence.start,
                        sentence.end,
                        sentence.locator,
                    )
                )
                continue
        fact = "total_revenue" if segment is None else "segment_revenue"
        sentences.setdefault((fact, segment, sentence.start, sentence.end), []).append((sentence, segment))
    for key, members in sentences.items():
        figure = known.get(key)
        explicit = [m for m in members if re.search(r"\b(?:total|consolidated)\b", m[0].label, re.IGNORECASE)]
        if figure is None and explicit and len(explicit) < len(members):
            # "Revenue" without "total" may be that of a part.
            for sentence, _ in members:
                if (sentence, None) not in explicit and not _agree(sentence, explicit[0][0]):
                    out.skipped.append(
                        Skipped(
                            NOT_UNDERSTOOD,
                            f"another total: {sentence.label}",
                            "",
                            sentence.value,
                            sentence.start,
                            sentence.end,
                            sentence.locator,
                        )
                    )
            members = explicit
        first = members[0][0]
        differing = [s for s, _ in members if not _agree(s, first)]
        if figure is None:
            if differing:
                for sentence in [first, *differing]:
                    reason = f"{key[0]} is stated as {first.value:,f} and {differing[0].value:,f}"
                    candidate = Candidate(
                        str(key[0]),
                        members[0][1],
                        sentence.start,
                        sentence.end,
                        sentence.value,
                        "USD",
                        sentence.label,
                        sentence.locator,
                    )
                    out.rejected.append(Rejected("sentences_contradict", reason, candidate))
                continue
            best = min((s for s, _ in members), key=lambda s: s.rounding)
            out.figures.append(
                Figure(
                    str(key[0]),
                    members[0][1],
                    best.start,
                    best.end,
                    plain(best.value),
                    "USD",
                    best.label,
                    best.locator,
                    rounding=best.rounding,
                    rules=("release_text",),
                    complete=False,
                    qualifier=best.qualifier,
                )
            )
            continue
        for sentence, _ in members:
            if abs(sentence.value - figure.value) > sentence.rounding + figure.rounding + figure.value / 500:
                out.findings.append(
                    Finding(
                        "release_contradicts_itself",
                        figure.start,
                        figure.end,
                        figure.value,
                        sentence.value,
                        (
                            f"{figure.fact}: {figure.value:,f} ({figure.locator}) and "
                            f"{sentence.value:,f} ({sentence.locator})"
                        ),
                    )
                )
