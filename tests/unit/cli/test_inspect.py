"""The command miners inspect, without a warehouse."""

import csv
import io
from pathlib import Path

import pytest

from pipelines.settings import HOME
from tests.command_line import miners

SAMPLE = HOME / "samples" / "edgar" / "www.sec.gov" / "Archives" / "edgar" / "data"


def test_inspect_prints_figures_of_file() -> None:
    done = miners(
        "inspect", str(SAMPLE / "64463" / "999999999924000501" / "slnh-20240930.htm"), "--format", "csv"
    )
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == [
        "ticker",
        "fact",
        "segment",
        "period_start",
        "period_end",
        "value",
        "unit",
        "scope",
        "label",
        "locator",
        "derivation",
    ]
    assert [(r["fact"], r["segment"], r["value"]) for r in rows if r["fact"] == "total_revenue"] == [
        ("total_revenue", "", "7525000")
    ]
    assert {r["segment"]: r["value"] for r in rows if r["segment"]} == {
        "self_mining": "2811000",
        "hosted_mining": "4271000",
        "hpc": "0",
        "energy": "443000",
    }


def test_inspect_raw_prints_every_fact() -> None:
    done = miners(
        "inspect",
        str(SAMPLE / "64463" / "999999999924000501" / "slnh-20240930.htm"),
        "--raw",
        "--format",
        "csv",
    )
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == [
        "concept",
        "value",
        "unit",
        "period_start",
        "period_end",
        "instant",
        "dimensions",
        "decimals",
        "id",
        "label",
    ]
    assert rows[0] == {
        "concept": "us-gaap:Revenues",
        "value": "2811000",
        "unit": "USD",
        "period_start": "2024-07-01",
        "period_end": "2024-09-30",
        "instant": "",
        "dimensions": "srt:ProductOrServiceAxis=slnh:CryptocurrencyMiningMember",
        "decimals": "-3",
        "id": "f1",
        "label": "Cryptocurrency mining revenue",
    }


def test_inspect_accepts_urls_of_edgar_only() -> None:
    url = "https://www.sec.gov/Archives/edgar/data/64463/999999999924000501/slnh-20240930.htm"
    assert "SLNH" in miners("inspect", url).stdout
    assert miners("inspect", "https://evil.example/a.htm").returncode == 2
    assert miners("inspect", url.replace("slnh", "none")).returncode == 2


def test_inspect_uses_ticker_of_unknown_company(tmp_path: Path) -> None:
    text = (
        (SAMPLE / "64463" / "999999999924000501" / "slnh-20240930.htm")
        .read_text()
        .replace("0000064463", "0000000007")
        .replace(">SLNH<", ">NEWC<")
    )
    (tmp_path / "a.htm").write_text(text)
    rows = list(
        csv.DictReader(io.StringIO(miners("inspect", str(tmp_path / "a.htm"), "--format", "csv").stdout))
    )
    assert {r["ticker"] for r in rows} == {"NEWC"}
    assert len(rows) == 5


@pytest.mark.parametrize(
    ("content", "message"),
    [("", "empty"), ("<html>cut", "truncated"), ("<html><body><img src='a.jpg'></body></html>", "images")],
)
def test_inspect_reports_unreadable_file_in_one_line(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.htm").write_text(content)
    done = miners("inspect", str(tmp_path / "a.htm"))
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_inspect_prints_locators_of_press_release() -> None:
    name = str(SAMPLE / "1167419" / "999999999925120002" / "riot-20250505_ex991.htm")
    done = miners("inspect", name, "--format", "csv", "--why")
    rows = {(r["fact"], r["period_end"]): r for r in csv.DictReader(io.StringIO(done.stdout))}
    sold = rows[("bitcoin_sold", "2025-04-30")]
    assert (sold["ticker"], sold["value"], sold["unit"], sold["scope"]) == ("RIOT", "475", "BTC", "company")
    assert sold["locator"] == 'table 1, row 5 "Bitcoin Sold", column 1 "April 2025"'
    held = rows[("bitcoin_held", "2025-04-30")]
    assert (held["value"], held["period_start"]) == ("19211", ""), "an instant has its day alone"
    assert "read as: update" in done.stderr
    assert miners("inspect", name, "--ticker", "NONE").returncode == 2


def test_inspect_names_kind_of_other_release(tmp_path: Path) -> None:
    (tmp_path / "a.htm").write_text(
        "<html><body><p>Riot Platforms Appoints Chief Financial Officer</p></body></html>"
    )
    done = miners("inspect", str(tmp_path / "a.htm"))
    assert (done.returncode, done.stdout) == (0, "(no rows)\n")
    assert "read as: neither" in done.stderr
    assert "an appointment" in done.stderr


def test_unreachable_warehouse_hides_password() -> None:
    done = miners("status", WAREHOUSE_URL="postgresql://me:secret@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "cannot be reached" in done.stderr
    assert "secret" not in done.stderr
    assert miners("status", WAREHOUSE_URL="mysql://x").returncode == 2


def test_user_agent_without_email_is_refused(tmp_path: Path) -> None:
    done = miners("inspect", "https://www.sec.gov/Archives/a.htm", EDGAR_USER_AGENT="nobody")
    assert done.returncode == 2
    assert "EDGAR_USER_AGENT" in done.stderr
