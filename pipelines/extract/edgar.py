"""EDGAR: submissions of a company, its filings, and their documents with types.

The submissions JSON is columnar and names its older pages in `filings.files`. index.json has no document
types, so they come from the index page `{accession}-index.htm`.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Protocol
from urllib.parse import parse_qs, urlencode, urlsplit
from zoneinfo import ZoneInfo

from lxml import etree, html

from pipelines.document_limits import check_markup
from pipelines.errors import BadPage, DocumentMissing, UnreadableDocument
from pipelines.extract.archive import Archive
from pipelines.extract.http import Fetcher
from pipelines.extract.whole import check_closed
from pipelines.limits import iso_day, whole_number

FORMS = ("10-Q", "10-K", "10-KT", "10-QT", "20-F", "40-F", "8-K", "6-K")
"""Forms in which miners disclose, each also as an amendment (`10-Q/A`)."""
NOTICES = ("NT 10-Q", "NT 10-K", "NT 20-F", "15-12B", "15-12G", "15-15D", "15F-12B", "15F-12G", "15F-15D")
"""Notices of a late report (12b-25) or of no more reports (15), without figures."""
LABELS = "EX-101.LAB"
"""The type of a filing's label linkbase."""
REPORTS = ("10-Q", "10-K", "10-KT", "10-QT", "20-F", "40-F")

SUBMISSIONS = "https://data.sec.gov/submissions/"
COMPANY_FACTS = "https://data.sec.gov/api/xbrl/companyfacts/"
TICKERS = "https://www.sec.gov/files/company_tickers.json"
SEARCH = "https://efts.sec.gov/LATEST/search-index"
_SEARCH_PAGE, _SEARCH_PAGES = 100, 10
ARCHIVES = "https://www.sec.gov/Archives/edgar/data/"
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._ ()+-]*$")
_COLUMNS = ("accessionNumber", "filingDate", "form")
_NEW_YORK = ZoneInfo("America/New_York")


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


@dataclass(frozen=True, slots=True)
class FoundFiling:
    """A filing that the full-text search found, with its registrant and SIC codes."""

    cik: str
    name: str
    industries: tuple[str, ...]
    form: str
    accession: str
    filed_on: date


@dataclass(slots=True)
class Submissions:
    """Submissions of a company: filings, names, and rows that could not be parsed.

    Args:
        former_names: Each with its first and last day as EDGAR dates them, if it does.
        fiscal_year_end: Month and day, `12-31`; empty if EDGAR has none.
        industry: SIC code and its meaning.
    """

    name: str
    former_names: list[tuple[str, date | None, date | None]]
    tickers: list[str]
    fiscal_year_end: str
    industry: tuple[str, str]
    filings: list[Filing]
    problems: list[str] = field(default_factory=list)
    changed: bool = True


class ConditionalStore(Protocol):
    """Storage for validators of pages that change: the warehouse."""

    def validators(self, url: str) -> tuple[str | None, str | None, str] | None:
        """Return ETag, Last-Modified and sha256 of a page's last content, or None."""

    def remember(self, url: str, etag: str | None, last_modified: str | None, sha256: str) -> None:
        """Store the validators of a page."""


def is_ours(form: str) -> bool:
    """Return whether a form, amended or not, is a watched one."""
    return form.removesuffix("/A") in (*FORMS, *NOTICES)


def is_notice(form: str) -> bool:
    """Return whether a form is a notice without figures."""
    return form.removesuffix("/A") in NOTICES


class Edgar:
    """Fetches submissions and documents, through the archive.

    Args:
        lists_all: Whether `documents` lists all documents of a filing.
    """

    lists_all = True

    def __init__(self, fetcher: Fetcher, archive: Archive, store: ConditionalStore) -> None:
        self.fetcher, self.archive, self.store = fetcher, archive, store

    # ------------------------------------------------------------------------------------ submissions

    def submissions(self, cik: str, since: date | None = None) -> Submissions:
        """Fetch all filings of the watched forms under one CIK, older pages back to `since`.

        Requests are conditional: an unchanged page comes from the archive. Rows that cannot be parsed are
        listed in `problems`. Raises BadPage for a page that is not submissions JSON.
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
            [
                (str(n.get("name")), _day_of(n.get("from")), _day_of(n.get("to")))
                for n in _list(page, "formerNames")
                if isinstance(n, dict)
            ],
            [str(t) for t in _list(page, "tickers")],
            "-".join(re.findall(r"\d\d", str(page.get("fiscalYearEnd") or ""))),
            (str(page.get("sic") or ""), str(page.get("sicDescription") or "")),
            [],
            changed=changed,
        )
        out.filings += _filings(cik, filings["recent"], out.problems)
        for older in _list(filings, "files"):
            if not isinstance(older, dict):
                out.problems.append(f"filings.files: {str(older)[:80]!r} is not an older page")
                continue
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

    def company_facts(self, cik: str) -> bytes:
        """The company facts of a CIK; DocumentMissing if there are none."""
        return self._page(f"{COMPANY_FACTS}CIK{cik}.json")[0]

    def registrants(self) -> dict[str, str]:
        """The CIK of each listed ticker, by EDGAR's own list."""
        content, _ = self._page(TICKERS)
        rows = _json(content, "company_tickers.json").values()
        return {
            str(row["ticker"]).upper(): str(row["cik_str"]).zfill(10)
            for row in rows
            if isinstance(row, dict) and {"ticker", "cik_str"} <= row.keys()
        }

    def search(self, phrase: str, forms: Iterable[str], since: date, until: date) -> list[FoundFiling]:
        """Filings whose documents contain a phrase, by EDGAR's full-text search (since 2001).

        At most ten pages of a hundred documents are requested. A filing with several matching documents is
        returned once.
        """
        found: dict[str, FoundFiling] = {}
        for page in range(_SEARCH_PAGES):
            query = {
                "q": f'"{phrase}"',
                "forms": ",".join(forms),
                "dateRange": "custom",
                "startdt": since.isoformat(),
                "enddt": until.isoformat(),
                "from": str(page * _SEARCH_PAGE),
            }
            content, _ = self._page(f"{SEARCH}?{urlencode(query)}")
            hits = _json(content, "full-text search").get("hits")
            rows = hits.get("hits") if isinstance(hits, dict) else None
            if not isinstance(rows, list):
                raise BadPage("EDGAR's full-text search answers without hits; it may have changed its shape.")
            before = len(found)
            for row in rows:
                each = _found(row)
                if each is not None:
                    found.setdefault(each.accession, each)
            if len(rows) < _SEARCH_PAGE or len(found) == before:
                break
        return list(found.values())

    def _page(self, url: str) -> tuple[bytes, bool]:
        """Fetch a page by a conditional request; returns it and whether it changed."""
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
                f"{url} is not JSON: it begins with {content.lstrip()[:20]!r}. It was not archived."
            )
        _json(content, url)
        sha256 = self.archive.put(url, content)
        self.store.remember(url, response.headers.get("ETag"), response.headers.get("Last-Modified"), sha256)
        return content, not known or known[2] != sha256

    # -------------------------------------------------------------------------------------- documents

    def documents(self, filing: Filing) -> list[ListedDocument]:
        """Return the documents of a filing with their types, from its index page, which is archived.

        Raises DocumentMissing or BadPage if there is no index page that lists a document.
        """
        url = f"{filing.folder}{filing.accession}-index.htm"
        content = self.fetch(url)
        found = list(read_index(content, filing.folder))
        if not found:
            raise BadPage(f"The index page of {filing.accession} lists no documents.")
        return found

    def fetch(self, url: str, *, again: bool = False) -> bytes:
        """Return a filed document from the archive, else from the host, and archive it.

        Args:
            url: of the document.
            again: fetch it even if it is archived.

        Raises like Fetcher.get, and UnreadableDocument (truncated, empty) if the closing tag is missing.
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
    """Yield the primary document, exhibits 99 and 13, and the XBRL instance of a filing.

    A report from before inline XBRL (2019 to 2021) has its facts in a separate instance, EX-101.INS, and its
    labels in EX-101.LAB. Exhibit 13 of a 10-K is the annual report to shareholders, which may include the
    statements.
    """
    for document in listed:
        kind = document.document_type.upper()
        primary = document.name == filing.primary_document or kind == filing.form.upper()
        exhibit = kind.startswith(("EX-99", "EX-13"))
        instance = kind in ("EX-101.INS", LABELS) and filing.is_xbrl and not filing.is_inline_xbrl
        if primary or instance or (exhibit and filing.base_form in ("8-K", "6-K", "40-F", "10-K", "20-F")):
            yield document


def read_index(content: bytes, folder: str) -> Iterator[ListedDocument]:
    """Yield the documents in a filing's index page.

    Skips names outside of the filing's folder (`../x`, another host) and invalid addresses.
    """
    check_markup(content)
    try:
        root = html.document_fromstring(content)
    except (etree.ParserError, ValueError):
        # Nothing, or only a comment.
        return
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
            try:
                href = urlsplit(link.get("href", "") if link is not None else "")
                query = parse_qs(href.query)
            except ValueError:
                continue
            path = query["doc"][0] if "doc" in query else href.path
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
        raise BadPage(f"{name} is not JSON ({error.__class__.__name__}). The next run retries it.") from error
    if not isinstance(page, dict):
        raise BadPage(f"{name} is not a JSON object.")
    return page


def _day_of(text: object) -> date | None:
    try:
        return iso_day(str(text)[:10])
    except ValueError:
        return None


def _found(row: Any) -> FoundFiling | None:
    """A hit of the full-text search; None if it is not in the known shape."""
    source = row.get("_source") if isinstance(row, dict) else None
    if not isinstance(source, dict):
        return None
    ciks, names = _list(source, "ciks"), _list(source, "display_names")
    filed_on = _day_of(source.get("file_date"))
    if not ciks or filed_on is None or whole_number(str(ciks[0])) is None:
        return None
    return FoundFiling(
        str(ciks[0]).zfill(10),
        re.sub(r"\s*\(.*$", "", str(names[0])) if names else "",
        tuple(str(code) for code in _list(source, "sics")),
        str(source.get("form") or ""),
        str(source.get("adsh") or row.get("_id") or ""),
        filed_on,
    )


def _list(page: dict[str, Any], name: str) -> list[Any]:
    value = page.get(name)
    return value if isinstance(value, list) else []


def _filings(cik: str, columns: dict[str, Any], problems: list[str]) -> Iterator[Filing]:
    lists = {name: values for name, values in columns.items() if isinstance(values, list)}
    missing = [name for name in _COLUMNS if name not in lists]
    if missing:
        problems.append(f"no column {missing[0]}")
        return
    lengths = {len(values) for values in lists.values()}
    if len(lengths) > 1:
        # With a shorter column it is unknown which values belong to one row.
        problems.append(f"columns of unequal length ({min(lengths)} to {max(lengths)}); the page was skipped")
        return
    for i in range(len(lists["accessionNumber"])):
        row = {name: values[i] for name, values in lists.items()}
        if not is_ours(str(row.get("form") or "")):
            continue
        try:
            yield _filing(cik, row)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            problems.append(f"row {i}: {error}")


def _filing(cik: str, row: dict[str, Any]) -> Filing:
    accession = str(row["accessionNumber"])
    if not re.fullmatch(r"\d{10}-\d{2}-\d{6}", accession):
        raise ValueError(f"accession number {accession!r}")
    primary = str(row.get("primaryDocument") or "").rsplit("/", 1)[-1]
    if primary and not _NAME.match(primary):
        raise ValueError(f"document name {primary!r}")
    filed = iso_day(str(row["filingDate"]))
    report = str(row.get("reportDate") or "")
    return Filing(
        cik,
        accession,
        str(row["form"]),
        filed,
        _accepted(str(row.get("acceptanceDateTime") or ""), filed),
        iso_day(report) if report else None,
        str(row.get("items") or ""),
        primary,
        bool(row.get("isXBRL")),
        bool(row.get("isInlineXBRL")),
    )


def _accepted(text: str, filed: date) -> datetime:
    """Return the moment of acceptance, the end of the filing day if it is not stated.

    EDGAR writes New York time with a `Z`, as if it were UTC: in the submissions of CIK 1050446 all 1,000
    hours are between 6 and 21, EDGAR's opening hours in New York. A filing accepted on 2025-08-04 at
    17:58 is dated the 5th, like any after 17:30 New York time.
    """
    if text:
        return datetime.fromisoformat(text).replace(tzinfo=_NEW_YORK).astimezone(UTC)
    return datetime(filed.year, filed.month, filed.day, 22, 0, tzinfo=_NEW_YORK).astimezone(UTC)
