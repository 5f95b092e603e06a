"""Real filings: every expected figure to the dollar, and nothing else under those facts."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.parse.xbrl.facts import NOWHERE
from pipelines.parse.xbrl.inline import read_facts

Expected = dict[str, dict[tuple[str, str, str, str], tuple[int, str]]]


@pytest.fixture(scope="module")
def expected(shared_edgar: Path) -> Expected:
    out: Expected = {}
    with (shared_edgar / "expected.csv").open() as file:
        for row in csv.DictReader(file):
            key = (row["fact"], row["segment"], row["period_start"], row["period_end"])
            out.setdefault(row["document"], {})[key] = (int(row["value_usd"]), row["kind"])
    return out


def _compare(read: Any, wanted: dict[tuple[str, str, str, str], tuple[int, str]]) -> list[str]:
    got = {
        (f.fact, f.segment or "", str(f.start), str(f.end)): int(f.value)
        for f in read.figures
        if f.derivation != "derived"
    }
    wrong = [
        f"{key} {value}: expected {wanted.get(key)}"
        for key, value in got.items()
        if key not in wanted or wanted[key][0] != value
    ]
    missing = [f"{key} missing" for key, (_, kind) in wanted.items() if key not in got and kind != "zero"]
    return wrong + missing


def _documents(folder: Path) -> dict[str, Path]:
    return {p.name: p for p in folder.rglob("*.htm") if "index" not in p.name}


def test_real_filings_give_expected_figures(
    shared_edgar: Path, expected: Expected, normalize_filing: Callable[..., Any]
) -> None:
    documents = _documents(shared_edgar)
    assert set(expected) <= set(documents)
    for name, path in documents.items():
        assert _compare(normalize_filing(path.read_bytes()), expected.get(name, {})) == [], name


def test_real_filings_as_instances_give_expected_figures(
    shared_edgar: Path, expected: Expected, normalize_filing: Callable[..., Any]
) -> None:
    for name, path in _documents(shared_edgar).items():
        table = read_facts(path.read_bytes())
        for fact in table:
            fact.place = NOWHERE
        table.kind = "instance"
        assert _compare(normalize_filing(table), expected.get(name, {})) == [], name


def test_notes_offering_has_no_sale(shared_edgar: Path, normalize_filing: Callable[..., Any]) -> None:
    read = normalize_filing(_documents(shared_edgar)["mara-20241204.htm"].read_bytes())
    assert read.figures == []
    assert read.rejected == []
