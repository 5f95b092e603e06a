"""The period that the time of a quantity means."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.parse.language.chosen_time import NO_TIME_BESIDE, OVER, OVER_TIME, TimeChooser
from pipelines.parse.language.governor import BEFORE, Governor
from pipelines.parse.language.periods import Period, find_periods, months_to
from pipelines.parse.language.setting import Setting
from pipelines.parse.language.times import (
    ABSOLUTE,
    AGO,
    CURRENT,
    END,
    OTHER,
    PRIOR,
    SAME_OF,
    YEAR,
    Time,
    resolve,
    shifted,
)
from pipelines.parse.language.tokenized import TokenizedSentence

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
AS_BESIDE = "as the earlier values beside it"
_UNTIL = re.compile(r"\b(?:as (?:of|at)|through|until|up to)\s+$", re.IGNORECASE)
_IS_AS_OF = re.compile(r"\bas (?:of|at)\s+$", re.IGNORECASE)
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
# "CY2023 bitcoin mined: 6,005" in an update for October.
_YEAR_LABEL = re.compile(
    r"\W*⟪\d+⟫ (?:bitcoins?|btc) (?:mined|produced|earned|sold)\b[^⟦]{0,20}:", re.IGNORECASE
)
_ALL_OF = re.compile(r"\b(?:all|whole|entirety) of\b|\b(?:full|whole|entire|fiscal)\b", re.IGNORECASE)
_NEAR_ALL = 15


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
        self.chooser = TimeChooser(sentence, setting, self.times)
        self.before: Period | None = None
        """The period of the last earlier value."""
        self.named: set[Period] = set()
        """The periods that the sentence names for its figures, without earlier values."""
        self.first_of: dict[str, tuple[Period, bool]] = {}
        """The period of each metric's first figure, to which relative times refer; whether it is named."""

    def period_of(self, i: int, governor: Governor, role: str, covers: str) -> Dated:
        """The period of a quantity; `covers` is day or period, as its metric requires."""
        time, rule = self.chooser.time_of(i, governor, role, covers)
        base = self.setting.base
        if time is None and role == BEFORE and rule in ("", NO_TIME_BESIDE):
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
        elif rule == OVER_TIME:
            # "In Q3 it rose sequentially from $45.5 million to $52.5 million": of the quarter before Q3.
            relative_to = self._only_named() or base
        period = self._year_so_far(time) or resolve(
            time, relative_to, self.setting.subject, self.setting.disclosure
        )
        if period is not None and time.kind == ABSOLUTE and not time.written:
            period = self._calendar_quarter(period)
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

    def _calendar_quarter(self, period: Period) -> Period:
        """The calendar's quarter, if the month of the text ends it.

        "The first quarter's total", after March. Only a company with another fiscal year has two quarters of
        that number.
        """
        base, year_end = self.setting.base, self.setting.disclosure.fiscal_year_end(period.end)
        if base is None or base.months != 1 or period.months != 3 or year_end == 12:
            return period
        number = ((period.end.month - year_end - 1) % 12) // 3 + 1
        return months_to(base.end, 3) if base.end.month == 3 * number else period

    def _is_now(self, i: int) -> bool:
        """Whether a value is what came of the time since: "Since May, it has shrunk to"."""
        before = self.sentence.before(i)
        return any(self.chooser.is_since(t) for t in self.times) and bool(_HAS_BECOME.search(before))

    def _only_named(self) -> Period | None:
        """The month, quarter or year that the sentence names for its figures, if it names one."""
        named = {
            t.period
            for t in self.times
            if t.period is not None and t.period.start is not None and not self.chooser.compares(t)
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
        base = self.setting.base
        named = {
            period
            for period in self.named
            if period.start is not None
            # The year to date is no more the time of the next figure than the month that it ends with.
            and not (base and base.months and period.end == base.end and period.months > base.months)
        }
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
        compares = any(t.kind in (YEAR, PRIOR, AGO, SAME_OF) for t in self.times) or OVER.search(
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


def _covering(period: Period, covers: str) -> Period:
    return Period(None, period.end) if covers == "day" else period


def opening_period(text: str, setting: Setting) -> Period | None:
    """The period that opens a sentence and holds for the rest of its paragraph."""
    named = find_periods(text[:120], setting.disclosure)
    opens = named and _OPENS.match(text) and named[0].start <= _OPENS_WITHIN
    if not opens or named[0].period.start is None:
        return None
    return named[0].period if named[0].period.end <= setting.disclosure.disclosed_on else None
