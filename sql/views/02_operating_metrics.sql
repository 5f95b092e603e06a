-- One row: one metric of a company over one period or on one day, as it was known at a moment.
-- Grain: ticker, metric, scope, period_start, period_end.
create function marts.operating_metrics_as_of(known_at timestamptz)
returns table (
    ticker text,
    metric text,
    unit text,
    fiscal_year smallint,
    fiscal_quarter smallint,
    period_kind text,
    period_start date,
    period_end date,
    value numeric,
    scope text,
    qualifier text,
    reported_label text,
    derivation text,
    form text,
    accession text,
    url text,
    locator text,
    disclosed_at timestamptz,
    source text,
    inputs jsonb
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    select distinct on (c.company_id, m.metric, f.scope, p.period_start, p.period_end)
        c.company_id,
        m.metric,
        m.unit,
        f.fiscal_year,
        f.fiscal_quarter,
        p.period_kind,
        p.period_start,
        p.period_end,
        f.value,
        f.scope,
        f.qualifier,
        f.reported_label,
        f.derivation,
        d.form,
        d.accession,
        d.url,
        f.locator,
        f.disclosed_at,
        d.source,
        f.inputs
    from warehouse.fact_operating_metric as f
    inner join warehouse.dim_metric as m on f.metric_key = m.metric_key
    inner join warehouse.dim_company as c on f.company_key = c.company_key
    inner join warehouse.dim_document as d on f.document_key = d.document_key
    inner join warehouse.dim_period as p on f.period_key = p.period_key
    where f.disclosed_at <= known_at
    order by
        c.company_id,
        m.metric,
        f.scope,
        p.period_start,
        p.period_end,
        (f.derivation = 'derived'),
        marts.precedence(d.document_kind),
        f.disclosed_at desc,
        d.is_amendment desc,
        f.document_key
$$;

comment on function marts.operating_metrics_as_of(timestamptz)
is 'marts.operating_metrics as it was known at a moment.';

create view marts.operating_metrics as
select * from marts.operating_metrics_as_of('infinity');

comment on view marts.operating_metrics
is 'One row: one metric of a company over one period or on one day, by the document that has the right of way.';
comment on column marts.operating_metrics.ticker is 'Ticker of today.';
comment on column marts.operating_metrics.metric is 'The metric; what it means stands in marts.metrics.';
comment on column marts.operating_metrics.unit is 'BTC, USD, EH/s, J/TH, c/kWh, MW, percent or count.';
comment on column marts.operating_metrics.fiscal_year is 'The company''s fiscal year in which the period ends.';
comment on column marts.operating_metrics.fiscal_quarter is 'The company''s fiscal quarter, for quarters and months.';
comment on column marts.operating_metrics.period_kind is 'month, quarter, half, nine_months, year, or instant for what stands on a day.';
comment on column marts.operating_metrics.period_start is 'First day; empty for what stands on a day.';
comment on column marts.operating_metrics.period_end is 'Last day, or the day.';
comment on column marts.operating_metrics.value is 'The value in its unit, exactly as stated.';
comment on column marts.operating_metrics.scope
is 'company; total with others'' shares, joint_venture, hosted_customers, a site; of a capacity contracted, energized, under_construction.';
comment on column marts.operating_metrics.qualifier is 'about, more_than, less_than or up_to, where the company says so.';
comment on column marts.operating_metrics.reported_label is 'The label or sentence in the company''s own words.';
comment on column marts.operating_metrics.derivation is 'as_reported, summed, derived or single_segment.';
comment on column marts.operating_metrics.form is 'Form of the filing.';
comment on column marts.operating_metrics.accession is 'Accession number of the filing.';
comment on column marts.operating_metrics.url is 'The document.';
comment on column marts.operating_metrics.locator is 'Where it stands in the document: table, row and column, or the place in its text.';
comment on column marts.operating_metrics.disclosed_at is 'When EDGAR accepted the document.';
comment on column marts.operating_metrics.source is 'edgar, mirror or sample.';
comment on column marts.operating_metrics.inputs is 'What a derived figure is made of.';
