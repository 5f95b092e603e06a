"""Marts kept ready: the answers of the larger marts, stored, and never shown when they are behind.

A mart over a million facts takes seconds; the same rows from a materialized view a few milliseconds. Each stored mart
stands in the schema `mart_store`, which nobody is shown. The view in `marts` reads it while nothing has changed since, and
the function behind the mart otherwise: triggers note every change of a fact, document or company in `ops.mart_change`, and
a refresh takes away what it has seen. So an answer is slow for the length of a run, and wrong never.
"""

from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class Stored:
    """A mart kept ready: the columns that tell its rows apart (none of them null), and those it is asked by."""

    mart: str
    unique: tuple[str, ...]
    asked_by: tuple[tuple[str, ...], ...]


# In the order in which they are made: none is made from a later one.
STORED = (
    Stored("segment_revenue", ("fact_key",), (("ticker", "period_end"), ("period_kind", "period_end"))),
    Stored(
        "operating_metrics", ("fact_key",), (("ticker", "metric", "period_end"), ("metric", "period_end"))
    ),
    Stored("total_revenue", ("fact_key",), (("ticker", "period_end"),)),
    Stored("bitcoin_sales", ("fact_key",), (("ticker", "period_end"),)),
    Stored("ai_pivot", ("ticker", "period_end"), ()),
    Stored("quarterly", ("ticker", "period_end"), (("calendar_quarter",),)),
    Stored("industry_quarter", ("calendar_quarter",), ()),
    Stored(
        "disclosure_history", ("fact_key", "metric"), (("ticker", "metric", "period_end"), ("period_end",))
    ),
    Stored("sources", ("document_key",), (("ticker", "filed_on"),)),
)


def create_store(connection: sa.Connection) -> None:
    """Store the marts anew, and let their views read the store. For migrations: drops what was stored."""
    run = connection.exec_driver_sql
    run("drop schema if exists mart_store cascade")
    run("create schema mart_store")
    run("comment on schema mart_store is 'Marts kept ready; marts.* reads them. Not for people.'")
    run(
        "create function marts.is_behind() returns boolean language sql stable security definer set search_path = pg_catalog "
        "return exists (select 1 from ops.mart_change)"
    )
    run(
        "comment on function marts.is_behind() is 'Whether facts changed since the marts were last made ready.'"
    )
    run("delete from ops.mart_change")
    for stored in STORED:
        columns = ", ".join(f'"{name}"' for name in _columns(connection, stored.mart))
        run(
            f"create materialized view mart_store.{stored.mart} as select {columns} from marts.{stored.mart}_as_of('infinity')"
        )
        run(f"create unique index on mart_store.{stored.mart} ({', '.join(stored.unique)})")
        for names in stored.asked_by:
            run(f"create index on mart_store.{stored.mart} ({', '.join(names)})")
        run(
            f"create or replace view marts.{stored.mart} as "
            f"select {columns} from mart_store.{stored.mart} where not (select marts.is_behind()) "
            f"union all select {columns} from marts.{stored.mart}_as_of('infinity') where (select marts.is_behind())"
        )


def _columns(connection: sa.Connection, mart: str) -> list[str]:
    query = sa.text(
        "select attname from pg_attribute where attrelid = to_regclass(:mart) and attnum > 0 and not attisdropped order by attnum"
    )
    return list(connection.execute(query, {"mart": f"marts.{mart}"}).scalars())


def is_behind(engine: sa.Engine) -> bool:
    """Whether facts changed since the marts were last made ready."""
    with engine.connect() as connection:
        return bool(connection.execute(sa.text("select marts.is_behind()")).scalar())


def make_ready(engine: sa.Engine) -> bool:
    """Refresh the stored marts where something changed; whether anything was done. Readers are never kept waiting.

    What changes while it works stays noted: the next refresh takes it, and until then the views do not use the store.
    """
    if not is_behind(engine):
        return False
    with engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(hashtextextended('miners:mart_store', 0))"))
        connection.execute(sa.text("delete from ops.mart_change"))
        for stored in STORED:
            connection.exec_driver_sql(f"refresh materialized view concurrently mart_store.{stored.mart}")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for stored in STORED:
            connection.exec_driver_sql(f"analyze mart_store.{stored.mart}")
    return True
