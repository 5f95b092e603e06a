"""Rows as text: aligned for a terminal, CSV, JSON, Markdown."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pipelines.harmless import json_text, neutral, visible

FORMATS = ("table", "csv", "json")
ANSWER_FORMATS = (*FORMATS, "markdown", "parquet")
_WIDEST = 100


def shown(value: Any) -> str:
    """A value as text: numbers without exponent, times in UTC to the second."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%SZ")
    if isinstance(value, (list, dict)):
        return json_text(value, default=str)
    return visible(str(value))


def grouped(value: Any) -> str:
    """Like `shown`, with thousands separators in decimals."""
    return f"{value:,f}" if isinstance(value, Decimal) else shown(value)


def trimmed(value: Any, *, thousands: bool = False) -> str:
    """Like `shown` or `grouped`, without trailing zeros: 77500000, not 77500000.00."""
    text = grouped(value) if thousands else shown(value)
    return text.rstrip("0").rstrip(".") if isinstance(value, Decimal) and "." in text else text


def for_json(column: str, value: Any) -> Any:
    """A number as a number; a key as text, because many readers round integers above 2^53."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if column.endswith("_key") and isinstance(value, int):
        return str(value)
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def rendered(columns: Sequence[str], rows: Iterable[Sequence[Any]], form: str) -> str:
    """Rows as text: an aligned table, CSV, JSON (one list of objects) or a Markdown table."""
    if form == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(map(neutral, columns))
        writer.writerows(
            [neutral(value) if isinstance(value, str) else shown(value) for value in row] for row in rows
        )
        return out.getvalue().rstrip("\n")
    if form == "json":
        objects = [{c: for_json(c, v) for c, v in zip(columns, row, strict=True)} for row in rows]
        return json_text(objects, indent=1, default=str)
    held = [list(row) for row in rows]
    columns = [visible(column) for column in columns]
    return _markdown(columns, held) if form == "markdown" else _table(columns, held)


def _markdown(columns: Sequence[str], rows: list[list[Any]]) -> str:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    numeric = _numeric(columns, rows)
    rule = "|" + "|".join(" ---: " if n else " --- " for n in numeric) + "|"
    return "\n".join([line(columns), rule, *(line(grouped(v) for v in row) for row in rows)])


def _numeric(columns: Sequence[str], rows: list[list[Any]]) -> list[bool]:
    return [
        bool(rows) and all(isinstance(row[i], (int, float, Decimal)) or row[i] is None for row in rows)
        for i in range(len(columns))
    ]


def _table(columns: Sequence[str], rows: list[list[Any]]) -> str:
    if not rows:
        return "(no rows)"
    numeric = _numeric(columns, rows)
    texts = [[grouped(value).replace("\n", " ")[:_WIDEST] for value in row] for row in rows]
    widths = [max(len(str(column)), *(len(text[i]) for text in texts)) for i, column in enumerate(columns)]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            c.rjust(w) if n else c.ljust(w) for c, w, n in zip(cells, widths, numeric, strict=True)
        ).rstrip()

    rule = "  ".join("─" * width for width in widths)
    return "\n".join([line([str(c) for c in columns]), rule, *(line(text) for text in texts)])
