"""What the filings say of a claim: confirmed, contradicted, not disclosed yet, or true of a figure since restated.

A claim is compared with the company's figures of the same metric, segment and period; it may differ by half the unit in
which either was written ("$208 million" confirms 208.3). Nothing of the claim is ever corrected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pipelines.normalize.precedence import precedence
from pipelines.parse.deals.deal import same_party
from pipelines.parse.deals.vocabulary import HOSTING, LEASE, TARGET
from pipelines.parse.language.periods import Span
from pipelines.parse.language.quantities import MORE_ROOM
from pipelines.parse.language.relative_periods import period_before, year_before

CONFIRMED, CONTRADICTED, UNMATCHED, SUPERSEDED = "confirmed", "contradicted", "unmatched", "superseded"
_HELD_WITHIN = timedelta(days=35)
_DEAL_BEFORE, _DEAL_AFTER, _TARGET_WITHIN = timedelta(days=240), timedelta(days=60), timedelta(days=500)


@dataclass(frozen=True, slots=True)
class Stated:
    """One figure of a company as one filed document states it (or as it is derived from filings)."""

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
    """A deal as one filed document states it."""

    kind: str
    party: str
    amount: Decimal | None
    megawatts: Decimal | None
    rounding: Decimal
    status: str
    announced_on: date
    document_key: int
    disclosed_at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A claim as it is compared."""

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
class Verdict:
    """What the filings say: status, the filed value, the first filing that settles it and when, and what else would have matched."""

    status: str
    filing_value: Decimal | None = None
    difference: Decimal | None = None
    filing_key: int | None = None
    settled_at: datetime | None = None
    note: str | None = None


def judge_claim(
    claim: Asked, stated: Sequence[Stated], deals: Sequence[FiledDeal], prices: Mapping[date, Decimal]
) -> Verdict:
    """The verdict on one claim.

    stated   the company's figures as filed; the changes that it states itself are metrics named `change:…`, in percent
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
    return _settled(claim, same) if same else Verdict(UNMATCHED)


def agrees(claim: Asked, value: Decimal, rounding: Decimal) -> bool:
    """Whether a value is what a claim says, within half the unit in which either was written, and by its qualifier."""
    slack = max(claim.rounding, rounding)
    if claim.qualifier == "more_than":
        return claim.value - slack <= value <= claim.value * MORE_ROOM + slack
    if claim.qualifier == "less_than":
        return claim.value / MORE_ROOM - slack <= value <= claim.value + slack
    return abs(claim.value - value) <= slack


def highest_precedence(figures: Sequence[Stated]) -> Stated:
    """The highest-precedence figure: as filed before derived, then by kind of document, then the latest."""
    return min(
        figures,
        key=lambda s: (s.derived, precedence(s.document_kind), -s.disclosed_at.timestamp(), s.document_key),
    )


def _settled(claim: Asked, same: Sequence[Stated]) -> Verdict:
    now = highest_precedence(same)
    fits = sorted(
        (s for s in same if agrees(claim, s.value, s.rounding)),
        key=lambda s: (s.disclosed_at, s.document_key),
    )
    difference = claim.value - now.value
    if agrees(claim, now.value, now.rounding):
        first = fits[0]
        return Verdict(
            CONFIRMED, now.value, difference, first.document_key, max(claim.published, first.disclosed_at)
        )
    if fits:
        return Verdict(
            SUPERSEDED,
            now.value,
            difference,
            fits[0].document_key,
            max(claim.published, now.disclosed_at),
            f"{fits[0].value:,f} was filed first, {now.value:,f} since",
        )
    return Verdict(
        CONTRADICTED, now.value, difference, now.document_key, max(claim.published, now.disclosed_at)
    )


def with_hint(claim: Asked, verdict: Verdict, stated: Sequence[Stated]) -> Verdict:
    """A contradicted or unmatched figure with what else it would have matched: another period, unit, segment, a year-ago column."""
    if verdict.status not in (CONTRADICTED, UNMATCHED) or ":" in claim.metric:
        return verdict
    hint = _hint(claim, stated)
    if hint is None:
        return verdict
    return Verdict(
        verdict.status, verdict.filing_value, verdict.difference, verdict.filing_key, verdict.settled_at, hint
    )


def _hint(claim: Asked, stated: Sequence[Stated]) -> str | None:
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
            ago = claim.end is not None and Span(s.start, s.end) == year_before(Span(claim.start, claim.end))
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


def _latest_day(claim: Asked, stated: Sequence[Stated]) -> list[Stated]:
    """The figures of the last day, within five weeks before the claim's: "holds 19,211 BTC" speaks of the last that was told."""
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


def _change(claim: Asked, stated: Sequence[Stated], prices: Mapping[date, Decimal]) -> Verdict:
    own = [
        s
        for s in stated
        if (s.metric, s.segment, s.start, s.end) == (claim.metric, claim.segment, claim.start, claim.end)
        and (not s.basis or not claim.basis or s.basis == claim.basis)
    ]
    if own:
        return _settled(claim, own)
    assert claim.end is not None
    span = Span(claim.start, claim.end)
    bases = (
        [year_before(span)]
        if claim.basis == "year"
        else [period_before(span)]
        if claim.basis == "period"
        else [year_before(span), period_before(span)]
    )
    told: list[Verdict] = []
    for base in bases:
        computed = _computed(claim, stated, prices, span, base)
        if computed is None:
            continue
        percent, slack, now = computed
        difference = claim.value - percent
        key, at = (
            (now.document_key, max(claim.published, now.disclosed_at)) if now else (None, claim.published)
        )
        note = f"computed: {percent:+f} % against {base.start} to {base.end}" if base.start else None
        fits = abs(difference) <= max(claim.rounding, slack)
        told.append(Verdict(CONFIRMED if fits else CONTRADICTED, percent, difference, key, at, note))
    confirmed = [v for v in told if v.status == CONFIRMED]
    # Where the article does not say against what, another comparison may be meant: only a stated one contradicts.
    return confirmed[0] if confirmed else told[0] if told and claim.basis else Verdict(UNMATCHED)


def _computed(
    claim: Asked, stated: Sequence[Stated], prices: Mapping[date, Decimal], span: Span, base: Span
) -> tuple[Decimal, Decimal, Stated | None] | None:
    metric = claim.metric.removeprefix("change:")
    if metric == "bitcoin_price":
        now_price, then_price = _average(prices, span), _average(prices, base)
        if now_price is None or then_price is None:
            return None
        return _percent(now_price, then_price), Decimal("1"), None
    now = [
        s
        for s in stated
        if (s.metric, s.segment, s.start, s.end) == (metric, claim.segment, span.start, span.end)
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


def _average(prices: Mapping[date, Decimal], span: Span) -> Decimal | None:
    """The average price of a period, where at least two thirds of its days are known."""
    if span.start is None:
        return None
    known = [price for day, price in prices.items() if span.start <= day <= span.end]
    return (
        sum(known, Decimal(0)) / len(known)
        if len(known) * 3 >= ((span.end - span.start).days + 1) * 2
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
    """Whether two statements are of one deal: kind, near in time, and the same party; without parties the same amount or megawatts."""
    apart = other.announced_on - on
    if kind != other.kind and {kind, other.kind} != {LEASE, HOSTING}:
        # What one calls a lease of data-centre space the other calls a hosting contract.
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


def _deal(claim: Asked, deals: Sequence[FiledDeal]) -> Verdict:
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
        note = "a filing tells the deal, and no amount" if found else None
        return Verdict(UNMATCHED, note=note)
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
    return Verdict(
        CONFIRMED if fits else CONTRADICTED, value, claim.value - value, chosen.document_key, at, note
    )


def _value(deal: FiledDeal, in_money: bool) -> Decimal:
    value = deal.amount if in_money else deal.megawatts
    assert value is not None
    return value
