"""Compare claims with filings.

A claim is confirmed, contradicted, unmatched, or superseded by a restatement. It is compared with the
company's figures of the same metric, segment and period, and may differ by half the precision in which either
was written ("$208 million" confirms 208.3). Claims are never corrected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pipelines.normalize.precedence import precedence
from pipelines.parse.deals.deal import HOSTING, LEASE, TARGET, same_party
from pipelines.parse.language.periods import Period
from pipelines.parse.language.quantities import MORE_ROOM
from pipelines.parse.language.times import shifted

CONFIRMED, CONTRADICTED, UNMATCHED, SUPERSEDED = "confirmed", "contradicted", "unmatched", "superseded"
_HELD_WITHIN = timedelta(days=35)
_DEAL_BEFORE, _DEAL_AFTER, _TARGET_WITHIN = timedelta(days=240), timedelta(days=60), timedelta(days=500)


@dataclass(frozen=True, slots=True)
class FiledFigure:
    """A figure of a company as a filed document states it, or derived from filings."""

    metric: str
    segment: str | None
    start: date | None
    end: date
    value: Decimal
    rounding: Decimal
    document_key: int
    document_kind: str
    disclosed_at: datetime
    derived: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True)
class FiledDeal:
    """A deal as a filed document states it.

    Args:
        amount_kind: As in `Deal`: of a financing its instrument.
        matures: Year in which notes or a loan fall due.
    """

    kind: str
    party: str
    amount: Decimal | None
    megawatts: Decimal | None
    rounding: Decimal
    status: str
    announced_on: date
    document_key: int
    disclosed_at: datetime
    amount_kind: str = ""
    matures: int | None = None


@dataclass(frozen=True, slots=True)
class ComparedClaim:
    """The fields of a claim that are compared."""

    metric: str
    segment: str | None
    start: date | None
    end: date | None
    value: Decimal
    unit: str
    rounding: Decimal
    qualifier: str
    basis: str
    published: datetime
    party: str = ""
    megawatts: Decimal | None = None
    deal_status: str = ""


@dataclass(frozen=True, slots=True)
class ClaimOutcome:
    """The result of comparing a claim.

    Args:
        filing_value: The filed value with the highest precedence.
        filing_key: The first filing that decides it.
        settled_at: The time of that filing, or of the claim if it is later.
        note: A restatement, a hint or a difference.
    """

    status: str
    filing_value: Decimal | None = None
    difference: Decimal | None = None
    filing_key: int | None = None
    settled_at: datetime | None = None
    note: str | None = None


def compare_claim(
    claim: ComparedClaim,
    stated: Sequence[FiledFigure],
    deals: Sequence[FiledDeal],
    prices: Mapping[date, Decimal],
) -> ClaimOutcome:
    """Compare one claim with the filings.

    Args:
        stated: The company's filed figures; changes that it states itself are metrics named `change:…`, in
            percent.
    """
    if claim.metric.startswith("deal:"):
        return _deal(claim, deals)
    if claim.metric.startswith("change:"):
        return _change(claim, stated, prices)
    same = [
        s
        for s in stated
        if (s.metric, s.segment) == (claim.metric, claim.segment)
        and s.start == claim.start
        and s.end == claim.end
    ]
    if not same and claim.start is None and claim.end is not None:
        same = _latest_day(claim, stated)
    return _settled(claim, same) if same else ClaimOutcome(UNMATCHED)


def agrees(claim: ComparedClaim, value: Decimal, rounding: Decimal) -> bool:
    """Whether a value confirms a claim, within rounding and its qualifier."""
    slack = max(claim.rounding, rounding)
    if claim.qualifier == "more_than":
        return claim.value - slack <= value <= claim.value * MORE_ROOM + slack
    if claim.qualifier == "less_than":
        return claim.value / MORE_ROOM - slack <= value <= claim.value + slack
    return abs(claim.value - value) <= slack


def highest_precedence(figures: Sequence[FiledFigure]) -> FiledFigure:
    """The highest-precedence figure: as filed, by kind of document, the latest."""
    return min(
        figures,
        key=lambda s: (s.derived, precedence(s.document_kind), -s.disclosed_at.timestamp(), s.document_key),
    )


def _settled(claim: ComparedClaim, same: Sequence[FiledFigure]) -> ClaimOutcome:
    now = highest_precedence(same)
    fits = sorted(
        (s for s in same if agrees(claim, s.value, s.rounding)),
        key=lambda s: (s.disclosed_at, s.document_key),
    )
    difference = claim.value - now.value
    if agrees(claim, now.value, now.rounding):
        first = fits[0]
        return ClaimOutcome(
            CONFIRMED, now.value, difference, first.document_key, max(claim.published, first.disclosed_at)
        )
    if fits:
        return ClaimOutcome(
            SUPERSEDED,
            now.value,
            difference,
            fits[0].document_key,
            max(claim.published, now.disclosed_at),
            f"{fits[0].value:,f} was filed first, {now.value:,f} since",
        )
    return ClaimOutcome(
        CONTRADICTED, now.value, difference, now.document_key, max(claim.published, now.disclosed_at)
    )


def with_hint(claim: ComparedClaim, verdict: ClaimOutcome, stated: Sequence[FiledFigure]) -> ClaimOutcome:
    """Add a hint to a contradicted or unmatched figure: what else it would match.

    Another period, unit or segment, or a year-ago column.
    """
    if verdict.status not in (CONTRADICTED, UNMATCHED) or ":" in claim.metric:
        return verdict
    hint = _hint(claim, stated)
    if hint is None:
        return verdict
    return ClaimOutcome(
        verdict.status, verdict.filing_value, verdict.difference, verdict.filing_key, verdict.settled_at, hint
    )


def _hint(claim: ComparedClaim, stated: Sequence[FiledFigure]) -> str | None:
    stated = sorted(stated, key=lambda s: (s.disclosed_at, s.document_key, s.metric, s.segment or ""))
    mine = [s for s in stated if (s.metric, s.segment) == (claim.metric, claim.segment)]
    here = [s for s in mine if s.start == claim.start and s.end == claim.end]
    for factor, words in (
        (1000, "thousand times"),
        (Decimal("0.001"), "a thousandth of"),
        (10**6, "a million times"),
        (Decimal("0.000001"), "a millionth of"),
    ):
        for s in here:
            if s.value and abs(claim.value - s.value * factor) <= max(claim.rounding, s.rounding * factor):
                return f"another unit: it is {words} the filed {s.value:,f}"
    same_length = [s for s in mine if (s.start is None) == (claim.start is None)]
    for s in sorted(same_length, key=lambda s: -s.end.toordinal()):
        if (s.start, s.end) != (claim.start, claim.end) and s.value and agrees(claim, s.value, s.rounding):
            ago = claim.end is not None and Period(s.start, s.end) == shifted(
                Period(claim.start, claim.end), 12
            )
            when = f"{s.start} to {s.end}" if s.start else f"on {s.end}"
            return f"{'the year-ago column' if ago else 'another period'}: it is the figure of {when}"
    if claim.metric in ("segment_revenue", "total_revenue"):
        for s in stated:
            if (
                s.metric in ("segment_revenue", "total_revenue")
                and (s.start, s.end) == (claim.start, claim.end)
                and s.value
                and (s.metric, s.segment) != (claim.metric, claim.segment)
                and agrees(claim, s.value, s.rounding)
            ):
                return f"another segment: it is {s.segment or 'total revenue'}"
    return None


def _latest_day(claim: ComparedClaim, stated: Sequence[FiledFigure]) -> list[FiledFigure]:
    """The figures of the latest day within five weeks before the claim's.

    "Holds 19,211 BTC" means the last disclosed count.
    """
    assert claim.end is not None
    days = {
        s.end
        for s in stated
        if (s.metric, s.segment) == (claim.metric, claim.segment)
        and s.start is None
        and timedelta(0) <= claim.end - s.end <= _HELD_WITHIN
        and s.disclosed_at <= claim.published + timedelta(days=1)
    }
    if not days:
        return []
    return [
        s
        for s in stated
        if (s.metric, s.segment, s.start, s.end) == (claim.metric, claim.segment, None, max(days))
    ]


def _change(
    claim: ComparedClaim, stated: Sequence[FiledFigure], prices: Mapping[date, Decimal]
) -> ClaimOutcome:
    own = [
        s
        for s in stated
        if (s.metric, s.segment, s.start, s.end) == (claim.metric, claim.segment, claim.start, claim.end)
        and (not s.basis or not claim.basis or s.basis == claim.basis)
    ]
    if own:
        return _settled(claim, own)
    assert claim.end is not None
    period = Period(claim.start, claim.end)
    year, before = shifted(period, 12), shifted(period, period.months or 1)
    bases = {"year": [year], "period": [before]}.get(claim.basis, [year, before])
    outcomes: list[ClaimOutcome] = []
    for base in bases:
        computed = _computed(claim, stated, prices, period, base)
        if computed is None:
            continue
        percent, slack, now = computed
        difference = claim.value - percent
        key, at = (
            (now.document_key, max(claim.published, now.disclosed_at)) if now else (None, claim.published)
        )
        note = f"computed: {percent:+f} % against {base.start} to {base.end}" if base.start else None
        fits = abs(difference) <= max(claim.rounding, slack)
        outcomes.append(ClaimOutcome(CONFIRMED if fits else CONTRADICTED, percent, difference, key, at, note))
    confirmed = [v for v in outcomes if v.status == CONFIRMED]
    # Without a stated comparison base another one may be meant: only a stated one contradicts.
    return confirmed[0] if confirmed else outcomes[0] if outcomes and claim.basis else ClaimOutcome(UNMATCHED)


def _computed(
    claim: ComparedClaim,
    stated: Sequence[FiledFigure],
    prices: Mapping[date, Decimal],
    period: Period,
    base: Period,
) -> tuple[Decimal, Decimal, FiledFigure | None] | None:
    metric = claim.metric.removeprefix("change:")
    if metric == "bitcoin_price":
        now_price, then_price = _average(prices, period), _average(prices, base)
        if now_price is None or then_price is None:
            return None
        return _percent(now_price, then_price), Decimal("1"), None
    now = [
        s
        for s in stated
        if (s.metric, s.segment, s.start, s.end) == (metric, claim.segment, period.start, period.end)
    ]
    then = [
        s
        for s in stated
        if (s.metric, s.segment, s.start, s.end) == (metric, claim.segment, base.start, base.end)
    ]
    if not now or not then or not highest_precedence(then).value:
        return None
    a, b = highest_precedence(now), highest_precedence(then)
    slack = (a.rounding + b.rounding * abs(a.value / b.value)) / b.value * 100
    return _percent(a.value, b.value), abs(slack).quantize(Decimal("0.01")), a


def _percent(now: Decimal, before: Decimal) -> Decimal:
    return ((now / before - 1) * 100).quantize(Decimal("0.1"))


def _average(prices: Mapping[date, Decimal], period: Period) -> Decimal | None:
    """The average price of a period; None if less than two thirds of its days are known."""
    if period.start is None:
        return None
    known = [price for day, price in prices.items() if period.start <= day <= period.end]
    return (
        sum(known, Decimal(0)) / len(known)
        if len(known) * 3 >= ((period.end - period.start).days + 1) * 2
        else None
    )


def same_deal(
    kind: str,
    party: str,
    amount: Decimal | None,
    megawatts: Decimal | None,
    on: date,
    other: FiledDeal,
    rounding: Decimal,
) -> bool:
    """Whether two statements describe one deal.

    Same kind, close in time, and the same party; without parties the same amount or megawatts.
    """
    apart = other.announced_on - on
    if kind != other.kind and {kind, other.kind} != {LEASE, HOSTING}:
        # One document's lease of data-center space is another's hosting contract.
        return False
    slack = max(rounding, other.rounding)
    money = amount is not None and other.amount is not None and abs(amount - other.amount) <= slack
    power = megawatts is not None and other.megawatts is not None and megawatts == other.megawatts
    if kind == TARGET:
        return power and abs(apart) <= _TARGET_WITHIN
    if apart > _DEAL_AFTER or -apart > _DEAL_BEFORE:
        return False
    if party and other.party:
        return same_party(party, other.party)
    return money or power


def _deal(claim: ComparedClaim, deals: Sequence[FiledDeal]) -> ClaimOutcome:
    kind = claim.metric.removeprefix("deal:")
    in_money = claim.unit == "USD"
    amount, power = (claim.value, claim.megawatts) if in_money else (None, claim.value)
    found = [
        d
        for d in deals
        if same_deal(kind, claim.party, amount, power, claim.published.date(), d, claim.rounding)
    ]
    valued = [d for d in found if (d.amount if in_money else d.megawatts) is not None]
    if not valued:
        note = "a filing reports the deal without an amount" if found else None
        return ClaimOutcome(UNMATCHED, note=note)
    ordered = sorted(valued, key=lambda d: (d.disclosed_at, d.document_key))
    latest = max(found, key=lambda d: (d.disclosed_at <= claim.published + timedelta(days=7), d.disclosed_at))
    fits = [
        d
        for d in ordered
        if agrees(
            claim, _value(d, in_money), d.rounding if in_money == (d.amount is not None) else claim.rounding
        )
    ]
    notes = []
    if claim.deal_status and claim.deal_status != latest.status:
        notes.append(f"status: {claim.deal_status} in the article, {latest.status} in the filing")
    powers = {d.megawatts for d in found if d.megawatts is not None}
    if in_money and claim.megawatts is not None and powers and claim.megawatts not in powers:
        notes.append(f"megawatts: {claim.megawatts:f} in the article, {max(powers):f} in the filing")
    note = "; ".join(notes) or None
    chosen = fits[0] if fits else ordered[-1]
    value = _value(chosen, in_money)
    at = max(claim.published, chosen.disclosed_at)
    return ClaimOutcome(
        CONFIRMED if fits else CONTRADICTED, value, claim.value - value, chosen.document_key, at, note
    )


def _value(deal: FiledDeal, in_money: bool) -> Decimal:
    value = deal.amount if in_money else deal.megawatts
    assert value is not None
    return value
