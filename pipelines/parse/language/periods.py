"""Periods named in text.

`April 2025`, `Three Months Ended June 30, 2025`, `Q3 FY25`, `8/31/2025`. A column belongs to the period that
its heading names, regardless of its position. The disclosure date and the company's fiscal year resolve what
a name leaves open: the year of "in September", the months of "Q3 FY25".
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from pipelines.watchlist import Company

MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = (
    r"(?P<{0}>january|february|march|april|may|june|july|august|september|october|november|december|jan|"
    r"feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?"
)
YEAR = r"(?P<{0}>20[0-3]\d)(?:\d(?!\d))?"
_SHORT = r"(?P<{0}>(?:20)?[0-3]\d)"
_ORDINALS = {
    "last": 4,
    "final": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
}
_COUNTS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
LENGTHS = {
    **{word: n for n, word in enumerate(_COUNTS, 1)},
    **{str(n): n for n in range(1, 13)},
    "month": 1,
    "quarter": 3,
    "half": 6,
    "year": 12,
}
# A web address may have digits and months: they belong to its path.
ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_RANGE = (("fm", "gm"), ("dm", "dm"))
LENGTH_WORDS = "|".join((*_COUNTS, r"1[0-2]|[1-9]"))
_DATE = (
    rf"{_MONTH.format('dm')}\s*(?P<dd>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"(?:(?:\s*,\s*|\s+)(?:(?:and|of)\s+)?{YEAR.format('dy')}(?!\d)|(?:\s*,)?(?!\d|\s*,?\s*20[0-3]\d))"
)
# Not within "the the the …", which would be tried again from each word.
_NOT_WITHIN = r"(?<!\bthe\s)(?<!\bfor\s)"
# A pattern is tried only if the text contains one of its words; most sentences name at most one period.
_MONTH_WORDS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_QUARTER_WORDS, _HALF_WORDS = ("q",), ("half", "h1", "h2", "h 1", "h 2", "1h", "2h")
_YEAR_WORDS, _OPENING_WORDS = ("year", "fy", "cy", "fiscal", "calendar", "twelve", "months"), ("months",)
_SLASH_WORDS, _DASH_WORDS = ("/",), ("-",)
# "may" and "march" are also verbs.
_CAPITALIZED_MONTH = (
    _MONTH.format("m")
    .replace("|may|", "|(?-i:May)|")
    .replace("march", "(?-i:March)")
    .replace("|mar|", "|(?-i:Mar)|")
)
# "The last three months of 2021" do not open the year.
_NOT_OPENING = r"(?<!last )(?<!final )(?<!closing )(?<!past )(?<!other )(?<!remaining )(?<!next )"
_KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # "The first quarter of the fiscal year ended June 30, 2025".
    (
        "part",
        (
            r"(?<!same )\b(?P<o>first|second|third|fourth|last|final)\s+"
            rf"(?P<length>quarter|half|(?:{LENGTH_WORDS})[\s-]+months?)"
            r"\s+of\s+(?:the|its|our)\s+(?:(?:fiscal|financial|full|calendar)\s+)*year\s+"
            rf"(?:ended|ending|to)\s*:?\s*{_DATE}"
        ),
        _MONTH_WORDS,
    ),
    (
        "long",
        (
            rf"{_NOT_WITHIN}(?:(?:the|for)\s+)*(?P<length>{LENGTH_WORDS})[\s-]+months?(?:\s+periods?)?\s+"
            rf"(?:that\s+|which\s+)?(?:ended|ending|to)\s*:?\s*(?:on\s+)?{_DATE}"
        ),
        _MONTH_WORDS,
    ),
    (
        "long",
        (
            rf"{_NOT_WITHIN}(?:(?:the|for)\s+)*(?P<length>{LENGTH_WORDS}|quarter|half|year|month)"
            r"(?:[\s-]+months?)?(?:\s+periods?)?\s+(?:that |which )?(?:ended|ending|to)\s+"
            r"(?:in |on )?(?P<dd>\d{1,2})(?:st|nd|rd|th)?\s+"
            rf"{_MONTH.format('dm')}(?:\s*,?\s*{YEAR.format('dy')})?(?!\d)"
        ),
        _MONTH_WORDS,
    ),
    (
        "long",
        (
            r"(?<!\bfiscal\s)(?<!\bfinancial\s)(?<!\bfull\s)(?<!\bcalendar\s)"
            r"(?:(?:fiscal|financial|full|calendar)\s+)*(?P<length>month|quarter|half|"
            rf"year)(?:\s+periods?)?\s+(?:ended|ending|to)\s*:?\s*{_DATE}"
        ),
        _MONTH_WORDS,
    ),
    (
        "long",
        (
            rf"{_NOT_WITHIN}(?:(?:the|for)\s+)*(?:(?P<length>{LENGTH_WORDS})[\s-]+months?|(?P<length2>quarter|half|year))"
            r"\s+(?:ended|ending|to|through)\s+"
            rf"(?:the\s+end\s+of\s+)?{_MONTH.format('dm')}"
            rf"(?:\s*,?\s*{YEAR.format('dy')})?(?!\s*\d)"
        ),
        _MONTH_WORDS,
    ),
    (
        "opening",
        rf"(?<!same )\b(?:first\s+(?P<length>{LENGTH_WORDS})|{_NOT_OPENING}(?P<plain>three|six|nine))\s+"
        rf"months\s+(?:of\s+)?(?:the\s+year\s+|calendar\s+)?{YEAR.format('y')}",
        _OPENING_WORDS,
    ),
    # "The final month of 2021", "the last three months of 2021".
    (
        "closing",
        rf"\b(?:last|final|closing)\s+(?:(?P<length>{LENGTH_WORDS})\s+months|month)\s+of\s+"
        rf"(?:the\s+year\s+|calendar\s+)?{YEAR.format('y')}",
        ("month",),
    ),
    # "Between April and June", "from January through March 2025", "April–June 2025".
    (
        "months",
        (
            rf"(?:\bbetween\s+{_MONTH.format('fm')}(?:\s+{YEAR.format('fy')})?\s+and\s+|"
            rf"(?:\bfrom\s+)?\b{_MONTH.format('gm')}(?:\s+{YEAR.format('gy')})?(?:\s+(?:through|to|until)\s+|\s?[–—-]\s?))"
            rf"{_MONTH.format('dm')}(?:\s*,?\s*{YEAR.format('dy')})?(?!\s*\d)"
        ),
        ("between", "from", "through", "–", "—", "-"),
    ),
    ("ending", rf"\b{_MONTH.format('m')}(?:[\s-]+{YEAR.format('y')})?[\s-]+quarter\b(?!ly)", _MONTH_WORDS),
    # "Total quarterly revenue for the September period".
    ("ending", rf"\b{_MONTH.format('m')}(?:[\s-]+{YEAR.format('y')})?[\s-]+period\b", ("quarter",)),
    (
        "month",
        rf"month(?:s)?\s+(?:ended|ending|of)\s*:?\s*{_MONTH.format('m')}(?:\s*,?\s*{YEAR.format('y')})?",
        _MONTH_WORDS,
    ),
    (
        "quarter",
        (
            r"\bq\s?(?P<q>[1-4])(?!\d)\s*(?:of\s+)?(?:[-/’'‘]|fy[-‑]?|"
            rf"fiscal(?:\s+year)?)?\s*[’'‘]?{_SHORT.format('y')}(?!\d|[.,]\d)"
        ),
        _QUARTER_WORDS,
    ),
    (
        "quarter",
        rf"\b(?P<q>[1-4])q\s*(?:[-/’'‘]|fy|fiscal)?\s*[’'‘]?{_SHORT.format('y')}(?!\d|[.,]\d)",
        _QUARTER_WORDS,
    ),
    (
        "quarter",
        rf"\bfy\s?[’'‘]?{_SHORT.format('y')}\s*[-,/]?\s*(?:q\s?(?P<q>[1-4])|(?P<q2>[1-4])q)(?!\d)",
        _QUARTER_WORDS,
    ),
    ("quarter", rf"\b{YEAR.format('y')}\s*[-,/]?\s*q\s?(?P<q>[1-4])(?!\d)", _QUARTER_WORDS),
    (
        "quarter",
        rf"\bfiscal(?:\s+year)?\s+{YEAR.format('y')}\s+(?P<o>first|second|third|fourth)[\s-]+quarter",
        _QUARTER_WORDS,
    ),
    (
        "quarter",
        (
            r"\b(?P<o>first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal\s+)?quarter\s+(?:of\s+)?"
            rf"(?:fy|fiscal(?:\s+year)?)\s?[’'‘]?{_SHORT.format('y')}(?!\d|[.,]\d)"
        ),
        _QUARTER_WORDS,
    ),
    (
        "quarter",
        (
            r"\b(?P<o>first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal\s+)?quarter(?:\s+"
            r"(?:of\s+)?(?:(?:the|its|our)\s+)?(?:(?:fiscal|financial)\s+|fy\s?)?(?:year\s+)?"
            rf"(?:ended\s+\w+\s+\d+,\s+)?{YEAR.format('y')})"
        ),
        _QUARTER_WORDS,
    ),
    (
        "calendar_quarter",
        r"\b(?P<o>first|second|third|fourth)\s+(?:quarter\s+of\s+(?:the\s+)?calendar(?:\s+year)?|calendar\s+quarter(?:\s+of)?)"
        rf"(?:\s+{YEAR.format('y')})?",
        ("calendar",),
    ),
    # "In calendar year Q3" of a company with another fiscal year.
    (
        "calendar_quarter",
        r"\bcalendar(?:[\s-]+year)?\s+(?:q\s?(?P<q>[1-4])(?!\d)|(?P<o>first|second|third|fourth)[\s-]+quarter)"
        rf"(?:\s+(?:of\s+)?{YEAR.format('y')})?",
        ("calendar",),
    ),
    ("quarter", rf"\b(?P<o>last|final)\s+quarter\s+of\s+{YEAR.format('y')}", _QUARTER_WORDS),
    (
        "quarter",
        rf"\b(?P<o>first|second|third|fourth|1st|2nd|3rd|4th)\s+qtr\.?\s*(?:of\s+)?{YEAR.format('y')}",
        ("qtr",),
    ),
    (
        "quarter",
        rf"\b(?:fy|fiscal(?:\s+year)?)\s?{YEAR.format('y')}\s+(?P<o>first|second|third|fourth)[\s-]+quarter",
        _QUARTER_WORDS,
    ),
    (
        "quarter",
        r"\b(?P<o>first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal\s+)?quarter\b(?!ly)",
        _QUARTER_WORDS,
    ),
    ("quarter", r"\bq\s?(?P<q>[1-4])(?![\d/])", _QUARTER_WORDS),
    (
        "half",
        (
            r"\b(?:h(?P<h>[12])|(?P<h2>[12])h|(?P<o>first|second)[\s-]+half(?:\s+of)?)\s*(?:fy|"
            rf"fiscal(?:\s+year)?)?\s*[’'‘]?{_SHORT.format('y')}(?!\d|[.,]\d)"
        ),
        _HALF_WORDS,
    ),
    (
        "year",
        (
            r"\b(?:(?:fiscal\s+)?(?:twelve|12)\s+months|full[\s-]+year|fiscal(?:\s+year)?|financial\s+year|"
            rf"calendar\s+year|year|fy|cy)\s*(?:(?<=y)[-‑])?[’'‘]?{_SHORT.format('y')}(?!\d|[.,]\d|\s+months)"
        ),
        _YEAR_WORDS,
    ),
    (
        "year",
        rf"\b{YEAR.format('y')}\s+(?:full[\s-]+year|(?:fiscal|financial|calendar)\s+year|annual)\b",
        (*_YEAR_WORDS, "annual"),
    ),
    (
        "date",
        _DATE.replace("?P<dm>", "?P<am>").replace("?P<dd>", "?P<ad>").replace("?P<dy>", "?P<ay>")
        + r"(?<=\d\d\d\d)",
        _MONTH_WORDS,
    ),
    (
        "date",
        (
            rf"(?<!\d)(?P<ad>\d{{1,2}})(?:st|nd|rd|th)?\s+"
            rf"(?:of\s+)?{_MONTH.format('am')}\s*,?\s*{YEAR.format('ay')}"
        ),
        _MONTH_WORDS,
    ),
    (
        "month",
        rf"\b{_MONTH.format('m')}(?:[\s-]+end)?\s*[,-]?\s*(?:of\s+)?{YEAR.format('y')}(?!\d)",
        _MONTH_WORDS,
    ),
    (
        "month",
        rf"\b{_MONTH.format('m')}\s*[-’'‘/][’'‘]?(?P<yy>[1-3]\d)(?!\d|%|[.,]\d)(?!\s*(?:btc|bitcoin|eh|mw))",
        _MONTH_WORDS,
    ),
    (
        "date",
        r"(?<![\d/])(?P<nm>0?[1-9]|1[0-2])/(?P<nd>0?[1-9]|[12]\d|3[01])/(?P<ny>20\d\d|\d\d)(?!\d)",
        _SLASH_WORDS,
    ),
    ("date", r"(?<!\d)(?P<iy>20\d\d)-(?P<im>0[1-9]|1[0-2])-(?P<id>0[1-9]|[12]\d|3[01])(?!\d)", _DASH_WORDS),
    (
        "date",
        rf"\b{_MONTH.format('am')}\s*(?P<ad>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|%|[.,]\d|\s*(?:btc|bitcoin|eh))",
        _MONTH_WORDS,
    ),
    (
        "date",
        rf"\b(?:on|of)\s+(?P<ad>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH.format('am')}(?!\w)",
        _MONTH_WORDS,
    ),
    ("month", rf"\b{_CAPITALIZED_MONTH}(?!\w)", _MONTH_WORDS),
)
_PATTERNS = [(kind, re.compile(pattern, re.IGNORECASE), words) for kind, pattern, words in _KINDS]
_WORDS = {word for _, _, words in _PATTERNS for word in words}
_MONTH_NAME = re.compile(rf"(?<![a-z]){_MONTH.format('m')}(?![a-z])", re.IGNORECASE)


# "March 3 1, 2025", "March 2 025", and a digit next to a character that was lost.
_DAMAGED = re.compile(
    rf"{_MONTH.format('m')}\s*(?:\d\s\d,?\s+20[0-3]\d|(?:\d{{1,2}},?\s+)?"
    r"(?:2\s0[0-3]\d|20\s[0-3]\d|20[0-3]\s\d))(?!\d)|\d\ufffd|\ufffd\d",
    re.IGNORECASE,
)
_MAY_NAME = re.compile(
    r"\d|quarter|qtr|(?:^|\W)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)


class Period(NamedTuple):
    """A period by its first and last day; `start` is None for a single day."""

    start: date | None
    end: date

    @property
    def months(self) -> int:
        """The number of months it covers; 0 for a day."""
        return 0 if self.start is None else round(((self.end - self.start).days + 1) / 30.4375)


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A period in a text, its position, and whether its year is written."""

    period: Period
    start: int
    end: int
    year_written: bool


@dataclass(frozen=True, slots=True)
class DisclosureContext:
    """The company and the day of a disclosure, which resolve incomplete and fiscal periods.

    Args:
        company: None to use calendar years.
        year_end: The month in which the fiscal year ends, if the document itself shows another than the
            watchlist: "Q3 2022", "the three months ended September 30, 2022".
    """

    company: Company | None
    disclosed_on: date
    year_end: int = 0

    def fiscal_year_end(self, day: date) -> int:
        """The month in which the fiscal year ends, as of a day."""
        if self.year_end:
            return self.year_end
        return self.company.listed_year_end(day).month if self.company else 12

    def quarter(self, number: int, year: int) -> Period:
        """A fiscal quarter by number and year: Q3 FY25 of a June year is January to March 2025."""
        end = self.fiscal_year_end(date(year, 6, 30))
        month = (end + 3 * number - 1) % 12 + 1
        return months_to(_month_end(year if month <= end else year - 1, month), 3)

    def year(self, year: int) -> Period:
        """A fiscal year."""
        return months_to(_month_end(year, self.fiscal_year_end(date(year, 6, 30))), 12)


# Quarters of 13 weeks end within days of a month's end.
_LEAST_OFF = 8


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def months_to(end: date, months: int) -> Period:
    """The period of whole months that ends on a day; 13-week periods end within a month."""
    if (end + timedelta(days=1)).day != 1:
        # 52/53-week years close within days of the month's end; a stub is the difference of days.
        nearest = min(
            (_month_end(end.year, end.month), end.replace(day=1) - timedelta(days=1)),
            key=lambda d: abs((d - end).days),
        )
        start = months_to(nearest, months).start
        assert start is not None
        return Period(start + (end - nearest), end)
    index = end.year * 12 + end.month - months
    return Period(date(index // 12, index % 12 + 1, 1), end)


def month_period(year: int, month: int) -> Period:
    """A calendar month."""
    return months_to(_month_end(year, month), 1)


def _full_year(text: str) -> int:
    number = int(text)
    return number if number > 100 else 2000 + number


def _last(month: int, disclosed_on: date) -> int:
    """The year of a month named without one: the last such month that has begun."""
    return disclosed_on.year if month <= disclosed_on.month else disclosed_on.year - 1


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span(
    kind: str, match: re.Match[str], disclosure: DisclosureContext, year: int | None
) -> tuple[Period, bool] | None:
    """The period of one match, and whether its year is written.

    Args:
        year: The year in the rest of a heading.
    """
    found = {name: value for name, value in match.groupdict().items() if value}
    if kind == "date":
        month = found.get("am") or found.get("nm") or found.get("im") or ""
        number = int(month) if month.isdigit() else MONTHS[month.lower().rstrip(".")]
        written = found.get("ay") or found.get("ny") or found.get("iy")
        of = _full_year(written) if written else (year or _last(number, disclosure.disclosed_on))
        day = _day(of, number, int(found.get("ad") or found.get("nd") or found.get("id") or 0))
        return (Period(None, day), bool(written)) if day else None
    if kind == "part":
        return _part_of_year(found, disclosure)
    if kind == "long":
        month = MONTHS[found["dm"].lower().rstrip(".")]
        of = int(found["dy"]) if "dy" in found else (year or _last(month, disclosure.disclosed_on))
        end = _day(of, month, int(found["dd"])) if "dd" in found else _month_end(of, month)
        if end is not None and _LEAST_OFF < end.day < _month_end(of, month).day - _LEAST_OFF:
            # "The three months ended Sept. 20": no fiscal quarter, a slip of the pen.
            return None
        length = LENGTHS[(found.get("length") or found["length2"]).lower()]
        return (months_to(end, length), "dy" in found) if end else None
    if kind == "months":
        first, last = (MONTHS[(found.get(m) or found.get(n) or "").lower().rstrip(".")] for m, n in _RANGE)
        length = (last - first) % 12 + 1
        if length not in (3, 6, 9, 12):
            # "From March to April" compares two months.
            return None
        of = int(found["dy"]) if "dy" in found else (year or _last(last, disclosure.disclosed_on))
        return months_to(_month_end(of, last), length), "dy" in found
    if kind == "month":
        month = MONTHS[found["m"].lower().rstrip(".")]
        written = found.get("y") or found.get("yy")
        return month_period(
            _full_year(written) if written else (year or _last(month, disclosure.disclosed_on)), month
        ), bool(written)
    written = found.get("y")
    if kind in ("opening", "closing"):
        months = LENGTHS[(found.get("length") or found.get("plain") or "month").lower()]
        whole = disclosure.year(_full_year(found["y"]))
        if "calendar" in match[0].lower():
            whole = months_to(date(_full_year(found["y"]), 12, 31), 12)
        elif whole.end.month != 12:
            # "The first nine months of 2025" of a company with another fiscal year: of which year is unclear.
            return None
        if kind == "closing":
            return months_to(whole.end, months), True
        return _within(whole, months, months), True
    if kind == "calendar_quarter":
        month = 3 * (int(found.get("q") or 0) or _ORDINALS[found["o"].lower()])
        day = disclosure.disclosed_on
        of = int(written) if written else (year or day.year)
        if not written and not year and _month_end(of, month) > day:
            of -= 1
        return months_to(_month_end(of, month), 3), bool(written)
    if kind == "ending":
        month = MONTHS[found["m"].lower().rstrip(".")]
        of = int(written) if written else (year or _last(month, disclosure.disclosed_on))
        return months_to(_month_end(of, month), 3), bool(written)
    if kind == "year":
        number = _full_year(found["y"])
        calendar_year = "calendar" in match[0].lower()
        return (months_to(date(number, 12, 31), 12) if calendar_year else disclosure.year(number)), True
    if kind == "half":
        number = int(found.get("h") or found.get("h2") or 0) or _ORDINALS[found["o"].lower()]
        whole = disclosure.year(_full_year(found["y"]))
        half = months_to(whole.end, 6)
        assert half.start is not None
        return (half if number == 2 else months_to(half.start - timedelta(days=1), 6)), True
    number = int(found.get("q") or found.get("q2") or 0) or _ORDINALS[found["o"].lower()]
    if written or year:
        return disclosure.quarter(number, _full_year(written) if written else int(year or 0)), bool(written)
    for candidate in (
        disclosure.disclosed_on.year + 1,
        disclosure.disclosed_on.year,
        disclosure.disclosed_on.year - 1,
    ):
        quarter = disclosure.quarter(number, candidate)
        if quarter.end <= disclosure.disclosed_on:
            return quarter, False
    return None


def _part_of_year(found: dict[str, str], disclosure: DisclosureContext) -> tuple[Period, bool] | None:
    """A part of a fiscal year that is named by its end; None if the year ends otherwise."""
    whole = disclosure.year(int(found.get("dy") or 0) or disclosure.disclosed_on.year)
    months = LENGTHS[found["length"].lower().split()[0].split("-")[0]]
    if whole.end.month != MONTHS[found["dm"].lower().rstrip(".")] or "dy" not in found:
        return None
    if found["o"].lower() in ("last", "final"):
        return months_to(whole.end, months), True
    last = months * _ORDINALS[found["o"].lower()]
    if last > 12:
        return None
    return _within(whole, last, months), True


def _within(whole: Period, last: int, months: int) -> Period:
    """The months of a year that end with its nth month."""
    assert whole.start is not None
    index = whole.start.year * 12 + whole.start.month - 2 + last
    return months_to(_month_end(index // 12, index % 12 + 1), months)


@lru_cache(maxsize=4096)
def has_damaged_date(text: str) -> bool:
    """Whether a date has a blank or a lost character within a number: `March 3 1, 2025`."""
    return bool(_DAMAGED.search(text))


@lru_cache(maxsize=8192)
def find_periods(
    text: str, disclosure: DisclosureContext, year: int | None = None
) -> tuple[NamedPeriod, ...]:
    """Every period that a text names, in order; a longer name includes those within it.

    None for a text with a damaged date: it would be another day, month or year.
    """
    taken: list[NamedPeriod] = []
    if not _MAY_NAME.search(text) or has_damaged_date(text):
        return ()
    lower, covered = text.lower(), bytearray(len(text))
    if "://" in lower or "www." in lower:
        for address in ADDRESS.finditer(text):
            covered[address.start() : address.end()] = b"\1" * len(address[0])
    present = {word for word in _WORDS if word in lower}
    if not _MONTH_NAME.search(text):
        # "Market" and "may" in "mayor" name no month.
        present.difference_update(_MONTH_WORDS)
    for kind, pattern, words in _PATTERNS:
        if present.isdisjoint(words):
            continue
        for match in pattern.finditer(text):
            if 1 in covered[match.start() : match.end()]:
                continue
            found = _span(kind, match, disclosure, year)
            if found is not None and date(2008, 1, 1) <= found[0].end <= date(2060, 1, 1):
                taken.append(NamedPeriod(found[0], match.start(), match.end(), found[1]))
                covered[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return tuple(sorted(taken, key=lambda named: named.start))
