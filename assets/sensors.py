"""Sensors: new filings, approved rows, changed configuration, failed runs, publication."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import dagster as dg

from assets.jobs import JOBS, new_filing, nightly, publish, read_again, read_news
from assets.partitions import companies, partition_key
from assets.resources import ACCESSION_TAG, BY_COMMAND, OFFLINE_TAG
from assets.schedules import range_tags
from pipelines.datasets import DATASETS, NEWS_CLAIMS
from pipelines.errors import MinersError
from pipelines.extract.edgar_feeds import CurrentFiling
from pipelines.logs import configure_logs
from pipelines.operations.alerts import ping_dead_man, send_failed_run
from pipelines.operations.status import beat
from pipelines.publish.publication import published_at
from pipelines.secrets import hide
from pipelines.settings import load_settings
from pipelines.steps import runs
from pipelines.steps.current import look_at_feed, stands_still
from pipelines.steps.services import Services
from pipelines.warehouse.analyst_limits import cancel_long_queries, restore_settings
from pipelines.warehouse.engine import connect_engine
from pipelines.warehouse.outdated import approved, changed_config, changed_config_of_news
from pipelines.watchlist import clear_caches

_SETTINGS = load_settings()
_RUNNING = dg.DefaultSensorStatus.RUNNING


def _services() -> Services:
    """Services for one tick: current watchlist and lexicon, and no waiting during a ban."""
    clear_caches()
    configure_logs(_SETTINGS)
    return Services(_SETTINGS, wait_on_ban=False)


def requests_of(found: list[CurrentFiling], services: Services) -> Iterator[dg.RunRequest]:
    """A run for each company and month of filing, with the accession numbers to find."""
    known = set(companies.get_partition_keys())
    chosen: dict[tuple[str, date], list[CurrentFiling]] = defaultdict(list)
    for filing in found:
        company = services.watchlist.by_cik(filing.cik)
        if company is not None and company.ticker in known:
            chosen[(company.ticker, filing.filed_on.replace(day=1))].append(filing)
    for (ticker, month), filings in sorted(chosen.items()):
        accessions = sorted({f.accession for f in filings})
        key = hashlib.sha256(",".join(accessions).encode()).hexdigest()[:12]
        yield dg.RunRequest(
            run_key=f"{ticker} {month:%Y-%m} {accessions[-1]} {key}",
            partition_key=partition_key(ticker, month),
            tags={
                ACCESSION_TAG: ",".join(accessions),
                "miners/form": ", ".join(sorted({f.form for f in filings})),
            },
        )


@dg.sensor(job=new_filing, minimum_interval_seconds=_SETTINGS.miners_sensor_seconds, default_status=_RUNNING)
def filings_just_accepted(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """EDGAR's feed of current filings: a run for the company's month minutes after a filing.

    Reads each form's pages back to the end of the last tick. If EDGAR does not answer, the cursor is
    unchanged.
    """
    services = _services()
    reason = stands_still(services)
    if reason:
        return dg.SkipReason(reason[0].upper() + reason[1:] + ".")
    look = look_at_feed(services, context.cursor)
    for problem in look.problems:
        context.log.warning(problem)
    requests = list(requests_of(look.found, services))
    if not requests:
        reason = f"No new filings from watched companies on {look.pages} pages of the feed." + (
            f" {look.problems[0]}" if look.problems else ""
        )
        return dg.SensorResult(skip_reason=reason, cursor=look.cursor)
    return dg.SensorResult(run_requests=requests, cursor=look.cursor)


@dg.sensor(job=read_again, minimum_interval_seconds=60, default_status=_RUNNING)
def released_rows(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Rows approved in quarantine: load the company's month again, from the archive."""
    beat(_SETTINGS)
    services = _services()
    waiting = approved(services.engine)
    known = set(companies.get_partition_keys())
    requested = False
    for (ticker, month), keys in sorted(waiting.filings.items()):
        if ticker in known:
            requested = True
            yield dg.RunRequest(
                run_key=f"released {ticker} {month} {_digest(keys)}",
                partition_key=partition_key(ticker, month),
            )
    if not requested:
        yield dg.SkipReason("No approved row is waiting to be loaded.")


@dg.sensor(job=read_news, minimum_interval_seconds=60, default_status=_RUNNING)
def released_claims(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Claims approved in quarantine: load their day again, from the archive."""
    waiting = approved(_services().engine)
    for day, keys in sorted(waiting.days.items()):
        yield dg.RunRequest(
            run_key=f"released {day} {_digest(keys)}",
            partition_key=day.isoformat(),
            tags={OFFLINE_TAG: "true"},
        )
    if not waiting.days:
        yield dg.SkipReason("No approved claim is waiting to be loaded.")


@dg.sensor(jobs=[read_again, read_news], minimum_interval_seconds=60, default_status=_RUNNING)
def changed_watchlist_or_lexicon(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Changed watchlist or lexicon: re-parse archived documents of the companies concerned.

    The cursor is JSON: by company (and `news`), the configuration of the last run, so that a failing run is
    not repeated.
    """
    try:
        services = _services()
        hashes = config_hashes(services)
    except MinersError as error:
        # A file that is being edited: the last valid configuration stays in force.
        return dg.SkipReason(f"The configuration is not valid and is ignored: {error}")
    requested: dict[str, str] = json.loads(context.cursor or "{}")
    known = companies.get_partition_keys()
    requests = []
    for ticker, (first, last) in sorted(changed_config(services.engine, hashes).items()):
        now = " ".join(hashes[dataset][ticker] for dataset in sorted(hashes))
        if ticker in known and requested.get(ticker) != now:
            requested[ticker] = now
            tags = range_tags(partition_key(ticker, first), partition_key(ticker, last))
            requests.append(dg.RunRequest(job_name=read_again.name, tags=tags))
    of_news = NEWS_CLAIMS.config_hash(services.library)
    days = changed_config_of_news(services.engine, of_news)
    if days is not None and requested.get("news") != of_news:
        requested["news"] = of_news
        tags = {**range_tags(days[0].isoformat(), days[1].isoformat()), OFFLINE_TAG: "true"}
        requests.append(dg.RunRequest(job_name=read_news.name, tags=tags))
    added = [c.ticker for c in services.watchlist.companies if c.ticker not in known]
    reason = (
        f"{', '.join(added)} added to the watchlist: reload the code location, then backfill."
        if added
        else "Everything is parsed with the current configuration."
    )
    return dg.SensorResult(
        run_requests=requests,
        cursor=json.dumps(requested, sort_keys=True),
        skip_reason=None if requests else reason,
    )


def _digest(keys: list[int]) -> str:
    """Rows as a part of a run key: one run for the same rows."""
    return hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()[:16]


def config_hashes(services: Services) -> dict[str, dict[str, str]]:
    """Hashes of the current configuration by dataset and ticker."""
    return {
        dataset.name: {
            c.ticker: dataset.config_hash(services.library, c) for c in services.watchlist.companies
        }
        for dataset in DATASETS
    }


@dg.run_failure_sensor(monitored_jobs=JOBS, default_status=_RUNNING, minimum_interval_seconds=30)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Failed or killed runs: closed in ops.run, with an alert at once.

    Companies that failed in a nightly run are in its digest; a run that failed only for them sends no second
    alert.
    """
    run, services = context.dagster_run, _services()
    if run.tags.items() >= BY_COMMAND.items():
        return
    summary = runs.run_summary(services.engine, run.run_id)
    runs.close_run(services.engine, run.run_id, "failed")
    by_company = bool(runs.outcome_of(summary))
    if by_company and run.job_name == "nightly" and "run_report" in _failed_steps(context):
        return
    send_failed_run(services.engine, services.settings, run.job_name, run.run_id, reason_of(context))


def _failed_steps(context: dg.RunFailureSensorContext) -> set[str]:
    return {event.step_key or "" for event in context.get_step_failure_events()}


def reason_of(context: dg.RunFailureSensorContext) -> str:
    """Why a run failed, in one line: the first failed step and its reason."""
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        cause = (error.cause or error) if error else None
        message = " ".join(str(cause.message if cause else event.message).split())
        return hide(
            f"{event.step_key}: {message.removeprefix('dagster._core.definitions.events.Failure: ')[:400]}"
        )
    return " ".join(str(context.failure_event.message or "the run was terminated").split())[:400]


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[nightly],
    default_status=_RUNNING,
    minimum_interval_seconds=30,
)
def good_nights(context: dg.RunStatusSensorContext) -> dg.SkipReason | None:
    """Nightly runs that succeeded: request DEAD_MAN_URL; its monitor alerts if nights stop."""
    if context.dagster_run.tags.items() >= BY_COMMAND.items():
        return dg.SkipReason("`miners run` has requested it, if it was a whole night.")
    if not _SETTINGS.dead_man_url:
        return dg.SkipReason("DEAD_MAN_URL is not set.")
    configure_logs(_SETTINGS)
    answered = ping_dead_man(_SETTINGS)
    return None if answered else dg.SkipReason("DEAD_MAN_URL did not answer: see the log.")


@dg.sensor(job=publish, minimum_interval_seconds=600, default_status=_RUNNING)
def something_to_publish(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Runs that ended since the last publication: publish their changes in one run."""
    services = _services()
    newest = runs.ended_since(services.engine, published_at(services.settings))
    if newest is None:
        return dg.SkipReason("No run has ended since the last publication.")
    return dg.RunRequest(run_key=f"published after {newest}")


@dg.sensor(minimum_interval_seconds=30, default_status=_RUNNING)
def long_analyst_queries(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Cancel statements of `analyst` that run for more than a minute; restore its settings."""
    engine = connect_engine(_SETTINGS, migrated=False)
    try:
        with engine.begin() as connection:
            restored = restore_settings(connection)
        if not restored:
            context.log.warning(
                "The settings of the role analyst are not those of sql/analyst_settings.sql, and "
                f"{engine.url.username} may not alter the role. Run that file as a superuser."
            )
        canceled = cancel_long_queries(engine)
    except MinersError as error:
        return dg.SkipReason(str(error))
    return dg.SkipReason(f"{canceled} statements canceled." if canceled else "No statement runs too long.")


SENSORS = [
    filings_just_accepted,
    long_analyst_queries,
    released_rows,
    released_claims,
    changed_watchlist_or_lexicon,
    failed_runs,
    good_nights,
    something_to_publish,
]
