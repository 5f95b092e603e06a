"""EDGAR's feed of current filings, page by page, and its index of a day: the bytes, as served."""

from datetime import date
from urllib.parse import urlencode

from pipelines.extract.http import Fetcher

FEED = "https://www.sec.gov/cgi-bin/browse-edgar"
DAILY = "https://www.sec.gov/Archives/edgar/daily-index/"
PAGE = 100
"""Entries a page, the most that EDGAR gives."""
MOST_PAGES = 20
"""EDGAR goes back no further than two thousand entries."""


def current_page(fetcher: Fetcher, form: str, number: int) -> bytes:
    """A page of the feed for a form and its amendments, 0 the newest. Raises what Fetcher.get raises."""
    query = {
        "action": "getcurrent",
        "type": form,
        "company": "",
        "dateb": "",
        "owner": "exclude",
        "start": number * PAGE,
        "count": PAGE,
        "output": "atom",
    }
    return fetcher.get(f"{FEED}?{urlencode(query)}").content


def daily_index(fetcher: Fetcher, day: date) -> bytes:
    """The index of a day's filings. DocumentMissing where there is none: weekends, holidays."""
    quarter = (day.month - 1) // 3 + 1
    return fetcher.get(f"{DAILY}{day.year}/QTR{quarter}/master.{day:%Y%m%d}.idx").content
