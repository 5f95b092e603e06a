-- Only companies that state the figure of both quarters: a sum over other companies would grow with the number of documents
-- read. A consolidated subsidiary is in its parent's figure. Holdings without collateral are compared with no others.
with stated as (
    select
        q.ticker,
        q.calendar_quarter,
        q.period_end,
        v.measure,
        v.value
    from marts.quarterly as q
    inner join warehouse.dim_company as c on q.ticker = c.company_id and c.is_current
    cross join
        lateral (
            values
            ('revenue_usd', q.revenue_usd),
            ('mining_usd', q.mining_usd),
            ('ai_hpc_usd', q.ai_hpc_usd),
            ('other_usd', q.other_usd),
            ('bitcoin_produced', q.bitcoin_produced),
            ('bitcoin_sold', q.bitcoin_sold),
            ('bitcoin_held', case when q.bitcoin_held_scope = 'company' then q.bitcoin_held end)
        ) as v (measure, value)
    where q.calendar_quarter is not null and c.consolidated_by is null and v.value is not null
)

select
    n.calendar_quarter,
    n.period_end,
    n.measure,
    b.basis,
    sum(n.value) as value,
    sum(s.value) as value_before,
    round(sum(n.value) / nullif(sum(s.value), 0) - 1, 4) as growth,
    count(*)::integer as companies,
    array_agg(n.ticker order by n.ticker) as tickers
from stated as n
cross join
    lateral (
        values
        ('quarter', (date_trunc('quarter', n.period_end) - interval '1 day')::date),
        ('year', (n.period_end - interval '1 year')::date)
    ) as b (basis, ended)
inner join stated as s on n.ticker = s.ticker and n.measure = s.measure and b.ended = s.period_end
group by n.calendar_quarter, n.period_end, n.measure, b.basis
