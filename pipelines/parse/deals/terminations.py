"""Ended deals: item 1.02 of Form 8-K, "terminated the merger agreement with CoreWeave"."""

from copy import copy
from dataclasses import replace

from pipelines.parse.deals.deal import ACQUISITION, FINANCING, HOSTING, LEASE, TARGET, TERMINATED, Deal
from pipelines.parse.deals.deal_sentence import DealSentence, Event
from pipelines.parse.deals.parties import SIDE, party_of
from pipelines.parse.deals.sentences import deals_in, first_deal, sized
from pipelines.parse.deals.vocabulary import says

# The kinds of agreements by their names, and what the other side of each is.
_AGREEMENTS = (
    ("merged", ACQUISITION, ""),
    ("leased", LEASE, "customer"),
    ("hosted", HOSTING, "customer"),
    ("lent", FINANCING, "lender"),
)


def find_terminated(sentence: DealSentence) -> Deal | None:
    """The deal that a sentence of item 1.02 is about, with its party and size if it states them."""
    stated = [d for d in deals_in(copy(sentence)) if d.kind != TARGET]
    deal = stated[0] if stated else first_deal(sentence) or _of_an_agreement(sentence)
    return replace(deal, status=TERMINATED, firm=True, due=None) if deal else None


def _of_an_agreement(s: DealSentence) -> Deal | None:
    """The deal of an agreement that a sentence names: "the credit agreement with NYDIG"."""
    found = min(
        ((m.start(), kind, role) for name, kind, role in _AGREEMENTS if (m := says(name, s.text))),
        default=None,
    )
    if found is None:
        return None
    start, kind, role = found
    sides = [m for m in SIDE.finditer(s.text) if party_of(s.sentence, m)]
    near = next((m for m in sides if m.start() > start), sides[0] if sides else None)
    if near is None:
        return None
    party = party_of(s.sentence, near)
    return sized(s, Event(kind, start, start, party, role, start, len(s.text.rstrip())))
