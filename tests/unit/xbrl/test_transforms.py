"""Formats of the transformation registries, each against Arelle's own implementation where that is installed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.parse.xbrl import transforms
from pipelines.parse.xbrl.transforms import IXT_SEC_NAMESPACE, TransformError, number_reader, read_text

IXT4 = "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12"
IXT5 = "http://www.xbrl.org/inlineXBRL/transformation/2022-02-16"
IXT3 = "http://www.xbrl.org/inlineXBRL/transformation/2015-02-26"
IXT1 = "http://www.xbrl.org/inlineXBRL/transformation/2010-04-20"


@pytest.mark.parametrize(
    ("namespace", "name", "text", "value"),
    [
        (IXT4, "num-dot-decimal", "6,631,838", "6631838"),
        (IXT4, "num-dot-decimal", "1 234.50", "1234.50"),
        (IXT4, "num-dot-decimal", "1\u00a0234", "1234"),
        (IXT5, "num-dot-decimal-apos", "1'234.5", "1234.5"),
        (IXT4, "num-comma-decimal", "1.234,5", "1234.5"),
        (IXT4, "num-unit-decimal", "12 dollars 5 cents", "12.05"),
        (IXT4, "fixed-zero", "—", "0"),
        (IXT3, "zerodash", "–", "0"),
        (IXT3, "numdotdecimal", "0.1648", "0.1648"),
        (IXT3, "numdotdecimalin", "1,23,456.7", "123456.7"),
        (IXT1, "numcommadot", "1,234.5", "1234.5"),
        (IXT1, "numdotcomma", "1.234,5", "1234.5"),
        (IXT1, "numdash", "-", "0"),
        (IXT_SEC_NAMESPACE, "numwordsen", "no", "0"),
        (IXT_SEC_NAMESPACE, "numwordsen", "None", "0"),
        (IXT_SEC_NAMESPACE, "numwordsen", "twenty-one", "21"),
        (IXT_SEC_NAMESPACE, "numwordsen", "fifty\u2013one", "51"),
        (IXT_SEC_NAMESPACE, "numwordsen", "Twelve Hundred and four", "1204"),
        (IXT_SEC_NAMESPACE, "numwordsen", "five million", "5000000"),
        (IXT_SEC_NAMESPACE, "numwordsen", "three hundred and five thousand and two", "305002"),
        (IXT_SEC_NAMESPACE, "numwordsen", "one million two hundred thousand", "1200000"),
    ],
)
def test_number_is_read_by_format(namespace: str, name: str, text: str, value: str) -> None:
    assert number_reader(namespace, name)(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "12a", "1.2.3", "--", "NaN", "1e5", "Infinity"])
def test_invalid_number_is_an_error(text: str) -> None:
    with pytest.raises(TransformError):
        number_reader(IXT4, "num-dot-decimal")(text)


@pytest.mark.parametrize(
    ("namespace", "name", "text"),
    [
        (IXT4, "num-comma-decimal", "1,234.56"),
        (IXT4, "num-dot-decimal", "1.234,56"),
        (IXT4, "num-dot-decimal", "1'234"),
        (IXT3, "numdotdecimal", "12,34"),
        (IXT1, "numcommadot", "1234"),
        (IXT1, "numdash", "\u2014"),
        (IXT4, "numdotdecimal", "1,234"),
        (IXT_SEC_NAMESPACE, "numwordsen", "zero hundred"),
        (IXT_SEC_NAMESPACE, "numwordsen", "a thousand"),
        (IXT_SEC_NAMESPACE, "numwordsen", "one two"),
        (IXT_SEC_NAMESPACE, "numwordsen", "one thousand five million"),
    ],
)
def test_text_that_its_format_does_not_allow_is_an_error(namespace: str, name: str, text: str) -> None:
    with pytest.raises(TransformError):
        number_reader(namespace, name)(text)


def test_dash_in_number_format_is_an_error() -> None:
    with pytest.raises(TransformError):
        number_reader(IXT4, "num-dot-decimal")("—")


def test_unknown_format_is_an_error() -> None:
    with pytest.raises(TransformError, match="registry"):
        number_reader(IXT4, "num-made-up")
    with pytest.raises(TransformError, match="registry"):
        number_reader("http://example.invalid/formats", "num-dot-decimal")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("date-monthname-day-year-en", "June 30, 2025", "2025-06-30"),
        ("date-monthname-day-year-en", "Sept. 3, 2025", "2025-09-03"),
        ("date-monthname-day-en", "September 30", "--09-30"),
        ("date-day-monthname-year-en", "30 June 2025", "2025-06-30"),
        ("date-month-day", "09/30", "--09-30"),
        ("date-month-day-year", "6/30/2025", "2025-06-30"),
        ("date-year-month-day", "2025-06-30", "2025-06-30"),
        ("date-monthname-year-en", "June 2025", "2025-06"),
        ("fixed-false", "☐", "false"),
        ("fixed-true", "☒", "true"),
    ],
)
def test_date_is_read_by_format(name: str, text: str, value: str) -> None:
    assert read_text(IXT4, name, text) == value


@pytest.mark.parametrize("text", ["June 31, 2025", "Juny 3, 2025", "30", "13 13 13 13"])
def test_invalid_date_is_an_error(text: str) -> None:
    with pytest.raises(TransformError):
        read_text(IXT4, "date-monthname-day-year-en", text)


amounts = st.decimals(min_value=0, max_value=10**15, places=4, allow_nan=False, allow_infinity=False)


@given(amounts)
def test_grouped_numbers_round_trip(value: Decimal) -> None:
    assert number_reader(IXT4, "num-dot-decimal")(f"{value:,f}") == value
    swapped = f"{value:,f}".replace(",", "_").replace(".", ",").replace("_", ".")
    assert number_reader(IXT4, "num-comma-decimal")(swapped) == value


@given(st.integers(min_value=0, max_value=999_999_999))
def test_number_words_round_trip(value: int) -> None:
    assert transforms.number_words(_words(value)) == value


@given(st.text(max_size=30))
def test_number_formats_accept_or_refuse_any_text(text: str) -> None:
    for reader in (r for registry in transforms._NUMBERS.values() for r in registry.values()):
        try:
            value = reader(text)
        except TransformError:
            continue
        assert value.is_finite()
        assert value >= 0


_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def _words(n: int) -> str:
    if n < 20:
        return _ONES[n]
    if n < 100:
        return _TENS[n // 10] + (f"-{_ONES[n % 10]}" if n % 10 else "")
    for size, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size:
            return f"{_words(n // size)} {name}" + (f" {_words(n % size)}" if n % size else "")
    raise AssertionError(n)
