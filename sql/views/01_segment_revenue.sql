-- One row: what a company's segment earned in one period, as it was known at a moment.
-- Grain: ticker, period_start, period_end, segment.
--
-- A period's breakdown comes from one document and is never mixed: statements go before what is derived, a
-- breakdown that adds up to its total before one that does not, a report before a release, and among these the
-- one said last (an amendment is said after what it amends).
create function marts.segment_revenue_as_of(known_at timestamptz, only_ticker text default null)
returns table (
    ticker text,
    company text,
    fiscal_year smallint,
    fiscal_quarter smallint,
    period_kind text,
    period_start date,
    period_end date,
    segment text,
    segment_family text,
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
    rules text[],
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
    with known as (
        select
            f.*,
            c.company_id,
            dense_rank() over (
                partition by c.company_id, f.period_key
                order by
                    (f.derivation = 'derived'),
                    f.complete desc,
                    marts.precedence(d.document_kind),
                    f.disclosed_at desc,
                    d.is_amendment desc,
                    f.document_key
            ) as standing,
            count(*) filter (where f.derivation <> 'derived') over same as stated_times,
            max(f.revenue_usd - f.rounding) filter (where f.derivation <> 'derived') over same as stated_over,
            min(f.revenue_usd + f.rounding) filter (where f.derivation <> 'derived') over same as stated_under
        from warehouse.fact_segment_revenue as f
        inner join warehouse.dim_company as c on f.company_key = c.company_key
        inner join warehouse.dim_document as d on f.document_key = d.document_key
        where f.disclosed_at <= known_at and (only_ticker is null or c.company_id = only_ticker)
        window same as (partition by c.company_id, f.period_key, f.segment_key)
    )

    select
        k.company_id,
        now.name,
        k.fiscal_year,
        k.fiscal_quarter,
        p.period_kind,
        p.period_start,
        p.period_end,
        s.segment,
        s.family,
        k.revenue_usd,
        k.reported_label,
        k.derivation,
        d.form,
        d.accession,
        d.url,
        k.locator,
        k.disclosed_at,
        d.source,
        k.inputs,
        k.rules,
        marts.calendar_quarter(p.period_kind, p.period_start, p.period_end),
        coalesce(k.stated_over > k.revenue_usd + k.rounding or k.stated_under < k.revenue_usd - k.rounding, false),
        k.stated_times::integer,
        k.fact_key,
        marts.link(d.url, k.locator, k.reported_label)
    from known as k
    inner join warehouse.dim_company as now on k.company_id = now.company_id and now.is_current
    inner join warehouse.dim_period as p on k.period_key = p.period_key
    inner join warehouse.dim_segment as s on k.segment_key = s.segment_key
    inner join warehouse.dim_document as d on k.document_key = d.document_key
    where k.standing = 1
$$;

comment on function marts.segment_revenue_as_of(timestamptz, text)
is 'marts.segment_revenue as it was known at a moment.';

create view marts.segment_revenue as
select * from marts.segment_revenue_as_of('infinity');

comment on view marts.segment_revenue
is 'One row: what a company''s segment earned in one period, by the document that has the right of way.';
comment on column marts.segment_revenue.ticker is 'Ticker of today.';
comment on column marts.segment_revenue.company is 'Name of today.';
comment on column marts.segment_revenue.fiscal_year is 'The company''s fiscal year in which the period ends.';
comment on column marts.segment_revenue.fiscal_quarter is 'The company''s fiscal quarter, for quarters and months.';
comment on column marts.segment_revenue.period_kind is 'month, quarter, half, nine_months or year.';
comment on column marts.segment_revenue.period_start is 'First day.';
comment on column marts.segment_revenue.period_end is 'Last day.';
comment on column marts.segment_revenue.segment is 'Canonical segment; what it means stands in marts.segments.';
comment on column marts.segment_revenue.segment_family is 'mining, ai_hpc or other.';
comment on column marts.segment_revenue.revenue_usd is 'Revenue in US dollars, exactly as filed.';
comment on column marts.segment_revenue.reported_label is 'The label in the company''s own words.';
comment on column marts.segment_revenue.derivation is 'as_reported, summed, derived or single_segment.';
comment on column marts.segment_revenue.form is 'Form of the filing.';
comment on column marts.segment_revenue.accession is 'Accession number of the filing.';
comment on column marts.segment_revenue.url is 'The document.';
comment on column marts.segment_revenue.locator is 'Where it stands in the document: url#locator opens it there.';
comment on column marts.segment_revenue.disclosed_at is 'When EDGAR accepted the document.';
comment on column marts.segment_revenue.source is 'edgar, mirror (filings kept in a folder) or sample (retyped figures, not filings).';
comment on column marts.segment_revenue.inputs is 'What a summed or derived figure is made of.';
comment on column marts.segment_revenue.rules is 'Names of the rules that took part.';
comment on column marts.segment_revenue.calendar_quarter
is 'Calendar quarter, 2026Q1: of a quarter that is one, or in which a month or day lies; empty where the fiscal quarter is none.';
comment on column marts.segment_revenue.is_restated
is 'Whether another document states it otherwise, by more than both were rounded; marts.disclosure_history tells which.';
comment on column marts.segment_revenue.stated_times is 'How many documents state it; 0 where it is only derived.';
comment on column marts.segment_revenue.fact_key is 'Key of the figure, the same in every warehouse.';
comment on column marts.segment_revenue.link is 'Opens the document where the figure stands: at its anchor, or at its row or sentence.';
