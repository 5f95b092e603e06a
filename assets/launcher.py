"""Runs in processes of this machine, and whether they still live: a run whose process was killed is told as failed.

Dagster's own launcher does not know when a process of its run is gone (killed, out of memory, the machine
restarted): the run would stand as started for ever and hold its place in the queue and in the pools.
"""

import socket
import time

import psutil
from dagster import DagsterRun
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher

from pipelines.settings import load_settings

PROCESS_TAG = "miners/process"
# A run names its process before its first step, some seconds after it began; Celery's workers, which are
# many, name none.
NAMES_ITSELF_SECONDS = 600 if load_settings().miners_executor == "in_process" else float("inf")


def this_process(run_id: str) -> str:
    """This process as a run's tag: run, host, process id, and when it began, so that a number given to another process later is
    not taken for it, nor the tag that a re-execution takes over from its parent."""
    process = psutil.Process()
    return f"{run_id} {socket.gethostname()} {process.pid} {process.create_time():.2f}"


def lives(run: DagsterRun) -> bool | None:
    """Whether the process that a run named still runs; None where it named none, or one on another machine."""
    parts = run.tags.get(PROCESS_TAG, "").split()
    if len(parts) != 4 or parts[0] != run.run_id or parts[1] != socket.gethostname():
        return None
    try:
        process = psutil.Process(int(parts[2]))
        alive = process.status() != psutil.STATUS_ZOMBIE
        return alive and abs(float(process.create_time()) - float(parts[3])) < 1
    except (psutil.Error, ValueError):
        return False


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's launcher of local processes, which also tells run monitoring whether a run's process lives."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Run monitoring asks us."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """By the process that the run named when it began. One that names none within minutes was killed before it could."""
        alive = lives(run)
        if alive is False:
            return CheckRunHealthResult(
                WorkerStatus.FAILED, "its process is gone: killed, or the machine was restarted"
            )
        if alive is None and not self._named(run) and self._seconds_since_start(run) > NAMES_ITSELF_SECONDS:
            return CheckRunHealthResult(WorkerStatus.FAILED, "its process was gone before its first step")
        return CheckRunHealthResult(WorkerStatus.RUNNING)

    @staticmethod
    def _named(run: DagsterRun) -> bool:
        return run.tags.get(PROCESS_TAG, "").startswith(f"{run.run_id} ")

    def _seconds_since_start(self, run: DagsterRun) -> float:
        record = self._instance.get_run_record_by_id(run.run_id) if self.has_instance else None
        return time.time() - record.start_time if record is not None and record.start_time else 0.0
