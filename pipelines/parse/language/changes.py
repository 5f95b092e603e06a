"""Changes in percent that a sentence states: "a 45% fall in BTC production", "revenue rose 45%", "down 13% year on year"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.parse.language.annotation import FROM, Told
from pipelines.parse.language.cues import Cue, is_hedged
from pipelines.parse.language.figures import FigureReader
from pipelines.parse.language.relative_periods import PERIOD_ON_PERIOD, YEAR_ON_YEAR
from pipelines.parse.language.vocabulary import FALL, OTHER_MONEY, RISE

_FALL, _RISE = re.compile(rf"\b{FALL}\b", re.IGNORECASE), re.compile(rf"\b{RISE}\b", re.IGNORECASE)
_DIRECTION = rf"(?:(?P<fall>{FALL})|(?P<rise>{RISE}))"
_WHAT = (
    (
        "bitcoin_price",
        r"(?:(?:average|spot)\s+)?(?:bitcoin|btc)(?:['’]s)?\s+prices?|(?:the )?(?:average )?prices? of (?:bitcoin|btc|a bitcoin)|bitcoin valuations?",
    ),
    (
        "bitcoin_produced",
        r"(?:(?:total|its|the|self-mined|quarterly|monthly)\s+)*(?:(?:bitcoin|btc|coin)\s+(?:mined|produced|production|output|earned)|production(?: of (?:bitcoin|btc))?(?! costs?)|(?:number of\s+)?(?:bitcoins?|btc|coins) (?:mined|produced|earned)|output)",
    ),
    ("bitcoin_held", r"(?:bitcoin|btc)\s+(?:holdings|treasury|reserves|stash)"),
)
_BEHIND = re.compile(
    rf"^\s*(?:[\w-]+\s+){{0,3}}?{_DIRECTION}\s+(?:in|of|for|to)\s+(?:its\s+|the\s+|their\s+|total\s+|quarterly\s+)*(?P<what>[^,;.⟦]{{3,60}})",
    re.IGNORECASE,
)
# "45% revenue growth"
_GROWTH = re.compile(
    r"^\s*(?:year-over-year\s+|annual\s+|quarterly\s+)?(?P<what>(?:[\w-]+\s+){0,3}?(?:revenues?|production|output))\s+(?:(?P<fall>decline|drop|fall|decrease|slump|plunge|contraction)|growth|increase|gain|rise|jump|surge|leap)\b",
    re.IGNORECASE,
)
# "Which cut its bitcoin output by 62%"
_MOVES = re.compile(
    r"\b(?:(?P<cuts>cut|cuts|cutting|reduc(?:ed|es|ing)|slash(?:ed|es|ing)|lower(?:ed|s|ing)|trimm(?:ed|ing)|shrank)|(?:rais(?:ed|es|ing)|boost(?:ed|s|ing)|lift(?:ed|s|ing)|increas(?:ed|es|ing)|gr(?:ew|ows|owing)|expand(?:ed|s|ing)))\s+"
    r"(?P<what>(?:its|the|their)\s+[^,;.⟦]{3,50}?)\s+(?:by\s+)?(?:about\s+|roughly\s+|nearly\s+|some\s+|more than\s+|over\s+)?$",
    re.IGNORECASE,
)
_MORE = re.compile(r"^\s*(?P<dir>higher|lower|more|less|fewer)\b", re.IGNORECASE)
_BASE = re.compile(r"\bfrom\b|\bcompared\b|\bversus\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Change:
    """A change in percent, signed: of what (a fact and its segment), against a year or a period before where that is said."""

    index: int
    cue: Cue
    falls: bool
    basis: str


def changes(told: Told, reader: FigureReader, cues: dict[int, Cue]) -> Iterator[Change]:
    """The changes of a sentence. `cues` are its figures: "to $115.2 million, up 45%" is a change of what the amount is."""
    for index, quantity in enumerate(told.quantities):
        if (
            quantity.unit != "percent"
            or quantity.value is None
            or not quantity.value
            or is_hedged(told, index)
        ):
            continue
        if re.search(r"\b(?:basis points|bps|percentage points?|points?)\b", quantity.text, re.IGNORECASE):
            continue
        before, behind = told.around(index)
        found = _of(told, index, before, behind, reader, cues)
        if found is None:
            continue
        cue, falls = found
        yield Change(index, cue, falls or quantity.value < 0, basis_of(told.masked))


def basis_of(text: str) -> str:
    """What a sentence compares with: `year`, `period`, or nothing that it names."""
    if YEAR_ON_YEAR.search(text):
        return "year"
    return "period" if PERIOD_ON_PERIOD.search(text) else ""


def _of(
    told: Told, index: int, before: str, behind: str, reader: FigureReader, cues: dict[int, Cue]
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
    clause = told.statement_of(told.at[index][0])
    signed = _in_brackets(told, index, before, behind, cues)
    if signed is not None:
        return signed
    stands = re.match(
        rf"^\s*(?:[\w-]+\s+)?{_DIRECTION}\s+(?:over|from|on|compared|versus|against|year|quarter|month|sequentially)\b",
        behind,
        re.IGNORECASE,
    )
    last = [i for i in cues if told.at[i][1] <= told.at[index][0] and told.at[i][1] >= clause.start - 2]
    if (
        stands
        and last
        and re.search(r",\s*(?:or\s+|which is\s+|representing\s+|marking\s+)?(?:a|an)\s+(?:\w+\s+)?$", before)
    ):
        return cues[last[-1]], bool(stands["fall"])
    upto = told.masked[clause.start : told.at[index][0]]
    more = _MORE.match(behind)
    moves = list(re.finditer(rf"\b{_DIRECTION}\b", before, re.IGNORECASE))
    if more:
        falls = more["dir"].lower() in ("lower", "less", "fewer")
    elif moves and re.fullmatch(
        r"\s*(?:by|another|a|an|some|about|roughly|nearly|almost|over|more than|around|approximately|just|sharply|steeply|slightly|year[- ]over[- ]year|year[- ]on[- ]year|quarter[- ]over[- ]quarter|sequentially|\s|⟪\d+⟫|in|during|the|quarter|month|of|to)*",
        before[moves[-1].end() :],
        re.IGNORECASE,
    ):
        falls = bool(moves[-1]["fall"])
    else:
        return None
    # "$115.2 million, up 45%": the change is that of the amount before it.
    held = [i for i in cues if told.at[i][1] <= told.at[index][0] and told.at[i][1] >= clause.start - 2]
    if held and told.at[held[-1]][1] >= told.at[index][0] - len(before) - 1:
        return cues[held[-1]], falls
    lead = (
        upto[: len(upto) - (len(before) - (moves[-1].start() if moves else len(before)))] if moves else upto
    )
    cue = _subject(lead, reader)
    if cue is None and not moves:
        return None
    # "rose 45% to $115.2 million": what it rose to says what it is.
    later = [i for i in cues if i > index and told.at[i][0] - told.at[index][1] <= 40]
    if later and re.match(r"^[^⟦]*\bto\b", behind) and cue is None:
        return cues[later[0]], falls
    return (cue, falls) if cue else None


def _in_brackets(
    told: Told, index: int, before: str, behind: str, cues: dict[int, Cue]
) -> tuple[Cue, bool] | None:
    """ "$115.2M vs $79.5M (+45% YoY)": the signed change of the figure that stands before it."""
    value = told.quantities[index].value
    assert value is not None
    sign = re.search(r"\(\s*([+]?)\s*$", before)
    closed = re.match(
        r"^\s*(?:yoy|y/y|year[- ]\w+[- ]year|qoq|q/q|mom|m/m|from|vs\.?|compared|\))", behind, re.IGNORECASE
    )
    if not (sign and closed and (sign[1] or value < 0)):
        return None
    begin = told.statement_of(told.at[index][0]).start
    held = [i for i in cues if begin - 2 <= told.at[i][0] < told.at[index][0] and told.role(i) != FROM]
    return (cues[held[-1]], value < 0) if held else None


def _what(text: str, reader: FigureReader) -> Cue | None:
    """The fact that a phrase names ("BTC production", "self-mining revenue")."""
    phrase = re.split(
        r"\b(?:coupled|alongside|and|while|with|as|from|compared|over|to|year[- ]over|amid)\b|[⟪(]", text
    )[0].strip()
    for fact, pattern in _WHAT:
        if re.match(
            rf"(?:(?:its|the|their|total|quarterly|monthly|self-mined)\s+)*(?:{pattern})(?:$|\s+(?:\w+ed|\w+ing|was|were|is|hit|made|put|led|in|during|for|at|by)\b)",
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
    """What moved, at the end of the words before the verb: "BTC production", "self-mining revenue"."""
    text = re.sub(
        r"(?:\s+(?:⟪\d+⟫|in|for|during|over|the|quarter|month|was|were|has|had|have|also|by|then|which|that|sharply|again|,))+\s*$",
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
