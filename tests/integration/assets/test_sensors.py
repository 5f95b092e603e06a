"""Sensors on a real Dagster instance and a loopback EDGAR."""

import json
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster import DagsterInstance

from assets import sensors
from pipelines.steps.current import FEEDS
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from tests.edgar_server import SAMPLES, EdgarServer, Response, feed_page, feed_path
from tests.integration.assets.jobs import restarted_steps, run_job
from tests.pipeline_run import load_filings


def evaluate(instance: DagsterInstance, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    return sensors.filings_just_accepted(dg.build_sensor_context(instance=instance, cursor=cursor))  # type: ignore[return-value]


def test_filing_requests_run_of_its_partition(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    entry = ("64463", "9999999999-24-000501", "10-Q", "2024-11-14T16:05:11-05:00")
    edgar.script(
        feed_path("10-Q"),
        Response(200, feed_page(entry, ("1", "0000000001-24-000001", "10-Q", "2024-11-14T16:05:00-05:00"))),
    )
    first = evaluate(instance, None)
    assert isinstance(first, dg.SensorResult)
    (request,) = first.run_requests or []
    assert str(request.partition_key) == "SLNH|2024-11-01"
    assert request.tags["miners/accession"] == entry[1]
    again = evaluate(instance, first.cursor)
    assert not again.run_requests  # type: ignore[union-attr]


def test_two_filings_of_month_are_one_run(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    entries = [("64463", f"0000000001-24-00000{n}", "8-K", f"2024-11-14T16:0{n}:11-05:00") for n in (2, 1)]
    edgar.script(feed_path("8-K"), Response(200, feed_page(*entries)))
    (request,) = evaluate(instance, None).run_requests or []  # type: ignore[union-attr]
    assert request.tags["miners/accession"] == "0000000001-24-000001,0000000001-24-000002"


def test_unreachable_edgar_skips_tick(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    for form in FEEDS:
        edgar.script(feed_path(form), Response(200, b"<html>maintenance</html>"))
    result = evaluate(instance, None)
    assert isinstance(result, dg.SensorResult)
    assert "not_a_feed" in str(result.skip_reason)


def test_folder_skips_feed_sensor(
    live_services: Services, monkeypatch: pytest.MonkeyPatch, instance: DagsterInstance
) -> None:
    monkeypatch.setattr(
        sensors,
        "_SETTINGS",
        live_services.settings.model_copy(update={"edgar_base": None, "edgar_user_agent": None}),
    )
    assert isinstance(evaluate(instance, None), dg.SkipReason)


def test_unlisted_filing_is_retried(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    """The feed is ahead of submissions by moments: the run waits for them instead of ending without the filing."""
    path = "/data.sec.gov/submissions/CIK0000064463.json"
    full = (SAMPLES / path.lstrip("/")).read_bytes()
    page = json.loads(full)
    recent = page["filings"]["recent"]
    place = recent["accessionNumber"].index("9999999999-24-000501")
    for values in recent.values():
        del values[place]
    edgar.script(path, Response(200, json.dumps(page).encode()), Response(200, full))
    result = run_job(
        instance, "new_filing", "SLNH|2024-11-01", **{"miners/accession": "9999999999-24-000501"}
    )
    assert result.success
    assert restarted_steps(result) == ["filing_index"]
    with live_services.engine.connect() as connection:
        assert connection.execute(
            sa.text("select count(*) from marts.segment_revenue where accession = '9999999999-24-000501'")
        ).scalar()


def test_released_row_is_loaded_from_archive(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    load_filings(live_services, "GREE")
    sensor = sensors.released_rows
    assert isinstance(next(iter(sensor(dg.build_sensor_context(instance=instance)))), dg.SkipReason)  # type: ignore[call-overload]
    with live_services.engine.begin() as connection:
        connection.execute(
            sa.text(
                "update quarantine.rejected_row set status = 'released', released_by = 'test', check_name = 'too_large', row_content = row_content || '{\"segment\": \"other\"}'"
            )
        )
    (request,) = list(sensor(dg.build_sensor_context(instance=instance)))  # type: ignore[call-overload]
    (again,) = list(sensor(dg.build_sensor_context(instance=instance)))  # type: ignore[call-overload]
    assert (str(request.partition_key), request.run_key) == ("GREE|2024-11-01", again.run_key)
    requests = len(edgar.requests)
    assert run_job(instance, "read_again", "GREE|2024-11-01", **{"miners/offline": "true"}).success
    assert len(edgar.requests) == requests
    with live_services.engine.connect() as connection:
        assert connection.execute(
            sa.text("select status, released_by from quarantine.rejected_row")
        ).all() == [("loaded", "test")]
        assert connection.execute(
            sa.text("select released_by from warehouse.fact_segment_revenue where released_by is not null")
        ).scalars().all() == ["test"]


def test_changed_watchlist_requests_affected_runs(
    live_services: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, instance: DagsterInstance
) -> None:
    load_filings(live_services, "GREE", "SLNH")
    folder = tmp_path / "watchlist"
    folder.mkdir()
    monkeypatch.setattr(
        sensors, "_SETTINGS", live_services.settings.model_copy(update={"miners_watchlist": folder})
    )

    def evaluate(cursor: str | None = None) -> dg.SensorResult:
        return sensors.changed_watchlist_or_lexicon(dg.build_sensor_context(instance=instance, cursor=cursor))  # type: ignore[return-value]

    before = evaluate()
    assert not before.run_requests, before
    company = live_services.watchlist.by_ticker("GREE").model_dump(
        mode="json", exclude={"ticker"}, exclude_defaults=True
    )
    (folder / "companies.yaml").write_text(json.dumps({"GREE": {**company, "note": "changed"}}))
    changed = evaluate(before.cursor)
    ranges = [
        (
            r.job_name,
            r.tags["dagster/asset_partition_range_start"],
            r.tags["dagster/asset_partition_range_end"],
        )
        for r in changed.run_requests or []
    ]
    assert ("read_again", "GREE|2024-11-01", "GREE|2024-11-01") in ranges
    assert not evaluate(changed.cursor).run_requests, "requested once, even if the run fails"
    (folder / "companies.yaml").write_text("GREE: {name: [")
    assert isinstance(evaluate(changed.cursor), dg.SkipReason)
    (folder / "companies.yaml").write_text(json.dumps({"NEWM": {**company, "ciks": [{"cik": 1}]}}))
    settled = evaluate(evaluate(changed.cursor).cursor)
    assert "NEWM added to the watchlist: reload the code location" in str(settled.skip_reason)


def test_run_uses_changed_configuration(
    live_services: Services, edgar: EdgarServer, instance: DagsterInstance
) -> None:
    load_filings(live_services, "SLNH")
    with live_services.engine.begin() as connection:
        connection.execute(
            sa.text(
                "update ops.normalized_document set version = regexp_replace(version, 'config-[0-9a-f]+', 'config-00000000')"
            )
        )
    offline = Services(live_services.settings.model_copy(update={"miners_offline": True}))
    requests = len(edgar.requests)
    results = {
        r.step: r for r in run_all(offline, [("SLNH", date(2024, 11, 1), date(2024, 11, 30))], "changed")
    }
    assert results["segment_revenue"].counts["documents"] == 2
    assert results["xbrl_facts"].counts["documents"] == 0
    assert len(edgar.requests) == requests
