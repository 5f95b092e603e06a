"""Claims of articles, and deals and stated changes of filings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.claim_match import UNMATCHED, ClaimOutcome, ComparedClaim, FiledDeal, FiledFigure
from pipelines.normalize.claims import StatedClaim
from pipelines.normalize.periods import kind_of
from pipelines.warehouse import schema, staging
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.dimensions import company_key_on, company_rows, load_periods
from pipelines.warehouse.upsert import Changed, lock, upsert
from pipelines.watchlist import Company, Watchlist

Row = dict[str, Any]
_SETTLED = ("status", "filing_value", "difference", "filing_key", "settled_at", "note")


def load_claims(connection: sa.Connection, watchlist: Watchlist, document_keys: Sequence[int]) -> Changed:
    """Replace the claims of articles that passed, and their deals, in the caller's transaction.

    A claim that is still there keeps its status until it is reconciled again.
    """
    lock(connection, "news")
    changed = Changed()
    for document in _passed(connection, "news_claims", document_keys):
        load_periods(
            connection, {(c.start, c.end) for c in document.claims if c.end and kind_of(c.start, c.end)}
        )
        t = schema.fact_news_claim
        known = {
            row["fact_key"]: {name: row[name] for name in _SETTLED}
            for row in connection.execute(sa.select(t).where(t.c.document_key == document.key)).mappings()
        }
        claims = [document.claim_row(watchlist.by_ticker(c.company_id), c) for c in document.claims]
        new = {**dict.fromkeys(_SETTLED), "status": UNMATCHED}
        claims = [row | known.get(row["fact_key"], new) for row in claims]
        changed += upsert(connection, t, _unique(claims), scope=("document_key", [document.key]))
        deals = [
            document.deal_row(watchlist.by_ticker(c.company_id), c) for c in document.claims if c.deal_kind
        ]
        changed += _load_deal_rows(connection, document.key, deals)
    staging.mark_loaded(connection, "news_claims", document_keys)
    return changed


def load_deals(connection: sa.Connection, company: Company, document_keys: Sequence[int]) -> Changed:
    """Replace the deals and stated changes of a company's filings whose records passed."""
    lock(connection, company.ticker)
    changed = Changed()
    for document in _passed(connection, "deals", document_keys):
        changes = [c for c in document.claims if c.is_change]
        load_periods(connection, {(c.start, c.end) for c in changes if c.end})
        deals = [document.deal_row(company, c) for c in document.claims if c.deal_kind]
        changed += _load_deal_rows(connection, document.key, deals)
        rows = [document.change_row(company, c) for c in changes]
        scope = ("document_key", [document.key])
        changed += upsert(connection, schema.fact_stated_change, _unique(rows), scope=scope)
    staging.mark_loaded(connection, "deals", document_keys)
    return changed


def _load_deal_rows(connection: sa.Connection, document_key: int, rows: list[Row]) -> Changed:
    kept = _keeping_key(connection, document_key, _unique(rows))
    return upsert(connection, schema.fact_deal, kept, scope=("document_key", [document_key]))


def _unique(rows: list[Row]) -> list[Row]:
    return list({row["fact_key"]: row for row in rows}.values())


@dataclass(frozen=True, slots=True)
class _Document:
    """A document whose claims passed and are not loaded yet."""

    key: int
    version: str
    disclosed_at: datetime
    claims: list[StatedClaim]

    def _common(self, company: Company, claim: StatedClaim) -> Row:
        return {
            "company_key": company_key_on(company, self.disclosed_at.date()),
            "document_key": self.key,
            "locator": claim.locator,
            "reported_label": claim.label,
            "disclosed_at": self.disclosed_at,
            "extractor_version": self.version,
            "loaded_at": datetime.now(UTC),
        }

    def claim_row(self, company: Company, c: StatedClaim) -> Row:
        """A row of fact_news_claim."""
        has_period = c.end is not None and kind_of(c.start, c.end) is not None
        return {
            **self._common(company, c),
            "fact_key": key_of(
                "claim", self.key, c.company_id, c.fact, c.segment, c.start, c.end, f"{c.value:f}", c.locator
            ),
            "period_key": key_of("period", c.start, c.end) if has_period else None,
            "metric": c.fact,
            "segment": c.segment,
            "value": c.value,
            "unit": c.unit,
            "rounding": c.rounding,
            "qualifier": c.qualifier,
            "basis": c.basis,
            "party": c.party,
            "megawatts": c.megawatts if c.amount_usd is not None else None,
            "due": c.due,
            "deal_status": c.deal_status,
            "confidence": c.confidence,
        }

    def deal_row(self, company: Company, c: StatedClaim) -> Row:
        """A row of fact_deal."""
        amount, megawatts = (None if v is None else f"{v:f}" for v in (c.amount_usd, c.megawatts))
        key = key_of("deal", self.key, c.company_id, c.deal_kind, c.party, amount, megawatts)
        return {
            **self._common(company, c),
            "fact_key": key,
            "deal_key": key,
            "kind": c.deal_kind,
            "party": c.party,
            "party_role": c.party_role,
            "amount_usd": c.amount_usd,
            "amount_kind": c.amount_kind,
            "megawatts": c.megawatts,
            "megawatts_kind": c.megawatts_kind,
            "term_years": c.term_years,
            "matures": c.matures,
            "option_on": c.option_on,
            "rounding": c.deal_rounding,
            "qualifier": c.deal_qualifier,
            "announced_on": c.announced_on,
            "agreed_on": c.agreed_on,
            "closed_on": c.closed_on,
            "due": c.due,
            "due_first": c.due_first,
            "due_last": c.due_last,
            "status": c.deal_status,
        }

    def change_row(self, company: Company, c: StatedClaim) -> Row:
        """A row of fact_stated_change."""
        return {
            **self._common(company, c),
            "fact_key": key_of("change", self.key, c.fact, c.start, c.end, c.basis),
            "period_key": key_of("period", c.start, c.end),
            "metric": c.fact,
            "percent": c.value,
            "rounding": c.rounding,
            "basis": c.basis,
        }


def _passed(connection: sa.Connection, dataset: str, keys: Sequence[int]) -> Iterator[_Document]:
    """Documents whose claims passed and are not loaded yet, and those with approved rows."""
    states = staging.versions(connection, dataset, keys)
    approved = staging.approved(connection, dataset, StatedClaim, list(states))
    chosen = {k for k, (_, state) in states.items() if state == "passed"} | {key for key, _, _ in approved}
    claims: dict[int, list[StatedClaim]] = {key: [] for key in chosen}
    for row in staging.staged(connection, dataset, staging.CLAIMS, list(chosen), "passed"):
        claims[row.document_key].append(row.record)
    for key, claim, _ in approved:
        claims[key].append(claim)
    sources = staging.sources(connection, chosen)
    for key in sorted(chosen):
        yield _Document(key, states[key][0], sources[key].disclosed_at, claims[key])


def _keeping_key(connection: sa.Connection, document_key: int, rows: list[Row]) -> list[Row]:
    """Rows with the deal_key they already have, so that loading them again changes nothing."""
    t = schema.fact_deal
    known = dict(
        connection.execute(
            sa.select(t.c.fact_key, t.c.deal_key).where(t.c.document_key == document_key)
        ).all()
    )
    return [{**row, "deal_key": known.get(row["fact_key"], row["deal_key"])} for row in rows]


_FIGURES = """
    select f.metric, f.segment, p.period_start, p.period_end, f.value, f.rounding, f.document_key,
           d.document_kind, f.disclosed_at, f.derivation, f.basis
    from (
        select m.metric, null as segment, f.value, f.rounding, f.derivation, null as basis,
               f.company_key, f.period_key, f.document_key, f.disclosed_at
        from warehouse.fact_operating_metric f join warehouse.dim_metric m using (metric_key)
        where f.scope = 'company'
        union all
        select 'segment_revenue', s.segment, f.revenue_usd, f.rounding, f.derivation, null,
               f.company_key, f.period_key, f.document_key, f.disclosed_at
        from warehouse.fact_segment_revenue f join warehouse.dim_segment s using (segment_key)
        union all
        select v.metric, null, v.value, case when f.completed = v.part then 0 else v.rounding end,
               f.derivation, null, f.company_key, f.period_key, f.document_key, f.disclosed_at
        from warehouse.fact_bitcoin_sale f
        cross join lateral (values
            ('bitcoin_sold', 'bitcoin_sold', f.bitcoin_sold, 0.5),
            ('bitcoin_sale_proceeds', 'proceeds_usd', f.proceeds_usd, f.rounding),
            ('average_sale_price', 'average_price_usd', f.average_price_usd, 1)
        ) as v (metric, part, value, rounding)
        where v.value is not null
        union all
        select c.metric, null, c.percent, c.rounding, 'as_reported', c.basis,
               c.company_key, c.period_key, c.document_key, c.disclosed_at
        from warehouse.fact_stated_change c
    ) f
    join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key)
    where f.company_key = any(:keys)
"""


def company_keys(company: Company) -> list[object]:
    """The keys of all versions of a company."""
    return [row["company_key"] for row in company_rows(company)]


def stated_figures(connection: sa.Connection, company: Company) -> list[FiledFigure]:
    """All figures that a company's filings state or imply, each with its document."""
    return [
        FiledFigure(
            r.metric,
            r.segment,
            r.period_start,
            r.period_end,
            r.value,
            r.rounding,
            r.document_key,
            r.document_kind,
            r.disclosed_at,
            r.derivation == "derived",
            r.basis or "",
        )
        for r in connection.execute(sa.text(_FIGURES), {"keys": company_keys(company)})
    ]


def listed_figures(connection: sa.Connection, watchlist: Watchlist, company: Company) -> list[FiledFigure]:
    """Figures of a company's filings, and of the company listed under its name before."""
    stated = stated_figures(connection, company)
    if company.preceded_by is None:
        return stated
    before = watchlist.by_ticker(company.preceded_by)
    ended = before.ended or date.min
    return [f for f in stated if f.end > ended] + [
        f for f in stated_figures(connection, before) if f.end <= ended
    ]


def deals_of(connection: sa.Connection, company: Company) -> list[tuple[sa.Row[Any], bool]]:
    """A company's deals in order of disclosure, each with whether an article states it."""
    t, d = schema.fact_deal, schema.dim_document
    query = (
        sa.select(t, d.c.source)
        .join(d, d.c.document_key == t.c.document_key)
        .where(t.c.company_key.in_(company_keys(company)))
    )
    return [
        (row, row.source == "news")
        for row in connection.execute(query.order_by(t.c.disclosed_at, t.c.fact_key))
    ]


def filed_deal(row: sa.Row[Any]) -> FiledDeal:
    return FiledDeal(
        row.kind,
        row.party or "",
        row.amount_usd,
        row.megawatts,
        row.rounding,
        row.status,
        row.announced_on,
        row.document_key,
        row.disclosed_at,
        row.amount_kind or "",
        row.matures,
    )


def record_deal_keys(connection: sa.Connection, keys: Mapping[int, int]) -> int:
    """Set deal_key by fact_key; returns how many rows changed."""
    t = schema.fact_deal
    changed = 0
    for fact, deal in keys.items():
        changed += connection.execute(
            sa.update(t).where(t.c.fact_key == fact, t.c.deal_key != deal).values(deal_key=deal)
        ).rowcount
    return changed


def claims_of(
    connection: sa.Connection, company: Company
) -> list[tuple[int, str, ComparedClaim, sa.Row[Any]]]:
    """A company's claims: key, URL of the article, the claim to match, and the row."""
    t, p, d = schema.fact_news_claim, schema.dim_period, schema.dim_document
    query = (
        sa.select(t, p.c.period_start, p.c.period_end, d.c.url)
        .outerjoin(p, p.c.period_key == t.c.period_key)
        .join(d, d.c.document_key == t.c.document_key)
        .where(t.c.company_key.in_(company_keys(company)))
        .order_by(t.c.disclosed_at, t.c.fact_key)
    )
    return [
        (
            r.fact_key,
            r.url,
            ComparedClaim(
                r.metric,
                r.segment,
                r.period_start,
                r.period_end,
                r.value,
                r.unit,
                r.rounding,
                r.qualifier or "",
                r.basis or "",
                r.disclosed_at,
                r.party or "",
                r.megawatts,
                r.deal_status or "",
            ),
            r,
        )
        for r in connection.execute(query)
    ]


def record_verdict(connection: sa.Connection, key: int, verdict: ClaimOutcome) -> int:
    """Record the result for a claim; returns 1 if it changed."""
    t = schema.fact_news_claim
    values = {
        "status": verdict.status,
        "filing_value": verdict.filing_value,
        "difference": verdict.difference,
        "filing_key": verdict.filing_key,
        "settled_at": verdict.settled_at,
        "note": verdict.note,
    }
    differs = sa.or_(*(t.c[name].is_distinct_from(value) for name, value in values.items()))
    return int(
        connection.execute(
            sa.update(t).where(t.c.fact_key == key, differs).values(**values, loaded_at=datetime.now(UTC))
        ).rowcount
    )


def filings_read(connection: sa.Connection, company: Company) -> list[tuple[date, str, str]]:
    """A company's filings that were read: day of filing, document kind and URL, in order."""
    query = (
        "select filed_on, document_kind, url from warehouse.dim_document where company_id = :company and "
        "filed_on is not null and status in ('read', 'no_disclosure') order by filed_on, url"
    )
    return [tuple(row) for row in connection.execute(sa.text(query), {"company": company.ticker})]


def urls_of(connection: sa.Connection, keys: Sequence[int]) -> dict[int, str]:
    """URLs of documents by key."""
    t = schema.dim_document
    return (
        dict(
            connection.execute(
                sa.select(t.c.document_key, t.c.url).where(t.c.document_key.in_(list(keys)))
            ).all()
        )
        if keys
        else {}
    )
