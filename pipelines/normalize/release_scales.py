"""Scales of release tables that do not state one, proved by amounts in sentences."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.normalize.figures import plain
from pipelines.normalize.periods import DateRange
from pipelines.normalize.revenue_values import TableValue
from pipelines.parse.document.tables import Table
from pipelines.parse.language.quantities import find_quantities
from pipelines.parse.press_releases.release import Release

_TELLING = 3


def stated_elsewhere(totals: Sequence[TableValue], period: DateRange, release: Release) -> Decimal | None:
    """The scale of a table without one, by total revenue in the release's sentences.

    A number is not believed because it is large: without such a sentence the scale is unknown. Dollars and
    cents, or a currency sign at a number that a sentence repeats, need no scale.
    """
    for total in totals:
        for sentence in release.revenue:
            if not sentence.is_total or (sentence.start, sentence.end) != period:
                continue
            for scale in (Decimal(1), Decimal(1000), Decimal(1_000_000)):
                if abs(total.value * scale - sentence.value) <= sentence.rounding * 2 + scale:
                    return scale
    return None


def stated_beside(table: Table, release: Release) -> Decimal | None:
    """The scale of a table without one, by any of its amounts that a sentence states in dollars."""
    numbers = {abs(v.quantity.value) for line in table.lines for v in line.values if v.quantity.value}
    found: set[Decimal] = set()
    for block in release.page.blocks:
        for quantity in find_quantities(block.text):
            if quantity.unit != "USD" or not quantity.scaled or not quantity.value:
                continue
            digits = len(quantity.value.normalize().as_tuple().digits)
            found |= {
                scale
                for scale in (Decimal(1), Decimal(1000), Decimal(1_000_000))
                for number in numbers
                if digits >= _TELLING and abs(number * scale - abs(quantity.value)) <= quantity.step / 2
            }
    return found.pop() if len(found) == 1 else None


def in_prose(value: Decimal, release: Release) -> bool:
    """Whether a sentence states an amount of revenue as a table without a scale does."""
    return any(abs(value - s.value) <= s.rounding * 2 for s in release.revenue)


def scaled(fact: TableValue, scale: Decimal) -> TableValue:
    return replace(fact, value=plain(fact.value * scale), stated_unit=fact.stated_unit * scale)
