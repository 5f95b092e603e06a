"""The line of revenue that the words around an amount name."""

import re

from pipelines.parse.language.governor import FROM, Governor
from pipelines.parse.language.times import RESPECTIVELY
from pipelines.parse.language.tokenized import DIGITS, TokenizedSentence
from pipelines.watchlist.words import word_list

# "$16,079,893 and $8,911,943, respectively, from Foundry USA Pool": a part, by its source.
_SOURCE = re.compile(
    r"^(?:\s*(?:⟦\d+⟧|⟪\d+⟫|[,$()]|nil|and|respectively|in|for|during|over|this|the|quarter|month|year|"
    r"period|"
    r"was|were|came|comes|coming|derived|resulting|all|revenues?|of|both|20\d\d))*"
    r"\s*(?:from|by|through|via|(?:attribut(?:ed|able)|relat(?:ed|ing)|tied) to|associated with|"
    r"in(?=\s+(?:[\w-]+\s+){1,4}(?:activities|operations|services)\b))\s+"
    r"(?:the\s+|our\s+|its\s+)?(?P<what>(?!⟦|⟪)(?:[\w&-]+\s*){1,5})",
    re.IGNORECASE,
)
# "Of its $9 million revenue, $4 million was attributable to hosting": the source is the second amount's.
_OF_ANOTHER = re.compile(r"⟦\d+⟧[^⟦]*\b(?:was|were|came|comes)\b", re.IGNORECASE)
# "Revenue from hosting was $77 million, and revenue from mining": the source of the next revenue.
_OWN_REVENUE = re.compile(r"\band\s+(?:the\s+)?revenues?\b", re.IGNORECASE)
_ALL_REVENUE = re.compile(
    r"(?:(?:continuing\s+)?operations|(?:contracts with\s+)?customers|all\b|a\s|an\s|prior|previous|same|"
    r"last|"
    r"year|approximately|q\d|first|second|third|fourth)",
    re.IGNORECASE,
)
# "Produced 45 DOGE from our DOGE operations and recognized revenue of $4.5 million": revenue of that part.
_EARNED_FROM = re.compile(
    r"\bfrom\s+(?:our|its|the)\s+(?P<what>(?!continuing)[\w/&-]+(?:\s[\w/&-]+){0,4}?\s"
    r"(?:operations?|business|segment|division|activities))\b[^.;,⟦]{0,20}\band\b[^.;,⟦]*$",
    re.IGNORECASE,
)
# "Revenue of our mining pool business went down".
_OF_A_PART = re.compile(
    r"\s+(?:of|in|for)\s+(?:our|its|the)\s+(?P<what>(?:[\w/&-]+\s){1,5}(?:segment|business|division|operations))\b",
    re.IGNORECASE,
)
# "In our colocation segment, revenue was $10.3 million": the segment's.
_IN_A_PART = re.compile(
    r"\b(?:in|within|at|for|from)\s+(?:our|its|the)\s+(?P<what>(?:[\w/&-]+\s){1,5}(?:segment|business|division))"
    r"\b[^.;⟦]{0,30}$",
    re.IGNORECASE,
)
# "The proprietary mining segment, with revenue of $100 million, generated 3,577".
_HAD_BY = re.compile(
    r"\b(?P<what>(?:(?!while\b|and\b|but\b|the\b|its\b|our\b)[\w/&-]+\s){1,4}(?:segment|business|division|"
    r"unit|arm)),?\s+(?:with|which had|posting|generating)\s+(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_NOT_IN_A_NAME = (
    "include",
    "despite",
    "amid",
    "of",
    "to",
    "at",
    "by",
    "from",
    "its",
    "our",
    "their",
    "say",
    "whose",
    "however",
)
_CUTS = ("line", "segment", "source", "type", "business", "product", "category", "stream", "geography")
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TWO_LINES = re.compile(
    r"(?P<a>(?:[\w/&-]+\s){1,4})and\s(?:our\s|its\s)?(?P<b>(?:[\w/&-]+\s){1,4}?)revenues?\b[^.;⟦]*$",
    re.IGNORECASE,
)
_OWN = ("the", "our", "its", "their", "company")
_PLAIN_WORDS = (
    "latest",
    "top",
    "monthly",
    "quarterly",
    "first",
    "record",
    "strong",
    "solid",
    "robust",
    "new",
    "initial",
    "prior",
    "previous",
    "yoy",
    "mom",
    "qoq",
)
# "Revenue from hosting went up", "reached": verbs that end a line, beside those of up and down.
_ENDS_A_LINE = ("go", "come", "reach", "hit", "stand", "amount", "total", "make")
_OF_A_COUNT = re.compile(
    r"(?:the\s+)?(?:production|mining|sales?)\s+of\s+(?:about\s+|approximately\s+)?⟦", re.IGNORECASE
)
_PARTICIPLE = re.compile(r"\w+(?:ed|ing)|made|won|drawn", re.IGNORECASE)
_LONGEST = 8
_TOTAL_WORDS = frozenset(word_list("revenue.total_words"))


def is_total(label: str, own: frozenset[str] = frozenset()) -> bool:
    """Whether a line of revenue is the total: no word of it names a part.

    Args:
        own: Words of the company's names.
    """
    words = re.sub(r"\s*\brevenues?$", "", label.strip(), flags=re.IGNORECASE).lower().split()
    # TokenizedSentence writes "Hut eight" for the company's name.
    own |= {DIGITS[int(word)] for word in own if re.fullmatch(r"[0-9]", word)}
    return {re.sub(r"['’]s$", "", w).strip(",.") for w in words} - own <= _TOTAL_WORDS


def lists_sources(sentence: TokenizedSentence, i: int) -> bool:
    """Whether amounts are parts by source: "$66 and $59 from A and B, respectively"."""
    behind = sentence.behind(i)
    source = _SOURCE.match(behind)
    return bool(source and " and " in f" {source['what']} " + behind[source.end() : source.end() + 40])


def revenue_label(sentence: TokenizedSentence, i: int, governor: Governor) -> str:
    """The line of revenue, as written if it is one phrase: "revenue from hosting"."""
    label = _one_of_two(sentence, i) or _label(sentence, i, governor)
    words = r"[\s/&’'s-]+".join(re.escape(word) for word in label.split())
    written = re.search(rf"\b{words}\b", sentence.text, re.IGNORECASE)
    return written[0] if written else label


def _one_of_two(sentence: TokenizedSentence, i: int) -> str:
    """The line of one of two amounts: "mining and hosting revenue was $68 and $17"."""
    run = sentence.run(i)
    two = _TWO_LINES.search(sentence.before(run[0]))
    if len(run) != 2 or two is None or not RESPECTIVELY.search(sentence.behind(run[1])):
        return ""
    words = [w for w in two["ab"[run.index(i)]].split() if w.lower() not in (*_OWN, *_PLAIN_WORDS, "total")]
    return f"{' '.join(words)} revenue" if words else ""


def _label(sentence: TokenizedSentence, i: int, governor: Governor) -> str:
    tokens = sentence.tokens
    if tokens[governor.first].lemma == "out":
        return "total revenue"
    # "$8 million from mining, and $1 million from capacity": each has its own source.
    counted = _OF_A_COUNT.match(sentence.masked, tokens[governor.first].start)
    own = governor.last > i or not _SOURCE.match(sentence.behind(i))
    if governor.via == FROM and own and not counted:
        return f"{' '.join(t.text for t in tokens[governor.first : governor.last + 1])} revenue"
    span = range(i, -1, -1) if counted else range(governor.last, governor.first - 1, -1)
    place = next((k for k in span if tokens[k].lemma == "revenue"), governor.last)
    word = tokens[place].text if tokens[place].lemma == "revenue" else "revenue"
    first = _first_word(sentence, place)
    if first > 0 and sentence.before(first).rstrip().lower().endswith("from which"):
        # "423.4 bitcoin mined, from which revenue of $12.3 million resulted".
        return f"from which {word}"
    if sentence.word(place + 1) == "by" and sentence.word(place + 2) in _CUTS:
        # "Revenue by line was": a list of parts.
        return f"{word} by {tokens[place + 2].text}"
    where = first > 0 and sentence.word(first - 1) == "where"
    if where or sentence.word(place + 1) == "there":
        # "Colocation was the bright spot: revenue there more than tripled".
        lines = (sentence.line_ending(k, 0) for k in range(first - 1, -1, -1))
        line = next((found for found in lines if found), None)
        return f"{sentence.span(line[0], line[1] + 1) if line else 'there'} {word}"
    if first > 1 and tokens[first - 1].lemma == "of" and sentence.is_class(first - 2, "share_of_revenue"):
        return f"{tokens[first - 2].text} of revenue"
    named = [
        tokens[k]
        for k in range(first, place)
        if (tokens[k].kind == "w" or tokens[k].text in "&/")
        and sentence.bracket(k) == sentence.bracket(place)
    ]
    telling = [t.text for t in named if t.lemma not in _PLAIN_WORDS]
    label = " ".join(telling or [t.text for t in named])
    if label.lower() in _OWN:
        label = ""
    if headed := _line_before_a_colon(sentence, first, label):
        return f"{headed} {word}"
    end = next((k for k in range(i + 1, len(tokens)) if tokens[k].text in ".;:"), len(tokens))
    rest = sentence.span(i + 1, end)
    source = _SOURCE.match(rest)
    if source and _OF_ANOTHER.search(source[0]) and not RESPECTIVELY.search(source[0]):
        source = None
    if source and _OWN_REVENUE.search(rest[: source.start("what")]):
        source = None
    if source and _OF_A_COUNT.match(rest, source.start("what")):
        # "Revenue of $1.2 million from production of 37.1 bitcoin" names what was earned, not a line.
        source = None
    listed = source and re.match(r"\s*\(\s*⟦", rest[source.end() :])
    if source and not listed and not _ALL_REVENUE.match(source["what"]):
        at = sentence.tokens[i + 1].start + source.start("what")
        named_at = next((k for k in range(i + 1, end) if sentence.tokens[k].start >= at), end)
        from_what = _named_behind(sentence, named_at) or [source["what"].strip()]
        # "$4 million from hosting, $9 million via colocation": the line before is not its own.
        before = [] if governor.via == FROM else telling
        return " ".join([*before, word, "from", *from_what[:5]])
    if not label and (subject := _who_earned(sentence, min(first, i))):
        return f"{subject} {word}"
    if not label and (part := _OF_A_PART.match(sentence.behind(place))):
        return f"{part['what']} {word}"
    if not label and (behind := _line_behind(sentence, place)):
        return f"{behind} {word}"
    if not label and (part := _IN_A_PART.search(sentence.before(governor.first))):
        return f"{part['what']} {word}"
    if not label and (had := _HAD_BY.search(sentence.before(first))):
        return f"{had['what']} {word}"
    if not label and (earned := _EARNED_FROM.search(sentence.before(i))):
        return f"{earned['what']} {word}"
    # "Revenue raised from mining", "revenue generated from hosting".
    participle = sentence.word(place + 2) == "from" and _PARTICIPLE.fullmatch(tokens[place + 1].text)
    word_from = place + 2 if participle or sentence.is_class(place + 1, "reporting") else place + 1
    named_from = _source_behind(sentence, word_from)
    parts = _named_behind(sentence, named_from) if named_from else []
    # "Quarterly revenue from mining" is revenue from mining.
    return " ".join([*telling, word, "from", *parts] if parts else [*label.split(), word])


def _line_before_a_colon(sentence: TokenizedSentence, first: int, label: str) -> str:
    """The line that opens a sentence: "Digital Colocation: monthly revenue of $2.48 million"."""
    if (
        first < 2
        or sentence.tokens[first - 1].text != ":"
        or not set(label.lower().split()) <= {*_PLAIN_WORDS}
    ):
        return ""
    line = sentence.line_ending(first - 2, 0)
    return sentence.span(line[0], line[1] + 1) if line and first - 1 <= _LONGEST else ""


def _line_behind(sentence: TokenizedSentence, place: int) -> str:
    """The line behind "the revenue of": "the revenue of Bitcoin self-mining operations rose"."""
    if sentence.word(place + 1) != "of":
        return ""
    first, last = 0, 0
    for k in range(place + 2, min(place + 2 + _LONGEST, len(sentence.tokens))):
        if sentence.tokens[k].kind != "w" or sentence.is_class(k, "copula", "up_or_down", "stop"):
            break
        if line := sentence.line_ending(k, place + 2):
            first, last = line
        elif last == k - 1 and sentence.tokens[k].lemma == "pool":
            # "Revenue of the mining pool": another line than mining.
            last = k
    return sentence.span(first, last + 1) if last else ""


def _first_word(sentence: TokenizedSentence, place: int) -> int:
    """The first token of the words before "revenue" that name its line."""
    first = place
    while first > 0 and place - first < _LONGEST:
        token = sentence.tokens[first - 1]
        if token.text == ")" and (bracket := sentence.bracket(first - 1)) is not None:
            # "High-density colocation (formerly hosting) revenue".
            first, place = bracket[0], bracket[0] + place - first
            continue
        if token.text == "-" and sentence.masked[token.start - 1 : token.end + 1] == " - ":
            break
        if first - 1 in sentence.in_time or (token.kind != "w" and token.text not in "&/-’'()"):
            break
        if sentence.is_class(first - 1, "stop", "compared") or token.lemma in _NOT_IN_A_NAME:
            break
        if token.lemma in ("a", "an", "the", "yoy", "mom", "qoq", *_WEEKDAYS):
            # "Showing a total revenue": the verb is not a part of the name.
            break
        if _is_possessive(sentence, first - 1) and token.lemma not in ("segment", "business", "division"):
            # "Riot's revenue": the owner does not name a line of revenue.
            break
        verb = sentence.is_class(first - 1, "copula", "up_or_down", "reporting") and token.lemma != "contract"
        if (verb or token.lemma == "have") and token.lemma not in ("total", "average"):
            break
        first -= 1
    return first


def _source_behind(sentence: TokenizedSentence, k: int) -> int:
    """The token behind "from", "attributable to" or "related to"; 0 without such words."""
    if sentence.word(k) == "from":
        return k + 1
    relates = sentence.word(k) in ("attribute", "attributable", "relate", "associate", "tie")
    return k + 2 if relates and sentence.word(k + 1) in ("to", "with") else 0


def _named_behind(sentence: TokenizedSentence, k: int) -> list[str]:
    """The words behind "revenue from"."""
    named: list[str] = []
    while len(named) < 6 and sentence.word(k) and not sentence.is_class(k, "copula", "up_or_down", "stop"):
        if sentence.word(k) in _ENDS_A_LINE:
            break
        named.append(sentence.tokens[k].text)
        k += 1
    return named


def _is_possessive(sentence: TokenizedSentence, k: int) -> bool:
    token = sentence.tokens[k]
    return token.end - token.start > len(token.text)


def _is_earning(sentence: TokenizedSentence, k: int) -> bool:
    return sentence.is_class(k, "reporting") or sentence.tokens[k].lemma in (
        "have",
        "contribute",
        "add",
        "account",
    )


def _who_earned(sentence: TokenizedSentence, last: int) -> str:
    """The subject of the verb before an amount of revenue: "the mining business generated"."""
    start = sentence.clause_start(sentence.tokens[last].start)
    words = [k for k in range(last) if sentence.tokens[k].start >= start and sentence.word(k) is not None]
    verb = next((n for n in reversed(range(len(words))) if _is_earning(sentence, words[n])), None)
    named: list[str] = []
    earner = words[: verb or 0]
    if any(sentence.tokens[k].lemma == "company" and not _is_possessive(sentence, k) for k in earner):
        return ""
    if earner and sentence.tokens[earner[-1]].lemma in ("which", "that"):
        # "Bitcoin mining, which delivered $140.9 million in revenue".
        which = earner.pop()
        start = sentence.clause_start(start)
        earner = earner or [
            k for k in range(which) if sentence.tokens[k].start >= start and sentence.word(k) is not None
        ]
    for k in reversed(earner):
        if sentence.bracket(k) not in (None, sentence.bracket(last)):
            # "Stronghold Digital Mining (NASDAQ: SDIG)".
            continue
        if sentence.is_class(k, "stop", "copula") or sentence.tokens[k].lemma in (*_OWN, *_NOT_IN_A_NAME):
            break
        if sentence.is_class(k, "pronoun", "auxiliary"):
            break
        light = sentence.tokens[k].lemma in ("also", "still", "then", *_WEEKDAYS)
        if light or sentence.tokens[k].lemma.endswith("ly"):
            continue
        named.insert(0, sentence.tokens[k].text)
    return " ".join(named)
