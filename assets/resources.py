"""Settings to services, and what every asset does with a step's result."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import dagster as dg
import sqlalchemy as sa

from assets.partitions import FIRST_TAG, keys_of_run
from pipelines.settings import load_settings
from pipelines.steps import runs
from pipelines.steps.services import Progress, Services, StepResult

_progress: list[Progress] = []


def _tell(step: str, company: str) -> None:
    for progress in _progress:
        progress(step, company)


@lru_cache(maxsize=1)
def shared_services() -> Services:
    """One set of services a process: steps run in the process of their run and share its connections."""
    return Services(load_settings(), progress=_tell)


def show_progress(progress: Progress) -> None:
    """Tell someone of each step and company as it is begun (the progress bar of `miners run`)."""
    _progress.append(progress)


class Miners(dg.ConfigurableResource[Services]):
    """EDGAR, archive and warehouse, as the environment's settings have them."""

    def create_resource(self, context: dg.InitResourceContext) -> Services:
        return shared_services()


class Options(dg.Config):
    """Options of a run, the same in the UI and on the command line."""

    force: bool = False
    """Do again what was done before by the same rules: read, normalize and load anew; fetch what the archive lost."""


def materialized(
    context: dg.AssetExecutionContext, services: Services, result: StepResult
) -> dg.MaterializeResult[Any]:
    """`recorded`, for an asset of companies and months: also the partitions that Dagster misses are told."""
    tell_missed_partitions(context)
    return recorded(context, services, result)


def recorded(
    context: dg.AssetExecutionContext, services: Services, result: StepResult
) -> dg.MaterializeResult[Any]:
    """Record a step's result with its run, and hand it to Dagster: numbers that plot over time, and a preview."""
    runs.record_step(services.engine, context.run_id, context.job_name, result)
    for company, reason in result.failures.items():
        context.log.error(f"{company}: {reason}")
    return dg.MaterializeResult(metadata=told(result))


def told(result: StepResult) -> dict[str, Any]:
    """A step's result as metadata: its counts, seconds, failures, and a preview in Markdown."""
    metadata: dict[str, Any] = {
        name: dg.MetadataValue.int(number) for name, number in sorted(result.counts.items())
    }
    metadata["seconds"] = dg.MetadataValue.float(result.seconds)
    metadata["companies_failed"] = dg.MetadataValue.int(len(result.failures))
    lines = [markdown(result.preview_columns, result.preview), ""] if result.preview else []
    lines += [f"- **{cell(company)}**: {cell(reason)}" for company, reason in result.failures.items()]
    lines += [f"- {cell(note)}" for note in result.notes[:10]]
    metadata["preview"] = dg.MetadataValue.md("\n".join(lines) or "Nothing new.")
    return metadata


def tell_missed_partitions(context: dg.AssetExecutionContext) -> None:
    """Let Dagster know of the partitions that it does not see were materialized (see partitions.keys_of_run).

    In a job's backfill it believes the backfill's first partition and would show all others as missing.
    """
    if FIRST_TAG in context.run.tags:
        # `miners run` tells Dagster itself, once.
        return
    known = set(context.partition_keys)
    for key in keys_of_run(context.run):
        if key not in known:
            for asset in context.selected_asset_keys:
                event = dg.AssetMaterialization(asset, partition=key, metadata={"run": context.run_id})
                context.instance.report_runless_asset_event(event)


def cell(value: object) -> str:
    """A value as text that Markdown shows as it is."""
    text = " ".join(str("" if value is None else value).split())
    for character in "\\|*_`[]<>":
        text = text.replace(character, {"<": "&lt;", ">": "&gt;"}.get(character, "\\" + character))
    return text


def markdown(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A small Markdown table; everything in it is escaped."""
    names = list(columns)
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines)


def column_schema(table: sa.Table) -> dict[str, Any]:
    """Column names, types and comments of a warehouse table as Dagster's column metadata."""
    columns = [
        dg.TableColumn(
            column.name,
            str(column.type),
            description=column.comment,
            constraints=dg.TableColumnConstraints(nullable=bool(column.nullable)),
        )
        for column in table.columns
    ]
    return {"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": table.fullname}
