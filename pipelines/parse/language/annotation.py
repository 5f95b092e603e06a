"""An article's sentence with its companies, quantities and periods marked."""

import re
from dataclasses import dataclass, field, replace
from datetime import date

from pipelines.parse.language.companies import Mention
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.relative_periods import RELATIVE, is_time
from pipelines.parse.language.sentences import MaskedSentence
from pipelines.parse.language.vocabulary import HEDGE

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FILL = (
    r"(?:(?:the|a|an|about|around|just|only|roughly|nearly|some|approximately|almost|its|record|mere|"
    r"over|more than|less than|reported|restated|previous|prior|year-ago|year-earlier|whopping|"
    r"staggering|meager|modest|hefty|as much as|a total of|total|of|last year['’]s|an estimated|"
    r"level of|figure of|peak of)\s+|⟪\d+⟫(?:['’]s?)?\s+(?:of\s+)?)*"
)
_FROM = re.compile(
    r"\b(?:from|compared (?:to|with)|in comparison (?:to|with)|versus|vs\.?|against|"
    r"(?<!more )(?<!less )(?<!fewer )(?<!greater )(?<!rather )than|relative to|where it had been|"
    rf"(?:double|twice|triple|quadruple|half of|⟦\d+⟧ times|\w+ times))\s+{_FILL}$|^\s*(?:above|"
    rf"below)\s+{_FILL}$",
    re.IGNORECASE,
)
_TO = re.compile(rf"\bto\s+{_FILL}$", re.IGNORECASE)
_BY = re.compile(rf"\bby\s+{_FILL}$", re.IGNORECASE)
# Starts of a clause, which may have another subject.
_CLAUSE = re.compile(
    r"[;:]\s+|\s[–—]\s|\s+(?:after|as|when|because|since)\s+(?=(?:the|its|it|⟬\w⟭)\s)|"
    r",?\s+\b(?:while|whereas|whilst|but|although|though)\b\s|,\s+(?:and|as|after|before|with|which|"
    r"where|beating|missing|topping|according|even|despite|yet|so)\b\s|\s+and\s+(?=(?:⟬\w⟭|"
    r"the (?:company|miner|firm)|it|its)\b)"
)
# Starts of a statement. A remark after "which", "where" or "after" is part of the same statement.
_STATEMENT = re.compile(
    r"[;]\s+|\s[–—]\s|,?\s+\b(?:while|whereas|whilst|but|although|though)\b\s|,\s+and\b\s|"
    r"\s+and\s+(?=(?:⟬\w⟭|the (?:company|miner|firm)|it|its)\b)"
)
_SIDE = re.compile(
    r"\b(?:since|until|till|before|after|prior to|through|beginning|starting|founded in|launched in|"
    r"began in|back in|through the end of|due|maturing|(?:halving|vote|listing|launch|ipo|merger|"
    r"bankruptcy|announcement|agreement|deal) (?:of|in))\s+(?:the\s+)?(?:end of\s+)?$",
    re.IGNORECASE,
)
# "A 2% drop from October": the period of a comparison is not the period of the next figure.
_COMPARED = re.compile(
    r"\b(?:from|than|versus|vs\.?|against|compared (?:to|with)|over|on)\s+(?:the\s+|those of\s+|"
    r"that of\s+|its\s+)?$",
    re.IGNORECASE,
)
_REPORTS = (
    r"(?:said|says|reported|reports|announced|posted|disclosed|published|released|filed|unveiled|told|"
    r"revealed)"
)
# "Said on Nov. 4 that", "On Nov. 4, MARA reported", "reported $81.1 million on Oct. 24": publication days.
_REPORTED_ON = (
    re.compile(
        rf"\b{_REPORTS}\b(?:\s+(?:in|a|an|its|late|early|[\w-]+day),?|\s+[\w-]+){{0,4}}?\s+(?:on\s+)?$",
        re.IGNORECASE,
    ),
    re.compile(r"\bon\s+(?:\w+day,?\s+)?$", re.IGNORECASE),
)
_THEN_REPORTS = re.compile(rf"^,?\s+(?:[\w⟬⟭.-]+\s+){{1,5}}?{_REPORTS}\b", re.IGNORECASE)
# "Its fiscal third quarter, ended March 31": the day only explains the quarter.
_APPOSED = re.compile(r"⟫,?\s+\(?(?:which\s+)?(?:ended|ending|ends|to|through)\s+(?:on\s+)?$", re.IGNORECASE)
# "Held 155.5 at the end of July": a count mined, in the same sentence, need not be of July.
_AT_ITS_END = re.compile(r"\b(?:end|close) of\s+(?:the\s+)?$", re.IGNORECASE)
_IN_YEAR = re.compile(
    r"\b(?:in|for|during|throughout)\s+(?:all\s+(?:of\s+)?|calendar\s+|full-year\s+|"
    r"(?P<fiscal>fiscal\s+))?(?P<year>20[12]\d)(?![\d-])",
    re.IGNORECASE,
)
_FAR = 90
MAIN, FROM, TO, BY = "main", "from", "to", "by"


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period in the masked text: written out (`period`), or relative (`relative`)."""

    start: int
    end: int
    period: Period | None
    relative: re.Match[str] | None


@dataclass(slots=True)
class Clause:
    """Part of the masked sentence between two places where the subject may change."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class AnnotatedSentence:
    """A sentence with its companies, quantities and periods.

    Args:
        label: The original sentence.
        offset: Its position in the article's text.
        masked: The sentence with ⟬a⟭ for a company, ⟦0⟧ for a quantity and ⟪0⟫ for a period.
        at: Start and end of each quantity in `masked`.
        clauses: Short parts: a hedge applies to its clause.
        statements: Longer parts, remarks included: a subject applies to its statement.
    """

    label: str
    offset: int
    disclosure: DisclosureContext
    masked: str
    mentions: list[Mention]
    quantities: list[Quantity]
    at: list[tuple[int, int]]
    periods: list[PeriodMention]
    clauses: list[Clause] = field(default_factory=list)
    statements: list[Clause] = field(default_factory=list)

    def clause_of(self, position: int) -> Clause:
        """The clause at a position."""
        return next((c for c in self.clauses if c.start <= position < c.end), self.clauses[-1])

    def statement_of(self, position: int) -> Clause:
        """The statement at a position: the clause with its remarks."""
        return next((c for c in self.statements if c.start <= position < c.end), self.statements[-1])

    def role(self, index: int) -> str:
        """Whether a quantity is a value before (from), after (to), a change (by) or neither (main)."""
        first = max((end for start, end in self.at if end <= self.at[index][0]), default=0)
        before = self.masked[first : self.at[index][0]]
        if re.match(r"^\s*(?:that|which)\s", self.masked[self.at[index][1] :]):
            return MAIN
        if _FROM.search(before):
            return FROM
        if _TO.search(before):
            return TO
        return BY if _BY.search(before) else MAIN

    def spans_years(self, index: int) -> bool:
        """Whether a quantity covers several years, months or weeks: "$10 billion over 12 years"."""
        near = self.near(index)
        return any(
            q.unit == "other"
            and re.search(r"\b(?:year|month|week|day)s?\b", q.text, re.IGNORECASE)
            and re.search(
                rf"\b(?:over|across|throughout|in (?:the (?:past|last|next)))\s+(?:[\w-]+\s+){{0,3}}?⟦{i}⟧",
                near,
                re.IGNORECASE,
            )
            for i, q in enumerate(self.quantities)
        )

    def near(self, index: int) -> str:
        """The clause around a quantity, up to the next comma after it."""
        start, end = self.at[index]
        clause = self.clause_of(start)
        ends = re.search(r"[,;.]", self.masked[end:])
        last = end + ends.start() if ends else len(self.masked)
        return self.masked[clause.start : min(max(last, end), clause.end)]

    def is_before(self, index: int, others: list[int]) -> bool:
        """Whether a quantity is an earlier value in a comparison.

        Also true for the second of two: "with 533 in March and 375 a year ago".
        """
        if self.role(index) != MAIN:
            return self.role(index) == FROM
        earlier = [i for i in others if i < index]
        if not earlier or not self.is_before(earlier[-1], others):
            return False
        between = self.masked[self.at[earlier[-1]][1] : self.at[index][0]]
        return (
            bool(re.fullmatch(r"[^;⟬]{0,40}?\band\s+(?:with\s+|from\s+)?", between))
            and self.own_period(index) is not None
        )

    def around(self, index: int) -> tuple[str, str]:
        """The text before and after a quantity, up to the neighboring quantities."""
        start, end = self.at[index]
        first = max((b for a, b in self.at if b <= start), default=0)
        last = min((a for a, b in self.at if a >= end), default=len(self.masked))
        return self.masked[first:start], self.masked[end:last]

    def own_period(self, index: int) -> PeriodMention | None:
        """The period that follows a quantity: "$79.5 million reported the previous year"."""
        _start, end = self.at[index]
        last = min((a for a, _ in self.at if a >= end), default=len(self.masked))
        for named in self.periods:
            if end <= named.start < last:
                between = self.masked[end : named.start]
                if re.search(
                    r"\b(?:from|compared|versus|vs|than|against|while|but|whereas)\b|[;:]|,\s+(?:and|or)\b",
                    between,
                ):
                    return None
                if _SIDE.search(between):
                    continue
                if HEDGE.search(between) or len(between) > _FAR:
                    # "$13 million, a figure that would have been unthinkable two years ago"
                    return None
                return named
        return None

    def leading_period(self, index: int, claimed: set[int]) -> PeriodMention | None:
        """The last period before a quantity, unless another quantity has it or it is a remark.

        Args:
            claimed: Start positions of periods that belong to other quantities.
        """
        start = self.at[index][0]
        usable = [p for p in self.periods if p.end <= start and p.start not in claimed]
        usable = [p for p in usable if not _SIDE.search(self.masked[: p.start]) and self._leads(p)]
        usable = [
            p for p in usable if not (self._follows_figure(p) and _COMPARED.search(self.masked[: p.start]))
        ]
        return usable[-1] if usable else None

    def _follows_figure(self, named: PeriodMention) -> bool:
        """Whether a figure comes before a period in the same statement."""
        begin = self.statement_of(named.start).start
        return any(begin <= a < named.start for a, _ in self.at)

    def _leads(self, named: PeriodMention) -> bool:
        """Whether a relative period opens its clause or follows a preposition, and is not a remark."""
        if named.period is not None or named.relative is None or named.relative["this"]:
            return True
        clause = self.clause_of(named.start)
        before = self.masked[clause.start : named.start].strip()
        return (
            bool(re.fullmatch(r"(?:(?:and|but|in|during|for|over|that|while)\s*)*", before, re.IGNORECASE))
            or bool(
                re.search(
                    r"\b(?:mined|produced|sold|earned|revenue|revenues|production|generated|"
                    r"held)\s+(?:in|during|for)?$",
                    before,
                    re.IGNORECASE,
                )
            )
            or bool(re.search(r"(?:said|according to \w+),?$", before))
        )


def mask_names(text: str, mentions: list[Mention]) -> str:
    """Replace companies in a text with ⟬a⟭, ⟬b⟭ …, in order."""
    pieces, last = [], 0
    for i, mention in enumerate(mentions):
        pieces += [text[last : mention.start], f"⟬{_letter(i)}⟭"]
        last = mention.end
    return "".join([*pieces, text[last:]])


def _letter(mention: int) -> str:
    return _LETTERS[mention % len(_LETTERS)]


def mention_index(letter: str) -> int:
    """The index of the mention that a letter represents."""
    return _LETTERS.index(letter)


def annotate(
    label: str, offset: int, mentions: list[Mention], disclosure: DisclosureContext
) -> AnnotatedSentence:
    """Mask a sentence's companies, then its periods and quantities.

    Companies come first because the 8 of "Hut 8" is not a number.
    """
    text = mask_names(label, mentions)
    parsed = MaskedSentence(text, disclosure)
    at = [(position, position + len(f"⟦{i}⟧")) for i, position in enumerate(parsed.at)]
    periods = [
        PeriodMention(m.start(), m.end(), parsed.periods[int(m[1])].period, None)
        for m in re.finditer(r"⟪(\d+)⟫", parsed.masked)
        if not _is_dateline(parsed, m)
        and (
            (found := parsed.periods[int(m[1])]).period.months != 1
            or is_time(text, found.end, year_written=found.year_written)
        )
    ]
    periods = [
        replace(p, period=Period(None, p.period.end))
        if p.period and _AT_ITS_END.search(parsed.masked[: p.start])
        else p
        for p in periods
    ]
    for match in RELATIVE.finditer(parsed.masked):
        if not any(match.start() < p.end and match.end() > p.start for p in periods):
            periods.append(PeriodMention(match.start(), match.end(), None, match))
    for match in _IN_YEAR.finditer(parsed.masked):
        if any(match.start("year") < p.end and match.end() > p.start for p in periods):
            continue
        calendar = (
            disclosure.company is None
            or disclosure.company.fiscal_year_end(date(int(match["year"]), 6, 30)).month == 12
        )
        # "In 2024" is ambiguous for a company whose fiscal year is not the calendar year.
        periods.append(
            PeriodMention(
                match.start("year"),
                match.end(),
                disclosure.year(int(match["year"])) if calendar or match["fiscal"] else None,
                None,
            )
        )
    periods = [
        p
        for p in periods
        if p.period is None or p.period.start is not None or not _APPOSED.search(parsed.masked[: p.start])
    ]
    sentence = AnnotatedSentence(
        label,
        offset,
        disclosure,
        parsed.masked,
        mentions,
        parsed.quantities,
        at,
        sorted(periods, key=lambda p: p.start),
    )
    sentence.clauses, sentence.statements = (
        _split(sentence.masked, _CLAUSE),
        _split(sentence.masked, _STATEMENT),
    )
    return sentence


def _is_dateline(parsed: MaskedSentence, match: re.Match[str]) -> bool:
    """Whether a day is the day of publication rather than the day of a figure."""
    if parsed.periods[int(match[1])].period.start is not None:
        return False
    before, behind = parsed.masked[: match.start()], parsed.masked[match.end() :]
    if _REPORTED_ON[0].search(before):
        return True
    if not _REPORTED_ON[1].search(before):
        return False
    return bool(_THEN_REPORTS.match(behind)) or (
        "⟦" in before and bool(re.search(rf"\b{_REPORTS}\b[^;]*⟦", before, re.IGNORECASE))
    )


def _split(text: str, pattern: re.Pattern[str]) -> list[Clause]:
    out, begin = [], 0
    for match in pattern.finditer(text):
        if match.start() > begin:
            out.append(Clause(begin, match.end(), text[begin : match.end()]))
            begin = match.end()
    return [*out, Clause(begin, len(text) + 1, text[begin:])]


def position_of(sentence: AnnotatedSentence, mention: int) -> int:
    """The position of a company in the masked sentence."""
    return sentence.masked.find(f"⟬{_letter(mention)}⟭")
