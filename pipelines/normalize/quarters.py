"""Quarters that are not filed, by subtraction within one basis, with their inputs.

A 10-K states the year and a 10-Q the nine months before: Q4 is the difference. Cash-flow facts are
year-to-date, so Q2 is the half less Q1 and Q3 the nine months less the half. Nothing is derived from a figure
that was later restated or ruled out, nor across a restatement of one side, and nothing below zero.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from pipelines.normalize.figures import DERIVED, Figure, Finding, Input
from pipelines.normalize.periods import DateRange, kind_of, same_day
from pipelines.normalize.stated_periods import (
    Part,
    PeriodStatement,
    by_period,
    latest,
    same_values,
    superseded,
    value_of,
)

# Each report restates its own comparatives: the 10-Q the nine months, the 10-K the year some four months
# later.
ONE_ROUND = timedelta(days=200)


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived quarter with the two statements it comes from."""

    start: date
    end: date
    longer: PeriodStatement
    shorter: PeriodStatement

    @property
    def values(self) -> dict[str, Decimal]:
        names = [*self.longer.parts, *(n for n in self.shorter.parts if n not in self.longer.parts)]
        return {name: value_of(self.longer, name) - value_of(self.shorter, name) for name in names}

    @property
    def later(self) -> PeriodStatement:
        """The later statement, whose disclosure makes the quarter known."""
        return max((self.longer, self.shorter), key=lambda s: (s.disclosed_at, s is self.longer))

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
                self._stated(name).label,
                "",
                DERIVED,
                sum(
                    (s.parts[name].rounding for s in (self.longer, self.shorter) if name in s.parts),
                    Decimal(0),
                ),
                self._inputs(name),
                ("quarter_by_subtraction",),
            )
            for name, value in self.values.items()
        ]

    def _stated(self, name: str) -> Part:
        return self.longer.parts.get(name) or self.shorter.parts[name]

    def _inputs(self, name: str) -> tuple[Input, ...]:
        """Both statements' values of one part."""
        out = []
        for role, statement in (("minuend", self.longer), ("subtrahend", self.shorter)):
            part = statement.parts.get(name)
            out.append(
                Input(
                    role=role,
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
        The derived quarters, one for each period, and findings: derived_below_zero, restated_on_one_side
        (only derivable across a restatement), rests_on_superseded (only derivable from a figure that a later
        one rules out).
    """
    by_span = by_period(statements)
    periods = sorted(by_span)
    doubtful = superseded(latest(by_span), may_be_negative)
    stated = [period for period in periods if kind_of(*period) == "quarter"]
    derived: dict[DateRange, Derived] = {}
    findings: dict[DateRange, Finding] = {}
    for longer in periods:
        for shorter in periods:
            rest = _rest(longer, shorter)
            if rest is None or any(same_day(rest[0], s) and same_day(rest[1], e) for s, e in stated):
                continue
            if any(same_day(rest[0], s) and same_day(rest[1], e) for s, e in derived):
                continue
            candidate = _subtract(by_span[longer], by_span[shorter], rest)
            if candidate is None:
                continue
            if isinstance(candidate, Finding):
                findings.setdefault(rest, candidate)
                continue
            below = {n: v for n, v in candidate.values.items() if v < 0 and n not in may_be_negative}
            if below:
                name, value = next(iter(below.items()))
                minuend, subtrahend = value_of(candidate.longer, name), value_of(candidate.shorter, name)
                findings.setdefault(
                    rest,
                    Finding(
                        "derived_below_zero",
                        rest[0],
                        rest[1],
                        Decimal(0),
                        value,
                        (
                            f"{name + ': ' if name else ''}{minuend:,f} to {longer[1]} less "
                            f"{subtrahend:,f} to {shorter[1]}"
                        ),
                        (candidate.longer.url, candidate.shorter.url),
                    ),
                )
                continue
            if doubtful.keys() & {longer, shorter}:
                findings.setdefault(rest, _rests_on_superseded(candidate, doubtful))
                continue
            if _years_later(by_span[longer]) & _years_later(by_span[shorter]):
                derived[rest] = candidate
    return list(derived.values()), [f for period, f in findings.items() if period not in derived]


def _rests_on_superseded(
    derived: Derived, doubtful: Mapping[DateRange, tuple[str, PeriodStatement]]
) -> Finding:
    """The finding in place of a quarter, with the input that a later statement rules out."""
    old = next(s for s in (derived.longer, derived.shorter) if (s.start, s.end) in doubtful)
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
    )


def _rest(longer: DateRange, shorter: DateRange) -> DateRange | None:
    """The quarter that remains of a longer period after removing a shorter one."""
    if longer == shorter or (longer[1] - longer[0]) <= (shorter[1] - shorter[0]):
        return None
    if longer[0] == shorter[0] and shorter[1] < longer[1]:
        rest = (shorter[1] + timedelta(days=1), longer[1])
    elif longer[1] == shorter[1] and longer[0] < shorter[0]:
        rest = (longer[0], shorter[0] - timedelta(days=1))
    else:
        return None
    return rest if kind_of(*rest) == "quarter" else None


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


def _subtract(
    longer: Sequence[PeriodStatement], shorter: Sequence[PeriodStatement], rest: DateRange
) -> Derived | Finding | None:
    """The difference of the latest statements of both periods, if they have the same basis.

    If one side was restated, the other must be stated at that time or later, or be restated in the same round
    of reports. The shorter breakdown must not have a segment that the longer one lacks.
    """
    last_longer, last_shorter = _first_disclosed(longer), _first_disclosed(shorter)
    if not (last_longer.complete and last_shorter.complete):
        return None
    if not set(last_shorter.values) <= set(last_longer.values):
        return None
    for one, other in ((longer, shorter), (shorter, longer)):
        when, others = _restated(one), _restated(other)
        together = when and others and abs(when - others) <= ONE_ROUND
        if when and not together and other[-1].disclosed_at < when:
            return Finding(
                "restated_on_one_side",
                rest[0],
                rest[1],
                None,
                None,
                f"{one[-1].start} to {one[-1].end} was restated on {when:%Y-%m-%d}, "
                f"{other[-1].start} to {other[-1].end} was last stated before that",
                (one[-1].url, other[-1].url),
            )
    return Derived(rest[0], rest[1], last_longer, last_shorter)


def _years_later(statements: Sequence[PeriodStatement]) -> set[int]:
    """Years between a period and the statements of its last values.

    0 is in the report of the period itself, 1 as a comparative. Comparatives are restated without notice:
    only statements of the same year are subtracted from each other.
    """
    last = statements[-1]
    return {max((s.disclosed_at.date() - s.end).days, 0) // 365 for s in statements if same_values(s, last)}
