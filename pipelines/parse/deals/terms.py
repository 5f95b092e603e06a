"""Terms of notes and loans in other sentences than their amount.

"Completed its offering of notes due 2031 (the “notes”). The notes were sold under an agreement dated as of
December 2. The aggregate principal amount was $850 million."
"""

from dataclasses import dataclass, replace
from datetime import date

from pipelines.parse.deals.deal import CLOSED, FINANCING, Deal
from pipelines.parse.deals.deal_sentence import DealSentence, Event
from pipelines.parse.deals.status import maturity_of
from pipelines.parse.deals.vocabulary import begins, says


@dataclass(frozen=True, slots=True)
class Terms:
    """Year of maturity, days of agreement and closing; None for what a sentence leaves out."""

    matures: int | None
    agreed_on: date | None
    closed_on: date | None

    def __bool__(self) -> bool:
        return any((self.matures, self.agreed_on, self.closed_on))

    def of(self, deal: Deal) -> Deal:
        """A financing with these terms, as far as its own sentence states none."""
        return replace(
            deal,
            matures=deal.matures or self.matures,
            agreed_on=deal.agreed_on or self.agreed_on,
            closed_on=deal.closed_on or (self.closed_on if deal.status == CLOSED else None),
        )

    def beside(self, other: "Terms | None") -> "Terms":
        """The terms of two sentences about one instrument."""
        if other is None:
            return self
        return Terms(
            self.matures or other.matures,
            self.agreed_on or other.agreed_on,
            self.closed_on or other.closed_on,
        )


def terms_of(s: DealSentence, reported: date | None, dated: date | None) -> Terms | None:
    """The terms that a sentence without an amount gives an instrument.

    None if the sentence is not about one: it begins with it ("The notes will mature on") or gives it its name
    (… due 2031 (the “notes”)).
    """
    if s.money or not (begins("instrument", s.text) or says("named_instrument", s.text)):
        return None
    closes = reported if says("places", s.text) and not says("announces", s.text) else None
    terms = Terms(maturity_of(s, Event(FINANCING, 0, 0, "", "", 0, 0)), dated, closes)
    return terms or None
