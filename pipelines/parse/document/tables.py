"""Tables as lines: a label, and values with the headings of their columns.

A press release spreads one figure over several cells (`Appx. $`, `51.2 million`; `(`, `15.8`, `)`, `c/kWh`),
adds spacer columns, splits headings over rows, and adds footnote marks to both. Lines hold what a reader
sees.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from pipelines.parse.document.grid import GridCell, Row
from pipelines.parse.language.periods import MONTHS, has_damaged_date
from pipelines.parse.language.quantities import Quantity, read_cell, scale_in, strip_footnotes, unit_in

_PREFIX = re.compile(
    r"^(?:~|(?:appx|approx|approximately|appr)\.?)?\s*(?:US\s?\$|U\.S\.\s?\$|C\$|CAD\s?\$?|RMB|USD|"
    r"\$)?\s*[(\[]?\s*[-–—]?$",
    re.IGNORECASE,
)
_SUFFIX = re.compile(
    r"^(?:[)\]]\s*)?(?:%|thousand|million|billion|mm|k|m|x)?\s*(?:[)\]])?\s*(?:per\s+\w+)?$|"
    r"^[)\]]?\s*(?:EH/s|PH/s|TH/s|J/TH?|W/TH?|BTC|bitcoins?|MW|GW|(?:c|¢|\$)\s?/\s?[kM]Wh|¢|"
    r"cents)\.?$",
    re.IGNORECASE,
)
_YEARISH = re.compile(r"^(?:19|20)\d\d(?:\s*\(?\d?\)?)?$")
_DATEISH = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\d{1,2}/\d{1,2}/\d{2,4}|"
    r"\d{4}-\d\d-\d\d|\bq[1-4]\b|\b[1-4]q|\bmonths?\b|\bquarter\b|\byear\b|\bfy\s?\d|\bended\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a line, its column (1 is the first with values) and its column's headings."""

    quantity: Quantity
    column: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row with values.

    Args:
        row: Its number in the table, from 1.
        label: The label without its footnote `marks`.
        section: The sub-heading above it, which names a site or a group.
        unit: The unit in a cell of its own.
    """

    row: int
    label: str
    marks: tuple[str, ...]
    section: str
    values: tuple[Value, ...]
    unit: str
    text: str


@dataclass(slots=True)
class Table:
    """A table of a document.

    Args:
        number: Its number in the document, from 1.
        caption: The text above it.
        lines: Its rows with values.
        notes: Its rows of text, such as footnotes.
        texts: Its cells with several numbers, each behind its label: "Bitcoin sold: 13.36 at $84,210".
        corner: The text above the labels.
        headings: Its heading rows.
        over_values: The joined headings above values, in order, without duplicates.
    """

    number: int
    caption: str = ""
    lines: list[TableLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    corner: str = ""
    headings: list[str] = field(default_factory=list)
    over_values: dict[str, None] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """Caption, corner and headings, which name the units and periods of the whole table."""
        return " | ".join(part for part in (self.caption, self.corner, *self.headings) if part)


def _looks_like_value(text: str) -> bool:
    return read_cell(text) is not None and not _YEARISH.match(text)


# Of more heading rows the last ones apply; the tables of 195 real documents have at most 12.
_MOST_HEADINGS = 40
# `approximately US$ (` is the longest part of a number in a cell of its own.
_SHORT = 24


_ENDS_A_NUMBER = re.compile(r"[\d)%]$|million$|[-–—]$", re.IGNORECASE)


@lru_cache(maxsize=2048)
def _goes_before(text: str) -> bool:
    """Whether a cell is the start of a number: `$`, `(`, `Appx. $`."""
    short = len(text) <= _SHORT and not text[-1:].isdigit()
    return short and bool(_PREFIX.match(text)) and read_cell(text) is None


@lru_cache(maxsize=2048)
def _goes_behind(text: str) -> bool:
    """Whether a cell is the end of a number: `)`, `%`, a unit, `million`."""
    return bool(text) and len(text) <= _SHORT and not text[0].isdigit() and bool(_SUFFIX.match(text))


def _merged(cells: Sequence[GridCell]) -> list[GridCell]:
    """Cells of one row with `$`, `)`, `%`, units and scales joined to their number."""
    out: list[GridCell] = []
    held: GridCell | None = None
    for cell in cells:
        if held is not None:
            cell = GridCell(f"{held.text} {cell.text}", held.start, cell.end, held.marks + cell.marks)
            held = None
        if _goes_before(cell.text):
            held = cell
            continue
        if out and _goes_behind(cell.text) and _ENDS_A_NUMBER.search(out[-1].text):
            before = out[-1]
            out[-1] = GridCell(
                f"{before.text}{'' if cell.text[0] in ')%' else ' '}{cell.text}",
                before.start,
                cell.end,
                before.marks + cell.marks,
            )
            continue
        out.append(cell)
    if held is not None:
        out.append(held)
    return [c for c in out if c.text or c.marks]


def read_table(number: int, rows: Iterable[Sequence[GridCell]], caption: str = "") -> Table:
    """Parse the rows of a table into lines.

    A row of numbers is a line; a row of words, years or days is part of a heading; a single cell is a
    sub-heading. A heading after lines replaces the previous one. Values without a heading have an empty one.
    """
    table = Table(number, caption)
    headings: list[Sequence[GridCell]] = []
    section, open_heading, in_a_row = "", True, False
    for position, cells in enumerate(rows, 1):
        row = [c for c in cells if c.text]
        if not row:
            continue
        first, rest = _split(row)
        values = [c for c in rest if _looks_like_value(c.text)]
        years = [c for c in rest if _YEARISH.match(c.text)]
        if values and _is_heading(first, rest, values):
            values = []
        elif not values and years and first is not None and _is_line_of_years(first, years, headings):
            values = years
        if values:
            if first is None and not headings:
                continue
            if _is_ragged(cells, headings):
                moved = _below_headings(values, headings[-1])
                rest, values = [moved.get(c, c) for c in rest], list(moved.values())
            _add_line(table, position, first, rest, values, headings, section)
            open_heading = in_a_row = False
            continue
        if (
            not open_heading
            and first is not None
            and first.start == 0
            and any(_STATES.search(c.text) for c in rest)
        ):
            # "Bitcoin sold and average price | 13.36 at $84,210": two numbers in one cell, not a heading.
            label = re.split(r"\s+and\s+", first.text)[0]
            table.texts += [f"{label}: {c.text}" for c in rest]
            continue
        if rest or (first is not None and first.start > 0):
            if not open_heading:
                headings, open_heading = [], True
            heading = [c for c in [*([first] if first and first.start > 0 else []), *rest] if c.text]
            headings.append(Row(heading, cells.width) if isinstance(cells, Row) else heading)
            del headings[:-_MOST_HEADINGS]
            table.headings.append(" | ".join(c.text for c in heading))
            if first is not None and first.start == 0:
                table.corner = " ".join(filter(None, (table.corner, first.text)))
            continue
        assert first is not None
        if re.match(r"^[(\[]?(?:\d{1,2}|\*+|[a-z])[)\].:]?\s+\S+\s+\S+", first.text) or len(first.text) > 160:
            table.notes.append(first.text)
        elif not table.lines and (not headings or scale_in(first.text)):
            table.corner = " ".join(filter(None, (table.corner, first.text)))
            section = first.text
        else:
            # Two sub-headings, one right below the other: "Hosting segment", "Revenue:".
            section = f"{section} | {first.text}" if in_a_row else first.text
            in_a_row = True
    return table


def _split(row: Sequence[GridCell]) -> tuple[GridCell | None, list[GridCell]]:
    """The label of a row and its other cells, without a leading bullet or number."""
    cells = list(row)
    while (
        len(cells) > 1
        and re.fullmatch(r"[•·●▪◦o*➢✓–-]|\d{1,2}[.)]", cells[0].text)
        and re.search(r"[^\W\d_]{2}", cells[1].text)
    ):
        cells = cells[1:]
    first = cells[0]
    if not re.search(r"[^\W\d_]", first.text) or (_looks_like_value(first.text) and first.start > 0):
        return None, _merged(cells)
    return first, _merged(cells[1:])


_STATES = re.compile(
    r"\d[\d,.]*(?:\s?[a-z]+)?\s+(?:at|for|\()\s*\$\s?\d|\$\s?[\d,.]+\s?[a-z]*\s+(?:for|\()\s*\d",
    re.IGNORECASE,
)
_HEADS_A_COLUMN = re.compile(
    r"^(?:metrics?|key|item|description|unit|notes?|operati\w+|\(|\$|for the|year|month|period|"
    r"in (?:thousands|millions))|metrics?$|\bended\b|thousands|millions|unaudited",
    re.IGNORECASE,
)


def _is_heading(first: GridCell | None, rest: Sequence[GridCell], values: Sequence[GridCell]) -> bool:
    """Whether numbers are headings.

    `2025 | 2024`, or dates beside change columns (`8/31/2025 | 7/31/2025 | % Δ`).
    """
    others = [c for c in rest if c not in values]
    if first is None or first.start > 0 or not first.text:
        return (
            bool(others)
            and all(_DATEISH.search(c.text) or _YEARISH.match(c.text) for c in others)
            and len(others) >= len(values)
        )
    return False


def _is_line_of_years(
    first: GridCell, years: Sequence[GridCell], headings: Sequence[Sequence[GridCell]]
) -> bool:
    """Whether values only look like years.

    `Bitcoin Produced | 2011 | 1996` does, `Notes | 2025 | 2024` is a heading.
    """
    numbers = [int(cell.text[:4]) for cell in years]
    in_a_row = (
        len(numbers) > 1
        and len({abs(a - b) for a, b in pairwise(numbers)}) == 1
        and abs(numbers[0] - numbers[1]) <= 1
    )
    if first.start > 0 or in_a_row or not headings or _HEADS_A_COLUMN.search(first.text):
        return False
    return any(_DATEISH.search(c.text) or _YEARISH.match(c.text) for row in headings for c in row)


def _add_line(
    table: Table,
    position: int,
    first: GridCell | None,
    rest: Sequence[GridCell],
    values: Sequence[GridCell],
    headings: Sequence[Sequence[GridCell]],
    section: str,
) -> None:
    label = strip_label(first.text) if first else ""
    units = [c.text for c in rest if c not in values and unit_in(c.text)]
    units += [c.text for c in rest if c in values and unit_in(c.text) and read_cell(c.text) is None]
    found = []
    by_order = _by_order(values, headings)
    doubtful = _misaligned(values, headings)
    for column, cell in enumerate(values, 1):
        quantity = read_cell(cell.text)
        assert quantity is not None
        over = "" if doubtful else _heading_over(cell, headings)
        heading = over or (by_order[column - 1] if by_order else "")
        if has_damaged_date(heading):
            continue
        table.over_values[heading] = None
        found.append(Value(quantity, column, heading, cell.text))
    text = " | ".join(c.text for c in [*([first] if first else []), *rest])
    table.lines.append(
        TableLine(
            position,
            label,
            first.marks if first else (),
            section,
            tuple(found),
            units[0] if units else "",
            text,
        )
    )


_LONGEST_LABEL = 500
_MONTH = "|".join(rf"{month}\.?" for month in MONTHS)


@lru_cache(maxsize=4096)
def strip_label(text: str) -> str:
    """A label without bullets, footnote marks and colons: `Bitcoin Held` for `Bitcoin Held 2`."""
    if len(text) > _LONGEST_LABEL:
        # A paragraph laid out as a table.
        return text.strip()
    bare = re.sub(r"^[\s•·●▪◦➢✓*–—-]+", "", text)
    before = None
    while before != bare:
        before = bare
        bare = strip_footnotes(bare.rstrip(" :.…"))
        # A digit after a word is a mark; `H100`, `Site 2` and `Phase 1` are names, `March 31` is a day.
        if not re.search(
            rf"\b(?:site|phase|building|tranche|level|tier|unit|block|q|{_MONTH})\s?\d{{1,2}}$",
            bare,
            re.IGNORECASE,
        ):
            bare = re.sub(
                r"(?<=[^\W\d_)])\s\d{1,2}(?:\s?,\s?\d{1,2})*$|(?<=[/\w]s\))\d$|(?<=/s)\d$|"
                r"(?<=[A-Za-z]{4})\d$|(?<=\))\s?\d{1,2}$",
                "",
                bare,
            )
    return bare.strip()


_LENGTH = re.compile(r"\b(?:months?|quarters?|years?)\s+(?:periods?\s+)?end(?:ed|ing)\b", re.IGNORECASE)
_SHORT_HEADING = re.compile(
    r"^(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s+\d{1,2},?\s*)?(?:(?:19|"
    r"20)\d\d)?\W{0,3}\d?$",
    re.IGNORECASE,
)


def _heading_over(cell: GridCell, headings: Sequence[Sequence[GridCell]]) -> str:
    """The headings above a value, from top to bottom.

    If only a year or a day is above it, and the group's heading ("Three Months Ended") does not cover all
    columns of the group, that heading applies too. If there are several such headings, all of them apply.
    """
    parts: list[str] = []
    missed: list[str] = []
    for row in headings:
        over = [c for c in row if c.start < cell.end and c.end > cell.start]
        if over:
            best = max(over, key=lambda c: min(c.end, cell.end) - max(c.start, cell.start))
            if best.text not in parts:
                parts.append(best.text)
        else:
            missed += [c.text for c in row if _LENGTH.search(c.text)]
    if missed and parts and all(_SHORT_HEADING.match(part) for part in parts):
        parts = [*dict.fromkeys(missed), *parts]
    return " | ".join(parts)


def _misaligned(values: Sequence[GridCell], headings: Sequence[Sequence[GridCell]]) -> bool:
    """Whether a value is below two cells of the last heading row.

    Then only their order matters, if there are as many; else the values have no heading.
    """
    if not headings:
        return False
    last = headings[-1]
    return any(sum(h.start < v.end and h.end > v.start for h in last) > 1 for v in values)


def _is_ragged(row: Sequence[GridCell], headings: Sequence[Sequence[GridCell]]) -> bool:
    """Whether a row has another number of columns than its headings: a cell is lost or doubled."""
    if not headings or not isinstance(row, Row) or not isinstance(headings[-1], Row):
        return False
    return row.width != headings[-1].width


def _below_headings(values: Sequence[GridCell], heading: Sequence[GridCell]) -> dict[GridCell, GridCell]:
    """Values of a ragged row below their headings, in order; none if there are not as many."""
    if len(values) != len(heading):
        return {}
    return {v: GridCell(v.text, h.start, h.end, v.marks) for v, h in zip(values, heading, strict=True)}


def _by_order(values: Sequence[GridCell], headings: Sequence[Sequence[GridCell]]) -> list[str]:
    """Headings by order, from a heading row with as many cells as there are values."""
    for row in reversed(headings):
        if len(row) == len(values):
            return [c.text for c in row]
    return []
