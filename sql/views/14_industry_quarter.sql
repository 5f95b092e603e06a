-- One row: a calendar quarter over all companies, as it was known at a moment. Grain: calendar_quarter.
--
-- A sum says how many companies are in it and which are not. A company is expected from its first quarter on, until it
-- is bought or closed down. What a parent consolidates (American Bitcoin in Hut 8) is in the parent's figure, and counts
-- of its own only where the parent has not told that figure. A fiscal quarter that is no calendar quarter is in no sum.
create function marts.industry_quarter_as_of(known_at timestamptz)
returns table (
    calendar_quarter text,
    period_start date,
    period_end date,
    companies_expected integer,
    revenue_usd numeric,
    revenue_companies integer,
    revenue_missing text[],
    mining_usd numeric,
    ai_hpc_usd numeric,
    other_usd numeric,
    families_companies integer,
    families_missing text[],
    bitcoin_produced numeric,
    bitcoin_produced_companies integer,
    bitcoin_produced_missing text[],
    bitcoin_sold numeric,
    bitcoin_sold_companies integer,
    bitcoin_sold_missing text[],
    proceeds_usd numeric,
    proceeds_companies integer,
    proceeds_missing text[],
    bitcoin_held numeric,
    bitcoin_held_companies integer,
    bitcoin_held_missing text[],
    consolidated text[],
    off_calendar text[]
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    with known as materialized (
        select
            q.*,
            c.consolidated_by
        from marts.quarterly_as_of(known_at) as q
        inner join warehouse.dim_company as c on q.ticker = c.company_id and c.is_current
    ),

    quarters as (
        select distinct
            calendar_quarter,
            period_start,
            period_end
        from known
        where calendar_quarter is not null
    ),

    active as (
        select
            k.ticker,
            c.consolidated_by,
            min(k.period_end) as first_end,
            coalesce(min(c.ended_on), 'infinity'::date) as ended_on,
            bool_and(k.calendar_quarter is null) as is_off
        from known as k
        inner join warehouse.dim_company as c on k.ticker = c.company_id and c.is_current
        group by k.ticker, c.consolidated_by
    ),

    expected as (
        select
            q.calendar_quarter,
            q.period_start,
            q.period_end,
            a.ticker,
            a.consolidated_by,
            a.is_off
        from quarters as q
        inner join active as a on q.period_end >= a.first_end and a.ended_on >= q.period_end
    ),

    told as (
        select
            e.*,
            v.measure,
            v.value
        from expected as e
        left join known as k on e.ticker = k.ticker and e.calendar_quarter = k.calendar_quarter
        cross join lateral (
            values
            ('revenue', k.revenue_usd),
            ('mining', k.mining_usd),
            ('ai_hpc', k.ai_hpc_usd),
            ('other', k.other_usd),
            ('bitcoin_produced', k.bitcoin_produced),
            ('bitcoin_sold', k.bitcoin_sold),
            ('proceeds', k.proceeds_usd),
            ('bitcoin_held', k.bitcoin_held)
        ) as v (measure, value)
        where not e.is_off
    ),

    counted as (
        select
            t.*,
            coalesce(p.value is not null, false) as in_parent
        from told as t
        left join told as p
            on t.consolidated_by = p.ticker and t.calendar_quarter = p.calendar_quarter and t.measure = p.measure
    ),

    sums as (
        select
            calendar_quarter,
            period_start,
            period_end,
            measure,
            sum(value) filter (where not in_parent) as value,
            (count(*) filter (where value is not null and not in_parent))::integer as companies,
            coalesce(array_agg(ticker order by ticker) filter (where value is null and not in_parent), '{}') as missing,
            array_agg(ticker) filter (where in_parent and value is not null) as consolidated
        from counted
        group by calendar_quarter, period_start, period_end, measure
    )

    select
        s.calendar_quarter,
        s.period_start,
        s.period_end,
        (
            select count(*)::integer
            from expected as e
            where e.calendar_quarter = s.calendar_quarter and not e.is_off
        ),
        max(s.value) filter (where s.measure = 'revenue'),
        max(s.companies) filter (where s.measure = 'revenue'),
        max(s.missing) filter (where s.measure = 'revenue'),
        max(s.value) filter (where s.measure = 'mining'),
        max(s.value) filter (where s.measure = 'ai_hpc'),
        max(s.value) filter (where s.measure = 'other'),
        max(s.companies) filter (where s.measure = 'mining'),
        max(s.missing) filter (where s.measure = 'mining'),
        max(s.value) filter (where s.measure = 'bitcoin_produced'),
        max(s.companies) filter (where s.measure = 'bitcoin_produced'),
        max(s.missing) filter (where s.measure = 'bitcoin_produced'),
        max(s.value) filter (where s.measure = 'bitcoin_sold'),
        max(s.companies) filter (where s.measure = 'bitcoin_sold'),
        max(s.missing) filter (where s.measure = 'bitcoin_sold'),
        max(s.value) filter (where s.measure = 'proceeds'),
        max(s.companies) filter (where s.measure = 'proceeds'),
        max(s.missing) filter (where s.measure = 'proceeds'),
        max(s.value) filter (where s.measure = 'bitcoin_held'),
        max(s.companies) filter (where s.measure = 'bitcoin_held'),
        max(s.missing) filter (where s.measure = 'bitcoin_held'),
        coalesce(
            (
                select array_agg(distinct u.company order by u.company)
                from sums as o
                cross join unnest(o.consolidated) as u (company)
                where o.calendar_quarter = s.calendar_quarter
            ), '{}'
        ),
        coalesce(
            (
                select array_agg(e.ticker order by e.ticker)
                from expected as e
                where e.calendar_quarter = s.calendar_quarter and e.is_off
            ), '{}'
        )
    from sums as s
    group by s.calendar_quarter, s.period_start, s.period_end
$$;

comment on function marts.industry_quarter_as_of(timestamptz)
is 'marts.industry_quarter as it was known at a moment.';

create view marts.industry_quarter as
select * from marts.industry_quarter_as_of('infinity');

comment on view marts.industry_quarter
is 'One row: a calendar quarter over all companies; each sum with how many companies are in it and which are not.';
comment on column marts.industry_quarter.calendar_quarter is 'Calendar quarter, 2026Q1.';
comment on column marts.industry_quarter.period_start is 'First day.';
comment on column marts.industry_quarter.period_end is 'Last day.';
comment on column marts.industry_quarter.companies_expected
is 'Companies that had disclosed a quarter by then and were not yet bought or closed down.';
comment on column marts.industry_quarter.revenue_usd is 'Total revenue in US dollars of those that have told it.';
comment on column marts.industry_quarter.revenue_companies is 'How many companies are in it.';
comment on column marts.industry_quarter.revenue_missing is 'Which are not: no document that was read tells it.';
comment on column marts.industry_quarter.mining_usd is 'Mining revenue in US dollars of those whose segments add up to their total.';
comment on column marts.industry_quarter.ai_hpc_usd is 'AI and HPC revenue in US dollars of the same companies.';
comment on column marts.industry_quarter.other_usd is 'All other revenue in US dollars of the same companies.';
comment on column marts.industry_quarter.families_companies is 'How many companies are in mining_usd, ai_hpc_usd and other_usd.';
comment on column marts.industry_quarter.families_missing is 'Which are not.';
comment on column marts.industry_quarter.bitcoin_produced is 'Bitcoin produced by those that have told it.';
comment on column marts.industry_quarter.bitcoin_produced_companies is 'How many companies are in it.';
comment on column marts.industry_quarter.bitcoin_produced_missing is 'Which are not.';
comment on column marts.industry_quarter.bitcoin_sold is 'Bitcoin sold by those that have told the count.';
comment on column marts.industry_quarter.bitcoin_sold_companies is 'How many companies are in it.';
comment on column marts.industry_quarter.bitcoin_sold_missing is 'Which are not.';
comment on column marts.industry_quarter.proceeds_usd is 'Proceeds of bitcoin sold in US dollars of those that have told them.';
comment on column marts.industry_quarter.proceeds_companies is 'How many companies are in it.';
comment on column marts.industry_quarter.proceeds_missing is 'Which are not.';
comment on column marts.industry_quarter.bitcoin_held is 'Bitcoin held on the last day by those that have told it.';
comment on column marts.industry_quarter.bitcoin_held_companies is 'How many companies are in it.';
comment on column marts.industry_quarter.bitcoin_held_missing is 'Which are not.';
comment on column marts.industry_quarter.consolidated
is 'Subsidiaries with figures of their own that are not added, since their parent''s figures contain them.';
comment on column marts.industry_quarter.off_calendar is 'Companies whose fiscal quarters are no calendar quarters, in no sum.';
