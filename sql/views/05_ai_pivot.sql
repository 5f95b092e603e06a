-- Only quarters whose segments add up to the total, within rounding: a share of a partial revenue would be wrong.
with families as (
    select
        ticker,
        period_start,
        period_end,
        count(*) as segments,
        sum(revenue_usd) as segments_usd,
        coalesce(sum(revenue_usd) filter (where segment_family = 'mining'), 0) as mining_usd,
        coalesce(sum(revenue_usd) filter (where segment_family = 'ai_hpc'), 0) as ai_hpc_usd,
        bool_or(derivation = 'derived') as is_derived,
        bool_or(is_restated) as is_restated
    from marts.segment_revenue_as_of(known_at, only_ticker)
    where period_kind = 'quarter'
    group by ticker, period_start, period_end
)

select
    t.ticker,
    t.fiscal_year,
    t.fiscal_quarter,
    t.period_end,
    t.revenue_usd,
    f.mining_usd,
    f.ai_hpc_usd,
    round(f.mining_usd / t.revenue_usd, 4) as mining_share,
    round(f.ai_hpc_usd / t.revenue_usd, 4) as ai_hpc_share,
    f.is_derived,
    t.accession,
    t.url,
    t.calendar_quarter,
    f.segments_usd - f.mining_usd - f.ai_hpc_usd as other_usd,
    f.is_restated or t.is_restated as is_restated,
    t.period_start
from marts.total_revenue_as_of(known_at, only_ticker) as t
inner join families as f
    on
        t.ticker = f.ticker
        and t.period_start = f.period_start
        and t.period_end = f.period_end
where
    t.revenue_usd > 0
    and abs(f.segments_usd - t.revenue_usd) <= greatest(t.revenue_usd * 0.005, 1000)
