"""Figures as rows: what is staged, validated, loaded, quarantined and printed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pipelines.normalize.figures import Figure, LeftOut
from pipelines.normalize.periods import fiscal_period, kind_of
from pipelines.parse.xbrl.facts import Fact
from pipelines.watchlist import Company

Row = dict[str, Any]


def period_columns(company: Company, start: date | None, end: date) -> Row:
    """Kind of a period and the company's fiscal year and quarter; the quarter for quarters and months alone."""
    fiscal, kind = fiscal_period(company, end), kind_of(start, end)
    quarter = fiscal.quarter if kind in ("quarter", "month") else None
    return {"period_kind": kind, "fiscal_year": fiscal.year, "fiscal_quarter": quarter}


def fact_row(fact: Fact, name: str, segment: str | None = None) -> Row:
    """A fact as the row that goes to quarantine: JSON-ready, numbers and days as text."""
    return {
        "fact": name,
        "segment": segment,
        "concept": str(fact.concept),
        "dimensions": fact.dimensions_text(),
        "value": None if fact.value is None else f"{fact.value:f}",
        "unit": fact.unit,
        "period_start": fact.start and fact.start.isoformat(),
        "period_end": fact.end and fact.end.isoformat(),
        "label": fact.label,
        "locator": fact.locator,
    }


def left_out(fact: Fact, rule: str) -> LeftOut:
    """A fact that is not one of ours, with the rule that says so."""
    return LeftOut(
        rule, str(fact.concept), fact.dimensions_text(), fact.value, fact.start, fact.end, fact.locator
    )


def inputs_of(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    """The facts that a summed figure is made of: label, locator and value of each."""
    return [{"label": f.label, "locator": f.locator, "value": f"{f.value:f}"} for f in facts]


def figure_row(
    figure: Figure, company: Company, *, document_key: int, accession: str, url: str, disclosed_at: datetime
) -> Row:
    """A figure as a JSON-ready row: numbers and days as text, so that nothing is rounded on the way."""
    return {
        "fact": figure.fact,
        "segment": figure.segment,
        "company_id": company.ticker,
        "period_start": figure.start.isoformat() if figure.start else None,
        "period_end": figure.end.isoformat(),
        **period_columns(company, figure.start, figure.end),
        "value": f"{figure.value:f}",
        "unit": figure.unit,
        "scope": figure.scope,
        "qualifier": figure.qualifier or None,
        "label": figure.label,
        "locator": figure.locator,
        "derivation": figure.derivation,
        "inputs": figure.inputs,
        "rules": figure.rules,
        "rounding": f"{figure.rounding:f}",
        "complete": figure.complete,
        "document_key": document_key,
        "accession": accession,
        "url": url,
        "disclosed_at": disclosed_at.isoformat(),
    }
