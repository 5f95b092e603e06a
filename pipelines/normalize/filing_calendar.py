"""Expected filings of a company.

Reports are due by the SEC's rules, results and monthly updates by the company's habit. Form 10-Q, general
instruction A.1: 40 days after the quarter for accelerated filers, 45 for others. Form 10-K, A(2): 60 days for
large accelerated, 75 for accelerated, 90 for other filers. Form 20-F: four months. Form 40-F: 90 days. If the
day is a Saturday, Sunday or holiday, the next working day (Exchange Act rule 0-3). Form 12b-25 (NT 10-Q, NT
10-K, NT 20-F): 5 more days for a quarterly, 15 for an annual report. Submissions do not contain the filer's
category, so it is inferred from earlier filings.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache

from pipelines.watchlist import Company

QUARTERLY, ANNUAL, UPDATE = "quarterly_report", "annual_report", "monthly_update"
_QUARTERLY_FORMS = ("10-Q", "10-QT")
_EXTENSION = {"NT 10-Q": 5, "NT 10-K": 15, "NT 20-F": 15}
# After this time a report is missing rather than late: the company stopped, or filings are not collected.
_LONG_AGO = timedelta(days=120)
# Filings that make a habit, months in which they are counted, and days of grace after the latest of them.
_HABIT, _OF, _GRACE = 3, 6, timedelta(days=3)
_SAME_PERIOD = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing about a period; `unread` is the reason why its documents state nothing."""

    kind: str
    form: str
    period_end: date
    filed_on: date
    accession: str
    unread: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A Form 12b-25 or 15; `period_end` is None if it names no period."""

    form: str
    filed_on: date
    period_end: date | None


@dataclass(frozen=True, slots=True)
class Expected:
    """One row of the calendar. Statuses: see ops.expected_filing."""

    kind: str
    period_start: date
    period_end: date
    form: str
    due: date
    due_rule: str
    filed_on: date | None = None
    accession: str | None = None
    status: str = "upcoming"
    reason: str | None = None

    @property
    def document(self) -> str:
        """A description: `10-Q for the period to 2025-06-30`."""
        if self.kind == UPDATE:
            return f"monthly update of {self.period_end:%Y-%m}"
        return f"{self.form} for the period to {self.period_end}"


@dataclass(slots=True)
class History:
    """The known filings of a company.

    Args:
        today: The last day on which filings are known.
        is_snapshot: Whether the source is a folder that ends with `today`, so that nothing more can arrive.
    """

    filed: list[Filed] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    today: date = date.max
    is_snapshot: bool = False


@lru_cache(maxsize=1)
def _holidays() -> frozenset[date]:
    from pandas.tseries.holiday import USFederalHolidayCalendar

    days = USFederalHolidayCalendar().holidays("2009-01-01", f"{date.today().year + 2}-12-31")
    return frozenset(day.date() for day in days)


def working_day(day: date) -> date:
    """A day, or the next one on which EDGAR accepts filings (rule 0-3)."""
    while day.weekday() > 4 or day in _holidays():
        day += timedelta(days=1)
    return day


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _months_on(day: date, months: int) -> date:
    """The last day of the month that is a number of months after a day's month."""
    number = day.year * 12 + day.month - 1 + months
    return month_end(date(number // 12, number % 12 + 1, 1))


def fiscal_ends(company: Company, first: date, last: date) -> list[tuple[date, bool]]:
    """The ends of a company's fiscal quarters, and whether each ends a fiscal year."""
    out = []
    day = month_end(first)
    while day <= last:
        year_end = company.fiscal_year_end(day)
        if (day.month - year_end.month) % 3 == 0:
            out.append((day, day.month == year_end.month))
        day = _months_on(day, 1)
    return out


def calendar_of(company: Company, history: History) -> list[Expected]:
    """Expected filings from the first known report to the next due one, with their status."""
    reports = [f for f in history.filed if f.kind in (QUARTERLY, ANNUAL)]
    if not reports:
        return []
    first = min(f.period_end for f in reports)
    last = history.today if history.today != date.max else max(f.period_end for f in reports)
    out = []
    for end, is_year in fiscal_ends(company, first, last):
        row = _report(company, history, reports, end, ANNUAL if is_year else QUARTERLY)
        if row is not None:
            out.append(row)
    return [*out, *_updates(company, history)]


def _about(filed: Iterable[Filed], kind: str, end: date) -> Filed | None:
    """The first filing of a kind about a period."""
    matching = [f for f in filed if f.kind == kind and abs(f.period_end - end) <= _SAME_PERIOD]
    return min(matching, key=lambda f: (f.filed_on, f.accession), default=None)


def _report(
    company: Company, history: History, reports: Sequence[Filed], end: date, kind: str
) -> Expected | None:
    filing = _about(reports, kind, end)
    form = filing.form if filing else _form_of(reports, kind, end)
    if form is None:
        return None
    due_and_rule = _due(reports, kind, form, end)
    if due_and_rule is None:
        # Results on Form 6-K are expected by habit only, and there is no habit yet.
        return None
    due, rule = due_and_rule
    start = _months_on(end, -12 if kind == ANNUAL else -3) + timedelta(days=1)
    row = Expected(kind, start, end, form, due, rule)
    return _settled(company, history, reports, row, filing)


def _settled(
    company: Company, history: History, filed: Sequence[Filed], row: Expected, filing: Filed | None
) -> Expected:
    """A row with its status."""
    if filing is not None:
        late = (filing.filed_on - row.due).days
        reason = f"{late} days after it was due" if late > 0 else None
        if filing.unread:
            reason = f"filed, but not read: {filing.unread}"
        return replace(
            row,
            form=filing.form,
            filed_on=filing.filed_on,
            accession=filing.accession,
            status="missing" if filing.unread else "filled",
            reason=reason,
        )
    reason_gone = _no_longer_due(company, history, row)
    if reason_gone:
        return replace(row, status="explained", reason=reason_gone)
    notice = _extended(history, row)
    if notice is not None:
        longer = working_day(row.due + timedelta(days=_EXTENSION[notice.form]))
        row = replace(row, due=longer, due_rule=f"{row.due_rule}; {notice.form} of {notice.filed_on}")
        if history.today <= longer:
            return replace(
                row, status="explained", reason=f"{notice.form} of {notice.filed_on} allows it until {longer}"
            )
    if history.today <= row.due:
        return row
    days = (history.today - row.due).days
    later = any(f.period_end > row.period_end for f in filed)
    if later or history.is_snapshot or timedelta(days=days) > _LONG_AGO:
        why = (
            "not listed, but a later one is"
            if later
            else "the archived filings end earlier"
            if history.is_snapshot
            else f"due {days} days ago"
        )
        return replace(row, status="missing", reason=why)
    return replace(row, status="late", reason=f"due {days} days ago")


def _no_longer_due(company: Company, history: History, row: Expected) -> str | None:
    """Why nothing is due: the company's history ended, or it deregistered (Form 15)."""
    if company.ended is not None and company.ended <= row.due:
        return f"its history ends on {company.ended}" + (f": {company.note}" if company.note else "")
    ended = min((n.filed_on for n in history.notices if n.form.startswith("15")), default=None)
    if ended is not None and ended <= row.due and not any(f.filed_on > ended for f in history.filed):
        return f"it deregistered on {ended} (Form 15)"
    return None


def _extended(history: History, row: Expected) -> Notice | None:
    """The Form 12b-25 for a report, filed until a few days after the report was due."""
    form = {QUARTERLY: "NT 10-Q", ANNUAL: "NT 20-F" if row.form == "20-F" else "NT 10-K"}.get(row.kind)
    matching = [
        n
        for n in history.notices
        if n.form == form and row.period_end < n.filed_on <= row.due + timedelta(days=7)
    ]
    return min(matching, key=lambda n: n.filed_on, default=None)


def _form_of(reports: Sequence[Filed], kind: str, end: date) -> str | None:
    """The form that a company uses: that of its nearest report of the kind."""
    matching = [f for f in reports if f.kind == kind]
    if not matching:
        other = [f for f in reports if f.period_end <= end and f.form.startswith("10-")]
        return ("10-K" if kind == ANNUAL else "10-Q") if other else None
    earlier = [f for f in matching if f.period_end < end]
    nearest = (
        max(earlier, key=lambda f: f.period_end) if earlier else min(matching, key=lambda f: f.period_end)
    )
    return {"10-KT": "10-K", "10-QT": "10-Q"}.get(nearest.form, nearest.form)


def _lags(filed: Sequence[Filed], forms: tuple[str, ...], kind: str, before: date) -> list[int]:
    """Days from the period's end to filing, for the last few earlier periods, oldest first."""
    matching = {
        f.period_end: f
        for f in sorted(filed, key=lambda f: f.filed_on, reverse=True)
        if f.kind == kind and f.form in forms and f.period_end < before
    }
    return [(f.filed_on - end).days for end, f in sorted(matching.items())][-4:]


def _due(reports: Sequence[Filed], kind: str, form: str, end: date) -> tuple[date, str] | None:
    """The due date of a report, and the rule for it."""
    if form == "20-F":
        return working_day(_months_on(end, 4)), "20-F: four months"
    if form == "40-F":
        return working_day(end + timedelta(days=90)), "40-F: 90 days"
    if form == "6-K":
        lags = _lags(reports, ("6-K",), kind, end)
        if len(lags) < 2:
            return None
        return working_day(end + timedelta(days=max(lags)) + _GRACE), f"6-K: by habit within {max(lags)} days"
    days = _filer_days(reports, kind, end)
    return working_day(end + timedelta(days=days)), f"{form}: {days} days"


def _filer_days(reports: Sequence[Filed], kind: str, end: date) -> int:
    """The days that a domestic filer has, inferred from past filings.

    A new filer has the longest. A weekend adds up to three days.
    """
    quarterly = _lags(reports, _QUARTERLY_FORMS, QUARTERLY, end)
    accelerated = len(quarterly) >= 2 and max(quarterly) <= 40 + 3
    if kind == QUARTERLY:
        return 40 if accelerated and sum(lag <= 40 for lag in quarterly) >= 2 else 45
    annual = _lags(reports, ("10-K", "10-KT"), ANNUAL, end)[-2:]
    if not annual:
        return 75 if accelerated else 90
    return next((days for days in (60, 75) if max(annual) <= days + 3), 90)


def _updates(company: Company, history: History) -> list[Expected]:
    """Monthly updates that are expected by habit.

    After updates for most of the previous six months the next one is expected. Two missing ones in a row are
    reported; with the third the habit has ended.
    """
    updates = [f for f in history.filed if f.kind == UPDATE]
    if len(updates) < _HABIT:
        return []
    out: list[Expected] = []
    last = history.today if history.today != date.max else max(f.period_end for f in updates)
    end = month_end(min(f.period_end for f in updates))
    without: list[Expected] = []
    while end <= last:
        filing = _about(updates, UPDATE, end)
        before = [f for f in updates if _months_on(end, -_OF) <= f.period_end < end - _SAME_PERIOD]
        lags = sorted((f.filed_on - f.period_end).days for f in before)
        if filing is not None or len({month_end(f.period_end) for f in before}) >= _HABIT:
            lag = lags[-1] if lags else 10
            due = working_day(end + timedelta(days=min(lag, 31)) + _GRACE)
            form = filing.form if filing else before[-1].form
            row = Expected(UPDATE, end.replace(day=1), end, form, due, f"by habit within {min(lag, 31)} days")
            row = _settled(company, history, updates, row, filing)
            without = (
                [*without, row]
                if row.status in ("late", "missing")
                else []
                if row.status == "filled"
                else without
            )
            out.append(row)
        end = _months_on(end, 1)
    return _ended(out, without, updates)


def _ended(rows: list[Expected], without: list[Expected], updates: Sequence[Filed]) -> list[Expected]:
    """Explain rows after the last update once three of them are missing."""
    if len(without) < _HABIT:
        return rows
    last = max(f.period_end for f in updates)
    reason_gone = f"no monthly update since the one of {last:%Y-%m}"
    return [replace(r, status="explained", reason=reason_gone) if r.period_end > last else r for r in rows]
