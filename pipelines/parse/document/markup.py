"""The visible text of an element, without its footnote marks."""

import re
from itertools import islice

from lxml import etree

from pipelines.parse.document.headings import collapse, local_name, text_of

_MARKS = re.compile(
    r"^[\s(\[]*(?:\d{1,2}|[a-z]|[*†‡§#^]+|i{1,3}|iv|v)(?:\s*[,)]\s*[(\[]?(?:\d{1,2}|[a-z]|\*+))*[\s)\]]*$",
    re.IGNORECASE,
)
_SUPER = re.compile(
    r"vertical-align:\s*(?:super|top|text-top|[1-9]\d*(?:\.\d+)?(?:pt|px|em|%))|"
    r"position:\s*relative;\s*top:\s*-",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"font-size:\s*(?:[1-7](?:\.\d+)?pt|[1-8](?:\.\d+)?px|0?\.\d+em|[1-7]\d(?:\.\d+)?%|smaller|"
    r"xx?-small)|vertical-align:\s*super|position:\s*relative",
    re.IGNORECASE,
)
# A mark has at most 12 characters. Marks nested in each other are not read again on every level.
_MOST_PIECES = 40
_HIDDEN = re.compile(r"display:\s*none", re.IGNORECASE)
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "table", "ul", "ol", "hr"}
)


def may_be_mark(element: etree._Element) -> bool:
    """Whether an element is superscript, by name or style: a quick check."""
    return local_name(element) == "sup" or bool(_SUPER.search(element.get("style") or ""))


def is_mark(element: etree._Element) -> bool:
    """Whether a superscript element is a footnote mark: a small number, letter or star."""
    if local_name(element) != "sup" and not _SMALL.search(element.get("style") or ""):
        return False
    pieces = list(islice(element.itertext(), _MOST_PIECES + 1))
    text = collapse("".join(pieces)) if len(pieces) <= _MOST_PIECES else ""  # type: ignore[arg-type]
    return bool(text) and len(text) <= 12 and bool(_MARKS.match(text))


def visible_text(element: etree._Element) -> tuple[str, tuple[str, ...]]:
    """The visible text of an element, whitespace collapsed, and its footnote marks."""
    if not len(element):
        return collapse(element.text or ""), ()
    pieces: list[str] = []
    marks: list[str] = []
    stack: list[tuple[etree._Element, bool]] = [(element, False)]
    while stack:
        node, leaving = stack.pop()
        name = local_name(node)
        if leaving:
            if name in _BLOCKS:
                pieces.append(" ")
            if node is not element and node.tail:
                pieces.append(node.tail)
            continue
        if not name or name in ("script", "style") or _HIDDEN.search(node.get("style") or ""):
            pieces.append(node.tail or "" if node is not element else "")
            continue
        if node is not element and may_be_mark(node) and is_mark(node):
            marks += re.findall(r"\w+|[*†‡§]+", text_of(node))
            pieces.append(node.tail or "")
            continue
        if name in _BLOCKS:
            pieces.append(" ")
        pieces.append(node.text or "")
        stack.append((node, True))
        stack += [(child, False) for child in reversed(node)]
    return collapse("".join(pieces)), tuple(marks)
