"""A real Dagster with its daemon over a loopback EDGAR: ticks, and backfills as its pages send them."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.ui import browser
from tests.e2e.ui.live_stack import SLNH, Held, runs_of, tags_of, wait_for
from tests.snapshot import snapshot


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    # The minute is cut off: the tick is 45 to 105 seconds away, when Dagster is up also on a busy machine.
    made = Held(tmp_path_factory.mktemp("unattended"), filings=(SLNH,), night_in_seconds=105)
    made.start()
    yield made
    made.stop()


def test_filing_in_feed_reaches_marts(held: Held) -> None:
    """As a run of that company's month alone, that asks for that company alone."""
    run = wait_for(lambda: runs_of(held, "new_filing"), 60)[0]  # type: ignore[index]
    assert held.up.wait_for_run(run["id"]) == "SUCCESS"
    tags = tags_of(run)
    assert (tags["dagster/partition"], tags["miners/accession"]) == ("SLNH|2024-11-01", SLNH[1])
    assert held.rows(f"select count(*) from marts.segment_revenue where accession = '{SLNH[1]}'")[0][0] == 4
    (row,) = held.rows(f"select summary->'filing_index'->'counts' from ops.run where run_id = '{run['id']}'")
    assert row[0]["answers_200"] == 1, "that company's submissions alone"  # type: ignore[index]


KEYS = [f"{company}|2024-{month}-01" for company in ("GREE", "SLNH") for month in ("10", "11", "12")]


def test_backfill_launched_by_clicks_succeeds(held: Held, tmp_path: Path) -> None:
    """In a real browser: companies and months are chosen, it is launched, and its page turns green."""
    with browser.page(tmp_path / "profile") as page:
        browser.launch_backfill(page, held.up.base, ("GREE", "SLNH"), "2024-10-01", "2024-12-01")
        newest = held.up.ask(
            "query { partitionBackfillsOrError(limit: 1) { ... on PartitionBackfills { results { id } } } }"
        )
        backfill = newest["partitionBackfillsOrError"]["results"][0]["id"]
        state = held.up.wait_for_backfill(backfill)
        assert (state["status"], state["numPartitions"]) == ("COMPLETED_SUCCESS", len(KEYS))
        assert [run["status"] for run in state["runs"]] == ["SUCCESS", "SUCCESS"], "a run a company"
        page.goto(f"{held.up.base}/runs/b/{backfill}")
        expect(page.get_by_text("Completed").or_(page.get_by_text("Succeeded")).first).to_be_visible(
            timeout=30_000
        )
        page.screenshot(path=str(held.folder / "backfill.png"))
    assert held.rows("select distinct ticker from marts.segment_revenue order by 1") == [("GREE",), ("SLNH",)]


def test_nightly_schedule_ticks_once(held: Held) -> None:
    """One run, one request a company; nothing was new, so that no digest was sent."""
    run = wait_for(lambda: runs_of(held, "nightly"), 120)[0]  # type: ignore[index]
    assert held.up.wait_for_run(run["id"], 180) == "SUCCESS", held.up.log.read_text()[-3000:]
    assert len(runs_of(held, "nightly")) == 1
    assert tags_of(run)["dagster/schedule_name"] == "every_night"
    (row,) = held.rows(f"select summary->'filing_index'->'counts' from ops.run where run_id = '{run['id']}'")
    assert sum(v for k, v in row[0].items() if k.startswith("answers_")) == 19  # type: ignore[attr-defined]
    beat = held.folder / "dagster" / "alive"
    assert time.time() - beat.stat().st_mtime < 120
    health = json.loads((held.folder / "health.json").read_text())
    assert health["status"] in ("ok", "attention")
    assert [b for _, b in held.edgar.posted if b"night of" in b] == [] or health["status"] == "attention"


@pytest.fixture
def loaded(held: Held) -> Held:
    """Dagster with the partitions of two companies loaded."""
    tickers = held.rows("select distinct ticker from marts.segment_revenue order by 1")
    if tickers != [("GREE",), ("SLNH",)]:
        held.up.wait_for_backfill(held.up.backfill("backfill", KEYS), runs=2)
    return held


def test_repeated_backfill_changes_nothing(loaded: Held) -> None:
    held = loaded
    before, asked = snapshot(held.engine()), len(held.edgar.requests)
    again = held.up.wait_for_backfill(held.up.backfill("backfill", KEYS), runs=2)
    assert {run["status"] for run in again["runs"]} == {"SUCCESS"}
    assert snapshot(held.engine()) == before
    assert [path for path in held.edgar.paths()[asked:] if "/Archives/edgar/data/" in path] == []


def test_feed_sensor_skips_known_filings(held: Held) -> None:
    assert len(runs_of(held, "new_filing")) == 1
    ticks = held.up.ask(
        "query ($s: SensorSelector!) { sensorOrError(sensorSelector: $s) { ... on Sensor { sensorState { ticks(limit: 20) { status runIds skipReason cursor } } } } }",
        s={
            "repositoryName": "__repository__",
            "repositoryLocationName": "miners",
            "sensorName": "filings_just_accepted",
        },
    )["sensorOrError"]["sensorState"]["ticks"]
    assert [len(t["runIds"]) for t in ticks if t["runIds"]] == [1]
    assert any("No new filings from watched companies" in (t["skipReason"] or "") for t in ticks)
    assert all(t["status"] in ("SUCCESS", "SKIPPED", "STARTED") for t in ticks), ticks
