"""Reload the watchlist's files in a process that runs for days."""

from pipelines.watchlist.companies import load_watchlist, other_names
from pipelines.watchlist.feeds import load_feeds
from pipelines.watchlist.lexicon import load_lexicon


def forget_words() -> None:
    """Clear the caches, so that the next use reads companies.yaml, lexicon.yaml and feeds.yaml."""
    for cached in (load_watchlist, load_lexicon, load_feeds, other_names):
        clear = getattr(cached, "cache_clear", None)
        if clear is not None:
            clear()
