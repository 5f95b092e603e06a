-- Which publishers can one rely on, and who is first?
--
-- Example: miners query publishers
--   publisher        claims  confirmed  contradicted  unmatched  superseded  confirmed_share  median_lead_hours
--   ───────────────  ──────  ─────────  ────────────  ─────────  ──────────  ───────────────  ─────────────────
--   Coin Ledger          27         25             0          2           0            1.000              -24.0
--   Chain Brief          23         22             0          1           0            1.000              -21.3
--   The Daily Hash       18         16             0          2           0            1.000              -69.0
--   Wirepost             14         13             0          1           0            1.000               -9.1
--   Newsmap              13         12             0          1           0            1.000              -13.3
--   Desk of Opinion       7          7             0          0           0            1.000              -54.0
--   … 2 more
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
