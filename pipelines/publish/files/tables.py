"""Published tables as Parquet and CSV, and checksums."""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pipelines.harmless import neutral
from pipelines.publish.files.arrow_tables import Published
from pipelines.query.text_tables import trimmed

# Larger tables are folders with one file for each fiscal year.
LARGE_ROWS = 200_000
GROUP_ROWS = 5_000


def write_parquet(folder: Path, table: Published) -> list[Path]:
    """Write `parquet/schema/name.parquet`, or `…/name/fiscal_year=2025/….parquet` if large."""
    import pyarrow.parquet as pq

    place = folder / "parquet" / table.schema
    place.mkdir(parents=True, exist_ok=True)
    if table.data.num_rows > LARGE_ROWS and "fiscal_year" in table.data.column_names:
        root = place / table.name
        pq.write_to_dataset(
            table.data, str(root), partition_cols=["fiscal_year"], basename_template="part-{i}.parquet"
        )
        return sorted(root.rglob("*.parquet"))
    file = place / f"{table.name}.parquet"
    # Rows are in order of the company: of small groups a reader over HTTP fetches one company's only.
    pq.write_table(table.data, str(file), compression="zstd", row_group_size=GROUP_ROWS)
    return [file]


def write_csv(folder: Path, table: Published) -> Path:
    """`csv/name.csv` of a mart: UTF-8, exact numbers, JSON in cells with several values."""
    file = folder / "csv" / f"{table.name}.csv"
    batches = table.data.to_batches()
    rows = (row for batch in batches for row in zip(*(c.to_pylist() for c in batch.columns), strict=True))
    write_rows(file, [column.name for column in table.columns], rows)
    return file


def write_rows(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows as a CSV file for people.

    Text that a spreadsheet would run as a formula gets a leading apostrophe: titles come from feeds.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([neutral(v) if isinstance(v, str) else trimmed(v) for v in row] for row in rows)


def write_checksums(folder: Path) -> Path:
    """`SHA256SUMS` over all files of a publication, as `sha256sum --check` reads it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / "SHA256SUMS"
    ]
    file = folder / "SHA256SUMS"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file
