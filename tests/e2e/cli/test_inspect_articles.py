"""Articles on the command line: what one claims, with and without a warehouse, and what it says of errors."""

import csv
import io

import pytest

from pipelines.settings import HOME
from tests.command_line import miners

NEWS = HOME / "samples" / "news"
PIVOT = NEWS / "chainbrief.example" / "2026" / "05" / "core-scientific-pivot.html"


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def filled(samples: dict[str, str]) -> dict[str, str]:
    return samples


def test_run_prints_claims_beside_filings(samples_output: str) -> None:
    out = samples_output
    assert "46 articles read of 10 feeds, 2 copies" in out
    block = out.partition("first quarter of 2026, and what was filed?")[2].partition("\n\n")[0]
    assert block.count("confirmed") == 10
    assert "status: closed in the article, agreed in the filing" in block
    assert "0001628280-26-030918" in block


def test_inspect_prints_status_of_claims(filled: dict[str, str]) -> None:
    rows = _rows(miners("inspect", str(PIVOT), "--format", "csv", **filled).stdout)
    assert {r["status"] for r in rows} == {"confirmed"}
    wrong = NEWS / "minerwatch.example" / "corz-colocation-milestone.html"
    rows = _rows(miners("inspect", str(wrong), "--format", "csv", **filled).stdout)
    assert {r["value"]: r["status"] for r in rows} == {"77500000": "contradicted", "115200000": "confirmed"}


def test_marts_list_claims_and_deals_with_sources(filled: dict[str, str]) -> None:
    claims = _rows(
        miners(
            "sql", "select * from marts.news_claims where ticker='CORZ'", "--format", "csv", **filled
        ).stdout
    )
    assert len(claims) == 38
    assert all(float(r["confidence"]) >= 0.9 for r in claims)
    assert all(r["url"].startswith("https://") and r["reported_label"] and r["locator"] for r in claims)
    deals = _rows(
        miners("sql", "select * from marts.deals where ticker='CORZ'", "--format", "csv", **filled).stdout
    )
    assert {r["kind"] for r in deals} == {"acquisition", "capacity_target"}
    assert all(r["url"] for r in deals)


def test_status_lists_feeds_and_publishers(filled: dict[str, str]) -> None:
    out = miners("status", "--verbose", **filled).stdout
    for words in (
        "feeds of news",
        "sample-dailyhash",
        "behind a paywall",
        "claims of news by publisher",
        "Minerwatch",
    ):
        assert words in out, words


def test_second_run_finds_nothing_new(rerun_warehouse: dict[str, str]) -> None:
    done = miners("run", "--no-publish", **rerun_warehouse)
    assert done.returncode == 0
    assert "Nothing was new." in done.stdout
    assert "0 articles read of 10 feeds" in done.stdout
