-- What was disclosed since a day, figure by figure?
--
-- :since date   Said on or after this day; without it in the last thirty days of which anything is known.
-- :ticker text  Only this company.
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
