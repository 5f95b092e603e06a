"""Alerts: one digest each night, and a message as soon as a run fails; none is sent twice."""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from pipelines.errors import AlertNotSent
from pipelines.operations import alert_log
from pipelines.operations.alert_log import Alert, Changes
from pipelines.operations.senders import Message, ping, send
from pipelines.settings import Settings

log = logging.getLogger("miners.alerts")

# Kinds read in full from the warehouse each time. A failed run is solved once a later run succeeds.
_OF_WAREHOUSE = ("blocked", "contradiction", "late_filing", "quarantine", "feed")
_TITLES = {
    "failed_run": "failed runs",
    "failed_company": "companies that failed",
    "blocked": "blocked by a check",
    "contradiction": "contradictions",
    "late_filing": "late filings",
    "quarantine": "quarantine",
    "feed": "silent or refused feeds",
}
_LINES = 8
_NUMBERS = (
    ("filing_documents", "fetched", "documents fetched"),
    ("xbrl_facts", "facts", "XBRL facts read"),
    ("release_figures", "updates", "monthly updates"),
    ("release_figures", "releases", "earnings releases"),
    ("articles", "read", "articles read"),
    ("news_claims", "claims", "claims read"),
)


def send_digest(
    engine: sa.Engine, settings: Settings, summary: dict[str, Any], failed: dict[str, str], night: str
) -> int:
    """Send the digest of a night, and return the number of new problems.

    It lists new problems, solved ones, and counts of the night.

    A night without changes sends nothing. Alerts that could not be sent are in the next digest; an address
    that does not answer never fails a run.
    """
    numbers = _numbers(summary)
    with engine.begin() as connection:
        found = [*alert_log.failed(failed), *alert_log.current(connection, settings)]
        kinds = (*_OF_WAREHOUSE, "failed_company", *(() if failed else ("failed_run",)))
        changes = alert_log.remember(connection, found, kinds=kinds)
    if not (changes.unsent or changes.solved or numbers):
        return 0
    if _send(settings, _digest(changes, numbers, night)) and changes.unsent:
        with engine.begin() as connection:
            alert_log.mark_sent(connection, [a.key for a in changes.unsent])
    return len(changes.unsent)


def send_failed_run(engine: sa.Engine, settings: Settings, job: str, run_id: str, reason: str) -> bool:
    """Send an alert for a failed run, and return whether it was sent.

    The same failure of the same job is sent once.
    """
    alert = alert_log.failed_run(job, reason, run_id)
    with engine.begin() as connection:
        changes = alert_log.remember(connection, [alert], kinds=())
    if not changes.unsent:
        return False
    message = Message(
        f"Miners: a run of {job} failed",
        [alert.told],
        {"level": "error", "alerts": [_data(alert)], "run_id": run_id},
    )
    if not _send(settings, message):
        return False
    with engine.begin() as connection:
        alert_log.mark_sent(connection, [alert.key])
    return True


def ping_dead_man(settings: Settings) -> bool:
    """Request DEAD_MAN_URL after a good night; returns whether it answered. A failure is logged."""
    if not settings.dead_man_url:
        return False
    try:
        ping(settings.dead_man_url)
    except AlertNotSent as error:
        log.warning("dead-man URL not requested: %s", error)
        return False
    return True


def _numbers(summary: dict[str, Any]) -> dict[str, int]:
    """Counts of a night by title, without zeros."""
    counts = {
        title: int(summary.get(step, {}).get("counts", {}).get(name, 0)) for step, name, title in _NUMBERS
    }
    loaded = Counter[str]()
    for step, result in summary.items():
        if step.startswith("load_"):
            loaded.update({k: int(v) for k, v in result.get("counts", {}).items()})
    counts["facts loaded"] = loaded["inserted"]
    counts["facts changed"] = loaded["updated"] + loaded["deleted"]
    return {title: number for title, number in counts.items() if number}


def _digest(changes: Changes, numbers: dict[str, int], night: str) -> Message:
    what = f"{len(changes.unsent)} new to look at" if changes.unsent else "nothing to look at"
    lines = []
    for kind, title in _TITLES.items():
        mine = [a for a in changes.unsent if a.kind == kind]
        if mine:
            lines.append(f"{title} ({len(mine)})")
            lines += [f"• {a.told}" for a in mine[:_LINES]]
            lines += [f"• and {len(mine) - _LINES} more: miners status"] if len(mine) > _LINES else []
    if changes.solved:
        lines.append(f"solved ({len(changes.solved)})")
        lines += [f"• {a.told}" for a in changes.solved[:_LINES]]
    if numbers:
        lines.append("read: " + ", ".join(f"{number:,} {title}" for title, number in numbers.items()))
    if changes.lasting:
        lines.append(f"{changes.lasting} sent earlier are still open: miners status")
    level = (
        "error"
        if any(a.kind.startswith("failed") for a in changes.unsent)
        else "warning"
        if changes.unsent
        else "info"
    )
    data = {
        "level": level,
        "night": night,
        "alerts": [_data(a) for a in changes.unsent],
        "solved": [_data(a) for a in changes.solved],
        "lasting": changes.lasting,
        "numbers": numbers,
    }
    return Message(f"Miners, night of {night}: {what}", lines, data)


def _data(alert: Alert) -> dict[str, str | None]:
    return {"key": alert.key, "kind": alert.kind, "company": alert.company, "told": alert.told}


def _send(settings: Settings, message: Message) -> bool:
    """Send to every address, log failures, and return whether at least one succeeded."""
    sent = False
    for url in _addresses(settings):
        try:
            send(url, message)
            sent = True
        except AlertNotSent as error:
            log.warning("alert not sent: %s", error)
    return sent


def _addresses(settings: Settings) -> Sequence[str]:
    return (settings.alert_url or "").split()
