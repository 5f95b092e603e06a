"""The period, unit and currency of a table's value, by the text around it."""

import re
from collections.abc import Iterator
from decimal import Decimal

from pipelines.parse.document.tables import Table, TableLine, Value
from pipelines.parse.language.column_headings import read_column
from pipelines.parse.language.periods import DisclosureContext, Period, months_to
from pipelines.parse.language.quantities import scale_in, unit_in
from pipelines.parse.language.times import shifted

_REVENUE = re.compile(r"\brevenues?\b", re.IGNORECASE)
_COST = re.compile(r"\bcosts?\b|\bexpenses?\b", re.IGNORECASE)
_MONEY_TABLE = re.compile(
    r"\b(?:balance sheets?|cash flows?|statements? of (?:operations|income|comprehensive|profit|"
    r"financial)|reconciliation|non-?gaap|adjusted ebitda|fair value of bitcoin|carrying (?:value|"
    r"amount)|cost basis)\b",
    re.IGNORECASE,
)
_BALANCE = re.compile(
    r"^(?:beginning|ending|opening|closing)\b|\bbalance\b|\b(?:beginning|end) of (?:the )?(?:period|"
    r"month|quarter|year)\b",
    re.IGNORECASE,
)
_YEAR_TO_DATE = re.compile(r"(?:ytd|year[- ]to[- ]date)\s+(?P<y>20\d\d)", re.IGNORECASE)
_NUMBER_OF_COINS = re.compile(
    r"(?:\bnumber of|#\s?(?:of)?|\bquantity of|\bcount of)\s+(?:bitcoins?|btc)\b", re.IGNORECASE
)
_OPERATIONAL = re.compile(r"\bhash ?rate\b|\beh/s|\bj/th\b|\bw/th\b|\buptime\b|\bmegawatts?\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"\b(?:bitcoins?|btc|hash ?rate|miners?|rigs?|machines?|efficiency|uptime|mw|megawatts?)\b", re.IGNORECASE
)


def column_period(
    table: Table, line: TableLine, value: Value, disclosure: DisclosureContext, subject: Period | None
) -> Period | None:
    """The period of a value's column, using section and caption if its heading is only a year."""
    to_date = _YEAR_TO_DATE.fullmatch(value.heading.split("|")[-1].strip())
    if to_date and subject is not None and subject.months == 3:
        # "YTD 2022" beside "Q3 2022": up to the end of the quarter.
        back = 12 * (subject.end.year - int(to_date["y"]))
        month = disclosure.fiscal_year_end(subject.end) % 12 + 1
        months = (subject.end.month - month) % 12 + 1
        return shifted(months_to(subject.end, months), back) if 0 <= back <= 24 else None
    above = [line.section, table.corner, *reversed(table.caption.split(" | "))]
    return read_column(value.heading, [a for a in above if a], table.over_values, disclosure, subject)


def locator_of(table: Table, line: TableLine | None, value: Value | None) -> str:
    """The place of a value: the table's number, and row and column with their text."""
    where = f"table {table.number}"
    if line is not None:
        where += f', row {line.row} "{line.label}"'
    if value is not None:
        where += f', column {value.column} "{value.heading}"'
    return where


def _units_around(line: TableLine, value: Value, table: Table) -> Iterator[tuple[str, Decimal]]:
    """The units near a value with their factors, nearest first."""
    for text in (line.unit, line.label, value.heading, line.section, table.corner):
        found = unit_in(text) if text else None
        own = unit_in(text.split("|")[-1]) if text == value.heading else found
        if found and not (found[0] == "percent" and own != found):
            # "Comparison (%)" above "June 2025" is about the columns beside it.
            yield found


def unit_of(line: TableLine, value: Value, table: Table) -> str | None:
    """The unit of a value: in a cell of its own, its labels or its headings."""
    if _NUMBER_OF_COINS.search(line.label):
        return "BTC"
    found = next((unit for unit, _ in _units_around(line, value, table) if unit != "other"), None)
    if found:
        return found
    loose = re.search(
        r"\b(EH|PH)/?s\b|\bEH\b|\b(J|W)/TH?\b|[c¢]/kWh|\bMWs?\b",
        f"{line.label} {line.section}",
        re.IGNORECASE,
    )
    if loose:
        text = loose[0].lower()
        return (
            "EH/s"
            if text.startswith(("eh", "ph"))
            else "J/TH"
            if text.startswith(("j/", "w/"))
            else "MW"
            if text.startswith("mw")
            else "c/kWh"
        )
    if re.search(r"\b(?:watts?|joules?|[jw])\s?(?:/|per|a)\s?(?:th\b|terahash)", line.label, re.IGNORECASE):
        return "J/TH"
    return None


def factor_of(line: TableLine, value: Value, table: Table) -> Decimal:
    """The factor that converts to the metric's unit: PH/s to EH/s, $/MWh to c/kWh."""
    factor = next((factor for _, factor in _units_around(line, value, table)), None)
    if factor is not None:
        return factor
    return Decimal("0.001") if re.search(r"\bPH/?s?\b", f"{line.label} {line.section}") else Decimal(1)


def is_in_dollars(line: TableLine, table: Table) -> bool:
    """Whether a line or its table states amounts in dollars."""
    return bool(re.search(r"\$|USD|dollars", " ".join([line.label, line.section, table.words, line.text])))


def is_money_table(table: Table, heading: str = "") -> bool:
    """Whether numbers without a unit may be dollars.

    Statements, roll-forwards by value, tables in thousands.
    """
    rest = [
        line
        for line in table.lines
        if not _COUNTED.search(line.label) and any(v.quantity.value for v in line.values)
    ]
    if len(rest) >= 2 and all(v.quantity.unit for line in rest for v in line.values if v.quantity.value):
        # If every other amount has a currency sign, a number without one is not an amount.
        return False
    if any(_OPERATIONAL.search(line.label) for line in table.lines):
        return False
    around = " | ".join((table.caption, table.corner, heading))
    if scale_in(around) is not None or _MONEY_TABLE.search(around):
        return True
    return any(
        _BALANCE.search(line.label) and any(v.quantity.unit == "USD" for v in line.values)
        for line in table.lines
    )


def is_about_revenue(line: TableLine) -> bool:
    """Whether a row names revenue, or stands under a heading that does."""
    under = _REVENUE.search(line.section) and not _COST.search(line.section)
    return bool(_REVENUE.search(line.label) or under)
