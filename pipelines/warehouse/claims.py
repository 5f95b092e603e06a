"""Claims of articles, deals and stated changes of filings: loaded a document at a time, and what settles them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.claim_match import UNMATCHED, Asked, FiledDeal, Stated, Verdict
from pipelines.warehouse import bookkeeping, schema, staging
from pipelines.warehouse.columns import key_of
from pipelines.warehouse.dimensions import company_key_on, company_rows, load_periods
from pipelines.warehouse.upsert import Changed, lock, upsert
from pipelines.watchlist import Company, Watchlist

Row = dict[str, Any]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def load_claims(connection: sa.Connection, watchlist: Watchlist, document_keys: Sequence[int]) -> Changed:
    """Replace the claims of articles whose rows passed, and the deals among them; one transaction of the caller.

    A claim that stays keeps what was said of it until it is reconciled again.
    """
    lock(connection, "news")
    passed = _passed(connection, "news_claims", document_keys)
    changed = Changed()
    for key, (version, rows) in passed.items():
        claims = [_claim(watchlist, row, version) for row in rows]
        load_periods(
            connection,
            {
                (_day(r["period_start"]), date.fromisoformat(r["period_end"]))
                for r in rows
                if r["period_kind"]
            },
        )
        known = {
            r["fact_key"]: r
            for r in connection.execute(
                sa.select(schema.fact_news_claim).where(schema.fact_news_claim.c.document_key == key)
            ).mappings()
        }
        for claim in claims:
            was = known.get(claim["fact_key"])
            settled = ("status", "filing_value", "difference", "filing_key", "settled_at", "note")
            claim |= (
                {name: was[name] for name in settled}
                if was
                else {**dict.fromkeys(settled), "status": UNMATCHED}
            )
        changed += upsert(connection, schema.fact_news_claim, _unique(claims), scope=("document_key", [key]))
        deals = [_deal_of_claim(watchlist, row, version) for row in rows if row["fact"].startswith("deal:")]
        changed += upsert(
            connection,
            schema.fact_deal,
            _keeping_key(connection, key, _unique(deals)),
            scope=("document_key", [key]),
        )
    _loaded(connection, "news_claims", passed)
    return changed


def load_deals(connection: sa.Connection, company: Company, document_keys: Sequence[int]) -> Changed:
    """Replace the deals and stated changes of a company's filings whose rows passed; one transaction of the caller."""
    lock(connection, company.ticker)
    passed = _passed(connection, "deals", document_keys)
    changed = Changed()
    for key, (version, rows) in passed.items():
        deals = [_deal(company, row, version) for row in rows if row["fact"].startswith("deal:")]
        changes = [_change(company, row, version) for row in rows if row["fact"].startswith("change:")]
        load_periods(
            connection,
            {
                (_day(r["period_start"]), date.fromisoformat(r["period_end"]))
                for r in rows
                if r["fact"].startswith("change:")
            },
        )
        changed += upsert(
            connection,
            schema.fact_deal,
            _keeping_key(connection, key, _unique(deals)),
            scope=("document_key", [key]),
        )
        changed += upsert(
            connection, schema.fact_stated_change, _unique(changes), scope=("document_key", [key])
        )
    _loaded(connection, "deals", passed)
    return changed


def _passed(connection: sa.Connection, dataset: str, keys: Sequence[int]) -> dict[int, tuple[str, list[Row]]]:
    """The passed rows of documents that were checked and are not loaded yet: version and rows by document."""
    states = staging.versions(connection, dataset, keys)
    out: dict[int, tuple[str, list[Row]]] = {
        k: (v, []) for k, (v, state) in states.items() if state == "passed"
    }
    for key, _, state, row in staging.staged_rows(connection, dataset, list(out)):
        if state == "passed":
            out[key][1].append(row)
    released = bookkeeping.rejected_row
    query = sa.select(released.c.document_key, released.c.row_content).where(
        released.c.document_key.in_(list(states)),
        released.c.status.in_(("released", "loaded")),
        released.c.row_content["dataset"].astext == dataset,
    )
    for key, row in connection.execute(query):
        out.setdefault(
            key,
            (
                states[key][0],
                [r for _, _, s, r in staging.staged_rows(connection, dataset, [key]) if s == "passed"],
            ),
        )[1].append(row)
    return out


def _loaded(connection: sa.Connection, dataset: str, keys: Mapping[int, Any]) -> None:
    t, r = bookkeeping.normalized_document, bookkeeping.rejected_row
    connection.execute(
        sa.update(t)
        .where(t.c.dataset == dataset, t.c.document_key.in_(list(keys)), t.c.state == "passed")
        .values(state="loaded")
    )
    connection.execute(
        sa.update(r)
        .where(
            r.c.document_key.in_(list(keys)),
            r.c.status == "released",
            r.c.row_content["dataset"].astext == dataset,
        )
        .values(status="loaded")
    )


def _unique(rows: list[Row]) -> list[Row]:
    return list({row["fact_key"]: row for row in rows}.values())


def _common(company: Company, row: Row, version: str) -> Row:
    disclosed = datetime.fromisoformat(row["disclosed_at"])
    return {
        "company_key": company_key_on(company, disclosed.date()),
        "document_key": row["document_key"],
        "locator": row["locator"],
        "reported_label": row["label"],
        "disclosed_at": disclosed,
        "extractor_version": version,
        "loaded_at": datetime.now(UTC),
    }


def _claim(watchlist: Watchlist, row: Row, version: str) -> Row:
    start, end = _day(row["period_start"]), _day(row["period_end"])
    return {
        **_common(watchlist.by_ticker(row["company_id"]), row, version),
        "fact_key": key_of(
            "claim",
            row["document_key"],
            row["company_id"],
            row["fact"],
            row["segment"],
            start,
            end,
            row["value"],
            row["locator"],
        ),
        "period_key": key_of("period", start, end) if row["period_kind"] else None,
        "metric": row["fact"],
        "segment": row["segment"],
        "value": Decimal(row["value"]),
        "unit": row["unit"],
        "rounding": Decimal(row["rounding"]),
        "qualifier": row["qualifier"],
        "basis": row["basis"],
        "party": row["party"],
        "megawatts": _number(row["megawatts"]),
        "due": row["due"],
        "deal_status": row["deal_status"],
    }


def _deal(company: Company, row: Row, version: str) -> Row:
    key = key_of(
        "deal",
        row["document_key"],
        row["company_id"],
        row["kind"],
        row["party"],
        row["amount_usd"],
        row["megawatts"],
    )
    return {
        **_common(company, row, version),
        "fact_key": key,
        "deal_key": key,
        "kind": row["kind"],
        "party": row["party"],
        "amount_usd": _number(row["amount_usd"]),
        "megawatts": _number(row["megawatts"]),
        "rounding": Decimal(row["rounding"]),
        "qualifier": row["qualifier"],
        "announced_on": date.fromisoformat(row["announced_on"]),
        "due": row["due"],
        "due_first": _day(row["due_first"]),
        "due_last": _day(row["due_last"]),
        "status": row["status"],
    }


def _deal_of_claim(watchlist: Watchlist, row: Row, version: str) -> Row:
    """An article's deal as a row of fact_deal: what its claim says, on the day of publication."""
    return _deal(watchlist.by_ticker(row["company_id"]), {**row, **row["deal"]}, version)


def _change(company: Company, row: Row, version: str) -> Row:
    start, end = _day(row["period_start"]), date.fromisoformat(row["period_end"])
    return {
        **_common(company, row, version),
        "fact_key": key_of("change", row["document_key"], row["fact"], start, end, row["basis"]),
        "period_key": key_of("period", start, end),
        "metric": row["fact"],
        "percent": Decimal(row["value"]),
        "rounding": Decimal(row["rounding"]),
        "basis": row["basis"],
    }


def _keeping_key(connection: sa.Connection, document_key: int, rows: list[Row]) -> list[Row]:
    """Deals with the deal that they are known to be part of, so that loading them again changes nothing."""
    t = schema.fact_deal
    known = dict(
        connection.execute(sa.select(t.c.fact_key, t.c.deal_key).where(t.c.document_key == document_key))
        .tuples()
        .all()
    )
    return [{**row, "deal_key": known.get(row["fact_key"], row["deal_key"])} for row in rows]


_FIGURES = """
    select m.metric, null as segment, p.period_start, p.period_end, f.value, f.rounding, f.document_key, d.document_kind, f.disclosed_at, f.derivation, null as basis
    from warehouse.fact_operating_metric f join warehouse.dim_metric m using (metric_key) join warehouse.dim_period p using (period_key)
    join warehouse.dim_document d using (document_key) where f.company_key = any(:keys) and f.scope = 'company'
    union all
    select 'segment_revenue', s.segment, p.period_start, p.period_end, f.revenue_usd, f.rounding, f.document_key, d.document_kind, f.disclosed_at, f.derivation, null
    from warehouse.fact_segment_revenue f join warehouse.dim_segment s using (segment_key) join warehouse.dim_period p using (period_key)
    join warehouse.dim_document d using (document_key) where f.company_key = any(:keys)
    union all
    select v.metric, null, p.period_start, p.period_end, v.value, case when f.completed = v.part then 0 else v.rounding end, f.document_key, d.document_kind, f.disclosed_at, f.derivation, null
    from warehouse.fact_bitcoin_sale f join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key)
    cross join lateral (values ('bitcoin_sold', 'bitcoin_sold', f.bitcoin_sold, 0.5), ('bitcoin_sale_proceeds', 'proceeds_usd', f.proceeds_usd, f.rounding),
        ('average_sale_price', 'average_price_usd', f.average_price_usd, 1)) as v (metric, part, value, rounding)
    where f.company_key = any(:keys) and v.value is not null
    union all
    select c.metric, null, p.period_start, p.period_end, c.percent, c.rounding, c.document_key, d.document_kind, c.disclosed_at, 'as_reported', c.basis
    from warehouse.fact_stated_change c join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key)
    where c.company_key = any(:keys)
"""


def company_keys(company: Company) -> list[object]:
    """The keys of all spans of a company."""
    return [row["company_key"] for row in company_rows(company)]


def stated_figures(connection: sa.Connection, company: Company) -> list[Stated]:
    """All that a company's filings state and what is derived from them, with the document of each."""
    return [
        Stated(
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


def deals_of(connection: sa.Connection, company: Company) -> list[tuple[sa.Row[Any], bool]]:
    """A company's deals as all documents state them, in order of disclosure; whether each is an article's."""
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
    )


def record_deal_keys(connection: sa.Connection, keys: Mapping[int, int]) -> int:
    """Write which rows are of one deal: deal_key by fact_key; how many changed."""
    t = schema.fact_deal
    changed = 0
    for fact, deal in keys.items():
        changed += connection.execute(
            sa.update(t).where(t.c.fact_key == fact, t.c.deal_key != deal).values(deal_key=deal)
        ).rowcount
    return changed


def claims_of(connection: sa.Connection, company: Company) -> list[tuple[int, str, Asked, sa.Row[Any]]]:
    """A company's claims: key, address of the article, what is asked, and the row."""
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
            Asked(
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


def record_verdict(connection: sa.Connection, key: int, verdict: Verdict) -> int:
    """Write what the filings say of a claim; 1 where that is new."""
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


def urls_of(connection: sa.Connection, keys: Sequence[int]) -> dict[int, str]:
    """Addresses of documents."""
    t = schema.dim_document
    return (
        dict(
            connection.execute(sa.select(t.c.document_key, t.c.url).where(t.c.document_key.in_(list(keys))))
            .tuples()
            .all()
        )
        if keys
        else {}
    )
