"""Deals and targets in a sentence, with size, other side and status.

Acquisitions, leases, hosting contracts, financings and planned capacity. Articles, press releases and items
1.01, 2.01 and 2.03 of Form 8-K use the same sentences. A sentence may state several deals, each with the
amounts that are its own. A deal needs an amount or megawatts and, unless it is a target or a financing, a
named object, site or party.
"""

import re
from copy import copy
from dataclasses import replace
from decimal import Decimal

from pipelines.parse.deals.acquisitions import acquisitions, is_bought_by_another
from pipelines.parse.deals.amounts import AIM, CRITICAL_IT, INSTRUMENTS, PHASE, PLAIN, SITE, Amount
from pipelines.parse.deals.contracts import contracts
from pipelines.parse.deals.deal import (
    ACQUISITION,
    CONTRACT_VALUE,
    CONTRACTS,
    FINANCING,
    HOSTING,
    LEASE,
    PLANNED,
    PRICE,
    TARGET,
    UP_TO,
    Deal,
    same_party,
)
from pipelines.parse.deals.deal_sentence import DealSentence, Event
from pipelines.parse.deals.due import Due, find_due
from pipelines.parse.deals.financings import borrowings, financings
from pipelines.parse.deals.parties import OWNED_BY, THE_SIDE, customer_of, is_named, party_of
from pipelines.parse.deals.status import maturity_of, status_of, term_of
from pipelines.parse.deals.targets import target
from pipelines.parse.deals.vocabulary import says
from pipelines.parse.language.annotation import mention_index, position_of
from pipelines.parse.language.quantities import rounding_of

_ACTS = re.compile(
    r"\s+(?:also |then |recently |now )?"
    r"(?:has|have|had|will|(?!based\b|backed\b|led\b)[a-z]+ed|securing|raising|signing|signs|wins|buys|gets|won)\b"
)
# "Was bought by", "signed by".
_BY_AGENT = re.compile(r"\b(?:\w+ed|bought|sold|taken|won|drawn)\s+by\s+(?:the )?(?:[a-z]+ ){0,2}$")
# "“We have acquired Stronghold,” Bitfarms posted": "we" is who speaks.
_SAID = r"(?:said|says|posted|wrote|noted|announced|stated|added|tweeted)"
_SPEAKER = re.compile(rf"[”\"]\s*(?:⟬(?P<by>\w)⟭\s+{_SAID}|{_SAID}\s+⟬(?P<of>\w)⟭)")
_WE = re.compile(r"\bwe\b", re.IGNORECASE)
_ITS = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
_WITH_A_SIDE = re.compile(
    r"\b(?:agreement|intent|loi|deal|contract)\s+with\s+(?:[a-z]+\s+){0,3}$", re.IGNORECASE
)
# "Four power plants with 310 MW in total", "a facility in Wyoming, USA, with a capacity of 75 MW".
_WITH = re.compile(
    r"^[^,;.]{0,40}(?:,\s+[A-Z][\w.]{1,15},\s+)?[^,;.]{0,40}\b(?:with|of|totaling)\s+(?:\w+\s+){0,5}$"
)
# "Is acquiring two sites in Kentucky, which could expand its capacity by 1.5 GW".
_WHICH_ADDS = re.compile(
    r",\s+(?:which|that)\s+(?:could |will |would |may |should |is expected to |are expected to )?"
    r"(?:add|expand|increase|bring|provide|offer|contribute|give)s?\b[^,;.⟦]{0,60}$"
)
# "The company's bitcoin holdings were valued at": not the deal.
_REMARK = re.compile(r",\s+an?\s[^,;.]*(?=[,;.]|$)", re.IGNORECASE)
_OF_LAND = re.compile(r"\b(?:acres|of land|land (?:purchase|acquisition)|fee simple)\b", re.IGNORECASE)
_VALUES_COINS = re.compile(
    r"\b(?:holdings?|bitcoins?|btc|coins)\b[^.,;⟦]{0,30}\b(?:valued|worth)\b", re.IGNORECASE
)
# "Access to 30 MW for up to 180 days".
_FOR_A_TIME = re.compile(r"\s*for (?:up to |at least |about |a further )?⟦(?P<ref>\d+)⟧", re.IGNORECASE)
# "With plans to bring an additional 8 MW online", "targeting conversion of up to 700 MW": not the deal's.
_ANOTHER_PLAN = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|target(?:s|ed|ing)?|aim(?:s|ed|ing)?|intend(?:s|ed|ing)?|goal)\b[^.;⟦]{0,60}$"
    r"|\b(?:additional|further|another|more)\s+$",
    re.IGNORECASE,
)
# "To acquire three acres for $1.9 million, followed by a deal to purchase 181 acres for $3.5 million".
_FOLLOWS = re.compile(r"\b(?:followed by|another|a second|a separate)\b[^.;⟦]{0,40}$", re.IGNORECASE)
# Rank of an amount that no word ties to a deal.
_UNCLEAR, _RIGHT_BEFORE = 3, 4
_OPENING = 5
# What an amount without a word of its own is: of an investment in shares, equity.
_KINDS_OF_PLAIN = {ACQUISITION: PRICE, FINANCING: "equity"}


def find_deals(sentence: DealSentence) -> list[Deal]:
    """The deals and targets of a sentence, with their sizes; none that is only considered."""
    quantities = sentence.sentence.quantities
    if not any(q.unit in ("USD", "MW") for q in quantities) or says("failed", sentence.text):
        return []
    # An amount belongs to one deal; other readers of the sentence still see all.
    return deals_in(copy(sentence))


def find_announced(sentence: DealSentence) -> Deal | None:
    """A deal without its size, which later sentences may state."""
    # "Has acquired Stronghold, a move that could help it resist a hostile takeover": of another.
    if says("failed", _REMARK.sub("", sentence.text)) or not says("announced", sentence.text):
        return None
    return first_deal(sentence)


def find_addition(
    s: DealSentence, deal: Deal, *, just_added: bool = False, of_customer: bool = False
) -> Deal | None:
    """Amount, megawatts, date and customer that a sentence adds to an earlier deal.

    "This acquisition … 440 megawatts".

    Args:
        just_added: Whether the previous sentence states the deal, so that "it gets 440 MW" is about it.
        of_customer: Whether a company that is not watched is the subject: it may be the customer, its
            figures are not the deal's.
    """
    back, named = says("back", s.text) is not None, is_named(deal.party, s.sentence.label)
    of_it = back or named
    closes = (
        find_due(s.sentence.label, s.sentence.disclosure.disclosed_on)
        if deal.kind == ACQUISITION and says("closes", s.text)
        else None
    )
    valued = (
        (just_added or back) and says("value_of_it", s.text) is not None and not _VALUES_COINS.search(s.text)
    )
    brings = ((just_added or of_it) and says("brings", s.text) is not None) or _opens_with(s, deal.party)
    said = [m for m in s.money if _fits_kind(m, deal.kind) and (back or m.rank < _UNCLEAR)]
    amounts = said if valued or (back and not named) else []
    if deal.kind in CONTRACTS and _OF_LAND.search(s.text):
        # "The $96 million deal encompasses 200 acres": not the contract of the sentence before.
        amounts = []
    amount = min(amounts, key=lambda m: m.rank, default=None)
    # "At its Texas facility designed for 750 MW": the site's.
    own = [m for m in s.megawatts if m.kind != SITE]
    power = min(own, key=lambda m: m.rank, default=None) if brings and deal.kind != FINANCING else None
    if power is not None and (
        (deal.kind == ACQUISITION and _is_for_a_time(s, power))
        or (says("permitted", s.text) and power.kind != CRITICAL_IT)
        or (power.quantity.value != deal.megawatts and _ANOTHER_PLAN.search(s.text[: power.start]))
    ):
        power = None
    asked = deal.kind in CONTRACTS and not deal.party and (just_added or back) and not s.is_hedged(0)
    party, role = (customer_of(s.sentence), "customer") if asked else ("", "")
    if deal.kind == ACQUISITION and not deal.party and (just_added or back):
        owned = OWNED_BY.search(s.text)
        party, role = (party_of(s.sentence, owned) if owned else "", "seller")
    told = THE_SIDE.search(s.text)
    if told and not deal.party and just_added:
        party, role = party_of(s.sentence, told), told["role"]
    if of_customer:
        amount = power = closes = None
    if amount is None and power is None and closes is None and not party:
        return None
    event = Event(deal.kind, 0, 0, party, role if party else "", 0, 0)
    return _made(s, event, amount, power, closes)


def deals_in(s: DealSentence) -> list[Deal]:
    """The deals of a sentence with their sizes; removes the amounts that they take from it."""
    if says("opinion", s.text):
        return []
    out = []
    for raising, raised in financings(s):
        out.append(_made(s, raising, raised, None))
        s.money = [m for m in s.money if m.start != raised.start]
    events = [e for e in _events(s) if not s.is_hedged(e.start)]
    for place, event in enumerate(events):
        behind = min((e.start for e in events[place + 1 :] if e.kind == event.kind), default=len(s.text))
        if is_bought_by_another(s, event):
            continue
        # "Buys land for $96 million, signs a lease for 25 MW": up to the next event, if a size is there.
        later = (e for e in events[place + 1 :] if not (e.party and same_party(e.party, event.party)))
        following = min((e.start for e in later), default=len(s.text))
        amount, power = _sizes(s, event, min(following, behind))
        if amount is None and power is None:
            amount, power = _sizes(s, event, behind)
        if (amount is None and power is None) or any(
            event.kind == d.kind
            for d in out
            if d.kind != FINANCING and not event.party and not _FOLLOWS.search(s.text[: event.start])
        ):
            continue
        deal = _made(s, event, amount, power)
        if event.kind in CONTRACTS and deal.status == PLANNED:
            continue
        out.append(deal)
        s.money = [m for m in s.money if m is not amount]
        s.megawatts = [m for m in s.megawatts if m is not power]
    if planned := target(s):
        power, due = planned
        event = Event(TARGET, power.start, power.end, "", "", power.start, power.end)
        out.append(_made(s, event, None, power, due))
    return out


def _is_for_a_time(s: DealSentence, power: Amount) -> bool:
    """Whether megawatts are let for some days: "access to 30 MW for up to 180 days"."""
    time = _FOR_A_TIME.match(s.text[power.end :])
    return time is not None and s.sentence.quantities[int(time["ref"])].unit == "other"


def first_deal(s: DealSentence) -> Deal | None:
    """The first deal of a sentence, without its size."""
    if says("opinion", s.text):
        return None
    events = [*_events(s), *borrowings(s)]
    event = next((e for e in events if not (s.is_hedged(e.start) or is_bought_by_another(s, e))), None)
    deal = _made(s, event, None, None) if event else None
    return deal if deal and (deal.status != PLANNED or deal.party) else None


def sized(s: DealSentence, event: Event) -> Deal:
    """The deal of an event with the likeliest sizes of its sentence."""
    return _made(s, event, *_sizes(s, event, len(s.text)))


def _opens_with(s: DealSentence, party: str) -> bool:
    """Whether the sentence is about a deal's party: "Polaris holds rights to 440 MW"."""
    return is_named(party, s.sentence.label[: len(party) + _OPENING])


def _events(s: DealSentence) -> list[Event]:
    """Events in order; of two contracts with one party the lease."""
    by_party: dict[str, Event] = {}
    for event in contracts(s):
        known = by_party.setdefault(event.party, event)
        if event.kind == LEASE and known.kind == HOSTING:
            by_party[event.party] = replace(event, start=known.start)
    return [*acquisitions(s), *by_party.values()]


def _sizes(s: DealSentence, event: Event, until: int) -> tuple[Amount | None, Amount | None]:
    """The amount and megawatts of an event, the likeliest first, then the nearest."""

    def order(amount: Amount) -> tuple[int, int]:
        inside = event.object_start <= amount.start < event.object_end
        return (0 if inside and amount.quantity.unit == "MW" else amount.rank, abs(amount.start - event.end))

    # "Acquiring two sites through its $19.8 million purchase of GRIID": the next purchase's amount.
    last = until - _RIGHT_BEFORE if until < len(s.text) else until
    near = [m for m in s.money if m.start < until and m.end <= last and _fits_kind(m, event.kind, event.role)]
    money = min(near, key=order, default=None)
    inside = [m for m in s.megawatts if event.object_start <= m.start < event.object_end]
    sited = inside if event.kind == ACQUISITION else []
    if event.kind == ACQUISITION:
        s.megawatts = [m for m in s.megawatts if m.kind != PHASE or m in inside]
    power = min(
        (m for m in s.megawatts if m.start < until and m.kind != AIM and (m.kind != SITE or m in sited)),
        key=order,
        default=None,
    )
    if event.kind == ACQUISITION and power is not None and not event.party and not money:
        # "Closes the acquisition of four power plants with 310 MW in total".
        clause = s.sentence.clause_of(event.start)
        between = s.text[event.object_end : power.start]
        with_it = _WITH.search(between) and ("," in between or power.start < clause.end)
        beside = with_it or _WHICH_ADDS.search(between)
        power = power if power in inside or beside else None
    return money, power


def _made(
    s: DealSentence, event: Event, amount: Amount | None, power: Amount | None, due: Due | None = None
) -> Deal:
    zero = Decimal(0)
    stated = amount or power
    status, firm = status_of(s, event)
    dated = {LEASE: "starts", HOSTING: "starts", ACQUISITION: "closes"}.get(event.kind, "")
    if due is None and dated and says(dated, s.text):
        due = find_due(s.sentence.label, s.sentence.disclosure.disclosed_on)
    kind = amount.kind if amount else ""
    return Deal(
        event.kind,
        event.party,
        event.role if event.party else "",
        amount.quantity.value if amount else None,
        rounding_of(amount.quantity) if amount else zero,
        _KINDS_OF_PLAIN.get(event.kind, CONTRACT_VALUE) if kind == PLAIN else kind,
        power.quantity.value if power else None,
        rounding_of(power.quantity) if power else zero,
        power.kind if power else "",
        stated.quantity.qualifier if stated else "",
        due,
        status,
        firm,
        term_of(s, event),
        s.sentence.label,
        s.sentence.offset,
        _owner(s, event),
        maturity_of(s, event),
    )


def _owner(s: DealSentence, event: Event) -> int | None:
    """The mention whose deal it is: the nearest subject before it."""
    if event.owner is not None or not event.end:
        return event.owner
    places = [position_of(s.sentence, i) for i in range(len(s.sentence.mentions))]
    sides = {
        i
        for i, m in enumerate(s.sentence.mentions)
        if event.role == "customer" and s.sentence.label[m.start : m.end] == event.party
    }
    before = [
        i
        for i, m in enumerate(s.sentence.mentions)
        if i not in sides and places[i] < event.start and (m.subject or _ACTS.match(s.text[places[i] + 3 :]))
    ]
    agents = [i for i, p in enumerate(places) if _BY_AGENT.search(s.text[:p])]
    speaker = _SPEAKER.search(s.text)
    if speaker and _WE.search(s.text[: event.start]):
        agents = [mention_index(speaker["by"] or speaker["of"])]
    if sides and not before and not agents:
        # "Fluidstack will lease the capacity at Hut 8's campus".
        return next((i for i, m in enumerate(s.sentence.mentions) if m.company is not None), None)
    # "Signed an agreement with Bitfarms (BITF) to buy": the other side is not who buys.
    others = {
        m.company for i, m in enumerate(s.sentence.mentions) if _WITH_A_SIDE.search(s.text[: places[i]])
    }
    before = [i for i in before if s.sentence.mentions[i].company not in others] or before
    if not (agents or before):
        # "Investors like IREN for its $9.7 billion contract": of the company named before "its".
        before = [i for i, p in enumerate(places) if _ITS.search(s.text, p, event.end)]
    return (agents or before)[-1] if agents or before else None


def _fits_kind(amount: Amount, kind: str, role: str = "") -> bool:
    """Whether an amount can be the size of a deal of a kind."""
    if kind == FINANCING and role == "investor" and amount.kind in (PLAIN, PRICE):
        return True
    if kind == ACQUISITION:
        return amount.kind in (PLAIN, PRICE, UP_TO)
    if kind in CONTRACTS:
        return amount.kind in (PLAIN, CONTRACT_VALUE)
    return amount.kind in INSTRUMENTS
