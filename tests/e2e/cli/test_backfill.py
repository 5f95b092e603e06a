"""History from bulk files, on the command line."""

from pathlib import Path

import sqlalchemy as sa

from tests.bulk_files import samples_as_bulk
from tests.command_line import miners


def test_backfill_from_bulk_files(database: sa.URL, tmp_path: Path) -> None:
    url = database.set(drivername="postgresql").render_as_string(hide_password=False)
    settings = {"WAREHOUSE_URL": url, "MINERS_DATA_DIR": str(tmp_path / "data")}
    folder = samples_as_bulk(tmp_path / "bulk")
    done = miners("backfill", "--bulk", str(folder), "--company", "CORZ", "--no-publish", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2026-03-31  115,200,000  32.7 %" in done.stdout
    explained = miners("explain", "CORZ", "total_revenue", "2026Q1", **settings).stdout
    assert "https://www.sec.gov/Archives/edgar/data/1839341/" in explained


def test_folder_without_bulk_files_is_one_line(tmp_path: Path) -> None:
    done = miners("backfill", "--bulk", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith(f"miners: {tmp_path} lacks submissions.zip, companyfacts.zip")
    assert done.stderr.count("\n") == 1
