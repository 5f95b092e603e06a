"""EDGAR's feed of current filings by page, and its daily index, as served."""

from datetime import date
from urllib.parse import urlencode

from pipelines.extract.http import Fetcher

FEED = "https://www.sec.gov/cgi-bin/browse-edgar"
DAILY = "https://www.sec.gov/Archives/edgar/daily-index/"
PAGE = 100
"""Entries per page, EDGAR's maximum."""
MOST_PAGES = 20
"""EDGAR serves the last two thousand entries."""


def current_page(fetcher: Fetcher, form: str, number: int) -> bytes:
    """Fetch a page of the feed for a form; 0 is the newest. Raises like Fetcher.get."""
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
    """Fetch the index of a day's filings. Raises DocumentMissing on weekends and holidays."""
    quarter = (day.month - 1) // 3 + 1
    return fetcher.get(f"{DAILY}{day.year}/QTR{quarter}/master.{day:%Y%m%d}.idx").content
