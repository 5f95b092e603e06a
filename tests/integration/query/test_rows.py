"""Rows of marts by filters, the reasons if there are none, and changes since a moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from pipelines.errors import UsageError
from pipelines.query.ask import ask
from pipelines.query.changes import changes_since
from pipelines.query.cookbook import ticker_of
from pipelines.query.rows import Selection, Value, checked, mart_named, select_rows, why_empty
from pipelines.settings import Settings
from pipelines.warehouse.engine import analyst_engine, connect_engine
from pipelines.warehouse.marts import MARTS
from tests.warehouse_builder import WarehouseBuilder, quarter

SEGMENTS = mart_named("segment_revenue")


@pytest.fixture
def engine(make_settings: Callable[..., Settings]) -> sa.Engine:
    """A warehouse with a restated and a new figure, as the role `analyst`."""
    owner = connect_engine(make_settings())
    build = WarehouseBuilder(owner)
    first = build.document("CORZ", "2025-05-07")
    build.segment(first, "self_mining", "67179000", quarter(2025, 1))
    build.segment(first, "colocation", "8602000", quarter(2025, 1))
    restated = build.document("CORZ", "2026-05-06")
    build.segment(restated, "self_mining", "67000000", quarter(2025, 1))
    build.segment(restated, "colocation", "8602000", quarter(2025, 1))
    build.segment(restated, "self_mining", "30100000", quarter(2026, 1))
    return analyst_engine(owner)


def _select(engine: sa.Engine, **more: Any) -> list[tuple[Any, ...]]:
    return select_rows(
        engine, Selection(SEGMENTS, columns=["segment", "period_end", "revenue_usd"], **more)
    ).rows


def test_latest_period_comes_first(engine: sa.Engine) -> None:
    assert _select(engine) == [
        ("self_mining", date(2026, 3, 31), Decimal(30100000)),
        ("colocation", date(2025, 3, 31), Decimal(8602000)),
        ("self_mining", date(2025, 3, 31), Decimal(67000000)),
    ]


@pytest.mark.parametrize(
    ("selection", "values"),
    [
        ({"where": {"segment": "colocation"}}, [8602000]),
        ({"where": {"segment": ["colocation", "self_mining"], "fiscal_year": 2025}}, [8602000, 67000000]),
        ({"where": {"revenue_usd": "67000000"}}, [67000000]),
        ({"where": {"is_restated": True}}, [67000000]),
        ({"where": {"locator": None}}, []),
        ({"where": {"segment": []}}, []),
        ({"where": {"segment": "x' or '1'='1"}}, []),
        ({"since": date(2025, 4, 1)}, [30100000]),
        ({"until": date(2025, 4, 1), "order": ["-revenue_usd"]}, [67000000, 8602000]),
        ({"as_of": "2025-12-31", "where": {"segment": "self_mining"}}, [67179000]),
        ({"limit": 1}, [30100000]),
    ],
)
def test_rows_are_selected(engine: sa.Engine, selection: dict[str, Any], values: list[int]) -> None:
    assert [row[2] for row in _select(engine, **selection)] == values


def test_total_counts_rows_beyond_the_limit(engine: sa.Engine) -> None:
    assert select_rows(engine, Selection(SEGMENTS, limit=1)).total == 3


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_every_mart_can_be_selected(engine: sa.Engine, mart: Any) -> None:
    assert len(select_rows(engine, Selection(mart, limit=2)).rows) <= 2


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        ({"where": {"segmnt": "x"}}, "no column segmnt. Near it: segment"),
        ({"where": {"1=1; drop table x": "x"}}, "no column 1=1; drop table x"),
        ({"columns": ["revenue_usd, pg_sleep(9)"]}, "has no column revenue_usd, pg_sleep"),
        ({"order": ["-revenue"]}, "Near it: revenue_usd"),
        ({"where": {"inputs": "x"}}, "inputs is JSON"),
        ({"where": {"revenue_usd": "1 or 1=1"}}, "invalid input syntax for type numeric"),
        ({"as_of": "yesterdy"}, "invalid input syntax for type timestamp"),
        ({"mart": mart_named("companies"), "as_of": "2025-06-30"}, "only as of now"),
        ({"mart": mart_named("companies"), "since": date(2025, 1, 1)}, "has no periods"),
    ],
)
def test_wrong_selection_is_a_usage_error(engine: sa.Engine, selection: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        select_rows(engine, Selection(**{"mart": SEGMENTS, **selection}))


def test_unknown_mart_names_similar_ones() -> None:
    with pytest.raises(UsageError, match="Near it: segment_revenue"):
        mart_named("marts.segmnt_revenue")


def test_former_ticker_becomes_the_current_one(engine: sa.Engine) -> None:
    """Argo and others changed theirs; the watchlist has Gryphon's, which American Bitcoin took over."""
    assert ticker_of(engine, "gryp") == "ABTC"
    assert checked(engine, Selection(SEGMENTS, {"ticker": "gryp"})).where == {"ticker": "ABTC"}
    assert checked(engine, Selection(SEGMENTS, {"ticker": ["GRYP", "CORZ"]})).where == {
        "ticker": ["ABTC", "CORZ"]
    }


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"ticker": "CORX"}, "There is no ticker 'CORX' in the warehouse. Near it: CORZ"),
        ({"period_kind": "quarterly"}, "is never quarterly. It is one of month, quarter"),
        ({"tickr": "CORZ"}, "Near it: ticker"),
    ],
)
def test_wrong_value_is_a_usage_error(engine: sa.Engine, where: dict[str, Value], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        checked(engine, Selection(SEGMENTS, where))


@pytest.mark.parametrize(
    ("selection", "reasons"),
    [
        (
            {"where": {"segment": "self_minin"}},
            ["No row of marts.segment_revenue has segment = 'self_minin'. Near it: self_mining."],
        ),
        (
            {"where": {"ticker": "CORZ"}, "since": date(2026, 4, 1)},
            [
                "Without the limit on periods, period_end is 2025-03-31 to 2026-03-31.",
                "The last document of CORZ that was read is of 2026-05-06 (10-Q).",
            ],
        ),
        (
            {"where": {"ticker": "RIOT"}},
            ["No row of marts.segment_revenue has ticker = 'RIOT'.", "No document of RIOT was read."],
        ),
        (
            {"where": {"segment": "colocation", "fiscal_year": 2026}},
            ["No row of marts.segment_revenue has all of these values together."],
        ),
        (
            {"where": {"segment": "colocation"}, "since": date(2026, 1, 1)},
            ["Without the limit on periods, period_end is 2025-03-31 to 2025-03-31."],
        ),
    ],
)
def test_empty_selection_has_reasons(
    engine: sa.Engine, selection: dict[str, Any], reasons: list[str]
) -> None:
    assert why_empty(engine, Selection(SEGMENTS, **selection)) == reasons


@pytest.mark.parametrize(
    ("since", "counts", "changed"),
    [
        ("2025-01-01", {"documents": 2, "new": 3, "restated": 1, "repeated": 1}, 4),
        ("2026-01-01", {"documents": 1, "new": 1, "restated": 1, "repeated": 1}, 2),
        ("2026-06-01", {"documents": 0, "new": 0, "restated": 0, "repeated": 0}, 0),
    ],
)
def test_changes_are_those_disclosed_since(
    engine: sa.Engine, since: str, counts: dict[str, int], changed: int
) -> None:
    found = changes_since(engine, datetime.fromisoformat(since).replace(tzinfo=UTC), "CORZ", 100)
    assert (found.counts, len(found.figures), len(found.documents)) == (counts, changed, counts["documents"])
    assert changes_since(engine, datetime(2020, 1, 1, tzinfo=UTC), "RIOT", 100).figures == []


def test_restated_figure_has_both_values(engine: sa.Engine) -> None:
    figure = changes_since(engine, datetime(2026, 1, 1, tzinfo=UTC), None, 1).figures[0]
    assert (figure["change_kind"], figure["previous_value"], figure["value"], figure["change"]) == (
        "restated",
        67179000,
        67000000,
        -179000,
    )


def test_query_ends_after_its_limit(engine: sa.Engine) -> None:
    found = ask(engine, "select generate_series(1, 1000000000) as n", limit=3, timeout_seconds=5)
    assert found == (["n"], [(1,), (2,), (3,)])


def test_analyst_engine_cannot_write_or_run_long(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        names = ("session_authorization", "default_transaction_read_only", "statement_timeout")
        assert [connection.execute(sa.text(f"show {name}")).scalar() for name in names] == [
            "analyst",
            "on",
            "30s",
        ]
        with pytest.raises(exc.DBAPIError, match="permission denied"):
            connection.execute(sa.text("select * from warehouse.dim_document"))
