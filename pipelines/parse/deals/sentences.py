"""Deals and targets that a sentence states: acquisitions, leases, hosting contracts, financings, capacity by a date.

The same sentences stand in articles, in press releases and under items 1.01, 2.01 and 2.03 of Form 8-K. A deal needs an
amount or megawatts, and, but for a target, an object or another side that is named.
"""

import re
from decimal import Decimal

from pipelines.parse.deals.deal import Deal, status_of
from pipelines.parse.deals.vocabulary import (
    A_YEAR,
    ACQUIRE,
    ACQUIRED_SITE,
    ACQUISITION,
    ANNOUNCED,
    BACK,
    BRINGS,
    CLOSES,
    CLOSING,
    CONSIDERATION,
    CONTRACT,
    FINANCING,
    GENERIC_PARTY,
    HASHING,
    HOSTING,
    LEASE,
    MAY,
    MONEY_RAISED,
    MORE_MONEY,
    NAME,
    NOT_BOUGHT,
    NOT_MEANT,
    OTHER_SIDE,
    PIPELINE,
    PLAN,
    RAISES,
    SIGNED,
    TARGET,
)
from pipelines.parse.language.annotation import BY, FROM, Told, mention_index, place_of
from pipelines.parse.language.quantities import Quantity, rounding_of
from pipelines.parse.language.relative_periods import Due, find_due


def find_deal(told: Told) -> Deal | None:
    """The deal or target that a sentence states; None where it states none, or one that somebody only thinks of."""
    if not told.quantities:
        return None
    first = min((told.at[i][1] for i, q in enumerate(told.quantities) if q.unit in ("USD", "MW")), default=0)
    behind = re.search(r"[,;.]", told.masked[first:])
    if NOT_MEANT.search(told.masked[: first + behind.start() if behind else len(told.masked)]):
        return None
    return _acquisition(told) or _contract(told) or _financing(told) or _target(told)


def find_announced(told: Told) -> Deal | None:
    """An acquisition, lease or contract that a sentence tells without its size, which the next sentences may tell."""
    if NOT_MEANT.search(told.masked) or not ANNOUNCED.search(told.masked):
        return None
    return _acquisition(told, sized=False) or _contract(told, sized=False)


def find_addition(told: Told, deal: Deal, *, just_told: bool = False) -> Deal | None:
    """What a sentence adds to a deal told before ("This acquisition … 440 megawatts"): a deal of amount and megawatts alone.

    just_told   whether the deal stood in the sentence before, so that "it gets 440 MW", "the consideration was" speak of it
    """
    closes = find_due(told.label) if deal.kind == ACQUISITION and CLOSES.search(told.masked) else None
    of_it = BACK.search(told.masked) is not None
    consideration = just_told and CONSIDERATION.search(told.masked) is not None
    brings = (just_told and BRINGS.search(told.masked) is not None) or _names(deal.party, told.label)
    amount = _amount(told, 0) if of_it or consideration else None
    megawatts = _megawatts(told) if of_it or brings else None
    if amount is None and megawatts is None and closes is None:
        return None
    return _made(told, deal.kind, "", amount, megawatts, closes)


def _names(party: str, text: str) -> bool:
    """Whether a text names a deal's other side, also by the first word of its name: "Polaris holds rights to 440 MW"."""
    first = party.split()[0].strip(".,'’") if party else ""
    return (
        len(first) >= 4
        and first[0].isupper()
        and bool(re.search(rf"(?<![\w-]){re.escape(first)}(?![\w-])", text))
    )


def _amount(told: Told, start: int) -> Quantity | None:
    for index, quantity in enumerate(told.quantities):
        before, behind = told.around(index)
        if (
            quantity.unit != "USD"
            or told.at[index][0] < start
            or quantity.value is None
            or quantity.value < 500_000
        ):
            continue
        if (
            MORE_MONEY.search(before)
            or A_YEAR.match(behind)
            or quantity.qualifier == "up_to"
            or told.role(index) == FROM
        ):
            continue
        return quantity
    return None


def _megawatts(told: Told) -> Quantity | None:
    """The megawatts of a deal: not what the company then has in all ("would lift its portfolio to 950 MW")."""
    found = []
    for index, quantity in enumerate(told.quantities):
        behind = told.around(index)[1]
        if quantity.unit != "MW" or not quantity.value or quantity.value < 1 or told.role(index) == FROM:
            continue
        if (
            re.match(r"^\s*(?:of\s+)?(?:expansion|option)", behind, re.IGNORECASE)
            or quantity.qualifier == "up_to"
            or _GROWS_TO.search(told.masked[: told.at[index][0]])
        ):
            continue
        found.append(quantity)
    return found[0] if found else None


_GROWS_TO = re.compile(
    r"\b(?:lift\w*|rais\w+|bring\w*|increas\w+|boost\w*|expand\w*|grow\w*|tak\w+|portfolio|pipeline|total|capacity)\b[^.;⟦]{0,60}(?<!access )(?<!rights )(?<!title )\bto\s+(?:about\s+|nearly\s+|some\s+|roughly\s+|more than\s+|over\s+)?$",
    re.IGNORECASE,
)


def _named(told: Told, party: str) -> str:
    """A party's name as it stands in the label: companies and numbers put back."""
    mark = re.fullmatch(r"⟬(\w)⟭", party)
    if mark:
        mention = told.mentions[mention_index(mark[1])]
        more = (
            re.match(r"(?:\s+[A-Z][\w&.’'-]*[\w’'])*", told.label[mention.end :])
            if mention.subsidiary
            else None
        )
        return told.label[mention.start : mention.end + (more.end() if more else 0)]
    out = re.sub(r"⟦(\d+)⟧", lambda m: told.quantities[int(m[1])].text, party)
    mentions = told.mentions
    out = re.sub(r"⟬(\w)⟭", lambda m: told.label[(n := mentions[mention_index(m[1])]).start : n.end], out)
    out = re.sub(r"['’]s?$", "", out.strip(" ,"))
    return out if re.search(r"\b(?:Inc|Corp|Ltd)\.$", out) else out.rstrip(".")


def _fits(party: str) -> bool:
    return bool(party) and party.split()[0].strip("’'s.,") not in GENERIC_PARTY


def _made(
    told: Told,
    kind: str,
    party: str,
    amount: Quantity | None,
    megawatts: Quantity | None,
    due: Due | None,
    owner: int | None = None,
) -> Deal:
    zero = Decimal(0)
    stated = amount or megawatts
    return Deal(
        kind,
        party,
        amount.value if amount else None,
        rounding_of(amount) if amount else zero,
        megawatts.value if megawatts else None,
        rounding_of(megawatts) if megawatts else zero,
        stated.qualifier if stated else "",
        due,
        status_of(told.label, kind),
        told.label,
        told.offset,
        owner,
    )


def _acquisition(told: Told, *, sized: bool = True) -> Deal | None:
    for match in ACQUIRE.finditer(told.masked):
        verb_end = match.start() + len(re.match(r"\w+(?: of| with)?", match[0])[0])  # type: ignore[index]
        if NOT_BOUGHT.match(told.masked[verb_end:].strip()):
            continue
        raw = match["party"]
        party = _named(told, raw)
        mark = re.fullmatch(r"⟬(\w)⟭", raw)
        owner = None
        if not mark and not _fits(party):
            continue
        if mark:
            index = mention_index(mark[1])
            before = [i for i in range(len(told.mentions)) if place_of(told, i) < match.start()]
            if (
                told.mentions[index].company is not None
                and before
                and told.mentions[before[-1]].company is None
            ):
                # Another company buys the watched one.
                other = told.mentions[before[-1]]
                owner, party = index, told.label[other.start : other.end]
        amount, megawatts = _amount(told, 0), _megawatts(told)
        if amount or megawatts or not sized:
            due = find_due(told.label) if CLOSES.search(told.masked) else None
            return _made(told, ACQUISITION, party, amount, megawatts, due, owner)
    site = ACQUIRED_SITE.search(told.masked) if sized else None
    if site:
        amount, megawatts = _amount(told, 0), _megawatts(told)
        if amount and not re.search(r"\b(?:miners|machines|rigs|asics|gpus)\b", site[0], re.IGNORECASE):
            seller = re.search(rf"\bfrom\s+(?:the\s+)?{NAME}", told.masked[site.end() :])
            party = _named(told, seller["party"]) if seller and _fits(seller["party"]) else ""
            return _made(told, ACQUISITION, party, amount, megawatts, None)
    return None


def _contract(told: Told, *, sized: bool = True) -> Deal | None:
    found = CONTRACT.search(told.masked)
    headline = told.offset < 0
    if found is None or not (SIGNED.search(told.masked) or found["leases"] or (found["state"] and headline)):
        # "It leases 590 MW to CoreWeave" is how things are, and no news; in a headline it is.
        return None
    party = ""
    for match in OTHER_SIDE.finditer(told.masked):
        name = _named(told, match["party"])
        mark = re.fullmatch(r"⟬(\w)⟭", match["party"])
        owner = mark is not None and mention_index(mark[1]) == 0
        if (mark or _fits(name)) and not owner and not re.match(r"⟪|\d", name):
            party = name
            break
    amount, megawatts = _amount(told, 0), _megawatts(told)
    if not party or (sized and not (amount or megawatts)):
        return None
    leases = bool(found["leases"] or found["state"]) or "lease" in (found[0] or "").lower()
    if not leases and re.search(
        r"\b(?:purchase|loan|credit|financing|notes?|power purchase|supply|interconnection|employment)\b",
        found[0],
        re.IGNORECASE,
    ):
        return None
    return _made(told, LEASE if leases else HOSTING, party, amount, megawatts, find_due(told.label))


def _financing(told: Told) -> Deal | None:
    found = MONEY_RAISED.search(told.masked)
    if found is None or not RAISES.search(told.masked):
        return None
    if re.search(
        r"\b(?:repaid|repay\w*|redeem\w*|repurchas\w+|retire[ds]?|outstanding debt|interest expense)\b",
        told.masked,
        re.IGNORECASE,
    ):
        return None
    amount = _amount(told, 0)
    if amount is None:
        return None
    index = told.quantities.index(amount)
    start, end = told.at[index]
    near = told.masked[max(0, start - 90) : end + 90]
    if not MONEY_RAISED.search(near) or re.search(
        r"\brevenues?\b|\bnet (?:loss|income)\b|\b(?:sold|sale of)\b[^.]{0,30}\b(?:bitcoins?|btc)\b",
        near,
        re.IGNORECASE,
    ):
        return None
    side = re.search(
        rf"\b(?:with|from|by)\s+(?:(?:the|an?|lender|bank|investors? (?:including|led by)|affiliates? of|[a-z][a-z-]+)\s+){{0,4}}?{NAME}",
        _upto_next(told, index, found.start()),
    )
    party = (
        _named(told, side["party"])
        if side and _fits(side["party"]) and not side["party"].startswith("⟬a")
        else ""
    )
    return _made(told, FINANCING, party, amount, None, None)


def _upto_next(told: Told, index: int, start: int) -> str:
    """The text from a place to the next quantity behind an amount: who stands further on belongs to that one."""
    begin = told.at[index][1]
    last = min((a for a, _ in told.at if a >= begin), default=len(told.masked))
    return told.masked[min(start, begin) : last]


def _target(told: Told) -> Deal | None:
    if not PLAN.search(told.masked) or CLOSING.search(told.masked):
        return None
    due = find_due(told.label)
    for index, quantity in enumerate(told.quantities):
        if (
            quantity.unit != "MW"
            or not quantity.value
            or quantity.value < 1
            or told.role(index) in (FROM, BY)
        ):
            continue
        behind = told.around(index)[1]
        if PIPELINE.match(behind) or MAY.search(
            told.masked[told.clause_of(told.at[index][0]).start : told.at[index][0]]
        ):
            continue
        aims = told.role(index) == "to" and bool(PLAN.search(told.masked[: told.at[index][0]]))
        # "By early 2027, it aims to have 590 MW": the date may also lead.
        leads = due is not None and re.search(
            rf"\b(?:by|before|until|no later than)\s+(?:the\s+)?{re.escape(due.words)}",
            told.label,
            re.IGNORECASE,
        )
        dated = leads or (
            due is not None and re.search(r"\b(?:by|before|in|until|during|no later than)\b", behind)
        )
        if (aims or (dated and PLAN.search(told.masked[: told.at[index][1]]))) and not HASHING.match(behind):
            return _made(told, TARGET, "", None, quantity, due)
    return None
