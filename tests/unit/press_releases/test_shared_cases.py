"""Reduced releases, one kind of fault each: all figures right, none wrong."""

import csv
from datetime import date
from pathlib import Path

import pytest

from pipelines.query.inspect import figures_of
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.evaluation.labels import read_labels, score

CASES = HOME.parent / "shared" / "cases"
FILES = sorted(path.name for path in (CASES / "releases").glob("*.htm")) if CASES.is_dir() else []


@pytest.mark.skipif(not FILES, reason=f"no shared cases in {CASES}")
@pytest.mark.parametrize("name", FILES)
def test_shared_case_is_read_right(name: str) -> None:
    """The labels of cases.csv, without a wrong or missing figure."""
    with (CASES / "cases.csv").open(encoding="utf-8", newline="") as lines:
        row = next(r for r in csv.DictReader(lines) if r["file"] == f"releases/{name}")
    content = (CASES / "releases" / name).read_bytes()
    published = date.fromisoformat(row["published"]) if row["published"] else None
    read = figures_of(content, load_watchlist(None), load_lexicon(None), row["ticker"], published)
    result = score(read.normalized.figures, _labels()[f"releases/{name}"])
    assert [(f.fact, f.segment, f.start, f.end, f.value, f.label) for f in result.wrong] == []
    assert result.missing == []


def _labels() -> dict[str, list]:
    return read_labels(Path(CASES / "cases.csv"))
