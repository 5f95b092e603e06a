"""EDGAR as it is served: submissions, filings, and the documents of a filing with their types.

Source: domain facts of sec.gov; submissions JSON is columnar, its older pages stand in `filings.files`; index.json
lists no document types, so they come from the index page `{accession}-index.htm`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from lxml import html

from pipelines.errors import DocumentMissing, TransferFailed, UnreadableDocument
from pipelines.extract.archive import Archive
from pipelines.extract.http import Fetcher
from pipelines.extract.whole import check_closed

FORMS = ("10-Q", "10-K", "10-KT", "10-QT", "20-F", "40-F", "8-K", "6-K")
"""Forms in which miners disclose; each also as an amendment (`10-Q/A`)."""
NOTICES = ("NT 10-Q", "NT 10-K", "NT 20-F", "15-12B", "15-12G", "15-15D", "15F-12B", "15F-12G", "15F-15D")
"""Forms that say that a report comes later (12b-25), or comes no more (15): listed, since they explain what is missing; never read."""
REPORTS = ("10-Q", "10-K", "10-KT", "10-QT", "20-F", "40-F")

SUBMISSIONS = "https://data.sec.gov/submissions/"
ARCHIVES = "https://www.sec.gov/Archives/edgar/data/"
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._ ()+-]*$")
_COLUMNS = ("accessionNumber", "filingDate", "form")
_NEW_YORK = ZoneInfo("America/New_York")


class BadPage(TransferFailed):
    """A page that is not what it must be: HTML for JSON, columns of unequal length."""


@dataclass(frozen=True, slots=True)
class Filing:
    """One row of a company's submissions."""

    cik: str
    accession: str
    form: str
    filed_on: date
    accepted_at: datetime
    report_date: date | None
    items: str
    primary_document: str
    is_xbrl: bool
    is_inline_xbrl: bool

    @property
    def folder(self) -> str:
        return f"{ARCHIVES}{int(self.cik)}/{self.accession.replace('-', '')}/"

    @property
    def base_form(self) -> str:
        return self.form.removesuffix("/A")

    @property
    def is_amendment(self) -> bool:
        return self.form.endswith("/A")


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One document of a filing as its index page lists it."""

    name: str
    document_type: str
    description: str
    url: str


@dataclass(slots=True)
class Submissions:
    """What a company's submissions say: filings of our forms, its names, and what in them could not be read."""

    name: str
    former_names: list[str]
    tickers: list[str]
    filings: list[Filing]
    problems: list[str] = field(default_factory=list)
    changed: bool = True


class ConditionalStore(Protocol):
    """Where ETag and Last-Modified of changing pages are kept: the warehouse."""

    def validators(self, url: str) -> tuple[str | None, str | None, str] | None:
        """ETag, Last-Modified and sha256 of a page as last seen, or None."""

    def remember(self, url: str, etag: str | None, last_modified: str | None, sha256: str) -> None:
        """Keep what the host said of a page."""


def is_ours(form: str) -> bool:
    """Whether a form, amended or not, is one we read."""
    return form.removesuffix("/A") in (*FORMS, *NOTICES)


def is_notice(form: str) -> bool:
    """Whether a form carries no figures and is only listed."""
    return form.removesuffix("/A") in NOTICES


class Edgar:
    """EDGAR through one fetcher and one archive."""

    def __init__(self, fetcher: Fetcher, archive: Archive, store: ConditionalStore) -> None:
        self.fetcher, self.archive, self.store = fetcher, archive, store

    # ------------------------------------------------------------------------------------ submissions

    def submissions(self, cik: str, since: date | None = None) -> Submissions:
        """All filings of our forms under one CIK, newest page and older ones (those that reach back to `since`).

        Asked for conditionally: an unchanged page comes from the archive. Raises BadPage where it is no
        submissions JSON; rows that cannot be read are named in `problems` and the rest is kept.
        """
        content, changed = self._page(f"{SUBMISSIONS}CIK{cik}.json")
        page = _json(content, f"CIK{cik}.json")
        filings = page.get("filings")
        if not isinstance(filings, dict) or not isinstance(filings.get("recent"), dict):
            raise BadPage(
                f"The submissions of CIK {cik} have no filings.recent; EDGAR may have changed their shape."
            )
        out = Submissions(
            str(page.get("name") or ""),
            [str(n.get("name")) for n in page.get("formerNames") or [] if isinstance(n, dict)],
            [str(t) for t in page.get("tickers") or []],
            [],
            changed=changed,
        )
        out.filings += _filings(cik, filings["recent"], out.problems)
        for older in filings.get("files") or []:
            name = str(older.get("name") or "")
            until = older.get("filingTo")
            if not _NAME.match(name) or (since and until and str(until) < since.isoformat()):
                continue
            try:
                content, older_changed = self._page(SUBMISSIONS + name)
                out.filings += _filings(cik, _json(content, name), out.problems)
                out.changed = out.changed or older_changed
            except (BadPage, DocumentMissing) as error:
                out.problems.append(f"{name}: {error}")
        return out

    def _page(self, url: str) -> tuple[bytes, bool]:
        """A page that changes, asked for conditionally; whether it changed since it was last asked for."""
        known = self.store.validators(url)
        headers = {}
        if known and self.archive.known(url) == known[2]:
            if known[0]:
                headers["If-None-Match"] = known[0]
            if known[1]:
                headers["If-Modified-Since"] = known[1]
        if self.fetcher.settings.miners_offline and (kept := self.archive.known(url)) is not None:
            return self.archive.get(kept), False
        response = self.fetcher.get(url, headers)
        if response.status_code == 304 and known:
            return self.archive.get(known[2]), False
        content = response.content
        if not content.lstrip()[:1] == b"{":
            raise BadPage(
                f"{url} is not JSON: it begins with {content.lstrip()[:20]!r}. Nothing of it was kept."
            )
        _json(content, url)
        sha256 = self.archive.put(url, content)
        self.store.remember(url, response.headers.get("ETag"), response.headers.get("Last-Modified"), sha256)
        return content, not known or known[2] != sha256

    # -------------------------------------------------------------------------------------- documents

    def documents(self, filing: Filing) -> list[ListedDocument]:
        """The documents of a filing with their types, from its index page; the page is archived as filed.

        Raises DocumentMissing or BadPage where there is no index page that lists a document.
        """
        url = f"{filing.folder}{filing.accession}-index.htm"
        content = self.fetch(url)
        found = list(read_index(content, filing.folder))
        if not found:
            raise BadPage(f"The index page of {filing.accession} lists no documents.")
        return found

    def fetch(self, url: str, *, again: bool = False) -> bytes:
        """A filed document: from the archive where it is there, else from the host, archived if it is whole.

        Raises DocumentMissing, SourceRefused, TransferFailed; UnreadableDocument (truncated, empty) where the body
        lacks the closing tag that it must have, in which case it is not archived.
        """
        sha256 = None if again else self.archive.known(url)
        if sha256 is not None:
            return self.archive.get(sha256)
        content = self.fetcher.get(url).content
        if not content:
            raise UnreadableDocument("empty", f"{url} has no content")
        if urlsplit(url).path.lower().endswith((".htm", ".html", ".xml", ".xhtml")):
            check_closed(content)
        self.archive.put(url, content)
        return content


def wanted(filing: Filing, listed: Iterable[ListedDocument]) -> Iterator[ListedDocument]:
    """The documents of a filing that can carry figures: the primary one, EX-99 exhibits, an old XBRL instance.

    A report from before inline XBRL (2019 to 2021) has its facts in a separate instance, EX-101.INS. Exhibit 13
    of a 10-K is the annual report to shareholders and may hold the statements.
    """
    for document in listed:
        kind = document.document_type.upper()
        primary = document.name == filing.primary_document or kind == filing.form.upper()
        exhibit = kind.startswith(("EX-99", "EX-13"))
        instance = kind == "EX-101.INS" and filing.is_xbrl and not filing.is_inline_xbrl
        if primary or instance or (exhibit and filing.base_form in ("8-K", "6-K", "40-F", "10-K", "20-F")):
            yield document


def read_index(content: bytes, folder: str) -> Iterator[ListedDocument]:
    """The rows of a filing's index page that name a document with a type.

    Names that would leave the filing's folder (`../x`, another host) are passed over.
    """
    if not content.strip():
        return
    root = html.document_fromstring(content)
    for table in root.iter("table"):
        columns: dict[str, int] = {}
        for row in table.iter("tr"):
            cells = [c for c in row if c.tag in ("td", "th")]
            texts = [" ".join("".join(str(t) for t in c.itertext()).split()) for c in cells]
            if "Document" in texts and "Type" in texts:
                columns = {text: i for i, text in enumerate(texts)}
                continue
            if not columns or len(cells) <= max(columns.values()):
                continue
            link = next(iter(cells[columns["Document"]].iter("a")), None)
            href = link.get("href", "") if link is not None else ""
            query = parse_qs(urlsplit(href).query)
            path = query["doc"][0] if "doc" in query else urlsplit(href).path
            name = path.rsplit("/", 1)[-1]
            inside = urlsplit(folder).path
            if not _NAME.match(name) or ".." in path or not (path.startswith(inside) or "/" not in path):
                continue
            described = texts[columns["Description"]] if "Description" in columns else ""
            yield ListedDocument(name, texts[columns["Type"]], described, folder + name)


def _json(content: bytes, name: str) -> dict[str, Any]:
    try:
        page = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadPage(f"{name} is not JSON ({error.__class__.__name__}). The next run asks again.") from error
    if not isinstance(page, dict):
        raise BadPage(f"{name} is not the mapping that it should be.")
    return page


def _filings(cik: str, columns: dict[str, Any], problems: list[str]) -> Iterator[Filing]:
    lists = {name: values for name, values in columns.items() if isinstance(values, list)}
    missing = [name for name in _COLUMNS if name not in lists]
    if missing:
        problems.append(f"no column {missing[0]}")
        return
    lengths = {len(values) for values in lists.values()}
    if len(lengths) > 1:
        # Which rows belong together cannot be told once one column is shorter.
        problems.append(
            f"columns of unequal length ({min(lengths)} to {max(lengths)}); nothing of this page was taken"
        )
        return
    for i in range(len(lists["accessionNumber"])):
        row = {name: values[i] for name, values in lists.items()}
        if not is_ours(str(row.get("form") or "")):
            continue
        try:
            yield _filing(cik, row)
        except (ValueError, TypeError, KeyError) as error:
            problems.append(f"row {i}: {error}")


def _filing(cik: str, row: dict[str, Any]) -> Filing:
    accession = str(row["accessionNumber"])
    if not re.fullmatch(r"\d{10}-\d{2}-\d{6}", accession):
        raise ValueError(f"accession number {accession!r}")
    primary = str(row.get("primaryDocument") or "").rsplit("/", 1)[-1]
    if primary and not _NAME.match(primary):
        raise ValueError(f"document name {primary!r}")
    filed = date.fromisoformat(str(row["filingDate"]))
    report = str(row.get("reportDate") or "")
    return Filing(
        cik,
        accession,
        str(row["form"]),
        filed,
        _accepted(str(row.get("acceptanceDateTime") or ""), filed),
        date.fromisoformat(report) if report else None,
        str(row.get("items") or ""),
        primary,
        bool(row.get("isXBRL")),
        bool(row.get("isInlineXBRL")),
    )


def _accepted(text: str, filed: date) -> datetime:
    """The moment of acceptance; without one the end of the filing day, the latest that it can have been.

    EDGAR writes New York time with a `Z` behind it, as if it were UTC: in the submissions of CIK 1050446 all
    1,000 hours lie between 6 and 21, EDGAR's opening hours in New York, and what was accepted on 2025-08-04 at
    17:58 is filed on the 5th, as anything after 17:30 New York time is.
    """
    if text:
        return datetime.fromisoformat(text).replace(tzinfo=_NEW_YORK).astimezone(UTC)
    return datetime(filed.year, filed.month, filed.day, 22, 0, tzinfo=_NEW_YORK).astimezone(UTC)
