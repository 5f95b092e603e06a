"""One look in the morning: what the status says, what needs a person, and the same for machines; and what no log may hold."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import psutil
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from miners.cli.main import main
from pipelines.operations.health import check_health, prometheus, write_health
from pipelines.operations.status import beat, heartbeat, status, stop_beating
from pipelines.processes import this_process
from pipelines.settings import load_settings
from pipelines.steps import runs
from pipelines.steps.filing_steps import run_all
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from tests.integration.conftest import Content, StartFrom

ALL = (date(2024, 1, 1), date(2026, 12, 31))


def run_night(services: Services) -> None:
    """Run the steps of the night over two companies, and record them."""
    for result in run_all(services, [("GREE", *ALL), ("SLNH", *ALL)], "night"):
        runs.record_step(services.engine, "night", "nightly", result)
    assert not runs.end_run(services.engine, "night")


@pytest.fixture
def filled(start_from: StartFrom, make_services: Callable[..., Services]) -> Services:
    """A warehouse after a run of the night over two companies."""
    start_from(Content("night", run_night))
    return make_services()


def sections(services: Services, now: datetime | None = None) -> dict[str, list[dict[str, object]]]:
    return {
        title: [dict(zip(columns, row, strict=True)) for row in rows]
        for title, columns, rows in status(services.engine, services.settings, now).sections
    }


def test_status_reports_runs_and_sizes(filled: Services) -> None:
    shown = sections(filled)
    (last,) = shown["last runs"]
    assert (last["job"], last["status"], last["failed"], last["fetched"]) == ("nightly", "succeeded", None, 6)
    assert last["requests"] == "200 × 12"
    assert {row["ticker"] for row in shown["documents by company"]} == {"GREE", "SLNH"}
    assert shown["needs a person"] == []
    assert [row["check"] for row in shown["quarantine"]] == ["unknown_segment"]
    sizes = {row["what"]: row["bytes"] for row in shown["sizes"]}
    assert sizes["archive"] > 2_000  # type: ignore[operator]
    assert sizes["database"] > 1_000_000  # type: ignore[operator]
    assert list(shown)[:3] == ["needs a person", "last runs", "next tick"]


def needs(services: Services, now: datetime | None = None) -> list[str]:
    return status(services.engine, services.settings, now).needs


def test_failed_run_needs_person_until_success(filled: Services) -> None:
    result = StepResult("filing_index", failures={"CORZ": "no answer"})
    runs.record_step(filled.engine, "bad", "nightly", result)
    runs.end_run(filled.engine, "bad")
    assert needs(filled) == ["the last run of nightly failed: see it in Dagster, run bad"]
    assert sections(filled)["last runs"][0]["failed"] == "CORZ"
    runs.record_step(filled.engine, "good", "nightly", StepResult("filing_index"))
    runs.end_run(filled.engine, "good")
    assert needs(filled) == []


def test_failed_month_fails_run(filled: Services) -> None:
    result = StepResult("filing_documents")
    result.fail_month("HUT", date(2024, 11, 13), "hut.htm: answers 503")
    runs.record_step(filled.engine, "part", "backfill", result)
    outcome = runs.end_run(filled.engine, "part")
    assert outcome.reason("HUT", "2024-11-01") == "hut.htm: answers 503"
    assert outcome.reason("HUT", "2024-10-01") is None
    assert outcome.lines() == {"HUT": "hut.htm: answers 503"}
    assert "the last run of backfill failed" in needs(filled)[0]
    assert sections(filled)["last runs"][0]["failed"] == "HUT"


def test_endless_run_needs_person(filled: Services) -> None:
    runs.record_step(filled.engine, "stuck", "backfill", StepResult("filing_index"))
    assert needs(filled) == []
    assert (
        "a run of backfill has been going since" in needs(filled, datetime.now(UTC) + timedelta(hours=25))[0]
    )


def test_missed_night_needs_person_when_live(filled: Services) -> None:
    live = Services(filled.settings.model_copy(update={"edgar_base": "http://127.0.0.1:1"}))
    assert needs(live) == []
    assert "no nightly run since" in needs(live, datetime.now(UTC) + timedelta(hours=27))[0]
    assert needs(filled, datetime.now(UTC) + timedelta(hours=27)) == [], "samples stand still"


def test_missed_tick_of_scheduled_nights_needs_person(filled: Services) -> None:
    """A run in the afternoon does not hide that the schedule's next tick started nothing."""
    live = Services(filled.settings.model_copy(update={"edgar_base": "http://127.0.0.1:1"}))
    file = heartbeat(live.settings)
    file.parent.mkdir(parents=True)
    afternoon = datetime(2026, 5, 6, 21, tzinfo=UTC)
    with filled.engine.begin() as connection:
        connection.execute(
            sa.text("update ops.run set started_at = :at, schedule = 'every_night'"), {"at": afternoon}
        )

    def at(moment: datetime) -> list[str]:
        file.touch()
        os.utime(file, (moment.timestamp(), moment.timestamp()))
        return needs(live, moment)

    tick = datetime(2026, 5, 7, 6, tzinfo=UTC)
    assert at(tick + timedelta(hours=1)) == []
    assert at(tick + timedelta(hours=3)) == [
        "no nightly run since 2026-05-06 21:00: is Dagster's daemon running?"
    ]
    with filled.engine.begin() as connection:
        connection.execute(sa.text("update ops.run set schedule = null"))
    assert at(tick + timedelta(hours=3)) == [], "cron may start nights at any hour"


def test_stopped_or_missing_daemon_needs_person_when_live(filled: Services) -> None:
    live = Services(filled.settings.model_copy(update={"edgar_base": "http://127.0.0.1:1"}))
    stop_beating(live.settings)
    with filled.engine.begin() as connection:
        connection.execute(sa.text("update ops.run set schedule = 'every_night'"))
    assert needs(live) == [], "the daemon of these nights may be on another machine"
    beat(live.settings)
    assert needs(live) == []
    stop_beating(live.settings)
    assert needs(live) == ["Dagster's daemon, which starts the nights, was stopped: make ui"]
    assert sections(live)["next tick"][0]["daemon"] == "not running: make ui"
    assert needs(filled) == []
    with filled.engine.begin() as connection:
        connection.execute(sa.text("update ops.run set schedule = null"))
    assert needs(live) == [], "nights that another scheduler starts need no daemon"
    with filled.engine.begin() as connection:
        connection.execute(sa.text("delete from ops.run"))
    assert needs(live) == ["no nightly run yet, and Dagster's daemon is not running: make ui, or miners run"]
    beat(live.settings)
    assert needs(live) == [], "the first night is still to come"


def test_run_of_dead_process_is_closed_and_needs_person(filled: Services) -> None:
    import subprocess
    import sys

    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    host, _, _ = this_process().split()
    created = psutil.Process(child.pid).create_time()
    for run_id, process in {
        "killed": f"{host} {child.pid} {created:.2f}",
        "mine": this_process(),
        "elsewhere": f"another-host {child.pid} {created:.2f}",
    }.items():
        step = StepResult("filing_index", failures={"CORZ": "no answer"})
        runs.record_step(filled.engine, run_id, run_id, step, process=process)
    assert runs.close_killed_runs(filled.engine) == []
    child.kill()
    child.wait()
    found, _ = check_health(filled.engine, filled.settings)
    assert found.needs == ["the last run of killed was killed: run it again, and check memory, run killed"]
    with filled.engine.connect() as connection:
        rows = connection.execute(sa.text("select run_id, status, ended_at is not null from ops.run"))
        closed = {row[0]: tuple(row[1:]) for row in rows}
    assert closed == {
        "night": ("succeeded", True),
        "killed": ("failed", True),
        "mine": ("running", False),
        "elsewhere": ("running", False),
    }
    assert runs.outcome_of(runs.run_summary(filled.engine, "killed")).lines() == {"CORZ": "no answer"}
    assert runs.close_killed_runs(filled.engine) == [], "closed once"


def test_stopped_daemon_needs_person(filled: Services) -> None:
    file = heartbeat(filled.settings)
    assert sections(filled)["next tick"][0]["daemon"] == "not running: make ui"
    file.parent.mkdir(parents=True)
    file.touch()
    assert "ticked 0 s ago" in str(sections(filled)["next tick"][0]["daemon"])
    os.utime(file, (time.time() - 4000, time.time() - 4000))
    assert "has not ticked for more than an hour" in needs(filled)[0]


def test_late_blocked_and_quarantined_need_person(filled: Services) -> None:
    with filled.engine.begin() as connection:
        connection.execute(
            sa.text(
                "update ops.normalized_document set state = 'blocked', state_reason = 'twice' where dataset = 'segment_revenue'"
            )
        )
        connection.execute(
            sa.text(
                "insert into ops.expected_filing values ('CORZ', 'quarterly_report', '2026-01-01', '2026-03-31', '10-Q', '2026-05-11', 'rule', null, null, 'late', null)"
            )
        )
    strict = Services(filled.settings.model_copy(update={"alert_quarantine_limit": 0}))
    assert needs(strict) == [
        "1 filings are late: see late filings",
        "4 documents are blocked by a check: see blocked",
        "1 rows are open in quarantine: miners quarantine list",
    ]
    with filled.engine.begin() as connection:
        connection.execute(sa.text("update quarantine.rejected_row set check_name = 'confidence'"))
    # Doubtful claims of news come every night and need nobody, as in alerts.
    assert len(needs(strict)) == 2


def test_metrics_are_valid_prometheus(filled: Services) -> None:
    beat(filled.settings)
    text = prometheus(filled.engine, status(filled.engine, filled.settings))
    found = {
        (s.name, *sorted(s.labels.items())): s.value
        for family in text_string_to_metric_families(text)
        for s in family.samples
    }
    assert found[("miners_needs_person",)] == 0
    assert found[("miners_requests_of_a_day", ("code", "200"))] == 12
    assert found[("miners_documents", ("company", "SLNH"), ("status", "read"))] == 2
    assert found[("miners_quarantined_rows", ("check", "unknown_segment"))] == 1
    assert found[("miners_facts", ("table", "segment_revenue"))] == 10
    assert found[("miners_database_bytes",)] > 1_000_000
    assert found[("miners_daemon_up",)] == 1
    ticked, good = "miners_daemon_ticked_timestamp_seconds", "miners_last_good_night_timestamp_seconds"
    assert abs(found[(ticked,)] - time.time()) < 60
    assert abs(found[(good,)] + found[("miners_last_good_night_age_seconds",)] - time.time()) < 60
    assert time.time() < found[("miners_next_night_timestamp_seconds",)] < time.time() + 90_000


def test_metrics_of_stopped_daemon_and_no_good_night(filled: Services) -> None:
    with filled.engine.begin() as connection:
        connection.execute(sa.text("update ops.run set status = 'failed'"))
    text = prometheus(filled.engine, status(filled.engine, filled.settings))
    assert "miners_daemon_up 0.0" in text
    assert "miners_last_good_night" not in text


def test_health_files_are_written(filled: Services) -> None:
    write_health(filled.engine, filled.settings, status(filled.engine, filled.settings))
    health = json.loads((filled.settings.data_dir / "health.json").read_text())
    assert (health["status"], health["needs"]) == ("ok", [])
    assert (health["daemon_up"], health["daemon_ticked_at"]) == (False, None)
    assert datetime.fromisoformat(health["last_good_night"]) < datetime.now(UTC)
    assert datetime.fromisoformat(health["next_night"]) > datetime.now(UTC)
    assert datetime.fromisoformat(health["checked_at"]).tzinfo
    assert "miners_needs_person 0.0" in (filled.settings.data_dir / "metrics.prom").read_text()
    assert [p.name for p in filled.settings.data_dir.iterdir() if p.name.startswith(".")] == []


def test_status_exits_with_one_if_person_is_needed(filled: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAREHOUSE_URL", str(filled.settings.warehouse_url))
    monkeypatch.setenv("MINERS_DATA_DIR", str(filled.settings.miners_data_dir))
    load_settings.cache_clear()
    try:
        fine = CliRunner().invoke(main, ["status", "--format", "json"])
        assert (fine.exit_code, json.loads(fine.stdout)["status"]) == (0, "ok"), fine.output
        monkeypatch.setenv("ALERT_QUARANTINE_LIMIT", "0")
        load_settings.cache_clear()
        short = CliRunner().invoke(main, ["status"])
        assert short.exit_code == 1
        assert short.stdout.startswith("! 1 rows are open in quarantine")
        assert len(short.stdout.splitlines()) <= 15, "a person reads it each morning"
        full = CliRunner().invoke(main, ["status", "--verbose"])
        assert len(full.stdout.splitlines()) > 50
        section = CliRunner().invoke(main, ["status", "late_filings", "--format", "csv"])
        assert section.stdout.splitlines()[0] == "ticker,document,period_end,form,due,days,due_rule"
        assert CliRunner().invoke(main, ["status", "nonsense"]).exit_code != 0
        told = json.loads(CliRunner().invoke(main, ["status", "--format", "json"]).stdout)
        assert all(name.replace("_", "").isalpha() and name.islower() for name in told)
        assert isinstance(told["last_runs"][0]["fetched"], int)
        text = CliRunner().invoke(main, ["status", "--format", "prometheus"])
        assert (text.exit_code, "miners_needs_person 1.0" in text.stdout) == (1, True)
    finally:
        load_settings.cache_clear()
