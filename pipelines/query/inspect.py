"""Extract figures or XBRL facts from one document, without loading them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipelines.errors import DocumentMissing, UnreadableDocument, UsageError
from pipelines.normalize.figures import Normalized
from pipelines.normalize.release_figures import normalize_release
from pipelines.normalize.release_revenue import normalize_release_revenue
from pipelines.normalize.reports import normalize_report, with_tables
from pipelines.normalize.statement import has_income_statement
from pipelines.parse.document.page import read_page
from pipelines.parse.press_releases.kind import OTHER
from pipelines.parse.press_releases.release import read_release
from pipelines.parse.press_releases.report_tables import read_report_tables, read_untagged_report
from pipelines.parse.xbrl.facts import Fact, FactTable
from pipelines.parse.xbrl.inline import read_facts
from pipelines.watchlist import Company, Lexicon, Watchlist

_COVER = re.compile(r"\W*form\s+(?:10-[KQ]T?|20-F|40-F)(?:/A)?\W*", re.IGNORECASE)
_FURNISHED = re.compile(r"\bform\s+[68]-K\b", re.IGNORECASE)
RAW_COLUMNS = (
    "concept",
    "value",
    "unit",
    "period_start",
    "period_end",
    "instant",
    "dimensions",
    "decimals",
    "id",
    "label",
)
FIGURE_COLUMNS = (
    "ticker",
    "fact",
    "segment",
    "period_start",
    "period_end",
    "value",
    "unit",
    "scope",
    "label",
    "locator",
    "derivation",
)


def read_source(source: str, settings: Any) -> bytes:
    """The bytes of a file, an EDGAR URL or an article's URL. Raises UsageError with the remedy."""
    if source.startswith(("http://", "https://")):
        from urllib.parse import urlsplit

        from pipelines.extract.http import Fetcher

        if urlsplit(source).hostname not in ("www.sec.gov", "data.sec.gov"):
            return _read_article(source, settings)
        try:
            return Fetcher(settings).get(source.split("#")[0]).content
        except DocumentMissing as error:
            where = f" in {settings.mirror}; set EDGAR_USER_AGENT to read EDGAR" if settings.mirror else ""
            raise UsageError(f"{source} is not there{where}.") from error
    path = Path(source)
    if not path.is_file():
        raise UsageError(f"File not found: {source}.")
    return path.read_bytes()


def _read_article(source: str, settings: Any) -> bytes:
    """A web page, fetched by the news reader or read from NEWS_MIRROR."""
    from pipelines.extract.news import NewsReader

    if settings.news_source == "none":
        raise UsageError(
            f"{source} is not on www.sec.gov or data.sec.gov, and news is not read with another "
            "mirror. Save the page and pass the file."
        )
    try:
        return NewsReader(settings).get(source).body
    except DocumentMissing as error:
        where = (
            f" in {settings.news_folder}; set EDGAR_USER_AGENT to read the web"
            if settings.news_folder
            else ""
        )
        raise UsageError(f"{source} is not there{where}.") from error


def raw_rows(table: FactTable) -> list[dict[str, str]]:
    """Every fact as text: the columns of RAW_COLUMNS."""
    return [_raw(fact) for fact in table]


def _raw(fact: Fact) -> dict[str, str]:
    value = f"{fact.value:f}" if fact.value is not None else ("" if fact.numeric else fact.text)
    return {
        "concept": str(fact.concept),
        "value": value,
        "unit": fact.unit or "",
        "period_start": str(fact.start or ""),
        "period_end": str(fact.end or "") if fact.start else "",
        "instant": str(fact.instant or ""),
        "dimensions": fact.dimensions_text(),
        "decimals": fact.decimals or "",
        "id": fact.locator,
        "label": fact.label,
    }


def company_of(table: FactTable, watchlist: Watchlist) -> tuple[Company | None, str]:
    """The watched company of a document, and its ticker or the document's own name for it."""
    company = watchlist.by_cik(table.cik) if table.cik else None
    if company is not None:
        return company, company.ticker
    named = (
        table.entity.get("TradingSymbol")
        or table.entity.get("EntityRegistrantName")
        or (f"CIK {table.cik}" if table.cik else "")
    )
    return None, named


@dataclass(frozen=True, slots=True)
class Inspected:
    """Figures of one document, with its company and kind."""

    ticker: str
    kind: str
    reason: str
    normalized: Normalized


def figures_of(
    document: bytes,
    watchlist: Watchlist,
    lexicon: Lexicon,
    ticker: str | None = None,
    disclosed_on: date | None = None,
    beside: Sequence[bytes] = (),
) -> Inspected:
    """Figures of a tagged report or a press release.

    Raises UnreadableDocument if the document is neither.

    Args:
        ticker: The company, if the document does not name it. Raises UsageError if it is not on the
            watchlist.
        disclosed_on: The day of a press release that bears no date.
        beside: Other documents of the filing, which may define contexts and units.
    """
    named = watchlist.by_ticker(ticker) if ticker else None
    try:
        table = read_facts(document, lambda: beside)
    except UnreadableDocument as error:
        if error.reason != "no_xbrl":
            try:
                return _released(document, named, watchlist, lexicon, disclosed_on)
            except UnreadableDocument:
                raise error from None
        return _released(document, named, watchlist, lexicon, disclosed_on)
    company, name = company_of(table, watchlist)
    company = named or company
    if table.kind == "inline" and not has_income_statement(table):
        read = _released(document, company, watchlist, lexicon, disclosed_on)
        if read.kind != OTHER:
            return read
    normalized = normalize_report(table, company, lexicon)
    if table.kind == "inline" and not table.damaged:
        in_tables = read_report_tables(document, company, lexicon, disclosed_on or date.today())
        normalized = with_tables(normalized, in_tables, lexicon.words)
    return Inspected(company.ticker if company else name, table.kind, "tagged with XBRL", normalized)


def _released(
    document: bytes,
    company: Company | None,
    watchlist: Watchlist,
    lexicon: Lexicon,
    disclosed_on: date | None,
) -> Inspected:
    company = company or named_in(document, watchlist)
    read = read_release(document, company, lexicon, disclosed_on)
    cover = [block.text for block in read.page.blocks[:30]]
    # A Form 6-K has boxes "Form 20-F" and "Form 40-F" below its own name.
    if any(map(_COVER.fullmatch, cover)) and not any(map(_FURNISHED.search, cover)):
        read = read_untagged_report(document, company, lexicon, disclosed_on or date.today())
    normalized = normalize_release(read, lexicon.words).add(normalize_release_revenue(read, company, lexicon))
    return Inspected(company.ticker if company else "", read.kind, read.classification.reason, normalized)


def named_in(document: bytes, watchlist: Watchlist) -> Company | None:
    """The watched company named first: by its listing ("Nasdaq: RIOT"), else by name."""
    text = " ".join(block.text for block in read_page(document).blocks[:30])[:6000]
    for match in re.finditer(
        r"\b(?:nasdaq|nyse|tsx|otc|amex)[\w\s/-]{0,20}:\s*([A-Z]{2,5})\b", text, re.IGNORECASE
    ):
        for company in watchlist.companies:
            if match[1].upper() in (company.ticker, *(t.name for t in company.former_tickers)):
                return company
    found: list[tuple[int, Company]] = []
    for company in watchlist.companies:
        for name in (company.name, *(n.name for n in company.former_names)):
            place = text.lower().find(
                re.sub(
                    r",?\s+(?:inc|corp|ltd|limited|holdings)\.?(?:,.*)?$", "", name, flags=re.IGNORECASE
                ).lower()
            )
            if place >= 0:
                found.append((place, company))
    return min(found, key=lambda f: f[0])[1] if found else None


def figure_rows(ticker: str, normalized: Normalized) -> list[dict[str, str]]:
    """Figures as text, sorted by fact and period. Columns: FIGURE_COLUMNS."""
    rows = [
        {
            "ticker": ticker,
            "fact": f.fact,
            "segment": f.segment or "",
            "period_start": str(f.start or ""),
            "period_end": str(f.end),
            "value": f"{f.value:f}",
            "unit": f.unit,
            "scope": "" if f.segment else f.scope,
            "label": f.label,
            "locator": f.locator,
            "derivation": f.derivation,
        }
        for f in normalized.figures
    ]
    return sorted(
        rows, key=lambda r: (r["fact"], r["period_end"], r["period_start"], r["segment"], r["scope"])
    )
