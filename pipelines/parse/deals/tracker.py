"""Deals in a text, sentence by sentence.

A deal often takes several sentences: "Bitfarms completed its acquisition of Stronghold. The aggregate
consideration was approximately $125 million"; "This acquisition … 440 megawatts".
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipelines.parse.deals.days import stated_days, with_days
from pipelines.parse.deals.deal import (
    ACQUISITION,
    AGREED,
    CLOSED,
    CONTRACTS,
    FINANCING,
    HOSTING,
    LEASE,
    PLANNED,
    TARGET,
    TERMINATED,
    UP_TO,
    Deal,
    merged,
    same_party,
)
from pipelines.parse.deals.deal_sentence import DealSentence
from pipelines.parse.deals.parties import is_for
from pipelines.parse.deals.sentences import find_addition, find_announced, find_deals
from pipelines.parse.deals.terminations import find_terminated
from pipelines.parse.deals.terms import Terms, terms_of
from pipelines.parse.deals.vocabulary import says
from pipelines.parse.language.annotation import AnnotatedSentence
from pipelines.parse.language.companies import Mention
from pipelines.watchlist import Company


@dataclass(frozen=True, slots=True)
class TrackedDeal:
    """A deal, its company, and its date in a filing; `day` None is the day of publication.

    Args:
        told: Whether a sentence of the text states it, not the title alone.
    """

    company: Company
    deal: Deal
    day: date | None = None
    told: bool = False


class DealTracker:
    """Collects the deals of a text.

    Args:
        used: The sentence of each amount and capacity that is part of a deal.
    """

    def __init__(self) -> None:
        self.deals: list[TrackedDeal] = []
        self.used: list[str] = []
        self._last: TrackedDeal | None = None
        self._announced: list[TrackedDeal] = []
        self._just_added = False
        self._terms: Terms | None = None

    def read(
        self,
        sentence: AnnotatedSentence,
        subjects: Iterable[Company | None],
        owner: Callable[[Deal], Company | None],
        status: str = "",
    ) -> list[Deal]:
        """Add what a sentence states of deals.

        Args:
            subjects: The companies that the sentence is about.
            owner: The company of a deal; None if it is another one's.
            status: The status that the item of a form implies.

        Returns:
            The deals of other companies.
        """
        read = DealSentence(sentence)
        reported, dated = stated_days(sentence)
        day = reported or dated
        if status == TERMINATED:
            self._end(read, owner, day)
            return []
        optional = says("exercised", sentence.masked) is not None
        # The exercise of an option comes days after the deal.
        option_on, day = (day, None) if optional else (None, day)
        reported = None if optional else reported
        found = [with_days(by_item(deal, status), read.text, reported, dated) for deal in find_deals(read)]
        deals = self._without_parts(found)
        others = []
        announced = find_announced(read) if all(d.kind == TARGET for d in deals) else None
        if announced is None and all(d.kind in (TARGET, FINANCING) for d in deals):
            self._add(read, subjects)
        deals = self._with_terms(read, deals, reported, dated)
        for deal in deals:
            company = owner(deal)
            if company is not None:
                self.take(company, deal, day)
            else:
                others.append(deal)
        if announced is not None:
            # After a target of the same sentence: the next ones are about the deal.
            announced = with_days(by_item(announced, status), read.text, reported, dated)
            if (company := owner(announced)) is not None:
                self.announce(company, announced, day)
            else:
                others.append(announced)
        if option_on is not None:
            self._exercise(option_on)
        return others

    def _end(self, sentence: DealSentence, owner: Callable[[Deal], Company | None], day: date | None) -> None:
        """Add the deal that item 1.02 ends; its day is of the sentence with the termination."""
        day = day if says("ended", sentence.text) else None
        ended, last = find_terminated(sentence), self._last
        if ended is not None:
            if (company := owner(ended)) is not None:
                self.take(company, ended, day)
        elif day is not None and last is not None and last.deal.status == TERMINATED:
            self.deals[self.deals.index(last)] = self._last = replace(last, day=last.day or day)

    def _with_terms(
        self, sentence: DealSentence, deals: list[Deal], reported: date | None, dated: date | None
    ) -> list[Deal]:
        """The deals with the terms of the sentences before; a known financing gets the later ones."""
        if any(deal.kind == FINANCING for deal in deals):
            before, self._terms = self._terms, None
            return [before.of(d) if before and d.kind == FINANCING else d for d in deals]
        terms = terms_of(sentence, reported, dated)
        if terms is not None:
            last = self._last
            if (
                last is not None
                and last.deal.kind == FINANCING
                and not says("named_instrument", sentence.text)
            ):
                self._put(last, terms.of(last.deal))
            else:
                self._terms = terms.beside(self._terms)
        return deals

    def _without_parts(self, deals: list[Deal]) -> list[Deal]:
        """Deals without the parts of a known financing.

        "It gets $14 million", of which "the deal includes a $2 million loan and $12 million of equity".
        """
        parts = [d.amount for d in deals if d.kind == FINANCING and d.amount is not None]
        whole = next(
            (t for t in self.deals if t.deal.kind == FINANCING and t.deal.amount == sum(parts)), None
        )
        if len(parts) < 2 or whole is None:
            return deals
        if whole.deal.offset < 0 and not whole.told:
            # The title adds up what are two offerings.
            self.deals.remove(whole)
            return deals
        return [d for d in deals if d.kind != FINANCING]

    def _exercise(self, on: date) -> None:
        """Give the last financing the day on which an option for more of it was exercised."""
        last = next((t for t in reversed(self.deals) if t.deal.kind == FINANCING), None)
        if last is not None:
            self._put(last, replace(last.deal, option_on=last.deal.option_on or on))

    def take(self, company: Company, deal: Deal, day: date | None = None) -> None:
        """Add a sentence's deal, or merge it with a known one.

        Capacity that a contract delivers does not count as a target.
        """
        if deal.kind == TARGET and any(
            known.company == company
            and known.deal.kind in CONTRACTS
            and (known.deal.megawatts == deal.megawatts or is_for(known.deal.party, deal.sentence))
            for known in self.deals
        ):
            return
        last = self._last
        self._use(deal, deal.sentence)
        for place, known in enumerate(self.deals):
            if known.company == company and (
                _same(known.deal, deal)
                or (known is last and _goes_on(known.deal, deal))
                or (self._is_first(deal) and _is_of_the_title(known.deal, deal))
            ):
                days = [d for d in (known.day, day) if d is not None]
                told = known.told or deal.offset >= 0
                self.deals[place] = self._last = TrackedDeal(
                    company, merged(known.deal, deal), min(days, default=None), told
                )
                break
        else:
            closed = (t.deal for t in self._announced if t.company == company and _is_closed_by(t.deal, deal))
            before = next(closed, None)
            # "Has completed its acquisition of Stronghold": "had agreed to acquire it for $125 million".
            self._last = TrackedDeal(company, merged(before, deal) if before else deal, day)
            self.deals.append(self._last)
        self._just_added = True

    def _is_first(self, deal: Deal) -> bool:
        """Whether no sentence but the title stated a deal of its kind."""
        return all(t.deal.offset < 0 and not t.told for t in self.deals if t.deal.kind == deal.kind)

    def announce(self, company: Company, deal: Deal, day: date | None = None) -> None:
        """Remember a deal without its size, which the next sentences may state."""
        for place, known in enumerate(self.deals):
            if known.company != company:
                continue
            if known.deal.party and deal.party:
                of_title = known.deal.offset < 0 and _of_two_sides(known.deal, deal)
                parties = of_title or same_party(known.deal.party, deal.party)
                same = _are_alike(known.deal, deal) and parties
            else:
                same = known.deal.kind == deal.kind
            if same:
                if (deal.firm and not known.deal.firm) or (deal.party and not known.deal.party):
                    # The headline gave its size, the text says with whom and how far it has come.
                    known = self.deals[place] = replace(known, deal=merged(known.deal, deal))
                self._last, self._just_added = known, True
                return
        self._last, self._just_added = TrackedDeal(company, deal, day), True
        self._announced.append(self._last)

    @property
    def last_party(self) -> str:
        """The other side of the last deal; empty if none is named."""
        return self._last.deal.party if self._last else ""

    def _add(self, sentence: DealSentence, subjects: Iterable[Company | None]) -> None:
        """Add details from a sentence without a deal of its own to the last deal.

        Args:
            subjects: The companies that the sentence is about.
        """
        last, just_added = self._last, self._just_added
        self._just_added = False
        others = [s for s in subjects if last is None or s != last.company]
        if last is not None and (_is_of_the_party(sentence, last.deal.party) or _is_reported(sentence)):
            others = []
        if last is None or last.deal.kind == TARGET or any(others):
            return
        of_it = just_added or says("back", sentence.text) is not None
        if (
            of_it
            and last.deal.status == CLOSED
            and last.deal.kind == ACQUISITION
            and says("closes", sentence.text)
        ):
            # "The acquisition is not expected to close before the third quarter": it is still open.
            last = self._put(last, replace(last.deal, status=AGREED))
        added = find_addition(sentence, last.deal, just_added=just_added, of_customer=bool(others))
        if added is None:
            # "The lease is for its campus in Texas. It covers 352 MW": so is the next sentence.
            self._just_added = says("back", sentence.text) is not None
            return
        deal = last.deal
        same = added.amount is not None and deal.amount is not None and _near(added.amount, deal.amount)
        if same and deal.offset < 0 and added.amount != deal.amount:
            # A title rounds: "for $650 million" above a price of $651 million.
            deal = replace(
                deal,
                amount=added.amount,
                amount_rounding=added.amount_rounding,
                sentence=added.sentence,
                offset=added.offset,
            )
        if deal.amount is not None and deal.amount_kind != UP_TO and not same:
            added = replace(added, amount=None, amount_rounding=Decimal(0), amount_kind="")
        if added.amount is None and added.megawatts is None and added.due is None and not added.party:
            return
        self._use(added, sentence.sentence.label)
        leases = deal.kind == HOSTING and _LEASES.search(sentence.text)
        extra = replace(
            added,
            kind=LEASE if leases else deal.kind,
            status=deal.status,
            firm=False,
            sentence=deal.sentence,
            offset=deal.offset,
        )
        self._put(last, merged(deal, extra))
        self._just_added = True

    def _use(self, deal: Deal, sentence: str) -> None:
        self.used += [sentence for size in (deal.amount, deal.megawatts) if size is not None]

    def _put(self, known: TrackedDeal, deal: Deal) -> TrackedDeal:
        """Replace a deal by its updated version; an announced one is added once its size is known."""
        self._last = replace(known, deal=deal)
        if known in self.deals:
            self.deals[self.deals.index(known)] = self._last
        elif deal.amount is not None or deal.megawatts is not None:
            self.deals.append(self._last)
        return self._last


# "Fluidstack will lease the capacity": the contract is a lease.
_LEASES = re.compile(r"\b(?:will|to|would) lease\b", re.IGNORECASE)
_REPORTS = re.compile(r"\s+(?:also |has |had )?(?:add|report|note|say|said|wrot)\w*\s+(?:on \w+ )?that\b")
_HAS_ACQUIRED = re.compile(r"\b(?:acquired|purchased|completed|closed|consummated)\b", re.IGNORECASE)


def _is_of_the_party(sentence: DealSentence, party: str) -> bool:
    """Whether the only subject is the deal's other side: "Fluidstack will lease the capacity"."""
    label = sentence.sentence.label
    subjects = _unwatched_subjects(sentence)
    return bool(subjects) and all(same_party(label[m.start : m.end], party) for m in subjects)


def _is_reported(sentence: DealSentence) -> bool:
    """Whether the only subjects that are not watched report: "Bloomberg added that the deal"."""
    subjects = _unwatched_subjects(sentence)
    return bool(subjects) and all(_REPORTS.match(sentence.sentence.label, m.end) for m in subjects)


def _unwatched_subjects(sentence: DealSentence) -> list[Mention]:
    return [m for m in sentence.sentence.mentions if m.subject and m.company is None]


def by_item(deal: Deal, status: str) -> Deal:
    """A deal with the status that its item implies, unless its sentence is more specific.

    Notes that were sold under item 1.01 are sold.
    """
    if not status or deal.kind in (TARGET, FINANCING) or deal.status == PLANNED:
        return deal
    if status == AGREED and deal.status == CLOSED and _HAS_ACQUIRED.search(deal.sentence):
        # Under item 1.01 too: "Riot acquired fee simple title to 200 acres of land for $96 million".
        return deal
    return replace(deal, status=status)


def _are_contracts(*deals: Deal) -> bool:
    return all(deal.kind in CONTRACTS for deal in deals)


def _are_alike(one: Deal, other: Deal) -> bool:
    """Whether deals are of one kind; a lease may also be called a hosting contract."""
    return one.kind == other.kind or _are_contracts(one, other)


def _same(known: Deal, deal: Deal) -> bool:
    """Whether two sentences of a document describe one deal."""
    if not _are_alike(known, deal):
        return False
    if deal.kind == TARGET:
        return known.megawatts == deal.megawatts
    if TERMINATED in (known.status, deal.status):
        return not (known.party and deal.party) or same_party(known.party, deal.party)
    if deal.kind == FINANCING:
        if known.matures and deal.matures and known.matures != deal.matures:
            return False
        return known.amount == deal.amount and (
            not known.party or not deal.party or same_party(known.party, deal.party)
        )
    if known.party and deal.party and not _of_two_sides(known, deal):
        return same_party(known.party, deal.party) and not _differ(known, deal)
    if known.amount is not None and deal.amount is not None:
        return _near(known.amount, deal.amount)
    return known.megawatts is not None and known.megawatts == deal.megawatts


def _is_closed_by(announced: Deal, deal: Deal) -> bool:
    """Whether a deal stated without its size is another one of the same party, and closed."""
    named = announced.party and deal.party and same_party(announced.party, deal.party)
    return bool(named) and announced.kind == deal.kind and announced.status == CLOSED


def _goes_on(known: Deal, deal: Deal) -> bool:
    """Whether a contract continues the last one: "The lease should bring in". One has no party."""
    sized_twice = known.megawatts is not None and deal.megawatts not in (None, known.megawatts)
    alone = not deal.party or (not known.party and not sized_twice)
    return _are_contracts(known, deal) and alone and (known.amount is None or deal.amount is None)


def _is_of_the_title(known: Deal, deal: Deal) -> bool:
    """Whether a deal is the one of the title, as far as neither states what the other denies."""
    if known.offset >= 0 or known.kind != deal.kind or deal.kind in (TARGET, FINANCING):
        return False
    parties = known.party and deal.party and not same_party(known.party, deal.party)
    parties = parties and not _of_two_sides(known, deal)
    sized = known.amount is not None and deal.amount is not None and not _near(known.amount, deal.amount)
    powered = known.megawatts is not None and deal.megawatts not in (None, known.megawatts)
    return not (parties or sized or powered)


def _of_two_sides(known: Deal, deal: Deal) -> bool:
    """Whether one names the seller and the other what is bought: neither denies the other."""
    return {known.role, deal.role} == {"seller", "target"}


def _differ(known: Deal, deal: Deal) -> bool:
    """Whether two contracts with one party have amounts and capacities of their own."""
    return (
        known.kind in CONTRACTS
        and known.amount is not None
        and deal.amount is not None
        and not _near(known.amount, deal.amount)
        and known.megawatts is not None
        and deal.megawatts is not None
        and known.megawatts != deal.megawatts
    )


def _near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= max(one, other) / 20
