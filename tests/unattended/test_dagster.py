"""Schedules, sensors, tries, failed partitions and tidying up, on real Dagster instances."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster import DagsterInstance

from assets import housekeeping, launcher, resources, sensors
from assets.definitions import defs
from assets.marts import column_lineage
from assets.schedules import every_night
from pipelines.publish.marts import MARTS
from pipelines.settings import HOME, Settings
from pipelines.steps import documents
from pipelines.steps.current import FEEDS
from pipelines.steps.services import Services
from pipelines.steps.whole import do_again
from pipelines.watchlist.fresh import forget_words
from tests.edgar_server import Answer, EdgarServer, feed_page, feed_path

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
FOLDER = HOME / "samples" / "edgar"


@pytest.fixture
def edgar() -> Iterator[EdgarServer]:
    server = EdgarServer(FOLDER)
    for form in FEEDS:
        server.script(feed_path(form), Answer(200, feed_page()))
    yield server
    server.close()


@pytest.fixture
def live(
    settings_of: Callable[..., Settings], edgar: EdgarServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Services]:
    """Services on the loopback EDGAR, for jobs and sensors of this process."""
    made = settings_of(edgar_base=edgar.base, edgar_user_agent="Test t@example.com", edgar_pause_seconds=0.01)
    services = Services(made.model_copy(update={"edgar_requests_per_second": 1000}))
    offline = Services(services.settings.model_copy(update={"miners_offline": True}))
    chosen = {False: services, True: offline}
    monkeypatch.setattr(resources, "shared_services", lambda offline=False: chosen[offline])
    monkeypatch.setattr(sensors, "_SETTINGS", services.settings)
    yield services
    forget_words()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[DagsterInstance]:
    """A real instance in a folder of its own."""
    with dg.instance_for_test(temp_dir=str(tmp_path)) as made:
        yield made


def run(
    instance: DagsterInstance, first: str, last: str, job: str = "nightly", **tags: str
) -> dg.ExecuteInProcessResult:
    """A run over partitions; over a single one as sensors ask for it, which spares Dagster the list of all there are."""
    several = first != last
    span = (
        {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
        if several
        else {}
    )
    return defs.resolve_job_def(job).execute_in_process(
        instance=instance, raise_on_error=False, run_config=QUIET, tags={**span, **tags}, partition_key=None if several else first
    )  # fmt: skip


def failures(result: dg.ExecuteInProcessResult) -> dict[str, str]:
    return {
        e.step_key or "": str(e.event_specific_data.error.message)
        for e in result.all_events
        if e.event_type_value == "STEP_FAILURE"
    }  # type: ignore[union-attr]


class TestSchedules:
    def test_a_night_that_waits_is_not_asked_for_twice(self, instance: DagsterInstance) -> None:
        moment = datetime(2026, 3, 1, 2, 0, tzinfo=ZoneInfo("America/New_York"))
        with dg.build_schedule_context(instance=instance, scheduled_execution_time=moment) as context:
            assert len(every_night.evaluate_tick(context).run_requests or []) == 1
            waiting = instance.create_run_for_job(
                defs.resolve_job_def("nightly"), status=dg.DagsterRunStatus.NOT_STARTED
            )
            tick = every_night.evaluate_tick(context)
        assert not tick.run_requests
        assert waiting.run_id[:8] in (tick.skip_message or "")

    def test_one_night_at_a_time_and_one_caught_up(self) -> None:
        """The queue holds the second of two nights back; ticks that were missed are caught up once."""
        import yaml

        config = yaml.safe_load((HOME / "dagster.yaml").read_text())
        (limit,) = config["concurrency"]["runs"]["tag_concurrency_limits"]
        assert (limit["limit"], limit["value"]) == (1, {"applyLimitPerUniqueValue": True})
        for job in ("nightly", "news"):
            assert defs.resolve_job_def(job).tags[limit["key"]] == job
        assert config["scheduler"]["config"]["max_catchup_runs"] == 1
        assert config["run_retries"]["retry_on_asset_or_op_failure"] is False

    @pytest.mark.full
    def test_hour_and_zone_are_settings(self) -> None:
        import subprocess
        import sys

        code = "from assets.schedules import every_night as e, every_morning as m; print(e.cron_schedule, '|', e.execution_timezone, '|', m.execution_timezone)"
        env = {"MINERS_NIGHTLY_AT": "4:30", "MINERS_TIMEZONE": "Europe/Berlin", "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, cwd=HOME, capture_output=True, text=True, timeout=60
        )
        assert done.stdout.strip() == "30 4 * * * | Europe/Berlin | Europe/Berlin", done.stderr
        wrong = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "companies"],
            env={**env, "MINERS_TIMEZONE": "Mars/Olympus"},
            cwd=HOME,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
        assert "MINERS_TIMEZONE: 'Mars/Olympus' is no time zone" in wrong.stderr


class TestFeedSensor:
    def evaluate(self, instance: DagsterInstance, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
        return sensors.filings_just_accepted(dg.build_sensor_context(instance=instance, cursor=cursor))  # type: ignore[return-value]

    def test_a_filing_is_a_run_of_its_company_and_month_alone(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        entry = ("64463", "9999999999-24-000501", "10-Q", "2024-11-14T16:05:11-05:00")
        edgar.script(
            feed_path("10-Q"),
            Answer(200, feed_page(entry, ("1", "0000000001-24-000001", "10-Q", "2024-11-14T16:05:00-05:00"))),
        )
        first = self.evaluate(instance, None)
        assert isinstance(first, dg.SensorResult)
        (request,) = first.run_requests or []
        assert str(request.partition_key) == "SLNH|2024-11-01"
        assert request.tags["miners/accession"] == entry[1]
        again = self.evaluate(instance, first.cursor)
        assert not again.run_requests  # type: ignore[union-attr]

    def test_two_filings_of_a_month_are_one_run(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        entries = [
            ("64463", f"0000000001-24-00000{n}", "8-K", f"2024-11-14T16:0{n}:11-05:00") for n in (2, 1)
        ]
        edgar.script(feed_path("8-K"), Answer(200, feed_page(*entries)))
        (request,) = self.evaluate(instance, None).run_requests or []  # type: ignore[union-attr]
        assert request.tags["miners/accession"] == "0000000001-24-000001,0000000001-24-000002"

    def test_a_dead_edgar_is_a_skipped_tick(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        for form in FEEDS:
            edgar.script(feed_path(form), Answer(200, b"<html>maintenance</html>"))
        result = self.evaluate(instance, None)
        assert isinstance(result, dg.SensorResult)
        assert "not_a_feed" in str(result.skip_reason)

    def test_a_folder_is_not_looked_at(
        self, live: Services, monkeypatch: pytest.MonkeyPatch, instance: DagsterInstance
    ) -> None:
        monkeypatch.setattr(
            sensors,
            "_SETTINGS",
            live.settings.model_copy(update={"edgar_base": None, "edgar_user_agent": None}),
        )
        assert isinstance(self.evaluate(instance, None), dg.SkipReason)

    @pytest.mark.full
    def test_what_submissions_do_not_list_yet_is_tried_again(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        """The feed is ahead of submissions by moments: the run waits for them instead of ending without the filing."""
        path = "/data.sec.gov/submissions/CIK0000064463.json"
        full = (FOLDER / path.lstrip("/")).read_bytes()
        page = json.loads(full)
        recent = page["filings"]["recent"]
        place = recent["accessionNumber"].index("9999999999-24-000501")
        for values in recent.values():
            del values[place]
        edgar.script(path, Answer(200, json.dumps(page).encode()), Answer(200, full))
        result = run(
            instance,
            "SLNH|2024-11-01",
            "SLNH|2024-11-01",
            "new_filing",
            **{"miners/accession": "9999999999-24-000501"},
        )
        assert result.success
        assert [e.step_key for e in result.all_events if e.event_type_value == "STEP_RESTARTED"] == [
            "filing_index"
        ]
        with live.engine.connect() as connection:
            assert connection.execute(
                sa.text("select count(*) from marts.segment_revenue where accession = '9999999999-24-000501'")
            ).scalar()


def filled(services: Services, *tickers: str) -> None:
    for result in do_again(services, [(t, date(2024, 1, 1), date(2026, 12, 31)) for t in tickers], "filled"):
        assert not result.failures, result.failures


@pytest.mark.full
class TestWordsAndReleases:
    @pytest.mark.full
    def test_a_released_row_is_loaded_from_the_archive(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        filled(live, "GREE")
        sensor = sensors.released_rows
        assert isinstance(next(iter(sensor(dg.build_sensor_context(instance=instance)))), dg.SkipReason)  # type: ignore[call-overload]
        with live.engine.begin() as connection:
            connection.execute(
                sa.text(
                    "update quarantine.rejected_row set status = 'released', released_by = 'test', check_name = 'too_large', row_content = row_content || '{\"segment\": \"other\"}'"
                )
            )
        (request,) = list(sensor(dg.build_sensor_context(instance=instance)))  # type: ignore[call-overload]
        (again,) = list(sensor(dg.build_sensor_context(instance=instance)))  # type: ignore[call-overload]
        assert (str(request.partition_key), request.run_key) == ("GREE|2024-11-01", again.run_key)
        asked = len(edgar.asked)
        assert run(
            instance, "GREE|2024-11-01", "GREE|2024-11-01", "read_again", **{"miners/offline": "true"}
        ).success
        assert len(edgar.asked) == asked, "nobody is asked"
        with live.engine.connect() as connection:
            assert connection.execute(
                sa.text("select status, released_by from quarantine.rejected_row")
            ).all() == [("loaded", "test")]
            assert connection.execute(
                sa.text(
                    "select released_by from warehouse.fact_segment_revenue where released_by is not null"
                )
            ).scalars().all() == ["test"]

    def test_changed_words_are_a_run_of_what_they_touch(
        self, live: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, instance: DagsterInstance
    ) -> None:
        filled(live, "GREE", "SLNH")
        words = tmp_path / "words"
        words.mkdir()
        monkeypatch.setattr(
            sensors, "_SETTINGS", live.settings.model_copy(update={"miners_watchlist": words})
        )

        def evaluate(cursor: str | None = None) -> dg.SensorResult:
            return sensors.changed_watchlist_or_lexicon(
                dg.build_sensor_context(instance=instance, cursor=cursor)
            )  # type: ignore[return-value]

        before = evaluate()
        assert not before.run_requests, before
        company = live.watchlist.by_ticker("GREE").model_dump(
            mode="json", exclude={"ticker"}, exclude_defaults=True
        )
        (words / "companies.yaml").write_text(json.dumps({"GREE": {**company, "note": "changed"}}))
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
        assert not evaluate(changed.cursor).run_requests, "asked for once, whether or not it works"
        (words / "companies.yaml").write_text("GREE: {name: [")
        assert isinstance(evaluate(changed.cursor), dg.SkipReason)
        (words / "companies.yaml").write_text(json.dumps({"NEWM": {**company, "ciks": [{"cik": 1}]}}))
        settled = evaluate(evaluate(changed.cursor).cursor)
        assert "NEWM came to the watchlist: reload the code location" in str(settled.skip_reason)

    def test_the_run_itself_reads_by_the_new_words(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        filled(live, "SLNH")
        with live.engine.begin() as connection:
            connection.execute(
                sa.text(
                    "update ops.normalized_document set version = regexp_replace(version, 'words-[0-9a-f]+', 'words-00000000')"
                )
            )
        offline = Services(live.settings.model_copy(update={"miners_offline": True}))
        asked = len(edgar.asked)
        results = {
            r.step: r for r in do_again(offline, [("SLNH", date(2024, 11, 1), date(2024, 11, 30))], "words")
        }
        assert results["segment_revenue"].counts["documents"] == 2
        assert results["xbrl_facts"].counts["documents"] == 0
        assert len(edgar.asked) == asked


@pytest.mark.full
class TestTries:
    def test_no_answer_is_tried_again_and_404_is_not(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        """503 on a document until the third try of the step; another document is gone for good."""
        base = "/www.sec.gov/Archives/edgar/data/64463/999999999924000501/"
        document = (FOLDER / (base + "slnh-20240930.htm").lstrip("/")).read_bytes()
        edgar.script(base + "slnh-20240930.htm", *[Answer(503)] * 8, Answer(200, document))
        gone = next(p for p in (FOLDER / "www.sec.gov/Archives/edgar/data/64463").rglob("*ex99*.htm"))
        edgar.script("/" + str(gone.relative_to(FOLDER)), Answer(404))
        result = run(instance, "SLNH|2024-11-01", "SLNH|2024-12-01")
        assert result.success, failures(result)
        restarts = [e.step_key for e in result.all_events if e.event_type_value == "STEP_RESTARTED"]
        assert restarts == ["filing_documents"]
        with live.engine.connect() as connection:
            statuses = dict(
                connection.execute(sa.text("select name, status from warehouse.dim_document")).tuples().all()
            )
        assert (statuses["slnh-20240930.htm"], statuses[gone.name]) == ("read", "missing")
        told = next(
            e.materialization.metadata
            for e in result.get_asset_materialization_events()
            if e.asset_key == dg.AssetKey("filing_documents")
        )
        assert told["fetched"].value == 2, "what the first try fetched is in it"

    def test_what_never_answers_fails_its_step_and_its_month_alone(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        base = "/www.sec.gov/Archives/edgar/data/64463/999999999924000501/slnh-20240930.htm"
        edgar.script(base, Answer(503))
        result = run(instance, "SLNH|2024-10-01", "SLNH|2024-12-01")
        assert not result.success
        assert list(failures(result)) == ["run_report"]
        assert "SLNH: slnh-20240930.htm: " in failures(result)["run_report"]
        statuses = instance.get_status_by_partition(
            dg.AssetKey("run_report"),
            ["SLNH|2024-10-01", "SLNH|2024-11-01", "SLNH|2024-12-01"],
            resources_partitions(),
        )
        assert {str(k): v.value for k, v in (statuses or {}).items()} == {
            "SLNH|2024-10-01": "MATERIALIZED",
            "SLNH|2024-11-01": "FAILED",
            "SLNH|2024-12-01": "MATERIALIZED",
        }

    def test_a_company_that_fails_alone_fails_where_it_failed(
        self, live: Services, edgar: EdgarServer, instance: DagsterInstance
    ) -> None:
        edgar.script("/data.sec.gov/submissions/CIK0000064463.json", Answer(200, b"<html>maintenance</html>"))
        result = run(instance, "SLNH|2024-11-01", "SLNH|2024-11-01")
        assert list(failures(result)) == ["filing_index"]
        assert "is not JSON" in failures(result)["filing_index"]
        with live.engine.connect() as connection:
            assert connection.execute(sa.text("select status from ops.run")).scalars().all() == ["failed"]

    def test_a_database_that_is_lost_for_a_moment_is_found_again(
        self, live: Services, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The server ends all its connections in the middle of a step (a restart): the step is tried again."""
        read, times = documents._read_one, []

        def cut(services: Services, document: documents.Document, result: object) -> object:
            if not times:
                times.append(1)
                with live.engine.connect() as connection:
                    connection.execute(
                        sa.text(
                            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
                        )
                    )
            return read(services, document, result)  # type: ignore[arg-type]

        monkeypatch.setattr(documents, "_read_one", cut)
        result = run(instance, "SLNH|2024-11-01", "SLNH|2024-11-01")
        assert result.success, failures(result)
        assert [e.step_key for e in result.all_events if e.event_type_value == "STEP_RESTARTED"] == [
            "xbrl_facts"
        ]


def resources_partitions() -> dg.PartitionsDefinition:
    from assets.partitions import by_company_and_month

    return by_company_and_month


class TestProcesses:
    def test_a_runs_process_lives_or_not(self) -> None:
        import subprocess
        import sys

        mine = launcher.this_process("r1")
        alive = dg.DagsterRun(job_name="nightly", run_id="r1", tags={launcher.PROCESS_TAG: mine})
        assert launcher.is_alive(alive) is True
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        host = mine.split()[1]
        dead = dg.DagsterRun(
            job_name="nightly",
            run_id="r1",
            tags={launcher.PROCESS_TAG: f"r1 {host} {gone.pid} {time.time():.2f}"},
        )
        assert launcher.is_alive(dead) is False
        for tags in (
            {},
            {launcher.PROCESS_TAG: f"r1 elsewhere {gone.pid} 1.0"},
            {launcher.PROCESS_TAG: mine.replace("r1", "parent")},
        ):
            assert launcher.is_alive(dg.DagsterRun(job_name="nightly", run_id="r1", tags=tags)) is None
        watched = launcher.WatchedRunLauncher()
        assert watched.supports_check_run_worker_health
        assert watched.check_run_worker_health(dead).status.value == "FAILED"
        assert watched.check_run_worker_health(alive).status.value == "RUNNING"

    def test_a_run_that_never_named_its_process_is_given_up_after_minutes(
        self, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        watched = launcher.WatchedRunLauncher()
        watched.register_instance(instance)
        run_ = instance.create_run_for_job(
            defs.resolve_job_def("nightly"), tags={launcher.PROCESS_TAG: launcher.this_process("its parent")}
        )
        instance.handle_new_event(_started(run_))
        assert watched.check_run_worker_health(run_).status.value == "RUNNING"
        monkeypatch.setattr(launcher, "TAG_TIMEOUT_SECONDS", -1.0)
        assert watched.check_run_worker_health(run_).status.value == "FAILED"


def _started(run_: dg.DagsterRun) -> dg.EventLogEntry:
    from dagster import DagsterEvent, DagsterEventType

    event = DagsterEvent(event_type_value=DagsterEventType.RUN_START.value, job_name=run_.job_name)
    return dg.EventLogEntry(
        error_info=None, level=20, user_message="", run_id=run_.run_id, timestamp=time.time(), job_name=run_.job_name, dagster_event=event
    )  # fmt: skip


@pytest.mark.full
class TestTidyingUp:
    def aged(self, instance: DagsterInstance, run_id: str, days: int) -> None:
        """Let a run be older than it is, in the instance's own storage."""
        with instance.run_storage.connect() as connection:  # type: ignore[attr-defined]
            connection.execute(
                sa.text("update runs set create_timestamp = :then where run_id = :run"),
                {"then": datetime.now(UTC).replace(tzinfo=None) - timedelta(days=days), "run": run_id},
            )

    def test_old_runs_go_but_not_what_tells_that_a_partition_is_there(
        self, live: Services, instance: DagsterInstance
    ) -> None:
        first = run(instance, "SLNH|2024-11-01", "SLNH|2024-11-01")
        alone = run(instance, "GREE|2024-11-01", "GREE|2024-11-01")
        second = run(instance, "SLNH|2024-11-01", "SLNH|2024-11-01")
        assert all(r.success for r in (first, alone, second))
        for made in (first, alone, second):
            self.aged(instance, made.run_id, 400)
        done = housekeeping.prune_dagster(
            instance, live.settings.model_copy(update={"keep_runs_days": 180, "keep_logs_days": 30})
        )
        assert (done["runs"], done["runs_kept"]) == (1, 2)
        assert not instance.has_run(first.run_id)
        assert instance.has_run(alone.run_id)
        assert instance.get_materialized_partitions(dg.AssetKey("filing_index")) == {
            "SLNH|2024-11-01",
            "GREE|2024-11-01",
        }
        none = housekeeping.prune_dagster(
            instance, live.settings.model_copy(update={"keep_runs_days": 0, "keep_logs_days": 0})
        )
        assert none == {"runs": 0, "runs_kept": 0, "runs_without_logs": 0}

    def test_the_job_prunes_the_quarantine_and_never_facts(
        self, live: Services, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filled(live, "GREE")
        old = Services(live.settings.model_copy(update={"keep_quarantine_days": 30}))
        monkeypatch.setattr(resources, "shared_services", lambda: old)
        with live.engine.begin() as connection:
            connection.execute(
                sa.text("update quarantine.rejected_row set rejected_at = now() - interval '31 days'")
            )
            facts = connection.execute(
                sa.text("select count(*) from warehouse.fact_segment_revenue")
            ).scalar()
        assert facts
        assert defs.resolve_job_def("tidy_up").execute_in_process(instance=instance, run_config=QUIET).success
        with live.engine.connect() as connection:
            assert connection.execute(sa.text("select count(*) from quarantine.rejected_row")).scalar() == 0
            assert (
                connection.execute(sa.text("select count(*) from warehouse.fact_segment_revenue")).scalar()
                == facts
            )


class TestPublishing:
    def test_every_sensor_is_one_that_dagster_knows_and_runs(self) -> None:
        made = {name for name, found in vars(sensors).items() if isinstance(found, dg.SensorDefinition)}
        known = {sensor.name: sensor.default_status for sensor in defs.sensors or []}
        assert made == set(known)
        assert set(known.values()) == {dg.DefaultSensorStatus.RUNNING}

    @pytest.mark.full
    def test_a_run_that_ended_is_published_once_and_its_report_is_linked(
        self, live: Services, instance: DagsterInstance
    ) -> None:
        def evaluate() -> dg.RunRequest | dg.SkipReason:
            return sensors.something_to_publish(dg.build_sensor_context(instance=instance))  # type: ignore[return-value]

        assert isinstance(evaluate(), dg.SkipReason), "nothing ended yet"
        assert run(instance, "SLNH|2024-11-01", "SLNH|2024-11-01").success
        request = evaluate()
        assert isinstance(request, dg.RunRequest)
        done = defs.resolve_job_def("publish").execute_in_process(instance=instance, run_config=QUIET)
        assert done.success
        told = {
            e.asset_key.to_user_string(): e.materialization.metadata
            for e in done.get_asset_materialization_events()
        }  # type: ignore[union-attr]
        assert set(told) == {"published_files", "report"}
        report = Path(str(told["report"]["path"].value))
        assert told["report"]["report"].value == report.resolve().as_uri()
        assert "Soluna" in (report.parent / "companies" / "SLNH.html").read_text("utf-8")
        assert told["published_files"]["bytes"].value > 1_000_000
        assert isinstance(evaluate(), dg.SkipReason), "nothing ended since"


class TestWhatIsShown:
    def test_every_asset_has_an_owner_and_the_way_to_edgar(self) -> None:
        for node in defs.resolve_asset_graph().asset_nodes:
            assert node.owners == ["team:miners-disclosed"], node.key
            assert str(node.metadata["EDGAR"].value).startswith("https://www.sec.gov/"), node.key

    def test_columns_of_marts_know_where_they_come_from(self) -> None:
        assets = {n.key.to_user_string() for n in defs.resolve_asset_graph().asset_nodes}
        unknown = []
        for mart in MARTS:
            lineage = column_lineage(mart.name).deps_by_column
            for column, _ in mart.columns:
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

    @pytest.mark.full
    def test_numbers_plot_without_gaps(self, live: Services, instance: DagsterInstance) -> None:
        for _ in range(2):
            result = run(instance, "SLNH|2024-11-01", "SLNH|2024-11-01")
            told = {
                e.asset_key.to_user_string(): e.materialization.metadata
                for e in result.get_asset_materialization_events()
            }
            for name in ("requests", "not_modified", "bytes", "seconds", "filings", "new"):
                assert name in told["filing_index"], name
        assert (told["filing_index"]["requests"].value, told["filing_index"]["not_modified"].value) == (1, 1)

    @pytest.mark.full
    def test_after_an_upgrade_partitions_read_by_older_code_are_stale(
        self, live: Services, instance: DagsterInstance
    ) -> None:
        from dagster._core.definitions.data_version import CachingStaleStatusResolver
        from dagster._core.loader import LoadingContextForTest

        assert run(instance, "SLNH|2024-11-01", "SLNH|2024-12-01", "backfill").success
        upgraded = defs.map_asset_specs(
            func=lambda s: (
                s.replace_attributes(code_version="99") if s.key == dg.AssetKey("segment_revenue") else s
            )
        ).resolve_asset_graph()
        told = {}
        for name, graph in (("before", defs.resolve_asset_graph()), ("after", upgraded)):
            resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
            key = dg.AssetKey("segment_revenue")
            told[name] = (
                resolver.get_status(key, "SLNH|2024-11-01").value,
                [c.reason for c in resolver.get_stale_causes(key, "SLNH|2024-11-01")],
            )
        assert told == {"before": ("FRESH", []), "after": ("STALE", ["has a new code version"])}

    @pytest.mark.full
    def test_what_older_rules_read_is_a_check_that_says_where(
        self, live: Services, instance: DagsterInstance
    ) -> None:
        filled(live, "SLNH")
        with live.engine.begin() as connection:
            connection.execute(
                sa.text(
                    "update ops.normalized_document set version = 'xbrl-0 ' || version where dataset = 'segment_revenue'"
                )
            )
        result = run(instance, "GREE|2024-11-01", "GREE|2024-11-01")
        checks = {
            (c.asset_key.to_user_string(), c.check_name): c for c in result.get_asset_check_evaluations()
        }
        old = checks[("segment_revenue", "read_by_the_rules_of_today")]
        assert (old.passed, old.metadata["documents"].value) == (False, 2)
        assert "SLNH" in str(old.metadata["companies"].value)
        assert checks[("bitcoin_sales", "read_by_the_rules_of_today")].passed
        assert result.success, "it is told, and stops nothing"
