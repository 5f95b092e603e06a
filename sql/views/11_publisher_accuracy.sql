-- One row: a publisher, and how its claims hold against the filings. Whoever copies a story has made its claims too.
-- Grain: publisher.
create function marts.publisher_accuracy_as_of(known_at timestamptz)
returns table (
    publisher text,
    claims bigint,
    confirmed bigint,
    contradicted bigint,
    unmatched bigint,
    superseded bigint,
    confirmed_share numeric,
    median_lead_hours numeric
)
language sql stable
security definer
set search_path = pg_catalog
as $$
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
    )

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
$$;

comment on function marts.publisher_accuracy_as_of(timestamptz)
is 'marts.publisher_accuracy as it stood at a moment: articles until then, and what was settled later is unmatched.';

create view marts.publisher_accuracy as
select * from marts.publisher_accuracy_as_of('infinity');

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
