"""What charts say and where they put their points, without a browser."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from pipelines.publish.report.charts import in_words, lines, months_through, quarters_through, stacked
from pipelines.publish.report.company import charts_of

Point = tuple[str, str, Decimal | None]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("77500000", "USD", "$77.5 million"),
        ("68000", "USD", "$68,000"),
        ("0", "USD", "$0"),
        ("-1250000", "USD", "-$1.2 million"),
        ("2385", "bitcoin", "2,385 bitcoin"),
        ("533.50", "BTC", "533.5 BTC"),
    ],
)
def test_value_in_sentence(value: str, unit: str, text: str) -> None:
    """CleanSpark's quarter of 2024 brought 68,000 dollars: that is not $0.1 million, and no sale is not $0.0 million."""
    assert in_words(Decimal(value), unit) == text


def test_chart_keeps_place_of_missing_periods() -> None:
    assert months_through(["2024-11", "2025-02"]) == ["2024-11", "2024-12", "2025-01", "2025-02"]
    assert quarters_through(["2024Q4", "2025Q2"]) == ["2024Q4", "2025Q1", "2025Q2"]
    assert months_through([]) == quarters_through([]) == []
    rows: list[Point] = [("2024-04", "produced", Decimal(375)), ("2025-03", "produced", Decimal(533))]
    chart = stacked("x", "Bitcoin", rows, unit="BTC", x="month")
    assert len(chart.spec["encoding"]["x"]["scale"]["domain"]) == 12
    assert chart.rows == [["2024-04", "produced", Decimal(375)], ["2025-03", "produced", Decimal(533)]]


@pytest.mark.parametrize(
    ("last", "form"), [("2025-09-30", "%Y-%m-%d"), ("2026-09-30", "%Y-%m")], ids=["two months", "a year"]
)
def test_axis_format_follows_range(last: str, form: str) -> None:
    rows: list[Point] = [("2025-08-31", "at sale", Decimal(113776)), (last, "at sale", Decimal(109568))]
    chart = lines("x", "Price", rows, unit="USD for one bitcoin", dated=True)
    assert chart.spec["encoding"]["x"]["axis"]["format"] == form


def _sale(kind: str, start: date, end: date, proceeds: str | None) -> dict[str, Any]:
    return {
        "ticker": "CLSK",
        "period_kind": kind,
        "period_start": start,
        "period_end": end,
        "bitcoin_sold": None,
        "proceeds_usd": proceeds and Decimal(proceeds),
        "average_price_usd": None,
        "calendar_quarter": None,
    }


def _proceeds_of(*sales: dict[str, Any]) -> tuple[str, list[list[Any]]]:
    names = (
        "segment_revenue",
        "total_revenue",
        "ai_pivot",
        "quarterly",
        "operating_metrics",
        "deals",
        "bitcoin_prices",
        "open_findings",
    )
    marts: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    charts = charts_of({**marts, "bitcoin_sales": list(sales)}, "CLSK", {"rows": [], "segments": []})
    (chart,) = (c for c in charts["bitcoin"] if c.name == "CLSK-proceeds")
    return chart.title, chart.rows


def test_proceeds_chart_uses_available_periods() -> None:
    """CleanSpark's half years of 2023: no quarter, no month, no count of bitcoin."""
    half = _sale("half", date(2022, 10, 1), date(2023, 3, 31), "76203000")
    assert _proceeds_of(half) == (
        "Proceeds of bitcoin sold by period",
        [["half to 2023-03-31", "proceeds", Decimal(76203000)]],
    )
    month = _sale("month", date(2025, 8, 1), date(2025, 8, 31), "60700000")
    assert _proceeds_of(half, month) == (
        "Proceeds of bitcoin sold by month",
        [["2025-08", "proceeds", Decimal(60700000)]],
    )
    assert _proceeds_of(_sale("month", date(2025, 8, 1), date(2025, 8, 31), None))[1] == []
