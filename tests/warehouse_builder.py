"""A warehouse filled with single documents and facts, for tests of the marts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.periods import fiscal_period
from pipelines.warehouse import schema
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.dimensions import company_key_on, load_dimensions, load_periods
from pipelines.warehouse.upsert import upsert
from pipelines.watchlist import load_lexicon, load_watchlist

Period = tuple[date | None, date]


def quarter(year: int, number: int) -> Period:
    """First and last day of a calendar quarter."""
    last = {1: (3, 31), 2: (6, 30), 3: (9, 30), 4: (12, 31)}[number]
    return date(year, number * 3 - 2, 1), date(year, *last)


class WarehouseBuilder:
    """Adds documents and facts to a warehouse, each in its own transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine, self.watchlist = engine, load_watchlist()
        self.number = 0
        with engine.begin() as connection:
            load_dimensions(connection, self.watchlist, load_lexicon())

    def document(
        self,
        ticker: str,
        disclosed_on: str,
        *,
        form: str = "10-Q",
        kind: str = "report",
        title: str | None = None,
        source: str = "mirror",
    ) -> tuple[str, int, datetime]:
        """A document of a company, accepted on a day at 20:00 UTC."""
        self.number += 1
        accession = f"0000000001-25-{self.number:06}"
        url = f"https://www.sec.gov/Archives/edgar/data/1/{accession.replace('-', '')}/a.htm"
        accepted_at = datetime.fromisoformat(f"{disclosed_on}T20:00:00+00:00")
        key = key_of("document", url)
        row = {
            "document_key": key,
            "source": source,
            "company_id": ticker,
            "cik": "0000000001",
            "form": form,
            "document_type": form.removesuffix("/A"),
            "document_kind": kind,
            "is_amendment": form.endswith("/A"),
            "accession": accession,
            "name": "a.htm",
            "url": url,
            "title": title,
            "filed_on": accepted_at.date(),
            "accepted_at": accepted_at,
            "status": "read",
        }
        with self.engine.begin() as connection:
            upsert(connection, schema.dim_document, [row])
        return ticker, key, accepted_at

    def _fact(
        self,
        table: sa.Table,
        document: tuple[str, int, datetime],
        period: Period,
        own: dict[str, Any],
        more: dict[str, Any],
    ) -> int:
        ticker, key, accepted_at = document
        company = self.watchlist.by_ticker(ticker)
        fiscal = fiscal_period(company, period[1])
        natural = own.get("segment_key") or own.get("metric_key") or 0
        fact_key = key_of(table.name, key, *period, natural, own.get("scope"))
        row = {
            "fact_key": fact_key,
            "company_key": company_key_on(company, accepted_at.date()),
            "document_key": key,
            "period_key": key_of("period", *period),
            "fiscal_year": fiscal.year,
            "fiscal_quarter": fiscal.quarter,
            "locator": "f1",
            "reported_label": "Reported label",
            "derivation": "as_reported",
            "inputs": [],
            "rules": [],
            "rounding": Decimal(0),
            "disclosed_at": accepted_at,
            "extractor_version": "t",
            "released_by": None,
            "loaded_at": datetime.now(UTC),
            **own,
            **more,
        }
        with self.engine.begin() as connection:
            load_periods(connection, {period})
            upsert(connection, table, [row])
        return fact_key

    def segment(
        self, document: tuple[str, int, datetime], segment: str, value: str, period: Period, **more: Any
    ) -> int:
        own = {"segment_key": key_of("segment", segment), "revenue_usd": Decimal(value), "complete": True}
        return self._fact(schema.fact_segment_revenue, document, period, own, more)

    def metric(
        self,
        document: tuple[str, int, datetime],
        metric: str,
        value: str,
        period: Period,
        scope: str = "company",
        **more: Any,
    ) -> int:
        own = {
            "metric_key": key_of("metric", metric),
            "value": Decimal(value),
            "scope": scope,
            "qualifier": None,
        }
        return self._fact(schema.fact_operating_metric, document, period, own, more)

    def sale(
        self,
        document: tuple[str, int, datetime],
        sold: str | None,
        proceeds: str | None,
        period: Period,
        price: str | None = None,
        **more: Any,
    ) -> int:
        own = {
            "bitcoin_sold": sold and Decimal(sold),
            "proceeds_usd": proceeds and Decimal(proceeds),
            "average_price_usd": price and Decimal(price),
            "completed": None,
        }
        return self._fact(schema.fact_bitcoin_sale, document, period, own, more)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]
