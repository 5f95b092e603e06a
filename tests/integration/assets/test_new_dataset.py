"""A new dataset is one entry: assets, checks, columns and facts follow from it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from assets.datasets import definitions_of
from pipelines.datasets import FilingDataset, figure_dataset
from pipelines.normalize.figures import Figure, Normalized
from pipelines.parse.xbrl.facts import FactTable
from pipelines.steps import filing_steps
from pipelines.steps.services import Services
from pipelines.warehouse import figure_tables
from pipelines.warehouse.columns import key_of
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


@pytest.fixture
def dataset() -> FilingDataset:
    return figure_dataset(
        "lease_income",
        "1",
        from_xbrl=lambda table, company, lexicon: lease_income(table),
        from_release=lambda release, company, lexicon: Normalized(),
        tables=(
            replace(
                figure_tables.OPERATING_METRICS,
                name="lease_income",
                takes=lambda fact: fact == "lease_income",
                fact="'lease_income'",
                condition=f"metric_key = {key_of('metric', 'lease_income')}",
            ),
        ),
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
    slices = [("WULF", date(2024, 1, 1), date(2026, 12, 31))]
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
