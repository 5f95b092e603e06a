"""A time limit for one document, so that none of them can hang a run."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from pipelines.errors import UnreadableDocument

SECONDS = 20.0
"""CPU time of one step for one document; the slowest real one known needs less than five."""


class _Expired(BaseException):
    """No Exception, so that no handler between the signal and the limit keeps it."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Stop the block after so much CPU time of this process: a busy machine loses no document.

    By a signal, which also interrupts a regular expression. Python delivers signals to the main thread only,
    where Dagster and the command line run their steps; in another thread nothing is limited.

    Raises:
        UnreadableDocument: too_slow.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def expire(_signal: int, _frame: FrameType | None) -> None:
        raise _Expired

    former = signal.signal(signal.SIGVTALRM, expire)
    try:
        # Again every second: Python ignores an exception that is raised inside a destructor.
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 1)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except _Expired:
        reason = f"reading takes more than {seconds:g} s of CPU time; report the document as a fault"
        raise UnreadableDocument("too_slow", reason) from None
    finally:
        signal.signal(signal.SIGVTALRM, former)
