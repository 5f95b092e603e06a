-- One row: a company's quarter by family of segments. Grain: ticker, period_end.
--
-- Only quarters whose segments add up to the total, within what their rounding allows: a share of a part of the
-- revenue would be a wrong figure.
create view marts.ai_pivot as
with families as (
    select
        ticker,
        period_start,
        period_end,
        count(*) as segments,
        sum(revenue_usd) as segments_usd,
        coalesce(sum(revenue_usd) filter (where segment_family = 'mining'), 0) as mining_usd,
        coalesce(sum(revenue_usd) filter (where segment_family = 'ai_hpc'), 0) as ai_hpc_usd,
        bool_or(derivation = 'derived') as is_derived
    from marts.segment_revenue
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
    t.url
from marts.total_revenue as t
inner join families as f
    on
        t.ticker = f.ticker
        and t.period_start = f.period_start
        and t.period_end = f.period_end
where
    t.revenue_usd > 0
    and abs(f.segments_usd - t.revenue_usd) <= greatest(t.revenue_usd * 0.005, 1000);

comment on view marts.ai_pivot is 'One row: a company''s quarter, by how much of it is still mining and how much is AI and HPC.';
comment on column marts.ai_pivot.ticker is 'Ticker of today.';
comment on column marts.ai_pivot.fiscal_year is 'The company''s fiscal year.';
comment on column marts.ai_pivot.fiscal_quarter is 'The company''s fiscal quarter.';
comment on column marts.ai_pivot.period_end is 'Last day of the quarter.';
comment on column marts.ai_pivot.revenue_usd is 'Total revenue in US dollars.';
comment on column marts.ai_pivot.mining_usd is 'Revenue of the mining family: self_mining, hosted_mining, cloud_mining.';
comment on column marts.ai_pivot.ai_hpc_usd is 'Revenue of the AI and HPC family: colocation, cloud, hpc.';
comment on column marts.ai_pivot.mining_share is 'mining_usd in total revenue, 0 to 1.';
comment on column marts.ai_pivot.ai_hpc_share is 'ai_hpc_usd in total revenue, 0 to 1.';
comment on column marts.ai_pivot.is_derived is 'Whether the quarter''s breakdown is derived by subtraction.';
comment on column marts.ai_pivot.accession is 'Accession number of the filing that has the total.';
comment on column marts.ai_pivot.url is 'The document that has the total.';
