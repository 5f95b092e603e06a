"""Reference prices into fact_bitcoin_price, and the network's days into fact_network_day."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal

import sqlalchemy as sa

from pipelines.extract.network_formats import NetworkDay
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


def load_network(connection: sa.Connection, source: str, days: Mapping[date, NetworkDay]) -> Changed:
    """Add or correct days of one source; a day that it no longer serves stays."""
    lock(connection, "network")
    now = datetime.now(UTC)
    rows = [
        {"day": day, "network_source": source, **asdict(network), "loaded_at": now}
        for day, network in days.items()
    ]
    return upsert(connection, schema.fact_network_day, rows)


def prices_between(connection: sa.Connection, first: date, last: date) -> dict[date, Decimal]:
    """The reference price by day; of several sources the one loaded last."""
    t = schema.fact_bitcoin_price
    query = (
        sa.select(t.c.day, t.c.price_usd).where(t.c.day.between(first, last)).order_by(t.c.day, t.c.loaded_at)
    )
    return {row.day: row.price_usd for row in connection.execute(query)}
