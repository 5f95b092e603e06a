"""The kind of a period (month, quarter, …), and the fiscal year and quarter that it ends."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.watchlist import Company

# Days of a period, both ends included. Quarters and years of 13 and 52/53 weeks count; a stub after a merger
# does not.
_KINDS = (
    ("month", 28, 35),
    ("quarter", 84, 98),
    ("half", 175, 189),
    ("nine_months", 266, 280),
    ("year", 357, 378),
)
DateRange = tuple[date, date]
"""First and last day of a period."""
KINDS = (*(kind for kind, _, _ in _KINDS), "instant")
_TOLERANCE = timedelta(days=10)


def kind_of(start: date | None, end: date) -> str | None:
    """month, quarter, half, nine_months, year or instant; None for other lengths."""
    if start is None:
        return "instant"
    days = (end - start).days + 1
    return next((kind for kind, least, most in _KINDS if least <= days <= most), None)


@dataclass(frozen=True, slots=True)
class FiscalPeriod:
    """The company's fiscal year and quarter (1 to 4) that a period ends."""

    year: int
    quarter: int


def _year_end(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def fiscal_period(company: Company, end: date) -> FiscalPeriod:
    """Fiscal year and quarter in which a period ends.

    A fiscal year has the number of the year in which it ends: CleanSpark's quarter to 2024-12-31 is Q1 of
    2025 (year end September), IREN's to 2025-03-31 is Q3 of FY2025. 52/53-week years end up to ten days from
    the nominal day.
    """
    fye = company.fiscal_year_end(end)
    for year in (end.year - 1, end.year, end.year + 1):
        closing = _year_end(year, fye.month, fye.day)
        if closing >= end - _TOLERANCE:
            months = round((closing - end).days / 30.4375)
            return FiscalPeriod(year, max(1, 4 - months // 3))
    raise AssertionError("three years around a day always hold its fiscal year")


def same_day(one: date, other: date) -> bool:
    """Whether two days are the same closing day within a week, for 52/53-week years."""
    return abs((one - other).days) <= 7
