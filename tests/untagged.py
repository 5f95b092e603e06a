"""Reports without XBRL, made from reports that have it."""

import re

_HEADER = re.compile(r"<ix:header\b.*?</ix:header>", re.DOTALL)
_TAG = re.compile(r"</?ix:[^>]*>")


def without_tags(page: str) -> str:
    """A page of a report without the tags of inline XBRL, as reports were before them."""
    return _TAG.sub("", _HEADER.sub("", page))
