"""A warehouse as it is, to be held against another: every table, without the moments at which rows were written."""

import hashlib
import json
from collections.abc import Iterable

import sqlalchemy as sa

from pipelines.warehouse import schema

# Moments of writing and asking, and the record of runs: two histories that led to the same warehouse differ in them.
_MOMENTS = {
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


def snapshot(engine: sa.Engine, leave_out: Iterable[str] = ()) -> dict[str, tuple[int, str]]:
    """Rows and a digest of each table's content, by its full name."""
    out = {}
    with engine.connect() as connection:
        for table in schema.metadata.tables.values():
            if table.fullname in {*_NOT_COMPARED, *leave_out}:
                continue
            columns = [c for c in table.columns if c.name not in _MOMENTS]
            rows = sorted(
                json.dumps([str(v) for v in row]) for row in connection.execute(sa.select(*columns))
            )
            out[table.fullname] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16])
    return out
