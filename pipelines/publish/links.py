"""Links of figures to the documents that state them."""

from collections.abc import Mapping
from typing import Any


def links_of(part: Mapping[str, Any]) -> list[str]:
    """The link of a figure or source; of a derived one those of its inputs, each once."""
    if part.get("link"):
        return [part["link"]]
    inputs = [*(part.get("inputs") or []), *(part.get("months") or [])]
    return list(dict.fromkeys(link for each in inputs for link in links_of(each)))
