"""Figures as rows: what is staged, validated, loaded, quarantined and printed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from pipelines.normalize.figures import Figure
from pipelines.normalize.periods import fiscal_period, kind_of
from pipelines.watchlist import Company

Row = dict[str, Any]


def figure_row(
    figure: Figure, company: Company, *, document_key: int, accession: str, url: str, disclosed_at: datetime
) -> Row:
    """A figure as a JSON-ready row: numbers and days as text, so that nothing is rounded on the way."""
    fiscal = fiscal_period(company, figure.end)
    kind = kind_of(figure.start, figure.end)
    return {
        "fact": figure.fact, "segment": figure.segment, "company_id": company.ticker,
        "period_start": figure.start.isoformat() if figure.start else None, "period_end": figure.end.isoformat(),
        "period_kind": kind, "fiscal_year": fiscal.year,
        "fiscal_quarter": fiscal.quarter if kind in ("quarter", "month") else None,
        "value": f"{figure.value:f}", "unit": figure.unit, "label": figure.label, "locator": figure.locator,
        "derivation": figure.derivation, "inputs": figure.inputs, "rules": figure.rules,
        "rounding": f"{figure.rounding:f}", "complete": figure.complete, "document_key": document_key,
        "accession": accession, "url": url, "disclosed_at": disclosed_at.isoformat(),
    }  # fmt: skip


def number(text: str) -> Decimal:
    """The exact number of a row's text."""
    return Decimal(text)
