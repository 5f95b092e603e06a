"""History from the SEC's bulk files: what stays open, and files that are missing or damaged."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import UsageError
from pipelines.extract.bulk import check_bulk
from pipelines.steps.services import Services
from tests.bulk_files import samples_as_bulk
from tests.pipeline_run import query_rows, run_filings


@pytest.fixture
def bulk(tmp_path: Path) -> Path:
    return samples_as_bulk(tmp_path / "bulk")


def test_filings_stay_open_for_the_network(make_services: Callable[..., Services], bulk: Path) -> None:
    """Only the facts of reports are known: press releases and texts are still to be fetched."""
    services = make_services(edgar_bulk=bulk)
    run_filings(services, "CORZ")
    assert query_rows(services, "select distinct status from ops.filing") == [("listed",)]


def test_missing_or_damaged_files_are_named(tmp_path: Path, bulk: Path) -> None:
    with pytest.raises(UsageError, match=r"lacks submissions.zip, companyfacts.zip, any \*_notes.zip"):
        check_bulk(tmp_path / "nothing")
    (bulk / "2024q2_notes.zip").write_bytes(b"<html>Not found</html>")
    with pytest.raises(UsageError, match="2024q2_notes.zip is not a zip file"):
        check_bulk(bulk)


def test_data_set_of_another_shape_is_refused(make_services: Callable[..., Services], bulk: Path) -> None:
    with zipfile.ZipFile(bulk / "2025q1_notes.zip", "w") as out:
        out.writestr("sub.tsv", "adsh\tcik\n1\t1839341\n")
    services = make_services(edgar_bulk=bulk)
    results = run_filings(services, "CORZ")
    assert "2025q1_notes.zip is damaged or has other tables" in next(
        iter(results["filing_documents"].failures.values())
    )
