"""Periods and sections of headings, and where boilerplate begins."""

from datetime import date

import pytest

from pipelines.parse.document.page import Block
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.press_releases.passage import Passage
from pipelines.watchlist import load_lexicon, load_watchlist

QUARTER = Period(date(2024, 7, 1), date(2024, 9, 30))
NINE_MONTHS = Period(date(2024, 1, 1), date(2024, 9, 30))
QUARTER_BEFORE = Period(date(2024, 4, 1), date(2024, 6, 30))
HEADLINE = "Riot Reports Third Quarter 2024 Results"
BOTH = "Riot Reports Results for the Third Quarter 2024 and the Nine Months Ended September 30, 2024"


def passage(headline: str = HEADLINE, subject: Period | None = QUARTER) -> Passage:
    disclosure = DisclosureContext(load_watchlist().by_ticker("RIOT"), date(2024, 11, 6))
    return Passage(disclosure, subject, headline, load_lexicon().frames)


def heading(text: str) -> Block:
    return Block(text, 0, heading=True, bullet=False)


def plain(text: str, *, bullet: bool = False) -> Block:
    return Block(text, 0, heading=False, bullet=bullet)


def test_release_begins_with_its_own_period() -> None:
    found = passage()
    assert (found.period, found.certain, found.section, found.compared) == (QUARTER, True, "", None)


def test_headline_with_two_lengths_is_uncertain() -> None:
    assert not passage(BOTH).certain
    assert passage("Riot Reports Third Quarter 2024 Results, Expects a Good Year 2025").certain


@pytest.mark.parametrize(
    "block",
    [
        heading("Nine Months Ended September 30, 2024"),
        heading("Nine Months Ended September 30, 2024:"),
        plain("Highlights for the Nine Months Ended September 30, 2024"),
    ],
)
def test_heading_sets_the_period(block: Block) -> None:
    found = passage(BOTH)
    assert found.enter(block)
    assert (found.period, found.certain, found.section) == (NINE_MONTHS, True, block.text.strip(" :"))


@pytest.mark.parametrize(
    "block",
    [
        plain("Riot mined more in the nine months ended September 30, 2024."),
        plain("Highlights for the nine months ended September 30, 2024"),
        plain("Highlights for the Nine Months Ended September 30, 2024,"),
        plain("Notes for the Nine Months Ended September 30, 2024"),
        plain("Highlights for the Nine Months Ended September 30, 2024", bullet=True),
        plain("Financial Highlights " * 4 + "for the Nine Months Ended September 30, 2024"),
        plain("Results of the Nine Months Ended September 30, 2024 and 1,115 BTC"),
        heading("Results " * 20 + "of the Nine Months Ended September 30, 2024"),
    ],
)
def test_other_blocks_keep_the_period(block: Block) -> None:
    found = passage()
    assert found.enter(block)
    assert (found.period, found.section) == (QUARTER, "")


def test_heading_without_a_period_keeps_the_last_one() -> None:
    found = passage()
    found.enter(heading("Nine Months Ended September 30, 2024"))
    found.enter(heading("Power"))
    assert (found.period, found.section) == (NINE_MONTHS, "Power")


def test_heading_without_a_period_is_uncertain_below_two() -> None:
    found = passage(BOTH)
    found.enter(heading("Nine Months Ended September 30, 2024"))
    found.enter(heading("Power"))
    assert (found.period, found.certain) == (QUARTER, False)


def test_heading_with_two_periods_is_the_release_s() -> None:
    found = passage()
    found.enter(heading("Nine Months Ended September 30, 2024"))
    found.enter(heading("Second Quarter 2024 and Third Quarter 2024"))
    assert (found.period, found.certain) == (QUARTER, True)


def test_compared_period_is_kept_apart() -> None:
    found = passage()
    found.enter(heading("Third Quarter 2024 Compared to Second Quarter 2024"))
    assert (found.period, found.compared) == (QUARTER, QUARTER_BEFORE)
    found.enter(heading("Power"))
    assert found.compared is None


def test_compared_period_alone_is_not_the_heading_s() -> None:
    found = passage()
    found.enter(
        heading("Nine Months Ended September 30, 2024 versus the Second Quarter 2024 and First Quarter 2024")
    )
    assert (found.period, found.compared) == (NINE_MONTHS, None)


def test_heading_with_a_figure_does_not_reset_the_period() -> None:
    found = passage(BOTH)
    found.enter(heading("Nine Months Ended September 30, 2024"))
    found.enter(heading("Riot mined 1,115 bitcoin"))
    assert (found.period, found.certain, found.section) == (NINE_MONTHS, True, "Riot mined 1,115 bitcoin")


def test_year_to_date_heading_ends_with_the_subject() -> None:
    found = passage()
    found.enter(heading("YTD 2024 Highlights"))
    assert (found.period, found.certain) == (NINE_MONTHS, True)


def test_year_to_date_heading_needs_a_subject() -> None:
    found = passage(subject=None)
    found.enter(heading("Year-to-date Highlights"))
    assert found.period is None


def test_boilerplate_ends_the_news() -> None:
    found = passage()
    assert found.enter(plain("Riot mined 1,115 bitcoin."))
    assert not found.enter(heading("About Riot Platforms"))
    assert not found.enter(plain("Riot mined 20,000 bitcoin since 2018."))


def test_headings_in_boilerplate_set_no_period() -> None:
    found = passage()
    found.enter(heading("About Riot Platforms"))
    found.enter(heading("Nine Months Ended September 30, 2024 risks"))
    assert (found.period, found.section) == (QUARTER, "")


def test_news_goes_on_in_the_next_exhibit() -> None:
    found = passage()
    found.enter(heading("About Riot Platforms"))
    assert found.enter(plain("Exhibit 99.2"))
    assert found.enter(plain("Riot mined 1,115 bitcoin."))


def test_statements_behind_boilerplate_are_news() -> None:
    found = passage()
    found.enter(heading("About Riot Platforms"))
    assert found.enter(heading("Consolidated Statements of Operations"))
