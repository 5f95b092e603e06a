"""An exhibit as its visible blocks of text and tables, in order.

EDGAR serves exhibits with or without their SGML wrapper (`<DOCUMENT><TYPE>EX-99.1 … <TEXT>`), as HTML of any
age and charset, or as plain text within `<PRE>`. Bullets are formatted as small tables, some tables as
images.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml import etree

from pipelines.document_limits import check_markup
from pipelines.errors import UnreadableDocument
from pipelines.extract.whole import BYTE_ORDER_MARKS, check_depth, check_whole
from pipelines.parse.document.grid import GridCell, Row, grid_of
from pipelines.parse.document.headings import collapse, local_name, text_of
from pipelines.parse.document.markup import is_mark, may_be_mark
from pipelines.parse.document.plain_text import plain_text
from pipelines.parse.document.tables import Table, read_table
from pipelines.parse.language.quantities import scale_stated

_ESCAPED_LINE = re.compile(r"\\n")
_FEWEST_ESCAPED_LINES = 3
_ESCAPE = re.compile(r'\\(n|r|t|"|/|\\|u[0-9a-fA-F]{4})')
_ESCAPES = {"n": "\n", "r": " ", "t": " "}
_WRAPPER = tuple(re.compile(tag, re.IGNORECASE) for tag in ("<DOCUMENT>", "<TEXT>", "</TEXT>"))
_CHARSET = re.compile(
    rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)|encoding\s*=\s*[\"']([A-Za-z0-9_-]+)", re.IGNORECASE
)
_BLOCK = frozenset(
    {
        "p",
        "div",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "center",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "tr",
        "td",
        "th",
        "body",
        "html",
        "section",
        "article",
        "header",
        "footer",
        "hr",
        "pre",
        "title",
        "caption",
    }
)
_SKIPPED = frozenset({"script", "style", "head", "ix:header"})
_HIDDEN = re.compile(r"display:\s*none", re.IGNORECASE)
_BULLET = re.compile(r"^[•·●▪◦➢✓■–—*-]\s*|^o\s+(?=[A-Z])|^\(?[ivx\d]{1,3}[.)]\s+")
_GOES_ON = re.compile(r"(?:in|to|from|for|as of|compared|versus|vs|at|up|down)\s.*\d", re.IGNORECASE)
_LINE_BREAK = "\v"
_STATEMENT = 4
_BEGINS = re.compile(r"[A-Z$\d•·●▪◦–-]")
_RUNS_ON = re.compile(
    r"(?:,|\b(?:of|to|the|and|or|for|in|a|an|with|by|from|at|on|as|that|its|our|is|was|are|were))$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"[$€£]\s?\d|\d%")
_FEW_WORDS = 80
LONGEST_PARAGRAPH = 5_000
_PARTS = re.compile(rf"\S.{{0,{LONGEST_PARAGRAPH - 1}}}(?!\S)|\S{{{LONGEST_PARAGRAPH}}}", re.DOTALL)
_LONGEST_TITLE = 500


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading or bullet, with its offset in the document's text."""

    text: str
    offset: int
    heading: bool
    bullet: bool


@dataclass(slots=True)
class Page:
    """Blocks and tables of a document in order, and the number of its visible images."""

    items: list[Block | Table] = field(default_factory=list)
    images: int = 0
    title: str = ""
    warnings: list[str] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        return [item for item in self.items if isinstance(item, Block)]

    @property
    def tables(self) -> list[Table]:
        return [item for item in self.items if isinstance(item, Table)]


def decode(document: bytes) -> str:
    """Decode a document: by byte-order mark, as UTF-8, as declared, or as Windows-1252."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if document.startswith(mark):
            return document.decode(encoding, "replace")
    try:
        return document.decode("utf-8")
    except UnicodeDecodeError:
        found = _CHARSET.search(document[:4096])
        declared = (found[1] or found[2]).decode("ascii") if found else "cp1252"
        if declared.lower().replace("-", "") in ("utf8", "iso88591", "latin1", "usascii", "ascii"):
            declared = "cp1252"
        try:
            return document.decode(declared, "replace")
        except LookupError:
            return document.decode("cp1252", "replace")


def parts_of(text: str) -> list[str]:
    """A paragraph, cut between words into parts of at most 5,000 characters.

    Rules search for words within one paragraph. The longest of 195 real documents has 4,047 characters.
    """
    return [text] if len(text) <= LONGEST_PARAGRAPH else _PARTS.findall(text)


def read_page(document: bytes) -> Page:
    """Parse an exhibit into blocks and tables.

    Raises:
        UnreadableDocument: empty, too_large, binary, truncated (HTML without a closing tag at the end),
            images (tables and text as pictures), not_html, too_deep.
    """
    check_whole(document)
    text = decode(document)
    body = _unescaped(_unwrapped(text))
    is_html = bool(re.search(r"<(?:html|body|p|div|table|pre|br|font)\b", body, re.IGNORECASE))
    if is_html and not re.search(
        r"</(?:html|body|text|document|pre|div|table|p)\s*>\s*(?:<[^>]*>\s*)*$", text[-4096:], re.IGNORECASE
    ):
        raise UnreadableDocument("truncated", "no closing tag at the end of the document")
    if re.search(r"<(?:html|body)\b", body, re.IGNORECASE) and not re.search(
        r"</(?:html|body|text|document)\s*>", text[-4096:], re.IGNORECASE
    ):
        raise UnreadableDocument("truncated", "the body has no closing tag")
    page = Page()
    builder = _Builder(page)
    if is_html:
        check_markup(body)
        try:
            body = re.sub(r"^\s*<\?xml[^>]*\?>", "", body)
            parser = etree.HTMLParser(no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
            root = etree.fromstring(body, parser)
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise UnreadableDocument("not_html", str(error)) from error
        if root is None:
            raise UnreadableDocument("empty", "the document has no text")
        check_depth(entry.type for entry in parser.error_log)
        found = root.find(".//title")
        title = (found.text or "").split("<")[0] if found is not None else ""
        page.title = collapse(title)[:_LONGEST_TITLE]
        builder.walk(root)
    else:
        builder.plain(body)
    builder.flush()
    words = sum(len(block.text.split()) for block in page.blocks) + sum(len(t.lines) * 3 for t in page.tables)
    if page.images and words < _FEW_WORDS:
        raise UnreadableDocument("images", f"its content is {page.images} image(s), not text")
    if not page.items:
        raise UnreadableDocument("empty", "the document has no text")
    return page


def _unwrapped(text: str) -> str:
    """The text within its SGML wrapper, or as it is without one."""
    outer = _WRAPPER[0].search(text)
    inner = _WRAPPER[1].search(text, outer.end()) if outer else None
    if inner is None:
        return text
    end = _WRAPPER[2].search(text, inner.end())
    return text[inner.end() : end.start() if end else len(text)]


def _unescaped(text: str) -> str:
    """Text without the escapes of JSON: a page that was copied from a site's data.

    `"content":"Highlights:\\n\\nIn August 58.3 Bitcoin …"`; even a part of a JSON document is read.
    """
    if len(_ESCAPED_LINE.findall(text)) < _FEWEST_ESCAPED_LINES:
        return text
    return _ESCAPE.sub(lambda m: _ESCAPES.get(m[1]) or _character(m[1]), text)


def _character(escaped: str) -> str:
    """The character of an escape; half of a surrogate pair is none."""
    code = int(escaped[1:], 16) if escaped[0] == "u" else ord(escaped)
    return "" if 0xD800 <= code <= 0xDFFF else chr(code)


class _Builder:
    """Walks an element tree once, without recursion: pages may nest thousands of tables."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.buffer: list[str] = []
        self.offset = 0
        self.bold = 0
        self.all_bold = True
        self.in_heading = False
        self.bullet = False
        self.tables = 0

    def flush(self) -> None:
        lines = [collapse(line) for line in "".join(self.buffer).split(_LINE_BREAK)]
        self.buffer.clear()
        lines = [line for line in lines if line]
        for text in lines if _are_statements(lines) else [" ".join(lines)]:
            if text:
                self._emit(text, self.all_bold or self.in_heading)
        self.all_bold, self.bullet = True, False

    def _emit(self, text: str, strong: bool) -> None:
        for part in parts_of(text):
            self._emit_part(part, strong)

    def _emit_part(self, text: str, strong: bool) -> None:
        bullet = self.bullet or bool(_BULLET.match(text))
        bare = _BULLET.sub("", text) if bullet and _BULLET.match(text) else text
        heading = (
            not bullet
            and len(bare) <= 220
            and (strong or bare.endswith(":"))
            and not re.search(r"[.;]\s+[A-Z].*\.$", bare)
        )
        self.page.items.append(Block(bare, self.offset, heading, bullet))
        self.offset += len(bare) + 1

    def walk(self, root: etree._Element) -> None:
        stack: list[tuple[etree._Element, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            name = local_name(node)
            if leaving:
                if name in _BLOCK:
                    self.flush()
                    self.in_heading = False
                if name in ("b", "strong") or "font-weight:bold" in (node.get("style") or "").replace(
                    " ", ""
                ).replace("700", "bold"):
                    self.bold -= 1
                self._text(node.tail)
                continue
            # A title that is not closed has the markup of the page as its text.
            unclosed = name == "title" and "<" in (node.text or "")
            if not name or unclosed or name in _SKIPPED or _HIDDEN.search(node.get("style") or ""):
                self._text(node.tail)
                continue
            if name == "img":
                self.page.images += 1
            if name == "br":
                self.buffer.append(_LINE_BREAK)
            if may_be_mark(node) and is_mark(node):
                self._text(node.tail)
                continue
            if name in _BLOCK:
                self.flush()
                self.in_heading = name in ("h1", "h2", "h3", "h4", "h5", "h6")
                self.bullet = self.bullet or name == "li"
            if name == "pre":
                self.plain("".join(node.itertext()))  # type: ignore[arg-type]
                self._text(node.tail)
                continue
            nested = name == "table" and any(local_name(d) == "table" for d in node.iterdescendants("table"))
            if name == "table" and not nested and not _holds_lists(node):
                self._table(node)
                self._text(node.tail)
                continue
            if name in ("b", "strong") or "font-weight:bold" in (node.get("style") or "").replace(
                " ", ""
            ).replace("700", "bold"):
                self.bold += 1
            self._text(node.text)
            stack.append((node, True))
            stack += [(child, False) for child in reversed(node)]

    def _text(self, text: str | None) -> None:
        if text:
            if text.strip() and not self.bold:
                self.all_bold = False
            self.buffer.append(text)

    def _caption(self) -> str:
        """Up to three blocks before a table that may be its title and unit."""
        out: list[str] = []
        for item in reversed(self.page.items[-3:]):
            if isinstance(item, Table) or item.bullet or len(item.text) > (240 if item.heading else 120):
                break
            if _AMOUNT.search(item.text) or (item.text.endswith(".") and not item.text.startswith("(")):
                break
            out.append(item.text)
        return " | ".join(reversed(out))

    def _units(self) -> str:
        """The scale that blocks of any length before a table state: `in thousands`."""
        out: list[str] = []
        for item in reversed(self.page.items[-3:]):
            if isinstance(item, Table):
                break
            if (found := scale_stated(item.text)) and not _AMOUNT.search(item.text):
                out.append(found)
        return " | ".join(reversed(out))

    def _table(self, node: etree._Element) -> None:
        self.flush()
        self.page.images += sum(1 for _ in node.iterdescendants("img"))
        rows = grid_of(node)
        title = node.find("caption")
        caption = collapse(text_of(title))[:_LONGEST_TITLE] if title is not None else ""
        if self._is_prose(rows) or not self._add(rows, caption):
            self._emit_rows(rows)

    def _emit_rows(self, rows: Sequence[Sequence[GridCell]]) -> None:
        """Add the rows of a table that only lays out text, each as a block."""
        for row in rows:
            texts = [c.text for c in row if c.text]
            if texts:
                self.bullet = (
                    bool(re.fullmatch(r"[•·●▪◦➢✓■–—*o-]|\(?\w{1,2}[.)]", texts[0])) and len(texts) > 1
                )
                self._emit(" ".join(texts[1:] if self.bullet else texts), False)
                self.bullet = False

    def _add(self, rows: Sequence[Sequence[GridCell]], caption: str = "") -> bool:
        """Add a table; one without values is none, and not added."""
        above = [caption, self._caption()]
        words = " | ".join(part for part in above if part)
        units = self._units()
        table = read_table(self.tables + 1, rows, words if units in words else f"{words} | {units}")
        if not (table.lines or table.texts):
            return False
        self.tables += 1
        self.page.items.append(table)
        return True

    @staticmethod
    def _is_prose(rows: Sequence[Row]) -> bool:
        """Whether a table is only a layout for bullets or columns of text.

        No row has more than two cells, and one of the cells is long.
        """
        filled = [[c.text for c in row if c.text] for row in rows]
        filled = [texts for texts in filled if texts]
        if not filled:
            return True
        if all(len(t) == 1 for t in filled):
            return True
        marked = all(re.fullmatch(r"[•·●▪◦➢✓■–—*o-]|\(?\w{1,2}[.)]|\W", t[0]) for t in filled if len(t) > 1)
        pairs = [t for t in filled if len(t) == 2]
        # "Revenues increased 64% to $238.5 million | in Q2 2025 from $145.1 million": one sentence a row.
        told = len(pairs) >= 2 and all(_GOES_ON.match(t[1]) for t in pairs)
        longest = max(len(x) for t in filled for x in t)
        if longest > LONGEST_PARAGRAPH:
            return True
        long = longest > 200
        return all(len(t) <= 2 for t in filled) and (marked or told or long)

    def plain(self, text: str) -> None:
        """Add the paragraphs and tables of plain text."""
        self.flush()
        for part in plain_text(text.splitlines()):
            if isinstance(part, str):
                self.buffer.append(part)
                self.all_bold = part.isupper()
                self.flush()
            elif not self._add(part):
                self._emit_rows(part)


def _are_statements(lines: list[str]) -> bool:
    """Whether lines parted by `<br>` are separate statements, as below a headline."""
    whole = all(len(line.split()) >= _STATEMENT and _BEGINS.match(line) for line in lines)
    return len(lines) > 1 and whole and not any(_RUNS_ON.search(line) for line in lines[:-1])


def _holds_lists(table: etree._Element) -> bool:
    """Whether a table only lays out lists: a cell has several bullets."""
    for cell in table.iter("td", "th"):
        if sum(1 for _ in cell.iterdescendants("li")) >= 2 or text_of(cell).count("•") >= 2:
            return True
    return False
