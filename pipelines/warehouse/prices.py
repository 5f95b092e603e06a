"""Reference prices into fact_bitcoin_price."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import sqlalchemy as sa

from pipelines.warehouse import schema
from pipelines.warehouse.upsert import Changed, lock, upsert


def load_prices(connection: sa.Connection, source: str, prices: Mapping[date, Decimal]) -> Changed:
    """Add or correct days of one source; a day that it no longer serves stays."""
    lock(connection, "prices")
    now = datetime.now(UTC)
    rows = [
        {"day": day, "price_source": source, "price_usd": price, "loaded_at": now}
        for day, price in prices.items()
    ]
    return upsert(connection, schema.fact_bitcoin_price, rows)


def prices_between(connection: sa.Connection, first: date, last: date) -> dict[date, Decimal]:
    """The reference price by day; of several sources the one loaded last."""
    t = schema.fact_bitcoin_price
    query = (
        sa.select(t.c.day, t.c.price_usd).where(t.c.day.between(first, last)).order_by(t.c.day, t.c.loaded_at)
    )
    return {row.day: row.price_usd for row in connection.execute(query)}
