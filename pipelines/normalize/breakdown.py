"""Breakdowns of revenue: lines that add up to a period's total.

A document states one total several times: as lines of the income statement, by product, by segment, by
product within segment, gross with eliminations or external. Each is a breakdown candidate, used as a whole or
not at all: lines of two candidates are never mixed in one sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, product
from typing import TypeVar

from pipelines.normalize.figures import AS_REPORTED, SUMMED
from pipelines.normalize.revenue_facts import (
    SUBTOTALS,
    Consolidation,
    Cut,
    consolidation_of,
    is_between_segments,
    is_issuer_name,
    is_revenue_concept,
    is_revenue_label,
    member_of,
)
from pipelines.normalize.revenue_values import StatedValue
from pipelines.parse.xbrl.facts import QName

MAX_LINES = 16
MAX_DROPPED = 5
MAX_TRIES = 20_000


@dataclass(frozen=True, slots=True)
class StatedAmount:
    """One stated value of a line, the facts behind it, and its derivation."""

    value: Decimal
    facts: tuple[StatedValue, ...]
    derivation: str = AS_REPORTED
    rules: tuple[str, ...] = ()


@dataclass(slots=True)
class BreakdownLine:
    """One line of a breakdown, with all its stated amounts: gross, external, by party."""

    amounts: list[StatedAmount]
    segment: str | None = None
    member: QName | None = None
    label: str = ""

    @property
    def first(self) -> StatedValue:
        return self.amounts[0].facts[0]


@dataclass(slots=True)
class BreakdownCandidate:
    """A breakdown of revenue, and the amounts chosen so that they add up to the total."""

    name: str
    lines: list[BreakdownLine]
    chosen: list[tuple[BreakdownLine, StatedAmount]] = field(default_factory=list)
    exact: bool = False

    @property
    def total(self) -> Decimal:
        return sum((amount.value for _, amount in self.chosen), Decimal(0))

    @property
    def reconciles(self) -> bool:
        """Whether amounts that add up to the total have been chosen."""
        return bool(self.chosen)


def tolerance(facts: Iterable[StatedValue]) -> Decimal:
    """The rounding allowance: half a unit for each figure in the sum."""
    return sum((fact.stated_unit / 2 for fact in facts), Decimal(0))


# ---- income statement


V = TypeVar("V", bound=StatedValue)


def rows_of(facts: Iterable[V]) -> list[V]:
    """Facts of one table and period, one per row, in row order."""
    by_row: dict[int, V] = {}
    for fact in facts:
        by_row.setdefault(fact.row, fact)
    return [by_row[row] for row in sorted(by_row)]


def lines_above(rows: Sequence[StatedValue], total: Decimal, slack: Decimal) -> list[StatedValue]:
    """The rows directly above a total that add up to it, from top to bottom; empty if none do.

    The search stops once the sum is reached, since rows above belong to another sum. Rows of zero above the
    first line are included if they are revenue.
    """
    for exact in (True, False):
        sum_so_far = Decimal(0)
        for taken, fact in enumerate(reversed(rows), 1):
            assert fact.value is not None
            sum_so_far += fact.value
            allowed = Decimal(0) if exact else slack + fact.stated_unit / 2 * taken
            if abs(sum_so_far - total) <= allowed and taken >= (1 if exact else 2):
                first = len(rows) - taken
                while first > 0 and rows[first - 1].value == 0 and _speaks_of_revenue(rows[first - 1]):
                    first -= 1
                return list(rows[first:])
            if taken >= MAX_LINES:
                break
    return []


def _speaks_of_revenue(fact: StatedValue) -> bool:
    return is_revenue_concept(fact) or is_revenue_label(fact.label)


def leading_lines(rows: Sequence[StatedValue]) -> list[StatedValue]:
    """The revenue rows at the top of an income statement, up to the first other row."""
    out: list[StatedValue] = []
    for fact in rows:
        if not _speaks_of_revenue(fact):
            break
        out.append(fact)
    return out


# ---- breakdowns by axis


def _merged(facts: list[StatedValue]) -> list[StatedAmount]:
    """The stated amounts of the facts of one member.

    Equal values under several concepts or with OperatingSegmentsMember are one amount (`duplicate_concept`).
    Parts by RelatedPartyMember and NonrelatedPartyMember are added (`related_party_split`) if no whole is
    stated.
    """
    amounts: list[StatedAmount] = []

    def add(amount: StatedAmount) -> None:
        if all(amount.value != other.value for other in amounts):
            amounts.append(amount)

    order = (Consolidation.NONE, Consolidation.GROSS, Consolidation.UNKNOWN, Consolidation.OUTSIDE)
    whole = [f for f in facts if member_of(f, Cut.PARTY) is None and f.value is not None]
    for fact in sorted(whole, key=lambda f: (order.index(consolidation_of(f)), f.order)):
        assert fact.value is not None
        add(StatedAmount(fact.value, (fact,)))
    halves: dict[tuple[str, str], dict[str, StatedValue]] = {}
    for fact in facts:
        party = member_of(fact, Cut.PARTY)
        if party is not None and fact.value is not None:
            halves.setdefault((fact.standard_name, consolidation_of(fact)), {}).setdefault(party.local, fact)
    for parts in halves.values():
        if len(parts) == 2:
            members = tuple(sorted(parts.values(), key=lambda f: f.order))
            add(
                StatedAmount(
                    sum((f.value or Decimal(0) for f in members), Decimal(0)),
                    members,
                    SUMMED,
                    ("related_party_split",),
                )
            )
        elif not amounts:
            add(StatedAmount(next(iter(parts.values())).value or Decimal(0), tuple(parts.values())))
    return amounts


def candidates_by_axis(facts: Sequence[StatedValue]) -> list[BreakdownCandidate]:
    """Breakdowns of one period's facts by product, by segment, and by product within segment."""
    groups: dict[str, dict[str, list[StatedValue]]] = {"product": {}, "segment": {}, "product_by_segment": {}}
    outside: list[BreakdownLine] = []
    for fact in facts:
        by_product, by_segment = member_of(fact, Cut.PRODUCT), member_of(fact, Cut.SEGMENT)
        role = consolidation_of(fact)
        if any(m is not None and m.local in SUBTOTALS for m in (by_product, by_segment)):
            continue
        if role is Consolidation.ELIMINATION:
            if by_product is None and by_segment is None and fact.value is not None:
                value = -abs(fact.value)
                outside.append(
                    BreakdownLine(
                        [StatedAmount(value, (fact,), AS_REPORTED, ("eliminations_line",))], "eliminations"
                    )
                )
            continue
        if role is Consolidation.OUTSIDE and by_product is None and by_segment is None:
            if fact.value is not None:
                outside.append(BreakdownLine([StatedAmount(fact.value, (fact,))], label=fact.label))
            continue
        if (by_product is not None or by_segment is not None) and is_between_segments(fact):
            # Neither what the segment sold outside nor its gross revenue: eliminations take it out again.
            continue
        if by_product is not None and by_segment is not None:
            groups["product_by_segment"].setdefault(f"{by_product.local}|{by_segment.local}", []).append(fact)
        elif by_product is not None:
            groups["product"].setdefault(by_product.local, []).append(fact)
        elif by_segment is not None:
            groups["segment"].setdefault(by_segment.local, []).append(fact)
    out: list[BreakdownCandidate] = []
    for name, members in groups.items():
        lines: list[BreakdownLine] = []
        for group in members.values():
            amounts = _merged(group)
            if amounts:
                first = amounts[0].facts[0]
                member = member_of(first, Cut.PRODUCT) or member_of(first, Cut.SEGMENT)
                lines.append(BreakdownLine(amounts, member=member, label=first.label))
        if lines:
            out.append(BreakdownCandidate(name, lines + _unique(outside)))
    return out


def _unique(lines: list[BreakdownLine]) -> list[BreakdownLine]:
    seen: set[tuple[Decimal, str | None]] = set()
    out = []
    for line in lines:
        key = (line.amounts[0].value, line.segment)
        if key not in seen:
            seen.add(key)
            out.append(line)
    return out


def reconcile(candidate: BreakdownCandidate, total: Decimal, slack: Decimal) -> None:
    """Choose amounts that add up to the total, dropping as few lines as possible.

    Lines are dropped if parents are listed with their children (HostingServiceMember with its customers' and
    related parties' parts) or one line has two members. Nothing is chosen if no choice adds up, or if choices
    with different segments do.
    """
    stated = [line for line in candidate.lines if any(amount.value for amount in line.amounts)]
    zeros = [line for line in candidate.lines if line not in stated]
    # Segments state external revenue: eliminations are used only if nothing adds up without them.
    external = [line for line in stated if line.segment != "eliminations"]
    for lines in [external, *([stated] if len(stated) > len(external) else [])]:
        if not lines or len(lines) > MAX_LINES:
            continue
        for exact in (True, False):
            found = _choices(lines, total, slack, exact=exact)
            if found and _ambiguous(found):
                return
            if found:
                candidate.chosen = _preferred(found) + [(line, line.amounts[0]) for line in zeros]
                candidate.exact = exact
                return


Choice = list[tuple[BreakdownLine, StatedAmount]]


def _choices(lines: Sequence[BreakdownLine], total: Decimal, slack: Decimal, *, exact: bool) -> list[Choice]:
    """The choices of amounts that add up to the total; within rounding no line is dropped.

    Choices with the fewest dropped lines. If these have an unknown line, also choices that drop more: a known
    parent is listed with unknown children.
    """
    tries = 0
    all_found: list[Choice] = []
    for dropped in range((min(MAX_DROPPED, len(lines) - 1) if exact else 0) + 1):
        found: list[Choice] = []
        for kept in combinations(lines, len(lines) - dropped):
            for amounts in product(*(line.amounts for line in kept)):
                tries += 1
                if tries > MAX_TRIES:
                    return all_found + found
                allowed = Decimal(0) if exact else slack + tolerance(o.facts[0] for o in amounts)
                if abs(sum((o.value for o in amounts), Decimal(0)) - total) <= allowed:
                    found.append(list(zip(kept, amounts, strict=True)))
        all_found += found
        if any(all(line.segment for line, _ in choice) for choice in found):
            break
    return all_found


def _by_segment(choice: Choice) -> frozenset[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for line, amount in choice:
        name = line.segment or f"unknown {line.label}"
        sums[name] = sums.get(name, Decimal(0)) + amount.value
    return frozenset(sums.items())


def _ambiguous(found: list[Choice]) -> bool:
    """Whether choices without unknown lines give different segment revenues."""
    known = [choice for choice in found if all(line.segment for line, _ in choice)]
    return len({_by_segment(choice) for choice in known}) > 1


def _preferred(found: list[Choice]) -> Choice:
    def rank(choice: Choice) -> tuple[object, ...]:
        unknown = sum((abs(amount.value) for line, amount in choice if line.segment is None), Decimal(0))
        return (
            unknown,
            sum(line.segment == "eliminations" for line, _ in choice),
            -len({line.segment for line, _ in choice}),
            sum(amount.facts[0].row < 0 for _, amount in choice),
        )

    return min(found, key=rank)


def issuer_lines(facts: Sequence[StatedValue], total: StatedValue | None) -> BreakdownCandidate | None:
    """Lines without dimensions: the breakdown of statements without members (TeraWulf)."""
    seen: dict[tuple[str, Decimal | None], StatedValue] = {}
    for fact in facts:
        if fact.dimensions or fact is total or fact.value is None:
            continue
        if total is not None and fact.standard_name == total.standard_name:
            continue
        if is_issuer_name(fact) or is_revenue_concept(fact):
            seen.setdefault((fact.standard_name, fact.value), fact)
    lines = [BreakdownLine([StatedAmount(f.value or Decimal(0), (f,))], label=f.label) for f in seen.values()]
    return BreakdownCandidate("lines", lines) if lines else None
