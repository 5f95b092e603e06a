-- A quarter of sales that is the sum of its months has months as inputs, each with a count and proceeds. A computed price
-- has proceeds and count of its own sale.
with derived as (
    select
        fact_key,
        ticker,
        'segment_revenue' as metric,
        segment,
        'company' as scope,
        period_start,
        period_end,
        inputs
    from marts.segment_revenue
    union all
    select
        fact_key,
        ticker,
        metric,
        null as segment,
        scope,
        period_start,
        period_end,
        inputs
    from marts.operating_metrics
    union all
    select
        fact_key,
        ticker,
        'bitcoin_sale_proceeds' as metric,
        null as segment,
        'company' as scope,
        period_start,
        period_end,
        inputs
    from marts.bitcoin_sales
    where inputs <> '[]'
),

parts as (
    select
        d.fact_key,
        d.ticker,
        m.metric as figure_metric,
        d.segment,
        d.scope,
        d.period_start as figure_start,
        d.period_end as figure_end,
        i.place::integer as place,
        m.metric,
        i.input ->> 'role' as role,
        v.value::numeric as value,
        (i.input ->> 'period_start')::date as period_start,
        (i.input ->> 'period_end')::date as period_end,
        i.input
    from derived as d
    cross join lateral jsonb_array_elements(d.inputs) with ordinality as i (input, place)
    cross join
        lateral (
            values
            (coalesce(i.input ->> 'column', 'proceeds_usd'), i.input ->> 'value'),
            ('bitcoin_sold', i.input ->> 'bitcoin_sold'),
            ('proceeds_usd', i.input ->> 'proceeds_usd')
        ) as v (part, value)
    cross join
        lateral (
            select case v.part when 'bitcoin_sold' then 'bitcoin_sold' when 'average_price_usd' then 'average_sale_price' else d.metric end as metric
        ) as m
    where v.value is not null
    union all
    select
        s.fact_key,
        s.ticker,
        'average_sale_price' as figure_metric,
        null as segment,
        'company' as scope,
        s.period_start as figure_start,
        s.period_end as figure_end,
        v.place,
        v.metric,
        v.role,
        v.value,
        null as period_start,
        null as period_end,
        s.sources -> v.part as input
    from marts.bitcoin_sales as s
    cross join
        lateral (
            values
            (1, 'bitcoin_sale_proceeds', 'proceeds_usd', 'dividend', s.proceeds_usd),
            (2, 'bitcoin_sold', 'bitcoin_sold', 'divisor', s.bitcoin_sold)
        ) as v (place, metric, part, role, value)
    where 'average_price_usd' = any(s.computed)
)

select
    p.fact_key,
    p.ticker,
    p.place,
    p.metric,
    p.role,
    p.value,
    p.period_start,
    p.period_end,
    p.input ->> 'label' as reported_label,
    p.input ->> 'form' as form,
    p.input ->> 'accession' as accession,
    p.input ->> 'url' as url,
    p.input ->> 'locator' as locator,
    p.input ->> 'link' as link,
    f.figure_key
from parts as p
-- A sale whose count alone is a sum of months has no proceeds, though its months may.
inner join marts.figures as f
    on f.figure_key = marts.figure_key(p.ticker, p.figure_metric, p.segment, p.scope, p.figure_start, p.figure_end)
