-- Who produced, sold and held the most bitcoin in a month?
--
-- Ranks are within the month. A company that publishes monthly figures, but none for this month, has no rank. `known` of
-- `companies` is the number of companies with bitcoin produced.
--
-- :month text  Month such as 2024-03; the latest one with bitcoin produced if it is empty.
--
-- Example: miners query who_produced_most --month 2024-03
--   month    rank  ticker  bitcoin_produced  bitcoin_sold  bitcoin_held  hashrate_eh  realized_hashrate_eh  known  companies  accession
--   ───────  ────  ──────  ────────────────  ────────────  ────────────  ───────────  ────────────────────  ─────  ─────────  ────────────────────
--   2024-03     1  CORZ                 906           981                                            18.20      9         16  9999999999-24-110002
--   2024-03     2  CLSK                 806                                                          16.19      9         16  9999999999-24-513015
--   2024-03     3  RIOT                 425                       8,490         12.4                  8.54      9         16  9999999999-24-512015
--   2024-03     4  WULF                 379                                        8                  7.61      9         16  9999999999-24-516015
--   2024-03     5  IREN                 353                                                           7.09      9         16  9999999999-24-518015
--   2024-03     6  CIFR                 316             8         1,741                               6.35      9         16  9999999999-24-150002
--   … 10 more
select
    month,
    produced_rank as rank,
    ticker,
    bitcoin_produced,
    bitcoin_sold,
    bitcoin_held,
    hashrate_eh,
    realized_hashrate_eh,
    produced_companies as known,
    companies,
    sources -> 'bitcoin_produced' ->> 'accession' as accession
from marts.league_table
where
    month = coalesce(
        cast(:month as text),
        (
            select max(l.month)
            from marts.league_table as l
            where l.bitcoin_produced is not null
        )
    )
order by produced_rank asc nulls last, ticker asc;
