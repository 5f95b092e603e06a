"""The time that belongs to a quantity, and the period that it means.

In this order: the time of a list with "respectively", of the quantity's bracket, behind the quantity, beside
or between its governor and itself, at the opening of its clause, and shared by coordinated quantities. A
time that follows a comparison or belongs to another quantity never applies.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pipelines.parse.language.governor import BEFORE, LABEL, NOUN, SUBJECT, Governor
from pipelines.parse.language.periods import DisclosureContext, Period, find_periods
from pipelines.parse.language.times import (
    ABSOLUTE,
    AGO,
    CURRENT,
    END,
    OTHER,
    PRESENT,
    PRIOR,
    RESPECTIVELY,
    SAME_OF,
    YEAR,
    Time,
    resolve,
    shifted,
)
from pipelines.parse.language.tokenized import TokenizedSentence

_FAR = 90
_VERBS_OF_SAYING = (
    r"(?:said|says|reported|reports|announced|posted|disclosed|published|released|filed|unveiled|told|"
    r"revealed)"
)
_SAID_ON = re.compile(
    rf"\b{_VERBS_OF_SAYING}\b(?:\s+(?!in\b)[\w-]+){{0,3}}?\s+on\s+(?:\w+day,?\s+)?$", re.IGNORECASE
)
# "According to results out on May 1": the day of a publication.
_OUT_ON = re.compile(
    r"\b(?:results|report|update|statement|release|filing|figures|earnings)\s+"
    r"(?:(?:out|released|published|filed|posted|issued|dated)\s+)?on\s+(?:\w+day,?\s+)?$",
    re.IGNORECASE,
)
_ON_DAY = re.compile(r"\bon\s+(?:\w+day,?\s+)?$", re.IGNORECASE)
_SAYS = re.compile(rf"\b{_VERBS_OF_SAYING}\b", re.IGNORECASE)
_HAS_BECOME = re.compile(
    r"\b(?:has|have)\s+(?:[a-z]+ly\s+)?\w+(?:ed|en|n|nk|t)\b[^;.⟦]*\bto\s+", re.IGNORECASE
)
_EARLIER = re.compile(r"\W*(?:earlier|late|early)\s*", re.IGNORECASE)
_THEN_SAYS_THAT = re.compile(
    r",?\s+(?:[\w⟬⟭.’'-]+\s+){1,5}?(?:reported|announced|said|disclosed|revealed)\s+that\b", re.IGNORECASE
)
_THEN_SAYS = re.compile(rf",?\s+(?:[\w.-]+\s+){{1,6}}?{_VERBS_OF_SAYING}\b", re.IGNORECASE)
_RECENT = 14
_NO_TIME_BESIDE = "no time beside the compared value"
AS_BESIDE = "as the earlier values beside it"
_THEN_IT = re.compile(r"\b(?:and|while|but)\b", re.IGNORECASE)
_IT_WAS = re.compile(
    r",?\s+(?:it|we|they|this|that|the \w+) (?:was|were|had|stood|totaled|came)\b", re.IGNORECASE
)
_NEW_SUBJECT = re.compile(
    r",\s+(?:and |but |while )?(?:the (?:company|miner|firm)|it|they|we)\s+(?!['’])[a-z]", re.IGNORECASE
)
_AS_OF = re.compile(r"\W*\bas of\s+$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:as (?:of|at)|through|until|up to)\s+$", re.IGNORECASE)
_IS_AS_OF = re.compile(r"\bas (?:of|at)\s+$", re.IGNORECASE)
_COORDINATED = re.compile(
    # "Sold 1,975 coins at an average price of $22,000 per bitcoin in July".
    r"\band\b|,|^[^,;]{0,20}\bat\s+(?:an?\s+)?(?:(?:average|net|median|mean)\s+)*(?:price\s+)?(?:of\s+)?(?:about\s+)?$|"
    r"\bfor\s+(?:about\s+|some\s+|roughly\s+)?$|\bworth\b|\bvalued? (?:of|at)\b"
)
_ANOTHER_CLAUSE = re.compile(r"\b(?:where|which|whose|to (?!\d)[a-z]+)\b", re.IGNORECASE)
_RELATIVE_PART = re.compile(r",[^,⟦]*\b(?:which|that|who|whose|where)\b[^,⟦]*$", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?:from|between)\s+(?:the\s+)?(?:(?:early|mid|late|end of)[\s-]+)?⟪\d+⟫\s*"
    r"(?:through|to|until|and|[–—-])\s*(?:the\s+)?(?:(?:early|mid|late|end of)[\s-]+)?⟪\d+⟫",
    re.IGNORECASE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\bon\s+(?P<day>{'|'.join(_WEEKDAYS)})\b", re.IGNORECASE)
_EVENTS = (
    r"(?:halving|vote|listing|launch|ipo|merger|bankruptcy|announcement|agreement|deal|split|storm|outage|"
    r"fire)"
)
_EVENT_OF = re.compile(
    rf"\b{_EVENTS}\s+(?:event\s+)?(?:of|in|on)\s+(?:the\s+)?(?:\w+\s+of\s+)?$", re.IGNORECASE
)
_EVENT = re.compile(rf"(?:['’]s)?\s+(?:bitcoin\s+)?{_EVENTS}\b", re.IGNORECASE)
_IS_NOW = re.compile(
    r"\b(?:holds?|owns?|has|have|sits? on|controls?|keeps?|operates?|runs?|boasts?|is|are|stands?|now|"
    r"currently)\b",
    re.IGNORECASE,
)
_BRINGS_TO = re.compile(
    r"\b(?:bring|brings|brought|(?:bring|rais|lift|push|tak|boost|increas)ing)\b[^.;⟦]{3,60}\b(?:up )?to\s+"
    r"(?:about\s+|approximately\s+|over\s+|nearly\s+)?$",
    re.IGNORECASE,
)
_OPENS = re.compile(r"\W*(?:for|in|during|over|throughout)\s", re.IGNORECASE)
_OPENS_WITHIN = 12
_NIL = re.compile(r"\s*(?:and|,)\s*\$?\s?nil\b", re.IGNORECASE)
_BRACKET_OPENS = re.compile(r"\s*[(\[](?:(?:as of|as at|at|in|for|during)\s+)?(?:the\s+)?", re.IGNORECASE)
_BRACKET_CLOSES = re.compile(r"\s*[)\]]")
_WHEN = re.compile(
    r",?\s+(?:when|where|in which|which (?:was|were|had))\s+[^,;⟦]*"
    # "When it sold 300 bitcoin in July, generating $8.6 million": of the same time.
    r"(?:⟦\d+⟧[^;⟦]{0,30},?\s+(?:generating|netting|bringing|raising|yielding|earning)\s+[^,;⟦]*)?$",
    re.IGNORECASE,
)
# "CY2023 bitcoin mined: 6,005" in an update for October.
_YEAR_LABEL = re.compile(
    r"\W*⟪\d+⟫ (?:bitcoins?|btc) (?:mined|produced|earned|sold)\b[^⟦]{0,20}:", re.IGNORECASE
)
_ON = re.compile(r"(?<!ended )(?<!closed )(?<!ending )\bon\s+$", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()⟦⟪]{0,40}\)")
_HALF = re.compile(r"[;()]|[.]\s")
_FROM_OWN = re.compile(
    r"^\s*(?:bitcoins?\s+)?from\s+(?:self|our|its|mining|host(?:ing|ed)|co-?locat(?:ion|ed)|customers?|clients?)",
    re.IGNORECASE,
)
# "Sold the 188 bitcoin that it had mined in January": January is not when it sold them.
_RELATIVE = re.compile(
    r"^\s*(?:bitcoins?\s+)?(?:that|which)\s+(?:we|it|the company|were|was|had)\b", re.IGNORECASE
)
_ANOTHER_PART = re.compile(
    r",\s+(?!(?:in|for|during|at|as of|on|over|throughout|the|this)\b|$)", re.IGNORECASE
)
_MULTIPLE = re.compile(
    r"\b(?:that|those|level) of\s+(?:(?:the|its|our)\s+)?$|\b(?:double|twice|triple|doubled|tripled)\s+$",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby\s+(?:about\s+|almost\s+|nearly\s+|over\s+)?$", re.IGNORECASE)
# "An increase of 22.6% over Q2", but "mined 2,000 bitcoin over Q2".
_MOVED_OVER = re.compile(
    r"(?:⟦(?P<ref>\d+)⟧|\b(?:increase|growth|gain|rise|improvement|decrease|decline|drop|reduction|up|down|higher|lower))"
    r"\s+over\s+(?:the\s+|its\s+|our\s+)?$",
    re.IGNORECASE,
)
_OVER_A_SPAN = re.compile(r"\bover\s+(?:the\s+)?$")
# Months of the spans that figures are compared with; a day and an open span have none.
_COMPARED_SPANS = frozenset((0, 1, 3, 6, 9, 12))
_ARTICLE = re.compile(
    r"\s+(?:(?:in|during|for|over|at|on)\s+)?(?:(?:all|the whole) of\s+)?"
    r"(?:the\s+|its\s+|our\s+|that of\s+|those of\s+|a record\s+|record\s+)?$",
    re.IGNORECASE,
)
_ALL_OF = re.compile(r"\b(?:all|whole|entirety) of\b|\b(?:full|whole|entire|fiscal)\b", re.IGNORECASE)
_NEAR_ALL = 15
_COMPARED_FIRST = re.compile(
    r"^\W*(?:as )?(?:compared|relative|in comparison) (?:to|with) (?:the )?", re.IGNORECASE
)
# TokenizedSentence abbreviates "year over year", and so on.
_OVER_TIME = "change over time"
_OVER = re.compile(r"\b(?:yoy|mom|qoq|sequential)(?:ly)?\b")
_OVER_TIMES = {
    "yoy": (YEAR, None, 0),
    "mom": (PRIOR, None, 1),
    "qoq": (PRIOR, None, 3),
    "sequential": (PRIOR, None, 0),
}
_COMPARED = re.compile(
    r"\b(?:from|than|to|with|versus|vs\.?|against|over|exceeding|surpassing|above|below)\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Context of a sentence: the period of the heading above it, and of the press release.

    Args:
        compared: The period that the heading compares with.
        after_revenue: Whether the sentence before it states revenue.
        after_coins: Whether the sentence before it speaks of bitcoin.
        before: The last figure of the sentence before it.
        basis: What a text compares its figures with, if it says so only elsewhere: `year` or `period` before.
        planned: Values with their units that the text gave as plans: without a time they are none later.
    """

    disclosure: DisclosureContext
    context: Period | None
    subject: Period | None
    compared: Period | None = None
    after_revenue: bool = False
    after_coins: bool = False
    before: "StatedBefore | None" = None
    basis: str = ""
    planned: frozenset[tuple[str | None, Decimal]] = frozenset()

    @property
    def base(self) -> Period | None:
        return self.context or self.subject


@dataclass(frozen=True, slots=True)
class StatedBefore:
    """A figure that the next sentence may compare: "That compares with 533 in March"."""

    governor: Governor
    unit: str | None
    scope: str
    label: str
    period: Period


@dataclass(frozen=True, slots=True)
class Dated:
    """The period of a quantity.

    Args:
        period: None if the time is cumulative, partial or unclear.
        named: Whether the sentence names it.
        rule: How it was found, with the words.
        told_when: Whether it is the time of "compared to March, when it mined 533".
    """

    period: Period | None
    named: bool
    rule: str
    told_when: bool = False


class TimeFinder:
    """Finds the times of a sentence's quantities."""

    def __init__(self, sentence: TokenizedSentence, setting: Setting) -> None:
        self.sentence, self.setting = sentence, setting
        self.tokens = sentence.tokens
        self.times = [
            t for t in sentence.times if not self._is_of_publication(t) and not self._is_of_an_event(t)
        ]
        self.before: Period | None = None
        """The period of the last earlier value."""
        self.named: set[Period] = set()
        """The periods that the sentence names for its figures, without earlier values."""
        self.first_of: dict[str, tuple[Period, bool]] = {}
        """The period of each metric's first figure, to which relative times refer; whether it is named."""

    def period_of(self, i: int, governor: Governor, role: str, covers: str) -> Dated:
        """The period of a quantity; `covers` is day or period, as its metric requires."""
        time, rule = self._time(i, governor, role, covers)
        base = self.setting.base
        if time is None and role == BEFORE and rule in ("", _NO_TIME_BESIDE):
            # "From $3.4 million in the prior year, and mining revenue from $3.3 million": the same time.
            before = self.before or self.setting.compared
            if before is None and covers == "period":
                before = self._by_basis(governor)
            if before is not None:
                return Dated(_covering(before, covers), True, AS_BESIDE)
        if time is None:
            if base is None and not rule and role != BEFORE and covers == "day" and self._is_present(i):
                return Dated(Period(None, self.setting.disclosure.disclosed_on), False, "present tense")
            if covers == "day" and role != BEFORE and not rule and self._is_now(i):
                return Dated(Period(None, self.setting.disclosure.disclosed_on), False, "since a time")
            if base is not None and covers == "period" and not rule and self._is_of_another_length(base):
                return Dated(None, False, "the sentence is about another period")
            weekday = self._weekday() if covers == "day" and role != BEFORE and not rule else None
            if weekday is not None:
                return Dated(Period(None, weekday), True, "a day of the week")
            beside = self._beside(governor) if covers == "period" and role != BEFORE and not rule else None
            if beside is not None:
                return Dated(beside, True, "as the figures beside it")
            if rule or role == BEFORE or base is None:
                return Dated(None, False, rule or "no time")
            return Dated(_covering(base, covers), False, "heading")
        if time.paired and rule != "respectively":
            return Dated(None, True, "one of two periods")
        words = f"{rule} ({self.sentence.masked[time.start : time.end]})"
        opens = rule == "leading" and time.start < _OPENS_WITHIN
        if time.kind == YEAR and time.last and opens and base is not None and base.months == 3:
            # "Last year, it had to sell 3,000 bitcoin": of the year, not of the quarter a year ago.
            return Dated(None, True, f"a year of which only a part is compared: {words}")
        relative_to = base
        first = self.first_of.get(governor.code)
        relative = time.kind not in (ABSOLUTE, OTHER, CURRENT, END)
        if relative and first is not None and (base is None or first[1] or first[0].months == base.months):
            relative_to = first[0]
        elif rule == _OVER_TIME:
            # "In Q3 it rose sequentially from $45.5 million to $52.5 million": of the quarter before Q3.
            relative_to = self._only_named() or base
        period = self._year_so_far(time) or resolve(
            time, relative_to, self.setting.subject, self.setting.disclosure
        )
        if period is None and time.kind == CURRENT:
            period = self._named_before(time) or self._of_the_sentence_before(time)
        if (
            period is None
            and base is None
            and (time.kind, time.months, role == BEFORE) == (PRIOR, 1, False)
            and self.sentence.quantity_at(i).unit == "BTC"
        ):
            # "It had mined 590 bitcoin last month", in a text about no month: before its publication.
            last: date = self.setting.disclosure.disclosed_on.replace(day=1) - timedelta(days=1)
            period = Period(last.replace(day=1), last)
        if period is None:
            return Dated(None, True, words)
        if covers == "period" and period.start is None:
            # "As of March 31" dates the text, not the flow; another day is not the period's end.
            if base is None or base.start is None or (period.end != base.end and time.kind == ABSOLUTE):
                return Dated(None, True, f"a day: {words}")
            return Dated(base, False, "heading")
        today = self.setting.disclosure.disclosed_on
        begun = period.start is not None and period.start <= today < period.end
        if begun and covers == "day" and role != BEFORE and self._is_current(i, time):
            return Dated(Period(None, today), True, words)
        if role == BEFORE:
            if time.kind == PRIOR and first is not None and period.end == first[0].end:
                # In May: "the output for April …, holdings fell to 1,005 BTC, from 1,140 last month".
                period = shifted(period, period.months or 1)
            all_of_it = _ALL_OF.search(self.sentence.masked[max(0, time.start - _NEAR_ALL) : time.end])
            whole_year = time.kind == ABSOLUTE and period.months == 12 and not (time.fiscal or all_of_it)
            if whole_year and first is not None and first[0].months in (6, 9):
                # "$45.0 million in the nine months, compared to $37.8 million in 2023": in the same months.
                years = first[0].end.year - period.end.year
                period = shifted(first[0], 12 * years) if 0 < years < 3 else period
            self.before = period
        return Dated(_covering(period, covers), True, words, told_when=rule == "when")

    def _is_now(self, i: int) -> bool:
        """Whether a value is what came of the time since: "Since May, it has shrunk to"."""
        before = self.sentence.before(i)
        return any(self._is_since(t) for t in self.times) and bool(_HAS_BECOME.search(before))

    def _only_named(self) -> Period | None:
        """The month, quarter or year that the sentence names for its figures, if it names one."""
        named = {
            t.period
            for t in self.times
            if t.period is not None and t.period.start is not None and not self.compares(t)
        }
        return named.pop() if len(named) == 1 else None

    def _is_of_another_length(self, base: Period) -> bool:
        """Whether a sentence is about "the month" below the heading of a quarter."""
        setting = self.setting
        return any(
            t.kind in (CURRENT, END)
            and t.months == 1
            and base.months not in (0, 1)
            and resolve(t, base, setting.subject, setting.disclosure) is None
            for t in self.times
        )

    def _weekday(self) -> date | None:
        """The day of "on Thursday it held 24 bitcoin", unless it is the day of a statement."""
        masked = self.sentence.masked
        named = _WEEKDAY.search(masked)
        if named is None or _SAYS.search(masked):
            return None
        published = self.setting.disclosure.disclosed_on
        back = (published.weekday() - _WEEKDAYS.index(named["day"].lower())) % 7
        return published - timedelta(days=back)

    def _beside(self, governor: Governor) -> Period | None:
        """The only named period of the sentence's figures: "mined 459 in May and sold 735".

        "50 EH/s at the end of August, with an average of 43.7 EH/s": of August.
        """
        named = {period for period in self.named if period.start is not None}
        days = {period.end for period in self.named if period.start is None}
        if not named and len(days) == 1 and governor.frame.unit == "EH/s":
            (day,) = days
            ends = (day + timedelta(days=1)).day == 1
            return Period(day.replace(day=1), day) if ends else None
        return named.pop() if len(named) == 1 else None

    def _is_of_publication(self, time: Time) -> bool:
        """Whether a day is that of a statement: "said on November 4 that"."""
        published = self.setting.disclosure.disclosed_on
        if _EARLIER.fullmatch(self.sentence.masked[: time.start]) and _THEN_SAYS_THAT.match(
            self.sentence.masked[time.end :]
        ):
            # "Earlier this month, Marathon reported that it had mined 590 last month".
            return True
        if time.kind != ABSOLUTE or time.period is None or time.period.start is not None:
            return False
        before, behind = self.sentence.masked[: time.start], self.sentence.masked[time.end :]
        if _SAID_ON.search(before) or _OUT_ON.search(before):
            return True
        recent = 0 <= (published - time.period.end).days <= _RECENT
        return recent and bool(_ON_DAY.search(before) and (_SAYS.search(before) or _THEN_SAYS.match(behind)))

    def _is_of_an_event(self, time: Time) -> bool:
        """Whether a time is an event's: "following the April halving", "the halving of April 2024"."""
        before, behind = self.sentence.masked[: time.start], self.sentence.masked[time.end :]
        return bool(_EVENT_OF.search(before) or _EVENT.match(behind))

    def _by_basis(self, governor: Governor) -> Period | None:
        """The period of an earlier value, by what the text compares with."""
        first = self.first_of.get(governor.code)
        current = first[0] if first else self.setting.base
        if current is not None and current.months == 12:
            return shifted(current, 12)
        compares = any(t.kind in (YEAR, PRIOR, AGO, SAME_OF) for t in self.times) or _OVER.search(
            self.sentence.masked
        )
        if current is None or compares or not self.setting.basis:
            return None
        return shifted(current, 12 if self.setting.basis == "year" else current.months or 1)

    def _is_present(self, i: int) -> bool:
        """Whether a value is current: "holds 50,639 bitcoin", "which brought holdings to 16,728"."""
        masked = self.sentence.masked
        now = _IS_NOW.search(masked) or _BRINGS_TO.search(self.sentence.before(i))
        return bool(now) and not any(t.kind == END for t in self.times)

    def _is_current(self, i: int, time: Time) -> bool:
        """Whether a value is current "as of December 2023", said within that month."""
        stated = _IS_AS_OF.search(self.sentence.masked[: time.start]) is not None
        return stated and self._is_present(i)

    def _year_so_far(self, time: Time) -> Period | None:
        """The year up to the reported period: "has mined 2,098 in 2021", as of November."""
        base, disclosure = self.setting.base, self.setting.disclosure
        whole = time.period.end.year if time.period is not None and time.period.months == 12 else 0
        year = time.year or whole
        open_year = time.kind == ABSOLUTE and year == disclosure.disclosed_on.year and not time.fiscal
        perfect = re.search(r"\b(?:has|have|had)\b", self.sentence.masked[: time.start], re.IGNORECASE)
        labeled = whole and _YEAR_LABEL.match(self.sentence.masked)
        if open_year and (until := self._until(time, year)) is not None:
            return Period(date(year, 1, 1), until) if disclosure.fiscal_year_end(until) == 12 else None
        if not open_year or not (perfect or labeled) or base is None or base.end.year != year:
            return None
        calendar = labeled or disclosure.fiscal_year_end(base.end) == 12
        return Period(date(year, 1, 1), base.end) if calendar else None

    def _until(self, of: Time, year: int) -> date | None:
        """The day up to which a year is counted: "as of September 30, produced 2,098 in 2021"."""
        ends = [
            t.period.end
            for t in self.times
            if t is not of
            and t.period is not None
            and t.period.start is None
            and t.period.end.year == year
            and _UNTIL.search(self.sentence.masked[: t.start])
        ]
        return ends[0] if len(ends) == 1 and ends[0] <= self.setting.disclosure.disclosed_on else None

    def _named_before(self, time: Time) -> Period | None:
        """The period that "the quarter" refers to: "for Q2 2025, it mined 284 in the quarter"."""
        setting = self.setting
        stated = [t for t in self.times if t.kind == ABSOLUTE and t.months in (0, time.months)]
        named = [
            (t.start < time.start, resolve(t, setting.base, setting.subject, setting.disclosure))
            for t in stated
        ]
        alike = [(first, p) for first, p in named if p and p.months and p.months == time.months]
        before = [p for first, p in alike if first]
        # "Its full-year revenue for 2022".
        return before[-1] if before else alike[0][1] if alike else None

    def _of_the_sentence_before(self, time: Time) -> Period | None:
        """ "Produced 5,769 bitcoin in 2021. It ended the year holding 5,296"."""
        before = self.setting.before
        same = before is not None and before.period.months == time.months
        return before.period if before is not None and same else None

    def compares(self, time: Time) -> bool:
        """Whether a time follows a comparison: "a 2% drop from October"."""
        before = self.sentence.masked[: time.start]
        if _MULTIPLE.search(before):
            return True
        article = _ARTICLE.search(before)
        moved = _MOVED_OVER.search(before)
        if moved and (moved["ref"] is None or self.sentence.quantities[int(moved["ref"])].unit == "percent"):
            return True
        last = re.search(r"[\w.]+(?:\s+(?:to|with))?$", before[: article.start()]) if article else None
        if last and last[0] == "Over":
            # "Over the full year 2021, it mined …" opens a sentence.
            return False
        return bool(last and self.sentence.frames.compiled["compared"].fullmatch(last[0]))

    # ------------------------------------------------------------------ rules, in order

    def _time(self, i: int, governor: Governor, role: str, covers: str) -> tuple[Time | None, str]:
        """The time of a quantity and the rule that found it; a rule without a time refuses."""
        rules: Sequence[Callable[[], tuple[Time | None, str] | None]] = (
            lambda: self._listed(i),
            lambda: self._in_bracket(i),
            lambda: self._in_bracket_behind(i, covers),
            lambda: self._told_when(i),
            lambda: self._checked(self.following(i, governor), covers, "following"),
            lambda: self._shared_day(i, covers),
            lambda: self._adjacent(i, governor, role),
            lambda: self._between(i, governor, role, covers),
            lambda: self._leading(i, governor, covers),
            lambda: self._in_span(i, covers),
            lambda: self._shared_period(i, covers),
            lambda: self._only_day(i, covers),
        )
        for rule in rules:
            found = rule()
            if found is not None:
                return found
        return None, ""

    def _checked(self, time: Time | None, covers: str, rule: str) -> tuple[Time | None, str] | None:
        """A time, unless it is cumulative or only the start or end of a period."""
        if time is None:
            return None
        if covers == "day" and self._is_since(time):
            # "Holdings of 12,703, without an offering since November": holdings are a day's.
            return None
        # "Mined 2,457 BTC as of September-end this year": all that was mined until then.
        until = covers == "period" and _AS_OF.search(self.sentence.masked[: time.start])
        if time.kind == OTHER or (time.bounded and covers == "period") or until:
            return None, "a cumulative or partial time"
        return time, rule

    def _in_span(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """No time for a sum over several periods: "acquired 6,474 from November to December"."""
        span = _SPAN.search(self.sentence.masked, self.tokens[i].end) if covers == "period" else None
        between = self.sentence.masked[self.tokens[i].end : span.start()] if span else ";"
        moved = any(self.sentence.is_class(k, "rising", "falling") for k in range(i + 1, len(self.tokens)))
        return None if ";" in between or moved else (None, "a span of periods")

    def _is_since(self, time: Time) -> bool:
        return self.sentence.masked[time.start : time.end].lower().startswith("since")

    def _listed(self, i: int) -> tuple[Time | None, str] | None:
        """The time of one of several quantities listed with "respectively"."""
        behind = self.sentence.behind(i)
        paired = any(t.paired for t in self.times)
        if not RESPECTIVELY.search(self.sentence.masked) and not paired:
            return None
        run = self.sentence.run(i)
        usable = [t for t in self.times if t.kind != OTHER and not self.compares(t)]
        if len(run) > 1:
            later = [t for t in usable if t.start > self.tokens[run[-1]].start]
            earlier = [t for t in usable if t.end <= self.tokens[run[0]].start]
            for listed in (later[: len(run)], earlier[-len(run) :]):
                if len(listed) == len(run):
                    return listed[run.index(i)], "respectively"
        if (len(run) > 1 or _NIL.match(behind)) and RESPECTIVELY.search(behind) and len(usable) > 1:
            return None, "a list whose times are unclear"
        return None

    def _in_bracket(self, i: int) -> tuple[Time | None, str] | None:
        bracket = self.sentence.bracket(i)
        if bracket is None:
            return None
        end = self.tokens[bracket[1]].start if bracket[1] < len(self.tokens) else len(self.sentence.masked)
        inside = [t for t in self.times if self.tokens[bracket[0]].start < t.start and t.end <= end]
        return self._checked(inside[0], "day", "bracket") if inside else None

    def _in_bracket_behind(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """The time alone in a bracket behind a quantity: "$688.1 million (full year 2025)"."""
        masked, end = self.sentence.masked, self.tokens[i].end
        time = next((t for t in self.times if t.start > end), None)
        if (
            time is None
            or not _BRACKET_OPENS.fullmatch(masked[end : time.start])
            or not _BRACKET_CLOSES.match(masked, time.end)
        ):
            return None
        return self._checked(time, covers, "bracket")

    def _told_when(self, i: int) -> tuple[Time | None, str] | None:
        """ "Than in the same period last year, when 787 bitcoin were mined"."""
        before, when = self.sentence.before(i), None
        while found := _WHEN.search(before, when.start() + 1 if when else 0):
            when = found
        edge = len(before[: when.start()].rstrip(", ")) if when else -1
        time = next((t for t in self.times if t.end == edge), None)
        if time is not None and time.kind == OTHER:
            # "The highest number since May 2023, when it produced 459".
            return None, "a time since"
        return (time, "when") if time is not None else None

    def following(self, i: int, governor: Governor | None = None) -> Time | None:
        """The time between a quantity and the next one, without a comparison before it."""
        sentence = self.sentence
        here = self.tokens[i]
        others = [
            t.start
            for t in self.tokens[i + 1 :]
            if t.kind == "q" and sentence.quantities[t.ref].unit != "other"
        ]
        limit = min(others, default=len(sentence.masked))
        time = next((t for t in self.times if here.end <= t.start < limit), None)
        if time is None:
            return None
        between = sentence.masked[here.end : time.start]
        if time.period is not None and time.period.months not in _COMPARED_SPANS:
            # "Mined 135.1 over the seven months ending July 31": no text compares with seven months.
            between = _OVER_A_SPAN.sub("in ", between)
        if between.rstrip().endswith(",") and re.match(r",\s*⟦", sentence.masked[time.end :]):
            # "533 mined, year to date, 1,530": the time of what follows.
            return None
        own = governor is not None and governor.first > i
        if (self._parts(between) and not _FROM_OWN.match(between)) or (_RELATIVE.match(between) and not own):
            return None
        if _NEW_SUBJECT.search(between):
            # "Sold 300, generating $8.6 million in revenue, the company sold none this August".
            return None
        if _THEN_IT.search(between) and _IT_WAS.match(sentence.masked[time.end :]):
            # "Was $95.4 million and in the third quarter of 2023 it was $112.9 million".
            return None
        text = between + ("" if between.rstrip().endswith(",") else " ")
        return None if len(between) > _FAR or _ANOTHER_PART.search(text) else time

    def _parts(self, between: str) -> bool:
        # "730 bitcoins (BTC) during the quarter".
        between = _ASIDE.sub(" ", between)
        return bool(_HALF.search(between) or self.sentence.frames.matches("parting", between))

    def _adjacent(self, i: int, governor: Governor, role: str) -> tuple[Time | None, str] | None:
        """The time right before the governor's noun phrase: "March 2024 production of 455"."""
        if role == BEFORE or governor.via not in (NOUN, LABEL, SUBJECT) or governor.first >= i:
            return None
        time = self.sentence.in_time.get(self.sentence.phrase_start(governor.first, 0) - 1)
        return (time, "adjacent") if time is not None and time.kind != OTHER else None

    def _between(self, i: int, governor: Governor, role: str, covers: str) -> tuple[Time | None, str] | None:
        """The time between the governor, or the word of comparison, and the quantity."""
        here = self.tokens[i].start
        if role == BEFORE:
            word = max((m.end() for m in _COMPARED.finditer(self.sentence.masked[:here])), default=0)
            found = [t for t in self.times if word <= t.start < here]
            if found:
                return found[-1], "between"
            apart = self._shared(i) or self._compared_first() or self._year_on_year(i)
            return apart or (None, _NO_TIME_BESIDE)
        first = self.tokens[min(governor.first, i)].start
        usable = [
            t
            for t in self.times
            if first <= t.start < here
            and not self.compares(t)
            and not self._of_another(t, i)
            and not (t.kind in (AGO, PRIOR) and self._in_relative_clause(t))
        ]
        return self._checked(usable[-1], covers, "between") if usable else None

    def _in_relative_clause(self, time: Time) -> bool:
        """Whether a time belongs to a clause between commas: ", a line that had none a year ago,"."""
        masked = self.sentence.masked
        opens = _RELATIVE_PART.search(masked[: time.start])
        return bool(opens and re.match(r"[^,⟦]*,", masked[time.end :]))

    def _compared_first(self) -> tuple[Time | None, str] | None:
        """The time of the earlier value in "compared with March, it rose from 470 to 533"."""
        opening = _COMPARED_FIRST.match(self.sentence.masked)
        time = next((t for t in self.times if opening and t.start == opening.end()), None)
        return (time, "compared at the opening") if time is not None and time.kind != OTHER else None

    def _year_on_year(self, i: int) -> tuple[Time | None, str] | None:
        """The time of the earlier value in "fell 16% year over year to 95, from 113"."""
        start = self.sentence.clause_start(self.tokens[i].start)
        ahead = self.sentence.masked[start : self.tokens[i].start]
        marks = {m[0].removesuffix("ly") for m in _OVER.finditer(ahead)}
        # "From $67.2 million to $30.1 million in Q1 2026, year over year".
        marks = marks or {m[0].removesuffix("ly") for m in _OVER.finditer(self.sentence.masked)}
        if len(marks) != 1:
            return None
        mark = marks.pop()
        return Time(start, start, *_OVER_TIMES[mark]), _OVER_TIME

    def _leading(self, i: int, governor: Governor, covers: str) -> tuple[Time | None, str] | None:
        """The time that opens the clause or the sentence."""
        first = min(governor.first, i)
        start, stop = self.sentence.clause(first, max(governor.last, i))
        here = self.tokens[i].start
        days = [t for t in self.times if t.kind == ABSOLUTE and t.period and t.period.start is None]
        on_a_day = any(t.start < here and _ON.search(self.sentence.masked[: t.start]) for t in days)
        base = self.setting.base
        opens = [t for t in days if _AS_OF.match(self.sentence.masked[: t.start])]
        within = any(t.period and base and t.period.end != base.end for t in opens)
        if covers == "period" and (on_a_day or within):
            return None, "a day"
        ahead = [
            t
            for t in self.times
            if t.start < self.tokens[first].start
            and not self.compares(t)
            and not self._of_another(t, i)
            and not any(a < t.start < b for a, b in self.sentence.remarks)
            and not self._in_anothers_bracket(t, i)
        ]
        if covers == "day":
            ahead = [t for t in ahead if not self._is_since(t)]
        own = [t for t in ahead if t.start >= start] or ahead
        if any(t.kind == OTHER for t in own):
            return None, "a cumulative or partial time"
        if covers == "period" and self._is_in_a_year(i):
            # "Q2 brought a loss, and it sold $1.6 billion of bitcoin in 2026": not the quarter's.
            return None, "a cumulative or partial time"
        usable = [t for t in own if covers == "day" or (t not in days and not t.bounded)]
        if covers == "day":
            usable = [t for t in usable if t.kind in (END, ABSOLUTE, CURRENT, PRESENT)] or usable
        if usable:
            return usable[-1], "leading"
        partial = ahead and ahead[-1].bounded and covers == "period"
        if partial or any(
            t.kind == OTHER and start <= t.start < stop and not (covers == "day" and self._is_since(t))
            for t in self.times
        ):
            return None, "a cumulative or partial time"
        return None

    def _is_in_a_year(self, i: int) -> bool:
        """Whether a year follows in the same part of the clause."""
        here = self.tokens[i].end
        rest = re.split(r"[,;.()⟦–—]|\b(?:and|which|while|up|down)\b", self.sentence.masked[here:])[0]
        return any(
            (t.period.months if t.period else t.months) == 12
            and t.kind == ABSOLUTE
            and here <= t.start < here + len(rest)
            and not self.compares(t)
            for t in self.times
        )

    def _in_anothers_bracket(self, time: Time, i: int) -> bool:
        """Whether a time is in another quantity's bracket: "$3.1 billion (Sep-24: $1.9 billion)"."""
        k = next((k for k, t in enumerate(self.tokens) if t.start >= time.start), None)
        bracket = self.sentence.bracket(k) if k is not None else None
        return bracket is not None and not bracket[0] < i < bracket[1]

    def _shared(self, i: int) -> tuple[Time | None, str] | None:
        """The time behind coordinated quantities: "mined 533 and sold 475 in March"."""
        for k in range(i + 1, len(self.tokens)):
            if self.tokens[k].kind != "q":
                continue
            between = self.sentence.between(i, k)
            percent = self.sentence.quantity_at(k).unit == "percent"
            if (
                percent
                or _ANOTHER_CLAUSE.search(between)
                or not _COORDINATED.search(between)
                or self._parts(between)
                # "With 21 EH/s installed and plans for 31 EH/s by Q4": the plan's time.
                or self.sentence.frames.matches("plan", between)
            ):
                return None
            found = self.following(k)
            if found is not None and found.kind != OTHER and not self.compares(found):
                return found, "shared"
            i = k
        return None

    def _shared_period(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """The time behind coordinated quantities.

        Not a day for what takes a period: "produced 279, increasing its holdings to 9,102 as of July 31".
        """
        found = self._shared(i)
        time = found[0] if found else None
        day = time is not None and time.period is not None and time.period.start is None
        return None if covers == "period" and day else found

    def _shared_day(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """The day of coordinated holdings: "3,091 bitcoin and 6,820 ether as of August 4"."""
        found = self._shared(i) if covers == "day" else None
        time = found[0] if found else None
        return found if time and time.period is not None and time.period.start is None else None

    def _only_day(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """The only day that the sentence names, unless it is another quantity's."""
        days = [
            t
            for t in self.times
            if t.kind == ABSOLUTE and t.period and t.period.start is None and not t.bounded
        ]
        if covers != "day" or len(days) != 1 or self.compares(days[0]):
            return None
        unit = self.sentence.quantity_at(i).unit
        others = [
            k
            for k, t in enumerate(self.tokens)
            if t.kind == "q" and k != i and self.sentence.same_unit(t.ref, unit)
        ]
        return None if any(self.following(k) is days[0] for k in others) else (days[0], "only")

    def _of_another(self, time: Time, i: int) -> bool:
        """Whether a time belongs to a quantity before this one because it follows it directly."""
        previous = [k for k in range(i) if self.tokens[k].kind == "q" and self.tokens[k].end <= time.start]
        if not previous:
            return False
        k = previous[-1]
        if _BY.search(self.sentence.before(k)) and time.end <= self.tokens[i].start:
            # "Fell by $18.6 million in Q3 2022 from $50.3 million in Q3 2021 to $31.7 million".
            return False
        between = self.sentence.masked[self.tokens[k].end : time.start]
        if time.end > self.tokens[i].start:
            return True
        if ";" in between:
            return False
        if time.kind == YEAR:
            return True
        ends = self.sentence.masked[time.end : self.tokens[i].start]
        return (
            not re.search(r"[;,]|\band\b", between)
            and bool(re.search(r"[;,)]|\band\b|\bto\b", ends))
            and time.kind != CURRENT
            and self.following(k) is time
            and self._is_past(time)
        )

    def _is_past(self, time: Time) -> bool:
        """Whether a time is not the press release's own."""
        base = self.setting.base
        period = resolve(time, base, self.setting.subject, self.setting.disclosure)
        return base is None or period is None or period.end != base.end


def _covering(period: Period, covers: str) -> Period:
    return Period(None, period.end) if covers == "day" else period


def opening_period(text: str, setting: Setting) -> Period | None:
    """The period that opens a sentence and holds for the rest of its paragraph."""
    named = find_periods(text[:120], setting.disclosure)
    opens = named and _OPENS.match(text) and named[0].start <= _OPENS_WITHIN
    if not opens or named[0].period.start is None:
        return None
    return named[0].period if named[0].period.end <= setting.disclosure.disclosed_on else None
