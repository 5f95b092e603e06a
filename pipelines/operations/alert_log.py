"""Open problems, and which of them an alert was sent for."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from pipelines.settings import Settings
from pipelines.warehouse import bookkeeping
from pipelines.warehouse.feeds import feed_problems
from pipelines.warehouse.quarantine_rows import rows_to_decide
from pipelines.warehouse.upsert import lock

# Findings that have an alert of their own kind.
_OTHER_ALERTS = ("late_filing",)


@dataclass(frozen=True, slots=True)
class Alert:
    """A problem for a person to look at.

    `key` identifies it, `kind` is as in ops.alert, and `told` is the message in one line.
    """

    key: str
    kind: str
    company: str | None
    told: str


def failed(companies: dict[str, str]) -> list[Alert]:
    """Alerts for companies that failed in a run.

    The same company with the same reason is the same alert in every run.
    """
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
    """Alert for a run that failed as a whole."""
    return Alert(
        f"failed_run:{job}:{_digest(reason)}",
        "failed_run",
        None,
        f"run {run_id[:8]} of {job} failed: {reason}",
    )


def _digest(reason: str) -> str:
    """Hash of a reason without its digits, which differ from night to night."""
    return hashlib.sha256("".join(c for c in reason if not c.isdigit()).encode()).hexdigest()[:12]


def current(connection: sa.Connection, settings: Settings) -> list[Alert]:
    """Alerts for the state of the warehouse.

    These are blocked documents, contradictions, late filings, a full quarantine, and silent or refused feeds.
    """
    out = []
    for row in connection.execute(
        sa.text(
            "select coalesce(d.company_id, 'news') as company, n.dataset, count(*) as documents, "
            "min(n.state_reason) as reason from ops.normalized_document n "
            "join warehouse.dim_document d using (document_key) where n.state = 'blocked' group by 1, 2"
        )
    ):
        subject = f"{row.documents} documents of {row.dataset}"
        told = f"{row.company}: {subject} are blocked and not loaded: {row.reason}"
        out.append(Alert(f"blocked:{row.company}:{row.dataset}", "blocked", row.company, told))
    for row in connection.execute(
        sa.text(
            "select finding_key, company_id, check_name, period_end, detail from ops.finding "
            "where check_name <> all(:other)"
        ),
        {"other": list(_OTHER_ALERTS)},
    ):
        told = f"{row.company_id}: {row.check_name} to {row.period_end}: {row.detail}"
        out.append(
            Alert(f"contradiction:finding:{row.finding_key}", "contradiction", row.company_id, told[:400])
        )
    for row in connection.execute(
        sa.text(
            "select claim_key, ticker, metric, value, filing_value, publisher from marts.news_claims "
            "where status = 'contradicted'"
        )
    ):
        told = f"{row.ticker}: {row.publisher} claims {row.metric} {row.value}, filed is {row.filing_value}"
        out.append(Alert(f"contradiction:claim:{row.claim_key}", "contradiction", row.ticker, told[:400]))
    t = bookkeeping.expected_filing
    for row in connection.execute(sa.select(t).where(t.c.status == "late")):
        key = f"late_filing:{row.company_id}:{row.document_kind}:{row.period_end}"
        kind = row.document_kind.replace("_", " ")
        told = f"{row.company_id}: the {kind} to {row.period_end} was due on {row.due}"
        out.append(Alert(key, "late_filing", row.company_id, told))
    rows = rows_to_decide(connection)
    limit = settings.alert_quarantine_limit
    if rows > limit:
        told = f"{rows} rows are open in quarantine, more than {limit}: miners quarantine list"
        out.append(Alert("quarantine", "quarantine", None, told))
    for problem in feed_problems(connection, settings):
        key = f"feed:{problem.kind}:{problem.feed}"
        out.append(Alert(key, "feed", None, f"feed {problem.message}: miners feeds check"))
    return out


@dataclass(slots=True)
class Changes:
    """Alerts not sent yet, the number sent earlier and still open, and those solved since."""

    unsent: list[Alert]
    lasting: int
    solved: list[Alert]


def remember(connection: sa.Connection, alerts: Iterable[Alert], *, kinds: Sequence[str]) -> Changes:
    """Store open alerts, and return how they differ from those already sent.

    Args:
        connection: to the warehouse, in a transaction.
        alerts: the open ones.
        kinds: those of which `alerts` is complete; a stored alert of them that is absent is solved.
    """
    lock(connection, "alerts")
    t = bookkeeping.alert
    found = {alert.key: alert for alert in alerts}
    rows = {row.alert_key: row for row in connection.execute(sa.select(t).where(t.c.gone_at.is_(None)))}
    now = datetime.now(UTC)
    for key, alert in found.items():
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
    solved = [row for key, row in rows.items() if key not in found and row.kind in kinds]
    if solved:
        connection.execute(
            sa.update(t).where(t.c.alert_key.in_([r.alert_key for r in solved])).values(gone_at=now)
        )
    sent = {key for key, row in rows.items() if row.sent_at is not None}
    unsent = [alert for key, alert in found.items() if key not in sent]
    return Changes(
        unsent,
        len(found) - len(unsent),
        [Alert(r.alert_key, r.kind, r.company_id, r.told) for r in solved if r.sent_at],
    )


def mark_sent(connection: sa.Connection, keys: Sequence[str]) -> None:
    """Record that alerts were sent, so that none is sent twice."""
    t = bookkeeping.alert
    connection.execute(sa.update(t).where(t.c.alert_key.in_(keys)).values(sent_at=datetime.now(UTC)))
