"""Split text into sentences, and mask their numbers and periods.

Rules match the masked sentence, so that they depend on words and never on digits.
"""

import itertools
import re
from datetime import date

from pipelines.parse.language.column_headings import is_not_actual
from pipelines.parse.language.periods import DisclosureContext, NamedPeriod, Period, find_periods
from pipelines.parse.language.quantities import Quantity, find_quantities
from pipelines.watchlist.words import word_list

COMPARISON = re.compile(
    r",?\s*\b(?:(?:as\s+)?compared (?:to|with)|in comparison (?:to|with)|versus|vs\.?|as opposed to|"
    r"relative to|(?:up|down|an? (?:\S+ )?(?:increase|decrease|decline|improvement|rise|drop|"
    r"growth)|increas(?:e|ed|ing)|decreas(?:e|ed|ing)|declin(?:e|ed|ing)|ris(?:e|ing)|rose|grew|"
    r"growing|improv(?:ed|ing|ement))\b[^.;⟦]{0,40}?\b(?:from|over|of|by)|"
    r"from(?=\s+(?:approximately\s+|about\s+|a\s+)?[~$\d⟦])|than|against|representing|"
    r"which (?:represents|includes|is)|or(?=\s+⟦\d+⟧\s*(?:per|a) day)|exceeding|including|of which|"
    r"excluding)\b"
    r"|,?\s*\b(?:up|down)\s+⟦\d+⟧(?=\s+(?:from|over|on|versus|compared|vs|month|year|sequential|"
    r"quarter|since))",
    re.IGNORECASE,
)
# Text after these words is part of the same statement; other comparisons start a new one.
_WITHIN = re.compile(
    r"^,?\s*(?:representing|which (?:represents|includes|is)|including|of which|excluding)", re.IGNORECASE
)
ANOTHER_SPAN = re.compile(
    r"\b(?:year[- ]to[- ]date|ytd|since (?:inception|january|the beginning|launch)|so far|thus far|"
    r"to date|subsequent to|since (?:19|20)\d\d|since (?:its|our|going|it|we|they)|first (?:two|"
    r"four|five|seven|eight|ten|eleven|few|couple of|\d+) (?:months|weeks|days)|(?:past|last|"
    r"previous|prior|preceding|next|coming) (?:\w+ )?(?:months?|weeks?|days?|quarters?|years?|"
    r"hours)|(?:this|each|every) week|yesterday|single day|24[- ]hours?|(?:a|one) (?:year|month|"
    r"quarter) (?:ago|earlier|before)|after (?:the )?(?:quarter|month|year|period)[- ]?end|"
    r"post[- ](?:quarter|month|period)|following (?:the )?(?:end|close) of|cumulative(?:ly)?|"
    r"life[- ]?time|trailing|last (?:twelve|12) months|quarter[- ]to[- ]date|per annum|annually|"
    r"annualized|all[- ]time|in aggregate since)\b",
    re.IGNORECASE,
)
QUARTER_WORD = re.compile(
    r"\b(?:during|in|for|over|of) (?:the|this) (?:\w+ )?quarter\b|\bquarterly\b", re.IGNORECASE
)
YEAR_WORD = re.compile(
    r"\b(?:during|in|for|over) (?:the|this) (?:full |fiscal |calendar )?year\b", re.IGNORECASE
)
IN_YEAR = re.compile(
    r"\b(?:in|during|for|throughout) (?:calendar |fiscal |all of )?(?:year )?(20[12]\d)\b(?!-)", re.IGNORECASE
)
_ONLY_AN_END = re.compile(
    r"\b(?:since|after|before|until|prior to|from|between|by|through|beginning|starting|as early as|"
    r"late in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
# "in 2025" names a period and is not a quantity.
_A_YEAR = re.compile(r"^20[0-4]\d\W?$")
# "Calendar year-to-date 2024 BTC mined: 3,073".
_A_YEAR_OF_COINS = re.compile(
    r"\b(?:year|calendar|ytd|year[- ]to[- ]date|fiscal)\s+20[12]\d\s+(?:btcs?|bitcoins?)$", re.IGNORECASE
)
_BEFORE_A_YEAR = re.compile(
    r"\b(?:in|during|for|of|since|through|throughout|until|by|year|fiscal|to|all)\s+$", re.IGNORECASE
)
_SENTENCE = re.compile(
    r"(?<!\bInc)(?<!\bCorp)(?<!\bLtd)(?<!\bNo)(?<!\bvs)(?<!\bU\.S)(?<!\bapprox)(?<!\bAppx)(?<!\bMr)"
    r"(?<!\bMs)(?<!\bSt)(?<!\bCo)(?<!\b[A-Z])[.!?;](?:[”\"’)\]]|\s*\(\d\))*\s+(?=[A-Z“\"•(\d])"
)
# Bullets whose marks are lost run on: "… of the net proceeds Earned 1,115 Bitcoin Raised $460 million".
_RUN_ON = re.compile(
    rf"(?<=[a-z%)\d])\s+(?=(?:{'|'.join(word_list('bullets.openings'))})\s(?![A-Z])"
    r"|[A-Z][\w-]*\s(?:[\w-]+\s){0,3}revenues?\s(?:of|was|were|increased|decreased|grew)\b)"
)
_GOES_ON = re.compile(rf"\b(?:{'|'.join(word_list('bullets.linking'))})$", re.IGNORECASE)
_AMOUNT = re.compile(r"\$\s?\d|\d[\d,.]*\s?(?:million|bitcoin|btc|eh/s|mw|%)", re.IGNORECASE)
_LONG_ENOUGH = 200
_ABBREVIATIONS = {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"}

NOT_NOW = re.compile(
    r"\b(?:expect(?:s|ed|ing)?|anticipat\w+|plan(?:s|ned|ning)?|target(?:s|ed|ing)?|guidance|will|"
    r"would|could|intend\w*|aims?|aiming|goals?|potential(?:ly)?|on track|forecast\w*|project(?:s|"
    r"ed|ing)\b|upcoming|"
    r"by (?:the )?(?:end|year[- ]end|early|mid|late)\b|in the future|proposed|hypothetical|assum\w+|"
    r"if\b|should|scheduled|outlook|once (?:fully|complet)\w*|when (?:fully|complet)\w*|"
    r"upon (?:completion|closing)|remaining|roadmap|path (?:to|toward)|growth to|scal(?:e|ing) to|"
    r"capable of|capacity to|enough to|options? to|option(?:s)? for|right to|ability to|analysts?|"
    r"consensus|network(?:'s)?)\b",
    re.IGNORECASE,
)
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


def is_plan(text: str) -> bool:
    """Whether a sentence is about plans, targets, guidance or the proceeds of an offering."""
    return bool(NOT_NOW.search(text) or OFFERING.search(text)) or is_not_actual(text)


def sentences(text: str) -> list[tuple[int, str]]:
    """The sentences of a paragraph, each with its offset."""
    out, start = [], 0
    for match in _SENTENCE.finditer(text):
        before = re.search(r"(\w+)\W*$", text[start : match.start()])
        if before and before[1].lower() in _ABBREVIATIONS and text[match.start()] == ".":
            continue
        out.append((start, text[start : match.end()].strip()))
        start = match.end()
    if text[start:].strip():
        out.append((start, text[start:].strip()))
    return [part for place, sentence in out for part in _bullets(place, sentence)]


def _bullets(place: int, sentence: str) -> list[tuple[int, str]]:
    """A long run of bullets without marks, cut where each begins."""
    if len(sentence) < _LONG_ENOUGH:
        return [(place, sentence)]
    cuts = [0]
    for match in _RUN_ON.finditer(sentence):
        bullet = sentence[cuts[-1] : match.start()]
        if _AMOUNT.search(bullet) and not _GOES_ON.search(bullet):
            cuts.append(match.end())
    cuts.append(len(sentence))
    return [(place + a, sentence[a:b].strip()) for a, b in itertools.pairwise(cuts)]


class MaskedSentence:
    """A sentence with ⟦0⟧ for a quantity and ⟪0⟫ for a period."""

    def __init__(self, text: str, disclosure: DisclosureContext) -> None:
        self.text = text
        self.periods: tuple[NamedPeriod, ...] = find_periods(text, disclosure)
        found = [
            q
            for q in find_quantities(text)
            if not any(q.start < p.end and q.end > p.start for p in self.periods)
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
            if _A_YEAR_OF_COINS.search(text[: q.end].rstrip()):
                continue
            before = text[max(0, q.start - 3) : q.start]
            after = text[q.end : q.end + 14]
            # "590–600 MW", "19,000 to 20,000 bitcoin" are ranges. "64% to $238.5 million" is not.
            follows = r"\s?(?:[–—-]|to)\s?\$?\d" if q.unit is None else r"\s?[–—-]\s?\$?\d"
            if re.search(r"\d\s?[–—-]\s?\$?$", before) or re.match(follows, after):
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
        cut = COMPARISON.search(self.masked)
        self.main = self.masked[: cut.start()] if cut and cut.start() > 0 else self.masked
        apart = next(
            (m for m in COMPARISON.finditer(self.masked) if m.start() > 0 and not _WITHIN.match(m[0])), None
        )
        # Periods after a comparison belong to the other number.
        self.before_comparison = self.masked[: apart.start()] if apart else self.masked

    def unit_fits(self, index: int, unit: str) -> bool:
        """Whether a quantity is in a unit, or may be a count of bitcoin."""
        quantity = self.quantities[index]
        if quantity.unit == unit:
            return True
        # "sold 445 in September", "production totaled 463": bitcoin is named before the number.
        named = re.search(r"\b(?:bitcoins?|btc)\b|₿", self.text[: quantity.end + 24], re.IGNORECASE)
        return unit == "BTC" and quantity.unit is None and not quantity.scaled and bool(named)


def period_for(
    sentence: MaskedSentence,
    position: int,
    covers: str,
    context: Period | None,
    subject: Period | None,
    disclosure: DisclosureContext,
) -> tuple[Period | None, bool, str]:
    """The period of a number: the nearest one that its sentence names, else the context's.

    Args:
        covers: `period` or `day`, as the metric requires.
        context: The period of the heading above.
        subject: The period of the press release.

    Returns:
        The period, whether the sentence names it, and the rule that skips or qualifies the number (empty if
        none).
    """
    text = sentence.before_comparison
    if ANOTHER_SPAN.search(text):
        return None, False, "another_span"
    named = [(p.period, i) for i, p in enumerate(sentence.periods) if f"⟪{i}⟫" in text]
    usable = [(s, i) for s, i in named if covers == "day" or s.start is not None]
    inside = [(s, i) for s, i in usable if not _ONLY_AN_END.search(text[: text.find(f"⟪{i}⟫")])]
    if usable and not inside:
        # "sold since January 2025", "mined through April": only the start or end of another period is named.
        return None, False, "another_span"
    usable = inside
    days = [i for period, i in named if period.start is None and covers == "period"]
    before = [text[: text.find(f"⟪{i}⟫")] for i in days]
    if not usable and any(_ONLY_AN_END.search(b) or re.search(r"\bon\s+$", b, re.IGNORECASE) for b in before):
        # "From April 1 through April 15", "on May 1": days within the period, or outside it.
        return None, False, "another_span"
    if not usable and covers == "period":
        year = IN_YEAR.search(text)
        if year and context is not None and context.months < 12:
            ended = date(int(year[1]), 12, 31) <= disclosure.disclosed_on
            whole = disclosure.year(int(year[1]))
            return (whole, True, "") if ended and whole.end.month == 12 else (None, False, "another_span")
    if not usable:
        if (
            subject is not None
            and subject.months == 1
            and (QUARTER_WORD.search(text) or YEAR_WORD.search(text))
        ):
            return None, False, "another_span"
        if subject is not None and subject.months == 3 and context == subject and YEAR_WORD.search(text):
            return None, False, "another_span"
        return context or subject, False, "no_period"
    distinct = list(dict.fromkeys(s for s, _ in usable))
    if len(distinct) > 1:
        places = {i: text.find(f"⟪{i}⟫") for _, i in usable}
        # Of two periods in one sentence, use the one in the number's clause.
        clause_start = max(
            (m.end() for m in re.finditer(r"[,;]\s|[()]|\band\b|\bwhile\b", text) if m.end() <= position),
            default=0,
        )
        ends = [m.start() for m in re.finditer(r"[,;]\s|[()]|\bwhile\b", text) if m.start() > position]
        clause_end = min(ends, default=len(text))
        within = [s for s, i in usable if clause_start <= places[i] < clause_end]
        within = list(dict.fromkeys(within))
        if len(within) == 1:
            return within[0], True, ""
        return None, True, "two_periods_in_the_sentence"
    period = distinct[0]
    if period.end > disclosure.disclosed_on:
        return None, True, "a_period_that_has_not_ended"
    if covers == "period" and period.start is None:
        return context or subject, False, ""
    return period, True, ""
