"""The kind of a document on Form 8-K or 6-K: monthly update, earnings release or other.

Determined by its headline, or by its tables if the headline is not specific (a presentation as exhibit 99.2).
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipelines.parse.document.page import Block, Page
from pipelines.parse.language.column_headings import read_heading
from pipelines.parse.language.periods import DisclosureContext, Period, find_periods, month_period, months_to
from pipelines.parse.language.times import shifted
from pipelines.watchlist import Company

UPDATE, EARNINGS, OTHER = "update", "release", "neither"
_HEAD = 16
_UPDATE = re.compile(
    r"\b(?:production|operations?|operational|operating|mining|bitcoin|btc|hosting|monthly|"
    r"self-mining|hash ?rate|treasury|investor)\b.{0,60}\b(?:updates?|results|report|highlights|"
    r"summary|metrics|figures)\b"
    r"|\bupdates?\b.{0,40}\b(?:production|operations|mining|bitcoin)\b|\b(?:mines|mined|produces|"
    r"produced)\b.{0,40}\b(?:bitcoins?|btc)\b|\bbitcoin production\b|\b(?:bitcoin|"
    r"btc)\b.{0,20}\b(?:production|output)\b|\boutput of [\d,.]+ (?:bitcoins?|btc)\b|"
    r"\bmonthly\b.{0,30}\bupdate\b|\b(?:reports|announces)\b.{0,20}\bholdings\b.{0,30}\b(?:bitcoins?|btc)\b",
    re.IGNORECASE,
)
_EARNINGS = re.compile(
    r"(?:\b(?:first|second|third|fourth|1st|2nd|3rd|4th)[\s-]+(?:fiscal\s+)?quarter\b|\bq[1-4]\b|"
    r"\b[1-4]q\d|\bfull[\s-]+year\b|\bfiscal\b|\byear[\s-]end\b|\bannual\b|\bhalf[\s-]year\b|"
    r"\binterim\b|\b(?:quarter|year)\s+end(?:ed|ing)\b|"
    r"\b(?:three|six|nine|twelve) months\b|\bquarterly\b|\byear 20\d\d\b|"
    r"\b20\d\d\b.{0,20}\bresults\b)",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\b(?:results|earnings|financials?|revenues?|shareholder letter|letter to shareholders|"
    r"business update|reports|(?:quarterly|annual|year[- ]end) update|condensed)\b",
    re.IGNORECASE,
)
_LETTER = re.compile(
    r"\bshareholder letter\b|\bletter to shareholders\b|\bearnings\b|\bfinancial results\b|"
    r"\bunaudited condensed consolidated\b",
    re.IGNORECASE,
)
_OTHER: tuple[tuple[str, str], ...] = (
    (
        "an offering or a financing",
        (
            r"\b(?:offering|convertible|senior (?:secured )?notes|private placement|at-the-market|"
            r"pricing|prices|priced|closing of|credit facility|financing|loan|exchange offer|repurchase|"
            r"redemption|dividend|warrants?)\b"
        ),
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
        (
            r"\b(?:agreements?|lease|contract\w*|partnership|collaborat\w+|campus|expansion|expands?|"
            r"secures?|energiz\w+|breaks ground|hosting)\b"
        ),
    ),
    (
        "a meeting or a conference",
        (
            r"\b(?:conference|webcast|meeting|to participate|to present|to announce|to report|"
            r"will report|schedules?|(?<!to[- ])date)\b"
        ),
    ),
)
_COMING = re.compile(
    r"\b(?:(?<!glad )(?<!pleased )(?<!proud )(?<!delighted )(?<!happy )(?<!excited )"
    r"to (?:report|announce|release|host|hold|present|participate)|will (?:report|announce|"
    r"release|host)|schedules?|sets? (?:the )?date|announces? (?:the )?(?:date|timing)|"
    r"results? (?:release|call|announcement) on)\b",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_MONTHLY = re.compile(
    rf"\bmonthly\b|\bupdates?\s+for\s+(?:the month of\s+)?{_MONTH_NAMED.pattern}", re.IGNORECASE
)
_STATEMENT_ROWS = re.compile(
    r"^total (?:net )?revenues?|^revenues?(?:, net)?$|^net (?:income|loss|\(loss\)|income \(loss\))|"
    r"^operating (?:income|loss)",
    re.IGNORECASE,
)
STATEMENT_TITLE = re.compile(
    r"\bstatements? of (?:\w+ )?(?:operations|income|profit|comprehensive|earnings)\b", re.IGNORECASE
)
_REVENUE_ROW = re.compile(r"^(?!.*\bcosts?\b).*\brevenues?\b", re.IGNORECASE)
_TOTAL_REVENUE = re.compile(r"^total\b.*\brevenues?\b|^(?:consolidated )?revenues?(?:, net)?$", re.IGNORECASE)
_NO_HEADLINE = re.compile(
    r"(?:press|news|earnings) release\W*$|for immediate (?:release|distribution)\b|exhibit\b|ex-?99",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"^\W*\d[\d,.]* |^[\"“]|\b(?:said|commented|stated|remarked)\b[^.]*[,.:] ?[\"“]", re.IGNORECASE
)
_STATED_TODAY = re.compile(
    r"\b(?:announce[sd]?|reports?|reported|release[sd]?|provide[sd]?|publishe?[sd]?|issued)\b(?! that\b)"
    r"(?P<what>[^.]{0,60}?\b(?:results|earnings|updates?|figures)\b[^.]{0,80})",
    re.IGNORECASE,
)
_QUARTERLY = re.compile(r"\bquarterly (?:revenue|results|earnings|financial)", re.IGNORECASE)
_SOONEST, _LATEST = timedelta(days=25), timedelta(days=75)
_ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_QUARTER_OF = re.compile(
    r"\b(?:q(?P<q>[1-4])|(?P<o>first|second|third|fourth)[\s-]+(?:fiscal[\s-]+)?quarter(?:\s+of)?)"
    r"(?:\s+|\s*[-–]\s*)(?:fiscal\s+(?:year\s+)?|fy\s?)?(?P<y>(?:20)?\d\d)\b(?!,)",
    re.IGNORECASE,
)
_YEAR_AND_QUARTER = re.compile(r"\byear and (?:the )?(?:fourth )?quarter ended\b", re.IGNORECASE)
_ENDED = re.compile(r"\bend(?:ed|ing)\b", re.IGNORECASE)
_NUMBERED = re.compile(
    r"\b(?P<o>first|second|third|fourth)[\s-]+(?:fiscal[\s-]+)?(?:quarter[\s,]+)?"
    r"(?:of fiscal (?:year )?20\d\d[\s,]+)?$",
    re.IGNORECASE,
)
_LATE = 140
_NEAR = 1500
_COMPARED = re.compile(
    r"\b(?:vs\.?|versus|compared (?:to|with)|from|than|over|in excess of)\s+(?:the\s+)?$|"
    r"\b(?:against|versus|vs\.?|compared (?:to|with))\s(?:[^.;|]|\.\d){0,40}$",
    re.IGNORECASE,
)
_COVER = re.compile(r"^\W*(?:united states\W*)?securities and exchange commission\b", re.IGNORECASE)
_EXHIBIT = re.compile(r"ex(?:hibit)?[\s-]*99(?:\.\d)?\b.*", re.IGNORECASE)
_HEADING_OF_EXHIBIT = re.compile(r"ex(?:hibit)?[\s-]*99(?:\.\d)?\W*", re.IGNORECASE)
# How a press release introduces its company, or a wire itself: "(NASDAQ: RIOT)", '("Argo" or "the Company")'.
_INTRODUCED = re.compile(
    r"\((?:nasdaq|nyse|lse|tsx|asx|otc\w*|aim)\b[^)]{0,30}:|\b(?:globe ?newswire|pr ?newswire|business ?wire|"
    r"accesswire|newsfile)\b|/cnw/|[\"“](?:the )?company[\"”]\)",
    re.IGNORECASE,
)
_SEARCHED = 200
_ANOTHER_DAY = re.compile(
    r"\b(?:ended|ending|as of|as at|through|until|due|since|from|by)\s+$", re.IGNORECASE
)
_OPENING = 6
_STATED = re.compile(
    r"(?=.*\d)(?:(?=.*\b(?:bitcoins?|btc)\b)(?=.*\b(?:produc\w+|mined|earned|sold|held|holdings?|treasury|"
    r"hodl|reserves?)\b)|"
    r"(?=.*\bhash ?rate\b)(?=.*\b(?:EH/s|PH/s|exahash)))",
    re.IGNORECASE,
)
_REVENUE_STATED = re.compile(r"\brevenues?\b[^.;]*\$\s?\d|\$\s?\d[^.;]*\brevenues?\b", re.IGNORECASE)
_PRODUCED = re.compile(
    r"\b(?:bitcoins?|btc)\b.*\b(?:produced|mined|earned|production|held|sold|holdings)\b|\b(?:hash ?rate)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Classification:
    """The kind of a document and the reason, its headline, its period and its date."""

    kind: str
    reason: str
    headline: str
    subject: Period | None
    disclosed_on: date
    year_end: int = 0


def classify(page: Page, company: Company | None, disclosed_on: date | None) -> Classification:
    """Classify a document as monthly update, earnings release or other.

    Args:
        disclosed_on: The day of filing, if it is known.
    """
    day = disclosed_on or _dated(page)
    page = _body(page)
    texts = _opening(page)
    disclosure = DisclosureContext(company, day)
    # A bullet ("Results for the second quarter come out on …") is a headline only if nothing else is.
    bullets = {block.text for block in page.blocks if block.bullet}
    headline = _headline([text for text in texts if text not in bullets], page.title)
    kind, reason = _by_parts(headline)
    if kind == OTHER:
        kind, reason = _by_dateline(page, reason)
    if kind == OTHER and not reason:
        headline = _headline(texts, page.title)
        kind, reason = _by_parts(headline)
    near = " ".join([headline, *texts[:10]])
    if disclosed_on is None:
        disclosure = DisclosureContext(company, day := _not_before(day, headline, company))
    if kind == OTHER:
        content = (
            _by_content(page, disclosure) if not reason or _has_months(page, disclosure) else (OTHER, "")
        )
        if not reason:
            kind, reason = content
        elif content[0] == UPDATE:
            # Months above rows of production outweigh a first line that only seems to be the headline.
            (kind, reason), headline, near = content, "", ""
    if kind == OTHER:
        return Classification(OTHER, reason or "no production update and no results", headline, None, day)
    year_end = _own_year_end(" ".join([headline, *texts]), disclosure) or _calendar_quarter(
        headline, disclosure
    )
    if year_end:
        disclosure = DisclosureContext(company, day, year_end)
    if kind == UPDATE and _lengths(headline, disclosure) - {1} and 1 not in _lengths(headline, disclosure):
        kind = EARNINGS
    elif kind == UPDATE and not _lengths(headline, disclosure):
        lengths = _lengths(near, disclosure)
        kind = EARNINGS if lengths and 1 not in lengths and not page.tables else kind
    subject = _subject(kind, headline, near, page, disclosure)
    return Classification(kind, reason, headline, subject, day, year_end)


def _lengths(text: str, disclosure: DisclosureContext) -> set[int]:
    """The lengths in months of the periods that a text names and that have ended."""
    return {
        n.period.months
        for n in find_periods(text, disclosure)
        if n.period.start is not None and n.period.end <= disclosure.disclosed_on
    }


def _body(page: Page) -> Page:
    """A press release without the cover of its form, or the menus and prices of a site."""
    places = [(i, item.text) for i, item in enumerate(page.items) if isinstance(item, Block)][:_SEARCHED]
    texts = [text for _, text in places]
    cover = next((i for i, text in enumerate(texts[:_HEAD]) if _COVER.search(text)), None)
    exhibits = [i for i, text in enumerate(texts) if i > (cover or 0) and _EXHIBIT.match(text)]
    introduced = next(
        (i for i, text in enumerate(texts) if i > (cover or 0) and _INTRODUCED.search(text)), None
    )
    first = 0
    if cover is not None and exhibits:
        # The last line is the exhibit's own; the others list it.
        first = [i for i in exhibits if i <= exhibits[0] + 60][-1]
    elif (
        exhibits
        and _HEADING_OF_EXHIBIT.fullmatch(texts[exhibits[0]])
        and (introduced is None or exhibits[0] < introduced)
    ):
        first = exhibits[0]
    elif introduced is not None and (introduced > _HEAD or cover is not None):
        first = max(introduced - _OPENING, cover or 0)
    return replace(page, items=page.items[places[first][0] :]) if first else page


def _opening(page: Page) -> list[str]:
    """The first lines of a press release."""
    return [block.text for block in page.blocks[:_HEAD] if not _EXHIBIT.fullmatch(block.text)]


def _own_year_end(text: str, disclosure: DisclosureContext) -> int:
    """The end month of a fiscal year that differs from the watchlist's; else 0.

    "Q3 2022" beside "three months ended September 30, 2022" is a calendar quarter, whatever the company's
    fiscal year is today: Hut 8 until 2023 was another registrant.
    """
    ended = [
        n
        for n in find_periods(text, disclosure)
        if n.period.months == 3 and _ENDED.search(text[n.start : n.end]) and n.year_written
    ]
    year = _YEAR_AND_QUARTER.search(text)
    for n in ended:
        if (
            year
            and n.start < year.end() <= n.end + 1
            and disclosure.year(n.period.end.year).end != n.period.end
        ):
            # "The year and quarter ended December 31, 2022": the fiscal year ends with it.
            return n.period.end.month
        # "The third fiscal quarter ended June 30, 2024".
        numbered = _NUMBERED.search(text[: n.start])
        if numbered:
            return _ending(_ORDINALS[numbered["o"].lower()], n.period.end.year, n.period, disclosure)
    near = text[:_NEAR]
    named = {(m["q"] or _ORDINALS[m["o"].lower()], m["y"][-2:]) for m in _QUARTER_OF.finditer(near)}
    periods = {n.period for n in ended if n.start < _NEAR}
    if len(named) != 1 or len(periods) != 1:
        return 0
    (number, short), period = named.pop(), periods.pop()
    return _ending(number, 2000 + int(short), period, disclosure)


def _calendar_quarter(headline: str, disclosure: DisclosureContext) -> int:
    """12 if a headline's quarter is the calendar's, else 0.

    A fiscal quarter that would be reported half a year late is the calendar's.
    """
    named = {(m["q"] or _ORDINALS[m["o"].lower()], m["y"][-2:]) for m in _QUARTER_OF.finditer(headline)}
    if disclosure.company is None or len(named) != 1 or re.search(r"\bfy|\bfiscal", headline, re.IGNORECASE):
        return 0
    number, year = (int(part) for part in named.pop())
    day, shown = disclosure.disclosed_on, DisclosureContext(disclosure.company, disclosure.disclosed_on, 12)
    fiscal, calendar = disclosure.quarter(number, 2000 + year).end, shown.quarter(number, 2000 + year).end
    return 12 if (day - fiscal).days > _LATE and 0 <= (day - calendar).days < _LATE else 0


def _ending(number: str, year: int, period: Period, disclosure: DisclosureContext) -> int:
    """The last month of a fiscal year, by one of its quarters; 0 if the watchlist's fits."""
    if disclosure.quarter(int(number), year).end == period.end:
        return 0
    month = (period.end.month + 3 * (4 - int(number)) - 1) % 12 + 1
    shown = DisclosureContext(disclosure.company, disclosure.disclosed_on, month)
    years = (year, year + 1) if month < period.end.month else (year,)
    return month if any(shown.quarter(int(number), y).end == period.end for y in years) else 0


def _dated(page: Page) -> date:
    """The date in a document's first lines, else a date after the last one in its headings."""
    anchor = DisclosureContext(None, date(2060, 1, 1))
    for block in page.blocks[: _HEAD * 2]:
        text = block.text[:400]
        for named in find_periods(text, anchor):
            # "AUSTIN, Texas, May 8, 2025 – … for the quarter ended March 31, 2025": the first is its own.
            if (
                named.period.start is None
                and named.year_written
                and not _ANOTHER_DAY.search(text[: named.start])
            ):
                return named.period.end
    ends = [
        n.period.end
        for table in page.tables
        for h in table.headings
        for n in find_periods(h, anchor)
        if n.year_written
    ]
    ends += [
        n.period.end
        for block in page.blocks[:_HEAD]
        for n in find_periods(block.text[:600], anchor)
        if n.year_written
    ]
    today = date.today()
    past = [d for d in ends if d <= today]
    if not past:
        return today
    latest = max(past)
    # "Update for November", and only October, which it is compared with, has its year.
    following = shifted(month_period(latest.year, latest.month), -1)
    opening = " ".join(block.text[:400] for block in page.blocks[:2])
    named_there = find_periods(opening, DisclosureContext(None, following.end))
    if any(n.period == following for n in named_there):
        latest = following.end
    return min(latest + timedelta(days=10), today)


def _not_before(day: date, headline: str, company: Company | None) -> date:
    """The date, moved after the end of the period that the headline names."""
    anchor = DisclosureContext(company, date(2060, 1, 1))
    ends = [
        n.period.end for n in find_periods(headline, anchor) if n.year_written and n.period.start is not None
    ]
    today = date.today()
    past = [end for end in ends if end <= today]
    return min(max(past) + timedelta(days=10), today) if past and max(past) > day else day


def _headline(texts: list[str], title: str) -> str:
    """The first line that is a headline: short, and not a sentence of the text."""
    short = [
        t
        for t in [title, *texts]
        if 12 <= len(t) <= 260 and not _NO_HEADLINE.match(t) and not _BODY.search(t)
    ]
    for text in short:
        if (
            _UPDATE.search(text)
            or (_EARNINGS.search(text) and _RESULTS.search(text))
            or re.search(
                r"\b(?:announces?|reports?|provides?|releases?|completes?|appoints?|closes|signs|acquires)\b|"
                r"\bprices\s+(?:its|an?|upsized|public|private|[$€£])",
                text,
                re.IGNORECASE,
            )
        ):
            return text
    # A whole sentence is not a headline.
    return next((t for t in [*short, title] if t and not t.endswith((".", ":", ";"))), "")


def _by_parts(headline: str) -> tuple[str, str]:
    """Classify by the first part of a headline that decides it."""
    return next(
        (found for part in headline.split("; ") if (found := _by_headline(part))[0] != OTHER),
        _by_headline(headline),
    )


def _by_headline(headline: str) -> tuple[str, str]:
    earnings = bool(_EARNINGS.search(headline) and _RESULTS.search(headline)) or bool(
        _LETTER.search(headline)
    )
    if earnings and not _COMING.search(headline):
        return EARNINGS, f"its headline: {headline[:160]}"
    other = next((name for name, pattern in _OTHER if re.search(pattern, headline, re.IGNORECASE)), None)
    if _COMING.search(headline):
        return OTHER, f"neither update nor results: an announcement of a date ({headline[:120]})"
    update = bool(_UPDATE.search(headline))
    # "March 2024 Production Update; Repays Term Loan" is an update; an offering that mentions operations is
    # not.
    offered = bool(re.search(_OTHER[0][1], headline, re.IGNORECASE)) and not _MONTH_NAMED.search(headline)
    if update and not offered:
        return UPDATE, f"its headline: {headline[:160]}"
    if other is not None:
        return OTHER, f"neither update nor results: {other} ({headline[:120]})"
    return OTHER, ""


def _by_dateline(page: Page, reason: str) -> tuple[str, str]:
    """Classify by the opening sentence: "today announced its results for the quarter"."""
    for block in page.blocks[:_OPENING]:
        for stated in _STATED_TODAY.finditer(block.text[:900]):
            if _COMING.search(stated[0]):
                continue
            if _MONTHLY.search(stated["what"]) and _UPDATE.search(stated["what"]):
                # "A monthly investor update for August 2023, containing its results".
                return UPDATE, f"its opening sentence: {stated[0][:160]}"
            if _EARNINGS.search(stated["what"]) and re.search(r"\b(?:results|earnings)\b", stated["what"]):
                return EARNINGS, f"its opening sentence: {stated[0][:160]}"
            if _UPDATE.search(stated["what"]) and _MONTH_NAMED.search(stated["what"]):
                return UPDATE, f"its opening sentence: {stated[0][:160]}"
    return OTHER, reason


def _by_content(page: Page, disclosure: DisclosureContext) -> tuple[str, str]:
    """Classify by tables.

    Months above rows of production are an update; revenue and net income are an income statement.
    """
    for table in page.tables:
        periods = {read_heading(v.heading, disclosure) for line in table.lines for v in line.values} - {None}
        rows = [line for line in table.lines if _PRODUCED.search(line.label)]
        if len(rows) >= 2 and (any(s and s.months == 1 for s in periods) or not periods):
            return UPDATE, f"its table {table.number} states production"
        titled = any(STATEMENT_TITLE.search(text) for text in (page.title, *_opening(page), table.caption))
        if titled and periods and any(_REVENUE_ROW.search(x.label) and x.values for x in table.lines):
            return EARNINGS, f"its table {table.number} is titled a statement of income"
        revenue = [line.label for line in table.lines if _REVENUE_ROW.search(line.label) and line.values]
        totalled = len(revenue) >= 2 and any(_TOTAL_REVENUE.search(label) for label in revenue)
        if totalled and (periods or _names_a_length(page, disclosure)):
            return EARNINGS, f"its table {table.number} states revenue by segment"
        found = {m[0].lower()[:7] for line in table.lines if (m := _STATEMENT_ROWS.search(line.label))}
        if len(found) >= 2 and periods:
            return EARNINGS, f"its table {table.number} is a statement of operations"
        if len(rows) >= 2 and periods:
            return EARNINGS, f"its table {table.number} states production by quarter"
    return _by_prose(page, disclosure)


def _has_months(page: Page, disclosure: DisclosureContext) -> bool:
    """Whether a table has months above rows of production."""
    return any(
        (period := read_heading(value.heading, disclosure)) is not None and period.months == 1
        for table in page.tables
        for line in table.lines
        if _PRODUCED.search(line.label)
        for value in line.values
    )


def _names_a_length(page: Page, disclosure: DisclosureContext) -> bool:
    """Whether the first lines name a quarter or a longer period."""
    named = (n for block in page.blocks[:_HEAD] for n in find_periods(block.text, disclosure))
    return any(n.period.months >= 3 for n in named)


def _by_prose(page: Page, disclosure: DisclosureContext) -> tuple[str, str]:
    """Classify by sentences with figures, and the period in the first lines."""
    opening = [block.text for block in page.blocks[:_OPENING]]
    stated = sum(bool(_STATED.match(block.text)) for block in page.blocks[: 3 * _HEAD])
    revenue = sum(bool(_REVENUE_STATED.search(block.text)) for block in page.blocks[: 2 * _HEAD])
    named = [
        n.period.months
        for text in opening
        for n in find_periods(text[:400], disclosure)
        if n.period.start is not None and n.period.end <= disclosure.disclosed_on
    ]
    first = named[0] if named else 0
    if first == 1 and stated + revenue >= 2:
        return UPDATE, "its first lines name a month, and its sentences state production"
    if first >= 3 and (revenue > 0 or stated >= 2):
        return EARNINGS, "its first lines name a quarter or year, and its sentences state results"
    return OTHER, ""


def _subject(kind: str, headline: str, near: str, page: Page, disclosure: DisclosureContext) -> Period | None:
    """The period of a press release: its headline's, its first lines' or its first column's."""
    wanted = (lambda s: s.months == 1) if kind == UPDATE else (lambda s: s.months in (3, 6, 9, 12))
    for text in (headline, near):
        written = re.finditer(r"\b20[12]\d\b", text)
        # "Mined 71.7 Bitcoin in November, against 10.3 in November 2022": the year is not November's.
        years = {int(m[0]) for m in written if not _COMPARED.search(text[: m.start()])}
        named = find_periods(text, disclosure, years.pop() if len(years) == 1 else None)
        found = [n.period for n in named if not _COMPARED.search(text[: n.start])]
        periods = [s for s in found if s.start is not None and s.end <= disclosure.disclosed_on]
        fitting = [s for s in periods if wanted(s)]
        if fitting:
            # The latest one: an earlier period beside it is a comparison.
            latest = max(s.end for s in fitting)
            return min((s for s in fitting if s.end == latest), key=lambda s: s.months)
        if periods and text is headline:
            return periods[0]
    for table in page.tables:
        for line in table.lines:
            for value in line.values:
                period = read_heading(value.heading, disclosure)
                if (
                    period is not None
                    and period.start is not None
                    and wanted(period)
                    and period.end <= disclosure.disclosed_on
                ):
                    return period
    if kind == EARNINGS and _QUARTERLY.search(headline) and not _lengths(near, disclosure):
        return _quarter_before(disclosure)
    return None


def _quarter_before(disclosure: DisclosureContext) -> Period | None:
    """The quarter that "quarterly revenue" is of if no period is named, or None.

    None also if the day is too soon or too late after its end for it to be certain.
    """
    day, company = disclosure.disclosed_on, disclosure.company
    if company is not None and company.fiscal_year_end(day).month % 3:
        return None
    end = date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    known = _SOONEST <= day - end <= _LATEST
    return months_to(end, 3) if known else None
