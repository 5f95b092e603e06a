"""Stored marts: tables, refreshed by company and never read while out of date.

A mart over a million facts takes seconds; its stored rows take milliseconds. Triggers record in
`ops.mart_change` which companies' data changed, and a refresh deletes what it has seen. While that table is
empty, the view in `marts` reads the stored rows, otherwise the mart's function: during a run answers are
slow, but never wrong.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from pipelines.warehouse.marts import STORED, Mart
from pipelines.warehouse.schema import metadata

# marts.quarterly has rows until the month in which the last filing of any company was accepted.
_READ_UNTIL = """
    select (select date_trunc('month', (max(accepted_at) at time zone 'America/New_York')::date + 1)
            from warehouse.dim_document)
        is distinct from
           (select date_trunc('month', (max(disclosed_at) at time zone 'America/New_York')::date + 1)
            from mart_store.sources where source <> 'news')
"""


def create_store(connection: sa.Connection) -> None:
    """Create the schema mart_store, `marts.is_behind()`, and the triggers that record changes."""
    run = connection.exec_driver_sql
    run("create schema mart_store")
    run("comment on schema mart_store is 'Stored rows of marts, read by the views in marts.'")
    run(
        "create function marts.is_behind() returns boolean language sql stable security definer "
        "set search_path = pg_catalog return exists (select 1 from ops.mart_change)"
    )
    run(
        "comment on function marts.is_behind() is 'Whether data changed since the stored marts were "
        "last refreshed.'"
    )
    run("delete from ops.mart_change")
    # Each change is a row of its own: writers never wait for each other, and changes that a refresh did not
    # see remain.
    for table in metadata.tables.values():
        if table.info["refreshes_marts"]:
            run(
                f"create or replace function ops.note_{table.name}() returns trigger language plpgsql "
                "security definer set search_path = pg_catalog as $$ begin "
                "insert into ops.mart_change (changed_table, changed_at, company_id) "
                f"select distinct '{table.fullname}', now(), {_companies_of(table)}; return null; end $$"
            )
            # An update may move a row to another company: both are noted.
            for name, event, rows in (
                ("insert", "insert", "new"),
                ("update", "update", "new"),
                ("update_of", "update", "old"),
                ("delete", "delete", "old"),
            ):
                run(
                    f"create or replace trigger note_{name} after {event} on {table.fullname} "
                    f"referencing {rows} table as changed for each statement execute function "
                    f"ops.note_{table.name}()"
                )
    run("drop function if exists ops.note_change()")


def _companies_of(table: sa.Table) -> str:
    """The companies of changed rows, as the end of a select: empty for none, null for all."""
    if "company_id" in table.c:
        return "coalesce(company_id, '') from changed"
    if "company_key" in table.c:
        return "c.company_id from changed left join warehouse.dim_company as c using (company_key)"
    # Articles, prices and the network are in no mart by company. Metrics and segments are in all marts.
    return "'' from changed" if "document_key" in table.c or "day" in table.c else "null from changed"


def is_behind(engine: sa.Engine) -> bool:
    """Whether data changed since the stored marts were last refreshed."""
    with engine.connect() as connection:
        return bool(connection.execute(sa.text("select marts.is_behind()")).scalar())


def make_ready(engine: sa.Engine) -> bool:
    """Refresh the stored marts if something changed; returns whether it did. Readers never wait.

    Marts by company are refreshed for the companies whose data changed, the others as a whole from them.
    Changes during the refresh remain recorded for the next one, and until then the views do not read the
    stored rows.
    """
    if not is_behind(engine):
        return False
    with engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(hashtextextended('miners:mart_store', 0))"))
        changed = set(
            connection.execute(sa.text("delete from ops.mart_change returning company_id")).scalars()
        )
        if None in changed or connection.execute(sa.text(_READ_UNTIL)).scalar():
            every = sa.text("select distinct company_id from warehouse.dim_company")
            changed |= set(connection.execute(every).scalars())
        for mart in STORED:
            _refresh(connection, mart, sorted(changed - {None, ""}))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for mart in STORED:
            connection.exec_driver_sql(f"analyze mart_store.{mart.name}")
    return True


def _refresh(connection: sa.Connection, mart: Mart, tickers: Sequence[str]) -> None:
    """Replace the stored rows of some companies, or all rows of a mart over several companies."""
    insert = f"insert into mart_store.{mart.name} ({mart.selected}) select {mart.selected} from "
    if not mart.is_by_company:
        connection.exec_driver_sql(f"delete from mart_store.{mart.name}")
        connection.exec_driver_sql(f"{insert}({mart.from_store}) as m")
        return
    gone = sa.text(f"delete from mart_store.{mart.name} where ticker = any(:tickers)")
    connection.execute(gone, {"tickers": list(tickers)})
    for ticker in tickers:
        connection.execute(
            sa.text(f"{insert}marts.{mart.name}_as_of('infinity', :ticker)"), {"ticker": ticker}
        )
