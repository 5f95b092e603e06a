"""The period of a table's column, by its heading and the text around the table."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from pipelines.parse.language.periods import (
    LENGTH_WORDS,
    LENGTHS,
    MONTHS,
    YEAR,
    DisclosureContext,
    Period,
    find_periods,
    month_period,
    months_to,
)

_BARE_YEAR = re.compile(rf"(?<![\d.,$]){YEAR.format('y')}(?![\d,.]*\d)")

_HEADING_LENGTH = re.compile(
    rf"\b(?P<length>{LENGTH_WORDS})[\s-]+months?\b|\b(?:for\s+the\s+|"
    r"fiscal\s+)?(?P<length2>month|quarter|year)s?\s+(?:ended|ending)\b",
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
    r"\d{1,2}/\d{1,2}/\d{2,4}|20[1-3]\d|\bq[1-4]\b|\b[1-4]q\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|"
    r"sep|oct|nov|dec)",
    re.IGNORECASE,
)

_NOT_ACTUAL = re.compile(
    r"\b(?:target|guidance|forecast|expected|projected|pro[\s-]?forma|estimate[ds]?\s+(?:for|by)|"
    r"outlook|budget|plan(?:ned)?|goal|illustrative|annuali[sz]ed|run[\s-]?rate|since inception|"
    r"cumulative|(?:ttm|ltm)|trailing|lifetime|to[\s-]date(?<!year to date)(?<!year-to-date))\b",
    re.IGNORECASE,
)

_MONTH_AND_YEAR = re.compile(
    r"(?P<m>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\s+(?P<y>\d\d)", re.IGNORECASE
)

_YTD = re.compile(r"\byear[\s-]to[\s-]date\b|\bytd\b", re.IGNORECASE)


def is_change(heading: str) -> bool:
    """Whether a column holds changes (`% Change`, `Y/Y`) rather than values of a period.

    The heading of a group only announces a comparison: MARA's "Prior Month Comparison" covers "8/31/2025",
    "7/31/2025" and "% Δ"; Riot's "Comparison (%)" covers only changes.
    """
    *groups, own = heading.split("|")
    if groups and not _CHANGE.search(own) and _NAMES_A_PERIOD.search(own):
        # "Year-over-Year Comparison" above two dates heads values, not changes.
        return any(_CHANGE.search(group) and "comparison" not in group.lower() for group in groups)
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
    short = _MONTH_AND_YEAR.fullmatch(heading.split("|")[-1].strip())
    if short:
        number, latest = 2000 + int(short["y"]), disclosure.disclosed_on.year
        if latest - 3 <= number <= latest and not re.search(r"20\d\d", heading):
            # "Feb 25" above a column is February 2025: no column is headed by a day without a year.
            return month_period(number, MONTHS[short["m"].lower()])
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
        return None if end is None else Period(year_start(disclosure, end), end)
    periods = list(dict.fromkeys(named.period for named in find_periods(text, disclosure, year)))
    length = _HEADING_LENGTH.search(text)
    if length and len(periods) == 1 and (periods[0].start is None or periods[0].months == 1):
        months = LENGTHS[(length["length"] or length["length2"]).lower()]
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


def year_start(disclosure: DisclosureContext, end: date) -> date:
    """The first day of the fiscal year that holds a day."""
    month = disclosure.fiscal_year_end(end) % 12 + 1
    return date(end.year if month <= end.month else end.year - 1, month, 1)
