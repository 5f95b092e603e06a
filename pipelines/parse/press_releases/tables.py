"""The tables of a release as statements: a row's label is the metric, a column's heading the period."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pipelines.parse.document.tables import Line, Table, Value
from pipelines.parse.language.periods import (
    MONTHS,
    Clock,
    Span,
    find_periods,
    is_change,
    is_not_actual,
    month_span,
    months_to,
    read_heading,
)
from pipelines.parse.language.quantities import scale_in, unit_in
from pipelines.parse.press_releases import prose
from pipelines.parse.press_releases.columns import (
    column_period,
    factor_of,
    is_money_table,
    locator_of,
    says_money,
    unit_of,
)
from pipelines.parse.press_releases.prose_patterns import is_telling
from pipelines.parse.press_releases.statements import Left, Statement
from pipelines.watchlist.metrics import HOSTED, JOINT_VENTURE, Meaning, Metric, MetricWords

_GROUP_ONLY = re.compile(
    r"\b(?:target|guidance|expansion|pipeline|planned|expected|under construction|pro forma|illustrative|sensitivity|assumptions?)\b",
    re.IGNORECASE,
)


class TableReader:
    """Reads the tables of one release; `statements` and `left` grow with each."""

    def __init__(self, words: MetricWords, clock: Clock, subject: Span | None) -> None:
        self.words, self.clock, self.subject = words, clock, subject
        self.statements: list[Statement] = []
        self.left: list[Left] = []
        self.telling = False

    def read(self, table: Table) -> None:
        """Read one table: its lines, then what its notes add."""
        if _GROUP_ONLY.search(table.caption.split("|")[-1]) and not re.search(
            r"\bproduc|\bmined|\bupdate\b", table.caption, re.IGNORECASE
        ):
            self._leave(table, None, None, "targets_or_plans", table.caption)
            return
        self.telling = is_telling(table.words)
        money = is_money_table(table)
        scale = scale_in(table.words)
        for line in table.lines:
            self._line(table, line, money=money, scale=scale)
        for note in table.notes:
            statements, left = prose.read_note(note, table, self.words, self.clock, self.subject)
            self.statements += statements
            self.left += left

    def _line(self, table: Table, line: Line, *, money: bool, scale: Decimal | None) -> None:
        meanings = self.words.meanings(line.label, line.section) if line.label else ()
        if not meanings:
            self._by_month(table, line, money=money, scale=scale)
            return
        if is_not_actual(line.label) or (
            _GROUP_ONLY.search(line.label) and not any(m.metric == "capacity_mw" for m in meanings)
        ):
            self._leave(table, line, None, "targets_or_plans", line.text)
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
                self._leave(table, line, value, "targets_or_plans", f"{line.text} ({value.heading})")
                continue
            period = self._period(table, line, value, several=several)
            if isinstance(period, str):
                self._refuse(table, line, value, meanings, period)
                continue
            self._value(table, line, value, meanings, period, money=money, scale=scale)

    def _metric(self, meaning: Meaning) -> Metric:
        return self.words.by_code[meaning.metric]

    def _by_month(self, table: Table, line: Line, *, money: bool, scale: Decimal | None) -> None:
        """A table that lists months: the label is the period and the heading the metric (`Month | BTC Earned 2025`)."""
        if not line.label or not self.telling:
            return
        named = read_heading(line.label, self.clock)
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
            span = named
            if month and year:
                number = MONTHS[line.label.strip().lower()]
                span = month_span(int(year[0]), number)
            elif month and self.subject is None:
                continue
            if span is None or span.end > self.clock.said:
                continue
            self._value(table, line, value, meanings, span, money=money, scale=scale)

    def _period(self, table: Table, line: Line, value: Value, *, several: bool) -> Span | str:
        """The period of a value: its column's heading, else the label's, the caption's, the release's own."""
        clock, subject = self.clock, self.subject
        heading = column_period(table, line, value, clock, subject) if value.heading else None
        in_label = [n.span for n in find_periods(line.label, clock)]
        if (
            heading is None
            and value.heading
            and re.search(r"\d", value.heading)
            and find_periods(value.heading, clock)
        ):
            return "two_periods_in_the_heading"
        if heading is None and value.heading and unit_in(value.heading) is None and several:
            section = read_heading(line.section, clock) if line.section else None
            if section is None:
                return "no_period_in_the_heading"
            heading = section
        if heading is None and several and not value.heading:
            return "no_heading"
        if heading is None:
            for words in (line.label, line.section, table.corner, *reversed(table.caption.split(" | "))):
                spans = list(dict.fromkeys(n.span for n in find_periods(words, clock)))
                if len(spans) == 1:
                    heading = spans[0]
                    break
        elif len(set(in_label)) == 1 and in_label[0].start is not None and heading.start is None:
            heading = in_label[0]
        span = heading or subject
        if span is None:
            return "no_period"
        if span.end > clock.said:
            return "a_period_that_has_not_ended"
        return span

    def _value(
        self,
        table: Table,
        line: Line,
        value: Value,
        meanings: tuple[Meaning, ...],
        period: Span,
        *,
        money: bool,
        scale: Decimal | None,
    ) -> None:
        quantity = value.quantity
        assert quantity.value is not None
        told = quantity.unit or unit_of(line, value, table)
        if (
            told == "USD"
            and quantity.unit is None
            and unit_in(line.label) is None
            and any(self._metric(m).unit == "BTC" for m in meanings)
        ):
            # "($ in thousands)" in a table's corner says nothing of a row of coins.
            told = None
        if (
            quantity.unit == "USD"
            and any(self._metric(m).unit == "c/kWh" for m in meanings)
            and re.search(r"kwh|kilowatt", line.label, re.IGNORECASE)
        ):
            told, quantity = (
                "c/kWh",
                replace(quantity, unit="c/kWh", value=quantity.value * 100, step=quantity.step * 100),
            )
        fitting = [
            m
            for m in meanings
            if told is None
            or told == self._metric(m).unit
            or (told == "other" and self._metric(m).unit == "count")
        ]
        if not fitting:
            self._leave(table, line, value, "unit_contradicts", f"{line.label}: {value.text} is in {told}")
            return
        if told is None and len(fitting) > 1:
            # A row that could be count or money is the count where nothing says dollars.
            fitting = [m for m in fitting if self._metric(m).unit == "BTC"] or fitting
        meaning = fitting[0]
        metric = self._metric(meaning)
        if metric.ambiguous:
            self._refuse(table, line, value, (meaning,), f"ambiguous_label: {metric.ambiguous}")
            return
        if metric.unit_needed and told is None and quantity.value:
            reason = (
                "unknown_unit"
                if re.search(r"[A-Za-z]", re.sub(r"million|billion|thousand", "", value.text))
                or "(" in line.label
                else "no_unit"
            )
            self._refuse(table, line, value, (meaning,), reason)
            return
        if metric.unit == "BTC" and told is None and money and quantity.value:
            self._refuse(table, line, value, (meaning,), "money_or_count")
            return
        assert quantity.value is not None
        number, step = quantity.value, quantity.step
        if quantity.unit is None and told and metric.unit in ("EH/s", "MW", "c/kWh", "J/TH"):
            factor = factor_of(line, value, table)
            number, step = number * factor, step * factor
        applied = Decimal(1)
        if metric.unit == "USD" and not quantity.scaled and not metric.per_coin and number:
            applied = (
                scale_in(line.label)
                or scale_in(value.heading)
                or (scale_in(line.section) if line.section else None)
                or scale
                or Decimal(1)
            )
            if quantity.unit is None and told is None and applied == 1 and not says_money(line, table):
                self._refuse(table, line, value, (meaning,), "no_currency")
                return
        number, step = number * applied, step * applied
        if meaning.metric == "bitcoin_sold" and number < 0:
            number = -number
        start: date | None = period.start
        end = period.end
        if metric.covers == "day":
            start = None
        elif start is None:
            span = self._flow(end)
            if span is None:
                self._refuse(table, line, value, (meaning,), "a_day_is_no_period")
                return
            start = span.start
        self.statements.append(
            Statement(
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

    def _flow(self, end: date) -> Span | None:
        """What a day above a flow means: in a monthly update the month that it ends (`8/31/2025`), else nobody knows."""
        subject = self.subject
        if subject is None or subject.start is None:
            return None
        if subject.months == 1:
            return month_span(end.year, end.month)
        return months_to(end, subject.months) if end == subject.end else None

    def _refuse(
        self, table: Table, line: Line, value: Value, meanings: tuple[Meaning, ...], reason: str
    ) -> None:
        check, _, more = reason.partition(": ")
        meaning = meanings[0]
        if meaning.scope in (HOSTED, JOINT_VENTURE) and check == "ambiguous_label":
            return
        told = (
            f"{line.label}: {value.text}"
            + (f" under {value.heading!r}" if value.heading else "")
            + (f": {more}" if more else "")
        )
        self.left.append(
            Left(
                check,
                told,
                locator_of(table, line, value),
                refused=True,
                metric=meaning.metric,
                value=value.quantity.value,
                text=line.text,
            )
        )

    def _leave(self, table: Table, line: Line | None, value: Value | None, rule: str, text: str) -> None:
        where = locator_of(table, line, value)
        self.left.append(
            Left(rule, text[:300], where, value=value.quantity.value if value else None, text=text[:300])
        )
