"""Quarters that no document states, as the records that are loaded."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Generic, TypeVar

from pipelines.normalize.figures import Figure, Finding
from pipelines.normalize.quarters import Derived, derive_quarters
from pipelines.normalize.sales import MonthlySale, Sale, sum_quarters
from pipelines.normalize.stated_periods import PeriodStatement, by_period, latest, mismatches

VERSION = "3"
"""Raised whenever the same statements would give other quarters."""

Record = TypeVar("Record", Figure, Sale)


@dataclass(frozen=True, slots=True)
class Sourced(Generic[Record]):
    """A record, the document it is attributed to, and its time of disclosure."""

    record: Record
    document_key: int
    disclosed_at: datetime


def derived_figures(
    fact: str, statements: Iterable[PeriodStatement]
) -> tuple[list[Sourced[Figure]], list[Finding]]:
    """Quarters of segment_revenue or total_revenue by subtraction, and findings."""
    quarters, findings = _derive(fact, statements)
    return [
        Sourced(figure, quarter.later.document_key, quarter.later.disclosed_at)
        for quarter in quarters
        for figure in quarter.figures(fact)
    ], findings


def derived_sales(
    statements: Iterable[PeriodStatement],
    months: Sequence[MonthlySale],
    counted: Collection[tuple[date, date]],
    fiscal_month: int,
) -> tuple[list[Sourced[Sale]], list[Finding]]:
    """Quarters of bitcoin sales: proceeds by subtraction, then sums of months.

    Args:
        counted: Periods for which a document states the count of bitcoin sold; their months are not summed.
        fiscal_month: Month in which the fiscal year ends.
    """
    quarters, findings = _derive("bitcoin_sale_proceeds", statements)
    out = [
        Sourced(
            Sale(
                figure.start,
                figure.end,
                None,
                figure.value,
                None,
                None,
                figure.label,
                figure.locator,
                figure.derivation,
                figure.rounding,
                figure.inputs,
                figure.rules,
            ),
            quarter.later.document_key,
            quarter.later.disclosed_at,
        )
        for quarter in quarters
        for figure in quarter.figures("bitcoin_sale_proceeds")
    ]
    out += [
        Sourced(quarter.as_sale(), quarter.last.document_key, quarter.last.disclosed_at)
        for quarter in sum_quarters(months, fiscal_month)
        if (quarter.start, quarter.end) not in counted
    ]
    return out, findings


def _derive(name: str, statements: Iterable[PeriodStatement]) -> tuple[list[Derived], list[Finding]]:
    """Derived quarters of one kind of figure, and findings of quarters and sums of periods."""
    stated = list(statements)
    quarters, findings = derive_quarters(stated, may_be_negative=frozenset({"eliminations"}))
    return quarters, [
        *(
            replace(
                f,
                metric=name,
                segment=f.segment if name == "segment_revenue" else None,
                detail=f"{name}: {f.detail.removeprefix('company: ')}",
            )
            for f in findings
        ),
        *(m.finding(name) for m in mismatches(latest(by_period(stated)))),
    ]
