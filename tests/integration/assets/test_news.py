"""The news job in this process."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from pipelines.steps.services import Services
from pipelines.warehouse import staging
from tests.integration.assets.jobs import metadata_of, run_job
from tests.pipeline_run import query_rows


def test_news_run_loads_claims_of_its_days(
    job_services: Callable[..., Services], instance: dg.DagsterInstance
) -> None:
    """Days are Dagster's partitions: claims of May 2026 are read, those of other days are not."""
    services = job_services()
    result = run_job(instance, "news", "2026-05-05", "2026-05-09", marts=True)
    assert result.success
    metadata = metadata_of(result)
    assert metadata["feed_entries"]["feeds"].value == 10
    assert "The Daily Hash" in metadata["feed_entries"]["preview"].value
    assert "Wirepost" in metadata["articles"]["preview"].value, "counts by publisher"
    assert metadata["claims"]["claims"].value > 20
    assert "Chain Brief" in metadata["news_reconciliation"]["by_publisher"].value
    assert (
        metadata["news_reconciliation"]["unmatched"].value == metadata["news_reconciliation"]["claims"].value
    )
    assert "CORZ" in metadata["marts/news_claims"]["preview"].value
    assert metadata["marts/news_claims"]["dagster/row_count"].value == metadata["claims"]["claims"].value
    (check,) = result.get_asset_check_evaluations()
    assert (check.check_name, check.passed) == ("claims_are_possible", True)
    days = query_rows(services, "select distinct published_at::date from marts.news_claims order by 1")
    assert {str(d) for (d,) in days} <= {"2026-05-05", "2026-05-06", "2026-05-07", "2026-05-08", "2026-05-09"}
    assert query_rows(services, "select job, status from ops.run") == [("news", "succeeded")]
    ((deals,),) = query_rows(services, "select count(*) from warehouse.fact_deal")
    assert metadata["fact_news_claim"]["inserted"].value == metadata["claims"]["claims"].value + deals


def test_skipped_entries_are_in_metadata(
    job_services: Callable[..., Services], instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "n.example").mkdir(parents=True)
    (mirror / "feeds.yaml").write_text(
        "wire: {url: 'https://n.example/feed.xml', publisher: N, kind: wire, broad: true}\n"
    )
    items = "".join(
        f"<item><title>{title}</title><link>https://n.example/{n}</link>"
        "<pubDate>Thu, 07 May 2026 10:00:00 GMT</pubDate></item>"
        for n, title in enumerate(("Core Scientific Reports Results", "Acme Reports Results"))
    )
    (mirror / "n.example" / "feed.xml").write_text(f"<rss version='2.0'><channel>{items}</channel></rss>")
    job_services(news_mirror=mirror)
    result = run_job(instance, "news", "2026-05-07", "2026-05-07")
    assert result.success
    metadata = metadata_of(result)["articles"]
    assert (metadata["entries"].value, metadata["skipped"].value, metadata["missing"].value) == (2, 1, 1)


def test_dead_feed_does_not_fail_run(
    job_services: Callable[..., Services], instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    mirror = tmp_path / "mirror"
    (mirror / "n.example").mkdir(parents=True)
    (mirror / "feeds.yaml").write_text(
        "broken: {url: 'https://n.example/feed.xml', publisher: N, kind: press}\n"
    )
    (mirror / "n.example" / "feed.xml").write_text("<html>moved</html>")
    services = job_services(news_mirror=mirror)
    result = run_job(instance, "news", "2026-05-07", "2026-05-07")
    assert result.success
    metadata = metadata_of(result)["feed_entries"]
    assert metadata["dead"].value == 1
    assert "broken has not answered yet" in metadata["preview"].value
    assert query_rows(services, "select status from ops.run") == [("succeeded",)]


def test_blocked_article_fails_run_at_its_end(
    job_services: Callable[..., Services], instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = job_services()
    sources = staging.sources

    def without_source(connection: Any, keys: Any) -> Any:
        found = sources(connection, keys)
        return {k: replace(v, url="") if "corz-results" in v.url else v for k, v in found.items()}

    monkeypatch.setattr(staging, "sources", without_source)
    result = run_job(instance, "news", "2026-05-06", "2026-05-06")
    assert not result.success
    (failure,) = [e for e in result.all_events if e.event_type_value == "STEP_FAILURE"]
    assert failure.step_key == "news_report"
    assert "every claim needs the URL of its document" in failure.event_specific_data.error.message
    (check,) = result.get_asset_check_evaluations()
    assert (check.passed, check.metadata["documents_blocked"].value) == (False, 1)
    assert query_rows(services, "select count(*) from marts.news_claims where url like '%corz-results%'") == [
        (0,)
    ]
    assert query_rows(services, "select count(*) > 0 from marts.news_claims") == [(True,)]
