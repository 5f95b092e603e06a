"""Figures in tables: a row's label is the metric, a column's heading the period."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from pipelines.parse.document.tables import Table, TableLine, Value
from pipelines.parse.language.column_headings import is_change, is_not_actual, read_heading
from pipelines.parse.language.labeller import OUR_UNITS
from pipelines.parse.language.periods import (
    MONTHS,
    DisclosureContext,
    Period,
    find_periods,
    month_period,
    months_to,
)
from pipelines.parse.language.quantities import scale_in, unit_in
from pipelines.parse.language.reasons import NOT_OURS, NOT_UNDERSTOOD, PLAN, RATE
from pipelines.parse.press_releases.columns import (
    column_period,
    factor_of,
    is_about_revenue,
    is_in_dollars,
    is_money_table,
    locator_of,
    unit_of,
)
from pipelines.parse.press_releases.figures import SkippedText, StatedFigure
from pipelines.watchlist.metrics import HOSTED, JOINT_VENTURE, Meaning, Metric, MetricWords

_GROUP_ONLY = re.compile(
    r"\b(?:target|guidance|expansion|pipeline|planned|expected|under construction|pro forma|"
    r"illustrative|sensitivity|assumptions?)\b",
    re.IGNORECASE,
)


_OUR_ROW = re.compile(
    r"\b(?:bitcoins?|btc|hash ?rate|exahash|miners?|rigs?|machines|efficiency|uptime|mw|megawatts?|eh/s)\b",
    re.IGNORECASE,
)
_RATE_ROW = re.compile(r"\b(?:per (?:day|eh|share)|daily|a day|/ ?day|average bitcoin)\b", re.IGNORECASE)


_OPENING = re.compile(r"\b(?:beginning|opening|starting)\b", re.IGNORECASE)
_CHILD = re.compile(r"[-–—]\s+\w")
_COUNTED = re.compile(r"\b(?:hash ?rate|mining machines|miners|rigs)\b", re.IGNORECASE)
_EXAHASH = re.compile(r"\d\s?(?:EH/?s?\b|exahash)", re.IGNORECASE)
_PETAHASH = re.compile(r"\bPH/?s?\b|petahash", re.IGNORECASE)


_OF_A_DAY = re.compile(r"\b(?:as (?:of|at)|ended|ending|through)\b", re.IGNORECASE)


def _is_dateline(text: str, disclosure: DisclosureContext) -> bool:
    """Whether text above a table says only when it was disclosed: "SHANGHAI, August 5, 2025"."""
    days = {n.period.end for n in find_periods(text, disclosure) if n.period.start is None}
    return days == {disclosure.disclosed_on} and not _OF_A_DAY.search(text)


class TableReader:
    """Reads the tables of one press release into `figures` and `skipped`."""

    def __init__(
        self,
        words: MetricWords,
        disclosure: DisclosureContext,
        subject: Period | None,
        stated: frozenset[tuple[Decimal, str]] = frozenset(),
        prose: str = "",
    ) -> None:
        """Read tables of one press release.

        Args:
            stated: Numbers with their units in the prose: they decide the unit of a row that states none.
            prose: The prose: if it states hash rates in exahash alone, so do rows without a unit.
        """
        self.in_exahash = bool(_EXAHASH.search(prose)) and not _PETAHASH.search(prose)
        self.words, self.disclosure, self.subject, self.stated = words, disclosure, subject, stated
        self.figures: list[StatedFigure] = []
        self.skipped: list[SkippedText] = []
        self.units: set[str] = set()
        """Units of the current table's metrics, by sentences that state one of its numbers."""

    def read(self, table: Table) -> None:
        """Read the lines of one table."""
        if _GROUP_ONLY.search(table.caption.split("|")[-1]) and not re.search(
            r"\bproduc|\bmined|\bupdate\b", table.caption, re.IGNORECASE
        ):
            self._skip(table, None, None, PLAN, table.caption)
            return
        money = is_money_table(table)
        scale = scale_in(table.words)
        self.units = self._units_in_prose(table)
        parent: TableLine | None = None
        for line in table.lines:
            if not _CHILD.match(line.text):
                parent = line
            elif parent is not None:
                line = self._with_parent(line, parent)
            self._line(table, line, money=money, scale=scale)

    def _with_parent(self, line: TableLine, parent: TableLine) -> TableLine:
        """A row with the noun and unit of the row above it.

        "- Hosting" below "Total hash rate under management (EH/s)" is a hosting hash rate in EH/s.
        """
        noun = _COUNTED.search(parent.label)
        if noun is None or self.words.meanings(line.label, line.section):
            return line
        named = unit_in(parent.label)
        return replace(line, label=f"{line.label} {noun[0]}", unit=line.unit or (named[0] if named else ""))

    def _line(self, table: Table, line: TableLine, *, money: bool, scale: Decimal | None) -> None:
        meanings = self.words.meanings(line.label, line.section) if line.label else ()
        opening = _OPENING.search(line.label) if not meanings else None
        if opening:
            # "Bitcoin beginning balance" of a month is what was held on the day before it.
            rest = self.words.meanings(_OPENING.sub(" ", line.label), line.section)
            meanings = tuple(m for m in rest if m.metric == "bitcoin_held")
        if not meanings:
            self._by_month(table, line, money=money, scale=scale)
            self._unknown(table, line)
            return
        if is_not_actual(line.label) or (
            _GROUP_ONLY.search(line.label) and not any(m.metric == "capacity_mw" for m in meanings)
        ):
            self._skip(table, line, None, PLAN, line.text)
            return
        several = len({v.heading for v in line.values}) > 1 or len(line.values) > 1
        for value in line.values:
            if is_change(value.heading) or (
                value.quantity.unit == "percent" and all(self._metric(m).unit != "percent" for m in meanings)
            ):
                continue
            if value.quantity.value is None:
                continue
            if is_not_actual(value.heading):
                self._skip(table, line, value, PLAN, f"{line.text} ({value.heading})")
                continue
            period = self._period(table, line, value, several=several)
            if isinstance(period, str):
                self._reject(table, line, value, meanings, period)
                continue
            if opening:
                if period.start is None:
                    self._reject(table, line, value, meanings, "no_period")
                    continue
                period = Period(None, period.start - timedelta(days=1))
            self._value(table, line, value, meanings, period, money=money, scale=scale)

    def _metric(self, meaning: Meaning) -> Metric:
        return self.words.by_code[meaning.metric]

    def _units_in_prose(self, table: Table) -> set[str]:
        """The units of a table's metrics that a sentence states with a number of the table."""
        units = {"EH/s"} if self.in_exahash and not _PETAHASH.search(table.words) else set()
        return units | {
            self._metric(meaning).unit
            for line in table.lines
            for meaning in (self.words.meanings(line.label, line.section) if line.label else ())
            for value in line.values
            if value.quantity.value and (value.quantity.value, self._metric(meaning).unit) in self.stated
        }

    def _by_month(self, table: Table, line: TableLine, *, money: bool, scale: Decimal | None) -> None:
        """Read a table by month, with the metric as heading.

        `Month | BTC Earned 2025`.
        """
        if not line.label:
            return
        named = read_heading(line.label, self.disclosure)
        month = line.label.strip().lower() in MONTHS
        if named is None and not month:
            return
        for value in line.values:
            heading = value.heading
            meanings = self.words.meanings(heading.split("|")[-1].strip(), "") or self.words.meanings(
                heading.replace("|", " "), ""
            )
            if not meanings or value.quantity.value is None or is_change(heading):
                continue
            year = re.search(r"\b20\d\d\b", heading)
            period = named
            if month and year:
                number = MONTHS[line.label.strip().lower()]
                period = month_period(int(year[0]), number)
            elif month and self.subject is None:
                continue
            if period is None or period.end > self.disclosure.disclosed_on:
                continue
            self._value(table, line, value, meanings, period, money=money, scale=scale)

    def leave_out(self, table: Table, but: set[int]) -> None:
        """Account for the other rows of a roll-forward: exchanges, payments, gains.

        Args:
            but: The numbers of the rows that have been read.
        """
        for line in table.lines:
            for value in line.values if line.row not in but else ():
                if value.quantity.value:
                    self._skip(table, line, value, NOT_OURS, line.text)

    def _unknown(self, table: Table, line: TableLine) -> None:
        """Account for the values of a row whose label means no metric, revenue excepted."""
        if is_about_revenue(line):
            return
        own = _OUR_ROW.search(line.label)
        for value in line.values:
            unit = value.quantity.unit or unit_of(line, value, table)
            if value.quantity.value is None or is_change(value.heading) or unit in ("percent", "other"):
                continue
            if unit in OUR_UNITS or own:
                reason = NOT_UNDERSTOOD if own and not _RATE_ROW.search(line.label) else NOT_OURS
                if own and _RATE_ROW.search(line.label):
                    reason = RATE
                self._skip(table, line, value, reason, line.text)

    def _period(self, table: Table, line: TableLine, value: Value, *, several: bool) -> Period | str:
        """The period of a value, or the reason why it is unclear.

        Its column's heading, else the label's, the caption's or the press release's.
        """
        disclosure, subject = self.disclosure, self.subject
        heading = column_period(table, line, value, disclosure, subject) if value.heading else None
        in_label = [n.period for n in find_periods(line.label, disclosure)]
        if (
            heading is None
            and value.heading
            and re.search(r"\d", value.heading)
            and find_periods(value.heading, disclosure)
        ):
            return "two_periods_in_the_heading"
        if heading is None and value.heading and unit_in(value.heading) is None and several:
            section = read_heading(line.section, disclosure) if line.section else None
            if section is None:
                return "no_period_in_the_heading"
            heading = section
        if heading is None and several and not value.heading:
            return "no_heading"
        if heading is None:
            captions = [c for c in reversed(table.caption.split(" | ")) if not _is_dateline(c, disclosure)]
            for words in (line.label, line.section, table.corner, *captions):
                periods = list(dict.fromkeys(n.period for n in find_periods(words, disclosure)))
                if len(periods) == 1:
                    heading = periods[0]
                    break
        elif len(set(in_label)) == 1 and in_label[0].start is not None and heading.start is None:
            heading = in_label[0]
        period = heading or subject
        if period is None:
            return "no_period"
        if period.end > disclosure.disclosed_on:
            return "a_period_that_has_not_ended"
        return period

    def _value(
        self,
        table: Table,
        line: TableLine,
        value: Value,
        meanings: tuple[Meaning, ...],
        period: Period,
        *,
        money: bool,
        scale: Decimal | None,
    ) -> None:
        quantity = value.quantity
        assert quantity.value is not None
        unit = quantity.unit or unit_of(line, value, table)
        stated_here = quantity.unit or unit_in(line.label) or unit_in(value.heading)
        units = {self._metric(m).unit for m in meanings}
        if stated_here is None and (unit not in units or (unit == "USD" and "BTC" in units)):
            # "($ in thousands)" in a table's corner does not apply to a row of coins or hash rate.
            unit = None
        if (
            quantity.unit == "USD"
            and any(self._metric(m).unit == "c/kWh" for m in meanings)
            and re.search(r"kwh|kilowatt", line.label, re.IGNORECASE)
        ):
            unit, quantity = (
                "c/kWh",
                replace(quantity, unit="c/kWh", value=quantity.value * 100, step=quantity.step * 100),
            )
        fitting = [
            m
            for m in meanings
            if unit is None
            or unit == self._metric(m).unit
            or (unit == "other" and self._metric(m).unit == "count")
        ]
        if not fitting:
            self._skip(table, line, value, NOT_UNDERSTOOD, f"{line.label}: {value.text} is in {unit}")
            return
        if unit is None and len(fitting) > 1:
            # A row that can be a count or money is a count unless dollars are stated.
            fitting = [m for m in fitting if self._metric(m).unit == "BTC"] or fitting
        meaning = fitting[0]
        metric = self._metric(meaning)
        if metric.ambiguous:
            self._reject(table, line, value, (meaning,), f"ambiguous_label: {metric.ambiguous}")
            return
        if metric.unit_needed and unit is None and metric.unit in self.units:
            unit = metric.unit
        if metric.unit_needed and unit is None and quantity.value:
            reason = (
                "unknown_unit"
                if re.search(r"[A-Za-z]", re.sub(r"million|billion|thousand", "", value.text))
                or "(" in line.label
                else "no_unit"
            )
            self._reject(table, line, value, (meaning,), reason)
            return
        if metric.unit in ("BTC", "count") and unit in (None, "other") and money and quantity.value:
            self._reject(table, line, value, (meaning,), "money_or_count")
            return
        assert quantity.value is not None
        number, step = quantity.value, quantity.step
        if quantity.unit is None and unit and metric.unit in ("EH/s", "MW", "c/kWh", "J/TH"):
            factor = factor_of(line, value, table)
            number, step = number * factor, step * factor
        applied = Decimal(1)
        if metric.per_coin and not quantity.scaled and scale_in(line.label):
            applied = scale_in(line.label) or applied
        if metric.unit == "USD" and not quantity.scaled and not metric.per_coin and number:
            applied = (
                scale_in(line.label)
                or scale_in(value.heading)
                or (scale_in(line.section) if line.section else None)
                or scale
                or Decimal(1)
            )
            if quantity.unit is None and unit is None and applied == 1 and not is_in_dollars(line, table):
                self._reject(table, line, value, (meaning,), "no_currency")
                return
        number, step = number * applied, step * applied
        if meaning.metric in ("bitcoin_sold", "cost_per_bitcoin", "power_credits") and number < 0:
            # Coins that leave and money that is paid are in brackets.
            number = -number
        start: date | None = period.start
        end = period.end
        if metric.covers == "day":
            start = None
        elif start is None:
            flow = self._flow(end)
            if flow is None:
                self._reject(table, line, value, (meaning,), "a_day_is_no_period")
                return
            start = flow.start
        self.figures.append(
            StatedFigure(
                metric.code,
                meaning.scope,
                meaning.total,
                meaning.site,
                number,
                metric.unit,
                quantity.qualifier,
                step / 2,
                start,
                end,
                line.label or value.heading,
                locator_of(table, line, value),
                "table",
                table.number,
                line.row,
                line.section,
                line.marks,
            )
        )

    def _flow(self, end: date) -> Period | None:
        """The period of a figure whose column names only a day.

        In a monthly update, the month that it ends (`8/31/2025`); otherwise unknown.
        """
        subject = self.subject
        if subject is None or subject.start is None:
            return None
        if subject.months == 1:
            return month_period(end.year, end.month)
        apart = (subject.end.year - end.year) * 12 + subject.end.month - end.month
        whole = apart % subject.months == 0 and (end + timedelta(days=1)).day == 1
        return months_to(end, subject.months) if subject.months and whole and 0 <= apart <= 12 else None

    def _reject(
        self, table: Table, line: TableLine, value: Value, meanings: tuple[Meaning, ...], reason: str
    ) -> None:
        check, _, more = reason.partition(": ")
        meaning = meanings[0]
        if meaning.scope in (HOSTED, JOINT_VENTURE) and check == "ambiguous_label":
            return
        detail = (
            f"{line.label}: {value.text}"
            + (f" under {value.heading!r}" if value.heading else "")
            + (f": {more}" if more else "")
        )
        self.skipped.append(
            SkippedText(
                check,
                detail,
                locator_of(table, line, value),
                rejected=True,
                metric=meaning.metric,
                value=value.quantity.value,
                text=line.text,
            )
        )

    def _skip(self, table: Table, line: TableLine | None, value: Value | None, rule: str, text: str) -> None:
        where = locator_of(table, line, value)
        self.skipped.append(
            SkippedText(
                rule, text[:300], where, value=value.quantity.value if value else None, text=text[:300]
            )
        )
