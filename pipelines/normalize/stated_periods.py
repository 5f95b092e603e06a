"""Values of documents by period, and whether shorter periods add up to longer ones."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import permutations

from pipelines.normalize.figures import Finding
from pipelines.normalize.periods import DateRange, kind_of

_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a statement: of a segment, or of a total (segment "")."""

    value: Decimal
    rounding: Decimal
    label: str
    locator: str


@dataclass(frozen=True, slots=True)
class PeriodStatement:
    """The values of one document for one period: a whole breakdown, a total, or proceeds."""

    start: date
    end: date
    document_key: int
    url: str
    disclosed_at: datetime
    complete: bool
    parts: dict[str, Part] = field(hash=False)
    accession: str | None = None
    form: str = ""

    @property
    def values(self) -> dict[str, Decimal]:
        """The parts that are not zero, for comparison."""
        return {name: part.value for name, part in self.parts.items() if part.value}


def by_period(statements: Iterable[PeriodStatement]) -> dict[DateRange, list[PeriodStatement]]:
    """Statements by period, in the order of their disclosure."""
    out: dict[DateRange, list[PeriodStatement]] = {}
    for statement in sorted(statements, key=lambda s: (s.disclosed_at, s.document_key)):
        out.setdefault((statement.start, statement.end), []).append(statement)
    return out


def latest(by_span: Mapping[DateRange, Sequence[PeriodStatement]]) -> dict[DateRange, PeriodStatement]:
    """The last statement of each period, a complete breakdown before one that is not."""
    return {
        span: max(enumerate(group), key=lambda s: (s[1].complete, s[0]))[1] for span, group in by_span.items()
    }


def value_of(statement: PeriodStatement, name: str) -> Decimal:
    """The value of a part; zero if it is not stated."""
    part = statement.parts.get(name)
    return part.value if part else Decimal(0)


def same_values(one: PeriodStatement, other: PeriodStatement) -> bool:
    """Whether two statements of a period agree within the rounding of each."""
    names = set(one.values) | set(other.values)
    return all(abs(value_of(one, n) - value_of(other, n)) <= rounding_of((one, other), n) for n in names)


def rounding_of(statements: Iterable[PeriodStatement], name: str) -> Decimal:
    """The sum of the rounding of a part in several statements."""
    return sum((s.parts[name].rounding for s in statements if name in s.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A part of a period whose shorter periods have another sum."""

    name: str
    whole: PeriodStatement
    pieces: tuple[PeriodStatement, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the shorter periods."""
        return sum((value_of(p, self.name) for p in self.pieces), Decimal(0))

    def finding(self, fact: str) -> Finding:
        """The finding `months_do_not_add_up`, or `periods_do_not_add_up` for longer periods."""
        kinds = {kind_of(p.start, p.end) for p in self.pieces}
        named = f"{fact} ({self.name})" if self.name not in ("", "company", fact) else fact
        summed = " + ".join(f"{value_of(p, self.name):,f}" for p in self.pieces)
        stated = value_of(self.whole, self.name)
        kind = str(kind_of(self.whole.start, self.whole.end))
        period = {"half": "half year", "nine_months": "nine months"}.get(kind, kind)
        return Finding(
            "months_do_not_add_up" if kinds == {"month"} else "periods_do_not_add_up",
            self.whole.start,
            self.whole.end,
            stated,
            self.total,
            f"{named}: {summed} = {self.total:,f}, {stated:,f} for the {period}",
            tuple(dict.fromkeys(s.url for s in (*self.pieces, self.whole))),
            metric=fact,
            segment=self.name if fact == "segment_revenue" else None,
            others=tuple((s.start, s.end) for s in self.pieces),
        )


def mismatches(stated: Mapping[DateRange, PeriodStatement]) -> list[Mismatch]:
    """Compare each period with the fewest shorter ones that make it up, part by part.

    A segment that one of the periods lacks is zero if its breakdown is complete. Breakdowns in other segments
    are not compared. Bit Digital 2025: colocation of 1,644,663 in Q1 (10-Q of May) and 1,729,004 in Q2 is
    6,254 more than the half year of 3,367,413 (10-Q of August).
    """
    out = []
    for period, whole in sorted(stated.items()):
        shorter = [p for p in stated if p != period]
        series = sorted(periods_between(*period, shorter, most=_MONTHS_OF_A_YEAR), key=len)
        for pieces in (tuple(stated[p] for p in s) for s in series if len(s) == len(series[0])):
            found = [
                Mismatch(name, whole, pieces)
                for name in _comparable((whole, *pieces))
                if abs(sum((value_of(p, name) for p in pieces), Decimal(0)) - value_of(whole, name))
                > rounding_of((whole, *pieces), name)
            ]
            if found:
                out += found
                break
    return out


def periods_between(
    first: date, last: date, periods: Collection[DateRange], *, most: int
) -> Iterator[tuple[DateRange, ...]]:
    """All series of at most so many periods that cover the days between without a gap.

    No days, where the last is before the first, are covered by an empty series.
    """
    if first > last:
        yield ()
    elif most:
        for period in periods:
            if period[0] == first and period[1] <= last:
                for rest in periods_between(period[1] + timedelta(days=1), last, periods, most=most - 1):
                    yield (period, *rest)


def _comparable(statements: Sequence[PeriodStatement]) -> list[str]:
    whole, *pieces = statements
    if all(s.complete for s in statements) and all(set(p.values) <= set(whole.values) for p in pieces):
        return sorted(whole.values)
    same = {frozenset(s.values) for s in statements}
    return sorted(whole.values) if len(same) == 1 else []


def superseded(
    stated: Mapping[DateRange, PeriodStatement], may_be_negative: frozenset[str]
) -> dict[DateRange, tuple[str, PeriodStatement]]:
    """Periods whose figure a later statement of another period rules out.

    With each are the part and the later statement. CleanSpark's half year of fiscal 2024 was filed as 43,103
    thousand. The nine months, filed three months later as 42,803, would leave a third quarter below zero.
    """
    groups: list[tuple[str, tuple[PeriodStatement, ...]]] = [
        (m.name, (m.whole, *m.pieces)) for m in mismatches(stated)
    ]
    for longer, shorter in permutations(stated.values(), 2):
        if not (longer.start <= shorter.start and shorter.end <= longer.end):
            continue
        groups += [
            (name, (longer, shorter))
            for name in sorted(longer.parts.keys() & shorter.parts.keys() - may_be_negative)
            if value_of(shorter, name) - value_of(longer, name) > rounding_of((longer, shorter), name)
        ]
    out: dict[DateRange, tuple[str, PeriodStatement]] = {}
    for name, group in groups:
        newest = max(group, key=lambda s: s.disclosed_at)
        for statement in group:
            if statement.disclosed_at < newest.disclosed_at:
                out.setdefault((statement.start, statement.end), (name, newest))
    return out
