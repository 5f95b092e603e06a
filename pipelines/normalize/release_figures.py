"""Figures of one press release: one for each metric, scope and period.

A headline, a bullet and a table often state the same figure: that is one disclosure, located in the table. If
they differ, that is a finding with both places; if two tables differ, both are rejected.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from pipelines.limits import is_possible_price
from pipelines.normalize.figures import (
    AS_REPORTED,
    STATED_TWICE,
    SUMMED,
    Candidate,
    Figure,
    Finding,
    Input,
    Normalized,
    Rejected,
    Skipped,
    plain,
)
from pipelines.parse.language.quantities import ABOUT, LESS, MORE, UP_TO
from pipelines.parse.language.reasons import NOT_UNDERSTOOD, OTHER_PERIOD
from pipelines.parse.press_releases.figures import SkippedText, StatedFigure
from pipelines.parse.press_releases.release import Release
from pipelines.watchlist.metrics import COMPANY, HOSTED, JOINT_VENTURE, TOTAL, Metric, MetricWords

VERSION = "6"
"""Raised whenever the same statements would give other figures."""

SALES = ("bitcoin_sold", "bitcoin_sale_proceeds", "average_sale_price")
# Proceeds are rounded to 0.1 million, prices to a dollar, and fees are deducted: two percent.
_TIE = Decimal("0.02")
# "Cash flows from investing activities".
_ACTIVITIES = re.compile(r"\b(?:operating|investing|financing) activities\b", re.IGNORECASE)
# A release follows the day of its figures within days.
_SOON = timedelta(days=10)

PeriodKey = tuple[object, object]


def normalize_release(release: Release, words: MetricWords, table: str | None = None) -> Normalized:
    """Metrics and sales of one press release.

    Args:
        table: Only metrics of this table (bitcoin_sale, operating_metric).

    Returns:
        Figures; rejected: unclear values (two_periods_in_the_heading, no_heading, unknown_unit,
        ambiguous_label, …), impossible_figure, impossible_price, tables_contradict; findings:
        release_contradicts_itself, sale_does_not_tie; skipped: site rows beside their total, plans, other
        companies' figures, rates.
    """
    out = Normalized()
    for skipped in release.skipped:
        of = words.by_code[skipped.metric].table if skipped.metric else "operating_metric"
        if table in (None, of):
            _add_skipped(out, skipped)
    groups: dict[tuple[str, object, object], list[StatedFigure]] = {}
    for figure in release.figures:
        if table not in (None, words.by_code[figure.metric].table):
            continue
        if _is_bound(figure, release.figures):
            out.skipped.append(
                Skipped(
                    OTHER_PERIOD, figure.label, "", figure.value, figure.start, figure.end, figure.locator
                )
            )
            continue
        groups.setdefault((figure.metric, figure.start, figure.end), []).append(figure)
    for (code, _, _), members in groups.items():
        metric = words.by_code[code]
        possible = _with_totals([s for s in members if _is_possible(s, metric, out)])
        for scoped in _by_scope(possible, release.figures, out).values():
            chosen = _one(scoped, out)
            if chosen is not None:
                twice = any(s.locator != chosen.locator and _equal(s, chosen) for s in scoped)
                out.figures.append(_figure(chosen, *((STATED_TWICE,) if twice else ())))
    _check_sales(out)
    return out


def _is_bound(figure: StatedFigure, figures: Iterable[StatedFigure]) -> bool:
    """Whether a bound repeats an exact figure: "over 3,000 bitcoin today" after 3,002."""
    return (
        figure.start is None
        and figure.qualifier == MORE
        and any(
            (other.metric, other.scope, other.start, other.qualifier)
            == (figure.metric, figure.scope, None, "")
            and timedelta(0) < figure.end - other.end <= _SOON
            and _equal(figure, other)
            for other in figures
        )
    )


def candidate_of(figure: StatedFigure | Figure) -> Candidate:
    """A figure that goes to quarantine."""
    return Candidate(
        figure.metric if isinstance(figure, StatedFigure) else figure.fact,
        None,
        figure.start,
        figure.end,
        figure.value,
        figure.unit,
        figure.label,
        figure.locator,
        figure.scope,
    )


def _add_skipped(out: Normalized, skipped: SkippedText) -> None:
    if not skipped.rejected:
        out.skipped.append(
            Skipped(skipped.rule, skipped.detail, "", skipped.value, None, None, skipped.locator)
        )
        return
    candidate = Candidate(
        skipped.metric, value=skipped.value, label=skipped.text[:300], locator=skipped.locator
    )
    reason = f"{_REASONS.get(skipped.rule, skipped.rule)}: {skipped.detail}"[:500]
    out.rejected.append(Rejected(skipped.rule, reason, candidate))


_REASONS = {
    "no_heading": "several columns without a heading that names the period",
    "no_period_in_the_heading": "the column's heading names no period",
    "two_periods_in_the_heading": "the column's heading names more than one period",
    "which_period": "the press release covers a quarter and its year; the period is unclear",
    "no_period": "the period is unknown",
    "a_period_that_has_not_ended": "the period had not ended at the time of disclosure",
    "a_day_is_no_period": "the column names a day, but the metric covers a period",
    "unknown_unit": "the unit is unknown",
    "no_unit": "no unit is stated",
    "no_currency": "the currency is unknown",
    "money_or_count": "a number in a table of amounts, without a unit, may be dollars or coins",
    "ambiguous_label": "the label can mean several metrics",
}


def _is_possible(figure: StatedFigure, metric: Metric, out: Normalized) -> bool:
    beyond = figure.value < metric.least or (metric.most is not None and figure.value > metric.most)
    if metric.least > 0 and figure.value == 0 and metric.covers == "day":
        # A dash in a row of hash rate or efficiency means that there is none.
        out.skipped.append(
            Skipped("nothing_of_it", figure.label, "", figure.value, figure.start, figure.end, figure.locator)
        )
        return False
    if beyond and not (figure.value == 0 and metric.per_coin):
        reason = (
            f"{figure.value:,f} {metric.unit} is not a possible {metric.code} (from {metric.least:,f} to "
            f"{metric.most:,f})"
        )
        out.rejected.append(Rejected("impossible_figure", reason, candidate_of(figure)))
    if figure.value == 0 and metric.per_coin:
        return False
    return not beyond


def _with_totals(members: list[StatedFigure]) -> list[StatedFigure]:
    """Statements of one metric and period, the sum of the owners' parts as total."""
    hosted = {s.value for s in members if s.scope == HOSTED}
    own = {s.value for s in members if s.scope == COMPANY}
    sums = {a + b for a in hosted for b in own}
    return [replace(s, scope=TOTAL) if s.scope == COMPANY and s.value in sums else s for s in members]


def _by_scope(
    members: list[StatedFigure], everything: Iterable[StatedFigure], out: Normalized
) -> dict[str, list[StatedFigure]]:
    """Group the figures of one metric and period by scope.

    Rows of sites are used only without a row of the whole. A row "total" is the company's, unless its table
    has other owners' shares and another row is the company's own: then it is the total of all.
    """
    sites = [s for s in members if s.site]
    whole = [s for s in members if not s.site]
    company = [s for s in whole if s.scope == COMPANY]
    if sites and (company or any(s.scope == TOTAL for s in whole)):
        out.skipped += [
            Skipped("per_site_beside_a_total", s.label, s.scope, s.value, s.start, s.end, s.locator)
            for s in sites
        ]
        sites = []
    totals = [s for s in company if s.total]
    parts = [s for s in company if not s.total and s.place == "table"]
    for total in totals:
        beside = [p for p in parts if p.table == total.table and not _equal(p, total)]
        if not beside:
            continue
        others = any(
            o.table == total.table
            and o.end == total.end
            and o.scope in (HOSTED, JOINT_VENTURE)
            and (
                o.metric == total.metric
                or (total.metric.startswith("hashrate") and o.metric == "hashrate_hosted")
            )
            for o in everything
            if o.place == "table"
        )
        if others:
            whole = [replace(s, scope=TOTAL) if s is total else s for s in whole]
        else:
            whole = [s for s in whole if s not in beside]
            out.skipped += [
                Skipped("part_of_a_total", s.label, s.scope, s.value, s.start, s.end, s.locator)
                for s in beside
            ]
    by_scope: dict[str, list[StatedFigure]] = {}
    for figure in [*_by_section(whole), *sites]:
        by_scope.setdefault(figure.scope, []).append(figure)
    return by_scope


def _by_section(members: list[StatedFigure]) -> list[StatedFigure]:
    """Rows of one label under several sub-headings of one table belong to what these name.

    Kinds of cash flows are parts of one company: a row of zeros gives way to the other.
    """
    out: list[StatedFigure] = []
    for figure in members:
        twins = [
            o
            for o in members
            if o is not figure
            and o.place == figure.place == "table"
            and o.table == figure.table
            and o.scope == figure.scope
            and o.label == figure.label
            and o.section != figure.section
            and not _equal(o, figure)
        ]
        named = figure.section.strip(" :–-")
        if twins and _ACTIVITIES.search(named):
            # Proceeds of sales are in operating activities until a rule changes and in investing ones after.
            if figure.value or not any(o.value for o in twins):
                out.append(figure)
        elif twins and named and len(named) <= 60:
            out.append(replace(figure, scope=named, site=True))
        else:
            out.append(figure)
    return out


def _equal(one: StatedFigure, other: StatedFigure) -> bool:
    """Whether two statements say the same, each as finely as it was written."""
    slack = one.rounding + other.rounding
    for rough, fine in ((one, other), (other, one)):
        if rough.qualifier == ABOUT:
            slack = max(slack, abs(rough.value) / 100)
        if (
            rough.qualifier == MORE
            and fine.value >= rough.value
            and fine.value <= rough.value * Decimal("1.1")
        ):
            return True
        if (
            rough.qualifier in (LESS, UP_TO)
            and fine.value <= rough.value
            and fine.value >= rough.value * Decimal("0.9")
        ):
            return True
    return abs(one.value - other.value) <= slack


def _without_parts(members: list[StatedFigure], out: Normalized) -> list[StatedFigure]:
    """The figures without smaller ones beside a row "Total" of their table, which are its parts."""
    kept = []
    for figure in members:
        tables = [
            t for t in members if t.total and t.place == figure.place == "table" and t.table == figure.table
        ]
        if not figure.total and any(t.value > figure.value for t in tables):
            out.skipped.append(
                Skipped(
                    "part_of_a_total",
                    figure.label,
                    figure.scope,
                    figure.value,
                    figure.start,
                    figure.end,
                    figure.locator,
                )
            )
        else:
            kept.append(figure)
    return kept


def _one(members: list[StatedFigure], out: Normalized) -> StatedFigure | None:
    """The figure to use of one metric, scope and period: in a table, precise, dated."""
    members = _without_parts(members, out)
    ranked = sorted(
        members,
        key=lambda s: (
            s.place != "table",
            s.qualifier != "",
            not s.dated,
            not s.total,
            s.rounding,
            s.table,
            s.row,
        ),
    )
    best = ranked[0]
    unequal = [s for s in ranked[1:] if not _equal(best, s)]
    for other in [s for s in unequal if _is_part(s, best) or not (s.dated and best.dated)]:
        rule = "part_of_a_total" if _is_part(other, best) else NOT_UNDERSTOOD
        out.skipped.append(
            Skipped(rule, other.label, other.scope, other.value, other.start, other.end, other.locator)
        )
    unequal = [s for s in unequal if not _is_part(s, best)]
    for other in unequal:
        two_lines = other.place == best.place == "table" and other.table == best.table
        if not (other.dated and best.dated) or (two_lines and other.label != best.label):
            # Two lines of one table, as power credits and demand response credits, are two things.
            continue
        out.findings.append(
            Finding(
                "release_contradicts_itself",
                best.start,
                best.end,
                best.value,
                other.value,
                f"{best.metric}: {best.value:,f} ({best.locator}) and {other.value:,f} ({other.locator})",
                metric=best.metric,
            )
        )
    rivals = [
        s
        for s in unequal
        if s.place == best.place and s.dated == best.dated and s.qualifier == best.qualifier
    ]
    if rivals:
        reason = " and ".join(f"{s.value:,f} at {s.locator}" for s in [best, *rivals])
        check = "tables_contradict" if best.place == "table" else "sentences_contradict"
        out.rejected += [
            Rejected(check, f"{best.metric} is stated as {reason}"[:500], candidate_of(s))
            for s in [best, *rivals]
        ]
        return None
    return best


def _is_part(figure: StatedFigure, best: StatedFigure) -> bool:
    """Whether a sentence states a part: power credits of $5.4 million, in total $7.8 million."""
    return best.total and not figure.total and figure.place == "text" and figure.value < best.value


def _figure(figure: StatedFigure, *rules: str) -> Figure:
    return Figure(
        figure.metric,
        None,
        figure.start,
        figure.end,
        plain(figure.value),
        figure.unit,
        figure.label,
        figure.locator,
        derivation=SUMMED if figure.inputs else AS_REPORTED,
        inputs=tuple(
            Input(label=label, locator=where, value=f"{value:f}") for label, where, value in figure.inputs
        ),
        rounding=figure.rounding,
        rules=(f"release_{figure.place}", *rules),
        scope=figure.scope,
        qualifier=figure.qualifier,
    )


def _check_sales(out: Normalized) -> None:
    """Check that count, proceeds and price of one period fit.

    An impossible price rejects all three.
    """
    sales: dict[PeriodKey, dict[str, Figure]] = {}
    for figure in out.figures:
        if figure.fact in SALES and figure.scope == COMPANY:
            sales.setdefault((figure.start, figure.end), {})[figure.fact] = figure
    for parts in sales.values():
        count, proceeds, price = (parts.get(name) for name in SALES)
        if not (count and proceeds and count.value and proceeds.value):
            continue
        implied = proceeds.value / count.value
        if not is_possible_price(implied):
            reason = f"{proceeds.value:,f} dollars for {count.value:,f} bitcoin is {implied:,.2f} for one"
            out.rejected += [Rejected("impossible_price", reason, figure) for figure in parts.values()]
            out.figures = [f for f in out.figures if all(f is not p for p in parts.values())]
        elif price and abs(implied - price.value) > price.value * _TIE + proceeds.rounding / count.value:
            out.findings.append(
                Finding(
                    "sale_does_not_tie",
                    count.start,
                    count.end,
                    price.value,
                    implied.quantize(Decimal("0.01")),
                    (
                        f"{proceeds.value:,f} for {count.value:,f} bitcoin, and a stated average of "
                        f"{price.value:,f}"
                    ),
                    metric=price.fact,
                )
            )
