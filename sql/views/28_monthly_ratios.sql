-- Arithmetic on marts.monthly, market prices and the network's days. Each ratio is empty if one of its inputs is. The network's
-- figures of a month are sums and means over its days, all of which must be known.
with known as (
    select
        *,
        round(bitcoin_held / nullif(bitcoin_produced, 0), 2) as months_held
    from marts.monthly_as_of(known_at)
),

spans as (
    select distinct
        period_start,
        period_end
    from known
),

network as (
    select
        s.period_end,
        avg(n.hashrate_eh) as hashrate_eh,
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
    k.month,
    k.period_start,
    k.period_end,
    k.bitcoin_produced,
    k.bitcoin_sold,
    k.bitcoin_held,
    k.hashrate_eh,
    k.hashrate_metric,
    k.sold_to_produced,
    p.price_usd as held_price_usd,
    round(k.bitcoin_held * p.price_usd) as bitcoin_held_usd,
    k.months_held,
    round(n.hashrate_eh, 2) as network_hashrate_eh,
    round(n.earned_per_eh, 4) as earned_per_eh,
    round(k.bitcoin_produced / n.earned_per_eh, 2) as realized_hashrate_eh,
    round(k.bitcoin_produced / n.earned_per_eh / nullif(k.hashrate_eh, 0), 4) as realization_rate,
    round(k.bitcoin_produced / n.reward_btc, 6) as network_share,
    k.is_restated,
    k.sources,
    k.disclosed_at
from known as k
left join network as n on k.period_end = n.period_end
left join marts.bitcoin_prices as p on k.bitcoin_held_on = p.day
