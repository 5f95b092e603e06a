"""Limits of numbers, days and prices in documents; more is damaged or hostile input."""

from datetime import date
from decimal import Decimal

LARGEST = Decimal(10) ** 18
MOST_DIGITS = 30
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
# Bitcoin's price in dollars from 2015 to twice the record: wide enough for real prices, too narrow for an
# error of factor 1000.
_LOWEST_PRICE, _HIGHEST_PRICE = Decimal(150), Decimal(400_000)


def is_figure(value: Decimal) -> bool:
    """Whether a number may be a figure: finite, at most 10^18, at most 30 digits.

    `1E999999999` is a valid Decimal; its digits would fill the memory as soon as it is printed.
    """
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or value.copy_abs() > LARGEST:
        return False
    return len(digits) <= MOST_DIGITS and -MOST_DIGITS <= exponent <= MOST_DIGITS


def is_possible_price(dollars: Decimal) -> bool:
    """Whether one bitcoin may have had this price."""
    return _LOWEST_PRICE <= dollars <= _HIGHEST_PRICE


def whole_number(text: str) -> int | None:
    """A whole number of at most 18 ASCII digits; None for any other text.

    `str.isdigit` accepts "²", and `int` rejects more than 4,300 digits.
    """
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def iso_day(text: str) -> date:
    """A day in ISO format.

    Raises:
        ValueError: not a date, or outside of 1900 to 2199: days around it could not be computed.
    """
    day = date.fromisoformat(text)
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError(f"the year of {text} is out of range")
    return day
