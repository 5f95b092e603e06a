"""The deals that an article tells, sentence by sentence: new ones, and what later sentences add to those told before."""

from collections.abc import Callable
from decimal import Decimal

from pipelines.parse.article_sentence import Told, place_of
from pipelines.parse.deal_sentences import TARGET, Deal, find_addition, find_deal, merged, same_party
from pipelines.parse.quantities import rounding_of
from pipelines.watchlist import Company

Whose = Callable[[Told, int], tuple[Company | None, str]]


class DealsTold:
    """Goes along with an article. told: whose deal and the deal; left: reason and sentence of what was not taken."""

    def __init__(self) -> None:
        self.told: list[tuple[Company, Deal]] = []
        self.left: list[tuple[str, str]] = []
        self._just_told = False

    def read(self, told: Told, whose: Whose) -> None:
        """Take what a sentence says of deals."""
        deal = find_deal(told)
        if deal is None:
            self._addition(told)
            self._just_told = False
            return
        self._just_told = True
        company = self._owner(told, deal, whose)
        if company is None:
            self.left.append(("another company's deal", told.label))
            return
        for place, (owner, known) in enumerate(self.told):
            if owner == company and _same(known, deal):
                self.told[place] = (owner, merged(known, deal))
                return
        self.told.append((company, deal))

    @staticmethod
    def _owner(told: Told, deal: Deal, whose: Whose) -> Company | None:
        """Whose deal it is: whom the sentence says is bought, else its first subject, else who was spoken of."""
        if deal.owner is not None:
            return told.mentions[deal.owner].company
        index = next(
            (i for i, q in enumerate(told.quantities) if q.value in (deal.amount, deal.megawatts)), 0
        )
        position = told.at[index][0]
        first = next((m for m in told.mentions if m.subject), None)
        if first is not None and place_of(told, told.mentions.index(first)) < position:
            return first.company
        return whose(told, position)[0]

    def _addition(self, told: Told) -> None:
        """ "This acquisition … 440 megawatts": what is said of the deal told last."""
        added = find_addition(told, just_told=self._just_told)
        if added is None or not self.told:
            return
        company, deal = self.told[-1]
        subject = next((m for m in told.mentions if m.subject), None)
        if deal.kind == TARGET or (subject is not None and subject.company != company):
            return
        amount, megawatts = added
        extra = Deal(
            deal.kind, "", amount.value if amount else None, rounding_of(amount) if amount else Decimal(0),
            megawatts.value if megawatts else None, rounding_of(megawatts) if megawatts else Decimal(0), "", None, deal.status, told.label, told.offset,
        )  # fmt: skip
        self.told[-1] = (company, merged(deal, extra))


def _same(known: Deal, deal: Deal) -> bool:
    if known.kind != deal.kind:
        return False
    if deal.kind == TARGET:
        return known.megawatts == deal.megawatts
    if known.party and deal.party:
        return same_party(known.party, deal.party)
    return known.amount == deal.amount
