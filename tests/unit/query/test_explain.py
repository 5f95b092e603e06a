"""Formats of periods in miners explain."""

import pytest

from pipelines.errors import UsageError
from pipelines.query.explain import read_period


@pytest.mark.parametrize(
    ("text", "ends", "fiscal"),
    [
        ("2026Q1", ["2026-03-31"], None),
        ("Q1 2026", ["2026-03-31"], None),
        ("FY2026Q1", [], (2026, 1)),
        ("FY2025", [], (2025, None)),
        ("2025-02", ["2025-02-28"], None),
        ("2025-06-30", ["2025-06-30"], None),
        ("2025", ["2025-12-31"], None),
        ("2025H1", ["2025-06-30"], None),
        ("2025-9M", ["2025-09-30"], None),
    ],
)
def test_period_formats_are_understood(
    text: str, ends: list[str], fiscal: tuple[int, int | None] | None
) -> None:
    period = read_period(text)
    assert ([str(end) for end in period.ends], period.fiscal) == (ends, fiscal)


@pytest.mark.parametrize("text", ["", "2026Q5", "2025-13", "Q1", "2025-02-30", "'; drop"])
def test_invalid_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not a valid period"):
        read_period(text)
