"""What an XBRL reader hands on: facts with their concept, value, unit, period, dimensions and place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lxml import etree

from pipelines.parse.document.headings import column_heading, row_label, table_of

# A namespace names its taxonomy and its year; the year changes, the taxonomy is what rules are written for.
_TAXONOMIES = (
    (re.compile(r"^https?://(?:fasb|xbrl\.us)[^ ]*/us-gaap/"), "us-gaap"),
    (re.compile(r"^https?://fasb\.org/srt/"), "srt"),
    (re.compile(r"^https?://xbrl\.sec\.gov/dei/"), "dei"),
    (re.compile(r"^https?://xbrl\.us/dei/"), "dei"),
    (re.compile(r"^https?://xbrl\.sec\.gov/([a-z-]+)/"), ""),
    (re.compile(r"^https?://xbrl\.ifrs\.org/taxonomy/[^/]+/(ifrs-[a-z]+)"), ""),
    (re.compile(r"^https?://fasb\.org/([a-z-]+)/"), ""),
)
ISSUER = "issuer"


def taxonomy_of(namespace: str) -> str:
    """`us-gaap`, `srt`, `dei`, `ifrs-full` … for a standard namespace of any year, `issuer` for a company's own."""
    for pattern, name in _TAXONOMIES:
        match = pattern.match(namespace)
        if match:
            return name or match[1]
    return ISSUER


class QName(NamedTuple):
    """A qualified name as the document writes it (`prefix:local`), with what its prefix stands for."""

    prefix: str
    local: str
    namespace: str
    taxonomy: str

    def __str__(self) -> str:
        return f"{self.prefix}:{self.local}" if self.prefix else self.local

    @property
    def standard(self) -> str:
        """`us-gaap:Revenues` whatever prefix and year the document uses; `issuer:…` for a company's own names."""
        return f"{self.taxonomy}:{self.local}"


class Names:
    """Qualified names of one document, each resolved once."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes
        self._known: dict[str, QName] = {}

    def __call__(self, text: str) -> QName:
        name = self._known.get(text)
        if name is None:
            prefix, _, local = text.strip().rpartition(":")
            namespace = self._prefixes.get(prefix, "")
            name = self._known[text] = QName(prefix, local, namespace, taxonomy_of(namespace))
        return name


Dimension = tuple[QName, "QName | str"]
"""An axis and its member; the member of a typed dimension is its text."""


class Place:
    """Where on the page a fact stands: its row and table, and the row's label.

    Rows are counted over those that hold facts, in document order; table and label are read when asked for,
    once a row: most facts of a filing are never asked.
    """

    __slots__ = ("_element", "_label", "row")

    def __init__(self, row: int, element: etree._Element | None, label: str | None = None) -> None:
        self.row = row
        self._element = element
        self._label = label

    @property
    def label(self) -> str:
        """The first cell of the row that carries words; empty in prose."""
        if self._label is None:
            self._label = "" if self._element is None else row_label(self._element)
        return self._label

    @property
    def table(self) -> object | None:
        """What is the same for all rows of one table and differs between tables; None in prose."""
        return None if self._element is None else table_of(self._element)


NOWHERE = Place(-1, None)


@dataclass(slots=True, eq=False)
class Fact:
    """One fact of a filed document.

    value    exact, scale and sign applied; None where nil, where text, or where `problem` says why not
    start, end   a duration; an instant has `start` None
    unit     local names of the measures (`USD`, `USD/shares`), None for text
    problem  why the fact cannot be used: unknown_format, no_context, no_period_end, no_unit, not_a_number
    """

    concept: QName
    value: Decimal | None
    text: str
    unit: str | None
    start: date | None
    end: date | None
    dimensions: tuple[Dimension, ...]
    decimals: str | None
    fact_id: str
    order: int
    nil: bool = False
    hidden: bool = False
    numeric: bool = True
    problem: str | None = None
    place: Place = NOWHERE
    _cell: etree._Element | None = field(default=None, repr=False)

    @property
    def label(self) -> str:
        """The heading of the table row in which the fact stands; empty in prose and in an instance."""
        return self.place.label

    @property
    def column_heading(self) -> str:
        """The headings above the fact's column, top down; read from the table when asked for."""
        return "" if self._cell is None else column_heading(self._cell)

    @property
    def locator(self) -> str:
        """The fact's id, by which a browser finds it (`…htm#id`); its ordinal number where it has none."""
        return self.fact_id or f"fact[{self.order}]"

    @property
    def instant(self) -> date | None:
        """The day of an instant, None for a duration."""
        return self.end if self.start is None else None

    def dimensions_text(self) -> str:
        """`axis=member;…` with the document's prefixes, sorted."""
        return ";".join(sorted(f"{axis}={member}" for axis, member in self.dimensions))

    def key(self) -> tuple[object, ...]:
        """What makes two facts the same fact: concept, period, dimensions, unit."""
        return (self.concept.standard, self.start, self.end, self.dimensions_text(), self.unit)


@dataclass(slots=True)
class FactTable:
    """All facts of one document in its order, what the document says of itself, and what was odd in reading it.

    entity    dei facts by local name: `EntityRegistrantName`, `TradingSymbol`, `DocumentPeriodEndDate` …
    cik       from the contexts' entity identifier (10 digits) or dei, empty where neither is there
    kind      `inline` or `instance`
    warnings  one line each; `html_fallback` stands for a document that was not well-formed
    """

    facts: list[Fact]
    entity: dict[str, str]
    cik: str
    kind: str
    warnings: list[str]

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def numeric(self) -> Iterable[Fact]:
        """Facts that carry a usable number."""
        return (fact for fact in self.facts if fact.numeric and fact.value is not None)
