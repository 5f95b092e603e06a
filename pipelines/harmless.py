"""Text from documents and feeds, made harmless for terminals and spreadsheets."""

import re

# Control characters but line breaks and tabs, characters that turn the direction of writing, and tags, which
# are text that no reader sees.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_FORMULA = re.compile(r"[ \u00a0]*(?:[=@\t\r]|[+-](?![\d.,]+%?$))")


def visible(text: str) -> str:
    """Text with control characters as escapes: a document cannot move the cursor."""
    return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def neutral(text: str) -> str:
    """Text of a spreadsheet's cell: a leading apostrophe where it would be run as a formula."""
    text = visible(text)
    return f"'{text}" if _FORMULA.match(text) else text
