-- What does power cost them, what does a bitcoin cost them, and how efficient are their machines?
--
-- Definitions differ by company: the label is the company's own.
--
-- :ticker text  Only this company.
-- :since date   Periods that end on or after this day.
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
