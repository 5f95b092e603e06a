"""Feeds of news: what they announce, and which of them are silent."""

import hashlib
import logging
import time
from datetime import UTC, date, datetime, timedelta

from pipelines.errors import DocumentMissing, MinersError, UnreadableDocument
from pipelines.extract.news import NewsReader
from pipelines.load import articles
from pipelines.load.filings import WarehouseStore
from pipelines.load.sources import sample_news_leave
from pipelines.parse.feeds import Entry, read_feed
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.watchlist.feeds import Feed, load_feeds

log = logging.getLogger("miners.news")

# A feed that has not answered for this long is told with its age.
_DEAD_AFTER = timedelta(hours=36)


def feeds_of(services: Services) -> tuple[Feed, ...]:
    """The feeds that are read here: none beside another mirror of filings."""
    if services.settings.news_source == "none":
        return ()
    return load_feeds(services.settings.miners_watchlist, services.settings.news_folder)


def is_sample(services: Services) -> bool:
    """Whether the news that are read are the shipped samples."""
    return services.settings.news_source == "sample"


def read_feeds(services: Services, reader: NewsReader | None = None) -> StepResult:
    """Ask every feed what is new. A feed that does not answer is a note with its age, and no failure of the night.

    counts: feeds, entries, new, unchanged, dead, answers_<code>, bytes
    """
    result, started = StepResult("feed_entries"), time.monotonic()
    feeds = () if services.settings.miners_offline else feeds_of(services)
    if not feeds and services.settings.news_source == "none":
        result.notes.append(
            "No news are read: NEWS_MIRROR is not set, and filings are read from another mirror."
        )
    if services.settings.news_source in ("live", "mirror"):
        with services.engine.begin() as connection:
            left = sample_news_leave(connection)
        if left:
            result.notes.append(f"{left} sample articles were removed: other news are read now")
    reader = reader or (NewsReader(services.settings) if feeds else None)
    store = WarehouseStore(services.engine)
    for feed in feeds:
        assert reader is not None
        services.report("feed_entries", feed.code)
        _read_one(services, reader, store, feed, result)
    if reader is not None:
        result.count_answers(reader.counts)
    with services.engine.connect() as connection:
        for code, reason, age in articles.dead_feeds(connection, datetime.now(UTC) - _DEAD_AFTER):
            result.counts["dead"] += 1
            result.notes.append(
                f"{code} has not answered {f'since {age:%Y-%m-%d %H:%M}' if age else 'yet'}: {reason}"
            )
    result.seconds = round(time.monotonic() - started, 3)
    return result


def _read_one(
    services: Services, reader: NewsReader, store: WarehouseStore, feed: Feed, result: StepResult
) -> None:
    sample = is_sample(services)
    entries: list[Entry] | None = None
    status, reason = "ok", None
    try:
        etag, modified, _known = store.validators(feed.url) or (None, None, "")
        page = reader.get(feed.url, etag=etag, last_modified=modified)
        if page.status == 304:
            status = "unchanged"
            result.counts["unchanged"] += 1
        else:
            found = read_feed(page.body, page.url, feed.format)
            entries, reason = found.entries, "; ".join(found.problems[:5]) or None
            if page.etag or page.last_modified:
                store.remember(feed.url, page.etag, page.last_modified, hashlib.sha256(page.body).hexdigest())
    except DocumentMissing as error:
        if not reader.live:
            # A mirror need not hold every feed.
            result.counts["not_in_mirror"] += 1
            return
        status, reason = "failed", str(error)
    except (MinersError, UnreadableDocument) as error:
        status, reason = "failed", str(error)
    except Exception as error:
        # Whatever a stranger's feed holds must not cost the other feeds their night; it is told in full.
        log.exception("feed %s", feed.code)
        status, reason = "failed", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    result.counts["feeds"] += 1
    if status == "failed":
        result.counts["failed"] += 1
        result.notes.append(f"{feed.code}: {reason}")
    elif reason:
        result.notes.append(f"{feed.code}: {reason}")
    with services.engine.begin() as connection:
        new = articles.record_entries(
            connection, feed, entries or (), datetime.now(UTC).date(), sample=sample
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
    """The first and the last day of what the feeds of a folder announce; None where they announce nothing that is dated."""
    reader = NewsReader(services.settings)
    days: list[date] = []
    for feed in feeds_of(services):
        try:
            page = reader.get(feed.url)
            days += [
                e.published.date() for e in read_feed(page.body, page.url, feed.format).entries if e.published
            ]
        except (MinersError, UnreadableDocument):
            # What is wrong with a feed is told when it is read.
            continue
    today = datetime.now(UTC).date()
    return (min(days), max(*days, today)) if days else None
