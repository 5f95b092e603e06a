"""Launcher of local run processes that marks runs whose process died as failed.

Dagster's default launcher does not check the processes it starts: after a kill, an out-of-memory or a reboot
the run would stay STARTED and keep its place in the queue and in the pools.
"""

import socket
import time

import psutil
from dagster import DagsterRun, DefaultRunLauncher

# Not exported by Dagster, though a run launcher has to return them. Custom run launchers are undocumented:
# https://github.com/dagster-io/dagster/issues/5652 (a guide is proposed in pull request 30275).
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus

from pipelines.settings import load_settings

PROCESS_TAG = "miners/process"
# A run tags itself with its process before its first step, seconds after its start; Celery's many workers do
# not.
TAG_TIMEOUT_SECONDS = 600 if load_settings().miners_executor == "in_process" else float("inf")


def this_process(run_id: str) -> str:
    """Return this process as a tag of its run: run id, host, process id and creation time.

    The creation time distinguishes it from a later process with the same id. The run id distinguishes it from
    the tag of a parent run, which a re-execution copies.
    """
    process = psutil.Process()
    return f"{run_id} {socket.gethostname()} {process.pid} {process.create_time():.2f}"


def is_alive(run: DagsterRun) -> bool | None:
    """Return whether the process in a run's tag is running; None if it cannot be known."""
    parts = run.tags.get(PROCESS_TAG, "").split()
    if len(parts) != 4 or parts[0] != run.run_id or parts[1] != socket.gethostname():
        return None
    try:
        process = psutil.Process(int(parts[2]))
        same = abs(float(process.create_time()) - float(parts[3])) < 1
        return same and bool(process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, ValueError):
        return False


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's default launcher, with the health check that run monitoring calls."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Enable the health check."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Check the process in the run's tag; without a tag after ten minutes it is dead."""
        alive = is_alive(run)
        if alive is False:
            return CheckRunHealthResult(
                WorkerStatus.FAILED, "The run's process is gone: it was killed, or the machine restarted."
            )
        tagged = run.tags.get(PROCESS_TAG, "").startswith(f"{run.run_id} ")
        if alive is None and not tagged and self._seconds_since_start(run) > TAG_TIMEOUT_SECONDS:
            return CheckRunHealthResult(
                WorkerStatus.FAILED, "The run's process was gone before its first step."
            )
        return CheckRunHealthResult(WorkerStatus.RUNNING)

    def _seconds_since_start(self, run: DagsterRun) -> float:
        # A launcher gets its instance by this attribute alone (same issue).
        record = self._instance.get_run_record_by_id(run.run_id) if self.has_instance else None
        return time.time() - record.start_time if record is not None and record.start_time else 0.0
