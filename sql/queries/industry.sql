-- How did the whole industry do, quarter by quarter, and of how many companies is that known?
--
-- :since date  Quarters that end on or after this day.
select
    calendar_quarter,
    revenue_usd,
    revenue_companies || ' of ' || companies_expected as revenue_of,
    mining_usd,
    ai_hpc_usd,
    families_companies || ' of ' || companies_expected as families_of,
    bitcoin_produced,
    bitcoin_produced_companies || ' of ' || companies_expected as produced_of,
    bitcoin_sold,
    bitcoin_sold_companies || ' of ' || companies_expected as sold_of,
    bitcoin_held,
    bitcoin_held_companies || ' of ' || companies_expected as held_of
from marts.industry_quarter
where cast(:since as date) is null or period_end >= cast(:since as date)
order by calendar_quarter asc;
