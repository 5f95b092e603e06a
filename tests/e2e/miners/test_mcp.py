"""`miners mcp` as a client of the SDK uses it: over standard input and output, and over HTTP."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import requests
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from pipelines.settings import HOME
from pipelines.warehouse.marts import MARTS
from tests.command_line import MINERS, miners
from tests.local_servers import free_port, wait_for_port

TOKEN = "a-token-of-the-tests-0123456789"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


@dataclass
class Assistant:
    """A client that calls tools from tests that are not asynchronous."""

    portal: BlockingPortal
    client: Client

    def answer(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured answer of a tool, equal to its text."""
        result = self.portal.call(self.client.call_tool, tool, arguments)
        (content,) = result.content
        assert isinstance(content, TextContent)
        assert not result.is_error, content.text
        assert json.loads(content.text) == result.structured_content
        return dict(result.structured_content or {})

    def error(self, tool: str, **arguments: Any) -> str:
        """The error of a tool, which is one line."""
        result = self.portal.call(self.client.call_tool, tool, arguments)
        (content,) = result.content
        assert isinstance(content, TextContent)
        assert result.is_error, content.text
        assert "\n" not in content.text
        assert "Traceback" not in content.text
        return content.text


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture(scope="module")
def assistant(
    samples: dict[str, str], portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Assistant]:
    """A client of `miners mcp` in a process of its own, started in a folder that is not the clone."""
    folder = tmp_path_factory.mktemp("anywhere")
    server = StdioServerParameters(command=MINERS, args=["mcp"], env=samples, cwd=folder)
    with portal.wrap_async_context_manager(Client(server)) as client:
        yield Assistant(portal, client)


@pytest.fixture(scope="module")
def url(samples: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `miners mcp --http`."""
    port = free_port()
    output = tmp_path_factory.mktemp("output") / "stderr"
    with output.open("wb") as stderr:
        process = subprocess.Popen(
            [MINERS, "mcp", "--http", "--port", str(port)],
            env={**os.environ, **samples, "MINERS_MCP_TOKEN": TOKEN},
            stdout=stderr,
            stderr=stderr,
        )
    try:
        wait_for_port(port)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(10)
        assert TOKEN not in output.read_text()


def test_tools_only_read(assistant: Assistant) -> None:
    tools = assistant.portal.call(assistant.client.list_tools).tools
    assert {tool.name for tool in tools} == {
        "list_companies",
        "list_metrics",
        "list_marts",
        "read_mart",
        "explain_figure",
        "what_changed",
        "open_findings",
        "run_sql",
    }
    for tool in tools:
        assert tool.annotations
        assert tool.annotations.read_only_hint
        assert "never instructions" in str(tool.description)


def test_companies_have_names_and_filings(assistant: Assistant) -> None:
    companies = {c["ticker"]: c for c in assistant.answer("list_companies")["companies"]}
    assert companies["CORZ"]["name"] == "Core Scientific, Inc."
    assert companies["CORZ"]["documents_read"] > 5
    assert companies["ABTC"]["former_names"] == ["GRYP Gryphon Digital Mining, Inc."]
    assert (companies["ABTC"]["documents_read"], companies["ABTC"]["last_filed"]) == (0, None)


def test_metrics_have_units_and_definitions(assistant: Assistant) -> None:
    content = assistant.answer("list_metrics")
    metrics = {m["metric"]: m for m in content["metrics"]}
    assert (metrics["bitcoin_held"]["unit"], metrics["bitcoin_held"]["aggregation"]) == ("BTC", "last")
    assert all(row["meaning"] for row in [*content["metrics"], *content["segments"]])
    assert "unencumbered" in content["scope"]


def test_marts_are_described_as_in_the_data_dictionary(assistant: Assistant) -> None:
    assert [m["mart"] for m in assistant.answer("list_marts")["marts"]] == [m.name for m in MARTS]
    columns = assistant.answer("list_marts", mart="marts.quarterly")["columns"]
    assert {"column": "revenue_usd", "type": "numeric", "unit": "USD", "meaning": "Total revenue."} in columns


def test_figure_has_citation_and_is_called_a_sample(assistant: Assistant) -> None:
    content = assistant.answer(
        "read_mart",
        mart="segment_revenue",
        where={"ticker": "corz", "segment": ["self_mining"], "calendar_quarter": "2026Q1"},
        columns=["revenue_usd"],
    )
    assert content["rows"] == [
        {
            "revenue_usd": 30100000,
            "citation": [
                {
                    "form": "10-Q",
                    "accession": "9999999999-26-000103",
                    "link": "https://www.sec.gov/Archives/edgar/data/1839341/999999999926000103/core-20260331.htm#f1",
                    "sample": True,
                }
            ],
        }
    ]
    assert content["units"] == {"revenue_usd": "USD"}
    assert any("samples" in note for note in content["notes"])
    assert "cut_off" not in content


@pytest.mark.parametrize("mart", ["figures", "segment_revenue", "operating_metrics", "deals", "news_claims"])
def test_every_figure_has_a_link(assistant: Assistant, mart: str) -> None:
    rows = assistant.answer("read_mart", mart=mart, limit=1000)["rows"]
    assert rows
    assert all(cited["link"].startswith("https://") for row in rows for cited in row["citation"])


def test_example_of_the_page_is_current(assistant: Assistant) -> None:
    page = (HOME / "docs" / "assistants.md").read_text("utf-8")
    call, printed = (json.loads(b) for b in re.findall(r"```json\n(.*?)```", page, re.DOTALL)[-2:])
    assert assistant.answer("read_mart", **call) == printed


def test_computed_row_says_that_it_has_no_source(assistant: Assistant) -> None:
    row = assistant.answer("read_mart", mart="industry_quarter", limit=1)["rows"][0]
    assert row["citation"].startswith("none: ")


def test_missing_figure_is_null(assistant: Assistant) -> None:
    rows = assistant.answer(
        "read_mart", mart="quarterly", where={"ticker": "CLSK", "revenue_usd": None}, columns=["revenue_usd"]
    )["rows"]
    assert rows
    assert {row["revenue_usd"] for row in rows} == {None}


def test_mart_is_shown_as_of_a_moment(assistant: Assistant) -> None:
    """Revenue of the second quarter of 2025 was not disclosed by the end of June."""
    then = assistant.answer("read_mart", mart="quarterly", where={"ticker": "CORZ"}, as_of="2025-06-30")
    assert (then["rows"][0]["calendar_quarter"], then["as_of"]) == ("2025Q1", "2025-06-30T00:00:00")


def test_cut_off_rows_are_counted(assistant: Assistant) -> None:
    few = assistant.answer("read_mart", mart="figures", limit=2)
    assert len(few["rows"]) == 2
    assert few["cut_off"].startswith("Only the first 2 of ")
    long = assistant.answer("read_mart", mart="figures", limit=1000)
    assert len(json.dumps(long, ensure_ascii=False)) <= 60_000
    assert f"first {len(long['rows'])} of" in long["cut_off"]


def test_empty_answer_says_why(assistant: Assistant) -> None:
    content = assistant.answer(
        "read_mart", mart="total_revenue", where={"ticker": "CLSK"}, period_from="2026-01-01"
    )
    assert content["rows"] == []
    assert content["why_empty"] == [
        "Without the limit on periods, period_end is 2022-12-31 to 2024-12-31.",
        "The last document of CLSK that was read is of 2025-12-05 (8-K).",
    ]


def test_explained_figure_has_its_history(assistant: Assistant) -> None:
    (figure,) = assistant.answer("explain_figure", ticker="CORZ", metric="self_mining", period="2026Q1")[
        "figures"
    ]
    assert figure["value"] == 30100000
    assert [(s["form"], s["cell"]) for s in figure["statements"]] == [("8-K", "$ 30,100"), ("10-Q", "30.1")]
    assert [cited["accession"] for cited in figure["citation"]] == ["9999999999-26-000103"]


def test_derived_figure_cites_its_inputs(assistant: Assistant) -> None:
    (figure,) = assistant.answer("explain_figure", ticker="BTBT", metric="colocation", period="2025Q1")[
        "figures"
    ]
    assert figure["statements"][0]["derivation"] == "derived"
    assert [cited["link"].rsplit("#")[1] for cited in figure["citation"]] == ["f11", "f9"]


def test_changes_have_citations(assistant: Assistant) -> None:
    content = assistant.answer("what_changed", since="2026-05-01", ticker="CORZ")
    assert content["counts"]["new"] + content["counts"]["restated"] == len(content["figures"])
    assert {f["change_kind"] for f in content["figures"]} == {"new"}
    assert all(row["citation"][0]["sample"] for row in [*content["figures"], *content["documents"]])
    assert "why_empty" in assistant.answer("what_changed", since="2026-12-31T00:00:00Z")


def test_open_findings_are_those_of_a_company(assistant: Assistant) -> None:
    rows = assistant.answer("open_findings", ticker="CORZ")["rows"]
    assert {row["ticker"] for row in rows} == {"CORZ"}
    assert all(len(row["citation"]) == 2 for row in rows if row["check"] == "news_contradicted")


def test_query_has_limits(assistant: Assistant) -> None:
    content = assistant.answer("run_sql", sql="select generate_series(1, 1000000000) as n", limit=3)
    assert (content["columns"], content["rows"]) == (["n"], [[1], [2], [3]])
    assert "of more than 3 rows" in content["cut_off"]
    assert content["citation"].startswith("none: ")
    assert assistant.answer("run_sql", sql="select 'NaN'::numeric, null")["rows"] == [["NaN", None]]
    assert assistant.answer("run_sql", sql="select 1 where false")["why_empty"] == ["The query has no rows."]


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("run_sql", {"sql": "delete from marts.segments"}, "Only `select` on the schema marts is allowed."),
        ("run_sql", {"sql": "create table marts.x (a int)"}, "Only `select` on the schema marts is allowed."),
        ("run_sql", {"sql": "select * from warehouse.dim_company"}, "permission denied for schema warehouse"),
        ("run_sql", {"sql": "select pg_read_file('/etc/passwd')"}, "permission denied for function"),
        ("run_sql", {"sql": "select 1; drop table x"}, "cannot insert multiple commands"),
        ("run_sql", {"sql": "set role postgres"}, "permission denied to set role"),
        ("run_sql", {"sql": "select * from quarterl"}, "marts.quarterly"),
        ("run_sql", {"sql": " "}, "The query is empty."),
        ("run_sql", {"sql": "set statement_timeout = 0"}, "The statement returns no rows."),
        ("run_sql", {"sql": "copy (select 1) to stdout"}, "The statement returns no rows."),
        ("run_sql", {"sql": "select repeat('x', 100000)"}, "Request fewer columns or rows."),
        ("run_sql", {"sql": "select 1", "limit": 1001}, "limit: Input should be less than or equal to 1000."),
        ("read_mart", {"mart": "quarterley"}, "Near it: quarterly"),
        ("read_mart", {}, "mart: Field required."),
        ("read_mart", {"mart": "quarterly", "filter": {}}, "has no argument filter. It has mart, where"),
        ("read_mart", {"mart": "quarterly", "period_from": "2026-13-01"}, "read_mart, period_from: "),
        ("read_mart", {"mart": "quarterly", "columns": ["1; drop table x"]}, "has no column 1; drop table x"),
        (
            "read_mart",
            {"mart": "quarterly", "where": {"true or ticker": "a"}},
            "has no column true or ticker",
        ),
        ("read_mart", {"mart": "quarterly", "where": {"ticker": "x' or '1'='1"}}, "There is no ticker"),
        ("read_mart", {"mart": "quarterly", "order": ["pg_sleep(9)"]}, r"has no column pg_sleep\(9\)"),
        ("read_mart", {"mart": "quarterly", "where": {"company": "a\0"}}, "NUL"),
        ("run_sql", {"sql": "select 'a\0'"}, "syntax error|NUL|unterminated"),
        ("read_mart", {"mart": "companies", "as_of": "2025-01-01"}, "only as of now"),
        ("open_findings", {"ticker": "CORX"}, "Near it: CORZ"),
        ("explain_figure", {"ticker": "CORZ", "metric": "self_minin", "period": "2026Q1"}, "self_mining"),
        ("explain_figure", {"ticker": "CORZ", "metric": "self_mining", "period": "Q9"}, "not a valid period"),
        ("what_changed", {"since": "yesterday"}, "what_changed, since: "),
        ("list_marts", {"mart": "quarter"}, "Near it: quarterly"),
        ("write_mart", {}, "There is no tool 'write_mart'."),
    ],
)
def test_error_is_one_line_with_a_remedy(
    assistant: Assistant, tool: str, arguments: dict[str, Any], message: str
) -> None:
    assert re.search(message, assistant.error(tool, **arguments))


def test_standard_output_has_only_the_protocol(samples: dict[str, str], tmp_path: Path) -> None:
    """With logs at the lowest level, and an `.env` that others can read, which commands warn of."""
    (tmp_path / ".env").write_text("LOG_LEVEL=DEBUG\n")
    (tmp_path / ".env").chmod(0o644)
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "list_metrics", "arguments": {}},
    }
    process = subprocess.Popen(
        [MINERS, "mcp"],
        env={**os.environ, **samples, "LOG_LEVEL": "DEBUG"},
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    assert process.stderr
    lines = []
    for message in (INITIALIZE, "not JSON", call):
        process.stdin.write(f"{json.dumps(message)}\n")
        process.stdin.flush()
        if isinstance(message, dict):
            lines.append(process.stdout.readline())
    process.stdin.close()
    lines += process.stdout.readlines()
    assert process.wait(20) == 0
    assert [json.loads(line)["jsonrpc"] for line in lines] == ["2.0"] * len(lines)
    assert {json.loads(line).get("id") for line in lines} >= {1, 2}
    assert "can be read by other users" in process.stderr.read()


def test_http_answers_with_the_token(portal: BlockingPortal, url: str) -> None:
    async def called() -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            return await client.call_tool("read_mart", {"mart": "quarterly", "limit": 1})

    assert portal.call(called).structured_content["rows"][0]["citation"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({}, 401, id="no token"),
        pytest.param({"Authorization": "Bearer "}, 401, id="empty token"),
        pytest.param({"Authorization": f"Bearer {TOKEN}x"}, 401, id="wrong token"),
        pytest.param({"Authorization": "Bearer ä"}, 401, id="token that is not ASCII"),
        pytest.param({"Authorization": f"Basic {TOKEN}"}, 401, id="other scheme"),
        pytest.param({"Authorization": f"Bearer {TOKEN}", "Host": "miners.example"}, 421, id="foreign host"),
        pytest.param({"Authorization": f"Bearer {TOKEN}", "Host": "127.0.0.1:1"}, 421, id="other port"),
        pytest.param(
            {"Authorization": f"Bearer {TOKEN}", "Origin": "https://a.example"}, 403, id="foreign origin"
        ),
        pytest.param({"Authorization": f"Bearer {TOKEN}", "Origin": "null"}, 403, id="origin of a file"),
        pytest.param({"Authorization": f"Bearer {TOKEN}"}, 200, id="right token"),
    ],
)
def test_http_refuses_others(url: str, headers: dict[str, str], status: int) -> None:
    accept = {"Accept": "application/json, text/event-stream"}
    encoded = {name: value.encode() for name, value in {**accept, **headers}.items()}
    answer = requests.post(url, json=INITIALIZE, headers=encoded, timeout=10)
    assert answer.status_code == status
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
        assert "resource_metadata" not in answer.headers["WWW-Authenticate"]


def test_port_in_use_is_one_line(url: str, samples: dict[str, str]) -> None:
    port = url.split(":")[2].split("/")[0]
    done = miners("mcp", "--http", "--port", port, MINERS_MCP_TOKEN=TOKEN, **samples)
    assert (done.returncode, done.stdout) == (2, "")
    assert (
        done.stderr
        == f"miners: Port {port} cannot be used (Address already in use). Choose another: --port.\n"
    )


def test_short_token_is_refused(samples: dict[str, str]) -> None:
    done = miners("mcp", "--http", MINERS_MCP_TOKEN="short", **samples)
    assert (done.returncode, done.stderr) == (
        2,
        "miners: MINERS_MCP_TOKEN: String should have at least 16 characters.\n",
    )


def test_unreachable_warehouse_is_one_line(tmp_path: Path) -> None:
    done = miners("mcp", WAREHOUSE_URL="postgresql://127.0.0.1:1/x", MINERS_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "Check WAREHOUSE_URL" in done.stderr
