"""The XBRL reader compared with plain parsing, Arelle and `ixbrlparse`."""

import contextlib
import io
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from lxml import etree, html

from benchmarks.measure import Line, best_of
from pipelines.errors import UnreadableDocument
from pipelines.normalize.release_figures import normalize_release
from pipelines.normalize.release_revenue import normalize_release_revenue
from pipelines.parse.press_releases.release import read_release
from pipelines.parse.xbrl.inline import read_facts
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist

_MEMORY = """
import sys
from pipelines.parse.xbrl.inline import read_facts
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
data = open(sys.argv[1], "rb").read()
before = peak()
table = read_facts(data)
print(peak(), peak() - before, len(data), len(table))
"""
_IMPORT = (
    "import time; s = time.perf_counter(); import pipelines.parse.xbrl.inline; print(time.perf_counter() - s)"
)


def documents() -> tuple[str, list[Path]]:
    """Real filings where they are, else samples."""
    shared = Path(os.environ.get("TEST_EDGAR_MIRROR") or HOME.parent / "shared" / "edgar")
    real = sorted(
        (p for p in shared.rglob("*.htm") if p.stat().st_size > 1_000_000), key=lambda p: p.stat().st_size
    )
    if real:
        return (
            (
                f"{len(real)} real 10-Q and 10-K of {real[0].stat().st_size / 1e6:.1f} to "
                f"{real[-1].stat().st_size / 1e6:.1f} MB"
            ),
            real,
        )
    samples = sorted(
        p for p in (HOME / "samples" / "edgar").rglob("*-20*.htm") if b"ix:header" in p.read_bytes()
    )
    return f"{len(samples)} samples (small: ratios against bare parsing are then worse)", samples


def _large(paths: list[Path], size: int) -> bytes:
    """A filing of at least `size` bytes, made by repeating rows of a table."""
    content = paths[-1].read_bytes()
    missing = size - len(content)
    if missing <= 0:
        return content
    row = b"<tr><td>" + b"note " * 40 + b"</td><td>1,234</td></tr>"
    filler = b"<table>" + row * (missing // len(row) + 1) + b"</table>"
    at = content.rindex(b"</body>")
    return content[:at] + filler + content[at:]


def run() -> tuple[str, list[Line]]:
    """A description of the documents, and the results."""
    source, paths = documents()
    contents = [p.read_bytes() for p in paths]
    lines = [
        _against_lxml(contents),
        _with_labels(contents),
        _against_arelle(paths, contents),
        _against_ixbrlparse(paths, contents),
    ]
    return source, [*lines, _memory(paths), _import_time(), _ten_times(contents), _releases()]


def _releases() -> Line:
    """Press releases parsed and normalized on one core, half of them with a long statement."""
    words = load_lexicon()
    company = load_watchlist().by_ticker("RIOT")
    exhibits = [p.read_bytes() for p in sorted((HOME / "samples" / "edgar").rglob("*_ex991.htm"))]
    # A real earnings release has some 150 to 300 KB of statements; the samples are far shorter.
    row = (
        "<tr><td>Line {n} of the "
        "statements</td><td></td><td>$</td><td>({n},234</td><td>)</td><td></td><td>$</td><td>({n},678</td><td>)</td></tr>"
    )
    rows = "".join(row.format(n=n) for n in range(100, 500)).encode()
    prose = b"<p>The company works on its sites in Texas and Kentucky and tells of it at length, without any figure that is ours.</p>"
    long = prose * 300 + b"<table>" + rows + b"</table></body>"
    documents = [d.replace(b"</body>", long) if i % 2 else d for i, d in enumerate(exhibits)]

    def work() -> None:
        for document in documents:
            try:
                release = read_release(document, company, words, date(2026, 11, 1))
            except UnreadableDocument:
                continue
            normalize_release(release, words.words)
            normalize_release_revenue(release, company, words)

    [seconds] = best_of(3, work)
    rate = len(documents) / seconds
    size = sum(map(len, documents)) / len(documents) / 1000
    return Line(
        "releases read and normalized, documents a second on one core",
        f"{rate:.0f}",
        "≥ 30",
        rate >= 30,
        f"{len(documents)} exhibits of {size:.0f} KB on average, half of them with long statements",
    )


def _against_lxml(contents: list[bytes]) -> Line:
    ours, xml, page = best_of(
        9,
        lambda: [read_facts(c) for c in contents],
        lambda: [etree.fromstring(c) for c in contents],
        lambda: [html.fromstring(c) for c in contents],
    )
    return Line(
        "reader ÷ lxml.html of the same bytes",
        f"{ours / page:.2f}×",
        "≤ 1.5×",
        ours / page <= 1.5,
        f"{ours * 1e3:.0f} ms; lxml.html {page * 1e3:.0f} ms; lxml.etree {xml * 1e3:.0f} ms, that is {ours / xml:.2f}×",
    )


def _with_labels(contents: list[bytes]) -> Line:
    ours, xml = best_of(
        5,
        lambda: [[(f.label, f.column_heading) for f in read_facts(c)] for c in contents],
        lambda: [etree.fromstring(c) for c in contents],
    )
    return Line(
        "reader with every label and column heading ÷ lxml.etree",
        f"{ours / xml:.2f}×",
        "none",
        True,
        f"{ours * 1e3:.0f} ms; headings are read when asked for",
    )


def _against_arelle(paths: list[Path], contents: list[bytes]) -> Line:
    # Ours goes first: Arelle leaves so many objects behind that Python's collector slows whatever follows it.
    (ours,) = best_of(7, lambda: [read_facts(c) for c in contents])
    try:
        from arelle import Cntlr
    except ImportError:
        return Line("Arelle ÷ reader", "not installed", "≥ 20×", False, "")
    controller = Cntlr.Cntlr(logFileName="logToBuffer", uiLang="en")
    controller.webCache.workOffline = True

    def arelle() -> None:
        for path in paths:
            model = controller.modelManager.load(str(path))
            assert len(model.facts) > 0
            controller.modelManager.close(model)

    (theirs,) = best_of(3, arelle)
    met = theirs / ours >= 20
    return Line(
        "Arelle ÷ reader",
        f"{theirs / ours:.1f}×",
        "≥ 20×",
        met,
        f"{theirs:.2f} s and {ours * 1e3:.0f} ms; Arelle offline",
    )


def _against_ixbrlparse(paths: list[Path], contents: list[bytes]) -> Line:
    try:
        from ixbrlparse import IXBRL
    except ImportError:
        return Line("ixbrlparse ÷ reader", "not installed", "≥ 50×", False, "")
    path, content = paths[0], contents[0]

    def ixbrlparse() -> None:
        with contextlib.redirect_stderr(io.StringIO()):
            IXBRL.open(str(path), raise_on_error=False)

    theirs, ours = best_of(2, ixbrlparse, lambda: read_facts(content))
    return Line(
        "ixbrlparse ÷ reader",
        f"{theirs / ours:.0f}×",
        "≥ 50×",
        theirs / ours >= 50,
        f"{path.name}: {theirs:.2f} s and {ours * 1e3:.0f} ms",
    )


def _child(code: str, *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=HOME
    )
    return done.stdout.split()


def _memory(paths: list[Path]) -> Line:
    large = HOME / "data" / "bench-large.htm"
    large.parent.mkdir(exist_ok=True)
    large.write_bytes(_large(paths, 3_700_000))
    try:
        peak, more, size, facts = map(int, _child(_MEMORY, str(large)))
    finally:
        large.unlink()
    return Line(
        "peak memory of reading a 3.7 MB filing",
        f"{peak / 1024:.0f} MB",
        "≤ 150 MB",
        peak <= 150 * 1024,
        f"whole process; {more / 1024:.0f} MB more than before reading; {size:,} bytes, {facts:,} facts",
    )


def _import_time() -> Line:
    seconds = min(float(_child(_IMPORT)[0]) for _ in range(5))
    return Line(
        "import of pipelines.parse.xbrl.inline",
        f"{seconds:.2f} s",
        "≤ 0.3 s",
        seconds <= 0.3,
        "best of five fresh processes",
    )


def _ten_times(contents: list[bytes]) -> Line:
    once, ten = best_of(
        5, lambda: [read_facts(c) for c in contents], lambda: [read_facts(c) for c in contents * 10]
    )
    return Line(
        "10 × the documents ÷ once",
        f"{ten / once:.2f}×",
        "≤ 10.5×",
        ten / once <= 10.5,
        f"{ten:.2f} s and {once * 1e3:.0f} ms",
    )
