"""How often EDGAR is asked, and when not at all, over all processes that share an address.

The SEC allows ten requests a second *from an address*. All processes of a machine count in one SQLite file; machines
behind one address in PostgreSQL or Redis (`MINERS_LIMITER_URL`). A 403 or 429 means that the address is banned, for
some ten minutes: the first process that sees one writes down until when, and none asks before that.
"""

import logging
import os
import time
import uuid
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from pyrate_limiter import Limiter, Rate, SQLiteBucket

from pipelines.errors import UsageError
from pipelines.settings import Settings

log = logging.getLogger("miners.http")

# The bucket counts a window of a second; the margin is for requests whose answers are still on their way.
_WINDOW_MS = 1_050
_NAME = "edgar"


def limiter_folder(folder: Path) -> Path:
    """The folder in which all processes of this machine, also those of other users, keep count of their requests."""
    folder.mkdir(exist_ok=True, parents=True)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o777)
    return folder


def _shared_file(path: Path) -> Path:
    """A file that any user of this machine may write."""
    if not path.exists():
        with suppress(FileExistsError):
            path.touch(exist_ok=False)
            path.chmod(0o666)
    return path


def limiter_file(folder: Path) -> str:
    """The bucket of EDGAR's requests that all processes of this machine share."""
    bucket = limiter_folder(folder) / "requests.sqlite"
    for path in (bucket, folder / f"{bucket.name}.lock"):
        _shared_file(path)
    return str(bucket)


@lru_cache(maxsize=4)
def shared_limiter(where: str, per_second: int) -> Limiter:
    """A limiter over all processes that name the same file or address."""
    rates = [Rate(per_second, _WINDOW_MS)]
    if where.startswith("postgres"):
        from pyrate_limiter import PostgresBucket

        bucket: Any = PostgresBucket(_pool(where), _NAME, rates)
    elif where.startswith("redis"):
        bucket = _redis_bucket(rates, _redis(where))
    else:
        bucket = SQLiteBucket.init_from_file(rates, table=_NAME, db_path=where, use_file_lock=True)
    return Limiter(bucket, buffer_ms=10)


def _redis_bucket(rates: list[Rate], client: Any) -> Any:
    """A bucket in Redis whose window has no end: a place that another machine took or moved a moment after this one looked at its
    clock would not be counted by the library's own script, which counts up to that moment."""
    from pyrate_limiter.buckets.redis_bucket import LuaScript, RedisBucket

    script = LuaScript.PUT_ITEM.replace("window_start, now)", "window_start, '+inf')")
    if script == LuaScript.PUT_ITEM:
        raise UsageError(
            "This version of pyrate-limiter counts otherwise in Redis; use postgresql:// in MINERS_LIMITER_URL."
        )
    return RedisBucket(rates, client, "miners:edgar:requests", client.script_load(script))


def _needs(package: str) -> UsageError:
    return UsageError(f"MINERS_LIMITER_URL needs {package}: install miners-disclosed[cluster].")


@lru_cache(maxsize=4)
def _pool(url: str) -> Any:
    try:
        from psycopg_pool import ConnectionPool
    except ImportError as error:
        raise _needs("psycopg-pool") from error
    pool = ConnectionPool(
        url.replace("postgres://", "postgresql://", 1),
        min_size=1,
        max_size=2,
        open=True,
        kwargs={"application_name": "miners limiter", "options": "-c timezone=UTC"},
    )
    with pool.connection() as connection:
        # Two that create a table at the same moment collide, also with `if not exists`.
        connection.execute("select pg_advisory_xact_lock(7318451903)")
        connection.execute(
            "create table if not exists ratelimit___pause (host text primary key, until double precision not null)"
        )
    return pool


@lru_cache(maxsize=4)
def _redis(url: str) -> Any:
    try:
        import redis
    except ImportError as error:
        raise _needs("redis") from error
    return redis.Redis.from_url(url)


class Places:
    """Places in the limiter. One that was answered counts from its answer on.

    A request that is held up on its way (a busy machine, a slow line) arrives later than it left, beside those that left after
    it. Counted from its answer, which is after its arrival, no second at the host ever holds more than the limit.
    """

    def __init__(self, limiter: Limiter) -> None:
        self.limiter = limiter
        self.bucket: Any = limiter.bucket_factory.get_buckets()[0]

    def take(self) -> str:
        """Wait for a place; its name."""
        place = uuid.uuid4().hex
        self.limiter.try_acquire(place, blocking=True)
        return place

    def answered(self, place: str) -> None:
        """Let a place count from now on."""
        now = self.bucket.now()
        if isinstance(self.bucket, SQLiteBucket):
            with self.bucket.lock:
                self.bucket.conn.execute(
                    f"update '{self.bucket.table}' set item_timestamp = ? where name = ?", (now, place)
                )
                self.bucket.conn.commit()
        elif hasattr(self.bucket, "pool"):
            with self.bucket.pool.connection() as connection:
                connection.execute(
                    f"update ratelimit___{_NAME} set item_timestamp = to_timestamp(%s) where name = %s",
                    (now / 1000, place),
                )
        else:
            self._move_in_redis(place, now)

    def _move_in_redis(self, place: str, now: int) -> None:
        """Members of the sorted set begin with the place's name; of the few within the window one is ours."""
        key, client = self.bucket.bucket_key, self.bucket.redis
        for member in client.zrangebyscore(key, now - 60_000, now):
            if member.startswith(place.encode()):
                client.zadd(key, {member: now}, xx=True)


class Pauses(Protocol):
    """Until when a host is not asked, known to all processes that share an address. Times are epoch seconds."""

    def until(self) -> float:
        """When it may be asked again; in the past where it may be asked now."""

    def ask_not_before(self, moment: float) -> None:
        """Let nobody ask before a moment; an earlier one than what is known changes nothing."""


class FilePauses:
    """Pauses in a file of the machine: its time of change is the moment."""

    def __init__(self, folder: Path) -> None:
        self.path = _shared_file(limiter_folder(folder) / "not-before")

    def until(self) -> float:
        try:
            return float(self.path.read_text("ascii") or 0)
        except (OSError, ValueError):
            return 0.0

    def ask_not_before(self, moment: float) -> None:
        if moment > self.until():
            self.path.write_text(f"{moment:.3f}", "ascii")


class PostgresPauses:
    """Pauses in a table beside the bucket."""

    def __init__(self, url: str) -> None:
        self.pool = _pool(url)

    def until(self) -> float:
        with self.pool.connection() as connection:
            row = connection.execute(
                "select until from ratelimit___pause where host = %s", (_NAME,)
            ).fetchone()
        return float(row[0]) if row else 0.0

    def ask_not_before(self, moment: float) -> None:
        with self.pool.connection() as connection:
            connection.execute(
                "insert into ratelimit___pause as p values (%s, %s) on conflict (host) do update set until = greatest(p.until, excluded.until)",
                (_NAME, moment),
            )


class RedisPauses:
    """Pauses in a key that ends with them."""

    _KEY = "miners:edgar:not-before"

    def __init__(self, url: str) -> None:
        self.client = _redis(url)

    def until(self) -> float:
        return float(self.client.get(self._KEY) or 0)

    def ask_not_before(self, moment: float) -> None:
        left = int((moment - time.time()) * 1000)
        if left > 0 and moment > self.until():
            self.client.set(self._KEY, f"{moment:.3f}", px=left)


def limiter_of(settings: Settings) -> Limiter:
    """The limiter that the settings name."""
    where = settings.miners_limiter_url or limiter_file(settings.limiter_dir)
    return shared_limiter(where, settings.edgar_requests_per_second)


def pauses_of(settings: Settings) -> Pauses:
    """The pauses that go with that limiter."""
    url = settings.miners_limiter_url
    if url is None:
        return FilePauses(settings.limiter_dir)
    return RedisPauses(url) if url.startswith("redis") else PostgresPauses(url)
