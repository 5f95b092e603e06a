"""Records of runs in ops.run by a real Dagster, and the request after a good night."""

from collections.abc import Callable

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster import DagsterInstance

from assets import sensors
from assets.definitions import defs
from assets.resources import BY_COMMAND
from pipelines.processes import this_process
from pipelines.steps.services import Services
from tests.edgar_server import EdgarServer, Response
from tests.integration.assets.jobs import run_job

PING = "/ping/5e1f"
DIMENSIONS = ("dim_company", "dim_date", "dim_metric", "dim_segment")


@pytest.fixture
def services(job_services: Callable[..., Services]) -> Services:
    return job_services()


def broken(*_: object) -> None:
    raise RuntimeError("the disk is on fire")


def recorded(services: Services) -> list[tuple[object, ...]]:
    with services.engine.connect() as connection:
        query = "select status, ended_at is not null, process, schedule from ops.run"
        return [tuple(row) for row in connection.execute(sa.text(query))]


def test_run_records_its_process_and_schedule(services: Services, instance: DagsterInstance) -> None:
    tags = {"dagster/schedule_name": "every_night"}
    assert run_job(instance, "nightly", "SLNH|2024-11-01", assets=DIMENSIONS, **tags).success
    assert recorded(services) == [("succeeded", True, this_process(), "every_night")]


def test_run_that_fails_before_its_report_is_closed(
    services: Services, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assets.warehouse.datasets.load_dimension_tables", broken)
    result = run_job(instance, "nightly", "SLNH|2024-11-01", assets=(*DIMENSIONS, "filing_index"))
    assert not result.success
    assert recorded(services) == [("failed", True, this_process(), None)]


def test_run_of_workers_records_no_process(
    job_services: Callable[..., Services], instance: DagsterInstance
) -> None:
    """The run outlives each of its workers, so that a dead one does not mean a killed run."""
    services = job_services(miners_executor="celery")
    assert run_job(instance, "nightly", "SLNH|2024-11-01", assets=DIMENSIONS).success
    assert recorded(services) == [("running", False, None, None)]


def tick(instance: DagsterInstance, cursor: str | None) -> str | None:
    """Evaluate the sensor as the daemon does; returns its cursor."""
    context = dg.build_sensor_context(
        instance=instance, cursor=cursor, repository_def=defs.get_repository_def(), sensor_name="good_nights"
    )
    return sensors.good_nights.evaluate_tick(context).cursor


def test_good_night_requests_dead_man_url(
    services: Services, instance: DagsterInstance, server: EdgarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a night that succeeded; not for other jobs, nor for a night that failed."""
    with_url = services.settings.model_copy(update={"dead_man_url": server.base + PING})
    monkeypatch.setattr(sensors, "_SETTINGS", with_url)
    server.script(PING, Response(200, b"OK"))
    cursor = tick(instance, None)
    assert run_job(instance, "backfill", "SLNH|2024-11-01", assets=DIMENSIONS).success
    cursor = tick(instance, cursor)
    assert server.paths() == []
    assert run_job(instance, "nightly", "SLNH|2024-11-01", assets=DIMENSIONS).success
    cursor = tick(instance, cursor)
    assert server.paths() == [PING]
    assert run_job(instance, "nightly", "SLNH|2024-11-01", assets=DIMENSIONS, **BY_COMMAND).success
    cursor = tick(instance, cursor)
    assert server.paths() == [PING], "the command requests it"
    monkeypatch.setattr("assets.warehouse.datasets.load_dimension_tables", broken)
    assert not run_job(instance, "nightly", "SLNH|2024-11-01", assets=DIMENSIONS).success
    tick(instance, cursor)
    assert server.paths() == [PING], "requested once"


@pytest.mark.parametrize("answers", [[503, 200], [500, 500, 500], [302]])
def test_dead_man_url_is_requested_again(
    services: Services,
    instance: DagsterInstance,
    server: EdgarServer,
    monkeypatch: pytest.MonkeyPatch,
    answers: list[int],
) -> None:
    with_url = services.settings.model_copy(update={"dead_man_url": server.base + PING})
    monkeypatch.setattr(sensors, "_SETTINGS", with_url)
    server.script(PING, *(Response(status, headers={"Location": "/elsewhere"}) for status in answers))
    tick_ = tick(instance, None)
    assert run_job(instance, "nightly", "SLNH|2024-11-01", assets=DIMENSIONS).success
    tick(instance, tick_)
    assert server.paths() == [PING] * (len(answers) if len(answers) > 1 else 3)
