-- Only companies that state the figure of both quarters: a sum over other companies would grow with the number of documents
-- read. A consolidated subsidiary is in its parent's figure. Holdings without collateral are compared with no others.
with known as (
    select
        q.ticker,
        q.calendar_quarter,
        q.period_end,
        v.measure,
        v.value,
        lag(v.value, 1) over own as quarter_before,
        lag(q.period_end, 1) over own as quarter_ended,
        lag(v.value, 4) over own as year_before,
        lag(q.period_end, 4) over own as year_ended
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
    where q.calendar_quarter is not null and c.consolidated_by is null
    window own as (partition by q.ticker, v.measure order by q.period_end)
)

select
    k.calendar_quarter,
    k.period_end,
    k.measure,
    b.basis,
    sum(k.value) as value,
    sum(b.value) as value_before,
    round(sum(k.value) / nullif(sum(b.value), 0) - 1, 4) as growth,
    count(*)::integer as companies,
    array_agg(k.ticker order by k.ticker) as tickers
from known as k
cross join
    lateral (
        values
        ('quarter', k.quarter_before, k.quarter_ended, (date_trunc('quarter', k.period_end) - interval '1 day')::date),
        ('year', k.year_before, k.year_ended, (k.period_end - interval '1 year')::date)
    ) as b (basis, value, ended, expected)
where k.value is not null and b.value is not null and b.ended = b.expected
group by k.calendar_quarter, k.period_end, k.measure, b.basis
