"""Counts of bitcoin (mined, sold, held, bought) and hash rates in an article's sentence."""

import re

from pipelines.parse.language.annotation import AnnotatedSentence
from pipelines.parse.language.cues import SOLD, WITH_CUSTOMERS, Cue
from pipelines.parse.language.vocabulary import COIN, CUSTOMERS, SELL

_MINED = re.compile(
    r"\b(?:mined|mines?|mining|produced|produces?|producing|production|output|earned|self-mined|"
    r"generated|minted|yield(?:ed|ing|s))\b",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"\b(?:(?:ended|finished|closed|exited) (?:the (?:month|quarter|year|period)|⟪\d+⟫) with|holds?|"
    r"held|holding|holdings?|owns?|owned|treasury|stash|stack|hoard|trove|cache|reserves?|hodl\w*|"
    r"balance sheet|sat on|sits on|kept|keeps|coffers|war chest|stockpile|custody|wallets?|"
    r"controls?|had)\b",
    re.IGNORECASE,
)
_BOUGHT = re.compile(
    r"\b(?:bought|purchased?|purchases|acquired?|buying|purchasing|acquiring|scooped up|snapped up)\b",
    re.IGNORECASE,
)
_VERB_BEFORE = re.compile(
    rf"\b(?:mined|produced|earned|{SELL}|held|holds|bought|purchased|acquired)\s+(?:another\s+|"
    r"a further\s+|only\s+|just\s+|about\s+|some\s+|roughly\s+|a total of\s+)*$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    r"^\s*(?:$|[.,;()]|(?:in|at|of it|over|during|as|by|and|while|for|on|last|this|from|that|through)\b|⟪)",
    re.IGNORECASE,
)
# "475: the number of bitcoin that Riot sold in April"
_NUMBER_FIRST = re.compile(
    r"^\s*[:–—]\s*(?:the\s+)?(?:(?:number|amount|count)\s+of\s+)?(?=bitcoins?\b|btc\b|coins\b)", re.IGNORECASE
)
# "BTC sold: 2,385"
_COUNT_LABEL = re.compile(
    rf"^\W*(?:(?:total|self-mined)\s+)?(?:{COIN})\s+(?:sold|mined|produced|earned|held|holdings|"
    r"purchased)\s*:?\s*$",
    re.IGNORECASE,
)
# "BTC production of 705 was flat"
_COUNT_STATED = re.compile(
    rf"\b(?:{COIN})\s+(?:production|output|holdings|treasury)\s+(?:of|was|were|came to|total(?:ed|"
    r"led)|reached|stood at|amounted to)\s+(?:about\s+|only\s+|just\s+|roughly\s+)?$",
    re.IGNORECASE,
)
_WAS_MINED = re.compile(r"^\s*(?:(?:was|were)\s+)?(?:self-)?(?:mined|produced|earned|sold)\b", re.IGNORECASE)
_OF_CUSTOMERS = re.compile(
    r"\b(?:customers?|clients?|(?:for|by) third[- ]part(?:y|ies)|hosted)\b", re.IGNORECASE
)
_FOR_ITSELF = re.compile(
    r"\b(?:self-min\w+|for itself|(?:its|their) own|own account|proprietary)\b", re.IGNORECASE
)
_HASH_KINDS = (
    ("hashrate_average_operating", r"average (?:operating )?"),
    ("hashrate_deployed", r"deployed|installed"),
    ("hashrate_energized", r"energi[sz]ed|electrified"),
    ("hashrate_operating", r"operating|operational|online|active"),
)

_OF_HASH = re.compile(
    r"\bhash ?rate\b|\bfleet\b|\bcapacity\b|\bhashing\b|\bhash\b|\bmining power\b", re.IGNORECASE
)


def coin_cue(
    sentence: AnnotatedSentence, index: int, before: str, behind: str, known: dict[int, Cue]
) -> Cue | None:
    """The metric of a count of coins: mined, sold, held or bought.

    Args:
        before, behind: The text up to the neighboring quantities.
        known: The cues of the quantities before it.

    Returns:
        `other` for a count that is not the company's; None if it is not a count of coins.
    """
    quantity = sentence.quantities[index]
    clause = sentence.statement_of(sentence.at[index][0])
    upto = sentence.masked[clause.start : sentence.at[index][0]]
    counted = any(
        c.fact.startswith(("bitcoin_", WITH_CUSTOMERS)) and sentence.quantities[i].unit == "BTC"
        for i, c in known.items()
    )
    behind = _NUMBER_FIRST.sub(" ", behind) if not before.strip() else behind
    listed = (_COUNT_LABEL.search(before) and _NO_NOUN.match(behind)) or _COUNT_STATED.search(before)
    plain = listed or (counted and _VERB_BEFORE.search(before) and _NO_NOUN.match(behind))
    plain = plain or (counted and _WAS_MINED.match(behind))
    if (
        quantity.unit is None
        and not plain
        and not re.match(
            rf"^\s*(?:[\w-]+\s+)?(?:of (?:them|those|its|the|these)\b|{COIN})", behind, re.IGNORECASE
        )
    ):
        return None
    whose = sentence.masked[sentence.at[index][0] : min(clause.end, sentence.at[index][1] + len(behind))]
    if CUSTOMERS.search(before + whose) or re.search(r"\bcustomers?\b", before, re.IGNORECASE):
        return Cue("other")
    follows = re.match(
        rf"^\s*(?:{COIN})?\s*(?:it\s+|that\s+|were\s+|was\s+|which\s+|had\s+|been\s+|⟬\w⟭\s+|"
        r"the (?:company|miner)\s+)*(?P<verb>mined|produced|sold|earned|bought|purchased|held|"
        r"in (?:its |the |their )?(?:treasury|reserves?|coffers|wallets?|custody)|on (?:its |the |"
        r"their )?(?:balance sheet|books))\b",
        behind,
        re.IGNORECASE,
    )
    cues = (
        ("bitcoin_produced", _MINED),
        ("bitcoin_sold", SOLD),
        ("bitcoin_held", _HELD),
        ("bitcoin_purchased", _BOUGHT),
    )
    found = [
        (m.end(), fact)
        for fact, pattern in cues
        for m in pattern.finditer(upto)
        if not re.match(r"\s+(?:nothing|none|no)\b", upto[m.end() :], re.IGNORECASE)
    ]
    if follows:
        verb = follows["verb"].lower()
        fact = (
            "bitcoin_held"
            if verb.startswith(("in ", "on ", "held"))
            else "bitcoin_sold"
            if verb == "sold"
            else "bitcoin_purchased"
            if verb in ("bought", "purchased")
            else "bitcoin_produced"
        )
        if (
            not found
            or fact == "bitcoin_held"
            or verb in ("mined", "produced", "sold")
            or re.search(r"\b(?:than|of) the\s*$", upto)
        ):
            return _own(sentence, index, Cue(fact))
    if not found:
        return None
    place, fact = max(found)
    if len(upto) - place > 70 or re.search(r"\bcapable of\b|\bability to\b|\bworth\b", upto):
        return None
    nearest = {f for e, f in found if e == place}
    if re.search(r"\b(?:bitcoin|btc)\s+(?:mining|miner)\s*$", upto, re.IGNORECASE):
        return None
    if (
        fact == "bitcoin_produced"
        and upto[:place].lower().endswith("mining")
        and not re.search(r"\bmining\s+(?:of\s+)?(?:about |some |roughly )?$", upto, re.IGNORECASE)
    ):
        # "The mining company's treasury", "mining reward": the word names the industry.
        rest = [(e, f) for e, f in found if e != place]
        if not rest:
            return None
        place, fact = max(rest)
    return _own(sentence, index, Cue(fact)) if len(nearest) == 1 else None


def _own(sentence: AnnotatedSentence, index: int, cue: Cue) -> Cue:
    """Discard a count of mined coins beside customers' coins unless it is the company's own.

    Core Scientific's "1,215 bitcoin: 906 were self-mined, and 309 went to hosting customers".
    """
    counts = [
        q for q in sentence.quantities if q.unit == "BTC" or (q.unit is None and q.value and q.value >= 10)
    ]
    if cue.fact != "bitcoin_produced" or len(counts) < 2 or not _OF_CUSTOMERS.search(sentence.masked):
        return cue
    before, behind = sentence.around(index)
    return cue if _FOR_ITSELF.search(before[-60:] + behind[:60]) else Cue(WITH_CUSTOMERS)


def hash_cue(statement: str, since: str, behind: str) -> Cue | None:
    """The metric of a hash rate by the words around it; None if they name none, or two.

    Args:
        statement: The text before it in its statement.
        since: The text after the previous quantity.
        behind: The text after it in its statement.
    """
    ahead = re.split(r"[,;]|\band\b", behind)[0][:40]
    near = f"{since[-80:]} {ahead}"
    if not _OF_HASH.search(near):
        near = f"{statement[-80:]} {ahead}"
    if not _OF_HASH.search(near):
        return None
    kinds = {metric for metric, words in _HASH_KINDS if re.search(rf"\b(?:{words})", near, re.IGNORECASE)}
    if "hashrate_average_operating" in kinds:
        return Cue("hashrate_average_operating")
    return Cue(kinds.pop()) if len(kinds) == 1 else None
