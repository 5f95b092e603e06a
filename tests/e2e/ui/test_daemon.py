"""A real Dagster with its daemon over a loopback EDGAR: a filing in the feed, and a backfill by clicks."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.ui import browser
from tests.e2e.ui.live_stack import SLNH, Held, runs_of, tags_of, wait_for

_NEWEST = "query { partitionBackfillsOrError(limit: 1) { ... on PartitionBackfills { results { id } } } }"


def test_filing_in_feed_reaches_marts(held: Held) -> None:
    """As a run of that company's month alone, that asks for that company alone."""
    run = wait_for(lambda: runs_of(held, "new_filing"), 60)[0]  # type: ignore[index]
    assert held.up.wait_for_run(run["id"]) == "SUCCESS"
    tags = tags_of(run)
    assert (tags["dagster/partition"], tags["miners/accession"]) == ("SLNH|2024-11-01", SLNH[1])
    assert held.rows(f"select count(*) from marts.segment_revenue where accession = '{SLNH[1]}'")[0][0] == 4
    (row,) = held.rows(f"select summary->'filing_index'->'counts' from ops.run where run_id = '{run['id']}'")
    assert row[0]["answers_200"] == 1, "that company's submissions alone"  # type: ignore[index]


def test_backfill_launched_by_clicks_succeeds(held: Held, tmp_path: Path) -> None:
    """In a real browser: companies and months are chosen, it is launched, and its page turns green."""
    with browser.page(tmp_path / "profile") as page:
        browser.launch_backfill(page, held.up.base, ("GREE", "SLNH"), "2024-10-01", "2024-12-01")
        (newest,) = wait_for(lambda: held.up.ask(_NEWEST)["partitionBackfillsOrError"]["results"], 60)  # type: ignore[misc]
        backfill = newest["id"]
        state = held.up.wait_for_backfill(backfill)
        assert (state["status"], state["numPartitions"]) == ("COMPLETED_SUCCESS", 6)
        assert [run["status"] for run in state["runs"]] == ["SUCCESS", "SUCCESS"], "a run a company"
        assert {tags_of(run)["miners/company"] for run in state["runs"]} == {"GREE", "SLNH"}
        page.goto(f"{held.up.base}/runs/b/{backfill}")
        expect(page.get_by_text("Completed").or_(page.get_by_text("Succeeded")).first).to_be_visible(
            timeout=30_000
        )
        page.screenshot(path=str(held.folder / "backfill.png"))
    assert held.rows("select distinct ticker from marts.segment_revenue order by 1") == [("GREE",), ("SLNH",)]
