"""EDGAR's feed of current filings and its daily index: nothing is lost, nothing is read twice, rubbish is told."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipelines.steps import current
from pipelines.steps.services import Services
from tests.edgar_server import (
    FORBIDDEN,
    EdgarServer,
    Response,
    fast,
    feed_page,
    feed_path,
    index_of,
    index_path,
)

RIOT, CORZ = "1167419", "1839341"
START = datetime(2026, 5, 6, 20, 0, tzinfo=UTC)


def number(n: int) -> str:
    return f"0000000001-26-{n:06}"


def at(seconds: int) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
def services(make_services: Callable[..., Services], server: EdgarServer) -> Services:
    for form in current.FEEDS:
        server.script(feed_path(form), Response(200, feed_page()))
    made = make_services(edgar_base=server.base, edgar_user_agent="Test t@example.com")
    made.settings = fast(made.settings)
    return made


def test_feed_finds_filing_of_watched_company(services: Services, server: EdgarServer) -> None:
    server.script(
        feed_path("10-Q"),
        Response(
            200,
            feed_page(
                (RIOT, number(2), "10-Q", "2026-05-06T16:05:11-04:00"), ("1", number(1), "10-Q", at(0))
            ),
        ),
    )
    look = current.look_at_feed(services, None)
    (found,) = look.found
    assert (found.cik, found.accession, found.form) == ("0001167419", number(2), "10-Q")
    assert found.accepted_at == datetime(2026, 5, 6, 20, 5, 11, tzinfo=UTC)
    assert found.filed_on == date(2026, 5, 6)
    assert look.problems == []


def test_feed_returns_only_new_filings(services: Services, server: EdgarServer) -> None:
    first = (RIOT, number(1), "8-K", at(0))
    server.script(feed_path("8-K"), Response(200, feed_page(first)))
    look = current.look_at_feed(services, None)
    assert len(look.found) == 1
    assert current.look_at_feed(services, look.cursor).found == []
    server.script(feed_path("8-K"), Response(200, feed_page((CORZ, number(2), "8-K/A", at(60)), first)))
    assert [f.accession for f in current.look_at_feed(services, look.cursor).found] == [number(2)]


def test_feed_pages_are_read_back_to_cursor(services: Services, server: EdgarServer) -> None:
    """300 filings of others stand before the watched one: the third page holds it, and nothing of it is lost."""
    server.script(feed_path("8-K"), Response(200, feed_page(("1", number(0), "8-K", at(0)))))
    cursor = current.look_at_feed(services, None).cursor
    filings = [("1", number(n), "8-K", at(7200 + n)) for n in range(300)]
    filings[10] = (CORZ, number(10), "8-K", at(7200 + 10))
    newest_first = filings[::-1]
    for page in range(3):
        server.script(
            feed_path("8-K", page), Response(200, feed_page(*newest_first[page * 100 : page * 100 + 100]))
        )
    server.script(feed_path("8-K", 3), Response(200, feed_page(("1", number(0), "8-K", at(0)))))
    look = current.look_at_feed(services, cursor)
    assert [f.accession for f in look.found] == [number(10)]
    assert look.problems == []
    before = len(server.requests)
    assert current.look_at_feed(services, look.cursor).found == []
    assert len(server.requests) - before == len(current.FEEDS), "one page a form once the cursor stands"


def test_feed_finds_late_entry(services: Services, server: EdgarServer) -> None:
    server.script(feed_path("8-K"), Response(200, feed_page(("1", number(9), "8-K", at(600)))))
    cursor = current.look_at_feed(services, None).cursor
    server.script(
        feed_path("8-K"),
        Response(200, feed_page(("1", number(9), "8-K", at(600)), (RIOT, number(5), "8-K", at(60)))),
    )
    assert [f.accession for f in current.look_at_feed(services, cursor).found] == [number(5)]


@pytest.mark.parametrize(
    "answer",
    [
        Response(404, b""),
        Response(200, b"<html><body>Undergoing maintenance</body></html>"),
        Response(200, b""),
        Response(200, feed_page((RIOT, number(3), "8-K", at(60)))[:300]),
        Response(200, b"<?xml version='1.0'?><rss></rss>"),
    ],
)
def test_invalid_feed_page_keeps_cursor(services: Services, server: EdgarServer, answer: Response) -> None:
    server.script(feed_path("8-K"), Response(200, feed_page(("1", number(1), "8-K", at(0)))))
    before = current.look_at_feed(services, None)
    server.script(feed_path("8-K"), answer)
    look = current.look_at_feed(services, before.cursor)
    assert look.found == []
    assert any(p.startswith("8-K: ") for p in look.problems)
    assert json.loads(look.cursor)["8-K"] == json.loads(before.cursor)["8-K"]
    server.script(
        feed_path("8-K"),
        Response(200, feed_page((RIOT, number(3), "8-K", at(60)), ("1", number(1), "8-K", at(0)))),
    )
    assert [f.accession for f in current.look_at_feed(services, look.cursor).found] == [number(3)]


def test_ban_ends_feed_check(services: Services, server: EdgarServer) -> None:
    """A sensor's tick has no ten minutes: it says when EDGAR is asked again, and asks for none of the other forms."""
    sensor = Services(
        services.settings.model_copy(
            update={"edgar_ban_seconds": 30.0, "miners_limiter_dir": services.settings.data_dir / "limit"}
        ),
        wait_on_ban=False,
    )
    server.script(feed_path("10-Q"), Response(403, FORBIDDEN))
    look = current.look_at_feed(sensor, None)
    assert len(server.requests) == 1
    assert len(look.problems) == len(current.FEEDS)
    assert "requests resume at" in look.problems[-1]


def test_feed_skips_indexed_filings(services: Services, server: EdgarServer) -> None:
    with services.engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into ops.filing values (:a, '0001167419', 'RIOT', '8-K', '', '2026-05-06', now(), null, 'x.htm', false, false, 'edgar', 'indexed', null)"
            ),
            {"a": number(1)},
        )
    server.script(
        feed_path("8-K"),
        Response(200, feed_page((RIOT, number(1), "8-K", at(0)), (RIOT, number(2), "8-K", at(-5)))),
    )
    assert [f.accession for f in current.look_at_feed(services, None).found] == [number(2)]


NOW = datetime(2026, 5, 8, 6, 0, tzinfo=UTC)  # Friday, two in the morning in New York


def test_daily_index_adds_missed_filing_once(services: Services, server: EdgarServer) -> None:
    day = date(2026, 5, 7)
    server.script(
        index_path(day),
        Response(
            200,
            index_of(
                day,
                (RIOT, number(1), "8-K"),
                ("1", number(2), "10-Q"),
                (RIOT, number(3), "4"),
                (RIOT, number(1), "8-K"),
            ),
        ),
    )
    result = current.check_daily_index(services, NOW)
    assert (result.counts["listed"], result.counts["missed"]) == (1, 1)
    with services.engine.connect() as connection:
        rows = connection.execute(
            sa.text("select company_id, form, accession, filed_on, status from ops.filing")
        ).all()
    assert [tuple(r) for r in rows] == [("RIOT", "8-K", number(1), day, "listed")]
    asked = len(server.requests)
    again = current.check_daily_index(services, NOW)
    assert again.counts["missed"] == 0
    assert index_path(day) not in server.paths()[asked:], "a day's index never changes: it is asked for once"


def test_weekends_and_holidays_have_no_index(services: Services, server: EdgarServer) -> None:
    current.check_daily_index(services, datetime(2026, 5, 11, 6, 0, tzinfo=UTC))
    assert not [p for p in server.paths() if "20260509" in p or "20260510" in p]
    with services.engine.connect() as connection:
        days = connection.execute(sa.text("select day, status from ops.daily_index order by 1")).all()
    assert {d.status for d in days} == {"none"}
    assert max(d.day for d in days) == date(2026, 5, 8), "Friday's may still come: it is asked for again"
    assert min(d.day for d in days) == date(2026, 5, 4)


def test_invalid_daily_index_is_fetched_again(services: Services, server: EdgarServer) -> None:
    day = date(2026, 5, 7)
    server.script(index_path(day), Response(200, b"<html>maintenance</html>"))
    result = current.check_daily_index(services, NOW)
    assert "not_an_index" in " ".join(result.notes)
    server.script(index_path(day), Response(200, index_of(day, (CORZ, number(1), "10-Q"))))
    assert current.check_daily_index(services, NOW).counts["missed"] == 1


def test_folder_has_no_current_filings(make_services: Callable[..., Services]) -> None:
    assert "mirror" in (current.stands_still(make_services()) or "")
    assert current.check_daily_index(make_services(), NOW).counts["days"] == 0
