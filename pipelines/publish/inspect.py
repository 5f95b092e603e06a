"""What the pipeline reads from one document, without loading it: figures, or every XBRL fact."""

from pathlib import Path
from typing import Any

from pipelines.errors import DocumentMissing, UsageError
from pipelines.normalize.bitcoin import normalize_bitcoin_sales
from pipelines.normalize.figures import Normalized
from pipelines.normalize.segments import normalize_revenue
from pipelines.parse.facts import Fact, FactTable
from pipelines.parse.inline_xbrl import read_facts
from pipelines.watchlist import Company, Lexicon, Watchlist

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
    "ticker", "fact", "segment", "period_start", "period_end", "value", "unit", "label", "locator", "derivation",
)  # fmt: skip


def read_source(source: str, settings: Any) -> bytes:
    """The bytes of a file or of an EDGAR URL. UsageError where there is no such file, or a URL of another host."""
    if source.startswith(("http://", "https://")):
        from urllib.parse import urlsplit

        from pipelines.extract.http import Fetcher

        if urlsplit(source).hostname not in ("www.sec.gov", "data.sec.gov"):
            raise UsageError(f"{source} is not on www.sec.gov or data.sec.gov. Save it and give the file.")
        try:
            return Fetcher(settings).get(source.split("#")[0]).content
        except DocumentMissing as error:
            where = (
                f" in {settings.mirror}; set EDGAR_USER_AGENT to ask EDGAR itself" if settings.mirror else ""
            )
            raise UsageError(f"{source} is not there{where}.") from error
    path = Path(source)
    if not path.is_file():
        raise UsageError(f"There is no file {source}.")
    return path.read_bytes()


def raw_rows(table: FactTable) -> list[dict[str, str]]:
    """Every fact as text: the columns of RAW_COLUMNS."""
    return [_raw(fact) for fact in table]


def _raw(fact: Fact) -> dict[str, str]:
    value = f"{fact.value:f}" if fact.value is not None else ("" if fact.numeric else fact.text)
    return {
        "concept": str(fact.concept), "value": value, "unit": fact.unit or "",
        "period_start": str(fact.start or ""), "period_end": str(fact.end or "") if fact.start else "",
        "instant": str(fact.instant or ""), "dimensions": fact.dimensions_text(), "decimals": fact.decimals or "",
        "id": fact.locator, "label": fact.label,
    }  # fmt: skip


def company_of(table: FactTable, watchlist: Watchlist) -> tuple[Company | None, str]:
    """The watched company of a document, and how to call it: its ticker, or as the document names itself."""
    company = watchlist.by_cik(table.cik) if table.cik else None
    if company is not None:
        return company, company.ticker
    named = (
        table.entity.get("TradingSymbol")
        or table.entity.get("EntityRegistrantName")
        or (f"CIK {table.cik}" if table.cik else "")
    )
    return None, named


def figures_of(document: bytes, watchlist: Watchlist, lexicon: Lexicon) -> tuple[str, Normalized]:
    """What one document states in canonical words, and whose it is. Raises UnreadableDocument."""
    table = read_facts(document)
    company, ticker = company_of(table, watchlist)
    return ticker, normalize_revenue(table, company, lexicon).add(normalize_bitcoin_sales(table))


def figure_rows(ticker: str, normalized: Normalized) -> list[dict[str, str]]:
    """The figures as text: the columns of FIGURE_COLUMNS, by fact, segment and period."""
    rows = [
        {
            "ticker": ticker, "fact": f.fact, "segment": f.segment or "", "period_start": str(f.start or ""),
            "period_end": str(f.end), "value": f"{f.value:f}", "unit": f.unit, "label": f.label, "locator": f.locator,
            "derivation": f.derivation,
        }
        for f in normalized.figures
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (r["fact"], r["period_end"], r["period_start"], r["segment"]))
