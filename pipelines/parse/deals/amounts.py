"""The meaning of dollars and megawatts for a deal: price, contract value, loan, site …"""

import re
from decimal import Decimal
from typing import NamedTuple

from pipelines.parse.deals.deal import CONTRACT_VALUE, UP_TO
from pipelines.parse.deals.vocabulary import begins, ends, has_phrase, phrase_at, says
from pipelines.parse.language.annotation import BY, FROM, TO, AnnotatedSentence, is_titled, mention_index
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.tokenized import Token, tokens
from pipelines.watchlist.words import word_list

CRITICAL_IT, GROSS, PHASE, STATED, SITE, AIM, TOTAL, POTENTIAL = (
    "critical_it",
    "gross",
    "phase",
    "stated",
    "site",
    "aim",
    "total",
    "potential",
)
_OTHER, PLAIN = "other", "plain"
INSTRUMENTS = ("notes", "loan", "equity")
_ASIDE = re.compile(r"\([^()]*$")
_LEAST = Decimal(500_000)
# Words between an amount and what it is: "$400 million in aggregate principal amount of senior notes".
_MOST_WORDS = 9
_REVENUE = re.compile(r"^\W*(?:(?:in|of|worth of)\s+)?(?:[\w-]+\s+){0,3}?revenues?\b", re.IGNORECASE)
_UP_TO = re.compile(r"\b(?:up to|up-to-|as much as|a maximum of|maximum of)\s*$", re.IGNORECASE)
# "Options which could bring the total contract value to $17.7 billion".
_COULD_REACH = re.compile(
    r"\b(?:could|may|might|would)\s[^.;⟦]{0,60}\bto\s+(?:[a-z]+\s+){0,2}$", re.IGNORECASE
)
# "Took a stake as part of a $3.2 billion deal": the deal is larger.
_PART_OF = re.compile(r"\bpart of (?:an?|its|the|their)\s+(?:larger |broader |wider )?$", re.IGNORECASE)
# "Filed to sell up to $500 million in equity".
_EQUITY_FOR_SALE = re.compile(
    r"\b(?:sell|selling|sales? of|offer|offering of|issue)\s+(?:up to\s+|as much as\s+)?$", re.IGNORECASE
)
# "Bitmain agreed to invest $53 million in the miner".
_INVESTED_IN = re.compile(
    r"\s+in(?:to)?\s+(?:the (?:miner|company|firm)\b|"
    r"(?:(?:the |a )?(?:[a-z-]+\s+){0,3}(?:miner|company|firm|operator)\s+)?⟬(?P<m>\w)⟭)"
)
# "Its Texas facility designed for 750 megawatts".
_SITE_OF = re.compile(
    r"\b(?:facility|site|campus|data cent(?:er|re)|complex)\s+(?:that is\s+|which is\s+)?"
    r"(?:designed|built|planned|rated|permitted|sized)\s+(?:for|to (?:support|host|hold|house))\s+"
    r"(?:about |up to |some )?$",
    re.IGNORECASE,
)
_OF_A_SITE = re.compile(
    r"[\s-]+(?:(?-i:[A-Z])[\w.]+\s+){1,3}(?:facility|site|campus|data cent(?:er|re)|location|complex|farm)\b",
    re.IGNORECASE,
)
_ITS = re.compile(r"\b(?:its|their|the|the company['’]s)\s+(?:\w+\s+)?$", re.IGNORECASE)
# "Deploys chips at its 750-megawatt (MW) campus".
_AT_A_SITE = re.compile(r"\bat\s+(?:its|their|the|a|an|⟬\w⟭['’]s?)\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
_A_SITE = re.compile(
    r"[\s-]*(?:\(MW\)\s*)?(?:[\w.-]+,?\s+){0,3}?"
    r"(?:facility|site|campus|data cent(?:er|re)|location|complex|farm)\b",
    re.IGNORECASE,
)
_EXPANSION = re.compile(
    r"^[\s-]*(?:of\s+)?(?:additional\s+)?(?:[a-z]+\s+)?(?:expansion|option|pipeline|partnership|relationship|portfolio|framework)\b",
    re.IGNORECASE,
)
# "As part of its plan to build 400 MW": the plan is larger than the deal.
_PLANNED = re.compile(r"\b(?:plans?|goals?|targets?|aims?) (?:to|of|for) (?:\w+ ){0,3}$", re.IGNORECASE)
_PHASE = re.compile(r"\b(?:first|initial|second|phase (?:one|two|1|2|i|ii))\b", re.IGNORECASE)
# "$1.2 million to $1.4 million per MW", "$30 million in annual revenue".
_LEAD = re.compile(r"^\s*(?:to\s+⟦\d+⟧\s*)?(?:(?:in|of)\s+)?")
_STOPS = frozenset(";:()")
_BETWEEN = frozenset(word_list("deals.between"))
_NOT_OF_IT = frozenset(word_list("deals.not_of_it"))
_COMBINED = frozenset(word_list("deals.combined"))
# "The principal amount of the notes sold was $2.0 billion".
# "And another planned $3.5 million investment".
_PLANS_TO_INVEST = re.compile(r"\bplanned\s+⟦\s*investment\b", re.IGNORECASE)
# "On top of the previously estimated $4.7 billion", "an option, raising the total to $345 million".
_NOT_THE_SIZE = re.compile(
    r"\b(?:on top of|previously (?:estimated|announced|expected|reported))\s+(?:[\w-]+\s+){0,3}$|"
    r"\b(?:rais|bring|tak|push)ing\s+(?:the|its|that)\s+total\b[^.;⟦]{0,40}\bto\s+$|"
    # "When it will receive its first payment of $25 million": a part.
    r"\b(?:(?:first|initial|second|final|next|upfront|down|advance)\s+payment|instal?lments?|deposits?)\s+of\s+$",
    re.IGNORECASE,
)
# "With previous agreements expected to bring in $4.7 billion", "the upgrade will cost $40 million".
_OF_ANOTHER = re.compile(
    r"\b(?:previous|prior|earlier|existing)\s+(?:\w+\s+)?(?:agreements?|contracts?|deals?|leases?)\b[^.;,⟦]{0,60}$|"
    r"\b(?:facility|upgrade|project|build-?out|construction|conversion|development|expansion)\b[^.;⟦]{0,60}"
    r"\bcosts?\s+(?:[a-z]+\s+){0,2}(?:⟦\d+⟧\s*\(\s*)?$",
    re.IGNORECASE,
)
_OFFERED = re.compile(r"(?:up to|as much as|about|approximately)?", re.IGNORECASE)
# "It will pay $31 million over the following six months": a part of the price.
_LATER_PART = re.compile(
    r"\s*over (?:the )?(?:following|next|coming|subsequent)\s+(?:⟦\d+⟧|\w+\s+months)", re.IGNORECASE
)
# "Closer to reaching its 400 MW mining capacity target": not the deal's.
_A_TARGET = re.compile(
    r"^[\s-]*(?:\(MW\)\s*)?(?:[\w-]+\s+){0,3}(?:targets?|goals?|ambitions?)\b", re.IGNORECASE
)
# "Doubles its loan with Coinbase to $130 million": the whole is the size.
_ENLARGED = re.compile(
    r"\b(?:expand|increas|upsiz|doubl|tripl|lift|rais|boost|enlarg|grow)\w*\b[^.;⟦]{0,60}\b"
    r"(?P<what>credit facility|loan facility|lending facility|credit line|line of credit|loan|revolver|"
    r"(?:notes?|bonds?|debt) offering)\b(?:(?! by\b)[^.;⟦]){0,60}?"
    r"(?:\bfrom\s+(?:an initial\s+)?⟦\d+⟧\s+)?\bto\s+(?:about |up to |as much as )?$",
    re.IGNORECASE,
)
# "Signed a $7 billion, 15-year lease backed by Google": the lease is backed, the amount is its own.
_CONTRACT_BACKED = re.compile(
    r"⟦\d+⟧,?\s+(?:⟦\d+⟧\s+|[\w-]+\s+){0,3}?(?:lease|contract|agreement|deal)s?"
    r"(?:\s+with\s+[^,.;⟦]{2,40})?,?\s+(?P<backed>back(?:ed|ing) by)\b",
    re.IGNORECASE,
)
_SOLD = frozenset(word_list("deals.sold"))
_NOT_BETWEEN = frozenset(word_list("deals.not_between"))


class Amount(NamedTuple):
    """A quantity and its meaning for a deal; the lower its rank, the likelier it is the size.

    Args:
        kind: For dollars price, contract_value, notes, loan, equity, up_to, or "plain" without a word; for
            megawatts as `Deal.megawatts_kind`.
        start, end: Its place in the masked sentence.
    """

    quantity: Quantity
    kind: str
    rank: int
    start: int
    end: int


def money_of(sentence: AnnotatedSentence) -> list[Amount]:
    """The dollars of a sentence that can be the size of a deal."""
    found = []
    for index, quantity in enumerate(sentence.quantities):
        if quantity.unit == "USD" and quantity.value is not None and quantity.value >= _LEAST:
            kind, rank = _kind_of_money(sentence, index)
            if kind != _OTHER:
                found.append(Amount(quantity, kind, rank, *sentence.at[index]))
    return found


def _kind_of_money(sentence: AnnotatedSentence, index: int) -> tuple[str, int]:
    before, behind = sentence.around(index)
    start, end = sentence.at[index]
    limited = sentence.quantities[index].qualifier == "up_to" or bool(_UP_TO.search(before))
    before = _UP_TO.sub("", before)
    if _NOT_THE_SIZE.search(before):
        return _OTHER, 9
    instrument = _instrument(sentence, index)
    if begins("per_year", _LEAD.sub("", sentence.masked[end:])) or ends("per_year", before, 4):
        return _OTHER, 9
    if not instrument and (
        _OF_ANOTHER.search(sentence.masked[:start]) or _LATER_PART.match(sentence.masked, end)
    ):
        return _OTHER, 9
    if enlarged := _ENLARGED.search(sentence.masked[:start]):
        return ("notes" if enlarged["what"].lower().endswith("offering") else "loan"), 0
    spent = ends("spent", before, 3) and begins("on_a_purchase", sentence.masked[end:])
    if spent:
        return PLAIN, 1
    own = begins("instrument_behind", behind)
    funded = own and ends("funded_by", before, 4)
    if (
        (ends("beside", before, 7) and not funded)
        or begins("bought_back", behind)
        or begins("not_its_size", _LEAD.sub("", sentence.masked[end:]))
        or (ends("more", before, 3) and not instrument)
    ):
        return _OTHER, 9
    if instrument and says("options", sentence.masked[:start]):
        return _OTHER, 9
    if sentence.role(index) in (FROM, BY) or _PART_OF.search(before):
        return _OTHER, 9
    clause = sentence.clause_of(start)
    of_contract = _CONTRACT_BACKED.search(clause.text)
    clause_text = clause.text
    if of_contract and start - clause.start < of_contract.start("backed"):
        clause_text = clause.text[: of_contract.start("backed")]
    if not instrument and says("backed", clause_text):
        return _OTHER, 9
    if instrument and _PLANS_TO_INVEST.search(f"{before}⟦{behind}"):
        return _OTHER, 9
    if instrument:
        return instrument, 1 if limited else 0
    if _EQUITY_FOR_SALE.search(sentence.masked[:start]) and begins("part_equity", behind):
        return "equity", 0
    into = _INVESTED_IN.match(sentence.masked, end)
    if into and (into["m"] is None or sentence.mentions[mention_index(into["m"])].company is not None):
        return "equity", 0
    if ends("building", before, 5) or begins("building", behind):
        return _OTHER, 9
    possible = limited or ends("possible", before, 6) or bool(_COULD_REACH.search(before))
    if says("sums", sentence.masked[:start]):
        return _OTHER, 9
    if _REVENUE.match(behind):
        return CONTRACT_VALUE, 4 if possible else 1
    if possible:
        return UP_TO, 4
    if begins("part", behind) and not ends("whole", before, 3):
        return PLAIN, 2
    if ends("worth", before, 3):
        # "11.8 million shares (valued at $571m), for a transaction value of $651m": a part of the whole.
        aside = _ASIDE.search(sentence.masked[:start])
        return PLAIN, 2 if aside else 0 if ends("whole", before, 3) else 1
    return PLAIN, 1 if _is_of_a_deal(sentence, index) else 3


def _words_around(sentence: AnnotatedSentence, index: int) -> tuple[tuple[Token, ...], int]:
    """The words of a sentence, and where a quantity stands among them."""
    words = tokens(sentence.masked)
    at = next(i for i, t in enumerate(words) if t.kind == "q" and t.start == sentence.at[index][0])
    return words, at


def _is_of_a_deal(sentence: AnnotatedSentence, index: int) -> bool:
    """Whether an amount is next to a deal: "a $53 million purchase", "a lease of $865 million"."""
    words, at = _words_around(sentence, index)
    for k in range(at + 1, min(at + 7, len(words))):
        if words[k].text in _STOPS or words[k].text == "," or words[k].kind in "qm":
            break
        if words[k].lemma in _NOT_OF_IT:
            break
        if phrase_at("deal_nouns", words, k):
            return True
    before = words[max(0, at - 9) : at]
    nouns = [j for j in range(max(0, at - 9), at) if phrase_at("deal_nouns", words, j)]
    # "A lease of 15 years and $5.5 billion", but not "the lease obligations of $1.8 billion".
    return bool(nouns) and all(
        w.kind == "q" or w.lemma in _BETWEEN or w.lemma in ("year", "month", "term", "cash")
        for w in before[len(before) - (at - nouns[-1]) + 1 :]
    )


def _instrument(sentence: AnnotatedSentence, index: int) -> str:
    """The raised instrument of an amount: notes, loan or equity; empty if there is none."""
    words, at = _words_around(sentence, index)
    for k in range(at + 1, min(at + 1 + _MOST_WORDS, len(words))):
        if words[k].kind == "q" and sentence.quantities[words[k].ref].unit == "percent":
            # "$850 million aggregate principal amount of 0.00% convertible senior notes".
            continue
        if words[k].text in _STOPS or words[k].kind in "qm":
            break
        if words[k].lemma == "and" and words[k - 1].lemma in _COMBINED:
            continue
        if words[k].lemma == "its" and words[k - 1].lemma == "of":
            # "$1.0 billion aggregate principal amount of its convertible senior notes".
            continue
        # "Through the New York Digital Investment Group": a name.
        in_name = all(w.text[0].isupper() for w in words[k - 1 : k + 2]) and not is_titled(sentence)
        found = "" if in_name else _instrument_at(words, k)
        if not found and (words[k].lemma in _NOT_OF_IT or (words[k].text == "," and k > at + 1)):
            break
        if words[k].lemma == "facility" and not has_phrase("facilities", words, at, k + 1):
            # "A $43.9 million RBC facility", but not "purchased a $53 million facility in North Carolina"
            # or "$30 million Paraguay Facility Sale".
            sold = k + 1 < len(words) and words[k + 1].lemma in ("sale", "purchase", "acquisition")
            return "loan" if not sold and _is_credit(words, at, k) else ""
        if kind := found:
            capital = words[k].lemma == "investment" and words[k - 1].lemma == "capital"
            if kind == "equity" and has_phrase("notes", words, k, k + 5):
                # "An offering of convertible notes".
                return "notes"
            return "" if capital else kind
    for k in range(at - 1, max(at - 7, -1), -1):
        if words[k].text in _STOPS or words[k].kind == "q" or words[k].lemma in _NOT_BETWEEN:
            break
        if words[k].text.lower() == "offering" and _OFFERED.fullmatch(
            " ".join(w.text for w in words[k + 1 : at])
        ):
            # "A facility offering up to $200 million".
            continue
        if kind := _instrument_at(words, k):
            if words[k - 1].lemma == "promissory":
                kind = "loan"
            length = max(phrase_at(name, words, k) for name in INSTRUMENTS)
            sold = has_phrase("raise", words, k - 4, at)
            other = [w for w in words[k + length : at] if w.kind == "w" and w.lemma not in _BETWEEN]
            if all(sold and w.lemma in _SOLD for w in other):
                # "Its convertible notes offering of $1.1 billion" is of notes.
                return "notes" if has_phrase("notes", words, k - 5, k) else kind
            break
    return ""


def _is_credit(words: tuple[Token, ...], at: int, k: int) -> bool:
    """Whether a facility is one of credit: by a lender's name, or words of lending beside it."""
    named = any(word.kind == "w" and word.text[0].isupper() for word in words[at + 1 : k])
    return named or has_phrase("of_credit", words, 0, len(words))


def _instrument_at(words: tuple[Token, ...], k: int) -> str:
    if words[k].text.lower() in ("noted", "noting"):
        return ""
    return next((kind for kind in INSTRUMENTS if phrase_at(kind, words, k)), "")


def megawatts_of(sentence: AnnotatedSentence) -> list[Amount]:
    """The megawatts of a sentence that can be the size of a deal, not the resulting total."""
    found = []
    for index, quantity in enumerate(sentence.quantities):
        if quantity.unit == "MW" and quantity.value is not None and quantity.value >= 1:
            kind, rank = _kind_of_megawatts(sentence, index)
            if kind not in (TOTAL, POTENTIAL):
                found.append(Amount(quantity, kind, rank, *sentence.at[index]))
    return found


def is_at_a_site(before: str, behind: str) -> bool:
    """Whether megawatts are those of a site where something is done: "at its 750 MW campus"."""
    return bool(_AT_A_SITE.search(before) and _A_SITE.match(behind)) or bool(_SITE_OF.search(before))


def _kind_of_megawatts(sentence: AnnotatedSentence, index: int) -> tuple[str, int]:
    before, behind = sentence.around(index)
    start = sentence.at[index][0]
    whole = sentence.masked[:start]
    by = index > 0 and sentence.quantities[index - 1].unit == "MW" and sentence.role(index - 1) == BY
    grown = by and sentence.role(index) == TO
    if grown or says("grows_to", whole) or sentence.role(index) == FROM:
        return TOTAL, 9
    if (_OF_A_SITE.match(behind) and _ITS.search(whole)) or is_at_a_site(whole, behind):
        # "For its 650 MW Rockdale facility": the site's, of which the deal may be a part.
        return SITE, 5
    limited = sentence.quantities[index].qualifier == "up_to" or bool(_UP_TO.search(before))
    if _PLANNED.search(before) or _A_TARGET.match(behind):
        return AIM, 6
    if _EXPANSION.match(behind) or ends("possible", _UP_TO.sub("", before), 5):
        return POTENTIAL, 9
    if begins("it_load", re.sub(r"^\s*(?:of)\s+", "", behind)) or ends("it_load", before, 3):
        return CRITICAL_IT, 2 if limited else 0
    if limited:
        return UP_TO, 4
    if re.match(r"^[\s-]*(?:\(\s*)?(?:of\s+)?gross\b", behind, re.IGNORECASE):
        return GROSS, 2
    if _PHASE.search(before[-45:]):
        return PHASE, 2
    return STATED, 1
