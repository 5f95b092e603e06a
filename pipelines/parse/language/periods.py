"""Periods named in text.

`April 2025`, `Three Months Ended June 30, 2025`, `Q3 FY25`, `8/31/2025`. A column belongs to the period that
its heading names, regardless of its position. The disclosure date and the company's fiscal year resolve what
a name leaves open: the year of "in September", the months of "Q3 FY25".
"""

import calendar
import re
from collections.abc import Iterable, Sequence
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
_YEAR = r"(?P<{0}>20[0-3]\d)(?:\d(?!\d))?"
_SHORT = r"(?P<{0}>(?:20)?[0-3]\d)"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
_LENGTHS = {
    "one": 1,
    "three": 3,
    "six": 6,
    "nine": 9,
    "twelve": 12,
    "1": 1,
    "3": 3,
    "6": 6,
    "9": 9,
    "12": 12,
    "month": 1,
    "quarter": 3,
    "half": 6,
    "year": 12,
}
_DATE = (
    rf"{_MONTH.format('dm')}\s*(?P<dd>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,)?(?:\s+"
    rf"(?:and\s+)?{_YEAR.format('dy')})?(?!\d)"
)
# A pattern is tried only if the text contains one of its words; most sentences name at most one period.
_MONTH_WORDS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_QUARTER_WORDS, _HALF_WORDS = ("q",), ("half", "h1", "h2", "h 1", "h 2")
_YEAR_WORDS, _OPENING_WORDS = ("year", "fy", "fiscal", "calendar", "twelve"), ("three",)
_SLASH_WORDS, _DASH_WORDS = ("/",), ("-",)
# "may" and "march" are also verbs.
_CAPITALIZED_MONTH = (
    _MONTH.format("m")
    .replace("|may|", "|(?-i:May)|")
    .replace("march", "(?-i:March)")
    .replace("|mar|", "|(?-i:Mar)|")
)
_KINDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "long",
        (
            r"(?:(?:the|for)\s+)*(?P<length>one|three|six|nine|twelve|1|3|6|9|"
            rf"12)[\s-]+months?(?:\s+periods?)?\s+(?:ended|ending|to)\s*:?\s*{_DATE}"
        ),
        _MONTH_WORDS,
    ),
    (
        "long",
        (
            r"(?:(?:fiscal|financial|full|calendar)\s+)*(?P<length>month|quarter|half|"
            rf"year)(?:\s+periods?)?\s+(?:ended|ending|to)\s*:?\s*{_DATE}"
        ),
        _MONTH_WORDS,
    ),
    (
        "long",
        (
            r"(?:(?:the|for)\s+)*(?P<length>three|six|nine|twelve|3|6|9|12)[\s-]+months?\s+(?:ended|"
            rf"ending|to|through)\s+(?:the\s+end\s+of\s+)?{_MONTH.format('dm')}"
            rf"(?:\s*,?\s*{_YEAR.format('dy')})?(?!\s*\d)"
        ),
        _MONTH_WORDS,
    ),
    (
        "opening",
        rf"\bfirst\s+three\s+months\s+of\s+(?:the\s+year\s+|calendar\s+)?{_YEAR.format('y')}",
        _OPENING_WORDS,
    ),
    ("ending", rf"\b{_MONTH.format('m')}(?:[\s-]+{_YEAR.format('y')})?[\s-]+quarter\b(?!ly)", _MONTH_WORDS),
    (
        "month",
        rf"month(?:s)?\s+(?:ended|ending|of)\s*:?\s*{_MONTH.format('m')}(?:\s*,?\s*{_YEAR.format('y')})?",
        _MONTH_WORDS,
    ),
    (
        "quarter",
        (
            r"\bq\s?(?P<q>[1-4])(?!\d)\s*(?:of\s+)?(?:[-/’'‘]|fy|"
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
    ("quarter", rf"\b{_YEAR.format('y')}\s*[-,/]?\s*q\s?(?P<q>[1-4])(?!\d)", _QUARTER_WORDS),
    (
        "quarter",
        rf"\bfiscal(?:\s+year)?\s+{_YEAR.format('y')}\s+(?P<o>first|second|third|fourth)[\s-]+quarter",
        _QUARTER_WORDS,
    ),
    (
        "quarter",
        (
            r"\b(?P<o>first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal\s+)?quarter(?:\s+"
            r"(?:of\s+)?(?:the\s+)?(?:(?:fiscal|financial)\s+)?(?:year\s+)?"
            rf"(?:ended\s+\w+\s+\d+,\s+)?{_YEAR.format('y')})"
        ),
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
            r"\b(?:h(?P<h>[12])|(?P<o>first|second)[\s-]+half(?:\s+of)?)\s*(?:fy|"
            rf"fiscal(?:\s+year)?)?\s*[’'‘]?{_SHORT.format('y')}(?!\d|[.,]\d)"
        ),
        _HALF_WORDS,
    ),
    (
        "year",
        (
            r"\b(?:full[\s-]+year|fiscal(?:\s+year)?|financial\s+year|calendar\s+year|year|fy|"
            rf"twelve\s+months)\s*[’'‘]?{_SHORT.format('y')}(?!\d|[.,]\d)"
        ),
        _YEAR_WORDS,
    ),
    (
        "date",
        _DATE.replace("?P<dm>", "?P<am>").replace("?P<dd>", "?P<ad>").replace("?P<dy>", "?P<ay>")
        + r"(?<=\d\d\d\d)",
        _MONTH_WORDS,
    ),
    ("month", rf"\b{_MONTH.format('m')}\s*[,-]?\s*(?:of\s+)?{_YEAR.format('y')}(?!\d)", _MONTH_WORDS),
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
        (
            rf"(?<!\d)(?P<ad>\d{{1,2}})(?:st|nd|rd|th)?\s+"
            rf"(?:of\s+)?{_MONTH.format('am')}\s*,?\s*{_YEAR.format('ay')}"
        ),
        _MONTH_WORDS,
    ),
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
_BARE_YEAR = re.compile(rf"(?<![\d.,$]){_YEAR.format('y')}(?![\d,.]*\d)")
_HEADING_LENGTH = re.compile(
    (
        r"\b(?P<length>one|three|six|nine|twelve|1|3|6|9|12)[\s-]+months?\b|\b(?:for\s+the\s+|"
        r"fiscal\s+)?(?P<length2>month|quarter|year)s?\s+(?:ended|ending)\b"
    ),
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"(?:^|[\s(|])(?:%|Δ|∆)(?=$|[\s)|])|\bchange\b|\bvariance\b|\bvar\b|\bm[/-]?o?[/-]?m\b|"
    r"\by[/-]?o?[/-]?y\b|\bq[/-]?o?[/-]?q\b|\bmonth\s*(?:/|over|-over-|on)\s*-?month\b|"
    r"\byear\s*(?:/|over|-over-|on)\s*-?year\b|\bquarter\s*(?:/|over|-over-|on)\s*-?quarter\b|"
    r"\bcomparison\b|\bincrease\b|\bdecrease\b|\bgrowth\b|%\s*(?:change|increase|inc|chg|Δ|∆)|"
    r"\bvs\.?\b|\bversus\b|\bdifference\b|\bdelta\b",
    re.IGNORECASE,
)
_NAMES_A_PERIOD = re.compile(
    (
        r"\d{1,2}/\d{1,2}/\d{2,4}|20[1-3]\d|\bq[1-4]\b|\b[1-4]q\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|"
        r"sep|oct|nov|dec)"
    ),
    re.IGNORECASE,
)
_NOT_ACTUAL = re.compile(
    (
        r"\b(?:target|guidance|forecast|expected|projected|pro[\s-]?forma|estimate[ds]?\s+(?:for|by)|"
        r"outlook|budget|plan(?:ned)?|goal|illustrative|annuali[sz]ed|run[\s-]?rate|since inception|"
        r"cumulative|(?:ttm|ltm)|trailing|lifetime|to[\s-]date(?<!year to date)(?<!year-to-date))\b"
    ),
    re.IGNORECASE,
)
_YTD = re.compile(r"\byear[\s-]to[\s-]date\b|\bytd\b", re.IGNORECASE)


_MAY_NAME = re.compile(
    r"\d|quarter|(?:^|\W)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
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
    """

    company: Company | None
    disclosed_on: date

    def fiscal_year_end(self, day: date) -> int:
        """The month in which the fiscal year ends, as of a day."""
        return self.company.fiscal_year_end(day).month if self.company else 12

    def quarter(self, number: int, year: int) -> Period:
        """A fiscal quarter by number and year: Q3 FY25 of a June year is January to March 2025."""
        end = self.fiscal_year_end(date(year, 6, 30))
        month = (end + 3 * number - 1) % 12 + 1
        return months_to(_month_end(year if month <= end else year - 1, month), 3)

    def year(self, year: int) -> Period:
        """A fiscal year."""
        return months_to(_month_end(year, self.fiscal_year_end(date(year, 6, 30))), 12)


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
    if kind == "long":
        month = MONTHS[found["dm"].lower().rstrip(".")]
        of = int(found["dy"]) if "dy" in found else (year or _last(month, disclosure.disclosed_on))
        end = _day(of, month, int(found["dd"])) if "dd" in found else _month_end(of, month)
        return (months_to(end, _LENGTHS[found["length"].lower()]), "dy" in found) if end else None
    if kind == "month":
        month = MONTHS[found["m"].lower().rstrip(".")]
        written = found.get("y") or found.get("yy")
        return month_period(
            _full_year(written) if written else (year or _last(month, disclosure.disclosed_on)), month
        ), bool(written)
    written = found.get("y")
    if kind == "opening":
        return months_to(date(_full_year(found["y"]), 3, 31), 3), True
    if kind == "ending":
        month = MONTHS[found["m"].lower().rstrip(".")]
        of = int(written) if written else (year or _last(month, disclosure.disclosed_on))
        return months_to(_month_end(of, month), 3), bool(written)
    if kind == "year":
        number = _full_year(found["y"])
        calendar_year = "calendar" in match[0].lower()
        return (months_to(date(number, 12, 31), 12) if calendar_year else disclosure.year(number)), True
    if kind == "half":
        number = int(found["h"]) if "h" in found else _ORDINALS[found["o"].lower()]
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


@lru_cache(maxsize=8192)
def find_periods(
    text: str, disclosure: DisclosureContext, year: int | None = None
) -> tuple[NamedPeriod, ...]:
    """Every period that a text names, in order; a longer name includes those within it."""
    taken: list[NamedPeriod] = []
    if not _MAY_NAME.search(text):
        return ()
    lower = text.lower()
    for kind, pattern, words in _PATTERNS:
        for match in pattern.finditer(text) if any(word in lower for word in words) else ():
            if any(match.start() < t.end and match.end() > t.start for t in taken):
                continue
            found = _span(kind, match, disclosure, year)
            if found is not None and date(2008, 1, 1) <= found[0].end <= date(2060, 1, 1):
                taken.append(NamedPeriod(found[0], match.start(), match.end(), found[1]))
    return tuple(sorted(taken, key=lambda named: named.start))


def is_change(heading: str) -> bool:
    """Whether a column holds changes (`% Change`, `Y/Y`) rather than values of a period.

    The heading of a group only announces a comparison: MARA's "Prior Month Comparison" covers "8/31/2025",
    "7/31/2025" and "% Δ"; Riot's "Comparison (%)" covers only changes.
    """
    *groups, own = heading.split("|")
    if groups and not _CHANGE.search(own) and _NAMES_A_PERIOD.search(own):
        return any(
            _CHANGE.search(re.sub(r"\bcomparison\b", "", group, flags=re.IGNORECASE)) for group in groups
        )
    return bool(_CHANGE.search(heading))


def is_not_actual(text: str) -> bool:
    """Whether a text is about targets, pro-forma or cumulative figures."""
    return bool(_NOT_ACTUAL.search(text))


def read_heading(heading: str, disclosure: DisclosureContext) -> Period | None:
    """The period that a column's heading names, its parts joined from top to bottom.

    "Three Months Ended September 30, | 2025" is a quarter, "2025" alone a fiscal year. A length above a date
    ("Three Months Ended | March 31, 2026") belongs to it.

    Returns:
        None if the heading names no period, or two.
    """
    if is_change(heading) or is_not_actual(heading):
        return None
    heading = re.sub(
        r"\b(?:prior|previous)?\s*(?:month|quarter|year|period)?\s*comparison\b",
        " ",
        heading,
        flags=re.IGNORECASE,
    )
    text = re.sub(
        r"\s*\|\s*|\s+",
        " ",
        re.sub(r"\((?:un)?audited\)|\b(?:un)?audited\b", " ", heading, flags=re.IGNORECASE),
    ).strip()
    years = [int(m["y"]) for m in _BARE_YEAR.finditer(text)]
    year = years[0] if len(set(years)) == 1 else None
    if _YTD.search(text):
        found = find_periods(text, disclosure, year)
        end = found[-1].period.end if found else None
        return None if end is None else Period(_year_start(disclosure, end), end)
    periods = list(dict.fromkeys(named.period for named in find_periods(text, disclosure, year)))
    length = _HEADING_LENGTH.search(text)
    if length and len(periods) == 1 and (periods[0].start is None or periods[0].months == 1):
        months = _LENGTHS[(length["length"] or length["length2"]).lower()]
        return months_to(periods[0].end, months)
    if len(periods) > 1:
        return _reconciled(periods)
    if periods:
        return periods[0]
    if year is not None and re.fullmatch(
        r"(?:fiscal|financial|calendar|year|fy|full|[\s’'.,|():*-])*20[1-3]\d\d?[\s.,|():*†-]*",
        text,
        re.IGNORECASE,
    ):
        return disclosure.year(year)
    return None


_ONLY_YEAR = re.compile(r"^\W*(?:20[1-3]\d)\d?\W*$")


def read_column(
    heading: str,
    above: Sequence[str],
    others: Iterable[str],
    disclosure: DisclosureContext,
    subject: Period | None,
) -> Period | None:
    """The period of a column, using the text above its table if its heading is only a year.

    Args:
        above: Section, corner and caption, nearest first: "Three Months Ended March 31," above "2026 | 2025".
        others: The table's other headings: beside "Q4 2025 | Q3 2025", "2025" is the year.

    Returns:
        None for a year without such context, unless the press release is about a year.
    """
    if not _ONLY_YEAR.match(heading):
        return read_heading(heading, disclosure)
    for words in above:
        if _HEADING_LENGTH.search(words) and not is_change(words):
            return read_heading(f"{words} {heading}", disclosure)
    other_periods = [read_heading(other, disclosure) for other in others if not _ONLY_YEAR.match(other)]
    if (subject is not None and subject.months >= 12) or any(
        s is not None and 1 <= s.months <= 9 for s in other_periods
    ):
        return read_heading(heading, disclosure)
    return None


def _reconciled(periods: list[Period]) -> Period | None:
    """One period named in two ways: "Q1 2026 | Three Months Ended March 31, 2026".

    Also a quarter above the name of its last month.
    """
    long = [period for period in periods if period.start is not None]
    if len(set(long)) == 1 and all(
        period.start is not None or long[0].end == period.end for period in periods
    ):
        return long[0]
    return None


def _year_start(disclosure: DisclosureContext, end: date) -> date:
    month = disclosure.fiscal_year_end(end) % 12 + 1
    return date(end.year if month <= end.month else end.year - 1, month, 1)
