"""The period of each figure in an article: its own, its sentence's, or the article's."""

import re

from pipelines.parse.language.annotation import FROM, AnnotatedSentence, PeriodMention
from pipelines.parse.language.cues import DAY_METRICS, Cue
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.relative_periods import OTHER_SPAN, period_before, resolve, year_before

# "It holds 50,639 bitcoin" means today; "held 52,850 at quarter-end" needs a date.
_NOW = re.compile(
    r"\b(?:holds?|owns?|has|have|sits? on|controls?|keeps?|operates?|runs?|boasts?|is|are|stands?|"
    r"now|currently)\b",
    re.IGNORECASE,
)
_AN_END = re.compile(r"\b(?:quarter|month|year|period)(?:['’]s)?[- ]end\b|\bend of\b", re.IGNORECASE)
_LEADS = re.compile(r"\b(?:from|than|with|to|versus|vs|against|above|below)\b", re.IGNORECASE)


class PeriodResolver:
    """Resolves the periods of figures while reading an article.

    Args:
        subject: The period of the article; a paragraph may temporarily change to another.
    """

    def __init__(self, disclosure: DisclosureContext) -> None:
        self.disclosure = disclosure
        self.subject: Period | None = None
        self._paragraph_period: Period | None = None
        self._last_period: Period | None = None
        self._period_unclear = False

    def new_paragraph(self) -> None:
        """Reset the period that the previous paragraph changed to."""
        self._paragraph_period = None

    def periods_of(self, sentence: AnnotatedSentence, cues: dict[int, Cue], basis: str) -> dict[int, Period]:
        """The period of each figure of a sentence; figures without a clear period are omitted.

        Args:
            basis: Comparison to assume if the sentence names none: `year`, `period` or empty.
        """
        cues = {
            i: c
            for i, c in cues.items()
            if not OTHER_SPAN.search(sentence.near(i)) and not sentence.spans_years(i)
        }
        own = {i: sentence.own_period(i) for i in cues}
        claimed = {p.start for p in own.values() if p is not None}
        # "Ended the month with", in an article about a quarter: other figures of the sentence are not the
        # quarter's.
        self._period_unclear = any(
            p.relative is not None and p.relative["this"] and self._resolved(p, self.subject) is None
            for p in sentence.periods
        )
        mains = [i for i in cues if not sentence.is_before(i, list(cues))]
        shared = {s for i in mains if (s := self._resolved(own[i], self.subject)) is not None}
        out: dict[int, Period] = {}
        for index in mains:
            day = cues[index].fact in DAY_METRICS
            # A day does not give the period of a sale or of revenue.
            others = {s for s in shared if day or s.start is not None}
            period = self._main(sentence, index, own[index], claimed, others, day=day)
            if period is not None and period.end <= self.disclosure.disclosed_on:
                out[index] = period
        named = [(own[i] or sentence.leading_period(i, claimed), out[i]) for i in mains if i in out]
        for index in (i for i in cues if i not in mains):
            period = self._before(
                sentence, index, cues, {m: out[m] for m in mains if m in out}, own[index], claimed, basis
            )
            if period is not None and period.end <= self.disclosure.disclosed_on:
                out[index] = period
        self._record([period for mention, period in named if mention is not None])
        return {i: Period(None, s.end) if cues[i].fact in DAY_METRICS else s for i, s in out.items()}

    def period_of_change(
        self, sentence: AnnotatedSentence, index: int, cues: dict[int, Cue]
    ) -> Period | None:
        """The period of a percentage without an amount.

        The period that its sentence names, or the article's.
        """
        claimed = {p.start for i in cues if (p := sentence.own_period(i)) is not None}
        named = sentence.own_period(index) or sentence.leading_period(index, claimed)
        if named is not None and (
            named.relative is None or named.relative["this"] or named.relative["absolute"]
        ):
            return self._resolved(named, self.subject)
        return (
            None
            if self._paragraph_period is not None and self._paragraph_period != self.subject
            else self.subject
        )

    def _main(
        self,
        sentence: AnnotatedSentence,
        index: int,
        own: PeriodMention | None,
        claimed: set[int],
        shared: set[Period],
        *,
        day: bool,
    ) -> Period | None:
        named = own or sentence.leading_period(index, claimed)
        if named is not None:
            return self._resolved(named, self.subject)
        if shared:
            return next(iter(shared)) if len(shared) == 1 else None
        if self._paragraph_period is not None and self._paragraph_period != self.subject:
            # The previous sentence is about another period, and this one may be too.
            return None
        if self._period_unclear:
            return None
        now = day and _NOW.search(sentence.masked) and not _AN_END.search(sentence.masked)
        return self.subject or (Period(None, self.disclosure.disclosed_on) if now else None)

    def _before(
        self,
        sentence: AnnotatedSentence,
        index: int,
        cues: dict[int, Cue],
        mains: dict[int, Period],
        own: PeriodMention | None,
        claimed: set[int],
        basis: str,
    ) -> Period | None:
        """The period of an earlier value, relative to the period of the current value."""
        near = sorted((m for m in mains if cues[m].fact == cues[index].fact), key=lambda m: abs(m - index))
        reference = mains[near[0]] if near else self.subject
        named = own or self._leading(sentence, index, claimed)
        if named is not None:
            period = self._resolved(named, reference)
        elif reference is not None and basis:
            period = year_before(reference) if basis == "year" else period_before(reference)
        else:
            period = None
        return None if near and period == reference else period

    @staticmethod
    def _leading(sentence: AnnotatedSentence, index: int, claimed: set[int]) -> PeriodMention | None:
        """A period between "from" and its amount: "from the first quarter's $179.3 million"."""
        start = sentence.at[index][0]
        if sentence.role(index) != FROM:
            return None
        for named in sentence.periods:
            between = sentence.masked[named.end : start]
            before = sentence.masked[max(0, named.start - 25) : named.start]
            if (
                0 <= len(between) < 30
                and named.end <= start
                and named.start not in claimed
                and "⟦" not in between
                and _LEADS.search(before)
            ):
                return named
        return None

    def _resolved(self, named: PeriodMention | None, reference: Period | None) -> Period | None:
        if named is None:
            return None
        if named.relative is None:
            return named.period
        if named.relative["this"]:
            # "The month" is the last month mentioned, if the last period is a month.
            candidates = (
                resolve(named.relative, period, self.disclosure)
                for period in (self._paragraph_period, reference, self._last_period)
                if period
            )
            return next((period for period in candidates if period is not None), None)
        return resolve(named.relative, reference, self.disclosure)

    def _record(self, periods: list[Period]) -> None:
        """Record the period that a sentence names for its figures."""
        flows = [period for period in periods if period.start is not None]
        if flows:
            self._paragraph_period = self._last_period = flows[-1]
            self.subject = self.subject or flows[-1]
