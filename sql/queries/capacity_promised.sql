-- How many megawatts are promised, until when, and how many are energized?
--
-- :ticker text  Only this company.
--
-- Example: miners query capacity_promised --ticker CORZ
--   ticker  kind             party           promised_mw  due                                 due_last    status   energized_mw  energized_on  told_by  accession
--   ──────  ───────────────  ──────────────  ───────────  ──────────────────────────────────  ──────────  ───────  ────────────  ────────────  ───────  ────────────────────
--   CORZ    acquisition      Polaris DS LLC          440  early in the third quarter of 2026  2026-08-31  agreed                               filing   0001628280-26-030918
--   CORZ    capacity_target                          590  early 2027                          2027-04-30  planned                              filing   9999999999-26-110005
select
    d.ticker,
    d.kind,
    d.party,
    d.megawatts as promised_mw,
    d.due,
    d.due_last,
    d.status,
    e.value as energized_mw,
    e.period_end as energized_on,
    d.told_by,
    d.accession
from marts.deals as d
left join lateral (
    select
        m.value,
        m.period_end
    from marts.operating_metrics as m
    where m.ticker = d.ticker and m.metric = 'capacity_mw' and m.scope in ('energized', 'company')
    order by m.period_end desc, m.scope desc
    limit 1
) as e on true
where d.megawatts is not null and (cast(:ticker as text) is null or d.ticker = cast(:ticker as text))
order by d.ticker asc, d.due_last asc nulls last, promised_mw desc, d.deal_key asc;
