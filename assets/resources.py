"""Settings to services, and what every asset does with a step's result."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import dagster as dg
import sqlalchemy as sa
import structlog
from pydantic import Field

from assets.launcher import PROCESS_TAG, this_process
from assets.partitions import FIRST_TAG, filed_in, keys_of_run
from pipelines.load.filings import Slice
from pipelines.load.marts import Mart
from pipelines.logs import configure_logs
from pipelines.publish.arrow_tables import columns_of
from pipelines.settings import Settings, load_settings
from pipelines.steps import runs
from pipelines.steps.results import StepResult, is_transient, one_line
from pipelines.steps.services import Progress, Services

log = logging.getLogger("miners")

_progress: list[Progress] = []


def _tell(step: str, company: str) -> None:
    for progress in _progress:
        progress(step, company)


@lru_cache(maxsize=2)
def shared_services(offline: bool = False) -> Services:
    """One set of services a process: steps run in the process of their run and share its connections."""
    settings = load_settings()
    if offline and not settings.miners_offline:
        settings = settings.model_copy(update={"miners_offline": True})
    return Services(settings, progress=_tell)


def show_progress(progress: Progress) -> None:
    """Tell someone of each step and company as it is begun (the progress bar of `miners run`)."""
    _progress.append(progress)


# A run from the UI or a backfill is told so by a tag too: its dialogue takes tags where it takes no configuration.
OFFLINE_TAG, FORCE_TAG = "miners/offline", "miners/force"
ACCESSION_TAG = "miners/accession"


def tagged(tags: Mapping[str, str], name: str) -> bool:
    """Whether a run's tag says yes."""
    return tags.get(name, "").strip().lower() in ("true", "yes", "1", "on")


class Miners(dg.ConfigurableResource[Services]):
    """EDGAR, archive and warehouse, as the environment's settings have them."""

    offline: bool = Field(
        default=False,
        description="Ask nobody anything: everything is read again from the archive. The tag miners/offline=true does the same.",
    )

    def create_resource(self, context: dg.InitResourceContext) -> Services:
        run = context.run
        offline = self.offline or tagged(run.tags if run else {}, OFFLINE_TAG)
        services = shared_services(offline=True) if offline else shared_services()
        if run is not None:
            begin_run(services.settings, run.run_id, context.instance)
        return services


def begin_run(settings: Settings, run_id: str, instance: dg.DagsterInstance | None) -> None:
    """Let the log name the run, and let Dagster know which process it is in (see launcher.py)."""
    if structlog.contextvars.get_contextvars().get("run_id") == run_id:
        return
    configure_logs(settings)
    structlog.contextvars.bind_contextvars(run_id=run_id)
    if instance is not None and not instance.is_ephemeral and settings.miners_executor == "in_process":
        instance.add_run_tags(run_id, {PROCESS_TAG: this_process(run_id)})


class Options(dg.Config):
    """Options of a step, the same in the UI and on the command line."""

    force: bool = Field(
        default=False,
        description="Do again what was done before by the same rules: read, normalize and load anew; fetch what the archive lost. "
        "The tag miners/force=true does the same for all steps of a run.",
    )


def forced(context: dg.AssetExecutionContext, config: Options) -> bool:
    """Whether what was done before is to be done again: by the step's options or by the run's tag."""
    return config.force or tagged(context.run.tags, FORCE_TAG)


# Dagster tries a step again where another try may help; what EDGAR's own retries could not mend is left alone for a while.
TRIES = 3


def pause_seconds(settings: Settings, tried: int) -> float:
    """How long to wait before a step is tried again: six times the pause after a 5xx answer, doubled each time."""
    return round(settings.edgar_pause_seconds * 6 * 2**tried, 3)


@contextmanager
def trying(services: Services, tried: int) -> Iterator[None]:
    """Do something that may meet a dead database or network: tried again by Dagster, later, as long as that may help."""
    try:
        if tried:
            services.reconnect()
        yield
    except Exception as error:
        if not is_transient(error) or tried >= TRIES:
            raise
        log.warning("%s; it is tried again", one_line(error))
        raise dg.RetryRequested(
            max_retries=TRIES, seconds_to_wait=pause_seconds(services.settings, tried)
        ) from error


Step = Callable[[Sequence[Slice]], StepResult]
# Which companies a step that is tried again is to be done for; where a try is in another process: for all of the run.
_again: dict[tuple[str, str], set[str]] = {}


def materialized(
    context: dg.AssetExecutionContext, services: Services, step: Step
) -> dg.MaterializeResult[Any]:
    """Do a step over the companies and months of a run, record it, and hand it to Dagster.

    What may succeed later (no answer, 5xx, a ban, a lost database) is tried again, those companies alone; what failed for
    good is recorded and the other companies go on. Where nothing else is left the step fails, so that it can be executed
    again from there.
    """
    slices, tried = filed_in(context), context.retry_number
    with trying(services, tried):
        companies = {s[0] for s in slices}
        again = _again.pop((context.run_id, context.op.name), companies) if tried else companies
        result = step([s for s in slices if s[0] in again])
        if tried:
            result.add(runs.run_summary(services.engine, context.run_id).get(result.step, {}))
        runs.record_step(services.engine, context.run_id, context.job_name, result)
    if result.transient and tried < TRIES:
        _again[(context.run_id, context.op.name)] = set(result.transient)
        for company in sorted(result.transient):
            reason = result.failures.get(company) or next(
                iter(result.failed_months.get(company, {}).values()), ""
            )
            context.log.warning(f"{company}: {reason} It is tried again.")
        raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=pause_seconds(services.settings, tried))
    tell_missed_partitions(context)
    done = shown(context, result)
    if result.failures and companies <= set(result.failures):
        runs.close_run(services.engine, context.run_id, "failed")
        raise dg.Failure(
            "; ".join(f"{c}: {r}" for c, r in sorted(result.failures.items())),
            metadata=dict(done.metadata or {}),
            allow_retries=False,
        )
    return done


def recorded(
    context: dg.AssetExecutionContext,
    services: Services,
    step: Callable[[], StepResult],
    *,
    warn: bool = False,
) -> dg.MaterializeResult[Any]:
    """Do a step that is not by company, record it with its run, and hand it to Dagster: numbers that plot over time, and a preview.

    warn   whether its notes are warnings in the run's log
    """
    with trying(services, context.retry_number):
        result = step()
        runs.record_step(services.engine, context.run_id, context.job_name, result)
    for note in result.notes if warn else ():
        context.log.warning(note)
    return shown(context, result)


def shown(context: dg.AssetExecutionContext, result: StepResult) -> dg.MaterializeResult[Any]:
    """A step's result as Dagster shows it; its failures in the run's log."""
    for company, reason in result.failures.items():
        context.log.error(f"{company}: {reason}")
    for company, months in result.failed_months.items():
        for month, reason in months.items():
            context.log.error(f"{company} {month[:7]}: {reason}")
    return dg.MaterializeResult(metadata=told(result))


# Numbers that every step tells, also as 0, so that they plot over time without gaps.
_ALWAYS = ("requests", "not_modified", "bytes")


def told(result: StepResult) -> dict[str, Any]:
    """A step's result as metadata: its counts, requests and seconds, what failed, and a preview in Markdown."""
    counts = dict(result.counts)
    counts["requests"] = sum(number for name, number in result.counts.items() if name.startswith("answers_"))
    counts["not_modified"] = counts.get("answers_304", 0)
    numbers = {**dict.fromkeys(_ALWAYS, 0), **counts} if counts["requests"] or "bytes" in counts else {k: v for k, v in counts.items() if k not in _ALWAYS}  # fmt: skip
    metadata: dict[str, Any] = {
        name: dg.MetadataValue.int(number) for name, number in sorted(numbers.items())
    }
    metadata["seconds"] = dg.MetadataValue.float(result.seconds)
    metadata["companies_failed"] = dg.MetadataValue.int(len(result.failures))
    metadata["months_failed"] = dg.MetadataValue.int(sum(len(m) for m in result.failed_months.values()))
    lines = [markdown(result.preview_columns, result.preview), ""] if result.preview else []
    lines += [f"- **{cell(company)}**: {cell(reason)}" for company, reason in result.failures.items()]
    lines += [
        f"- **{cell(company)} {month[:7]}**: {cell(reason)}"
        for company, months in result.failed_months.items()
        for month, reason in months.items()
    ]
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


def column_schema(described: Mart | sa.Table) -> dict[str, Any]:
    """The name and columns of a table or mart, with PostgreSQL's types, as Dagster's metadata."""
    columns = [
        dg.TableColumn(
            column.name,
            column.kind,
            description=column.comment,
            constraints=dg.TableColumnConstraints(nullable=column.nullable),
        )
        for column in columns_of(described)
    ]
    name = described.fullname if isinstance(described, sa.Table) else f"marts.{described.name}"
    return {"dagster/column_schema": dg.TableSchema(columns), "dagster/table_name": name}
