"""Facts of the SEC's data sets: periods put together again, and the facts of real filings."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.extract.bulk import instance_of, period_of, read_data_set
from pipelines.parse.xbrl.facts import Fact
from pipelines.parse.xbrl.inline import read_facts
from pipelines.settings import HOME
from tests.bulk_files import data_set, shortened

SHARED = HOME.parent / "shared"
PAGES = (path for folder in ("edgar", "edgar-2") for path in sorted((SHARED / folder).rglob("*.htm")))
REAL = [path for path in PAGES if b"<ix:nonfraction" in path.read_bytes().lower()]
LONG = timedelta(days=3)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("20240331", "1", "0", "0"), (date(2024, 1, 1), date(2024, 3, 31))),
        (("20240331", "4", "0", "0"), (date(2023, 4, 1), date(2024, 3, 31))),
        (("20240630", "2", "-0.005479", "0"), (date(2024, 1, 1), date(2024, 6, 30))),
        (("20240331", "0", "0", "0"), (None, date(2024, 3, 31))),
        # A month is a third of a quarter.
        (("20240331", "0", "0.339726", "0"), (date(2024, 3, 1), date(2024, 3, 31))),
        # Twelve weeks that ended on December 29.
        (("20241231", "1", "-0.079452", "-0.064516"), (date(2024, 10, 7), date(2024, 12, 29))),
        (("20240230", "1", "0", "0"), None),
        (("19000131", "44", "9e9", "0"), None),
        (("", "1", "0", "0"), None),
    ],
)
def test_period_of_a_row(row: tuple[str, str, str, str], expected: tuple[date | None, date] | None) -> None:
    assert period_of(dict(zip(("ddate", "qtrs", "durp", "datp"), row, strict=True))) == expected


def _key(fact: Fact) -> tuple[object, ...]:
    members = sorted((shortened(a.local), shortened(getattr(m, "local", str(m)))) for a, m in fact.dimensions)
    return (fact.concept.local, fact.start, fact.end, fact.unit, *members, fact.value)


def _usable(fact: Fact) -> bool:
    """Whether a fact has a value and is not of one or two days, which a data set may round away."""
    short = fact.start is not None and fact.end is not None and fact.end - fact.start < LONG
    return fact.numeric and fact.value is not None and fact.end is not None and not short


@pytest.mark.skipif(not REAL, reason=f"no real filings in {SHARED}")
@pytest.mark.parametrize("path", REAL, ids=[path.stem for path in REAL])
def test_facts_of_real_filings_stay_the_same(path: Path, tmp_path: Path) -> None:
    facts = [fact for fact in read_facts(path.read_bytes()) if _usable(fact)]
    data_set(tmp_path / "2024q1_notes.zip", [({"adsh": "0000000001-24-000001", "cik": "1"}, facts)])
    [filing] = read_data_set(tmp_path / "2024q1_notes.zip", frozenset(["0000000001"]))
    read = [fact for fact in read_facts(instance_of(filing)) if fact.numeric]
    assert {_key(fact) for fact in read} == {_key(fact) for fact in facts}
    assert {fact.concept.taxonomy for fact in read} <= {"us-gaap", "srt", "dei", "ifrs-full", "issuer"}
