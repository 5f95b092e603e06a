"""One digest a night, and a word at once where a run fails: nobody is told the same thing twice."""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from pipelines.errors import AlertNotSent
from pipelines.operations import alert_log as alerts
from pipelines.operations.alert_log import Alert, News
from pipelines.operations.senders import Message, send
from pipelines.settings import Settings

log = logging.getLogger("miners.alerts")

# Kinds that the warehouse shows in full each time; a failed run is gone once a later one of its job went well.
_OF_WAREHOUSE = ("blocked", "contradiction", "late_filing", "quarantine", "feed")
_TITLES = {
    "failed_run": "failed runs",
    "failed_company": "companies that failed",
    "blocked": "blocked by a check",
    "contradiction": "contradictions",
    "late_filing": "late filings",
    "quarantine": "quarantine",
    "feed": "silent feeds",
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
    """Tell what is new of a night: problems that nobody was told of, what is solved, and what was read. How many problems it told.

    A night without news is silent. What could not be sent is told the next time; an address that is dead fails nothing.
    """
    numbers = _numbers(summary)
    with engine.begin() as connection:
        wrong = [*alerts.failed(failed), *alerts.current(connection, settings.alert_quarantine_limit)]
        kinds = (*_OF_WAREHOUSE, "failed_company", *(() if failed else ("failed_run",)))
        news = alerts.remember(connection, wrong, kinds=kinds)
    if not (news.untold or news.gone or numbers):
        return 0
    if _send(settings, _digest(news, numbers, night)) and news.untold:
        with engine.begin() as connection:
            alerts.mark_told(connection, [a.key for a in news.untold])
    return len(news.untold)


def tell_failed_run(engine: sa.Engine, settings: Settings, job: str, run_id: str, reason: str) -> bool:
    """Tell at once that a run failed; whether it was told. The same failure of the same job is told once."""
    alert = alerts.failed_run(job, reason, run_id)
    with engine.begin() as connection:
        news = alerts.remember(connection, [alert], kinds=())
    if not news.untold:
        return False
    message = Message(
        f"Miners: a run of {job} failed",
        [alert.told],
        {"level": "error", "alerts": [_data(alert)], "run_id": run_id},
    )
    if not _send(settings, message):
        return False
    with engine.begin() as connection:
        alerts.mark_told(connection, [alert.key])
    return True


def _numbers(summary: dict[str, Any]) -> dict[str, int]:
    """What a night read and loaded, where it is more than nothing."""
    found = {
        title: int(summary.get(step, {}).get("counts", {}).get(name, 0)) for step, name, title in _NUMBERS
    }
    loaded = Counter[str]()
    for step, told in summary.items():
        if step.startswith("load_"):
            loaded.update({k: int(v) for k, v in told.get("counts", {}).items()})
    found["facts loaded"] = loaded["inserted"]
    found["facts changed"] = loaded["updated"] + loaded["deleted"]
    return {title: number for title, number in found.items() if number}


def _digest(news: News, numbers: dict[str, int], night: str) -> Message:
    what = f"{len(news.untold)} new to look at" if news.untold else "nothing to look at"
    lines = []
    for kind, title in _TITLES.items():
        mine = [a for a in news.untold if a.kind == kind]
        if mine:
            lines.append(f"{title} ({len(mine)})")
            lines += [f"• {a.told}" for a in mine[:_LINES]]
            lines += [f"• and {len(mine) - _LINES} more: miners status"] if len(mine) > _LINES else []
    if news.gone:
        lines.append(f"no longer so ({len(news.gone)})")
        lines += [f"• {a.told}" for a in news.gone[:_LINES]]
    if numbers:
        lines.append("read: " + ", ".join(f"{number:,} {title}" for title, number in numbers.items()))
    if news.lasting:
        lines.append(f"{news.lasting} told before are still so: miners status")
    level = (
        "error"
        if any(a.kind.startswith("failed") for a in news.untold)
        else "warning"
        if news.untold
        else "info"
    )
    data = {
        "level": level,
        "night": night,
        "alerts": [_data(a) for a in news.untold],
        "solved": [_data(a) for a in news.gone],
        "lasting": news.lasting,
        "numbers": numbers,
    }
    return Message(f"Miners, night of {night}: {what}", lines, data)


def _data(alert: Alert) -> dict[str, str | None]:
    return {"key": alert.key, "kind": alert.kind, "company": alert.company, "told": alert.told}


def _send(settings: Settings, message: Message) -> bool:
    """Send to every address; whether at least one took it. What did not arrive is in the log."""
    arrived = False
    for url in _addresses(settings):
        try:
            send(url, message)
            arrived = True
        except AlertNotSent as error:
            log.warning("alert not sent: %s", error)
    return arrived


def _addresses(settings: Settings) -> Sequence[str]:
    return (settings.alert_url or "").split()
