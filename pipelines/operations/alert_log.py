"""What is wrong now, and what people were told of it already."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from pipelines.warehouse import bookkeeping
from pipelines.warehouse.upsert import lock

# Findings that are an alert of their own kind, or told by the calendar.
_NO_CONTRADICTION = ("late_filing",)


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that a person should look at: its kind (see ops.alert), whose, and what in one line. `key` tells it from others."""

    key: str
    kind: str
    company: str | None
    told: str


def failed(companies: dict[str, str]) -> list[Alert]:
    """Companies that failed in a run: the same company with the same reason is the same alert, whatever the run."""
    return [
        Alert(
            f"failed_company:{company}:{_digest(reason)}",
            "failed_company",
            company,
            f"{company} failed: {reason}",
        )
        for company, reason in companies.items()
    ]


def failed_run(job: str, reason: str, run_id: str) -> Alert:
    """A run that failed for a reason that is not a company's."""
    return Alert(
        f"failed_run:{job}:{_digest(reason)}",
        "failed_run",
        None,
        f"run {run_id[:8]} of {job} failed: {reason}",
    )


def _digest(reason: str) -> str:
    """A reason without the numbers in it, which differ from night to night."""
    return hashlib.sha256("".join(c for c in reason if not c.isdigit()).encode()).hexdigest()[:12]


def current(connection: sa.Connection, quarantine_limit: int) -> list[Alert]:
    """What the warehouse shows to be wrong now: blocked documents, contradictions, late filings, a full quarantine, dead feeds."""
    out = []
    for row in connection.execute(
        sa.text(
            "select coalesce(d.company_id, 'news') as company, n.dataset, count(*) as documents, min(n.state_reason) as reason "
            "from ops.normalized_document n join warehouse.dim_document d using (document_key) where n.state = 'blocked' group by 1, 2"
        )
    ):
        told = f"{row.company}: {row.documents} documents of {row.dataset} are blocked, nothing of them is loaded: {row.reason}"
        out.append(Alert(f"blocked:{row.company}:{row.dataset}", "blocked", row.company, told))
    for row in connection.execute(
        sa.text(
            "select finding_key, company_id, check_name, period_end, detail from ops.finding where check_name <> all(:other)"
        ),
        {"other": list(_NO_CONTRADICTION)},
    ):
        told = f"{row.company_id}: {row.check_name} to {row.period_end}: {row.detail}"
        out.append(
            Alert(f"contradiction:finding:{row.finding_key}", "contradiction", row.company_id, told[:400])
        )
    for row in connection.execute(
        sa.text(
            "select claim_key, ticker, metric, value, filing_value, publisher from marts.news_claims where status = 'contradicted'"
        )
    ):
        told = f"{row.ticker}: {row.publisher} claims {row.metric} {row.value}, filed is {row.filing_value}"
        out.append(Alert(f"contradiction:claim:{row.claim_key}", "contradiction", row.ticker, told[:400]))
    t = bookkeeping.expected_filing
    for row in connection.execute(sa.select(t).where(t.c.status == "late")):
        key = f"late_filing:{row.company_id}:{row.document_kind}:{row.period_end}"
        told = f"{row.company_id}: the {row.document_kind.replace('_', ' ')} to {row.period_end} was due on {row.due}"
        out.append(Alert(key, "late_filing", row.company_id, told))
    rows = (
        connection.execute(
            sa.text("select count(*) from quarantine.rejected_row where status = 'open'")
        ).scalar()
        or 0
    )
    if rows > quarantine_limit:
        told = f"{rows} rows are open in quarantine, more than {quarantine_limit}: miners quarantine list"
        out.append(Alert("quarantine", "quarantine", None, told))
    for row in connection.execute(
        sa.text(
            "select feed, reason from ops.feed where status = 'failed' and (answered_at is null or answered_at < asked_at - interval '36 hours')"
        )
    ):
        out.append(Alert(f"feed:{row.feed}", "feed", None, f"feed {row.feed} does not answer: {row.reason}"))
    return out


@dataclass(slots=True)
class News:
    """Of what is wrong: what nobody was told yet, how much was told before and lasts, and what is wrong no more."""

    untold: list[Alert]
    lasting: int
    gone: list[Alert]


def remember(connection: sa.Connection, now_wrong: Iterable[Alert], *, kinds: Sequence[str]) -> News:
    """Write down what is wrong; returns what people do not know yet.

    kinds   which kinds `now_wrong` is complete of: what of them is not in it any more is gone
    """
    lock(connection, "alerts")
    t = bookkeeping.alert
    wrong = {alert.key: alert for alert in now_wrong}
    rows = {row.alert_key: row for row in connection.execute(sa.select(t).where(t.c.gone_at.is_(None)))}
    now = datetime.now(UTC)
    for key, alert in wrong.items():
        if key not in rows:
            connection.execute(sa.delete(t).where(t.c.alert_key == key))
            connection.execute(
                sa.insert(t).values(
                    alert_key=key,
                    kind=alert.kind,
                    company_id=alert.company,
                    told=alert.told,
                    first_at=now,
                    sent_at=None,
                    gone_at=None,
                )
            )
    gone = [row for key, row in rows.items() if key not in wrong and row.kind in kinds]
    if gone:
        connection.execute(
            sa.update(t).where(t.c.alert_key.in_([r.alert_key for r in gone])).values(gone_at=now)
        )
    told = {key for key, row in rows.items() if row.sent_at is not None}
    untold = [alert for key, alert in wrong.items() if key not in told]
    return News(
        untold,
        len(wrong) - len(untold),
        [Alert(r.alert_key, r.kind, r.company_id, r.told) for r in gone if r.sent_at],
    )


def mark_told(connection: sa.Connection, keys: Sequence[str]) -> None:
    """Write down that people were told, so that they are not told again."""
    t = bookkeeping.alert
    connection.execute(sa.update(t).where(t.c.alert_key.in_(keys)).values(sent_at=datetime.now(UTC)))
