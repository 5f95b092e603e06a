"""Times of sentences and the periods that they mean."""

from datetime import date

import pytest

from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.sentences import MaskedSentence
from pipelines.parse.language.times import find_times, resolve, shifted
from pipelines.watchlist import load_watchlist


def period(start: str, end: str) -> Period:
    return Period(date.fromisoformat(start) if start else None, date.fromisoformat(end))


# Riot's fiscal year ends in December, CleanSpark's in September.
UPDATE = ("RIOT", "2025-04-03", period("2025-03-01", "2025-03-31"))
RESULTS = ("RIOT", "2024-11-06", period("2024-07-01", "2024-09-30"))
ANNUAL = ("RIOT", "2025-02-20", period("2024-01-01", "2024-12-31"))
FISCAL = ("CLSK", "2025-08-07", period("2025-04-01", "2025-06-30"))
FISCAL_UPDATE = ("CLSK", "2025-08-04", period("2025-07-01", "2025-07-31"))


def meant(text: str, of: tuple[str, str, Period]) -> list[tuple[str, str] | None]:
    """The start and end of every time of a sentence; None if it is unclear."""
    ticker, day, subject = of
    disclosure = DisclosureContext(load_watchlist().by_ticker(ticker), date.fromisoformat(day))
    sentence = MaskedSentence(text, disclosure)
    periods = [
        resolve(time, subject, subject, disclosure) for time in find_times(sentence.masked, sentence.periods)
    ]
    return [None if p is None else (str(p.start) if p.start else "", str(p.end)) for p in periods]


MEANINGS = [
    (UPDATE, "mined in the month", ("2025-03-01", "2025-03-31")),
    (UPDATE, "mined in the quarter", ("2025-01-01", "2025-03-31")),
    (UPDATE, "mined in the year", None),
    (UPDATE, "mined in the prior month", ("2025-02-01", "2025-02-28")),
    (UPDATE, "mined the month before", ("2025-02-01", "2025-02-28")),
    (UPDATE, "mined in the previous quarter", ("2024-10-01", "2024-12-31")),
    (UPDATE, "mined last month", ("2025-03-01", "2025-03-31")),
    (UPDATE, "mined last quarter", ("2025-01-01", "2025-03-31")),
    (UPDATE, "mined in the same month last year", ("2024-03-01", "2024-03-31")),
    (UPDATE, "mined in the same month of 2023", ("2023-03-01", "2023-03-31")),
    (UPDATE, "mined two months ago", ("2025-01-01", "2025-01-31")),
    (UPDATE, "mined two quarters earlier", ("2024-07-01", "2024-09-30")),
    (UPDATE, "mined a year ago", ("2024-03-01", "2024-03-31")),
    (UPDATE, "mined year to date", ("2025-01-01", "2025-03-31")),
    (UPDATE, "mined year-to-date through February 28, 2025", ("2025-01-01", "2025-02-28")),
    (UPDATE, "held at month-end", ("", "2025-03-31")),
    (UPDATE, "held at the end of the quarter", ("", "2025-03-31")),
    (UPDATE, "held at the end of February 2025", ("", "2025-02-28")),
    (UPDATE, "currently held", ("", "2025-03-31")),
    (UPDATE, "held as of today", ("", "2025-04-03")),
    (UPDATE, "mined in 2024", ("2024-01-01", "2024-12-31")),
    (UPDATE, "mined since inception", None),
    (UPDATE, "mined over the last twelve months", None),
    (UPDATE, "mined in the last week", None),
    (UPDATE, "mined in January and February 2025", ("2025-01-01", "2025-02-28")),
    (UPDATE, "mined from January 1, 2025 to March 31, 2025", ("2025-01-01", "2025-03-31")),
    (UPDATE, "mined from December 1, 2024 through February 28, 2025", ("2024-12-01", "2025-02-28")),
    (RESULTS, "mined in the quarter", ("2024-07-01", "2024-09-30")),
    (RESULTS, "mined in the period", ("2024-07-01", "2024-09-30")),
    (RESULTS, "mined in the prior quarter", ("2024-04-01", "2024-06-30")),
    (RESULTS, "mined in the previous month", ("2024-08-01", "2024-08-31")),
    (RESULTS, "mined in the prior-year quarter", ("2023-07-01", "2023-09-30")),
    (RESULTS, "mined in the same period of 2022", ("2022-07-01", "2022-09-30")),
    (RESULTS, "mined last quarter", ("2024-07-01", "2024-09-30")),
    (RESULTS, "mined last month", ("2024-10-01", "2024-10-31")),
    (RESULTS, "mined in the nine months", ("2024-01-01", "2024-09-30")),
    (RESULTS, "mined in the six months", None),
    (RESULTS, "mined in the first nine months of the year", ("2024-01-01", "2024-09-30")),
    (RESULTS, "mined in the year", None),
    (RESULTS, "mined year to date", ("2024-01-01", "2024-09-30")),
    (RESULTS, "held at quarter-end", ("", "2024-09-30")),
    (RESULTS, "held at year-end", None),
    (RESULTS, "held a year earlier", ("2023-07-01", "2023-09-30")),
    (RESULTS, "held three months ago", ("2024-06-01", "2024-06-30")),
    (RESULTS, "currently held", ("", "2024-11-06")),
    (RESULTS, "held as of today", ("", "2024-11-06")),
    (ANNUAL, "mined in the year", ("2024-01-01", "2024-12-31")),
    (ANNUAL, "mined in the quarter", ("2024-10-01", "2024-12-31")),
    (ANNUAL, "full-year production", ("2024-01-01", "2024-12-31")),
    (ANNUAL, "mined in the previous year", ("2023-01-01", "2023-12-31")),
    (ANNUAL, "mined in 2023", ("2023-01-01", "2023-12-31")),
    (ANNUAL, "held at year-end", ("", "2024-12-31")),
    (ANNUAL, "mined two years ago", ("2022-01-01", "2022-12-31")),
    (FISCAL, "mined in the quarter", ("2025-04-01", "2025-06-30")),
    (FISCAL, "mined in the first nine months of the fiscal year", ("2024-10-01", "2025-06-30")),
    (FISCAL, "mined in fiscal 2024", ("2023-10-01", "2024-09-30")),
    (FISCAL, "mined in 2024", None),
    (FISCAL, "mined year to date", None),
    (FISCAL, "mined calendar year to date", ("2025-01-01", "2025-06-30")),
    (FISCAL, "mined last quarter", ("2025-04-01", "2025-06-30")),
    (FISCAL_UPDATE, "mined in 2024", ("2024-01-01", "2024-12-31")),
    (FISCAL_UPDATE, "mined last quarter", ("2025-04-01", "2025-06-30")),
    (FISCAL_UPDATE, "mined in the quarter", None),
]


@pytest.mark.parametrize(("of", "text", "wanted"), MEANINGS)
def test_time_means_a_period(of: tuple[str, str, Period], text: str, wanted: tuple[str, str] | None) -> None:
    assert meant(text, of) == [wanted]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "for the three months ended September 30, 2024 and 2023",
            [("2024-07-01", "2024-09-30"), ("2023-07-01", "2023-09-30")],
        ),
        (
            "for the three and nine months ended September 30, 2024",
            [("2024-07-01", "2024-09-30"), ("2024-01-01", "2024-09-30")],
        ),
        ("in 2023 and 2022", [("2023-01-01", "2023-12-31"), ("2022-01-01", "2022-12-31")]),
        (
            "mined 1 in July 2024 and 2 in August 2024",
            [("2024-07-01", "2024-07-31"), ("2024-08-01", "2024-08-31")],
        ),
        (
            "mined 1 and 2 in July and August 2024, respectively",
            [("2024-07-01", "2024-07-31"), ("2024-08-01", "2024-08-31")],
        ),
        ("in June 2024 and August 2024", [("2024-06-01", "2024-06-30"), ("2024-08-01", "2024-08-31")]),
        ("held 1 on June 30, 2024 and 2 on July 31, 2024", [("", "2024-06-30"), ("", "2024-07-31")]),
        ("rose between June 30, 2024 and July 31, 2024", [("", "2024-07-31")]),
        ("from June 3, 2024 to July 20, 2024", [None]),
    ],
)
def test_times_of_a_sentence(text: str, wanted: list[tuple[str, str] | None]) -> None:
    assert meant(text, RESULTS) == wanted


@pytest.mark.parametrize(
    ("start", "end", "months", "wanted"),
    [
        ("2025-03-01", "2025-03-31", 1, ("2025-02-01", "2025-02-28")),
        ("2025-02-01", "2025-02-28", 12, ("2024-02-01", "2024-02-29")),
        ("2025-01-01", "2025-03-31", 3, ("2024-10-01", "2024-12-31")),
        ("", "2025-02-28", 1, ("", "2025-01-31")),
        ("", "2025-03-30", 1, ("", "2025-02-28")),
        ("", "2025-03-15", 3, ("", "2024-12-15")),
        ("2025-01-01", "2025-03-31", -12, ("2026-01-01", "2026-03-31")),
    ],
)
def test_period_is_shifted(start: str, end: str, months: int, wanted: tuple[str, str]) -> None:
    assert shifted(period(start, end), months) == period(*wanted)


@pytest.mark.parametrize(
    ("text", "bounded"),
    [
        ("held in March 2025", False),
        ("held at the end of March 2025", False),
        ("held by the end of March 2025", False),
        ("held before March 2025", True),
        ("held from March 2025", True),
        ("held until the end of March 2025", False),
    ],
)
def test_time_is_only_an_edge(text: str, bounded: bool) -> None:
    disclosure = DisclosureContext(None, date(2025, 5, 5))
    sentence = MaskedSentence(text, disclosure)
    [time] = find_times(sentence.masked, sentence.periods)
    assert time.bounded == bounded


def test_first_month_of_a_range_is_an_edge() -> None:
    disclosure = DisclosureContext(None, date(2025, 5, 5))
    sentence = MaskedSentence("mined January 2025 through the end of March 2025", disclosure)
    first, last = find_times(sentence.masked, sentence.periods)
    assert (first.bounded, last.period) == (True, Period(None, date(2025, 3, 31)))
