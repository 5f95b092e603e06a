"""Entries of broad feeds: which of them name a watched company."""

import pytest

from pipelines.steps.feeds import is_about_watched
from pipelines.watchlist import load_watchlist

WATCHLIST = load_watchlist()


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Core Scientific Announces First Quarter Results", ""),
        ("CLEANSPARK ANNOUNCES FIRST QUARTER RESULTS", ""),
        ("First Quarter Results", "AUSTIN, Texas -- Core Scientific, Inc. (Nasdaq: CORZ) today announced"),
        ("Miner Sells Coins", "CASTLE ROCK, Colo. -- Riot Platforms, Inc. (NASDAQ: RIOT) sold 475 bitcoin"),
        ("Cleanspark mined 633 bitcoin in April", ""),
        ("Riot sold 475 bitcoin in April", ""),
        ("A new lease in Texas", "The tenant signed with a company listed as Nasdaq: WULF."),
    ],
)
def test_entry_about_watched_company_is_kept(title: str, summary: str) -> None:
    assert is_about_watched(title, summary, WATCHLIST)


@pytest.mark.parametrize(
    ("title", "summary"),
    [
        ("Acme Biotech Reports Phase 2 Results", "CAMBRIDGE, Mass. -- Acme Biotech, Inc. (Nasdaq: ACME)"),
        ("Riot Games Announces New Season", "The publisher of League of Legends, Riot Games, said"),
        ("Riot Police Called to Stadium", "A riot broke out after the match."),
        ("Intel Core Ultra Launches", "The new Intel Core processors are on sale."),
        ("Pizza Hut Opens 100th Store", "Pizza Hut said the store opens in May."),
        ("Keel Laid for New Ferry", "The keel of the ferry was laid on Monday."),
        ("Marathon Runner Breaks Record", "The Marathon was held in Berlin."),
        ("Strengthening Our Core Values", "Core values guide the company."),
        ("", ""),
    ],
)
def test_entry_about_others_is_skipped(title: str, summary: str) -> None:
    """Names that are also common words count only beside the full name, the listing or mining."""
    assert not is_about_watched(title, summary, WATCHLIST)
