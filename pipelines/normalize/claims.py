"""Claims and deals as rows: what is staged, checked, loaded, and printed by `miners inspect`."""

from datetime import date, datetime
from typing import Any

from pipelines.normalize.figures import plain
from pipelines.normalize.periods import kind_of
from pipelines.parse.deals.deal import Deal
from pipelines.parse.deals.filings import StatedChange
from pipelines.parse.news.claims import Claim
from pipelines.watchlist import Company

VERSION = "1"
Row = dict[str, Any]


def _text(value: Any) -> str | None:
    return None if value is None else f"{plain(value):f}"


def claim_row(claim: Claim, *, document_key: int, url: str, disclosed_at: datetime) -> Row:
    """A claim as a JSON-ready row: numbers and days as text, so that nothing is rounded on the way."""
    deal = claim.deal
    start, end = (None, None) if deal else (claim.start, claim.end)
    return {
        "fact": claim.fact,
        "segment": claim.segment,
        "company_id": claim.company.ticker,
        "period_start": start.isoformat() if start else None,
        "period_end": end.isoformat() if end else None,
        "period_kind": kind_of(start, end) if end else None,
        "value": _text(claim.value),
        "unit": claim.unit,
        "qualifier": claim.qualifier or None,
        "rounding": _text(claim.rounding),
        "basis": claim.basis or None,
        "label": claim.sentence,
        "locator": claim.locator,
        "document_key": document_key,
        "url": url,
        "disclosed_at": disclosed_at.isoformat(),
        **deal_columns(deal),
        "deal": None if deal is None else _as_stated(deal, disclosed_at.date()),
    }


def _as_stated(deal: Deal, announced_on: date) -> Row:
    """A deal's own columns of fact_deal."""
    return {
        "kind": deal.kind,
        "party": deal.party or None,
        "amount_usd": _text(deal.amount),
        "megawatts": _text(deal.megawatts),
        "rounding": _text(deal.amount_rounding if deal.amount is not None else deal.megawatts_rounding),
        "qualifier": deal.qualifier or None,
        "announced_on": announced_on.isoformat(),
        "due": deal.due.words if deal.due else None,
        "due_first": deal.due.first.isoformat() if deal.due else None,
        "due_last": deal.due.last.isoformat() if deal.due else None,
        "status": deal.status,
    }


def deal_columns(deal: Deal | None) -> Row:
    """What a deal has beside its value."""
    if deal is None:
        return {"party": None, "megawatts": None, "due": None, "deal_status": None}
    return {
        "party": deal.party or None,
        "megawatts": _text(deal.megawatts) if deal.amount is not None else None,
        "due": deal.due.words if deal.due else None,
        "deal_status": deal.status,
    }


def deal_row(
    deal: Deal, company: Company, *, document_key: int, url: str, announced_on: date, disclosed_at: datetime
) -> Row:
    """A deal or target as one document states it, JSON-ready."""
    return {
        "fact": f"deal:{deal.kind}",
        "company_id": company.ticker,
        "label": deal.sentence,
        "locator": f"text {deal.offset}–{deal.offset + len(deal.sentence)}",
        "document_key": document_key,
        "url": url,
        "disclosed_at": disclosed_at.isoformat(),
        "value": _text(deal.amount if deal.amount is not None else deal.megawatts),
        "unit": "USD" if deal.amount is not None else "MW",
        "segment": None,
        "period_start": None,
        "period_end": None,
        "period_kind": None,
        **_as_stated(deal, announced_on),
    }


def change_row(
    change: StatedChange, company: Company, *, document_key: int, url: str, disclosed_at: datetime
) -> Row:
    """A change in percent as a filing states it, JSON-ready."""
    return {
        "fact": change.fact,
        "company_id": company.ticker,
        "segment": None,
        "period_start": change.start.isoformat(),
        "period_end": change.end.isoformat(),
        "period_kind": kind_of(change.start, change.end),
        "value": _text(change.percent),
        "unit": "percent",
        "rounding": _text(change.rounding),
        "qualifier": None,
        "basis": change.basis or None,
        "label": change.sentence,
        "locator": f"text {change.offset}–{change.offset + len(change.sentence)}",
        "document_key": document_key,
        "url": url,
        "disclosed_at": disclosed_at.isoformat(),
    }
