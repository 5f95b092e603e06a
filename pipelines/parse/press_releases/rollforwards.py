"""Roll-forwards of bitcoin in tables: a balance, coins mined and sold, the next balance.

Releases with whole statements (Bit Digital's 6-Ks) have them by count, by value or by both; several spans of
time may follow one another. Sales for cash and for a dollar stablecoin are added; exchanges for another coin,
payments in bitcoin, and rows that mix sales with payments are not sales.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from pipelines.limits import is_possible_price
from pipelines.parse.document.tables import Table, TableLine, Value
from pipelines.parse.language.periods import DisclosureContext, Period, find_periods
from pipelines.parse.language.quantities import scale_in
from pipelines.parse.press_releases.columns import column_period, locator_of
from pipelines.parse.press_releases.figures import StatedFigure
from pipelines.watchlist.metrics import COMPANY

_BALANCE = re.compile(
    r"^(?:(?:opening|beginning|ending|closing)\b.*\bbalance|(?:opening|beginning|ending|closing)\b|balance\b|"
    r"(?:btc|bitcoins?)(?: held| holdings?| balance| fair value)?,? (?:as of|as at|at|on)\b)",
    re.IGNORECASE,
)
_COIN = re.compile(
    r"\b(?:(?P<bitcoin>btc|bitcoins?)|eth|ether|ethereum|usdc|usdt|sol|solana|ltc|litecoin|doge|dogecoin)\b",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\bnumber|\bquantity|\bunits?\b|\bcount\b|^(?:#|btcs?|bitcoins?)$", re.IGNORECASE)
_AMOUNT = re.compile(r"\bamounts?\b|\bvalue\b|\bcost\b|\$|\bus dollars?\b|\busd\b", re.IGNORECASE)
_MINED = re.compile(
    r"\b(?:mined|mining|produced|production|block rewards?)\b|^revenue recognized", re.IGNORECASE
)
_NOT_MINED = re.compile(r"\bother income\b|\bpayments?\b|\bfees?\b|\bcosts?\b|\bmachines?\b", re.IGNORECASE)
_BOUGHT = re.compile(r"\b(?:purchases?|purchased|bought|acquired|acquisition)\b", re.IGNORECASE)
_SOLD = re.compile(
    r"\b(?:sales?|sold|proceeds|dispos\w+|exchanged? of (?:btc|bitcoins?) (?:in)?to)\b", re.IGNORECASE
)
_NO_SALE = re.compile(
    r"\b(?:gains?|loss(?:es)?|cost|change|impairment|fair value|payments?|compensation|services?|purchase)\b",
    re.IGNORECASE,
)
_FOR_A_COIN = re.compile(r"\b(?:in)?(?:to|for|of) (?:eth|ether\w*|sol\w*|other)\b", re.IGNORECASE)
_AFTER_ADOPTION = re.compile(r"\bfair value\b", re.IGNORECASE)
# Without a stated scale, smaller amounts may be thousands.
_PLAINLY_DOLLARS = Decimal(1_000_000)


def read_rollforward(
    table: Table, disclosure: DisclosureContext, subject: Period | None
) -> list[StatedFigure] | None:
    """The figures of a roll-forward of bitcoin with amounts in dollars; None for another table.

    bitcoin_produced, bitcoin_purchased and bitcoin_sold in BTC, bitcoin_sale_proceeds in USD, bitcoin_held
    and bitcoin_fair_value of the last day of each span. A figure that is a sum has the rows as inputs.
    """
    lines = [line for line in table.lines if line.values]
    balances = [place for place, line in enumerate(lines) if _BALANCE.search(line.label)]
    if len(balances) < 2 or not _is_of_bitcoin(table, lines):
        return None
    amounts = [column for column in _columns(lines) if _is_amount(column)]
    if not amounts:
        return None
    counts = [column for column in _columns(lines) if _is_count(column)]
    out: list[StatedFigure] = []
    for first, last in pairwise(balances):
        span = lines[first : last + 1]
        for place, amount in enumerate(amounts):
            count = counts[place] if len(counts) == len(amounts) else None
            period = _period(table, span, amount, disclosure, subject)
            if period is not None and period.start is not None and len(span) > 2:
                out += _Span(table, span, period, amount, count).figures()
    return out


Column = tuple[int, list[Value]]


def _columns(lines: Sequence[TableLine]) -> list[Column]:
    columns: dict[int, list[Value]] = {}
    for line in lines:
        for value in line.values:
            columns.setdefault(value.column, []).append(value)
    return sorted(columns.items())


def _is_of_bitcoin(table: Table, lines: Sequence[TableLine]) -> bool:
    """Whether the caption, else most rows, name bitcoin first."""
    named = _COIN.search(table.caption.split(" | ")[-1])
    if named is not None:
        return named["bitcoin"] is not None
    found = [match for line in lines if (match := _COIN.search(line.label))]
    return bool(found) and all(match["bitcoin"] for match in found)


def _is_count(column: Column) -> bool:
    heading = column[1][0].heading.split("|")[-1].strip()
    return bool(_COUNT.search(heading)) and not any(v.quantity.unit == "USD" for v in column[1])


def _is_amount(column: Column) -> bool:
    if _is_count(column):
        return False
    return any(v.quantity.unit == "USD" for v in column[1]) or bool(_AMOUNT.search(column[1][0].heading))


def _period(
    table: Table,
    span: Sequence[TableLine],
    column: Column,
    disclosure: DisclosureContext,
    subject: Period | None,
) -> Period | None:
    """The time between two balances: by their dates, else by the column's heading."""
    begin, end = (_day(line.label, disclosure) for line in (span[0], span[-1]))
    if begin is not None and end is not None:
        start = begin if begin.day == 1 else begin + timedelta(days=1)
        return Period(start, end) if start < end else None
    value = next((v for v in span[-1].values if v.column == column[0]), None)
    return None if value is None else column_period(table, span[-1], value, disclosure, subject)


def _day(label: str, disclosure: DisclosureContext) -> date | None:
    days = {named.period.end for named in find_periods(label, disclosure) if named.period.start is None}
    return days.pop() if len(days) == 1 else None


class _Span:
    """The rows from one balance to the next, in a column of amounts and its column of counts."""

    def __init__(
        self, table: Table, lines: Sequence[TableLine], period: Period, amount: Column, count: Column | None
    ) -> None:
        self.table, self.lines, self.period = table, lines, period
        self.amount = amount[0]
        self.count = count[0] if count else None
        self.scale = self._scale()

    def figures(self) -> Iterator[StatedFigure]:
        between = self.lines[1:-1]
        sales = [line for line in between if _SOLD.search(line.label)]
        mixed = any(_SOLD.search(line.label) and _is_a_payment(line.label) for line in between)
        sold = [line for line in sales if not (_NO_SALE.search(line.label) or _FOR_A_COIN.search(line.label))]
        mined = [line for line in between if _MINED.search(line.label) and not _NOT_MINED.search(line.label)]
        bought = [line for line in between if _BOUGHT.search(line.label)]
        for metric, rows in (("bitcoin_produced", mined), ("bitcoin_purchased", bought)):
            yield from self._figure(metric, rows, self.count, "BTC", Decimal(1))
        if not mixed:
            yield from self._figure("bitcoin_sold", sold, self.count, "BTC", Decimal(1))
            if self.scale is not None:
                yield from self._figure("bitcoin_sale_proceeds", sold, self.amount, "USD", self.scale)
        closing = self.lines[-1:]
        yield from self._figure("bitcoin_held", closing, self.count, "BTC", Decimal(1), at_end=True)
        around = f"{self.table.caption} {self._value(closing[0], self.amount)[1]}"
        if self.scale is not None and _AFTER_ADOPTION.search(around):
            metric = "bitcoin_fair_value"
            yield from self._figure(metric, closing, self.amount, "USD", self.scale, at_end=True)

    def _value(self, line: TableLine, column: int | None) -> tuple[Value | None, str]:
        value = next((v for v in line.values if v.column == column), None)
        return value, value.heading if value else ""

    def _scale(self) -> Decimal | None:
        """The scale of the amounts: stated, or given by a possible price; None if unclear."""
        stated = scale_in(self.table.words)
        if stated is not None:
            return stated
        for line in (self.lines[-1], self.lines[0]):
            amount, count = self._value(line, self.amount)[0], self._value(line, self.count)[0]
            if amount is None or not amount.quantity.value:
                continue
            if count is not None and count.quantity.value:
                price = amount.quantity.value / count.quantity.value
                possible = [
                    scale for scale in (Decimal(1), Decimal(1000)) if is_possible_price(price * scale)
                ]
                return possible[0] if len(possible) == 1 else None
            return Decimal(1) if amount.quantity.value >= _PLAINLY_DOLLARS else None
        return None

    def _figure(
        self,
        metric: str,
        lines: Sequence[TableLine],
        column: int | None,
        unit: str,
        scale: Decimal,
        *,
        at_end: bool = False,
    ) -> Iterator[StatedFigure]:
        stated = [(line, value) for line in lines if (value := self._value(line, column)[0]) is not None]
        stated = [(line, value) for line, value in stated if value.quantity.value]
        if column is None or not stated:
            return
        inputs = tuple(
            (line.label, locator_of(self.table, line, value), abs(value.quantity.value or Decimal(0)) * scale)
            for line, value in stated
        )
        first = stated[0][0]
        yield StatedFigure(
            metric,
            COMPANY,
            False,
            False,
            sum((value for _, _, value in inputs), Decimal(0)),
            unit,
            "",
            sum((value.quantity.step / 2 * scale for _, value in stated), Decimal(0)),
            None if at_end else self.period.start,
            self.period.end,
            " + ".join(label for label, _, _ in inputs)[:200],
            inputs[0][1],
            "table",
            self.table.number,
            first.row,
            why="roll-forward of bitcoin",
            inputs=inputs if len(inputs) > 1 else (),
        )


def _is_a_payment(label: str) -> bool:
    return bool(re.search(r"\bpayments?\b|\bpaid\b", label, re.IGNORECASE))
