-- What did each segment earn in a quarter, in the company's own words, and where does it stand?
--
-- :quarter text  Calendar quarter, 2026Q1; without it the last one of which anything is known.
-- :ticker text   Only this company.
select
    ticker,
    calendar_quarter,
    segment,
    revenue_usd,
    reported_label,
    derivation,
    is_restated,
    form,
    accession,
    link
from marts.segment_revenue
where
    period_kind = 'quarter'
    and calendar_quarter = coalesce(
        cast(:quarter as text),
        (
            select max(l.calendar_quarter)
            from marts.segment_revenue as l
            where l.period_kind = 'quarter' and (cast(:ticker as text) is null or l.ticker = cast(:ticker as text))
        )
    )
    and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
order by ticker asc, revenue_usd desc, segment asc;
