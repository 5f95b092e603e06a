-- Arithmetic on marts.quarterly, other metrics, market prices and the network's days. Each ratio is empty if one of its inputs
-- is. Metrics of a day are the latest of the quarter; a power cost is the quarter's own.
with known as (
    select * from marts.quarterly_as_of(known_at)
),

-- The company's own cost of power before the all-in cost, which includes credits and fees.
others as (
    select distinct on (k.ticker, k.period_end, d.part)
        k.ticker,
        k.period_end,
        d.part,
        m.value,
        m.metric,
        marts.source_ref(m.accession, m.form, m.url, m.locator, m.reported_label, m.inputs) as source_ref
    from known as k
    inner join marts.operating_metrics_as_of(known_at) as m on k.ticker = m.ticker and m.period_end between k.period_start and k.period_end
    inner join (
        values
        ('fleet_efficiency', 'company', 'instant', 'fleet_efficiency', 1),
        ('power_cost', 'company', 'quarter', 'power_cost', 1),
        ('power_cost_all_in', 'company', 'quarter', 'power_cost', 2),
        ('capacity_mw', 'contracted', 'instant', 'contracted_mw', 1),
        ('capacity_mw', 'under_construction', 'instant', 'under_construction_mw', 1)
    ) as d (metric, scope, period_kind, part, place) on m.metric = d.metric and m.scope = d.scope and m.period_kind = d.period_kind
    where m.period_kind = 'instant' or (m.period_start = k.period_start and m.period_end = k.period_end)
    order by k.ticker asc, k.period_end asc, d.part asc, d.place asc, m.period_end desc
),

metrics as (
    select
        ticker,
        period_end,
        max(value) filter (where part = 'fleet_efficiency') as fleet_efficiency,
        max(value) filter (where part = 'power_cost') as power_cost,
        max(metric) filter (where part = 'power_cost') as power_cost_metric,
        max(value) filter (where part = 'contracted_mw') as contracted_mw,
        max(value) filter (where part = 'under_construction_mw') as under_construction_mw,
        jsonb_object_agg(part, source_ref) as sources
    from others
    group by ticker, period_end
),

spans as (
    select distinct
        period_start,
        period_end
    from known
),

network as (
    select
        s.period_start,
        s.period_end,
        sum(n.issued_btc + n.fees_btc) as reward_btc,
        sum(n.earned_per_eh) as earned_per_eh
    from spans as s
    inner join marts.network_days as n on n.day between s.period_start and s.period_end
    group by s.period_start, s.period_end
    having count(*) = s.period_end - s.period_start + 1
)

select
    k.ticker,
    k.company,
    k.fiscal_year,
    k.fiscal_quarter,
    k.calendar_quarter,
    k.period_start,
    k.period_end,
    round(k.bitcoin_sold / nullif(k.bitcoin_produced, 0), 4) as sold_to_produced,
    p.price_usd as held_price_usd,
    round(k.bitcoin_held * p.price_usd) as bitcoin_held_usd,
    round(3 * k.bitcoin_held / nullif(k.bitcoin_produced, 0), 2) as months_held,
    round(k.bitcoin_produced / n.earned_per_eh, 2) as realized_hashrate_eh,
    round(k.bitcoin_produced / n.earned_per_eh / nullif(k.hashrate_eh, 0), 4) as realization_rate,
    round(k.bitcoin_produced / n.reward_btc, 6) as network_share,
    round(k.mining_usd / nullif(k.bitcoin_produced, 0)) as mining_usd_per_bitcoin,
    m.fleet_efficiency,
    m.power_cost,
    m.power_cost_metric,
    -- An exahash a second at 1 J/TH draws one megawatt: 24,000 kWh a day at the cost in cents.
    round(
        24000 * (k.period_end - k.period_start + 1) * m.fleet_efficiency * m.power_cost / 100 / n.earned_per_eh
    ) as power_cost_per_bitcoin_usd,
    k.capacity_mw,
    k.capacity_scope,
    round(k.revenue_usd / nullif(k.capacity_mw, 0)) as revenue_per_mw_usd,
    m.contracted_mw,
    m.under_construction_mw,
    round(k.ai_hpc_usd / nullif(m.contracted_mw, 0)) as ai_hpc_per_contracted_mw_usd,
    k.ai_hpc_share,
    k.ai_hpc_share - lag(k.ai_hpc_share) over own as ai_hpc_share_change,
    k.is_restated,
    k.sources || coalesce(m.sources, '{}') as sources,
    k.disclosed_at
from known as k
left join metrics as m on k.ticker = m.ticker and k.period_end = m.period_end
left join network as n on k.period_start = n.period_start and k.period_end = n.period_end
left join marts.bitcoin_prices as p on k.bitcoin_held_on = p.day
window own as (partition by k.ticker order by k.period_end)
