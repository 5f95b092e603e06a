-- The current figures of the three marts, one by one. A sale is up to three figures, each from the document that states it.
with figures as (
    select
        ticker,
        'segment_revenue' as metric,
        segment,
        'company' as scope,
        fiscal_year,
        fiscal_quarter,
        calendar_quarter,
        period_kind,
        period_start,
        period_end,
        revenue_usd as value,
        'USD' as unit,
        null as qualifier,
        derivation,
        is_restated,
        reported_label,
        form,
        accession,
        url,
        locator,
        link,
        disclosed_at,
        source,
        fact_key
    from marts.segment_revenue
    union all
    select
        ticker,
        metric,
        null as segment,
        scope,
        fiscal_year,
        fiscal_quarter,
        calendar_quarter,
        period_kind,
        period_start,
        period_end,
        value,
        unit,
        qualifier,
        derivation,
        is_restated,
        reported_label,
        form,
        accession,
        url,
        locator,
        link,
        disclosed_at,
        source,
        fact_key
    from marts.operating_metrics
    union all
    select
        s.ticker,
        v.metric,
        null as segment,
        'company' as scope,
        s.fiscal_year,
        s.fiscal_quarter,
        s.calendar_quarter,
        s.period_kind,
        s.period_start,
        s.period_end,
        v.value,
        v.unit,
        null as qualifier,
        case when v.part = any(s.computed) then 'computed' else s.sources -> v.part ->> 'derivation' end as derivation,
        s.is_restated,
        coalesce(s.sources -> v.part ->> 'label', s.reported_label) as reported_label,
        coalesce(s.sources -> v.part ->> 'form', s.form) as form,
        coalesce(s.sources -> v.part ->> 'accession', s.accession) as accession,
        coalesce(s.sources -> v.part ->> 'url', s.url) as url,
        s.sources -> v.part ->> 'locator' as locator,
        s.sources -> v.part ->> 'link' as link,
        s.disclosed_at,
        s.source,
        s.fact_key
    from marts.bitcoin_sales as s
    cross join
        lateral (
            values
            ('bitcoin_sold', 'bitcoin_sold', s.bitcoin_sold, 'BTC'),
            ('bitcoin_sale_proceeds', 'proceeds_usd', s.proceeds_usd, 'USD'),
            ('average_sale_price', 'average_price_usd', s.average_price_usd, 'USD')
        ) as v (metric, part, value, unit)
    where v.value is not null
),

keyed as (
    select
        f.*,
        marts.figure_key(f.ticker, f.metric, f.segment, f.scope, f.period_start, f.period_end) as figure_key
    from figures as f
),

-- An article that disagrees casts no doubt on what was filed.
doubts as (
    select
        k.figure_key,
        count(o.finding_key)::integer as findings
    from marts.open_findings as o
    cross join unnest(o.figure_keys) as k (figure_key)
    where o."check" not in ('news_contradicted', 'news_unconfirmed')
    group by k.figure_key
)

select
    f.ticker,
    f.metric,
    f.segment,
    f.scope,
    f.fiscal_year,
    f.fiscal_quarter,
    f.calendar_quarter,
    f.period_kind,
    f.period_start,
    f.period_end,
    f.value,
    f.unit,
    f.qualifier,
    f.derivation,
    case
        when d.findings > 0 then 'contested'
        when f.is_restated then 'restated'
        when f.derivation in ('derived', 'computed') then 'derived'
        else 'stated'
    end as quality,
    coalesce(d.findings, 0) as findings,
    f.reported_label,
    f.form,
    f.accession,
    f.url,
    f.locator,
    f.link,
    f.disclosed_at,
    f.source,
    f.fact_key,
    f.figure_key
from keyed as f
left join doubts as d on f.figure_key = d.figure_key
