-- Which segment revenue was known on a given day?
--
-- :known_at date  The end of this day; default: now.
-- :ticker text    Only this company.
--
-- Example: miners query as_it_was_known --known-at 2025-12-31 --ticker CORZ
--   ticker  period_start  period_end  segment        revenue_usd  derivation   form  accession             said_on
--   ──────  ────────────  ──────────  ─────────────  ───────────  ───────────  ────  ────────────────────  ──────────
--   CORZ    2025-07-01    2025-09-30  self_mining     57,400,000  as_reported  10-Q  0001628280-25-046272  2025-10-24
--   CORZ    2025-07-01    2025-09-30  colocation      15,000,000  as_reported  10-Q  0001628280-25-046272  2025-10-24
--   CORZ    2025-07-01    2025-09-30  hosted_mining    8,700,000  as_reported  10-Q  0001628280-25-046272  2025-10-24
--   CORZ    2025-04-01    2025-06-30  self_mining     62,400,000  as_reported  10-Q  9999999999-25-000101  2025-08-08
--   CORZ    2025-04-01    2025-06-30  colocation      10,600,000  as_reported  10-Q  9999999999-25-000101  2025-08-08
--   CORZ    2025-04-01    2025-06-30  hosted_mining    5,600,000  as_reported  10-Q  9999999999-25-000101  2025-08-08
--   … 15 more
select
    ticker,
    period_start,
    period_end,
    segment,
    revenue_usd,
    derivation,
    form,
    accession,
    disclosed_at::date as said_on
from
    marts.segment_revenue_as_of(
        coalesce(cast(:known_at as date) + interval '1 day' - interval '1 second', 'infinity'::timestamp)::timestamptz, cast(:ticker as text)
    )
where period_kind = 'quarter'
order by ticker asc, period_end desc, revenue_usd desc, segment asc;
