"""Inline XBRL transformation registries, which convert the text on the page to a value.

Numbers become exact `Decimal`, dates ISO text (`2025-06-30`, `--09-30`, `2025-06`), booleans `true`/`false`.
An unknown format raises TransformError with the format and the text.

Source: Inline XBRL Transformation Rules Registry 1 (2010-04-20) to 5 (2022-02-16) and the SEC's own registry
(ixt-sec 2015-08-31), as the EDGAR XBRL Guide allows them.
"""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

IXT_NAMESPACES = {
    "http://www.xbrl.org/2008/inlineXBRL/transformation": 1,
    "http://www.xbrl.org/inlineXBRL/transformation/2010-04-20": 1,
    "http://www.xbrl.org/inlineXBRL/transformation/2011-07-31": 2,
    "http://www.xbrl.org/inlineXBRL/transformation/2015-02-26": 3,
    "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12": 4,
    "http://www.xbrl.org/inlineXBRL/transformation/2022-02-16": 5,
}
IXT_SEC_NAMESPACE = "http://www.sec.gov/inlineXBRL/transformation/2015-08-31"

DASHES = "-‐‑‒–—―−"


class TransformError(ValueError):
    """An unknown format, or a text that does not fit its format."""


_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})*(\.\d+)?")
_PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+")


def _plain_decimal(text: str, whole: str) -> Decimal:
    if not _PLAIN.fullmatch(text):
        raise TransformError(f"not a number: {whole!r}")
    try:
        return Decimal(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern above admits only decimals
        raise TransformError(f"not a number: {whole!r}") from error


def dot_decimal(text: str) -> Decimal:
    """`1,234.5` → 1234.5; thousands separated by comma, space or apostrophe."""
    if text.isascii() and text.isdigit():
        return Decimal(text)
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    return _plain_decimal(re.sub(r"[,'`´’′\s\u00a0\u2007\u2009\u202f]", "", text), text)


def comma_decimal(text: str) -> Decimal:
    """`1.234,5` → 1234.5; thousands separated by dot, space or apostrophe."""
    return _plain_decimal(re.sub(r"[.'`´’′\s\u00a0\u2007\u2009\u202f]", "", text).replace(",", "."), text)


_UNIT_DECIMAL = re.compile(r"([\d\s.,'`´’′\u00a0\u2007\u2009\u202f]*)\D+(\d{1,2})\D*")


def unit_decimal(text: str) -> Decimal:
    """`1,234 dollars 5 cents` → 1234.05: an amount and its hundredths, each with a unit."""
    match = _UNIT_DECIMAL.fullmatch(text.strip())
    if not match or not re.search(r"\d", match[1]):
        raise TransformError(f"not an amount with a fraction unit: {text!r}")
    whole = re.sub(r"\D", "", match[1])
    return Decimal(f"{whole}.{int(match[2]):02d}")


def dash_is_zero(text: str) -> Decimal:
    """A single dash is zero (`zerodash`, `numdash`)."""
    if text.strip() not in tuple(DASHES):
        raise TransformError(f"not a dash: {text!r}")
    return Decimal(0)


_SMALL_WORDS = {
    "zero": 0,
    "no": 0,
    "none": 0,
    "nil": 0,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
_GREAT_WORDS = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "quadrillion": 10**15,
}


def number_words(text: str) -> Decimal:
    """`no`, `twenty-one`, `three hundred and five thousand` → a whole number."""
    words = [w for w in re.split(r"[\s,\-‐‑]+", text.strip().lower()) if w and w != "and"]
    if not words:
        raise TransformError("no words, expected a number in words")
    total = part = 0
    for word in words:
        if word in _SMALL_WORDS:
            part += _SMALL_WORDS[word]
        elif word in ("a", "an"):
            part += 1
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _GREAT_WORDS:
            total += max(part, 1) * _GREAT_WORDS[word]
            part = 0
        else:
            raise TransformError(f"not a number in words: {text!r}")
    return Decimal(total + part)


NumberReader = Callable[[str], Decimal]

_NUMBERS_IXT: dict[str, NumberReader] = {
    # registry 1
    "numcommadot": dot_decimal,
    "numspacedot": dot_decimal,
    "numdotcomma": comma_decimal,
    "numspacecomma": comma_decimal,
    "numcomma": comma_decimal,
    "numdash": dash_is_zero,
    # registries 2 and 3
    "numdotdecimal": dot_decimal,
    "numcommadecimal": comma_decimal,
    "numunitdecimal": unit_decimal,
    "zerodash": dash_is_zero,
    "numdotdecimalin": dot_decimal,
    "numunitdecimalin": unit_decimal,
    # registries 4 and 5
    "num-dot-decimal": dot_decimal,
    "num-comma-decimal": comma_decimal,
    "num-unit-decimal": unit_decimal,
    "num-dot-decimal-apos": dot_decimal,
    "num-comma-decimal-apos": comma_decimal,
    "num-unit-decimal-apos": unit_decimal,
    "fixed-zero": lambda text: Decimal(0),
}
_NUMBERS_SEC: dict[str, NumberReader] = {"numwordsen": number_words}


def number_reader(namespace: str | None, name: str) -> NumberReader:
    """The reader of a number format.

    Raises:
        TransformError: The format is unknown.
    """
    if namespace in IXT_NAMESPACES and name in _NUMBERS_IXT:
        return _NUMBERS_IXT[name]
    if namespace == IXT_SEC_NAMESPACE and name in _NUMBERS_SEC:
        return _NUMBERS_SEC[name]
    raise TransformError(f"number format {name!r} is not in a registry that SEC filers use")


# ---------------------------------------------------------------------------------------------- dates

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_MAX_DAY = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _year(text: str) -> int:
    year = int(text)
    return year + 2000 if len(text) <= 2 else year


def _iso(year: str | None, month: int, day: str | None, whole: str) -> str:
    if not 1 <= month <= 12 or (day is not None and not 1 <= int(day) <= _MAX_DAY[month - 1]):
        raise TransformError(f"not a date: {whole!r}")
    if year is None:
        return f"--{month:02d}-{int(day or 0):02d}"
    if day is None:
        return f"{_year(year):04d}-{month:02d}"
    return f"{_year(year):04d}-{month:02d}-{int(day):02d}"


def _pieces(text: str) -> list[str]:
    return re.findall(r"\d+|[A-Za-z]+", re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text))


def _dated(order: str) -> Callable[[str], str]:
    """A reader of dates with parts in this order.

    Args:
        order: Letters `d` for day, `m` month, `y` year, `n` name of the month.
    """

    def read(text: str) -> str:
        pieces = [p for p in _pieces(text) if p.lower() not in ("day", "of", "the")]
        if len(pieces) != len(order):
            raise TransformError(f"not a date: {text!r}")
        year = day = None
        month = 0
        for kind, piece in zip(order, pieces, strict=True):
            if (kind == "n") == piece.isdigit():
                raise TransformError(f"not a date: {text!r}")
            if kind == "y":
                year = piece
            elif kind == "d":
                day = piece
            elif kind == "m":
                month = int(piece)
            else:
                month = _MONTHS.get(piece.lower(), 0)
        return _iso(year, month, day, text)

    return read


_DATES_IXT: dict[str, Callable[[str], str]] = {
    # registry 1
    "dateslashus": _dated("mdy"),
    "dateslasheu": _dated("dmy"),
    "datedotus": _dated("mdy"),
    "datedoteu": _dated("dmy"),
    "datelongus": _dated("ndy"),
    "dateshortus": _dated("ndy"),
    "datelonguk": _dated("dny"),
    "dateshortuk": _dated("dny"),
    "datelongdaymonthuk": _dated("dn"),
    "dateshortdaymonthuk": _dated("dn"),
    "datelongmonthdayus": _dated("nd"),
    "dateshortmonthdayus": _dated("nd"),
    "dateslashdaymontheu": _dated("dm"),
    "dateslashmonthdayus": _dated("md"),
    "datelongyearmonth": _dated("yn"),
    "dateshortyearmonth": _dated("yn"),
    "datelongmonthyear": _dated("ny"),
    "dateshortmonthyear": _dated("ny"),
    # registries 2 and 3
    "datedaymonth": _dated("dm"),
    "datedaymonthen": _dated("dn"),
    "datedaymonthyear": _dated("dmy"),
    "datedaymonthyearen": _dated("dny"),
    "datemonthday": _dated("md"),
    "datemonthdayen": _dated("nd"),
    "datemonthdayyear": _dated("mdy"),
    "datemonthdayyearen": _dated("ndy"),
    "datemonthyearen": _dated("ny"),
    "dateyearmonthen": _dated("yn"),
    "datemonthyear": _dated("my"),
    "dateyearmonthday": _dated("ymd"),
    # registries 4 and 5
    "date-day-month": _dated("dm"),
    "date-day-monthname-en": _dated("dn"),
    "date-day-month-year": _dated("dmy"),
    "date-day-monthname-year-en": _dated("dny"),
    "date-month-day": _dated("md"),
    "date-monthname-day-en": _dated("nd"),
    "date-month-day-year": _dated("mdy"),
    "date-monthname-day-year-en": _dated("ndy"),
    "date-month-year": _dated("my"),
    "date-monthname-year-en": _dated("ny"),
    "date-year-month": _dated("ym"),
    "date-year-monthname-en": _dated("yn"),
    "date-year-month-day": _dated("ymd"),
}
_WORDS_IXT: dict[str, Callable[[str], str]] = {
    "booleanfalse": lambda text: "false",
    "booleantrue": lambda text: "true",
    "fixed-false": lambda text: "false",
    "fixed-true": lambda text: "true",
    "nocontent": lambda text: "",
    "fixed-empty": lambda text: "",
}
_CHECKED = "☑☒þýx√✓✔✗✘X"
_WORDS_SEC: dict[str, Callable[[str], str]] = {
    "boolballotbox": lambda text: "true" if text.strip() in _CHECKED else "false",
    "yesnoballotbox": lambda text: "Yes" if text.strip() in _CHECKED else "No",
}


def read_text(namespace: str | None, name: str, text: str) -> str:
    """The value of a dei text fact: ISO date, true or false, or the text.

    Names of exchanges, states and filer categories (`ixt-sec:exchnameen` and similar) stay as printed, since
    their codes are not used.

    Raises:
        TransformError: A date does not fit its format.
    """
    if namespace in IXT_NAMESPACES:
        reader = _DATES_IXT.get(name) or _WORDS_IXT.get(name)
    else:
        reader = _WORDS_SEC.get(name)
    return reader(text) if reader else _SPACES.sub(" ", text).strip()
