"""Daily prices of bitcoin from the shapes in which public sources serve them, JSON and CSV."""

import csv
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pipelines.errors import UnreadableDocument

# Bitcoin has cost between a twentieth of a dollar and, so far, less than two hundred thousand.
_POSSIBLE = (Decimal("0.01"), Decimal(5_000_000))
_DAY_NAMES = (
    "date",
    "day",
    "time",
    "timestamp",
    "datetime",
    "timeopen",
    "timeclose",
    "unix",
    "snapped_at",
    "start",
    "t",
    "x",
)
_PRICE_NAMES = (
    "close",
    "closing",
    "price_usd",
    "priceusd",
    "close_usd",
    "price",
    "last",
    "closeprice",
    "market-price",
    "value",
    "c",
    "y",
    "usd",
    "adj close",
)

_LIST_NAMES = (
    "prices",
    "Data",
    "data",
    "bpi",
    "values",
    "candles",
    "result",
    "Time Series (Digital Currency Daily)",
)
# A line of a daily price is some hundred characters long.
_LONGEST_LINE = 10_000


def read_prices(content: bytes) -> dict[date, Decimal]:
    """Return the closing price in US dollars for each day, in a shape that `read_daily` reads.

    Raises UnreadableDocument (not_prices) if there are none.
    """
    found = {day: price for day, price in read_daily(content) if _POSSIBLE[0] <= price <= _POSSIBLE[1]}
    if not found:
        raise UnreadableDocument("not_prices", "no day with a price in it")
    return found


def read_daily(content: bytes) -> list[tuple[date, Decimal]]:
    """Days and their numbers, in the order of the file.

    JSON: lists of candles `[time, low, high, open, close, volume]` (Coinbase),
    `{"Data": {"Data": [{"time", "close"}]}}` (CryptoCompare), `{"prices": [[ms, price]]}` (CoinGecko),
    `{"bpi": {day: price}}`, `{"values": [{"x", "y"}]}`, and lists of objects with a day and a close.

    CSV: a column of days and one named close or price, separated by comma, semicolon or tab; lines above the
    header are skipped.

    Raises UnreadableDocument (not_prices) if it is none of these.
    """
    text = content.decode("utf-8-sig", "replace").strip()
    if text[:1] in ("{", "["):
        try:
            pairs = _from_json(json.loads(text, parse_float=Decimal))
        except json.JSONDecodeError as error:
            raise UnreadableDocument("not_prices", f"JSON breaks off: {error}") from error
        except (ValueError, RecursionError) as error:
            # A number of more than 4,300 digits, or lists within lists.
            raise UnreadableDocument("not_prices", f"JSON out of bounds: {error}") from error
    elif text[:1] == "<" or not text:
        raise UnreadableDocument("not_prices", "a page of HTML or nothing, not prices")
    else:
        pairs = _from_csv(text)
    return [(day, number) for day, number in pairs if date(2009, 1, 1) <= day <= date(2100, 1, 1)]


def _day(value: Any) -> date | None:
    if isinstance(value, (int, Decimal, float)) or (
        isinstance(value, str) and re.fullmatch(r"\d{9,13}(?:\.\d+)?", value)
    ):
        try:
            seconds = float(value)
        except OverflowError:
            return None
        seconds = seconds / 1000 if seconds > 10**11 else seconds
        return datetime.fromtimestamp(seconds, UTC).date() if 10**8 < seconds < 5 * 10**9 else None
    match = re.match(r"\s*(\d{4})-(\d\d)-(\d\d)|\s*(\d{1,2})/(\d{1,2})/(\d{4})", str(value))
    if not match:
        for pattern in ("%b %d, %Y", "%d %b %Y", "%B %d, %Y", "%Y%m%d"):
            try:
                return datetime.strptime(str(value).strip(), pattern).date()
            except ValueError:
                continue
        return None
    parts = (match[1], match[2], match[3]) if match[1] else (match[6], match[4], match[5])
    try:
        return date(*map(int, parts))
    except ValueError:
        return None


def _price(value: Any) -> Decimal | None:
    if isinstance(value, bool) or value is None:
        return None
    try:
        price = Decimal(str(value).replace(",", "").replace("$", "").strip())
    except InvalidOperation:
        return None
    return price if price.is_finite() else None


def _pairs(items: Iterable[tuple[Any, Any]]) -> Iterator[tuple[date, Decimal]]:
    for when, what in items:
        day, price = _day(when), _price(what)
        if day is not None and price is not None:
            yield day, price


def _from_json(value: Any) -> list[tuple[date, Decimal]]:
    """The first list or mapping of days and prices within, outermost first."""
    if isinstance(value, dict):
        dated = [(k, v) for k, v in value.items() if _day(k) is not None]
        if dated and len(dated) == len(value):
            return list(_pairs((k, _of_object(v) if isinstance(v, dict) else v) for k, v in dated))
        # Each name once: twice would be two to the power of the depth.
        for name in dict.fromkeys((*_LIST_NAMES, *value)):
            if isinstance(value.get(name), (dict, list)):
                found = _from_json(value[name])
                if found:
                    return found
        return []
    if not isinstance(value, list) or not value:
        return []
    if all(isinstance(item, list) and len(item) >= 2 for item in value):
        # Candles have the close fifth; pairs are a moment and a price.
        place = 4 if len(value[0]) >= 5 else 1
        return list(_pairs((item[0], item[place]) for item in value if len(item) > place))
    if all(isinstance(item, dict) for item in value):
        pairs = [(_named(item, _DAY_NAMES), _of_object(item)) for item in value]
        return sorted(_pairs(pairs))
    return []


def _named(item: dict[str, Any], names: tuple[str, ...]) -> Any:
    lower = {str(k).strip().lower(): v for k, v in item.items()}
    return next((lower[name] for name in names if name in lower), None)


def _of_object(item: dict[str, Any]) -> Any:
    found = _named(item, (*_PRICE_NAMES, "4. close", "4b. close (usd)"))
    return _of_object(found) if isinstance(found, dict) else found


def _from_csv(text: str) -> list[tuple[date, Decimal]]:
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if (columns := _columns(line)) is not None:
            delimiter, day, price = columns
            rows = (_cells(below, delimiter) for below in lines[i + 1 :])
            return list(_pairs((row[day], row[price]) for row in rows if len(row) > max(day, price)))
    return []


def _columns(line: str) -> tuple[str, int, int] | None:
    """The delimiter of a header, and the places of day and price; None for any other line."""
    for delimiter in ",;\t":
        names = [cell.strip().strip('"').lower() for cell in _cells(line, delimiter)]
        day = next((names.index(name) for name in _DAY_NAMES if name in names), None)
        price = next((names.index(name) for name in _PRICE_NAMES if name in names), None)
        if day is not None and price is not None:
            return delimiter, day, price
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    """The cells of one line, none of an overlong one: an open quote costs its own line only."""
    return next(csv.reader([line], delimiter=delimiter), []) if len(line) <= _LONGEST_LINE else []
