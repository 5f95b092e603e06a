"""Documents made from figures, and their normalization."""

from collections.abc import Callable
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from pipelines.normalize.bitcoin import normalize_bitcoin_sales
from pipelines.normalize.release_figures import normalize_release as release_figures
from pipelines.normalize.release_revenue import normalize_release_revenue
from pipelines.normalize.segments import normalize_revenue
from pipelines.parse.press_releases.release import read_release
from pipelines.parse.xbrl.facts import FactTable
from pipelines.parse.xbrl.inline import read_facts
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.samples_builder import load_builder


@pytest.fixture(scope="session")
def samples_builder() -> ModuleType:
    """samples/build.py: makes inline-XBRL filings from figures."""
    return load_builder()


@pytest.fixture(scope="session")
def make_filing(samples_builder: ModuleType) -> Callable[..., bytes]:
    """A filing's primary document from tables of figures; `statement`, `note`, `cash_flow`: columns and rows."""

    def make(
        *,
        cik: int = 1,
        ticker: str = "TEST",
        until: str = "2024-03-31",
        scale: int = 3,
        ifrs: bool = False,
        statement: dict[str, Any] | None = None,
        note: dict[str, Any] | None = None,
        cash_flow: dict[str, Any] | None = None,
        form: str = "10-Q",
        name: str = "Test Miner, Inc.",
    ) -> bytes:
        company = {
            "cik": cik,
            "name": name,
            "ticker": ticker,
            "prefix": ticker.lower(),
            "fiscal_year_end": "1231",
            "ifrs": ifrs,
            "statements": {until: statement} if statement else {},
            "notes": {until: {"title": "Note", **note}} if note else {},
            "cash_flows": {until: cash_flow} if cash_flow else {},
        }
        document: str = samples_builder.document(company, {"form": form, "until": until, "scale": scale})
        return document.encode()

    return make


@pytest.fixture(scope="session")
def make_page() -> Callable[..., bytes]:
    """An exhibit: a headline, then paragraphs or pieces of HTML."""

    def make(title: str, *parts: str) -> bytes:
        body = "".join(part if part.lstrip().startswith("<") else f"<p>{part}</p>" for part in parts)
        return f"<html><body><p><b>{title}</b></p>{body}</body></html>".encode()

    return make


class NormalizedFiling:
    """Figures, rejected values and findings of a filing."""

    def __init__(self, document: bytes | FactTable) -> None:
        table = document if isinstance(document, FactTable) else read_facts(document)
        company = load_watchlist().by_cik(table.cik)
        self.all = normalize_revenue(table, company, load_lexicon()).add(normalize_bitcoin_sales(table))
        self.figures, self.rejected, self.findings = (self.all.figures, self.all.rejected, self.all.findings)

    def one(
        self, fact: str, segment: str | None = None, end: str = "2024-03-31", start: str | None = None
    ) -> Any:
        found = [
            f
            for f in self.figures
            if f.fact == fact
            and f.segment == segment
            and str(f.end) == end
            and (start is None or str(f.start) == start)
        ]
        assert len(found) <= 1, found
        return found[0] if found else None

    def value(self, *args: Any, **more: Any) -> Any:
        figure = self.one(*args, **more)
        return None if figure is None else int(figure.value)

    def segments(self, end: str = "2024-03-31", start: str | None = None) -> dict[str, int]:
        return {
            str(f.segment): int(f.value)
            for f in self.figures
            if f.fact == "segment_revenue" and str(f.end) == end and (start is None or str(f.start) == start)
        }

    def checks(self) -> list[str]:
        return sorted({r.check for r in self.rejected} | {f.check for f in self.findings})


class NormalizedRelease:
    """Figures, rejected values, findings and skipped statements of a press release."""

    def __init__(self, document: bytes, ticker: str = "RIOT", disclosed_on: date | None = None) -> None:
        company, lexicon = load_watchlist().by_ticker(ticker), load_lexicon()
        self.release = read_release(document, company, lexicon, disclosed_on)
        self.all = release_figures(self.release, lexicon.words).add(
            normalize_release_revenue(self.release, company, lexicon)
        )
        self.figures, self.rejected, self.findings = (self.all.figures, self.all.rejected, self.all.findings)

    def one(
        self,
        fact: str,
        end: str,
        scope: str = "company",
        segment: str | None = None,
        start: str | None = None,
    ) -> Any:
        found = [
            f
            for f in self.figures
            if f.fact == fact
            and str(f.end) == end
            and (f.segment or segment) == segment
            and (f.segment is not None or f.scope == scope)
            and (start is None or str(f.start) == start)
        ]
        assert len(found) <= 1, found
        return found[0] if found else None

    def value(self, fact: str, end: str, scope: str = "company", **more: Any) -> Any:
        figure = self.one(fact, end, scope, **more)
        return None if figure is None else float(figure.value)

    def facts(self) -> dict[tuple[str, str, str], float]:
        return {(f.fact, f.segment or f.scope, str(f.end)): float(f.value) for f in self.figures}

    def rejected_checks(self) -> set[str]:
        return {r.check for r in self.rejected}

    def finding_checks(self) -> set[str]:
        return {f.check for f in self.findings}

    def skipped_rules(self) -> set[str]:
        return {item.rule for item in self.all.skipped}


@pytest.fixture(scope="session")
def normalize_filing() -> type[NormalizedFiling]:
    """Parse and normalize a filing's document."""
    return NormalizedFiling


@pytest.fixture(scope="session")
def normalize_release() -> type[NormalizedRelease]:
    """Parse and normalize a press release."""
    return NormalizedRelease
