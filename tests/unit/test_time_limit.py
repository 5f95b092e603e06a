"""The time limit of one document: it stops code that swallows exceptions, and patterns that never end."""

import re
import signal
import threading
import time

import pytest

from pipelines.errors import UnreadableDocument
from pipelines.time_limit import time_limit


def _swallow_everything() -> None:
    while True:
        try:
            sum(range(1000))
        except Exception:  # noqa: BLE001
            continue


def _match_exponentially() -> None:
    re.match(r"(a+)+$", "a" * 40 + "b")


@pytest.mark.parametrize("hang", [_swallow_everything, _match_exponentially])
def test_slow_document_is_refused_with_a_reason(hang: object) -> None:
    assert callable(hang)
    with pytest.raises(UnreadableDocument) as caught, time_limit(0.2):
        hang()
    assert caught.value.reason == "too_slow"


def test_limit_ends_with_its_block() -> None:
    handler = signal.getsignal(signal.SIGVTALRM)
    with time_limit(60):
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    assert signal.getsignal(signal.SIGVTALRM) is handler


def test_waiting_does_not_count() -> None:
    with time_limit(0.2):
        time.sleep(0.5)


def test_other_thread_is_not_limited() -> None:
    done: list[int] = []

    def read() -> None:
        with time_limit(0.01):
            done.append(sum(range(3_000_000)))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(done) == 1
