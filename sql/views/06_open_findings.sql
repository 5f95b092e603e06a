-- The figure in doubt is the current one of the finding's company, metric, segment and period.
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
    coalesce(m.fact_key, r.fact_key, s.fact_key) as fact_key
from ops.finding as f
left join marts.operating_metrics as m
    on
        f.company_id = m.ticker and f.metric = m.metric and m.scope = 'company'
        and f.period_end = m.period_end and f.period_start is not distinct from m.period_start
left join marts.segment_revenue as r
    on
        f.company_id = r.ticker and f.metric = 'segment_revenue' and f.segment = r.segment
        and f.period_end = r.period_end and f.period_start = r.period_start
left join marts.bitcoin_sales as s
    on
        f.company_id = s.ticker and f.metric in ('bitcoin_sold', 'bitcoin_sale_proceeds', 'average_sale_price')
        and f.period_end = s.period_end and f.period_start = s.period_start
