"""Deals and targets that a sentence states: acquisitions, leases, hosting contracts, financings, capacity by a date.

The same sentences stand in articles, in press releases and under items 1.01, 2.01 and 2.03 of Form 8-K. A deal needs an
amount or megawatts, and, but for a target, an object or another side that is named.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.parse.article_periods import Due, find_due
from pipelines.parse.article_sentence import BY, FROM, Told
from pipelines.parse.quantities import Quantity, rounding_of

ACQUISITION, LEASE, HOSTING, FINANCING, TARGET = (
    "acquisition",
    "lease",
    "hosting",
    "financing",
    "capacity_target",
)
AGREED, CLOSED, PLANNED = "agreed", "closed", "planned"
_NAME = r"(?P<party>(?:⟬\w⟭|[A-Z][\w&.’'-]*(?:\s+(?:(?:of|and|&|de)\s+)?(?:[A-Z][\w&.’'-]*|\d+\b|⟦\d+⟧(?=\s+[A-Z])))*)(?:,?\s+(?:LLC|L\.L\.C\.|Inc\.?|Corp\.?|Ltd\.?|L\.P\.|LP|plc|Limited|GmbH|AS|SE))?)"
_SHARE = r"(?:an?\s+)?(?:(?:all|⟦\d+⟧|a majority|the remaining)(?:\s+of)?\s+)?(?:the\s+)?(?:issued and\s+)?(?:outstanding\s+)?(?:membership |equity |limited liability company |capital |common )*(?:interests?|stock|shares|units|equity|stake)\s+(?:of|in)\s+"
_ADJ = r"(?:(?:the|a|an|its|rival|fellow|miner|developer|operator|owner|firm|company|bitcoin|(?!(?:at|in|near|from|for|by|with|to|on|outside|worth|via|through|and|its)\b)[a-z][a-z-]+|⟦\d+⟧)\s+){0,6}?"
_ACQUIRE = re.compile(
    rf"\b(?:acquisitions? of|purchase of|takeover of|buyout of|acquir(?:e|es|ed|ing)|buy(?:s|ing)?|bought|purchas(?:e|es|ed|ing)|merg(?:e|es|ed|ing|er) with|combin(?:e|ed|ing|ation) with|take ?over)\s+(?:{_SHARE})?{_ADJ}{_NAME}",
)
_ACQUIRED_SITE = re.compile(
    r"\b(?:acquisition of|purchase of|acquir(?:e|es|ed|ing)|buy(?:s|ing)?|bought|purchas(?:e|es|ed|ing))\s+(?:[\w⟦⟧,'’-]+\s+){0,8}?(?:sites?|campus(?:es)?|facilit(?:y|ies)|data cent(?:er|re)s?|land|acres?|plants?|propert(?:y|ies)|portfolio)\b",
    re.IGNORECASE,
)
_NOT_BOUGHT = re.compile(r"^(?:(?:the|a|an|its|new|more|additional|some|about|another|⟦\d+⟧|[a-z-]+)\s+){0,4}?(?:bitcoins?|btc|miners?|machines?|rigs?|servers?|asics?|gpus?|s\d\d|antminers?|shares|power|electricity|energy|coins?|hash ?rate|notes)\b", re.IGNORECASE)  # fmt: skip
_CONTRACT = re.compile(
    r"\b(?P<what>(?:hosting|colocation|co-location|data[- ]cent(?:er|re)|hpc|ai|cloud|compute|gpu|lease|services?|master|infrastructure|long-term|term|\w+-year|\w+-month|power)[\w\s-]{0,40}?)\s*\b(?P<form>agreements?|contracts?|deals?|leases?|pacts?|arrangements?)\b|\b(?P<leases>leased|(?:to|will) lease|sublet|rented)\b|\b(?P<state>leas(?:e|es|ing)|rents?|renting)\b",
    re.IGNORECASE,
)
_OTHER_SIDE = re.compile(
    rf"\b(?:with|to|from|by)\s+(?:(?:the|an?|its|tenant|customer|cloud|provider|hyperscaler|giant|partner|lender|bank|affiliates? of|affiliates|[a-z][a-z-]+)\s+){{0,4}}?{_NAME}"
)
_SIGNED = re.compile(r"\b(?:sign(?:ed|s|ing)?|enter(?:ed|s|ing)? into|ink(?:ed|s)|secur(?:ed|es|ing)|announc(?:ed|es|ing)|struck|reach(?:ed|es)|agreed|w[oi]ns?|won|land(?:ed|s)|expand(?:ed|s)|execut(?:ed|es)|clos(?:ed|es))\b", re.IGNORECASE)  # fmt: skip
_MONEY_RAISED = re.compile(
    r"\b(?:convertible|senior|secured|unsecured|exchangeable|green)?\s*(?:notes?|bonds?|offering|credit facility|credit line|line of credit|term loan|bridge loan|loan|revolver|private placement|debt financing|equity (?:raise|financing)|project financing|financing|preferred (?:stock|shares)|at-the-market (?:program|offering))\b",
    re.IGNORECASE,
)
_RAISES = re.compile(r"\b(?:rais(?:e|ed|es|ing)|pric(?:ed|es|ing)|clos(?:ed|es|ing)|complet(?:ed|es|ing)|announc(?:ed|es|ing)|secur(?:ed|es|ing)|obtain(?:ed|s)|arrang(?:ed|es)|launch(?:ed|es)|upsiz(?:ed|es)|issu(?:ed|es|ing)|borrow(?:ed|s|ing)?|sold|sells|enter(?:ed|s|ing)? into|sign(?:ed|s)|drew|agreed)\b", re.IGNORECASE)  # fmt: skip
_PLAN = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|target(?:s|ed|ing)?|aim(?:s|ed|ing)?|expect(?:s|ed|ing)?|goals?|on track|intend(?:s|ed|ing)?|commit(?:s|ted)?|scal(?:e|es|ing)|expand(?:s|ing)?|ramp(?:s|ing)?|grow(?:s|ing)?|bring(?:s|ing)?|deliver(?:s|ing)?|energi[sz](?:e|es|ing)|reach(?:es|ing)?|build(?:s|ing)?(?: out)?|will|to have|schedul\w+|slated|pledg\w+|promis\w+|set to|due)\b",
    re.IGNORECASE,
)
_NOT_MEANT = re.compile(
    r"\b(?:analysts?|could|might|may(?! \d|⟪|,)|would|rumou?r\w*|reportedly|speculat\w*|if\b|consider(?:s|ed|ing)?|explor(?:es|ed|ing)|i think|i expect|in our view|hypothetical\w*|earlier version|incorrectly|misstated|price target)\b",
    re.IGNORECASE,
)
_AGREE = re.compile(
    r"\b(?:agree(?:d|s|ment|ments)?|definitive|will (?:acquire|buy|purchase|lease|pay)|to (?:acquire|buy|purchase|take over|lease|sell|merge)|sign(?:ed|s|ing)?|enter(?:ed|s|ing)? into|set to|is (?:acquiring|buying)|expected to close|subject to|pric(?:ed|es|ing)|upsiz(?:ed|es|ing)|pending|struck|inked|contracted)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:complet(?:ed|es|ion)|clos(?:ed|ing of)|finali[sz](?:ed|es)|consummat\w+|has (?:now )?acquired)\b",
    re.IGNORECASE,
)
_INTENT = re.compile(
    r"\b(?:letters? of intent|loi|non-binding|plans? to|intends? to|in talks|proposed|propos(?:es|al)|offer(?:s|ed) to|wants? to|seeks? to|launch(?:ed|es)|aims? to)\b",
    re.IGNORECASE,
)
_MORE_MONEY = re.compile(r"\b(?:additional|further|another|extra|contingent|earn-?outs?|plus|option(?:al)?|net proceeds|proceeds|repurchase|redeem|repay|greenshoe|over-?allotment|up to|bonus|penalt\w+|fee of|annual|per year|a year|break-?up fee|deposit of)\s+(?:[\w-]+\s+){0,8}?$", re.IGNORECASE)  # fmt: skip
_A_YEAR = re.compile(r"^\s*(?:in |of )?(?:\w+ )?(?:annual|annually|per year|a year|each year|yearly|per share|a share|in revenue|of revenue|annualized)", re.IGNORECASE)  # fmt: skip
_BACK = re.compile(
    r"\b(?:this|the|that) (?:proposed |planned |all-cash |cash )?(?P<what>acquisition|deal|transaction|purchase|takeover|agreement|contract|lease|pact|facility|site|campus|notes|offering|financing|loan|target)s?\b|\b(?:these|those|both|the two) (?:agreements|contracts|deals|leases)\b",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(r"\b(?:announc(?:ed|es|ing)|agree(?:d|s)|sign(?:ed|s)|enter(?:ed|s) into|complet(?:ed|es)|clos(?:ed|es)|acquir(?:ed|es)|bought|buys|purchased|to (?:acquire|buy|purchase|merge)|inked|struck|finali[sz](?:ed|es))\b", re.IGNORECASE)  # fmt: skip
_CONSIDERATION = re.compile(r"\b(?:consideration|purchase price|transaction value|enterprise value|deal value|valued at|worth|contract(?:ed)? (?:value|revenue)|for (?:about |approximately |roughly |around |some )?⟦\d+⟧|represents?)\b|\bpa(?:id|ying|ys) ", re.IGNORECASE)  # fmt: skip
_CLOSES = re.compile(
    r"\b(?:expect(?:s|ed)|anticipat(?:es|ed)|scheduled|likely|set|slated|targeted)\b[^.;]{0,30}?\b(?:to (?:close|complete|be completed)|clos(?:e|ing)|completion)\b"
    r"|\b(?:should|will|to) (?:close|complete|be completed)\b|\b(?:closing|completion)\b[^.;]{0,40}?\b(?:expected|anticipated|scheduled|planned)\b",
    re.IGNORECASE,
)
_BRINGS = re.compile(r"\b(?:gets?|gains?|receives?|brings?|adds?|includes?|comes? with|gives?|provides?|will (?:provide|add|bring|get|deliver|supply)|would (?:add|bring)|gross power|critical it)\b", re.IGNORECASE)  # fmt: skip
_GENERIC_PARTY = frozenset(
    ["AI", "After", "Agreement", "April", "As", "At", "August", "BTC", "Bitcoin", "Board", "Buyer", "By", "Closing", "Company", "December",
     "February", "For", "From", "HPC", "In", "It", "Item", "Its", "January", "July", "June", "March", "May", "NASDAQ", "NYSE", "Nasdaq",
     "November", "October", "On", "Parent", "Purchaser", "Q1", "Q2", "Q3", "Q4", "Seller", "September", "Texas", "That", "The", "This", "U.S",
     "US", "When", "While", "With"]
)  # fmt: skip
_CLOSING = re.compile(
    r"\b(?:(?:expected|anticipated|expects|scheduled) to (?:close|complete|be completed)|(?:this|the|that) (?:acquisition|transaction|deal|purchase|takeover|merger))\b",
    re.IGNORECASE,
)
# What one may do is no target.
_MAY = re.compile(r"\b(?:can|could|may(?! ⟦|⟪)|might|options?|right of|right to|potential(?:ly)?|expandable|room for)\b", re.IGNORECASE)  # fmt: skip
_PIPELINE = re.compile(r"^\s*(?:\w+\s+){0,2}?(?:pipeline|portfolio|backlog|land bank)\b", re.IGNORECASE)
_HASHING = re.compile(r"\b(?:eh/?s|exahash|hash ?rate)\b", re.IGNORECASE)


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
    if _DONE.search(text) and not re.search(
        r"\b(?:expected|expects|anticipated) to (?:close|complete)|will (?:close|complete)|upon (?:the )?(?:closing|completion)|(?:closing|completion) (?:is|of the (?:transaction|deal) is) expected",
        text,
        re.IGNORECASE,
    ):
        return CLOSED
    if _INTENT.search(text) and not re.search(r"\bagree|\bsigned|\bentered into", text, re.IGNORECASE):
        return PLANNED
    if _AGREE.search(text):
        return AGREED
    return AGREED if kind in (LEASE, HOSTING) else CLOSED


def find_deal(told: Told) -> Deal | None:
    """The deal or target that a sentence states; None where it states none, or one that somebody only thinks of."""
    if not told.quantities:
        return None
    first = min((told.at[i][1] for i, q in enumerate(told.quantities) if q.unit in ("USD", "MW")), default=0)
    behind = re.search(r"[,;.]", told.masked[first:])
    if _NOT_MEANT.search(told.masked[: first + behind.start() if behind else len(told.masked)]):
        return None
    return _acquisition(told) or _contract(told) or _financing(told) or _target(told)


def find_announced(told: Told) -> Deal | None:
    """An acquisition, lease or contract that a sentence tells without its size, which the next sentences may tell."""
    if _NOT_MEANT.search(told.masked) or not _ANNOUNCED.search(told.masked):
        return None
    return _acquisition(told, sized=False) or _contract(told, sized=False)


def find_addition(told: Told, deal: Deal, *, just_told: bool = False) -> Deal | None:
    """What a sentence adds to a deal told before ("This acquisition … 440 megawatts"): a deal of amount and megawatts alone.

    just_told   whether the deal stood in the sentence before, so that "it gets 440 MW", "the consideration was" speak of it
    """
    closes = find_due(told.label) if deal.kind == ACQUISITION and _CLOSES.search(told.masked) else None
    of_it = _BACK.search(told.masked) is not None
    consideration = just_told and _CONSIDERATION.search(told.masked) is not None
    brings = (just_told and _BRINGS.search(told.masked) is not None) or _names(deal.party, told.label)
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
        first, party=longer, megawatts=stated.megawatts, megawatts_rounding=stated.megawatts_rounding,
        due=first.due or second.due, qualifier=first.qualifier or second.qualifier,
    )  # fmt: skip


def same_party(one: str, other: str) -> bool:
    """Whether two names are one party's: without legal forms, one within the other."""
    a, b = _plain(one), _plain(other)
    return bool(a and b) and (a in b or b in a)


def _plain(name: str) -> str:
    return re.sub(r"\b(?:llc|inc|corp|corporation|ltd|limited|lp|plc|holdings?|group|co|company)\b|[^a-z0-9 ]", "", name.lower()).strip()  # fmt: skip


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
            _MORE_MONEY.search(before)
            or _A_YEAR.match(behind)
            or quantity.qualifier == "up_to"
            or told.role(index) == FROM
        ):
            continue
        return quantity
    return None


def _megawatts(told: Told) -> Quantity | None:
    found = []
    for index, quantity in enumerate(told.quantities):
        behind = told.around(index)[1]
        if quantity.unit != "MW" or not quantity.value or quantity.value < 1 or told.role(index) == FROM:
            continue
        if (
            re.match(r"^\s*(?:of\s+)?(?:expansion|option)", behind, re.IGNORECASE)
            or quantity.qualifier == "up_to"
        ):
            continue
        found.append(quantity)
    return found[0] if found else None


def _named(told: Told, party: str) -> str:
    """A party's name as it stands in the label: companies and numbers put back."""
    mark = re.fullmatch(r"⟬(\w)⟭", party)
    if mark:
        mention = told.mentions[ord(mark[1]) - ord("a")]
        more = (
            re.match(r"(?:\s+[A-Z][\w&.’'-]*[\w’'])*", told.label[mention.end :])
            if mention.subsidiary
            else None
        )
        return told.label[mention.start : mention.end + (more.end() if more else 0)]
    out = re.sub(r"⟦(\d+)⟧", lambda m: told.quantities[int(m[1])].text, party)
    out = re.sub(
        r"⟬(\w)⟭",
        lambda m: told.label[
            told.mentions[ord(m[1]) - ord("a")].start : told.mentions[ord(m[1]) - ord("a")].end
        ],
        out,
    )
    out = re.sub(r"['’]s?$", "", out.strip(" ,"))
    return out if re.search(r"\b(?:Inc|Corp|Ltd)\.$", out) else out.rstrip(".")


def _fits(party: str) -> bool:
    return bool(party) and party.split()[0].strip("’'s.,") not in _GENERIC_PARTY


def _made(told: Told, kind: str, party: str, amount: Quantity | None, megawatts: Quantity | None, due: Due | None, owner: int | None = None) -> Deal:  # fmt: skip
    zero = Decimal(0)
    return Deal(
        kind, party, amount.value if amount else None, rounding_of(amount) if amount else zero, megawatts.value if megawatts else None,
        rounding_of(megawatts) if megawatts else zero, (amount or megawatts).qualifier if amount or megawatts else "", due,  # type: ignore[union-attr]
        status_of(told.label, kind), told.label, told.offset, owner,
    )  # fmt: skip


def _acquisition(told: Told, *, sized: bool = True) -> Deal | None:
    for match in _ACQUIRE.finditer(told.masked):
        verb_end = match.start() + len(re.match(r"\w+(?: of| with)?", match[0])[0])  # type: ignore[index]
        if _NOT_BOUGHT.match(told.masked[verb_end:].strip()):
            continue
        raw = match["party"]
        party = _named(told, raw)
        mark = re.fullmatch(r"⟬(\w)⟭", raw)
        owner = None
        if not mark and not _fits(party):
            continue
        if mark:
            index = ord(mark[1]) - ord("a")
            before = [
                i for i, m in enumerate(told.mentions) if told.masked.find(f"⟬{chr(97 + i)}⟭") < match.start()
            ]
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
            due = find_due(told.label) if _CLOSES.search(told.masked) else None
            return _made(told, ACQUISITION, party, amount, megawatts, due, owner)
    site = _ACQUIRED_SITE.search(told.masked) if sized else None
    if site:
        amount, megawatts = _amount(told, 0), _megawatts(told)
        if amount and not re.search(r"\b(?:miners|machines|rigs|asics|gpus)\b", site[0], re.IGNORECASE):
            seller = re.search(rf"\bfrom\s+(?:the\s+)?{_NAME}", told.masked[site.end() :])
            party = _named(told, seller["party"]) if seller and _fits(seller["party"]) else ""
            return _made(told, ACQUISITION, party, amount, megawatts, None)
    return None


def _contract(told: Told, *, sized: bool = True) -> Deal | None:
    found = _CONTRACT.search(told.masked)
    headline = told.offset < 0
    if found is None or not (_SIGNED.search(told.masked) or found["leases"] or (found["state"] and headline)):
        # "It leases 590 MW to CoreWeave" is how things are, and no news; in a headline it is.
        return None
    party = ""
    for match in _OTHER_SIDE.finditer(told.masked):
        name = _named(told, match["party"])
        mark = re.fullmatch(r"⟬(\w)⟭", match["party"])
        owner = mark is not None and ord(mark[1]) - ord("a") == 0
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
    found = _MONEY_RAISED.search(told.masked)
    if found is None or not _RAISES.search(told.masked):
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
    if not _MONEY_RAISED.search(near) or re.search(
        r"\brevenues?\b|\bnet (?:loss|income)\b|\b(?:sold|sale of)\b[^.]{0,30}\b(?:bitcoins?|btc)\b",
        near,
        re.IGNORECASE,
    ):
        return None
    side = re.search(
        rf"\b(?:with|from|by)\s+(?:(?:the|an?|lender|bank|investors? (?:including|led by)|affiliates? of|[a-z][a-z-]+)\s+){{0,4}}?{_NAME}",
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
    if not _PLAN.search(told.masked) or _CLOSING.search(told.masked):
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
        if _PIPELINE.match(behind) or _MAY.search(
            told.masked[told.clause_of(told.at[index][0]).start : told.at[index][0]]
        ):
            continue
        aims = told.role(index) == "to" and bool(_PLAN.search(told.masked[: told.at[index][0]]))
        dated = due is not None and re.search(r"\b(?:by|before|in|until|during|no later than)\b", behind)
        if (aims or (dated and _PLAN.search(told.masked[: told.at[index][1]]))) and not _HASHING.match(
            behind
        ):
            return _made(told, TARGET, "", None, quantity, due)
    return None
