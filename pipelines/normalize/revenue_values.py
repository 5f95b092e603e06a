"""A stated revenue value: an XBRL fact, or a cell of a press release's table."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from pipelines.parse.xbrl.facts import ISSUER, Dimension


class StatedValue(Protocol):
    """The properties of a value that a breakdown of revenue needs: of a Fact or TableValue."""

    @property
    def value(self) -> Decimal | None: ...

    @property
    def unit(self) -> str | None: ...

    @property
    def start(self) -> date | None: ...

    @property
    def end(self) -> date | None: ...

    @property
    def label(self) -> str: ...

    @property
    def locator(self) -> str: ...

    @property
    def name(self) -> str:
        """The concept's local name; the label in one word without a tag."""

    @property
    def standard_name(self) -> str:
        """The name with its taxonomy; `issuer:…` if it is not a standard concept."""

    @property
    def dimensions(self) -> tuple[Dimension, ...]: ...

    @property
    def row(self) -> int:
        """The row's number in its table; negative outside tables."""

    @property
    def order(self) -> int:
        """The place in the document."""

    @property
    def stated_unit(self) -> Decimal:
        """The precision it was stated in: 1000 for thousands; 0 for finer than whole units."""

    def key(self) -> tuple[object, ...]:
        """The identity of the value: name, period, dimensions, unit."""


@dataclass(frozen=True, slots=True, eq=False)
class TableValue:
    """A dollar amount in a press release's table: label, period and place."""

    value: Decimal
    label: str
    locator: str
    start: date
    end: date
    row: int
    order: int
    stated_unit: Decimal
    unit: str = "USD"
    dimensions: tuple[Dimension, ...] = ()

    @property
    def name(self) -> str:
        return "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", self.label)) or "Row"

    @property
    def standard_name(self) -> str:
        return f"{ISSUER}:{self.name}"

    def key(self) -> tuple[object, ...]:
        return (self.standard_name, self.start, self.end, "", self.unit)
