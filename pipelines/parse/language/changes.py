"""Changes in percent that a sentence states.

"A 45% fall in BTC production", "revenue rose 45%", "down 13% year on year".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.parse.language.annotation import FROM, AnnotatedSentence
from pipelines.parse.language.cues import Cue, is_hedged
from pipelines.parse.language.figures import FigureReader
from pipelines.parse.language.relative_periods import PERIOD_ON_PERIOD, YEAR_ON_YEAR
from pipelines.parse.language.vocabulary import FALL, OTHER_MONEY, RISE

CHANGE_FACTS = (
    "bitcoin_price",
    "bitcoin_produced",
    "bitcoin_held",
    "bitcoin_sold",
    "bitcoin_sale_proceeds",
    "total_revenue",
    "segment_revenue",
)
"""Facts whose stated changes are kept."""

_FALL, _RISE = re.compile(rf"\b{FALL}\b", re.IGNORECASE), re.compile(rf"\b{RISE}\b", re.IGNORECASE)
_DIRECTION = rf"(?:(?P<fall>{FALL})|(?P<rise>{RISE}))"
_WHAT = (
    (
        "bitcoin_price",
        (
            r"(?:(?:average|spot)\s+)?(?:bitcoin|btc)(?:['’]s)?\s+prices?|"
            r"(?:the )?(?:average )?prices? of (?:bitcoin|btc|a bitcoin)|bitcoin valuations?"
        ),
    ),
    (
        "bitcoin_produced",
        (
            r"(?:(?:total|its|the|self-mined|quarterly|monthly)\s+)*(?:(?:bitcoin|btc|coin)\s+(?:mined|"
            r"produced|production|output|earned)|production(?: of (?:bitcoin|btc))?(?! costs?)|"
            r"(?:number of\s+)?(?:bitcoins?|btc|coins) (?:mined|produced|earned)|output)"
        ),
    ),
    ("bitcoin_held", r"(?:bitcoin|btc)\s+(?:holdings|treasury|reserves|stash)"),
)
_BEHIND = re.compile(
    rf"^\s*(?:[\w-]+\s+){{0,3}}?{_DIRECTION}\s+(?:in|of|for|to)\s+(?:its\s+|the\s+|their\s+|total\s+|"
    rf"quarterly\s+)*(?P<what>[^,;.⟦]{{3,60}})",
    re.IGNORECASE,
)
# "45% revenue growth"
_GROWTH = re.compile(
    r"^\s*(?:year-over-year\s+|annual\s+|quarterly\s+)?(?P<what>(?:[\w-]+\s+){0,3}?(?:revenues?|"
    r"production|output))\s+(?:(?P<fall>decline|drop|fall|decrease|slump|plunge|contraction)|growth|"
    r"increase|gain|rise|jump|surge|leap)\b",
    re.IGNORECASE,
)
# "Which cut its bitcoin output by 62%"
_MOVES = re.compile(
    r"\b(?:(?P<cuts>cut|cuts|cutting|reduc(?:ed|es|ing)|slash(?:ed|es|ing)|lower(?:ed|s|ing)|"
    r"trimm(?:ed|ing)|shrank)|(?:rais(?:ed|es|ing)|boost(?:ed|s|ing)|lift(?:ed|s|ing)|increas(?:ed|"
    r"es|ing)|gr(?:ew|ows|owing)|expand(?:ed|s|ing)))\s+"
    r"(?P<what>(?:its|the|their)\s+[^,;.⟦]{3,50}?)\s+(?:by\s+)?(?:about\s+|roughly\s+|nearly\s+|"
    r"some\s+|more than\s+|over\s+)?$",
    re.IGNORECASE,
)
_MORE = re.compile(r"^\s*(?P<dir>higher|lower|more|less|fewer)\b", re.IGNORECASE)
_BASE = re.compile(r"\bfrom\b|\bcompared\b|\bversus\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Change:
    """A signed change in percent.

    Args:
        index: Index of the percentage among the sentence's quantities.
        cue: The changed metric and its segment.
        falls: Whether it is a decrease.
        basis: Comparison with the same period a year earlier (`year`), the previous one (`period`) or unknown
            (empty).
    """

    index: int
    cue: Cue
    falls: bool
    basis: str


def changes(sentence: AnnotatedSentence, reader: FigureReader, cues: dict[int, Cue]) -> Iterator[Change]:
    """Find the changes in percent of a sentence.

    Args:
        cues: The sentence's figures. "To $115.2 million, up 45%" is a change of the metric of the amount.
    """
    for index, quantity in enumerate(sentence.quantities):
        if (
            quantity.unit != "percent"
            or quantity.value is None
            or not quantity.value
            or is_hedged(sentence, index)
        ):
            continue
        if re.search(r"\b(?:basis points|bps|percentage points?|points?)\b", quantity.text, re.IGNORECASE):
            continue
        before, behind = sentence.around(index)
        found = _of(sentence, index, before, behind, reader, cues)
        if found is None:
            continue
        cue, falls = found
        yield Change(index, cue, falls or quantity.value < 0, basis_of(sentence.masked))


def basis_of(text: str) -> str:
    """The comparison that a sentence names: `year`, `period`, or empty."""
    if YEAR_ON_YEAR.search(text):
        return "year"
    return "period" if PERIOD_ON_PERIOD.search(text) else ""


def _of(
    sentence: AnnotatedSentence,
    index: int,
    before: str,
    behind: str,
    reader: FigureReader,
    cues: dict[int, Cue],
) -> tuple[Cue, bool] | None:
    follows = _BEHIND.match(behind)
    grown = _GROWTH.match(behind)
    if grown:
        cue = _what(grown["what"], reader)
        return (cue, grown["fall"] is not None) if cue else None
    moved = _MOVES.search(before)
    if moved:
        cue = _what(moved["what"], reader)
        return (cue, moved["cuts"] is not None) if cue else None
    if follows:
        cue = _what(follows["what"], reader)
        return (cue, bool(follows["fall"])) if cue else None
    clause = sentence.statement_of(sentence.at[index][0])
    signed = _in_brackets(sentence, index, before, behind, cues)
    if signed is not None:
        return signed
    compared = re.match(
        rf"^\s*(?:[\w-]+\s+)?{_DIRECTION}\s+(?:over|from|on|compared|versus|against|year|quarter|"
        r"month|sequentially)\b",
        behind,
        re.IGNORECASE,
    )
    last = [
        i
        for i in cues
        if sentence.at[i][1] <= sentence.at[index][0] and sentence.at[i][1] >= clause.start - 2
    ]
    if (
        compared
        and last
        and re.search(r",\s*(?:or\s+|which is\s+|representing\s+|marking\s+)?(?:a|an)\s+(?:\w+\s+)?$", before)
    ):
        return cues[last[-1]], bool(compared["fall"])
    upto = sentence.masked[clause.start : sentence.at[index][0]]
    more = _MORE.match(behind)
    moves = list(re.finditer(rf"\b{_DIRECTION}\b", before, re.IGNORECASE))
    if more:
        falls = more["dir"].lower() in ("lower", "less", "fewer")
    elif moves and re.fullmatch(
        r"\s*(?:by|another|a|an|some|about|roughly|nearly|almost|over|more than|around|"
        r"approximately|just|sharply|steeply|slightly|year[- ]over[- ]year|year[- ]on[- ]year|"
        r"quarter[- ]over[- ]quarter|sequentially|\s|⟪\d+⟫|in|during|the|quarter|month|of|to)*",
        before[moves[-1].end() :],
        re.IGNORECASE,
    ):
        falls = bool(moves[-1]["fall"])
    else:
        return None
    # "$115.2 million, up 45%": the change of the amount before it.
    held = [
        i
        for i in cues
        if sentence.at[i][1] <= sentence.at[index][0] and sentence.at[i][1] >= clause.start - 2
    ]
    if held and sentence.at[held[-1]][1] >= sentence.at[index][0] - len(before) - 1:
        return cues[held[-1]], falls
    lead = (
        upto[: len(upto) - (len(before) - (moves[-1].start() if moves else len(before)))] if moves else upto
    )
    cue = _subject(lead, reader)
    if cue is None and not moves:
        return None
    # "rose 45% to $115.2 million": the amount after it names the metric.
    later = [i for i in cues if i > index and sentence.at[i][0] - sentence.at[index][1] <= 40]
    if later and re.match(r"^[^⟦]*\bto\b", behind) and cue is None:
        return cues[later[0]], falls
    return (cue, falls) if cue else None


def _in_brackets(
    sentence: AnnotatedSentence, index: int, before: str, behind: str, cues: dict[int, Cue]
) -> tuple[Cue, bool] | None:
    """ "$115.2M vs $79.5M (+45% YoY)": the signed change of the figure before it."""
    value = sentence.quantities[index].value
    assert value is not None
    sign = re.search(r"\(\s*([+]?)\s*$", before)
    closed = re.match(
        r"^\s*(?:yoy|y/y|year[- ]\w+[- ]year|qoq|q/q|mom|m/m|from|vs\.?|compared|\))", behind, re.IGNORECASE
    )
    if not (sign and closed and (sign[1] or value < 0)):
        return None
    begin = sentence.statement_of(sentence.at[index][0]).start
    held = [
        i for i in cues if begin - 2 <= sentence.at[i][0] < sentence.at[index][0] and sentence.role(i) != FROM
    ]
    return (cues[held[-1]], value < 0) if held else None


def _what(text: str, reader: FigureReader) -> Cue | None:
    """The metric that a phrase names ("BTC production", "self-mining revenue")."""
    phrase = re.split(
        r"\b(?:coupled|alongside|and|while|with|as|from|compared|over|to|year[- ]over|amid)\b|[⟪(]", text
    )[0].strip()
    for fact, pattern in _WHAT:
        if re.match(
            rf"(?:(?:its|the|their|total|quarterly|monthly|self-mined)\s+)*(?:{pattern})(?:$|"
            r"\s+(?:\w+ed|\w+ing|was|were|is|hit|made|put|led|in|during|for|at|by)\b)",
            phrase,
            re.IGNORECASE,
        ):
            return Cue(fact)
    revenue = re.fullmatch(r"(?P<adj>(?:[\w'’&()-]+\s+){0,5}?)revenues?", phrase, re.IGNORECASE)
    if revenue:
        cue = reader.revenue.named(revenue["adj"], revenue["adj"].split())
        return None if cue.fact == "other" else cue
    return None


def _subject(text: str, reader: FigureReader) -> Cue | None:
    """The metric before the verb: "BTC production", "self-mining revenue"."""
    text = re.sub(
        r"(?:\s+(?:⟪\d+⟫|in|for|during|over|the|quarter|month|was|were|has|had|have|also|by|then|"
        r"which|that|sharply|again|,))+\s*$",
        "",
        text.rstrip(" ,"),
        flags=re.IGNORECASE,
    )
    text = re.split(r"[:;]\s", text)[-1]
    if OTHER_MONEY.search(text[-25:]):
        return None
    for fact, pattern in _WHAT:
        if re.search(rf"(?:^|[\s⟭])(?:{pattern})$", text, re.IGNORECASE):
            return Cue(fact)
    found = re.search(r"\brevenues?$", text, re.IGNORECASE)
    if found:
        cue = reader.revenue.at(text, found)
        return None if cue.fact == "other" else cue
    return None
