-- As of a moment, a claim that was settled later is unmatched.
select
    c.company_id as ticker,
    f.metric,
    f.segment,
    f.value,
    f.unit,
    p.period_start,
    p.period_end,
    case when k.is_settled then f.status else 'unmatched' end as status,
    case when k.is_settled then f.filing_value end as filing_value,
    case when k.is_settled then f.difference end as difference,
    a.publisher,
    a.publisher_kind,
    d.url,
    d.title,
    d.published_at,
    f.qualifier,
    f.basis,
    f.party,
    f.megawatts,
    f.due,
    f.deal_status,
    case when k.is_settled or f.settled_at is null then f.note end as note,
    case when k.is_settled then f.settled_at end as settled_at,
    o.accession as filing_accession,
    o.form as filing_form,
    o.url as filing_url,
    f.reported_label,
    f.locator,
    s.publishers,
    h.publisher as first_publisher,
    h.published_at as first_published_at,
    f.fact_key as claim_key,
    marts.calendar_quarter(p.period_kind, p.period_start, p.period_end) as calendar_quarter,
    f.confidence
from warehouse.fact_news_claim as f
inner join warehouse.dim_company as c on f.company_key = c.company_key
inner join warehouse.dim_document as d on f.document_key = d.document_key
inner join warehouse.dim_article as a on f.document_key = a.document_key
left join warehouse.dim_period as p on f.period_key = p.period_key
cross join lateral (select marts.is_settled(f.settled_at, known_at) as is_settled) as k
left join warehouse.dim_document as o on f.filing_key = o.document_key and k.is_settled
cross join
    lateral (
        select array_agg(distinct copy.publisher order by copy.publisher) as publishers
        from warehouse.dim_article as copy
        where copy.story_key = a.story_key
    ) as s
left join lateral (
    select
        fa.publisher,
        fd.published_at
    from warehouse.dim_article as fa
    inner join warehouse.dim_document as fd on fa.document_key = fd.document_key
    where fa.document_key = a.first_key
) as h on true
where f.disclosed_at <= known_at
