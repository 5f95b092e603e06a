-- One row: bitcoin that a company sold in one period, as it was known at a moment. Grain: ticker, period_start, period_end.
--
-- Count, proceeds and price seldom stand in one document: a 10-Q states proceeds, a release the count. Each comes from
-- the document that has the right of way among those that state it (statements before what is derived, reports before
-- releases before updates, then the one said last); `sources` says of each where it stands. The document of the row is
-- the first of them. A price that nobody states is proceeds by count.
create function marts.bitcoin_sales_as_of(known_at timestamptz, only_ticker text default null)
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
    inputs jsonb,
    computed text[],
    sources jsonb,
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
    with ranked as (
        select
            f.*,
            c.company_id,
            d.form,
            d.accession,
            d.url,
            d.source,
            row_number() over (
                partition by c.company_id, f.period_key
                order by
                    (f.derivation = 'derived'),
                    marts.precedence(d.document_kind),
                    f.disclosed_at desc,
                    d.is_amendment desc,
                    f.document_key
            ) as standing
        from warehouse.fact_bitcoin_sale as f
        inner join warehouse.dim_company as c on f.company_key = c.company_key
        inner join warehouse.dim_document as d on f.document_key = d.document_key
        where f.disclosed_at <= known_at and (only_ticker is null or c.company_id = only_ticker)
    ),

    parts as (
        select
            r.company_id,
            r.period_key,
            v.part,
            v.value,
            (r.completed is not distinct from v.part) as is_computed,
            row_number() over (
                partition by r.company_id, r.period_key, v.part
                order by (r.completed is not distinct from v.part), r.standing
            ) as place,
            count(*) filter (where r.derivation <> 'derived') over same as stated_times,
            max(v.value - v.rounding) filter (where r.derivation <> 'derived' and r.completed is distinct from v.part) over same as stated_over,
            min(v.value + v.rounding) filter (where r.derivation <> 'derived' and r.completed is distinct from v.part) over same as stated_under,
            v.rounding,
            marts.stands(r.accession, r.form, r.url, r.locator, r.reported_label)
            || jsonb_build_object('label', r.reported_label, 'derivation', r.derivation) as stands
        from ranked as r
        cross join lateral (
            values
            ('bitcoin_sold', r.bitcoin_sold, marts.half_unit(r.bitcoin_sold)),
            ('proceeds_usd', r.proceeds_usd, marts.half_unit(r.proceeds_usd)),
            ('average_price_usd', r.average_price_usd, marts.half_unit(r.average_price_usd))
        ) as v (part, value, rounding)
        where v.value is not null
        window same as (partition by r.company_id, r.period_key, v.part)
    ),

    chosen as (
        select
            company_id,
            period_key,
            max(value) filter (where part = 'bitcoin_sold') as bitcoin_sold,
            max(value) filter (where part = 'proceeds_usd') as proceeds_usd,
            max(value) filter (where part = 'average_price_usd' and not is_computed) as average_price_usd,
            coalesce(array_agg(part order by part) filter (where is_computed), '{}') as computed,
            jsonb_object_agg(part, stands) as sources,
            max(stated_times) as stated_times,
            bool_or(coalesce(not is_computed and (stated_over > value + rounding or stated_under < value - rounding), false)) as is_restated
        from parts
        where place = 1
        group by company_id, period_key
    )

    select
        k.company_id,
        r.fiscal_year,
        r.fiscal_quarter,
        p.period_kind,
        p.period_start,
        p.period_end,
        k.bitcoin_sold,
        k.proceeds_usd,
        coalesce(k.average_price_usd, round(k.proceeds_usd / nullif(k.bitcoin_sold, 0), 2)),
        r.reported_label,
        r.derivation,
        r.form,
        r.accession,
        r.url,
        r.locator,
        r.disclosed_at,
        r.source,
        r.inputs,
        case
            when
                k.average_price_usd is null and k.proceeds_usd is not null and k.bitcoin_sold <> 0
                and not 'average_price_usd' = any(k.computed)
                then k.computed || 'average_price_usd'::text
            else k.computed
        end,
        k.sources,
        marts.calendar_quarter(p.period_kind, p.period_start, p.period_end),
        k.is_restated,
        k.stated_times::integer,
        r.fact_key,
        marts.link(r.url, r.locator, r.reported_label)
    from chosen as k
    inner join ranked as r on k.company_id = r.company_id and k.period_key = r.period_key and r.standing = 1
    inner join warehouse.dim_period as p on k.period_key = p.period_key
$$;

comment on function marts.bitcoin_sales_as_of(timestamptz, text)
is 'marts.bitcoin_sales as it was known at a moment.';

create view marts.bitcoin_sales as
select * from marts.bitcoin_sales_as_of('infinity');

comment on view marts.bitcoin_sales is 'One row: bitcoin that a company sold in one period, by the documents that have the right of way.';
comment on column marts.bitcoin_sales.ticker is 'Ticker of today.';
comment on column marts.bitcoin_sales.fiscal_year is 'The company''s fiscal year in which the period ends.';
comment on column marts.bitcoin_sales.fiscal_quarter is 'The company''s fiscal quarter, for quarters and months.';
comment on column marts.bitcoin_sales.period_kind is 'month, quarter, half, nine_months or year; cash flows are filed year to date.';
comment on column marts.bitcoin_sales.period_start is 'First day.';
comment on column marts.bitcoin_sales.period_end is 'Last day.';
comment on column marts.bitcoin_sales.bitcoin_sold is 'Bitcoin sold, count; empty where only proceeds are stated.';
comment on column marts.bitcoin_sales.proceeds_usd is 'Proceeds in US dollars, exactly as stated.';
comment on column marts.bitcoin_sales.average_price_usd is 'Average price for one bitcoin in US dollars, as stated, else proceeds by count.';
comment on column marts.bitcoin_sales.reported_label is 'The label in the company''s own words.';
comment on column marts.bitcoin_sales.derivation is 'as_reported, summed, or derived (a quarter by subtraction or from its months).';
comment on column marts.bitcoin_sales.form is 'Form of the filing.';
comment on column marts.bitcoin_sales.accession is 'Accession number of the filing.';
comment on column marts.bitcoin_sales.url is 'The document.';
comment on column marts.bitcoin_sales.locator is 'Where it stands in the document.';
comment on column marts.bitcoin_sales.disclosed_at is 'When EDGAR accepted the document.';
comment on column marts.bitcoin_sales.source is 'edgar, mirror or sample.';
comment on column marts.bitcoin_sales.inputs is 'What a summed or derived figure is made of, or where each of several parts stands.';
comment on column marts.bitcoin_sales.computed is 'Which of count, proceeds and price nobody states: computed from the other two.';
comment on column marts.bitcoin_sales.sources is 'Of count, proceeds and price each: accession, form, url, locator, label and derivation.';
comment on column marts.bitcoin_sales.calendar_quarter
is 'Calendar quarter, 2026Q1: of a quarter that is one, or in which a month or day lies; empty where the fiscal quarter is none.';
comment on column marts.bitcoin_sales.is_restated
is 'Whether another document states it otherwise, by more than both were rounded; marts.disclosure_history tells which.';
comment on column marts.bitcoin_sales.stated_times is 'How many documents state it; 0 where it is only derived.';
comment on column marts.bitcoin_sales.fact_key is 'Key of the figure, the same in every warehouse.';
comment on column marts.bitcoin_sales.link is 'Opens the document where the figure stands: at its anchor, or at its row or sentence.';
