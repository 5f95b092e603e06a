"""What the tests of a running Dagster share: the host, the data folder, and Dagster as it is started and started again."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from pipelines.settings import HOME
from pipelines.steps.current import FEEDS
from pipelines.warehouse import server as postgres
from pipelines.watchlist import load_watchlist
from tests.e2e.ui.dagster_ui import Dagster, running_dagster
from tests.edgar_server import EdgarServer, Response, feed_page, feed_path

STARTUP = Path(__file__).parent / "startup"
FOLDER = HOME / "samples" / "edgar"
SLNH = ("64463", "9999999999-24-000501", "10-Q", "2024-11-14T16:05:11-05:00")
NOTHING_FILED = b'{"name": "Somebody", "filings": {"recent": {"accessionNumber": [], "filingDate": [], "form": []}, "files": []}}'


class Held:
    """A loopback EDGAR, a data folder, and a Dagster that can be started again.

    Args:
        filings: Entries of the feed of current 10-Q filings.
        night_in_seconds: Time from now to the nightly schedule, cut to the minute.
    """

    def __init__(
        self,
        folder: Path,
        *,
        filings: tuple[tuple[str, str, str, str], ...] = (),
        night_in_seconds: int = 43_200,
    ) -> None:
        self.folder, self.edgar = folder, EdgarServer(FOLDER)
        for form in FEEDS:
            self.edgar.script(feed_path(form), Response(200, feed_page()))
        self.edgar.script(feed_path("10-Q"), Response(200, feed_page(*filings)))
        self.edgar.script("/hook", Response(200))
        for company in load_watchlist().companies:
            path = f"/data.sec.gov/submissions/CIK{company.ciks[-1].cik}.json"
            if not (FOLDER / path.lstrip("/")).exists():
                self.edgar.script(path, Response(200, NOTHING_FILED))
        soon = datetime.now(UTC) + timedelta(seconds=night_in_seconds)
        self.environment = {
            "EDGAR_BASE": self.edgar.base,
            "EDGAR_USER_AGENT": "Test t@example.com",
            "EDGAR_PAUSE_SECONDS": "0.01",
            "NEWS_MIRROR": str(HOME / "samples" / "news"),
            "MINERS_SENSOR_SECONDS": "30",
            "MINERS_TIMEZONE": "UTC",
            "MINERS_NIGHTLY_AT": f"{soon:%H:%M}",
            "ALERT_URL": f"json+{self.edgar.base}/hook",
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "DEBUG",
            "MINERS_LIMITER_DIR": str(folder / "limit"),
            "HOLD_BACKFILLS": str(folder / "hold"),
        }
        self.dagster: Dagster | None = None
        self._running: object = None

    def start(self) -> Dagster:
        """Start Dagster, with a daemon that looks for backfills every second."""
        paths = (str(STARTUP), os.environ.get("PYTHONPATH"))
        environment = {**self.environment, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
        self._running = running_dagster(self.folder, **environment)
        self.dagster = self._running.__enter__()  # type: ignore[attr-defined]
        return self.dagster

    @contextmanager
    def backfills_held(self) -> Iterator[None]:
        """Within the block, the daemon neither starts nor ends a backfill, as between two of its looks."""
        hold = self.folder / "hold"
        hold.touch()
        wait_for(hold.with_suffix(".seen").exists, 30, every=0.05)
        try:
            yield
        finally:
            hold.unlink()
            hold.with_suffix(".seen").unlink()

    def stop(self) -> None:
        if self._running is not None:
            self._running.__exit__(None, None, None)  # type: ignore[attr-defined]
        self.edgar.close()
        postgres.stop(self.folder)

    @property
    def up(self) -> Dagster:
        assert self.dagster is not None
        return self.dagster

    def engine(self) -> sa.Engine:
        return sa.create_engine(postgres.embedded_url(self.folder), poolclass=sa.pool.NullPool)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.engine().connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]


def wait_for(condition: Callable[[], object], seconds: float = 90, every: float = 0.5) -> object:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(every)
    raise AssertionError("it did not come")


def tags_of(run: dict[str, object]) -> dict[str, str]:
    return {t["key"]: t["value"] for t in run["tags"]}  # type: ignore[attr-defined]


def runs_of(held: Held, job: str) -> list[dict[str, object]]:
    return held.up.runs(pipelineName=job)
