"""Watchlist and words as their files are now, for a process that lives for days."""

from pipelines.watchlist.companies import load_watchlist, other_names
from pipelines.watchlist.feeds import load_feeds
from pipelines.watchlist.lexicon import load_lexicon


def forget_words() -> None:
    """Forget what was read of companies.yaml, lexicon.yaml and feeds.yaml, so that the next look reads the files again."""
    for cached in (load_watchlist, load_lexicon, load_feeds, other_names):
        clear = getattr(cached, "cache_clear", None)
        if clear is not None:
            clear()
