"""Which period each figure of an article belongs to: its own, that of its sentence, else what the article is about."""

import re

from pipelines.parse.language.annotation import FROM, Named, Told
from pipelines.parse.language.cues import DAY_METRICS, Cue
from pipelines.parse.language.periods import Clock, Span
from pipelines.parse.language.relative_periods import OTHER_SPAN, period_before, resolve, year_before

# "It holds 50,639 bitcoin" is of today; "held 52,850 at quarter-end" is of a day that must be told.
_NOW = re.compile(
    r"\b(?:holds?|owns?|has|have|sits? on|controls?|keeps?|operates?|runs?|boasts?|is|are|stands?|now|currently)\b",
    re.IGNORECASE,
)
_AN_END = re.compile(r"\b(?:quarter|month|year|period)(?:['’]s)?[- ]end\b|\bend of\b", re.IGNORECASE)
_LEADS = re.compile(r"\b(?:from|than|with|to|versus|vs|against|above|below)\b", re.IGNORECASE)


class Times:
    """Goes along with an article. `subject` is the period it is about; a paragraph may turn to another for a while."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.subject: Span | None = None
        self._turned: Span | None = None
        self._recent: Span | None = None
        self._astray = False

    def new_paragraph(self) -> None:
        """A paragraph begins: what the one before had turned to is over."""
        self._turned = None

    def spans_of(self, told: Told, cues: dict[int, Cue], basis: str) -> dict[int, Span]:
        """The period of each figure of a sentence; those of which it is not clear are left out.

        basis   what a value before is compared with where its sentence does not say: `year` or `period` before, or nothing
        """
        cues = {
            i: c for i, c in cues.items() if not OTHER_SPAN.search(told.near(i)) and not told.spans_years(i)
        }
        own = {i: told.own_period(i) for i in cues}
        claimed = {p.start for p in own.values() if p is not None}
        # "Ended the month with", in an article on a quarter: what else the sentence tells is not the quarter's.
        self._astray = any(
            p.relative is not None and p.relative["this"] and self._resolved(p, self.subject) is None
            for p in told.periods
        )
        mains = [i for i in cues if not told.is_before(i, list(cues))]
        shared = {s for i in mains if (s := self._resolved(own[i], self.subject)) is not None}
        out: dict[int, Span] = {}
        for index in mains:
            day = cues[index].fact in DAY_METRICS
            # A day on which something stood says nothing of what was sold or earned over a period.
            others = {s for s in shared if day or s.start is not None}
            span = self._main(told, index, own[index], claimed, others, day=day)
            if span is not None and span.end <= self.clock.said:
                out[index] = span
        named = [(own[i] or told.leading_period(i, claimed), out[i]) for i in mains if i in out]
        for index in (i for i in cues if i not in mains):
            span = self._before(
                told, index, cues, {m: out[m] for m in mains if m in out}, own[index], claimed, basis
            )
            if span is not None and span.end <= self.clock.said:
                out[index] = span
        self._turn([span for period, span in named if period is not None])
        return {i: Span(None, s.end) if cues[i].fact in DAY_METRICS else s for i, s in out.items()}

    def span_of_change(self, told: Told, index: int, cues: dict[int, Cue]) -> Span | None:
        """The period of a change in percent that stands beside no amount: what its sentence names, else what the article is about."""
        claimed = {p.start for i in cues if (p := told.own_period(i)) is not None}
        named = told.own_period(index) or told.leading_period(index, claimed)
        if named is not None and (
            named.relative is None or named.relative["this"] or named.relative["absolute"]
        ):
            return self._resolved(named, self.subject)
        return None if self._turned is not None and self._turned != self.subject else self.subject

    def _main(
        self, told: Told, index: int, own: Named | None, claimed: set[int], shared: set[Span], *, day: bool
    ) -> Span | None:
        named = own or told.leading_period(index, claimed)
        if named is not None:
            return self._resolved(named, self.subject)
        if shared:
            return next(iter(shared)) if len(shared) == 1 else None
        if self._turned is not None and self._turned != self.subject:
            # The sentence before spoke of another period: whether this one still does is not clear.
            return None
        if self._astray:
            return None
        now = day and _NOW.search(told.masked) and not _AN_END.search(told.masked)
        return self.subject or (Span(None, self.clock.said) if now else None)

    def _before(
        self,
        told: Told,
        index: int,
        cues: dict[int, Cue],
        mains: dict[int, Span],
        own: Named | None,
        claimed: set[int],
        basis: str,
    ) -> Span | None:
        """The period of what a thing was before, told by the period of what it is now."""
        near = sorted((m for m in mains if cues[m].fact == cues[index].fact), key=lambda m: abs(m - index))
        reference = mains[near[0]] if near else self.subject
        named = own or self._leading(told, index, claimed)
        if named is not None:
            span = self._resolved(named, reference)
        elif reference is not None and basis:
            span = year_before(reference) if basis == "year" else period_before(reference)
        else:
            span = None
        return None if near and span == reference else span

    @staticmethod
    def _leading(told: Told, index: int, claimed: set[int]) -> Named | None:
        """A period between "from" and its amount: "from the first quarter's $179.3 million"."""
        start = told.at[index][0]
        if told.role(index) != FROM:
            return None
        for named in told.periods:
            between = told.masked[named.end : start]
            before = told.masked[max(0, named.start - 25) : named.start]
            if (
                0 <= len(between) < 30
                and named.end <= start
                and named.start not in claimed
                and "⟦" not in between
                and _LEADS.search(before)
            ):
                return named
        return None

    def _resolved(self, named: Named | None, reference: Span | None) -> Span | None:
        if named is None:
            return None
        if named.relative is None:
            return named.span
        if named.relative["this"]:
            # "The month" is the one that was spoken of last, where that is a month.
            spoken = (
                resolve(named.relative, span, self.clock)
                for span in (self._turned, reference, self._recent)
                if span
            )
            return next((span for span in spoken if span is not None), None)
        return resolve(named.relative, reference, self.clock)

    def _turn(self, spans: list[Span]) -> None:
        """Remember the period that a sentence named for its figures."""
        flows = [span for span in spans if span.start is not None]
        if flows:
            self._turned = self._recent = flows[-1]
            self.subject = self.subject or flows[-1]
