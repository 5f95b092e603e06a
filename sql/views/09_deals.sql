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
        min(announced_on) filter (where not is_news and status <> 'terminated') as filed_on,
        min(announced_on) as first_on,
        coalesce(min(agreed_on) filter (where not is_news), min(agreed_on)) as agreed_on,
        coalesce(min(closed_on) filter (where not is_news), min(closed_on)) as closed_on,
        min(announced_on) filter (where not is_news and status = 'terminated') as terminated_on,
        min(option_on) as option_on,
        count(distinct document_key) filter (where not is_news) as filings,
        count(distinct document_key) filter (where is_news) as articles,
        (array_agg(party order by is_news asc, length(party) desc) filter (where party is not null))[1] as party,
        (array_agg(party_role order by is_news asc, length(party) desc) filter (where party is not null))[1] as party_role,
        (array_agg(amount_usd order by is_news asc, disclosed_at desc) filter (where amount_usd is not null))[1] as amount_usd,
        (array_agg(amount_kind order by is_news asc, disclosed_at desc) filter (where amount_usd is not null))[1] as amount_kind,
        (array_agg(megawatts order by is_news asc, disclosed_at desc) filter (where megawatts is not null))[1] as megawatts,
        (array_agg(megawatts_kind order by is_news asc, disclosed_at desc) filter (where megawatts is not null))[1] as megawatts_kind,
        (array_agg(term_years order by is_news asc, disclosed_at desc) filter (where term_years is not null))[1] as term_years,
        (array_agg(matures order by is_news asc, disclosed_at desc) filter (where matures is not null))[1] as matures,
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
    g.agreed_on,
    g.closed_on,
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
    marts.link(x.url, x.locator, x.reported_label) as link,
    g.party_role,
    g.amount_kind,
    g.megawatts_kind,
    g.term_years,
    g.terminated_on,
    g.matures,
    g.option_on
from chosen as x
inner join gathered as g on x.company_id = g.company_id and x.deal_key = g.deal_key
