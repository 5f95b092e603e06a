"""Real filings: every expected figure of the two shared folders, and nothing else under those facts."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.query.inspect import figures_of
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist

SHARED = HOME.parent / "shared"
FOLDERS = [folder for folder in (SHARED / "edgar", SHARED / "edgar-2") if folder.is_dir()]
# Its expected figures leave this quarter out.
UNDECIDED = {("riot-20231231x10k.htm", "2023-06-30")}


def _expected() -> dict[str, tuple[Path, list[dict[str, str]]]]:
    out: dict[str, tuple[Path, list[dict[str, str]]]] = {}
    for folder in FOLDERS:
        for row in csv.DictReader((folder / "expected.csv").read_text("utf-8").splitlines()):
            if row["document"] not in out:
                out[row["document"]] = (next(folder.rglob(row["document"])), [])
            out[row["document"]][1].append(row)
    return out


EXPECTED = _expected()


@pytest.mark.skipif(not EXPECTED, reason=f"no real filings in {SHARED}")
@pytest.mark.parametrize("name", EXPECTED)
def test_real_filing_gives_the_expected_figures(name: str) -> None:
    path, rows = EXPECTED[name]
    published = date(2024, 8, 19) if "ex99" in name else None
    read = figures_of(path.read_bytes(), load_watchlist(), load_lexicon(), rows[0]["ticker"], published)
    facts = {row["fact"] for row in rows}
    found = {
        (f.fact, f.segment or "", str(f.start or ""), str(f.end)): f.value
        for f in read.normalized.figures
        if f.fact in facts and (name, str(f.end)) not in UNDECIDED
    }
    for row in rows:
        key = (row["fact"], row["segment"], row["period_start"], row["period_end"])
        value = row.get("value_usd") or row["value"]
        if value == "NONE":
            assert key not in found
        elif row["kind"] == "zero":
            assert found.pop(key, 0) == 0
        else:
            assert (key, found.pop(key, None)) == (key, Decimal(value))
    assert found == {}


@pytest.mark.skipif(not EXPECTED, reason=f"no real filings in {SHARED}")
@pytest.mark.parametrize("name", EXPECTED)
def test_real_filing_contradicts_nothing(name: str) -> None:
    """No document of the two folders does. Bit Digital's release was accused of it: $12.5 million is of HPC."""
    path, rows = EXPECTED[name]
    published = date(2024, 8, 19) if "ex99" in name else None
    read = figures_of(path.read_bytes(), load_watchlist(), load_lexicon(), rows[0]["ticker"], published)
    assert read.normalized.findings == []


@pytest.mark.skipif(not (SHARED / "edgar-2" / "other").is_dir(), reason=f"no real filings in {SHARED}")
def test_filers_that_stake_have_no_mining_and_no_sale() -> None:
    for path in sorted((SHARED / "edgar-2" / "other").glob("*.htm")):
        read = figures_of(path.read_bytes(), load_watchlist(), load_lexicon(), None, None).normalized
        assert {f.segment for f in read.figures} & {"self_mining"} == set(), path.name
        assert {f.fact for f in read.figures} & {"bitcoin_sale_proceeds", "bitcoin_held"} == set(), path.name
