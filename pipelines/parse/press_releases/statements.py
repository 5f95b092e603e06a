"""What a reader of releases hands on: statements, and what it left with the reason."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure as a release states it.

    scope     company, total, joint_venture, hosted_customers, a site's name; for capacities contracted, energized …
    total     whether its label says that it sums parts; site: whether the scope is a site's name
    value     exact, in the metric's unit; rounding: half the unit in which it was written
    start     None where it stands on a day
    locator   table, row and column with the words of both; or the sentence's place in the text
    place     table or text; table, row: where, for statements of one table that belong together
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


@dataclass(frozen=True, slots=True)
class Left:
    """What looked like a figure of ours and was not taken: by which rule, or (refused) because it is not clear."""

    rule: str
    detail: str
    locator: str
    refused: bool = False
    metric: str = ""
    value: Decimal | None = None
    text: str = ""


def left_over(rule: str, text: str, where: str) -> Left:
    """A sentence that a rule leaves: it states nothing that is read here."""
    return Left(rule, text[:300], where, text=text)
