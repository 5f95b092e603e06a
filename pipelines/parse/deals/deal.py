"""A deal or target as a sentence or document states it, and whether two are the same."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from pipelines.parse.deals.due import Due
from pipelines.parse.deals.vocabulary import says

DEAL_KINDS = ACQUISITION, LEASE, HOSTING, FINANCING, TARGET = (
    "acquisition",
    "lease",
    "hosting",
    "financing",
    "capacity_target",
)
CONTRACTS = (LEASE, HOSTING)
AGREED, CLOSED, PLANNED, TERMINATED = "agreed", "closed", "planned", "terminated"
STATUSES = (AGREED, CLOSED, PLANNED, TERMINATED)
PRICE, CONTRACT_VALUE, UP_TO = "price", "contract_value", "up_to"
_LEGAL = re.compile(
    r"\b(?:llc|inc|corp|corporation|ltd|limited|lp|plc|holdings?|group|co|company)\b|[^a-z0-9 ]"
)

_TO_BUY = re.compile(
    r"\b(?:agree(?:d|s)|agreement|letter of intent|term sheet)\b[^.;]{0,80}\bto (?:acquire|buy|purchase)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal or target as one sentence or document states it.

    Args:
        party: The other party, in the document's words; empty if none is named.
        role: What the party is: seller, target, buyer, customer, tenant, landlord, lender or investor.
        amount: In dollars. `amount_rounding` and `megawatts_rounding` are half the precision each was written
            in.
        amount_kind: price, contract_value, loan, notes, equity or up_to (a limit or a potential total).
        megawatts_kind: critical_it, gross, phase, up_to or stated (without a kind).
        due: The date or deadline as stated, and the days it can mean.
        status: agreed, closed, planned or terminated.
        firm: Whether the words state the status; a headline's present tense does not.
        term_years: Term of a lease, contract or loan.
        owner: Index of the mention of the company whose deal it is; None for the subject.
        matures: Year in which notes or a loan fall due.
        option_on: Day on which the buyers of notes or shares exercised their option to buy more.
        agreed_on, closed_on: Days on which it was agreed and closed, if they are stated.
    """

    kind: str
    party: str
    role: str
    amount: Decimal | None
    amount_rounding: Decimal
    amount_kind: str
    megawatts: Decimal | None
    megawatts_rounding: Decimal
    megawatts_kind: str
    qualifier: str
    due: Due | None
    status: str
    firm: bool
    term_years: Decimal | None
    sentence: str
    offset: int
    owner: int | None = None
    matures: int | None = None
    option_on: date | None = None
    agreed_on: date | None = None
    closed_on: date | None = None


def merged(first: Deal, second: Deal) -> Deal:
    """Two descriptions of one deal in one document, as one.

    The one with an amount is kept, a limit only if no amount is stated, of two amounts the more precise one;
    the other fills its gaps.
    """
    firm = next((d for d in (first, second) if d.firm), first)
    grows = firm.kind in (ACQUISITION, FINANCING) and firm.status == PLANNED
    if grows and second.firm and second.status != PLANNED:
        # "Announced plans to acquire two sites", and then: "a definitive agreement to acquire".
        firm = second
    loose = firm.kind == ACQUISITION and firm.status == CLOSED and not says("done", firm.sentence)
    if loose and second.firm and second.status == AGREED and _TO_BUY.search(second.sentence):
        # "The miner acquired a facility", and then: "has entered into an agreement to purchase".
        firm = second
    if second.amount is not None and (
        first.amount is None
        or (first.amount_kind == UP_TO and second.amount_kind != UP_TO)
        or (
            second.amount_rounding < first.amount_rounding
            and abs(first.amount - second.amount) < 2 * first.amount_rounding
        )
    ):
        first, second = second, first
    longer = (
        max((first.party, second.party), key=len)
        if same_party(first.party, second.party)
        else first.party or second.party
    )
    stated = first if first.megawatts is not None else second
    return replace(
        first,
        # "A deal to deliver 245 MW", of which a later sentence says that it is a lease.
        kind=LEASE if LEASE in (first.kind, second.kind) else first.kind,
        party=longer,
        role=first.role if first.party else second.role,
        megawatts=stated.megawatts,
        megawatts_rounding=stated.megawatts_rounding,
        megawatts_kind=stated.megawatts_kind,
        due=first.due or second.due,
        status=firm.status,
        firm=firm.firm,
        term_years=first.term_years or second.term_years,
        qualifier=first.qualifier or second.qualifier,
        matures=first.matures or second.matures,
        option_on=first.option_on or second.option_on,
        agreed_on=_earlier(first.agreed_on, second.agreed_on),
        closed_on=_earlier(first.closed_on, second.closed_on),
    )


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)


_FEWEST_INITIALS = 3


def same_party(one: str, other: str) -> bool:
    """Whether one party's name contains the other's, without legal forms, or is its initials."""
    a, b = _plain(one), _plain(other)
    return bool(a and b) and (a in b or b in a or a == _initials(b) or b == _initials(a))


def _initials(name: str) -> str:
    """ "aws" of "amazon web services"; empty for fewer than three words."""
    words = name.split()
    return "".join(word[0] for word in words) if len(words) >= _FEWEST_INITIALS else ""


def _plain(name: str) -> str:
    return _LEGAL.sub("", name.lower()).strip()
