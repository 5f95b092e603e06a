"""Periods and fiscal quarters, of 52/53-week years too."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.normalize.periods import fiscal_period, kind_of
from pipelines.watchlist import load_watchlist


@pytest.mark.parametrize(
    ("start", "end", "kind"),
    [
        ("2024-01-01", "2024-01-31", "month"),
        ("2024-02-01", "2024-02-29", "month"),
        ("2024-01-01", "2024-03-31", "quarter"),
        ("2023-10-01", "2024-03-31", "half"),
        ("2024-01-01", "2024-09-30", "nine_months"),
        ("2024-01-01", "2024-12-31", "year"),
        ("2023-12-31", "2024-03-30", "quarter"),
        ("2023-10-01", "2024-10-05", "year"),
        ("2024-01-01", "2024-01-23", None),
        ("2025-01-06", "2025-01-06", None),
        ("2024-01-01", "2024-05-15", None),
        ("2022-01-01", "2024-12-31", None),
        (None, "2024-12-31", "instant"),
    ],
)
def test_kind_of_period(start: str | None, end: str, kind: str | None) -> None:
    assert kind_of(date.fromisoformat(start) if start else None, date.fromisoformat(end)) == kind


@pytest.mark.parametrize(
    ("ticker", "end", "year", "quarter"),
    [
        ("CLSK", "2024-12-31", 2025, 1),
        ("CLSK", "2025-09-30", 2025, 4),
        ("IREN", "2025-03-31", 2025, 3),
        ("HIVE", "2025-09-30", 2026, 2),
        ("CORZ", "2025-09-30", 2025, 3),
        ("CORZ", "2024-12-31", 2024, 4),
        ("HUT", "2023-09-30", 2024, 1),
        ("HUT", "2024-03-31", 2024, 1),
    ],
)
def test_fiscal_period_of_company(ticker: str, end: str, year: int, quarter: int) -> None:
    found = fiscal_period(load_watchlist().by_ticker(ticker), date.fromisoformat(end))
    assert (found.year, found.quarter) == (year, quarter)


def test_fiscal_period_tolerates_a_week() -> None:
    company = load_watchlist().by_ticker("CORZ")
    for end in (date(2024, 3, 30), date(2024, 3, 31), date(2024, 4, 3)):
        assert (fiscal_period(company, end).year, fiscal_period(company, end).quarter) == (2024, 1)
    assert fiscal_period(company, date(2025, 1, 3)).quarter == 4
    assert fiscal_period(company, date(2025, 1, 3)).year == 2024


@given(
    st.sampled_from([c for c in load_watchlist().companies if len(c.fiscal_year_ends) == 1]),
    st.dates(date(2018, 1, 1), date(2030, 12, 31)),
)
def test_fiscal_quarters_are_consecutive(company: object, day: date) -> None:
    found = fiscal_period(company, day)
    assert found.quarter in (1, 2, 3, 4)
    later = fiscal_period(company, day + timedelta(days=92))
    assert (later.year, later.quarter) >= (found.year, found.quarter)
