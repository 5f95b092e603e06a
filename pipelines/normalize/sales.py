"""A sale of bitcoin from its parts: count, proceeds, average price; completed where two of the three are stated.

Also the quarter of a company that states months alone: their sum, derived, with the months as inputs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from pipelines.normalize.figures import AS_REPORTED, SUMMED
from pipelines.normalize.periods import kind_of

COLUMNS = {
    "bitcoin_sold": "bitcoin_sold",
    "bitcoin_sale_proceeds": "proceeds_usd",
    "average_sale_price": "average_price_usd",
}
"""Fact → column of fact_bitcoin_sale."""
_CENT = Decimal("0.01")

Row = dict[str, Any]


def complete(
    count: Decimal | None, proceeds: Decimal | None, price: Decimal | None
) -> tuple[str | None, Decimal | None]:
    """Which column of a sale follows from the other two, and its value; (None, None) where none does.

    A price and proceeds are rounded to the cent. Nothing follows from a count of zero. The count that proceeds and a price
    give is rounded to a tenth of a bitcoin: neither is stated finely enough for more.
    """
    if count and proceeds and price is None:
        return "average_price_usd", (proceeds / count).quantize(_CENT, ROUND_HALF_EVEN)
    if count and price and proceeds is None:
        return "proceeds_usd", (count * price).quantize(_CENT, ROUND_HALF_EVEN)
    if proceeds and price and count is None:
        return "bitcoin_sold", (proceeds / price).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return None, None


def merge_parts(rows: Sequence[Row]) -> Row:
    """One row of fact_bitcoin_sale from the staged rows of one document and period.

    Adds `values` (column → Decimal or None) and `completed`; `inputs` names label, locator and value of each part where there
    are several, so that every number of the row leads to its place.
    """
    ordered = sorted(rows, key=lambda r: list(COLUMNS).index(r["fact"]))
    first = ordered[0]
    values: dict[str, Decimal | None] = dict.fromkeys(COLUMNS.values())
    inputs: list[Row] = []
    for row in ordered:
        column = COLUMNS[row["fact"]]
        values[column] = Decimal(row["value"])
        if len(ordered) > 1:
            inputs.append({"column": column, "label": row["label"], "locator": row["locator"], "value": row["value"], "derivation": row["derivation"]})  # fmt: skip
        inputs += row["inputs"]
    missing, value = complete(*(values[c] for c in COLUMNS.values()))
    if missing is not None:
        values[missing] = value
    derivation = SUMMED if any(r["derivation"] == SUMMED for r in ordered) else AS_REPORTED
    return {
        **first, "values": values, "completed": missing, "inputs": inputs, "derivation": derivation,
        "label": " · ".join(dict.fromkeys(r["label"] for r in ordered))[:600],
        "locator": " · ".join(dict.fromkeys(r["locator"] for r in ordered)),
        "rules": sorted({rule for r in ordered for rule in r["rules"]} | ({f"completed_{missing}"} if missing else set())),
        "rounding": first["rounding"],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class MonthlySale:
    """A month's sale from the highest-precedence documents."""

    start: date
    end: date
    bitcoin_sold: Decimal | None
    proceeds_usd: Decimal | None
    document_key: int
    url: str
    locator: str
    label: str
    disclosed_at: datetime


@dataclass(frozen=True, slots=True)
class SummedQuarter:
    """A quarter that is the sum of its three months; a column that a month lacks stays empty."""

    start: date
    end: date
    bitcoin_sold: Decimal | None
    proceeds_usd: Decimal | None
    months: tuple[MonthlySale, ...]

    @property
    def average_price_usd(self) -> Decimal | None:
        return complete(self.bitcoin_sold, self.proceeds_usd, None)[1]

    @property
    def inputs(self) -> list[Row]:
        return [
            {
                "period_start": m.start.isoformat(), "period_end": m.end.isoformat(), "label": m.label, "locator": m.locator, "url": m.url,
                "bitcoin_sold": None if m.bitcoin_sold is None else f"{m.bitcoin_sold:f}",
                "proceeds_usd": None if m.proceeds_usd is None else f"{m.proceeds_usd:f}",
            }
            for m in self.months
        ]  # fmt: skip


def sum_quarters(months: Iterable[MonthlySale], fiscal_month: int) -> list[SummedQuarter]:
    """Quarters (of the fiscal year that ends in `fiscal_month`) whose three months are all stated."""
    by_end = {(m.end.year, m.end.month): m for m in months if kind_of(m.start, m.end) == "month"}
    out = []
    for (year, month), last in sorted(by_end.items()):
        if (month - fiscal_month) % 3:
            continue
        index = year * 12 + month - 1
        parts = [by_end.get(((index - i) // 12, (index - i) % 12 + 1)) for i in (2, 1, 0)]
        found = [p for p in parts if p is not None]
        if len(found) < 3:
            continue
        counts = [p.bitcoin_sold for p in found]
        proceeds = [
            Decimal(0) if p.bitcoin_sold == 0 and p.proceeds_usd is None else p.proceeds_usd for p in found
        ]
        count = None if None in counts else sum((c for c in counts if c is not None), Decimal(0))
        money = None if None in proceeds else sum((p for p in proceeds if p is not None), Decimal(0))
        if count is not None or money is not None:
            out.append(SummedQuarter(found[0].start, last.end, count, money, tuple(found)))
    return out
