"""Runs of the command `miners run` in Dagster's UI."""

import json
import os
import subprocess
from pathlib import Path

import dagster as dg
import pytest

from pipelines.settings import HOME
from tests.command_line import MINERS


@pytest.fixture
def history(samples: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    """Dagster's records beside the warehouse of samples."""
    monkeypatch.setenv("DAGSTER_HOME", str(HOME))
    monkeypatch.setenv("MINERS_DAGSTER_DIR", str(Path(samples["MINERS_DATA_DIR"]) / "dagster"))
    return dg.DagsterInstance.get()


def test_command_appears_as_runs_with_checks(history: dg.DagsterInstance) -> None:
    """The list of runs was empty after the first `make run`, and no check had been evaluated."""
    records = history.get_run_records()
    assert {record.dagster_run.job_name for record in records} == {"nightly", "news"}
    for record in records:
        run = record.dagster_run
        assert run.status == dg.DagsterRunStatus.SUCCESS
        assert run.tags["miners/by"] == "miners run"
        assert record.start_time is not None
        assert record.end_time is not None
        assert record.end_time > record.start_time
        assert history.get_run_stats(run.run_id).steps_succeeded > 5
        events = [e.dagster_event for e in history.all_logs(run.run_id) if e.dagster_event]
        checks = [
            e.asset_check_evaluation_data for e in events if e.event_type_value == "ASSET_CHECK_EVALUATION"
        ]
        assert checks
        assert all(check.passed for check in checks)


def test_checks_belong_to_last_materialization(samples: dict[str, str], tmp_path: Path) -> None:
    """What the UI shows beside an asset: without that, "not evaluated" after the first command."""
    query = (
        "{ assetNodes { assetChecksOrError { ... on AssetChecks { checks { name "
        "executionForLatestMaterialization { status } } } } } }"
    )
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(HOME),
        "MINERS_DAGSTER_DIR": str(Path(samples["MINERS_DATA_DIR"]) / "dagster"),
        **samples,
    }
    command = [str(Path(MINERS).with_name("dagster-graphql")), "-m", "assets.definitions", "-t", query]
    done = subprocess.run(command, env=environment, cwd=HOME, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer = next(line for line in done.stdout.splitlines() if line.startswith("{"))
    nodes = json.loads(answer)["data"]["assetNodes"]
    checks = [check for node in nodes for check in node["assetChecksOrError"].get("checks", [])]
    assert len(checks) > 5
    shown = {check["name"]: check["executionForLatestMaterialization"] for check in checks}
    assert [name for name, execution in shown.items() if execution is None] == []
    assert {execution["status"] for execution in shown.values()} == {"SUCCEEDED"}
