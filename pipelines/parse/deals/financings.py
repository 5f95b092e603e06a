"""Loans, notes and shares: what is raised, and from whom."""

import re
from collections.abc import Iterable, Iterator

from pipelines.parse.deals.amounts import INSTRUMENTS, Amount
from pipelines.parse.deals.deal import FINANCING, UP_TO
from pipelines.parse.deals.deal_sentence import DealSentence, Event
from pipelines.parse.deals.parties import LENDER, lender_of, party_of
from pipelines.parse.deals.vocabulary import ends, has_phrase, phrase_at
from pipelines.parse.language.annotation import mention_index, position_of

_SOLD = re.compile(r"\b(?:s(?:old|elling|ells?|ales?)|dispos\w+|liquidat\w+|moneti[sz]\w+)\b", re.IGNORECASE)
_COINS = re.compile(r"\b(?:coins?|bitcoins?|btc)\b(?! (?:min|treasury|company|-?backed))", re.IGNORECASE)
_AND_ALIKE = re.compile(
    r"⟦\d+⟧\s+(?:in|of)\s+(?:[^,;.⟦]|⟦\d+⟧){0,60}?\band\s+(?:about |approximately )?$", re.IGNORECASE
)
_OF_SECURITIES = re.compile(
    r"\s+(?:of|in|worth of)\s+(?:(?:[a-z-]+|⟦\d+⟧)\s+){0,4}?"
    r"(?:notes?|bonds?|securities|shares?|stock|debentures?)\b",
    re.IGNORECASE,
)
# "Purchased 4,812 bitcoin for $150 million".
_PAID_FOR_COINS = re.compile(
    r"\b(?:bought|buy\w*|purchas\w+|acquir\w+)\b[^.;]{0,80}\bfor\s+(?:about |around |roughly )?$",
    re.IGNORECASE,
)
_OF_COINS = re.compile(
    r"\brevenues?\b|\bnet (?:loss|income)\b|\b(?:sold|selling|sale of)\b[^.]{0,30}\b(?:bitcoins?|btc)\b",
    re.IGNORECASE,
)
# "Anticipates raising around $386.6 million from this offering": another amount of a known one.
_OF_IT = re.compile(
    r"\bfrom (?:this|the|its) (?:offering|sale|financing|placement|issuance|notes)\b", re.IGNORECASE
)
_BORROWS = re.compile(r"\bborrow(?:s|ed|ing)?\s+(?:up to |about |some )?$", re.IGNORECASE)
_FROM = re.compile(r"\s+from\b", re.IGNORECASE)
_TERM = re.compile(
    r"\s+(?:[a-z]+\s+){0,2}?(?:maturit(?:y|ies)|terms?|dates?|deadline|period)\b", re.IGNORECASE
)
_ITS = re.compile(
    r"(?:⟬\w⟭['’]s?|\b(?:its|their))\s+(?:recent|latest|new|earlier|previous)\s+$", re.IGNORECASE
)
_TOGETHER = re.compile(r"⟬\w⟭,? and ⟬\w⟭ (?:have |had |has )?(?:[a-z]+ly )?[a-z]+(?:ed|sold|t)\b[^;.⟦]*$")
_BEFORE_AN_ADJECTIVE = frozenset(
    ("a", "an", "the", "its", "new", "of", "senior", "provide", "extend", "offer", "in")
)
_QUALIFIES = frozenset(("at", "least", "more", "than", "about", "over", "some", "nearly", "roughly"))
_A_BID = re.compile(r"\s+(?:[a-z-]+\s+){0,3}?(?:offer|bid|proposal)\b", re.IGNORECASE)
_IF_MORE = re.compile(r"\s*(?:,\s*)?(?:if|should|assuming)\b", re.IGNORECASE)
# "Announced that it had raised $220 million".
_ANNOUNCED = re.compile(
    r"\b(?:announced|said|disclosed)\b[^.;⟦]{0,20}\b(?:it|the company)\s+(?:has |had )?raised\s+"
    r"(?:about |over |more than |some )?$",
    re.IGNORECASE,
)
# "Has raised $6 million to help fund its growth plans".
_FOR_A_PURPOSE = re.compile(
    r"\s+to (?:help )?(?:fund|finance|pay for|build|expand|support|upgrade|buy|complete|develop)\b",
    re.IGNORECASE,
)


_WAS_OFFERED = re.compile(
    r"\b(?:had )(?:offered|proposed)\s+(?:to lend |to provide )?(?:up to |about )?$", re.IGNORECASE
)
_POTENTIAL = re.compile(r"\b(?:potential|possible)\s+$", re.IGNORECASE)


def financings(s: DealSentence) -> Iterator[tuple[Event, Amount]]:
    """The financings of a sentence, each with its amount."""
    verbs = [s.words[k].start for k in range(len(s.words)) if _raises(s, k)]
    for amount in list(s.money):
        bare = amount.kind not in INSTRUMENTS
        borrows = _BORROWS.search(s.text[: amount.start])
        if not _FROM.match(s.text[amount.end :]):
            borrows = None
        raised = amount.kind != UP_TO and _is_raised(s, amount) and not _OF_IT.search(s.text)
        if bare and not (borrows or raised):
            continue
        if _A_BID.match(s.text[amount.end :]):
            # "Made a $950 million offer for its rival".
            continue
        if _WAS_OFFERED.search(s.text[: amount.start]):
            # "A creditor had offered $72 million": a bid.
            continue
        if _POTENTIAL.search(s.text[: amount.start]):
            # "Exploring a potential $5 million loan": not raised.
            continue
        if _IF_MORE.match(s.text[amount.end :]):
            # "$445.0 million if additional notes are sold".
            continue
        if borrows:
            verb: int | None = borrows.start()
        elif _ITS.search(s.text[: amount.start]) and not any(v < amount.start for v in verbs):
            # "Funded by proceeds from its recent $525 million convertible bond offering".
            verb = amount.start - 1
        else:
            verb = max((v for v in verbs if v < amount.start), default=min(verbs, default=None))
        if _TOGETHER.search(s.text[: amount.start]):
            # "IREN and Bitdeer raised over $800 million": of several companies.
            continue
        if verb is None or s.is_hedged(verb) or _lends(s, verb) or _lends_itself(s, amount):
            continue
        # "To repurchase $227.7 million in notes due 2030 and $316.6 million in notes due 2029".
        before = _AND_ALIKE.sub("", s.text[: amount.start])
        if _is_of_coins(s, amount) or ends("repaid_debt", before, 6):
            continue
        if bare:
            amount = amount._replace(kind="loan" if borrows else _instrument_in(s))
        party, owner = lender_of(s.sentence, amount, _next_money(s, amount), verb)
        role = "lender" if amount.kind == "loan" else "investor"
        yield Event(FINANCING, verb, amount.end, party, role, amount.start, amount.end, owner), amount


def borrowings(s: DealSentence) -> Iterable[Event]:
    """A financing without its amount: "It entered into a loan agreement with Matrixport"."""
    for k in range(len(s.words)):
        if any(phrase_at(kind, s.words, k) for kind in INSTRUMENTS) and any(
            _raises(s, j) for j in range(max(0, k - 8), k)
        ):
            match = LENDER.search(s.text, s.words[k].end)
            party = party_of(s.sentence, match) if match else ""
            if party:
                start = s.words[k].start
                yield Event(FINANCING, start, s.words[k].end, party, "lender", start, start)


def _lends(s: DealSentence, verb: int) -> bool:
    """Whether the watched company itself lends or invests."""
    if not phrase_at("lend", s.words, s.token_at(verb)):
        return False
    before = [m for i, m in enumerate(s.sentence.mentions) if position_of(s.sentence, i) < verb]
    return bool(before) and before[-1].company is not None


def _lends_itself(s: DealSentence, amount: Amount) -> bool:
    """Whether a watched company is the lender: "Compute North gets a loan from Marathon"."""
    near = s.text[max(0, amount.start - 60) : amount.end + 60]
    marks = re.findall(r"\bfrom\s+⟬(\w)⟭(?!['’])", near)
    own = s.sentence.mentions
    return any(own[mention_index(m)].company is not None for m in marks)


def _raises(s: DealSentence, k: int) -> bool:
    if s.words[k].text.lower() == "secured" and k and s.words[k - 1].lemma in _BEFORE_AN_ADJECTIVE:
        # "Will provide secured bridge financing": no verb.
        return False
    if s.words[k].lemma == "extend" and _TERM.match(s.text[s.words[k].end :]):
        # "Extending the maturity date by one year": nothing is lent.
        return False
    return bool(phrase_at("raise", s.words, k)) and not (
        s.words[k].lemma in ("raise", "offer")
        and k + 1 < len(s.words)
        and s.words[k + 1].lemma in ("guidance", "target")
    )


def _instrument_in(s: DealSentence) -> str:
    """The instrument that a sentence names; empty if it names none: "has raised $6 million"."""
    if has_phrase("equity", s.words, 0, len(s.words)):
        return "equity"
    return "loan" if any(has_phrase(kind, s.words, 0, len(s.words)) for kind in INSTRUMENTS) else ""


def _is_raised(s: DealSentence, amount: Amount) -> bool:
    """Whether an amount without an instrument beside it is the object of raise or borrow."""
    at = s.token_at(amount.start)
    if any(s.words[k].text.lower() == "raised" for k in range(at + 1, min(at + 4, len(s.words)))):
        # "$1 billion was raised with convertible notes".
        return any(has_phrase(kind, s.words, at, len(s.words)) for kind in INSTRUMENTS)
    before = at - 1
    while before > 0 and s.words[before].text.lower() in _QUALIFIES:
        before -= 1
    if (
        at
        and s.words[before].lemma == "raise"
        and (_FOR_A_PURPOSE.match(s.text[amount.end :]) or _ANNOUNCED.search(s.text[: amount.start]))
    ):
        # "Has raised $6 million to help fund its growth plans".
        return True
    near = range(max(0, at - 6), at)
    if any(
        phrase_at("borrow", s.words, k) and all(s.words[j].kind == "w" for j in range(k, at)) for k in near
    ):
        return any(has_phrase(kind, s.words, 0, len(s.words)) for kind in INSTRUMENTS)
    return False


def _is_of_coins(s: DealSentence, amount: Amount) -> bool:
    """Whether an amount is what sold coins brought, or revenue."""
    if _OF_SECURITIES.match(s.text[amount.end :]):
        # "Intends to sell $500 million of convertible securities so that it can buy bitcoin".
        return False
    counted = any(q.unit == "BTC" for q in s.sentence.quantities)
    coins = counted or bool(_COINS.search(s.text))
    if counted and _PAID_FOR_COINS.search(s.text[: amount.start]):
        return True
    near = s.text[max(0, amount.start - 90) : amount.end + 90]
    return (coins and bool(_SOLD.search(s.text))) or bool(_OF_COINS.search(near))


def _next_money(s: DealSentence, amount: Amount) -> int:
    later = [
        start
        for (start, _), q in zip(s.sentence.at, s.sentence.quantities, strict=True)
        if start >= amount.end and q.unit == "USD"
    ]
    return min(later, default=len(s.text))
