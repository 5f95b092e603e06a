-- What was known of a company's segments on a day?
--
-- :known_at date  The day, at its end; without it now.
-- :ticker text    Only this company.
select
    ticker,
    period_start,
    period_end,
    segment,
    revenue_usd,
    derivation,
    form,
    accession,
    disclosed_at::date as said_on
from marts.segment_revenue_as_of(
    coalesce(cast(:known_at as date) + interval '1 day' - interval '1 second', 'infinity'::timestamp)::timestamptz, cast(:ticker as text)
)
where period_kind = 'quarter'
order by ticker asc, period_end desc, revenue_usd desc, segment asc;
