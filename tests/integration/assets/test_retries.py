"""Retries, failed partitions, versions and metadata of runs in this process."""

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster import DagsterInstance

from assets.definitions import defs
from assets.partitions import by_company_and_month
from pipelines.steps import documents
from pipelines.steps.services import Services
from tests.edgar_server import SAMPLES, EdgarServer, Response
from tests.integration.assets.jobs import failures, metadata_of, restarted_steps, run_job
from tests.pipeline_run import load_filings


def test_step_retries_503_but_not_404(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    """503 on a document until the third try of the step; another document is gone for good."""
    base = "/www.sec.gov/Archives/edgar/data/64463/999999999924000501/"
    document = (SAMPLES / (base + "slnh-20240930.htm").lstrip("/")).read_bytes()
    edgar.script(base + "slnh-20240930.htm", *[Response(503)] * 8, Response(200, document))
    gone = next(p for p in (SAMPLES / "www.sec.gov/Archives/edgar/data/64463").rglob("*ex99*.htm"))
    edgar.script("/" + str(gone.relative_to(SAMPLES)), Response(404))
    steps = ["filing_index", "filing_documents", "xbrl_facts", "release_figures"]
    result = run_job(instance, "nightly", "SLNH|2024-11-01", "SLNH|2024-12-01", assets=steps)
    assert result.success, failures(result)
    assert restarted_steps(result) == ["filing_documents"]
    with live_services.engine.connect() as connection:
        statuses = dict(connection.execute(sa.text("select name, status from warehouse.dim_document")).all())
    assert (statuses["slnh-20240930.htm"], statuses[gone.name]) == ("read", "missing")
    fetched = metadata_of(result)["filing_documents"]["fetched"].value
    assert fetched == 2, "documents of the first try count"


def test_unavailable_document_fails_its_month(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    base = "/www.sec.gov/Archives/edgar/data/64463/999999999924000501/slnh-20240930.htm"
    edgar.script(base, Response(503))
    result = run_job(instance, "nightly", "SLNH|2024-10-01", "SLNH|2024-12-01")
    assert not result.success
    assert list(failures(result)) == ["run_report"]
    assert "SLNH: slnh-20240930.htm: " in failures(result)["run_report"]
    statuses = instance.get_status_by_partition(
        dg.AssetKey("run_report"),
        ["SLNH|2024-10-01", "SLNH|2024-11-01", "SLNH|2024-12-01"],
        by_company_and_month,
    )
    assert {str(k): v.value for k, v in (statuses or {}).items()} == {
        "SLNH|2024-10-01": "MATERIALIZED",
        "SLNH|2024-11-01": "FAILED",
        "SLNH|2024-12-01": "MATERIALIZED",
    }


def test_single_company_fails_at_its_step(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    edgar.script("/data.sec.gov/submissions/CIK0000064463.json", Response(200, b"<html>maintenance</html>"))
    result = run_job(instance, "nightly", "SLNH|2024-11-01")
    assert list(failures(result)) == ["filing_index"]
    assert "is not JSON" in failures(result)["filing_index"]
    with live_services.engine.connect() as connection:
        assert connection.execute(sa.text("select status from ops.run")).scalars().all() == ["failed"]


def test_lost_database_connection_is_retried(
    live_services: Services, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server ends all its connections in the middle of a step (a restart): the step is tried again."""
    read, times = documents._read_one, []

    def cut(services: Services, document: documents.Document, result: object) -> object:
        if not times:
            times.append(1)
            with live_services.engine.connect() as connection:
                connection.execute(
                    sa.text(
                        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                    )
                )
        return read(services, document, result)  # type: ignore[arg-type]

    monkeypatch.setattr(documents, "_read_one", cut)
    steps = ["filing_index", "filing_documents", "xbrl_facts"]
    result = run_job(instance, "nightly", "SLNH|2024-11-01", assets=steps)
    assert result.success, failures(result)
    assert restarted_steps(result) == ["xbrl_facts"]


def test_metadata_is_present_in_every_run(live_services: Services, instance: DagsterInstance) -> None:
    """A value that is 0 is reported too, so that plots have no gaps."""
    names = {"requests", "not_modified", "bytes", "seconds", "filings", "new"}
    for _ in range(2):
        metadata = metadata_of(run_job(instance, "nightly", "SLNH|2024-11-01", assets=["filing_index"]))
        assert names <= set(metadata["filing_index"])
    index = metadata["filing_index"]
    assert (index["requests"].value, index["not_modified"].value) == (1, 1)


def test_partitions_of_older_code_are_stale(live_services: Services, instance: DagsterInstance) -> None:
    from dagster._core.definitions.data_version import CachingStaleStatusResolver
    from dagster._core.loader import LoadingContextForTest

    steps = ["filing_index", "filing_documents", "xbrl_facts", "release_figures", "segment_revenue"]
    assert run_job(instance, "backfill", "SLNH|2024-11-01", "SLNH|2024-12-01", assets=steps).success
    upgraded = defs.map_asset_specs(
        func=lambda s: (
            s.replace_attributes(code_version="99") if s.key == dg.AssetKey("segment_revenue") else s
        )
    ).resolve_asset_graph()
    statuses = {}
    for name, graph in (("before", defs.resolve_asset_graph()), ("after", upgraded)):
        resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
        key = dg.AssetKey("segment_revenue")
        statuses[name] = (
            resolver.get_status(key, "SLNH|2024-11-01").value,
            [c.reason for c in resolver.get_stale_causes(key, "SLNH|2024-11-01")],
        )
    assert statuses == {"before": ("FRESH", []), "after": ("STALE", ["has a new code version"])}


def test_version_check_lists_outdated_documents(live_services: Services, instance: DagsterInstance) -> None:
    load_filings(live_services, "SLNH")
    with live_services.engine.begin() as connection:
        connection.execute(
            sa.text(
                "update ops.normalized_document set version = 'xbrl-0 ' || version where dataset = 'segment_revenue'"
            )
        )
    result = run_job(instance, "nightly", "GREE|2024-11-01")
    checks = {(c.asset_key.to_user_string(), c.check_name): c for c in result.get_asset_check_evaluations()}
    old = checks[("segment_revenue", "parsed_with_current_version")]
    assert (old.passed, old.metadata["documents"].value) == (False, 2)
    assert "SLNH" in str(old.metadata["companies"].value)
    assert checks[("bitcoin_sales", "parsed_with_current_version")].passed
    assert result.success, "the check is a warning"
