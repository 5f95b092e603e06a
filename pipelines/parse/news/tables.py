"""Tables in articles: several miners, months or metrics in rows and columns.

A row is a line with bars ("Riot | 444 | 243 | 82% |"). A cell is read as a sentence. Its heading or row, else
the text above the table, names its metric. Its heading names its period, its row or heading its company.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.parse.language.changes import CHANGE_FACTS
from pipelines.parse.language.column_headings import is_change, is_not_actual, read_heading
from pipelines.parse.language.companies import CompanyNames
from pipelines.parse.language.labeller import Labeller, Reading
from pipelines.parse.language.periods import Period
from pipelines.parse.language.quantities import Quantity, read_cell, unit_in
from pipelines.parse.language.reasons import NOT_UNDERSTOOD, PLAN
from pipelines.parse.language.sentences import sentences
from pipelines.parse.language.setting import Setting
from pipelines.watchlist import Company, Lexicon

_YEAR = re.compile(r"\by-?o-?y\b|\byear|\bannual", re.IGNORECASE)
_PERIOD = re.compile(r"\bm-?o-?m\b|\bq-?o-?q\b|\bmonth|\bquarter|\bprev|\bprior", re.IGNORECASE)
_RULE = re.compile(r"[-–:|\s]+")
_ESTIMATE = re.compile(r"\b(?:consensus|estimates?|forecasts?|guidance|expect\w*|targets?)\b", re.IGNORECASE)
_LEAST_CELLS = 3
_ABOVE = 2


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that states a figure, or a change of the figure before it in its row.

    Args:
        reading: The figure, with its metric and period; of a change that of the figure that changed.
        change: The change in percent; None for a figure.
        basis: Of a change: `year` or `period` before; empty if its heading does not say.
        row: The row's text.
    """

    company: Company
    reading: Reading
    change: Quantity | None
    basis: str
    row: str


def is_row(text: str) -> bool:
    """Whether a paragraph is a row of a table."""
    return len(_cells(text)) >= _LEAST_CELLS


def _cells(text: str) -> list[str]:
    return [cell.strip() for cell in text.strip().strip("|").split("|")] if "|" in text else []


class TableReader:
    """Reads the tables of one article.

    Args:
        main: The company that the article is about: that of a table without companies.
    """

    def __init__(self, names: CompanyNames, lexicon: Lexicon, main: Company | None) -> None:
        self.names, self.lexicon, self.main = names, lexicon, main
        self.skipped: list[tuple[str, str]] = []

    def read(self, rows: Sequence[str], above: Sequence[str], setting: Setting) -> Iterator[Cell]:
        """Read a table: its first row has the headings.

        Args:
            above: The title and the paragraphs before the table, nearest last.
        """
        rows = [row for row in rows if not _RULE.fullmatch(row)]
        if not rows:
            return
        headings, *body = [_cells(row) for row in rows]
        across = [self.names.named(heading) for heading in headings]
        by_column = sum(company is not None for company in across) > 1
        # A table without companies is about the article's.
        sole = None if self._is_of_many(body) else self.main
        near = [*reversed(above[-_ABOVE:]), above[0]] if above else []
        # The last sentence of a paragraph announces the table.
        texts = [said[-1][1] for said in map(sentences, near) if said]
        for text, cells in zip(rows[1:], body, strict=True):
            last: Reading | None = None
            if len(cells) != len(headings):
                self.skipped.append((NOT_UNDERSTOOD, text))
                continue
            down = self.names.named(cells[0])
            for heading, company, written in list(zip(headings, across, cells, strict=True))[1:]:
                quantity = read_cell(written)
                owner = company if by_column else down or sole
                if quantity is None or quantity.value is None:
                    continue
                if owner is None:
                    self.skipped.append(("another company's", text))
                elif is_not_actual(heading) or _ESTIMATE.search(heading):
                    self.skipped.append((PLAN, text))
                elif is_change(heading) or (quantity.unit == "percent" and last is not None):
                    if last is not None and last.metric in CHANGE_FACTS and quantity.unit == "percent":
                        yield Cell(owner, last, quantity, _basis(heading), text)
                else:
                    # The text above names the metric of a row of a company, never that of "EPS".
                    named = [cells[0]] if by_column or down is None else [heading, *texts]
                    reading = self._reading(written, quantity, heading, named, texts, setting)
                    if reading is None:
                        self.skipped.append((NOT_UNDERSTOOD, text))
                    else:
                        last = last or reading
                        yield Cell(owner, reading, None, "", text)

    def _is_of_many(self, body: list[list[str]]) -> bool:
        """Whether the rows of a table are companies."""
        return any(self.names.named(cells[0]) is not None for cells in body if cells)

    def _reading(
        self,
        written: str,
        quantity: Quantity,
        heading: str,
        named: Sequence[str],
        above: Sequence[str],
        setting: Setting,
    ) -> Reading | None:
        """The figure of a cell, by the first text that names its metric."""
        dated = (read_heading(text, setting.disclosure) for text in (heading, *named, *above))
        period = next((p for p in dated if p is not None), None)
        period = period or setting.subject
        if period is None or period.end > setting.disclosure.disclosed_on:
            return None
        stated = unit_in(heading) or next((u for u in map(unit_in, named) if u), None)
        unit = "" if quantity.unit else f" {stated[0]}" if stated else " BTC"
        money = "$" if unit == " USD" else ""
        here = replace(setting, context=period, subject=period, before=None)
        for text in named:
            said = f"{_without_unit(text)}: {money}{written}{'' if money else unit}"
            labeller = Labeller(said, here, self.lexicon.frames, self.lexicon.words)
            found = [r for r in labeller.read() if not r.reason and r.quantity.value == quantity.value]
            if found:
                return replace(found[0], period=_of(found[0], period), dated=True)
        return None


def _of(reading: Reading, period: Period) -> Period:
    """The period of a cell: its heading's, as a day if its metric is one of a day."""
    day = reading.period is not None and reading.period.start is None
    return Period(None, period.end) if day else period


def _without_unit(text: str) -> str:
    return re.sub(r"[(\[][^()\[\]]*[)\]]|[.:]+\s*$", "", text).strip()


def _basis(heading: str) -> str:
    if _YEAR.search(heading):
        return "year"
    return "period" if _PERIOD.search(heading) else ""
