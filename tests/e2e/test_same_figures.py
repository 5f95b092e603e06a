"""Figures of the samples and of real filings equal the committed snapshots.

A change of code that is not meant to change figures leaves these tests green. One that is: run
`python -m tests.e2e.same_figures --write` and commit the difference. Files: `same_figures/<source>/<table>.csv` for
figures and what explains them, `<table>.messages.csv` for rule names, check names and messages.
"""

import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.e2e.same_figures.export import Table, differences, export, from_csv, to_csv

SNAPSHOTS = Path(__file__).parent / "same_figures"
MESSAGES = ".messages"


@pytest.fixture(scope="module")
def exported(source: str, warehouse: sa.Engine) -> dict[str, Table]:
    figures, messages = export(warehouse, foreign_text=source != "samples")
    tables = figures | {f"{name}{MESSAGES}": table for name, table in messages.items()}
    if os.environ.get("WRITE_SAME_FIGURES"):
        folder = SNAPSHOTS / source
        folder.mkdir(exist_ok=True)
        for path in folder.glob("*.csv"):
            path.unlink()
        for name, table in tables.items():
            (folder / f"{name}.csv").write_text(to_csv(table))
    return tables


def _snapshot(source: str, *, messages: bool) -> dict[str, Table]:
    paths = sorted((SNAPSHOTS / source).glob("*.csv"))
    assert paths, f"no snapshot of {source}: run `python -m tests.e2e.same_figures --write`"
    return {p.stem: from_csv(p.read_text()) for p in paths if p.stem.endswith(MESSAGES) == messages}


def test_figures_are_unchanged(source: str, exported: dict[str, Table]) -> None:
    found = differences(_snapshot(source, messages=False), exported)
    if found:
        pytest.fail(f"figures of {source} changed:\n{found}", pytrace=False)


def test_messages_are_unchanged(source: str, exported: dict[str, Table]) -> None:
    found = differences(_snapshot(source, messages=True), exported)
    if found:
        pytest.fail(f"messages of {source} changed (figures are compared apart):\n{found}", pytrace=False)


def test_differences_list_changed_rows() -> None:
    before = {"t": [{"ticker": "RIOT", "unit": "USD", "value": "1"}], "gone": [{"a": "1"}]}
    after = {
        "t": [
            {"ticker": "RIOT", "unit": "USD", "value": "2", "added": "x"},
            dict.fromkeys(("ticker", "unit", "value"), "9"),
        ]
    }
    assert differences(before, after).splitlines() == [
        "t: 1 rows in the snapshot, 2 now; 1 missing, 2 new",
        "  ~ ticker=RIOT: value: 1 → 2",
        "  + ticker=9, unit=9, value=9",
        "gone: the table is gone (1 rows)",
    ]
    assert differences(before, {**before, "new": []}) == ""
