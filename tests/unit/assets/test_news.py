"""News assets: partitions by day, dependencies and schedule."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg

from assets.definitions import defs
from assets.news import by_day, days_of
from assets.partitions import FIRST_TAG, LAST_TAG
from assets.schedules import news_of_the_day

BY_DAY = ("feed_entries", "articles", "claims", "fact_news_claim", "news_report")


def test_news_assets_are_partitioned_by_day() -> None:
    graph = defs.resolve_asset_graph()
    for name in BY_DAY:
        node = graph.get(dg.AssetKey(name))
        assert (node.group_name, node.partitions_def) == ("news", by_day), name
        assert node.backfill_policy == dg.BackfillPolicy.single_run(), name
    for child, parent in (
        ("articles", "feed_entries"),
        ("claims", "articles"),
        ("fact_news_claim", "claims"),
        ("news_reconciliation", "fact_news_claim"),
        ("news_reconciliation", "fact_deal"),
    ):
        assert dg.AssetKey(parent) in graph.get(dg.AssetKey(child)).parent_keys, child
    assert graph.get(dg.AssetKey("claims")).code_version
    spec = next(s for s in defs.resolve_all_asset_specs() if s.key == dg.AssetKey("feed_entries"))
    assert spec.freshness_policy is not None


def test_news_schedule_covers_three_days_back() -> None:
    moment = datetime(2026, 5, 7, 19, 30, tzinfo=ZoneInfo("America/New_York"))
    with dg.build_schedule_context(scheduled_execution_time=moment) as context:
        (request,) = news_of_the_day.evaluate_tick(context).run_requests
    assert (
        request.tags["dagster/asset_partition_range_start"],
        request.tags["dagster/asset_partition_range_end"],
    ) == ("2026-05-04", "2026-05-07")
    assert news_of_the_day.default_status is dg.DefaultScheduleStatus.RUNNING


def test_days_come_from_range_tags_or_partition() -> None:
    def days(**tags: str) -> list[str]:
        run = dg.DagsterRun(job_name="news", tags=tags)

        class Context:
            op_execution_context = type("Op", (), {"run": run})

        return [str(d) for span in days_of(Context()) for d in span]  # type: ignore[arg-type]

    assert days(**{"dagster/partition": "2026-05-07"}) == ["2026-05-07", "2026-05-07"]
    assert days(**{"dagster/partition": "2026-05-07", FIRST_TAG: "2026-01-01", LAST_TAG: "2026-05-07"}) == [
        "2026-01-01",
        "2026-05-07",
    ]
    first, last = (datetime.fromisoformat(d) for d in days())
    assert last - first == timedelta(days=3)
