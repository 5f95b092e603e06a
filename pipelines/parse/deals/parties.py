"""The other side of a deal: who sells, leases, lends, or is bought."""

import re
from typing import NamedTuple

from pipelines.parse.deals.amounts import Amount
from pipelines.parse.deals.vocabulary import GENERIC_PARTIES, begins
from pipelines.parse.language.annotation import AnnotatedSentence, is_titled, mention_index, position_of
from pipelines.watchlist.words import word_list

_LEGAL = r"(?:,?\s+(?:LLC|L\.L\.C\.|Inc\.?|Corp\.?|Ltd\.?|L\.P\.|LP|plc|Limited|GmbH|AS|SE)(?!\w))"
_TYPED = r"(?:based|backed(?!\s+by\b)|focused|listed)\b"
_ACRONYM = r"(?:AI|HPC|GPU|UAE|US|U\.S)"
# "Amazon Web Services", "Polaris DS LLC", but neither "Texas-based" nor "AI".
_NAME = (
    rf"(?<![\w.])(?P<party>(?!(?:[A-Z][\w.]*[\s-]){{1,3}}{_TYPED})(?!{_ACRONYM}\b)(?:⟬\w⟭|[A-Z][\w&.’'-]*"
    r"(?:\s+(?:(?:of|and|&|de)\s+)?(?:[A-Z][\w&.’'-]*|\d+\b|⟦\d+⟧(?=\s+[A-Z])))*)"
    rf"{_LEGAL}?)"
)
NAME = re.compile(_NAME)
# Words between a preposition and a name: "with the AI-cloud platform Fluidstack", "to a subsidiary of G42".
_WORDS = (
    r"(?:and\s+(?=[a-z])|(?!(?:and|or|with|to|from|by|for|in|at|of)\b)"
    rf"(?:[a-z][\w-]*|{_ACRONYM}\.?(?:-\w+)?|[A-Z]\w+-{_TYPED}|⟦\d+⟧)\s+"
    r"|(?:affiliates?|subsidiar(?:y|ies)|units?|arms?) of\s+|investors? (?:including|led by)\s+"
    # "With another lending firm, BlockFi".
    r"|(?:firm|company|lender|bank|provider|developer|operator|miner|startup|fund|exchange|platform),\s+)"
)
SIDE = re.compile(rf"\b(?:with|to|from|by|involving)\s+{_WORDS}{{0,7}}?{_NAME}")
_FROM = re.compile(rf"\bfrom\s+{_WORDS}{{0,6}}?{_NAME}")
LENDER = re.compile(rf"\b(?:with|from|by|led by|to)\s+{_WORDS}{{0,6}}?{_NAME}")
# "The site, previously owned by Tech Infrastructure JV".
OWNED_BY = re.compile(rf"\b(?:owned|held|operated) by\s+{_WORDS}{{0,4}}?{_NAME}")
_POSSESSES_A_NAME = re.compile(r"['’]s\s+(?:⟬\w⟭|[A-Z])")
# "The buyer, U.S. Digital Mining, is linked to", "the seller is Validus Power Corp".
THE_SIDE = re.compile(
    r"\b[Tt]he (?P<role>buyer|seller|landlord|tenant|lender)\b(?:,|\s+is|\s+was)\s+"
    rf"{_WORDS}{{0,3}}?{_NAME}"
)
_OWNER = re.compile(r"^(?:['’]s?)\s")
_OF = re.compile(r"\bof (?:(?:its|the|an?|rival|competitor|peer|fellow|miner|bitcoin|company)\s+)*$")
_WE = re.compile(r"\W*[“\"][^”\"]*\bwe\b", re.IGNORECASE)
_PERSON = re.compile(r"\b(?:Chairman|Chairwoman|CEO|CFO|President|Director|Officer|Founder)\b")
_BACKS = re.compile(
    r"(?:['’]s)?[\s-]+(?:backstop|backing|backed(?! by)|support|guarantee\w*)\b", re.IGNORECASE
)
# "Backed by Google", "according to Bloomberg", "thanks to AMD".
_IS_BACKER = re.compile(
    rf"\b(?:{'|'.join(word_list('deals.backer_verbs'))})\s+by\s+(?:[A-Z⟬][\w&.⟭]*,?\s+)*$"
    r"|\baccording to\s+[^,;]{0,30}$"
    rf"|\b(?:{'|'.join(word_list('deals.words_before_to'))})\s+to\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# "With NVIDIA GPUs", "to Culberson County": the noun behind the name is meant.
# "From Silvergate Bank backed by bitcoin": the collateral is not the lender.
_BY_COINS = re.compile(r"\s+backed by (?:its |the )?(?:bitcoin|btc|coins)\b", re.IGNORECASE)
_THINGS_BEHIND = re.compile(
    rf"^\s+(?:(?:[A-Z\d][\w-]*|⟦\d+⟧)\s+)?(?:{'|'.join(word_list('deals.things_behind_a_name'))})\b"
)
# "Reuters reported in November that the software giant signed": a source, not a party.
_REPORTS = re.compile(
    r"\s+(?:first |also |has |had )?(?:report|say|said|wrote|write|note|tell|told)\w*\b"
    r"[^.,;]{0,40}?\s+that\s+(?!it\b|they\b)"
)
# "CoreWeave has exercised its option", "Anthropic signed".
_CUSTOMER_ACTS = re.compile(
    rf"{_NAME}(?:,[^,;]{{3,50}},)?\s+(?:has |have |had )?(?:{'|'.join(word_list('deals.customer_acts'))})\b"
)
# "Core Scientific and CoreWeave agreed to a 382 MW hosting contract".
_BOTH = re.compile(
    rf"⟬(?P<first>\w)⟭\s*,?\s*and\s+{_NAME}\s+(?:have |has |had |recently |also )*"
    r"(?:agreed|signed|entered|struck|inked|announced|reached|sign|agree)\b"
)
# "Fluidstack will lease the capacity", "the tenant, cloud provider Fluidstack", "the lease is with X".
_CUSTOMERS = (
    re.compile(rf"{_NAME}(?:,[^,;]{{3,50}},)?\s+(?:{'|'.join(word_list('deals.customer_takes'))})\b"),
    re.compile(rf"\b(?:{'|'.join(word_list('deals.customer_is'))})\b,?\s+{_WORDS}{{0,5}}?{_NAME}"),
    re.compile(
        rf"\b(?:deal|agreement|contract|lease|pact)\b(?:\s+[a-z]\w*){{0,3}}?\s+with\s+{_WORDS}{{0,7}}?{_NAME}"
    ),
)
# "Expanded its credit facility with Coinbase, doubling the borrowing capacity to $130 million".
_OF_A_FACILITY = re.compile(
    r"\b(?:facility|loan|line(?: of credit)?|credit|agreement)\s+(?:[\w⟪⟫-]+\s+){0,4}?"
    rf"(?:with|from)\s+{_WORDS}{{0,6}}?{_NAME}"
)
_BOUGHT = re.compile(r"\b(?:acquisition|purchase|takeover|buyout) of\s+(?:[a-z-]+\s+){0,4}$", re.IGNORECASE)
_LENDS = re.compile(
    rf"{_NAME}(?:,[^,;]{{3,90}},)?\s+(?:has |have |had |will |also )*"
    rf"(?:{'|'.join(word_list('deals.lender_acts'))})\b"
)
_NO_LENDER = re.compile(
    r"\b(?:which|where|who|that|(?:backed|guaranteed) by (?!(?i:bitcoin|btc))|"
    r"to (?:fund|finance|pay|buy|build|support|purchase))\b"
)
_LEAST = 3
_MARK = re.compile(r"⟬(\w)⟭")


class Name(NamedTuple):
    """A name in a sentence, with its place in the masked text, and its mention if it has one."""

    text: str
    start: int
    end: int
    mention: int | None


def _first_word(party: str) -> str:
    """The word by which a party is recognized again; empty if it has none."""
    first = party.split()[0].strip(".,'’") if party else ""
    return first if len(first) > _LEAST and first[0].isupper() else ""


def is_named(party: str, text: str) -> bool:
    """Whether a text names a party by its first word: "Polaris holds rights to 440 MW"."""
    first = _first_word(party)
    return bool(first and re.search(rf"(?<![\w-]){re.escape(first)}(?![\w-])", text))


def is_for(party: str, text: str) -> bool:
    """Whether a text says that something is for a party: "382 MW to CoreWeave"."""
    first = _first_word(party)
    return bool(first and re.search(rf"\b(?:to|for)\s+(?:the )?{re.escape(first)}\b", text))


def restored(sentence: AnnotatedSentence, party: str) -> str:
    """A party's name in the original sentence, with companies and numbers restored."""
    index = _mention_in(party)
    if index is not None:
        mention = sentence.mentions[index]
        more = (
            re.match(r"(?:\s+[A-Z][\w&.’'-]*[\w’'])*", sentence.label[mention.end :])
            if mention.subsidiary
            else None
        )
        return sentence.label[mention.start : mention.end + (more.end() if more else 0)]
    out = re.sub(r"⟦(\d+)⟧", lambda m: sentence.quantities[int(m[1])].text, party)
    out = _MARK.sub(lambda m: _written(sentence, mention_index(m[1])), out)
    out = re.sub(r"['’]s?$", "", out.strip(" ,"))
    return out if re.search(r"\b(?:Inc|Corp|Ltd)\.$", out) else out.rstrip(".")


def fits(party: str) -> bool:
    """Whether a name can be a party's: no month, place or common word."""
    return (
        bool(party)
        and re.sub(r"['’]s?$", "", party.split()[0]).strip(".,-") not in GENERIC_PARTIES
        and not re.match(r"⟪|\d", party)
        and not _PERSON.search(party)
    )


def name_in(sentence: AnnotatedSentence, start: int, end: int) -> Name | None:
    """The first name in a part of a masked sentence."""
    for match in NAME.finditer(sentence.masked, start, end):
        mention = _mention_in(match["party"])
        if mention is None and (is_titled(sentence) or not fits(match["party"])):
            continue
        if mention is not None and mention == _self(sentence):
            continue
        if _POSSESSES_A_NAME.match(sentence.masked[match.end("party") : end]):
            # "Kentucky's Block Mining".
            continue
        return Name(restored(sentence, match["party"]), *match.span("party"), mention)
    return None


def _self(sentence: AnnotatedSentence) -> int | None:
    """The mention that is the subject of the sentence, if it is a watched company."""
    first = next((i for i, m in enumerate(sentence.mentions) if m.subject), None)
    if first is not None and _BOUGHT.search(sentence.masked[: position_of(sentence, first)]):
        # "With the $9 billion acquisition of the miner Core Scientific, the companies announced".
        return None
    if first is not None and _WE.match(sentence.masked[: position_of(sentence, first)]):
        # "“We have acquired Stronghold,” Bitfarms posted": the first one named is not who acts.
        return None
    return first if first is not None and sentence.mentions[first].company is not None else None


def seller_of(sentence: AnnotatedSentence, behind: int, named: Name | None) -> tuple[str, str]:
    """The seller of a site, or else the site's own name, and which of the two it is.

    "From Waha Technologies", "Mawson's site", "the facility of its competitor Mawson"; "Briscoe Wind Farm".
    """
    for pattern in (_FROM, OWNED_BY):
        match = pattern.search(sentence.masked, behind)
        if match and _accepts(sentence, match):
            return restored(sentence, match["party"]), "seller"
    if named is None:
        return "", ""
    if named.text.endswith("-owned"):
        # "One of the three Bitfarms-owned farms".
        return named.text.removesuffix("-owned"), "seller"
    owns = (
        named.mention is not None
        or _OWNER.match(sentence.masked[named.end :])
        or _OF.search(sentence.masked[: named.start])
    )
    return named.text, "seller" if owns else "target"


def seller_before(sentence: AnnotatedSentence, before: int) -> str:
    """The seller, as the subject before "sells … to"."""
    nearest = _mention_before(sentence, before)
    if nearest is not None:
        return _written(sentence, nearest)
    first = re.match(rf"\W*(?:\w+\)\s*[-–]\s*)?{_NAME}", sentence.masked)
    return restored(sentence, first["party"]) if first and fits(first["party"]) else ""


def unwatched_before(sentence: AnnotatedSentence, before: int) -> str:
    """The nearest company before a position, if it is not watched; else empty."""
    nearest = _mention_before(sentence, before)
    if nearest is None or sentence.mentions[nearest].company is not None:
        return ""
    return _written(sentence, nearest)


def _mention_before(sentence: AnnotatedSentence, before: int) -> int | None:
    earlier = [i for i in range(len(sentence.mentions)) if position_of(sentence, i) < before]
    return earlier[-1] if earlier else None


def _mention_in(party: str) -> int | None:
    """The mention that a name in the masked text stands for, if it is nothing else."""
    mark = _MARK.fullmatch(party)
    return mention_index(mark[1]) if mark else None


def _written(sentence: AnnotatedSentence, mention: int) -> str:
    """A company's name as the sentence writes it."""
    found = sentence.mentions[mention]
    return sentence.label[found.start : found.end]


def other_side(sentence: AnnotatedSentence, position: int, *, noun: bool) -> tuple[str, str, int | None]:
    """The customer of a contract, its role, and the mention of the miner if not the subject."""
    mentions = sentence.mentions
    customer = next(
        (
            i
            for i, m in enumerate(mentions)
            if m.subject
            and position_of(sentence, i) < position
            and not _REPORTS.match(sentence.masked[position_of(sentence, i) + 3 :])
        ),
        None,
    )
    if customer is not None and mentions[customer].company is None:
        miner = next((i for i, m in enumerate(mentions) if m.company is not None and i > customer), None)
        if miner is not None:
            # "Microsoft has signed a $9.3 billion deal with IREN": the deal is IREN's.
            return _written(sentence, customer), "customer", miner
    matches = list(SIDE.finditer(sentence.masked))
    # The nearest name behind the contract, else one before it.
    for match in [m for m in matches if m.start() >= position] + [m for m in matches if m.start() < position]:
        if _accepts(sentence, match):
            return restored(sentence, match["party"]), "customer", None
    both = _BOTH.search(sentence.masked[:position])
    if both and _accepts(sentence, both):
        first = mention_index(both["first"])
        return restored(sentence, both["party"]), "customer", first if mentions[first].company else None
    named = re.search(r"⟬(?P<m>\w)⟭[\s-]+(?:[\w-]+\s+){0,2}$", sentence.masked[:position]) if noun else None
    if named and mentions[mention_index(named["m"])].company is None:
        return _written(sentence, mention_index(named["m"])), "customer", None
    before = _CUSTOMER_ACTS.search(sentence.masked)
    own = _self(sentence)
    if before and own is not None and position_of(sentence, own) < before.start():
        return "", "", None
    if before and not is_titled(sentence) and fits(before["party"]) and not before["party"].startswith("⟬"):
        return restored(sentence, before["party"]), "customer", None
    return "", "", None


def customer_of(sentence: AnnotatedSentence) -> str:
    """The customer that a sentence gives a contract stated before it; empty if it names none."""
    for pattern in _CUSTOMERS:
        for match in pattern.finditer(sentence.masked):
            if _accepts(sentence, match):
                return restored(sentence, match["party"])
    return ""


def party_of(sentence: AnnotatedSentence, match: re.Match[str]) -> str:
    """The party of a match; empty if it cannot be one."""
    return restored(sentence, match["party"]) if _accepts(sentence, match) else ""


def _accepts(sentence: AnnotatedSentence, match: re.Match[str]) -> bool:
    party = match["party"]
    index = _mention_in(party)
    if index is not None:
        own = _self(sentence)
        watched = sentence.mentions[index].company
        if index == own or (
            watched is not None and (own is None or sentence.mentions[own].company == watched)
        ):
            return False
    elif is_titled(sentence) or not fits(restored(sentence, party)):
        return False
    before = sentence.masked[: match.start("party")]
    behind = sentence.masked[match.end("party") :]
    if re.match(r"(?:['’]s)?\s+(?:[a-z][\w-]*\s+){0,2}⟬", behind) and re.search(r"['’]s", party + behind[:2]):
        # "To Jihan Wu's Bitdeer": not the owner but the company is the party.
        return False
    return not (
        _BACKS.match(behind)
        or _IS_BACKER.search(before)
        or _THINGS_BEHIND.match(behind)
        or (not behind.startswith(",") and begins("backed", behind) and not _BY_COINS.match(behind))
    )


def lender_of(sentence: AnnotatedSentence, amount: Amount, end: int, verb: int) -> tuple[str, int | None]:
    """The lender or investor of an amount, and the mention of the borrower if not the subject."""
    text = _NO_LENDER.split(sentence.masked[amount.start : end])[0]
    match = LENDER.search(
        sentence.masked,
        min(amount.start, verb) if verb > amount.start else amount.start,
        amount.start + len(text),
    )
    if match and _accepts(sentence, match):
        return restored(sentence, match["party"]), None
    own = _OF_A_FACILITY.search(sentence.masked, verb, amount.start) if verb < amount.start else None
    if own and _accepts(sentence, own):
        return restored(sentence, own["party"]), None
    lead = _LENDS.search(sentence.masked[: amount.start])
    if lead and not is_titled(sentence):
        mention = _mention_in(lead["party"])
        if fits(lead["party"]) if mention is None else sentence.mentions[mention].company is None:
            miner = next((i for i, m in enumerate(sentence.mentions) if m.company is not None), None)
            return restored(sentence, lead["party"]), miner
    return "", None
