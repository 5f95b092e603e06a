"""The period that an article is about."""

import re
from collections.abc import Sequence
from datetime import timedelta

from pipelines.parse.language.periods import DisclosureContext, Period, find_periods, months_to
from pipelines.parse.language.sentences import MaskedSentence, sentences
from pipelines.parse.language.times import PRIOR, find_times, is_time, resolve

_QUARTERLY = re.compile(
    r"\bquarterly (?:revenues?|results|earnings|profits?|sales|loss|report|production)\b|"
    r"\bearnings (?:results|report|call)\b|\b(?:for|in|during) (?:the|an?(?: \w+)?) quarter\b",
    re.IGNORECASE,
)
# "August public mining updates": a month in a title of updates.
_REPORTS = re.compile(r"\b(?:updates?|production|output|operations|results|report)\b", re.IGNORECASE)
# "The company, which began trading in April, said".
_REMARK = re.compile(r",\s+(?:which|who|whose|that)\b[^,;]{3,120},(?=\s)", re.IGNORECASE)
# 10-Q 45 days after the quarter, 10-K 75 days for most.
_DISCLOSED_WITHIN = 75
_NEWS_WITHIN = 220
# In the text an older period is background: days after its end, by months.
_TOLD_WITHIN = {1: 45, 3: 110, 12: 150}
# Monthly updates come within days of the month's end.
_MONTH_WITHIN = 31


def subject_of(
    title: str, texts: Sequence[str], disclosure: DisclosureContext, whole: str = ""
) -> Period | None:
    """The first past period in an article's title or first sentences.

    Args:
        texts: The title and the first sentences, without those about other companies.
        whole: The article, for one that only names the last day of a month or quarter.
    """
    for text in (_REMARK.sub(",", text) for text in texts):
        named = [
            n.period
            for n in find_periods(text, disclosure)
            if n.period.months in (1, 3, 12)
            and (
                n.period.months != 1
                or is_time(text, n.end, year_written=n.year_written)
                or (text == title and _REPORTS.search(title))
            )
        ]
        within = _NEWS_WITHIN if text == title else None
        fresh = [
            p
            for p in named
            if 0 <= (disclosure.disclosed_on - p.end).days <= (within or _TOLD_WITHIN[p.months])
        ]
        if fresh:
            return fresh[0] if text == title else _latest(fresh[0], texts, disclosure)
        closed = _closed_by_day(text, disclosure)
        if closed is not None:
            return closed
        last = _last(text, disclosure)
        if last is not None:
            return last
    closed = _closed_by_day(f"{' '.join(texts)} {whole}", disclosure)
    if closed is None and any(_QUARTERLY.search(text) for text in texts):
        # "A record $180.2 million in quarterly revenue": the last quarter, if its results are recent.
        last = _last("last quarter", disclosure)
        late = last is None or (disclosure.disclosed_on - last.end).days > _DISCLOSED_WITHIN
        return None if late else last
    return closed


def is_fresh(period: Period, disclosure: DisclosureContext) -> bool:
    """Whether a period of the text ended so recently that the article may be about it."""
    within = _TOLD_WITHIN.get(period.months, 0)
    return 0 <= (disclosure.disclosed_on - period.end).days <= within


def _latest(first: Period, texts: Sequence[str], disclosure: DisclosureContext) -> Period:
    """The last month named after a first one, if it has just ended."""
    if first.months != 1:
        return first
    named = {n.period for text in texts for n in find_periods(text, disclosure) if n.period.months == 1}
    later = [
        p for p in named if p.end > first.end and 0 <= (disclosure.disclosed_on - p.end).days <= _MONTH_WITHIN
    ]
    return max(later, key=lambda p: p.end, default=first)


def _last(text: str, disclosure: DisclosureContext) -> Period | None:
    """The period that "last month" or "last quarter" means."""
    parsed = MaskedSentence(text, disclosure)
    last = [t for t in find_times(parsed.masked, parsed.periods) if t.kind == PRIOR and t.last and t.months]
    day = Period(None, disclosure.disclosed_on)
    return resolve(last[0], day, day, disclosure) if last else None


def _closed_by_day(text: str, disclosure: DisclosureContext) -> Period | None:
    """The month or quarter that ends on a named day.

    "13,011 BTC as of September 30, 2025, … in the month".
    """
    days = {
        n.period.end
        for _, sentence in sentences(text)
        for n in find_periods(sentence, disclosure)
        if n.period.start is None and 0 <= (disclosure.disclosed_on - n.period.end).days <= _NEWS_WITHIN
    }
    ends = {day for day in days if (day + timedelta(days=1)).day == 1}
    lengths = {of.lower() for of in re.findall(r"\b(month|quarter)\b", text, re.IGNORECASE)}
    if len(ends) != 1 or len(lengths) != 1:
        return None
    return months_to(ends.pop(), 1 if lengths == {"month"} else 3)
