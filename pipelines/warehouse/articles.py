"""Feeds, their entries, and articles as documents."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from pipelines.normalize.stories import Copy, Story
from pipelines.parse.news.feeds import Entry
from pipelines.parse.news.pages import ArticleText
from pipelines.warehouse import bookkeeping, schema
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.upsert import upsert
from pipelines.watchlist.feeds import Feed

Days = Sequence[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """A feed entry to read, from ops.feed_entry."""

    key: int
    feed: str
    url: str
    title: str
    summary: str
    author: str
    published: datetime | None
    status: str
    document_key: int | None


@dataclass(frozen=True, slots=True)
class Article:
    """An article to extract claims from."""

    key: int
    url: str
    sha256: str | None
    title: str
    published: datetime | None
    publisher: str
    feed: str
    entry: ListedEntry | None


def record_feed(
    connection: sa.Connection,
    feed: Feed,
    status: str,
    reason: str | None,
    entries: Sequence[Entry] | None,
    *,
    sample: bool,
) -> None:
    """Record a feed's response; after a failure, the last good response is kept with its time."""
    t = bookkeeping.feed
    now = datetime.now(UTC)
    known = connection.execute(sa.select(t).where(t.c.feed == feed.code)).mappings().first()
    newest = max((e.published for e in entries or () if e.published), default=None)
    row = {
        "feed": feed.code,
        "url": feed.url,
        "publisher": feed.publisher,
        "status": status,
        "reason": reason,
        "entries": len(entries) if entries is not None else (known["entries"] if known else 0),
        "newest_at": newest or (known["newest_at"] if known else None),
        "asked_at": now,
        "answered_at": now if status != "failed" else (known["answered_at"] if known else None),
        "is_sample": sample,
    }
    upsert(connection, t, [row])


def record_entries(
    connection: sa.Connection,
    feed: Feed,
    entries: Iterable[Entry],
    today: date,
    *,
    sample: bool,
    broad: Collection[str] = (),
) -> int:
    """Insert new entries; returns how many.

    A known URL stays with its first feed, except that an unread entry of a broad feed (`broad` has the codes)
    moves to a feed whose entries are all fetched.
    """
    t = bookkeeping.feed_entry
    rows: dict[int, dict[str, object]] = {}
    for entry in entries:
        key = key_of("entry", entry.url)
        rows.setdefault(
            key,
            {
                "entry_key": key,
                "feed": feed.code,
                "url": entry.url,
                "title": entry.title,
                "summary": entry.summary or None,
                "author": entry.author or None,
                "published_at": entry.published,
                "partition_day": entry.published.date() if entry.published else today,
                "status": "listed",
                "reason": None,
                "document_key": None,
                "is_sample": sample,
            },
        )
    if not rows:
        return 0
    known = set(connection.execute(sa.select(t.c.entry_key).where(t.c.entry_key.in_(list(rows)))).scalars())
    fresh = [row for key, row in rows.items() if key not in known]
    upsert(connection, t, fresh)
    if known and not feed.broad:
        unread = (t.c.entry_key.in_(known), t.c.feed.in_(broad), t.c.status == "listed")
        connection.execute(sa.update(t).where(*unread).values(feed=feed.code))
    return len(fresh)


def entries_in(connection: sa.Connection, days: Days) -> list[ListedEntry]:
    """Entries of some days, oldest first."""
    t = bookkeeping.feed_entry
    within = sa.or_(*(t.c.partition_day.between(first, last) for first, last in days)) if days else sa.false()
    return [
        ListedEntry(
            r.entry_key,
            r.feed,
            r.url,
            r.title,
            r.summary or "",
            r.author or "",
            r.published_at,
            r.status,
            r.document_key,
        )
        for r in connection.execute(
            sa.select(t).where(within).order_by(t.c.partition_day, t.c.published_at, t.c.entry_key)
        )
    ]


def days_with_entries(connection: sa.Connection) -> list[date]:
    """Days with entries that were read, in order."""
    t = bookkeeping.feed_entry
    return list(
        connection.execute(
            sa.select(t.c.partition_day).where(t.c.status != "listed").distinct().order_by(t.c.partition_day)
        ).scalars()
    )


def mark_entry(
    connection: sa.Connection, key: int, status: str, reason: str | None, document_key: int | None
) -> None:
    t = bookkeeping.feed_entry
    values = {"status": status, "reason": reason, "document_key": document_key}
    differs = sa.or_(*(t.c[k].is_distinct_from(v) for k, v in values.items()))
    connection.execute(sa.update(t).where(t.c.entry_key == key, differs).values(**values))


def article_key(url: str) -> int:
    """The key of an article, from its canonical URL."""
    return key_of("article", url)


def record_article(
    connection: sa.Connection,
    entry: ListedEntry,
    feed: Feed,
    article: ArticleText,
    *,
    url: str,
    sha256: str | None,
    size: int,
    fingerprint: str | None,
    sample: bool,
) -> tuple[int, bool]:
    """Insert an article as a document; returns its key, and whether its canonical URL was known."""
    key = article_key(url)
    d, a = schema.dim_document, schema.dim_article
    known = connection.execute(sa.select(a.c.feed).where(a.c.document_key == key)).scalar()
    mine = entry.document_key == key
    if known is not None and not mine:
        return key, True
    reason = "; ".join(article.problems) or None
    document = {
        "document_key": key,
        "source": "news",
        "company_id": None,
        "cik": None,
        "form": None,
        "document_type": "article",
        "document_kind": "other",
        "kind_reason": None,
        "is_amendment": False,
        "accession": None,
        "name": None,
        "url": url,
        "title": article.title[:500] or entry.title[:500] or None,
        "items": None,
        "filed_on": None,
        "accepted_at": None,
        "published_at": article.published,
        "report_date": None,
        "status": "read",
        "status_reason": reason,
        "sha256": sha256,
        "bytes": size,
        "facts": None,
        "reader_version": None,
        "release_version": None,
        "subject_start": None,
        "subject_end": None,
        "repeats": None,
    }
    upsert(connection, d, [document])
    story = connection.execute(
        sa.select(a.c.story_key, a.c.first_key, a.c.filing_key).where(a.c.document_key == key)
    ).first()
    row = {
        "document_key": key,
        "publisher": feed.publisher,
        "publisher_kind": feed.kind,
        "feed": feed.code,
        "author": article.author or None,
        "language": article.language or feed.language,
        "published_from": article.published_from or None,
        "body": article.body,
        "body_reason": reason,
        "words": len(article.text.split()),
        "fingerprint": fingerprint,
        "story_key": story[0] if story else key,
        "first_key": story[1] if story else key,
        "filing_key": story[2] if story else None,
        "is_sample": sample,
    }
    upsert(connection, a, [row])
    return key, False


def articles_between(connection: sa.Connection, first: datetime, last: datetime) -> list[Copy]:
    """Articles of a time range, for grouping."""
    d, a = schema.dim_document, schema.dim_article
    query = (
        sa.select(a, d.c.published_at)
        .join(d, d.c.document_key == a.c.document_key)
        .where(d.c.published_at.between(first, last))
    )
    return [
        Copy(r.document_key, r.fingerprint, r.published_at, r.publisher_kind, r.body == "full", r.words)
        for r in connection.execute(query)
    ]


def record_stories(connection: sa.Connection, stories: Iterable[Story]) -> int:
    """Record which articles are copies of which; returns how many changed."""
    a = schema.dim_article
    changed = 0
    for story in stories:
        differs = sa.or_(a.c.story_key != story.primary, a.c.first_key != story.first)
        done = connection.execute(
            sa.update(a)
            .where(a.c.document_key.in_(story.members), differs)
            .values(story_key=story.primary, first_key=story.first)
        )
        changed += done.rowcount
    return changed


def exhibits_near(connection: sa.Connection, first: date, last: date) -> list[tuple[int, str, str]]:
    """Press releases furnished on some days: key, company, sha256."""
    query = sa.text(
        "select document_key, company_id, sha256 from warehouse.dim_document where filed_on between "
        ":first and :last and sha256 is not null and (form like '8-K%' or form like '6-K%') and "
        "document_type like 'EX-99%' order by accepted_at, document_key"
    )
    return [tuple(row) for row in connection.execute(query, {"first": first, "last": last})]


def mark_own_release(connection: sa.Connection, key: int, filing_key: int | None) -> None:
    a = schema.dim_article
    connection.execute(
        sa.update(a)
        .where(a.c.document_key == key, a.c.filing_key.is_distinct_from(filing_key))
        .values(filing_key=filing_key)
    )


def articles_of(connection: sa.Connection, days: Days) -> list[tuple[Article, bool, bool]]:
    """Articles of some days, each with whether it is primary and whether it is filed."""
    e, d, a = bookkeeping.feed_entry, schema.dim_document, schema.dim_article
    within = sa.or_(*(e.c.partition_day.between(first, last) for first, last in days)) if days else sa.false()
    query = (
        sa.select(
            d.c.document_key,
            d.c.url,
            d.c.sha256,
            d.c.title,
            d.c.published_at,
            a.c.publisher,
            a.c.feed,
            a.c.story_key,
            a.c.filing_key,
        )
        .join(a, a.c.document_key == d.c.document_key)
        .where(d.c.document_key.in_(sa.select(e.c.document_key).where(within)))
        .order_by(d.c.published_at, d.c.document_key)
    )
    entries = {
        x.document_key: x for x in reversed(entries_in(connection, days)) if x.document_key is not None
    }
    return [
        (
            Article(
                r.document_key,
                r.url,
                r.sha256,
                r.title or "",
                r.published_at,
                r.publisher,
                r.feed,
                entries.get(r.document_key),
            ),
            r.story_key == r.document_key,
            r.filing_key is not None,
        )
        for r in connection.execute(query)
    ]
