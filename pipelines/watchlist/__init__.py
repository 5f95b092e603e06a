"""Who is watched and what their words mean: YAML that pydantic validates; a new company or label is no code."""

from pipelines.watchlist.companies import Company, Watchlist, load_watchlist
from pipelines.watchlist.lexicon import FAMILIES, Lexicon, load_lexicon

__all__ = ["FAMILIES", "Company", "Lexicon", "Watchlist", "load_lexicon", "load_watchlist"]
