"""Run the nightly job once, in this process, and print its summary."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from miners.cli.output import show
from miners.dagster_home import prepare_dagster
from pipelines.errors import MinersError, UsageError
from pipelines.secrets import hide
from pipelines.settings import load_settings

Months = tuple[date, date]
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def company_ranges(months: Mapping[str, Months], order: Sequence[str]) -> list[tuple[str, str, Months]]:
    """Group companies into ranges in partition order, with the months that cover all of theirs.

    A run covers one range of companies and one range of months.
    """
    out: list[tuple[str, str, Months]] = []
    for ticker in (t for t in order if t in months):
        first, last = months[ticker]
        if out and order.index(ticker) == order.index(out[-1][1]) + 1:
            start, _, (begin, finish) = out[-1]
            out[-1] = (start, ticker, (min(begin, first), max(finish, last)))
        else:
            out.append((ticker, ticker, (first, last)))
    return out


def run_here(
    *,
    companies: Sequence[str],
    since: date | None,
    until: date | None,
    force: bool,
    offline: bool = False,
    publish: bool = True,
) -> bool:
    """Run the nightly job in this process and print its summary; returns whether it succeeded."""
    settings = load_settings()
    prepare_dagster(settings)
    import logging

    import dagster as dg

    from assets.definitions import defs
    from assets.marts import send_nightly_digest
    from assets.partitions import FIRST_MONTH, FIRST_TAG, LAST_TAG, partition_key
    from assets.resources import BY_COMMAND, FORCE_TAG, OFFLINE_TAG, shared_services
    from miners.run_history import Checks, copy_run
    from pipelines.operations.alerts import ping_dead_man
    from pipelines.operations.health import check_health
    from pipelines.query.summary import answers, history_line, summary_lines, totals
    from pipelines.steps.runs import close_killed_runs, outcome_of, run_summary

    logging.getLogger("dagster").setLevel(logging.ERROR)
    services = shared_services(offline=True) if offline else shared_services()
    settings = services.settings
    watchlist = services.watchlist
    chosen = [watchlist.by_ticker(t).ticker for t in companies] or watchlist.tickers()
    now = datetime.now(UTC).date().replace(day=1)
    last = min(until or now, now)
    earliest = date.fromisoformat(FIRST_MONTH)
    if since is not None and not earliest <= since <= now:
        raise UsageError(
            f"--since {since:%Y-%m} is outside of the months of filing, {earliest:%Y-%m} to {now:%Y-%m}."
        )
    first = since or (earliest if settings.mirror else (now - timedelta(days=1)).replace(day=1))
    months = dict.fromkeys(chosen, (first, last))
    if settings.mirror is not None and since is None:
        from pipelines.steps.documents import mirror_extent

        months = {t: (max(first, a), min(last, b)) for t, (a, b) in mirror_extent(services, chosen).items()}
    job = defs.resolve_job_def("nightly")
    flags = {FORCE_TAG: str(force).lower(), OFFLINE_TAG: str(offline).lower(), **BY_COMMAND}
    merged: dict[str, Any] = {}
    checks: Checks = {}
    worked = True
    # Dagster's event files take some 30 ms for each asset and partition, memory a tenth. The run is copied
    # afterwards; partitions that have filings are reported once at the end (docs/decisions/0004).
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.DagsterInstance.get() as history,
        _Progress(len(months)),
    ):
        # This also fails before the first step if the warehouse is unreachable.
        close_killed_runs(services.engine)
        for start, end, (begin, finish) in company_ranges(months, watchlist.tickers()):
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                run_config=_QUIET,
                partition_key=partition_key(start, begin),
                tags={**flags, FIRST_TAG: partition_key(start, begin), LAST_TAG: partition_key(end, finish)},
            )
            copy_run(instance, history, result.run_id, checks)
            worked = worked and result.success
            _merge(merged, run_summary(services.engine, result.run_id))
            if not result.success:
                _print_failures(result)
        if not companies:
            worked = (
                _read_news(defs, services, instance, history, merged, checks, since, until, force=force)
                and worked
            )
    if not companies:
        send_nightly_digest(services, merged, outcome_of(merged).lines())
    check_health(services.engine, settings)
    if worked:
        _report_partitions(services, defs, list(months), first, last, checks)
    published = _publish(services) if publish else None
    worked = worked and published is not False
    if worked and not companies:
        ping_dead_man(settings)
    print()  # noqa: T201
    for line in summary_lines(settings, merged, totals(services.engine)):
        print(line)  # noqa: T201
    if settings.mirror is None and (earlier := history_line(services.engine, settings, first)):
        print(earlier)  # noqa: T201
    from miners.cli.output import emit

    for answer in answers(services.engine):
        print(f"\n{answer.question}")  # noqa: T201
        emit(answer.columns, answer.rows, "table")
    if published:
        print(f"\nReport (open it in a browser): {published}")  # noqa: T201
    return worked


def _publish(services: Any) -> str | bool:
    """Publish; returns the report's location, or False if it could not be written."""
    from pipelines.publish.publication import publish

    try:
        return publish(services.engine, services.settings).report
    except MinersError as error:
        show(f"\nnot published: {error}", err=True)
        return False


def _read_news(
    defs: Any,
    services: Any,
    instance: Any,
    history: Any,
    merged: dict[str, Any],
    checks: Any,
    since: date | None,
    until: date | None,
    *,
    force: bool,
) -> bool:
    """Read news in this process: all of a folder, else the last four days; returns success."""
    from assets.news import FIRST_DAY
    from assets.partitions import FIRST_TAG, LAST_TAG
    from assets.resources import BY_COMMAND, FORCE_TAG, OFFLINE_TAG
    from miners.run_history import copy_run
    from pipelines.steps.feeds import days_announced
    from pipelines.steps.runs import run_summary

    today = datetime.now(UTC).date()
    if services.settings.news_source == "none":
        return True
    if services.settings.news_folder is not None:
        first, last = days_announced(services) or (today, today)
    else:
        first, last = today - timedelta(days=3), today
    first = max(since or first, date.fromisoformat(FIRST_DAY))
    last = min((until + timedelta(days=31)).replace(day=1) - timedelta(days=1) if until else last, today)
    if first > last:
        return True
    result = defs.resolve_job_def("news").execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config=_QUIET,
        partition_key=last.isoformat(),
        tags={
            FIRST_TAG: first.isoformat(),
            LAST_TAG: last.isoformat(),
            FORCE_TAG: str(force).lower(),
            OFFLINE_TAG: str(services.settings.miners_offline).lower(),
            **BY_COMMAND,
        },
    )
    copy_run(instance, history, result.run_id, checks)
    _merge(merged, run_summary(services.engine, result.run_id))
    if not result.success:
        _print_failures(result)
    return bool(result.success)


def _report_partitions(
    services: Any, defs: Any, tickers: Sequence[str], first: date, last: date, checks: Any
) -> None:
    """Mark partitions with filings or news as materialized in Dagster's UI, with their checks."""
    import dagster as dg

    from assets.news import by_day
    from assets.partitions import by_company_and_month, partition_key
    from miners.run_history import report_checks
    from pipelines.warehouse.articles import days_with_entries
    from pipelines.warehouse.filings import filings_in

    end = (last + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    with services.engine.connect() as connection:
        filed = {
            partition_key(t, f.filed_on)
            for t, _, f in filings_in(connection, [(t, first, end) for t in tickers])
        }
        keys_of = {
            by_company_and_month: sorted(filed),
            by_day: [d.isoformat() for d in days_with_entries(connection)],
        }
    with dg.DagsterInstance.get() as instance:
        for node in defs.resolve_asset_graph().asset_nodes:
            if node.partitions_def is None:
                instance.report_runless_asset_event(
                    dg.AssetMaterialization(node.key, metadata={"by": "miners run"})
                )
                continue
            keys = next((k for definition, k in keys_of.items() if node.partitions_def == definition), [])
            known = instance.get_materialized_partitions(node.key) if keys else set()
            for key in keys:
                if key not in known:
                    instance.report_runless_asset_event(
                        dg.AssetMaterialization(node.key, partition=key, metadata={"by": "miners run"})
                    )
        report_checks(instance, checks)


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for step, summary in more.items():
        have = into.setdefault(step, {"counts": {}, "failures": {}, "failed_months": {}, "notes": []})
        for name, number in summary.get("counts", {}).items():
            have["counts"][name] = have["counts"].get(name, 0) + number
        have["failures"] |= summary.get("failures", {})
        for company, months in summary.get("failed_months", {}).items():
            have["failed_months"].setdefault(company, {}).update(months)
        have["notes"] += [note for note in summary.get("notes", []) if note not in have["notes"]]


def _print_failures(result: Any) -> None:
    """Print one line for each step that failed for a reason other than a company's."""
    for event in result.all_events:
        if event.event_type_value == "STEP_FAILURE" and event.step_key != "run_report":
            error = event.event_specific_data.error
            cause = error.cause or error
            line = " ".join(str(cause.message).split())
            show(hide(f"{event.step_key} failed: {line[:400]}"), err=True)


class _Progress:
    """A progress bar on a terminal, a log line for each step otherwise.

    Either shows the documents and figures of each company.
    """

    _STEPS = 18

    def __init__(self, companies: int) -> None:
        self.total = companies * self._STEPS
        self.bar: Any = None

    def __enter__(self) -> "_Progress":
        from assets.resources import show_progress

        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

            self.bar = Progress(
                TextColumn("{task.fields[step]:<22} {task.fields[company]:<6}"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f} %"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self.bar.start()
            self.task = self.bar.add_task("", total=self.total, step="", company="")
        self.step = ""
        show_progress(self.told)
        return self

    def told(self, step: str, company: str, told: str) -> None:
        """Show that a step begins for a company, or its documents, figures and seconds."""
        if self.bar is not None:
            if told:
                self.bar.console.print(f"{step:<18} {told}", highlight=False, markup=False)
            else:
                self.bar.update(self.task, advance=1, step=step, company=company)
        elif told or step != self.step:
            self.step = step
            import logging

            logging.getLogger("miners").info("%s", f"{step:<18} {told}" if told else step)

    def __exit__(self, *exc: object) -> None:
        if self.bar is not None:
            self.bar.stop()
