-- What does not tie out: which figures differ from what they should be?
--
-- :ticker text  Only this company.
select
    ticker,
    "check",
    period_end,
    expected,
    found,
    difference,
    detail
from marts.open_findings
where cast(:ticker as text) is null or ticker = cast(:ticker as text)
order by ticker asc, period_end desc nulls last, "check" asc, detail asc;
