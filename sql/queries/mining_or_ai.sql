-- How much of a company's revenue is mining and how much AI and HPC, quarter by quarter?
--
-- Only quarters whose segments add up to the total.
--
-- :ticker text  Only this company.
-- :since date   Quarters that end on or after this day.
--
-- Example: miners query mining_or_ai --ticker CORZ --since 2025-06-30
--   ticker  quarter  revenue_usd  mining_percent  ai_hpc_percent  other_percent  how       is_restated  accession
--   ──────  ───────  ───────────  ──────────────  ──────────────  ─────────────  ────────  ───────────  ────────────────────
--   CORZ    2025Q2    78,600,000            86.5            13.5            0.0  as filed        False  9999999999-25-000101
--   CORZ    2025Q3    81,100,000            81.5            18.5            0.0  as filed        False  0001628280-25-046272
--   CORZ    2025Q4    79,800,000            60.8            39.2            0.0  as filed        False  9999999999-26-110004
--   CORZ    2026Q1   115,200,000            32.7            67.3            0.0  as filed        False  9999999999-26-000103
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
