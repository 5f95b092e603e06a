"""Times in a sentence, absolute and relative, and the period of one quantity.

A time belongs to a quantity if it is in the same bracket, follows it, or stands between the quantity and the
words that name it. Otherwise the time that opens the sentence applies, then the heading's period, then the
press release's. A time that belongs to another quantity or follows a comparison never applies.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipelines.parse.language.periods import (
    LENGTHS,
    DisclosureContext,
    NamedPeriod,
    Period,
    month_period,
    months_to,
)

ABSOLUTE, PRIOR, YEAR, AGO, NTH, SAME_OF, CURRENT, OPENING, END, NOW, PRESENT, YTD, OTHER = (
    "absolute",
    "prior",
    "year",
    "ago",
    "nth",
    "same_of",
    "current",
    "opening",
    "end",
    "now",
    "present",
    "ytd",
    "other",
)
RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)
_UNITS = {"month": 1, "quarter": 3, "half": 6, "year": 12, "period": 0}
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12}
_UNIT = r"(?:month|quarter|year|period)"
_SHORTER = re.compile(
    r"\b(?P<length>three|six|3|6)(?:[\s-]+months?(?:[\s-]+periods?)?)?\s+and\s+(?:the\s+)?$", re.IGNORECASE
)
_LEAD = r"(?:(?:in|for|during|throughout|at|within) )?"
_OVER = r"(?:over )?"
_KINDS: tuple[tuple[str, str], ...] = (
    (
        YTD,
        (
            r"(?:calendar |fiscal )?year[- ]to[- ]date|\bytd\b|this year (?:to date|so far)|"
            r"since the (?:start|beginning) of (?:the|this) (?:calendar |fiscal )?year|so far this year"
        ),
    ),
    (
        OTHER,
        (
            r"(?:from |since )?(?:the |our |its )?inception(?: of [^,⟦]{0,60}?)?(?: in ⟪\d+⟫)?(?: (?:to|"
            r"through) ⟪\d+⟫)?|"
            r"quarter[- ]to[- ]date|since (?:inception|launch|the beginning|the start|entering|"
            r"starting|it|we|they|its|our|going|becoming|then|⟪\d+⟫|20\d\d)(?: \w+ing)?|so far|thus far|"
            r"to date\b|"
            r"all[- ]time(?! (?:high|low|record|best|peak))|life[- ]?time|cumulative(?:ly)?|in aggregate "
            r"since|annuali[sz]ed|run[- ]rate|"
            r"trailing|"
            r"(?:past|next|coming|last|previous|preceding) (?:two|three|four|five|six|seven|nine|ten|"
            r"twelve|several|few|\d+) "
            r"(?:months|weeks|days|quarters|years|hours)|"
            r"first (?:two|four|five|six|seven|eight|nine|ten|eleven|few|\d+) (?:months|weeks|"
            r"days)(?! ended| of (?:the|this|our|its) (?:fiscal |financial )?year)|"
            # Of a year that does not end as the company's does.
            r"(?:(?:first|second|third|fourth|last|final) "
            r"(?:half|(?:three|six|nine|\d+)[\s-]months)|the ⟪\d+⟫)"
            r" of (?:the|its|our) (?:(?:fiscal|financial|full) )*⟪\d+⟫|"
            r"(?:this|last|each|every|past) week|yesterday|single day|24[- ]hours?|"
            r"subsequent to|after (?:the )?(?:quarter|month|year|period)[- ]?end|post[- ](?:quarter|month|"
            r"period)|"
            r"following (?:the )?(?:end|close) of|(?:early|mid|late) (?:in )?(?:⟪\d+⟫|20\d\d)|"
            # "At that time it was operating 9 EH/s": a time named in an earlier sentence.
            r"(?<!said )(?<!noted )(?<!wrote )(?:at|around|by|until) (?:that|the) time(?! of)|"
            r"per annum|annually|each (?:month|quarter|year)|per (?:month|quarter|year)"
        ),
    ),
    (NOW, r"(?:as of |to the |as at )?(?:today|the date (?:of this|hereof)(?: \w+)*)(?!['’]s)"),
    (
        YEAR,
        (
            r"the (?:same|corresponding|comparable|equivalent|like) (?:\w+ )?(?:quarter|period|"
            r"month|time)(?: of| in| for)? "
            r"(?:the )?(?:last|prior|previous|preceding) (?:fiscal )?year|"
            r"(?:the )?(?:(?:same|corresponding|comparable) )?(?:quarter|period|month) (?:in |of )?"
            r"(?:a|one|the) year (?:ago|earlier|before|prior)|"
            r"(?:the |its )?(?:previous|prior|preceding|last)[- ](?:fiscal )?year(?:['’]s)?[- ]"
            r"(?:period|(?:\w+[- ])?quarter|month|comparable period)|"
            r"(?:the )?year[- ](?:ago|earlier)(?: (?:period|quarter|month|level|figure))?|"
            r"(?:a|one) year (?:ago|earlier|before|prior)|"
            r"(?:the |its )?(?:previous|prior|preceding) (?:fiscal |full )?year(?:['’]s)?(?: ⟪\d+⟫)?|"
            r"last year(?:['’]s)?"
        ),
    ),
    (
        SAME_OF,
        r"(?:the )?(?:same|corresponding|comparable|prior|prior-year) (?:[\w-]+ ){0,2}?(?:quarter|period|"
        r"months?|time)(?: of| in| during| for)?(?: the)?(?: year| fiscal)* "
        r"(?:(?P<of>20[12]\d)|⟪(?P<year>\d+)⟫)",
    ),
    (
        PRIOR,
        (
            r"(?:the |its )?(?:previous|prior|preceding|last)[- ](?P<unit>month|quarter|period)(?:['’]s)?|"
            r"(?:the )?(?P<unit2>month|quarter|period) (?:before|earlier|prior)"
        ),
    ),
    (
        AGO,
        r"(?P<n>an?|one|two|three|four|five|six|twelve|\d{1,2}) (?P<unit3>month|quarter|year)s? (?:ago|"
        r"earlier|before|prior)",
    ),
    (NTH, r"in the (?P<nth>first|second|third|fourth)(?=\s*(?:[.,;)]|$|and\b|to\b))"),
    (
        END,
        (
            r"(?:at |as of |by )?(?:the )?(?:calendar |fiscal )?(?P<unit4>month|quarter|period|"
            r"year)[- ](?:and[- ]\w+[- ])?end(?:ed)?\b|"
            r"(?:at |as of |by )?(?:the )?(?:end|close|conclusion) of (?:the|this) (?P<unit5>month|quarter|"
            r"period|year)|(?:at|by) its end"
        ),
    ),
    (
        PRESENT,
        (
            r"currently|at present|presently|already(?= (?:holds?|owns?|has|controls?)\b)|"
            r"now(?= that\b|,| have\b| has\b| operates?\b| holds?\b| "
            r"stands?\b| owns?\b| totals?\b)|"
            r"current(?= (?:\w+ ){0,2}(?:hash|efficiency|fleet|capacity|holdings|treasury|balance|reserves?|"
            r"stash|position|inventory)\b)"
        ),
    ),
    (
        OPENING,
        r"(?:the )?first (?:(?P<unit9>three|six|nine) months|(?P<unit10>half|(?:two|three) quarters)) of "
        r"(?:the|this|our|its) (?:(?:current|same) )?(?:calendar |fiscal |financial )?year",
    ),
    (
        CURRENT,
        (
            r"(?<!earlier )(?<!later )(?:the|this|that|our|its) (?:most recent |"
            r"latest |reported |reporting |"
            r"just-ended |current |full |fiscal |same |entire |whole )*(?P<unit6>month|quarter|period|year|"
            r"(?:three|six|nine) months|(?:three|six|nine)-month period)\b"
            r"(?!['’-]|\s+(?:before|earlier|prior|ago|ended|ending|of\b))|"
            r"(?P<unit8>three|six|nine)[- ]month(?![- ]?(?:period|s)|\s+(?:average|term|period))|"
            r"\b(?:in )?the current[- ]year (?P<unit7>period|quarter)|(?P<annual>annual|"
            r"full[- ]year)\b(?! (?:\w+ )?(?:rate|report|meeting|guidance|filing|hash))"
        ),
    ),
)
_PATTERN = re.compile(
    r"(?<![\w-])(?=\w)(?:"
    + "|".join(
        # "Up 35% over the prior year" compares; "over the quarter" is the time of a figure.
        rf"(?P<k_{kind}>{_LEAD}{'' if kind in (YEAR, PRIOR, AGO, SAME_OF) else _OVER}"
        rf"(?:{pattern}))(?!\w)"
        for kind, pattern in _KINDS
    )
    + ")",
    re.IGNORECASE,
)
_YEAR_ALONE = re.compile(
    r"(?:\b(?:in|during|for|throughout|of)\s+|(?<=\()(?=20\d\d[):])|(?<=\bended )|(?<=\bclosed )|"
    r"(?<=\bfinished )|(?<=\bexited ))"
    r"(?:calendar |fiscal |all (?:of )?|the year |"
    r"full[- ]year )*(?P<y>20[12]\d)\b(?!-)",
    re.IGNORECASE,
)
# "Held 9,000 bitcoin at the end of 2022".
_END_OF_A_YEAR = re.compile(
    r"\b(?:at|by|as of)\s+(?:the\s+)?(?:(?:very\s+)?(?:end|close) of|year[- ]end)\s+(?P<y>20[12]\d)\b(?!-)",
    re.IGNORECASE,
)
# "Year to date through July 31".
_THROUGH = re.compile(r"\s*(?:through|to|as of|until)\s+(?:the end of\s+)?", re.IGNORECASE)
# "In 2023 and 2022".
_ANOTHER_YEAR = re.compile(r"\s*(?:and|versus|vs\.?|compared (?:to|with))\s+(?:in\s+)?(?P<y>20[12]\d)\b(?!-)")
_LAST_YEAR = re.compile(r"(?:in |for |during )?last year", re.IGNORECASE)
_PART_OF_A_YEAR = re.compile(
    r"\b(?:months?|weeks?|days|half|quarters|part|end|start|beginning|middle|rest|remainder|most|majority|bulk|"
    r"spring|summer|autumn|fall|winter)\s+$",
    re.IGNORECASE,
)
_OF_LAST_YEAR = re.compile(
    r"\s+(?:of\s+)?(?:last year|(?:a|one) year (?:ago|earlier|before|prior)|"
    r"the (?:previous|prior|preceding) year|the year (?:before|earlier|prior))\b(?!['’]s)",
    re.IGNORECASE,
)
_ENDS_A_SPAN = re.compile(r"\bbetween\s+(?:the\s+)?⟪\d+⟫\s*and\s+(?:the\s+)?$", re.IGNORECASE)
_BEGINS = re.compile(
    r"\b(?:since|until|till|up to|prior to|before|after|through|beginning|starting|between|as early as|by|"
    r"from|"
    r"late in|early in|effective|following)\s+(?:the\s+)?(?:end of\s+)?$",
    re.IGNORECASE,
)

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


@dataclass(frozen=True, slots=True)
class Time:
    """A time in the masked sentence: its place, kind, and period or units."""

    start: int
    end: int
    kind: str
    period: Period | None = None
    months: int = 0
    count: int = 1
    year: int = 0
    bounded: bool = False
    written: bool = True
    last: bool = False
    fiscal: bool = False
    calendar: bool = False
    paired: bool = False
    last_year: bool = False
    from_now: bool = False


def find_times(masked: str, named: tuple[NamedPeriod, ...]) -> list[Time]:
    """Every time of a masked sentence, in order."""
    out: list[Time] = []
    for match in re.finditer(r"⟪(\d+)⟫", masked):
        if re.search(r"\bbetween\s+(?:the\s+)?$", masked[: match.start()], re.IGNORECASE) and re.match(
            r"\s*and\s+(?:the\s+)?⟪", masked[match.end() :]
        ):
            # "Between December 31 and March 31": what it came to is the later day's.
            continue
        period = named[int(match[1])]
        ahead = masked[: match.start()]
        bounded = bool(_BEGINS.search(ahead) or _ENDS_A_SPAN.search(ahead))
        at_end = re.search(
            r"\b(?:end|close|conclusion) of\s+(?:the\s+)?$", masked[: match.start()], re.IGNORECASE
        )
        through = re.match(
            r"\s*(?:through|to|until|[–—-])\s*(?:the )?(?:end of )?⟪\d+⟫", masked[match.end() :]
        )
        found = Period(None, period.period.end) if at_end else period.period
        out.append(
            Time(
                match.start(),
                match.end(),
                ABSOLUTE,
                found,
                bounded=(bounded and not at_end) or bool(through),
                written=period.year_written,
                last_year=bool(_OF_LAST_YEAR.match(masked, match.end())) and not period.year_written,
            )
        )
    out = _lengths(masked, _years(masked, _ranges(masked, _together(masked, out))))
    for match in _PATTERN.finditer(masked):
        kind = next(k for k, _ in _KINDS if match[f"k_{k}"])
        if (
            kind != OTHER
            and "⟪" not in match[0]
            and any(match.start() < t.end and match.end() > t.start for t in out)
        ):
            continue
        unit = next(
            (
                match[g]
                for g in (
                    "unit",
                    "unit2",
                    "unit3",
                    "unit4",
                    "unit5",
                    "unit6",
                    "unit7",
                    "unit8",
                    "unit9",
                    "unit10",
                )
                if match[g]
            ),
            "",
        )
        if match["year"] and named[int(match["year"])].period.months != 12:
            # "The same period in March" names its month.
            continue
        of = named[int(match["year"])].period.end.year if match["year"] else int(match["of"] or 0)
        unit = "year" if match["annual"] else unit
        months = LENGTHS.get(unit.split()[0].split("-")[0].lower(), 0) if unit else 0
        months = months or _UNITS.get(unit.lower(), 0)
        if unit.lower().endswith(" quarters"):
            months *= 3
        count = 1
        if match["n"]:
            count = _NUMBERS.get(match["n"].lower()) or int(match["n"])
        if match["nth"]:
            months, count = 3, ("first", "second", "third", "fourth").index(match["nth"].lower()) + 1
        through = _THROUGH.match(masked, match.end()) if kind == YTD else None
        until = next((t for t in out if through and t.start == through.end()), None)
        if until is not None:
            out.remove(until)
        if kind == OTHER or "⟪" in match[0]:
            out = [t for t in out if not (match.start() < t.end and match.end() > t.start)]
        out.append(
            Time(
                match.start(),
                until.end if until else match.end(),
                kind,
                until.period if until else None,
                months,
                count,
                of,
                last=(kind == PRIOR and "last" in match[0].lower())
                or (kind == YEAR and bool(_LAST_YEAR.fullmatch(match[0]))),
                fiscal=bool(match["year"]),
                from_now="ago" in match[0].lower(),
                calendar="calendar" in match[0].lower(),
            )
        )
    for match in _END_OF_A_YEAR.finditer(masked):
        if not any(match.start() < t.end and match.end() > t.start for t in out):
            day = date(int(match["y"]), 12, 31)
            out.append(Time(match.start(), match.end(), ABSOLUTE, Period(None, day)))
    for match in _YEAR_ALONE.finditer(masked):
        if _PART_OF_A_YEAR.search(masked[: match.start()]):
            # "In the first 10 months of 2021".
            continue
        if not any(match.start("y") < t.end and match.end() > t.start for t in out):
            out.append(
                Time(
                    match.start(),
                    match.end(),
                    ABSOLUTE,
                    None,
                    12,
                    year=int(match["y"]),
                    fiscal="fiscal" in match[0].lower(),
                )
            )
            more = _ANOTHER_YEAR.match(masked, match.end())
            if more:
                out.append(Time(more.start("y"), more.end(), ABSOLUTE, None, 12, year=int(more["y"])))
    return sorted(out, key=lambda t: t.start)


def _together(masked: str, times: list[Time]) -> list[Time]:
    """Months named together are one period: "in the two months of April and May"."""
    out: list[Time] = []
    listed = RESPECTIVELY.search(masked)
    for time in times:
        before = out[-1] if out else None
        if (
            not listed
            and before is not None
            and before.period is not None
            and time.period is not None
            and time.period.months == 1
            and before.period.start is not None
            and re.fullmatch(r",?\s*(?:and|to|through|[–—-])\s*", masked[before.end : time.start])
            and (before.period.end + timedelta(days=1)) == time.period.start
        ):
            whole = Period(before.period.start, time.period.end)
            out[-1] = replace(before, end=time.end, period=whole)
        else:
            out.append(time)
    return out


def _years(masked: str, times: list[Time]) -> list[Time]:
    """ "The three months ended June 30, 2024 and 2023" are two periods."""
    out: list[Time] = []
    for time in times:
        out.append(time)
        more = re.match(
            r"\s*,?\s*(?:and|versus|compared (?:to|with))\s+(20[12]\d)\b(?!\s*⟪)", masked[time.end :]
        )
        if more and time.period is not None and time.kind == ABSOLUTE:
            shift = 12 * (time.period.end.year - int(more[1]))
            if 0 < abs(shift) <= 36:
                out.append(Time(time.end, time.end + more.end(), ABSOLUTE, shifted(time.period, shift)))
    return out


def _lengths(masked: str, times: list[Time]) -> list[Time]:
    """ "The three and nine months ended September 30, 2020" are two periods with one end."""
    out: list[Time] = []
    for time in times:
        shorter = _SHORTER.search(masked[: time.start])
        if shorter and time.period is not None and time.period.months in (6, 9, 12):
            months = LENGTHS[shorter["length"].lower()]
            period = months_to(time.period.end, months)
            out.append(Time(shorter.start("length"), shorter.end("length"), ABSOLUTE, period, paired=True))
            time = replace(time, paired=True)
        out.append(time)
    return out


_FROM = re.compile(r"\bfrom\s+$", re.IGNORECASE)


def _ranges(masked: str, times: list[Time]) -> list[Time]:
    """Two days or months joined by "to" are one period: "from July to September"."""
    out: list[Time] = []
    for time in times:
        before = out[-1] if out else None
        if (
            before is not None
            and before.period is not None
            and time.period is not None
            and (before.period.start is None) == (time.period.start is None)
            and (before.period.months, time.period.months) in ((0, 0), (1, 1))
            and before.period.end < time.period.end
            and re.fullmatch(r",?\s*(?:to|through|until|[–—-])\s*", masked[before.end : time.start])
        ):
            whole = Period(before.period.start or before.period.end, time.period.end)
            months = whole.start is not None and whole.start.day == 1 and _ends_month(whole.end)
            # "From July to September": "from" compares with nothing.
            opens = _FROM.search(masked[: before.start])
            out[-1] = Time(
                opens.start() if opens else before.start,
                time.end,
                ABSOLUTE if months else OTHER,
                whole if months else None,
                written=before.written,
            )
        else:
            out.append(time)
    return out


def resolve(
    time: Time, base: Period | None, subject: Period | None, disclosure: DisclosureContext
) -> Period | None:
    """The period that a time means.

    Args:
        base: The period that a relative time is relative to.
        subject: The period of the press release.
    """
    if time.kind == ABSOLUTE:
        if time.period is not None and time.last_year:
            return shifted(time.period, 12 * (time.period.end.year - disclosure.disclosed_on.year + 1))
        if time.period is not None:
            return time.period
        if time.fiscal or disclosure.fiscal_year_end(date(time.year, 6, 30)) == 12:
            return disclosure.year(time.year)
        if subject is not None and subject.months == 12 and subject.end == date(subject.end.year, 12, 31):
            return months_to(date(time.year, 12, 31), 12)
        # "In 2023" of a company with another fiscal year: the calendar's in a monthly update, else unclear.
        calendar = Period(date(time.year, 1, 1), date(time.year, 12, 31))
        return calendar if subject is not None and subject.months == 1 else None
    base = base or subject
    if time.kind == OPENING:
        return _opening(time.months, base, disclosure)
    if time.kind == NOW or (time.kind == PRESENT and base is None):
        return Period(None, disclosure.disclosed_on)
    if base is None or time.kind == OTHER:
        return None
    if time.kind == PRESENT:
        # A monthly update speaks of the month's end, a release weeks after its quarter of its own day.
        monthly = subject is not None and subject.months == 1
        return Period(None, base.end if monthly else disclosure.disclosed_on)
    if time.kind == YTD:
        end = time.period.end if time.period else base.end
        calendar_year = disclosure.fiscal_year_end(end) == 12 or time.calendar
        return Period(date(end.year, 1, 1), end) if calendar_year else None
    months = base.months or (subject.months if subject else 0) or 1
    if time.kind == END and time.calendar and base.end.month == 12:
        return Period(None, base.end)
    if time.kind in (CURRENT, END):
        unit = time.months or months
        found = _current(unit, base, subject, disclosure)
        if found is None:
            return None
        return Period(None, found.end) if time.kind == END else found
    if time.kind == YEAR:
        reported = base.months == 12 and base.end.year == disclosure.disclosed_on.year - 1
        # "Last year", in the results of the year before.
        return base if time.last and reported else shifted(base, 12)
    if time.kind == SAME_OF:
        # The first quarter of fiscal 2025 may end in 2024.
        later = time.fiscal and base.end.month > disclosure.fiscal_year_end(base.end)
        return shifted(base, 12 * (base.end.year + later - time.year))
    unit = time.months or months
    if time.last:
        day = disclosure.disclosed_on.replace(day=1) - timedelta(days=1)
        return months_to(day, 1) if unit == 1 else _last_quarter(disclosure)
    if time.kind == NTH:
        return _quarter_before(base, time.count, disclosure)
    if time.kind == AGO:
        shift = unit * time.count
        if base.months > unit and shift % base.months == 0 and not time.from_now:
            # "Three months earlier" than a quarter is the quarter before.
            return shifted(base, shift)
        return shifted(base if unit >= 12 else _of_length(base, unit), shift)
    return shifted(_of_length(base, unit), unit)


def _quarter_before(base: Period, number: int, disclosure: DisclosureContext) -> Period | None:
    """The latest quarter of a number before another: "from $179.3 million in the first"."""
    if base.months != 3:
        return None
    quarters = (disclosure.quarter(number, base.end.year - n) for n in (-1, 0, 1))
    return next((q for q in quarters if q.end < base.end), None)


def _last_quarter(disclosure: DisclosureContext) -> Period:
    """The last quarter that ended before the disclosure."""
    day = disclosure.disclosed_on.replace(day=1) - timedelta(days=1)
    while day.month % 3 != disclosure.fiscal_year_end(day) % 3:
        day = day.replace(day=1) - timedelta(days=1)
    return months_to(day, 3)


def _current(unit: int, base: Period, subject: Period | None, disclosure: DisclosureContext) -> Period | None:
    """The month, quarter or year of the text: the base's own, or one that ends with it."""
    for period in (base, subject):
        if period is not None and period.months == unit:
            return period
    if unit == 12:
        year = disclosure.year(base.end.year)
        return year if year.end == base.end else None
    if unit in (6, 9):
        since = (base.end.month - disclosure.fiscal_year_end(base.end)) % 12
        return months_to(base.end, unit) if since == unit and _ends_month(base.end) else None
    if unit == 3 and base.months in (0, 1, 12):
        ends = disclosure.fiscal_year_end(base.end) % 3
        return months_to(base.end, 3) if base.end.month % 3 == ends and _ends_month(base.end) else None
    return None


def _opening(months: int, base: Period | None, disclosure: DisclosureContext) -> Period | None:
    """The first months of the year, if they are over; of a fiscal year those of its report."""
    last = base.end if base is not None else disclosure.disclosed_on
    if disclosure.fiscal_year_end(last) != 12:
        return _current(months, base, None, disclosure) if base is not None and months > 3 else None
    opening = months_to(month_period(last.year, months).end, months)
    return opening if opening.end <= disclosure.disclosed_on else None


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _of_length(base: Period, months: int) -> Period:
    if base.start is not None and base.months == months:
        return base
    if not months:
        return base
    return (
        months_to(base.end, months) if _ends_month(base.end) else month_period(base.end.year, base.end.month)
    )


def shifted(base: Period, months: int) -> Period:
    """The period of the same length some months earlier."""
    length = base.months
    index = base.end.year * 12 + base.end.month - 1 - months
    last = month_period(index // 12, index % 12 + 1).end
    if length == 0:
        return Period(
            None,
            last
            if _ends_month(base.end)
            else base.end.replace(year=index // 12, month=index % 12 + 1, day=min(base.end.day, last.day)),
        )
    return months_to(last, length)


def is_time(text: str, end: int, *, year_written: bool) -> bool:
    """Whether the name of a period states a time; "the April halving" does not."""
    return year_written or bool(_TIME_FOLLOWS.match(text[end:]))
