"""What a document furnished on Form 8-K or 6-K is: a monthly update, an earnings release, or neither, and why.

Found by its headline first, by its tables where the headline says nothing (a presentation as exhibit 99.2).
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.parse.document.page import Page
from pipelines.parse.language.periods import Clock, Span, find_periods, read_heading
from pipelines.watchlist import Company

UPDATE, EARNINGS, NEITHER = "update", "release", "neither"
_HEAD = 16
_UPDATE = re.compile(
    r"\b(?:production|operations?|operational|operating|mining|bitcoin|btc|hosting|monthly|self-mining|hash ?rate|treasury|investor)\b.{0,60}\b(?:updates?|results|report|highlights|summary|metrics|figures)\b"
    r"|\bupdates?\b.{0,40}\b(?:production|operations|mining|bitcoin)\b|\b(?:mines|mined|produces|produced)\b.{0,40}\b(?:bitcoins?|btc)\b|\bbitcoin production\b|\b(?:bitcoin|btc)\b.{0,20}\bproduction\b|\bmonthly\b.{0,30}\bupdate\b",
    re.IGNORECASE,
)
_EARNINGS = re.compile(
    r"(?:\b(?:first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal\s+)?quarter\b|\bq[1-4]\b|\b[1-4]q\d|\bfull[\s-]+year\b|\bfiscal\b|\byear[\s-]end\b|\bannual\b|\bhalf[\s-]year\b|\binterim\b|\b(?:three|six|nine|twelve) months\b|\bquarterly\b|\byear 20\d\d\b|\b20\d\d\b.{0,20}\bresults\b)",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\b(?:results|earnings|financials?|revenues?|shareholder letter|letter to shareholders|business update|reports|quarterly update|condensed)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"\bshareholder letter\b|\bletter to shareholders\b|\bearnings\b|\bfinancial results\b|\bunaudited condensed consolidated\b",
    re.IGNORECASE,
)
_OTHER: tuple[tuple[str, str], ...] = (
    (
        "an offering or a financing",
        r"\b(?:offering|convertible|senior (?:secured )?notes|private placement|at-the-market|pricing|prices|priced|closing of|credit facility|financing|loan|exchange offer|repurchase|redemption|dividend|warrants?)\b",
    ),
    (
        "a purchase, a sale of a business or a merger",
        r"\b(?:acquir\w+|acquisition|purchas\w+|merger|combination|divest\w*|spin-?off)\b",
    ),
    (
        "an appointment or a departure",
        r"\b(?:appoint\w*|names|named|resign\w*|retire\w*|director|chief|officer|board|cfo|ceo|joins?)\b",
    ),
    (
        "an agreement or a site",
        r"\b(?:agreements?|lease|contract\w*|partnership|collaborat\w+|campus|expansion|expands?|secures?|energiz\w+|breaks ground|hosting)\b",
    ),
    (
        "a meeting or a conference",
        r"\b(?:conference|webcast|meeting|to participate|to present|to announce|to report|will report|schedules?|date)\b",
    ),
)
_COMING = re.compile(
    r"\b(?:to (?:report|announce|release|host|hold|present|participate)|will (?:report|announce|release|host)|schedules?|sets? (?:the )?date|announces? (?:the )?(?:date|timing))\b",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_STATEMENT_ROWS = re.compile(
    r"^total (?:net )?revenues?|^revenues?(?:, net)?$|^net (?:income|loss|\(loss\)|income \(loss\))|^operating (?:income|loss)",
    re.IGNORECASE,
)
_PRODUCED = re.compile(
    r"\b(?:bitcoins?|btc)\b.*\b(?:produced|mined|earned|production|held|sold|holdings)\b|\b(?:hash ?rate)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a document is, why, its headline, the period it is about, and the day it bears."""

    kind: str
    reason: str
    headline: str
    subject: Span | None
    said: date


def judge(page: Page, company: Company | None, said: date | None) -> Judgement:
    """Monthly update, earnings release or neither. `said` is the day of filing where it is known."""
    texts = [block.text for block in page.blocks[:_HEAD]]
    day = said or _dated(page)
    clock = Clock(company, day)
    headline = _headline(texts, page.title)
    near = " ".join([headline, *texts[:4]])
    if said is None:
        clock = Clock(company, day := _not_before(day, headline, company))
    kind, reason = _by_headline(headline)
    if kind == NEITHER and not reason:
        kind, reason = _by_content(page, clock)
    if kind == NEITHER:
        return Judgement(NEITHER, reason or "no production update and no results", headline, None, day)
    subject = _subject(kind, headline, near, page, clock)
    return Judgement(kind, reason, headline, subject, day)


def _dated(page: Page) -> date:
    """The day that a document bears in its first lines; else the day after the last that its headings name."""
    anchor = Clock(None, date(2060, 1, 1))
    for block in page.blocks[: _HEAD * 2]:
        days = [
            n.span.end
            for n in find_periods(block.text[:400], anchor)
            if n.span.start is None and n.year_written
        ]
        if days and not re.search(
            r"\b(?:ended|as of|as at|through|until|due)\b", block.text[:200], re.IGNORECASE
        ):
            return days[0]
    named = [
        n.span.end
        for table in page.tables
        for h in table.headings
        for n in find_periods(h, anchor)
        if n.year_written
    ]
    named += [
        n.span.end
        for block in page.blocks[:_HEAD]
        for n in find_periods(block.text[:600], anchor)
        if n.year_written
    ]
    today = date.today()
    past = [d for d in named if d <= today]
    return min(max(past) + timedelta(days=10), today) if past else today


def _not_before(day: date, headline: str, company: Company | None) -> date:
    """The day that was found, unless the headline is about a period that ends later: then some days after that."""
    anchor = Clock(company, date(2060, 1, 1))
    ends = [n.span.end for n in find_periods(headline, anchor) if n.year_written and n.span.start is not None]
    today = date.today()
    past = [end for end in ends if end <= today]
    return min(max(past) + timedelta(days=10), today) if past and max(past) > day else day


def _headline(texts: list[str], title: str) -> str:
    """The first lines that say what a document is about; a headline is short and is no sentence of the text."""
    short = [t for t in texts if 12 <= len(t) <= 260]
    for text in short:
        if (
            _UPDATE.search(text)
            or (_EARNINGS.search(text) and _RESULTS.search(text))
            or re.search(
                r"\b(?:announces?|reports?|provides?|releases?|completes?|prices|appoints?|closes|signs|acquires)\b",
                text,
                re.IGNORECASE,
            )
        ):
            return text
    return next((t for t in [title, *short] if t), "")


def _by_headline(headline: str) -> tuple[str, str]:
    earnings = bool(_EARNINGS.search(headline) and _RESULTS.search(headline)) or bool(
        _LETTER.search(headline)
    )
    if earnings and not _COMING.search(headline):
        return EARNINGS, f"its headline: {headline[:160]}"
    other = next((name for name, pattern in _OTHER if re.search(pattern, headline, re.IGNORECASE)), None)
    if _COMING.search(headline):
        return NEITHER, f"neither update nor results: an announcement of a date ({headline[:120]})"
    update = bool(_UPDATE.search(headline))
    # "March 2024 Production Update; Repays Term Loan" is an update; an offering that recalls its operations is none.
    offered = bool(re.search(_OTHER[0][1], headline, re.IGNORECASE)) and not _MONTH_NAMED.search(headline)
    if update and not offered:
        return UPDATE, f"its headline: {headline[:160]}"
    if other is not None:
        return NEITHER, f"neither update nor results: {other} ({headline[:120]})"
    return NEITHER, ""


def _by_content(page: Page, clock: Clock) -> tuple[str, str]:
    """A table with months above rows of production is an update; one with revenue and net income is a statement."""
    for table in page.tables:
        spans = {read_heading(v.heading, clock) for line in table.lines for v in line.values} - {None}
        rows = [line for line in table.lines if _PRODUCED.search(line.label)]
        if len(rows) >= 2 and (any(s and s.months == 1 for s in spans) or not spans):
            return UPDATE, f"its table {table.number} states production"
        found = {m[0].lower()[:7] for line in table.lines if (m := _STATEMENT_ROWS.search(line.label))}
        if len(found) >= 2 and spans:
            return EARNINGS, f"its table {table.number} is a statement of operations"
        if len(rows) >= 2 and spans:
            return EARNINGS, f"its table {table.number} states production by quarter"
    opening = " ".join(block.text for block in page.blocks[:_HEAD])[:3000]
    if re.search(
        r"\b(?:production|mining) (?:and operations? )?update\b", opening, re.IGNORECASE
    ) and re.search(r"\b(?:bitcoins?|btc)\b", opening, re.IGNORECASE):
        return UPDATE, "its first lines call it an update"
    return NEITHER, ""


def _subject(kind: str, headline: str, near: str, page: Page, clock: Clock) -> Span | None:
    """The period that a release is about: its headline's, else that of its first lines or first column."""
    wanted = (lambda s: s.months == 1) if kind == UPDATE else (lambda s: s.months in (3, 6, 9, 12))
    for text in (headline, near):
        years = {int(y) for y in re.findall(r"\b(20[12]\d)\b", text)}
        found = [n.span for n in find_periods(text, clock, years.pop() if len(years) == 1 else None)]
        spans = [s for s in found if s.start is not None and s.end <= clock.said]
        fitting = [s for s in spans if wanted(s)]
        if fitting:
            return min(fitting, key=lambda s: s.months) if kind == EARNINGS else fitting[0]
        if spans and text is headline:
            return spans[0]
    for table in page.tables:
        for line in table.lines:
            for value in line.values:
                span = read_heading(value.heading, clock)
                if span is not None and span.start is not None and wanted(span) and span.end <= clock.said:
                    return span
    return None
