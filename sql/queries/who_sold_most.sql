-- Who sold the most bitcoin in a year, and at what price compared with the market?
--
-- A quarter counts as stated by the company, else as the sum of its stated months; `told` is the covered part of the year.
-- The market price is the average of the known daily prices in these periods.
--
-- :year integer  Calendar year; default: the last one with sales.
-- :ticker text   Only this company.
--
-- Example: miners query who_sold_most --year 2024
--   ticker  year  bitcoin_sold  proceeds_usd  average_price_usd  market_price_usd  told
--   ──────  ────  ────────────  ────────────  ─────────────────  ────────────────  ───────────────
--   CORZ    2024         2,888                                             58,371  1 of 4 quarters
--   CIFR    2024             8                                             71,333  1 months alone
with sales as (
    select
        ticker,
        calendar_quarter,
        period_kind,
        period_start,
        period_end,
        bitcoin_sold,
        proceeds_usd
    from marts.bitcoin_sales
    where calendar_quarter is not null and bitcoin_sold is not null and period_kind in ('month', 'quarter')
),

chosen as (
    select s.*
    from sales as s
    where
        s.period_kind = 'quarter'
        or not exists (
            select 1
            from sales as q
            where q.ticker = s.ticker and q.calendar_quarter = s.calendar_quarter and q.period_kind = 'quarter'
        )
),

of_year as (
    select *
    from chosen
    where
        left(calendar_quarter, 4)::integer = coalesce(
            cast(:year as integer), (select max(left(c.calendar_quarter, 4))::integer from chosen as c where c.bitcoin_sold > 0)
        )
        and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
)

select
    s.ticker,
    max(left(s.calendar_quarter, 4)) as year,
    sum(s.bitcoin_sold) as bitcoin_sold,
    sum(s.proceeds_usd) as proceeds_usd,
    round(
        sum(s.proceeds_usd) filter (where s.bitcoin_sold > 0)
        / nullif(sum(s.bitcoin_sold) filter (where s.proceeds_usd is not null), 0)
    ) as average_price_usd,
    round(avg(p.market_price_usd)) as market_price_usd,
    concat_ws(
        ', ',
        nullif(count(*) filter (where s.period_kind = 'quarter'), 0) || ' of 4 quarters',
        nullif(count(*) filter (where s.period_kind = 'month'), 0) || ' months alone'
    ) as told
from of_year as s
left join lateral (
    select avg(m.price_usd) as market_price_usd
    from marts.bitcoin_prices as m
    where m.day between s.period_start and s.period_end
) as p on true
group by s.ticker
order by bitcoin_sold desc, s.ticker asc;
