-- One row: bitcoin that a company sold in one period, as it was known at a moment. Grain: ticker, period_start, period_end.
create function marts.bitcoin_sales_as_of(known_at timestamptz)
returns table (
    ticker text,
    fiscal_year smallint,
    fiscal_quarter smallint,
    period_kind text,
    period_start date,
    period_end date,
    bitcoin_sold numeric,
    proceeds_usd numeric,
    average_price_usd numeric,
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
    select distinct on (c.company_id, p.period_start, p.period_end)
        c.company_id,
        f.fiscal_year,
        f.fiscal_quarter,
        p.period_kind,
        p.period_start,
        p.period_end,
        f.bitcoin_sold,
        f.proceeds_usd,
        f.average_price_usd,
        f.reported_label,
        f.derivation,
        d.form,
        d.accession,
        d.url,
        f.locator,
        f.disclosed_at,
        d.source,
        f.inputs
    from warehouse.fact_bitcoin_sale as f
    inner join warehouse.dim_company as c on f.company_key = c.company_key
    inner join warehouse.dim_document as d on f.document_key = d.document_key
    inner join warehouse.dim_period as p on f.period_key = p.period_key
    where f.disclosed_at <= known_at
    order by
        c.company_id,
        p.period_start,
        p.period_end,
        (f.derivation = 'derived'),
        (d.document_kind = 'report') desc,
        f.disclosed_at desc,
        d.is_amendment desc,
        f.document_key
$$;

comment on function marts.bitcoin_sales_as_of(timestamptz)
is 'marts.bitcoin_sales as it was known at a moment.';

create view marts.bitcoin_sales as
select * from marts.bitcoin_sales_as_of('infinity');

comment on view marts.bitcoin_sales is 'One row: bitcoin that a company sold in one period, by the document that has the right of way.';
comment on column marts.bitcoin_sales.ticker is 'Ticker of today.';
comment on column marts.bitcoin_sales.fiscal_year is 'The company''s fiscal year in which the period ends.';
comment on column marts.bitcoin_sales.fiscal_quarter is 'The company''s fiscal quarter, for quarters and months.';
comment on column marts.bitcoin_sales.period_kind is 'month, quarter, half, nine_months or year; cash flows are filed year to date.';
comment on column marts.bitcoin_sales.period_start is 'First day.';
comment on column marts.bitcoin_sales.period_end is 'Last day.';
comment on column marts.bitcoin_sales.bitcoin_sold is 'Bitcoin sold, count; empty where only proceeds are stated.';
comment on column marts.bitcoin_sales.proceeds_usd is 'Proceeds in US dollars, exactly as filed.';
comment on column marts.bitcoin_sales.average_price_usd is 'Average price for one bitcoin in US dollars.';
comment on column marts.bitcoin_sales.reported_label is 'The label in the company''s own words.';
comment on column marts.bitcoin_sales.derivation is 'as_reported, summed, or derived (a quarter by subtraction).';
comment on column marts.bitcoin_sales.form is 'Form of the filing.';
comment on column marts.bitcoin_sales.accession is 'Accession number of the filing.';
comment on column marts.bitcoin_sales.url is 'The document.';
comment on column marts.bitcoin_sales.locator is 'Where it stands in the document.';
comment on column marts.bitcoin_sales.disclosed_at is 'When EDGAR accepted the document.';
comment on column marts.bitcoin_sales.source is 'edgar, mirror or sample.';
comment on column marts.bitcoin_sales.inputs is 'What a summed or derived figure is made of.';
