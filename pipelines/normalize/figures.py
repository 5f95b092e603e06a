"""What normalizing one document gives: figures, what was refused with its reason, findings, what was left out."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

AS_REPORTED = "as_reported"
SUMMED = "summed"
DERIVED = "derived"
SINGLE_SEGMENT = "single_segment"
DERIVATIONS = (AS_REPORTED, SUMMED, DERIVED, SINGLE_SEGMENT)


@dataclass(slots=True)
class Figure:
    """One normalized figure of one document.

    fact      segment_revenue, total_revenue, bitcoin_sold, bitcoin_sale_proceeds, average_sale_price, or a metric
    segment   canonical segment of a segment_revenue, else None
    scope     whose figure it is: company, total, joint_venture, hosted_customers, a site; empty for revenue by segment
    start     None where it stands on a day
    value     exact, in `unit`
    rounding  half the unit it was stated in (500 where stated in thousands): what a tie-out allows
    inputs    of what is not as reported: label, locator, value of each
    rules     names of the rules that took part
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
    inputs: list[dict[str, Any]] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    complete: bool = True
    scope: str = "company"
    qualifier: str = ""


def plain(value: Decimal) -> Decimal:
    """The same value without an exponent, and without decimals where it is whole: 94.9 million is 94900000."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else Decimal(f"{value:f}")


@dataclass(slots=True)
class Rejected:
    """A row that goes to quarantine: which check refused it, why in one line, and the row itself."""

    check: str
    reason: str
    row: dict[str, Any]


@dataclass(slots=True)
class Finding:
    """Something that does not tie out: check, period, what was expected and found.

    documents   URLs, where it lies between several; else it is the document that was normalized
    """

    check: str
    start: date | None
    end: date
    expected: Decimal | None
    found: Decimal | None
    detail: str
    documents: list[str] = field(default_factory=list)

    @property
    def difference(self) -> Decimal | None:
        if self.expected is None or self.found is None:
            return None
        return self.found - self.expected


@dataclass(slots=True)
class LeftOut:
    """A fact that looked like one of ours and is not, with the rule that says so."""

    rule: str
    concept: str
    dimensions: str
    value: Decimal | None
    start: date | None
    end: date | None
    locator: str


@dataclass(slots=True)
class Normalized:
    """The result for one document."""

    figures: list[Figure] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def add(self, other: "Normalized") -> "Normalized":
        self.figures += other.figures
        self.rejected += other.rejected
        self.findings += other.findings
        self.left_out += other.left_out
        return self
