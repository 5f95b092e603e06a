"""Which columns a mart's column comes from, read off the SQL of its view and of the function behind it."""

import logging
import re
from functools import lru_cache
from typing import Any

from pipelines.warehouse import schema
from pipelines.warehouse.migrate import view_files

Sources = dict[str, list[tuple[str, str]]]
"""Columns of a mart, each with the tables (`warehouse.fact_…`) and columns that it is made from."""

_Known = dict[str, dict[str, dict[str, str]]]
_FUNCTION = re.compile(
    r"create function (marts\.\w+)\s*\([^)]*\)\s*returns table\s*\((.*?)\)\s*language.*?\$\$(.*?)\$\$",
    re.DOTALL,
)
_VIEW = re.compile(r"create view (marts\.\w+) as\s(.*?);\s*$", re.DOTALL | re.MULTILINE)


@lru_cache(maxsize=1)
def mart_lineage() -> dict[str, Sources]:
    """Of every mart, by its name: its columns and what they are made from, views and functions between them seen through."""
    # sqlglot says aloud where it knows no better; a column without a known source is shown without one.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    known: _Known = {}
    for table in schema.metadata.tables.values():
        known.setdefault(str(table.schema), {})[table.name] = {c.name: "text" for c in table.columns}
    made: dict[str, Sources] = {}
    marts: dict[str, Sources] = {}
    for path in view_files():
        text = path.read_text("utf-8")
        for name, declared, body in _FUNCTION.findall(text):
            columns = [part.split()[0].strip('"') for part in declared.split(",") if part.strip()]
            sources = _sources(body, known, made)
            made[name] = dict(zip(columns, sources.values(), strict=False))
            _learn(known, name, made[name])
        for name, body in _VIEW.findall(text):
            made[name] = _sources(body, known, made)
            _learn(known, name, made[name])
            marts[name.removeprefix("marts.")] = made[name]
    return marts


def _learn(known: _Known, name: str, columns: Sources) -> None:
    known.setdefault("marts", {})[name.removeprefix("marts.")] = dict.fromkeys(columns, "text")


def _sources(body: str, known: _Known, made: dict[str, Sources]) -> Sources:
    """The columns of a query in their order, with what each is made from; {} where it cannot be read."""
    import sqlglot
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    for name in made:
        # A function that gives a table is read as the table that it gives.
        body = re.sub(rf"{re.escape(name)}\([^()]*\)", name, body)
    try:
        query = sqlglot.parse_one(body, read="postgres")
        scope = build_scope(
            qualify(query, schema=dict(known), dialect="postgres", validate_qualify_columns=False)
        )
    except SqlglotError:
        return {}
    if scope is None:
        return {}
    selects: list[Any] = getattr(scope.expression, "selects", [])
    return {e.alias_or_name: sorted(_from(scope, e, made, 0)) for e in selects if e.alias_or_name}


def _from(scope: Any, expression: Any, made: dict[str, Sources], depth: int) -> set[tuple[str, str]]:
    """The columns of tables that an expression within a query is made from."""
    from sqlglot import exp

    found: set[tuple[str, str]] = set()
    if depth > 20:
        return found
    for column in expression.find_all(exp.Column):
        source = scope.sources.get(column.table)
        if isinstance(source, exp.Table):
            name = f"{source.db}.{source.name}" if source.db else source.name
            found |= set(made[name].get(column.name, [])) if name in made else {(name, column.name)}
        elif (
            source is not None
            and (values := source.expression.find(exp.Values)) is not None
            and not isinstance(source.expression, (exp.Select, exp.SetOperation))
        ):
            # Columns that are turned into rows: each row's value of the column, as the query around it knows it.
            names = values.alias_column_names or source.expression.alias_column_names
            place = names.index(column.name) if column.name in names else -1
            for row in values.expressions if place >= 0 else []:
                found |= _from(scope, row.expressions[place], made, depth + 1)
        elif source is not None:
            for part in _parts(source):
                for select in part.expression.selects:
                    if select.alias_or_name == column.name:
                        found |= _from(part, select, made, depth + 1)
    return found


def _parts(scope: Any) -> list[Any]:
    """The queries of a union, or the one query."""
    united = getattr(scope, "union_scopes", None) or getattr(scope, "set_operation_scopes", None)
    return [part for one in united for part in _parts(one)] if united else [scope]
