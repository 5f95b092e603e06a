"""Lists of new filings on EDGAR: the Atom feed of current filings, and the daily index.

The feed (`browse-edgar?action=getcurrent&output=atom`) names a filing once for each of its filers, newest
first; its id is `urn:tag:sec.gov,2008:accession-number=…`, its `updated` the moment of acceptance. The daily
index (`daily-index/{year}/QTR{q}/master.{yyyymmdd}.idx`) is a table with bars below a header; it also
lists a filing once for each filer.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import fastfeedparser
from dateutil import parser as dates

from pipelines.errors import UnreadableDocument
from pipelines.limits import iso_day, whole_number

_ACCESSION = re.compile(r"\b(\d{10}-\d{2}-\d{6})\b")
_FILER = re.compile(r"\((\d{1,10})\)\s*\((?:Filer|Subject|Issuer|Filed by)[^)]*\)\s*$", re.IGNORECASE)
_FILED = re.compile(r"Filed:\s*(?:<[^>]*>)?\s*(\d{4}-\d{2}-\d{2})")
_NEW_YORK = ZoneInfo("America/New_York")
_FOLDER = re.compile(r"/edgar/data/(\d{1,10})/")


@dataclass(frozen=True, slots=True)
class CurrentFiling:
    """A filing in the feed.

    The CIK has its leading zeros; `accepted_at` is the moment of acceptance in UTC.
    """

    cik: str
    accession: str
    form: str
    accepted_at: datetime
    filed_on: date


@dataclass(slots=True)
class CurrentPage:
    """A page of the feed: filings from new to old, number of entries, and unreadable entries."""

    filings: list[CurrentFiling] = field(default_factory=list)
    entries: int = 0
    problems: list[str] = field(default_factory=list)


def read_current(content: bytes) -> CurrentPage:
    """Return the filings of a page of the feed.

    Entries that lack accession number, CIK or time are named in `problems`. Raises UnreadableDocument if it
    is not an Atom feed: an HTML page, an empty or cut-off body.
    """
    start = content.lstrip()[:400].lower()
    if not start.startswith(b"<?xml") and b"<feed" not in start:
        raise UnreadableDocument(
            "not_a_feed", f"it begins with {content.lstrip()[:30]!r}, not like an Atom feed"
        )
    if b"</feed>" not in content[-200:].lower():
        raise UnreadableDocument("truncated", "the feed ends before its closing tag")
    try:
        entries = fastfeedparser.parse(content, include_media=False).entries
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise UnreadableDocument("not_a_feed", " ".join(str(error).split())[:120]) from error
    page = CurrentPage(entries=len(entries))
    for number, entry in enumerate(entries):
        title = str(entry.get("title") or "")
        try:
            filing = _current(entry, title)
        except (ValueError, OverflowError):
            filing = None
        if filing is None:
            page.problems.append(
                f"entry {number}: {title[:80]!r} lacks an accession number, a CIK, a form or a time"
            )
        else:
            page.filings.append(filing)
    return page


def _current(entry: Mapping[str, Any], title: str) -> CurrentFiling | None:
    """The filing of an entry; None or ValueError if it lacks a part or has a day out of range."""
    accession = _ACCESSION.search(str(entry.get("id") or ""))
    filer = _FILER.search(title) or _FOLDER.search(urlsplit(str(entry.get("link") or "")).path)
    form = (
        next((str(t.get("term")) for t in entry.get("tags") or [] if t.get("term")), "")
        or title.split(" - ", 1)[0]
    )
    accepted = dates.isoparse(str(entry.get("updated") or ""))
    if accession is None or filer is None or not form.strip() or accepted.tzinfo is None:
        return None
    stated = _FILED.search(str(entry.get("description") or ""))
    filed = iso_day(stated[1] if stated else filing_day(accepted).isoformat())
    return CurrentFiling(
        filer[1].zfill(10), accession[1], form.strip().upper(), accepted.astimezone(UTC), filed
    )


def filing_day(accepted: datetime) -> date:
    """Return the filing day of a moment of acceptance.

    After 17:30 in New York it is the next working day (Regulation S-T, rule 13).
    """
    there = accepted.astimezone(_NEW_YORK)
    day = there.date() + timedelta(days=(there.hour, there.minute) >= (17, 30))
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class IndexedFiling:
    """A line of the daily index: CIK with its leading zeros, accession number, form, filing day."""

    cik: str
    accession: str
    form: str
    filed_on: date


def read_daily_index(content: bytes) -> list[IndexedFiling]:
    """Return the filings of a daily index, `CIK|Company Name|Form Type|Date Filed|File Name`.

    Other lines are skipped. Raises UnreadableDocument if there is no header, as in an HTML page.
    """
    lines = content.decode("latin-1").splitlines()
    header = next(
        (
            i
            for i, line in enumerate(lines)
            if line.replace(" ", "").lower().startswith("cik|companyname|formtype")
        ),
        None,
    )
    if header is None:
        raise UnreadableDocument(
            "not_an_index", f"it begins with {content.lstrip()[:30]!r}, not like a daily index"
        )
    out = []
    for line in lines[header + 1 :]:
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 5 or whole_number(parts[0]) is None:
            continue
        accession = _ACCESSION.search(parts[4])
        digits = re.sub(r"\D", "", parts[3])
        try:
            filed = iso_day(digits)
        except ValueError:
            continue
        if accession is not None:
            out.append(IndexedFiling(parts[0].zfill(10), accession[1], parts[2].upper(), filed))
    return out
