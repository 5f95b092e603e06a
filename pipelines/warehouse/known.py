"""Stated figures of a company, for tie-outs; and press releases that repeat a disclosure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.figures import DERIVED, Finding
from pipelines.normalize.reconcile import DocumentFigure
from pipelines.warehouse.dimensions import company_rows
from pipelines.watchlist import Company
from pipelines.watchlist.metrics import COMPANY

_Stated = dict[tuple[str, str, date | None, date], tuple[Decimal, Decimal, str]]

_METRICS = f"""
    select m.metric, p.period_start, p.period_end, f.value, f.rounding, d.document_kind, d.url, f.locator,
           f.disclosed_at, f.document_key, f.scope
    from warehouse.fact_operating_metric f join warehouse.dim_metric m using (metric_key)
    join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key)
    where f.company_key = any(:keys) and f.derivation <> '{DERIVED}'
"""
_SALES = f"""
    select v.metric, p.period_start, p.period_end, v.value,
           case when v.metric = 'bitcoin_sold' then 0.5 else f.rounding end as rounding, d.document_kind,
           d.url, f.locator, f.disclosed_at, f.document_key, 'company' as scope
    from warehouse.fact_bitcoin_sale f join warehouse.dim_period p using (period_key)
    join warehouse.dim_document d using (document_key)
    cross join lateral (values
        ('bitcoin_sold', f.bitcoin_sold, 'bitcoin_sold'),
        ('bitcoin_sale_proceeds', f.proceeds_usd, 'proceeds_usd'),
        ('average_sale_price', f.average_price_usd, 'average_price_usd')
    ) as v (metric, value, column_name)
    where f.company_key = any(:keys) and f.derivation <> '{DERIVED}' and v.value is not null
      and f.completed is distinct from v.column_name
"""


def known_figures(rows: Sequence[sa.Row[Any]]) -> list[DocumentFigure]:
    """The figures of the whole company among stated_rows."""
    return [
        DocumentFigure(
            r.metric,
            r.period_start,
            r.period_end,
            r.value,
            r.rounding,
            r.document_kind,
            r.url,
            r.locator,
            r.disclosed_at,
        )
        for r in rows
        if r.scope == "company"
    ]


def stated_rows(connection: sa.Connection, company: Company) -> Sequence[sa.Row[Any]]:
    """All metrics and sales that documents state for a company, nothing derived.

    Columns: metric, period_start, period_end, value, rounding, document_kind, `url`, locator, disclosed_at,
    document_key, scope.
    """
    keys = [row["company_key"] for row in company_rows(company)]
    return [
        *connection.execute(sa.text(_METRICS), {"keys": keys}),
        *connection.execute(sa.text(_SALES), {"keys": keys}),
    ]


def mark_repeats(connection: sa.Connection, company: Company, rows: Sequence[sa.Row[Any]]) -> list[Finding]:
    """Identify press releases that are furnished again, in dim_document.repeats.

    The same kind of press release about the same period in another filing (8-K and 8-K/A, 8-K and 6-K) is a
    correction: if figures differ, the finding `release_corrected` has the earlier and the later one.
    Differing exhibits of one filing are the finding `exhibits_differ`.
    """
    t = sa.text(
        "select document_key, accession, url, document_kind, subject_start, subject_end, accepted_at "
        "from warehouse.dim_document where company_id = :company and document_kind in ('release', "
        "'update') and subject_end is not null and status = 'read' order by accepted_at, accession, "
        "name"
    )
    stated: dict[int, _Stated] = {}
    for r in rows:
        stated.setdefault(r.document_key, {})[(r.metric, r.scope, r.period_start, r.period_end)] = (
            r.value,
            r.rounding,
            r.url,
        )
    groups: dict[tuple[object, ...], list[sa.Row[Any]]] = {}
    for row in connection.execute(t, {"company": company.ticker}):
        groups.setdefault((row.document_kind, row.subject_start, row.subject_end), []).append(row)
    findings: list[Finding] = []
    for members in groups.values():
        for place, row in enumerate(members):
            # Documents with common figures are the same disclosure; a slide deck may share only the period.
            earlier = [
                m
                for m in members[:place]
                if set(stated.get(m.document_key, {})) & set(stated.get(row.document_key, {}))
            ]
            first = earlier[-1] if earlier else None
            other_filing = first is not None and first.accession != row.accession
            connection.execute(
                sa.text(
                    "update warehouse.dim_document set repeats = :earlier where document_key = :key "
                    "and repeats is distinct from :earlier"
                ),
                {
                    "earlier": first.document_key if first is not None and other_filing else None,
                    "key": row.document_key,
                },
            )
            if first is not None:
                check = "release_corrected" if other_filing else "exhibits_differ"
                findings += _differences(check, first, row, stated)
    return findings


def _differences(
    check: str, earlier: sa.Row[Any], later: sa.Row[Any], stated: dict[int, _Stated]
) -> list[Finding]:
    before, after = stated[earlier.document_key], stated[later.document_key]
    out = []
    for key in before:
        if key not in after:
            continue
        (old, slack, url), (new, more, again) = before[key], after[key]
        # Both are stated in the same unit: a difference of more than one rounding is a change.
        if abs(old - new) > max(slack, more):
            metric, scope, start, end = key
            named = f"{metric} ({scope})" if scope != "company" else str(metric)
            out.append(
                Finding(
                    check,
                    start,
                    end,
                    old,
                    new,
                    f"{named}: {old:,f} first, {new:,f} later",
                    (url, again),
                    metric=metric if scope == COMPANY else None,
                )
            )
    return out
