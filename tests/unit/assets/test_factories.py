"""Results of steps as Dagster shows them."""

import pytest

from assets.factories import check_result
from pipelines.steps.results import StepResult


@pytest.mark.parametrize(("rows", "description"), [(0, "Nothing was new: no row was checked."), (3, None)])
def test_check_over_no_rows_says_so(rows: int, description: str | None) -> None:
    """It said "passed" alone, as if figures had been compared."""
    step = StepResult("check_segment_revenue")
    step.counts["rows"] = rows
    result = check_result(step, {"CORZ"})
    assert (result.passed, result.description) == (True, description)
