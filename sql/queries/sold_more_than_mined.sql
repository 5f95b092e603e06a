-- Who sold more bitcoin than it mined, and when?
--
-- Months and quarters with both figures.
--
-- :ticker text  Only this company.
--
-- Example: miners query sold_more_than_mined --ticker CORZ
--   ticker  period_kind  period_start  period_end  bitcoin_sold  bitcoin_produced  more_than_mined  accession
--   ──────  ───────────  ────────────  ──────────  ────────────  ────────────────  ───────────────  ────────────────────
--   CORZ    month        2024-01-01    2024-01-31         1,114             1,027               87  9999999999-24-110002
--   CORZ    month        2024-03-01    2024-03-31           981               906               75  9999999999-24-110002
--   CORZ    quarter      2024-01-01    2024-03-31         2,888             2,826               62  9999999999-24-110002
--   CORZ    month        2024-02-01    2024-02-29           952               893               59  9999999999-24-110002
--   CORZ    month        2023-11-01    2023-11-30         1,011               954               57  9999999999-24-511011
--   CORZ    month        2023-12-01    2023-12-31         1,211             1,177               34  9999999999-24-511012
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
