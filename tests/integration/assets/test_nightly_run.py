"""The nightly job over the samples, in this process."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from pipelines.steps.services import Services
from pipelines.warehouse import staging
from tests.integration.assets.jobs import metadata_of, run_job


@pytest.fixture
def services(job_services: Callable[..., Services]) -> Services:
    return job_services()


def test_nightly_run_reports_metadata_of_samples(services: Services, instance: dg.DagsterInstance) -> None:
    result = run_job(instance, "nightly", "SLNH|2024-11-01", "SLNH|2024-12-01", marts=True)
    assert result.success
    metadata = metadata_of(result)
    assert metadata["filing_documents"]["fetched"].value == 3, "a 10-Q, and an 8-K with its exhibit"
    assert metadata["release_figures"]["releases"].value == 1
    assert metadata["segment_revenue"]["figures"].value == 10, "five of the 10-Q, five of the release"
    assert metadata["fact_segment_revenue"]["inserted"].value == 10
    assert metadata["marts/segment_revenue"]["dagster/row_count"].value == 4
    lineage = metadata["marts/segment_revenue"]["dagster/column_lineage"].value.deps_by_column
    assert {(d.asset_key.to_user_string(), d.column_name) for d in lineage["revenue_usd"]} == {
        ("fact_segment_revenue", "revenue_usd")
    }
    assert "SLNH" in metadata["marts/segment_revenue"]["preview"].value
    checks = result.get_asset_check_evaluations()
    assert all(c.passed for c in checks)
    assert {c.asset_key.to_user_string() for c in checks} == {
        "bitcoin_sales",
        "deals",
        "expected_filings",
        "operating_metrics",
        "segment_revenue",
    }
    with services.engine.connect() as connection:
        assert connection.execute(sa.text("select status from ops.run")).scalars().all() == ["succeeded"]


def test_company_failure_fails_run_at_its_end(
    services: Services, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.steps import documents

    read = documents._read_one

    def broken(held: Services, document: documents.Document, result: object) -> object:
        if document.company_id == "SLNH":
            raise RuntimeError("the disk is on fire")
        return read(held, document, result)

    monkeypatch.setattr(documents, "_read_one", broken)
    result = run_job(instance, "nightly", "GREE|2024-11-01", "SLNH|2024-11-01")
    assert not result.success
    (failure,) = [e for e in result.all_events if e.event_type_value == "STEP_FAILURE"]
    assert failure.step_key == "run_report"
    assert "SLNH: RuntimeError: the disk is on fire" in failure.event_specific_data.error.message
    with services.engine.connect() as connection:
        assert connection.execute(
            sa.text("select distinct ticker from marts.segment_revenue")
        ).scalars().all() == ["GREE"]
        assert connection.execute(sa.text("select status from ops.run")).scalars().all() == ["failed"]


def test_failed_table_check_stops_load(
    services: Services, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = staging.stage

    def doubled(
        connection: Any, dataset: str, table: Any, key: int, version: str, records: Any, **more: Any
    ) -> Any:
        twice = [*records, *records] if dataset == "segment_revenue" else records
        return stage(connection, dataset, table, key, version, twice, **more)

    monkeypatch.setattr(staging, "stage", doubled)
    result = run_job(instance, "nightly", "SLNH|2024-11-01")
    assert not result.success
    failed = [c for c in result.get_asset_check_evaluations() if not c.passed]
    assert [(c.severity, c.blocking if hasattr(c, "blocking") else True) for c in failed] == [
        (dg.AssetCheckSeverity.ERROR, True)
    ]
    assert "fact_segment_revenue" not in {
        e.asset_key.to_user_string() for e in result.get_asset_materialization_events()
    }
    with services.engine.connect() as connection:
        assert (
            connection.execute(sa.text("select count(*) from warehouse.fact_segment_revenue")).scalar() == 0
        )
