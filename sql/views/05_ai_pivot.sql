-- One row: a company's quarter by family of segments. Grain: ticker, period_end.
--
-- Only quarters whose segments add up to the total, within what their rounding allows: a share of a part of the
-- revenue would be a wrong figure.
create function marts.ai_pivot_as_of(known_at timestamptz, only_ticker text default null)
returns table (
    ticker text,
    fiscal_year smallint,
    fiscal_quarter smallint,
    period_end date,
    revenue_usd numeric,
    mining_usd numeric,
    ai_hpc_usd numeric,
    mining_share numeric,
    ai_hpc_share numeric,
    is_derived boolean,
    accession text,
    url text,
    calendar_quarter text,
    other_usd numeric,
    is_restated boolean,
    period_start date
)
language sql stable
security definer
set search_path = pg_catalog
as $$
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
        f.segments_usd - f.mining_usd - f.ai_hpc_usd,
        f.is_restated or t.is_restated,
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
$$;

comment on function marts.ai_pivot_as_of(timestamptz, text)
is 'marts.ai_pivot as it was known at a moment.';

create view marts.ai_pivot as
select * from marts.ai_pivot_as_of('infinity');

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
comment on column marts.ai_pivot.calendar_quarter is 'Calendar quarter, 2026Q1; empty where the fiscal quarter is none.';
comment on column marts.ai_pivot.other_usd is 'Revenue of all other segments.';
comment on column marts.ai_pivot.is_restated is 'Whether another document states the total or a segment otherwise.';
comment on column marts.ai_pivot.period_start is 'First day of the quarter.';
