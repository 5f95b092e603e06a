-- Each figure is the one in its own mart. Bitcoin held and hash rate are the latest statements of the month, each with its day.
-- A company has a row for every month from its first monthly figure to its last one, or its last press release with bitcoin held
-- or a hash rate, and for three more if they have ended. A late update, or one that is given up, is therefore seen as a gap.
-- Months are calendar months.
with metrics as materialized (
    select
        *,
        (date_trunc('month', period_end) + interval '1 month' - interval '1 day')::date as month_end
    from marts.operating_metrics_as_of(known_at, only_ticker)
    where
        (
            scope = 'company'
            and metric in (
                'bitcoin_produced', 'bitcoin_held', 'hashrate_operating', 'hashrate_energized', 'hashrate_deployed',
                'hashrate_average_operating'
            )
        )
        or (metric = 'bitcoin_held' and scope = 'unencumbered')
),

stated as (
    select
        m.ticker,
        m.month_end,
        d.part,
        d.place,
        m.value,
        m.period_end,
        case when d.part = 'hashrate_eh' then m.metric else m.scope end as what,
        m.derivation,
        m.is_restated,
        m.disclosed_at,
        m.form !~ '^(10-[KQ]|20-F|40-F)' as is_update,
        marts.source_ref(m.accession, m.form, m.url, m.locator, m.reported_label, m.inputs) as source_ref
    from metrics as m
    inner join (
        values
        ('bitcoin_produced', 'company', 'month', 'bitcoin_produced', 1),
        ('bitcoin_held', 'company', 'instant', 'bitcoin_held', 1),
        ('bitcoin_held', 'unencumbered', 'instant', 'bitcoin_held', 2),
        ('hashrate_operating', 'company', 'instant', 'hashrate_eh', 1),
        ('hashrate_energized', 'company', 'instant', 'hashrate_eh', 2),
        ('hashrate_deployed', 'company', 'instant', 'hashrate_eh', 3),
        ('hashrate_average_operating', 'company', 'month', 'hashrate_eh', 4)
    ) as d (metric, scope, period_kind, part, place) on m.metric = d.metric and m.scope = d.scope and m.period_kind = d.period_kind
    where m.period_kind = 'instant' or (m.period_start = date_trunc('month', m.period_end)::date and m.period_end = m.month_end)
    union all
    select
        s.ticker,
        s.period_end as month_end,
        v.part,
        1 as place,
        v.value,
        s.period_end,
        'company' as what,
        case when v.part = any(s.computed) then 'computed' else s.sources -> v.part ->> 'derivation' end as derivation,
        s.is_restated,
        s.disclosed_at,
        false as is_update,
        s.sources -> v.part as source_ref
    from marts.bitcoin_sales_as_of(known_at, only_ticker) as s
    cross join
        lateral (
            values ('bitcoin_sold', s.bitcoin_sold), ('proceeds_usd', s.proceeds_usd), ('average_price_usd', s.average_price_usd)
        ) as v (part, value)
    where
        v.value is not null and s.period_start = date_trunc('month', s.period_end)::date
        and s.period_end = (s.period_start + interval '1 month' - interval '1 day')::date
),

chosen as (
    select distinct on (ticker, month_end, part) *
    from stated
    order by ticker asc, month_end asc, part asc, place asc, period_end desc
),

months as (
    select
        ticker,
        month_end,
        max(value) filter (where part = 'bitcoin_produced') as bitcoin_produced,
        max(value) filter (where part = 'bitcoin_sold') as bitcoin_sold,
        max(value) filter (where part = 'proceeds_usd') as proceeds_usd,
        max(value) filter (where part = 'average_price_usd') as average_price_usd,
        max(value) filter (where part = 'bitcoin_held') as bitcoin_held,
        max(period_end) filter (where part = 'bitcoin_held') as bitcoin_held_on,
        max(what) filter (where part = 'bitcoin_held') as bitcoin_held_scope,
        max(value) filter (where part = 'hashrate_eh') as hashrate_eh,
        max(what) filter (where part = 'hashrate_eh') as hashrate_metric,
        max(period_end) filter (where part = 'hashrate_eh') as hashrate_on,
        bool_or(part in ('bitcoin_produced', 'bitcoin_sold', 'proceeds_usd')) as is_monthly,
        bool_or(is_update) as is_update,
        bool_or(is_restated) as is_restated,
        max(disclosed_at) as disclosed_at,
        jsonb_object_agg(part, derivation) as derivations,
        jsonb_object_agg(part, source_ref) as sources
    from chosen
    group by ticker, month_end
),

read_until as (
    select marts.read_until(known_at) as day
),

every as (
    select
        h.ticker,
        c.name,
        s.month_start::date as period_start,
        (s.month_start + interval '1 month' - interval '1 day')::date as period_end
    from (
        select
            ticker,
            min(month_end) as first_end,
            max(month_end) as last_end
        from (
            select
                ticker,
                month_end,
                min(month_end) filter (where is_monthly) over (partition by ticker) as first_end
            from months
            where is_monthly or is_update
        ) as u
        where month_end >= first_end
        group by ticker
    ) as h
    inner join warehouse.dim_company as c on h.ticker = c.company_id and c.is_current
    cross join read_until as r
    cross join
        lateral generate_series(
            date_trunc('month', h.first_end),
            greatest(
                date_trunc('month', h.last_end),
                least(
                    date_trunc('month', h.last_end) + interval '3 months', date_trunc('month', r.day) - interval '1 month',
                    date_trunc('month', coalesce(c.ended_on, 'infinity'))
                )
            ),
            interval '1 month'
        ) as s (month_start)
)

select
    e.ticker,
    e.name as company,
    to_char(e.period_end, 'YYYY-MM') as month,
    e.period_start,
    e.period_end,
    m.bitcoin_produced,
    m.bitcoin_sold,
    m.proceeds_usd,
    m.average_price_usd,
    m.bitcoin_held,
    m.bitcoin_held_on,
    m.bitcoin_held_scope,
    m.hashrate_eh,
    m.hashrate_metric,
    m.hashrate_on,
    round(m.bitcoin_produced / nullif(lag(m.bitcoin_produced) over own, 0) - 1, 4) as production_growth,
    round(m.bitcoin_sold / nullif(m.bitcoin_produced, 0), 4) as sold_to_produced,
    coalesce(m.is_restated, false) as is_restated,
    coalesce(m.derivations, '{}') as derivations,
    coalesce(m.sources, '{}') as sources,
    m.disclosed_at
from every as e
left join months as m on e.ticker = m.ticker and e.period_end = m.month_end
window own as (partition by e.ticker order by e.period_end)
