"""Deals in a text, sentence by sentence.

A deal often takes several sentences: "Bitfarms completed its acquisition of Stronghold. The aggregate
consideration was approximately $125 million"; "This acquisition … 440 megawatts".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipelines.parse.deals.deal import Deal, merged, same_party
from pipelines.parse.deals.sentences import find_addition
from pipelines.parse.deals.vocabulary import ACQUISITION, AGREED, BACK, CLOSED, CLOSES, FINANCING, TARGET
from pipelines.parse.language.annotation import AnnotatedSentence
from pipelines.watchlist import Company


@dataclass(frozen=True, slots=True)
class TrackedDeal:
    """A deal, its company, and its date in a filing; `day` None is the day of publication."""

    company: Company
    deal: Deal
    day: date | None = None


class DealTracker:
    """Collects the deals of a text."""

    def __init__(self) -> None:
        self.deals: list[TrackedDeal] = []
        self._last: TrackedDeal | None = None
        self._just_added = False

    def take(self, company: Company, deal: Deal, day: date | None = None) -> None:
        """Add a sentence's deal, or merge it with a known one."""
        for place, known in enumerate(self.deals):
            if known.company == company and _same(known.deal, deal):
                days = [d for d in (known.day, day) if d is not None]
                self.deals[place] = self._last = TrackedDeal(
                    company, merged(known.deal, deal), min(days, default=None)
                )
                break
        else:
            self._last = TrackedDeal(company, deal, day)
            self.deals.append(self._last)
        self._just_added = True

    def announce(self, company: Company, deal: Deal, day: date | None = None) -> None:
        """Remember a deal without its size, which the next sentences may state."""
        known = any(
            t.company == company and t.deal.kind == deal.kind and same_party(t.deal.party, deal.party)
            for t in self.deals
        )
        if not known:
            self._last, self._just_added = TrackedDeal(company, deal, day), True

    def add(self, sentence: AnnotatedSentence, subjects: Iterable[Company | None]) -> None:
        """Add details from a sentence without a deal of its own to the last deal.

        Args:
            subjects: The companies that the sentence is about.
        """
        last, just_added = self._last, self._just_added
        self._just_added = False
        if last is None or last.deal.kind == TARGET or any(s != last.company for s in subjects):
            return
        of_it = just_added or BACK.search(sentence.masked) is not None
        if (
            of_it
            and last.deal.status == CLOSED
            and last.deal.kind == ACQUISITION
            and CLOSES.search(sentence.masked)
        ):
            # "The acquisition is not expected to close before the third quarter": it is still open.
            last = self._put(last, replace(last.deal, status=AGREED))
        added = find_addition(sentence, last.deal, just_added=just_added)
        if added is None:
            return
        deal = last.deal
        if deal.kind == FINANCING:
            added = replace(added, megawatts=None, megawatts_rounding=Decimal(0))
        if added.amount is None and added.megawatts is None and added.due is None:
            return
        extra = replace(
            added,
            kind=deal.kind,
            status=deal.status,
            amount=None if deal.amount is not None else added.amount,
            amount_rounding=Decimal(0) if deal.amount is not None else added.amount_rounding,
        )
        if deal.amount is None and deal.megawatts is None:
            grown = replace(
                extra, party=deal.party, due=deal.due or extra.due, sentence=deal.sentence, offset=deal.offset
            )
        else:
            grown = merged(deal, extra)
        self._put(last, grown)
        self._just_added = True

    def _put(self, known: TrackedDeal, deal: Deal) -> TrackedDeal:
        """Replace a deal by its updated version; an announced one is added once its size is known."""
        self._last = TrackedDeal(known.company, deal, known.day)
        if known in self.deals:
            self.deals[self.deals.index(known)] = self._last
        elif deal.amount is not None or deal.megawatts is not None:
            self.deals.append(self._last)
        return self._last


def _same(known: Deal, deal: Deal) -> bool:
    if known.kind != deal.kind:
        return False
    if deal.kind == TARGET:
        return known.megawatts == deal.megawatts
    if known.party and deal.party:
        return same_party(known.party, deal.party)
    return known.amount == deal.amount and known.amount is not None
