"""Claims of articles and statements of filings as the record that is staged and loaded."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.normalize.figures import plain
from pipelines.parse.deals.deal import Deal
from pipelines.parse.deals.filings import StatedChange
from pipelines.parse.news.claims import Claim
from pipelines.watchlist import Company

VERSION = "3"


@dataclass(frozen=True, slots=True)
class StatedClaim:
    """A figure, a deal or a change in percent that a sentence states.

    Args:
        fact: A metric, `deal:acquisition` …, or `change:total_revenue` ….
        value: Of a deal its amount, or else its megawatts; 0 for a terminated deal of which a filing states
            neither.
        label: The sentence.
        locator: Its place in the text.
        basis: The comparison that a change is based on.
        deal_rounding, deal_qualifier: Precision of the deal's own amount or capacity.
        announced_on, agreed_on, closed_on, due, due_first, due_last, deal_status: Of a deal.
        party_role, amount_kind, megawatts_kind, term_years, matures, option_on: Of a deal, as in `Deal`.
        confidence: Of a claim of an article, 0 to 1.
    """

    fact: str
    company_id: str
    segment: str | None
    start: date | None
    end: date | None
    value: Decimal
    unit: str
    rounding: Decimal
    qualifier: str | None
    basis: str | None
    label: str
    locator: str
    party: str | None = None
    amount_usd: Decimal | None = None
    megawatts: Decimal | None = None
    deal_rounding: Decimal | None = None
    deal_qualifier: str | None = None
    announced_on: date | None = None
    agreed_on: date | None = None
    closed_on: date | None = None
    due: str | None = None
    due_first: date | None = None
    due_last: date | None = None
    deal_status: str | None = None
    party_role: str | None = None
    amount_kind: str | None = None
    megawatts_kind: str | None = None
    term_years: Decimal | None = None
    matures: int | None = None
    option_on: date | None = None
    confidence: Decimal | None = None

    @property
    def deal_kind(self) -> str | None:
        """acquisition, lease, hosting, financing or capacity_target; None if it is not a deal."""
        return self.fact.removeprefix("deal:") if self.fact.startswith("deal:") else None

    @property
    def is_change(self) -> bool:
        """Whether it is a change in percent."""
        return self.fact.startswith("change:")


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else plain(value)


def _terms(deal: Deal | None, announced_on: date) -> dict[str, object]:
    """The fields of StatedClaim that only a deal has."""
    if deal is None:
        return {}
    return {
        "party": deal.party or None,
        "amount_usd": _plain(deal.amount),
        "megawatts": _plain(deal.megawatts),
        "deal_rounding": _plain(deal.amount_rounding if deal.amount is not None else deal.megawatts_rounding),
        "deal_qualifier": deal.qualifier or None,
        "announced_on": announced_on,
        "agreed_on": deal.agreed_on,
        "closed_on": deal.closed_on,
        "due": deal.due.words if deal.due else None,
        "due_first": deal.due.first if deal.due else None,
        "due_last": deal.due.last if deal.due else None,
        "deal_status": deal.status,
        "party_role": deal.role or None,
        "amount_kind": deal.amount_kind or None,
        "megawatts_kind": deal.megawatts_kind or None,
        "term_years": deal.term_years,
        "matures": deal.matures,
        "option_on": deal.option_on,
    }


def claim_of_article(claim: Claim, published_on: date) -> StatedClaim:
    """A claim of an article that was published on a day."""
    start, end = (None, None) if claim.deal else (claim.start, claim.end)
    return StatedClaim(
        claim.fact,
        claim.company.ticker,
        claim.segment,
        start,
        end,
        plain(claim.value),
        claim.unit,
        plain(claim.rounding),
        claim.qualifier or None,
        claim.basis or None,
        claim.sentence,
        claim.locator,
        confidence=claim.confidence,
        **_terms(claim.deal, published_on),  # type: ignore[arg-type]
    )


def filed_deal(deal: Deal, company: Company, announced_on: date) -> StatedClaim:
    """A deal or target as one filing states it."""
    value = next((v for v in (deal.amount, deal.megawatts) if v is not None), Decimal(0))
    rounding = deal.amount_rounding if deal.amount is not None else deal.megawatts_rounding
    return StatedClaim(
        f"deal:{deal.kind}",
        company.ticker,
        None,
        None,
        None,
        plain(value),
        "MW" if deal.amount is None and deal.megawatts is not None else "USD",
        plain(rounding),
        deal.qualifier or None,
        None,
        deal.sentence,
        f"text {deal.offset}–{deal.offset + len(deal.sentence)}",
        **_terms(deal, announced_on),  # type: ignore[arg-type]
    )


def filed_change(change: StatedChange, company: Company) -> StatedClaim:
    """A change in percent as a filing states it."""
    return StatedClaim(
        change.fact,
        company.ticker,
        None,
        change.start,
        change.end,
        plain(change.percent),
        "percent",
        plain(change.rounding),
        None,
        change.basis or None,
        change.sentence,
        f"text {change.offset}–{change.offset + len(change.sentence)}",
    )
