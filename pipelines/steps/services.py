"""Services of all steps: settings, warehouse, archive, EDGAR, watchlist and lexicon."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

import sqlalchemy as sa

from pipelines.datasets import Library
from pipelines.extract.archive import Archive
from pipelines.extract.bulk import BulkEdgar
from pipelines.extract.edgar import Edgar
from pipelines.extract.http import Fetcher
from pipelines.settings import Settings, load_settings
from pipelines.warehouse.engine import connect_engine
from pipelines.warehouse.filings import Slice, WarehouseStore
from pipelines.watchlist import Lexicon, Watchlist, load_lexicon, load_watchlist

Progress = Callable[[str, str, str], None]
"""Is told a step, a company, and what was read of it; nothing when the step begins."""


@dataclass
class Services:
    """Services, each opened when first used."""

    settings: Settings = field(default_factory=load_settings)
    progress: Progress | None = None
    wait_on_ban: bool = True
    """Whether EDGAR's ban of our address is waited out; a sensor's look at its feed is not worth that."""

    @cached_property
    def engine(self) -> sa.Engine:
        return connect_engine(self.settings)

    def reconnect(self) -> None:
        """Reconnect to the warehouse, restarting an embedded one. Raises WarehouseUnreachable."""
        connect_engine(self.settings, migrated=False)

    @cached_property
    def archive(self) -> Archive:
        return Archive(self.settings.archive)

    @cached_property
    def fetcher(self) -> Fetcher:
        return Fetcher(self.settings, wait_on_ban=self.wait_on_ban)

    @cached_property
    def edgar(self) -> Edgar:
        if self.settings.edgar_bulk is not None:
            ciks = [span.cik for company in self.watchlist.companies for span in company.ciks]
            return BulkEdgar(self.settings.edgar_bulk, ciks, self.fetcher, self.archive)
        return Edgar(self.fetcher, self.archive, WarehouseStore(self.engine))

    @cached_property
    def watchlist(self) -> Watchlist:
        return load_watchlist(self.settings.miners_watchlist)

    @cached_property
    def lexicon(self) -> Lexicon:
        return load_lexicon(self.settings.miners_watchlist)

    @cached_property
    def library(self) -> Library:
        return Library(self.settings.archive, self.watchlist, self.lexicon)

    def report(self, step: str, company: str, told: str = "") -> None:
        """Show that a step begins for a company, or the result of one that ends."""
        if self.progress is not None:
            self.progress(step, company, told)


def slices_of(partitions: Iterable[tuple[str, date]]) -> list[Slice]:
    """Companies and ranges of filing days; adjacent months are merged."""
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
