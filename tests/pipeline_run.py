"""Runs of the steps over filings in this process, and queries of their warehouse."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from pipelines.datasets import FIGURE_DATASETS, FilingDataset
from pipelines.steps import datasets, documents, market, reconcile, verification
from pipelines.steps.filing_steps import run_all
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services

FILED = (date(2018, 1, 1), date(2026, 11, 30))


def fetch_filings(services: Services, *tickers: str, force: bool = False) -> dict[str, StepResult]:
    """Index and fetch all filings of some companies."""
    slices = [(ticker, *FILED) for ticker in tickers]
    steps = [
        datasets.load_dimension_tables(services),
        documents.index_filings(services, slices),
        documents.fetch_documents(services, slices, force=force),
    ]
    return {step.step: step for step in steps}


def run_filings(
    services: Services, *tickers: str, force: bool = False, chosen: Sequence[FilingDataset] = FIGURE_DATASETS
) -> dict[str, StepResult]:
    """Run all steps of figures and prices over all filings of some companies.

    Args:
        chosen: The datasets to normalize, check and load.
    """
    slices = [(ticker, *FILED) for ticker in tickers]
    steps = [
        *fetch_filings(services, *tickers, force=force).values(),
        documents.read_documents(services, slices, force=force),
        documents.read_releases(services, slices, force=force),
        market.read_reference_prices(services),
        market.read_network_days(services),
    ]
    for dataset in chosen:
        steps.append(datasets.normalize(services, dataset, slices, force=force))
        steps.append(datasets.check(services, dataset, slices, "test-run"))
        steps.append(datasets.load(services, dataset, slices))
    steps.append(reconcile.tie_out_documents(services, slices))
    steps.append(verification.verify_figures(services, slices))
    return {step.step: step for step in steps}


def load_filings(services: Services, *tickers: str) -> None:
    """Run every step over the filings of some companies; none may fail."""
    for result in run_all(services, [(t, *FILED) for t in tickers], "load_filings"):
        assert not result.failures, result.failures


def query_rows(services: Services, query: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query on the warehouse."""
    with services.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]
