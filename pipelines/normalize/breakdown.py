"""Breakdowns of revenue: the lines that add up to a period's total, found on the statement's face or by axis.

A document states one total several times over: as lines of the income statement, by product, by segment, by
product within segment, gross with eliminations or external. Each of these is a *basis*. A basis is used whole or
not at all: lines of two bases are never mixed within one sum.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, product

from pipelines.normalize.figures import AS_REPORTED, SUMMED
from pipelines.normalize.revenue_facts import (
    SUBTOTALS,
    Consolidation,
    Cut,
    consolidation_of,
    is_revenue_concept,
    is_revenue_label,
    member_of,
)
from pipelines.parse.xbrl.facts import ISSUER, Fact, QName

MAX_LINES = 16
MAX_DROPPED = 5
MAX_TRIES = 20_000


@dataclass(frozen=True, slots=True)
class Option:
    """One way in which a line is stated: a value, the facts behind it, and how it came about."""

    value: Decimal
    facts: tuple[Fact, ...]
    derivation: str = AS_REPORTED
    rules: tuple[str, ...] = ()


@dataclass(slots=True)
class Line:
    """One line of a basis, with the ways in which the document states it (gross, external, split by party)."""

    options: list[Option]
    segment: str | None = None
    member: QName | None = None
    label: str = ""

    @property
    def first(self) -> Fact:
        return self.options[0].facts[0]


@dataclass(slots=True)
class Basis:
    """A named way of breaking revenue down, and the options chosen so that they add up to the total."""

    name: str
    lines: list[Line]
    chosen: list[tuple[Line, Option]] = field(default_factory=list)
    exact: bool = False

    @property
    def total(self) -> Decimal:
        return sum((option.value for _, option in self.chosen), Decimal(0))

    @property
    def tied(self) -> bool:
        return bool(self.chosen)


def stated_unit(fact: Fact) -> Decimal:
    """The unit in which a fact was stated: 1000 for decimals -3; 0 where exact."""
    try:
        decimals = int(fact.decimals) if fact.decimals not in (None, "INF", "") else 0
    except ValueError:
        return Decimal(0)
    return Decimal(1).scaleb(-decimals) if decimals <= 0 else Decimal(0)


def tolerance(facts: Iterable[Fact]) -> Decimal:
    """What rounding allows: half a unit for each figure that takes part in the sum."""
    return sum((stated_unit(fact) / 2 for fact in facts), Decimal(0))


# ------------------------------------------------------------------------------------- the statement's face


def rows_of(facts: Iterable[Fact]) -> list[Fact]:
    """Facts of one table and period, one a row, in the order of the rows."""
    by_row: dict[int, Fact] = {}
    for fact in facts:
        by_row.setdefault(fact.place.row, fact)
    return [by_row[row] for row in sorted(by_row)]


def lines_above(rows: Sequence[Fact], total: Decimal, slack: Decimal) -> list[Fact]:
    """The rows directly above a total that add up to it, top down; empty where none do.

    Walks up from the total and stops where the sum is reached: what stands above that is another sum. Rows of
    zero above the first line belong to it where they speak of revenue.
    """
    for exact in (True, False):
        sum_so_far = Decimal(0)
        for taken, fact in enumerate(reversed(rows), 1):
            assert fact.value is not None
            sum_so_far += fact.value
            allowed = Decimal(0) if exact else slack + stated_unit(fact) / 2 * taken
            if abs(sum_so_far - total) <= allowed and taken >= (1 if exact else 2):
                first = len(rows) - taken
                while first > 0 and rows[first - 1].value == 0 and _speaks_of_revenue(rows[first - 1]):
                    first -= 1
                return list(rows[first:])
            if taken >= MAX_LINES:
                break
    return []


def _speaks_of_revenue(fact: Fact) -> bool:
    return is_revenue_concept(fact) or is_revenue_label(fact.label)


def leading_lines(rows: Sequence[Fact]) -> list[Fact]:
    """The rows at the top of a statement that speak of revenue, up to the first that does not."""
    out: list[Fact] = []
    for fact in rows:
        if not _speaks_of_revenue(fact):
            break
        out.append(fact)
    return out


# ------------------------------------------------------------------------------------------ breakdowns by axis


def _merged(facts: list[Fact]) -> list[Option]:
    """The ways in which the facts of one member state its line.

    Equal values under several concepts or with OperatingSegmentsMember are one (`duplicate_concept`). Halves by
    RelatedPartyMember and NonrelatedPartyMember are added (`related_party_split`) where no whole is stated.
    """
    options: list[Option] = []

    def add(option: Option) -> None:
        if all(option.value != other.value for other in options):
            options.append(option)

    order = (Consolidation.NONE, Consolidation.GROSS, Consolidation.UNKNOWN, Consolidation.OUTSIDE)
    whole = [f for f in facts if member_of(f, Cut.PARTY) is None and f.value is not None]
    for fact in sorted(whole, key=lambda f: (order.index(consolidation_of(f)), f.order)):
        assert fact.value is not None
        add(Option(fact.value, (fact,)))
    halves: dict[tuple[str, str], dict[str, Fact]] = {}
    for fact in facts:
        party = member_of(fact, Cut.PARTY)
        if party is not None and fact.value is not None:
            halves.setdefault((fact.concept.standard, consolidation_of(fact)), {}).setdefault(
                party.local, fact
            )
    for parts in halves.values():
        if len(parts) == 2:
            members = tuple(sorted(parts.values(), key=lambda f: f.order))
            add(
                Option(
                    sum((f.value or Decimal(0) for f in members), Decimal(0)),
                    members,
                    SUMMED,
                    ("related_party_split",),
                )
            )
        elif not options:
            add(Option(next(iter(parts.values())).value or Decimal(0), tuple(parts.values())))
    return options


def bases_by_axis(facts: Sequence[Fact]) -> list[Basis]:
    """The breakdowns that one period's facts give by product, by segment, and by product within segment."""
    groups: dict[str, dict[str, list[Fact]]] = {"product": {}, "segment": {}, "product_by_segment": {}}
    outside: list[Line] = []
    for fact in facts:
        by_product, by_segment = member_of(fact, Cut.PRODUCT), member_of(fact, Cut.SEGMENT)
        role = consolidation_of(fact)
        if any(m is not None and m.local in SUBTOTALS for m in (by_product, by_segment)):
            continue
        if role is Consolidation.ELIMINATION:
            if by_product is None and by_segment is None and fact.value is not None:
                value = -abs(fact.value)
                outside.append(
                    Line([Option(value, (fact,), AS_REPORTED, ("eliminations_line",))], "eliminations")
                )
            continue
        if role is Consolidation.OUTSIDE and by_product is None and by_segment is None:
            if fact.value is not None:
                outside.append(Line([Option(fact.value, (fact,))], label=fact.label))
            continue
        if by_product is not None and by_segment is not None:
            groups["product_by_segment"].setdefault(f"{by_product.local}|{by_segment.local}", []).append(fact)
        elif by_product is not None:
            groups["product"].setdefault(by_product.local, []).append(fact)
        elif by_segment is not None:
            groups["segment"].setdefault(by_segment.local, []).append(fact)
    out: list[Basis] = []
    for name, members in groups.items():
        lines: list[Line] = []
        for group in members.values():
            options = _merged(group)
            if options:
                first = options[0].facts[0]
                member = member_of(first, Cut.PRODUCT) or member_of(first, Cut.SEGMENT)
                lines.append(Line(options, member=member, label=first.label))
        if lines:
            out.append(Basis(name, lines + _unique(outside)))
    return out


def _unique(lines: list[Line]) -> list[Line]:
    seen: set[tuple[Decimal, str | None]] = set()
    out = []
    for line in lines:
        key = (line.options[0].value, line.segment)
        if key not in seen:
            seen.add(key)
            out.append(line)
    return out


def tie(basis: Basis, total: Decimal, slack: Decimal) -> None:
    """Choose the options of a basis that add up to the total, dropping as few lines as possible.

    Lines are dropped where parents stand beside their children (HostingServiceMember beside its customers' and
    related parties' halves) or one line has two members. Nothing is chosen where no choice adds up, or where
    choices that name different segments do.
    """
    stated = [line for line in basis.lines if any(option.value for option in line.options)]
    zeros = [line for line in basis.lines if line not in stated]
    # External revenue is the segment's: eliminations take part only where nothing adds up without them.
    external = [line for line in stated if line.segment != "eliminations"]
    for lines in [external, *([stated] if len(stated) > len(external) else [])]:
        if not lines or len(lines) > MAX_LINES:
            continue
        for exact in (True, False):
            found = _choices(lines, total, slack, exact=exact)
            if found and _ambiguous(found):
                return
            if found:
                basis.chosen = _preferred(found) + [(line, line.options[0]) for line in zeros]
                basis.exact = exact
                return


Choice = list[tuple[Line, Option]]


def _choices(lines: Sequence[Line], total: Decimal, slack: Decimal, *, exact: bool) -> list[Choice]:
    """The choices of options that add up to the total; within rounding no line is dropped.

    Those with the fewest lines dropped, unless they hold a line that nobody knows: then also those that drop more
    (a parent that is known stands beside children that are not).
    """
    tries = 0
    all_found: list[Choice] = []
    for dropped in range((min(MAX_DROPPED, len(lines) - 1) if exact else 0) + 1):
        found: list[Choice] = []
        for kept in combinations(lines, len(lines) - dropped):
            for options in product(*(line.options for line in kept)):
                tries += 1
                if tries > MAX_TRIES:
                    return all_found + found
                allowed = Decimal(0) if exact else slack + tolerance(o.facts[0] for o in options)
                if abs(sum((o.value for o in options), Decimal(0)) - total) <= allowed:
                    found.append(list(zip(kept, options, strict=True)))
        all_found += found
        if any(all(line.segment for line, _ in choice) for choice in found):
            break
    return all_found


def _by_segment(choice: Choice) -> frozenset[tuple[str, Decimal]]:
    sums: dict[str, Decimal] = {}
    for line, option in choice:
        name = line.segment or f"unknown {line.label}"
        sums[name] = sums.get(name, Decimal(0)) + option.value
    return frozenset(sums.items())


def _ambiguous(found: list[Choice]) -> bool:
    """Whether choices that know all their lines' segments still give different segment revenues."""
    known = [choice for choice in found if all(line.segment for line, _ in choice)]
    return len({_by_segment(choice) for choice in known}) > 1


def _preferred(found: list[Choice]) -> Choice:
    def rank(choice: Choice) -> tuple[object, ...]:
        unknown = sum((abs(option.value) for line, option in choice if line.segment is None), Decimal(0))
        return (
            unknown,
            sum(line.segment == "eliminations" for line, _ in choice),
            -len({line.segment for line, _ in choice}),
            sum(option.facts[0].place.row < 0 for _, option in choice),
        )

    return min(found, key=rank)


def issuer_lines(facts: Sequence[Fact], total: Fact | None) -> Basis | None:
    """Undimensioned lines in issuer or line concepts: the breakdown of statements without members (TeraWulf)."""
    seen: dict[tuple[str, Decimal | None], Fact] = {}
    for fact in facts:
        if fact.dimensions or fact is total or fact.value is None:
            continue
        if total is not None and fact.concept.standard == total.concept.standard:
            continue
        if fact.concept.taxonomy == ISSUER or is_revenue_concept(fact):
            seen.setdefault((fact.concept.standard, fact.value), fact)
    lines = [Line([Option(f.value or Decimal(0), (f,))], label=f.label) for f in seen.values()]
    return Basis("lines", lines) if lines else None
