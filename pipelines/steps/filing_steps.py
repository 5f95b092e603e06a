"""The steps of a run over companies and days of filing, in order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from pipelines.datasets import DATASETS, FilingDataset
from pipelines.steps import datasets, documents, reconcile, verification
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse.filings import Slice


@dataclass(frozen=True, slots=True)
class Scope:
    """Companies and days of filing in a run; `force` repeats finished work."""

    slices: Sequence[Slice]
    run_id: str
    force: bool = False
    accessions: tuple[str, ...] = ()


Work = Callable[[Services, Scope], StepResult]


def index(services: Services, scope: Scope) -> StepResult:
    return documents.index_filings(services, scope.slices, scope.accessions)


def fetch(services: Services, scope: Scope) -> StepResult:
    return documents.fetch_documents(services, scope.slices, force=scope.force)


def read_xbrl(services: Services, scope: Scope) -> StepResult:
    return documents.read_documents(services, scope.slices, force=scope.force)


def read_press_releases(services: Services, scope: Scope) -> StepResult:
    return documents.read_releases(services, scope.slices, force=scope.force)


def normalize(dataset: FilingDataset, services: Services, scope: Scope) -> StepResult:
    return datasets.normalize(services, dataset, scope.slices, force=scope.force)


def check(dataset: FilingDataset, services: Services, scope: Scope) -> StepResult:
    return datasets.check(services, dataset, scope.slices, scope.run_id)


def load(dataset: FilingDataset, services: Services, scope: Scope) -> StepResult:
    return datasets.load(services, dataset, scope.slices)


def tie_out(services: Services, scope: Scope) -> StepResult:
    return reconcile.tie_out_documents(services, scope.slices)


def verify(services: Services, scope: Scope) -> StepResult:
    return verification.verify_figures(services, scope.slices)


def run_all(
    services: Services, slices: Sequence[Slice], run_id: str, chosen: Sequence[FilingDataset] = DATASETS
) -> Iterator[StepResult]:
    """Run all steps in order; yields each step's result. Finished work is skipped."""
    yield datasets.load_dimension_tables(services)
    by_dataset: list[Work] = [
        partial(step, dataset) for step in (normalize, check, load) for dataset in chosen
    ]
    for work in (index, fetch, read_xbrl, read_press_releases, *by_dataset, tie_out, verify):
        yield work(services, Scope(slices, run_id))
