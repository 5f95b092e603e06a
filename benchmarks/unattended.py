"""Request rate of a backfill and cost of an idle night, with a loopback EDGAR."""

import subprocess
import sys
import tempfile
import threading
import time
from datetime import date
from pathlib import Path

from benchmarks.measure import Line
from pipelines.settings import HOME, Settings
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from pipelines.warehouse import server as postgres
from tests.edgar_server import FORBIDDEN, EdgarServer, Response

SAMPLES = HOME / "samples" / "edgar"
_PERMITTED = 10


class Strict(EdgarServer):
    """Answers 403 to whatever is above ten in any second, as the host does, and counts it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.refused = 0
        # Read once: a host that stalls while it reads a file would be measured in our place.
        self.kept: dict[str, Response] = {}

    def _from_folder(self, path: str, headers: dict[str, str]) -> Response:
        now = time.monotonic()
        if sum(1 for moment, _, _ in list(self.requests)[-50:] if moment > now - 1) > _PERMITTED:
            self.refused += 1
            return Response(403, FORBIDDEN)
        if path not in self.kept:
            self.kept[path] = super()._from_folder(path, headers)
        return self.kept[path]


def most_in_a_second(times: list[float]) -> int:
    """The most requests in any window of one second."""
    return max(sum(1 for t in times if start <= t < start + 1) for start in times)


def bench_settings(folder: Path, base: str) -> Settings:
    """Settings of a run against a loopback EDGAR, with all data in a folder."""
    return Settings(
        _env_file=None,
        edgar_base=base,
        edgar_user_agent="Bench bench@example.com",
        miners_data_dir=folder / "data",
        miners_limiter_dir=folder / "limit",
        edgar_ban_seconds=5,
    )


_READER = """
import sys
from pathlib import Path
from pipelines.extract.http import Fetcher
from pipelines.settings import Settings
fetcher = Fetcher(Settings(_env_file=None, edgar_base=sys.argv[1], edgar_user_agent="Bench bench@example.com", miners_limiter_dir=Path(sys.argv[2]), edgar_ban_seconds=5))
for url in sys.stdin.read().split():
    fetcher.get(url)
"""


def _rate(folder: Path) -> Line:
    """Fetch two hundred documents with four concurrent processes."""
    server = Strict(SAMPLES)
    documents = [f"https://{p.relative_to(SAMPLES)}" for p in sorted(SAMPLES.rglob("*.htm"))]
    wanted = [documents[i % len(documents)] for i in range(201)]
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READER, server.base, str(folder / "limit")],
            cwd=HOME,
            stdin=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    parts = [
        threading.Thread(target=reader.communicate, args=("\n".join(wanted[n::4]),))
        for n, reader in enumerate(readers)
    ]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
    times = sorted(moment for moment, _, _ in server.requests)
    server.close()
    rate = (len(times) - 1) / (times[-1] - times[0]) / _PERMITTED
    most = most_in_a_second(times)
    met = rate >= 0.9 and most <= _PERMITTED and server.refused == 0 and len(times) == len(wanted)
    return Line(
        "permitted rate that a backfill uses",
        f"{rate:.1%}",
        "≥ 90 %, never above",
        met,
        f"{len(times)} requests of four processes; at most {most} in a second, {server.refused} refused",
    )


def _night(folder: Path) -> Line:
    server = Strict(SAMPLES)
    services = Services(
        bench_settings(folder, server.base).model_copy(update={"edgar_requests_per_second": 1000})
    )
    server.refused = 0
    tickers = [
        t
        for t in services.watchlist.tickers()
        if (
            SAMPLES / f"data.sec.gov/submissions/CIK{services.watchlist.by_ticker(t).ciks[-1].cik}.json"
        ).exists()
    ]
    slices = [(t, date(2018, 1, 1), date(2026, 12, 31)) for t in tickers]
    calm = EdgarServer(SAMPLES)
    services.settings.__dict__["edgar_base"] = calm.base
    list(run_all(services, slices, "first"))
    before, began = len(calm.requests), time.monotonic()
    list(run_all(services, slices, "second"))
    took = time.monotonic() - began
    asked = len(calm.requests) - before
    calm.close()
    server.close()
    services.engine.dispose()
    postgres.stop(folder / "data")
    return Line(
        "an idle night, without the limiter's waits",
        f"{took:.1f} s",
        "< 60 s for 18 companies",
        took < 60 and asked == len(tickers),
        f"{len(tickers)} companies, all months since 2018; {asked} conditional requests, no document",
    )


def run() -> list[Line]:
    """The lines of this benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        return [_rate(Path(folder)), _night(Path(folder))]
