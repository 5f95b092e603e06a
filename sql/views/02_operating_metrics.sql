-- Statements before derived figures, then by precedence of the document (marts.precedence), then the latest.
with known as (
    select
        f.*,
        c.company_id,
        d.form,
        d.accession,
        d.url,
        d.source,
        row_number() over (
            partition by c.company_id, f.metric_key, f.scope, f.period_key
            order by
                (f.derivation = 'derived'),
                marts.precedence(d.document_kind),
                f.disclosed_at desc,
                d.is_amendment desc,
                f.document_key asc
        ) as rank,
        count(*) filter (where f.derivation <> 'derived') over same as stated_times,
        max(f.value - f.rounding) filter (where f.derivation <> 'derived') over same as stated_over,
        min(f.value + f.rounding) filter (where f.derivation <> 'derived') over same as stated_under
    from warehouse.fact_operating_metric as f
    inner join warehouse.dim_company as c on f.company_key = c.company_key
    inner join warehouse.dim_document as d on f.document_key = d.document_key
    where f.disclosed_at <= known_at and (only_ticker is null or c.company_id = only_ticker)
    window same as (partition by c.company_id, f.metric_key, f.scope, f.period_key)
)

select
    f.company_id as ticker,
    m.metric,
    m.unit,
    f.fiscal_year,
    f.fiscal_quarter,
    p.period_kind,
    p.period_start,
    p.period_end,
    f.value,
    f.scope,
    f.qualifier,
    f.reported_label,
    f.derivation,
    f.form,
    f.accession,
    f.url,
    f.locator,
    f.disclosed_at,
    f.source,
    marts.cited(f.inputs, f.accession, f.form, f.url) as inputs,
    marts.calendar_quarter(p.period_kind, p.period_start, p.period_end) as calendar_quarter,
    coalesce(f.stated_over > f.value + f.rounding or f.stated_under < f.value - f.rounding, false) as is_restated,
    f.stated_times::integer as stated_times,
    f.fact_key,
    f.rules,
    marts.link(f.url, f.locator, f.reported_label) as link,
    marts.figure_key(f.company_id, m.metric, null, f.scope, p.period_start, p.period_end) as figure_key
from known as f
inner join warehouse.dim_metric as m on f.metric_key = m.metric_key
inner join warehouse.dim_period as p on f.period_key = p.period_key
where f.rank = 1
