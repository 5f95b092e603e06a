"""companies.yaml: names, CIKs, tickers, fiscal years and single segments, with their dates."""

import re
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from pipelines.errors import UsageError
from pipelines.watchlist.source import read_yaml

Cik = Annotated[str, StringConstraints(pattern=r"^\d{10}$")]
Ticker = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9.-]{0,9}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Validity(_Strict):
    """A period of validity, inclusive; `since` None has no start, `until` None no end."""

    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class DatedName(Validity):
    """A former name or ticker of a company, with its dates."""

    name: str


class DatedCik(Validity):
    """A CIK of a company with its dates: after a reorganization the history keeps the old one."""

    cik: Cik

    @field_validator("cik", mode="before")
    @classmethod
    def _pad(cls, value: object) -> object:
        return (
            str(value).zfill(10)
            if isinstance(value, int) or (isinstance(value, str) and value.isdigit())
            else value
        )


class FiscalYearEnd(Validity):
    """Month and day on which the fiscal year ends, `09-30`."""

    month_day: Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")]

    @property
    def month(self) -> int:
        return int(self.month_day[:2])

    @property
    def day(self) -> int:
        return int(self.month_day[3:])


class SingleSegment(Validity):
    """A period in which all revenue is one segment's, so that the total is the segment's too."""

    segment: str


class Company(_Strict):
    """A watched company.

    Args:
        ticker: The current ticker; `former_names`, `former_tickers` and `ciks` have the history.
        other_names: Further names that are unambiguous.
        short_names: Names that count only if an article also names the company in full, or is about mining.
        subsidiaries: Companies whose deals are the company's, and whose figures are a part of its own.
        listed_fiscal_year_ends: Fiscal years by which releases and news count: those of the listed company
            that the registrant succeeded.
        preceded_by: Company that was listed under its name until that company's `ended`: claims about a time
            before are compared with that company's filings.
        mined: When it mined bitcoin.
        in_news: Whether articles and other companies' releases are read for it; if not, only its filings are.
    """

    ticker: Ticker
    name: str
    ciks: list[DatedCik] = Field(min_length=1)
    former_names: list[DatedName] = []
    former_tickers: list[DatedName] = []
    other_names: list[str] = []
    short_names: list[str] = []
    subsidiaries: list[str] = []
    fiscal_year_ends: list[FiscalYearEnd] = Field(min_length=1)
    listed_fiscal_year_ends: list[FiscalYearEnd] = []
    single_segment: list[SingleSegment] = []
    accounting: Literal["us-gaap", "ifrs"] = "us-gaap"
    consolidated_by: str | None = None
    preceded_by: str | None = None
    history_since: date | None = None
    ended: date | None = None
    mined: list[Validity] = [Validity()]
    in_news: bool = True
    note: str = ""

    def __hash__(self) -> int:
        return hash(self.ticker)

    def fiscal_year_end(self, day: date) -> FiscalYearEnd:
        """The end of the fiscal year, as of a day."""
        return next((f for f in self.fiscal_year_ends if f.covers(day)), self.fiscal_year_ends[-1])

    def listed_year_end(self, day: date) -> FiscalYearEnd:
        """The end of the fiscal year by which releases and news count, as of a day."""
        told = next((f for f in self.listed_fiscal_year_ends if f.covers(day)), None)
        return told or self.fiscal_year_end(day)

    def name_on(self, day: date) -> str:
        return next((n.name for n in self.former_names if n.covers(day)), self.name)

    def ticker_on(self, day: date) -> str:
        return next((n.name for n in self.former_tickers if n.covers(day)), self.ticker)

    def mined_on(self, day: date) -> bool:
        """Whether it mined bitcoin on a day."""
        return any(span.covers(day) for span in self.mined)

    def single_segment_on(self, day: date) -> str | None:
        return next((s.segment for s in self.single_segment if s.covers(day)), None)


class Watchlist(_Strict):
    """All watched companies by their current ticker."""

    companies: list[Company]

    def __hash__(self) -> int:
        return hash(tuple(company.ticker for company in self.companies))

    def by_ticker(self, ticker: str) -> Company:
        """The company of a current or former ticker.

        Raises:
            UsageError: The ticker is unknown; the message suggests similar ones.
        """
        wanted = ticker.strip().upper()
        for company in self.companies:
            if wanted == company.ticker or any(wanted == t.name for t in company.former_tickers):
                return company
        import difflib

        near = difflib.get_close_matches(wanted, self.tickers(), 3, 0.4)
        hint = f" Did you mean {', '.join(near)}?" if near else ""
        raise UsageError(f"{ticker!r} is not on the watchlist.{hint} `miners companies` lists who is.")

    def by_cik(self, cik: str) -> Company | None:
        """The company of a current or former 10-digit CIK."""
        return next((c for c in self.companies if any(s.cik == cik for s in c.ciks)), None)

    def tickers(self) -> list[str]:
        return [company.ticker for company in self.companies]


_LEGAL = re.compile(
    r",?\s+(?:inc|corp|corporation|ltd|limited|holdings|platforms|technologies|group|"
    r"generation holdings|digital mining|digital|mining|infrastructure)\b\.?.*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=64)
def other_names(company: Company | None) -> re.Pattern[str] | None:
    """The names of the other watched companies, as they appear in a company's press releases.

    Hut 8 reports what American Bitcoin, which it consolidates, mined and holds: those are the subsidiary's
    figures. None if the company is unknown.
    """
    if company is None:
        return None
    own = {_LEGAL.sub("", n).lower() for n in (company.name, *(f.name for f in company.former_names))}
    names = set()
    for other in load_watchlist().companies:
        if other.ticker != company.ticker and other.in_news:
            names |= {_LEGAL.sub("", n) for n in (other.name, *(f.name for f in other.former_names))} | {
                other.ticker
            }
    chosen = sorted(n for n in names if n.lower() not in own and len(n) >= 3)
    return re.compile(rf"\b(?:{'|'.join(re.escape(n) for n in chosen)})\b")


@lru_cache(maxsize=8)
def load_watchlist(folder: Path | None = None) -> Watchlist:
    """Load companies.yaml; entries in the user's folder replace or add companies by ticker.

    Raises:
        UsageError: An entry is not valid.
    """
    companies: dict[str, Company] = {}
    for path, content in read_yaml("companies.yaml", folder):
        for ticker, entry in content.items():
            try:
                companies[ticker] = Company.model_validate({"ticker": ticker, **(entry or {})})
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join(str(part) for part in first["loc"])
                raise UsageError(f"{path}: {ticker}: {where}: {first['msg']}.") from error
    return Watchlist(companies=list(companies.values()))
