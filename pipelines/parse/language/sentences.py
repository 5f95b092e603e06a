"""Split text into sentences, and mask their numbers and periods.

Rules match the masked sentence, so that they depend on words and never on digits.
"""

import itertools
import re

from pipelines.parse.language.periods import DisclosureContext, NamedPeriod, find_periods
from pipelines.parse.language.quantities import Quantity, find_quantities, is_split_number
from pipelines.watchlist.words import word_list

# "in 2025" names a period and is not a quantity.
_A_YEAR = re.compile(r"^20[0-4]\d\W?$")
# "Calendar year-to-date 2024 BTC mined: 3,073".
_A_YEAR_OF_COINS = re.compile(
    r"\b(?:year|calendar|ytd|year[- ]to[- ]date|fiscal)\s+20[12]\d\s+(?:btcs?|bitcoins?)$", re.IGNORECASE
)
# "Riot Blockchain (RIOT 5.43%)": the day's change of the share's price.
_A_QUOTE = re.compile(r"\([A-Z]{2,5}\s+[-+–▲▼]?$")
# "Revenue: $688.1 million (2025)", "mined its 5,000th bitcoin".
_A_YEAR_ALONE = re.compile(r"\(20[012]\d\)")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b(?!\s?/)")
# "Production for 2023 year-to-date" does not count years.
_A_NAMED_YEAR = re.compile(r"20[012]\d\s+years?", re.IGNORECASE)
_BEFORE_A_YEAR = re.compile(
    r"\b20[12]\d,?\s+(?:and|versus|vs\.?)\s+$|\b(?:in|during|for|of|since|through|throughout|until|by|year|fiscal|to|all|ended|closed|finished|exited)\s+$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?=[.!?;])(?<!\bInc)(?<!\bCorp)(?<!\bLtd)(?<!\bNo)(?<!\bvs)(?<!\bU\.S)(?<!\bapprox)(?<!\bAppx)(?<!\bMr)"
    r"(?<!\bMs)(?<!\bSt)(?<!\bCo)(?<!\b[A-Z])[.!?;](?:[”\"’)\]]|\s*\(\d\))*\s+(?=[A-Z“\"•(\d])"
)
# Bullets whose marks are lost run on: "… of the net proceeds Earned 1,115 Bitcoin Raised $460 million".
_RUN_ON = re.compile(
    rf"(?<=[a-z%)\d])\s+(?=(?:{'|'.join(word_list('bullets.openings'))})\s(?![A-Z])"
    r"|[A-Z][\w-]*\s(?:[\w-]+\s){0,3}revenues?\s(?:of|was|were|increased|decreased|grew)\b)"
)
# Bullets in one line: "… by 5% - The company mined 689 bitcoin - Operating expenses …".
_MARKED = re.compile(r"(?<=\s)[-–•]\s+(?=[A-Z])")
_FEWEST_BULLETS = 3
_GOES_ON = re.compile(rf"\b(?:{'|'.join(word_list('bullets.linking'))})$", re.IGNORECASE)
_AMOUNT = re.compile(r"\$\s?\d|\d[\d,.]*\s?(?:million|bitcoin|btc|eh/s|mw|%)", re.IGNORECASE)
_LONG_ENOUGH = 200
# Rules look for words within a sentence; a list without full stops is read in parts no longer than this.
_LONGEST = 1500
_CUTS = ("; ", ", ", " ")
_LAST_WORD = re.compile(r"(\w+)\W*$")
# Longer than any abbreviation: only the end of a text is searched for one.
_LONGEST_WORD = 20
_ABBREVIATIONS = {
    *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"),
    *("pop", "est", "dr", "jr", "sr", "fig", "dept", "incl"),
}

OFFERING = re.compile(
    r"\b(?:offering|notes due|convertible|aggregate principal|net proceeds from (?:the|"
    r"its) (?:offering|sale of (?:the )?(?:notes|shares|common))|at-the-market|\batm\b|per share|"
    r"shares? of common)\b",
    re.IGNORECASE,
)
_END_OF_NEWS = re.compile(
    r"^(?:about\s+(?!the (?:quarter|month|period))[A-Z]|forward[- ]looking statements|cautionary|"
    r"safe harbou?r|investor (?:contact|relations|notice|inquiries)|media (?:contact|inquiries)|"
    r"contacts?\b|notes to (?:the )?(?:unaudited )?(?:condensed )?(?:interim )?(?:consolidated )?financial "
    r"statements|non-?gaap financial measures?$|conference call|key terms|glossary|signatures?$)",
    re.IGNORECASE,
)
_FIGURES = re.compile(
    r"\b(?:statements? of|balance sheets?|reconciliation|highlights|production|summary|results)\b",
    re.IGNORECASE,
)


def ends_the_news(text: str) -> bool:
    """Whether a block starts the boilerplate: about, forward-looking statements, contacts."""
    return len(text) < 120 and bool(_END_OF_NEWS.search(text))


def begins_figures(text: str) -> bool:
    """Whether a heading after the boilerplate introduces figures: statements, reconciliations."""
    return bool(_FIGURES.search(text))


def is_offering(text: str) -> bool:
    """Whether a sentence is about an offering of shares or notes."""
    return bool(OFFERING.search(text))


def sentences(text: str) -> list[tuple[int, str]]:
    """The sentences of a paragraph with their offsets; a very long one in parts."""
    out, start = [], 0
    for match in _SENTENCE.finditer(text):
        before = _LAST_WORD.search(text[max(start, match.start() - _LONGEST_WORD) : match.start()])
        if before and before[1].lower() in _ABBREVIATIONS and text[match.start()] == ".":
            continue
        if is_split_number(text, match.start()):
            continue
        out.append((start, text[start : match.end()].strip()))
        start = match.end()
    if text[start:].strip():
        out.append((start, text[start:].strip()))
    bullets = [part for place, sentence in out for part in _bullets(place, sentence)]
    return [part for place, sentence in bullets for part in _parts(place, sentence)]


def _parts(place: int, sentence: str) -> list[tuple[int, str]]:
    """Parts of at most `_LONGEST` characters, cut behind a semicolon, else a comma or a space."""
    out, at = [], 0
    while len(sentence) - at > _LONGEST:
        part = sentence[at : at + _LONGEST]
        end = next((part.rfind(cut) + len(cut) for cut in _CUTS if cut in part), _LONGEST)
        out.append((place + at, part[:end].strip()))
        at += end
        while sentence[at : at + 1].isspace():
            at += 1
    return [*out, (place + at, sentence[at:])]


def _bullets(place: int, sentence: str) -> list[tuple[int, str]]:
    """A long run of bullets, cut where each begins."""
    if len(sentence) < _LONG_ENOUGH:
        return [(place, sentence)]
    marked = [match.end() for match in _MARKED.finditer(sentence)]
    if len(marked) >= _FEWEST_BULLETS:
        cuts = [0, *marked, len(sentence)]
        return [(place + a, sentence[a:b].strip(" -–•")) for a, b in itertools.pairwise(cuts)]
    cuts = [0]
    for match in _RUN_ON.finditer(sentence):
        bullet = sentence[max(cuts[-1], match.start() - _LONGEST) : match.start()]
        if _AMOUNT.search(bullet) and not _GOES_ON.search(bullet):
            cuts.append(match.end())
    cuts.append(len(sentence))
    return [(place + a, sentence[a:b].strip()) for a, b in itertools.pairwise(cuts)]


class MaskedSentence:
    """A sentence with ⟦0⟧ for a quantity and ⟪0⟫ for a period."""

    def __init__(self, text: str, disclosure: DisclosureContext) -> None:
        self.periods: tuple[NamedPeriod, ...] = find_periods(text, disclosure)
        found = [
            q
            for q in find_quantities(text)
            if not any(q.start < p.end and q.end > p.start for p in self.periods)
            and not (text[q.end : q.end + 1] == ")" and _A_QUOTE.search(text[: q.start]))
            # "[3]" is a reference.
            and not (text[q.start - 1 : q.start] == "[" and text[q.end : q.end + 1] == "]")
        ]
        self.quantities: list[Quantity] = []
        pieces, last = [], 0
        marks: list[tuple[int, int, str]] = [(p.start, p.end, f"⟪{i}⟫") for i, p in enumerate(self.periods)]
        dollars = {q.start: q for q in found if q.unit == "USD"}
        converted: dict[int, int] = {}
        for q in found:
            # "RMB1.0 billion (US$139.8 million)": the dollars are the amount.
            behind = re.match(r"\s*[(\[]\s*(?:or\s+|approximately\s+)?", text[q.end :])
            if (
                q.unit in ("CNY", "CAD", "HKD", "EUR", "GBP", "AUD")
                and behind
                and q.end + behind.end() in dollars
            ):
                converted[q.end + behind.end()] = q.start
        for q in found:
            if any(q.start == first for first in converted.values()):
                continue
            if _A_YEAR.match(text[q.start : q.end]) and _BEFORE_A_YEAR.search(text[: q.start]):
                continue
            if _A_YEAR_OF_COINS.search(text[: q.end].rstrip()) or _A_NAMED_YEAR.fullmatch(q.text):
                continue
            if q.unit is None and (_A_YEAR_ALONE.fullmatch(q.text) or _ORDINAL.match(text, q.end)):
                continue
            before = text[max(0, q.start - 3) : q.start]
            after = text[q.end : q.end + 14]
            # "590–600 MW", "19,000 to 20,000 bitcoin" are ranges. "64% to $238.5 million" is not.
            follows = r"\s?(?:[–—-]|to)\s?\$?\d" if q.unit is None else r"\s?[–—-]\s?\$?\d"
            moves = q.unit is None and re.search(
                r"\bfrom\s+$", text[max(0, q.start - 6) : q.start], re.IGNORECASE
            )
            if re.search(r"\d\s?[–—-]\s?\$?$", before) or (re.match(follows, after) and not moves):
                continue
            start, end = converted.get(q.start, q.start), q.end
            if q.start in converted and text[end : end + 1] in (")", "]"):
                end += 1
            if q.qualifier:
                lead = re.search(r"(?:~|≈|>|<|\b[\w .]{2,20})\s*$", text[max(0, q.start - 24) : q.start])
                start = q.start - (len(lead[0]) if lead and lead[0].strip() in "~≈><" else 0)
            marks.append((start, end, f"⟦{len(self.quantities)}⟧"))
            self.quantities.append(q)
        self.at: list[int] = [0] * len(self.quantities)
        for start, end, mark in sorted(marks):
            pieces.append(text[last:start])
            if mark[0] == "⟦":
                self.at[int(mark[1:-1])] = sum(map(len, pieces))
            pieces.append(mark)
            last = end
        self.masked = "".join([*pieces, text[last:]])
