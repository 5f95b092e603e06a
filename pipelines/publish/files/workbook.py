"""The Excel workbook: all marts, with links to the filings."""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipelines.publish.files.arrow_tables import Published
from pipelines.publish.links import links_of
from pipelines.query.text_tables import shown

NAME = "miners.xlsx"
# The other marts follow in the order of their files.
FIRST = ("quarterly", "industry_quarter", "segment_revenue", "bitcoin_sales", "sources")
# Columns of addresses. Excel opens at most 65,530 of a sheet, each of at most 2,079 characters.
_LINKS, _MOST_LINKS, _LONGEST_LINK = ("url", "link"), 60_000, 2_079
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
# Maximum number of rows in Excel; the other files have all rows.
_MOST_ROWS = 1_048_575
_LONGEST_CELL = 32_767
# Numbers in Excel are doubles.
_EXACT = 2**53
_WIDTHS = {
    "url": 40,
    "reported_label": 40,
    "title": 40,
    "company": 28,
    "status_reason": 40,
    "sources": 30,
    "inputs": 30,
}


def write_workbook(folder: Path, tables: dict[str, Published], provenance: str) -> Path:
    """`miners.xlsx`: a sheet to read first, one for each mart, and one for their columns.

    Args:
        provenance: A line on the publication: time and source.
    """
    import xlsxwriter

    file = folder / NAME
    sheets = [*FIRST, *(name for name in tables if name not in FIRST)]
    # Text from filings and feeds is never a formula or a link.
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
        "remove_timezone": True,
    }
    book = xlsxwriter.Workbook(str(file), options)
    book.set_properties(
        {"title": "Miners, as disclosed", "created": datetime(2020, 1, 1, tzinfo=UTC).replace(tzinfo=None)}
    )
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    first = book.add_worksheet("read me")
    first.set_column(0, 0, 110)
    lines = [
        "Miners, as disclosed",
        provenance,
        "",
        (
            "Every figure stands in a filing: `sources` in the sheet quarterly names it for each column, "
            "`derivations` how it came about."
        ),
        (
            "An empty cell is not zero: no document that was read states the figure. Excel keeps 15 "
            "digits; the Parquet and DuckDB files are exact."
        ),
        "Calendar quarters are given only where the fiscal quarter is one.",
        "",
        "Sheets:",
        *(f"{name}: {tables[name].meaning}" for name in sheets),
        "columns: what each column means",
    ]
    for number, line in enumerate(lines):
        first.write_string(number, 0, line, bold if number == 0 else wrapped)
    for name in sheets:
        _sheet(book, tables[name], bold)
    columns = book.add_worksheet("columns")
    columns.set_column(0, 2, 22)
    columns.set_column(3, 3, 100)
    columns.write_row(0, 0, ["sheet", "column", "unit", "meaning"], bold)
    number = 0
    for name in sheets:
        for column in tables[name].columns:
            number += 1
            columns.write_row(number, 0, [name, column.name, column.unit or "", column.meaning], wrapped)
    columns.freeze_panes(1, 0)
    book.close()
    return file


def _sheet(book: Any, table: Published, heading: Any) -> None:
    sheet = book.add_worksheet(table.name)
    money, share, other = (
        book.add_format({"num_format": form}) for form in ("#,##0", "0.0%", "#,##0.########")
    )
    day, moment = (
        book.add_format({"num_format": "yyyy-mm-dd"}),
        book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    )
    rows = table.data.slice(0, _MOST_ROWS).to_pylist()
    cited = [_sources(row) for row in rows]
    linked = 0
    for place, column in enumerate(table.columns):
        form = (
            money
            if column.unit == "USD"
            else share
            if column.name.endswith("_share")
            else other
            if column.kind == "numeric"
            else None
        )
        form = day if column.kind == "date" else moment if column.kind.startswith("timestamp") else form
        sheet.set_column(place, place, _WIDTHS.get(column.name, max(12, min(24, len(column.name) + 2))), form)
        sheet.write_string(0, place, column.name, heading)
        sheet.write_comment(0, place, column.comment)
        links = column.name in _LINKS
        for number, row in enumerate(rows, start=1):
            value = row[column.name]
            if links and linked < _MOST_LINKS and _is_link(value):
                sheet.write_url(number, place, value)
                linked += 1
                continue
            found = cited[number - 1].get(column.name, []) if value is not None else []
            if found and linked < _MOST_LINKS:
                # The cell keeps its number and gets the link.
                tip = f"The first of {len(found)} links in the column sources." if found[1:] else ""
                sheet.write_url(number, place, found[0], form, tip=tip)
                linked += 1
            _cell(sheet, number, place, value)
    sheet.freeze_panes(1, 2)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(table.columns) - 1)


def _sources(row: dict[str, Any]) -> dict[str, list[str]]:
    """The links of a row's figures by column, and those of its documents."""
    of_documents = {"documents": [url for url in row.get("documents") or [] if _is_link(url)]}
    sources = row.get("sources")
    if not isinstance(sources, str):
        return of_documents
    return {column: list(filter(_is_link, links_of(part))) for column, part in json.loads(sources).items()}


def _is_link(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_LINK and bool(_ADDRESS.fullmatch(value))


def _cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (Decimal, int)) and -_EXACT < value < _EXACT:
        sheet.write_number(row, column, float(value))
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, column, value)
    elif isinstance(value, list):
        sheet.write_string(row, column, ", ".join(map(str, value)))
    else:
        sheet.write_string(row, column, shown(value)[:_LONGEST_CELL])
