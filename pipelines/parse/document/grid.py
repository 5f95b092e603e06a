"""Tables as grids of cells by column, from HTML or plain text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from pipelines.limits import whole_number
from pipelines.parse.document.headings import collapse
from pipelines.parse.document.markup import visible_text

MAX_CELLS = 50_000
MAX_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell's text and columns; `start` is inclusive, `end` exclusive."""

    text: str
    start: int
    end: int
    marks: tuple[str, ...] = ()


class Row(list[GridCell]):
    """The cells of a row of an HTML table without its empty ones.

    Args:
        width: How many columns the row has, with its empty cells.
    """

    def __init__(self, cells: Iterable[GridCell], width: int) -> None:
        super().__init__(cells)
        self.width = width


def _span(cell: etree._Element, name: str) -> int:
    return min(whole_number(cell.get(name, "")) or 1, MAX_COLUMNS)


def grid_of(table: etree._Element) -> list[Row]:
    """The rows of an HTML table, with `colspan` and `rowspan` applied; empty cells are omitted.

    A row with text outside of its cells has lost a tag: its values would move to other columns, so it is
    omitted too.
    """
    rows: list[Row] = []
    pending: dict[int, int] = {}
    cells = 0
    for tr in table.iter("tr"):
        row: list[GridCell] = []
        damaged = bool(re.search(r"\w", tr.text or ""))
        column, following = 0, {c: n - 1 for c, n in pending.items() if n > 1}
        for td in tr:
            damaged = damaged or bool(re.search(r"\w", td.tail or ""))
            if td.tag not in ("td", "th"):
                continue
            while column in pending:
                column += 1
            width, height = _span(td, "colspan"), _span(td, "rowspan")
            bare = not len(td) and not (td.text and td.text.strip())
            text, marks = ("", ()) if bare else visible_text(td)
            cells += 1
            if column >= MAX_COLUMNS or cells > MAX_CELLS:
                break
            if text or marks:
                row.append(GridCell(text, column, column + width, marks))
            if height > 1:
                following |= dict.fromkeys(range(column, column + width), height - 1)
            column += width
        width = max(column, max(pending, default=-1) + 1)
        pending = following
        rows.append(Row([] if damaged else row, width))
        if cells > MAX_CELLS:
            break
    return rows


# "Revenue $ 18,955": one space before the first value.
_LABEL_AND_AMOUNT = re.compile(r"(?P<label>.*[A-Za-z)])\s(?P<amount>\$\s?\(?[\d,.]+\)?)")


def _apart(cell: GridCell) -> list[GridCell]:
    """A cell of a label and an amount as two."""
    match = _LABEL_AND_AMOUNT.fullmatch(cell.text)
    if match is None:
        return [cell]
    cut = cell.start + match.start("amount")
    return [GridCell(match["label"], cell.start, cut - 1), GridCell(match["amount"], cut, cell.end)]


def rows_of_text(lines: Sequence[str]) -> list[list[GridCell]]:
    """The rows of a plain-text table, whose cells are separated by two spaces or tabs."""
    rows = []
    for line in lines:
        expanded = line.expandtabs(8)
        if re.fullmatch(r"[\s=_.|+-]*", expanded):
            continue
        row = [
            GridCell(collapse(m[0]).strip("| "), m.start(), m.end())
            for m in re.finditer(r"(?:[^\s|]|\s(?!\s|$))+", expanded)
            if m[0].strip("| .")
        ]
        row = [GridCell(re.sub(r"\s*\.{3,}\s*", " ", c.text).strip(), c.start, c.end) for c in row]
        rows.append([*_apart(row[0]), *row[1:]] if row else row)
    return rows
