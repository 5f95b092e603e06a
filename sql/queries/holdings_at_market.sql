-- Who holds how many bitcoin, and what were they worth on that day?
--
-- The last disclosed holdings of each company, at the price of that day or the last earlier day with a price.
--
-- :ticker text  Only this company.
--
-- Example: miners query holdings_at_market
--   ticker  held_on     bitcoin_held  price_of     price_usd  market_value_usd  form  accession
--   ──────  ──────────  ────────────  ──────────  ──────────  ────────────────  ────  ────────────────────
--   MARA    2025-09-30        52,850  2025-09-30  114,048.93     6,027,485,951  8-K   9999999999-25-140004
--   RIOT    2025-10-31        19,324  2025-10-31  109,608.01     2,118,065,185  8-K   9999999999-25-512034
--   CLSK    2025-09-30        13,011  2025-09-30  114,048.93     1,483,890,628  8-K   9999999999-25-130002
--   HUT     2023-12-31         9,195  2023-12-31   42,283.58       388,797,518  8-K   9999999999-24-517012
--   CANG    2025-12-31       7,528.3  2025-12-31   87,648.22       659,842,095  6-K   9999999999-26-522036
--   HIVE    2024-01-31         1,939  2024-01-31      42,580        82,562,620  6-K   9999999999-24-520013
--   … 6 more
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
