-- How much did each segment earn in a quarter, and where is it stated?
--
-- :quarter text  Calendar quarter, 2026Q1; default: the last one with figures.
-- :ticker text   Only this company.
--
-- Example: miners query segments_of_a_quarter --quarter 2026Q1 --ticker CORZ
--   ticker  calendar_quarter  segment        revenue_usd  reported_label                                 derivation   is_restated  form  accession             link
--   ──────  ────────────────  ─────────────  ───────────  ─────────────────────────────────────────────  ───────────  ───────────  ────  ────────────────────  ─────────────────────────────────────────────
--   CORZ    2026Q1            colocation      77,500,000  Colocation revenue                             as_reported        False  10-Q  9999999999-26-000103  https://www.sec.gov/Archives/edgar/data/1839…
--   CORZ    2026Q1            self_mining     30,100,000  Digital asset self-mining revenue              as_reported        False  10-Q  9999999999-26-000103  https://www.sec.gov/Archives/edgar/data/1839…
--   CORZ    2026Q1            hosted_mining    7,600,000  Digital asset hosted mining revenue from cus…  as_reported        False  10-Q  9999999999-26-000103  https://www.sec.gov/Archives/edgar/data/1839…
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
