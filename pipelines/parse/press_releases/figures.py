"""Figures that a press release states, and text that was skipped."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """A figure as a press release states it.

    Args:
        scope: company, total, joint_venture, hosted_customers or a site's name; for capacities contracted,
            energized …
        total: Whether its label marks it as a sum.
        site: Whether `scope` is a site's name.
        value: Exact, in the metric's unit.
        rounding: Half the precision it was written in.
        start: First day of the period; None for a value on a day.
        locator: Table, row and column with their labels, or the sentence's place in the text.
        place: table or text.
        table, row: Position in a table, 0 in text.
        dated: Whether its sentence or column names the period.
        why: The frame, words and period rule that made it.
        inputs: Label, place and value of each row that it sums.
    """

    metric: str
    scope: str
    total: bool
    site: bool
    value: Decimal
    unit: str
    qualifier: str
    rounding: Decimal
    start: date | None
    end: date
    label: str
    locator: str
    place: str
    table: int = 0
    row: int = 0
    section: str = ""
    marks: tuple[str, ...] = ()
    dated: bool = True
    why: str = ""
    inputs: tuple[tuple[str, str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class SkippedText:
    """Text that resembles a figure of ours, with the rule that excludes it.

    Args:
        rejected: Whether it may be a figure but is not clear, so that it goes to quarantine.
    """

    rule: str
    detail: str
    locator: str
    rejected: bool = False
    metric: str = ""
    value: Decimal | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class RevenueSentence:
    """An amount of revenue in prose: label, period, exact value in dollars, and place."""

    label: str
    is_total: bool
    value: Decimal
    rounding: Decimal
    qualifier: str
    start: date
    end: date
    locator: str
