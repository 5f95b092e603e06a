-- What does power cost them, what does a bitcoin cost them, and how efficient are their machines?
--
-- Definitions differ by company: the label is the company's own.
--
-- :ticker text  Only this company.
-- :since date   Periods that end on or after this day.
--
-- Example: miners query power_and_cost --ticker RIOT
--   ticker  metric             period_kind  period_end  value  unit   reported_label     accession
--   ──────  ─────────────────  ───────────  ──────────  ─────  ─────  ─────────────────  ────────────────────
--   RIOT    fleet_efficiency   instant      2025-04-30     21  J/TH   Fleet Efficiency   9999999999-25-120002
--   RIOT    power_cost_all_in  month        2025-04-30    3.7  c/kWh  All-in Power Cost  9999999999-25-120002
select
    ticker,
    metric,
    period_kind,
    period_end,
    value,
    unit,
    reported_label,
    accession
from marts.operating_metrics
where
    metric in ('power_cost', 'power_cost_all_in', 'cost_per_bitcoin', 'fleet_efficiency', 'power_credits')
    and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
    and (cast(:since as date) is null or period_end >= cast(:since as date))
order by ticker asc, metric asc, period_end asc;
