"""What may govern a quantity of an article, and what keeps it from being told as a fact."""

import re
from dataclasses import dataclass

from pipelines.parse.language.annotation import Told
from pipelines.parse.language.vocabulary import COIN, HEDGE, MARKET, SELL

SOLD = re.compile(rf"\b{SELL}\b", re.IGNORECASE)
# A count that holds customers' coins too, or theirs alone: the company's own is none of the sentence's business.
WITH_CUSTOMERS = "with_customers"
DAY_METRICS = frozenset(
    ["bitcoin_held", "hashrate_deployed", "hashrate_energized", "hashrate_operating", "fleet_efficiency"]
)


@dataclass(frozen=True, slots=True)
class Cue:
    """What governs a quantity: the fact it is one of, the segment in the article's words, and how far it was."""

    fact: str
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What the sentences before one spoke of: revenue, or a sale of bitcoin."""

    revenue: bool = False
    sale: bool = False


def is_hedged(told: Told, index: int) -> bool:
    """Whether the clause around a quantity tells plans, opinions, others' estimates or market figures."""
    text = told.near(index)
    return bool(HEDGE.search(text) or MARKET.search(text))


def speaks_of_coins(told: Told) -> bool:
    """Whether a sentence names bitcoin, also as the unit of a number."""
    return bool(re.search(rf"\b{COIN}\b", told.label, re.IGNORECASE))
