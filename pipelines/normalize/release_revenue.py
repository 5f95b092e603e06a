"""Revenue of an earnings release: its income statement, normalized like XBRL.

A press release is furnished before or with the 10-Q, and states the fourth quarter, which a 10-K does not.
Its rows become values with the label as name and the column's heading as period.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.normalize.figures import Figure, Normalized, Rejected, Skipped
from pipelines.normalize.period_revenue import PeriodReader, revenue_candidate
from pipelines.normalize.periods import DateRange
from pipelines.normalize.release_rows import monthly_rows, segment_lines, segments_in_columns
from pipelines.normalize.release_scales import scaled, stated_beside, stated_elsewhere
from pipelines.normalize.release_sentences import from_prose, is_denied, periods_that_add_up
from pipelines.normalize.release_statements import StatementRows, single_line, statement_rows
from pipelines.normalize.revenue_facts import is_total_label
from pipelines.parse.language.column_headings import is_change
from pipelines.parse.language.reasons import NOT_OURS, NOT_UNDERSTOOD
from pipelines.parse.press_releases.columns import is_about_revenue, locator_of
from pipelines.parse.press_releases.kind import EARNINGS, UPDATE
from pipelines.parse.press_releases.release import Release
from pipelines.watchlist import Company, Lexicon

VERSION = "5"

_NOT_REVENUE = re.compile(
    r"\bcosts?\b|\binter-?\s?segment\b|\beliminat|\bper\b|\bdeferred\b|%|\bpercent", re.IGNORECASE
)


def normalize_release_revenue(release: Release, company: Company | None, lexicon: Lexicon) -> Normalized:
    """Segment and total revenue of an earnings release, by period; empty for an update.

    Figures and reasons as in segments.normalize_revenue; also rejected: scale_unknown (a total too small for
    dollars). Finding: release_contradicts_itself, if a sentence and the statement state the same line and
    differ by more than their rounding.
    """
    out = Normalized()
    if release.kind == UPDATE:
        out.figures += _without_doubles(monthly_rows(release, company, lexicon))
        from_prose(out, release, company, lexicon)
        out.figures = [f if f.fact == "total_revenue" else replace(f, scope="") for f in out.figures]
        _account_for_rows(out, release)
        return out
    if release.kind != EARNINGS:
        return out
    candidates: dict[DateRange, list[StatementRows]] = {}
    columns: list[Figure] = []
    for table in release.page.tables:
        across = segments_in_columns(table, release, lexicon, company)
        if across is not None:
            columns += across[1]
            continue
        for period, rows in statement_rows(table, release, lexicon, company).items():
            candidates.setdefault(period, []).append(rows)
    for period in sorted(candidates):
        # Income statements first, then tables that state their scale, then those in the finer unit.
        ordered = sorted(
            candidates[period], key=lambda rows: (rows.rank, not rows.unit_stated, rows.facts[-1].stated_unit)
        )
        best = ordered[0]
        totals = [f for f in best.facts if is_total_label(f.label) and f.value]
        if totals and not best.unit_stated:
            scale = stated_elsewhere(totals, period, release) or stated_beside(best.table, release)
            if scale is None:
                reason = (
                    f"total revenue of {totals[0].value:,f} to {period[1]}: the document does not say "
                    f"whether the "
                    "table is in thousands"
                )
                out.rejected.append(Rejected("scale_unknown", reason, revenue_candidate(totals[0])))
                continue
            if scale != 1:
                best.facts = [scaled(f, scale) for f in best.facts]
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
            scale = Decimal(1) if best.unit_stated else stated_beside(best.table, release)
            out.figures += single_line(scaled(best.facts[0], scale), company) if scale else []
    known_places = {(f.fact, f.segment, f.start, f.end) for f in out.figures}
    segmented = {(f.start, f.end) for f in out.figures if f.segment}
    for figure in _without_doubles(columns):
        if (figure.fact, figure.segment, figure.start, figure.end) not in known_places and not (
            figure.segment and (figure.start, figure.end) in segmented
        ):
            out.figures.append(figure)
    segmented = {(f.start, f.end) for f in out.figures if f.segment}
    lines = [f for table in release.page.tables for f in segment_lines(table, release, lexicon, company)]
    out.figures += [f for f in _without_doubles(lines) if (f.start, f.end) not in segmented]
    out.figures = [f for f in out.figures if not is_denied(f, release, company, lexicon)]
    from_prose(out, release, company, lexicon)
    adding_up = periods_that_add_up(out.figures)
    out.figures = [
        f
        if f.fact == "total_revenue"
        else replace(f, scope="", complete=f.complete or (f.start, f.end) in adding_up)
        for f in out.figures
    ]
    _account_for_rows(out, release)
    return out


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


def _without_doubles(figures: Sequence[Figure]) -> list[Figure]:
    """One figure for each fact and period; none where two differ."""
    by_place: dict[tuple[object, ...], list[Figure]] = {}
    for figure in figures:
        by_place.setdefault((figure.fact, figure.segment, figure.start, figure.end), []).append(figure)
    return [found[0] for found in by_place.values() if len({f.value for f in found}) == 1]
