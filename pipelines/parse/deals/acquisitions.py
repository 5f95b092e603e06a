"""Purchases of companies, sites and stakes: who buys what, from whom."""

import re
from collections.abc import Iterable

from pipelines.parse.deals.deal import ACQUISITION, FINANCING
from pipelines.parse.deals.deal_sentence import DealSentence, Event
from pipelines.parse.deals.parties import (
    NAME,
    SIDE,
    Name,
    name_in,
    party_of,
    seller_before,
    seller_of,
    unwatched_before,
)
from pipelines.parse.deals.vocabulary import has_phrase, phrase_at
from pipelines.parse.language.annotation import mention_index
from pipelines.watchlist.words import word_list

_NO_OBJECT = frozenset((*word_list("deals.object_ends"), "and", "or"))
_SELLS_TO = re.compile(
    r"\b(?:sells?|sold|selling|to sell|sale of)\s+[^.;]{0,100}?\bto\s+(?:bitcoin miner |miner )?"
    r"⟬(?P<buyer>\w)⟭"
)
_TO_A_BUYER = re.compile(
    rf"(?P<object>[^.;]{{3,140}}?),?\s+to\s+(?:(?:the|an?)\s+)?(?:[a-z][\w-]*\s+){{0,4}}{NAME.pattern}"
)
# "The sale of its China-based operations in a $351.94 million cash deal with Ursalpha".
_SALE_IN_A_DEAL = re.compile(
    r"\b(?:sale of|sell(?:s|ing)?|sold|divest(?:s|ed|ing)?|disposal of)\s+"
    r"(?P<object>(?:its|the|their)\s[^.;⟦]{3,120}?)"
    rf"\s+(?:in|for|under)\s+an?\s+⟦\d+⟧\s+(?:[a-z-]+\s+){{0,3}}(?:deal|transaction|agreement|sale)\s+with\s+{NAME.pattern}"
)
_PURCHASE_AGREEMENT = re.compile(
    r"\b(?:asset |real estate |land )?purchase (?:and sale )?agreement\b", re.IGNORECASE
)
# "To finance a $96 million land purchase".
_SITE_PURCHASE = re.compile(
    r"\b(?:land|site|property|facility|campus|plant|data cent(?:er|re)|real estate)\s+"
    r"(?:purchase|acquisition)\b"
    r"(?!\s+(?:agreement|contract|order|price))",
    re.IGNORECASE,
)
# "Closed the $128.2 million GRIID Infrastructure acquisition".
_NAMED_BEFORE = re.compile(
    rf"\b(?:the|its|an?)\s+(?:⟦\d+⟧\s+)?{NAME.pattern}\s+(?:acquisition|merger|takeover|buyout)\b"
)
_AGREED_WITH = re.compile(
    rf"\bwith\s+{NAME.pattern}\s+(?:and\s+an?\s+(?:subsidiary|affiliate|unit) of\s+[A-Z]\w*\s+)?"
    r"(?:⟬\w⟭\s+)*to\s+$"
)
_DETERMINERS = frozenset(word_list("deals.determiners"))
_ADVERBS = frozenset(word_list("deals.adverbs"))
_EXPENSES = frozenset(("expense", "fee", "leasing", "rental", "rent", "cost"))
_STAKES = frozenset(word_list("deals.stakes"))
_STAKES_SOLD = frozenset(word_list("deals.stakes_sold"))
# "Acquired $100 million worth of the digital asset" bought coins; a digital asset mining company is none.
_COINS = re.compile(
    r"\b(?:digital|crypto\w*)[ -](?:assets?|currenc(?:y|ies)|tokens?)\b"
    r"(?![ -](?:min|data|infrastructure|compan|firm|business|facilit|site))",
    re.IGNORECASE,
)
# "Receiving warrants to acquire about 24 million shares of the miner": shares, not a company.
_WARRANTS = re.compile(r"\bwarrants?\s+to\s+(?:\w+\s+)?$", re.IGNORECASE)
_ACRES = re.compile(r"\bacres?\b", re.IGNORECASE)
# "Bitcoin miner Stronghold": a company, not a machine.
_OF_PEOPLE = frozenset(("miner", "unit"))


def acquisitions(s: DealSentence) -> Iterable[Event]:
    """The purchases of a sentence, with their object and its seller."""
    sale = _SELLS_TO.search(s.text)
    if sale and s.sentence.mentions[mention_index(sale["buyer"])].company is not None:
        first, last = s.token_at(sale.start()), s.token_at(sale.end())
        if has_phrase("sites", s.words, first, last):
            party = seller_before(s.sentence, sale.start())
            yield Event(
                ACQUISITION,
                sale.start(),
                sale.end(),
                party,
                "seller",
                sale.start(),
                sale.end(),
                mention_index(sale["buyer"]),
            )
    yield from _sales(s)
    agreement = _PURCHASE_AGREEMENT.search(s.text)
    if agreement and not has_phrase("things", s.words, 0, s.token_at(agreement.start())):
        match = SIDE.search(s.text, agreement.end())
        party = party_of(s.sentence, match) if match else ""
        if party:
            yield Event(ACQUISITION, *agreement.span(), party, "seller", *agreement.span())
    for noun in _SITE_PURCHASE.finditer(s.text):
        party, role = seller_of(s.sentence, noun.end(), None)
        yield Event(ACQUISITION, *noun.span(), party, role, *noun.span())
    before = _NAMED_BEFORE.search(s.text)
    target = party_of(s.sentence, before) if before else ""
    if before and target:
        yield Event(ACQUISITION, before.start(), before.end(), target, "target", *before.span())
    for k in range(len(s.words)):
        bought = _paid_for(s, k)
        if bought:
            event = _acquisition(s, k, bought)
            if event:
                yield event
    k = 0
    while k < len(s.words):
        length = phrase_at("acquisition", s.words, k) or phrase_at("acquire", s.words, k)
        if not length:
            k += 1
            continue
        event = _acquisition(s, k, k + length)
        k += length
        if event:
            yield event


def _paid(s: DealSentence, verb: int) -> bool:
    return s.words[verb].lemma in ("pay", "spend")


def _sales(s: DealSentence) -> Iterable[Event]:
    """The sales of sites and businesses by a watched company, with the buyer.

    "Cango agreed to sell its auto financing business to Ursalpha", "the sale of a 44 MW site to NYDIG".
    """
    words = s.words
    in_a_deal = _SALE_IN_A_DEAL.search(s.text)
    if in_a_deal and (party := party_of(s.sentence, in_a_deal)):
        first, last = (s.token_at(in_a_deal.start("object")), s.token_at(in_a_deal.end("object")))
        if has_phrase("sites", words, first, last) and not unwatched_before(s.sentence, in_a_deal.start()):
            yield Event(ACQUISITION, in_a_deal.start(), in_a_deal.end(), party, "buyer", *in_a_deal.span())
    for k in range(len(words)):
        length = phrase_at("sell", words, k) or phrase_at("selling", words, k)
        if not length or (words[k].text.lower() == "sold" and k and words[k - 1].lemma == "be"):
            continue
        match = _TO_A_BUYER.match(s.text, words[k].start)
        if match is None:
            continue
        first, last = k + length, s.token_at(match.end("object"))
        if _sells_things(s, first, last):
            continue
        # "To sell a stake in its joint venture to Talen Energy".
        stake = any(word.lemma in _STAKES_SOLD for word in words[first:last])
        if not (stake or has_phrase("sites", words, first, last)):
            continue
        party = party_of(s.sentence, match)
        if party and not unwatched_before(s.sentence, words[k].start):
            start, end = words[k].start, words[first - 1].end
            yield Event(ACQUISITION, start, end, party, "buyer", end, match.end("object"))


def _sells_things(s: DealSentence, first: int, last: int) -> bool:
    """Whether things are sold: "gas", but not "natural-gas plants"."""
    words = s.words
    for k in range(first, min(last, len(words))):
        length = phrase_at("things", words, k)
        if length and not (k + length < last and phrase_at("sites", words, k + length)):
            return True
    return False


def _acquisition(s: DealSentence, verb: int, first: int) -> Event | None:
    words = s.words
    if first + 2 < len(words) and words[first].lemma == "for" and words[first + 2].lemma == "of":
        # "The purchase for $24.6 million of a mine".
        first += 3
    elif (
        words[verb].text.lower() == "purchase"
        and first == verb + 1
        and verb
        and words[verb - 1].lemma in _DETERMINERS
    ):
        return None
    last = s.object_end(first)
    start = words[verb].start
    if _WARRANTS.search(s.text[:start]):
        return None
    by = first
    while by < len(words) and words[by].text.lower() in _ADVERBS:
        by += 1
    if by < len(words) and words[by].lemma == "by":
        # "The wind farm, acquired earlier by Soluna for $53 million".
        return _bought_by(s, verb, by)
    if first >= len(words) or words[first].lemma in _NO_OBJECT:
        return None
    object_start, object_end = words[first].start, words[last - 1].end
    stake = False
    if last <= first:
        return None
    if last + 1 < len(words) and words[last].lemma in ("in", "of", "to") and words[last - 1].lemma in _STAKES:
        # "A 64% stake in Exaion".
        stake = True
        first, last = last + 1, s.object_end(last + 1)
        object_end = words[last - 1].end
    if _COINS.search(s.text[words[first].start : object_end]):
        return None
    # "200 acres" is one quantity.
    sites = has_phrase("sites", words, first, last) or any(
        word.kind == "q" and _ACRES.search(s.sentence.quantities[word.ref].text) for word in words[first:last]
    )
    head = _head(s, first, last)
    named = name_in(s.sentence, object_start, object_end)
    if not sites and not named:
        return None
    if head is not None and not sites and _is_thing(s, head, named):
        # "10,000 Antminers", "70,000 ASIC miners", but not "bitcoin miner Stronghold".
        return None
    if _counts_things(s, first, last) and not sites:
        return None
    if any(words[j].lemma in _EXPENSES for j in range(first, min(last + 4, len(words)))) and _paid(s, verb):
        # "Paid Bitmain $89 million for miner leasing and site expenses".
        return None
    owner, party, role = None, "", ""
    if named and not sites:
        party, role = named.text, "target"
        if named.mention is not None:
            index = named.mention
            if s.sentence.mentions[index].company is not None:
                other = unwatched_before(s.sentence, start)
                if other and stake:
                    # "Tether had acquired a $100 million stake in Bitdeer" is an investment, no takeover.
                    where = (start, words[first - 1].end, other, "investor", object_start, object_end, index)
                    return Event(FINANCING, *where)
                if other:
                    owner, party, role = index, other, "buyer"
                elif not any(m.subject for m in s.sentence.mentions[:index]):
                    # Somebody without a name buys a watched company.
                    return None
    else:
        # "Rockdale land": a place.
        of_land = any(words[j].lemma in ("land", "acre") for j in range(first, last))
        party, role = seller_of(s.sentence, object_end, None if of_land else named)
        agreed = _AGREED_WITH.search(s.text[:start])
        if agreed and role != "seller" and (seller := party_of(s.sentence, agreed)):
            # "Signed a letter of intent with Bitfarms to buy its Yguazú facility".
            party, role = seller, "seller"
        other = unwatched_before(s.sentence, start)
        if other and named and role == "seller" and named.mention is not None:
            # "Canaan has purchased Cipher's interest in three sites": a sale by a watched company.
            owner = named.mention if s.sentence.mentions[named.mention].company is not None else None
            party, role = (other, "buyer") if owner is not None else (party, role)
    return Event(ACQUISITION, start, words[first - 1].end, party, role, object_start, object_end, owner)


def _paid_for(s: DealSentence, k: int) -> int:
    """The token behind "for" in "pays $25 million for GPU Atlantic"; 0 if there is none."""
    words = s.words
    if words[k].lemma not in ("pay", "spend"):
        return 0
    near = words[k + 1 : k + 12]
    money = next(
        (j for j, t in enumerate(near) if t.kind == "q" and s.sentence.quantities[t.ref].unit == "USD"), None
    )
    if money is None:
        return 0
    until = next((j for j, t in enumerate(near) if j > money and (t.text in ",;." or t.lemma == "for")), None)
    return k + 2 + until if until is not None and near[until].lemma == "for" else 0


def _bought_by(s: DealSentence, verb: int, by: int) -> Event | None:
    """An acquisition in the passive: "a 30 MW site was acquired by HIVE for $2.8 million"."""
    words = s.words
    first = s.phrase_start(max(verb - 1, 0))
    sites = has_phrase("sites", words, 0, verb)
    named = None if sites else name_in(s.sentence, 0, words[verb].start)
    if not (sites or named) or (verb and phrase_at("things", words, verb - 1)):
        return None
    agent = words[by + 1] if by + 1 < len(words) else None
    owner = mention_index(agent.text[1]) if agent is not None and agent.kind == "m" else None
    if agent is None or (owner is None and agent.lemma not in ("the", "it")):
        return None
    party, role = (named.text, "target") if named else seller_of(s.sentence, words[by].end, None)
    return Event(
        ACQUISITION,
        words[verb].start,
        words[by].end,
        party,
        role,
        words[first].start,
        words[verb].start,
        owner,
    )


def _head(s: DealSentence, first: int, last: int) -> int | None:
    """The last noun of the first noun phrase of an object: of "shares of Enovum" the shares."""
    nouns: list[int] = []
    aside = False
    for j in range(first, last):
        word = s.words[j]
        if word.text in "()":
            # "1,040 S19 (95 TH) Antminers".
            aside = word.text == "("
        elif word.lemma in ("of", "and") or word.text == ",":
            break
        elif word.kind == "w" and not aside:
            nouns.append(j)
    return nouns[-1] if nouns else None


def _is_thing(s: DealSentence, head: int, named: Name | None) -> bool:
    """Whether the bought noun is a thing, not the kind of a company or part of its name."""
    word = s.words[head]
    if not phrase_at("things", s.words, head):
        return False
    if named is None:
        return True
    if named.start <= word.start < named.end:
        return bool(phrase_at("machines", s.words, head))
    return not (named.start >= word.end and word.lemma in _OF_PEOPLE)


def _counts_things(s: DealSentence, first: int, last: int) -> bool:
    """Whether what is bought is counted or measured: "45,000 new S19", "1.6 EH/s of miners"."""
    stop = next((j for j in range(first, last) if s.words[j].lemma in ("of", "and")), last)
    units = [s.sentence.quantities[t.ref].unit for t in s.words[first:stop] if t.kind == "q"]
    bare = s.words[first].kind == "q" and units[0] is None
    return bare or any(unit in ("count", "EH/s", "USD") for unit in units)


def is_bought_by_another(s: DealSentence, event: Event) -> bool:
    """Whether a company that is not watched is the buyer."""
    return event.kind == ACQUISITION and event.owner is None and s.is_anothers(event.start)
