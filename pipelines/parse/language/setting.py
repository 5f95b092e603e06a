"""The context of a sentence, as far as the labeller needs it."""

from dataclasses import dataclass
from decimal import Decimal

from pipelines.parse.language.governor import Governor
from pipelines.parse.language.periods import DisclosureContext, Period


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
