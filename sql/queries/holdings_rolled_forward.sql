-- Do holdings follow from production and sales?
--
-- Holdings at the end of the month, less holdings a month before, less production, plus sales. The remainder was bought, pledged, paid or received otherwise.
--
-- :ticker text  Only this company.
--
-- Example: miners query holdings_rolled_forward --ticker RIOT
--   ticker  month    held_before  produced  sold  held_after  unexplained  accession
--   ──────  ───────  ───────────  ────────  ────  ──────────  ───────────  ────────────────────
--   RIOT    2023-04        7,072       639   600       7,112            1  9999999999-23-512004
--   RIOT    2023-05        7,112       676   600       7,190            2  9999999999-23-512005
--   RIOT    2023-06        7,190       460   400       7,265           15  9999999999-23-512006
--   RIOT    2023-07        7,265       410   400       7,275            0  9999999999-23-512007
--   RIOT    2023-08        7,275       333   300       7,309            1  9999999999-23-512008
--   RIOT    2023-11        7,345       552   540       7,358            1  9999999999-23-512011
--   … 6 more
select
    b.ticker,
    to_char(b.period_end, 'YYYY-MM') as month,
    a.value as held_before,
    p.value as produced,
    s.bitcoin_sold as sold,
    b.value as held_after,
    b.value - a.value - p.value + s.bitcoin_sold as unexplained,
    b.accession
from marts.operating_metrics as b
inner join marts.operating_metrics as a
    on
        b.ticker = a.ticker and a.metric = 'bitcoin_held' and a.scope = 'company' and a.period_kind = 'instant'
        and a.period_end = date_trunc('month', b.period_end)::date - 1
inner join marts.operating_metrics as p
    on b.ticker = p.ticker and p.metric = 'bitcoin_produced' and p.scope = 'company' and p.period_kind = 'month' and b.period_end = p.period_end
inner join marts.bitcoin_sales as s
    on b.ticker = s.ticker and s.period_kind = 'month' and b.period_end = s.period_end and s.bitcoin_sold is not null
where
    b.metric = 'bitcoin_held' and b.scope = 'company' and b.period_kind = 'instant'
    and (cast(:ticker as text) is null or b.ticker = cast(:ticker as text))
order by b.ticker asc, month asc;
