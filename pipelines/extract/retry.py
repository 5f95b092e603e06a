"""Retries of requests: the one place where a request is repeated.

A fetch function raises FetchError with `retry_at` if a retry may succeed. Later retries, of whole steps, are
Dagster's.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar

import stamina
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from pipelines.errors import FetchError
from pipelines.limits import whole_number

log = logging.getLogger("miners.http")

TRANSIENT_STATUS = frozenset({500, 502, 503, 504})
LONGEST_PAUSE_SECONDS = 600.0

_Result = TypeVar("_Result")


def _log_retry(details: RetryDetails) -> None:
    log.info("%s Retrying in %.1f s.", details.caused_by, details.wait_for)


set_on_retry_hooks([_log_retry])


def backoff(error: Exception) -> bool | float:
    """Return the seconds until `retry_at`; True for back-off if it is now, False if it is None."""
    if not isinstance(error, FetchError) or error.retry_at is None:
        return False
    seconds = (error.retry_at - datetime.now(UTC)).total_seconds()
    return min(seconds, LONGEST_PAUSE_SECONDS) if seconds > 0 else True


def retry(
    fetch: Callable[[], _Result],
    *,
    attempts: int,
    pause: float,
    on: Callable[[Exception], bool | float] = backoff,
) -> _Result:
    """Call `fetch` up to `attempts` times; pauses begin with `pause` seconds and double."""
    for attempt in stamina.retry_context(
        on=on,
        attempts=attempts,
        timeout=None,
        wait_initial=pause,
        wait_max=LONGEST_PAUSE_SECONDS,
        wait_jitter=pause / 10,
    ):
        with attempt:
            return fetch()
    raise AssertionError("stamina raises the last error")


def retry_after(headers: Mapping[str, str], most: timedelta = timedelta(hours=1)) -> datetime | None:
    """Return the moment in Retry-After, at most `most` from now; None without a valid one."""
    value, now = headers.get("Retry-After", "").strip(), datetime.now(UTC)
    if (seconds := whole_number(value)) is not None:
        return now + min(timedelta(seconds=min(seconds, 10**6)), most)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(now, min(moment, now + most))
