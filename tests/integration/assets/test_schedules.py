"""Schedules on a real Dagster instance."""

from datetime import datetime
from zoneinfo import ZoneInfo

import dagster as dg
from dagster import DagsterInstance

from assets.definitions import defs
from assets.schedules import every_night


def test_nightly_schedule_skips_queued_run(stored_instance: DagsterInstance) -> None:
    moment = datetime(2026, 3, 1, 2, 0, tzinfo=ZoneInfo("America/New_York"))
    with dg.build_schedule_context(instance=stored_instance, scheduled_execution_time=moment) as context:
        assert len(every_night.evaluate_tick(context).run_requests or []) == 1
        waiting = stored_instance.create_run_for_job(
            defs.resolve_job_def("nightly"), status=dg.DagsterRunStatus.NOT_STARTED
        )
        tick = every_night.evaluate_tick(context)
    assert not tick.run_requests
    assert waiting.run_id[:8] in (tick.skip_message or "")
