"""One deal or target as one sentence, or one document, states it; how far it is; and when two statements are of one."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.parse.deals.vocabulary import (
    AGREE,
    AGREED,
    CLOSED,
    DONE,
    HOSTING,
    INTENT,
    LEASE,
    PLANNED,
    TARGET,
)
from pipelines.parse.language.relative_periods import Due


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal or target as one sentence, or one document, states it.

    party      the other side or the object, in the document's words; empty where none is named
    amount     dollars; megawatts: exact, with `rounding` half the unit each was written in
    due        date or deadline as stated, and the days it may mean
    status     agreed, closed or planned
    owner      place of the company in the sentence whose deal it is (index of its mentions), None for the subject
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
    """How far a deal is by the words of a text: closed, agreed or planned."""
    if kind == TARGET:
        return PLANNED
    if DONE.search(text) and not re.search(
        r"\b(?:expected|expects|anticipated) to (?:close|complete)|will (?:close|complete)|upon (?:the )?(?:closing|completion)|(?:closing|completion) (?:is|of the (?:transaction|deal) is) expected",
        text,
        re.IGNORECASE,
    ):
        return CLOSED
    if INTENT.search(text) and not re.search(r"\bagree|\bsigned|\bentered into", text, re.IGNORECASE):
        return PLANNED
    if AGREE.search(text):
        return AGREED
    return AGREED if kind in (LEASE, HOSTING) else CLOSED


def merged(first: Deal, second: Deal) -> Deal:
    """Two statements of one deal in one document: the one with the amount is kept, what it leaves out comes from the other."""
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
    """Whether two names are one party's: without legal forms, one within the other."""
    a, b = _plain(one), _plain(other)
    return bool(a and b) and (a in b or b in a)


def _plain(name: str) -> str:
    return re.sub(
        r"\b(?:llc|inc|corp|corporation|ltd|limited|lp|plc|holdings?|group|co|company)\b|[^a-z0-9 ]",
        "",
        name.lower(),
    ).strip()
