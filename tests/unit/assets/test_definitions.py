"""Assets, checks, jobs and schedules as Dagster shows them."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import yaml

from assets import resources, sensors
from assets.definitions import defs
from assets.marts import column_lineage
from assets.partitions import by_company_and_month, keys_of_run, parse_key, partition_key, slices_of_keys
from assets.schedules import every_night
from miners.nightly import company_ranges
from pipelines.settings import HOME
from pipelines.warehouse.marts import MARTS, Mart
from pipelines.watchlist import load_watchlist

GROUPS = {"edgar", "news", "disclosures", "prices", "warehouse", "marts", "published"}
NODES = sorted(defs.resolve_asset_graph().asset_nodes, key=lambda node: node.key.to_user_string())
BY_MONTH = (
    "filing_index",
    "filing_documents",
    "xbrl_facts",
    "segment_revenue",
    "bitcoin_sales",
    "fact_segment_revenue",
    "fact_bitcoin_sale",
)


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.key.to_user_string())
def test_asset_is_described(node: Any) -> None:
    assert node.description
    assert node.group_name in GROUPS
    assert node.kinds
    assert node.owners == ["team:miners-disclosed"]
    assert str(node.metadata["EDGAR"].value).startswith("https://www.sec.gov/")
    if schema := node.metadata.get("dagster/column_schema"):
        assert all(column.description for column in schema.columns)


def test_column_schema_has_types_of_postgresql() -> None:
    node = defs.resolve_asset_graph().get(dg.AssetKey(["marts", "segment_revenue"]))
    types = {column.name: column.type for column in node.metadata["dagster/column_schema"].columns}
    assert [types[name] for name in ("revenue_usd", "period_end", "disclosed_at", "rules")] == [
        "numeric",
        "date",
        "timestamptz",
        "text[]",
    ]


@pytest.mark.parametrize("name", BY_MONTH)
def test_filing_asset_is_partitioned_by_company_and_month(name: str) -> None:
    node = defs.resolve_asset_graph().get(dg.AssetKey(name))
    assert node.partitions_def == by_company_and_month
    assert node.backfill_policy == dg.BackfillPolicy.single_run()


def test_partition_key_is_company_and_month() -> None:
    assert parse_key(partition_key("CORZ", date(2024, 5, 17))) == ("CORZ", date(2024, 5, 1))
    assert slices_of_keys(["CORZ|2024-05-01", "CORZ|2024-06-01"]) == [
        ("CORZ", date(2024, 5, 1), date(2024, 6, 30))
    ]


def test_run_keys_prefer_range_over_first_partition() -> None:
    """Dagster 1.13 tags each run of a job's backfill with company and month of the backfill's first partition."""
    tags = {
        "dagster/asset_partition_range_start": "MARA|2024-01-01",
        "dagster/asset_partition_range_end": "MARA|2024-03-01",
        "dagster/partition/company": "CLSK",
        "dagster/partition/month": "2024-01-01",
    }
    assert keys_of_run(dg.DagsterRun(job_name="backfill", tags=tags)) == [
        "MARA|2024-01-01",
        "MARA|2024-02-01",
        "MARA|2024-03-01",
    ]
    single = {"dagster/partition/company": "CLSK", "dagster/partition/month": "2024-01-01"}
    assert keys_of_run(dg.DagsterRun(job_name="backfill", tags=single)) == ["CLSK|2024-01-01"]


def test_checks_block_loading() -> None:
    graph = defs.resolve_asset_graph()
    checks = {(key.asset_key.to_user_string(), key.name): graph.get(key) for key in graph.asset_check_keys}
    blocking = {(asset, name) for (asset, name), check in checks.items() if check.blocking}
    assert {asset for asset, _ in blocking} == {
        "segment_revenue",
        "bitcoin_sales",
        "operating_metrics",
        "deals",
        "claims",
    }
    assert {name for _, name in checks} == {
        "figures_are_possible",
        "claims_are_possible",
        "filings_are_on_time",
        "parsed_with_current_version",
    }
    assert all(check.description for check in checks.values())
    assert dg.AssetKey("segment_revenue") in graph.get(dg.AssetKey("fact_segment_revenue")).parent_keys


def test_nightly_schedule_covers_companies_and_two_months() -> None:
    moment = datetime(2026, 3, 1, 2, 0, tzinfo=ZoneInfo("America/New_York"))
    with dg.build_schedule_context(scheduled_execution_time=moment) as context:
        (request,) = every_night.evaluate_tick(context).run_requests
    assert request.run_key == "2026-03-01"
    run = dg.DagsterRun(job_name="nightly", tags=request.tags)
    slices = slices_of_keys(keys_of_run(run))
    assert [ticker for ticker, _, _ in slices] == [c.ticker for c in load_watchlist().companies]
    assert {(first, last) for _, first, last in slices} == {(date(2026, 2, 1), date(2026, 3, 31))}
    assert (every_night.cron_schedule, every_night.execution_timezone) == ("0 2 * * *", "America/New_York")
    assert every_night.default_status is dg.DefaultScheduleStatus.RUNNING


def test_company_ranges_merge_neighbors() -> None:
    months = {
        "A": (date(2024, 1, 1), date(2024, 3, 1)),
        "B": (date(2023, 1, 1), date(2024, 1, 1)),
        "D": (date(2024, 5, 1), date(2024, 5, 1)),
    }
    assert company_ranges(months, ["A", "B", "C", "D"]) == [
        ("A", "B", (date(2023, 1, 1), date(2024, 3, 1))),
        ("D", "D", (date(2024, 5, 1), date(2024, 5, 1))),
    ]


def test_markdown_cell_escapes_markup() -> None:
    assert resources.cell("<script>|a\n*b*") == "&lt;script&gt;\\|a \\*b\\*"


def test_instance_config_limits_nightly_runs() -> None:
    """The queue starts one night at a time; missed ticks are caught up once."""
    config = yaml.safe_load((HOME / "dagster.yaml").read_text())
    (limit,) = config["concurrency"]["runs"]["tag_concurrency_limits"]
    assert (limit["limit"], limit["value"]) == (1, {"applyLimitPerUniqueValue": True})
    for job in ("nightly", "news"):
        assert defs.resolve_job_def(job).tags[limit["key"]] == job
    assert config["scheduler"]["config"]["max_catchup_runs"] == 1
    assert config["run_retries"]["retry_on_asset_or_op_failure"] is False


def test_sensors_are_defined_and_running() -> None:
    made = {name for name, found in vars(sensors).items() if isinstance(found, dg.SensorDefinition)}
    known = {sensor.name: sensor.default_status for sensor in defs.sensors or []}
    assert made == set(known)
    assert set(known.values()) == {dg.DefaultSensorStatus.RUNNING}


WITHOUT_ASSET = {"dim_period", "feed", "dim_document", "rejected_row", "normalized_document"}


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_mart_columns_come_from_known_assets(mart: Mart) -> None:
    known = {node.key.to_user_string() for node in NODES} | WITHOUT_ASSET
    lineage = column_lineage(mart.name).deps_by_column
    assert {dep.asset_key.to_user_string() for deps in lineage.values() for dep in deps} <= known


def test_mart_columns_have_lineage() -> None:
    lineage = {mart.name: column_lineage(mart.name).deps_by_column for mart in MARTS}
    unknown = [f"{mart.name}.{c}" for mart in MARTS for c in mart.columns if not lineage[mart.name].get(c)]
    unknown = [name for name in unknown if not name.endswith(".currency")]
    # Constants, and counts of rows.
    assert len(unknown) <= 8, unknown
    assert column_lineage("figure_inputs").deps_by_column["value"], "rows of a function have lineage"
    share = column_lineage("ai_pivot").deps_by_column["mining_share"]
    sources = {(dep.asset_key.to_user_string(), dep.column_name) for dep in share}
    assert ("fact_segment_revenue", "revenue_usd") in sources
