"""The metric of a quantity in an article, and the words that disqualify it."""

import re
from dataclasses import dataclass

from pipelines.parse.language.annotation import AnnotatedSentence
from pipelines.parse.language.vocabulary import COIN, HEDGE, MARKET, SELL

SOLD = re.compile(rf"\b{SELL}\b", re.IGNORECASE)
# A count that includes customers' coins: the company's own count is unknown.
WITH_CUSTOMERS = "with_customers"
DAY_METRICS = frozenset(
    ["bitcoin_held", "hashrate_deployed", "hashrate_energized", "hashrate_operating", "fleet_efficiency"]
)


@dataclass(frozen=True, slots=True)
class Cue:
    """The metric of a quantity, and its segment in the article's words."""

    fact: str
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class PrecedingText:
    """Whether the previous sentences mention revenue, or a sale of bitcoin."""

    revenue: bool = False
    sale: bool = False


def is_hedged(sentence: AnnotatedSentence, index: int) -> bool:
    """Whether the clause around a quantity states plans, opinions, estimates or market figures."""
    text = sentence.near(index)
    return bool(HEDGE.search(text) or MARKET.search(text))


def mentions_bitcoin(sentence: AnnotatedSentence) -> bool:
    """Whether a sentence names bitcoin, also as the unit of a number."""
    return bool(re.search(rf"\b{COIN}\b", sentence.label, re.IGNORECASE))
