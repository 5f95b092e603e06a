"""News in Dagster: partitions by day, checks that block, counts by publisher, and a dead feed that fails nothing."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from assets import resources
from assets.definitions import defs
from pipelines.settings import Settings
from pipelines.steps.services import Services
from pipelines.warehouse import staging


@pytest.fixture
def services_in(database: sa.URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Services]:
    def make(**more: Any) -> Services:
        url = database.set(drivername="postgresql").render_as_string(hide_password=False)
        services = Services(
            Settings(_env_file=None, warehouse_url=url, miners_data_dir=tmp_path / "data", **more)
        )
        monkeypatch.setattr(resources, "shared_services", lambda: services)
        return services

    return make


def _run(first: str, last: str) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        return defs.resolve_job_def("news").execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            tags={"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last},
        )


def _told(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    return {
        e.asset_key.to_user_string(): e.materialization.metadata
        for e in result.get_asset_materialization_events()
    }


def _rows(services: Services, query: str) -> list[tuple[Any, ...]]:
    with services.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


@pytest.mark.full
def test_a_first_run_of_news_needs_no_other_run_before(services_in: Callable[..., Services]) -> None:
    """Days are Dagster's partitions: claims of May 2026 are read, those of other days are not."""
    services = services_in()
    result = _run("2026-05-05", "2026-05-09")
    assert result.success
    told = _told(result)
    assert told["feed_entries"]["feeds"].value == 10
    assert "The Daily Hash" in told["feed_entries"]["preview"].value
    assert "Wirepost" in told["articles"]["preview"].value, "counts by publisher"
    assert told["claims"]["claims"].value > 20
    assert "Chain Brief" in told["news_reconciliation"]["by_publisher"].value
    assert told["news_reconciliation"]["unmatched"].value == told["news_reconciliation"]["claims"].value
    assert "CORZ" in told["marts/news_claims"]["preview"].value
    assert told["marts/news_claims"]["dagster/row_count"].value == told["claims"]["claims"].value
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("claims_are_possible", True)
    days = _rows(services, "select distinct published_at::date from marts.news_claims order by 1")
    assert {str(d) for (d,) in days} <= {"2026-05-05", "2026-05-06", "2026-05-07", "2026-05-08", "2026-05-09"}
    assert _rows(services, "select job, status from ops.run") == [("news", "succeeded")]
    ((deals,),) = _rows(services, "select count(*) from warehouse.fact_deal")
    assert told["fact_news_claim"]["inserted"].value == told["claims"]["claims"].value + deals


def test_a_dead_feed_is_a_warning_with_its_age_and_no_failed_run(
    services_in: Callable[..., Services], tmp_path: Path
) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "n.example").mkdir(parents=True)
    (mirror / "feeds.yaml").write_text(
        "broken: {url: 'https://n.example/feed.xml', publisher: N, kind: press}\n"
    )
    (mirror / "n.example" / "feed.xml").write_text("<html>moved</html>")
    services = services_in(news_mirror=mirror)
    result = _run("2026-05-07", "2026-05-07")
    assert result.success
    told = _told(result)["feed_entries"]
    assert told["dead"].value == 1
    assert "broken has not answered yet" in told["preview"].value
    assert _rows(services, "select status from ops.run") == [("succeeded",)]


@pytest.mark.full
def test_a_blocked_article_fails_the_run_at_its_end_saying_why(
    services_in: Callable[..., Services], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = services_in()
    sources = staging.sources

    def without_source(connection: Any, keys: Any) -> Any:
        found = sources(connection, keys)
        return {k: replace(v, url="") if "corz-results" in v.url else v for k, v in found.items()}

    monkeypatch.setattr(staging, "sources", without_source)
    result = _run("2026-05-05", "2026-05-09")
    assert not result.success
    (failure,) = [e for e in result.all_events if e.event_type_value == "STEP_FAILURE"]
    assert failure.step_key == "news_report"
    assert "every claim needs the address of its document" in failure.event_specific_data.error.message
    (check,) = result.get_asset_check_evaluations()
    assert (check.passed, check.metadata["documents_blocked"].value) == (False, 1)
    assert _rows(services, "select count(*) from marts.news_claims where url like '%corz-results%'") == [(0,)]
    assert _rows(services, "select count(*) > 0 from marts.news_claims") == [(True,)]
