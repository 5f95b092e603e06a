-- Who sold more bitcoin than it mined, and when?
--
-- Months and quarters of which both are told.
--
-- :ticker text  Only this company.
select
    s.ticker,
    s.period_kind,
    s.period_start,
    s.period_end,
    s.bitcoin_sold,
    m.value as bitcoin_produced,
    s.bitcoin_sold - m.value as more_than_mined,
    s.accession
from marts.bitcoin_sales as s
inner join marts.operating_metrics as m
    on
        s.ticker = m.ticker and s.period_start = m.period_start and s.period_end = m.period_end
        and m.metric = 'bitcoin_produced' and m.scope = 'company'
where s.bitcoin_sold > m.value and (cast(:ticker as text) is null or s.ticker = cast(:ticker as text))
order by more_than_mined desc, s.ticker asc, s.period_end asc;
