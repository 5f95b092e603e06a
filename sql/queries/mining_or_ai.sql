-- How much of a company's revenue is mining and how much AI and HPC, quarter by quarter?
--
-- Only quarters whose segments add up to the total.
--
-- :ticker text  Only this company.
-- :since date   Quarters that end on or after this day.
select
    ticker,
    coalesce(calendar_quarter, 'to ' || period_end) as quarter,
    revenue_usd,
    round(mining_share * 100, 1) as mining_percent,
    round(ai_hpc_share * 100, 1) as ai_hpc_percent,
    round(other_usd / revenue_usd * 100, 1) as other_percent,
    case when is_derived then 'derived' else 'as filed' end as how,
    is_restated,
    accession
from marts.ai_pivot
where
    (cast(:ticker as text) is null or ticker = cast(:ticker as text))
    and (cast(:since as date) is null or period_end >= cast(:since as date))
order by ticker asc, period_end asc;
