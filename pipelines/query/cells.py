"""The printed text at a locator of a document."""

import re

from pipelines.errors import UnreadableDocument
from pipelines.parse.document.page import Page, read_page

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]*")
_CELL = re.compile(r'table (\d+), row (\d+) ".*?"(?:, column (\d+) )?', re.DOTALL)
_TEXT = re.compile(r"text (\d+)–(\d+)")


def cell_at(document: bytes, locator: str) -> str | None:
    """The text of the fact's element, table cell or sentence at a locator; None if not found."""
    if _ID.fullmatch(locator):
        return _element(document, locator)
    try:
        page = read_page(document)
    except UnreadableDocument:
        return None
    if cell := _CELL.match(locator):
        return _cell(page, int(cell[1]), int(cell[2]), int(cell[3]) if cell[3] else None)
    if text := _TEXT.fullmatch(locator):
        first, last = int(text[1]), int(text[2])
        for block in page.blocks:
            if block.offset <= first < block.offset + len(block.text):
                return block.text[first - block.offset : last - block.offset] or None
    return None


def _element(document: bytes, fact_id: str) -> str | None:
    """The text of the element with an id, without parsing a filing of megabytes as a tree."""
    found = re.search(
        rb'<([\w:.-]+)[^<>]*?\sid\s*=\s*["\']' + re.escape(fact_id.encode()) + rb'["\'][^<>]*>', document
    )
    if not found:
        return None
    end = re.compile(rb"</" + re.escape(found[1]) + rb"\s*>").search(document, found.end())
    inner = document[found.end() : end.start()] if end else b""
    text = re.sub(rb"<[^>]*>", b"", inner).decode("utf-8", "replace")
    import html

    return " ".join(html.unescape(text).split()) or None


def _cell(page: Page, table: int, row: int, column: int | None) -> str | None:
    for found in page.tables:
        if found.number == table:
            for line in found.lines:
                if line.row == row:
                    return next((v.text for v in line.values if column is None or v.column == column), None)
    return None
