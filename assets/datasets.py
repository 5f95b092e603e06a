"""Each dataset of filings as an asset, its checks, and the table it loads into."""

from collections.abc import Iterable, Iterator
from functools import partial

import dagster as dg

from assets.factories import filing_asset, listed, plausibility_check
from pipelines.datasets import DATASETS, FilingDataset
from pipelines.steps import filing_steps
from pipelines.steps.services import Services
from pipelines.warehouse import schema
from pipelines.warehouse.outdated import outdated

READERS = ("xbrl_facts", "release_figures")
DIMENSIONS = (schema.dim_company, schema.dim_segment, schema.dim_metric, schema.dim_date)


def assets_of(dataset: FilingDataset) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """The asset of a dataset's staged records and that of its fact table."""
    staged = filing_asset(
        dataset.name,
        partial(filing_steps.normalize, dataset),
        group="disclosures",
        description=dataset.description,
        table=dataset.staging.table,
        deps=READERS,
        code_version=dataset.code_version,
        repeatable=True,
    )
    loaded = filing_asset(
        dataset.fact_table.name,
        partial(filing_steps.load, dataset),
        group="warehouse",
        description=dataset.facts_description,
        table=dataset.fact_table,
        deps=[staged, *(table.name for table in (*DIMENSIONS, *dataset.after))],
        kinds=frozenset({"postgres"}),
    )
    return staged, loaded


def checks_of(dataset: FilingDataset) -> Iterator[dg.AssetChecksDefinition]:
    """Checks of a dataset's asset: plausible records, parsed with the current version."""
    yield plausibility_check(dataset.name, partial(filing_steps.check, dataset), dataset.checks.description)

    @dg.asset_check(
        asset=dataset.name,
        name="parsed_with_current_version",
        description=(
            "All documents were parsed with the current code and lexicon. After an upgrade, run the job "
            "read_again over the companies and months listed here: it re-parses them from the archive."
        ),
    )
    def parsed_with_current_version(
        context: dg.AssetCheckExecutionContext, services: dg.ResourceParam[Services]
    ) -> dg.AssetCheckResult:
        versions = {c.ticker: dataset.version(services.library, c) for c in services.watchlist.companies}
        old = outdated(services.engine, dataset.name, versions)
        return dg.AssetCheckResult(
            passed=not old,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={
                "documents": sum(number for _, number, _, _ in old),
                "companies": listed(("company", "documents", "filed from", "to"), old),
            },
        )

    yield parsed_with_current_version


def definitions_of(datasets: Iterable[FilingDataset]) -> dg.Definitions:
    """Assets and checks of datasets."""
    chosen = list(datasets)
    return dg.Definitions(
        assets=[asset for dataset in chosen for asset in assets_of(dataset)],
        asset_checks=[check for dataset in chosen for check in checks_of(dataset)],
    )


defs = definitions_of(DATASETS)
