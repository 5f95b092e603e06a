-- One row: a publisher, and how its claims hold against the filings. Whoever copies a story has made its claims too.
-- Grain: publisher.
create view marts.publisher_accuracy as
with made as (
    select
        a.publisher,
        f.status,
        extract(epoch from coalesce(o.accepted_at, f.settled_at) - d.published_at) / 3600 as lead_hours,
        o.accepted_at is not null and f.status in ('confirmed', 'superseded') as led
    from warehouse.fact_news_claim as f
    inner join warehouse.dim_article as own on f.document_key = own.document_key
    inner join warehouse.dim_article as a on own.story_key = a.story_key
    inner join warehouse.dim_document as d on a.document_key = d.document_key
    left join warehouse.dim_document as o on f.filing_key = o.document_key
)

select
    publisher,
    count(*) as claims,
    count(*) filter (where status = 'confirmed') as confirmed,
    count(*) filter (where status = 'contradicted') as contradicted,
    count(*) filter (where status = 'unmatched') as unmatched,
    count(*) filter (where status = 'superseded') as superseded,
    round(
        count(*) filter (where status = 'confirmed')::numeric
        / nullif(count(*) filter (where status in ('confirmed', 'contradicted')), 0), 3
    ) as confirmed_share,
    round((percentile_cont(0.5) within group (order by lead_hours) filter (where led))::numeric, 1) as median_lead_hours
from made
group by publisher;

comment on view marts.publisher_accuracy is 'One row: a publisher, and how its claims hold against the filings.';
comment on column marts.publisher_accuracy.publisher is 'Publisher, as feeds.yaml names it.';
comment on column marts.publisher_accuracy.claims is 'Claims of its articles, those of copied stories included.';
comment on column marts.publisher_accuracy.confirmed is 'Of them those that a filing confirms.';
comment on column marts.publisher_accuracy.contradicted is 'Of them those that a filing contradicts.';
comment on column marts.publisher_accuracy.unmatched is 'Of them those that no filing tells yet.';
comment on column marts.publisher_accuracy.superseded is 'Of them those that matched a figure since restated.';
comment on column marts.publisher_accuracy.confirmed_share is 'Confirmed of those that are confirmed or contradicted, 0 to 1.';
comment on column marts.publisher_accuracy.median_lead_hours
is 'Median hours from the article to the filing that confirms it; below zero where the filing came first.';
