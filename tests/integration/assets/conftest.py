"""A Dagster instance for each test, and services on a loopback EDGAR."""

from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterInstance

from assets import resources, sensors
from pipelines.settings import Settings
from pipelines.steps.current import FEEDS
from pipelines.steps.services import Services
from pipelines.watchlist import clear_caches
from tests.edgar_server import SAMPLES, EdgarServer, Response, fast, feed_page, feed_path


@pytest.fixture
def edgar() -> Iterator[EdgarServer]:
    """The samples over HTTP, with empty feeds of current filings."""
    server = EdgarServer(SAMPLES)
    for form in FEEDS:
        server.script(feed_path(form), Response(200, feed_page()))
    yield server
    server.close()


@pytest.fixture
def live_services(
    make_settings: Callable[..., Settings], edgar: EdgarServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """Services on the loopback EDGAR, also for jobs and sensors of this process."""
    made = make_settings(
        edgar_base=edgar.base, edgar_user_agent="Test t@example.com", edgar_pause_seconds=0.001
    )
    services = Services(fast(made))
    offline = Services(services.settings.model_copy(update={"miners_offline": True}))
    chosen = {False: services, True: offline}
    monkeypatch.setattr(resources, "shared_services", lambda offline=False: chosen[offline])
    monkeypatch.setattr(sensors, "_SETTINGS", services.settings)
    yield services
    clear_caches()
    services.engine.dispose()


@pytest.fixture
def job_services(
    make_services: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Services]:
    """Services over a fresh database, also for jobs of this process; settings by keyword."""

    def make(**more: object) -> Services:
        services = make_services(**more)
        monkeypatch.setattr(resources, "shared_services", lambda: services)
        return services

    return make


@pytest.fixture
def stored_instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """A real instance in a folder of its own: schedules open it again by its settings."""
    with dg.instance_for_test(temp_dir=str(tmp_path)) as made:
        yield made


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """A real instance that keeps its events in memory."""
    with DagsterInstance.ephemeral(tempdir=str(tmp_path)) as made:
        yield made
