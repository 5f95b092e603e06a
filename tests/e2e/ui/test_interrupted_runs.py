"""A real Dagster in trouble: runs killed, the power cut, runs cancelled, months that fail."""

import json
import signal
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import psutil
import pytest
import sqlalchemy as sa

from assets.partitions import by_company_and_month
from pipelines.settings import HOME, Settings
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from tests.e2e.ui.live_stack import FOLDER, Held, runs_of, tags_of, wait_for
from tests.edgar_server import Response, fast

CORE = [f"CORZ|2024-{month:02}-01" for month in range(3, 9)]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    made = Held(tmp_path_factory.mktemp("trouble"))
    made.start()
    yield made
    made.stop()


def process_of(held: Held, run_id: str) -> psutil.Process | None:
    found = held.up.runs(runIds=[run_id])
    process = tags_of(found[0]).get("miners/process", "").split() if found else []
    return (
        psutil.Process(int(process[2]))
        if len(process) == 4 and process[0] == run_id and psutil.pid_exists(int(process[2]))
        else None
    )


def fetching(held: Held) -> Callable[[], bool]:
    """Whether a document was asked for since now."""
    before = len(held.edgar.requests)
    return lambda: any(
        ("/Archives/edgar/data/1839341/" in p and p.endswith("_ex991.htm")) or "core-" in p
        for p in held.edgar.paths()[before:]
    )


def test_backfill_resumes_after_kill(
    held: Held, tmp_path: Path, make_settings: Callable[..., Settings]
) -> None:
    """kill -9 of the run: Dagster tells it and begins it again from where it was. kill -9 of everything, the database too: the
    same backfill finishes the rest, fetches nothing twice, and the warehouse is that of one that was never cut off."""
    slow = {
        path: [Response(200, (FOLDER / path.lstrip("/")).read_bytes(), slow=0.3)]
        for path in (
            f"/{p.relative_to(FOLDER)}"
            for p in (FOLDER / "www.sec.gov/Archives/edgar/data/1839341").rglob("*.htm")
        )
    }
    for path, answers in slow.items():
        held.edgar.script(path, *answers)
    begun, began = fetching(held), len(held.edgar.requests)
    backfill = held.up.backfill("backfill", CORE)
    wait_for(begun, 60)
    first = held.up.backfill_state(backfill)["runs"][0]["id"]
    process = wait_for(lambda: process_of(held, first), 30)
    # Dagster restarts no run of a backfill that it has marked as ended.
    with held.backfills_held():
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
        fast(make_settings(edgar_base=held.edgar.base, edgar_user_agent="Test t@example.com"))
    )
    held.edgar.scripts = {k: v for k, v in held.edgar.scripts.items() if k not in slow}  # type: ignore[assignment]
    for result in run_all(reference, [("CORZ", date(2024, 3, 1), date(2024, 8, 31))], "reference"):
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


def test_run_is_canceled_from_its_page(held: Held) -> None:
    held.edgar.script(
        "/data.sec.gov/submissions/CIK0001167419.json",
        Response(200, (FOLDER / "data.sec.gov/submissions/CIK0001167419.json").read_bytes(), slow=4.0),
    )
    before = len(held.edgar.requests)
    run = held.up.launch("backfill", "RIOT|2025-05-01", "RIOT|2025-05-01")
    wait_for(lambda: any("CIK0001167419" in p for p in held.edgar.paths()[before:]), 60)
    done = held.up.ask("mutation ($id: String!) { terminateRun(runId: $id) { __typename } }", id=run)
    assert done["terminateRun"]["__typename"] == "TerminateRunSuccess", done
    assert held.up.wait_for_run(run, 60) == "CANCELED"
    del held.edgar.scripts["/data.sec.gov/submissions/CIK0001167419.json"]


def test_failed_month_is_reexecuted_from_failure(held: Held) -> None:
    base = "/www.sec.gov/Archives/edgar/data/1964789/"
    document = next(p for p in (FOLDER / base.lstrip("/")).rglob("hut-20240930.htm"))
    path = f"/{document.relative_to(FOLDER)}"
    held.edgar.script(path, Response(503))
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

    del held.edgar.scripts[path]
    done = held.up.ask(
        "mutation ($p: ReexecutionParams) { launchRunReexecution(reexecutionParams: $p) { __typename ... on LaunchRunSuccess { run { id } } ... on PythonError { message } } }",
        p={"parentRunId": run, "strategy": "FROM_FAILURE"},
    )["launchRunReexecution"]
    assert done["__typename"] == "LaunchRunSuccess", done
    assert held.up.wait_for_run(done["run"]["id"]) == "SUCCESS"
    assert set(statuses(held, keys).values()) == {"MATERIALIZED"}
    assert held.rows("select count(*) from marts.segment_revenue where ticker = 'HUT'")[0][0] > 0  # type: ignore[operator]
    hooked = wait_for(
        lambda: [json.loads(b) for _, b in held.edgar.posted if "hut-20240930" in b.decode()], 60
    )
    assert "a run of backfill failed" in hooked[0]["title"]  # type: ignore[index]


def statuses(held: Held, keys: list[str]) -> dict[str, str]:
    """The status of partitions of run_report, as its page shows them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINERS_DAGSTER_DIR", str(held.folder / "dagster"))
        with dg.DagsterInstance.from_config(str(HOME)) as instance:
            found = instance.get_status_by_partition(dg.AssetKey("run_report"), keys, by_company_and_month)
    return {str(key): status.value for key, status in (found or {}).items() if status}


def test_log_lines_name_run_company_and_accession(held: Held) -> None:
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
