"""The limits of one document: time and memory, in Python's code and in libxml2's."""

import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pipelines import markup_probe
from pipelines.document_limits import check_markup, document_limits
from pipelines.errors import UnreadableDocument
from pipelines.parse.document.page import read_page
from pipelines.parse.xbrl.xml_source import parse_document


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
    with pytest.raises(UnreadableDocument) as caught, document_limits(0.2):
        hang()
    assert caught.value.reason == "too_slow"


def _fill_memory() -> None:
    held = []
    while True:
        held.append("x" * 100_000)


def _fill_memory_and_swallow() -> list[str]:
    """What a destructor or a callback may do with an exception: the result is a part."""
    held: list[str] = []
    try:
        while True:
            held.append("x" * 100_000)
    except BaseException:  # noqa: BLE001
        return held[:10]


@pytest.mark.parametrize("fill", [_fill_memory, _fill_memory_and_swallow])
def test_large_document_is_refused_with_a_reason(fill: Callable[[], object]) -> None:
    found: object = None
    with pytest.raises(UnreadableDocument) as caught, document_limits(20, megabytes=100):
        found = fill()
    assert caught.value.reason == "too_large"
    assert found is None or len(found) == 10, "a part never leaves the limits as if it were whole"


def test_limits_hold_one_after_the_other() -> None:
    """A second signal during the unwinding of the first must not escape."""
    for _ in range(5):
        with pytest.raises(UnreadableDocument), document_limits(20, megabytes=60):
            _nest(lambda: ["x" * 10_000 for _ in range(1_000_000)], 500)
    with document_limits():
        assert sum(range(100_000)) > 0


def _nest(work: Callable[[], object], depth: int) -> object:
    held = [object() for _ in range(1000)]
    try:
        return work() if depth == 0 else _nest(work, depth - 1)
    finally:
        held.clear()


_ATTRIBUTES = b"<p " + b" ".join(bytes([letter]) for letter in range(97, 123)) + b">"
_BOMBS = {
    "attributes": _ATTRIBUTES * 200_000,
    "attributes with values": b'<a b="" c="" d="" e=""/>' * 500_000,
    "elements": b"<p>x</p>" * 2_000_000,
}


@pytest.mark.parametrize("bomb", _BOMBS)
@pytest.mark.parametrize("read", [read_page, parse_document])
def test_document_that_fills_libxml2_is_refused(
    bomb: str, read: Callable[[bytes], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten megabytes become 400 to 600 within one call, which no signal interrupts."""
    before = psutil.Process().memory_info().rss
    document = b"<html><body>" + _BOMBS[bomb] + b"</body></html>"
    monkeypatch.setattr(check_markup, "__defaults__", (200, 20))
    with pytest.raises(UnreadableDocument, match="its tags take more than 200 MB") as caught:
        read(document)
    assert caught.value.reason == "too_large"
    assert psutil.Process().memory_info().rss - before < 200e6


def test_tag_with_too_many_attributes_is_refused() -> None:
    """libxml2 compares each attribute of a tag with all others: half a megabyte takes a minute."""
    names = (f"a{number}" for number in range(80_000))
    document = f"<html><body><p {' '.join(names)}>x</p></body></html>"
    with pytest.raises(UnreadableDocument) as caught:
        check_markup(document, seconds=2)
    assert caught.value.reason == "too_slow"


def test_probe_that_is_killed_refuses_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed = tmp_path / "killed.py"
    killed.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    monkeypatch.setattr(markup_probe, "__file__", str(killed))
    with pytest.raises(UnreadableDocument) as caught:
        check_markup("<p>x</p>" * 1_000_000)
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize(
    "document",
    [
        "<html><body>" + "<p>Bitcoin produced: 5</p>" * 400_000 + "</body></html>",
        f'<p><img src="data:image/png;base64,{"A" * 100_000}"> x</p>',
        f"<p>{'word ' * 100_000}</p>",
        f"<script>{'a < b ' * 10_000}</script><p>x</p>",
    ],
)
def test_large_document_within_the_limits_is_read(document: str) -> None:
    check_markup(document)
    check_markup(document.encode())


def test_small_document_needs_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    check_markup("<p>x</p>" * 100_000 + f'<img src="data:{"A" * 100_000}"/>')


def test_limit_ends_with_its_block() -> None:
    handler = signal.getsignal(signal.SIGVTALRM)
    with document_limits(60):
        assert signal.getitimer(signal.ITIMER_VIRTUAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    assert signal.getsignal(signal.SIGVTALRM) is handler


def test_waiting_does_not_count() -> None:
    with document_limits(0.2):
        time.sleep(0.5)


def test_other_thread_is_not_limited() -> None:
    done: list[int] = []

    def read() -> None:
        with document_limits(0.01):
            done.append(sum(range(3_000_000)))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert len(done) == 1
