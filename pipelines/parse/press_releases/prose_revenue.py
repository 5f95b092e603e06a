"""Revenue in sentences of earnings releases.

"Total revenue of $115.2 million", "Colocation revenue was $77.5 million".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.parse.document.page import Block, Page
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.sentences import MaskedSentence, is_plan, period_for, sentences
from pipelines.parse.press_releases.passage import Passage
from pipelines.watchlist.words import word_list

_REVENUE = re.compile(
    r"(?P<label>(?:(?:\b[A-Za-z][\w/&-]*|\([A-Z]{2,5}\))\s+){0,6}?)\b(?P<word>revenues?)\b"
    r"(?:,? net)?(?:\s+(?:for|in|during|the|of|was|were|totaled|totalled|reached|came in at|at|to|"
    r"quarter|year|fiscal|first|second|third|fourth|three|months|ended|record|approximately|about|a|"
    r"an|by|⟪\d+⟫|"
    r"increased|decreased|grew|rose|declined|fell|⟦\d+⟧(?=,?\s+(?:to|year|from|or))|or|"
    r"year-over-year|sequentially|quarter-over-quarter|,|is|amounted|net))*\s*⟦(?P<q>\d+)⟧",
    re.IGNORECASE,
)
# "revenue increased $92.0 million" is a change; "increased 64 % to $238.5 million" is a figure.
_CHANGED = re.compile(r"\b(?:increas|decreas|grew|rose|declin|fell|up|down)", re.IGNORECASE)
_TO_THE_NUMBER = re.compile(r"\bto\s+(?:\w+\s+)?⟦\d+⟧$", re.IGNORECASE)
_TOTAL_WORDS = frozenset(word_list("revenue.total_words"))
_PART = re.compile(
    r"\b(?:cost|deferred|per|percent|share of|portion|recurring|annualized|annual run|contracted|"
    r"backlog|expected|average|unbilled|from the|customer|excluding|adjusted|incremental|remaining|"
    r"potential|lease-?up|other)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RevenueSentence:
    """An amount of revenue in prose: label, period, exact value in dollars, and place."""

    label: str
    is_total: bool
    value: Decimal
    rounding: Decimal
    qualifier: str
    start: date
    end: date
    locator: str


def revenue_sentences(
    page: Page, disclosure: DisclosureContext, subject: Period | None, headline: str
) -> Iterator[RevenueSentence]:
    """Sentences that state revenue of a period, without plans, comparisons, shares and rates."""
    passage = Passage(disclosure, subject, headline)
    for block in page.blocks:
        if passage.enter(block):
            yield from _in_block(block, disclosure, passage, subject)


def _names(disclosure: DisclosureContext) -> set[str]:
    """The words of the company's own name, which do not distinguish a segment."""
    return {w.lower().strip(",.'s") for w in disclosure.company.name.split()} if disclosure.company else set()


def _in_block(
    block: Block, disclosure: DisclosureContext, passage: Passage, subject: Period | None
) -> Iterator[RevenueSentence]:
    if "evenue" not in block.text:
        return
    for offset, text in sentences(block.text):
        if "evenue" not in text or len(text) > 1200 or is_plan(text):
            continue
        sentence = MaskedSentence(text, disclosure)
        for match in _REVENUE.finditer(sentence.main):
            index = int(match["q"])
            quantity = sentence.quantities[index]
            between = match[0][match.end("word") - match.start() :]
            if _CHANGED.search(between) and not _TO_THE_NUMBER.search(between):
                continue
            if quantity.unit != "USD" or quantity.value is None or quantity.value < 10_000:
                continue
            label = match["label"].strip()
            words = {w.lower().strip(",.") for w in label.split()} - _names(disclosure)
            if _PART.search(label):
                continue
            period, dated, reason = period_for(
                sentence, sentence.at[index], "period", passage.period, subject, disclosure
            )
            if not dated and not passage.certain:
                continue
            if (
                period is None
                or reason == "another_span"
                or period.start is None
                or period.end > disclosure.disclosed_on
            ):
                continue
            where = f"text {block.offset + offset}–{block.offset + offset + len(text)}"
            yield RevenueSentence(
                f"{label} {match['word']}".strip(),
                words <= _TOTAL_WORDS,
                quantity.value,
                quantity.step / 2,
                quantity.qualifier,
                period.start,
                period.end,
                where,
            )
