-- Whose latest quarter has the largest share of AI and HPC?
select
    ticker,
    coalesce(calendar_quarter, 'to ' || period_end) as quarter,
    revenue_usd,
    ai_hpc_usd,
    round(ai_hpc_share * 100, 1) as ai_hpc_percent,
    accession
from (select distinct on (ticker) * from marts.ai_pivot order by ticker asc, period_end desc) as latest
order by ai_hpc_share desc, ticker asc;
