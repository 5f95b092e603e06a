"""Cells at a locator."""

from pathlib import Path

import pytest

from pipelines.query.cells import cell_at
from pipelines.settings import HOME

RELEASE = next((HOME / "samples" / "edgar").rglob("riot-20250505_ex991.htm"))


FILING = next((HOME / "samples" / "edgar").rglob("core-20260331.htm"))


@pytest.mark.parametrize(
    ("file", "locator", "expected"),
    [
        (RELEASE, 'table 1, row 4 "Bitcoin Held", column 1 "April 2025"', "19,211"),
        (RELEASE, 'table 9, row 4 "Bitcoin Held", column 1 "April 2025"', None),
        (FILING, "f1", "30.1"),
        (FILING, "f99999", None),
        (FILING, "nonsense at all", None),
    ],
)
def test_cell_at_locator(file: Path, locator: str, expected: str | None) -> None:
    assert cell_at(file.read_bytes(), locator) == expected


def test_cell_of_invalid_document_is_none() -> None:
    assert cell_at(b"", "f1") is None
    assert cell_at(b"\xff\xfe\x00", 'table 1, row 1 "a", column 1 "b"') is None
