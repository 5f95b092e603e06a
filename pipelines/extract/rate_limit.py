"""Rate limit and cooldown of EDGAR, shared by all processes that use one address.

The SEC allows ten requests per second and address, and bans an address that exceeds them for some ten
minutes. A limit of ten per second is ten slots: a request holds one until it is answered, and the slot stays
closed for a second after that. However long a request takes to arrive, no second at the host has more than
ten.

Processes of one machine share slots as locked files, several machines as rows under advisory locks in
PostgreSQL (MINERS_LIMITER_URL). The slot of a process that dies is released with its lock.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import psycopg

from pipelines.settings import Settings

# A second, and a margin for clocks that are adjusted.
WINDOW_SECONDS = 1.005
_POLL_SECONDS = 0.01
_NAME = "edgar"


class RateLimit(Protocol):
    """A number of slots for requests."""

    def slot(self) -> AbstractContextManager[None]:
        """Wait for a slot and hold it; the request is sent and answered inside."""


class Cooldown(Protocol):
    """End of a ban in seconds since the epoch, shared by all processes of an address."""

    def until(self) -> float:
        """Return the end of the last ban, in the past if there is none."""

    def extend(self, until: float) -> None:
        """Postpone the end of a ban to this moment; an earlier one changes nothing."""


def shared_folder(folder: Path) -> Path:
    """Create a folder in which every user of the machine may write."""
    folder.mkdir(exist_ok=True, parents=True)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o777)
    return folder


def _shared_file(path: Path) -> Path:
    if not path.exists():
        with suppress(FileExistsError):
            path.touch(exist_ok=False)
            path.chmod(0o666)
    return path


def _read_moment(path: Path) -> float:
    try:
        return float(path.read_text("ascii") or 0)
    except (OSError, ValueError):
        return 0.0


class FileRateLimit:
    """Slots as files of a shared folder, each with the moment at which its last request ended."""

    def __init__(self, folder: Path, name: str, slots: int, seconds: float) -> None:
        self.seconds = seconds
        self.paths = [_shared_file(shared_folder(folder) / f"{name}-{number}") for number in range(slots)]

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a slot and hold it; the request is sent and answered inside."""
        while True:
            for path in sorted(self.paths, key=_read_moment):
                with path.open("r+") as file:
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        continue
                    remaining = _read_moment(path) + self.seconds - time.time()
                    time.sleep(min(max(remaining, 0.0), self.seconds))
                    # Also now: a process that is killed may have sent its request.
                    path.write_text(f"{time.time():.6f}", "ascii")
                    try:
                        yield
                    finally:
                        path.write_text(f"{time.time():.6f}", "ascii")
                    return
            time.sleep(_POLL_SECONDS)


class FileCooldown:
    """The end of a ban as a file of a shared folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = _shared_file(shared_folder(folder) / f"{name}-cooldown")

    def until(self) -> float:
        """Return the end of the last ban, in the past if there is none."""
        return _read_moment(self.path)

    def extend(self, until: float) -> None:
        """Postpone the end of a ban to this moment; an earlier one changes nothing."""
        if until > self.until():
            self.path.write_text(f"{until:.3f}", "ascii")


_TABLE = """
create table if not exists miners_rate_limit (
    name text, slot integer, free_at timestamptz not null default '-infinity', primary key (name, slot)
)
"""
_FREE = "select slot from miners_rate_limit where name = %s and slot between 1 and %s order by free_at"
_LOCK = "select pg_try_advisory_lock(hashtext('miners_rate_limit ' || %s), %s)"
_UNLOCK = "select pg_advisory_unlock(hashtext('miners_rate_limit ' || %s), %s)"
_REMAINING = (
    "select greatest(0, extract(epoch from free_at - clock_timestamp()))::float8 "
    "from miners_rate_limit where name = %s and slot = %s"
)
_CLOSE = (
    "update miners_rate_limit set free_at = clock_timestamp() + make_interval(secs => %s) "
    "where name = %s and slot = %s"
)
_UNTIL = "select extract(epoch from free_at)::float8 from miners_rate_limit where name = %s and slot = 0"
_EXTEND = (
    "insert into miners_rate_limit as known values (%s, 0, to_timestamp(%s)) "
    "on conflict (name, slot) do update set free_at = greatest(known.free_at, excluded.free_at)"
)


class PostgresRateLimit:
    """Slots and cooldown as rows of PostgreSQL, by its clock: slot 0 is the cooldown.

    Advisory locks of the session, not a transaction: a server may end one that is idle for the time of a
    request.
    """

    def __init__(self, url: str, name: str, slots: int, seconds: float) -> None:
        self.url, self.name, self.slots, self.seconds = url, name, slots, seconds
        self._idle: list[psycopg.Connection] = []
        with self._connection() as connection:
            # Two sessions that create a table at the same moment collide, also with `if not exists`.
            with connection.transaction():
                connection.execute("select pg_advisory_xact_lock(7318451903)")
                connection.execute(_TABLE)
            connection.execute(
                "insert into miners_rate_limit (name, slot) select %s, generate_series(1, %s) "
                "on conflict do nothing",
                (name, slots),
            )

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        connection = self._idle.pop() if self._idle else None
        if connection is not None:
            try:
                connection.execute("select 1")
            except psycopg.OperationalError:
                connection = None
        if connection is None:
            connection = psycopg.connect(
                self.url.replace("postgres://", "postgresql://", 1),
                autocommit=True,
                application_name="miners rate limit",
            )
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a slot and hold it; the request is sent and answered inside."""
        with self._connection() as connection:
            slot = self._lock(connection)
            close = (self.seconds, self.name, slot)
            time.sleep(self._number(connection, _REMAINING, (self.name, slot)))
            connection.execute(_CLOSE, close)
            try:
                yield
            finally:
                connection.execute(_CLOSE, close)
                connection.execute(_UNLOCK, (self.name, slot))

    def _lock(self, connection: psycopg.Connection) -> int:
        while True:
            for (slot,) in connection.execute(_FREE, (self.name, self.slots)).fetchall():
                if connection.execute(_LOCK, (self.name, slot)).fetchone() == (True,):
                    return int(slot)
            time.sleep(_POLL_SECONDS)

    @staticmethod
    def _number(connection: psycopg.Connection, query: str, parameters: tuple[object, ...]) -> float:
        row = connection.execute(query, parameters).fetchone()
        return float(row[0]) if row else 0.0

    def until(self) -> float:
        """Return the end of the last ban, in the past if there is none."""
        with self._connection() as connection:
            return self._number(connection, _UNTIL, (self.name,))

    def extend(self, until: float) -> None:
        """Postpone the end of a ban to this moment; an earlier one changes nothing."""
        with self._connection() as connection:
            connection.execute(_EXTEND, (self.name, until))

    def close(self) -> None:
        """Close idle connections."""
        while self._idle:
            self._idle.pop().close()


@lru_cache(maxsize=4)
def _postgres(url: str, slots: int) -> PostgresRateLimit:
    return PostgresRateLimit(url, _NAME, slots, WINDOW_SECONDS)


def rate_limit_of(settings: Settings) -> RateLimit:
    """Return the rate limit of EDGAR that the settings name."""
    slots = settings.edgar_requests_per_second
    if settings.miners_limiter_url:
        return _postgres(settings.miners_limiter_url, slots)
    return FileRateLimit(settings.limiter_dir, _NAME, slots, WINDOW_SECONDS)


def cooldown_of(settings: Settings) -> Cooldown:
    """Return the cooldown that belongs to that rate limit."""
    if settings.miners_limiter_url:
        return _postgres(settings.miners_limiter_url, settings.edgar_requests_per_second)
    return FileCooldown(settings.limiter_dir, _NAME)
