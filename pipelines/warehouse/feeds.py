"""Feeds that need a person: refused, or silent, for days."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

import sqlalchemy as sa

from pipelines.settings import Settings
from pipelines.warehouse import bookkeeping
from pipelines.watchlist.feeds import feeds_of

# A feed that has not answered for this long needs a person.
_DEAD_AFTER = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class FeedProblem:
    """A feed that needs a person.

    Args:
        kind: dead (it does not answer) or silent (it answers, without new entries).
        message: One line: since when, and why.
    """

    feed: str
    kind: Literal["dead", "silent"]
    message: str


def feed_problems(connection: sa.Connection, settings: Settings) -> list[FeedProblem]:
    """The feeds that have not answered for 36 hours, and those that answer without new entries.

    Feeds that are no longer in feeds.yaml are ignored. Silence is a problem in live mode only: a feed in a
    folder never gets new entries.
    """
    t, e = bookkeeping.feed, bookkeeping.feed_entry
    by_code = {feed.code: feed for feed in feeds_of(settings)}
    last_day = sa.select(sa.func.max(e.c.partition_day)).where(e.c.feed == t.c.feed).scalar_subquery()
    found = []
    for row in connection.execute(sa.select(t, last_day.label("last_day")).order_by(t.c.feed)):
        feed = by_code.get(row.feed)
        if feed is None:
            continue
        if row.status == "failed":
            if row.answered_at is None or row.answered_at < row.asked_at - _DEAD_AFTER:
                since = f"since {row.answered_at:%Y-%m-%d %H:%M}" if row.answered_at else "yet"
                message = f"{row.feed} has not answered {since}: {row.reason}"
                found.append(FeedProblem(row.feed, "dead", message))
        elif settings.news_source == "live":
            # Entries without a date count from the day they were first seen.
            newest = row.newest_at or (row.last_day and datetime.combine(row.last_day, time.min, UTC))
            if newest is not None and newest < row.asked_at - feed.longest_silence:
                message = f"{row.feed} answers, but has no entry newer than {newest:%Y-%m-%d}"
                found.append(FeedProblem(row.feed, "silent", message))
            elif newest is None and not row.entries:
                found.append(FeedProblem(row.feed, "silent", f"{row.feed} answers, but has no entries"))
    return found
