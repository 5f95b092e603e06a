-- Which figures do not reconcile?
--
-- :ticker text  Only this company.
--
-- Example: miners query what_does_not_tie_out --ticker CORZ
--   ticker  check                 period_end     expected        found  difference  detail
--   ──────  ────────────────────  ──────────  ───────────  ───────────  ──────────  ─────────────────────────────────────────────
--   CORZ    news_contradicted     2026-03-31        2,385        3,285         900  bitcoin_sold: 3,285 in an article, 2,385 in …
--   CORZ    news_contradicted     2026-03-31  115,200,000  125,100,000   9,900,000  total_revenue: 125,100,000 in an article, 11…
--   CORZ    news_contradicted     2025-12-31   31,300,000   77,500,000  46,200,000  segment_revenue (colocation): 77,500,000 in …
--   CORZ    months_do_not_add_up  2024-03-31        2,888        3,047         159  bitcoin_sold: 1,114 + 952 + 981 = 3,047, 2,8…
select
    ticker,
    "check",
    period_end,
    expected,
    found,
    difference,
    detail
from marts.open_findings
where cast(:ticker as text) is null or ticker = cast(:ticker as text)
order by ticker asc, period_end desc nulls last, "check" asc, detail asc;
