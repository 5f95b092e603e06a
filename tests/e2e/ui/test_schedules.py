"""The same Dagster after its nightly tick, which comes while other tests run: one run, and repeated work changes nothing."""

import json
import time

import pytest

from pipelines.watchlist import load_watchlist
from tests.e2e.ui.live_stack import Held, runs_of, tags_of, wait_for
from tests.snapshot import snapshot

KEYS = [f"{company}|2024-{month}-01" for company in ("GREE", "SLNH") for month in ("10", "11", "12")]

WATCHED = len(load_watchlist().companies)


def test_nightly_schedule_ticks_once(held: Held) -> None:
    """One run, one request a company; nothing was new, so that no digest was sent."""
    run = wait_for(lambda: runs_of(held, "nightly"), 120)[0]  # type: ignore[index]
    assert held.up.wait_for_run(run["id"], 180) == "SUCCESS", held.up.log.read_text()[-3000:]
    assert len(runs_of(held, "nightly")) == 1
    assert tags_of(run)["dagster/schedule_name"] == "every_night"
    (row,) = held.rows(f"select summary->'filing_index'->'counts' from ops.run where run_id = '{run['id']}'")
    assert sum(v for k, v in row[0].items() if k.startswith("answers_")) == WATCHED  # type: ignore[attr-defined]
    beat = held.folder / "dagster" / "alive"
    assert time.time() - beat.stat().st_mtime < 120
    health = json.loads((held.folder / "health.json").read_text())
    assert health["status"] in ("ok", "attention")
    assert [b for _, b in held.edgar.posted if b"night of" in b] == [] or health["status"] == "attention"


@pytest.fixture
def loaded(held: Held) -> Held:
    """Dagster with the partitions of two companies loaded today.

    At midnight in New York, where filings are due, another day's index and other filings are expected.
    """
    tickers = held.rows("select distinct ticker from marts.segment_revenue order by 1")
    ((today,),) = held.rows(
        "select bool_and((started_at at time zone 'America/New_York')::date "
        "= (now() at time zone 'America/New_York')::date) from ops.run"
    )
    if tickers != [("GREE",), ("SLNH",)] or not today:
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
        "query ($s: SensorSelector!) { sensorOrError(sensorSelector: $s) { ... on Sensor { sensorState { ticks(limit: 200) { status runIds skipReason cursor } } } } }",
        s={
            "repositoryName": "__repository__",
            "repositoryLocationName": "miners",
            "sensorName": "filings_just_accepted",
        },
    )["sensorOrError"]["sensorState"]["ticks"]
    assert [len(t["runIds"]) for t in ticks if t["runIds"]] == [1]
    assert any("No new filings from watched companies" in (t["skipReason"] or "") for t in ticks)
    assert all(t["status"] in ("SUCCESS", "SKIPPED", "STARTED") for t in ticks), ticks
