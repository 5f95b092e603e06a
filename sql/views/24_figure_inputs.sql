-- A quarter of sales that is the sum of its months has months as inputs, each with a count and proceeds.
with derived as (
    select
        fact_key,
        ticker,
        'segment_revenue' as metric,
        inputs
    from marts.segment_revenue
    union all
    select
        fact_key,
        ticker,
        metric,
        inputs
    from marts.operating_metrics
    union all
    select
        fact_key,
        ticker,
        'bitcoin_sale_proceeds' as metric,
        inputs
    from marts.bitcoin_sales
)

select
    d.fact_key,
    d.ticker,
    i.place::integer as place,
    case v.part when 'bitcoin_sold' then 'bitcoin_sold' when 'average_price_usd' then 'average_sale_price' else d.metric end as metric,
    i.input ->> 'role' as role,
    v.value::numeric as value,
    (i.input ->> 'period_start')::date as period_start,
    (i.input ->> 'period_end')::date as period_end,
    i.input ->> 'label' as reported_label,
    i.input ->> 'form' as form,
    i.input ->> 'accession' as accession,
    i.input ->> 'url' as url,
    i.input ->> 'locator' as locator,
    i.input ->> 'link' as link
from derived as d
cross join lateral jsonb_array_elements(d.inputs) with ordinality as i (input, place)
cross join
    lateral (
        values
        (coalesce(i.input ->> 'column', 'proceeds_usd'), i.input ->> 'value'),
        ('bitcoin_sold', i.input ->> 'bitcoin_sold'),
        ('proceeds_usd', i.input ->> 'proceeds_usd')
    ) as v (part, value)
where v.value is not null
