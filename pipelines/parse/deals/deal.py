"""A deal or target in one sentence or document, its status, and whether two are the same."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.parse.deals.due import Due
from pipelines.parse.deals.vocabulary import (
    AGREE,
    AGREED,
    CLOSED,
    DONE,
    FINANCING,
    HOSTING,
    INTENT,
    LEASE,
    PLANNED,
    TARGET,
    TO_RAISE,
)


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal or target as one sentence or document states it.

    Args:
        party: The other party or the object, in the document's words; empty if none is named.
        amount: In dollars. `amount_rounding` and `megawatts_rounding` are half the precision each was written
            in.
        due: The date or deadline as stated, and the days it can mean.
        status: agreed, closed or planned.
        owner: Index of the mention of the company whose deal it is; None for the subject.
    """

    kind: str
    party: str
    amount: Decimal | None
    amount_rounding: Decimal
    megawatts: Decimal | None
    megawatts_rounding: Decimal
    qualifier: str
    due: Due | None
    status: str
    sentence: str
    offset: int
    owner: int | None = None


def status_of(text: str, kind: str) -> str:
    """The status that a text gives a deal: closed, agreed or planned."""
    if kind == TARGET:
        return PLANNED
    if DONE.search(text) and not re.search(
        r"\b(?:expected|expects|anticipated) to (?:close|complete)|will (?:close|complete)|"
        r"upon (?:the )?(?:closing|completion)|(?:closing|completion) (?:is|of the (?:transaction|"
        r"deal) is) expected",
        text,
        re.IGNORECASE,
    ):
        return CLOSED
    if INTENT.search(text) and not re.search(r"\bagree|\bsigned|\bentered into", text, re.IGNORECASE):
        return PLANNED
    if AGREE.search(text):
        return AGREED
    if kind == FINANCING and TO_RAISE.search(text):
        return PLANNED
    return AGREED if kind in (LEASE, HOSTING) else CLOSED


def merged(first: Deal, second: Deal) -> Deal:
    """Two descriptions of one deal in one document, as one.

    The one with an amount is kept; the other fills its gaps.
    """
    if first.amount is None and second.amount is not None:
        first, second = second, first
    longer = (
        max((first.party, second.party), key=len)
        if same_party(first.party, second.party)
        else first.party or second.party
    )
    stated = first if first.megawatts is not None else second
    return replace(
        first,
        party=longer,
        megawatts=stated.megawatts,
        megawatts_rounding=stated.megawatts_rounding,
        due=first.due or second.due,
        qualifier=first.qualifier or second.qualifier,
    )


def same_party(one: str, other: str) -> bool:
    """Whether one party's name contains the other's, without legal forms."""
    a, b = _plain(one), _plain(other)
    return bool(a and b) and (a in b or b in a)


def _plain(name: str) -> str:
    return re.sub(
        r"\b(?:llc|inc|corp|corporation|ltd|limited|lp|plc|holdings?|group|co|company)\b|[^a-z0-9 ]",
        "",
        name.lower(),
    ).strip()
