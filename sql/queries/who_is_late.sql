-- Who is late with a report or monthly update, or was?
--
-- :ticker text  Only this company.
--
-- Example: miners query who_is_late --ticker BTBT
--   ticker  document_kind     period      due         filed       days_late  status   reason
--   ──────  ────────────────  ──────────  ──────────  ──────────  ─────────  ───────  ──────────────────────────────
--   BTBT    annual_report     2025-12-31  2026-03-16                         missing  not listed, but a later one is
--   BTBT    quarterly_report  2025-09-30  2025-11-14                         missing  not listed, but a later one is
--   BTBT    quarterly_report  2025-03-31  2025-05-15                         missing  not listed, but a later one is
--   BTBT    monthly_update    2023-10     2023-11-06  2023-11-07          1  filled   1 days after it was due
select
    ticker,
    document_kind,
    period,
    due,
    filed,
    days_late,
    status,
    reason
from marts.coverage
where
    (status in ('late', 'missing') or days_late > 0)
    and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
order by filed asc nulls first, due desc, ticker asc, document_kind asc;
