-- What has a company agreed, bought, leased or promised, and where do news call it otherwise?
--
-- :ticker text  Only this company.
select
    ticker,
    announced_on,
    kind,
    party,
    amount_usd,
    megawatts,
    due,
    status,
    status_differs as news_differ,
    told_by,
    coalesce(accession, publisher) as source
from marts.deals
where cast(:ticker as text) is null or ticker = cast(:ticker as text)
order by announced_on desc, ticker asc, kind asc, amount_usd desc nulls last, deal_key asc;
