"""Checks that a body is a whole text document, before it is archived or parsed."""

import re
from collections.abc import Iterable

from lxml import etree

from pipelines.errors import UnreadableDocument

# The largest primary documents of 10-Ks with inline XBRL have some 30 MB.
MAX_BYTES = 50_000_000
_END = re.compile(rb"</(?:html|(?:[\w.-]+:)?(?:xbrl|linkbase)|xsd:schema|text|document)\s*>", re.IGNORECASE)
BYTE_ORDER_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def check_whole(document: bytes) -> None:
    """Raise UnreadableDocument (empty, too_large, binary) if this is not a text document."""
    if not document or document.isspace():
        raise UnreadableDocument("empty", "the document has no content")
    if len(document) > MAX_BYTES:
        raise UnreadableDocument("too_large", f"{len(document):,} bytes, more than {MAX_BYTES:,}")
    if document[:4] in (b"%PDF", b"PK\x03\x04") or document[:3] in (b"GIF", b"\xff\xd8\xff", b"\x1f\x8b\x08"):
        raise UnreadableDocument("binary", "an image, a PDF or an archive, not text")
    if document[:2] not in BYTE_ORDER_MARKS and b"\x00" in document:
        raise UnreadableDocument("binary", "NUL bytes in what should be text")


def check_closed(document: bytes) -> None:
    """Raise UnreadableDocument (truncated) if the document does not end with its closing tag."""
    tail = document[-4096:]
    if document[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tail = tail.replace(b"\x00", b"")
    if not _END.search(tail):
        raise UnreadableDocument("truncated", "no closing tag at the end of the document")


def check_depth(errors: Iterable[int]) -> None:
    """Raise UnreadableDocument (too_deep) if a parser stopped at 2,048 nested elements.

    It skips all elements below; what they state would be lost without a trace.
    """
    if etree.ErrorTypes.ERR_RESOURCE_LIMIT in errors:
        raise UnreadableDocument("too_deep", "more than 2,048 elements are nested in each other")
