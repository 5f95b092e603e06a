-- All segments of a period come from one document: statements before derived figures, then a breakdown that adds up
-- to its total, then by precedence of the document (marts.precedence), then the latest.
with known as (
    select
        f.*,
        c.company_id,
        dense_rank() over (
            partition by c.company_id, f.period_key
            order by
                (f.derivation = 'derived'),
                f.complete desc,
                marts.precedence(d.document_kind),
                f.disclosed_at desc,
                d.is_amendment desc,
                f.document_key asc
        ) as rank,
        count(*) filter (where f.derivation <> 'derived') over same as stated_times,
        max(f.revenue_usd - f.rounding) filter (where f.derivation <> 'derived') over same as stated_over,
        min(f.revenue_usd + f.rounding) filter (where f.derivation <> 'derived') over same as stated_under
    from warehouse.fact_segment_revenue as f
    inner join warehouse.dim_company as c on f.company_key = c.company_key
    inner join warehouse.dim_document as d on f.document_key = d.document_key
    where f.disclosed_at <= known_at and (only_ticker is null or c.company_id = only_ticker)
    window same as (partition by c.company_id, f.period_key, f.segment_key)
)

select
    k.company_id as ticker,
    now.name as company,
    k.fiscal_year,
    k.fiscal_quarter,
    p.period_kind,
    p.period_start,
    p.period_end,
    s.segment,
    s.family as segment_family,
    k.revenue_usd,
    'USD' as currency,
    k.reported_label,
    k.derivation,
    d.form,
    d.accession,
    d.url,
    k.locator,
    k.disclosed_at,
    d.source,
    marts.cited(k.inputs, d.accession, d.form, d.url) as inputs,
    k.rules,
    marts.calendar_quarter(p.period_kind, p.period_start, p.period_end) as calendar_quarter,
    coalesce(k.stated_over > k.revenue_usd + k.rounding or k.stated_under < k.revenue_usd - k.rounding, false) as is_restated,
    k.stated_times::integer as stated_times,
    k.fact_key,
    marts.link(d.url, k.locator, k.reported_label) as link
from known as k
inner join warehouse.dim_company as now on k.company_id = now.company_id and now.is_current
inner join warehouse.dim_period as p on k.period_key = p.period_key
inner join warehouse.dim_segment as s on k.segment_key = s.segment_key
inner join warehouse.dim_document as d on k.document_key = d.document_key
where k.rank = 1
