-- One row: one statement of one figure by one document, in the order in which they were said, as known at a moment.
-- Grain: ticker, metric, segment, scope, period_start, period_end, document_key.
--
-- A statement restates where it differs from the one before by more than both were rounded. What is derived is shown,
-- and neither restates nor is restated: it changes with what it is made of.
create function marts.disclosure_history_as_of(known_at timestamptz, only_ticker text default null)
returns table (
    ticker text,
    metric text,
    segment text,
    scope text,
    unit text,
    fiscal_year smallint,
    fiscal_quarter smallint,
    calendar_quarter text,
    period_kind text,
    period_start date,
    period_end date,
    value numeric,
    statement integer,
    stated_times integer,
    previous_value numeric,
    change numeric,
    is_restatement boolean,
    restates text,
    restated_by text,
    is_current boolean,
    derivation text,
    document_kind text,
    form text,
    accession text,
    url text,
    locator text,
    reported_label text,
    disclosed_at timestamptz,
    source text,
    inputs jsonb,
    rules text[],
    document_key bigint,
    fact_key bigint,
    link text
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    with every as (
        select
            f.company_key,
            f.period_key,
            f.document_key,
            f.fact_key,
            'segment_revenue' as metric,
            s.segment,
            'company' as scope,
            'USD' as unit,
            f.fiscal_year,
            f.fiscal_quarter,
            f.revenue_usd as value,
            f.rounding,
            f.derivation,
            f.locator,
            f.reported_label,
            f.disclosed_at,
            f.inputs,
            f.rules
        from warehouse.fact_segment_revenue as f
        inner join warehouse.dim_segment as s on f.segment_key = s.segment_key
        union all
        select
            f.company_key,
            f.period_key,
            f.document_key,
            f.fact_key,
            m.metric,
            null,
            f.scope,
            m.unit,
            f.fiscal_year,
            f.fiscal_quarter,
            f.value,
            f.rounding,
            f.derivation,
            f.locator,
            f.reported_label,
            f.disclosed_at,
            f.inputs,
            f.rules
        from warehouse.fact_operating_metric as f
        inner join warehouse.dim_metric as m on f.metric_key = m.metric_key
        union all
        select
            f.company_key,
            f.period_key,
            f.document_key,
            f.fact_key,
            v.metric,
            null,
            'company',
            v.unit,
            f.fiscal_year,
            f.fiscal_quarter,
            v.value,
            marts.half_unit(v.value),
            case when f.completed = v.part then 'computed' else f.derivation end,
            f.locator,
            f.reported_label,
            f.disclosed_at,
            f.inputs,
            f.rules
        from warehouse.fact_bitcoin_sale as f
        cross join lateral (
            values
            ('bitcoin_sold', 'bitcoin_sold', 'BTC', f.bitcoin_sold),
            ('proceeds_usd', 'bitcoin_sale_proceeds', 'USD', f.proceeds_usd),
            ('average_price_usd', 'average_sale_price', 'USD', f.average_price_usd)
        ) as v (part, metric, unit, value)
        where v.value is not null
    ),

    stated as (
        select
            e.*,
            c.company_id,
            d.document_kind,
            d.form,
            d.accession,
            d.url,
            d.source,
            e.derivation in ('derived', 'computed') as is_made,
            d.is_amendment
        from every as e
        inner join warehouse.dim_company as c on e.company_key = c.company_key
        inner join warehouse.dim_document as d on e.document_key = d.document_key
        where e.disclosed_at <= known_at and (only_ticker is null or c.company_id = only_ticker)
    ),

    ordered as (
        select
            s.*,
            count(s.document_key) over same as statement,
            count(*) filter (where not s.is_made) over whole as stated_times,
            lag(s.value) over said as previous_value,
            lag(s.rounding) over said as previous_rounding,
            lag(s.accession) over said as previous_accession,
            lead(s.value) over said as next_value,
            lead(s.rounding) over said as next_rounding,
            lead(s.accession) over said as next_accession
        from stated as s
        window
            whole as (partition by s.company_id, s.metric, s.segment, s.scope, s.period_key),
            same as (
                partition by s.company_id, s.metric, s.segment, s.scope, s.period_key
                order by s.disclosed_at, s.is_amendment, s.document_key
            ),
            said as (
                partition by s.company_id, s.metric, s.segment, s.scope, s.period_key, s.is_made
                order by s.disclosed_at, s.is_amendment, s.document_key
            )
    ),

    shown as (
        select fact_key, null as metric from marts.segment_revenue_as_of(known_at, only_ticker)
        union all
        select fact_key, null from marts.operating_metrics_as_of(known_at, only_ticker)
    ),

    sales as (
        select
            s.ticker,
            s.period_start,
            s.period_end,
            case p.part when 'proceeds_usd' then 'bitcoin_sale_proceeds' when 'average_price_usd' then 'average_sale_price' else p.part end as metric,
            p.stands ->> 'accession' as accession,
            p.stands ->> 'url' as url,
            p.stands ->> 'locator' as locator,
            p.stands ->> 'derivation' as derivation
        from marts.bitcoin_sales_as_of(known_at, only_ticker) as s
        cross join lateral jsonb_each(s.sources) as p (part, stands)
    )

    select
        o.company_id,
        o.metric,
        o.segment,
        o.scope,
        o.unit,
        o.fiscal_year,
        o.fiscal_quarter,
        marts.calendar_quarter(p.period_kind, p.period_start, p.period_end),
        p.period_kind,
        p.period_start,
        p.period_end,
        o.value,
        o.statement::integer,
        o.stated_times::integer,
        case when not o.is_made then o.previous_value end,
        case when not o.is_made then o.value - o.previous_value end,
        not o.is_made and coalesce(abs(o.value - o.previous_value) > o.rounding + o.previous_rounding, false),
        case when not o.is_made and abs(o.value - o.previous_value) > o.rounding + o.previous_rounding then o.previous_accession end,
        case when not o.is_made and abs(o.value - o.next_value) > o.rounding + o.next_rounding then o.next_accession end,
        l.fact_key is not null or x.ticker is not null,
        o.derivation,
        o.document_kind,
        o.form,
        o.accession,
        o.url,
        o.locator,
        o.reported_label,
        o.disclosed_at,
        o.source,
        o.inputs,
        o.rules,
        o.document_key,
        o.fact_key,
        marts.link(o.url, o.locator, o.reported_label)
    from ordered as o
    inner join warehouse.dim_period as p on o.period_key = p.period_key
    left join shown as l on o.fact_key = l.fact_key
    left join sales as x
        on
            o.company_id = x.ticker and o.metric = x.metric and p.period_start = x.period_start and p.period_end = x.period_end
            and o.url = x.url and o.locator = x.locator
            and x.derivation = case when o.derivation = 'computed' then x.derivation else o.derivation end
$$;

comment on function marts.disclosure_history_as_of(timestamptz, text)
is 'marts.disclosure_history as far as it was said at a moment.';

create view marts.disclosure_history as
select * from marts.disclosure_history_as_of('infinity');

comment on view marts.disclosure_history
is 'One row: one statement of one figure by one document, in the order in which they were said, with who restated what.';
comment on column marts.disclosure_history.ticker is 'Ticker of today.';
comment on column marts.disclosure_history.metric
is 'segment_revenue, bitcoin_sold, bitcoin_sale_proceeds, average_sale_price or a metric of marts.metrics.';
comment on column marts.disclosure_history.segment is 'Canonical segment, of segment_revenue.';
comment on column marts.disclosure_history.scope is 'Whose figure it is, as in marts.operating_metrics; company for all else.';
comment on column marts.disclosure_history.unit is 'USD, BTC, EH/s …';
comment on column marts.disclosure_history.fiscal_year is 'The company''s fiscal year in which the period ends.';
comment on column marts.disclosure_history.fiscal_quarter is 'The company''s fiscal quarter, for quarters and months.';
comment on column marts.disclosure_history.calendar_quarter
is 'Calendar quarter, 2026Q1: of a quarter that is one, or in which a month or day lies; empty where the fiscal quarter is none.';
comment on column marts.disclosure_history.period_kind is 'month, quarter, half, nine_months, year, or instant for what stands on a day.';
comment on column marts.disclosure_history.period_start is 'First day; empty for what stands on a day.';
comment on column marts.disclosure_history.period_end is 'Last day, or the day.';
comment on column marts.disclosure_history.value is 'The value in its unit, exactly as stated.';
comment on column marts.disclosure_history.statement is 'Which statement of this figure it is, 1 for the first.';
comment on column marts.disclosure_history.stated_times is 'How many documents state it; what is derived does not count.';
comment on column marts.disclosure_history.previous_value is 'What the document before states of it.';
comment on column marts.disclosure_history.change is 'value less previous_value.';
comment on column marts.disclosure_history.is_restatement is 'Whether it differs from the statement before by more than both were rounded.';
comment on column marts.disclosure_history.restates is 'Accession number of the filing that it restates.';
comment on column marts.disclosure_history.restated_by is 'Accession number of the filing that restates it.';
comment on column marts.disclosure_history.is_current is 'Whether it is the statement that the marts show.';
comment on column marts.disclosure_history.derivation
is 'as_reported, summed, derived, single_segment, or computed (from the two others of count, proceeds and price).';
comment on column marts.disclosure_history.document_kind is 'report, release (of earnings), update (monthly) or other.';
comment on column marts.disclosure_history.form is 'Form of the filing.';
comment on column marts.disclosure_history.accession is 'Accession number of the filing.';
comment on column marts.disclosure_history.url is 'The document.';
comment on column marts.disclosure_history.locator is 'Where it stands in the document.';
comment on column marts.disclosure_history.reported_label is 'The label in the company''s own words.';
comment on column marts.disclosure_history.disclosed_at is 'When EDGAR accepted the document.';
comment on column marts.disclosure_history.source is 'edgar, mirror or sample.';
comment on column marts.disclosure_history.inputs is 'What a summed or derived figure is made of.';
comment on column marts.disclosure_history.rules is 'Names of the rules that took part.';
comment on column marts.disclosure_history.document_key is 'Key of the document.';
comment on column marts.disclosure_history.fact_key is 'Key of the fact.';
comment on column marts.disclosure_history.link is 'Opens the document where the figure stands: at its anchor, or at its row or sentence.';
