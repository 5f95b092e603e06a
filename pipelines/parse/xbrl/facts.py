"""XBRL facts with concept, value, unit, period, dimensions and place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from lxml import etree

from pipelines.parse.document.headings import column_heading, row_label, table_of

# A namespace contains taxonomy and year. Rules apply to a taxonomy of any year.
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
    """`us-gaap`, `srt`, `dei`, `ifrs-full` … of any year; `issuer` for a company's own."""
    for pattern, name in _TAXONOMIES:
        match = pattern.match(namespace)
        if match:
            return name or match[1]
    return ISSUER


class QName(NamedTuple):
    """A qualified name as the document writes it (`prefix:local`), with its resolved namespace."""

    prefix: str
    local: str
    namespace: str
    taxonomy: str

    def __str__(self) -> str:
        return f"{self.prefix}:{self.local}" if self.prefix else self.local

    @property
    def standard(self) -> str:
        """`us-gaap:Revenues` for any prefix and year; `issuer:…` for a company's own names."""
        return f"{self.taxonomy}:{self.local}"


class QNames:
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
    """The table row of a fact.

    Rows with facts are numbered in document order. Table and label are computed on first use, since most
    facts of a filing do not need them.
    """

    __slots__ = ("_element", "_label", "row")

    def __init__(self, row: int, element: etree._Element | None, label: str | None = None) -> None:
        self.row = row
        self._element = element
        self._label = label

    @property
    def label(self) -> str:
        """The first cell of the row with words; empty in prose."""
        if self._label is None:
            self._label = "" if self._element is None else row_label(self._element)
        return self._label

    @property
    def table(self) -> object | None:
        """An identifier of the row's table; None in prose."""
        return None if self._element is None else table_of(self._element)


NOWHERE = Place(-1, None)


@dataclass(slots=True, eq=False)
class Fact:
    """One fact of a filed document.

    Args:
        value: Exact, with scale and sign applied; None for nil, for text, or if there is a `problem`.
        start: First day of a duration; None for an instant.
        unit: Local names of the measures (`USD`, `USD/shares`); None for text.
        problem: Why the fact cannot be used: unknown_format, no_context, no_period_end, no_unit,
            not_a_number.
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
        """The label of the fact's table row; empty in prose and in an instance."""
        return self.place.label

    @property
    def name(self) -> str:
        """The concept's local name."""
        return self.concept.local

    @property
    def standard_name(self) -> str:
        """The concept with its taxonomy, independent of prefix and year."""
        return self.concept.standard

    @property
    def row(self) -> int:
        """The number of the table row; negative outside tables."""
        return self.place.row

    @property
    def stated_unit(self) -> Decimal:
        """The precision it was stated in: 1000 for decimals -3, 1 for 0 or INF; 0 for finer ones."""
        if self.decimals in (None, "INF", ""):
            return Decimal(1)
        decimals = self.stated_decimals
        return Decimal(0) if decimals is None or decimals > 0 else Decimal(1).scaleb(-decimals)

    @property
    def stated_decimals(self) -> int | None:
        """`decimals` as a number, None if it is not one or without meaning: INF, 5 digits."""
        found = re.fullmatch(r"\s*[+-]?[0-9]{1,2}\s*", self.decimals or "")
        return int(found[0]) if found else None

    @property
    def column_heading(self) -> str:
        """The headings above the fact's column, from top to bottom."""
        return "" if self._cell is None else column_heading(self._cell)

    @property
    def locator(self) -> str:
        """The fact's id, which works as a URL fragment; its ordinal number if it has none."""
        return self.fact_id or f"fact[{self.order}]"

    @property
    def instant(self) -> date | None:
        """The day of an instant, None for a duration."""
        return self.end if self.start is None else None

    def dimensions_text(self) -> str:
        """`axis=member;…` with the document's prefixes, sorted."""
        return ";".join(sorted(f"{axis}={member}" for axis, member in self.dimensions))

    def key(self) -> tuple[object, ...]:
        """The identity of the fact: concept, period, dimensions, unit."""
        return (self.concept.standard, self.start, self.end, self.dimensions_text(), self.unit)


@dataclass(slots=True)
class FactTable:
    """All facts of one document in order, and its metadata.

    Args:
        entity: The dei facts by local name: `EntityRegistrantName`, `TradingSymbol`, `DocumentPeriodEndDate`
            … `cik`: The CIK with 10 digits, from the contexts or dei; empty if neither has it.
        kind: `inline` or `instance`.
        warnings: One line each; `repaired` marks illegal text, `html_fallback` damaged tags.
        page: The root of an inline document.
    """

    facts: list[Fact]
    entity: dict[str, str]
    cik: str
    kind: str
    warnings: list[str]
    page: etree._Element | None = field(default=None, repr=False)

    @property
    def damaged(self) -> bool:
        """Whether tags were lost, so that numbers may be in other rows or columns."""
        return any(warning.startswith("html_fallback") for warning in self.warnings)

    @property
    def text(self) -> str:
        """The text of an inline document without its header; empty for an instance."""
        if self.page is None:
            return ""
        texts = self.page.xpath("//text()[not(ancestor::*[contains(name(), ':header')])]")
        return " ".join(map(str, cast(list[str], texts)))

    def __iter__(self) -> Iterator[Fact]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def numeric(self) -> Iterable[Fact]:
        """Facts with a usable number."""
        return (fact for fact in self.facts if fact.numeric and fact.value is not None)
