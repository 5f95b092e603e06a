"""Check what a night needs before it starts: settings, sources, storage, daemon and clock."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

import sqlalchemy as sa

from pipelines.errors import MinersError
from pipelines.extract.archive import Archive
from pipelines.extract.edgar import SUBMISSIONS
from pipelines.extract.http import Fetcher, Response
from pipelines.operations.status import DAEMON_SILENT, last_beat
from pipelines.secrets import hide
from pipelines.settings import Settings, check_user_agent, exposed_env_file, load_settings
from pipelines.steps.feeds import check_feeds
from pipelines.steps.services import Services
from pipelines.warehouse.engine import connect_engine
from pipelines.watchlist import load_lexicon, load_watchlist

_LEAST_DISK = 2_000_000_000
_OLDEST_SERVER = 140000
_LARGEST_SKEW = 60
_NEED_A_USER_AGENT = ("edgar", "clock")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One check: what was checked, whether it is fine, the result, and what to do if it is not."""

    what: str
    fine: bool
    told: str
    remedy: str = ""


Check = Callable[[Settings], Diagnosis]


def diagnose() -> Iterator[Diagnosis]:
    """Run every check; a failing one stops no other.

    EDGAR gets one request, each feed one.
    """
    try:
        settings = load_settings()
    except MinersError as error:
        yield Diagnosis(
            "settings", False, hide(str(error)), "Correct the variable in the environment or in .env."
        )
        return
    failed: set[str] = set()
    for what, check in _CHECKS:
        if what in _NEED_A_USER_AGENT and "user agent" in failed:
            continue
        try:
            found = check(settings)
            failed |= set() if found.fine else {what}
            yield found
        except (MinersError, OSError, sa.exc.SQLAlchemyError) as error:
            failed.add(what)
            told = hide(" ".join(str(error).split())[:300])
            yield Diagnosis(what, False, told, _REMEDIES[what])


def _watchlist(settings: Settings) -> Diagnosis:
    watchlist, lexicon = load_watchlist(settings.miners_watchlist), load_lexicon(settings.miners_watchlist)
    told = f"{len(watchlist.companies)} companies, {len(lexicon.aliases)} groups of labels"
    return Diagnosis("watchlist", True, told)


def _env_file(settings: Settings) -> Diagnosis:
    exposed = exposed_env_file()
    return Diagnosis(
        "env file", exposed is None, exposed or "closed to other users, or none", _REMEDIES["env file"]
    )


def _user_agent(settings: Settings) -> Diagnosis:
    if settings.mirror is not None:
        return Diagnosis("user agent", True, f"not needed: filings come from {settings.mirror}")
    check_user_agent(settings.edgar_user_agent)
    return Diagnosis("user agent", True, "has a name and an e-mail address")


@lru_cache(maxsize=1)
def _submissions(settings: Settings, cik: str) -> Response:
    """One page of EDGAR, for two checks."""
    return Fetcher(settings, wait_on_ban=False).get(f"{SUBMISSIONS}CIK{cik}.json")


def _edgar(settings: Settings) -> Diagnosis:
    company = load_watchlist(settings.miners_watchlist).companies[0]
    _submissions(settings, company.ciks[-1].cik)
    place = settings.mirror or settings.edgar_base or "data.sec.gov"
    return Diagnosis("edgar", True, f"{hide(str(place))} answers for {company.ticker}")


def _clock(settings: Settings) -> Diagnosis:
    if settings.mirror is not None:
        return Diagnosis("clock", True, "not compared: a mirror has no clock")
    company = load_watchlist(settings.miners_watchlist).companies[0]
    answer = _submissions(settings, company.ciks[-1].cik)
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", "")).replace(tzinfo=UTC)
    except ValueError:
        return Diagnosis("clock", True, "not compared: EDGAR's answer has no date")
    skew = abs((datetime.now(UTC) - theirs).total_seconds())
    told = f"{skew:.0f} s from EDGAR's"
    return Diagnosis("clock", skew <= _LARGEST_SKEW, told, "Set the clock, for example by NTP.")


def _feeds(settings: Settings) -> Diagnosis:
    checks = list(check_feeds(Services(settings)))
    failed = [check.feed for check in checks if check.result == "failed"]
    told = f"{len(checks) - len(failed)} of {len(checks)} answer"
    if failed:
        told += f"; not {', '.join(failed[:6])}"
    return Diagnosis("feeds", not failed, told, _REMEDIES["feeds"])


def _database(settings: Settings) -> Diagnosis:
    with connect_engine(settings).connect() as connection:
        number, size = connection.execute(
            sa.text("select current_setting('server_version_num')::int, pg_database_size(current_database())")
        ).one()
    kind = "own server" if settings.warehouse_url else "embedded server"
    told = f"PostgreSQL {number // 10000}, {kind}, {size / 1e6:,.0f} MB"
    return Diagnosis("database", number >= _OLDEST_SERVER, told, "Upgrade the server to version 14 or later.")


def _archive(settings: Settings) -> Diagnosis:
    if "://" in settings.archive:
        return Diagnosis("archive", True, f"{settings.archive} (written in the next run)")
    os.makedirs(settings.archive, exist_ok=True)
    if not os.access(settings.archive, os.W_OK):
        return Diagnosis("archive", False, f"{settings.archive} is read-only", _REMEDIES["archive"])
    size = Archive(settings.archive).size()
    return Diagnosis("archive", True, f"{settings.archive}, {size / 1e6:,.0f} MB")


def _disk(settings: Settings) -> Diagnosis:
    free = shutil.disk_usage(settings.create_data_dir()).free
    told = f"{free / 1e9:,.1f} GB free at {settings.data_dir}"
    return Diagnosis("disk", free >= _LEAST_DISK, told, "Free some space, or move MINERS_DATA_DIR.")


def _daemon(settings: Settings) -> Diagnosis:
    ticked = last_beat(settings)
    if ticked is None:
        return Diagnosis("daemon", True, "not running: `make ui` starts it, `miners run` needs none")
    silent = datetime.now(UTC) - ticked
    told = f"ticked {silent.total_seconds():,.0f} s ago"
    return Diagnosis("daemon", silent <= DAEMON_SILENT, told, _REMEDIES["daemon"])


_CHECKS: tuple[tuple[str, Check], ...] = (
    ("watchlist", _watchlist),
    ("env file", _env_file),
    ("user agent", _user_agent),
    ("edgar", _edgar),
    ("clock", _clock),
    ("feeds", _feeds),
    ("database", _database),
    ("archive", _archive),
    ("disk", _disk),
    ("daemon", _daemon),
)
_REMEDIES = {
    "watchlist": "Correct the file in the folder of MINERS_WATCHLIST.",
    "env file": "chmod 600 .env",
    "user agent": 'Set EDGAR_USER_AGENT="Your Name you@example.com".',
    "edgar": "Check the network and EDGAR_USER_AGENT; after a ban wait ten minutes.",
    "clock": "Check the network.",
    "feeds": "`miners feeds check` shows each of them with its remedy.",
    "database": "Check WAREHOUSE_URL and that the server runs; without it the embedded server is started.",
    "archive": "Make MINERS_ARCHIVE or MINERS_DATA_DIR a folder that this user may write to.",
    "disk": "Make MINERS_DATA_DIR a folder that this user may write to.",
    "daemon": "Start Dagster's daemon again: `make ui`.",
}
