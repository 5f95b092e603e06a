"""Inline XBRL transformation registries, which convert the text on the page to a value.

A text that its format does not allow is an error, never a guess: "1,234.56" with a decimal comma is not
1.23456. Numbers become exact `Decimal`, dates ISO text (`2025-06-30`, `--09-30`, `2025-06`), booleans
`true`/`false`. An unknown format raises TransformError with the format and the text.

Source: Inline XBRL Transformation Rules Registry 1 (2010-04-20) to 5 (2022-02-16) and the SEC's own registry
(ixt-sec 2015-08-31), as the EDGAR XBRL Guide allows them.
"""

import re
from collections.abc import Callable
from decimal import Decimal

IXT_NAMESPACES = {
    "http://www.xbrl.org/2008/inlineXBRL/transformation": 1,
    "http://www.xbrl.org/inlineXBRL/transformation/2010-04-20": 1,
    "http://www.xbrl.org/inlineXBRL/transformation/2011-07-31": 2,
    "http://www.xbrl.org/inlineXBRL/transformation/2015-02-26": 3,
    "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12": 4,
    "http://www.xbrl.org/inlineXBRL/transformation/2022-02-16": 5,
}
IXT_SEC_NAMESPACE = "http://www.sec.gov/inlineXBRL/transformation/2015-08-31"

# Characters that the registries name: dashes (also within numbers in words), and blanks.
_DASH = "[-\u058a\u05be\u2010-\u2015\ufe58\ufe63\uff0d]"
_BLANKS = " \u00a0"
XML_SPACE = " \t\n\r"


class TransformError(ValueError):
    """An unknown format, or a text that its format does not allow."""


_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
NumberReader = Callable[[str], Decimal]


def _decimal(pattern: str, point: str = ".") -> NumberReader:
    """A reader of numbers that match a pattern; other characters are separators."""
    allowed = re.compile(pattern)
    separators = re.compile(f"[^0-9{re.escape(point)}]")

    def read(text: str) -> Decimal:
        digits = separators.sub("", text).replace(point, ".") if allowed.fullmatch(text) else ""
        if not digits or digits == ".":
            raise TransformError(f"not a number in this format: {text!r}")
        return Decimal(digits)

    return read


def _grouped(separators: str, point: str, *, needed: bool = False) -> NumberReader:
    """Digits in groups of three, with or without separators (registries 1 to 3)."""
    between = f"[{separators}]{'' if needed else '?'}"
    return _decimal(rf"[0-9]{{1,3}}(?:{between}[0-9]{{3}})*(?:{re.escape(point)}[0-9]+)?", point)


def _free(separators: str, point: str) -> NumberReader:
    """Separators anywhere before the point, blanks also behind it (registries 4 and 5)."""
    return _decimal(rf"[0-9{separators}{_BLANKS}]*(?:{re.escape(point)}[0-9{_BLANKS}]+)?", point)


_WIDE_DIGITS = {0xFF10 + digit: str(digit) for digit in range(10)}


def _with_units(whole: str, unit: str, rest: str = "[^0-9]*", *, wide: bool = True) -> NumberReader:
    """`1,234 dollars 5 cents` → 1234.05: an amount and its hundredths, each with a unit.

    Args:
        wide: Whether full-width digits are digits.
    """
    pattern = re.compile(rf"({whole}){unit}([0-9]{{1,2}}){rest}")

    def read(text: str) -> Decimal:
        match = pattern.fullmatch(text.translate(_WIDE_DIGITS) if wide else text)
        digits = re.sub("[^0-9]", "", match[1]) if match else ""
        if match is None or not digits:
            raise TransformError(f"not an amount with a fraction unit: {text!r}")
        return Decimal(f"{digits}.{int(match[2]):02d}")

    return read


def _dash(allowed: str) -> NumberReader:
    """A single dash is zero."""
    pattern = re.compile(allowed)

    def read(text: str) -> Decimal:
        if not pattern.fullmatch(text):
            raise TransformError(f"not a dash: {text!r}")
        return Decimal(0)

    return read


_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", *(f"{stem}teen" for stem in ("thir", "four", "fif", "six", "seven"))]
_BELOW_TWENTY = [*_ONES, *_TEENS, "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ["quintillion", "quadrillion", "trillion", "billion", "million", "thousand"]
_NUMBER_OF = (
    {word: number for number, word in enumerate(_BELOW_TWENTY, 1)}
    | {word: 10 * number for number, word in enumerate(_TENS, 2)}
    | {word: 1000 ** (6 - place) for place, word in enumerate(_SCALES)}
)


def _in_words() -> re.Pattern[str]:
    """Numbers in English words, as the SEC's registry defines them."""

    def choice(words: list[str]) -> str:
        return "(?:" + "|".join(f"[{w[0].upper()}{w[0]}]{w[1:]}" for w in words) + ")"

    gap = r"\s+"
    small = choice(_BELOW_TWENTY)
    below_hundred = rf"(?:{small}|{choice(_TENS)}(?:(?:{_DASH}|{gap}){choice(_ONES)})?)"
    group = rf"(?:{small}{gap}[Hh]undred(?:{gap}(?:and{gap})?{below_hundred})?|{below_hundred})"
    great = "".join(rf"(?:{group}{gap}{choice([scale])}(?:\s*,\s*|{gap}|$))?" for scale in _SCALES)
    return re.compile(rf"{great}(?:(?:and{gap})?{group})?|[Zz]ero|[Nn](?:o(?:ne)?|il)")


_IN_WORDS = _in_words()


def number_words(text: str) -> Decimal:
    """`no`, `twenty-one`, `three hundred and five thousand` → a whole number.

    Raises:
        TransformError: The registry does not allow the text: "zero hundred", "a thousand".
    """
    if not text or not _IN_WORDS.fullmatch(text):
        raise TransformError(f"not a number in words: {text!r}")
    total = part = 0
    for word in re.findall("[a-z]+", text.lower()):
        if word == "hundred":
            part *= 100
        elif word in _SCALES:
            total, part = total + part * _NUMBER_OF[word], 0
        else:
            part += _NUMBER_OF.get(word, 0)
    return Decimal(total + part)


_APOSTROPHES = "'`\u00b4\u2019\u2032"
_INDIAN = r"(?:(?:[0-9]{1,2}[, \u00a0])?(?:[0-9]{2}[, \u00a0])*[0-9]{3}|[0-9]+)"
_WHOLE = r"(?:0|[1-9][0-9]{0,2}(?:[.,\uff0c\uff0e]?[0-9]{3})*)"
_NO_DIGIT = "[^0-9.,\uff0c\uff0e]"
_ZERO = _dash(_DASH)
_REGISTRY_1: dict[str, NumberReader] = {
    "numcommadot": _grouped(",", ".", needed=True),
    "numspacedot": _grouped(_BLANKS, ".", needed=True),
    "numdotcomma": _grouped(".", ",", needed=True),
    "numspacecomma": _grouped(_BLANKS, ",", needed=True),
    "numcomma": _decimal("[0-9]+(?:,[0-9]+)?", ","),
    "numdash": _dash("-"),
}
_REGISTRY_2: dict[str, NumberReader] = {
    "numdotdecimal": _grouped(f",{_BLANKS}", "."),
    "numcommadecimal": _grouped(f".{_BLANKS}", ","),
    "numunitdecimal": _with_units(_WHOLE, f"{_NO_DIGIT}+", f"{_NO_DIGIT}*"),
    "zerodash": _ZERO,
}
_REGISTRY_3: dict[str, NumberReader] = {
    **_REGISTRY_2,
    "numdotdecimalin": _decimal(rf"{_INDIAN}(?:\.[0-9]+)?"),
    "numunitdecimalin": _with_units(_INDIAN, "[^0-9]+", wide=False),
}
_REGISTRY_4: dict[str, NumberReader] = {
    "num-dot-decimal": _free(",", "."),
    "num-comma-decimal": _free(".", ","),
    "num-unit-decimal": _with_units("[0-9.,\uff0c]+", "[^0-9.,\uff0c][^0-9]*"),
    "numdotdecimalin": _REGISTRY_3["numdotdecimalin"],
    "fixed-zero": lambda text: Decimal(0),
}
_REGISTRY_5: dict[str, NumberReader] = {
    **_REGISTRY_4,
    "num-dot-decimal-apos": _free(f",{_APOSTROPHES}", "."),
    "num-comma-decimal-apos": _free(f".{_APOSTROPHES}", ","),
    "num-unit-decimal-apos": _with_units(
        f"[0-9.,\uff0c\uff07{_APOSTROPHES}]+", f"[^0-9.,\uff0c{_APOSTROPHES}][^0-9]*"
    ),
}
_NUMBERS = dict(enumerate((_REGISTRY_1, _REGISTRY_2, _REGISTRY_3, _REGISTRY_4, _REGISTRY_5), 1))


def number_reader(namespace: str | None, name: str) -> NumberReader:
    """The reader of a number format, which raises TransformError for a text it forbids.

    Raises:
        TransformError: The format is unknown, or not in the registry of this namespace.
    """
    registry = _NUMBERS[IXT_NAMESPACES[namespace]] if namespace in IXT_NAMESPACES else {}
    if namespace == IXT_SEC_NAMESPACE:
        registry = {"numwordsen": number_words}
    if name not in registry:
        raise TransformError(f"number format {name!r} is not in a registry that SEC filers use")
    return registry[name]


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
