"""Deadlines of deals and targets: "by early 2027", "in the fourth quarter of 2026"."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

_PART = (
    r"(?P<part>early|mid|middle of|late|(?:the )?(?:start|beginning|end|close) of|"
    r"(?:the )?year[- ]end(?: of)?|end[- ]|(?:the )?(?:first|second) half of|h[12])"
)
_DUE = re.compile(
    r"\b(?P<lead>by|in|before|until|during|through|from|starting|beginning|for|as early as|"
    rf"as soon as|no later than)?\s*(?P<words>(?:{_PART}[\s-]+(?:in\s+)?)?(?:(?:the )?(?P<quarter>"
    r"(?:first|second|third|fourth) quarter|q[1-4])(?: of|,)?\s+)?(?P<year>20[2-4]\d))\b"
    # "On the Q2 2025 earnings call".
    r"(?!\s+(?:earnings|results|conference|call|financial|quarterly|report|letter))",
    re.IGNORECASE,
)
_THIS_YEAR = re.compile(
    r"\b(?:by|before|until|at) (?:the )?(?P<words>end of (?:the|this) year|year[- ]end|year['’]s end)\b"
    r"|\b(?:by|in|during|late|early)? ?(?:(?:the )?(?P<of>(?:end of |early (?:in )?|late (?:in )?)?"
    r"(?:the )?(?P<quarter>q[1-4]|(?:first|second|third|fourth) quarter) (?:of )?))?(?P<next>next year)\b"
    r"|\b(?P<this>(?:later )?this year)\b(?!['’])",
    re.IGNORECASE,
)
_QUARTERS = ("first", "second", "third", "fourth")
_THIRDS = {
    "early": (1, 4),
    "mid": (5, 8),
    "middle": (5, 8),
    "late": (9, 12),
    "start": (1, 4),
    "beginning": (1, 4),
    "end": (12, 12),
    "close": (12, 12),
    "year": (12, 12),
    "first": (1, 6),
    "second": (7, 12),
    "h1": (1, 6),
    "h2": (7, 12),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline as stated, and the days it can mean: `early 2027` is January to April."""

    words: str
    first: date
    last: date


def find_due(text: str, said_on: date) -> Due | None:
    """The deadline that a sentence names: "by early 2027", "in the fourth quarter of 2026".

    Args:
        said_on: The day of the text, from which "the end of the year" counts.
    """
    return _in_a_year(text) or _this_year(text, said_on)


def _this_year(text: str, said_on: date) -> Due | None:
    """ "By the end of the year", "by year-end", "next year"."""
    match = _THIS_YEAR.search(text)
    if match is None:
        return None
    year = said_on.year + bool(match["next"])
    if match["quarter"]:
        start, end = _months_of(match["quarter"], match["of"].lower())
        last = date(year, end, calendar.monthrange(year, end)[1])
        return Due(re.sub(r"\s+", " ", f"{match['of']}{match['next']}"), date(year, start, 1), last)
    first = date(year, 1, 1) if match["next"] else said_on if match["this"] else date(year, 12, 1)
    return Due(match["words"] or match["next"] or match["this"], first, date(year, 12, 31))


def _months_of(quarter: str, part: str) -> tuple[int, int]:
    """The first and last month of a quarter; of "early" and "late", its first and last two."""
    named = quarter.split()[0].lower()
    number = int(named[1]) if named[1:].isdigit() else _QUARTERS.index(named) + 1
    first, last = 3 * number - 2, 3 * number
    if part.startswith("early"):
        return first, last - 1
    return (first + 1, last) if re.match(r"late|(?:the )?end of", part) else (first, last)


def _in_a_year(text: str) -> Due | None:
    for match in _DUE.finditer(text):
        year = int(match["year"])
        if match["quarter"]:
            months = _months_of(match["quarter"], (match["part"] or "").lower())
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
