"""One DuckDB file with the warehouse's schemas, tables and comments."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.publish.files.arrow_tables import Published

NAME = "miners.duckdb"


def write_duckdb(folder: Path, tables: Sequence[Published]) -> Path:
    """`miners.duckdb`: all tables, and views of marts without their schema (`from ai_pivot`)."""
    import duckdb

    file = folder / NAME
    connection = duckdb.connect(str(file))
    try:
        for name in sorted({table.schema for table in tables}):
            connection.execute(f"create schema {_name(name)}")
        for table in tables:
            full = f"{_name(table.schema)}.{_name(table.name)}"
            connection.register("rows_of_it", table.data)
            connection.execute(f"create table {full} as select * from rows_of_it")
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


def _name(plain: str) -> str:
    return '"' + plain.replace('"', '""') + '"'


def _comment(connection: Any, what: str, name: str, text: str) -> None:
    quoted = "'" + text.replace("'", "''") + "'"
    connection.execute(f"comment on {what} {name} is {quoted}")
