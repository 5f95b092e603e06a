"""Published tables as files: Parquet for programs, CSV for people, and the checksums of all."""

import csv
import hashlib
from pathlib import Path

from pipelines.publish.arrow_tables import Published
from pipelines.publish.text_tables import shown

# From so many rows on a table is a folder with a file for each fiscal year.
LARGE_ROWS = 200_000
_FORMULA = ("=", "@", "\t", "\r")


def write_parquet(folder: Path, table: Published) -> list[Path]:
    """`parquet/schema/name.parquet`; or, where it is large, `parquet/schema/name/fiscal_year=2025/….parquet`. The files."""
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
    pq.write_table(table.data, str(file), compression="zstd")
    return [file]


def write_csv(folder: Path, table: Published) -> Path:
    """`csv/name.csv` of a mart: UTF-8, exact numbers, JSON where a cell holds several values.

    A text that a spreadsheet would run as a formula gets an apostrophe before it: titles come from feeds.
    """
    place = folder / "csv"
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{table.name}.csv"
    texts = [column.kind == "text" for column in table.columns]
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column.name for column in table.columns])
        for batch in table.data.to_batches():
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                writer.writerow(
                    [_harmless(shown(v)) if text else _number(v) for v, text in zip(row, texts, strict=True)]
                )
    return file


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _number(value: object) -> str:
    """Without the zeros that only the column's type puts behind it."""
    text = shown(value)
    is_decimal = hasattr(value, "as_tuple") and "." in text
    return text.rstrip("0").rstrip(".") if is_decimal else text


def write_checksums(folder: Path) -> Path:
    """`SHA256SUMS` over all files of a publication, as `sha256sum --check` reads it."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    file = folder / "SHA256SUMS"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file
