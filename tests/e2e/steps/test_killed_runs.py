"""Killed at any moment and begun again, a run leaves the warehouse of one that was never killed, and fetches nothing twice."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from pipelines.settings import HOME
from tests.edgar_server import EdgarServer, Response

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
