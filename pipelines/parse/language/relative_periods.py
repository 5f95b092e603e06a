"""Relative periods ("a year earlier", "last month") and deadlines ("early 2027").

They are resolved by the period of the sentence or article, and by the day of publication.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.parse.language.periods import DisclosureContext, Period, find_periods, month_period, months_to

_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12}
_COUNT = r"(?P<n>a|one|two|three|four|five|six|twelve|\d{1,2})"
_YEAR_AGO = (
    r"(?:the |its )?(?:previous|prior|preceding) year(?:['’]s)?(?:[- ](?:period|quarter|month|first|"
    r"second|third|fourth)(?: quarter)?)?"
    r"|(?:the |its )?(?:previous|prior|preceding) (?:fiscal|financial|full) year(?:['’]s)?"
    r"|(?:the )?prior-year (?:period|quarter|month)|(?:the )?year[- ](?:ago|earlier)(?: (?:period|"
    r"quarter|month|level|figure))?"
    r"|(?:in )?the same (?:period|quarter|month|three months|time|stretch)(?: of|"
    r" in)?(?: the)? (?:last year|(?:previous|prior|preceding) year|year (?:before|earlier|prior)|"
    r"a year (?:ago|earlier|before))"
    r"|the (?:corresponding|comparable) (?:period|quarter|month)(?: of| in)?(?: the)? (?:last year|"
    r"(?:previous|prior) year)"
    r"|(?:the )?year before(?! last)|(?:in |for )?last year['’]s (?:\w+ )?(?:quarter|month|period)|"
    r"twelve months (?:ago|earlier|before)"
)
_PRIOR = (
    r"(?:the |its )?(?:previous|prior|preceding) (?:quarter|month|period|three months|"
    r"three-month period)(?:['’]s)?|(?:the )?(?:quarter|month) (?:before|earlier|prior)"
)
_AGO = rf"{_COUNT} (?P<of>years?|quarters?|months?) (?:ago|earlier|before|prior)"
_LAST = r"(?:the )?last (?P<last>month|quarter|year)(?!['’]s)"
_THIS = (
    r"(?:in |for |during |over |at )?(?:the|this|that) (?:most recent |latest |reported |reporting |"
    r"just-ended |past )?(?:quarter|month|period|three months|three-month period)\b(?!['’-]|"
    r"\s+(?:before|earlier|prior|ago))"
)
_ORDINAL = r"in the (?P<ordinal>first|second|third|fourth)(?=\s*(?:[.,;)]|$|and\b|to\b))"
_SAME_OF = (
    r"(?:the )?(?:same|corresponding|comparable) (?:quarter|period|month|three months|"
    r"three-month period|time)(?: of| in)?(?: the)?(?: year)? (?P<same_year>20[12]\d)"
)
RELATIVE = re.compile(
    rf"\b(?:(?P<same_of>{_SAME_OF})|(?P<ago>{_AGO})|(?P<year_ago>{_YEAR_AGO})|(?P<prior>{_PRIOR})|"
    rf"(?P<absolute>{_LAST})|(?P<ellipsis>{_ORDINAL})|(?P<this>{_THIS}))(?!\w)",
    re.IGNORECASE,
)
YEAR_ON_YEAR = re.compile(
    r"\b(?:year[- ](?:over|on)[- ](?:the[- ])?year|yoy|y/y|annually|from a year (?:ago|earlier|"
    r"before)|than a year (?:ago|earlier|before)|(?:from|on|than|over) (?:the )?(?:previous|prior|"
    r"last) year|year-ago|year-earlier)\b",
    re.IGNORECASE,
)
PERIOD_ON_PERIOD = re.compile(
    r"\b(?:quarter[- ](?:over|on)[- ]quarter|qoq|q/q|month[- ](?:over|on)[- ]month|mom|m/m|"
    r"sequential(?:ly)?|(?:from|on|than|over) (?:the )?(?:previous|prior|preceding|last) (?:quarter|"
    r"month))\b",
    re.IGNORECASE,
)
# Periods that are skipped, with the figures beside them.
OTHER_SPAN = re.compile(
    r"\b(?:year[- ]to[- ]date|ytd|so far|to date|since|annuali[sz]ed|run[- ]rate|per (?:day|week|"
    r"annum|year)|(?:a|each|every) (?:day|week)|daily|weekly|yesterday|24[- ]hours?|trailing|"
    r"cumulative(?:ly)?|lifetime|all[- ]time|"
    r"first (?:six|nine|two|four|five|seven|eight|ten|eleven|few|\d+) months|(?:six|"
    r"nine)[- ]months?|first half|second half|half[- ]year|from ⟪\d+⟫ (?:to|through|until)(?= ⟪)|"
    r"between ⟪\d+⟫ and(?= ⟪)|over (?:the )?(?:past|last|next|coming) |(?:past|next|"
    r"coming) (?:\w+ )?(?:days?|weeks?|months?|quarters?|years?)|this week|last week|over \w+ years|"
    r"(?:multi|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|\d+)-year)\b",
    re.IGNORECASE,
)
_PART = (
    r"(?P<part>early|mid|middle of|late|(?:the )?(?:start|beginning|end) of|"
    r"(?:the )?year[- ]end(?: of)?|end[- ]|(?:the )?(?:first|second) half of|h[12])"
)
_DUE = re.compile(
    r"\b(?P<lead>by|in|before|until|during|through|from|starting|beginning|for|as early as|"
    rf"as soon as|no later than)?\s*(?P<words>(?:{_PART}[\s-]+(?:in\s+)?)?(?:(?:the )?(?P<quarter>"
    r"(?:first|second|third|fourth) quarter|q[1-4])(?: of|,)?\s+)?(?P<year>20[2-4]\d))\b",
    re.IGNORECASE,
)
_THIRDS = {
    "early": (1, 4),
    "mid": (5, 8),
    "middle": (5, 8),
    "late": (9, 12),
    "start": (1, 4),
    "beginning": (1, 4),
    "end": (12, 12),
    "year": (12, 12),
    "first": (1, 6),
    "second": (7, 12),
    "h1": (1, 6),
    "h2": (7, 12),
}


# Text after a month that is a time. "The April halving" and "the June vote" are events.
_TIME_FOLLOWS = re.compile(
    r"^(?:$|[.,;:)?!'’]|\s*(?:and|or|but|than|from|to|was|were|is|it|its|the|a|an|compared|versus|"
    r"vs|against|while|when|as|with|for|at|in|on|of|after|before|by|that|which|where|up|down|rose|"
    r"fell|production|output|updates?|sales?|figures?|results?|"
    r"numbers?|reports?|operations?|revenue|mining|holdings|proceeds|totals?|alone|also|sold|mined|"
    r"held|produced|had|has|did|brought|saw|ended|self-mining|bitcoin|btc|hash|uptime|power|beats?|"
    r"trails?|last|this|shows?|they|he|riot|mara)\b|\s*[⟦⟬~$\d]|\s[–—-])",
    re.IGNORECASE,
)


def is_time(text: str, end: int, *, year_written: bool) -> bool:
    """Whether the name of a period states a time; "the April halving" does not."""
    return year_written or bool(_TIME_FOLLOWS.match(text[end:]))


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as stated, and the days it can mean: `early 2027` is January to April."""

    words: str
    first: date
    last: date


def is_year_ago(match: re.Match[str]) -> bool:
    """Whether a match of RELATIVE is a year before: "a year earlier", "the prior-year quarter"."""
    return bool(match["year_ago"]) or (
        bool(match["ago"]) and match["of"].lower() == "year" and match["n"].lower() in ("a", "one", "1")
    )


def year_before(period: Period) -> Period:
    """The same period or day a year earlier."""
    end = period.end.replace(day=1, year=period.end.year - 1)
    end = end.replace(day=calendar.monthrange(end.year, end.month)[1])
    if period.start is None:
        last = min(period.end.day, calendar.monthrange(period.end.year - 1, period.end.month)[1])
        return Period(None, period.end.replace(year=period.end.year - 1, day=last))
    return months_to(end, period.months)


def period_before(period: Period, count: int = 1) -> Period:
    """The previous period of the same length; for a day, the end of the previous month."""
    for _ in range(count):
        if period.start is None:
            period = Period(None, period.end.replace(day=1) - timedelta(days=1))
        else:
            period = months_to(period.start - timedelta(days=1), period.months)
    return period


def resolve(match: re.Match[str], reference: Period | None, disclosure: DisclosureContext) -> Period | None:
    """Resolve a match of RELATIVE.

    Args:
        reference: The period that the sentence or article is about.
    """
    if match["absolute"]:
        return _last(match["last"].lower(), disclosure)
    if reference is None:
        return None
    if match["this"]:
        wanted = {"month": 1, "quarter": 3}.get(
            (re.findall(r"quarter|month", match["this"].lower()) or [""])[-1]
        )
        return (
            reference
            if wanted in (None, reference.months) or reference.start is None or "three" in match["this"]
            else None
        )
    if match["same_of"]:
        while reference.end.year > int(match["same_year"]):
            reference = year_before(reference)
        return reference if reference.end.year == int(match["same_year"]) else None
    if match["year_ago"]:
        return year_before(reference)
    if match["prior"]:
        words = match["prior"].lower()
        fits = (
            (reference.months == 3)
            if "quarter" in words or "three" in words
            else (reference.months in (0, 1))
        )
        return period_before(reference) if fits or "period" in words else None
    if match["ellipsis"]:
        return _ordinal(match["ordinal"].lower(), reference, disclosure)
    count = _NUMBERS.get(match["n"].lower()) or int(match["n"])
    of = match["of"].lower().rstrip("s")
    if of == "year":
        for _ in range(count):
            reference = year_before(reference)
        return reference
    length = 3 if of == "quarter" else 1
    if reference.start is None:
        return None
    if (count * length) % reference.months:
        return None
    return period_before(reference, count * length // reference.months)


def _last(of: str, disclosure: DisclosureContext) -> Period | None:
    if of == "month":
        before = disclosure.disclosed_on.replace(day=1) - timedelta(days=1)
        return month_period(before.year, before.month)
    if of == "quarter":
        ended = [
            q
            for year in (
                disclosure.disclosed_on.year - 1,
                disclosure.disclosed_on.year,
                disclosure.disclosed_on.year + 1,
            )
            for n in (1, 2, 3, 4)
            if (q := disclosure.quarter(n, year)).end < disclosure.disclosed_on
        ]
        return max(ended, key=lambda q: q.end)
    return disclosure.year(disclosure.disclosed_on.year - 1)


def _ordinal(word: str, reference: Period, disclosure: DisclosureContext) -> Period | None:
    """ "In the first", beside another quarter: the latest first quarter before that one."""
    if reference.months != 3:
        return None
    number = ("first", "second", "third", "fourth").index(word) + 1
    for year in (reference.end.year + 1, reference.end.year, reference.end.year - 1):
        quarter = disclosure.quarter(number, year)
        if quarter.end < reference.end:
            return quarter
    return None


def subject_of(texts: list[str], disclosure: DisclosureContext, whole: str = "") -> Period | None:
    """The subject period of an article: the first past period in its title or first sentences.

    Args:
        whole: The article, for one that only names the last day of a month or quarter.
    """
    for text in texts:
        named = [
            n
            for n in find_periods(text, disclosure)
            if n.period.start is not None
            and (n.period.months != 1 or is_time(text, n.end, year_written=n.year_written))
        ]
        periods = [
            n.period
            for n in named
            if n.period.end <= disclosure.disclosed_on and n.period.months in (1, 3, 12)
        ]
        fresh = [s for s in periods if (disclosure.disclosed_on - s.end).days <= 220]
        if fresh:
            return fresh[0]
        closed = _closed_by_day(text, disclosure)
        if closed is not None:
            return closed
        relative = RELATIVE.search(text)
        if relative is not None and relative["absolute"] and relative["last"].lower() != "year":
            return _last(relative["last"].lower(), disclosure)
    closed = _closed_by_day(f"{' '.join(texts)} {whole}", disclosure)
    if closed is None and any(_QUARTERLY.search(text) for text in texts):
        # "A record $180.2 million in quarterly revenue": the last quarter, if its results are recent.
        last = _last("quarter", disclosure)
        return (
            last
            if last is not None and (disclosure.disclosed_on - last.end).days <= _DISCLOSED_WITHIN
            else None
        )
    return closed


_QUARTERLY = re.compile(
    r"\bquarterly (?:revenues?|results|earnings|profits?|sales|loss|report|production)\b", re.IGNORECASE
)
# 10-Q 45 days after the quarter, 10-K 75 days for most.
_DISCLOSED_WITHIN = 75


def _closed_by_day(text: str, disclosure: DisclosureContext) -> Period | None:
    """The month or quarter that ends on a named day.

    "13,011 BTC as of September 30, 2025, … in the month".
    """
    days = [
        n.period.end
        for n in find_periods(text, disclosure)
        if n.period.start is None and n.period.end <= disclosure.disclosed_on
    ]
    ends = {
        day
        for day in days
        if (day + timedelta(days=1)).day == 1 and (disclosure.disclosed_on - day).days <= 220
    }
    lengths = {of.lower() for of in re.findall(r"\b(month|quarter)\b", text, re.IGNORECASE)}
    if len(ends) != 1 or len(lengths) != 1:
        return None
    return months_to(ends.pop(), 1 if lengths == {"month"} else 3)


def find_due(text: str) -> Due | None:
    """The deadline that a sentence names: "by early 2027", "in the fourth quarter of 2026"."""
    for match in _DUE.finditer(text):
        year = int(match["year"])
        if match["quarter"]:
            number = (
                ("first", "second", "third", "fourth").index(match["quarter"].split()[0].lower()) + 1
                if " " in match["quarter"]
                else int(match["quarter"][1])
            )
            months = (3 * number - 2, 3 * number)
            # "Early in the third quarter": its first two months; "late": its last two.
            part = (match["part"] or "").lower()
            months = (
                (months[0], months[1] - 1)
                if part == "early"
                else (months[0] + 1, months[1])
                if part in ("late", "end of", "the end of")
                else months
            )
        elif match["part"]:
            part = re.sub(r"^the\s+", "", match["part"].lower())
            months = _THIRDS[re.split(r"[\s-]", part)[0]]
        elif match["lead"]:
            months = (1, 12)
        else:
            continue
        last = date(year, months[1], calendar.monthrange(year, months[1])[1])
        words = re.sub(r"^the\s+", "", re.sub(r"\s+", " ", match["words"]).strip(), flags=re.IGNORECASE)
        return Due(words, date(year, months[0], 1), last)
    return None
