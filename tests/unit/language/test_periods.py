"""Periods that headings and sentences name."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.parse.language.column_headings import read_heading
from pipelines.parse.language.periods import DisclosureContext, Period, find_periods, month_period, months_to
from pipelines.watchlist import load_watchlist

RIOT = DisclosureContext(load_watchlist().by_ticker("RIOT"), date(2025, 5, 5))
IREN = DisclosureContext(load_watchlist().by_ticker("IREN"), date(2025, 9, 5))
CLSK = DisclosureContext(load_watchlist().by_ticker("CLSK"), date(2025, 10, 3))

HEADINGS = [
    (RIOT, "April 2025", "2025-04-01", "2025-04-30"),
    (RIOT, "April 20251", "2025-04-01", "2025-04-30"),
    (IREN, "Aug-25", "2025-08-01", "2025-08-31"),
    (RIOT, "Month Ended September 30, | 2024", "2024-09-01", "2024-09-30"),
    (RIOT, "Three Months Ended March 31, | 2025", "2025-01-01", "2025-03-31"),
    (RIOT, "Q1 2025", "2025-01-01", "2025-03-31"),
    (RIOT, "1Q25", "2025-01-01", "2025-03-31"),
    (RIOT, "Q4'24", "2024-10-01", "2024-12-31"),
    (IREN, "Q3 FY25", "2025-01-01", "2025-03-31"),
    (IREN, "FY25", "2024-07-01", "2025-06-30"),
    (RIOT, "FY2024", "2024-01-01", "2024-12-31"),
    (RIOT, "Year Ended December 31, 2024", "2024-01-01", "2024-12-31"),
    (RIOT, "Six Months Ended June 30, 2024", "2024-01-01", "2024-06-30"),
    (RIOT, "Nine Months Ended | September 30, 2024", "2024-01-01", "2024-09-30"),
    (CLSK, "first quarter fiscal 2025", "2024-10-01", "2024-12-31"),
    (IREN, "Quarter ended 31 March 2025", "2025-01-01", "2025-03-31"),
    (CLSK, "September", "2025-09-01", "2025-09-30"),
    (CLSK, "second quarter of our fiscal year 2024", "2024-01-01", "2024-03-31"),
    (RIOT, "Twelve Months Ended December 31, 2024 (unaudited)", "2024-01-01", "2024-12-31"),
]


PARTS_OF_A_YEAR = [
    (CLSK, "the first quarter of the fiscal year ended September 30, 2024", "2023-10-01", "2023-12-31"),
    (CLSK, "the second half of our year ending September 30, 2025", "2025-04-01", "2025-09-30"),
    (RIOT, "the first nine months of the year ended December 31, 2024", "2024-01-01", "2024-09-30"),
    (RIOT, "the final three months of the year ended December 31, 2024", "2024-10-01", "2024-12-31"),
    (RIOT, "the fourth quarter of the fiscal year ended December 31, 2024", "2024-10-01", "2024-12-31"),
]


@pytest.mark.parametrize(("disclosure", "text", "start", "end"), PARTS_OF_A_YEAR)
def test_part_of_a_year_is_counted_from_its_first_month(
    disclosure: DisclosureContext, text: str, start: str, end: str
) -> None:
    assert [named.period for named in find_periods(text, disclosure)] == [
        Period(date.fromisoformat(start), date.fromisoformat(end))
    ]


@pytest.mark.parametrize(("disclosure", "text", "start", "end"), HEADINGS)
def test_heading_names_period(disclosure: DisclosureContext, text: str, start: str, end: str) -> None:
    assert read_heading(text, disclosure) == Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "text",
    [
        "% Change",
        "Month/Month",
        "Y/Y",
        "Variance",
        "Comparison (%) | Month/Month",
        "Change | April 2025 vs March 2025",
        "Metric",
        "Q1 2025 | Q4 2024",
        "Target 2026",
        "Since inception",
        "TTM March 31, 2025",
    ],
)
def test_heading_with_no_or_two_periods(text: str) -> None:
    assert read_heading(text, RIOT) is None


def test_day_is_an_instant() -> None:
    assert read_heading("8/31/2025", RIOT) == Period(None, date(2025, 8, 31))
    assert read_heading("As of April 30, 2025", RIOT) == Period(None, date(2025, 4, 30))


def test_invalid_month_is_none() -> None:
    assert read_heading("Smarch 2025", RIOT) is None
    assert read_heading("13/45/2025", RIOT) is None
    assert find_periods("Month Ended February 31, 2025", RIOT) == [] or all(
        n.period.end.month != 2 or n.period.end.day <= 29
        for n in find_periods("Month Ended February 31, 2025", RIOT)
    )


def test_june_30_is_not_june_2030() -> None:
    assert [
        n.period for n in find_periods("held as of June 30", DisclosureContext(None, date(2025, 7, 3)))
    ] == [Period(None, date(2025, 6, 30))]


def test_calendar_year_is_not_fiscal_year() -> None:
    [named] = find_periods("mined in calendar year 2024.", CLSK)
    assert named.period == Period(date(2024, 1, 1), date(2024, 12, 31))


@given(
    st.integers(2012, 2035),
    st.integers(1, 12),
    st.sampled_from(
        ["{m} {y}", "{m}, {y}", "Month Ended {m} {y}", "{a}-{s}", "{a} {y}", "{m} {y} (unaudited)"]
    ),
)
def test_any_month_format_is_read(year: int, month: int, form: str) -> None:
    span = month_period(year, month)
    assert span.start is not None
    text = form.format(m=span.end.strftime("%B"), a=span.end.strftime("%b"), y=year, s=f"{year % 100:02d}")
    assert read_heading(text, DisclosureContext(None, date(2036, 1, 1))) == span


@given(st.dates(date(2010, 1, 1), date(2040, 1, 1)), st.sampled_from([1, 3, 6, 9, 12]))
def test_month_periods_end_where_stated(day: date, months: int) -> None:
    span = months_to(day, months)
    assert span.start is not None
    assert span.end == day
    assert span.months == months
    if (day + timedelta(days=1)).day == 1:
        assert span.start.day == 1


@given(st.text(max_size=120))
def test_any_text_has_valid_periods(text: str) -> None:
    for named in find_periods(text, RIOT):
        assert named.period.start is None or named.period.start <= named.period.end


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("in the final month of 2024", "2024-12-01", "2024-12-31"),
        ("in the last three months of 2024", "2024-10-01", "2024-12-31"),
        ("over the six months of 2024", "2024-01-01", "2024-06-30"),
        ("in the first ten months of 2024", "2024-01-01", "2024-10-31"),
    ],
)
def test_months_of_a_year(text: str, start: str, end: str) -> None:
    (named,) = find_periods(text, RIOT)
    assert named.period == Period(date.fromisoformat(start), date.fromisoformat(end))


_WORDS_OF_A_PERIOD = (
    ("", "first ", "second ", "last ", "final ", "same "),
    ("", "two ", "three ", "six ", "nine "),
    ("months ", "month ", "quarter ", "half ", "year ", "weeks "),
    ("", "of ", "of fiscal ", "ended ", "to "),
    ("2024", "December 2024", "December 31, 2024", "Q3 2024", "FY24"),
)


@pytest.mark.parametrize("disclosure", [RIOT, CLSK])
def test_words_of_periods_in_every_combination(disclosure: DisclosureContext) -> None:
    for words in product(*_WORDS_OF_A_PERIOD):
        text = "".join(words)
        for named in find_periods(text, disclosure):
            assert named.period.start is None or named.period.start <= named.period.end, text
        read_heading(text, disclosure)
