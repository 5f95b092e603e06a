-- One row: one claim of one article beside what the company filed. Grain: claim_key.
create function marts.news_claims_as_of(known_at timestamptz)
returns table (
    ticker text,
    metric text,
    segment text,
    value numeric,
    unit text,
    period_start date,
    period_end date,
    status text,
    filing_value numeric,
    difference numeric,
    publisher text,
    publisher_kind text,
    url text,
    title text,
    published_at timestamptz,
    qualifier text,
    basis text,
    party text,
    megawatts numeric,
    due text,
    deal_status text,
    note text,
    settled_at timestamptz,
    filing_accession text,
    filing_form text,
    filing_url text,
    reported_label text,
    locator text,
    publishers text[],
    first_publisher text,
    first_published_at timestamptz,
    claim_key bigint,
    calendar_quarter text
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    select
        c.company_id as ticker,
        f.metric,
        f.segment,
        f.value,
        f.unit,
        p.period_start,
        p.period_end,
        case when k.is_settled then f.status else 'unmatched' end,
        case when k.is_settled then f.filing_value end,
        case when k.is_settled then f.difference end,
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
        case when k.is_settled or f.settled_at is null then f.note end,
        case when k.is_settled then f.settled_at end,
        o.accession as filing_accession,
        o.form as filing_form,
        o.url as filing_url,
        f.reported_label,
        f.locator,
        s.publishers,
        h.publisher as first_publisher,
        h.published_at as first_published_at,
        f.fact_key as claim_key,
        marts.calendar_quarter(p.period_kind, p.period_start, p.period_end)
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
$$;

comment on function marts.news_claims_as_of(timestamptz)
is 'marts.news_claims as they stood at a moment: what was settled later is unmatched.';

create view marts.news_claims as
select * from marts.news_claims_as_of('infinity');

comment on view marts.news_claims is 'One row: one claim of one article beside what the company filed.';
comment on column marts.news_claims.ticker is 'Ticker of today.';
comment on column marts.news_claims.metric
is 'A metric, deal:acquisition, deal:lease, deal:hosting, deal:financing, deal:capacity_target, or change:… in percent.';
comment on column marts.news_claims.segment is 'Canonical segment, for a claim on revenue.';
comment on column marts.news_claims.value is 'The claimed value, as the article says it.';
comment on column marts.news_claims.unit is 'USD, BTC, MW, EH/s, percent …';
comment on column marts.news_claims.period_start is 'First day; empty for what stands on a day, and for deals.';
comment on column marts.news_claims.period_end is 'Last day, or the day; empty for deals.';
comment on column marts.news_claims.status
is 'confirmed, contradicted, unmatched (not disclosed yet) or superseded (matches a figure since restated).';
comment on column marts.news_claims.filing_value is 'The filed figure of the same metric, segment and period.';
comment on column marts.news_claims.difference is 'value less filing_value.';
comment on column marts.news_claims.publisher is 'Publisher of the article; of copies the most primary one.';
comment on column marts.news_claims.publisher_kind is 'wire, press, blog or aggregator.';
comment on column marts.news_claims.url is 'The article.';
comment on column marts.news_claims.title is 'Its title.';
comment on column marts.news_claims.published_at is 'When it was published.';
comment on column marts.news_claims.qualifier is 'about, more_than or less_than, where the article says so.';
comment on column marts.news_claims.basis is 'Of a change: against a year or a period before, where the article says so.';
comment on column marts.news_claims.party is 'Of a deal: the other side, in the article''s words.';
comment on column marts.news_claims.megawatts is 'Of a deal: megawatts beside an amount.';
comment on column marts.news_claims.due is 'Of a deal: date or deadline as stated.';
comment on column marts.news_claims.deal_status is 'Of a deal: agreed, closed or planned, by the article''s words.';
comment on column marts.news_claims.note is 'What else would have matched, or in what the statuses of a deal differ.';
comment on column marts.news_claims.settled_at is 'When article and filing were both known for the first time.';
comment on column marts.news_claims.filing_accession is 'Accession number of the first filing that settles it.';
comment on column marts.news_claims.filing_form is 'Form of that filing.';
comment on column marts.news_claims.filing_url is 'The filed document.';
comment on column marts.news_claims.reported_label is 'The sentence.';
comment on column marts.news_claims.locator is 'Where the sentence stands in the article''s text.';
comment on column marts.news_claims.publishers is 'All who published the story.';
comment on column marts.news_claims.first_publisher is 'Who of them was the first.';
comment on column marts.news_claims.first_published_at is 'When the first of them published it.';
comment on column marts.news_claims.claim_key is 'Key of the claim.';
comment on column marts.news_claims.calendar_quarter
is 'Calendar quarter, 2026Q1: of a quarter that is one, or in which a month or day lies; empty where the fiscal quarter is none.';
