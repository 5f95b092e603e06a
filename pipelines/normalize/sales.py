"""Sales of bitcoin: count, proceeds and average price.

The third is computed if two are stated. Also the quarter of a company that states only months: their sum,
derived, with the months as inputs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal

from pipelines.normalize.figures import AS_REPORTED, DERIVED, SUMMED, Figure, Input
from pipelines.normalize.periods import kind_of

COLUMNS = {
    "bitcoin_sold": "bitcoin_sold",
    "bitcoin_sale_proceeds": "proceeds_usd",
    "average_sale_price": "average_price_usd",
}
"""Fact to column of fact_bitcoin_sale."""
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Sale:
    """One row of fact_bitcoin_sale: the sale of one period.

    `completed` names the column that was computed from the other two. The other fields are those of Figure.
    """

    start: date | None
    end: date
    bitcoin_sold: Decimal | None
    proceeds_usd: Decimal | None
    average_price_usd: Decimal | None
    completed: str | None
    label: str
    locator: str
    derivation: str
    rounding: Decimal = Decimal(0)
    inputs: tuple[Input, ...] = ()
    rules: tuple[str, ...] = ()


def complete(
    count: Decimal | None, proceeds: Decimal | None, price: Decimal | None
) -> tuple[str | None, Decimal | None]:
    """The column of a sale that follows from the other two, and its value.

    Prices and proceeds are rounded to the cent, a count to a tenth of a bitcoin: it cannot be more precise.
    Nothing follows from a count of zero, so that both results are None.
    """
    if count and proceeds and price is None:
        return "average_price_usd", (proceeds / count).quantize(_CENT, ROUND_HALF_EVEN)
    if count and price and proceeds is None:
        return "proceeds_usd", (count * price).quantize(_CENT, ROUND_HALF_EVEN)
    if proceeds and price and count is None:
        return "bitcoin_sold", (proceeds / price).quantize(Decimal("0.1"), ROUND_HALF_EVEN)
    return None, None


def merge_parts(parts: Sequence[Figure]) -> Sale:
    """The sale that figures of one document and period make up.

    If there are several parts, `inputs` has column, label, locator and value of each, so that every number of
    the row can be traced to its place in the document.
    """
    ordered = sorted(parts, key=lambda f: list(COLUMNS).index(f.fact))
    values: dict[str, Decimal | None] = dict.fromkeys(COLUMNS.values())
    inputs: list[Input] = []
    for part in ordered:
        column = COLUMNS[part.fact]
        values[column] = part.value
        if len(ordered) > 1:
            inputs.append(
                Input(
                    column=column,
                    label=part.label,
                    locator=part.locator,
                    value=f"{part.value:f}",
                    derivation=part.derivation,
                )
            )
        inputs += part.inputs
    missing, value = complete(*(values[c] for c in COLUMNS.values()))
    rules = {rule for part in ordered for rule in part.rules}
    if missing is not None:
        values[missing] = value
        rules.add(f"completed_{missing}")
    return Sale(
        ordered[0].start,
        ordered[0].end,
        values["bitcoin_sold"],
        values["proceeds_usd"],
        values["average_price_usd"],
        missing,
        " · ".join(dict.fromkeys(p.label for p in ordered))[:600],
        " · ".join(dict.fromkeys(p.locator for p in ordered)),
        SUMMED if any(p.derivation == SUMMED for p in ordered) else AS_REPORTED,
        next((p.rounding for p in ordered if p.fact == "bitcoin_sale_proceeds"), ordered[0].rounding),
        tuple(inputs),
        tuple(sorted(rules)),
    )


@dataclass(frozen=True, slots=True)
class MonthlySale:
    """A month's sale as the highest-precedence documents state it."""

    start: date
    end: date
    bitcoin_sold: Decimal | None
    proceeds_usd: Decimal | None
    document_key: int
    url: str
    locator: str
    label: str
    disclosed_at: datetime
    accession: str | None = None
    form: str = ""


@dataclass(frozen=True, slots=True)
class SummedQuarter:
    """A quarter that is the sum of its three months; a column that a month lacks stays empty."""

    start: date
    end: date
    bitcoin_sold: Decimal | None
    proceeds_usd: Decimal | None
    months: tuple[MonthlySale, ...]

    @property
    def last(self) -> MonthlySale:
        """The month that was disclosed last, which makes the quarter known."""
        return max(self.months, key=lambda m: m.disclosed_at)

    def as_sale(self) -> Sale:
        """The derived sale, with the months as inputs."""
        average = complete(self.bitcoin_sold, self.proceeds_usd, None)[1]
        inputs = tuple(
            Input(
                period_start=m.start.isoformat(),
                period_end=m.end.isoformat(),
                label=m.label,
                locator=m.locator,
                accession=m.accession,
                form=m.form,
                url=m.url,
                bitcoin_sold=None if m.bitcoin_sold is None else f"{m.bitcoin_sold:f}",
                proceeds_usd=None if m.proceeds_usd is None else f"{m.proceeds_usd:f}",
            )
            for m in self.months
        )
        return Sale(
            self.start,
            self.end,
            self.bitcoin_sold,
            self.proceeds_usd,
            average,
            "average_price_usd" if average is not None else None,
            self.last.label,
            "",
            DERIVED,
            inputs=inputs,
            rules=("quarter_from_months",),
        )


def sum_quarters(months: Iterable[MonthlySale], fiscal_month: int) -> list[SummedQuarter]:
    """Quarters of a fiscal year whose three months are all stated."""
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
