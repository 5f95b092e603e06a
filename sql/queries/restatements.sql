-- Which figures were restated, by how much, and where?
--
-- :ticker text  Only this company.
-- :since date   Disclosed on or after this day.
--
-- Example: miners query restatements
--   (no rows)
select
    ticker,
    metric,
    segment,
    period_start,
    period_end,
    previous_value as said_before,
    value as said_then,
    change,
    disclosed_at::date as said_on,
    restates,
    accession
from marts.disclosure_history
where
    is_restatement
    and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
    and (cast(:since as date) is null or disclosed_at >= cast(:since as date))
order by disclosed_at desc, ticker asc, metric asc, segment asc, period_end asc, accession asc;
