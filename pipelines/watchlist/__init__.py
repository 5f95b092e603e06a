"""The watchlist and its words: YAML that pydantic validates, so that additions need no code."""

from pipelines.watchlist.companies import Company, Watchlist, load_watchlist, other_names
from pipelines.watchlist.feeds import load_feeds
from pipelines.watchlist.lexicon import FAMILIES, Lexicon, load_lexicon

__all__ = ["FAMILIES", "Company", "Lexicon", "Watchlist", "clear_caches", "load_lexicon", "load_watchlist"]


def clear_caches() -> None:
    """Read the YAML files again on next use, in a process that runs for days."""
    for cached in (load_watchlist, load_lexicon, load_feeds, other_names):
        clear = getattr(cached, "cache_clear", None)
        if clear is not None:
            clear()
