"""A real Dagster for tests: `miners ui` in a session of its own, asked by GraphQL as its pages ask it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import requests
import yaml

from pipelines.settings import HOME
from tests.local_servers import free_port

MINERS = str(Path(sys.executable).parent / "miners")
REPOSITORY = {"repositoryLocationName": "miners", "repositoryName": "__repository__"}

_BACKFILL = """
mutation ($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }
"""
_LAUNCH = """
mutation ($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { id } } ... on PythonError { message } } }
"""
_STATE = """
query ($id: String!) { partitionBackfillOrError(backfillId: $id) { __typename ... on PartitionBackfill {
  id status numPartitions error { message } runs(limit: 500) { id status runId: id pipelineName tags { key value } } } } }
"""
_RUNS = "query ($filter: RunsFilter) { runsOrError(filter: $filter, limit: 500) { ... on Runs { results { id status jobName startTime endTime tags { key value } } } } }"
_ASSET = """
query ($key: AssetKeyInput!) { assetNodeOrError(assetKey: $key) { ... on AssetNode { assetPartitionStatuses {
  __typename ... on MultiPartitionStatuses { primaryDimensionName ranges { primaryDimStartKey primaryDimEndKey secondaryDim {
  ... on DefaultPartitionStatuses { materializedPartitions failedPartitions unmaterializedPartitions }
  ... on TimePartitionStatuses { ranges { startKey endKey status } } } } } } } } }
"""


class Dagster:
    """A running Dagster: its address, its processes, and what its pages ask of it."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.process, self.base, self.log = process, f"http://127.0.0.1:{port}", log

    def ask(self, query: str, **variables: Any) -> Any:
        answer = requests.post(
            f"{self.base}/graphql", json={"query": query, "variables": variables}, timeout=60
        ).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def wait_until_up(self, seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            with suppress(requests.RequestException):
                found = self.ask(
                    "query { workspaceOrError { ... on Workspace { locationEntries { name loadStatus locationOrLoadError { __typename } } } } }"
                )
                entries = found["workspaceOrError"]["locationEntries"]
                if entries and entries[0]["loadStatus"] == "LOADED":
                    assert entries[0]["locationOrLoadError"]["__typename"] == "RepositoryLocation", entries
                    return
            time.sleep(0.3)
        raise AssertionError(self.log.read_text()[-3000:])

    def backfill(self, job: str, keys: list[str], tags: Mapping[str, str] | None = None) -> str:
        """Launch a backfill of a job, as its page does; returns its id."""
        params = {
            "selector": {"partitionSetName": f"{job}_partition_set", "repositorySelector": REPOSITORY},
            "partitionNames": keys,
            "fromFailure": False,
            "tags": [{"key": k, "value": v} for k, v in (tags or {}).items()],
        }
        done = self.ask(_BACKFILL, params=params)["launchPartitionBackfill"]
        assert done["__typename"] == "LaunchBackfillSuccess", done
        return str(done["backfillId"])

    def launch(self, job: str, first: str, last: str, tags: Mapping[str, str] | None = None) -> str:
        """Launch one run of a job over a range of partitions; returns its id."""
        all_tags = {
            "dagster/asset_partition_range_start": first,
            "dagster/asset_partition_range_end": last,
            **(tags or {}),
        }
        params = {
            "selector": {"jobName": job, **REPOSITORY},
            "runConfigData": {},
            "mode": "default",
            "executionMetadata": {"tags": [{"key": k, "value": v} for k, v in all_tags.items()]},
        }
        done = self.ask(_LAUNCH, params=params)["launchPipelineExecution"]
        assert done["__typename"] == "LaunchRunSuccess", done
        return str(done["run"]["id"])

    def backfill_assets(
        self, assets: list[str], keys: list[str], tags: Mapping[str, str] | None = None
    ) -> str:
        """Launch a backfill of assets, as the asset graph's page does; returns its id."""
        params = {
            "assetSelection": [{"path": name.split("/")} for name in assets],
            "partitionNames": keys,
            "tags": [{"key": k, "value": v} for k, v in (tags or {}).items()],
        }
        done = self.ask(_BACKFILL, params=params)["launchPartitionBackfill"]
        assert done["__typename"] == "LaunchBackfillSuccess", done
        return str(done["backfillId"])

    def backfill_state(self, backfill: str) -> dict[str, Any]:
        return dict(self.ask(_STATE, id=backfill)["partitionBackfillOrError"])

    def wait_for_backfill(
        self, backfill: str, runs: int | None = None, seconds: float = 240
    ) -> dict[str, Any]:
        """Wait for the end of a backfill and of all its runs; with a number of runs for those alone, since Dagster tells the end of
        the backfill itself at its next look, half a minute later."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.backfill_state(backfill)
            ended = all(run["status"] in ("SUCCESS", "FAILURE", "CANCELED") for run in state["runs"])
            if runs is not None and ended and len(state["runs"]) >= runs:
                return state
            if state["status"] not in ("REQUESTED", "CANCELING", "FAILING") and ended:
                return state
            time.sleep(0.5)
        raise AssertionError((state, self.log.read_text()[-3000:]))

    def runs(self, **matching: Any) -> list[dict[str, Any]]:
        return list(self.ask(_RUNS, filter=matching)["runsOrError"]["results"])

    def wait_for_run(self, run_id: str, seconds: float = 120) -> str:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.runs(runIds=[run_id])
            if found and found[0]["status"] in ("SUCCESS", "FAILURE", "CANCELED"):
                return str(found[0]["status"])
            time.sleep(0.3)
        raise AssertionError(self.log.read_text()[-3000:])

    def processes(self, word: str) -> list[psutil.Process]:
        """The processes of this Dagster whose command line has a word: `dagster-daemon`, `execute_run` …"""
        return [
            p for p in psutil.Process(self.process.pid).children(recursive=True) if word in " ".join(_line(p))
        ]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """As a power cut would: every process at once."""
        found = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        for process in found:
            if "postgres" not in process.name():
                try:
                    process.kill()
                except psutil.NoSuchProcess:
                    continue
        self.process.wait(20)


def _line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _home(folder: Path) -> Path:
    """A home with the instance of dagster.yaml, whose daemon looks every second for queued and dead runs."""
    instance = yaml.safe_load((HOME / "dagster.yaml").read_text())
    instance["run_coordinator"]["config"] = {"dequeue_interval_seconds": 1}
    instance["run_monitoring"]["poll_interval_seconds"] = 1
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(yaml.safe_dump(instance))
    return home


@contextmanager
def running_dagster(folder: Path, **environment: str) -> Iterator[Dagster]:
    """`miners ui` over a data folder, until the block ends."""
    clean = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("EDGAR_", "DAGSTER_", "WAREHOUSE", "NEWS_", "ALERT_"))
    }
    port = free_port()
    home = _home(folder)
    log = folder / "ui.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [MINERS, "ui", "--port", str(port)],
            cwd=HOME,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**clean, "MINERS_DATA_DIR": str(folder), "DAGSTER_HOME": str(home), **environment},
        )
    dagster = Dagster(process, port, log)
    try:
        dagster.wait_until_up()
        yield dagster
    finally:
        dagster.stop()
