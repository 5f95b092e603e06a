"""Claims of articles, each of them once."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipelines.parse.deals.deal import Deal
from pipelines.parse.language.periods import Period
from pipelines.parse.language.quantities import MORE_ROOM
from pipelines.parse.news.confidence import confidence_of, evidence_of_deal
from pipelines.watchlist import Company

# A value below this share of another one may be a part of it; one above contradicts it.
_PART = Decimal("0.8")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of one article.

    Args:
        fact: A metric, `deal:acquisition` …, or `change:bitcoin_produced` … (signed percent).
        value: Exact, in `unit`.
        rounding: Half the precision it was written in.
        start: First day of the period; None for a value on a day.
        end: Last day of the period; `start` and `end` are None for a deal without a date.
        basis: For a change: compared with the `year` or the `period` before, if the article says so.
        deal: The terms of a deal.
        evidence: The kind of evidence, from which its confidence follows.
        dated: Whether its sentence names the period or day.
        sentence, offset: Its place in the article's text; an offset in the title is negative.
    """

    company: Company
    fact: str
    segment: str | None
    value: Decimal
    unit: str
    qualifier: str
    rounding: Decimal
    start: date | None
    end: date | None
    sentence: str
    offset: int
    basis: str = ""
    deal: Deal | None = None
    evidence: str = ""
    dated: bool = False

    @property
    def confidence(self) -> Decimal:
        """The share of right claims among those with the same evidence, 0 to 1."""
        return confidence_of(self.evidence)

    @property
    def locator(self) -> str:
        return (
            "text of the title"
            if self.offset < 0
            else f"text {self.offset}–{self.offset + len(self.sentence)}"
        )


@dataclass(slots=True)
class ReadArticle:
    """The claims of an article, its subject, and skipped sentences with the reason."""

    claims: list[Claim] = field(default_factory=list)
    main: Company | None = None
    subject: Period | None = None
    skipped: list[tuple[str, str]] = field(default_factory=list)
    reason: str = ""


def deal_claim(company: Company, deal: Deal) -> Claim:
    """A deal as a claim: in dollars, or in megawatts if no amount is stated."""
    in_money = deal.amount is not None
    value = deal.amount if in_money else deal.megawatts
    assert value is not None
    due = deal.due
    return Claim(
        company,
        f"deal:{deal.kind}",
        None,
        value,
        "USD" if in_money else "MW",
        deal.qualifier,
        deal.amount_rounding if in_money else deal.megawatts_rounding,
        due.first if due else None,
        due.last if due else None,
        deal.sentence,
        deal.offset,
        "",
        deal,
        evidence_of_deal(deal),
    )


def _is_less_precise(claim: Claim, exact: Claim) -> bool:
    """Whether a claim repeats another one less precisely."""
    slack = claim.rounding + exact.rounding
    if claim.qualifier == "more_than" and exact.value >= claim.value:
        return exact.value <= claim.value * MORE_ROOM + slack
    if claim.qualifier == "less_than" and exact.value <= claim.value:
        return exact.value * MORE_ROOM + slack >= claim.value
    return abs(exact.value - claim.value) <= slack


def deduplicate(claims: list[Claim]) -> list[Claim]:
    """Deduplicate claims, keeping the most precise one.

    "$115 million" and "tops 13,000" repeat an exact figure.
    """
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda c: (c.rounding, bool(c.qualifier))):
        same = [
            k
            for k in kept
            if (k.company, k.fact, k.segment, k.start, k.end)
            == (claim.company, claim.fact, claim.segment, claim.start, claim.end)
            and k.deal is None
            and _is_less_precise(claim, k)
        ]
        if not same:
            kept.append(claim)
    return sorted(kept, key=lambda c: (c.offset, c.fact, c.segment or "", -c.value))


def consistent_claims(claims: list[Claim]) -> tuple[list[Claim], list[Claim]]:
    """Consistent claims of an article, and those left out.

    A value whose sentence names its period outranks one of another sentence that does not; if both state the
    same value, the named period is that of both. An article states the whole before its parts: if it states a
    larger value of a figure first, that one is kept; of values that contradict otherwise none is.
    """
    by_figure: dict[tuple[object, ...], list[Claim]] = {}
    clearer = {_value(claim) for claim in claims if claim.dated and claim.deal is None}
    claims = [c for c in claims if c.dated or c.deal is not None or _value(c) not in clearer]
    for claim in claims:
        by_figure.setdefault(_figure(claim) if claim.deal is None else (id(claim),), []).append(claim)
    clear = []
    for all_stated in by_figure.values():
        dated = [c.offset for c in all_stated if c.dated]
        stated = [c for c in all_stated if c.dated or not dated or c.offset in dated]
        first = min(stated, key=lambda c: c.offset)
        whole = first.unit != "percent" and all(
            c.value <= first.value * _PART for c in stated if c is not first
        )
        if len(stated) == 1 or whole:
            clear.append(first)
    kept = {id(claim) for claim in clear}
    return [c for c in claims if id(c) in kept], [c for c in claims if id(c) not in kept]


def _value(claim: Claim) -> tuple[object, ...]:
    return claim.company, claim.fact, claim.segment, claim.basis, claim.value, claim.unit


def _figure(claim: Claim) -> tuple[object, ...]:
    return claim.company, claim.fact, claim.segment, claim.start, claim.end, claim.basis
