"""Deletion of old runs and quarantined rows."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster import DagsterInstance

from assets import housekeeping, resources, sensors
from assets.definitions import defs
from pipelines.settings import HOME, Settings
from pipelines.steps.current import FEEDS
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from pipelines.watchlist.fresh import forget_words
from tests.edgar_server import Answer, EdgarServer, feed_page, feed_path

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


FOLDER = HOME / "samples" / "edgar"


@pytest.fixture
def edgar() -> Iterator[EdgarServer]:
    server = EdgarServer(FOLDER)
    for form in FEEDS:
        server.script(feed_path(form), Answer(200, feed_page()))
    yield server
    server.close()


@pytest.fixture
def live(
    settings_of: Callable[..., Settings], edgar: EdgarServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """Services on the loopback EDGAR, for jobs and sensors of this process."""
    made = settings_of(edgar_base=edgar.base, edgar_user_agent="Test t@example.com", edgar_pause_seconds=0.01)
    services = Services(made.model_copy(update={"edgar_requests_per_second": 1000}))
    offline = Services(services.settings.model_copy(update={"miners_offline": True}))
    chosen = {False: services, True: offline}
    monkeypatch.setattr(resources, "shared_services", lambda offline=False: chosen[offline])
    monkeypatch.setattr(sensors, "_SETTINGS", services.settings)
    yield services
    forget_words()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """A real instance in a folder of its own."""
    with dg.instance_for_test(temp_dir=str(tmp_path)) as made:
        yield made


def run(
    instance: DagsterInstance, first: str, last: str, job: str = "nightly", **tags: str
) -> dg.ExecuteInProcessResult:
    """A run over partitions; over a single one as sensors ask for it, which spares Dagster the list of all there are."""
    several = first != last
    span = (
        {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
        if several
        else {}
    )
    return defs.resolve_job_def(job).execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config=QUIET,
        tags={**span, **tags},
        partition_key=None if several else first,
    )


def filled(services: Services, *tickers: str) -> None:
    for result in run_all(services, [(t, date(2024, 1, 1), date(2026, 12, 31)) for t in tickers], "filled"):
        assert not result.failures, result.failures


@pytest.mark.full
class TestTidyingUp:
    def aged(self, instance: DagsterInstance, run_id: str, days: int) -> None:
        """Let a run be older than it is, in the instance's own storage."""
        with instance.run_storage.connect() as connection:  # type: ignore[attr-defined]
            connection.execute(
                sa.text("update runs set create_timestamp = :then where run_id = :run"),
                {"then": datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days), "run": run_id},
            )

    def test_old_runs_go_but_not_what_tells_that_a_partition_is_there(
        self, live: Services, instance: DagsterInstance
    ) -> None:
        first = run(instance, "SLNH|2024-11-01", "SLNH|2024-11-01")
        alone = run(instance, "GREE|2024-11-01", "GREE|2024-11-01")
        second = run(instance, "SLNH|2024-11-01", "SLNH|2024-11-01")
        assert all(r.success for r in (first, alone, second))
        for made in (first, alone, second):
            self.aged(instance, made.run_id, 400)
        done = housekeeping.prune_dagster(
            instance, live.settings.model_copy(update={"keep_runs_days": 180, "keep_logs_days": 30})
        )
        assert (done["runs"], done["runs_kept"]) == (1, 2)
        assert not instance.has_run(first.run_id)
        assert instance.has_run(alone.run_id)
        assert instance.get_materialized_partitions(dg.AssetKey("filing_index")) == {
            "SLNH|2024-11-01",
            "GREE|2024-11-01",
        }
        none = housekeeping.prune_dagster(
            instance, live.settings.model_copy(update={"keep_runs_days": 0, "keep_logs_days": 0})
        )
        assert none == {"runs": 0, "runs_kept": 0, "runs_without_logs": 0}

    def test_the_job_prunes_the_quarantine_and_never_facts(
        self, live: Services, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filled(live, "GREE")
        old = Services(live.settings.model_copy(update={"keep_quarantine_days": 30}))
        monkeypatch.setattr(resources, "shared_services", lambda: old)
        with live.engine.begin() as connection:
            connection.execute(
                sa.text("update quarantine.rejected_row set rejected_at = now() - interval '31 days'")
            )
            facts = connection.execute(
                sa.text("select count(*) from warehouse.fact_segment_revenue")
            ).scalar()
        assert facts
        assert defs.resolve_job_def("tidy_up").execute_in_process(instance=instance, run_config=QUIET).success
        with live.engine.connect() as connection:
            assert connection.execute(sa.text("select count(*) from quarantine.rejected_row")).scalar() == 0
            assert (
                connection.execute(sa.text("select count(*) from warehouse.fact_segment_revenue")).scalar()
                == facts
            )
