"""New filings: EDGAR's feed of current filings, and its daily index to find missed ones."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pipelines.errors import DocumentMissing, MinersError, NotArchived
from pipelines.extract import current
from pipelines.extract.edgar import Filing, is_ours
from pipelines.extract.edgar_feeds import CurrentFiling, read_current, read_daily_index
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, filings
from pipelines.warehouse.upsert import upsert

# A filing may appear in the feed after filings that were accepted later.
_OVERLAP = timedelta(minutes=30)
_NEW_YORK = ZoneInfo("America/New_York")
# The daily index is published by 22:30 in New York.
_INDEX_HOUR = 23
# After a longer outage, submissions list the filings.
_DAYS = 7
# An index that is missing may still be published within this many days.
_PATIENCE_DAYS = 2

FEEDS = ("10-Q", "10-K", "20-F", "40-F", "8-K", "6-K")
"""Forms whose feeds are read. EDGAR matches prefixes: 10-K includes 10-KT and 10-K/A."""

Seen = dict[str, dict[str, str]]


@dataclass(slots=True)
class Look:
    """Result of a check of the feed: new filings, the next cursor, and problems."""

    found: list[CurrentFiling] = field(default_factory=list)
    cursor: str = ""
    pages: int = 0
    problems: list[str] = field(default_factory=list)


def look_at_feed(services: Services, cursor: str | None) -> Look:
    """Read the feed of each form back to the end of the last check, page by page.

    Args:
        cursor: JSON: by form, the accession numbers seen with their times, back to half an hour before the
            newest. None at first: one page is read. A form whose feed does not answer keeps its cursor, so
            that nothing is missed.
    """
    seen: Seen = _seen(cursor)
    look = Look()
    for form in FEEDS:
        try:
            found, mine = _look_at(services, form, seen.get(form), look)
        except MinersError as error:
            look.problems.append(f"{form}: {error}")
            continue
        look.found += found
        seen[form] = mine
    look.found = _not_read(services, look.found)
    look.cursor = json.dumps(seen, sort_keys=True)
    return look


def _seen(cursor: str | None) -> Seen:
    try:
        read = json.loads(cursor or "{}")
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _look_at(
    services: Services, form: str, before: dict[str, str] | None, look: Look
) -> tuple[list[CurrentFiling], dict[str, str]]:
    """New filings of watched companies of one form, and everything seen so far."""
    moments = {a: datetime.fromisoformat(m) for a, m in (before or {}).items()}
    until = max(moments.values()) - _OVERLAP if moments else None
    found: dict[str, CurrentFiling] = {}
    reached = False
    for number in range(current.MOST_PAGES if before is not None else 1):
        page = read_current(current.current_page(services.fetcher, form, number))
        look.pages += 1
        look.problems += [f"{form}: {p}" for p in page.problems]
        for filing in page.filings:
            if (
                filing.accession not in moments
                and is_ours(filing.form)
                and services.watchlist.by_cik(filing.cik)
            ):
                found.setdefault(filing.accession, filing)
        fresh = {f.accession: f.accepted_at for f in page.filings}
        all_known = bool(fresh) and fresh.keys() <= moments.keys()
        oldest = min(fresh.values(), default=None)
        moments |= fresh
        back = until is not None and oldest is not None and oldest < until
        reached = page.entries < current.PAGE or back or all_known
        if reached:
            break
    if before and not reached:
        look.problems.append(
            f"{form}: the feed does not reach back far enough; the daily index will find the rest"
        )
    newest = max(moments.values(), default=None)
    kept = {a: m.isoformat() for a, m in moments.items() if newest is not None and m >= newest - _OVERLAP}
    return list(found.values()), kept


def _not_read(services: Services, found: Sequence[CurrentFiling]) -> list[CurrentFiling]:
    """Filings that are not in the warehouse yet, oldest first."""
    if not found:
        return []
    t = bookkeeping.filing
    query = sa.select(t.c.accession).where(
        t.c.accession.in_([f.accession for f in found]), t.c.status == "indexed"
    )
    with services.engine.connect() as connection:
        known = set(connection.execute(query).scalars())
    return sorted((f for f in found if f.accession not in known), key=lambda f: (f.accepted_at, f.accession))


def stands_still(services: Services) -> str | None:
    """Why there is nothing to check; None if EDGAR is read live."""
    if services.settings.miners_offline:
        return "nobody is asked (offline)"
    if services.settings.mirror is not None:
        return "a mirror has no new filings; set EDGAR_USER_AGENT to read EDGAR"
    return None


def check_daily_index(services: Services, now: datetime | None = None) -> StepResult:
    """Compare the index of each past day with the filings found; add missed ones.

    A day's index never changes, so that it is fetched once. counts: days, listed, missed, answers_<code>,
    bytes
    """
    result = StepResult("daily_index")
    reason = stands_still(services)
    if reason:
        result.notes.append(f"No index is read: {reason}")
        return result
    there = (now or datetime.now(UTC)).astimezone(_NEW_YORK)
    last = there.date() - timedelta(days=there.hour < _INDEX_HOUR)
    with services.engine.connect() as connection:
        t = bookkeeping.daily_index
        known = set(
            connection.execute(sa.select(t.c.day).where(t.c.day > last - timedelta(days=_DAYS))).scalars()
        )
    for day in (last - timedelta(days=n) for n in reversed(range(_DAYS))):
        if day.weekday() < 5 and day not in known:
            _check_day(services, day, there.date(), result)
    result.count_answers(services.fetcher.counts)
    return result


def _check_day(services: Services, day: date, today: date, result: StepResult) -> None:
    try:
        lines = read_daily_index(current.daily_index(services.fetcher, day))
    except DocumentMissing:
        if (today - day).days > _PATIENCE_DAYS:
            _remember(services, day, "none", 0, 0)
        return
    except NotArchived:
        return
    except MinersError as error:
        # Submissions were read anyway, and the next nightly run fetches this index again.
        result.notes.append(f"The index of {day} was not read: {error}")
        return
    watched = {
        (line.accession, company.ticker): line
        for line in lines
        if is_ours(line.form)
        and (company := services.watchlist.by_cik(line.cik))
        and (company.history_since is None or line.filed_on >= company.history_since)
    }
    t = bookkeeping.filing
    missed = 0
    with services.engine.begin() as connection:
        accessions = [accession for accession, _ in watched]
        known = set(
            connection.execute(sa.select(t.c.accession).where(t.c.accession.in_(accessions))).scalars()
        )
        for (accession, ticker), line in watched.items():
            if accession in known:
                continue
            missed += 1
            accepted = datetime(
                line.filed_on.year, line.filed_on.month, line.filed_on.day, 22, 0, tzinfo=_NEW_YORK
            )
            filing = Filing(
                line.cik,
                accession,
                line.form,
                line.filed_on,
                accepted.astimezone(UTC),
                None,
                "",
                "",
                False,
                False,
            )
            filings.record_filings(connection, ticker, services.settings.source, [filing])
            result.show(
                ("company", "form", "accession", "filed"), (ticker, line.form, accession, line.filed_on)
            )
            result.notes.append(
                f"{ticker}: {line.form} {accession} was missed and found in the index of {day}"
            )
    _remember(services, day, "read", len(watched), missed)
    result.counts["days"] += 1
    result.counts["listed"] += len(watched)
    result.counts["missed"] += missed


def _remember(services: Services, day: date, status: str, listed: int, missed: int) -> None:
    row = {"day": day, "status": status, "listed": listed, "missed": missed, "asked_at": datetime.now(UTC)}
    with services.engine.begin() as connection:
        upsert(connection, bookkeeping.daily_index, [row])
