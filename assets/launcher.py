"""Launcher of local run processes that marks runs whose process died as failed.

Dagster's default launcher does not check the processes it starts: after a kill, an out-of-memory or a reboot
the run would stay STARTED and keep its place in the queue and in the pools.
"""

import time

from dagster import DagsterRun, DefaultRunLauncher

# Not exported by Dagster, though a run launcher has to return them. Custom run launchers are undocumented:
# https://github.com/dagster-io/dagster/issues/5652 (a guide is proposed in pull request 30275).
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus

from pipelines.processes import is_alive, this_process
from pipelines.settings import load_settings

PROCESS_TAG = "miners/process"
# A run tags itself with its process before its first step, seconds after its start; Celery's many workers do
# not.
TAG_TIMEOUT_SECONDS = 600 if load_settings().miners_executor == "in_process" else float("inf")


def process_tag(run_id: str) -> str:
    """Return this process as a tag of its run.

    The run id distinguishes it from the tag of a parent run, which a re-execution copies.
    """
    return f"{run_id} {this_process()}"


def is_run_alive(run: DagsterRun) -> bool | None:
    """Return whether the process in a run's tag is running; None if it cannot be known."""
    run_id, _, process = run.tags.get(PROCESS_TAG, "").partition(" ")
    return is_alive(process) if run_id == run.run_id else None


class WatchedRunLauncher(DefaultRunLauncher):
    """Dagster's default launcher, with the health check that run monitoring calls."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Enable the health check."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Check the process in the run's tag; without a tag after ten minutes it is dead."""
        alive = is_run_alive(run)
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
