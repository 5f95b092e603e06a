"""News feeds: their entries, and which feeds do not answer."""

import hashlib
import logging
import time
from datetime import UTC, date, datetime, timedelta

from pipelines.errors import DocumentMissing, MinersError, UnreadableDocument
from pipelines.extract.news import NewsReader
from pipelines.parse.news.feeds import Entry, read_feed
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse import articles
from pipelines.warehouse.filings import WarehouseStore
from pipelines.warehouse.sources import sample_news_leave
from pipelines.watchlist.feeds import Feed, load_feeds

log = logging.getLogger("miners.news")

# A feed that has not answered for this long is reported with its age.
_DEAD_AFTER = timedelta(hours=36)


def feeds_of(services: Services) -> tuple[Feed, ...]:
    """The feeds to read; none if filings are read from another mirror."""
    if services.settings.news_source == "none":
        return ()
    return load_feeds(services.settings.miners_watchlist, services.settings.news_folder)


def is_sample(services: Services) -> bool:
    """Whether the news source is the shipped samples."""
    return services.settings.news_source == "sample"


def read_feeds(services: Services, reader: NewsReader | None = None) -> StepResult:
    """Read the new entries of every feed. A feed that does not answer is a note, not a failure.

    counts: feeds, entries, new, unchanged, dead, answers_<code>, bytes
    """
    result, started = StepResult("feed_entries"), time.monotonic()
    feeds = () if services.settings.miners_offline else feeds_of(services)
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
            # A mirror may lack a feed.
            result.counts["not_in_mirror"] += 1
            return
        status, reason = "failed", str(error)
    except (MinersError, UnreadableDocument) as error:
        status, reason = "failed", str(error)
    except Exception as error:
        # A fault in one feed must not stop the others; it is logged in full.
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
    """First and last day of the entries in a folder's feeds; None if none is dated."""
    reader = NewsReader(services.settings)
    days: list[date] = []
    for feed in feeds_of(services):
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
