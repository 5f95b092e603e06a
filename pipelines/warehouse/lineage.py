"""Column lineage of marts, from their queries parsed with sqlglot."""

import logging
from functools import lru_cache
from typing import Any

from pipelines.warehouse import schema
from pipelines.warehouse.marts import MARTS

Sources = dict[str, list[tuple[str, str]]]
"""Columns of a mart, each with the tables and columns that it is computed from."""

_Known = dict[str, dict[str, dict[str, str]]]


@lru_cache(maxsize=1)
def mart_lineage() -> dict[str, Sources]:
    """Sources of each mart's columns, by mart, resolved to tables."""
    # sqlglot logs what it cannot resolve; a column without a known source is shown without one.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    known: _Known = {}
    for table in schema.metadata.tables.values():
        known.setdefault(str(table.schema), {})[table.name] = {c.name: "text" for c in table.columns}
    marts: dict[str, Sources] = {}
    for mart in MARTS:
        marts[mart.name] = _sources(mart.query, known, marts)
        known.setdefault("marts", {})[mart.name] = dict.fromkeys(mart.columns, "text")
    return marts


def _sources(query: str, known: _Known, marts: dict[str, Sources]) -> Sources:
    """The columns of a query in order, each with its sources."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    parsed = sqlglot.parse_one(query, read="postgres")
    for table in parsed.find_all(exp.Table):
        if isinstance(table.this, exp.Anonymous):
            # A call of a mart's function has the columns of the mart.
            table.set("this", exp.to_identifier(table.this.name.removesuffix("_as_of")))
    scope = build_scope(
        qualify(parsed, schema=dict(known), dialect="postgres", validate_qualify_columns=False)
    )
    if scope is None:
        return {}
    selects: list[Any] = getattr(scope.expression, "selects", [])
    return {e.alias_or_name: sorted(_from(scope, e, marts, 0)) for e in selects}


def _from(scope: Any, expression: Any, marts: dict[str, Sources], depth: int) -> set[tuple[str, str]]:
    """The table columns that an expression within a query is computed from."""
    from sqlglot import exp

    found: set[tuple[str, str]] = set()
    if depth > 20:
        return found
    for column in expression.find_all(exp.Column):
        source = scope.sources.get(column.table)
        if isinstance(source, exp.Table):
            if source.db == "marts":
                found |= set(marts.get(source.name, {}).get(column.name, []))
            else:
                found.add((f"{source.db}.{source.name}" if source.db else source.name, column.name))
        elif source is not None and (values := _values(source)) is not None:
            # Columns turned into rows by `values`: the same position in each of its rows.
            names = values.alias_column_names or source.expression.alias_column_names
            place = names.index(column.name) if column.name in names else -1
            for row in values.expressions if place >= 0 else []:
                found |= _from(scope, row.expressions[place], marts, depth + 1)
        elif source is not None and isinstance(source.expression, exp.Lateral):
            # Rows of a function, such as the elements of a list: computed from its arguments.
            found |= _from(scope, source.expression.this, marts, depth + 1)
        elif source is not None:
            for part in _parts(source):
                for select in part.expression.selects:
                    if select.alias_or_name == column.name:
                        found |= _from(part, select, marts, depth + 1)
    return found


def _values(scope: Any) -> Any:
    """The `values` list that a source consists of, if it is one."""
    from sqlglot import exp

    is_query = isinstance(scope.expression, (exp.Select, exp.SetOperation))
    return None if is_query else scope.expression.find(exp.Values)


def _parts(scope: Any) -> list[Any]:
    """The queries of a union, or the one query."""
    united = getattr(scope, "union_scopes", None) or getattr(scope, "set_operation_scopes", None)
    return [part for one in united for part in _parts(one)] if united else [scope]
