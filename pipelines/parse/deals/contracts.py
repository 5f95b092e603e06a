"""Leases and hosting contracts: who is the customer."""

import re
from collections.abc import Iterable
from decimal import Decimal

from pipelines.parse.deals.deal import HOSTING, LEASE
from pipelines.parse.deals.deal_sentence import DealSentence, Event
from pipelines.parse.deals.parties import NAME, other_side, party_of
from pipelines.parse.deals.vocabulary import has_phrase, phrase_at, says
from pipelines.parse.language.quantities import Quantity
from pipelines.watchlist.words import word_list

# "A 15-year lease worth $9.8 billion with an undisclosed tenant" is a deal without a name.
_LARGE_LEASE = Decimal(100_000_000)

# "Core42 would rent 70 MW at its campus": the customer is the subject.
_TAKES = re.compile(rf"{NAME.pattern}\s+(?:will|would|is to|has agreed to|agreed to)\s+$")
_ITS_LARGE = re.compile(r"(?:⟬\w⟭['’]s?|\b(?:its|their))\s+(?:[\w-]+,?\s+){0,2}⟦\d+⟧\s+(?:[\w-]+\s+){0,4}$")
# "The recent $9.7 billion contract with Microsoft for GPU services".
_THE_LARGE = re.compile(
    r"\b(?:the|this|that|an?)\s+(?:(?:[\w-]+|⟦\d+⟧),?\s+){0,2}⟦(?P<ref>\d+)⟧,?\s+(?:[\w-]+\s+){0,4}$",
    re.IGNORECASE,
)
_INTENT = re.compile(r"letters? of intent\b|loi\b", re.IGNORECASE)
_PURCHASE = re.compile(r"\b(?:acquisition|acquir\w+|purchas\w+|buy(?:s|ing)?)\b", re.IGNORECASE)
# "The company also had a hosting arrangement with GRIID": background.
_HAD = re.compile(r"\b(?<!has )(?<!have )had\s+(?:also\s+)?an?\s+(?:[\w-]+\s+){0,2}$", re.IGNORECASE)
_NEAR, _AFTER = 45, 70
_BEHIND_A_LEASE = frozenset(word_list("deals.behind_a_lease"))


# "Previously, Cipher had reached a ten-year agreement with Google": background.
_BEFORE_IT = re.compile(r"\W*(?:previously|earlier)\b[^.;]{0,30}\bhad\b", re.IGNORECASE)


# "Struck deals since last summer with its lenders", "through lease extensions".
_WITH_LENDERS = re.compile(
    r"[^.;,⟦]{0,40}?\bwith\s+(?:[a-z]+\s+){0,3}?(?:lenders?|creditors?|noteholders?|bondholders?)\b",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\s+(?:extension|renewal|option)s?\b", re.IGNORECASE)


def contracts(s: DealSentence) -> Iterable[Event]:
    """The leases and hosting contracts of a sentence, with the customer if one is named."""
    words = s.words
    if _BEFORE_IT.match(s.text):
        return
    for k, token in enumerate(words):
        leased = phrase_at("leasing", words, k) and not _is_noun(s, k) and _is_news(s, k)
        noun = phrase_at("contract", words, k) and not leased
        if not noun and not leased and not phrase_at("deliver", words, k):
            continue
        if noun:
            first = s.phrase_start(k)
            near = min(k + 14, len(words))
            near = next((j for j in range(k + 1, near) if words[j].text in ";:."), near)
            topic = has_phrase("computing", words, first, near) or (
                has_phrase("computing", words, 0, len(words)) and has_phrase("raise", words, 0, k)
            )
            topic = topic or any(token.end < m.start < words[near - 1].end for m in s.megawatts)
            topic = topic or _is_termed(s, token.start)
            if (
                not topic
                or has_phrase("other_contracts", words, first, k)
                or has_phrase("other_contracts", words, k + 1, min(k + 5, near))
            ):
                continue
            if says("of_the_grid", s.text[token.end : token.end + _AFTER]):
                continue
            if _WITH_LENDERS.match(s.text[token.end :]) or _EXTENSION.match(s.text[token.end :]):
                continue
            # "Signs a lease with Anthropic, acquires a campus": behind a comma is another deal.
            part = next((j for j in range(k + 1, min(k + 14, len(words))) if words[j].text == ","), k + 14)
            bought = any(phrase_at("acquire", words, j) for j in range(k + 1, min(part, len(words))))
            if _INTENT.match(s.text[token.start :]) and _PURCHASE.search(s.text):
                # "Signed a letter of intent with Bitfarms … with the acquisition".
                continue
            if _is_grown(s, k) or bought or s.is_of_others() or _HAD.search(s.text[: token.start]):
                continue
            sized = any(words[first].start <= m.start < token.start for m in s.megawatts)
            # "IREN's $9.7 billion AI contract with Microsoft".
            sized = sized or bool(s.money and _ITS_LARGE.search(s.text[: token.start]))
            sized = sized or _is_large_contract(s, token.start)
            if not (sized or s.headline or has_phrase("sign", words, 0, len(words))):
                continue
            takes = None
            lease = token.lemma == "lease" or has_phrase("leasing", words, first, k)
        else:
            lease = bool(leased)
            after = s.object_end(k + 1)
            large = [m for m in s.money if leased and _is_large(m.quantity)]
            sized = any(token.end <= m.start < words[after - 1].end for m in (*s.megawatts, *large))
            if not sized and not (leased and has_phrase("computing", words, k, after)):
                continue
            if not leased and (has_phrase("utility", words, k, after) or s.is_anothers(token.start)):
                continue
            takes = _TAKES.search(s.text[: token.start]) if leased else None
            if not takes and not _delivers(s, k):
                continue
        party, role, owner = other_side(s.sentence, token.start, noun=bool(noun))
        if not noun and (customer := takes and party_of(s.sentence, takes)):
            party, role, owner = customer, "customer", None
        if (
            not party
            and not (lease and any(_is_large(m.quantity) for m in s.money))
            and not (lease and noun and s.megawatts)
        ):
            continue
        yield Event(
            LEASE if lease else HOSTING,
            token.start,
            token.end,
            party,
            role or "customer",
            token.start,
            len(s.text),
            owner,
        )


def _is_large(quantity: Quantity) -> bool:
    return quantity.unit == "USD" and quantity.value is not None and quantity.value >= _LARGE_LEASE


def _is_large_contract(s: DealSentence, position: int) -> bool:
    """Whether a large amount precedes a contract: "the recent $9.7 billion contract"."""
    found = _THE_LARGE.search(s.text[:position])
    return found is not None and _is_large(s.sentence.quantities[int(found["ref"])])


def _is_termed(s: DealSentence, position: int) -> bool:
    """Whether years and a large amount precede a contract: "a 10-year, $3 billion deal"."""
    near = [
        q
        for q, (start, _) in zip(s.sentence.quantities, s.sentence.at, strict=True)
        if position - _NEAR < start < position
    ]
    return any(map(_is_large, near)) and any("year" in q.text for q in near)


def _delivers(s: DealSentence, k: int) -> bool:
    """Whether somebody is named to whom it delivers: "to deliver 300 MW to Amazon Web Services"."""
    rest = s.text[s.words[k].end :]
    if any(_is_large(m.quantity) and m.start >= s.words[k].end for m in s.money) and re.search(
        r"\bfrom\s", rest
    ):
        # "Has leased a $7 billion data center from Fluidstack".
        return True
    return re.search(r"\b(?:to|for)\s+", rest) is not None


def _is_news(s: DealSentence, k: int) -> bool:
    """Whether a lease is new: not "it leases 590 MW to CoreWeave", nor "leased from Bitmain"."""
    if k + 1 < len(s.words) and s.words[k + 1].lemma == "from":
        return False
    return (
        s.headline
        or s.words[k].text.lower() not in ("leases", "rents", "lease")
        or (k > 0 and s.words[k - 1].lemma in ("to", "will"))
    )


def _is_grown(s: DealSentence, k: int) -> bool:
    """Whether contracts are added up: "has now signed contracts for 382 MW"."""
    return s.words[k].text.lower().endswith("s") and has_phrase("by_now", s.words, max(0, k - 6), k)


def _is_noun(s: DealSentence, k: int) -> bool:
    """Whether "lease" is a noun: "a lease", "a 15-year lease", "lease agreement"."""
    if s.words[k].lemma != "lease" or s.words[k].text.lower() not in ("lease", "leases"):
        return False
    before = s.words[k - 1] if k else None
    behind = s.words[k + 1] if k + 1 < len(s.words) else None
    if behind is not None and behind.lemma in _BEHIND_A_LEASE:
        return not (before is not None and before.lemma in ("to", "will"))
    return (
        before is not None
        and (before.kind == "w" and before.lemma not in ("to", "will", "company", "it", "miner"))
        and behind is not None
        and behind.kind not in "qm"
        and behind.lemma not in ("a", "an", "the", "its")
    )
