"""The operator's status: runs, filings, quarantine, findings, requests and sizes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.extract.archive import Archive
from pipelines.secrets import hide
from pipelines.settings import Settings, load_settings
from pipelines.warehouse.feeds import feed_problems
from pipelines.warehouse.quarantine_rows import rows_to_decide

Section = tuple[str, list[str], list[tuple[Any, ...]]]

_ANSWERS = (
    "(select string_agg(substr(code, 9) || ' × ' || number, ', ' order by code) from (select c.key as "
    "code, sum(c.value::bigint) as number from jsonb_each(summary) s, "
    "jsonb_each_text(s.value->'counts') c where c.key like 'answers\\_%' group by 1) a)"
)
_SECTIONS = (
    (
        "last runs",
        (
            "select job, to_char(started_at, 'YYYY-MM-DD HH24:MI') as started, status, "
            "coalesce(round(extract(epoch from ended_at - started_at))::text || ' s', '') as took, "
            "coalesce((summary->'filing_documents'->'counts'->>'fetched')::int, 0) + "
            "coalesce((summary->'articles'->'counts'->>'read')::int, 0) as fetched, (select "
            "sum((s.value->'counts'->>'inserted')::int) from jsonb_each(summary) s where s.key like "
            f"'load\\_%') as facts_loaded, coalesce({_ANSWERS}, 'none') as requests, (select "
            "string_agg(distinct k, ', ') from jsonb_each(summary) s, lateral (select "
            "jsonb_object_keys(coalesce(s.value->'failures', '{}')) union select "
            "jsonb_object_keys(coalesce(s.value->'failed_months', '{}'))) o(k)) as failed from ops.run "
            "order by started_at desc limit 7"
        ),
    ),
    (
        "late filings",
        (
            "select company_id as ticker, document_kind as document, period_end, form, due, current_date - "
            "due as days, due_rule from ops.expected_filing where status = 'late' order by due, 1"
        ),
    ),
    (
        "due next",
        (
            "select company_id as ticker, document_kind as document, period_end, form, due, due_rule from "
            "ops.expected_filing where status = 'upcoming' order by due, 1 limit 12"
        ),
    ),
    (
        "documents by company",
        (
            "select company_id as ticker, count(*) as documents, count(*) filter (where status = 'read') "
            "as read, count(*) filter (where status in ('missing', 'refused', 'unreadable')) as unread, "
            "max(filed_on) as last_filed, current_date - max(filed_on) as days_ago, max(report_date) "
            "filter (where document_kind = 'report') as last_report from warehouse.dim_document where "
            "source <> 'news' group by 1 order by 1"
        ),
    ),
    (
        "coverage by company",
        (
            "select company_id as ticker, count(*) filter (where status = 'filled') as filled, count(*) "
            "filter (where status = 'late') as late, count(*) filter (where status = 'missing') as "
            "missing, count(*) filter (where status = 'explained') as explained from ops.expected_filing "
            "where status <> 'upcoming' group by 1 order by 1"
        ),
    ),
    (
        "documents that could not be read",
        (
            "select company_id as ticker, form, accession, name, status, status_reason as reason from "
            "warehouse.dim_document where status in ('missing', 'refused', 'unreadable') union all select "
            "company_id, form, accession, primary_document, status, status_reason from ops.filing where "
            "status = 'failed' order by 1, 3 limit 30"
        ),
    ),
    (
        "press releases",
        (
            "select company_id as ticker, count(*) filter (where document_kind = 'update') as updates, "
            "count(*) filter (where document_kind = 'release') as earnings, count(*) filter (where "
            "kind_reason is not null and document_kind = 'other') as neither, count(*) filter (where "
            "status = 'unreadable') as unreadable, count(repeats) as furnished_again, max(subject_end) as "
            "last_about from warehouse.dim_document where form like '8-K%' or form like '6-K%' group by 1 "
            "order by 1"
        ),
    ),
    (
        "furnished, and neither update nor results",
        (
            "select company_id as ticker, form, accession, name, kind_reason as reason from "
            "warehouse.dim_document where document_kind = 'other' and kind_reason is not null and "
            "document_type like 'EX-%' order by filed_on desc, 1 limit 15"
        ),
    ),
    (
        "feeds of news",
        (
            "select feed, publisher, status, entries, to_char(newest_at, 'YYYY-MM-DD HH24:MI') as newest, "
            "coalesce(round(extract(epoch from asked_at - answered_at) / 3600)::text || ' h', 'never') as "
            "silent_for, reason from ops.feed order by status = 'ok', 1"
        ),
    ),
    (
        "articles that were not read in full",
        (
            "select feed, url, status, reason from ops.feed_entry where status not in ('read', 'listed') "
            "order by partition_day desc, 2 limit 15"
        ),
    ),
    (
        "claims of news by publisher",
        (
            "select publisher, claims, confirmed, contradicted, unmatched, superseded, median_lead_hours, "
            "articles, in_quarantine, skipped, not_understood from marts.publisher_accuracy "
            "order by 2 desc, 1 limit 15"
        ),
    ),
    (
        "documents read with warnings",
        (
            "select company_id as ticker, form, accession, name, status_reason as warning from "
            "warehouse.dim_document where status = 'read' and status_reason is not null and source <> "
            "'news' order by 1, 3 limit 30"
        ),
    ),
    (
        "quarantine",
        'select check_name as "check", company_id as ticker, count(*) as rows, min(reason) as example, '
        "min(row_content->>'remedy') as line_to_add from quarantine.rejected_row where status = 'open' "
        "group by 1, 2 order by 1, 2 limit 30",
    ),
    (
        "quantities not understood in press releases",
        (
            "select d.company_id as ticker, count(distinct d.document_key) as documents, "
            "sum(n.not_understood_in_text) as in_sentences, sum(n.not_understood_in_tables) as in_tables, "
            "max(d.filed_on) as last_filed from ops.normalized_document n join warehouse.dim_document d "
            "using (document_key) where n.not_understood_in_text + n.not_understood_in_tables > 0 "
            "group by 1 order by sum(n.not_understood_in_text + n.not_understood_in_tables) desc, 1 limit 30"
        ),
    ),
    (
        "blocked",
        (
            "select company_id as ticker, dataset, d.name, n.state_reason as reason from "
            "ops.normalized_document n join warehouse.dim_document d using (document_key) where n.state = "
            "'blocked' order by 1 limit 30"
        ),
    ),
    (
        "open findings",
        (
            'select ticker, "check", period_end, expected, found, difference, detail from '
            "marts.open_findings order by 1, 3 limit 30"
        ),
    ),
    ("daily index", "select day, status, listed, missed from ops.daily_index order by day desc limit 5"),
    (
        "alerts",
        (
            "select kind, company_id as ticker, told, to_char(first_at, 'YYYY-MM-DD HH24:MI') as since, "
            "coalesce(to_char(sent_at, 'YYYY-MM-DD HH24:MI'), 'not yet') as sent from ops.alert where "
            "gone_at is null order by first_at desc limit 20"
        ),
    ),
)


_LAST = (
    "select to_char(started_at, 'YYYY-MM-DD HH24:MI') || ' ' || status || coalesce(', ' || "
    "round(extract(epoch from ended_at - started_at)) || ' s', '') from ops.run where job = '{}' "
    "order by started_at desc limit 1"
)
_SUMMARY = (
    ("last night", _LAST.format("nightly")),
    ("last news", _LAST.format("news")),
    (
        "documents",
        "select count(*) filter (where status = 'read') || ' read, ' || count(*) filter (where status in "
        "('missing', 'refused', 'unreadable')) || ' unread, the last of ' || max(filed_on) "
        "from warehouse.dim_document where source <> 'news'",
    ),
    (
        "expected filings",
        "select string_agg(number || ' ' || status, ', ' order by status) from (select status, count(*) as "
        "number from ops.expected_filing group by 1) s",
    ),
    (
        "company facts",
        "select count(*) filter (where agrees) || ' figures agree, ' || count(*) filter (where not agrees) "
        "|| ' differ' from ops.verification having count(*) > 0",
    ),
    (
        "quarantine",
        "select string_agg(number || ' ' || check_name, ', ' order by number desc, check_name) from (select "
        "check_name, count(*) as number from quarantine.rejected_row where status = 'open' group by 1 "
        "order by 2 desc limit 4) s",
    ),
    (
        "findings",
        "select string_agg(number || ' ' || \"check\", ', ' order by number desc, \"check\") from (select "
        '"check", count(*) as number from marts.open_findings group by 1 order by 2 desc limit 4) s',
    ),
    (
        "not understood",
        "select sum(not_understood_in_text + not_understood_in_tables) || ' quantities in ' || "
        "count(distinct document_key) || ' documents' from ops.normalized_document where "
        "not_understood_in_text + not_understood_in_tables > 0",
    ),
    (
        "news claims",
        "select string_agg(number || ' ' || status, ', ' order by status) from (select status, count(*) as "
        "number from marts.news_claims group by 1) s",
    ),
    (
        "feeds",
        "select count(*) filter (where status <> 'failed') || ' answer, ' || count(*) filter (where status = "
        "'failed') || ' do not' from ops.feed having count(*) > 0",
    ),
)


DAEMON_SILENT = timedelta(hours=1)
"""A daemon that has not ticked for longer needs a person; its sensors tick every minute."""
_STOPPED = "stopped"
_LATE_NIGHT = timedelta(hours=2)
_MISSED_NIGHT = timedelta(hours=24) + _LATE_NIGHT


@dataclass(frozen=True, slots=True)
class Nights:
    """Dagster's daemon and the nightly runs. Times are None if there is none.

    Args:
        ticked_at: Last tick of the daemon; None if it has not run here, or was stopped.
        stopped: Whether it was stopped here, and not started again.
        scheduled: Whether the schedule started a night in the last week.
    """

    next_at: datetime
    daemon_up: bool
    ticked_at: datetime | None
    stopped: bool
    started_at: datetime | None
    good_at: datetime | None
    scheduled: bool


@dataclass(slots=True)
class Status:
    """The status: a short summary, sections of rows, problems, nights, and sizes in bytes."""

    nights: Nights
    summary: list[tuple[str, str]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Section]:
        return iter(self.sections)

    def section(self, name: str) -> Section:
        """The section of a name, `late filings` or `late_filings`. Raises UsageError."""
        wanted = name.strip().lower().replace("_", " ")
        for section in self.sections:
            if section[0] == wanted:
                return section
        raise UsageError(
            f"There is no section {name!r}. There are: {', '.join(s[0] for s in self.sections)}."
        )


def status(engine: sa.Engine, settings: Settings | None = None, now: datetime | None = None) -> Status:
    """Read the status from the warehouse."""
    moment = now or datetime.now(UTC)
    settings = settings or load_settings()
    with engine.connect() as connection:
        out = Status(_nights(connection, settings, moment))
        for title, query in _SECTIONS:
            result = connection.execute(sa.text(query))
            rows = [tuple(hide(v) if isinstance(v, str) else v for v in row) for row in result]
            out.sections.append((title, list(result.keys()), rows))
        out.sizes = _sizes(connection, settings)
        out.sections.append(("sizes", ["what", "bytes"], list(out.sizes.items())))
        out.needs = [hide(line) for line in _needs(connection, settings, moment, out.nights)]
        out.summary = [
            (what, str(connection.execute(sa.text(query)).scalar() or "none")) for what, query in _SUMMARY
        ]
    ticks = _ticks(out.nights, moment)
    out.summary.append(("next night", " · ".join(map(str, ticks[2][0][1:]))))
    out.summary.append(("sizes", ", ".join(f"{w} {n / 1e6:,.0f} MB" for w, n in out.sizes.items())))
    out.sections.insert(1, ticks)
    out.sections.insert(0, ("needs a person", ["what"], [(line,) for line in out.needs]))
    return out


def next_night(settings: Settings, now: datetime) -> datetime:
    """The next tick of the nightly schedule."""
    zone = ZoneInfo(settings.miners_timezone)
    hour, minute = (int(part) for part in settings.miners_nightly_at.split(":"))
    there = now.astimezone(zone)
    tick = there.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return tick if tick > there else (tick + timedelta(days=1)).replace(hour=hour, minute=minute)


def heartbeat(settings: Settings) -> Path:
    """The file that Dagster's daemon writes at each tick, and that says so if it was stopped."""
    return settings.dagster_dir / "alive"


def beat(settings: Settings) -> None:
    """Record a tick of Dagster's daemon."""
    path = heartbeat(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")


def stop_beating(settings: Settings) -> None:
    """Record that Dagster's daemon was stopped by a person, and did not die."""
    path = heartbeat(settings)
    if path.exists():
        path.write_text(_STOPPED)


def last_beat(settings: Settings) -> datetime | None:
    """The last tick of Dagster's daemon; None if it has not run here, or was stopped."""
    path = heartbeat(settings)
    if not path.exists() or path.read_text() == _STOPPED:
        return None
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _nights(connection: sa.Connection, settings: Settings, now: datetime) -> Nights:
    ticked = last_beat(settings)
    query = sa.text(
        "select max(started_at), max(ended_at) filter (where status = 'succeeded'), "
        "coalesce(bool_or(schedule is not null and started_at > :week), false) "
        "from ops.run where job = 'nightly'"
    )
    started, good, scheduled = connection.execute(query, {"week": now - timedelta(days=7)}).one()
    return Nights(
        next_at=next_night(settings, now),
        daemon_up=ticked is not None and now - ticked <= DAEMON_SILENT,
        ticked_at=ticked,
        stopped=ticked is None and heartbeat(settings).exists(),
        started_at=started,
        good_at=good,
        scheduled=scheduled,
    )


def _night_problems(nights: Nights, settings: Settings, now: datetime) -> Iterator[str]:
    """A daemon that does not tick, and a missed night if the source is live.

    Nights that another scheduler starts (`miners run`) may begin at any hour.
    """
    if nights.ticked_at is not None and not nights.daemon_up:
        yield "Dagster's daemon has not ticked for more than an hour: start it again (make ui)"
    if settings.mirror is not None:
        return
    if nights.started_at is None:
        if nights.ticked_at is None:
            yield "no nightly run yet, and Dagster's daemon is not running: make ui, or miners run"
        return
    if nights.stopped and nights.scheduled:
        yield "Dagster's daemon, which starts the nights, was stopped: make ui"
    tick = nights.next_at - timedelta(days=1)
    late = nights.scheduled and nights.started_at < tick and now - tick > _LATE_NIGHT
    if late or now - nights.started_at > _MISSED_NIGHT:
        yield f"no nightly run since {nights.started_at:%Y-%m-%d %H:%M}: is Dagster's daemon running?"


def _ticks(nights: Nights, now: datetime) -> Section:
    alive = f"ticked {int((now - nights.ticked_at).total_seconds())} s ago" if nights.ticked_at else None
    row = ("every_night", f"{nights.next_at:%Y-%m-%d %H:%M %Z}", alive or "not running: make ui")
    return "next tick", ["schedule", "at", "daemon"], [row]


def _sizes(connection: sa.Connection, settings: Settings) -> dict[str, int]:
    """Bytes of archive and database; for a remote archive, the sum of its documents."""
    query = sa.text(
        "select pg_database_size(current_database()), (select coalesce(sum(bytes), 0) from "
        "warehouse.dim_document)"
    )
    database, documents = connection.execute(query).one()
    archive = int(documents) if "://" in settings.archive else Archive(settings.archive).size()
    return {"archive": archive, "database": int(database)}


def _needs(connection: sa.Connection, settings: Settings, now: datetime, nights: Nights) -> list[str]:
    """Problems that need attention, one line each with where to look."""
    out = []
    for row in connection.execute(
        sa.text(
            "select distinct on (job) job, run_id, status, started_at, summary ? 'killed' as killed "
            "from ops.run order by job, started_at desc"
        )
    ):
        if row.killed:
            out.append(
                f"the last run of {row.job} was killed: run it again, and check memory, run {row.run_id[:8]}"
            )
        elif row.status == "failed":
            out.append(f"the last run of {row.job} failed: see it in Dagster, run {row.run_id[:8]}")
        elif row.status == "running" and now - row.started_at > timedelta(hours=24):
            out.append(
                f"a run of {row.job} has been going since {row.started_at:%Y-%m-%d %H:%M}: see it in "
                f"Dagster, run {row.run_id[:8]}"
            )
    out += _night_problems(nights, settings, now)
    for title, query in (
        (
            "{} filings are late: see late filings",
            "select count(*) from ops.expected_filing where status = 'late'",
        ),
        (
            "{} reports are filed and could not be read: see documents that could not be read",
            "select count(*) from ops.expected_filing where status = 'missing' and accession is not null",
        ),
        (
            "{} registrants mine and are not watched, found this month: miners companies discover",
            "select count(*) from ops.unwatched_registrant where likely and found_at > now() - "
            "interval '31 days'",
        ),
        (
            "{} documents are blocked by a check: see blocked",
            "select count(*) from ops.normalized_document where state = 'blocked'",
        ),
    ):
        number = int(connection.execute(sa.text(query)).scalar() or 0)
        if number:
            out.append(title.format(number))
    rows = rows_to_decide(connection)
    if rows > settings.alert_quarantine_limit:
        out.append(f"{rows} rows are open in quarantine: miners quarantine list")
    feeds = [problem.feed for problem in feed_problems(connection, settings)]
    if feeds:
        out.append(f"{len(feeds)} news feeds are silent or refused: {', '.join(feeds)}: miners feeds check")
    return out
