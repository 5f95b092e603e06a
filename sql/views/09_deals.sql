-- One row: a deal or target of a company, by what a filing says of it last; by an article where no filing tells it.
-- Grain: ticker, deal_key.
create function marts.deals_as_of(known_at timestamptz)
returns table (
    ticker text,
    kind text,
    party text,
    amount_usd numeric,
    megawatts numeric,
    announced_on date,
    due text,
    due_first date,
    due_last date,
    status text,
    news_statuses text[],
    status_differs boolean,
    told_by text,
    form text,
    accession text,
    url text,
    publisher text,
    locator text,
    reported_label text,
    disclosed_at timestamptz,
    filings bigint,
    articles bigint,
    sources text[],
    deal_key bigint,
    link text
)
language sql stable
security definer
set search_path = pg_catalog
as $$
    with stated as (
        select
            f.*,
            c.company_id,
            d.accession,
            d.form,
            d.url,
            d.source,
            d.source = 'news' as is_news,
            a.publisher
        from warehouse.fact_deal as f
        inner join warehouse.dim_company as c on f.company_key = c.company_key
        inner join warehouse.dim_document as d on f.document_key = d.document_key
        left join warehouse.dim_article as a on f.document_key = a.document_key
        where f.disclosed_at <= known_at
    ),

    chosen as (
        select distinct on (company_id, deal_key) *
        from stated
        order by company_id asc, deal_key asc, is_news asc, disclosed_at desc, amount_usd desc nulls last, fact_key asc
    ),

    gathered as (
        select
            company_id,
            deal_key,
            min(announced_on) filter (where not is_news) as filed_on,
            min(announced_on) as first_on,
            count(distinct document_key) filter (where not is_news) as filings,
            count(distinct document_key) filter (where is_news) as articles,
            (array_agg(party order by is_news asc, length(party) desc) filter (where party is not null))[1] as party,
            (array_agg(amount_usd order by is_news asc, disclosed_at desc) filter (where amount_usd is not null))[1] as amount_usd,
            (array_agg(megawatts order by is_news asc, disclosed_at desc) filter (where megawatts is not null))[1] as megawatts,
            (array_agg(due order by is_news asc, disclosed_at desc) filter (where due is not null))[1] as due,
            (array_agg(due_first order by is_news asc, disclosed_at desc) filter (where due is not null))[1] as due_first,
            (array_agg(due_last order by is_news asc, disclosed_at desc) filter (where due is not null))[1] as due_last,
            array_agg(distinct status) filter (where is_news) as news_statuses,
            array_agg(distinct url) as sources
        from stated
        group by company_id, deal_key
    )

    select
        x.company_id as ticker,
        x.kind,
        g.party,
        g.amount_usd,
        g.megawatts,
        coalesce(g.filed_on, g.first_on) as announced_on,
        g.due,
        g.due_first,
        g.due_last,
        x.status,
        g.news_statuses,
        not x.is_news and coalesce(g.news_statuses <> array[x.status], false) as status_differs,
        case when x.is_news then 'news' else 'filing' end as told_by,
        x.form,
        x.accession,
        x.url,
        x.publisher,
        x.locator,
        x.reported_label,
        x.disclosed_at,
        g.filings,
        g.articles,
        g.sources,
        x.deal_key,
        marts.link(x.url, x.locator, x.reported_label)
    from chosen as x
    inner join gathered as g on x.company_id = g.company_id and x.deal_key = g.deal_key
$$;

comment on function marts.deals_as_of(timestamptz)
is 'marts.deals as it was known at a moment.';

create view marts.deals as
select * from marts.deals_as_of('infinity');

comment on view marts.deals
is 'One row: a deal or target of a company, by what a filing says of it last; by an article where no filing tells it.';
comment on column marts.deals.ticker is 'Ticker of today.';
comment on column marts.deals.kind is 'acquisition, lease, hosting, financing or capacity_target.';
comment on column marts.deals.party is 'The other side, or what is bought, in the words of the document; empty for a target.';
comment on column marts.deals.amount_usd is 'Amount in US dollars, as the last filing that names one states it.';
comment on column marts.deals.megawatts is 'Megawatts, as the last filing that names them states them.';
comment on column marts.deals.announced_on is 'Day of the announcement: of signing where a filing tells it.';
comment on column marts.deals.due is 'Date or deadline in the words of the document.';
comment on column marts.deals.due_first is 'First day that the deadline may mean.';
comment on column marts.deals.due_last is 'Last day that the deadline may mean.';
comment on column marts.deals.status is 'agreed, closed or planned, by the last filing; by the article where no filing tells it.';
comment on column marts.deals.news_statuses is 'What articles call it: each of their statuses once.';
comment on column marts.deals.status_differs
is 'Whether an article calls it otherwise than the filing does: acquired, where it was agreed to acquire.';
comment on column marts.deals.told_by is 'filing or news.';
comment on column marts.deals.form is 'Form of the filing.';
comment on column marts.deals.accession is 'Accession number of the filing; empty where only news tell it.';
comment on column marts.deals.url is 'The document.';
comment on column marts.deals.publisher is 'Publisher, where only news tell it.';
comment on column marts.deals.locator is 'Where the sentence stands in the document''s text.';
comment on column marts.deals.reported_label is 'The sentence.';
comment on column marts.deals.disclosed_at is 'When the document was accepted or published.';
comment on column marts.deals.filings is 'How many filed documents tell it.';
comment on column marts.deals.articles is 'How many articles tell it, copies not counted.';
comment on column marts.deals.sources is 'All documents that tell it.';
comment on column marts.deals.deal_key is 'Key of the deal.';
comment on column marts.deals.link is 'Opens the document where the figure stands: at its anchor, or at its row or sentence.';
