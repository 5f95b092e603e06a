"""Damage to documents: bytes, tags, cells, rows and paragraphs that are cut off, lost, doubled or swapped.

A damage is a name and a number that chooses its place, so that a damaged document is repeated from its name.
"""

import re
from collections.abc import Callable

_TAG = re.compile(r"<[^<>!?][^<>]*>")
# A footnote's mark without its tag is a digit of the number before it, and two numbers without the line break between
# them are one: nobody could tell that from a document that was written so.
_MARKUP = re.compile(r"</?(?!sup\b|br\b)[a-z][a-z0-9]*(?=[\s/>])[^<>]*>", re.IGNORECASE)
_CELL = re.compile(r"<(t[dh])\b[^<>]*>.*?</\1>", re.IGNORECASE | re.DOTALL)
_ROW = re.compile(r"<(tr)\b[^<>]*>.*?</\1>", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(r"<(p|h\d|li|table|ix:header)\b[^<>]*>.*?</\1>", re.IGNORECASE | re.DOTALL)
_LONGEST = 400

Span = tuple[int, int]


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [match.span() for match in pattern.finditer(text)]


def _delete(text: str, spans: list[Span], place: int) -> str:
    start, end = spans[place % len(spans)]
    return text[:start] + text[end:]


def _double(text: str, spans: list[Span], place: int) -> str:
    start, end = spans[place % len(spans)]
    return text[:end] + text[start:]


def _swap(text: str, spans: list[Span], place: int) -> str:
    """Swap a span with one of the next eight after it."""
    first = place % len(spans)
    (a, b), (c, d) = spans[first], spans[(first + 1 + place // len(spans) % 8) % len(spans)]
    if c < a:
        a, b, c, d = c, d, a, b
    return text if c < b else text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def _bytes(text: str, place: int) -> list[Span]:
    """Two stretches of up to 400 characters."""
    start, size = place % len(text), place // 7 % _LONGEST + 1
    second = (start + place // 11) % len(text)
    return [(start, min(start + size, len(text))), (second, min(second + size, len(text)))]


def _flip(text: str, place: int) -> str:
    start = place % len(text)
    return text[:start] + chr(place // 13 % 256) + text[start + 1 :]


Damage = Callable[[str, int], str]


def _of(change: Callable[[str, list[Span], int], str], pattern: re.Pattern[str]) -> Damage:
    def damage(text: str, place: int) -> str:
        spans = _spans(pattern, text)
        return change(text, spans, place) if spans else text

    return damage


STRUCTURAL: dict[str, Damage] = {
    "cut": lambda text, place: text[: place % len(text)],
    "delete_tag": _of(_delete, _MARKUP),
    "double_tag": _of(_double, _MARKUP),
    "swap_tags": _of(_swap, _MARKUP),
    "delete_cell": _of(_delete, _CELL),
    "double_cell": _of(_double, _CELL),
    "double_row": _of(_double, _ROW),
    "double_block": _of(_double, _BLOCK),
}
"""Damage that can be noticed, or that changes no statement: no new figure may result."""

HARMLESS = ("cut", "double_block")
"""Structural damage that does not make up for another one."""

OTHER: dict[str, Damage] = {
    "delete_any_tag": _of(_delete, _TAG),
    "double_any_tag": _of(_double, _TAG),
    "swap_any_tags": _of(_swap, _TAG),
    "swap_cells": _of(_swap, _CELL),
    "delete_row": _of(_delete, _ROW),
    "swap_rows": _of(_swap, _ROW),
    "delete_block": _of(_delete, _BLOCK),
    "swap_blocks": _of(_swap, _BLOCK),
    "delete_bytes": lambda text, place: _delete(text, _bytes(text, place), 0),
    "double_bytes": lambda text, place: _double(text, _bytes(text, place), 0),
    "swap_bytes": lambda text, place: _swap(text, _bytes(text, place), 0),
    "flip_byte": _flip,
}
"""Damage that makes another document: two swapped cells are two other statements."""

DAMAGES = STRUCTURAL | OTHER


def damaged(content: bytes, damages: list[tuple[str, int]]) -> bytes:
    """A document after damages, one after the other; places count characters of the one before."""
    text = content.decode("utf-8", "surrogateescape")
    for name, place in damages:
        text = DAMAGES[name](text, place) if text else text
    return text.encode(
        "utf-8", "surrogatepass" if "\ud800" <= max(text, default="") <= "\udfff" else "strict"
    )
