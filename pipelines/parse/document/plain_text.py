"""Paragraphs and tables of text without markup.

Old exhibits are plain text in columns. Text copied from a page has lost its markup: cells are separated by
bars, are on lines of their own, or run together in one line (rebuilt_tables.py).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from pipelines.parse.document.grid import GridCell, Row, rows_of_text
from pipelines.parse.document.headings import collapse
from pipelines.parse.document.rebuilt_tables import (
    BETWEEN_COLUMNS,
    CLOSES_A_VALUE,
    HEADING,
    Table,
    column_count,
    flattened,
    is_value,
    numbered,
    with_cells_on_lines,
    with_glued_rows,
    with_single_blanks,
)

_LONGEST_LINE = 5_000
# A longer part between bars is prose: "(Nasdaq | TSX: HUT), one of the largest …".
_LONGEST_IN_A_ROW = 250
# A wrapped line: it ends within a sentence, or the next one begins within one.
_ENDS_WITHIN = re.compile(
    r"(?:,|\$|\b(?:of|to|the|and|or|for|in|a|an|with|by|from|at|on|as|that|its|our|per|approximately|about))$",
    re.IGNORECASE,
)
_BEGINS_WITHIN = re.compile(r"[a-z(&]|\d{4}[,.\s]|(?:million|billion|EH/s|J/TH|MW)\b")
# "Exceeds 10,000" before "Bitcoin held", but not the value of "Bitcoin produced: 370".
_A_COUNT = re.compile(r"(?<![\d,.:])(?<!: )\d[\d,.]*$")
_COUNTED = re.compile(r"(?:bitcoins?|btc|miners)\b", re.IGNORECASE)
_WIDEST = 120
_BULLET = re.compile(r"[\s|]*(?:[●•▪◦‣·§■○]|o)[\s|]*")
_BULLETED = re.compile(r"\s*[●•▪◦‣■○*–-]\s")
# Words within a sentence: a line that begins with one, or ends with one, is a part of it.
_WITHIN = (
    r"(?:was|were|is|are|has|had|after|of|in|to|for|from|at|by|with|than|and|or|as|compared|versus|vs|against|while|which|per|"
    r"increased|decreased|representing|on)"
)
_GOES_ON_WITH = re.compile(rf"[),;%]|\.(?=\s|$)|\((?:US)?\$|\($|(?:{_WITHIN}|{_WITHIN.upper()})\b")
_STOPS_WITHIN = re.compile(rf"(?:\(|\b{_WITHIN})$")
# "Bitcoin Mined:" and "30 BTC (Mar 2025: 32 BTC)" below it.
_LABEL = re.compile(r"[A-Z][A-Za-z]*(?:[ -][A-Za-z]+){0,4}:")
_A_VALUE = re.compile(r"[~$]?\d[^.;]{0,3}(?:\.\d)?.{0,60}")
_STOPS = re.compile(r"[.:;!?]$")
# "Compared to$35 million, down9%": links around amounts took the blanks with them.
_GLUED_AMOUNT = re.compile(r"(?<=[a-z])(?<!illion)(?<!thousand)(?=\$\d)|(?<=[a-z]{3})(?=\d[\d.,]*%)")
# "In Q2 2023. - Gross mining profit of".
_BULLET_WITHIN = re.compile(r"(?<=[.;]) - (?=[A-Z])")


def plain_text(lines: Sequence[str]) -> Iterator[str | Sequence[Sequence[GridCell]]]:
    """The paragraphs and tables of plain text, in order: a table as its rows of cells."""
    parts = (
        part
        for first in with_glued_rows(_without_bullets(_parted(lines)))
        for outer in ([first] if isinstance(first, Table) else with_cells_on_lines(first))
        for part in ([outer] if isinstance(outer, Table) else with_single_blanks(_joined(outer)))
    )
    for part in parts:
        if isinstance(part, Table):
            yield part
            continue
        for barred, group in groupby(part, key=_is_row):
            if barred:
                yield _under_their_headings([_cells(row) for row in group if row.strip(" |")])
                continue
            for chunk in _chunks(list(group)):
                if _is_in_columns(chunk):
                    first = next(i for i, line in enumerate(chunk) if column_count(line) > 1)
                    while first and chunk[first - 1].startswith("  ") and HEADING.search(chunk[first - 1]):
                        # Headings above the only column of values.
                        first -= 1
                    for paragraph in _unwrapped(chunk[:first]):
                        yield from flattened(paragraph)
                    yield _in_order(rows_of_text(chunk[first:]))
                    continue
                for paragraph in _unwrapped(chunk):
                    yield from flattened(paragraph)


def _is_row(line: str) -> bool:
    return "|" in line and max(map(len, line.split("|"))) <= _LONGEST_IN_A_ROW


def _cells(line: str) -> Row:
    """The cells of a line with bars; `a | b ||` has a last cell that covers two columns."""
    cells: list[GridCell] = []
    column = 0
    for text in line.rstrip().removesuffix("|").removeprefix("|").split("|"):
        if cells and (text == "" or text.strip() in CLOSES_A_VALUE):
            last = cells.pop()
            cells.append(GridCell(last.text + text.strip(), last.start, last.end + 1))
        else:
            cells.append(GridCell(collapse(text), column, column + 1))
        column += 1
    return Row((cell for cell in cells if cell.text), column)


def _under_their_headings(rows: list[Row]) -> list[Row]:
    """Rows whose headings lack the empty cell over the labels: each heading moves one column on.

    A corner on a line of its own ("Key Metrics |") stays above them.
    """
    first = int(len(rows) > 1 and len(rows[0]) == 1)
    headings, body = (rows[first], rows[first + 1 :]) if rows else (Row((), 0), [])
    labels = [row[0].text for row in body if len(row) > 1]
    shifted = (
        len(headings) > 1
        and all(HEADING.search(cell.text) for cell in headings)
        and all(cell.end == cell.start + 1 for cell in headings[:-1])
        and [cell.start for cell in headings] == list(range(len(headings)))
        and max((len(row) for row in body), default=0) == len(headings) + 1
        and not any(is_value(label) for label in labels)
    )
    if not shifted:
        return rows
    return [*rows[:first], numbered(["", *(cell.text for cell in headings)]), *body]


# ---------------------------------------------------------------------- lines that belong together


def _without_bullets(lines: Iterable[str]) -> list[str]:
    """Lines without lone bullets, as in the first column of a list in a table."""
    out: list[str] = []
    for line in lines:
        if _BULLET.fullmatch(line):
            while out and out[-1].strip() in ("", "|"):
                out.pop()
            out.append("")
        elif line.strip() == "|" and (not out or not out[-1].strip()):
            continue
        else:
            out.append(line)
    return out


def _parted(lines: Iterable[str]) -> Iterator[str]:
    """Lines with a blank before amounts, and a line of its own for each bullet."""
    for line in lines:
        first, *bullets = _BULLET_WITHIN.split(_GLUED_AMOUNT.sub(" ", line))
        yield first
        for bullet in bullets:
            yield f"- {bullet}"


def _joined(lines: Sequence[str]) -> list[str]:
    """Lines, with sentences joined that links or cells have cut.

    "Revenues", "were", "$978.2 million", "(". A line is joined to the one before it, over empty lines or a
    bar, if either begins or ends within a sentence.
    """
    out: list[str] = []
    barred = False
    last: int | None = None
    for line in lines:
        text = line.strip()
        before = out[last].strip().removesuffix("|").rstrip() if last is not None else ""
        parted = last is not None and (barred or last < len(out) - 1)
        cut = parted and text and before and "|" not in before and "|" not in text.removesuffix("|")
        within = (_GOES_ON_WITH.match(text) or _STOPS_WITHIN.search(before)) and not _STOPS.search(before)
        if cut and (within or (_LABEL.fullmatch(before) and _A_VALUE.fullmatch(text))):
            glue = "" if text[0] in "),.;%" or before[-1] in "($" else " "
            out[last:] = [f"{before}{glue}{text.removesuffix('|').rstrip()}"]
        else:
            out.append(line)
        # The last line with a text: looking for it over many empty lines would take their square.
        if out[-1].strip(" |"):
            last = len(out) - 1
        barred = text.endswith("|") if text else barred
    return out


# ---------------------------------------------------------------------- paragraphs and columns


def _in_order(rows: list[list[GridCell]]) -> list[list[GridCell]]:
    """Rows whose columns are counted, if the blanks that aligned them are lost.

    Rows with fewer or more cells than the headings are left out then: their values may be of any column.
    """
    columns = [row for row in rows if len(row) > 1]
    headings = columns[0] if columns else []
    alike = [row for row in columns if len(row) == len(headings)]
    aligned = all(
        cell.start < heading.end and heading.start < cell.end
        for row in alike
        for cell, heading in zip(row[1:], headings[1:], strict=True)
    )
    if aligned or len(alike) * 2 <= len(columns):
        return rows
    return [numbered(cell.text for cell in row) for row in rows if len(row) in (1, len(headings))]


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """The paragraphs of lines without an empty line between them: wrapped lines are joined."""
    if not lines:
        return []
    width = max(map(len, lines), default=0)
    out = [lines[0].strip()]
    for last, raw in pairwise(lines):
        line = raw.strip()
        if out[-1] and _runs_on(out[-1], line, last=last.rstrip(), width=width):
            out[-1] = f"{out[-1]} {line}"
        else:
            out.append(line)
    return [collapse(line.strip(" |")) for line in out if line.strip(" |")]


def _runs_on(before: str, line: str, *, last: str, width: int) -> bool:
    """Whether a line continues the paragraph before it.

    Args:
        last: The last line of that paragraph, as it is written.
        width: The length of the longest line around.
    """
    if _BULLETED.match(line):
        return False
    full = width <= _WIDEST and len(last) + 1 + len(line.split(" ", 1)[0]) > width
    if full:
        return True
    if before[-1] in ".:;!?":
        return False
    counted = _A_COUNT.search(before) and _COUNTED.match(line)
    return bool(_ENDS_WITHIN.search(before) or _BEGINS_WITHIN.match(line) or counted)


def _chunks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Lines without an empty line between them; consecutive ones in columns form one chunk."""
    held: list[str] = []
    for filled, group in groupby(lines, key=lambda line: bool(line.strip())):
        paragraph = list(group)
        if not filled:
            continue
        if sum(column_count(line) >= 2 for line in paragraph) * 2 >= len(paragraph):
            held += paragraph
            continue
        if held:
            yield held
            held = []
        yield paragraph
    if held:
        yield held


def _has_number_behind(line: str) -> bool:
    """Whether a column behind the first has a digit or a dash."""
    between = BETWEEN_COLUMNS.search(line)
    return between is not None and bool(re.search(r"[\d–—-]", line[between.end() :]))


def _is_in_columns(lines: Sequence[str]) -> bool:
    numbered = [line for line in lines if column_count(line) >= 2 and _has_number_behind(line)]
    longest = max(map(len, lines), default=0)
    return len(numbered) >= 2 and len(numbered) * 2 >= len(lines) and longest <= _LONGEST_LINE
