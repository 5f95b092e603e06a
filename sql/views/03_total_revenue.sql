-- One row: a company's revenue in one period, as it was known at a moment: one of its metrics, by their right of way.
-- Grain: ticker, period_start, period_end.
create function marts.total_revenue_as_of(known_at timestamptz, only_ticker text default null)
returns table (
    ticker text,
    fiscal_year smallint,
    fiscal_quarter smallint,
    period_kind text,
    period_start date,
    period_end date,
    revenue_usd numeric,
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
    link text
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    select
        m.ticker,
        m.fiscal_year,
        m.fiscal_quarter,
        m.period_kind,
        m.period_start,
        m.period_end,
        m.value,
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
$$;

comment on function marts.total_revenue_as_of(timestamptz, text)
is 'marts.total_revenue as it was known at a moment.';

create view marts.total_revenue as
select * from marts.total_revenue_as_of('infinity');

comment on view marts.total_revenue is 'One row: a company''s revenue in one period, by the document that has the right of way.';
comment on column marts.total_revenue.ticker is 'Ticker of today.';
comment on column marts.total_revenue.fiscal_year is 'The company''s fiscal year in which the period ends.';
comment on column marts.total_revenue.fiscal_quarter is 'The company''s fiscal quarter, for quarters and months.';
comment on column marts.total_revenue.period_kind is 'month, quarter, half, nine_months or year.';
comment on column marts.total_revenue.period_start is 'First day.';
comment on column marts.total_revenue.period_end is 'Last day.';
comment on column marts.total_revenue.revenue_usd is 'Revenue in US dollars, exactly as filed.';
comment on column marts.total_revenue.reported_label is 'The label in the company''s own words.';
comment on column marts.total_revenue.derivation is 'as_reported, derived, or single_segment where the only revenue line is the total too.';
comment on column marts.total_revenue.form is 'Form of the filing.';
comment on column marts.total_revenue.accession is 'Accession number of the filing.';
comment on column marts.total_revenue.url is 'The document.';
comment on column marts.total_revenue.locator is 'Where it stands in the document.';
comment on column marts.total_revenue.disclosed_at is 'When EDGAR accepted the document.';
comment on column marts.total_revenue.source is 'edgar, mirror or sample.';
comment on column marts.total_revenue.inputs is 'What a derived figure is made of.';
comment on column marts.total_revenue.calendar_quarter
is 'Calendar quarter, 2026Q1: of a quarter that is one, or in which a month or day lies; empty where the fiscal quarter is none.';
comment on column marts.total_revenue.is_restated
is 'Whether another document states it otherwise, by more than both were rounded; marts.disclosure_history tells which.';
comment on column marts.total_revenue.stated_times is 'How many documents state it; 0 where it is only derived.';
comment on column marts.total_revenue.fact_key is 'Key of the figure, the same in every warehouse.';
comment on column marts.total_revenue.link is 'Opens the document where the figure stands: at its anchor, or at its row or sentence.';
