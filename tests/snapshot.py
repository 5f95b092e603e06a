"""The content of a warehouse, to compare it with another or with itself at another time."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from pipelines.warehouse import schema

# Two runs that load the same rows differ in these.
_TIMES = {
    "loaded_at",
    "found_at",
    "rejected_at",
    "asked_at",
    "answered_at",
    "first_at",
    "sent_at",
    "gone_at",
    "started_at",
    "ended_at",
}
_NOT_COMPARED = {"ops.run", "ops.alert", "ops.mart_change"}


def contents(engine: sa.Engine) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of each table, also when they were loaded; only the time of the last request is left out."""
    out = {}
    with engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            if table.fullname == "ops.mart_change":
                continue
            columns = [c for c in table.columns if c.name != "asked_at"]
            keys = list(table.primary_key.columns)
            rows = connection.execute(sa.select(*columns).order_by(*keys))
            out[table.fullname] = [tuple(row) for row in rows]
    return out


def snapshot(engine: sa.Engine, leave_out: Iterable[str] = ()) -> dict[str, tuple[int, str]]:
    """Number of rows and digest of each table, without the times at which rows were written."""
    out = {}
    with engine.connect() as connection:
        for table in schema.metadata.tables.values():
            if table.fullname in {*_NOT_COMPARED, *leave_out}:
                continue
            columns = [c for c in table.columns if c.name not in _TIMES]
            rows = sorted(
                json.dumps([str(v) for v in row]) for row in connection.execute(sa.select(*columns))
            )
            out[table.fullname] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16])
    return out
