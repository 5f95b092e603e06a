"""`import miners` in a notebook: read a mart, ask a query, explain a figure."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
import sqlalchemy as sa

import miners
from pipelines.errors import UsageError


@pytest.fixture(autouse=True)
def configured(samples: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WAREHOUSE_URL", "MINERS_DATA_DIR"):
        monkeypatch.setenv(name, samples[name])


def test_read_returns_rows_of_a_mart() -> None:
    frame = miners.read("segment_revenue", ticker="CORZ", segment="self_mining", period_kind="quarter")
    assert set(frame["ticker"]) == {"CORZ"}
    latest = frame.set_index(frame["period_end"].astype(str))["revenue_usd"]
    assert latest["2026-03-31"] == Decimal(30_100_000)


def test_columns_of_a_mart_have_types_that_can_be_empty() -> None:
    frame = miners.read("quarterly", ticker="CLSK")
    assert frame["revenue_usd"].isna().any(), "a quarter without a figure"
    types = {
        name: str(frame[name].dtype)
        for name in ("ticker", "fiscal_year", "revenue_usd", "is_restated", "period_end", "disclosed_at")
    }
    assert types == {
        "ticker": "string",
        "fiscal_year": "Int64",
        "revenue_usd": "Float64",
        "is_restated": "boolean",
        "period_end": "datetime64[s]",
        "disclosed_at": "datetime64[us, UTC]",
    }
    exact = miners.read("quarterly", ticker="CLSK", exact=True)
    assert all(isinstance(value, Decimal) for value in exact["revenue_usd"].dropna())


def test_connection_is_of_the_analyst() -> None:
    with miners.connect().connect() as connection:
        assert connection.execute(sa.text("select current_user")).scalar() == "analyst"
        with pytest.raises(sa.exc.DBAPIError, match="permission denied"):
            connection.execute(sa.text("select * from ops.run"))


def test_read_shows_a_mart_as_of_a_moment() -> None:
    then = miners.read("quarterly", as_of="2025-06-30", ticker="CORZ")
    assert then["period_end"].max() == pd.Timestamp("2025-03-31")
    earlier = miners.read("quarterly", as_of=date(2024, 8, 31), ticker="CORZ")
    assert earlier["period_end"].max() == pd.Timestamp("2024-06-30")
    with pytest.raises(UsageError, match="only as of now"):
        miners.read("companies", as_of="2025-06-30")
    with pytest.raises(UsageError, match="invalid input syntax"):
        miners.read("quarterly", as_of="yesterdy")


def test_read_runs_a_query() -> None:
    frame = miners.read("select count(*) as quarters from marts.quarterly where ticker = 'CORZ'")
    assert list(frame.columns) == ["quarters"]
    assert int(frame["quarters"].iloc[0]) > 5
    typed = miners.read(
        "select period_end, revenue_usd, is_restated from marts.quarterly where ticker = 'CLSK'"
    )
    assert [str(kind) for kind in typed.dtypes] == ["datetime64[s]", "Float64", "boolean"]


@pytest.mark.parametrize(
    ("query", "equal", "message"),
    [
        ("quarterly", {"tikcer": "CORZ"}, "no column tikcer"),
        ("select 1", {"ticker": "CORZ"}, "not a mart"),
        ("delete from marts.quarterly", {}, "permission denied|read-only|cannot"),
    ],
)
def test_read_rejects_wrong_use(query: str, equal: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        miners.read(query, **equal)


def test_read_binds_values() -> None:
    assert miners.read("quarterly", ticker="x' or '1'='1").empty


def test_explain_returns_the_figure_with_its_sources() -> None:
    (figure,) = miners.explain("CORZ", "self_mining", "2026Q1")
    assert figure["value"] == Decimal(30_100_000)
    assert {s["form"] for s in figure["statements"]} == {"8-K", "10-Q"}


def test_unknown_attribute_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'write'"):
        _ = miners.write  # type: ignore[attr-defined]
