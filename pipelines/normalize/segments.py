"""Segment and total revenue of one document.

For each period that the document states: the total; the breakdowns that may add up to it (the income
statement first, then by axis); the segments of its lines; figures, and rejected values.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from pipelines.normalize.figures import Finding, Normalized, Rejected
from pipelines.normalize.period_revenue import PeriodReader, revenue_candidate
from pipelines.normalize.revenue_facts import (
    as_first_reported,
    disqualified,
    is_as_adjusted,
    is_revenue_concept,
)
from pipelines.normalize.statement import IncomeStatement, find_income_statement
from pipelines.normalize.xbrl_records import skipped
from pipelines.parse.xbrl.facts import Fact, FactTable
from pipelines.parse.xbrl.inline import distinct_facts
from pipelines.watchlist import Company, Lexicon
from pipelines.watchlist.lexicon import words_in_name

_MINING = {"mining", "mined", "miner", "miners", "hashrate"}
VERSION = "2"
"""Raised whenever the same facts would give other figures."""


def normalize_revenue(table: FactTable, company: Company | None, lexicon: Lexicon) -> Normalized:
    """Segment revenue and total revenue of one document.

    Args:
        company: The company whose own labels apply; None for general labels only.

    Returns:
        Figures of segment_revenue and total_revenue in USD, for every month, quarter, half, nine months and
        year. Rejected: unknown_segment, conflicting_values, breakdown_exceeds_total, no_total. Findings:
        segments_do_not_add_up. Skipped: excluded facts with the rule.
    """
    out = Normalized()
    statement = find_income_statement(table)
    candidates: list[Fact] = []
    previously = as_first_reported(table.facts)
    for fact in table.numeric():
        if is_revenue_concept(fact):
            if is_as_adjusted(fact, previously):
                fact = replace(fact, dimensions=())
            why = disqualified(fact) or _why_not_here(fact, table, statement)
            if why is None:
                candidates.append(fact)
            else:
                out.skipped.append(skipped(fact, why))
    usable, unequal = distinct_facts(candidates)
    rejected = _reject_conflicting(unequal, out)
    periods = {(f.start, f.end) for f in usable if f.start and f.end} | set(statement.rows)
    shown = cache(lambda: shows_mining(table))
    for period in sorted(periods):
        of_period = [f for f in usable if (f.start, f.end) == period]
        rows = statement.rows.get(period, [])
        mines = (company is not None and company.mined_on(period[1])) or shown()
        reader = PeriodReader(period, of_period, rows, company, lexicon, rejected, mines=mines)
        out.add(reader.read())
    return out


def shows_mining(table: FactTable) -> bool:
    """Whether tags or labels mention mining, so that "digital asset revenue" may be that."""
    return any(
        _MINING & {*words_in_name(fact.concept.local), *fact.label.lower().split()}
        for fact in table.facts
        if fact.value or not fact.numeric
    )


def _why_not_here(fact: Fact, table: FactTable, statement: IncomeStatement) -> str | None:
    """Exclude a fact in prose for a period that no statement has.

    A sentence may be about any period, for example since an acquisition.
    """
    in_prose = table.kind == "inline" and not fact.hidden and fact.place.row < 0
    if in_prose and statement.rows and (fact.start, fact.end) not in statement.rows:
        return "prose_beside_the_statements"
    return None


def _reject_conflicting(unequal: Sequence[Sequence[Fact]], out: Normalized) -> set[tuple[object, ...]]:
    """Reject facts with different values, and report a finding."""
    rejected: set[tuple[object, ...]] = set()
    for group in unequal:
        rejected.add(group[0].key())
        values = " and ".join(sorted({f"{f.value:,f} ({f.locator})" for f in group}))
        for fact in group:
            reason = f"one fact, {fact.concept}, has different values in this document: {values}"
            out.rejected.append(Rejected("conflicting_values", reason, revenue_candidate(fact)))
        last = group[0]
        if last.end:
            out.findings.append(
                Finding(
                    "conflicting_values",
                    last.start,
                    last.end,
                    group[0].value,
                    group[-1].value,
                    f"{last.concept}: {values}",
                    metric="segment_revenue",
                )
            )
    return rejected
