"""Find the income statement of a document, and its rows by period."""

from dataclasses import dataclass

from pipelines.normalize import breakdown
from pipelines.normalize.periods import DateRange
from pipelines.normalize.revenue_facts import disqualified, is_revenue_concept
from pipelines.parse.xbrl.facts import Fact, FactTable
from pipelines.watchlist.words import word_list

_INCOME = frozenset(word_list("revenue.income_concepts"))
CASH_FLOW = ("NetCashProvidedByUsedIn", "CashFlowsFromUsedIn")


@dataclass(slots=True)
class IncomeStatement:
    """The rows of the income statement by period, without dimensions or by breakdown axes."""

    rows: dict[DateRange, list[Fact]]


def find_income_statement(table: FactTable) -> IncomeStatement:
    """Find the first table with revenue and income that is not a cash-flow statement.

    One label is not enough: CleanSpark's cash-flow statement has "Bitcoin mining revenue, net" in a concept
    of its own (10-Q for 2024-12-31).
    """
    tables: dict[object, list[Fact]] = {}
    for fact in table.facts:
        if fact.numeric and not fact.hidden and fact.place.row >= 0:
            key = fact.place.table
            if key is not None:
                tables.setdefault(key, []).append(fact)
    for facts in tables.values():
        bare = {f.concept.local for f in facts if not f.dimensions and f.start is not None}
        if not bare & _INCOME or any(name.startswith(CASH_FLOW) for name in bare):
            continue
        usd = [
            f
            for f in facts
            if f.value is not None and f.unit == "USD" and f.start and f.end and disqualified(f) is None
        ]
        if not any(is_revenue_concept(f) for f in usd):
            continue
        rows: dict[DateRange, list[Fact]] = {}
        for fact in usd:
            assert fact.start is not None
            assert fact.end is not None
            rows.setdefault((fact.start, fact.end), []).append(fact)
        return IncomeStatement({period: breakdown.rows_of(members) for period, members in rows.items()})
    return IncomeStatement({})


def has_income_statement(table: FactTable) -> bool:
    """Whether a document has a tagged income statement."""
    return any(f.concept.local in _INCOME and f.start is not None and not f.dimensions for f in table.facts)
