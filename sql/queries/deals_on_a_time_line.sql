-- What has a company agreed, bought, leased or promised, and where do news call it otherwise?
--
-- :ticker text  Only this company.
--
-- Example: miners query deals_on_a_time_line --ticker CORZ
--   ticker  announced_on  kind             party              amount_usd  megawatts  due                                 status   news_differ  told_by  source
--   ──────  ────────────  ───────────────  ──────────────  ─────────────  ─────────  ──────────────────────────────────  ───────  ───────────  ───────  ────────────────────
--   CORZ    2026-05-06    capacity_target                                       590  early 2027                          planned        False  filing   9999999999-26-110005
--   CORZ    2026-05-05    acquisition      Polaris DS LLC    421,000,000        440  early in the third quarter of 2026  agreed          True  filing   0001628280-26-030918
--   CORZ    2025-07-08    acquisition      CoreWeave       9,000,000,000                                                 agreed         False  news     Minerwatch
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
