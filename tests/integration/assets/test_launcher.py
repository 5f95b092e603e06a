"""Runs whose process died are marked as failed."""

import time

import dagster as dg
import pytest
from dagster import DagsterInstance

from assets import launcher
from assets.definitions import defs


def test_launcher_checks_process_of_run() -> None:
    import subprocess
    import sys

    mine = launcher.process_tag("r1")
    alive = dg.DagsterRun(job_name="nightly", run_id="r1", tags={launcher.PROCESS_TAG: mine})
    assert launcher.is_run_alive(alive) is True
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host = mine.split()[1]
    dead = dg.DagsterRun(
        job_name="nightly",
        run_id="r1",
        tags={launcher.PROCESS_TAG: f"r1 {host} {gone.pid} {time.time():.2f}"},
    )
    assert launcher.is_run_alive(dead) is False
    for tags in (
        {},
        {launcher.PROCESS_TAG: f"r1 elsewhere {gone.pid} 1.0"},
        {launcher.PROCESS_TAG: mine.replace("r1", "parent")},
    ):
        assert launcher.is_run_alive(dg.DagsterRun(job_name="nightly", run_id="r1", tags=tags)) is None
    watched = launcher.WatchedRunLauncher()
    assert watched.supports_check_run_worker_health
    assert watched.check_run_worker_health(dead).status.value == "FAILED"
    assert watched.check_run_worker_health(alive).status.value == "RUNNING"


def test_launcher_fails_run_without_process(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = launcher.WatchedRunLauncher()
    watched.register_instance(instance)
    run_ = instance.create_run_for_job(
        defs.resolve_job_def("nightly"), tags={launcher.PROCESS_TAG: launcher.process_tag("its parent")}
    )
    instance.handle_new_event(_started(run_))
    assert watched.check_run_worker_health(run_).status.value == "RUNNING"
    monkeypatch.setattr(launcher, "TAG_TIMEOUT_SECONDS", -1.0)
    assert watched.check_run_worker_health(run_).status.value == "FAILED"


def _started(run_: dg.DagsterRun) -> dg.EventLogEntry:
    from dagster import DagsterEvent, DagsterEventType

    event = DagsterEvent(event_type_value=DagsterEventType.RUN_START.value, job_name=run_.job_name)
    return dg.EventLogEntry(
        error_info=None,
        level=20,
        user_message="",
        run_id=run_.run_id,
        timestamp=time.time(),
        job_name=run_.job_name,
        dagster_event=event,
    )
