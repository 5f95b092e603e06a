"""Parsing EDGAR's feed of current filings and its daily index."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import UnreadableDocument
from pipelines.extract.edgar_feeds import filing_day, read_current, read_daily_index


@pytest.mark.parametrize(
    ("accepted", "filed"),
    [
        ("2026-05-06T16:05:11-04:00", date(2026, 5, 6)),
        ("2025-08-04T17:58:00-04:00", date(2025, 8, 5)),
        ("2026-05-08T18:00:00-04:00", date(2026, 5, 11)),
    ],
)
def test_late_acceptance_is_filed_next_working_day(accepted: str, filed: date) -> None:
    assert filing_day(datetime.fromisoformat(accepted)) == filed


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_feed_and_index_of_any_bytes(content: bytes) -> None:
    for read in (read_current, read_daily_index):
        try:
            read(content)
        except UnreadableDocument as error:
            assert error.reason
