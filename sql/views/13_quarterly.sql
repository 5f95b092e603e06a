-- Each figure is the one in its own mart. If no document states bitcoin produced for the quarter, it is the sum of the
-- three months, provided that all are stated (`derivations` shows it). Bitcoin held is the latest statement of the quarter's
-- last month, hash rate and capacity are the latest of the quarter; each comes with its day. A company has a row for every
-- quarter from its first figure until it is acquired or closed, so that the row before is the quarter before. The last row is
-- the quarter that had ended on the last day of which EDGAR was read. Families are given only if the segments add
-- up to the total.
with metrics as materialized (
    select *
    from marts.operating_metrics_as_of(known_at, only_ticker)
    where
        (
            scope = 'company'
            and metric in (
                'total_revenue', 'bitcoin_produced', 'bitcoin_held', 'hashrate_operating', 'hashrate_energized', 'hashrate_deployed',
                'hashrate_average_operating'
            )
        )
        or (metric = 'bitcoin_held' and scope = 'unencumbered')
        or (metric = 'capacity_mw' and scope in ('company', 'energized'))
),

sales as materialized (
    select * from marts.bitcoin_sales_as_of(known_at, only_ticker) where period_kind = 'quarter'
),

families as materialized (
    select * from marts.ai_pivot_as_of(known_at, only_ticker)
),

months as (
    select
        ticker,
        fiscal_year,
        fiscal_quarter,
        min(period_start) as period_start,
        max(period_end) as period_end,
        sum(value) as value,
        bool_or(is_restated) as is_restated,
        max(disclosed_at) as disclosed_at,
        jsonb_agg(
            marts.source_ref(accession, form, url, locator, reported_label, inputs) || jsonb_build_object('value', value) order by period_end
        ) as inputs
    from metrics
    where metric = 'bitcoin_produced' and period_kind = 'month' and fiscal_quarter is not null
    group by ticker, fiscal_year, fiscal_quarter
    having count(*) = 3 and max(period_end) - min(period_start) between 88 and 92
),

parts as (
    select
        ticker,
        fiscal_year,
        fiscal_quarter,
        period_start,
        period_end,
        case metric when 'total_revenue' then 'revenue_usd' else metric end as part,
        value,
        derivation,
        is_restated,
        disclosed_at,
        marts.source_ref(accession, form, url, locator, reported_label, inputs) as source_ref,
        1 as place
    from metrics
    where period_kind = 'quarter' and metric in ('total_revenue', 'bitcoin_produced')
    union all
    select
        ticker,
        fiscal_year,
        fiscal_quarter,
        period_start,
        period_end,
        'bitcoin_produced' as part,
        value,
        'sum_of_months' as derivation,
        is_restated,
        disclosed_at,
        jsonb_build_object('months', inputs) as source_ref,
        2 as place
    from months
    union all
    select
        s.ticker,
        s.fiscal_year,
        s.fiscal_quarter,
        s.period_start,
        s.period_end,
        v.part,
        v.value,
        case when v.part = any(s.computed) then 'computed' else s.sources -> v.part ->> 'derivation' end as derivation,
        s.is_restated,
        s.disclosed_at,
        s.sources -> v.part as source_ref,
        1 as place
    from sales as s
    cross join
        lateral (
            values ('bitcoin_sold', s.bitcoin_sold), ('proceeds_usd', s.proceeds_usd), ('average_price_usd', s.average_price_usd)
        ) as v (part, value)
    where v.value is not null
),

chosen as (
    select distinct on (ticker, period_end, part) *
    from parts
    order by ticker asc, period_end asc, part asc, place asc, period_start asc
),

quarters as (
    select
        ticker,
        period_end,
        min(fiscal_year) as fiscal_year,
        min(fiscal_quarter) as fiscal_quarter,
        min(period_start) as period_start,
        max(value) filter (where part = 'revenue_usd') as revenue_usd,
        max(value) filter (where part = 'bitcoin_produced') as bitcoin_produced,
        max(value) filter (where part = 'bitcoin_sold') as bitcoin_sold,
        max(value) filter (where part = 'proceeds_usd') as proceeds_usd,
        max(value) filter (where part = 'average_price_usd') as average_price_usd,
        bool_or(is_restated) as is_restated,
        max(disclosed_at) as disclosed_at,
        jsonb_object_agg(part, derivation) as derivations,
        jsonb_object_agg(part, source_ref) as sources
    from chosen
    group by ticker, period_end
),

companies as (
    select
        company_id as ticker,
        name,
        fiscal_year_end,
        coalesce(ended_on, 'infinity') as ended_on
    from warehouse.dim_company
    where is_current
),

-- Preferred are the operating hash rate and the energized capacity. An average is used if no hash rate of a day is stated
-- (CleanSpark); its day is the last of its month.
days as (
    select distinct on (m.ticker, e.quarter_end, d.part)
        m.ticker,
        e.quarter_end,
        d.part,
        m.value,
        m.period_end,
        case when d.part = 'hashrate_eh' then m.metric else m.scope end as what,
        m.derivation,
        m.is_restated,
        m.disclosed_at,
        marts.source_ref(m.accession, m.form, m.url, m.locator, m.reported_label, m.inputs) as source_ref
    from metrics as m
    inner join companies as c on m.ticker = c.ticker
    cross join lateral (select marts.fiscal_quarter_end(m.period_end, c.fiscal_year_end) as quarter_end) as e
    inner join (
        values
        ('bitcoin_held', 'company', 'bitcoin_held', 1),
        ('bitcoin_held', 'unencumbered', 'bitcoin_held', 2),
        ('hashrate_operating', 'company', 'hashrate_eh', 1),
        ('hashrate_energized', 'company', 'hashrate_eh', 2),
        ('hashrate_deployed', 'company', 'hashrate_eh', 3),
        ('hashrate_average_operating', 'company', 'hashrate_eh', 4),
        ('capacity_mw', 'energized', 'capacity_mw', 1),
        ('capacity_mw', 'company', 'capacity_mw', 2)
    ) as d (metric, scope, part, place) on m.metric = d.metric and m.scope = d.scope
    where
        m.period_kind = case m.metric when 'hashrate_average_operating' then 'month' else 'instant' end
        and (d.part <> 'bitcoin_held' or m.period_end >= date_trunc('month', e.quarter_end)::date)
    order by m.ticker asc, e.quarter_end asc, d.part asc, d.place asc, m.period_end desc
),

held as (
    select
        ticker,
        quarter_end,
        max(value) filter (where part = 'bitcoin_held') as bitcoin_held,
        max(period_end) filter (where part = 'bitcoin_held') as bitcoin_held_on,
        max(what) filter (where part = 'bitcoin_held') as bitcoin_held_scope,
        max(value) filter (where part = 'hashrate_eh') as hashrate_eh,
        max(what) filter (where part = 'hashrate_eh') as hashrate_metric,
        max(period_end) filter (where part = 'hashrate_eh') as hashrate_on,
        max(value) filter (where part = 'capacity_mw') as capacity_mw,
        max(what) filter (where part = 'capacity_mw') as capacity_scope,
        max(period_end) filter (where part = 'capacity_mw') as capacity_on,
        bool_or(is_restated) as is_restated,
        max(disclosed_at) as disclosed_at,
        jsonb_object_agg(part, derivation) as derivations,
        jsonb_object_agg(part, source_ref) as sources
    from days
    group by ticker, quarter_end
),

-- Quarters of 13 weeks end within days of a month's end. Of two quarters that end within one current fiscal quarter,
-- because the fiscal year was changed, the later one is shown.
flows as (
    select distinct on (q.ticker, e.quarter_end)
        q.*,
        e.quarter_end
    from quarters as q
    inner join companies as c on q.ticker = c.ticker
    cross join lateral (select marts.fiscal_quarter_end(q.period_end - 10, c.fiscal_year_end) as quarter_end) as e
    order by q.ticker asc, e.quarter_end asc, q.period_end desc
),

history as (
    select
        ticker,
        min(quarter_end) as first_end,
        max(quarter_end) as last_end
    from (
        select
            ticker,
            quarter_end
        from flows
        union all
        select
            ticker,
            quarter_end
        from held
    ) as known
    group by ticker
),

read_until as (
    select marts.read_until(known_at) as day
),

every as (
    select
        h.ticker,
        c.name,
        (date_trunc('month', s.month_start) + interval '1 month' - interval '1 day')::date as quarter_end,
        extract(month from to_date(c.fiscal_year_end, 'MM-DD'))::integer as last_month
    from history as h
    inner join companies as c on h.ticker = c.ticker
    cross join read_until as r
    cross join
        lateral generate_series(
            date_trunc('month', h.first_end),
            date_trunc('month', greatest(h.last_end, (least(r.day, c.ended_on) + 1 - interval '1 month')::date)),
            interval '3 months'
        ) as s (month_start)
),

placed as (
    select
        e.ticker,
        e.name,
        e.quarter_end,
        coalesce(
            q.fiscal_year, extract(year from e.quarter_end)::integer + (extract(month from e.quarter_end) > e.last_month)::integer
        ) as fiscal_year,
        coalesce(
            q.fiscal_quarter, ((extract(month from e.quarter_end)::integer - e.last_month + 11) % 12) / 3 + 1
        ) as fiscal_quarter,
        coalesce(q.period_end, e.quarter_end) as period_end,
        coalesce(
            q.period_start, (date_trunc('month', e.quarter_end) - interval '2 months')::date
        ) as period_start
    from every as e
    left join flows as q on e.ticker = q.ticker and e.quarter_end = q.quarter_end
),

joined as (
    select
        p.ticker,
        p.name as company,
        p.fiscal_year,
        p.fiscal_quarter,
        marts.calendar_quarter('quarter', p.period_start, p.period_end) as calendar_quarter,
        p.period_start,
        p.period_end,
        q.revenue_usd,
        f.mining_usd,
        f.ai_hpc_usd,
        f.other_usd,
        f.mining_share,
        f.ai_hpc_share,
        q.bitcoin_produced,
        q.bitcoin_sold,
        q.proceeds_usd,
        q.average_price_usd,
        h.bitcoin_held,
        h.hashrate_eh,
        h.hashrate_metric,
        h.capacity_mw,
        h.capacity_scope,
        coalesce(q.is_restated, false) or coalesce(f.is_restated, false) or coalesce(h.is_restated, false) as is_restated,
        coalesce(q.derivations, '{}') || coalesce(h.derivations, '{}')
        || case when f.is_derived then '{"families": "derived"}'::jsonb else '{}' end as derivations,
        coalesce(q.sources, '{}') || coalesce(h.sources, '{}') as sources,
        greatest(q.disclosed_at, h.disclosed_at) as disclosed_at,
        h.bitcoin_held_on,
        h.bitcoin_held_scope,
        h.hashrate_on,
        h.capacity_on
    from placed as p
    left join flows as q on p.ticker = q.ticker and p.quarter_end = q.quarter_end
    left join held as h on p.ticker = h.ticker and p.quarter_end = h.quarter_end
    left join families as f on p.ticker = f.ticker and p.period_end = f.period_end and p.period_start = f.period_start
),

-- Rows are consecutive quarters; a changed fiscal year can still make four of them longer or shorter than a year.
spans as (
    select
        j.*,
        lag(j.revenue_usd) over history as revenue_before,
        j.period_end - lag(j.period_end) over history between 80 and 100 as follows_quarter,
        lag(j.revenue_usd, 4) over history as revenue_year_before,
        j.period_end - lag(j.period_end, 4) over history between 357 and 373 as follows_year,
        j.period_end - lag(j.period_start, 3) over history between 357 and 373 as is_year,
        case when count(j.revenue_usd) over four = 4 then sum(j.revenue_usd) over four end as four_revenues,
        case when count(j.bitcoin_produced) over four = 4 then sum(j.bitcoin_produced) over four end as four_productions,
        case when count(j.bitcoin_sold) over four = 4 then sum(j.bitcoin_sold) over four end as four_sales,
        case when count(j.proceeds_usd) over four = 4 then sum(j.proceeds_usd) over four end as four_proceeds
    from joined as j
    window
        history as (partition by j.ticker order by j.period_end),
        four as (partition by j.ticker order by j.period_end rows between 3 preceding and current row)
)

select
    ticker,
    company,
    fiscal_year,
    fiscal_quarter,
    calendar_quarter,
    period_start,
    period_end,
    revenue_usd,
    mining_usd,
    ai_hpc_usd,
    other_usd,
    mining_share,
    ai_hpc_share,
    bitcoin_produced,
    bitcoin_sold,
    proceeds_usd,
    average_price_usd,
    bitcoin_held,
    hashrate_eh,
    hashrate_metric,
    capacity_mw,
    capacity_scope,
    is_restated,
    derivations,
    sources,
    disclosed_at,
    bitcoin_held_on,
    bitcoin_held_scope,
    hashrate_on,
    capacity_on,
    case when is_year then four_revenues end as revenue_ttm_usd,
    case when is_year then four_productions end as bitcoin_produced_ttm,
    case when is_year then four_sales end as bitcoin_sold_ttm,
    case when is_year then four_proceeds end as proceeds_ttm_usd,
    case when follows_quarter and revenue_before > 0 then round(revenue_usd / revenue_before - 1, 4) end as revenue_growth_quarter,
    case when follows_year and revenue_year_before > 0 then round(revenue_usd / revenue_year_before - 1, 4) end as revenue_growth_year
from spans
