"""Reduced releases and filings, one kind of fault each: all figures right, none wrong."""

import csv
from datetime import date
from functools import cache

import pytest

from pipelines.errors import UnreadableDocument
from pipelines.query.inspect import figures_of
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.evaluation.labels import read_labels, score

CASES = HOME.parent / "shared" / "cases"
FILES = sorted(str(path.relative_to(CASES)) for path in CASES.glob("*/*.htm") if path.parent.name != "broken")


@pytest.mark.skipif(not FILES, reason=f"no shared cases in {CASES}")
@pytest.mark.parametrize("name", FILES)
def test_shared_case_is_read_right(name: str) -> None:
    """The labels of cases.csv, without a wrong or missing figure."""
    row = _rows()[name]
    published = date.fromisoformat(row["published"]) if row["published"] else None
    content = (CASES / name).read_bytes()
    try:
        read = figures_of(content, load_watchlist(None), load_lexicon(None), row["ticker"], published)
        figures = read.normalized.figures
    except UnreadableDocument:
        figures = []
    result = score(figures, _labels()[name])
    assert [(f.fact, f.segment, f.start, f.end, f.value, f.label) for f in result.wrong] == []
    assert result.missing == []


@cache
def _rows() -> dict[str, dict[str, str]]:
    with (CASES / "cases.csv").open(encoding="utf-8", newline="") as lines:
        return {row["file"]: row for row in csv.DictReader(lines)}


@cache
def _labels() -> dict[str, list]:
    return read_labels(CASES / "cases.csv")
