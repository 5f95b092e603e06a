"""Row labels and column headings of tables with XBRL facts.

Filers spread one figure over several cells (`$`, the number, `)`), add spacer columns, and split a heading
over rows: "For the Three Months Ended June 30," above "2025 | 2024". The label of a row is its first cell
with words; the heading of a column is the text above it in rows without figures.
"""

import re
from functools import lru_cache
from itertools import islice

from lxml import etree

from pipelines.limits import whole_number

_SPACE = re.compile(r"[\s\u00a0]+")
# Control characters, soft hyphens, zero-width spaces and joiners, direction and byte-order marks.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_WORD = re.compile(r"[^\W\d_]{2}")
_CELLS = ("td", "th")
# A row whose first cell is longer than this is a paragraph laid out as a table, not a line of a statement.
MAX_LABEL = 200
# A heading further above a figure is not searched for.
_MOST_ROWS_ABOVE = 500


def collapse(text: str) -> str:
    """Trim text, collapse whitespace and no-break spaces, and remove characters of no width.

    11,869 with a zero-width space before its comma is one number to a reader, not 11 and 869.
    """
    if "  " not in text and text.isprintable():
        # Printable text contains no line break, tab or no-break space.
        return text.strip()
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip()


def text_of(element: etree._Element) -> str:
    """All text within an element, unchanged."""
    return "".join(element.itertext())  # type: ignore[arg-type]  # the stubs know of bytes, lxml 6 does not


@lru_cache(maxsize=4096)
def _tail_of(tag: str) -> str:
    return tag.rsplit("}", 1)[-1].rsplit(":", 1)[-1].lower()


def local_name(element: etree._Element) -> str:
    """The tag's name without namespace or prefix, in lower case; empty for comments."""
    tag = element.tag
    return _tail_of(tag) if isinstance(tag, str) else ""


def row_label(row: etree._Element) -> str:
    """The first cell of a table row with words; empty if there is none or it is a paragraph."""
    for cell in row:
        text = text_of(cell) if len(cell) else (cell.text or "")
        if _WORD.search(text):
            label = collapse(text)
            return label if len(label) <= MAX_LABEL else ""
    return ""


def table_of(row: etree._Element) -> etree._Element | None:
    """The table element of a row."""
    return next((a for a in row.iterancestors() if local_name(a) == "table"), None)


def _span(cell: etree._Element, name: str) -> int:
    return min(whole_number(cell.get(name, "")) or 1, 1000)


def _cells(row: etree._Element) -> list[tuple[int, int, etree._Element]]:
    column, out = 0, []
    for cell in row:
        if local_name(cell) in _CELLS:
            width = _span(cell, "colspan")
            out.append((column, column + width, cell))
            column += width
    return out


def column_heading(element: etree._Element) -> str:
    """The headings above the table cell of an element, from top to bottom, joined by " | ".

    A heading is a text over the cell's columns in a row above without figures. Headings after figures within
    the table replace the earlier ones.
    """
    cell = row = None
    for ancestor in element.iterancestors():
        if local_name(ancestor) == "tr":
            row = ancestor
            break
        cell = ancestor
    if row is None or cell is None:
        return ""
    place = next(((start, end) for start, end, other in _cells(row) if other is cell), None)
    if place is None:
        return ""
    headings: list[str] = []
    for above in islice(row.itersiblings(preceding=True), _MOST_ROWS_ABOVE):
        if local_name(above) != "tr":
            continue
        if any(local_name(e) == "nonfraction" for e in above.iterdescendants()):
            if headings:
                break
            continue
        for start, end, other in _cells(above):
            if start < place[1] and end > place[0] and start > 0:
                text = collapse(text_of(other))
                if text:
                    headings.append(text)
                    break
    return " | ".join(reversed(headings))
