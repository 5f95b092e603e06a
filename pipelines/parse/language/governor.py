"""A governor: the words that say what a quantity is, and how they were found."""

import re
from dataclasses import dataclass

from pipelines.watchlist.frames import Frame
from pipelines.watchlist.metrics import COMPANY

MAIN, BEFORE, CHANGE = "main", "before", "change"
"""The role of a quantity: a value, an earlier value it is compared with, or a change."""

VERB, SUBJECT, NOUN, LABEL, BEHIND, FROM = "verb", "subject", "noun", "label", "behind", "from"
MACHINES = ("miner", "machine", "rig", "server")
STOCKS = ("EH/s", "MW", "count")
# Not "2,748 bitcoin of which 262 were pledged": the whole before its part.
OF_THEM = re.compile(r"^\s*(?:bitcoins?\s+)?of (?:which|them|these|those)\b(?!\s+(?:\w+\s)?⟦)", re.IGNORECASE)
# "463 BTC it produced", "the 780 BTC that the company mined".
ITS_CLAUSE = re.compile(
    r"\s*(?:bitcoins?\s+|coins\s+)?(?:that |which )?(?:it|we|the company)\b", re.IGNORECASE
)
_PRICE = re.compile(
    r"^\s*(?:(?:per|for each|for every)\s+(?:bitcoin|btc|coin)|apiece|each|a (?:bitcoin|coin|piece))\b|"
    r"^\s*/\s*btc\b",
    re.IGNORECASE,
)
_AT = re.compile(
    r"⟦\d+⟧\s+at\s+(?:(?:an?|the)\s+average\s+(?:\w+\s+){0,3}of\s+)?(?:approximately\s+|about\s+)?$",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"\b(?:went|go(?:es|ing)?|rose|ris\w+|climb\w*|moved?|grew|grow\w*|increas\w*|ramp\w*|came|brought|push\w*|"
    r"rais\w*)\s+(?:up to\s+)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Governor:
    """The words that say what a quantity is.

    Args:
        via: How they were found: verb, subject, noun, label, behind or from.
        first, last: Their tokens.
        metric: The metric, if a label of lexicon.yaml names it; else the frame's.
    """

    frame: Frame
    via: str
    first: int
    last: int
    scope: str = COMPANY
    metric: str = ""

    @property
    def code(self) -> str:
        return self.metric or self.frame.metric


def is_price(behind: str) -> bool:
    """Whether an amount is for one coin: "$81,731 per bitcoin"."""
    return bool(_PRICE.match(behind))


def moves_up(before: str) -> bool:
    """Whether "up to" behind a text is where something went: "rose up to 14.0 EH/s"."""
    return bool(_MOVES.search(before))


def sold_at(before: str) -> bool:
    """Whether a text ends before the price of its last quantity: "sold 13.36 BTC at"."""
    return bool(_AT.search(before))
