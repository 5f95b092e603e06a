-- Who sold the most bitcoin in a year, and at what price compared with the market?
--
-- By counts of bitcoin, then by proceeds of companies that state no count. A quarter counts as stated by the company, else as
-- the sum of its stated months; `counted` and `paid` are the months of the year that each covers. The average price is of the
-- periods that have both. The market price is the average over the days of the same periods, weighted by the bitcoin sold.
-- It is empty if the price of a day is not known.
--
-- :year integer  Calendar year; default: the last one with sales in its last quarter.
-- :ticker text   Only this company.
--
-- Example: miners query who_sold_most --year 2024
--   ticker  year  bitcoin_sold  counted         proceeds_usd  paid            average_price_usd  market_price_usd
--   ──────  ────  ────────────  ──────────────  ────────────  ──────────────  ─────────────────  ────────────────
--   CORZ    2024         2,888  3 of 12 months
--   KEEL    2024           738  4 of 12 months    17,600,000  2 of 12 months             62,633            62,780
--   MARA    2024           290  2 of 12 months
--   RIOT    2024           212  6 of 12 months     9,500,000  5 of 12 months             44,811            49,862
--   ANY     2024         118.7  2 of 12 months
--   LMFA    2024            74  8 of 12 months
--   … 3 more
with sales as (
    select
        s.ticker,
        s.calendar_quarter,
        s.period_kind,
        s.period_start,
        s.period_end,
        s.bitcoin_sold,
        v.measure,
        v.value
    from marts.bitcoin_sales as s
    cross join
        lateral (
            values
            ('bitcoin', s.bitcoin_sold),
            ('usd', s.proceeds_usd),
            ('usd_of_counted', case when s.bitcoin_sold > 0 then s.proceeds_usd end)
        ) as v (measure, value)
    where s.calendar_quarter is not null and v.value is not null and s.period_kind in ('month', 'quarter')
),

chosen as (
    select
        s.*,
        case s.period_kind when 'quarter' then 3 else 1 end as months
    from sales as s
    where
        s.period_kind = 'quarter'
        or not exists (
            select 1
            from sales as q
            where
                q.ticker = s.ticker and q.calendar_quarter = s.calendar_quarter and q.measure = s.measure and q.period_kind = 'quarter'
        )
),

of_year as (
    select
        c.*,
        (
            select case when count(*) = c.period_end - c.period_start + 1 then avg(m.price_usd) end
            from marts.bitcoin_prices as m
            where c.measure = 'usd_of_counted' and m.day between c.period_start and c.period_end
        ) as market_price_usd
    from chosen as c
    where
        left(c.calendar_quarter, 4)::integer = coalesce(
            cast(:year as integer),
            (select max(left(l.calendar_quarter, 4))::integer from chosen as l where l.value > 0 and l.calendar_quarter like '%Q4'),
            (select max(left(l.calendar_quarter, 4))::integer from chosen as l where l.value > 0)
        )
        and (cast(:ticker as text) is null or c.ticker = cast(:ticker as text))
)

select
    ticker,
    max(left(calendar_quarter, 4)) as year,
    sum(value) filter (where measure = 'bitcoin') as bitcoin_sold,
    sum(months) filter (where measure = 'bitcoin') || ' of 12 months' as counted,
    sum(value) filter (where measure = 'usd') as proceeds_usd,
    sum(months) filter (where measure = 'usd') || ' of 12 months' as paid,
    round(
        sum(value) filter (where measure = 'usd_of_counted') / sum(bitcoin_sold) filter (where measure = 'usd_of_counted')
    ) as average_price_usd,
    case
        when bool_and(market_price_usd is not null) filter (where measure = 'usd_of_counted')
            then round(
                sum(market_price_usd * bitcoin_sold) filter (where measure = 'usd_of_counted')
                / sum(bitcoin_sold) filter (where measure = 'usd_of_counted')
            )
    end as market_price_usd
from of_year
group by ticker
order by bitcoin_sold desc nulls last, proceeds_usd desc nulls last, ticker asc;
