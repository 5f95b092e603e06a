-- A publisher that copies a story has made its claims, too. As of a moment, a claim that was settled later is unmatched.
with made as (
    select
        a.publisher,
        case when k.is_settled then f.status else 'unmatched' end as status,
        extract(epoch from coalesce(o.accepted_at, f.settled_at) - d.published_at) / 3600 as lead_hours,
        o.accepted_at is not null and k.is_settled and f.status in ('confirmed', 'superseded') as led
    from warehouse.fact_news_claim as f
    inner join warehouse.dim_article as own on f.document_key = own.document_key
    inner join warehouse.dim_article as a on own.story_key = a.story_key
    inner join warehouse.dim_document as d on a.document_key = d.document_key
    cross join lateral (select marts.is_settled(f.settled_at, known_at) as is_settled) as k
    left join warehouse.dim_document as o on f.filing_key = o.document_key
    where f.disclosed_at <= known_at and coalesce(d.published_at <= known_at, known_at = 'infinity')
),

read as (
    -- What was not claimed of the articles that were read for their claims.
    select
        a.publisher,
        count(*) as articles,
        sum(n.rejected) as in_quarantine,
        sum(n.skipped) as skipped,
        sum(n.not_understood_in_text) as not_understood
    from ops.normalized_document as n
    inner join warehouse.dim_article as a on n.document_key = a.document_key
    inner join warehouse.dim_document as d on n.document_key = d.document_key
    where n.dataset = 'news_claims' and coalesce(d.published_at <= known_at, known_at = 'infinity')
    group by a.publisher
),

compared as (
    select
        m.publisher,
        count(*) as claims,
        count(*) filter (where m.status = 'confirmed') as confirmed,
        count(*) filter (where m.status = 'contradicted') as contradicted,
        count(*) filter (where m.status = 'unmatched') as unmatched,
        count(*) filter (where m.status = 'superseded') as superseded,
        round(
            count(*) filter (where m.status = 'confirmed')::numeric
            / nullif(count(*) filter (where m.status in ('confirmed', 'contradicted')), 0), 3
        ) as confirmed_share,
        round((percentile_cont(0.5) within group (order by m.lead_hours) filter (where m.led))::numeric, 1) as median_lead_hours
    from made as m
    group by m.publisher
)

select
    coalesce(c.publisher, r.publisher) as publisher,
    coalesce(c.claims, 0) as claims,
    coalesce(c.confirmed, 0) as confirmed,
    coalesce(c.contradicted, 0) as contradicted,
    coalesce(c.unmatched, 0) as unmatched,
    coalesce(c.superseded, 0) as superseded,
    c.confirmed_share,
    c.median_lead_hours,
    coalesce(r.articles, 0) as articles,
    coalesce(r.in_quarantine, 0) as in_quarantine,
    coalesce(r.skipped, 0) as skipped,
    coalesce(r.not_understood, 0) as not_understood
from compared as c
full outer join read as r on c.publisher = r.publisher
