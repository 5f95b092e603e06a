"""Services as a Dagster resource, and how an asset runs a step."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any

import dagster as dg
import sqlalchemy as sa
import structlog

# Not exported by Dagster, though instances return it.
from dagster._core.execution.stats import StepEventStatus
from pydantic import Field

from assets.launcher import PROCESS_TAG, process_tag
from assets.partitions import FIRST_TAG, filed_in, keys_of_run
from pipelines.errors import WarehouseUnreachable
from pipelines.logs import configure_logs
from pipelines.processes import this_process
from pipelines.publish.files.arrow_tables import columns_of
from pipelines.settings import Settings, load_settings
from pipelines.steps import runs
from pipelines.steps.filing_steps import Scope, Work
from pipelines.steps.results import StepResult, is_transient, one_line
from pipelines.steps.services import Progress, Services
from pipelines.warehouse.marts import Mart

log = logging.getLogger("miners")

_FINISHED = (StepEventStatus.SUCCESS, StepEventStatus.SKIPPED)

_progress: list[Progress] = []


def _report_progress(step: str, company: str, told: str) -> None:
    for progress in _progress:
        progress(step, company, told)


@lru_cache(maxsize=2)
def shared_services(offline: bool = False) -> Services:
    """One set of services for each process, shared by its steps."""
    settings = load_settings()
    if offline and not settings.miners_offline:
        settings = settings.model_copy(update={"miners_offline": True})
    return Services(settings, progress=_report_progress)


def show_progress(progress: Progress) -> None:
    """Call a function for each step and company that begins (the progress bar of `miners run`)."""
    _progress.append(progress)


# The launchpad of a backfill has no run configuration, only tags.
OFFLINE_TAG, FORCE_TAG = "miners/offline", "miners/force"
# Runs of `miners run`. Sensors on runs leave them alone: the command itself reports how they ended.
BY_COMMAND = {"miners/by": "miners run"}
ACCESSION_TAG = "miners/accession"
# Which companies a run is about, in the list of runs; a backfill gives its runs the same tags.
COMPANY_TAG = "miners/company"
_MOST_NAMED = 3


def is_set(tags: Mapping[str, str], name: str) -> bool:
    """Whether a run's tag is true."""
    return tags.get(name, "").strip().lower() in ("true", "yes", "1", "on")


class ServicesResource(dg.ConfigurableResource[Services]):
    """EDGAR, archive and warehouse, configured by the environment's settings."""

    offline: bool = Field(
        default=False,
        description="Use archived documents only (no network). The tag miners/offline=true does the same.",
    )

    def create_resource(self, context: dg.InitResourceContext) -> Services:
        run = context.run
        services = self._services(run)
        if run is not None:
            begin_run(services.settings, run.run_id, context.instance)
        return services

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        """Close the run in ops.run if its report did not: it failed, was canceled or has none."""
        services = self._services(context.run)
        if context.run is not None and context.instance is not None and in_one_process(services.settings):
            stats = context.instance.get_run_step_stats(context.run.run_id)
            worked = all(step.status in _FINISHED for step in stats)
            # If the warehouse is gone, the next command closes the run.
            with suppress(sa.exc.OperationalError, WarehouseUnreachable):
                runs.close_open_run(services.engine, context.run.run_id, "succeeded" if worked else "failed")

    def _services(self, run: dg.DagsterRun | None) -> Services:
        offline = self.offline or is_set(run.tags if run else {}, OFFLINE_TAG)
        return shared_services(offline=True) if offline else shared_services()


def in_one_process(settings: Settings) -> bool:
    """Whether one process runs all steps of a run."""
    return settings.miners_executor == "in_process"


def begin_run(settings: Settings, run_id: str, instance: dg.DagsterInstance | None) -> None:
    """Add the run's id to the log, and record its process in Dagster (see launcher.py)."""
    if structlog.contextvars.get_contextvars().get("run_id") == run_id:
        return
    configure_logs(settings)
    structlog.contextvars.bind_contextvars(run_id=run_id)
    if instance is not None and not instance.is_ephemeral and in_one_process(settings):
        instance.add_run_tags(run_id, {PROCESS_TAG: process_tag(run_id)})


def record(run: dg.DagsterRun, services: Services, result: StepResult) -> None:
    """Record a step's result in ops.run, with the process and the schedule of its run."""
    runs.record_step(
        services.engine,
        run.run_id,
        run.job_name,
        result,
        process=this_process() if in_one_process(services.settings) else None,
        schedule=run.tags.get("dagster/schedule_name"),
    )


class Options(dg.Config):
    """Options of a step, the same in the UI and on the command line."""

    force: bool = Field(
        default=False,
        description=(
            "Repeat what is done already: read, normalize and load again; fetch documents that the archive "
            "lost. The tag miners/force=true does the same for all steps of a run."
        ),
    )


def is_forced(context: dg.AssetExecutionContext, config: Options) -> bool:
    """Whether to repeat what is done already, by the step's options or the run's tag."""
    return config.force or is_set(context.run.tags, FORCE_TAG)


# Dagster retries a step if a retry may help; errors that EDGAR's own retries could not resolve need a longer
# pause.
MAX_RETRIES = 3


def retry_delay(settings: Settings, retries: int) -> float:
    """Seconds before a step is retried, doubled each time."""
    return round(settings.edgar_pause_seconds * 6 * float(2**retries), 3)


@contextmanager
def retry_transient(services: Services, retries: int) -> Iterator[None]:
    """Retry the step later if the block fails for a transient reason (database, network)."""
    try:
        if retries:
            services.reconnect()
        yield
    except Exception as error:
        if not is_transient(error) or retries >= MAX_RETRIES:
            raise
        log.warning("%s; the step is retried", one_line(error))
        raise dg.RetryRequested(
            max_retries=MAX_RETRIES, seconds_to_wait=retry_delay(services.settings, retries)
        ) from error


# The companies for which a step is retried; all of the run's if the retry is in another process.
_retry_companies: dict[tuple[str, str], set[str]] = {}


def _tag_with_companies(context: dg.AssetExecutionContext, companies: set[str]) -> None:
    """Tag a run with its companies once, or with how many there are."""
    if COMPANY_TAG not in context.run.tags:
        named = (
            ", ".join(sorted(companies)) if len(companies) <= _MOST_NAMED else f"{len(companies)} companies"
        )
        context.instance.add_run_tags(context.run.run_id, {COMPANY_TAG: named})


def run_company_step(
    context: dg.AssetExecutionContext, services: Services, work: Work, *, force: bool = False
) -> dg.MaterializeResult[Any]:
    """Run a step over the companies and months of a run, record it, and return it to Dagster.

    Transient errors (no answer, 5xx, a ban, a lost database) are retried for the companies concerned.
    Permanent errors are recorded and the other companies continue. If every company fails, the step fails, so
    that it can be re-executed.
    """
    slices, retries = filed_in(context), context.retry_number
    step = (context.run.run_id, context.op_execution_context.op.name)
    accessions = tuple(a for a in context.run.tags.get(ACCESSION_TAG, "").split(",") if a)
    with retry_transient(services, retries):
        companies = {s[0] for s in slices}
        _tag_with_companies(context, companies)
        chosen = _retry_companies.pop(step, companies) if retries else companies
        scope = Scope([s for s in slices if s[0] in chosen], context.run.run_id, force, accessions)
        result = work(services, scope)
        if retries:
            result.add(runs.run_summary(services.engine, context.run.run_id).get(result.step, {}))
        record(context.run, services, result)
    if result.transient and retries < MAX_RETRIES:
        _retry_companies[step] = set(result.transient)
        for company in sorted(result.transient):
            reason = result.failures.get(company) or next(
                iter(result.failed_months.get(company, {}).values()), ""
            )
            context.log.warning(f"{company}: {reason} Retrying.")
        raise dg.RetryRequested(
            max_retries=MAX_RETRIES, seconds_to_wait=retry_delay(services.settings, retries)
        )
    report_missed_partitions(context)
    done = to_result(context, result)
    if result.failures and companies <= set(result.failures):
        runs.close_run(services.engine, context.run.run_id, "failed")
        raise dg.Failure(
            "; ".join(f"{c}: {r}" for c, r in sorted(result.failures.items())),
            metadata=dict(done.metadata or {}),
            allow_retries=False,
        )
    return done


def run_step(
    context: dg.AssetExecutionContext,
    services: Services,
    step: Callable[[], StepResult],
    *,
    warn: bool = False,
) -> dg.MaterializeResult[Any]:
    """Run a step that is not divided by company, record it, and return it to Dagster.

    Args:
        warn: Whether to log the step's notes as warnings.
    """
    with retry_transient(services, context.retry_number):
        result = step()
        record(context.run, services, result)
    for note in result.notes if warn else ():
        context.log.warning(note)
    return to_result(context, result)


def to_result(context: dg.AssetExecutionContext, result: StepResult) -> dg.MaterializeResult[Any]:
    """A step's result for Dagster; its failures go to the run's log."""
    for company, reason in result.failures.items():
        context.log.error(f"{company}: {reason}")
    for company, months in result.failed_months.items():
        for month, reason in months.items():
            context.log.error(f"{company} {month[:7]}: {reason}")
    return dg.MaterializeResult(metadata=step_metadata(result))


# Counts that are reported even if they are 0, so that they plot over time without gaps.
_ALWAYS = ("requests", "not_modified", "bytes")


def step_metadata(result: StepResult) -> dict[str, Any]:
    """A step's result as metadata: counts, seconds, failures, and a preview in Markdown."""
    counts = dict(result.counts)
    counts["requests"] = sum(number for name, number in result.counts.items() if name.startswith("answers_"))
    counts["not_modified"] = counts.get("answers_304", 0)
    if counts["requests"] or "bytes" in counts:
        counts = {**dict.fromkeys(_ALWAYS, 0), **counts}
    else:
        counts = {name: number for name, number in counts.items() if name not in _ALWAYS}
    metadata: dict[str, Any] = {name: dg.MetadataValue.int(number) for name, number in sorted(counts.items())}
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


def report_missed_partitions(context: dg.AssetExecutionContext) -> None:
    """Report partitions that Dagster does not count as materialized (see keys_of_run).

    In a job's backfill Dagster sees only the backfill's first partition and would show all others as missing.
    """
    if FIRST_TAG in context.run.tags:
        # `miners run` reports its partitions itself, once.
        return
    known = set(context.partition_keys)
    for key in keys_of_run(context.run):
        if key not in known:
            for asset in context.selected_asset_keys:
                event = dg.AssetMaterialization(asset, partition=key, metadata={"run": context.run.run_id})
                context.instance.report_runless_asset_event(event)


def cell(value: object) -> str:
    """A value as text that Markdown renders literally."""
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
