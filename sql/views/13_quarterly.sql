-- One row: a company's quarter, wide: revenue by family, bitcoin, hash rate and capacity, as it was known at a moment.
-- Grain: ticker, period_end.
--
-- A figure of the quarter is the one that its own mart has. Bitcoin produced that no document states for the quarter is
-- the sum of its three months, where all three are stated: `derivations` says so. What stands on a day is that of the
-- quarter's last day. Families are given only where the segments add up to the total.
create function marts.quarterly_as_of(known_at timestamptz, only_ticker text default null)
returns table (
    ticker text,
    company text,
    fiscal_year smallint,
    fiscal_quarter smallint,
    calendar_quarter text,
    period_start date,
    period_end date,
    revenue_usd numeric,
    mining_usd numeric,
    ai_hpc_usd numeric,
    other_usd numeric,
    mining_share numeric,
    ai_hpc_share numeric,
    bitcoin_produced numeric,
    bitcoin_sold numeric,
    proceeds_usd numeric,
    average_price_usd numeric,
    bitcoin_held numeric,
    hashrate_eh numeric,
    hashrate_metric text,
    capacity_mw numeric,
    capacity_scope text,
    is_restated boolean,
    derivations jsonb,
    sources jsonb,
    disclosed_at timestamptz
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    with metrics as materialized (
        select *
        from marts.operating_metrics_as_of(known_at, only_ticker)
        where
            (
                scope = 'company'
                and metric in ('total_revenue', 'bitcoin_produced', 'bitcoin_held', 'hashrate_operating', 'hashrate_energized', 'hashrate_deployed')
            )
            or (metric = 'capacity_mw' and scope in ('company', 'energized'))
    ),

    sales as materialized (
        select * from marts.bitcoin_sales_as_of(known_at, only_ticker) where period_kind = 'quarter'
    ),

    families as materialized (
        select * from marts.ai_pivot_as_of(known_at, only_ticker)
    ),

    months as (
        select
            ticker,
            fiscal_year,
            fiscal_quarter,
            min(period_start) as period_start,
            max(period_end) as period_end,
            sum(value) as value,
            bool_or(is_restated) as is_restated,
            max(disclosed_at) as disclosed_at,
            jsonb_agg(
                marts.stands(accession, form, url, locator, reported_label) || jsonb_build_object('value', value) order by period_end
            ) as inputs
        from metrics
        where metric = 'bitcoin_produced' and period_kind = 'month' and fiscal_quarter is not null
        group by ticker, fiscal_year, fiscal_quarter
        having count(*) = 3 and max(period_end) - min(period_start) between 88 and 92
    ),

    parts as (
        select
            ticker,
            fiscal_year,
            fiscal_quarter,
            period_start,
            period_end,
            case metric when 'total_revenue' then 'revenue_usd' else metric end as part,
            value,
            derivation,
            is_restated,
            disclosed_at,
            marts.stands(accession, form, url, locator, reported_label) as stands,
            1 as place
        from metrics
        where period_kind = 'quarter' and metric in ('total_revenue', 'bitcoin_produced')
        union all
        select
            ticker,
            fiscal_year,
            fiscal_quarter,
            period_start,
            period_end,
            'bitcoin_produced',
            value,
            'sum_of_months',
            is_restated,
            disclosed_at,
            jsonb_build_object('months', inputs),
            2
        from months
        union all
        select
            s.ticker,
            s.fiscal_year,
            s.fiscal_quarter,
            s.period_start,
            s.period_end,
            v.part,
            v.value,
            case when v.part = any(s.computed) then 'computed' else coalesce(s.sources -> v.part ->> 'derivation', s.derivation) end,
            s.is_restated,
            s.disclosed_at,
            coalesce(
                s.sources -> v.part, marts.stands(s.accession, s.form, s.url, s.locator, s.reported_label)
            ),
            1
        from sales as s
        cross join lateral (
            values ('bitcoin_sold', s.bitcoin_sold), ('proceeds_usd', s.proceeds_usd), ('average_price_usd', s.average_price_usd)
        ) as v (part, value)
        where v.value is not null
    ),

    chosen as (
        select distinct on (ticker, period_end, part) *
        from parts
        order by ticker asc, period_end asc, part asc, place asc, period_start asc
    ),

    quarters as (
        select
            ticker,
            period_end,
            min(fiscal_year) as fiscal_year,
            min(fiscal_quarter) as fiscal_quarter,
            min(period_start) as period_start,
            max(value) filter (where part = 'revenue_usd') as revenue_usd,
            max(value) filter (where part = 'bitcoin_produced') as bitcoin_produced,
            max(value) filter (where part = 'bitcoin_sold') as bitcoin_sold,
            max(value) filter (where part = 'proceeds_usd') as proceeds_usd,
            max(value) filter (where part = 'average_price_usd') as average_price_usd,
            bool_or(is_restated) as is_restated,
            max(disclosed_at) as disclosed_at,
            jsonb_object_agg(part, derivation) as derivations,
            jsonb_object_agg(part, stands) as sources
        from chosen
        group by ticker, period_end
    ),

    -- Of several hash rates on one day the one that was running says most; of capacities the energized one.
    days as (
        select distinct on (m.ticker, m.period_end, d.part)
            m.ticker,
            m.period_end,
            d.part,
            m.value,
            case d.metric when 'capacity_mw' then m.scope else m.metric end as what,
            m.derivation,
            m.is_restated,
            m.disclosed_at,
            marts.stands(m.accession, m.form, m.url, m.locator, m.reported_label) as stands
        from metrics as m
        inner join (
            values
            ('bitcoin_held', 'company', 'bitcoin_held', 1),
            ('hashrate_operating', 'company', 'hashrate_eh', 1),
            ('hashrate_energized', 'company', 'hashrate_eh', 2),
            ('hashrate_deployed', 'company', 'hashrate_eh', 3),
            ('capacity_mw', 'energized', 'capacity_mw', 1),
            ('capacity_mw', 'company', 'capacity_mw', 2)
        ) as d (metric, scope, part, place) on m.metric = d.metric and m.scope = d.scope
        where m.period_kind = 'instant'
        order by m.ticker asc, m.period_end asc, d.part asc, d.place asc
    ),

    held as (
        select
            ticker,
            period_end,
            max(value) filter (where part = 'bitcoin_held') as bitcoin_held,
            max(value) filter (where part = 'hashrate_eh') as hashrate_eh,
            max(what) filter (where part = 'hashrate_eh') as hashrate_metric,
            max(value) filter (where part = 'capacity_mw') as capacity_mw,
            max(what) filter (where part = 'capacity_mw') as capacity_scope,
            bool_or(is_restated) as is_restated,
            max(disclosed_at) as disclosed_at,
            jsonb_object_agg(part, derivation) as derivations,
            jsonb_object_agg(part, stands) as sources
        from days
        group by ticker, period_end
    )

    select
        q.ticker,
        now.name,
        q.fiscal_year,
        q.fiscal_quarter,
        marts.calendar_quarter('quarter', q.period_start, q.period_end),
        q.period_start,
        q.period_end,
        q.revenue_usd,
        f.mining_usd,
        f.ai_hpc_usd,
        f.other_usd,
        f.mining_share,
        f.ai_hpc_share,
        q.bitcoin_produced,
        q.bitcoin_sold,
        q.proceeds_usd,
        q.average_price_usd,
        h.bitcoin_held,
        h.hashrate_eh,
        h.hashrate_metric,
        h.capacity_mw,
        h.capacity_scope,
        q.is_restated or coalesce(f.is_restated, false) or coalesce(h.is_restated, false),
        q.derivations || coalesce(h.derivations, '{}') || case when f.is_derived then '{"families": "derived"}'::jsonb else '{}' end,
        q.sources || coalesce(h.sources, '{}'),
        greatest(q.disclosed_at, h.disclosed_at)
    from quarters as q
    inner join warehouse.dim_company as now on q.ticker = now.company_id and now.is_current
    left join families as f on q.ticker = f.ticker and q.period_end = f.period_end and q.period_start = f.period_start
    left join held as h on q.ticker = h.ticker and q.period_end = h.period_end
$$;

comment on function marts.quarterly_as_of(timestamptz, text)
is 'marts.quarterly as it was known at a moment.';

create view marts.quarterly as
select * from marts.quarterly_as_of('infinity');

comment on view marts.quarterly is 'One row: a company''s quarter, wide: revenue by family, bitcoin, hash rate and capacity.';
comment on column marts.quarterly.ticker is 'Ticker of today.';
comment on column marts.quarterly.company is 'Name of today.';
comment on column marts.quarterly.fiscal_year is 'The company''s fiscal year.';
comment on column marts.quarterly.fiscal_quarter is 'The company''s fiscal quarter.';
comment on column marts.quarterly.calendar_quarter is 'Calendar quarter, 2026Q1; empty where the fiscal quarter is none (BitMine''s).';
comment on column marts.quarterly.period_start is 'First day.';
comment on column marts.quarterly.period_end is 'Last day.';
comment on column marts.quarterly.revenue_usd is 'Total revenue in US dollars.';
comment on column marts.quarterly.mining_usd
is 'Revenue of self_mining, hosted_mining and cloud_mining in US dollars; empty where the segments do not add up to the total.';
comment on column marts.quarterly.ai_hpc_usd
is 'Revenue of colocation, cloud and hpc in US dollars; empty where the segments do not add up to the total.';
comment on column marts.quarterly.other_usd is 'Revenue of all other segments in US dollars; empty where the segments do not add up to the total.';
comment on column marts.quarterly.mining_share is 'mining_usd in total revenue, 0 to 1.';
comment on column marts.quarterly.ai_hpc_share is 'ai_hpc_usd in total revenue, 0 to 1.';
comment on column marts.quarterly.bitcoin_produced is 'Bitcoin produced: as stated for the quarter, else the sum of its three months.';
comment on column marts.quarterly.bitcoin_sold is 'Bitcoin sold, count.';
comment on column marts.quarterly.proceeds_usd is 'Proceeds of bitcoin sold in US dollars.';
comment on column marts.quarterly.average_price_usd is 'Average price for one bitcoin in US dollars, as stated, else proceeds by count.';
comment on column marts.quarterly.bitcoin_held is 'Bitcoin held on the last day, pledged and restricted ones included.';
comment on column marts.quarterly.hashrate_eh is 'Hash rate on the last day in EH/s.';
comment on column marts.quarterly.hashrate_metric is 'Which hash rate it is: operating, else energized, else deployed.';
comment on column marts.quarterly.capacity_mw is 'Capacity on the last day in megawatts.';
comment on column marts.quarterly.capacity_scope is 'Which capacity it is: energized, else what the company calls its capacity.';
comment on column marts.quarterly.is_restated is 'Whether another document states one of the figures otherwise.';
comment on column marts.quarterly.derivations
is 'How each figure came about, by column: as_reported, summed, derived, single_segment, sum_of_months or computed (from the two others of a sale).';
comment on column marts.quarterly.sources is 'Where each figure stands, by column: accession, form, url, locator and link.';
comment on column marts.quarterly.disclosed_at is 'When the last of the figures was disclosed.';
