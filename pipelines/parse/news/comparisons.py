"""Comparisons in an article with the previous year or period, also across two sentences."""

import re
from dataclasses import replace

from pipelines.parse.language.annotation import AnnotatedSentence
from pipelines.parse.language.changes import basis_of
from pipelines.parse.language.cues import is_hedged
from pipelines.parse.language.periods import Period
from pipelines.parse.language.quantities import rounding_of
from pipelines.parse.language.relative_periods import is_year_ago, period_before, resolve, year_before
from pipelines.parse.news.claims import Claim

_ABOUT = r"(?:(?:about|just|only|roughly|some|nearly|around|over|the|a|its|a mere)\s+)*"
_THAT = re.compile(
    r"^\W*(?:(?:that|this|it|the (?:figure|result|number|total)) (?:compare[sd]|was up|is up|"
    rf"was down|is down|is more|was more|follows|followed)\b[^⟦]{{0,30}}?(?:with|to|from|"
    rf"than)\s+{_ABOUT}⟦0⟧|"
    r"(?:⟪\d+⟫|(?:in |for )?(?:the )?(?:a )?(?:year|same|previous|prior|corresponding|quarter|month|"
    rf"one)\b[^,⟦]{{0,40}}),?\s+(?:it|the figure|that figure|the number|the total) (?:was|had been|"
    rf"stood at|came to|were)\s+{_ABOUT}⟦0⟧)",
    re.IGNORECASE,
)


class ComparisonTracker:
    """Tracks what an article compares its figures with.

    Args:
        here: The comparison in the current sentence: `year`, `period` or empty.
    """

    def __init__(self) -> None:
        self.compared: set[str] = set()
        self.here = ""

    def start_sentence(self, sentence: AnnotatedSentence) -> None:
        """Read the comparison of the next sentence."""
        self.here = basis_of(sentence.masked)
        if self.here:
            self.compared.add(self.here)
        if any(p.relative is not None and is_year_ago(p.relative) for p in sentence.periods):
            self.compared.add("year")

    @property
    def basis(self) -> str:
        """The only comparison in the article so far; empty if there is none or several."""
        return next(iter(self.compared)) if len(self.compared) == 1 else ""

    def add_periods(self, sentence: AnnotatedSentence, periods: dict[int, Period]) -> None:
        """Record comparisons between the periods of a sentence's figures."""
        mains = {s for s in periods.values() if s.start is not None}
        for period in mains:
            self.compared |= {"year" for main in mains if period == year_before(main)}
            self.compared |= {"period" for main in mains if period == period_before(main)}


def compared_with(sentence: AnnotatedSentence, last: list[Claim]) -> Claim | None:
    """A further value of the single figure in the previous sentence.

    "That compares with $79.5 million a year earlier".
    """
    figures = [c for c in last if c.deal is None and c.unit != "percent"]
    whole = _THAT.match(sentence.masked)
    if (
        whole is None
        or len({(c.company, c.fact, c.segment) for c in figures}) != 1
        or not sentence.quantities
    ):
        return None
    main, quantity = figures[0], sentence.quantities[0]
    units = (main.unit, None) if main.unit == "BTC" else (main.unit,)
    named = next(iter(sentence.periods), None)
    if (
        quantity.unit not in units
        or quantity.value is None
        or named is None
        or is_hedged(sentence, 0)
        or main.end is None
    ):
        return None
    period = (
        named.period
        if named.relative is None
        else resolve(named.relative, Period(main.start, main.end), sentence.disclosure)
    )
    if (
        period is None
        or period.end > sentence.disclosure.disclosed_on
        or period == Period(main.start, main.end)
    ):
        return None
    return replace(
        main,
        value=quantity.value,
        qualifier=quantity.qualifier,
        rounding=rounding_of(quantity),
        start=period.start,
        end=period.end,
        sentence=sentence.label,
        offset=sentence.offset,
    )
