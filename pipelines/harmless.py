"""Text from documents and feeds, made harmless for terminals and spreadsheets."""

import json
import re
from typing import Any

# Control characters but line breaks and tabs, other line breaks, what turns the direction of writing, and
# tags, which are text that no reader sees.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
# Also the wide forms of the four signs, which some spreadsheets read as these.
_FORMULA = re.compile(r"\s*(?:[=@\t\r\uff1d\uff20]|[+\uff0b\uff0d-](?![\d.,]+%?\Z))")


def visible(text: str) -> str:
    """Text with control characters as escapes: a document cannot move the cursor."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def stripped(text: str) -> str:
    """Text without control characters, for publications."""
    return _CONTROL.sub("", text)


def json_text(value: Any, **options: Any) -> str:
    """A value as JSON: control characters are escapes, other characters are written as they are."""
    text = json.dumps(value, ensure_ascii=False, **options)
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def neutral(text: str) -> str:
    """Text of a spreadsheet's cell: a leading apostrophe where it would be run as a formula."""
    text = visible(text)
    return f"'{text}" if _FORMULA.match(text) else text
