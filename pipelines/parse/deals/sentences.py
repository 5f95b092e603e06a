"""Deals and targets in a sentence.

Acquisitions, leases, hosting contracts, financings and planned capacity. Articles, press releases and items
1.01, 2.01 and 2.03 of Form 8-K use the same sentences. A deal needs an amount or megawatts and, unless it is
a target, a named object or party.
"""

import re
from decimal import Decimal

from pipelines.parse.deals.deal import Deal, status_of
from pipelines.parse.deals.due import Due, find_due
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
    COMPUTING,
    CONSIDERATION,
    CONTRACT,
    FAILED,
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
    SELLS_TO,
    SIGNED,
    TARGET,
)
from pipelines.parse.language.annotation import BY, FROM, AnnotatedSentence, mention_index, position_of
from pipelines.parse.language.quantities import Quantity, rounding_of


def find_deal(sentence: AnnotatedSentence) -> Deal | None:
    """The deal or target that a sentence states; None if there is none or it is only considered."""
    if not sentence.quantities:
        return None
    first = min(
        (sentence.at[i][1] for i, q in enumerate(sentence.quantities) if q.unit in ("USD", "MW")), default=0
    )
    behind = re.search(r"[,;.]", sentence.masked[first:])
    if NOT_MEANT.search(sentence.masked[: first + behind.start() if behind else len(sentence.masked)]):
        return None
    if FAILED.search(sentence.masked):
        return None
    found = _acquisition(sentence) or _bought_from(sentence)
    return found or _contract(sentence) or _financing(sentence) or _target(sentence)


def find_announced(sentence: AnnotatedSentence) -> Deal | None:
    """An acquisition, lease or contract without its size, which later sentences may state."""
    if NOT_MEANT.search(sentence.masked) or not ANNOUNCED.search(sentence.masked):
        return None
    return _acquisition(sentence, sized=False) or _contract(sentence, sized=False)


def find_addition(sentence: AnnotatedSentence, deal: Deal, *, just_added: bool = False) -> Deal | None:
    """Amount and megawatts that a sentence adds to an earlier deal.

    "This acquisition … 440 megawatts".

    Args:
        just_added: Whether the previous sentence states the deal, so that "it gets 440 MW" is about it.
    """
    closes = find_due(sentence.label) if deal.kind == ACQUISITION and CLOSES.search(sentence.masked) else None
    of_it = BACK.search(sentence.masked) is not None
    consideration = just_added and CONSIDERATION.search(sentence.masked) is not None
    brings = (just_added and BRINGS.search(sentence.masked) is not None) or _names(deal.party, sentence.label)
    amount = _amount(sentence, 0) if of_it or consideration else None
    may_grow = MAY.search(sentence.masked) or _MAY_GROW.search(sentence.masked)
    megawatts = _megawatts(sentence) if (of_it or brings) and not may_grow else None
    if amount is None and megawatts is None and closes is None:
        return None
    return _made(sentence, deal.kind, "", amount, megawatts, closes)


def _names(party: str, text: str) -> bool:
    """Whether a text names a deal's party, at least by its first word.

    "Polaris holds rights to 440 MW".
    """
    first = party.split()[0].strip(".,'’") if party else ""
    return (
        len(first) >= 4
        and first[0].isupper()
        and bool(re.search(rf"(?<![\w-]){re.escape(first)}(?![\w-])", text))
    )


def _amount(sentence: AnnotatedSentence, start: int, *, up_to: bool = False) -> Quantity | None:
    """The first amount of a deal; one with "up to" only if a loan may be drawn so far."""
    for index, quantity in enumerate(sentence.quantities):
        before, behind = sentence.around(index)
        if (
            quantity.unit != "USD"
            or sentence.at[index][0] < start
            or quantity.value is None
            or quantity.value < 500_000
        ):
            continue
        limit = quantity.qualifier == "up_to" or _UP_TO.search(before)
        if (
            (MORE_MONEY.search(_UP_TO.sub("", before)) if up_to else MORE_MONEY.search(before))
            or A_YEAR.match(behind)
            or (limit and not up_to)
            or sentence.role(index) in (FROM, BY)
        ):
            continue
        return quantity
    return None


def _megawatts(sentence: AnnotatedSentence) -> Quantity | None:
    """The megawatts of a deal, not the resulting total ("would lift its portfolio to 950 MW")."""
    found = []
    for index, quantity in enumerate(sentence.quantities):
        behind = sentence.around(index)[1]
        if quantity.unit != "MW" or not quantity.value or quantity.value < 1 or sentence.role(index) == FROM:
            continue
        if _OF_A_SITE.match(behind) and _ITS.search(sentence.masked[: sentence.at[index][0]]):
            # "For its 650 MW Rockdale facility": the site's, of which the deal may be a part.
            continue
        if (
            re.match(r"^\s*(?:of\s+)?(?:expansion|option)", behind, re.IGNORECASE)
            or quantity.qualifier == "up_to"
            or _GROWS_TO.search(sentence.masked[: sentence.at[index][0]])
        ):
            continue
        found.append(quantity)
    return found[0] if found else None


_FIRST_NAME = re.compile(rf"\W*(?:\w+\)\s*[-–]\s*)?{NAME}")
_SITES = re.compile(
    r"\s+(?:data cent(?:er|re)s?|sites?|facilit(?:y|ies)|campus(?:es)?|mines?|locations?|plants?)\b",
    re.IGNORECASE,
)
_TO_BUY = re.compile(r"\bto (?:purchase|buy|acquire)\b", re.IGNORECASE)
_ACCESS = re.compile(r"\b(?:access|rights?|title) to\s+(?:about\s+|up to\s+)?$", re.IGNORECASE)
_AIMS = re.compile(r"\b(?:aim|target|goal|plan|intend|commit|scal|expand)\w*", re.IGNORECASE)
_OBJECT = re.compile(r"\s*(?:(?!(?:of|from|in|at|for|with|by|to|and)\b)[\w⟦⟧&’'-]+\s+){0,6}", re.IGNORECASE)
# "Secured an additional $500 million financing commitment".
_NEW_MONEY = re.compile(
    r"\b(?:secur|rais|clos|obtain|receiv|borrow|sign)\w*\s+(?:an?\s+)?(?:additional|further|another|"
    r"extra)\s+$",
    re.IGNORECASE,
)
_ANOTHER = re.compile(r"\b(?:which|where|who|that|backed by|guaranteed by)\b", re.IGNORECASE)
_LARGE_LEASE = Decimal(100_000_000)
# "The campus may grow to 1,000 MW": not what the deal is about.
_MAY_GROW = re.compile(
    r"\b(?:expan\w+|scal(?:e|able|es|ing)|as much as|total (?:power|capacity))\b", re.IGNORECASE
)
_UP_TO = re.compile(r"\bup to\s+$", re.IGNORECASE)
_OF_A_SITE = re.compile(
    r"[\s-]+(?:(?-i:[A-Z])[\w.]+\s+){0,3}(?:facility|site|campus|data cent(?:er|re)|location|complex|farm)\b",
    re.IGNORECASE,
)
_ITS = re.compile(r"\b(?:its|their|the|the company['’]s)\s+$", re.IGNORECASE)
# "With Google backstop": who guarantees is not the other side.
_BACKS = re.compile(r"(?:['’]s)?[\s-]+(?:backstop|backing|backed|support|guarantee\w*)\b", re.IGNORECASE)
_GROWS_TO = re.compile(
    r"\b(?:lift\w*|rais\w+|bring\w*|increas\w+|boost\w*|expand\w*|grow\w*|tak\w+|portfolio|pipeline|"
    r"total|capacity)\b[^.;⟦]{0,60}(?<!access )(?<!rights )(?<!title )\bto\s+(?:about\s+|nearly\s+|"
    r"some\s+|roughly\s+|more than\s+|over\s+)?$",
    re.IGNORECASE,
)


def _named(sentence: AnnotatedSentence, party: str) -> str:
    """A party's name in the original sentence, with companies and numbers restored."""
    mark = re.fullmatch(r"⟬(\w)⟭", party)
    if mark:
        mention = sentence.mentions[mention_index(mark[1])]
        more = (
            re.match(r"(?:\s+[A-Z][\w&.’'-]*[\w’'])*", sentence.label[mention.end :])
            if mention.subsidiary
            else None
        )
        return sentence.label[mention.start : mention.end + (more.end() if more else 0)]
    out = re.sub(r"⟦(\d+)⟧", lambda m: sentence.quantities[int(m[1])].text, party)
    mentions = sentence.mentions
    out = re.sub(r"⟬(\w)⟭", lambda m: sentence.label[(n := mentions[mention_index(m[1])]).start : n.end], out)
    out = re.sub(r"['’]s?$", "", out.strip(" ,"))
    return out if re.search(r"\b(?:Inc|Corp|Ltd)\.$", out) else out.rstrip(".")


def _fits(party: str) -> bool:
    return bool(party) and party.split()[0].strip("’'s.,") not in GENERIC_PARTY


def _made(
    sentence: AnnotatedSentence,
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
        status_of(sentence.label, kind),
        sentence.label,
        sentence.offset,
        owner,
    )


def _acquisition(sentence: AnnotatedSentence, *, sized: bool = True) -> Deal | None:
    for match in ACQUIRE.finditer(sentence.masked):
        verb_end = match.start() + len(re.match(r"\w+(?: of| with)?", match[0])[0])  # type: ignore[index]
        if NOT_BOUGHT.match(sentence.masked[verb_end:].strip()) or _is_of_machines(sentence, verb_end):
            continue
        raw = match["party"]
        party = _named(sentence, raw)
        mark = re.fullmatch(r"⟬(\w)⟭", raw)
        owner = None
        if not mark and (not _fits(party) or _SITES.match(sentence.masked[match.end() :])):
            # "Nine Blockbox AC data centers from Bitfury": a site, and whose it was.
            continue
        if mark:
            index = mention_index(mark[1])
            before = [i for i in range(len(sentence.mentions)) if position_of(sentence, i) < match.start()]
            if (
                sentence.mentions[index].company is not None
                and before
                and sentence.mentions[before[-1]].company is None
            ):
                # Another company buys the watched one.
                other = sentence.mentions[before[-1]]
                owner, party = index, sentence.label[other.start : other.end]
        amount, megawatts = _amount(sentence, match.start()) or _amount(sentence, 0), _megawatts(sentence)
        if amount or megawatts or not sized:
            due = find_due(sentence.label) if CLOSES.search(sentence.masked) else None
            return _made(sentence, ACQUISITION, party, amount, megawatts, due, owner)
    site = ACQUIRED_SITE.search(sentence.masked)
    if site:
        amount, megawatts = _amount(sentence, site.start()) or _amount(sentence, 0), _megawatts(sentence)
        sited = megawatts is not None and any(
            sentence.quantities[int(k)] is megawatts for k in re.findall(r"⟦(\d+)⟧", site[0])
        )
        if (amount or sited or not sized) and not re.search(
            r"\b(?:miners|machines|rigs|asics|gpus)\b", site[0], re.IGNORECASE
        ):
            seller = re.search(rf"\bfrom\s+(?:the\s+)?{NAME}", sentence.masked[site.end() :])
            party = _named(sentence, seller["party"]) if seller and _fits(seller["party"]) else ""
            return _made(sentence, ACQUISITION, party, amount, megawatts, None)
    return None


def _bought_from(sentence: AnnotatedSentence) -> Deal | None:
    """An acquisition in the words of the seller: "Applied Digital sells its campus to Marathon"."""
    match = SELLS_TO.search(sentence.masked)
    buyer = mention_index(match["buyer"]) if match else 0
    if match is None or sentence.mentions[buyer].company is None:
        return None
    amount, megawatts = _amount(sentence, 0), _megawatts(sentence)
    sellers = [i for i in range(len(sentence.mentions)) if position_of(sentence, i) < match.start()]
    seller = sentence.mentions[sellers[-1]] if sellers else None
    first = _FIRST_NAME.match(sentence.masked)
    named = _named(sentence, first["party"]) if first else ""
    party = sentence.label[seller.start : seller.end] if seller else named
    due = find_due(sentence.label) if CLOSES.search(sentence.masked) else None
    return _made(sentence, ACQUISITION, party, amount, megawatts, due, buyer) if amount or megawatts else None


def _is_of_machines(sentence: AnnotatedSentence, verb_end: int) -> bool:
    """Whether what is bought is a number of machines: "70,000 S-19 ASIC miners"."""
    bought = _OBJECT.match(sentence.masked[verb_end:])
    counted = re.findall(r"⟦(\d+)⟧", bought[0]) if bought else []
    return any(sentence.quantities[int(index)].unit == "count" for index in counted)


def _contract(sentence: AnnotatedSentence, *, sized: bool = True) -> Deal | None:
    found = CONTRACT.search(sentence.masked)
    headline = sentence.offset < 0
    if found is None or not (
        SIGNED.search(sentence.masked) or found["leases"] or (found["state"] and headline)
    ):
        # "It leases 590 MW to CoreWeave" is news only in a headline.
        return None
    unnamed = (found["what"] or "").strip().startswith("⟦") and "lease" not in found[0].lower()
    if unnamed and (not COMPUTING.search(sentence.masked) or _TO_BUY.search(sentence.masked)):
        return None
    party = ""
    for match in OTHER_SIDE.finditer(sentence.masked):
        name = _named(sentence, match["party"])
        mark = re.fullmatch(r"⟬(\w)⟭", match["party"])
        owner = mark is not None and mention_index(mark[1]) == 0
        if _BACKS.match(sentence.masked[match.end() :]):
            continue
        if (mark or _fits(name)) and not owner and not re.match(r"⟪|\d", name):
            party = name
            break
    amount, megawatts = _amount(sentence, 0), _megawatts(sentence)
    unnamed_lease = sized and amount is not None and amount.value is not None and amount.value >= _LARGE_LEASE
    unnamed_lease = unnamed_lease and re.search(r"\bleases?\b", found[0], re.IGNORECASE) is not None
    if not (party or unnamed_lease) or (sized and not (amount or megawatts)):
        # "A 15-year lease worth $9.8 billion with an undisclosed tenant" is a deal without a name.
        return None
    leases = bool(found["leases"] or found["state"]) or "lease" in (found[0] or "").lower()
    if not leases and re.search(
        r"\b(?:purchase|loan|credit|financing|notes?|power purchase|supply|interconnection|employment)\b",
        found[0],
        re.IGNORECASE,
    ):
        return None
    due = find_due(sentence.label)
    kind = LEASE if leases else HOSTING
    customer = sentence.mentions[0] if sentence.mentions else None
    mentioned = [
        i
        for i, m in enumerate(sentence.mentions)
        if m.company is not None and sentence.label[m.start : m.end] == party
    ]
    if mentioned and customer is not None and customer.company is None and customer.subject:
        # "Microsoft has signed a $9.3 billion deal with IREN": the deal is IREN's.
        party = sentence.label[customer.start : customer.end]
        return _made(sentence, kind, party, amount, megawatts, due, mentioned[0])
    return _made(sentence, kind, party, amount, megawatts, due)


def _financing(sentence: AnnotatedSentence) -> Deal | None:
    found = MONEY_RAISED.search(sentence.masked)
    if found is None or not RAISES.search(sentence.masked):
        return None
    if re.search(
        r"\b(?:repaid|repay\w*|redeem\w*|repurchas\w+|retire[ds]?|outstanding debt|interest expense)\b",
        sentence.masked,
        re.IGNORECASE,
    ):
        return None
    amount = _raised(sentence) or _amount(sentence, 0, up_to=True)
    if amount is None:
        return None
    index = sentence.quantities.index(amount)
    start, end = sentence.at[index]
    near = sentence.masked[max(0, start - 90) : end + 90]
    coins = any(q.unit == "BTC" for q in sentence.quantities[:index])
    if coins and re.search(r"\bs(?:old|elling|ells?)\b", sentence.masked[:start], re.IGNORECASE):
        return None
    if not MONEY_RAISED.search(near) or re.search(
        r"\brevenues?\b|\bnet (?:loss|income)\b|\b(?:sold|selling|sale of)\b[^.]{0,30}\b(?:bitcoins?|btc)\b",
        near,
        re.IGNORECASE,
    ):
        return None
    side = re.search(
        r"\b(?i:with|from|by)\s+(?:(?:the|an?|lender|bank|investors? (?:including|led by)|"
        rf"affiliates? of|[a-z][a-z-]+)\s+){{0,4}}?{NAME}",
        _upto_next(sentence, index, found.start()),
    )
    party = (
        _named(sentence, side["party"])
        if side
        and _fits(side["party"])
        and not MONEY_RAISED.search(side["party"])
        and not side["party"].startswith("⟬a")
        else ""
    )
    return _made(sentence, FINANCING, party, amount, None, None)


def _raised(sentence: AnnotatedSentence) -> Quantity | None:
    """The amount right before the words of a financing: "a $1.2 million secured loan"."""
    for index, quantity in enumerate(sentence.quantities):
        before, behind = sentence.around(index)
        near = re.match(r"\s*(?:(?:in|of|worth of|aggregate|principal|amount)\s+)*(?:[\w-]+\s+){0,3}", behind)
        told = near is not None and MONEY_RAISED.match(behind[: near.end() + 30].strip())
        more = MORE_MONEY.search(_UP_TO.sub("", before)) and not _NEW_MONEY.search(before)
        if quantity.unit == "USD" and told and not more:
            return quantity
    return None


def _upto_next(sentence: AnnotatedSentence, index: int, start: int) -> str:
    """The text up to the amount after an amount; a later party belongs to that amount."""
    begin = sentence.at[index][1]
    later = [
        a
        for (a, _), quantity in zip(sentence.at, sentence.quantities, strict=True)
        if a >= begin and quantity.unit == "USD"
    ]
    text = sentence.masked[min(start, begin) : min(later, default=len(sentence.masked))]
    # "Bonds to pay for a campus backed by Google": who backs the campus does not lend.
    return _ANOTHER.split(text)[0]


def _target(sentence: AnnotatedSentence) -> Deal | None:
    if not PLAN.search(sentence.masked) or CLOSING.search(sentence.masked):
        return None
    due = find_due(sentence.label)
    for index, quantity in enumerate(sentence.quantities):
        if (
            quantity.unit != "MW"
            or not quantity.value
            or quantity.value < 1
            or sentence.role(index) in (FROM, BY)
        ):
            continue
        before, behind = sentence.around(index)
        if quantity.qualifier == "up_to" or _UP_TO.search(before) or _ACCESS.search(before):
            continue
        if PIPELINE.match(behind) or MAY.search(
            sentence.masked[sentence.clause_of(sentence.at[index][0]).start : sentence.at[index][0]]
        ):
            continue
        if re.search(
            r"\b(?:rang\w+|between) (?:from )?[^.;]{0,20}$", sentence.masked[: sentence.at[index][0]]
        ):
            continue
        aims = sentence.role(index) == "to" and bool(PLAN.search(sentence.masked[: sentence.at[index][0]]))
        # "By early 2027, it aims to have 590 MW": the date may come first.
        leads = due is not None and re.search(
            rf"\b(?:by|before|until|no later than)\s+(?:the\s+)?{re.escape(due.words)}",
            sentence.label,
            re.IGNORECASE,
        )
        dated = leads or (
            due is not None and re.search(r"\b(?:by|before|in|until|during|no later than)\b", behind)
        )
        aims = aims and (due is not None or bool(_AIMS.search(sentence.masked)))
        if (aims or (dated and PLAN.search(sentence.masked[: sentence.at[index][1]]))) and not HASHING.match(
            behind
        ):
            return _made(sentence, TARGET, "", None, quantity, due)
    return None
