"""All steps over filings, one after the other: what a run does, for companies whose steps failed in one."""

from collections.abc import Callable, Iterator, Sequence

from pipelines.steps import checking, deals, documents, figures, reconcile
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse.filings import Slice

DATASETS = ("segment_revenue", "bitcoin_sales", "operating_metrics")


def do_again(services: Services, slices: Sequence[Slice], run_id: str) -> Iterator[StepResult]:
    """Find, fetch, read, normalize, check and load the filings of companies and days; the result of each step.

    What was done before is not done again: a step that was cut off goes on where it was.
    """
    reading: tuple[Callable[[Services, Sequence[Slice]], StepResult], ...] = (
        documents.index_filings,
        documents.fetch_documents,
        documents.read_documents,
        documents.read_releases,
    )
    yield figures.load_dimension_tables(services)
    for step in reading:
        yield step(services, slices)
    for dataset in DATASETS:
        yield figures.normalize_documents(services, dataset, slices)
    yield deals.read_deals(services, slices)
    for dataset in DATASETS:
        yield checking.check_rows(services, dataset, slices, run_id)
    yield deals.check_deals(services, slices, run_id)
    for dataset in DATASETS:
        yield figures.load_rows(services, dataset, slices)
    yield deals.load_filed_deals(services, slices)
    yield reconcile.tie_out_documents(services, slices)
