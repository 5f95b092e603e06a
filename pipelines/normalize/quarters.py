"""Quarters that are not filed, by subtraction within one basis, with their inputs.

A 10-K states the year and a 10-Q the nine months before: Q4 is the difference. Cash-flow facts are
year-to-date, so Q2 is the half less Q1 and Q3 the nine months less the half. Any series of stated periods
that leaves one quarter of a longer period determines it (nine months less Q1 and Q3), and all that do must
agree. Nothing is derived from a figure that was later restated or ruled out, nor across a restatement of one
side, and nothing below zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, permutations

from pipelines.normalize.figures import DERIVED, Figure, Finding, Input
from pipelines.normalize.periods import DateRange, kind_of, same_day
from pipelines.normalize.stated_periods import (
    PeriodStatement,
    by_period,
    latest,
    periods_between,
    rounding_of,
    same_values,
    superseded,
    value_of,
)

# Each report restates its own comparatives: the 10-Q the nine months, the 10-K the year some four months
# later.
ONE_ROUND = timedelta(days=200)
_DAY = timedelta(days=1)
# A year less three quarters. Longer series would be of months, which no report states one by one.
_MOST_SHORTER = 3


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived quarter: a longer period less the shorter ones that leave the quarter.

    Args:
        comparable: Whether all periods were last stated in reports of the same year.
    """

    start: date
    end: date
    longer: PeriodStatement
    shorter: tuple[PeriodStatement, ...]
    comparable: bool = True

    @property
    def statements(self) -> tuple[PeriodStatement, ...]:
        return (self.longer, *self.shorter)

    @property
    def values(self) -> dict[str, Decimal]:
        names = dict.fromkeys(name for s in self.statements for name in s.parts)
        return {
            name: value_of(self.longer, name) - sum((value_of(s, name) for s in self.shorter), Decimal(0))
            for name in names
        }

    @property
    def later(self) -> PeriodStatement:
        """The latest statement, whose disclosure makes the quarter known."""
        return max(self.statements, key=lambda s: (s.disclosed_at, s is self.longer))

    def agrees_with(self, other: "Derived") -> bool:
        """Whether another derivation gives the same values within the rounding of both."""
        return all(
            abs(self.values.get(name, Decimal(0)) - other.values.get(name, Decimal(0)))
            <= rounding_of((*self.statements, *other.statements), name)
            for name in self.values.keys() | other.values.keys()
        )

    def figures(self, fact: str) -> list[Figure]:
        """The quarter's figures, one per part."""
        return [
            Figure(
                fact,
                name if fact == "segment_revenue" else None,
                self.start,
                self.end,
                value,
                "USD",
                next(s.parts[name].label for s in self.statements if name in s.parts),
                "",
                DERIVED,
                rounding_of(self.statements, name),
                self._inputs(name),
                ("quarter_by_subtraction",),
            )
            for name, value in self.values.items()
        ]

    def calculation(self, name: str) -> str:
        """The arithmetic of one part in words."""
        return " less ".join(f"{value_of(s, name):,f} from {s.start} to {s.end}" for s in self.statements)

    def _inputs(self, name: str) -> tuple[Input, ...]:
        """All statements' values of one part."""
        out = []
        for statement in self.statements:
            part = statement.parts.get(name)
            out.append(
                Input(
                    role="minuend" if statement is self.longer else "subtrahend",
                    period_start=statement.start.isoformat(),
                    period_end=statement.end.isoformat(),
                    value=f"{value_of(statement, name):f}",
                    label=part.label if part else "not stated, counts as zero",
                    locator=part.locator if part else "",
                    accession=statement.accession,
                    form=statement.form,
                    url=statement.url,
                )
            )
        return tuple(out)


def derive_quarters(
    statements: Iterable[PeriodStatement], *, may_be_negative: frozenset[str] = frozenset()
) -> tuple[list[Derived], list[Finding]]:
    """Derive quarters that no document states.

    Args:
        statements: All statements of one company and one kind (a breakdown, the total, proceeds).
        may_be_negative: Parts that may be below zero (eliminations).

    Returns:
        The derived quarters, one for each period, from the fewest periods. And findings for quarters that are
        not derived: derivations_differ, derived_below_zero, restated_on_one_side (only derivable across a
        restatement), rests_on_superseded (only derivable from a figure that a later one rules out).
    """
    by_span = by_period(statements)
    doubtful = superseded(latest(by_span), may_be_negative)
    stated = [period for period in by_span if kind_of(*period) == "quarter"]
    derived: list[Derived] = []
    findings: list[Finding] = []
    for quarter, ways in _ways_to(by_span).items():
        if any(_same_quarter(quarter, other) for other in (*stated, *((d.start, d.end) for d in derived))):
            continue
        candidates = [c for way in ways if (c := _subtract(quarter, [by_span[span] for span in way]))]
        outcome = _decide(
            [c for c in candidates if isinstance(c, Derived)],
            next((c for c in candidates if isinstance(c, Finding)), None),
            doubtful,
            may_be_negative,
        )
        if isinstance(outcome, Derived):
            derived.append(outcome)
        elif outcome:
            findings.append(outcome)
    return derived, findings


def _decide(
    candidates: Sequence[Derived],
    restated: Finding | None,
    doubtful: Mapping[DateRange, tuple[str, PeriodStatement]],
    may_be_negative: frozenset[str],
) -> Derived | Finding | None:
    """The derivation from the fewest periods, if every other sound one agrees; else the finding."""
    resting = [c for c in candidates if any((s.start, s.end) in doubtful for s in c.statements)]
    sound = [c for c in candidates if c.comparable and c not in resting]
    if not sound:
        negative = next((f for c in candidates if (f := _below_zero(c, may_be_negative))), None)
        return negative or (_rests_on_superseded(resting[0], doubtful) if resting else restated)
    first = sound[0]
    other = next((c for c in sound if not c.agrees_with(first)), None)
    if other:
        return _derivations_differ(first, other)
    return _below_zero(first, may_be_negative) or first


def _same_quarter(one: DateRange, other: DateRange) -> bool:
    return same_day(one[0], other[0]) and same_day(one[1], other[1])


def _ways_to(periods: Iterable[DateRange]) -> dict[DateRange, list[tuple[DateRange, ...]]]:
    """Quarters within longer periods, each with the series that leave it, shortest first.

    A series is a longer period and the shorter ones that cover the rest of it without a gap.
    """
    known = sorted(p for p in periods if kind_of(*p))
    ways: dict[DateRange, list[tuple[DateRange, ...]]] = {}
    for longer in known:
        inside = [p for p in known if longer[0] <= p[0] and p[1] <= longer[1] and p != longer]
        starts = sorted({longer[0], *(end + _DAY for _, end in inside)})
        ends = sorted({longer[1], *(start - _DAY for start, _ in inside)})
        for quarter in ((s, e) for s in starts for e in ends if s < e and kind_of(s, e) == "quarter"):
            ways.setdefault(quarter, []).extend(
                (longer, *before, *after)
                for before in periods_between(longer[0], quarter[0] - _DAY, inside, most=_MOST_SHORTER)
                for after in periods_between(quarter[1] + _DAY, longer[1], inside, most=_MOST_SHORTER)
                if before or after
            )
    return {quarter: sorted(found, key=len) for quarter, found in sorted(ways.items()) if found}


def _below_zero(derived: Derived, may_be_negative: frozenset[str]) -> Finding | None:
    """The finding for a part that is below zero and may not be; None without one."""
    name = next((n for n, v in derived.values.items() if v < 0 and n not in may_be_negative), None)
    if name is None:
        return None
    return Finding(
        "derived_below_zero",
        derived.start,
        derived.end,
        Decimal(0),
        derived.values[name],
        f"{name + ': ' if name else ''}{derived.calculation(name)}",
        tuple(s.url for s in derived.statements),
        segment=name,
        others=_spans(derived.statements),
    )


def _derivations_differ(one: Derived, other: Derived) -> Finding:
    """The finding in place of a quarter that stated periods determine in two ways."""
    names = one.values.keys() | other.values.keys()
    name = max(
        sorted(names), key=lambda n: abs(one.values.get(n, Decimal(0)) - other.values.get(n, Decimal(0)))
    )
    return Finding(
        "derivations_differ",
        one.start,
        one.end,
        one.values.get(name, Decimal(0)),
        other.values.get(name, Decimal(0)),
        f"{name + ': ' if name else ''}{one.calculation(name)}; but {other.calculation(name)}; "
        "the quarter is not derived",
        tuple(dict.fromkeys(s.url for s in (*one.statements, *other.statements))),
        segment=name,
        others=_spans((*one.statements, *other.statements)),
    )


def _rests_on_superseded(
    derived: Derived, doubtful: Mapping[DateRange, tuple[str, PeriodStatement]]
) -> Finding:
    """The finding in place of a quarter, with the input that a later statement rules out."""
    old = next(s for s in derived.statements if (s.start, s.end) in doubtful)
    name, new = doubtful[(old.start, old.end)]
    named = f"{name}: " if name else ""
    return Finding(
        "rests_on_superseded",
        derived.start,
        derived.end,
        None,
        derived.values.get(name),
        f"{named}{value_of(old, name):,f} from {old.start} to {old.end} cannot hold with "
        f"{value_of(new, name):,f} from {new.start} to {new.end}, stated later; the quarter is not derived",
        (old.url, new.url),
        segment=name,
        others=_spans((old, new)),
    )


def _spans(statements: Iterable[PeriodStatement]) -> tuple[DateRange, ...]:
    return tuple(dict.fromkeys((s.start, s.end) for s in statements))


def _restated(statements: Sequence[PeriodStatement]) -> datetime | None:
    """The time at which a period was last restated with other values."""
    moments = [b.disclosed_at for a, b in pairwise(statements) if not same_values(a, b)]
    return moments[-1] if moments else None


def _first_disclosed(statements: Sequence[PeriodStatement]) -> PeriodStatement:
    """The earliest statement with the values of the last one, which dates the figure."""
    first = statements[-1]
    for earlier in reversed(statements[:-1]):
        if not earlier.complete or not same_values(earlier, first):
            break
        first = earlier
    return first


def _subtract(quarter: DateRange, groups: Sequence[Sequence[PeriodStatement]]) -> Derived | Finding | None:
    """The first period less the others by their latest statements, if these have one basis.

    If one of them was restated, the others must be stated at that time or later, or be restated in the same
    round of reports. A shorter breakdown must not have a segment that the longer one lacks.
    """
    longer, *shorter = (_first_disclosed(group) for group in groups)
    if not all(s.complete for s in (longer, *shorter)):
        return None
    if not all(set(s.values) <= set(longer.values) for s in shorter):
        return None
    for one, other in permutations(groups, 2):
        when, others = _restated(one), _restated(other)
        together = when and others and abs(when - others) <= ONE_ROUND
        if when and not together and other[-1].disclosed_at < when:
            return Finding(
                "restated_on_one_side",
                quarter[0],
                quarter[1],
                None,
                None,
                f"{one[-1].start} to {one[-1].end} was restated on {when:%Y-%m-%d}, "
                f"{other[-1].start} to {other[-1].end} was last stated before that",
                (one[-1].url, other[-1].url),
            )
    comparable = bool(set.intersection(*(_years_later(group) for group in groups)))
    return Derived(*quarter, longer, tuple(shorter), comparable)


def _years_later(statements: Sequence[PeriodStatement]) -> set[int]:
    """Years between a period and the statements of its last values.

    0 is in the report of the period itself, 1 as a comparative. Comparatives are restated without notice:
    only statements of the same year are subtracted from each other.
    """
    last = statements[-1]
    return {max((s.disclosed_at.date() - s.end).days, 0) // 365 for s in statements if same_values(s, last)}
