"""A new dataset is one entry: assets, checks, columns and facts follow from it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pytest

from assets.datasets import definitions_of
from pipelines.datasets import OPERATING_METRICS, FilingDataset, figure_dataset
from pipelines.normalize.figures import Figure, Normalized
from pipelines.parse.press_releases.release import Release
from pipelines.parse.xbrl.facts import FactTable
from pipelines.steps import filing_steps
from pipelines.steps.services import Services
from pipelines.warehouse.figure_tables import metric_table
from tests.pipeline_run import query_rows

METRIC = """
metrics:
  lease_income:
    unit: USD
    covers: period
    meaning: Income from operating leases.
    labels: [lease income]
"""


def lease_income(table: FactTable) -> Normalized:
    """Income from leases, as tagged."""
    found = Normalized()
    for fact in table:
        if fact.concept.local == "OperatingLeaseLeaseIncome" and fact.value is not None and fact.end:
            start, label = fact.start, fact.label or fact.concept.local
            found.figures.append(
                Figure("lease_income", None, start, fact.end, fact.value, "USD", label, fact.locator)
            )
    return found


def leases_of_release(release: Release) -> Normalized:
    """Seven million dollars in each press release that has a subject."""
    found = Normalized()
    if about := release.subject:
        value = Decimal(7_000_000)
        found.figures.append(
            Figure("lease_income", None, about.start, about.end, value, "USD", "Lease income", "row 1")
        )
    return found


@pytest.fixture
def dataset() -> FilingDataset:
    return figure_dataset(
        "lease_income",
        "1",
        from_xbrl=lambda table, company, lexicon: lease_income(table),
        from_release=lambda release, company, lexicon: leases_of_release(release),
        tables=(metric_table("lease_income", "lease_income"),),
        description="Income from leases, by period.",
        facts_description="Income from leases, replaced document by document.",
        check_description="Lease income is plausible.",
        check_columns={"value": "value", "scope": "scope", "locator": "locator"},
    )


def test_new_dataset_loads_its_figures(
    dataset: FilingDataset, make_services: Callable[..., Services], tmp_path: Path
) -> None:
    """TeraWulf's lease income: $21.0 million in the first quarter of 2026."""
    (tmp_path / "lexicon.yaml").write_text(METRIC)
    services = make_services(miners_watchlist=tmp_path)
    slices = [("WULF", date(2025, 1, 1), date(2026, 12, 31))]
    results = {r.step: r for r in filing_steps.run_all(services, slices, "test", chosen=[dataset])}
    assert [step for step, result in results.items() if result.failures] == []
    query = "select period_end, value from marts.operating_metrics where metric = 'lease_income' order by 1"
    assert query_rows(services, query) == [(date(2025, 9, 30), 7_200_000), (date(2026, 3, 31), 21_000_000)]


def test_new_dataset_has_assets_and_checks(dataset: FilingDataset) -> None:
    definitions = definitions_of([dataset])
    assert definitions.assets
    specs = {spec.key.to_user_string(): spec for asset in definitions.assets for spec in asset.specs}
    staged, loaded = specs["lease_income"], specs["fact_operating_metric"]
    assert staged.description == dataset.description
    assert staged.code_version == dataset.code_version
    assert [c.name for c in staged.metadata["dagster/column_schema"].columns] == [
        column.name for column in dataset.staging.table.columns
    ]
    assert dg.AssetKey("lease_income") in {dep.asset_key for dep in loaded.deps}
    checks = {key.name for check in definitions.asset_checks or () for key in check.check_keys}
    assert checks == {"figures_are_possible", "parsed_with_current_version"}


def test_new_dataset_and_metrics_keep_their_rows(
    dataset: FilingDataset, make_services: Callable[..., Services], tmp_path: Path
) -> None:
    """Both load into fact_operating_metric; a forced reload of either deletes nothing of the other."""
    (tmp_path / "lexicon.yaml").write_text(METRIC)
    services = make_services(miners_watchlist=tmp_path)
    both = [dataset, OPERATING_METRICS]
    slices = [("RIOT", date(2024, 1, 1), date(2026, 12, 31))]
    list(filing_steps.run_all(services, slices, "first", chosen=both))
    query = (
        "select metric = 'lease_income', count(*) from marts.operating_metrics "
        "where ticker = 'RIOT' group by 1 order by 1"
    )
    before = query_rows(services, query)
    assert [name for name, count in before] == [False, True]
    scope = filing_steps.Scope(slices, "second", force=True)
    for again in both:
        for step in (filing_steps.normalize, filing_steps.check, filing_steps.load):
            step(again, services, scope)
        assert query_rows(services, query) == before
