"""Shorter periods that must add up to longer ones, part by part."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pipelines.normalize.stated_periods import Part, PeriodStatement, by_period, latest, mismatches

DAYS = {
    "Q1": ("2025-01-01", "2025-03-31"),
    "Q2": ("2025-04-01", "2025-06-30"),
    "Q3": ("2025-07-01", "2025-09-30"),
    "Q4": ("2025-10-01", "2025-12-31"),
    "H1": ("2025-01-01", "2025-06-30"),
    "M9": ("2025-01-01", "2025-09-30"),
    "FY": ("2025-01-01", "2025-12-31"),
    "JAN": ("2025-01-01", "2025-01-31"),
    "FEB": ("2025-02-01", "2025-02-28"),
    "MAR": ("2025-03-01", "2025-03-31"),
}


def said(
    period: str, on: str = "2026-03-01", *, complete: bool = True, rounding: int = 0, **values: int
) -> PeriodStatement:
    start, end = map(date.fromisoformat, DAYS[period])
    parts = {name: Part(Decimal(v), Decimal(rounding), name, f"f-{name}") for name, v in values.items()}
    moment = datetime.fromisoformat(on).replace(tzinfo=UTC)
    return PeriodStatement(start, end, 1, f"https://x.invalid/{on}", moment, complete, parts)


def differences(*statements: PeriodStatement) -> list[tuple[str, str, int]]:
    """Name, last day and difference of each mismatch."""
    found = mismatches(latest(by_period(statements)))
    return [(m.name, str(m.whole.end), int(m.total - m.whole.parts[m.name].value)) for m in found]


def test_quarters_exceed_half_in_one_segment() -> None:
    """Bit Digital 2025: the half year of August leaves less for colocation in Q1 than was filed in May."""
    first = said("Q1", "2025-05-14", self_mining=7776963, colocation=1644663)
    later = [
        said("Q2", "2025-08-14", self_mining=6631838, colocation=1729004),
        said("H1", "2025-08-14", self_mining=14408801, colocation=3367413),
    ]
    assert differences(first, *later) == [("colocation", "2025-06-30", 6254)]
    [finding] = [m.finding("segment_revenue") for m in mismatches(latest(by_period([first, *later])))]
    assert (finding.check, finding.expected, finding.found) == ("periods_do_not_add_up", 3367413, 3373667)
    assert finding.documents == ("https://x.invalid/2025-05-14", "https://x.invalid/2025-08-14")
    assert finding.detail == (
        "segment_revenue (colocation): 1,644,663 + 1,729,004 = 3,373,667, 3,367,413 for the half year"
    )
    restated = said("Q1", "2026-05-14", self_mining=7776963, colocation=1638409)
    assert differences(first, *later, restated) == [], "restated, it adds up"


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"Q1": 1, "Q2": 2, "Q3": 3, "M9": 7}, [("a", "2025-09-30", -1)]),
        ({"H1": 3, "Q3": 3, "M9": 7}, [("a", "2025-09-30", -1)]),
        ({"M9": 6, "Q4": 4, "FY": 9}, [("a", "2025-12-31", 1)]),
        ({"Q1": 1, "Q2": 2, "Q3": 3, "Q4": 4, "FY": 9}, [("a", "2025-12-31", 1)]),
        ({"JAN": 1, "FEB": 2, "MAR": 3, "Q1": 7}, [("a", "2025-03-31", -1)]),
        ({"Q1": 1, "Q2": 2, "Q3": 3, "Q4": 4, "H1": 3, "M9": 6, "FY": 10}, []),
        ({"Q1": 1, "Q3": 3, "M9": 9}, []),
    ],
)
def test_periods_are_compared_with_longer_ones(
    stated: dict[str, int], expected: list[tuple[str, str, int]]
) -> None:
    assert differences(*(said(period, a=value) for period, value in stated.items())) == expected


def test_one_change_is_one_finding() -> None:
    """A changed first quarter breaks the half year; nine months and year follow from the half year."""
    stated = {"Q1": 2, "Q2": 2, "Q3": 3, "Q4": 4, "H1": 3, "M9": 6, "FY": 10}
    assert differences(*(said(period, a=value) for period, value in stated.items())) == [
        ("a", "2025-06-30", 1)
    ]


def test_rounding_is_no_mismatch() -> None:
    """Core Scientific in millions: 68.1 + 16.9 is 85.0 or 85.1."""
    parts = [said("Q1", a=68_100_000, rounding=50_000), said("Q2", a=16_900_000, rounding=50_000)]
    assert differences(*parts, said("H1", a=85_100_000, rounding=50_000)) == []
    assert differences(*parts, said("H1", a=85_200_000, rounding=50_000)) != []


def test_segment_absent_from_a_quarter_is_zero() -> None:
    quarters = [said("Q1", a=1), said("Q2", a=2, b=3)]
    assert differences(*quarters, said("H1", a=3, b=3)) == []
    assert differences(*quarters, said("H1", a=3, b=4)) == [("b", "2025-06-30", -1)]


def test_other_segments_are_not_compared() -> None:
    """Bit Digital split its HPC of 2024 in cloud and others a year later."""
    assert differences(said("Q1", hpc=1), said("Q2", hpc=2), said("H1", cloud=2, other=1)) == []
    incomplete = said("Q2", a=1, complete=False)
    assert differences(said("Q1", a=1, b=1), incomplete, said("H1", a=2, b=2)) == []
