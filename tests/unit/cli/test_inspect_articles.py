"""The command miners inspect for articles, without a warehouse."""

import csv
import io
from pathlib import Path

import pytest

from pipelines.settings import HOME
from tests.command_line import miners

NEWS = HOME / "samples" / "news"


PIVOT = NEWS / "chainbrief.example" / "2026" / "05" / "core-scientific-pivot.html"


COLUMNS = [
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
    "party",
    "megawatts",
    "status",
    "party_role",
    "amount_kind",
    "megawatts_kind",
    "confidence",
    "evidence",
]


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="class")
def empty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"MINERS_DATA_DIR": str(tmp_path_factory.mktemp("nothing"))}


def test_inspect_prints_claims_of_html_and_text(empty: dict[str, str], tmp_path: Path) -> None:
    done = miners("inspect", str(PIVOT), "--format", "csv", **empty)
    rows = _rows(done.stdout)
    assert list(rows[0]) == COLUMNS
    assert len(rows) == 10
    assert {r["status"] for r in rows} == {""}
    (deal,) = (r for r in rows if r["fact"] == "deal:acquisition")
    assert (deal["value"], deal["unit"], deal["party"], deal["megawatts"], deal["scope"]) == (
        "421000000",
        "USD",
        "Polaris DS LLC",
        "440",
        "closed",
    )
    assert {(r["fact"], r["value"]) for r in rows if r["fact"].startswith("change:")} == {
        ("change:bitcoin_produced", "-45"),
        ("change:bitcoin_price", "-18"),
    }
    assert "read as: article, published 2026-05-07" in done.stderr
    text = tmp_path / "article.txt"
    text.write_text("May 07, 2026 |\nCore Scientific sold 2,385 bitcoin in the first quarter of 2026.\n")
    again = _rows(miners("inspect", str(text), "--format", "csv", **empty).stdout)
    assert [(r["fact"], r["value"]) for r in again] == [("bitcoin_sold", "2385")]


def test_inspect_asks_for_publication_date(empty: dict[str, str], tmp_path: Path) -> None:
    text = tmp_path / "article.txt"
    text.write_text("Core Scientific sold 2,385 bitcoin last quarter.\n")
    done = miners("inspect", str(text), "--format", "csv", **empty)
    assert _rows(done.stdout) == []
    assert "--published 2026-05-07" in done.stderr
    dated = miners("inspect", str(text), "--published", "2026-05-07", "--format", "csv", **empty)
    assert _rows(dated.stdout)[0]["period_end"] == "2026-03-31"
    wrong = miners("inspect", str(text), "--published", "yesterday", **empty)
    assert (wrong.returncode, "Write it as 2026-05-07" in wrong.stderr) == (2, True)


def test_inspect_why_prints_skipped_sentences(empty: dict[str, str], tmp_path: Path) -> None:
    text = tmp_path / "article.txt"
    text.write_text(
        "May 07, 2026 |\nCore Scientific watched. Riot Platforms and MARA Holdings together mined 1,168 bitcoin in April 2026.\n"
    )
    done = miners("inspect", "--why", str(text), **empty)
    assert "skipped: two companies in one figure: Riot Platforms" in done.stderr


def test_inspect_refuses_private_address(empty: dict[str, str]) -> None:
    done = miners("inspect", "http://127.0.0.1/x", EDGAR_USER_AGENT="T t@example.com", **empty)
    assert done.returncode != 0
    assert done.stderr.strip().splitlines()[-1] == "miners: 127.0.0.1 is not a public address."
