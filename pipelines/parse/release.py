"""A press release as statements: what it says of its company's bitcoin, hash rate and power, by period, with the place.

Form 8-K (items 2.02, 7.01, 8.01) and 6-K, exhibits 99: no XBRL, each company's own layout, which changes. Tables are
read by the labels of their rows and the headings of their columns, prose by its sentences.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from pipelines.parse import prose
from pipelines.parse.page import Block, Page, read_page
from pipelines.parse.quantities import scale_in, unit_in
from pipelines.parse.release_kind import NEITHER, Judgement, judge
from pipelines.parse.spans import Clock, Span, find_periods, is_change, is_not_actual, month_span, months_to, read_column, read_heading
from pipelines.parse.statements import Left, Statement
from pipelines.parse.tables import Line, Table, Value
from pipelines.watchlist import Company, Lexicon
from pipelines.watchlist.metrics import HOSTED, JOINT_VENTURE, Meaning, Metric

VERSION = "1"
"""Raised whenever the same bytes would give other statements."""

_MONEY_TABLE = re.compile(
    r"\b(?:balance sheets?|cash flows?|statements? of (?:operations|income|comprehensive|profit|financial)|reconciliation|non-?gaap|adjusted ebitda|fair value of bitcoin|carrying (?:value|amount)|cost basis)\b",
    re.IGNORECASE,
)
_BALANCE = re.compile(r"^(?:beginning|ending|opening|closing)\b|\bbalance\b|\b(?:beginning|end) of (?:the )?(?:period|month|quarter|year)\b", re.IGNORECASE)
_COUNTED = re.compile(r"\b(?:bitcoins?|btc|hash ?rate|miners?|rigs?|machines?|efficiency|uptime|mw|megawatts?)\b", re.IGNORECASE)
_GROUP_ONLY = re.compile(r"\b(?:target|guidance|expansion|pipeline|planned|expected|under construction|pro forma|illustrative|sensitivity|assumptions?)\b", re.IGNORECASE)


@dataclass(slots=True)
class Release:
    """One document: what kind it is and why, what period it is about, what it states, and what was left."""

    judgement: Judgement
    page: Page
    clock: Clock
    statements: list[Statement] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.judgement.kind

    @property
    def subject(self) -> Span | None:
        return self.judgement.subject


def read_release(document: bytes, company: Company | None, lexicon: Lexicon, said: date | None = None) -> Release:
    """Read a release, whosever it is.

    said   the day of filing, where known; else the date that the release bears
    Returns its kind (update, release, neither) with the reason, and for the first two every statement with its period,
    unit, scope and place. Raises UnreadableDocument as read_page does.
    """
    page = read_page(document)
    judgement = judge(page, company, said)
    clock = Clock(company, judgement.said)
    release = Release(judgement, page, clock)
    if judgement.kind == NEITHER:
        return release
    reader = _Reader(release, lexicon)
    for item in page.items:
        if isinstance(item, Block):
            reader.block(item)
        else:
            reader.table(item)
    return release


class _Reader:
    def __init__(self, release: Release, lexicon: Lexicon) -> None:
        self.release, self.lexicon = release, lexicon
        self.words = lexicon.words
        self.context: Span | None = None
        self.boilerplate = False

    # ------------------------------------------------------------------------------------------------- prose

    def block(self, block: Block) -> None:
        if prose.ends_the_news(block.text):
            self.boilerplate = True
        elif block.heading and self.boilerplate and prose.begins_figures(block.text):
            self.boilerplate = False
        if self.boilerplate:
            return
        if block.heading and len(block.text) < 160:
            named = [n.span for n in find_periods(block.text, self.release.clock) if n.span.start is not None]
            self.context = named[0] if len(set(named)) == 1 else self.context if not named else None
        statements, left = prose.read_block(block, self.words, self.release.clock, self.context or self.release.subject, self.release.subject)
        self.release.statements += statements
        self.release.left += left

    # ------------------------------------------------------------------------------------------------ tables

    def table(self, table: Table) -> None:
        if _GROUP_ONLY.search(table.caption.split("|")[-1]) and not re.search(r"\bproduc|\bmined|\bupdate\b", table.caption, re.IGNORECASE):
            self._leave(table, None, None, "targets_or_plans", table.caption)
            return
        money = _is_money_table(table)
        scale = scale_in(table.words)
        for line in table.lines:
            self._line(table, line, money=money, scale=scale)
        for note in table.notes:
            statements, left = prose.read_note(note, table, self.words, self.release.clock, self.release.subject)
            self.release.statements += statements
            self.release.left += left

    def _line(self, table: Table, line: Line, *, money: bool, scale: Decimal | None) -> None:
        meanings = self.words.meanings(line.label, line.section) if line.label else ()
        if not meanings:
            self._by_month(table, line, money=money, scale=scale)
            return
        if is_not_actual(line.label) or _GROUP_ONLY.search(line.label) and not any(m.metric == "capacity_mw" for m in meanings):
            self._leave(table, line, None, "targets_or_plans", line.text)
            return
        several = len({v.heading for v in line.values}) > 1 or len(line.values) > 1
        for value in line.values:
            if is_change(value.heading) or (value.quantity.unit == "percent" and all(self._metric(m).unit != "percent" for m in meanings)):
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
        named = read_heading(line.label, self.release.clock) if line.label else None
        month = re.fullmatch(r"(?:january|february|march|april|may|june|july|august|september|october|november|december)", line.label.strip().lower())
        if named is None and not month:
            return
        for value in line.values:
            heading = value.heading
            meanings = self.words.meanings(heading.split("|")[-1].strip(), "") or self.words.meanings(heading.replace("|", " "), "")
            if not meanings or value.quantity.value is None or is_change(heading):
                continue
            year = re.search(r"\b20\d\d\b", heading)
            span = named
            if month and year:
                number = [i for i in range(1, 13) if date(2000, i, 1).strftime("%B").lower() == line.label.strip().lower()][0]
                span = month_span(int(year[0]), number)
            elif month and self.release.subject is None:
                continue
            if span is None or span.end > self.release.clock.said:
                continue
            self._value(table, line, value, meanings, span, money=money, scale=scale)

    def _period(self, table: Table, line: Line, value: Value, *, several: bool) -> Span | str:
        """The period of a value: its column's heading, else the label's, the caption's, the release's own."""
        clock, subject = self.release.clock, self.release.subject
        heading = column_period(table, line, value, clock, subject) if value.heading else None
        in_label = [n.span for n in find_periods(line.label, clock)]
        if heading is None and value.heading and re.search(r"\d", value.heading) and find_periods(value.heading, clock):
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
        self, table: Table, line: Line, value: Value, meanings: tuple[Meaning, ...], period: Span, *,
        money: bool, scale: Decimal | None,
    ) -> None:  # fmt: skip
        quantity = value.quantity
        assert quantity.value is not None
        told = quantity.unit or _unit_of(line, value, table)
        if told == "USD" and quantity.unit is None and unit_in(line.label) is None and any(self._metric(m).unit == "BTC" for m in meanings):
            # "($ in thousands)" in a table's corner says nothing of a row of coins.
            told = None
        if quantity.unit == "USD" and any(self._metric(m).unit == "c/kWh" for m in meanings) and re.search(r"kwh|kilowatt", line.label, re.IGNORECASE):
            told, quantity = "c/kWh", replace(quantity, unit="c/kWh", value=quantity.value * 100, step=quantity.step * 100)
        fitting = [m for m in meanings if told is None or told == self._metric(m).unit or (told == "other" and self._metric(m).unit == "count")]
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
            reason = "unknown_unit" if re.search(r"[A-Za-z]", re.sub(r"million|billion|thousand", "", value.text)) or "(" in line.label else "no_unit"
            self._refuse(table, line, value, (meaning,), reason)
            return
        if metric.unit == "BTC" and told is None and money and quantity.value:
            self._refuse(table, line, value, (meaning,), "money_or_count")
            return
        assert quantity.value is not None
        number, step = quantity.value, quantity.step
        if quantity.unit is None and told and metric.unit in ("EH/s", "MW", "c/kWh", "J/TH"):
            factor = _factor(line, value, table)
            number, step = number * factor, step * factor
        applied = Decimal(1)
        if metric.unit == "USD" and not quantity.scaled and not metric.per_coin and number:
            applied = scale_in(line.label) or scale_in(value.heading) or (scale_in(line.section) if line.section else None) or scale or Decimal(1)
            if quantity.unit is None and told is None and applied == 1 and not _says_money(line, table):
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
        self.release.statements.append(Statement(
            metric.code, meaning.scope, meaning.total, meaning.site, number, metric.unit, quantity.qualifier, step / 2, start, end,
            line.label or value.heading, locator_of(table, line, value), "table", table.number, line.row, line.section, line.marks,
        ))  # fmt: skip

    def _flow(self, end: date) -> Span | None:
        """What a day above a flow means: in a monthly update the month that it ends (`8/31/2025`), else nobody knows."""
        subject = self.release.subject
        if subject is None or subject.start is None:
            return None
        if subject.months == 1:
            return month_span(end.year, end.month)
        return months_to(end, subject.months) if end == subject.end else None

    def _refuse(self, table: Table, line: Line, value: Value, meanings: tuple[Meaning, ...], reason: str) -> None:
        check, _, more = reason.partition(": ")
        meaning = meanings[0]
        if meaning.scope in (HOSTED, JOINT_VENTURE) and check == "ambiguous_label":
            return
        told = f"{line.label}: {value.text}" + (f" under {value.heading!r}" if value.heading else "") + (f": {more}" if more else "")
        self.release.left.append(Left(
            check, told, locator_of(table, line, value), refused=True, metric=meaning.metric, value=value.quantity.value, text=line.text,
        ))  # fmt: skip

    def _leave(self, table: Table, line: Line | None, value: Value | None, rule: str, text: str) -> None:
        where = locator_of(table, line, value)
        self.release.left.append(Left(rule, text[:300], where, value=value.quantity.value if value else None, text=text[:300]))


def column_period(table: Table, line: Line, value: Value, clock: Clock, subject: Span | None) -> Span | None:
    """The period of a value's column: its headings, with section and caption where it bears a year alone."""
    others = list(dict.fromkeys(v.heading for other in table.lines for v in other.values))
    above = [line.section, table.corner, *reversed(table.caption.split(" | "))]
    return read_column(value.heading, [a for a in above if a], others, clock, subject)


def locator_of(table: Table, line: Line | None, value: Value | None) -> str:
    """Where a value stands: the table's number, the row and the column with the text of both."""
    where = f"table {table.number}"
    if line is not None:
        where += f', row {line.row} "{line.label}"'
    if value is not None:
        where += f', column {value.column} "{value.heading}"'
    return where


def _unit_of(line: Line, value: Value, table: Table) -> str | None:
    for text in (line.unit, line.label, value.heading, line.section, table.corner):
        found = unit_in(text) if text else None
        if found and found[0] != "other":
            return found[0]
    loose = re.search(r"\b(EH|PH)/?s\b|\bEH\b|\b(J|W)/TH?\b|[c¢]/kWh|\bMWs?\b", f"{line.label} {line.section}", re.IGNORECASE)
    if loose:
        text = loose[0].lower()
        return "EH/s" if text.startswith(("eh", "ph")) else "J/TH" if text.startswith(("j/", "w/")) else "MW" if text.startswith("mw") else "c/kWh"
    if re.search(r"watts?[ /](?:per )?terahash|joules?[ /](?:per )?terahash", line.label, re.IGNORECASE):
        return "J/TH"
    return None


def _factor(line: Line, value: Value, table: Table) -> Decimal:
    for text in (line.unit, line.label, value.heading, line.section, table.corner):
        found = unit_in(text) if text else None
        if found:
            return found[1]
    return Decimal("0.001") if re.search(r"\bPH/?s?\b", f"{line.label} {line.section}") else Decimal(1)


def _says_money(line: Line, table: Table) -> bool:
    return bool(re.search(r"\$|USD|dollars", " ".join([line.label, line.section, table.words, line.text])))


def _is_money_table(table: Table) -> bool:
    """Whether bare numbers of a table may be dollars: statements, roll-forwards by value, tables in thousands."""
    rest = [line for line in table.lines if not _COUNTED.search(line.label) and any(v.quantity.value for v in line.values)]
    if len(rest) >= 2 and all(v.quantity.unit for line in rest for v in line.values if v.quantity.value):
        # Where every amount bears its own sign, a number without one is no amount.
        return False
    if scale_in(table.words) is not None or _MONEY_TABLE.search(table.words):
        return True
    return any(_BALANCE.search(line.label) and any(v.quantity.unit == "USD" for v in line.values) for line in table.lines)
