-- One row: one metric of a company over one period or on one day, as it was known at a moment.
-- Grain: ticker, metric, scope, period_start, period_end.
create function marts.operating_metrics_as_of(known_at timestamptz, only_ticker text default null)
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
    inputs jsonb,
    calendar_quarter text,
    is_restated boolean,
    stated_times integer,
    fact_key bigint,
    rules text[],
    link text
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    with known as (
        select
            f.*,
            c.company_id,
            d.form,
            d.accession,
            d.url,
            d.source,
            row_number() over (
                partition by c.company_id, f.metric_key, f.scope, f.period_key
                order by
                    (f.derivation = 'derived'),
                    marts.precedence(d.document_kind),
                    f.disclosed_at desc,
                    d.is_amendment desc,
                    f.document_key
            ) as standing,
            count(*) filter (where f.derivation <> 'derived') over same as stated_times,
            max(f.value - f.rounding) filter (where f.derivation <> 'derived') over same as stated_over,
            min(f.value + f.rounding) filter (where f.derivation <> 'derived') over same as stated_under
        from warehouse.fact_operating_metric as f
        inner join warehouse.dim_company as c on f.company_key = c.company_key
        inner join warehouse.dim_document as d on f.document_key = d.document_key
        where f.disclosed_at <= known_at and (only_ticker is null or c.company_id = only_ticker)
        window same as (partition by c.company_id, f.metric_key, f.scope, f.period_key)
    )

    select
        f.company_id,
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
        f.form,
        f.accession,
        f.url,
        f.locator,
        f.disclosed_at,
        f.source,
        f.inputs,
        marts.calendar_quarter(p.period_kind, p.period_start, p.period_end),
        coalesce(f.stated_over > f.value + f.rounding or f.stated_under < f.value - f.rounding, false),
        f.stated_times::integer,
        f.fact_key,
        f.rules,
        marts.link(f.url, f.locator, f.reported_label)
    from known as f
    inner join warehouse.dim_metric as m on f.metric_key = m.metric_key
    inner join warehouse.dim_period as p on f.period_key = p.period_key
    where f.standing = 1
$$;

comment on function marts.operating_metrics_as_of(timestamptz, text)
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
comment on column marts.operating_metrics.calendar_quarter
is 'Calendar quarter, 2026Q1: of a quarter that is one, or in which a month or day lies; empty where the fiscal quarter is none.';
comment on column marts.operating_metrics.is_restated
is 'Whether another document states it otherwise, by more than both were rounded; marts.disclosure_history tells which.';
comment on column marts.operating_metrics.stated_times is 'How many documents state it; 0 where it is only derived.';
comment on column marts.operating_metrics.fact_key is 'Key of the figure, the same in every warehouse.';
comment on column marts.operating_metrics.rules is 'Names of the rules that took part.';
comment on column marts.operating_metrics.link is 'Opens the document where the figure stands: at its anchor, or at its row or sentence.';
