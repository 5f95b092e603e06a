"""What starts a run between the nights: a filing just accepted, a released row, changed words; and who hears that a run failed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import dagster as dg

from assets.jobs import JOBS, new_filing, publish, read_again, read_news
from assets.partitions import companies, partition_key
from assets.resources import ACCESSION_TAG, OFFLINE_TAG
from assets.schedules import range_tags
from pipelines.errors import MinersError
from pipelines.load.waiting import changed_words, changed_words_of_news, released
from pipelines.logs import configure_logs
from pipelines.parse.current_filings import CurrentFiling
from pipelines.publish.alerts import tell_failed_run
from pipelines.publish.publication import published_at
from pipelines.publish.status import heartbeat
from pipelines.settings import load_settings
from pipelines.steps import runs
from pipelines.steps.current import look_at_feed, stands_still
from pipelines.steps.deals import version_of as deals_version
from pipelines.steps.news import version_of as news_version
from pipelines.steps.services import Services
from pipelines.steps.whole import DATASETS
from pipelines.watchlist.fresh import forget_words

_SETTINGS = load_settings()
_RUNNING = dg.DefaultSensorStatus.RUNNING


def _services() -> Services:
    """Services of one tick: watchlist and words as their files are now, and no patience with a ban."""
    forget_words()
    configure_logs(_SETTINGS)
    return Services(_SETTINGS, wait_on_ban=False)


def requests_of(found: list[CurrentFiling], services: Services) -> Iterator[dg.RunRequest]:
    """A run for each company and month of filing, with the accession numbers that it must find."""
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
    """EDGAR's feed of current filings: a run of the company's month within minutes of a filing's acceptance.

    Reads each form's pages back to where the last look ended. Where EDGAR does not answer the cursor stays.
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
        told = f"{look.pages} pages of the feed, nothing new of watched companies." + (
            f" {look.problems[0]}" if look.problems else ""
        )
        return dg.SensorResult(skip_reason=told, cursor=look.cursor)
    return dg.SensorResult(run_requests=requests, cursor=look.cursor)


@dg.sensor(job=read_again, minimum_interval_seconds=60, default_status=_RUNNING)
def released_rows(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Rows released from quarantine: the company's month is loaded again, from the archive."""
    _beat()
    services = _services()
    waiting = released(services.engine)
    known = set(companies.get_partition_keys())
    asked = False
    for (ticker, month), keys in sorted(waiting.filings.items()):
        if ticker in known:
            asked = True
            yield dg.RunRequest(
                run_key=f"released {ticker} {month} {_digest(keys)}",
                partition_key=partition_key(ticker, month),
            )
    if not asked:
        yield dg.SkipReason("No released row waits to be loaded.")


@dg.sensor(job=read_news, minimum_interval_seconds=60, default_status=_RUNNING)
def released_claims(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Claims of news released from quarantine: their day is loaded again, from the archive."""
    waiting = released(_services().engine)
    for day, keys in sorted(waiting.days.items()):
        yield dg.RunRequest(
            run_key=f"released {day} {_digest(keys)}",
            partition_key=day.isoformat(),
            tags={OFFLINE_TAG: "true"},
        )
    if not waiting.days:
        yield dg.SkipReason("No released claim waits to be loaded.")


@dg.sensor(jobs=[read_again, read_news], minimum_interval_seconds=60, default_status=_RUNNING)
def changed_watchlist_or_lexicon(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Watchlist and lexicon: what the changed words touch is read again, from the archive, a run for each company and one for news.

    cursor   JSON: by company (and `news`) the words for which a run was asked last, so that one that fails is not asked for again
    """
    try:
        services = _services()
        words = words_of(services)
    except MinersError as error:
        # A file that is being edited: what was understood last stays in force.
        return dg.SkipReason(f"The words are not valid and are left alone: {error}")
    asked: dict[str, str] = json.loads(context.cursor or "{}")
    known = companies.get_partition_keys()
    requests = []
    for ticker, (first, last) in sorted(changed_words(services.engine, words).items()):
        now = " ".join(words[dataset][ticker] for dataset in sorted(words))
        if ticker in known and asked.get(ticker) != now:
            asked[ticker] = now
            tags = range_tags(partition_key(ticker, first), partition_key(ticker, last))
            requests.append(dg.RunRequest(job_name=read_again.name, tags=tags))
    of_news = news_version(services).split()[-1]
    days = changed_words_of_news(services.engine, of_news)
    if days is not None and asked.get("news") != of_news:
        asked["news"] = of_news
        tags = {**range_tags(days[0].isoformat(), days[1].isoformat()), OFFLINE_TAG: "true"}
        requests.append(dg.RunRequest(job_name=read_news.name, tags=tags))
    added = [c.ticker for c in services.watchlist.companies if c.ticker not in known]
    reason = (
        f"{', '.join(added)} came to the watchlist: reload the code location, then backfill."
        if added
        else "Everything is read by the words of today."
    )
    return dg.SensorResult(
        run_requests=requests,
        cursor=json.dumps(asked, sort_keys=True),
        skip_reason=None if requests else reason,
    )


def _digest(keys: list[int]) -> str:
    """Rows as a part of a run key: the same rows are asked for once."""
    return hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()[:16]


def words_of(services: Services) -> dict[str, dict[str, str]]:
    """What the words are today, by dataset and ticker, as the versions of normalized documents end with them."""
    mine = {c.ticker: services.words(c) for c in services.watchlist.companies}
    deals = dict.fromkeys(mine, deals_version(services).split()[-1])
    return {**dict.fromkeys(DATASETS, mine), "deals": deals}


def _beat() -> None:
    path = heartbeat(_SETTINGS)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


@dg.run_failure_sensor(monitored_jobs=JOBS, default_status=_RUNNING, minimum_interval_seconds=30)
def failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Runs that failed, or were killed: closed in the warehouse's record, and told at once to ALERT_URL.

    Companies that failed in a night are told by its digest; a run that failed for them alone is not told again.
    """
    run, services = context.dagster_run, _services()
    summary = runs.run_summary(services.engine, run.run_id)
    runs.close_run(services.engine, run.run_id, "failed")
    by_company = bool(runs.outcome_of(summary))
    if by_company and run.job_name == "nightly" and "run_report" in _failed_steps(context):
        return
    tell_failed_run(services.engine, services.settings, run.job_name, run.run_id, reason_of(context))


def _failed_steps(context: dg.RunFailureSensorContext) -> set[str]:
    return {event.step_key or "" for event in context.get_step_failure_events()}


def reason_of(context: dg.RunFailureSensorContext) -> str:
    """Why a run failed, in one line: its first failed step and the reason, or what Dagster says."""
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        cause = (error.cause or error) if error else None
        message = " ".join(str(cause.message if cause else event.message).split())
        return f"{event.step_key}: {message.removeprefix('dagster._core.definitions.events.Failure: ')[:400]}"
    return " ".join(str(context.failure_event.message or "it was ended from outside").split())[:400]


@dg.sensor(job=publish, minimum_interval_seconds=600, default_status=_RUNNING)
def something_to_publish(context: dg.SensorEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Runs that ended since the last publication: one that publishes what they changed, however many they were."""
    services = _services()
    newest = runs.ended_since(services.engine, published_at(services.settings))
    if newest is None:
        return dg.SkipReason("Nothing ended since the last publication.")
    return dg.RunRequest(run_key=f"published after {newest}")


SENSORS = [
    filings_just_accepted,
    released_rows,
    released_claims,
    changed_watchlist_or_lexicon,
    failed_runs,
    something_to_publish,
]
