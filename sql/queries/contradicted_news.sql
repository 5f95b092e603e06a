-- Which claims of news do the filings contradict?
--
-- :ticker text     Only this company.
-- :publisher text  Only this publisher.
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
