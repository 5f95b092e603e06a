-- One row: a document, filed or published, with what was read from it. Grain: document_key.
create function marts.sources_as_of(known_at timestamptz)
returns table (
    ticker text,
    source text,
    form text,
    document_type text,
    document_kind text,
    accession text,
    url text,
    title text,
    publisher text,
    filed_on date,
    report_date date,
    disclosed_at timestamptz,
    status text,
    status_reason text,
    xbrl_facts integer,
    segment_revenues integer,
    bitcoin_sales integer,
    operating_metrics integer,
    deals integer,
    news_claims integer,
    in_quarantine integer,
    sha256 text,
    bytes bigint,
    document_key bigint
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    with segments as (
        select
            document_key,
            count(fact_key) as facts
        from warehouse.fact_segment_revenue
        where derivation <> 'derived'
        group by document_key
    ),

    sales as (
        select
            document_key,
            count(fact_key) as facts
        from warehouse.fact_bitcoin_sale
        where derivation <> 'derived'
        group by document_key
    ),

    metrics as (
        select
            document_key,
            count(fact_key) as facts
        from warehouse.fact_operating_metric
        where derivation <> 'derived'
        group by document_key
    ),

    deals as (
        select
            document_key,
            count(fact_key) as facts
        from warehouse.fact_deal
        group by document_key
    ),

    claims as (
        select
            document_key,
            count(fact_key) as facts
        from warehouse.fact_news_claim
        group by document_key
    ),

    refused as (
        select
            document_key,
            count(row_key) as facts
        from quarantine.rejected_row
        where status = 'open'
        group by document_key
    )

    select
        d.company_id,
        d.source,
        d.form,
        d.document_type,
        d.document_kind,
        d.accession,
        d.url,
        d.title,
        a.publisher,
        d.filed_on,
        d.report_date,
        coalesce(d.accepted_at, d.published_at),
        d.status,
        coalesce(d.status_reason, d.kind_reason),
        d.facts,
        coalesce(segments.facts, 0)::integer,
        coalesce(sales.facts, 0)::integer,
        coalesce(metrics.facts, 0)::integer,
        coalesce(deals.facts, 0)::integer,
        coalesce(claims.facts, 0)::integer,
        coalesce(refused.facts, 0)::integer,
        d.sha256,
        d.bytes,
        d.document_key
    from warehouse.dim_document as d
    left join segments on d.document_key = segments.document_key
    left join sales on d.document_key = sales.document_key
    left join metrics on d.document_key = metrics.document_key
    left join deals on d.document_key = deals.document_key
    left join claims on d.document_key = claims.document_key
    left join refused on d.document_key = refused.document_key
    left join warehouse.dim_article as a on d.document_key = a.document_key
    where coalesce(d.accepted_at, d.published_at, '-infinity') <= known_at
$$;

comment on function marts.sources_as_of(timestamptz)
is 'marts.sources as far as they were disclosed at a moment.';

create view marts.sources as
select * from marts.sources_as_of('infinity');

comment on view marts.sources is 'One row: a document, filed or published, with what was read from it.';
comment on column marts.sources.ticker is 'Ticker of today; empty for articles, which may be about several companies.';
comment on column marts.sources.source is 'edgar, mirror (filings kept in a folder), sample (retyped figures, not filings) or news.';
comment on column marts.sources.form is 'Form of the filing.';
comment on column marts.sources.document_type is 'Type of the document within the filing: 10-Q, EX-99.1 …';
comment on column marts.sources.document_kind is 'report, release (of earnings), update (monthly) or other.';
comment on column marts.sources.accession is 'Accession number of the filing.';
comment on column marts.sources.url is 'The document.';
comment on column marts.sources.title is 'Description or headline.';
comment on column marts.sources.publisher is 'Publisher of an article.';
comment on column marts.sources.filed_on is 'Day of filing.';
comment on column marts.sources.report_date is 'Period of report, as the filing names it.';
comment on column marts.sources.disclosed_at is 'When EDGAR accepted it, or when the article was published.';
comment on column marts.sources.status
is 'read; no_xbrl or no_disclosure (nothing of ours in it); listed or archived (not read yet); missing, refused or unreadable.';
comment on column marts.sources.status_reason is 'Why it is what it is: missing, unreadable, a release, an update or neither.';
comment on column marts.sources.xbrl_facts is 'XBRL facts in it.';
comment on column marts.sources.segment_revenues is 'Revenues of segments that it states.';
comment on column marts.sources.bitcoin_sales is 'Periods of which it states bitcoin sold, proceeds or price.';
comment on column marts.sources.operating_metrics is 'Metrics that it states, total revenue among them.';
comment on column marts.sources.deals is 'Deals and targets that it tells.';
comment on column marts.sources.news_claims is 'Claims of an article.';
comment on column marts.sources.in_quarantine is 'Rows read from it that wait in quarantine.';
comment on column marts.sources.sha256 is 'Of the archived bytes.';
comment on column marts.sources.bytes is 'Size of the archived bytes.';
comment on column marts.sources.document_key is 'Key of the document.';
