with wide as (
    select
        'quarterly' as mart,
        ticker,
        period_start,
        period_end,
        sources
    from marts.quarterly
    union all
    select
        'monthly' as mart,
        ticker,
        period_start,
        period_end,
        sources
    from marts.monthly
    union all
    select
        'bitcoin_sales' as mart,
        ticker,
        period_start,
        period_end,
        sources
    from marts.bitcoin_sales
)

select
    w.mart,
    w.ticker,
    w.period_start,
    w.period_end,
    s.column_name,
    s.source_ref ->> 'form' as form,
    s.source_ref ->> 'accession' as accession,
    s.source_ref ->> 'url' as url,
    s.source_ref ->> 'locator' as locator,
    s.source_ref ->> 'link' as link
from wide as w
cross join lateral jsonb_each(w.sources) as s (column_name, source_ref)
