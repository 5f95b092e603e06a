"""Stored marts: materialized views that are never read while they are out of date.

A mart over a million facts takes seconds; its stored rows take milliseconds. Triggers record every change of
a table behind the marts in `ops.mart_change`, and a refresh deletes what it has seen. While that table is
empty, the view in `marts` reads the stored rows, otherwise the mart's function: during a run answers are
slow, but never wrong.
"""

import sqlalchemy as sa

from pipelines.warehouse.marts import STORED
from pipelines.warehouse.schema import metadata


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
    run(
        "create or replace function ops.note_change() returns trigger language plpgsql security definer "
        "set search_path = pg_catalog as $$ begin if exists (select 1 from changed) then "
        "insert into ops.mart_change (changed_table, changed_at) "
        "values (tg_table_schema || '.' || tg_table_name, now()); end if; return null; end $$"
    )
    for table in metadata.tables.values():
        if table.info["refreshes_marts"]:
            for event, rows in (("insert", "new"), ("update", "new"), ("delete", "old")):
                run(
                    f"create or replace trigger note_{event} after {event} on {table.fullname} "
                    f"referencing {rows} table as changed for each statement execute function "
                    "ops.note_change()"
                )


def is_behind(engine: sa.Engine) -> bool:
    """Whether data changed since the stored marts were last refreshed."""
    with engine.connect() as connection:
        return bool(connection.execute(sa.text("select marts.is_behind()")).scalar())


def make_ready(engine: sa.Engine) -> bool:
    """Refresh the stored marts if something changed; returns whether it did. Readers never wait.

    Changes during the refresh remain recorded for the next one, and until then the views do not read the
    stored rows.
    """
    if not is_behind(engine):
        return False
    with engine.begin() as connection:
        connection.execute(sa.text("select pg_advisory_xact_lock(hashtextextended('miners:mart_store', 0))"))
        connection.execute(sa.text("delete from ops.mart_change"))
        for mart in STORED:
            connection.exec_driver_sql(f"refresh materialized view concurrently mart_store.{mart.name}")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for mart in STORED:
            connection.exec_driver_sql(f"analyze mart_store.{mart.name}")
    return True
