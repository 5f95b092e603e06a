"""Bytes of a filed document to an element tree, without ever resolving what the document points at.

No entity, DTD or external reference is resolved and nothing is loaded from a network: filings may come from
anyone. EDGAR Filer Manual, volume II, 5.2.5 forbids DTDs with entities in submissions; one that has them is refused.
"""

import re

from lxml import etree, html

from pipelines.errors import UnreadableDocument

# The largest primary documents of 10-Ks with inline XBRL are some 30 MB; beyond this it is not a filing we read.
MAX_BYTES = 50_000_000
_ENTITY = re.compile(rb"<!(?:ENTITY|ELEMENT|ATTLIST)\b", re.IGNORECASE)
_END = re.compile(rb"</(?:html|(?:[\w.-]+:)?xbrl|xsd:schema|text)\s*>", re.IGNORECASE)
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}


def check_whole(document: bytes) -> None:
    """Raise UnreadableDocument (empty, too_large, binary, truncated) where the bytes cannot be a whole document."""
    if not document.strip():
        raise UnreadableDocument("empty", "the document has no content")
    if len(document) > MAX_BYTES:
        raise UnreadableDocument("too_large", f"{len(document):,} bytes, more than {MAX_BYTES:,}")
    if document[:4] in (b"%PDF", b"PK\x03\x04") or document[:3] in (b"GIF", b"\xff\xd8\xff", b"\x1f\x8b\x08"):
        raise UnreadableDocument("binary", "an image, a PDF or an archive, not text")
    if document[:2] not in _BOMS and b"\x00" in document:
        raise UnreadableDocument("binary", "NUL bytes in what should be text")


def check_closed(document: bytes) -> None:
    """Raise UnreadableDocument (truncated) where no closing tag ends the document, as every whole one has."""
    if not _END.search(document[-4096:]):
        raise UnreadableDocument("truncated", "no closing tag at the end of the document")


def parse_document(document: bytes) -> tuple[etree._Element, bool, str]:
    """The root of an XML or XHTML document; whether the HTML parser had to stand in; and the parser's complaint.

    Raises UnreadableDocument: empty, too_large, binary, truncated, entities, not_xml.
    """
    check_whole(document)
    for mark, encoding in _BOMS.items():
        if document.startswith(mark):
            try:
                document = _without_declaration(document.decode(encoding)).encode("utf-8")
            except UnicodeDecodeError as error:
                raise UnreadableDocument("wrong_encoding", str(error)) from error
    check_closed(document)
    if _ENTITY.search(document):
        raise UnreadableDocument("entities", "the document declares entities of its own")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_pis=True)
    try:
        return etree.fromstring(document, parser), False, ""
    except etree.XMLSyntaxError as error:
        complaint = str(error)
    try:
        root = html.document_fromstring(document, parser=html.HTMLParser(no_network=True, huge_tree=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("not_xml", f"{complaint}; {error}") from error
    return root, True, complaint


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
