"""Dagster: what exists, how it is described, in which order it runs, and when."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import dagster as dg

from assets import resources, sensors
from assets.definitions import defs
from assets.marts import column_lineage
from assets.partitions import by_company_and_month, keys_of_run, parse_key, partition_key, slices_of_keys
from assets.schedules import every_night
from miners.nightly import company_ranges
from pipelines.settings import HOME
from pipelines.warehouse.marts import MARTS


def test_assets_have_description_group_and_kind() -> None:
    nodes = list(defs.resolve_asset_graph().asset_nodes)
    assert len(nodes) == 46
    for node in nodes:
        assert node.description, node.key
        assert node.group_name in {
            "edgar",
            "news",
            "disclosures",
            "prices",
            "warehouse",
            "marts",
            "published",
        }
        assert node.kinds, node.key
    described = [node for node in nodes if "dagster/column_schema" in node.metadata]
    assert len(described) >= 16
    for node in described:
        columns = node.metadata["dagster/column_schema"].columns
        assert all(column.description for column in columns), node.key
        if node.key.path == ["marts", "segment_revenue"]:
            types = {column.name: column.type for column in columns}
            assert (types["revenue_usd"], types["period_end"], types["disclosed_at"], types["rules"]) == (
                "numeric",
                "date",
                "timestamptz",
                "text[]",
            )


def test_filing_assets_are_partitioned_by_company_and_month() -> None:
    graph = defs.resolve_asset_graph()
    for name in (
        "filing_index",
        "filing_documents",
        "xbrl_facts",
        "segment_revenue",
        "bitcoin_sales",
        "fact_segment_revenue",
        "fact_bitcoin_sale",
    ):
        node = graph.get(dg.AssetKey(name))
        assert node.partitions_def == by_company_and_month, name
        assert node.backfill_policy == dg.BackfillPolicy.single_run(), name
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
    assert len(slices) == 19
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
    """The queue holds the second of two nights back; ticks that were missed are caught up once."""
    import yaml

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


def test_assets_have_owner_and_edgar_link() -> None:
    for node in defs.resolve_asset_graph().asset_nodes:
        assert node.owners == ["team:miners-disclosed"], node.key
        assert str(node.metadata["EDGAR"].value).startswith("https://www.sec.gov/"), node.key


def test_mart_columns_have_lineage() -> None:
    assets = {n.key.to_user_string() for n in defs.resolve_asset_graph().asset_nodes}
    unknown = []
    for mart in MARTS:
        lineage = column_lineage(mart.name).deps_by_column
        for column in mart.columns:
            if not lineage.get(column):
                unknown.append(f"{mart.name}.{column}")
            for dep in lineage.get(column, []):
                assert dep.asset_key.to_user_string() in assets | {
                    "dim_period",
                    "feed",
                    "dim_document",
                    "rejected_row",
                }, (mart.name, column, dep)
    assert len(unknown) <= 5, unknown
    sources = {
        (d.asset_key.to_user_string(), d.column_name)
        for d in column_lineage("ai_pivot").deps_by_column["mining_share"]
    }
    assert ("fact_segment_revenue", "revenue_usd") in sources
