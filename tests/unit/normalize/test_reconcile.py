"""What must tie out between documents, each with the real figures that do or do not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipelines.normalize.figures import Figure
from pipelines.normalize.periods import kind_of
from pipelines.normalize.reconcile import DocumentFigure, reconcile_documents
from pipelines.normalize.sales import MonthlySale, complete, merge_parts, sum_quarters


def known(
    metric: str,
    start: str | None,
    end: str,
    value: float,
    *,
    kind: str = "update",
    rounding: float = 0.5,
    url: str = "",
) -> DocumentFigure:
    return DocumentFigure(
        metric,
        start and date.fromisoformat(start),
        date.fromisoformat(end),
        Decimal(str(value)),
        Decimal(str(rounding)),
        kind,  # type: ignore[arg-type]
        url or f"https://x/{metric}-{end}-{kind}",
        "table 1",
        datetime(2026, 1, 1, tzinfo=UTC),
    )


def checks(*figures: DocumentFigure, prices: dict[str, float] | None = None) -> list[str]:
    found = reconcile_documents(
        figures, {date.fromisoformat(d): Decimal(str(p)) for d, p in (prices or {}).items()}
    )
    assert all(len(f.documents) >= 1 and f.detail for f in found)
    return [f.check for f in found]


def riot(held: float) -> list[DocumentFigure]:
    return [
        known("bitcoin_held", None, "2025-03-31", 19223),
        known("bitcoin_produced", "2025-04-01", "2025-04-30", 463),
        known("bitcoin_sold", "2025-04-01", "2025-04-30", 475),
        known("bitcoin_held", None, "2025-04-30", held),
    ]


def test_holdings_roll_forward_exactly() -> None:
    assert checks(*riot(19211)) == []
    assert checks(*riot(19611)) == ["holdings_do_not_roll"]


def test_purchases_count_in_rollforward() -> None:
    assert checks(*riot(19611), known("bitcoin_purchased", "2025-04-01", "2025-04-30", 400)) == []


def test_months_must_add_up_to_quarter() -> None:
    """Core Scientific, first quarter of 2024: 981 + 952 + 1,114 is 3,047, its release says 2,888."""
    months = [
        known("bitcoin_sold", f"2024-0{m}-01", e, v)
        for m, e, v in ((1, "2024-01-31", 1114), (2, "2024-02-29", 952), (3, "2024-03-31", 981))
    ]
    [finding] = reconcile_documents([*months, known("bitcoin_sold", "2024-01-01", "2024-03-31", 2888)], {})
    assert (finding.check, int(finding.expected or 0), int(finding.found or 0)) == (
        "months_do_not_add_up",
        2888,
        3047,
    )
    assert len(finding.documents) == 3, "the quarter stands in the document of March"
    assert checks(*months, known("bitcoin_sold", "2024-01-01", "2024-03-31", 3047)) == []


def sale(proceeds: float) -> list[DocumentFigure]:
    return [
        known("bitcoin_sold", "2025-04-01", "2025-04-30", 475),
        known("bitcoin_sale_proceeds", "2025-04-01", "2025-04-30", proceeds, rounding=50_000),
    ]


def test_price_outside_market_range_is_a_finding() -> None:
    closes = {"2025-03-31": 82549, "2025-04-30": 94207}
    assert checks(*sale(38_800_000), prices=closes) == []
    assert checks(*sale(88_800_000), prices=closes) == ["price_outside_range"]
    assert checks(*sale(88_800_000)) == [], "without prices nothing is held against the market"


def test_daily_prices_narrow_market_range() -> None:
    days = {f"2025-04-{d:02d}": 80_000 + d * 100 for d in range(1, 31)}
    assert checks(*sale(38_800_000), prices=days) == []
    assert checks(*sale(42_000_000), prices=days) == ["price_outside_range"]


def test_report_contradicting_release_is_a_finding() -> None:
    quarter = ("2025-07-01", "2025-09-30")
    release = known("total_revenue", *quarter, 180_200_000, kind="release", rounding=50_000)
    assert checks(release, known("total_revenue", *quarter, 180_230_000, kind="report", rounding=500)) == []
    assert checks(release, known("total_revenue", *quarter, 181_000_000, kind="report", rounding=500)) == [
        "release_differs_from_report"
    ]


def test_holdings_must_fit_fair_value() -> None:
    value = known("bitcoin_fair_value", None, "2024-12-31", 929_080_000, kind="report", rounding=500)
    assert (
        checks(
            known("bitcoin_held", None, "2024-12-31", 9952, kind="report"),
            value,
            prices={"2024-12-31": 93429},
        )
        == []
    )
    assert checks(
        known("bitcoin_held", None, "2024-12-31", 9152, kind="report"), value, prices={"2024-12-31": 93429}
    ) == ["holdings_do_not_fit_fair_value"]


def test_report_overrides_release() -> None:
    """A release's month against a report's would otherwise be compared twice; the standing figure is the report's."""
    figures = [*riot(19211), known("bitcoin_held", None, "2025-04-30", 19000, kind="report")]
    assert sorted(checks(*figures)) == ["holdings_do_not_roll", "release_differs_from_report"]


@pytest.mark.parametrize(
    ("count", "proceeds", "price", "missing", "value"),
    [
        (445, 48_700_000, None, "average_price_usd", "109438.20"),
        (445, None, 109_568, "proceeds_usd", "48757760.00"),
        (None, 48_700_000, 109_568, "bitcoin_sold", "444.5"),
        (445, 48_700_000, 109_568, None, None),
        (445, None, None, None, None),
        (0, 0, None, None, None),
    ],
)
def test_third_value_follows_from_two(
    count: Any, proceeds: Any, price: Any, missing: str | None, value: str | None
) -> None:
    parts = [None if x is None else Decimal(x) for x in (count, proceeds, price)]
    assert complete(*parts) == (missing, None if value is None else Decimal(value))


def test_merged_sale_keeps_locators() -> None:
    stated = (("bitcoin_sold", 475, "BTC"), ("bitcoin_sale_proceeds", 38_800_000, "USD"))
    merged = merge_parts(
        [
            Figure(fact, None, date(2025, 4, 1), date(2025, 4, 30), Decimal(value), unit, fact, f"row {i}")
            for i, (fact, value, unit) in enumerate(stated)
        ]
    )
    assert merged.completed == "average_price_usd"
    assert merged.average_price_usd == Decimal("81684.21")
    assert [i["locator"] for i in merged.inputs] == ["row 0", "row 1"]


def month(end: str, count: float | None, proceeds: float | None = None) -> MonthlySale:
    day = date.fromisoformat(end)
    return MonthlySale(
        day.replace(day=1),
        day,
        None if count is None else Decimal(str(count)),
        None if proceeds is None else Decimal(str(proceeds)),
        1,
        "u",
        "l",
        "x",
        datetime(2024, 1, 1, tzinfo=UTC),
    )


def test_quarter_is_sum_of_three_months() -> None:
    [quarter] = sum_quarters(
        [month("2024-01-31", 1114), month("2024-02-29", 952), month("2024-03-31", 981)], 12
    )
    assert (quarter.bitcoin_sold, quarter.proceeds_usd, kind_of(quarter.start, quarter.end)) == (
        3047,
        None,
        "quarter",
    )
    assert sum_quarters([month("2024-01-31", 1114), month("2024-03-31", 981)], 12) == [], (
        "two months are no quarter"
    )


def test_fiscal_quarters_of_year_ending_in_august() -> None:
    months = [
        month("2025-04-30", 1),
        month("2025-05-31", 2),
        month("2025-06-30", 3),
        month("2025-07-31", 4),
        month("2025-08-31", 5),
    ]
    assert [str(q.end) for q in sum_quarters(months, 8)] == ["2025-05-31", "2025-08-31"][1:]


def test_month_without_sale_has_no_proceeds() -> None:
    [quarter] = sum_quarters(
        [month("2025-02-28", 0), month("2025-01-31", 10, 1_000_000), month("2025-03-31", 5, 400_000)], 12
    )
    assert (quarter.bitcoin_sold, quarter.proceeds_usd) == (15, 1_400_000)
