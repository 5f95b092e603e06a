-- How many bitcoin did each exahash earn?
--
-- Months with both bitcoin produced and a hash rate at the end of the month.
--
-- :ticker text  Only this company.
-- :since date   Months that end on or after this day.
--
-- Example: miners query bitcoin_per_exahash
--   ticker  month    bitcoin_produced  hashrate_eh  which_hashrate      bitcoin_per_eh  accession
--   ──────  ───────  ────────────────  ───────────  ──────────────────  ──────────────  ────────────────────
--   CANG    2025-12               569           50  hashrate_deployed            11.38  9999999999-26-522036
--   CANG    2025-10             602.6           50  hashrate_deployed            12.05  9999999999-25-522034
--   RIOT    2025-10               437         36.6  hashrate_deployed            11.94  9999999999-25-512034
--   CANG    2025-08             663.7           50  hashrate_deployed            13.27  9999999999-25-522032
--   RIOT    2025-07               484         35.5  hashrate_deployed            13.63  9999999999-25-512031
--   MARA    2025-05               950         58.3  hashrate_energized           16.30  9999999999-25-514029
--   … 82 more
select
    p.ticker,
    to_char(p.period_end, 'YYYY-MM') as month,
    p.value as bitcoin_produced,
    h.value as hashrate_eh,
    h.metric as which_hashrate,
    round(p.value / h.value, 2) as bitcoin_per_eh,
    p.accession
from marts.operating_metrics as p
inner join lateral (
    select
        m.value,
        m.metric
    from marts.operating_metrics as m
    where
        m.ticker = p.ticker and m.period_end = p.period_end and m.period_kind = 'instant' and m.scope = 'company' and m.value > 0
        and m.metric in ('hashrate_operating', 'hashrate_energized', 'hashrate_deployed')
    order by array_position(array['hashrate_operating', 'hashrate_energized', 'hashrate_deployed'], m.metric)
    limit 1
) as h on true
where
    p.metric = 'bitcoin_produced' and p.scope = 'company' and p.period_kind = 'month'
    and (cast(:ticker as text) is null or p.ticker = cast(:ticker as text))
    and (cast(:since as date) is null or p.period_end >= cast(:since as date))
order by p.period_end desc, bitcoin_per_eh desc, p.ticker asc;
