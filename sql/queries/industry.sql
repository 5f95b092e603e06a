-- How did the whole industry do, quarter by quarter, and of how many companies is that known?
--
-- :since date  Quarters that end on or after this day.
--
-- Example: miners query industry --since 2025-01-01
--   calendar_quarter  revenue_usd  revenue_of   mining_usd   ai_hpc_usd  families_of  bitcoin_produced  produced_of  bitcoin_sold  sold_of  bitcoin_held  held_of
--   ────────────────  ───────────  ──────────  ───────────  ───────────  ───────────  ────────────────  ───────────  ────────────  ───────  ────────────  ───────
--   2025Q1            252,698,866  3 of 18     219,976,963   28,680,695  3 of 18                        0 of 18                    0 of 18        22,838  3 of 18
--   2025Q2            554,575,743  6 of 18     217,327,202   28,924,319  4 of 18               2,831.5  2 of 18                    0 of 18        70,276  3 of 18
--   2025Q3            876,200,000  6 of 18     361,900,000   22,200,000  3 of 18                 4,267  3 of 18                    0 of 18        85,148  3 of 18
--   2025Q4             79,800,000  1 of 18      48,500,000   31,300,000  1 of 18                        0 of 18                    0 of 18       7,528.3  1 of 18
--   2026Q1            177,124,756  3 of 18      54,404,796  120,040,093  3 of 18                        0 of 18             2,385  1 of 18                0 of 18
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
