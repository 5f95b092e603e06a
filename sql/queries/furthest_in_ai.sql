-- Whose latest quarter has the largest share of AI and HPC?
--
-- Example: miners query furthest_in_ai
--   ticker  quarter  revenue_usd  ai_hpc_usd  ai_hpc_percent  accession
--   ──────  ───────  ───────────  ──────────  ──────────────  ────────────────────
--   BTBT    2026Q1    27,924,756  21,540,093            77.1  9999999999-26-000303
--   CORZ    2026Q1   115,200,000  77,500,000            67.3  9999999999-26-000103
--   WULF    2026Q1    34,000,000  21,000,000            61.8  9999999999-26-000702
--   HUT     2024Q3    43,735,000   3,421,000             7.8  0001558370-24-015423
--   IREN    2025Q1   148,100,000   3,600,000             2.4  9999999999-25-000602
--   CLSK    2024Q4   162,306,000           0             0.0  9999999999-25-000203
--   … 4 more
select
    ticker,
    coalesce(calendar_quarter, 'to ' || period_end) as quarter,
    revenue_usd,
    ai_hpc_usd,
    round(ai_hpc_share * 100, 1) as ai_hpc_percent,
    accession
from (select distinct on (ticker) * from marts.ai_pivot order by ticker asc, period_end desc) as latest
order by ai_hpc_share desc, ticker asc;
