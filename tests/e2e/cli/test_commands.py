"""The command `miners` as a user runs it."""

import csv
import io
import json
import re

import pytest

from pipelines.watchlist import load_watchlist
from tests.command_line import miners

# Each command is a process of its own; one worker runs them on the warehouse that was filled once.


def test_run_prints_summary_and_questions(samples_output: str) -> None:
    out = samples_output
    assert "not filings" in out
    assert "274 fetched, 28 read with 472 XBRL facts" in out
    assert "186 monthly updates and 22 earnings releases, 37 other" in out
    assert "7 rows refused now" in out
    assert out.count("?\n") == 4
    assert "9999999999-26-000303" in out


def test_sums_of_summary_agree(samples_output: str) -> None:
    """It said "478 loaded" and "352 in the warehouse": deals and claims were not in the second number."""
    numbers = {
        line.split()[0]: [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", line)]
        for line in samples_output.splitlines()
        if line.startswith(("documents ", "releases ", "facts ", "quarantine ", "claims ", "unread "))
    }
    loaded, changed, in_warehouse = numbers["facts"]
    assert (loaded, changed) == (in_warehouse, 0)
    fetched, read, _ = numbers["documents"]
    assert fetched == read + sum(numbers["releases"]) + numbers["unread"][0]
    assert numbers["quarantine"][0] == numbers["quarantine"][1]


def test_sql_prints_table_csv_and_json(warehouse: dict[str, str]) -> None:
    query = "select ticker, segment, revenue_usd from marts.segment_revenue where ticker = 'SLNH' and segment = 'energy'"
    assert (
        miners("sql", query, "--format", "csv", **warehouse).stdout
        == "ticker,segment,revenue_usd\nSLNH,energy,443000\n"
    )
    assert json.loads(miners("sql", query, "--format", "json", **warehouse).stdout) == [
        {"ticker": "SLNH", "segment": "energy", "revenue_usd": 443000}
    ]
    assert "443,000" in miners("sql", query, **warehouse).stdout


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("drop table warehouse.dim_company", "read-only|permission"),
        ("insert into warehouse.dim_date values (1)", "permission|read-only"),
        ("select * from warehouse.dim_company", "permission denied"),
        ("select * from quarantine.rejected_row", "permission denied"),
        ("select 1; drop schema marts cascade", "multiple commands"),
        ("set role postgres", "permission|rows"),
        ("select set_config('role', 'postgres', false)", "permission denied"),
        ("select set_config('session_authorization', 'postgres', false)", "permission denied"),
        ("select set_config('role', 'none', false), (select count(*) from ops.run)", "permission denied"),
        ("commit", "returns no rows"),
        ("create temporary table x (a int)", "read-only|permission"),
        ("select tikcer from marts.segment_revenue", "tikcer.*at character 8"),
        ("select pg_sleep(1", "syntax"),
        ("  ", "query is empty"),
    ],
)
def test_sql_refuses_statement(warehouse: dict[str, str], statement: str, message: str) -> None:
    import re

    done = miners("sql", statement, **warehouse)
    assert done.returncode == 2
    assert re.search(message, done.stderr), done.stderr


def test_status_lists_quarantine_and_findings(warehouse: dict[str, str]) -> None:
    out = miners("status", "--verbose", **warehouse).stdout
    assert "unknown_segment" in out
    assert "LinesNotToldApartMember" in out
    assert "derived_below_zero" in out
    quarantine = json.loads(miners("status", "--format", "json", **warehouse).stdout)["quarantine"]
    assert [r["ticker"] for r in quarantine if r["check"] == "unknown_segment"] == ["GREE"]
    assert {r["example"].partition(" is ")[0] for r in quarantine if r["ticker"] == "MARA"} == {
        "confidence 0.89"
    }


def test_quarantine_list_show_and_release(warehouse: dict[str, str]) -> None:
    rows = json.loads(miners("quarantine", "list", "--format", "json", **warehouse).stdout)
    (row,) = (r for r in rows if r["check"] != "confidence")
    assert (row["ticker"], row["check"], row["value"]) == ("GREE", "unknown_segment", "2594000")
    shown = json.loads(miners("quarantine", "show", str(row["key"]), **warehouse).stdout)
    assert shown["row_content"]["concept"] == "us-gaap:Revenues"
    refused = miners("quarantine", "release", str(row["key"]), "--by", "Ada", **warehouse)
    assert (refused.returncode, "lexicon.yaml" in refused.stderr) == (2, True)
    assert miners("quarantine", "show", "1", **warehouse).returncode == 2


def test_companies_lists_watchlist_with_coverage(warehouse: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(miners("companies", "--format", "csv", **warehouse).stdout)))
    assert len(rows) == len(load_watchlist().companies)
    assert next(r for r in rows if r["ticker"] == "BTBT")["documents_read"] == "10-K 1, 10-Q 2, 6-K 3, 8-K 1"


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "--company", "NOPE"),
        ("run", "--since", "yesterday"),
        ("run", "--since", "2025-02", "--until", "2025-01"),
        ("run", "--since", "2010-01"),
        ("run", "--since", "2090-01"),
        ("companies", "add", "NOSUCH"),
        ("inspect", "no-such-file.htm"),
        ("no-such-command",),
        ("inspect",),
    ],
)
def test_wrong_use_exits_with_two(arguments: tuple[str, ...], warehouse: dict[str, str]) -> None:
    done = miners(*arguments, **warehouse)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
