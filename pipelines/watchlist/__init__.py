"""The watchlist and its words: YAML that pydantic validates, so that additions need no code."""

from pipelines.watchlist.companies import Company, Watchlist, load_watchlist
from pipelines.watchlist.lexicon import FAMILIES, Lexicon, load_lexicon

__all__ = ["FAMILIES", "Company", "Lexicon", "Watchlist", "load_lexicon", "load_watchlist"]
