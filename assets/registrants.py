"""Find miners that are not watched, once a month."""

from datetime import UTC, datetime

import dagster as dg

from assets.resources import step_metadata
from pipelines.operations.registrants import record_unwatched
from pipelines.steps.services import Services


@dg.op(out=dg.Out(dg.Nothing))
def search_annual_reports(context: dg.OpExecutionContext, services: dg.ResourceParam[Services]) -> None:
    """Search annual reports for bitcoin mining, and record the registrants that are not watched."""
    result = record_unwatched(services, datetime.now(UTC).date())
    context.add_output_metadata(step_metadata(result))
    for note in result.notes:
        context.log.warning(note)


@dg.job(description="Registrants whose annual reports mention bitcoin mining and that are not watched.")
def find_miners() -> None:
    search_annual_reports()
