-- A subsidiary whose parent states the same figure (American Bitcoin in Hut 8) has no rank of its own. Equal figures share a rank.
with known as (
    select
        r.*,
        c.consolidated_by
    from marts.monthly_ratios_as_of(known_at) as r
    inner join warehouse.dim_company as c on r.ticker = c.company_id and c.is_current
),

measured as (
    select
        k.ticker,
        k.period_end,
        v.measure,
        v.value,
        p.ticker is not null as in_parent
    from known as k
    cross join
        lateral (
            values
            ('produced', k.bitcoin_produced), ('sold', k.bitcoin_sold), ('held', k.bitcoin_held), ('hashrate', k.hashrate_eh)
        ) as v (measure, value)
    left join known as p
        on
            k.consolidated_by = p.ticker and k.period_end = p.period_end
            and case v.measure
                when 'produced' then p.bitcoin_produced when 'sold' then p.bitcoin_sold when 'held' then p.bitcoin_held else p.hashrate_eh
            end is not null
    where v.value is not null
),

ranked as (
    select
        ticker,
        period_end,
        measure,
        rank() over (partition by period_end, measure order by value desc) as place,
        count(*) over (partition by period_end, measure) as companies
    from measured
    where not in_parent
),

ranks as (
    select
        ticker,
        period_end,
        max(place) filter (where measure = 'produced') as produced_rank,
        max(place) filter (where measure = 'sold') as sold_rank,
        max(place) filter (where measure = 'held') as held_rank,
        max(place) filter (where measure = 'hashrate') as hashrate_rank
    from ranked
    group by ticker, period_end
)

select
    k.month,
    k.period_end,
    k.ticker,
    k.company,
    r.produced_rank::integer as produced_rank,
    k.bitcoin_produced,
    r.sold_rank::integer as sold_rank,
    k.bitcoin_sold,
    r.held_rank::integer as held_rank,
    k.bitcoin_held,
    r.hashrate_rank::integer as hashrate_rank,
    k.hashrate_eh,
    k.realized_hashrate_eh,
    (count(*) over (partition by k.period_end))::integer as companies,
    (count(k.bitcoin_produced) over (partition by k.period_end))::integer as produced_companies,
    k.disclosed_at,
    k.sources
from known as k
left join ranks as r on k.ticker = r.ticker and k.period_end = r.period_end
