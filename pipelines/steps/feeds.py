"""News feeds: their entries, a check of each feed, and which feeds need a person."""

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from pipelines.errors import (
    DocumentMissing,
    FetchError,
    MinersError,
    NotArchived,
    NotPublic,
    SourceRefused,
    TransferFailed,
    UnreadableDocument,
)
from pipelines.extract.news import NewsReader, Page
from pipelines.parse.news.articles import companies_named
from pipelines.parse.news.feeds import ReadFeed, read_feed
from pipelines.parse.news.pages import ArticleText
from pipelines.steps.results import StepResult, one_line
from pipelines.steps.services import Services
from pipelines.warehouse import articles
from pipelines.warehouse.feeds import feed_problems
from pipelines.warehouse.filings import WarehouseStore
from pipelines.warehouse.sources import sample_news_leave
from pipelines.watchlist import Watchlist
from pipelines.watchlist.feeds import Feed, feeds_of

log = logging.getLogger("miners.news")

_MOVED = "Correct its url in feeds.yaml, or remove it there (`code:` and nothing else)."
_REFUSED = "If a browser can read it, the host refuses the user agent: set NEWS_USER_AGENT."
_LATER = "Try it again later."


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """Result of one request for a feed.

    Args:
        result: `missing` if a folder is read that lacks the feed.
        http: The status code; None without an answer.
        watched: Entries whose title or summary names a watched company.
        detail: Why it failed and what to do, or what is unusual about it.
    """

    feed: str
    result: Literal["ok", "failed", "missing"]
    http: int | None = None
    entries: int | None = None
    newest: datetime | None = None
    watched: int | None = None
    seconds: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Response:
    """A feed's response: its page and entries, or the error."""

    page: Page | None = None
    found: ReadFeed | None = None
    error: Exception | None = None


def is_sample(services: Services) -> bool:
    """Whether the news source is the shipped samples."""
    return services.settings.news_source == "sample"


def is_about_watched(title: str, summary: str, watchlist: Watchlist) -> bool:
    """Whether an entry names a watched company in its title or summary."""
    return bool(companies_named(ArticleText(title, [summary]), watchlist))


def check_feeds(services: Services) -> Iterator[FeedCheck]:
    """Request each feed once, without conditions or retries. The warehouse is not used."""
    feeds = feeds_of(services.settings)
    reader = NewsReader(services.settings, attempts=1) if feeds else None
    for feed in feeds:
        assert reader is not None
        started = time.monotonic()
        response = _fetch(reader, feed)
        yield _check_of(services, reader, feed, response, round(time.monotonic() - started, 1))


def _check_of(
    services: Services, reader: NewsReader, feed: Feed, response: _Response, seconds: float
) -> FeedCheck:
    page, found, error = response.page, response.found, response.error
    if isinstance(error, DocumentMissing) and not reader.live:
        return FeedCheck(feed.code, "missing", seconds=seconds, detail="the folder lacks this feed")
    if error is not None:
        code = error.reason.removeprefix("http_") if isinstance(error, FetchError) else ""
        http = page.status if page else int(code) if code.isdigit() else None
        detail = f"{one_line(error).rstrip('.')}. {_remedy(error)}".strip()
        return FeedCheck(feed.code, "failed", http, seconds=seconds, detail=detail)
    assert page is not None
    assert found is not None
    newest = max((e.published for e in found.entries if e.published), default=None)
    details = found.problems[:3]
    if not found.entries and feed.format == "feed":
        detail = ". ".join([*details, f"It has no entries: its publisher may have closed it. {_MOVED}"])
        return FeedCheck(feed.code, "failed", page.status, 0, seconds=seconds, detail=detail)
    if reader.live and newest and newest < datetime.now(UTC) - feed.longest_silence:
        details = [*details, f"no entry within {feed.longest_silence.days} days: the feed may have moved"]
    watched = sum(is_about_watched(e.title, e.summary, services.watchlist) for e in found.entries)
    return FeedCheck(
        feed.code, "ok", page.status, len(found.entries), newest, watched, seconds, "; ".join(details)
    )


def _remedy(error: Exception) -> str:
    """The remedy for a failed request; empty if the error's own message has it."""
    match error:
        case DocumentMissing() | UnreadableDocument():
            return _MOVED
        case SourceRefused(reason="robots"):
            return "Remove it from feeds.yaml, or use a feed that robots.txt allows."
        case SourceRefused(reason="http_429") | TransferFailed(reason="too_slow" | "robots"):
            return _LATER
        case SourceRefused():
            return _REFUSED
        case TransferFailed(reason="unreachable"):
            return f"{_LATER} {_REFUSED}"
        case TransferFailed(reason="http_500" | "http_502" | "http_503" | "http_504"):
            return ""
        case TransferFailed():
            return _MOVED
        case NotPublic():
            return "Use an address on the public web."
        case NotArchived():
            return "Unset MINERS_OFFLINE."
    return "Report it: the log has the traceback."


def read_feeds(services: Services, reader: NewsReader | None = None) -> StepResult:
    """Read the new entries of every feed. A feed that does not answer is a note, not a failure.

    counts: feeds, entries, new, unchanged, dead, silent, answers_<code>, bytes
    """
    result, started = StepResult("feed_entries"), time.monotonic()
    feeds = () if services.settings.miners_offline else feeds_of(services.settings)
    if not feeds and services.settings.news_source == "none":
        result.notes.append(
            "No news is read: NEWS_MIRROR is not set, and filings are read from another mirror."
        )
    if services.settings.news_source in ("live", "mirror"):
        with services.engine.begin() as connection:
            left = sample_news_leave(connection)
        if left:
            result.notes.append(f"Purged {left} sample articles: other news is read now.")
    reader = reader or (NewsReader(services.settings) if feeds else None)
    store = WarehouseStore(services.engine)
    broad = [feed.code for feed in feeds if feed.broad]
    for feed in feeds:
        assert reader is not None
        services.report("feed_entries", feed.code)
        _read_one(services, reader, store, feed, broad, result)
    if reader is not None:
        result.count_answers(reader.counts)
    with services.engine.connect() as connection:
        for problem in feed_problems(connection, services.settings):
            result.counts[problem.kind] += 1
            result.notes.append(problem.message)
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _fetch(
    reader: NewsReader, feed: Feed, etag: str | None = None, last_modified: str | None = None
) -> _Response:
    page = None
    try:
        page = reader.get(feed.url, etag=etag, last_modified=last_modified)
        found = ReadFeed() if page.status == 304 else read_feed(page.body, page.url, feed.format)
    except MinersError as error:
        return _Response(page, error=error)
    except Exception as error:
        # A fault in one feed must not stop the others; it is logged in full.
        log.exception("feed %s", feed.code)
        return _Response(page, error=error)
    return _Response(page, found)


def _read_one(
    services: Services,
    reader: NewsReader,
    store: WarehouseStore,
    feed: Feed,
    broad: list[str],
    result: StepResult,
) -> None:
    sample = is_sample(services)
    etag, modified, _known = store.validators(feed.url) or (None, None, "")
    response = _fetch(reader, feed, etag, modified)
    page, found, error = response.page, response.found, response.error
    if isinstance(error, DocumentMissing) and not reader.live:
        # A mirror may lack a feed.
        result.counts["not_in_mirror"] += 1
        return
    status, reason = "ok", None
    entries = None
    if error is not None:
        status, reason = "failed", one_line(error)
    elif page is not None and page.status == 304:
        status = "unchanged"
        result.counts["unchanged"] += 1
    elif page is not None and found is not None:
        entries, reason = found.entries, "; ".join(found.problems[:5]) or None
        if page.etag or page.last_modified:
            store.remember(feed.url, page.etag, page.last_modified, hashlib.sha256(page.body).hexdigest())
    result.counts["feeds"] += 1
    if status == "failed":
        result.counts["failed"] += 1
    if reason:
        result.notes.append(f"{feed.code}: {reason}")
    with services.engine.begin() as connection:
        new = articles.record_entries(
            connection, feed, entries or (), datetime.now(UTC).date(), sample=sample, broad=broad
        )
        articles.record_feed(connection, feed, status, reason, entries, sample=sample)
    result.counts["entries"] += len(entries or ())
    result.counts["new"] += new
    for entry in (entries or ())[:3] if new else ():
        result.show(
            ("publisher", "published", "title"),
            (feed.publisher, entry.published and entry.published.date(), entry.title),
        )


def days_announced(services: Services) -> tuple[date, date] | None:
    """First and last day of the entries in a folder's feeds; None if none is dated."""
    reader = NewsReader(services.settings)
    days: list[date] = []
    for feed in feeds_of(services.settings):
        try:
            page = reader.get(feed.url)
            days += [
                e.published.date() for e in read_feed(page.body, page.url, feed.format).entries if e.published
            ]
        except (MinersError, UnreadableDocument):
            # Problems of a feed are reported when it is read.
            continue
    today = datetime.now(UTC).date()
    return (min(days), max(*days, today)) if days else None
