-- Which claims of news do the filings contradict?
--
-- :ticker text     Only this company.
-- :publisher text  Only this publisher.
--
-- Example: miners query contradicted_news --ticker CORZ
--   ticker  published   publisher   metric           segment         claimed        filed  difference  note                                           filing_accession      url
--   ──────  ──────────  ──────────  ───────────────  ──────────  ───────────  ───────────  ──────────  ─────────────────────────────────────────────  ────────────────────  ─────────────────────────────────────────────
--   CORZ    2026-05-09  Repost      bitcoin_sold                       3,285        2,385         900                                                 9999999999-26-110005  https://repost.example/core-scientific-sales…
--   CORZ    2026-05-09  Repost      total_revenue                125,100,000  115,200,000   9,900,000                                                 9999999999-26-000103  https://repost.example/core-scientific-sales…
--   CORZ    2026-05-08  Minerwatch  segment_revenue  colocation   77,500,000   31,300,000  46,200,000  another period: it is the figure of 2026-01-…  9999999999-26-110004  https://minerwatch.example/corz-colocation-m…
select
    ticker,
    published_at::date as published,
    publisher,
    metric,
    segment,
    value as claimed,
    filing_value as filed,
    difference,
    note,
    filing_accession,
    url
from marts.news_claims
where
    status = 'contradicted'
    and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
    and (cast(:publisher as text) is null or publisher = cast(:publisher as text))
order by published_at desc, ticker asc, metric asc, claimed asc;
