"""Machine-readable status: health.json and Prometheus metrics."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from pipelines.operations.status import Nights, Status, status
from pipelines.settings import Settings
from pipelines.steps.runs import close_killed_runs

_GAUGES = (
    (
        "miners_last_run_started_timestamp_seconds",
        "Start of the last run of a job.",
        ("job", "status"),
        (
            "select distinct on (job) job, status, extract(epoch from started_at) from ops.run order by "
            "job, started_at desc"
        ),
    ),
    (
        "miners_last_run_seconds",
        "Duration of the last finished run of a job.",
        ("job",),
        (
            "select distinct on (job) job, extract(epoch from ended_at - started_at) from ops.run where "
            "ended_at is not null order by job, started_at desc"
        ),
    ),
    (
        "miners_requests_of_a_day",
        "Responses in the last 24 hours by status code.",
        ("code",),
        (
            "select substr(c.key, 9), sum(c.value::bigint) from ops.run, jsonb_each(summary) s, "
            "jsonb_each_text(s.value->'counts') c where c.key like 'answers\\_%' and started_at > now() - "
            "interval '24 hours' group by 1"
        ),
    ),
    (
        "miners_documents",
        "Documents by company and status.",
        ("company", "status"),
        (
            "select company_id, status, count(*) from warehouse.dim_document where source <> 'news' group "
            "by 1, 2"
        ),
    ),
    (
        "miners_last_filing_timestamp_seconds",
        "Acceptance time of a company's newest filing.",
        ("company",),
        "select company_id, extract(epoch from max(accepted_at)) from ops.filing group by 1",
    ),
    (
        "miners_expected_filings",
        "Expected filings by company and status.",
        ("company", "status"),
        "select company_id, status, count(*) from ops.expected_filing group by 1, 2",
    ),
    (
        "miners_feed_newest_entry_timestamp_seconds",
        "Publication time of a news feed's newest entry.",
        ("feed",),
        "select feed, extract(epoch from newest_at) from ops.feed where newest_at is not null",
    ),
    (
        "miners_quarantined_rows",
        "Open rows in quarantine by check.",
        ("check",),
        "select check_name, count(*) from quarantine.rejected_row where status = 'open' group by 1",
    ),
    (
        "miners_open_findings",
        "Findings by check.",
        ("check",),
        "select check_name, count(*) from ops.finding group by 1",
    ),
    (
        "miners_blocked_documents",
        "Documents blocked by a check.",
        ("dataset",),
        "select dataset, count(*) from ops.normalized_document where state = 'blocked' group by 1",
    ),
    (
        "miners_open_alerts",
        "Alerts that last, by kind.",
        ("kind",),
        "select kind, count(*) from ops.alert where gone_at is null group by 1",
    ),
    (
        "miners_facts",
        "Facts by table.",
        ("table",),
        (
            "select 'segment_revenue', count(*) from warehouse.fact_segment_revenue union all select "
            "'bitcoin_sale', count(*) from warehouse.fact_bitcoin_sale union all select "
            "'operating_metric', count(*) from warehouse.fact_operating_metric union all select 'deal', "
            "count(*) from warehouse.fact_deal union all select 'news_claim', count(*) from "
            "warehouse.fact_news_claim"
        ),
    ),
)


def check_health(engine: sa.Engine, settings: Settings) -> tuple[Status, str]:
    """Close killed runs; returns the status and its metrics, which it also writes to files."""
    close_killed_runs(engine)
    found = status(engine, settings)
    return found, write_health(engine, settings, found)


def _of_nights(nights: Nights, now: datetime) -> Iterator[tuple[str, str, float]]:
    """Metrics of the daemon and the nights: name, meaning and value."""
    yield "miners_daemon_up", "Whether Dagster's daemon has ticked in the last hour.", nights.daemon_up
    if nights.ticked_at is not None:
        last = nights.ticked_at.timestamp()
        yield "miners_daemon_ticked_timestamp_seconds", "Last tick of Dagster's daemon.", last
    following = nights.next_at.timestamp()
    yield "miners_next_night_timestamp_seconds", "Next tick of the nightly schedule.", following
    if nights.good_at is not None:
        good, age = nights.good_at.timestamp(), (now - nights.good_at).total_seconds()
        yield "miners_last_good_night_timestamp_seconds", "End of the last good nightly run.", good
        yield "miners_last_good_night_age_seconds", "Age of that night when this was written.", age


def prometheus(engine: sa.Engine, found: Status) -> str:
    """The status in Prometheus' text format, ready for node_exporter's textfile collector."""
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    Gauge(
        "miners_needs_person", "Number of problems that need attention (miners status).", registry=registry
    ).set(len(found.needs))
    with engine.connect() as connection:
        for name, meaning, labels, query in _GAUGES:
            gauge = Gauge(name, meaning, labels, registry=registry)
            for *values, number in connection.execute(sa.text(query)):
                gauge.labels(*(str(value) for value in values)).set(float(number))
    for what, number in found.sizes.items():
        Gauge(f"miners_{what}_bytes", f"Size of the {what}.", registry=registry).set(number)
    for name, meaning, value in _of_nights(found.nights, datetime.now(UTC)):
        Gauge(name, meaning, registry=registry).set(value)
    return generate_latest(registry).decode()


def write_health(engine: sa.Engine, settings: Settings, found: Status) -> str:
    """Write `health.json` and `metrics.prom` to the data folder; returns the metrics."""
    settings.create_data_dir()
    nights = found.nights
    content = {
        "status": "attention" if found.needs else "ok",
        "needs": found.needs,
        "daemon_up": nights.daemon_up,
        "daemon_ticked_at": _iso(nights.ticked_at),
        "last_good_night": _iso(nights.good_at),
        "next_night": _iso(nights.next_at),
        "checked_at": _iso(datetime.now(UTC)),
    }
    _write(settings.data_dir / "health.json", json.dumps(content, indent=1))
    metrics = prometheus(engine, found)
    _write(settings.data_dir / "metrics.prom", metrics)
    return metrics


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(path)
