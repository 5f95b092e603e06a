"""The record from reader to warehouse, and other results of normalizing a document."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter
from typing_extensions import TypedDict

AS_REPORTED = "as_reported"
SUMMED = "summed"
DERIVED = "derived"
SINGLE_SEGMENT = "single_segment"
STATED_TWICE = "stated_twice"
"""Rule of a figure that two places of a document state."""
DERIVATIONS = (AS_REPORTED, SUMMED, DERIVED, SINGLE_SEGMENT)


class Input(TypedDict, total=False):
    """A stated value behind a derived figure; numbers and dates are text, as stored in JSON."""

    label: str
    locator: str
    value: str
    column: str
    derivation: str
    role: str
    period_start: str
    period_end: str
    accession: str | None
    form: str
    url: str
    bitcoin_sold: str | None
    proceeds_usd: str | None


@dataclass(frozen=True, slots=True)
class Figure:
    """One normalized figure of one document.

    Args:
        fact: segment_revenue, or a metric of the lexicon such as total_revenue or bitcoin_sold.
        segment: Canonical segment of a segment_revenue, else None.
        start: First day of the period; None for a figure on a day.
        end: Last day of the period.
        value: Exact value, in `unit`.
        unit: USD, BTC or the metric's unit.
        label: The document's own words for it.
        locator: Where it is in the document; empty for a derived figure, whose inputs have one each.
        derivation: One of DERIVATIONS.
        rounding: Half the unit it was stated in (500 for thousands): the tolerance when reconciling.
        inputs: The stated values behind a figure that is not as reported.
        rules: Names of the rules that produced it.
        complete: Whether the breakdown it belongs to adds up to its total.
        scope: Whose figure it is: company, total, joint_venture, hosted_customers or a site; unencumbered for
            bitcoin held without the bitcoin posted as collateral; empty for a segment.
        qualifier: Words such as "approximately"; empty if stated exactly.

    Raises:
        ValueError: The record contradicts itself.
    """

    fact: str
    segment: str | None
    start: date | None
    end: date
    value: Decimal
    unit: str
    label: str
    locator: str
    derivation: str = AS_REPORTED
    rounding: Decimal = Decimal(0)
    inputs: tuple[Input, ...] = ()
    rules: tuple[str, ...] = ()
    complete: bool = True
    scope: str = "company"
    qualifier: str = ""

    def __post_init__(self) -> None:
        if not self.fact or not self.unit:
            raise ValueError(f"a figure needs a fact and a unit: {self.fact!r}, {self.unit!r}")
        if not self.value.is_finite() or self.rounding < 0:
            raise ValueError(f"{self.fact}: {self.value} ± {self.rounding} is not a value")
        if self.start is not None and self.start > self.end:
            raise ValueError(f"{self.fact}: the period starts on {self.start} and ends on {self.end}")
        if self.derivation not in DERIVATIONS:
            raise ValueError(f"{self.fact}: {self.derivation!r} is not one of {', '.join(DERIVATIONS)}")
        if self.derivation == SUMMED and not self.inputs:
            raise ValueError(f"{self.fact}: a summed figure names its inputs")


def plain(value: Decimal) -> Decimal:
    """The value without an exponent, and without decimals if it is whole: 94900000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else Decimal(f"{value:f}")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible figure, as far as it was understood; quarantine keeps it with the reason."""

    fact: str | None = None
    segment: str | None = None
    start: date | None = None
    end: date | None = None
    value: Decimal | None = None
    unit: str | None = None
    label: str = ""
    locator: str = ""
    scope: str = "company"
    qualifier: str = ""
    concept: str | None = None
    dimensions: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record for quarantine: the check that rejected it and why, in one line."""

    check: str
    reason: str
    record: object


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference between values that should be equal.

    Args:
        check: Name of the check.
        start, end: The period; `start` is None for a day.
        expected, found: The two values, if there are two.
        detail: One line for a person.
        documents: URLs, if it concerns several documents; else it is the document that was normalized.
        metric, segment: The figure in doubt, as in marts.figures; None if it concerns no single metric.
        others: Further periods of the metric whose figures are in doubt; `start` is None for a day.
    """

    check: str
    start: date | None
    end: date
    expected: Decimal | None
    found: Decimal | None
    detail: str
    documents: tuple[str, ...] = ()
    metric: str | None = None
    segment: str | None = None
    others: tuple[tuple[date | None, date], ...] = ()

    @property
    def difference(self) -> Decimal | None:
        if self.expected is None or self.found is None:
            return None
        return self.found - self.expected


@dataclass(frozen=True, slots=True)
class Skipped:
    """A value that resembles one of ours and is not, with the rule that excludes it."""

    rule: str
    concept: str
    dimensions: str
    value: Decimal | None
    start: date | None
    end: date | None
    locator: str


@dataclass(frozen=True, slots=True)
class Source:
    """The document of a record; `accession` is None for an article."""

    document_key: int
    accession: str | None
    url: str
    disclosed_at: datetime


@dataclass(slots=True)
class Normalized:
    """The result for one document."""

    figures: list[Figure] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def add(self, other: "Normalized") -> "Normalized":
        self.figures += other.figures
        self.rejected += other.rejected
        self.findings += other.findings
        self.skipped += other.skipped
        return self


# Columns are named in full; in Python a record's own period is its start and end.
_COLUMNS = {"start": "period_start", "end": "period_end"}
T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def to_row(record: Any) -> dict[str, Any]:
    """The columns of a record: its fields, `start` and `end` as period_start and period_end."""
    return {_COLUMNS.get(f.name, f.name): getattr(record, f.name) for f in fields(record)}


def from_row(kind: type[T], row: Mapping[Any, Any]) -> T:
    """The record of a row, from typed columns or JSON; other columns are ignored.

    Raises:
        ValueError: The row is not such a record.
    """
    names = {f.name: _COLUMNS.get(f.name, f.name) for f in fields(cast(Any, kind))}
    values = {name: row[column] for name, column in names.items() if column in row}
    return cast(T, _adapter(cast(Any, kind)).validate_python(values))
