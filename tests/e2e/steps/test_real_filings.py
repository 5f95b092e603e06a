"""Whole runs over real filings."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.datasets import FIGURE_DATASETS
from pipelines.steps import datasets, documents, reconcile
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services

ALL = (date(2018, 1, 1), date(2026, 11, 30))


def run(services: Services, *tickers: str, force: bool = False) -> dict[str, StepResult]:
    slices = [(t, *ALL) for t in tickers]
    steps = [
        datasets.load_dimension_tables(services),
        documents.index_filings(services, slices),
        documents.fetch_documents(services, slices, force=force),
        documents.read_documents(services, slices, force=force),
        documents.read_releases(services, slices, force=force),
        reconcile.read_reference_prices(services),
    ]
    for dataset in FIGURE_DATASETS:
        steps.append(datasets.normalize(services, dataset, slices, force=force))
        steps.append(datasets.check(services, dataset, slices, "test-run"))
        steps.append(datasets.load(services, dataset, slices))
    steps.append(reconcile.tie_out_documents(services, slices))
    return {step.step: step for step in steps}


def rows(services: Services, query: str, **values: Any) -> list[tuple[Any, ...]]:
    with services.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def test_real_filings_come_out_to_the_dollar_with_url_and_locator(
    services_of: Callable[..., Services], shared_edgar: Path
) -> None:
    services = services_of(edgar_mirror=shared_edgar)
    told = run(services, "CLSK", "BTBT", "MARA")
    assert all(step.failures == {} for step in told.values())
    found = rows(
        services,
        "select segment, revenue_usd, url, locator from marts.segment_revenue where ticker = 'BTBT' and period_kind = 'quarter' and period_end = '2025-06-30' order by 1",
    )
    assert {r[0]: int(r[1]) for r in found} == {
        "cloud": 16595315,
        "colocation": 1729004,
        "other": 337930,
        "self_mining": 6631838,
        "staking": 365332,
    }
    assert all(r[2].startswith("https://www.sec.gov/Archives/edgar/data/1710350/") and r[3] for r in found)
    page = next((shared_edgar / "www.sec.gov").rglob("btbt-20250630.htm")).read_text()
    assert all(f'id="{r[3]}"' in page for r in found), "each locator is an anchor of the document"
    assert rows(services, "select * from marts.bitcoin_sales where ticker = 'MARA'") == [], (
        "note offerings are no sale"
    )
    refused = "select check_name, row_content->>'value' from quarantine.rejected_row"
    assert rows(services, refused) == [("holdings_not_confirmed", "917")], (
        "what 917 BTC of 2022 count is not said"
    )
