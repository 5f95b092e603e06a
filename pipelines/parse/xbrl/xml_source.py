"""Parse a filed document into an element tree without resolving references.

No entity, DTD or external reference is resolved and nothing is loaded from a network, since anyone can file.
EDGAR Filer Manual, volume II, 5.2.5 forbids DTDs with entities; a document with one is rejected.
"""

import re
from contextlib import suppress
from html.entities import name2codepoint

from lxml import etree, html

from pipelines.document_limits import check_markup
from pipelines.errors import UnreadableDocument
from pipelines.extract.whole import BYTE_ORDER_MARKS, check_closed, check_depth, check_whole

# One parser for all documents: it caches names, which saves a third of the time.
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_pis=True
)
_LETTERS = {name: chr(number) for name, number in name2codepoint.items()}
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z]+\d*);")
_BARE = re.compile(r"&(?!#?\w+;)|<(?![A-Za-z/!?])")
_ENTITY = re.compile(rb"<!(?:ENTITY|ELEMENT|ATTLIST)\b", re.IGNORECASE)


def parse_document(document: bytes) -> tuple[etree._Element, bool, str]:
    """Parse an XML or XHTML document.

    Returns:
        The root, whether the HTML parser was needed, and the XML parser's error if it found one.

    Raises:
        UnreadableDocument: empty, too_large, binary, truncated, entities, too_deep, not_xml.
    """
    check_whole(document)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if document.startswith(mark):
            try:
                document = _without_declaration(document.decode(encoding)).encode("utf-8")
            except UnicodeDecodeError as error:
                raise UnreadableDocument("wrong_encoding", str(error)) from error
    check_closed(document)
    if _ENTITY.search(document):
        raise UnreadableDocument("entities", "the document declares its own entities")
    check_markup(document)
    try:
        return etree.fromstring(document.lstrip(), _PARSER), False, ""
    except etree.XMLSyntaxError as error:
        # The error's own log has errors of earlier documents too.
        check_depth([error.code])  # type: ignore[attr-defined]
        complaint = str(error)
    with suppress(etree.XMLSyntaxError):
        return etree.fromstring(_with_legal_text(document), _PARSER), False, complaint
    # Tags are damaged, not only text: only the HTML parser reads them.
    parser = html.HTMLParser(no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(document, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("not_xml", f"{complaint}; {error}") from error
    check_depth(entry.type for entry in parser.error_log)
    return root, True, complaint


def _with_legal_text(document: bytes) -> bytes:
    """A document with legal XML text; a stray byte, `&nbsp;` or a bare `<` breaks no tag."""
    text = _without_declaration(document.decode("utf-8", "replace"))
    text = _NAMED.sub(lambda match: _LETTERS.get(match[1], match[0]), text)
    return _BARE.sub(lambda match: "&amp;" if match[0] == "&" else "&lt;", text).encode("utf-8")


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
