"""Tables on a terminal, CSV and JSON for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click

FORMATS = ("table", "csv", "json")


def shown(value: Any) -> str:
    """A value as text: numbers without exponent, moments in UTC to the second."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _grouped(value: Any) -> str:
    text = shown(value)
    return f"{value:,f}" if isinstance(value, Decimal) else text


def _for_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else f"{value:f}"
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def emit(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str) -> None:
    """Write rows to standard output as an aligned table, CSV or JSON (one list of objects)."""
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([shown(value) for value in row] for row in rows)
    elif form == "json":
        objects = [{c: _for_json(v) for c, v in zip(columns, row, strict=True)} for row in rows]
        click.echo(json.dumps(objects, ensure_ascii=False, indent=1, default=str))
    else:
        _table(columns, [list(row) for row in rows])


def _table(columns: Sequence[str], rows: list[list[Any]]) -> None:
    if not rows:
        click.echo("(no rows)")
        return
    numeric = [
        all(isinstance(row[i], (int, float, Decimal)) or row[i] is None for row in rows)
        for i in range(len(columns))
    ]
    texts = [[_grouped(value).replace("\n", " ")[:100] for value in row] for row in rows]
    widths = [max(len(str(column)), *(len(text[i]) for text in texts)) for i, column in enumerate(columns)]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            c.rjust(w) if n else c.ljust(w) for c, w, n in zip(cells, widths, numeric, strict=True)
        ).rstrip()

    click.echo(line([str(column) for column in columns]))
    click.echo("  ".join("─" * width for width in widths))
    for text in texts:
        click.echo(line(text))
