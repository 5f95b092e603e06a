"""What every step works with: settings, warehouse, archive, EDGAR, and the watchlist with its words."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache

import sqlalchemy as sa

from pipelines.extract.archive import Archive
from pipelines.extract.edgar import Edgar
from pipelines.extract.http import Fetcher
from pipelines.load.engine import connect_engine
from pipelines.load.filings import Slice, WarehouseStore
from pipelines.normalize import bitcoin, coin_counts, holdings, release_figures, release_revenue, segments
from pipelines.normalize.figures import Normalized
from pipelines.parse import inline_xbrl, release
from pipelines.parse.facts import FactTable
from pipelines.settings import Settings, load_settings
from pipelines.watchlist import Company, Lexicon, Watchlist, load_lexicon, load_watchlist

Progress = Callable[[str, str], None]
_RULES = {
    "segment_revenue": f"{segments.VERSION}.{release_revenue.VERSION}",
    "bitcoin_sales": f"{bitcoin.VERSION}.{coin_counts.VERSION}.{release_figures.VERSION}",
    "operating_metrics": f"{holdings.VERSION}.{coin_counts.VERSION}.{release_figures.VERSION}",
}


@dataclass
class Services:
    """Opened when first used: `miners --help` opens nothing, a step on the archive opens no connection to EDGAR."""

    settings: Settings = field(default_factory=load_settings)
    progress: Progress | None = None
    wait_on_ban: bool = True
    """Whether EDGAR's ban of our address is waited out; a sensor's look at its feed is not worth that."""

    @cached_property
    def engine(self) -> sa.Engine:
        return connect_engine(self.settings)

    def reconnect(self) -> None:
        """Find the warehouse again after it was lost; an embedded one that was killed is started. Raises WarehouseUnreachable."""
        connect_engine(self.settings, migrated=False)

    @cached_property
    def archive(self) -> Archive:
        return Archive(self.settings.archive)

    @cached_property
    def fetcher(self) -> Fetcher:
        return Fetcher(self.settings, wait_on_ban=self.wait_on_ban)

    @cached_property
    def edgar(self) -> Edgar:
        return Edgar(self.fetcher, self.archive, WarehouseStore(self.engine))

    @cached_property
    def watchlist(self) -> Watchlist:
        return load_watchlist(self.settings.miners_watchlist)

    @cached_property
    def lexicon(self) -> Lexicon:
        return load_lexicon(self.settings.miners_watchlist)

    def version(self, dataset: str, company: Company) -> str:
        """What a dataset's figures of a company depend on: reader, rules, and the words that may be its own."""
        return f"xbrl-{inline_xbrl.VERSION} release-{release.VERSION} {dataset}-{_RULES[dataset]} {self.words(company)}"

    def words(self, company: Company) -> str:
        """What of watchlist and lexicon a company's figures depend on, as it stands at the end of their version."""
        aliases = [a.model_dump_json() for a in self.lexicon.aliases if a.company in (None, company.ticker)]
        metrics = [m.model_dump_json() for m in self.lexicon.metrics]
        content = "".join([company.model_dump_json(), *aliases, *metrics])
        return f"words-{hashlib.sha256(content.encode()).hexdigest()[:8]}"

    def release_version(self, company: Company) -> str:
        """What the reading of a company's releases depends on: reader, rules and words."""
        return " ".join(self.version(dataset, company) for dataset in ("operating_metrics", "bitcoin_sales"))

    def report(self, step: str, company: str) -> None:
        if self.progress is not None:
            self.progress(step, company)


def slices_of(partitions: Iterable[tuple[str, date]]) -> list[Slice]:
    """Companies and spans of filing days from (ticker, first of month) pairs; months in a row become one span."""
    months: dict[str, set[date]] = {}
    for ticker, month in partitions:
        months.setdefault(ticker, set()).add(month.replace(day=1))
    out: list[Slice] = []
    for ticker, firsts in months.items():
        start = last = None
        for first in sorted(firsts):
            if start is None or last is None:
                start = first
            elif first != last + timedelta(days=1):
                out.append((ticker, start, last))
                start = first
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        if start is not None and last is not None:
            out.append((ticker, start, last))
    return out


@lru_cache(maxsize=8)
def read_cached(archive_location: str, sha256: str) -> FactTable:
    """The facts of an archived document; the steps of one run read the same few documents after each other."""
    return inline_xbrl.read_facts(Archive(archive_location).get(sha256))


@dataclass(frozen=True, slots=True)
class ReadRelease:
    """What is kept of a release once it is read: what it is, and its figures by dataset."""

    kind: str
    reason: str
    headline: str
    subject: tuple[date | None, date] | None
    images: int
    figures: dict[str, Normalized]

    @property
    def states_something(self) -> bool:
        return any(n.figures or n.rejected for n in self.figures.values())


@lru_cache(maxsize=1024)
def read_release_cached(
    archive_location: str, sha256: str, company: Company, lexicon: Lexicon, said: date
) -> ReadRelease:
    """An archived release, read and normalized; three datasets ask for the same one after each other."""
    read = release.read_release(Archive(archive_location).get(sha256), company, lexicon, said)
    figures = {
        "segment_revenue": release_revenue.normalize_release_revenue(read, company, lexicon),
        "bitcoin_sales": release_figures.normalize_release(read, lexicon.words, "bitcoin_sale"),
        "operating_metrics": release_figures.normalize_release(read, lexicon.words, "operating_metric"),
    }
    subject = None if read.subject is None else (read.subject.start, read.subject.end)
    return ReadRelease(
        read.kind, read.judgement.reason, read.judgement.headline, subject, read.page.images, figures
    )
