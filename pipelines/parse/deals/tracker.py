"""The deals that a text tells, sentence by sentence: new ones, what later sentences add, and the same deal told again.

Articles and filings both tell a deal over several sentences: "Bitfarms completed its acquisition of Stronghold. The
aggregate consideration was approximately $125 million"; "This acquisition … 440 megawatts".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipelines.parse.deals.deal import Deal, merged, same_party
from pipelines.parse.deals.sentences import find_addition
from pipelines.parse.deals.vocabulary import ACQUISITION, AGREED, BACK, CLOSED, CLOSES, TARGET
from pipelines.parse.language.annotation import Told
from pipelines.watchlist import Company


@dataclass(frozen=True, slots=True)
class ToldDeal:
    """A deal, whose it is, and the day on which a filing says it was made (None: the day of publication)."""

    company: Company
    deal: Deal
    day: date | None = None


class DealsTold:
    """Goes along with a text. told: the deals so far."""

    def __init__(self) -> None:
        self.told: list[ToldDeal] = []
        self._last: ToldDeal | None = None
        self._just_told = False

    def take(self, company: Company, deal: Deal, day: date | None = None) -> None:
        """A sentence's deal: a new one, or more of one that is known."""
        for place, known in enumerate(self.told):
            if known.company == company and _same(known.deal, deal):
                days = [d for d in (known.day, day) if d is not None]
                self.told[place] = self._last = ToldDeal(
                    company, merged(known.deal, deal), min(days, default=None)
                )
                break
        else:
            self._last = ToldDeal(company, deal, day)
            self.told.append(self._last)
        self._just_told = True

    def announce(self, company: Company, deal: Deal, day: date | None = None) -> None:
        """A deal without its size, which the next sentences may tell."""
        known = any(
            t.company == company and t.deal.kind == deal.kind and same_party(t.deal.party, deal.party)
            for t in self.told
        )
        if not known:
            self._last, self._just_told = ToldDeal(company, deal, day), True

    def add(self, told: Told, subjects: Iterable[Company | None]) -> None:
        """What a sentence without a deal of its own says of the one told last. `subjects`: whom the sentence speaks of."""
        last, just_told = self._last, self._just_told
        self._just_told = False
        if last is None or last.deal.kind == TARGET or any(s != last.company for s in subjects):
            return
        of_it = just_told or BACK.search(told.masked) is not None
        if (
            of_it
            and last.deal.status == CLOSED
            and last.deal.kind == ACQUISITION
            and CLOSES.search(told.masked)
        ):
            # "The acquisition is not expected to close before the third quarter": it has not.
            last = self._put(last, replace(last.deal, status=AGREED))
        added = find_addition(told, last.deal, just_told=just_told)
        if added is None:
            return
        deal = last.deal
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
        self._just_told = True

    def _put(self, known: ToldDeal, deal: Deal) -> ToldDeal:
        """Write what is known of a deal now; an announced one is told from here on where its size is known."""
        self._last = ToldDeal(known.company, deal, known.day)
        if known in self.told:
            self.told[self.told.index(known)] = self._last
        elif deal.amount is not None or deal.megawatts is not None:
            self.told.append(self._last)
        return self._last


def _same(known: Deal, deal: Deal) -> bool:
    if known.kind != deal.kind:
        return False
    if deal.kind == TARGET:
        return known.megawatts == deal.megawatts
    if known.party and deal.party:
        return same_party(known.party, deal.party)
    return known.amount == deal.amount and known.amount is not None
