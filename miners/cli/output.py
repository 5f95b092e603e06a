"""Print rows to standard output, with a pager if they are long, or write them to a file."""

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from pipelines.disk import is_disk_full
from pipelines.errors import UsageError
from pipelines.harmless import visible
from pipelines.query.text_tables import FORMATS, rendered

format_option = click.option(
    "--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="Output format."
)


def show(text: str, *, err: bool = False) -> None:
    """Print text, which may come from a document: its control characters are shown as escapes."""
    click.echo(visible(text), err=err)


def emit(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str, output: Path | None = None
) -> None:
    """Write rows to standard output, with a pager for long tables, or to a file.

    Raises UsageError if Parquet would go to a terminal or the file cannot be written.
    """
    if form == "parquet":
        _write_bytes(_parquet(columns, [list(row) for row in rows]), output)
        return
    text = rendered(columns, rows, form)
    if output is not None:
        _write_bytes(f"{text}\n".encode(), output)
    elif form == "table" and sys.stdout.isatty() and text.count("\n") + 2 > shutil.get_terminal_size().lines:
        click.echo_via_pager(f"{text}\n", color=False)
    else:
        click.echo(text)


def _write_bytes(content: bytes, output: Path | None) -> None:
    if output is None:
        if sys.stdout.isatty():
            raise UsageError("Refusing to write Parquet to a terminal; use --output answer.parquet.")
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        reason = "the disk is full" if is_disk_full(error) else error.strerror
        raise UsageError(f"{output} cannot be written ({reason}).") from error


def _parquet(columns: Sequence[str], rows: list[list[Any]]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [c if columns.index(c) == i else f"{c}_{i}" for i, c in enumerate(columns)]
    arrays = [pa.array([_for_parquet(row[i]) for row in rows]) for i in range(len(names))]
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, names=names), sink)
    return bytes(sink.getvalue())


def _for_parquet(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict) else value
