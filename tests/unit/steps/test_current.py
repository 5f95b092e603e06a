"""Each filing of a feed is found once."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.steps import current
from tests.edgar_server import feed_page

RIOT, CORZ = "1167419", "1839341"


START = datetime(2026, 5, 6, 20, 0, tzinfo=UTC)


def number(n: int) -> str:
    return f"0000000001-26-{n:06}"


def at(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60, unique=True), st.integers(1, 7))
@settings(max_examples=40, deadline=None)
def test_each_filing_is_found_once_in_any_order(moments: list[int], looks: int) -> None:
    """Filings of one company in looks of any size: within the overlap of half an hour none is lost and none told twice."""
    from types import SimpleNamespace

    from pipelines.steps.current import Look, _look_at

    arrived: list[int] = []
    pages: list[bytes] = []

    def page(fetcher: object, form: str, number_: int) -> bytes:
        return pages[number_] if number_ < len(pages) else feed_page()

    found: list[str] = []
    seen: dict[str, str] = {}
    original, current.current.current_page = current.current.current_page, page
    try:
        for look in range(looks):
            arrived += moments[look::looks]
            shown = sorted(arrived, reverse=True)
            entries = [(RIOT, number(m), "8-K", at(m)) for m in shown]
            pages[:] = [feed_page(*entries[i : i + 100]) for i in range(0, len(entries), 100)]
            held = SimpleNamespace(fetcher=None, watchlist=SimpleNamespace(by_cik=lambda cik: cik))
            new, seen = _look_at(held, "8-K", seen, Look())  # type: ignore[arg-type]
            found += [f.accession for f in new]
    finally:
        current.current.current_page = original
    assert sorted(found) == sorted(number(m) for m in arrived)
