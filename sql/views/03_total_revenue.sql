select
    m.ticker,
    m.fiscal_year,
    m.fiscal_quarter,
    m.period_kind,
    m.period_start,
    m.period_end,
    m.value as revenue_usd,
    m.reported_label,
    m.derivation,
    m.form,
    m.accession,
    m.url,
    m.locator,
    m.disclosed_at,
    m.source,
    m.inputs,
    m.calendar_quarter,
    m.is_restated,
    m.stated_times,
    m.fact_key,
    m.link
from marts.operating_metrics_as_of(known_at, only_ticker) as m
where m.metric = 'total_revenue' and m.scope = 'company'
