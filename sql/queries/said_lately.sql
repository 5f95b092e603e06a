-- What was disclosed since a day, figure by figure?
--
-- :since date   Disclosed on or after this day; default: the last thirty days with disclosures.
-- :ticker text  Only this company.
--
-- Example: miners query said_lately --since 2026-05-06 --ticker WULF
--   said_on     ticker  metric           of_what      period_start  period_end       value  unit  is_restatement  form  accession
--   ──────────  ──────  ───────────────  ───────────  ────────────  ──────────  ──────────  ────  ──────────────  ────  ────────────────────
--   2026-05-08  WULF    segment_revenue  colocation   2026-01-01    2026-03-31  21,000,000  USD            False  10-Q  9999999999-26-000702
--   2026-05-08  WULF    segment_revenue  self_mining  2026-01-01    2026-03-31  13,000,000  USD            False  10-Q  9999999999-26-000702
--   2026-05-08  WULF    total_revenue    company      2026-01-01    2026-03-31  34,000,000  USD            False  10-Q  9999999999-26-000702
--   2026-05-08  WULF    segment_revenue  colocation   2026-01-01    2026-03-31  21,000,000  USD            False  8-K   9999999999-26-160002
--   2026-05-08  WULF    segment_revenue  self_mining  2026-01-01    2026-03-31  13,000,000  USD            False  8-K   9999999999-26-160002
--   2026-05-08  WULF    total_revenue    company      2026-01-01    2026-03-31  34,000,000  USD            False  8-K   9999999999-26-160002
select
    disclosed_at::date as said_on,
    ticker,
    metric,
    coalesce(segment, scope) as of_what,
    period_start,
    period_end,
    value,
    unit,
    is_restatement,
    form,
    accession
from marts.disclosure_history
where
    derivation <> 'derived'
    and disclosed_at >= coalesce(
        cast(:since as date), (select max(h.disclosed_at)::date - 30 from marts.disclosure_history as h)
    )
    and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
order by disclosed_at desc, ticker asc, metric asc, segment asc, scope asc, period_end desc, period_start asc;
