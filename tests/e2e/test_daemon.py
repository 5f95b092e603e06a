"""A real Dagster with its daemon over a loopback EDGAR: ticks, backfills as its pages send them, kills, and what a person clicks."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from pipelines.load import server as postgres
from pipelines.settings import HOME, Settings
from pipelines.steps.current import FEEDS
from pipelines.steps.services import Services
from pipelines.steps.whole import do_again
from pipelines.watchlist import load_watchlist
from tests.e2e import browser
from tests.e2e.daemon import Dagster, running_dagster
from tests.e2e.tables import snapshot
from tests.edgar_server import Answer, EdgarServer, feed_page, feed_path

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("daemon")]

FOLDER = HOME / "samples" / "edgar"
SLNH = ("64463", "9999999999-24-000501", "10-Q", "2024-11-14T16:05:11-05:00")
NOTHING_FILED = b'{"name": "Somebody", "filings": {"recent": {"accessionNumber": [], "filingDate": [], "form": []}, "files": []}}'
CORE = [f"CORZ|2024-{month:02}-01" for month in range(3, 9)]


class Held:
    """What the tests of this module share: the host, the data folder, and Dagster as it is started and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.edgar = folder, EdgarServer(FOLDER)
        for form in FEEDS:
            self.edgar.script(feed_path(form), Answer(200, feed_page()))
        self.edgar.script(feed_path("10-Q"), Answer(200, feed_page(SLNH)))
        self.edgar.script("/hook", Answer(200))
        for company in load_watchlist().companies:
            path = f"/data.sec.gov/submissions/CIK{company.ciks[-1].cik}.json"
            if not (FOLDER / path.lstrip("/")).exists():
                self.edgar.script(path, Answer(200, NOTHING_FILED))
        # The minute is cut off: a tick is one to two minutes away, when Dagster is up also on a busy machine.
        soon = datetime.now(UTC) + timedelta(seconds=120)
        self.environment = {
            "EDGAR_BASE": self.edgar.base, "EDGAR_USER_AGENT": "Test t@example.com", "EDGAR_PAUSE_SECONDS": "0.05", "NEWS_MIRROR": str(HOME / "samples" / "news"),
            "MINERS_SENSOR_SECONDS": "30", "MINERS_TIMEZONE": "UTC", "MINERS_NIGHTLY_AT": f"{soon:%H:%M}", "ALERT_URL": f"json+{self.edgar.base}/hook",
            "LOG_FORMAT": "json", "LOG_LEVEL": "DEBUG", "MINERS_LIMITER_DIR": str(folder / "limit"),
        }  # fmt: skip
        self.dagster: Dagster | None = None
        self._running: object = None

    def start(self) -> Dagster:
        self._running = running_dagster(self.folder, **self.environment)
        self.dagster = self._running.__enter__()  # type: ignore[attr-defined]
        return self.dagster

    def stop(self) -> None:
        if self._running is not None:
            self._running.__exit__(None, None, None)  # type: ignore[attr-defined]
        self.edgar.close()
        postgres.stop(self.folder)

    @property
    def up(self) -> Dagster:
        assert self.dagster is not None
        return self.dagster

    def engine(self) -> sa.Engine:
        return sa.create_engine(postgres.embedded_url(self.folder), poolclass=sa.pool.NullPool)

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.engine().connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    made = Held(tmp_path_factory.mktemp("unattended"))
    made.start()
    yield made
    made.stop()


def wait_for(condition: Callable[[], object], seconds: float = 90, every: float = 0.5) -> object:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(every)
    raise AssertionError("it did not come")


def tags_of(run: dict[str, object]) -> dict[str, str]:
    return {t["key"]: t["value"] for t in run["tags"]}  # type: ignore[attr-defined]


def runs_of(held: Held, job: str) -> list[dict[str, object]]:
    return held.up.runs(pipelineName=job)


def test_a_filing_in_the_feed_is_in_the_marts_within_minutes(held: Held) -> None:
    """As a run of that company's month alone, that asks for that company alone."""
    run = wait_for(lambda: runs_of(held, "new_filing"), 60)[0]  # type: ignore[index]
    assert held.up.wait_for_run(run["id"]) == "SUCCESS"
    tags = tags_of(run)
    assert (tags["dagster/partition"], tags["miners/accession"]) == ("SLNH|2024-11-01", SLNH[1])
    assert held.rows(f"select count(*) from marts.segment_revenue where accession = '{SLNH[1]}'")[0][0] == 4
    (row,) = held.rows(f"select summary->'filing_index'->'counts' from ops.run where run_id = '{run['id']}'")
    assert row[0]["answers_200"] == 1, "that company's submissions alone"  # type: ignore[index]


KEYS = [f"{company}|2024-{month}-01" for company in ("GREE", "SLNH") for month in ("10", "11", "12")]


def test_a_person_launches_a_backfill_by_clicking(held: Held, tmp_path: Path) -> None:
    """In a real browser: companies and months are chosen, it is launched, and its page turns green."""
    with browser.page(tmp_path / "profile") as page:
        browser.open_backfill(page, held.up.base)
        browser.choose(page, ("GREE", "SLNH"), "2024-10-01", "2024-12-01")
        browser.launch(page)
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


def test_the_night_ticked_once_and_told_what_it_read(held: Held) -> None:
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


def test_the_same_backfill_again_changes_nothing(held: Held) -> None:
    before, asked = snapshot(held.engine()), len(held.edgar.asked)
    again = held.up.wait_for_backfill(held.up.backfill("backfill", KEYS), runs=2)
    assert {run["status"] for run in again["runs"]} == {"SUCCESS"}
    assert snapshot(held.engine()) == before
    assert [path for path in held.edgar.paths()[asked:] if "/Archives/edgar/data/" in path] == []


def test_the_second_tick_of_the_sensor_asks_for_no_run(held: Held) -> None:
    assert len(runs_of(held, "new_filing")) == 1
    ticks = held.up.ask(
        "query ($s: SensorSelector!) { sensorOrError(sensorSelector: $s) { ... on Sensor { sensorState { ticks(limit: 20) { status runIds skipReason cursor } } } } }",
        s={"repositoryName": "__repository__", "repositoryLocationName": "miners", "sensorName": "filings_just_accepted"},
    )["sensorOrError"]["sensorState"]["ticks"]  # fmt: skip
    assert [len(t["runIds"]) for t in ticks if t["runIds"]] == [1]
    assert any("nothing new of watched companies" in (t["skipReason"] or "") for t in ticks)
    assert all(t["status"] in ("SUCCESS", "SKIPPED", "STARTED") for t in ticks), ticks


def process_of(held: Held, run_id: str) -> psutil.Process | None:
    found = held.up.runs(runIds=[run_id])
    told = tags_of(found[0]).get("miners/process", "").split() if found else []
    return (
        psutil.Process(int(told[2]))
        if len(told) == 4 and told[0] == run_id and psutil.pid_exists(int(told[2]))
        else None
    )


def fetching(held: Held) -> Callable[[], bool]:
    """Whether a document was asked for since now."""
    before = len(held.edgar.asked)
    return lambda: any(
        ("/Archives/edgar/data/1839341/" in p and p.endswith("_ex991.htm")) or "core-" in p
        for p in held.edgar.paths()[before:]
    )


def test_killed_it_goes_on_by_itself_and_after_a_power_cut_the_same_backfill_finishes(
    held: Held, tmp_path: Path, settings_of: Callable[..., Settings]
) -> None:
    """kill -9 of the run: Dagster tells it and begins it again from where it was. kill -9 of everything, the database too: the
    same backfill finishes the rest, fetches nothing twice, and the warehouse is that of one that was never cut off."""
    slow = {path: [Answer(200, (FOLDER / path.lstrip("/")).read_bytes(), slow=0.3)] for path in
            (f"/{p.relative_to(FOLDER)}" for p in (FOLDER / "www.sec.gov/Archives/edgar/data/1839341").rglob("*.htm"))}  # fmt: skip
    for path, answers in slow.items():
        held.edgar.script(path, *answers)
    begun, began = fetching(held), len(held.edgar.asked)
    backfill = held.up.backfill("backfill", CORE)
    wait_for(begun, 60)
    first = held.up.backfill_state(backfill)["runs"][0]["id"]
    process = wait_for(lambda: process_of(held, first), 30)
    again = fetching(held)
    process.send_signal(signal.SIGKILL)  # type: ignore[attr-defined]
    retry = wait_for(
        lambda: next(
            (r for r in held.up.runs(tags=[{"key": "dagster/parent_run_id", "value": first}])), None
        ),
        90,
    )
    assert held.up.wait_for_run(first) == "FAILURE"
    wait_for(again, 60)

    # The power goes: every process of Dagster, and the database with its children.
    second = retry["id"]  # type: ignore[index]
    held.up.kill()
    info = psutil.Process(int((held.folder / "postgres" / "postmaster.pid").read_text().split()[0]))
    gone = [info, *info.children(recursive=True)]
    for victim in gone:
        victim.kill()
    psutil.wait_procs(gone, timeout=10)
    held.start()
    held.up.wait_for_run(second, 60)
    assert held.up.runs(runIds=[second])[0]["status"] == "FAILURE", "told as failed, not standing for ever"
    wait_for(
        lambda: all(r["status"] in ("SUCCESS", "FAILURE", "CANCELED") for r in runs_of(held, "backfill")), 120
    )
    state = held.up.wait_for_backfill(held.up.backfill("backfill", CORE), runs=1)
    assert {run["status"] for run in state["runs"]} == {"SUCCESS"}
    asked = [p for p in held.edgar.paths()[began:] if "/Archives/edgar/data/1839341/" in p]
    twice = {p for p in asked if asked.count(p) > 1}
    assert len(twice) <= 2, "only what was on its way when the power went"

    reference = Services(
        settings_of(edgar_base=held.edgar.base, edgar_user_agent="Test t@example.com").model_copy(
            update={"edgar_requests_per_second": 1000}
        )
    )
    held.edgar.scripts = {k: v for k, v in held.edgar.scripts.items() if k not in slow}  # type: ignore[assignment]
    for result in do_again(reference, [("CORZ", date(2024, 3, 1), date(2024, 8, 31))], "reference"):
        assert not result.failures, result.failures
    facts = "select fact_key, revenue_usd, document_key, inputs::text from warehouse.fact_segment_revenue where company_key in (select company_key from warehouse.dim_company where company_id = 'CORZ') order by 1"
    documents = "select document_key, status, sha256, facts, document_kind from warehouse.dim_document where company_id = 'CORZ' order by 1"
    for query in (
        facts,
        documents,
        facts.replace("fact_segment_revenue", "fact_operating_metric").replace("revenue_usd", "value"),
        facts.replace("fact_segment_revenue", "fact_bitcoin_sale").replace("revenue_usd", "proceeds_usd"),
    ):
        with reference.engine.connect() as connection:
            expected = [tuple(row) for row in connection.execute(sa.text(query))]
        assert held.rows(query) == expected
        assert expected


def test_a_run_is_cancelled_from_its_page(held: Held) -> None:
    held.edgar.script(
        "/data.sec.gov/submissions/CIK0001167419.json",
        Answer(200, (FOLDER / "data.sec.gov/submissions/CIK0001167419.json").read_bytes(), slow=4.0),
    )
    before = len(held.edgar.asked)
    run = held.up.launch("backfill", "RIOT|2025-05-01", "RIOT|2025-05-01")
    wait_for(lambda: any("CIK0001167419" in p for p in held.edgar.paths()[before:]), 60)
    done = held.up.ask("mutation ($id: String!) { terminateRun(runId: $id) { __typename } }", id=run)
    assert done["terminateRun"]["__typename"] == "TerminateRunSuccess", done
    assert held.up.wait_for_run(run, 60) == "CANCELED"
    del held.edgar.scripts["/data.sec.gov/submissions/CIK0001167419.json"]


def test_a_failed_month_is_seen_with_its_reason_and_re_executed_from_failure(held: Held) -> None:
    base = "/www.sec.gov/Archives/edgar/data/1964789/"
    document = next(p for p in (FOLDER / base.lstrip("/")).rglob("hut-20240930.htm"))
    path = f"/{document.relative_to(FOLDER)}"
    held.edgar.script(path, Answer(503))
    keys = ["HUT|2024-10-01", "HUT|2024-11-01", "HUT|2024-12-01"]
    run = held.up.launch("backfill", keys[0], keys[-1])
    assert held.up.wait_for_run(run) == "FAILURE"
    assert statuses(held, keys) == {
        "HUT|2024-10-01": "MATERIALIZED",
        "HUT|2024-11-01": "FAILED",
        "HUT|2024-12-01": "MATERIALIZED",
    }
    errors = held.up.ask(
        "query ($id: ID!) { logsForRun(runId: $id) { ... on EventConnection { events { __typename ... on ExecutionStepFailureEvent { stepKey error { message } } } } } }",
        id=run,
    )
    failures = {
        e["stepKey"]: e["error"]["message"]
        for e in errors["logsForRun"]["events"]
        if e["__typename"] == "ExecutionStepFailureEvent"
    }
    assert list(failures) == ["run_report"]
    assert "HUT: hut-20240930.htm: " in failures["run_report"]
    assert "answers 503" in failures["run_report"]
    hooked = wait_for(
        lambda: [json.loads(b) for _, b in held.edgar.posted if "hut-20240930" in b.decode()], 60
    )
    assert "a run of backfill failed" in hooked[0]["title"]  # type: ignore[index]

    del held.edgar.scripts[path]
    done = held.up.ask(
        "mutation ($p: ReexecutionParams) { launchRunReexecution(reexecutionParams: $p) { __typename ... on LaunchRunSuccess { run { id } } ... on PythonError { message } } }",
        p={"parentRunId": run, "strategy": "FROM_FAILURE"},
    )["launchRunReexecution"]  # fmt: skip
    assert done["__typename"] == "LaunchRunSuccess", done
    assert held.up.wait_for_run(done["run"]["id"]) == "SUCCESS"
    assert set(statuses(held, keys).values()) == {"MATERIALIZED"}
    assert held.rows("select count(*) from marts.segment_revenue where ticker = 'HUT'")[0][0] > 0  # type: ignore[operator]


def statuses(held: Held, keys: list[str]) -> dict[str, str]:
    """The status of partitions of run_report, as its page shows them."""
    import subprocess
    import sys

    code = (
        "import json, sys, dagster as dg; from assets.partitions import by_company_and_month as p\n"
        "found = dg.DagsterInstance.get().get_status_by_partition(dg.AssetKey('run_report'), json.loads(sys.argv[1]), p)\n"
        "print(json.dumps({str(k): v.value if v else None for k, v in found.items()}))"
    )
    env = {
        **os.environ,
        "DAGSTER_HOME": str(HOME),
        "MINERS_DAGSTER_DIR": str(held.folder / "dagster"),
        "MINERS_DATA_DIR": str(held.folder),
    }
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(keys)],
        cwd=HOME,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_the_log_is_json_and_names_run_company_and_accession_and_no_address(held: Held) -> None:
    text = (
        "\n".join(p.read_text() for p in (held.folder / "dagster").rglob("*.err")) + held.up.log.read_text()
    )
    lines = [
        json.loads(line)
        for line in text.splitlines()
        if line.startswith('{"') and '"logger": "miners' in line
    ]
    mine = [line for line in lines if line.get("company") == "HUT" and "hut-20240930.htm" in line["event"]]
    assert {line["accession"] for line in mine} == {"9999999999-24-000402"} or mine[0]["accession"].count(
        "-"
    ) == 2
    assert {line["level"] for line in mine} >= {"debug", "error"}
    assert all(line["run_id"].count("-") == 4 and line["timestamp"] for line in mine)
    assert "t@example.com" not in text
