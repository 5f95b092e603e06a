"""Descriptions of marts."""

import pytest

from pipelines.warehouse.marts import MARTS

DESIGN = {
    "segment_revenue": "ticker, company, fiscal_year, fiscal_quarter, period_kind, period_start, period_end, segment, segment_family, revenue_usd, reported_label, derivation, form, accession, url, locator, disclosed_at",
    "total_revenue": "ticker, period_kind, period_start, period_end, revenue_usd, derivation, form, accession, url, disclosed_at",
    "bitcoin_sales": "ticker, period_kind, period_start, period_end, bitcoin_sold, proceeds_usd, average_price_usd, derivation, form, accession, url, disclosed_at",
    "operating_metrics": "ticker, metric, unit, period_kind, period_start, period_end, value, scope, form, accession, url, disclosed_at",
    "deals": "ticker, kind, party, amount_usd, megawatts, announced_on, due, status, accession, url",
    "news_claims": "ticker, metric, segment, value, unit, period_start, period_end, status, filing_value, difference, publisher, url, published_at",
    "ai_pivot": "ticker, period_end, mining_share, ai_hpc_share, revenue_usd",
    "open_findings": "ticker, check, period_end, expected, found, difference, documents",
    "quarterly": "ticker, fiscal_year, fiscal_quarter, calendar_quarter, revenue_usd, mining_usd, ai_hpc_usd, other_usd, bitcoin_produced, bitcoin_sold, bitcoin_held, proceeds_usd, hashrate_eh, capacity_mw, derivations, sources, is_restated",
    "industry_quarter": "calendar_quarter, revenue_usd, revenue_companies, revenue_missing, bitcoin_sold, bitcoin_sold_companies, bitcoin_sold_missing, companies_expected",
    "coverage": "ticker, period, document_kind, due, filed, status, reason, accession",
    "sources": "ticker, form, accession, url, status, segment_revenues, bitcoin_sales, operating_metrics, deals, news_claims",
    "disclosure_history": "ticker, metric, segment, value, statement, stated_times, is_restatement, restates, restated_by, is_current, accession, url, disclosed_at",
}


@pytest.mark.parametrize("name", DESIGN)
def test_mart_has_required_columns(name: str) -> None:
    mart = next(mart for mart in MARTS if mart.name == name)
    assert set(DESIGN[name].split(", ")) <= set(mart.columns)
