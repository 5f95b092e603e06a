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
),

unclear as (
    select
        document_key,
        sum(not_understood_in_text + not_understood_in_tables) as quantities
    from ops.normalized_document
    group by document_key
)

select
    d.company_id as ticker,
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
    coalesce(d.accepted_at, d.published_at) as disclosed_at,
    d.status,
    coalesce(d.status_reason, d.kind_reason) as status_reason,
    d.facts as xbrl_facts,
    coalesce(segments.facts, 0)::integer as segment_revenues,
    coalesce(sales.facts, 0)::integer as bitcoin_sales,
    coalesce(metrics.facts, 0)::integer as operating_metrics,
    coalesce(deals.facts, 0)::integer as deals,
    coalesce(claims.facts, 0)::integer as news_claims,
    coalesce(refused.facts, 0)::integer as in_quarantine,
    coalesce(unclear.quantities, 0)::integer as not_understood,
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
left join unclear on d.document_key = unclear.document_key
left join warehouse.dim_article as a on d.document_key = a.document_key
where coalesce(d.accepted_at, d.published_at, '-infinity') <= known_at
