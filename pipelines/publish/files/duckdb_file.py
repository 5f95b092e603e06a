"""One DuckDB file with the warehouse's schemas, tables and comments."""

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from pipelines.publish.files.arrow_tables import Published, foreign_keys

NAME = "miners.duckdb"


def write_duckdb(folder: Path, tables: Sequence[Published]) -> Path:
    """`miners.duckdb`: all tables with their keys, and views of marts without their schema."""
    import duckdb

    file = folder / NAME
    connection = duckdb.connect(str(file))
    try:
        for name in sorted({table.schema for table in tables}):
            connection.execute(f"create schema {_name(name)}")
        for table in _targets_first(tables):
            full = f"{_name(table.schema)}.{_name(table.name)}"
            connection.register("rows_of_it", table.data)
            columns = connection.execute("describe select * from rows_of_it").fetchall()
            parts = [
                *(f"{_name(name)} {kind}" for name, kind, *_ in columns),
                *_constraints(table, _keys(table, tables)),
            ]
            connection.execute(f"create table {full} ({', '.join(parts)})")
            connection.execute(f"insert into {full} select * from rows_of_it")
            connection.unregister("rows_of_it")
            _comment(connection, "table", full, table.meaning)
            for column in table.columns:
                _comment(connection, "column", f"{full}.{_name(column.name)}", column.comment)
            if table.schema == "marts":
                connection.execute(f"create view {_name(table.name)} as select * from {full}")
                _comment(connection, "view", _name(table.name), table.meaning)
    finally:
        connection.close()
    return file


def _targets_first(tables: Sequence[Published]) -> list[Published]:
    """Tables in an order in which each comes after those that it refers to."""
    by_name = {table.full_name: table for table in tables}
    order = TopologicalSorter({t.full_name: {o.full_name for o in _keys(t, tables).values()} for t in tables})
    return [by_name[name] for name in order.static_order()]


def _keys(table: Published, tables: Sequence[Published]) -> dict[str, Published]:
    """Foreign keys of a mart: DuckDB has none across schemas, and each key takes 256 kB."""
    return foreign_keys(table, [other for other in tables if other.schema == table.schema == "marts"])


def _constraints(table: Published, keys: Mapping[str, Published]) -> list[str]:
    """The primary and foreign keys of a mart."""
    primary = ", ".join(_name(c) for c in table.primary_key) if table.schema == "marts" else ""
    return [
        *([f"primary key ({primary})"] if primary else []),
        *(
            f"foreign key ({_name(column)}) references {_name(other.schema)}.{_name(other.name)}"
            f" ({_name(other.primary_key[0])})"
            for column, other in keys.items()
        ),
    ]


def _name(plain: str) -> str:
    return '"' + plain.replace('"', '""') + '"'


def _comment(connection: Any, what: str, name: str, text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    connection.execute(f"comment on {what} {name} is {quoted}")
