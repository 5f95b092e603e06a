"""Killed at any moment and begun again, a run leaves the warehouse of one that was never killed, and fetches nothing twice."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from pipelines.settings import HOME
from tests.command_line import MINERS, miners
from tests.edgar_server import EdgarServer, Response

BEGUN_SECONDS = 60
POINTS, SEED = 20, 20261124


class ByName(EdgarServer):
    """The samples, under a name for each history of runs, so that what each one asked can be told apart."""

    def _from_folder(self, path: str, headers: dict[str, str]) -> Response:
        return super()._from_folder("/" + path.lstrip("/").split("/", 1)[1], headers)


def test_killed_runs_leave_same_warehouse(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    server = ByName(HOME / "samples" / "edgar")
    try:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.e2e.steps.kill_runs",
                str(tmp_path),
                server.base,
                str(POINTS),
                str(SEED),
            ],
            cwd=HOME,
            capture_output=True,
            text=True,
            timeout=420,
        )
    finally:
        server.close()
    assert done.returncode == 0, done.stderr[-3000:]
    whole, *points = [json.loads(line) for line in done.stdout.splitlines()]
    assert whole["tables"]["warehouse.fact_segment_revenue"][0] > 0
    assert whole["tables"]["warehouse.dim_document"][0] == 3
    assert len(points) == POINTS
    assert [p for p in points if p["again"] != 0] == []
    assert [(p["point"], p["differing"]) for p in points if p["differing"]] == []
    assert sum(p["victim"] == "run" and p["ended"] == 9 for p in points) >= 10, (
        "runs were killed, not just ended"
    )
    asked = Counter(path for path in server.paths() if "/Archives/edgar/data/" in path)
    for point in points:
        twice = [
            path for path, number in asked.items() if path.startswith(f"/{point['name']}/") and number > 1
        ]
        # What was on its way when the process died was not archived, and only that is asked for again.
        assert len(twice) <= 1, (point, twice)
        assert all(asked[path] == 2 for path in twice)
    record_property(
        "report",
        f"kill points survived: {len(points)} of {POINTS} ({sum(p['victim'] == 'database' for p in points)} of the database)",
    )


def test_next_command_closes_killed_run(tmp_path: Path, database: sa.URL) -> None:
    """kill -9 of `miners run`: `miners status` records the run as failed, and the next run makes all well."""
    environment = {
        "WAREHOUSE_URL": database.set(drivername="postgresql").render_as_string(hide_password=False),
        "MINERS_DATA_DIR": str(tmp_path / "data"),
    }
    engine = sa.create_engine(database, poolclass=sa.NullPool)

    def rows() -> list[tuple[str, bool]]:
        with engine.connect() as connection:
            query = sa.text("select status, ended_at is not null from ops.run order by started_at")
            return [tuple(row) for row in connection.execute(query)]

    command = [MINERS, "run", "--company", "SLNH", "--no-publish"]
    run = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        cwd=HOME,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + BEGUN_SECONDS
        while not rows() and time.monotonic() < until:
            time.sleep(0.02)
    finally:
        run.kill()
        run.wait()
    assert rows() == [("running", False)]
    shown = miners("status", **environment)
    assert (shown.returncode, shown.stdout.startswith("! the last run of nightly was killed")) == (1, True)
    assert rows() == [("failed", True)]
    assert json.loads((tmp_path / "data" / "health.json").read_text())["status"] == "attention"
    assert miners(*command[1:], **environment).returncode == 0
    assert rows() == [("failed", True), ("succeeded", True)]
    assert "killed" not in miners("status", **environment).stdout
