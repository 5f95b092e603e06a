"""Limits of time and memory for one document, so that none of them can hang or end a run."""

import os
import re
import resource
import signal
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import AnyStr

import psutil

from pipelines import markup_probe
from pipelines.errors import UnreadableDocument

SECONDS = 20.0
"""CPU time of one step for one document; the slowest real one known needs less than five."""
MEGABYTES = 512
"""Memory of one step for one document; real ones need at most 20 bytes for each of theirs."""
_TICK_SECONDS = 0.05
# libxml2 needs at most 72 bytes for each byte of markup (`<b>x`): smaller documents stay below the limit.
_LARGE = 7_000_000
# The time for one tag grows with the square of its attributes; quoted values do not count.
_LONG_TAG = 8192
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def check_markup(markup: str | bytes, megabytes: float = MEGABYTES, seconds: float = SECONDS) -> None:
    """Check that libxml2 can parse a document within the limits.

    A call of libxml2 cannot be interrupted. A large document, or one with a very long tag, is parsed by
    another process first. Others cost a look at every eighth kilobyte.

    Raises:
        UnreadableDocument: too_large or too_slow.
    """
    if isinstance(markup, bytes):
        long_tag = _has_long_tag(markup, b"<", b">")
    else:
        long_tag = _has_long_tag(markup, "<", ">")
    if len(markup) <= _LARGE and not long_tag:
        return
    content = markup if isinstance(markup, bytes) else markup.encode("utf-8", "surrogatepass")
    command = [sys.executable, str(Path(markup_probe.__file__)), str(megabytes)]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=content, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise UnreadableDocument("too_slow", f"its tags take more than {seconds:g} s to parse") from None
    if done.returncode:
        # Also if the system killed the process.
        raise UnreadableDocument("too_large", f"its tags take more than {megabytes:g} MB of memory to parse")


def _has_long_tag(markup: AnyStr, opening: AnyStr, closing: AnyStr) -> bool:
    place = 0
    while place + _LONG_TAG < len(markup):
        last = markup.rfind(closing, place, place + _LONG_TAG)
        if last < 0:
            last = markup.find(closing, place)
            last = last if last >= 0 else len(markup)
            first = markup.rfind(opening, place, last)
            if first >= 0 and last - first > _LONG_TAG:
                tag = markup[first:last]
                text = tag if isinstance(tag, str) else tag.decode("latin-1")
                if len(_QUOTED.sub("", text)) > _LONG_TAG:
                    return True
        place = last + 1
    return False


@lru_cache(maxsize=1)
def _process(pid: int) -> psutil.Process:
    return psutil.Process(pid)


def _memory() -> int:
    return int(_process(os.getpid()).memory_info().rss)


def _cpu_seconds() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


class _Exceeded(BaseException):
    """No Exception, so that no handler between the signal and the limit keeps it."""


class document_limits:  # noqa: N801 -- used as a function, like contextlib.suppress
    """Stop a block after so much CPU time, or once this process has grown by so much memory.

    A signal checks both while the block uses the CPU: a busy machine loses no document. It also interrupts a
    regular expression. Python delivers signals to the main thread only, where Dagster and the command line
    run their steps; in another thread nothing is limited.

    The operating system limits no memory: libxml2 may return a part of a document as a whole one if an
    allocation fails (docs/decisions/0034).

    Raises:
        UnreadableDocument: too_slow or too_large.
    """

    def __init__(self, seconds: float = SECONDS, megabytes: float = MEGABYTES) -> None:
        self.seconds, self.megabytes = seconds, megabytes
        self.exceeded: tuple[str, str] | None = None

    def __enter__(self) -> None:
        self.limited = threading.current_thread() is threading.main_thread()
        if not self.limited:
            return
        self.most = _memory() + self.megabytes * 1e6
        self.end = _cpu_seconds() + self.seconds
        self.former = signal.signal(signal.SIGVTALRM, self._check)
        signal.setitimer(signal.ITIMER_VIRTUAL, _TICK_SECONDS, _TICK_SECONDS)

    def __exit__(self, *_: object) -> None:
        if not self.limited:
            return
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, self.former)
        # Whatever the block did with the exception: its result may be a part.
        if self.exceeded is not None:
            reason, detail = self.exceeded
            raise UnreadableDocument(reason, f"{detail}; report the document as a fault") from None

    def _check(self, _signal: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code is document_limits.__exit__.__code__:
            return
        if _memory() > self.most:
            self.exceeded = "too_large", f"reading takes more than {self.megabytes:g} MB of memory"
        elif _cpu_seconds() > self.end:
            self.exceeded = "too_slow", f"reading takes more than {self.seconds:g} s of CPU time"
        if self.exceeded is not None:
            # Again after a second: Python ignores an exception that is raised inside a destructor.
            signal.setitimer(signal.ITIMER_VIRTUAL, 1, 1)
            raise _Exceeded
