-- Which documents were read, and how many figures are in each?
--
-- :ticker text  Only this company.
-- :since date   Filed on or after this day.
--
-- Example: miners query sources_of_a_company --ticker RIOT --since 2025-07-01
--   ticker  filed_on    form  document_type  document_kind  status         segment_revenues  bitcoin_sales  operating_metrics  deals  in_quarantine  accession             url
--   ──────  ──────────  ────  ─────────────  ─────────────  ─────────────  ────────────────  ─────────────  ─────────────────  ─────  ─────────────  ────────────────────  ─────────────────────────────────────────────
--   RIOT    2025-11-04  8-K   8-K            update         read                          0              1                  3      0              0  9999999999-25-512034  https://www.sec.gov/Archives/edgar/data/1167…
--   RIOT    2025-10-30  8-K   8-K            other          no_disclosure                 0              0                  0      0              0  9999999999-25-120004  https://www.sec.gov/Archives/edgar/data/1167…
--   RIOT    2025-10-30  8-K   EX-99.1        release        read                          1              0                  3      0              0  9999999999-25-120004  https://www.sec.gov/Archives/edgar/data/1167…
--   RIOT    2025-08-07  8-K   8-K            update         read                          0              1                  2      0              0  9999999999-25-512031  https://www.sec.gov/Archives/edgar/data/1167…
--   RIOT    2025-07-31  10-Q  10-Q           report         read                          6              0                  2      0              0  0001558370-25-009896  https://www.sec.gov/Archives/edgar/data/1167…
--   RIOT    2025-07-31  8-K   8-K            other          no_disclosure                 0              0                  0      0              0  9999999999-25-120003  https://www.sec.gov/Archives/edgar/data/1167…
--   … 2 more
select
    ticker,
    filed_on,
    form,
    document_type,
    document_kind,
    status,
    segment_revenues,
    bitcoin_sales,
    operating_metrics,
    deals,
    in_quarantine,
    accession,
    url
from marts.sources
where
    source <> 'news'
    and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
    and (cast(:since as date) is null or filed_on >= cast(:since as date))
order by filed_on desc, ticker asc, accession asc, url asc;
