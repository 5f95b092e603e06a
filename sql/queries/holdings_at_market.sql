-- Who holds how many bitcoin, and what were they worth on that day?
--
-- The last holdings that each company told. The price is that of the day, else of the last day before it of which one is known.
--
-- :ticker text  Only this company.
select
    h.ticker,
    h.period_end as held_on,
    h.value as bitcoin_held,
    p.day as price_of,
    p.price_usd,
    round(h.value * p.price_usd) as market_value_usd,
    h.form,
    h.accession
from (
    select distinct on (ticker) *
    from marts.operating_metrics
    where metric = 'bitcoin_held' and scope = 'company'
    order by ticker asc, period_end desc
) as h
left join lateral (
    select
        b.day,
        b.price_usd
    from marts.bitcoin_prices as b
    where b.day <= h.period_end and b.day > h.period_end - 40
    order by b.day desc
    limit 1
) as p on true
where cast(:ticker as text) is null or h.ticker = cast(:ticker as text)
order by bitcoin_held desc, h.ticker asc;
