"""Slices of companies and days."""

from datetime import date

from pipelines.steps.services import slices_of


def test_slices_merge_adjacent_months() -> None:
    months = [date(2024, m, 1) for m in (1, 2, 3, 6)]
    assert slices_of(("X", m) for m in months) == [
        ("X", date(2024, 1, 1), date(2024, 3, 31)),
        ("X", date(2024, 6, 1), date(2024, 6, 30)),
    ]
