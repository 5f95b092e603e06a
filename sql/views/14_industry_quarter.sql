-- A sum states how many companies it includes and which are missing. A company is expected from its first quarter until it
-- is acquired or closed. A consolidated subsidiary (American Bitcoin in Hut 8) is part of the parent's figure and counts
-- separately only if the parent does not disclose that figure. Fiscal quarters that are not calendar quarters are in no sum.
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
    inner join active as a on q.period_end >= a.first_end and q.period_end <= a.ended_on
),

measured as (
    select
        e.*,
        v.measure,
        v.value,
        v.measure = 'bitcoin_held' and k.bitcoin_held_scope = 'unencumbered' as is_partial
    from expected as e
    left join known as k on e.ticker = k.ticker and e.calendar_quarter = k.calendar_quarter
    cross join
        lateral (
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
    from measured as t
    left join measured as p
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
        array_agg(ticker) filter (where in_parent and value is not null) as consolidated,
        coalesce(array_agg(ticker order by ticker) filter (where is_partial and not in_parent), '{}') as partial
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
    ) as companies_expected,
    max(s.value) filter (where s.measure = 'revenue') as revenue_usd,
    max(s.companies) filter (where s.measure = 'revenue') as revenue_companies,
    max(s.missing) filter (where s.measure = 'revenue') as revenue_missing,
    max(s.value) filter (where s.measure = 'mining') as mining_usd,
    max(s.value) filter (where s.measure = 'ai_hpc') as ai_hpc_usd,
    max(s.value) filter (where s.measure = 'other') as other_usd,
    max(s.companies) filter (where s.measure = 'mining') as families_companies,
    max(s.missing) filter (where s.measure = 'mining') as families_missing,
    max(s.value) filter (where s.measure = 'bitcoin_produced') as bitcoin_produced,
    max(s.companies) filter (where s.measure = 'bitcoin_produced') as bitcoin_produced_companies,
    max(s.missing) filter (where s.measure = 'bitcoin_produced') as bitcoin_produced_missing,
    max(s.value) filter (where s.measure = 'bitcoin_sold') as bitcoin_sold,
    max(s.companies) filter (where s.measure = 'bitcoin_sold') as bitcoin_sold_companies,
    max(s.missing) filter (where s.measure = 'bitcoin_sold') as bitcoin_sold_missing,
    max(s.value) filter (where s.measure = 'proceeds') as proceeds_usd,
    max(s.companies) filter (where s.measure = 'proceeds') as proceeds_companies,
    max(s.missing) filter (where s.measure = 'proceeds') as proceeds_missing,
    max(s.value) filter (where s.measure = 'bitcoin_held') as bitcoin_held,
    max(s.companies) filter (where s.measure = 'bitcoin_held') as bitcoin_held_companies,
    max(s.missing) filter (where s.measure = 'bitcoin_held') as bitcoin_held_missing,
    max(s.partial) filter (where s.measure = 'bitcoin_held') as bitcoin_held_unencumbered,
    coalesce(
        (
            select array_agg(distinct u.company order by u.company)
            from sums as o
            cross join unnest(o.consolidated) as u (company)
            where o.calendar_quarter = s.calendar_quarter
        ), '{}'
    ) as consolidated,
    coalesce(
        (
            select array_agg(e.ticker order by e.ticker)
            from expected as e
            where e.calendar_quarter = s.calendar_quarter and e.is_off
        ), '{}'
    ) as off_calendar
from sums as s
group by s.calendar_quarter, s.period_start, s.period_end
