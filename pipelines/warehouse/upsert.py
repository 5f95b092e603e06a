"""Idempotent loading: COPY into a temporary table, then INSERT … ON CONFLICT.

Loading the same rows twice changes nothing, not even `loaded_at`. With a scope, rows of that scope that are
no longer present are deleted in the same transaction, so that a document's facts are replaced as a whole.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects.postgresql import JSONB

# An escaped NUL, which PostgreSQL rejects in JSON; the text "\\u0000" with its own backslash stays.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_VOLATILE = ("loaded_at", "found_at", "rejected_at", "verified_at")


@dataclass(frozen=True, slots=True)
class Changed:
    """Numbers of inserted, updated and deleted rows."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0

    def __add__(self, other: "Changed") -> "Changed":
        return Changed(
            self.inserted + other.inserted, self.updated + other.updated, self.deleted + other.deleted
        )

    @property
    def total(self) -> int:
        return self.inserted + self.updated + self.deleted


def copy_rows(
    connection: sa.Connection,
    target: sql.Composable,
    table: sa.Table,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
) -> int:
    """COPY rows into a table, JSON columns as text; returns how many."""
    raw = connection.connection.driver_connection
    assert raw is not None
    json_columns = {name for name in columns if isinstance(table.c[name].type, JSONB)}
    statement = sql.SQL("copy {} ({}) from stdin").format(
        target, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with raw.cursor() as cursor, cursor.copy(statement) as copy:
        write = copy.write_row
        for row in rows:
            if json_columns:
                write([to_json(row[c]) if c in json_columns else row[c] for c in columns])
            else:
                write([row[c] for c in columns])
            count += 1
    return count


def to_json(value: Any) -> str | None:
    return (
        None
        if value is None
        else _NUL.sub(r"\1", json.dumps(value, sort_keys=True, ensure_ascii=False, default=str))
    )


def upsert(
    connection: sa.Connection,
    table: sa.Table,
    rows: Sequence[Mapping[str, Any]],
    *,
    scope: tuple[str, Sequence[Any]] | None = None,
    where: str | None = None,
) -> Changed:
    """Upsert rows by primary key within the caller's transaction.

    Args:
        rows: Mappings of column to value, all with the same columns.
        scope: Column and values: rows with these values that are not among `rows` are deleted.
        where: A further SQL condition on the rows to delete (a constant of the caller, never input).
    """
    if not rows and scope is None:
        return Changed()
    if not rows and scope is not None:
        return Changed(deleted=_delete_all(connection, table, scope, where))
    columns = list(rows[0])
    keys = [column.name for column in table.primary_key.columns]
    raw = connection.connection.driver_connection
    assert raw is not None
    full = sql.Identifier(str(table.schema), table.name)
    temporary = sql.Identifier(f"tmp_{table.name}")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with raw.cursor() as cursor:
        cursor.execute(sql.SQL("drop table if exists {}").format(temporary))
        cursor.execute(
            sql.SQL("create temporary table {} on commit drop as select {} from {} with no data").format(
                temporary, names, full
            )
        )
    copy_rows(connection, temporary, table, columns, rows)
    others = [c for c in columns if c not in keys]
    compared = [c for c in others if c not in _VOLATILE]
    on_keys = sql.SQL(", ").join(map(sql.Identifier, keys))
    if compared:
        action = sql.SQL("update set {} where ({}) is distinct from ({})").format(
            sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(c)) for c in others),
            sql.SQL(", ").join(sql.SQL("t.{}").format(sql.Identifier(c)) for c in compared),
            sql.SQL(", ").join(sql.SQL("excluded.{}").format(sql.Identifier(c)) for c in compared),
        )
    else:
        action = sql.Composed([sql.SQL("nothing")])
    deleted = 0
    with raw.cursor() as cursor:
        if scope is not None:
            column, values = scope
            condition = sql.SQL("t.{} = any(%s)").format(sql.Identifier(column))
            if where:
                condition = sql.SQL("{} and ({})").format(condition, sql.SQL(where))
            matched = sql.SQL(" and ").join(sql.SQL("n.{0} = t.{0}").format(sql.Identifier(k)) for k in keys)
            cursor.execute(
                sql.SQL("delete from {} t where {} and not exists (select 1 from {} n where {})").format(
                    full, condition, temporary, matched
                ),
                (list(values),),
            )
            deleted = cursor.rowcount
        cursor.execute(
            sql.SQL(
                "with done as (insert into {} as t ({}) select {} from {} order by {} on conflict ({}) "
                "do {} returning (xmax = 0) as fresh) select count(*) filter (where fresh), count(*) "
                "filter (where not fresh) from done"
            ).format(full, names, names, temporary, on_keys, on_keys, action)
        )
        inserted, updated = cursor.fetchone() or (0, 0)
        cursor.execute(sql.SQL("drop table {}").format(temporary))
    return Changed(int(inserted), int(updated), deleted)


def _delete_all(
    connection: sa.Connection, table: sa.Table, scope: tuple[str, Sequence[Any]], where: str | None
) -> int:
    """Delete all rows of a scope, without a temporary table."""
    raw = connection.connection.driver_connection
    assert raw is not None
    column, values = scope
    condition = sql.SQL("t.{} = any(%s)").format(sql.Identifier(column))
    if where:
        condition = sql.SQL("{} and ({})").format(condition, sql.SQL(where))
    full = sql.Identifier(str(table.schema), table.name)
    with raw.cursor() as cursor:
        cursor.execute(sql.SQL("delete from {} t where {}").format(full, condition), (list(values),))
        return int(cursor.rowcount)


def lock(connection: sa.Connection, *names: str) -> None:
    """Take advisory locks for the transaction, in a fixed order to avoid deadlocks."""
    for name in sorted(set(names)):
        connection.execute(
            sa.text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": f"miners:{name}"}
        )
