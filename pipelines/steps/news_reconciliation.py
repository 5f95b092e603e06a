"""Reconcile claims of news with filings, and deals across documents."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.claim_match import (
    CONTRADICTED,
    UNMATCHED,
    ClaimOutcome,
    ComparedClaim,
    FiledDeal,
    compare_claim,
    same_deal,
    with_hint,
)
from pipelines.normalize.figures import Finding
from pipelines.parse.deals.amounts import INSTRUMENTS
from pipelines.parse.deals.deal import FINANCING
from pipelines.parse.language.periods import DisclosureContext
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services
from pipelines.warehouse import claims, staging
from pipelines.warehouse.prices import prices_between
from pipelines.watchlist import Company

DATASET = "news"
# Deadlines in days: 10-Q 40 or 45, 10-K 60 to 90 by filer size, 8-K four business days; foreign filers by
# habit.
_QUARTER_DUE, _YEAR_DUE, _FOREIGN_QUARTER, _FOREIGN_YEAR, _DEAL_DUE = 45, 90, 75, 120, 6
_PATIENCE = timedelta(days=10)
_ONE_ANNOUNCEMENT, _ADJUSTED = timedelta(days=7), Decimal("0.1")
_SHOWN = ("company", "claim", "segment", "to", "claimed", "filed", "status", "note")


def reconcile_news(services: Services, tickers: Sequence[str], now: datetime | None = None) -> StepResult:
    """Set the status of each claim from the filings, and group statements of the same deal.

    The result does not depend on the order in which documents arrive: a claim is settled at the time when
    both sides are known. counts: claims, confirmed, contradicted, unmatched, superseded, deals, findings,
    changed
    """
    moment = now or datetime.now(UTC)

    def work(company: Company, mine: list[Any], result: StepResult) -> None:
        with services.engine.begin() as connection:
            rows = claims.deals_of(connection, company)
            filed = [claims.filed_deal(row) for row, is_news in rows if not is_news]
            keys = group_deals([(row.fact_key, claims.filed_deal(row)) for row, _ in rows])
            changed = claims.record_deal_keys(connection, keys)
            result.counts["deals"] += len(set(keys.values()))
            asked = claims.claims_of(connection, company)
            stated = claims.listed_figures(connection, services.watchlist, company) if asked else []
            days = [c.end for _, _, c, _ in asked if c.end]
            prices = prices_between(connection, min(days) - timedelta(days=800), max(days)) if days else {}
            judged = [
                (key, url, claim, with_hint(claim, compare_claim(claim, stated, filed, prices), stated))
                for key, url, claim, _ in asked
            ]
            for key, _, _, verdict in judged:
                changed += claims.record_verdict(connection, key, verdict)
                result.counts[verdict.status] += 1
            urls = claims.urls_of(connection, [v.filing_key for *_, v in judged if v.filing_key])
            filings = claims.filings_read(connection, company) if asked else []
            findings = [
                f
                for _, url, claim, verdict in judged
                if (f := finding_of(company, claim, verdict, url, urls, filings, moment.date()))
            ]
            changed += staging.record_findings(connection, DATASET, company.ticker, None, findings, []).total
        result.counts["claims"] += len(judged)
        result.counts["findings"] += len(findings)
        result.counts["changed"] += changed
        seen.extend((company, claim, verdict) for _, _, claim, verdict in judged)

    seen: list[tuple[Company, ComparedClaim, ClaimOutcome]] = []
    result = for_each_company(
        services, "news_reconciliation", [(t, date.min, date.max) for t in tickers], work
    )
    # Contradicted claims first, then the latest.
    for company, claim, verdict in sorted(
        seen, key=lambda s: (s[2].status != CONTRADICTED, -s[1].published.timestamp())
    ):
        shown = (
            company.ticker,
            claim.metric,
            claim.segment,
            claim.end,
            claim.value,
            verdict.filing_value,
            verdict.status,
            verdict.note,
        )
        result.show(_SHOWN, shown, most=12)
    return result


def by_publisher(services: Services) -> list[tuple[Any, ...]]:
    """Publishers with their numbers of claims, from marts.publisher_accuracy."""
    with services.engine.connect() as connection:
        query = (
            "select publisher, claims, confirmed, contradicted from marts.publisher_accuracy order by "
            "claims desc, publisher limit 20"
        )
        return [tuple(row) for row in connection.execute(sa.text(query))]


def group_deals(deals: Sequence[tuple[int, FiledDeal]]) -> dict[int, int]:
    """Group statements of the same deal: the key of the first one, by the key of each.

    A filing and an article about one deal may differ, and so may its announcement, its pricing and its
    closing some days later. Weeks later, another size is another deal with the same party, and another
    instrument or maturity always is: MARA sold $1.0 billion of notes due 2030 in November 2024 and $850
    million due 2031 two weeks later.
    """
    out: dict[int, int] = {}
    groups: list[list[tuple[int, FiledDeal]]] = []
    for key, deal in deals:
        home = next(
            (
                g
                for g in groups
                if any(
                    same_deal(
                        deal.kind,
                        deal.party,
                        deal.amount,
                        deal.megawatts,
                        other.announced_on,
                        _at(deal, other),
                        deal.rounding,
                    )
                    and not _is_another(deal, other)
                    for _, other in g
                )
            ),
            None,
        )
        if home is None:
            groups.append(home := [])
        home.append((key, deal))
        out[key] = home[0][0]
    return out


def _is_another(deal: FiledDeal, other: FiledDeal) -> bool:
    """Whether two statements differ in instrument, maturity or size.

    In size only if they are more than a week apart.
    """
    instruments = {deal.amount_kind, other.amount_kind} & set(INSTRUMENTS)
    if deal.kind == FINANCING and len(instruments) > 1:
        return True
    if deal.matures and other.matures and deal.matures != other.matures:
        return True
    if abs(deal.announced_on - other.announced_on) <= _ONE_ANNOUNCEMENT:
        return False
    sizes, rounding = (deal.amount, other.amount), max(deal.rounding, other.rounding)
    if None in sizes:
        sizes, rounding = (deal.megawatts, other.megawatts), Decimal(0)
    known = sorted(size for size in sizes if size is not None)
    return len(known) == len(sizes) and known[1] - known[0] > max(known[1] * _ADJUSTED, rounding)


def _at(deal: FiledDeal, other: FiledDeal) -> FiledDeal:
    """The earlier statement, dated so that `same_deal` can compare it with the later one."""
    return replace(other, announced_on=min(deal.announced_on, other.announced_on + timedelta(days=240)))


def due_on(company: Company, claim: ComparedClaim) -> date:
    """The day by which a filing about the claim's quarter or year is due."""
    if claim.end is None:
        return claim.published.date() + timedelta(days=_DEAL_DUE)
    foreign = company.accounting == "ifrs"
    disclosure = DisclosureContext(company, claim.end)
    spans = [
        (n, disclosure.quarter(n, y))
        for y in (claim.end.year - 1, claim.end.year, claim.end.year + 1)
        for n in (1, 2, 3, 4)
    ]
    quarter, close = next(
        (n, s.end) for n, s in spans if s.start is not None and s.start <= claim.end <= s.end
    )
    days = (
        (_FOREIGN_YEAR if foreign else _YEAR_DUE)
        if quarter == 4
        else (_FOREIGN_QUARTER if foreign else _QUARTER_DUE)
    )
    return close + timedelta(days=days)


def finding_of(
    company: Company,
    claim: ComparedClaim,
    verdict: ClaimOutcome,
    url: str,
    urls: dict[int, str],
    filings: Sequence[tuple[date, str, str]],
    today: date,
) -> Finding | None:
    """The finding for a contradicted claim, or one unconfirmed ten days after a filing was due.

    Without a filing of these days in the warehouse, a claim is not unconfirmed: the filing is missing.

    Args:
        urls: URLs of the filings of verdicts, by key.
        filings: The company's filings that were read: day, document kind and URL.
    """
    named = f"{claim.metric}{f' ({claim.segment})' if claim.segment else ''}"
    if verdict.status == CONTRADICTED:
        assert verdict.filing_value is not None
        documents = (url, *([urls[verdict.filing_key]] if verdict.filing_key in urls else []))
        detail = f"{named}: {claim.value:,f} in an article, {verdict.filing_value:,f} in the filing" + (
            f"; {verdict.note}" if verdict.note else ""
        )
        return Finding(
            "news_contradicted",
            claim.start,
            claim.end or claim.published.date(),
            verdict.filing_value,
            claim.value,
            detail,
            documents,
            metric=claim.metric,
            segment=claim.segment,
        )
    if verdict.status == UNMATCHED and today > due_on(company, claim) + _PATIENCE:
        since, due = claim.end or claim.published.date(), due_on(company, claim)
        silent = [
            filing
            for day, kind, filing in filings
            if since <= day <= due + _PATIENCE and (claim.end is None or kind in ("report", "release"))
        ]
        if not silent:
            return None
        return Finding(
            "news_unconfirmed",
            claim.start,
            claim.end or claim.published.date(),
            None,
            Decimal(claim.value),
            f"{named}: {claim.value:,f} in an article; one was due on {due}, and none of {len(silent)} "
            "filings until then confirms it",
            (url, *silent),
            metric=claim.metric,
            segment=claim.segment,
        )
    return None
