-- Which documents were read, and what was found in each?
--
-- :ticker text  Only this company.
-- :since date   Filed on or after this day.
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
