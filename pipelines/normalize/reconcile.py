"""Reconcile the documents of a company.

Each difference is a finding with both figures and documents. Nothing is corrected: a company's wrong figure
stays its figure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pipelines.normalize.figures import Finding
from pipelines.normalize.periods import kind_of
from pipelines.normalize.precedence import precedence
from pipelines.normalize.stated_periods import Part, PeriodStatement, mismatches

PRODUCED, HELD, SOLD, PURCHASED = "bitcoin_produced", "bitcoin_held", "bitcoin_sold", "bitcoin_purchased"
PROCEEDS, PRICE, FAIR_VALUE, REVENUE = (
    "bitcoin_sale_proceeds",
    "average_sale_price",
    "bitcoin_fair_value",
    "total_revenue",
)

# Tolerance for coins paid to pools, hosts and staff, or not yet booked. Riot's months reconcile exactly;
# those of Core Scientific and Cipher within some tens.
_ROLL_SHARE, _ROLL_COINS = Decimal("0.05"), Decimal(5)
# Tolerance for fees and the hour of a sale; larger if the source has only month-end prices.
_RANGE_SLACK, _SPARSE_SLACK = Decimal("0.03"), Decimal("0.30")
_FAIR_SLACK = Decimal("0.03")


@dataclass(frozen=True, slots=True)
class DocumentFigure:
    """A figure of a company as a document states it."""

    metric: str
    start: date | None
    end: date
    value: Decimal
    rounding: Decimal
    document_kind: str
    url: str
    locator: str
    disclosed_at: datetime


def by_precedence(figures: Iterable[DocumentFigure]) -> dict[tuple[str, date | None, date], DocumentFigure]:
    """The highest-precedence figure of each metric and period; of equal ones the latest."""
    out: dict[tuple[str, date | None, date], DocumentFigure] = {}
    for figure in sorted(figures, key=lambda f: (-precedence(f.document_kind), f.disclosed_at)):
        out[(figure.metric, figure.start, figure.end)] = figure
    return out


def reconcile_documents(figures: Sequence[DocumentFigure], prices: Mapping[date, Decimal]) -> list[Finding]:
    """All findings between the documents of one company, by period and check."""
    now = by_precedence(figures)
    checks: tuple[Callable[[], list[Finding]], ...] = (
        lambda: holdings_roll(now),
        lambda: shorter_and_longer_periods(now),
        lambda: sale_prices(now, prices),
        lambda: releases_and_reports(figures),
        lambda: holdings_and_fair_value(now, prices),
    )
    found = [finding for check in checks for finding in check()]
    return sorted(found, key=lambda f: (f.end, f.check, f.detail))


def holdings_roll(now: Mapping[tuple[str, date | None, date], DocumentFigure]) -> list[Finding]:
    """Compare produced − sold + bought with the change in holdings: `holdings_do_not_roll`.

    By month. Months without a stated sale are skipped: the sale may not be zero.
    """
    out = []
    held = {key[2]: figure for key, figure in now.items() if key[0] == HELD}
    for (metric, start, end), produced in now.items():
        if metric != PRODUCED or start is None or kind_of(start, end) != "month":
            continue
        before, after, sold = held.get(start - timedelta(days=1)), held.get(end), now.get((SOLD, start, end))
        if before is None or after is None or sold is None:
            continue
        bought = now.get((PURCHASED, start, end))
        expected = produced.value - sold.value + (bought.value if bought else 0)
        change = after.value - before.value
        slack = max(_ROLL_COINS, (produced.value + sold.value) * _ROLL_SHARE) + sum(
            (f.rounding for f in (produced, sold, before, after)), Decimal(0)
        )
        if abs(change - expected) > slack:
            out.append(
                Finding(
                    "holdings_do_not_roll",
                    start,
                    end,
                    expected,
                    change,
                    f"{produced.value:,f} produced, {sold.value:,f} sold"
                    f"{f', {bought.value:,f} bought' if bought else ''}: a change of {expected:,f}; holdings "
                    f"went from {before.value:,f} to {after.value:,f}, and no document explains the other "
                    f"{change - expected:,f}",
                    tuple(dict.fromkeys(f.url for f in (before, produced, sold, after))),
                    metric=HELD,
                    others=((None, before.end), (None, after.end)),
                )
            )
    return out


def shorter_and_longer_periods(now: Mapping[tuple[str, date | None, date], DocumentFigure]) -> list[Finding]:
    """Compare bitcoin produced and sold in shorter and longer periods (see `mismatches`).

    Core Scientific's press release of March 2024: 1,114 + 952 + 981 = 3,047 sold by month, 2,888 for the
    quarter. Proceeds and revenue are compared where their quarters are derived.
    """
    out = []
    for metric in (PRODUCED, SOLD):
        stated = {
            (f.start, f.end): PeriodStatement(
                f.start, f.end, 0, f.url, f.disclosed_at, True, {metric: Part(f.value, f.rounding, "", "")}
            )
            for f in now.values()
            if f.metric == metric and f.start is not None
        }
        out += [mismatch.finding(metric) for mismatch in mismatches(stated)]
    return out


def sale_prices(
    now: Mapping[tuple[str, date | None, date], DocumentFigure], prices: Mapping[date, Decimal]
) -> list[Finding]:
    """Check that proceeds ÷ count is within the period's price range: `price_outside_range`."""
    out = []
    for (metric, start, end), sold in now.items():
        proceeds = now.get((PROCEEDS, start, end))
        if metric != SOLD or start is None or proceeds is None or not sold.value or not proceeds.value:
            continue
        known = {day: price for day, price in prices.items() if start - timedelta(days=1) <= day <= end}
        if len(known) < 2:
            continue
        dense = len(known) * 3 >= ((end - start).days + 1) * 2
        slack = _RANGE_SLACK if dense else _SPARSE_SLACK
        implied = proceeds.value / sold.value
        blur = (proceeds.rounding / sold.value) + implied * sold.rounding / sold.value
        low, high = min(known.values()) * (1 - slack) - blur, max(known.values()) * (1 + slack) + blur
        if not low <= implied <= high:
            nearest = low if implied < low else high
            out.append(
                Finding(
                    "price_outside_range",
                    start,
                    end,
                    nearest.quantize(Decimal("0.01")),
                    implied.quantize(Decimal("0.01")),
                    f"{proceeds.value:,f} for {sold.value:,f} bitcoin is {implied:,.0f} for one; "
                    f"bitcoin cost {min(known.values()):,.0f} to {max(known.values()):,.0f}"
                    + ("" if dense else " at the ends of months"),
                    tuple(dict.fromkeys((sold.url, proceeds.url))),
                    metric=PROCEEDS,
                )
            )
    return out


def releases_and_reports(figures: Sequence[DocumentFigure]) -> list[Finding]:
    """Compare a press release with the report of the same period: `release_differs_from_report`.

    Revenue, proceeds, production and holdings, each within the rounding of both.
    """
    reports: dict[tuple[str, date | None, date], DocumentFigure] = {}
    for figure in sorted(figures, key=lambda f: f.disclosed_at):
        if figure.document_kind == "report" and figure.metric in (REVENUE, PROCEEDS, PRODUCED, HELD, SOLD):
            reports.setdefault((figure.metric, figure.start, figure.end), figure)
    out = []
    for figure in figures:
        if figure.document_kind not in ("release", "update"):
            continue
        report = reports.get((figure.metric, figure.start, figure.end))
        if report is None or abs(report.value - figure.value) <= report.rounding + figure.rounding:
            continue
        out.append(
            Finding(
                "release_differs_from_report",
                figure.start,
                figure.end,
                report.value,
                figure.value,
                f"{figure.metric}: {figure.value:,f} in the release, {report.value:,f} in the report",
                (report.url, figure.url),
                metric=figure.metric,
            )
        )
    return out


def holdings_and_fair_value(
    now: Mapping[tuple[str, date | None, date], DocumentFigure], prices: Mapping[date, Decimal]
) -> list[Finding]:
    """Compare holdings × price with the fair value: `holdings_do_not_fit_fair_value`."""
    out = []
    for (metric, start, end), held in now.items():
        value, price = now.get((FAIR_VALUE, None, end)), prices.get(end)
        if metric != HELD or start is not None or value is None or not price or not value.value:
            continue
        expected = value.value / price
        if abs(held.value - expected) > expected * _FAIR_SLACK + held.rounding:
            out.append(
                Finding(
                    "holdings_do_not_fit_fair_value",
                    None,
                    end,
                    expected.quantize(Decimal(1)),
                    held.value,
                    f"a fair value of {value.value:,f} at {price:,.0f} is {expected:,.0f} bitcoin, "
                    f"{held.value:,f} are stated",
                    tuple(dict.fromkeys((held.url, value.url))),
                    metric=HELD,
                )
            )
    return out
