-- A finding doubts the current figures of its company, metric, segment and periods. A breakdown that does not add up doubts
-- all its lines and the total; if figures of other documents complete it, the finding is settled.
with figures as (
    select
        ticker,
        'segment_revenue' as metric,
        segment,
        'company' as scope,
        period_start,
        period_end,
        fact_key
    from marts.segment_revenue
    union all
    select
        ticker,
        metric,
        null as segment,
        scope,
        period_start,
        period_end,
        fact_key
    from marts.operating_metrics
    where scope = 'company'
    union all
    select
        s.ticker,
        v.metric,
        null as segment,
        'company' as scope,
        s.period_start,
        s.period_end,
        s.fact_key
    from marts.bitcoin_sales as s
    cross join
        lateral (
            values
            ('bitcoin_sold', s.bitcoin_sold), ('bitcoin_sale_proceeds', s.proceeds_usd), ('average_sale_price', s.average_price_usd)
        ) as v (metric, value)
    where v.value is not null
),

completed as (
    select
        t.ticker,
        t.period_start,
        t.period_end
    from marts.total_revenue as t
    inner join marts.segment_revenue as s
        on t.ticker = s.ticker and t.period_start = s.period_start and t.period_end = s.period_end
    group by t.ticker, t.period_start, t.period_end, t.revenue_usd
    having abs(sum(s.revenue_usd) - t.revenue_usd) <= marts.half_unit(t.revenue_usd)
),

findings as (
    select f.*
    from ops.finding as f
    left join completed as c
        on
            f.check_name = 'segments_do_not_add_up' and f.company_id = c.ticker
            and f.period_start = c.period_start and f.period_end = c.period_end
    where c.ticker is null
),

periods as (
    select
        finding_key,
        company_id,
        metric,
        segment,
        period_start,
        period_end,
        true as is_own
    from findings
    where metric is not null
    union all
    select
        f.finding_key,
        f.company_id,
        f.metric,
        f.segment,
        nullif(split_part(o.period, '/', 1), '')::date as period_start,
        split_part(o.period, '/', 2)::date as period_end,
        false as is_own
    from findings as f
    cross join unnest(f.other_periods) as o (period)
    where f.metric is not null
),

doubted as (
    select
        p.finding_key,
        (array_agg(g.fact_key) filter (where p.is_own and p.metric = g.metric))[1] as fact_key,
        array_agg(distinct marts.figure_key(g.ticker, g.metric, g.segment, g.scope, g.period_start, g.period_end)) as figure_keys
    from periods as p
    inner join figures as g
        on
            p.company_id = g.ticker and p.period_end = g.period_end and p.period_start is not distinct from g.period_start
            and (
                p.metric = g.metric and (p.segment is null or p.segment = g.segment)
                or p.metric = 'segment_revenue' and p.segment is null and g.metric = 'total_revenue'
            )
    group by p.finding_key
)

select
    f.company_id as ticker,
    f.check_name as "check",
    f.metric,
    f.segment,
    f.period_start,
    f.period_end,
    f.expected,
    f.found,
    f.found - f.expected as difference,
    f.detail,
    f.documents,
    f.found_at,
    marts.calendar_quarter(
        case
            when f.period_start is null or f.period_start = f.period_end then 'instant'
            when f.period_end - f.period_start < 31 then 'month'
            else 'quarter'
        end, f.period_start, f.period_end
    ) as calendar_quarter,
    d.fact_key,
    f.finding_key,
    coalesce(d.figure_keys, '{}') as figure_keys
from findings as f
left join doubted as d on f.finding_key = d.finding_key
