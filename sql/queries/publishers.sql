-- Which publishers can one rely on, and who is first?
--
-- Example: miners query publishers
--   publisher        claims  confirmed  contradicted  unmatched  superseded  confirmed_share  median_lead_hours
--   ───────────────  ──────  ─────────  ────────────  ─────────  ──────────  ───────────────  ─────────────────
--   Coin Ledger          26         25             0          1           0            1.000              -24.0
--   Chain Brief          21         20             0          1           0            1.000              -21.3
--   The Daily Hash       17         15             0          2           0            1.000              -69.0
--   Wirepost             14         13             0          1           0            1.000               -9.1
--   Newsmap              13         12             0          1           0            1.000              -13.3
--   Desk of Opinion       5          5             0          0           0            1.000              -54.0
--   … 4 more
select
    publisher,
    claims,
    confirmed,
    contradicted,
    unmatched,
    superseded,
    confirmed_share,
    median_lead_hours
from marts.publisher_accuracy
order by confirmed_share desc nulls last, claims desc, publisher asc;
