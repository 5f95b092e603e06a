"""One look in the morning: what the status says, what needs a person, and the same for machines; and what no log may hold."""

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from miners.cli.main import main
from pipelines.operations.health import prometheus, write_health
from pipelines.operations.status import heartbeat, status
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
    assert sizes["archive"] > 10_000  # type: ignore[operator]
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


def test_stopped_daemon_needs_person(filled: Services) -> None:
    beat = heartbeat(filled.settings)
    assert sections(filled)["next tick"][0]["daemon"] == "not running: make ui"
    beat.parent.mkdir(parents=True)
    beat.touch()
    assert "ticked 0 s ago" in str(sections(filled)["next tick"][0]["daemon"])
    os.utime(beat, (time.time() - 4000, time.time() - 4000))
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
    text = prometheus(filled.engine, filled.settings, status(filled.engine, filled.settings))
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


def test_health_files_are_written(filled: Services) -> None:
    write_health(filled.engine, filled.settings, status(filled.engine, filled.settings))
    health = json.loads((filled.settings.data_dir / "health.json").read_text())
    assert (health["status"], health["needs"]) == ("ok", [])
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
