-- A statement is a restatement if it differs from the previous one beyond rounding. Derived figures are listed, but they
-- neither restate nor are restated: they change with their inputs.
with every as (
    select
        f.company_key,
        f.period_key,
        f.document_key,
        f.fact_key,
        'segment_revenue' as metric,
        s.segment,
        'company' as scope,
        'USD' as unit,
        f.fiscal_year,
        f.fiscal_quarter,
        f.revenue_usd as value,
        f.rounding,
        f.derivation,
        f.locator,
        f.reported_label,
        f.disclosed_at,
        f.inputs,
        f.rules
    from warehouse.fact_segment_revenue as f
    inner join warehouse.dim_segment as s on f.segment_key = s.segment_key
    union all
    select
        f.company_key,
        f.period_key,
        f.document_key,
        f.fact_key,
        m.metric,
        null as segment,
        f.scope,
        m.unit,
        f.fiscal_year,
        f.fiscal_quarter,
        f.value,
        f.rounding,
        f.derivation,
        f.locator,
        f.reported_label,
        f.disclosed_at,
        f.inputs,
        f.rules
    from warehouse.fact_operating_metric as f
    inner join warehouse.dim_metric as m on f.metric_key = m.metric_key
    union all
    select
        f.company_key,
        f.period_key,
        f.document_key,
        f.fact_key,
        v.metric,
        null as segment,
        'company' as scope,
        v.unit,
        f.fiscal_year,
        f.fiscal_quarter,
        v.value,
        marts.half_unit(v.value) as rounding,
        case when f.completed = v.part then 'computed' else f.derivation end as derivation,
        f.locator,
        f.reported_label,
        f.disclosed_at,
        f.inputs,
        f.rules
    from warehouse.fact_bitcoin_sale as f
    cross join
        lateral (
            values
            ('bitcoin_sold', 'bitcoin_sold', 'BTC', f.bitcoin_sold),
            ('proceeds_usd', 'bitcoin_sale_proceeds', 'USD', f.proceeds_usd),
            ('average_price_usd', 'average_sale_price', 'USD', f.average_price_usd)
        ) as v (part, metric, unit, value)
    where v.value is not null
),

stated as (
    select
        e.*,
        c.company_id,
        d.document_kind,
        d.form,
        d.accession,
        d.url,
        d.source,
        e.derivation in ('derived', 'computed') as is_derived,
        d.is_amendment
    from every as e
    inner join warehouse.dim_company as c on e.company_key = c.company_key
    inner join warehouse.dim_document as d on e.document_key = d.document_key
    where e.disclosed_at <= known_at and (only_ticker is null or c.company_id = only_ticker)
),

ordered as (
    select
        s.*,
        count(s.document_key) over same as statement,
        count(*) filter (where not s.is_derived) over whole as stated_times,
        lag(s.value) over in_order as previous_value,
        lag(s.rounding) over in_order as previous_rounding,
        lag(s.accession) over in_order as previous_accession,
        lead(s.value) over in_order as next_value,
        lead(s.rounding) over in_order as next_rounding,
        lead(s.accession) over in_order as next_accession
    from stated as s
    window
        whole as (partition by s.company_id, s.metric, s.segment, s.scope, s.period_key),
        same as (
            partition by s.company_id, s.metric, s.segment, s.scope, s.period_key
            order by s.disclosed_at, s.is_amendment, s.document_key
        ),
        in_order as (
            partition by s.company_id, s.metric, s.segment, s.scope, s.period_key, s.is_derived
            order by s.disclosed_at, s.is_amendment, s.document_key
        )
),

shown as (
    select
        fact_key,
        null as metric
    from marts.segment_revenue_as_of(known_at, only_ticker)
    union all
    select
        fact_key,
        null as metric
    from marts.operating_metrics_as_of(known_at, only_ticker)
),

sales as (
    select
        s.ticker,
        s.period_start,
        s.period_end,
        case p.part when 'proceeds_usd' then 'bitcoin_sale_proceeds' when 'average_price_usd' then 'average_sale_price' else p.part end as metric,
        coalesce(p.source_ref ->> 'url', s.sources -> 'bitcoin_sold' ->> 'url') as url,
        case when p.source_ref ->> 'derivation' = 'computed' then s.average_price_usd end as price
    from marts.bitcoin_sales_as_of(known_at, only_ticker) as s
    cross join lateral jsonb_each(s.sources) as p (part, source_ref)
)

select
    o.company_id as ticker,
    o.metric,
    o.segment,
    o.scope,
    o.unit,
    o.fiscal_year,
    o.fiscal_quarter,
    marts.calendar_quarter(p.period_kind, p.period_start, p.period_end) as calendar_quarter,
    p.period_kind,
    p.period_start,
    p.period_end,
    o.value,
    o.statement::integer as statement,
    o.stated_times::integer as stated_times,
    case when not o.is_derived then o.previous_value end as previous_value,
    case when not o.is_derived then o.value - o.previous_value end as change,
    not o.is_derived and coalesce(abs(o.value - o.previous_value) > o.rounding + o.previous_rounding, false) as is_restatement,
    case when not o.is_derived and abs(o.value - o.previous_value) > o.rounding + o.previous_rounding then o.previous_accession end as restates,
    case when not o.is_derived and abs(o.value - o.next_value) > o.rounding + o.next_rounding then o.next_accession end as restated_by,
    l.fact_key is not null or x.ticker is not null as is_current,
    o.derivation,
    o.document_kind,
    o.form,
    o.accession,
    o.url,
    o.locator,
    o.reported_label,
    o.disclosed_at,
    o.source,
    marts.cited(o.inputs, o.accession, o.form, o.url) as inputs,
    o.rules,
    o.document_key,
    o.fact_key,
    marts.link(o.url, o.locator, o.reported_label) as link,
    marts.figure_key(o.company_id, o.metric, o.segment, o.scope, p.period_start, p.period_end) as figure_key
from ordered as o
inner join warehouse.dim_period as p on o.period_key = p.period_key
left join shown as l on o.fact_key = l.fact_key
left join sales as x
    on
        o.company_id = x.ticker and o.metric = x.metric and p.period_start = x.period_start and p.period_end = x.period_end
        and o.url = x.url and coalesce(o.value = x.price, true)
