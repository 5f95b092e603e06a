"""What an article compares its figures with: a year or a period before, also over two sentences."""

import re
from dataclasses import replace

from pipelines.parse.language.annotation import Told
from pipelines.parse.language.changes import basis_of
from pipelines.parse.language.cues import is_hedged
from pipelines.parse.language.periods import Span
from pipelines.parse.language.quantities import rounding_of
from pipelines.parse.language.relative_periods import is_year_ago, period_before, resolve, year_before
from pipelines.parse.news.claims import Claim

_ABOUT = r"(?:(?:about|just|only|roughly|some|nearly|around|over|the|a|its|a mere)\s+)*"
_THAT = re.compile(
    rf"^\W*(?:(?:that|this|it|the (?:figure|result|number|total)) (?:compare[sd]|was up|is up|was down|is down|is more|was more|follows|followed)\b[^⟦]{{0,30}}?(?:with|to|from|than)\s+{_ABOUT}⟦0⟧|"
    rf"(?:⟪\d+⟫|(?:in |for )?(?:the )?(?:a )?(?:year|same|previous|prior|corresponding|quarter|month|one)\b[^,⟦]{{0,40}}),?\s+(?:it|the figure|that figure|the number|the total) (?:was|had been|stood at|came to|were)\s+{_ABOUT}⟦0⟧)",
    re.IGNORECASE,
)


class Comparing:
    """Goes along with an article. `here` is what its sentence compares with itself: `year`, `period`, or nothing."""

    def __init__(self) -> None:
        self.compared: set[str] = set()
        self.here = ""

    def sentence(self, told: Told) -> None:
        """A sentence begins."""
        self.here = basis_of(told.masked)
        if self.here:
            self.compared.add(self.here)
        if any(p.relative is not None and is_year_ago(p.relative) for p in told.periods):
            self.compared.add("year")

    @property
    def basis(self) -> str:
        """What the article compares with where a sentence does not say: what it has compared with so far, if that is one thing."""
        return next(iter(self.compared)) if len(self.compared) == 1 else ""

    def spans(self, told: Told, spans: dict[int, Span]) -> None:
        """Remember what a sentence compared its figures with, by the periods that it named."""
        mains = {s for s in spans.values() if s.start is not None}
        for span in mains:
            self.compared |= {"year" for main in mains if span == year_before(main)}
            self.compared |= {"period" for main in mains if span == period_before(main)}


def compared_with(told: Told, last: list[Claim]) -> Claim | None:
    """ "That compares with $79.5 million a year earlier": one more value of the one figure that the sentence before told."""
    figures = [c for c in last if c.deal is None and c.unit != "percent"]
    whole = _THAT.match(told.masked)
    if whole is None or len({(c.company, c.fact, c.segment) for c in figures}) != 1 or not told.quantities:
        return None
    main, quantity = figures[0], told.quantities[0]
    units = (main.unit, None) if main.unit == "BTC" else (main.unit,)
    named = next(iter(told.periods), None)
    if (
        quantity.unit not in units
        or quantity.value is None
        or named is None
        or is_hedged(told, 0)
        or main.end is None
    ):
        return None
    span = (
        named.span
        if named.relative is None
        else resolve(named.relative, Span(main.start, main.end), told.clock)
    )
    if span is None or span.end > told.clock.said or span == Span(main.start, main.end):
        return None
    return replace(
        main,
        value=quantity.value,
        qualifier=quantity.qualifier,
        rounding=rounding_of(quantity),
        start=span.start,
        end=span.end,
        sentence=told.label,
        offset=told.offset,
    )
