"""Releases of the data: they never change, say what is new, and are described for other tools."""

import hashlib
import json
import stat
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
import yaml

from pipelines.errors import UsageError
from pipelines.publish.files.arrow_tables import Column, Published
from pipelines.publish.files.tables import write_parquet
from pipelines.publish.release import release
from pipelines.settings import Settings
from tests.warehouse_builder import WarehouseBuilder, quarter


@pytest.fixture
def warehouse(database: sa.URL) -> WarehouseBuilder:
    return WarehouseBuilder(sa.create_engine(database))


def test_release_never_changes_and_says_what_did(
    warehouse: WarehouseBuilder, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = make_settings(miners_publish=str(tmp_path / "out"))
    report = warehouse.document("RIOT", "2025-07-31")
    warehouse.metric(report, "total_revenue", "152988000", quarter(2025, 2))
    first = Path(release(warehouse.engine, settings, "2025-08"))
    assert first == tmp_path / "out" / "releases" / "2025-08"
    assert "This is the first release here." in (first / "NOTES.md").read_text()
    later = warehouse.document("RIOT", "2026-07-31")
    warehouse.metric(later, "total_revenue", "150000000", quarter(2025, 2))
    warehouse.metric(later, "total_revenue", "161000000", quarter(2026, 2))
    with pytest.raises(UsageError, match="exists and never changes"):
        release(warehouse.engine, settings, "2025-08")
    second = Path(release(warehouse.engine, settings, "2026-08.2"))
    notes = (second / "NOTES.md").read_text()
    assert "Changes of figures since the release 2025-08." in notes
    assert "## New: 1\n\nRIOT 1." in notes
    assert "## Restated: 1" in notes
    assert "152,988,000 → 150,000,000 (https://www.sec.gov/Archives/" in notes
    for place in (first, second):
        lines = [line.split("  ", 1) for line in (place / "SHA256SUMS").read_text().splitlines()]
        assert {name for _, name in lines} == {
            path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file()
        } - {"SHA256SUMS"}
        assert all(
            hashlib.sha256((place / name).read_bytes()).hexdigest() == digest for digest, name in lines
        )
        assert not any(path.stat().st_mode & stat.S_IWUSR for path in place.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", ["../2026-11", "2026", "2026-13", "november", "2026-11/x", ""])
def test_other_names_are_refused(
    warehouse: WarehouseBuilder, make_settings: Callable[..., Settings], tmp_path: Path, name: str
) -> None:
    with pytest.raises(UsageError, match="names no release"):
        release(warehouse.engine, make_settings(miners_publish=str(tmp_path / "out")), name)
    assert not (tmp_path / "out").exists()


def test_citation_and_croissant_describe_the_files(
    warehouse: WarehouseBuilder, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    warehouse.metric(warehouse.document("RIOT", "2025-07-31"), "total_revenue", "1", quarter(2025, 2))
    place = Path(release(warehouse.engine, make_settings(miners_publish=str(tmp_path)), "2025-08-01"))
    citation = yaml.safe_load((place / "CITATION.cff").read_text())
    assert (citation["type"], citation["version"]) == ("dataset", "2025-08-01")
    croissant = json.loads((place / "croissant.json").read_text())
    files = {f["@id"]: f["sha256"] for f in croissant["distribution"]}
    assert len(files) > 20
    for file, digest in files.items():
        assert hashlib.sha256((place / file).read_bytes()).hexdigest() == digest
    for records in croissant["recordSet"]:
        columns = pq.read_schema(place / "parquet" / "marts" / f"{records['name']}.parquet").names
        assert [field["source"]["extract"]["column"] for field in records["field"]] == columns


def test_reader_skips_the_rows_of_other_companies(tmp_path: Path) -> None:
    """Groups of rows hold few companies: DuckDB reads a company's without the others."""
    tickers = [f"T{n:02}" for n in range(20) for _ in range(2000)]
    data = pa.table({"ticker": tickers, "value": pa.array([Decimal(1)] * len(tickers))})
    columns = (Column("ticker", "text", "", None, False), Column("value", "numeric", "", None, False))
    table = Published("marts", "figures", "", columns, ("ticker",), data)
    [file] = write_parquet(tmp_path, table)
    groups = pq.ParquetFile(file).metadata
    holding = [
        g
        for g in range(groups.num_row_groups)
        if groups.row_group(g).column(0).statistics.min
        <= "T07"
        <= groups.row_group(g).column(0).statistics.max
    ]
    assert groups.num_row_groups == 8
    assert len(holding) <= 2
    assert duckdb.sql(f"select count(*) from '{file}' where ticker = 'T07'").fetchall() == [(2000,)]
