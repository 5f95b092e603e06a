"""Figures in sentences, bullets and footnotes of a press release."""

import re
from dataclasses import replace
from decimal import Decimal

from pipelines.parse.document.page import Block
from pipelines.parse.document.tables import Table
from pipelines.parse.language.labeller import Labeller, Reading
from pipelines.parse.language.meanings import REVENUE
from pipelines.parse.language.quantity_times import opening_period
from pipelines.parse.language.reasons import NOT_OURS
from pipelines.parse.language.revenue_labels import is_total
from pipelines.parse.language.sentences import is_offering, sentences
from pipelines.parse.language.setting import Setting, StatedBefore
from pipelines.parse.press_releases.figures import RevenueSentence, SkippedText, StatedFigure
from pipelines.parse.press_releases.passage import DATELINE
from pipelines.watchlist import Company, Lexicon
from pipelines.watchlist.metrics import COMPANY

_INCLUDES = re.compile(
    r"\binclud(?:es|ing|ed)\b|\bof which\b|\bnet of\b|restricted|collateral|pledged", re.IGNORECASE
)
_PART = re.compile(r"[;,:(](?=\s)|\s[–—-]\s|\band\b|\bwhile\b")
_WHOLE = re.compile(
    r"\b(?:total|overall|aggregate|our|company-wide)\s+(?:[\w-]+\s+){0,3}capacity\b", re.IGNORECASE
)
_NAME = re.compile(r"[^\d.!?;]{1,89}[^\d.!?;,]")
"""A heading in plain type, or one that runs into its paragraph: short, without figures or an end."""

_LEAST_REVENUE = Decimal(10_000)

_DIGIT = re.compile(r"\d")
# "No bitcoin was sold": a sentence without a number may state zero coins.
_NEGATED = re.compile(r"\b(?:no|not|zero|none|without|any)\b|n['’]t\b", re.IGNORECASE)
_OF_COINS = re.compile(
    r"\b(?:bitcoins?|btc|coins?|sold|sells?|sales?|selling|production|output)\b", re.IGNORECASE
)

_CELL = re.compile(r"[\s$\d.,()%–—-]*\d[\s$\d.,()%–—-]*")


class ProseReader:
    """Reads the prose of one press release into `figures`, `revenue` and `skipped`."""

    def __init__(self, lexicon: Lexicon, company: Company | None, *, foreign: bool = False) -> None:
        self.lexicon, self.company, self.foreign = lexicon, company, foreign
        self.figures: list[StatedFigure] = []
        self.revenue: list[RevenueSentence] = []
        self.skipped: list[SkippedText] = []
        self._heading, self._business = "", ""
        # The lines of revenue in the current section.
        self._lines: set[str] = set()

    def block(self, block: Block, setting: Setting, *, certain: bool, section: str = "") -> None:
        """Read a paragraph, bullet or headline.

        Args:
            certain: Whether a figure without a time of its own is of the heading's period.
            section: The heading above it.
        """
        if _CELL.fullmatch(block.text):
            # The line before it was no heading but the label of a row whose table is lost.
            self._business = ""
        if section != self._heading:
            self._heading, self._business = section, ""
            self._lines.clear()
        if not block.bullet and _NAME.fullmatch(block.text):
            # A heading in plain type.
            named = self._names_a_business(block.text, setting)
            self._business = block.text.strip(" :") if named else ""
            self._lines.clear()
        # The publication date is not the period of a figure.
        dateline = DATELINE.match(block.text)
        begin = dateline.end() if dateline else 0
        section = self._business or section
        for place, text in sentences(block.text[begin:]):
            if self._names_a_business(text, setting):
                # A heading that runs into its paragraph: "High performance computing services. We …"
                section = text.strip(" .:")
                continue
            offset = block.offset + begin + place
            opening = opening_period(text, setting)
            setting = setting if opening is None else replace(setting, context=opening)
            stated = len(self.revenue)
            before = self._sentence(
                text, f"text {offset}–{offset + len(text)}", setting, certain=certain, section=section
            )
            setting = replace(setting, after_revenue=len(self.revenue) > stated, before=before)

    def _names_a_business(self, text: str, setting: Setting) -> bool:
        """Whether a line or sentence is the name of a line of business and nothing else."""
        ticker = self.company.ticker if self.company else None
        day = setting.disclosure.disclosed_on
        return bool(_NAME.fullmatch(text.rstrip("."))) and bool(self.lexicon.segment_of(text, ticker, day))

    def note(self, note: str, table: Table, setting: Setting) -> None:
        """Read restricted or pledged coins in a table's note: "Includes 1,900 restricted"."""
        if not _INCLUDES.search(note):
            return
        text = re.sub(r"^[(\[]?\w{1,2}[)\].:]?\s+", "", note)
        before = len(self.figures)
        self._sentence(text, f'table {table.number}, note "{text[:60]}"', setting, certain=True)
        kept = [f for f in self.figures[before:] if f.metric in ("bitcoin_restricted", "bitcoin_pledged")]
        self.figures[before:] = kept

    def cells(self, table: Table, setting: Setting) -> None:
        """Read cells with several numbers. With several columns, their period is unclear."""
        for text in table.texts:
            one = sum(other.partition(":")[0] == text.partition(":")[0] for other in table.texts) == 1
            self._sentence(text, f'table {table.number}, row "{text[:60]}"', setting, certain=one)

    def _sentence(
        self, text: str, where: str, setting: Setting, *, certain: bool, section: str = ""
    ) -> StatedBefore | None:
        """Read a sentence, and return the figure that the next one may compare or continue."""
        if not _DIGIT.search(text) and not (_NEGATED.search(text) and _OF_COINS.search(text)):
            return None
        labeller = Labeller(text, setting, self.lexicon.frames, self.lexicon.words)
        for reading in labeller.read():
            abroad = (
                self.foreign and reading.quantity.unit == "USD" and "us" not in reading.quantity.text.lower()
            )
            if reading.reason or abroad or is_offering(_part(text, reading)):
                self._skip(reading, where, reading.reason or NOT_OURS)
            elif reading.metric == REVENUE:
                self._revenue(reading, where, section, certain=certain)
            elif not reading.dated and not certain:
                self._reject(reading, where, "which_period")
            elif reading.metric == "capacity_mw" and reading.scope == COMPANY and not _WHOLE.search(text):
                # Of the capacities in prose whose kind is not stated, most are a site's or planned.
                self._reject(reading, where, "ambiguous_label")
            else:
                self._add(reading, where)
        return labeller.last()

    def _add(self, reading: Reading, where: str) -> None:
        quantity, period = reading.quantity, reading.period
        assert quantity.value is not None
        assert period is not None
        metric = self.lexicon.words.by_code[reading.metric]
        value, unit = quantity.value, metric.unit
        if metric.code == "bitcoin_sold" and value < 0:
            value = -value
        self.figures.append(
            StatedFigure(
                metric.code,
                reading.scope,
                reading.total,
                False,
                value,
                unit,
                quantity.qualifier,
                quantity.step / 2,
                None if metric.covers == "day" else period.start,
                period.end,
                reading.label[:200],
                where,
                "text",
                dated=reading.dated,
                why=reading.why,
            )
        )

    def _revenue(self, reading: Reading, where: str, section: str, *, certain: bool) -> None:
        quantity, period = reading.quantity, reading.period
        assert quantity.value is not None
        assert period is not None
        if quantity.value < _LEAST_REVENUE or period.start is None:
            self._skip(reading, where, NOT_OURS)
            return
        if not reading.dated and not certain:
            self._reject(reading, where, "which_period")
            return
        label = reading.label
        company = self.company
        names = [company.name, *company.other_names, *company.short_names] if company else []
        own = frozenset(w.lower().strip(",.") for name in names for w in name.split())
        total = is_total(label, own)
        words = label.lower().split()
        ticker = self.company.ticker if self.company else None
        if (
            total
            and not {"total", "consolidated"}.intersection(words)
            and self.lexicon.segment_of(section, ticker, period.end)
        ):
            # "Revenue was $12.5 million" under a segment's heading is the segment's; not if the section also
            # has the revenue of another one.
            if self._lines - {section}:
                self._reject(reading, where, "ambiguous_label")
                return
            self._lines.add(section)
            label, total = f"{section} {reading.label}".strip(), False
        elif not total:
            self._lines.add(label)
        self.revenue.append(
            RevenueSentence(
                label,
                total,
                quantity.value,
                quantity.step / 2,
                quantity.qualifier,
                period.start,
                period.end,
                where,
            )
        )

    def _skip(self, reading: Reading, where: str, reason: str) -> None:
        quantity = reading.quantity
        why = f"{reading.metric} {reading.why}".strip()
        self.skipped.append(
            SkippedText(
                reason,
                f"{quantity.text}{f' ({why})' if why else ''}: {reading.label[:200]}",
                where,
                value=quantity.value,
                text=reading.label,
            )
        )

    def _reject(self, reading: Reading, where: str, check: str) -> None:
        metric = "" if reading.metric == REVENUE else reading.metric
        self.skipped.append(
            SkippedText(
                check,
                reading.label,
                where,
                rejected=True,
                metric=metric,
                value=reading.quantity.value,
                text=reading.label,
            )
        )


def _part(text: str, reading: Reading) -> str:
    """The part of a sentence in which an offering would exclude a figure.

    Revenue and metrics are a sentence's own beside an amount per share or raised in the market; what a sale
    brought may be a share's anywhere in it.
    """
    if reading.metric in ("bitcoin_sale_proceeds", "average_sale_price"):
        return text
    start, end = reading.quantity.start, reading.quantity.end
    first = max((m.end() for m in _PART.finditer(text, 0, start)), default=0)
    last = _PART.search(text, end)
    return text[first : last.start() if last else len(text)]
