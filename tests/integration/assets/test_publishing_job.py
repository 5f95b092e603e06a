"""The publishing job after a finished run."""

from pathlib import Path

import dagster as dg
from dagster import DagsterInstance

from assets import sensors
from assets.definitions import defs
from pipelines.steps.services import Services
from tests.integration.assets.jobs import QUIET, metadata_of, run_job


def test_finished_run_is_published_once(live_services: Services, instance: DagsterInstance) -> None:
    def evaluate() -> dg.RunRequest | dg.SkipReason:
        return sensors.something_to_publish(dg.build_sensor_context(instance=instance))  # type: ignore[return-value]

    assert isinstance(evaluate(), dg.SkipReason), "no run has ended"
    assert run_job(instance, "nightly", "SLNH|2024-11-01").success
    request = evaluate()
    assert isinstance(request, dg.RunRequest)
    done = defs.resolve_job_def("publish").execute_in_process(instance=instance, run_config=QUIET)
    assert done.success
    metadata = metadata_of(done)
    assert set(metadata) == {"published_files", "report"}
    report = Path(str(metadata["report"]["path"].value))
    assert metadata["report"]["report"].value == report.resolve().as_uri()
    assert "Soluna" in (report.parent / "companies" / "SLNH.html").read_text("utf-8")
    assert metadata["published_files"]["bytes"].value > 1_000_000
    assert isinstance(evaluate(), dg.SkipReason), "no run has ended since"
