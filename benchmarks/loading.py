"""Load 100,000 facts: our COPY path and `upsert`, compared with plain COPY."""

import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg import sql

from benchmarks.measure import Line
from pipelines.warehouse import schema, server
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.dimensions import load_dimensions, period_row
from pipelines.warehouse.migrate import ensure_current
from pipelines.warehouse.upsert import copy_rows, upsert
from pipelines.watchlist import load_lexicon, load_watchlist

ROWS = 100_000
_TABLE = schema.fact_segment_revenue


def _rows(engine: sa.Engine) -> list[dict[str, Any]]:
    watchlist, lexicon, now = load_watchlist(), load_lexicon(), datetime.now(UTC)
    segments = [s.code for s in lexicon.segments][:10]
    days = [date(2010, 1, 1) + timedelta(days=i) for i in range(100)]
    periods = [period_row(d, d + timedelta(days=90)) for d in days]
    with engine.begin() as connection:
        load_dimensions(connection, watchlist, lexicon)
        upsert(connection, schema.dim_period, periods)
        company = connection.execute(
            sa.text("select company_key from warehouse.dim_company limit 1")
        ).scalar()
        documents = [
            {
                "document_key": key_of("bench", i),
                "source": "sample",
                "document_kind": "report",
                "is_amendment": False,
                "url": f"https://x.invalid/{i}",
                "status": "read",
            }
            for i in range(ROWS // (len(periods) * len(segments)))
        ]
        upsert(connection, schema.dim_document, documents)
    return [
        {
            "fact_key": key_of("bench", d["document_key"], p["period_key"], s),
            "company_key": company,
            "document_key": d["document_key"],
            "period_key": p["period_key"],
            "fiscal_year": 2010,
            "fiscal_quarter": 1,
            "locator": "f1",
            "reported_label": "Digital asset self-mining revenue",
            "derivation": "as_reported",
            "inputs": [],
            "rules": ["basis_face"],
            "rounding": Decimal(500),
            "disclosed_at": now,
            "extractor_version": "bench",
            "released_by": None,
            "loaded_at": now,
            "segment_key": key_of("segment", s),
            "revenue_usd": Decimal(123456789) / 8,
            "complete": True,
        }
        for d in documents
        for p in periods
        for s in segments
    ]


def run() -> list[Line]:
    """Two results: the COPY path and `upsert`, each compared with plain COPY."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "server"
        engine = sa.create_engine(server.embedded_url(data))
        try:
            ensure_current(engine)
            return _measured(engine, _rows(engine))
        finally:
            engine.dispose()
            server.stop(data)


def _measured(engine: sa.Engine, rows: list[dict[str, Any]]) -> list[Line]:
    columns = list(rows[0])
    bare = ours = whole = float("inf")
    tuples = [tuple("[]" if c == "inputs" else row[c] for c in columns) for row in rows]
    for _ in range(3):
        bare = min(bare, _timed(engine, lambda c: _bare_copy(c, columns, tuples)))
        ours = min(ours, _timed(engine, lambda c: _our_copy(c, columns, rows)))
        whole = min(whole, _timed(engine, lambda c: upsert(c, _TABLE, rows)))
    return [
        Line(
            f"COPY path of {len(rows):,} facts ÷ bare COPY",
            f"{ours / bare:.2f}×",
            "≤ 1.5×",
            ours / bare <= 1.5,
            f"{ours:.2f} s and {bare:.2f} s",
        ),
        Line(
            "whole upsert of the same, keys and constraints checked ÷ bare COPY",
            f"{whole / bare:.2f}×",
            "stated",
            True,
            f"{whole:.2f} s into an empty table",
        ),
    ]


def _temporary(connection: sa.Connection) -> Any:
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(
        f"create temporary table bench on commit drop as select * from {_TABLE.fullname} with no data"
    )
    return raw


def _bare_copy(connection: sa.Connection, columns: list[str], tuples: list[tuple[Any, ...]]) -> None:
    raw = _temporary(connection)
    with (
        raw.cursor() as cursor,
        cursor.copy(
            sql.SQL("copy bench ({}) from stdin").format(sql.SQL(", ").join(map(sql.Identifier, columns)))
        ) as copy,
    ):
        for row in tuples:
            copy.write_row(row)


def _our_copy(connection: sa.Connection, columns: list[str], rows: list[dict[str, Any]]) -> None:
    _temporary(connection)
    copy_rows(connection, sql.Identifier("bench"), _TABLE, columns, rows)


def _timed(engine: sa.Engine, work: Any) -> float:
    with engine.connect() as connection:
        transaction = connection.begin()
        start = time.perf_counter()
        work(connection)
        seconds = time.perf_counter() - start
        transaction.rollback()
    return seconds
