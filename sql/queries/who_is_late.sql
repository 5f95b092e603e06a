-- Who is late with a report or monthly update, or was?
--
-- :ticker text  Only this company.
select
    ticker,
    document_kind,
    period,
    due,
    filed,
    days_late,
    status,
    reason
from marts.coverage
where
    (status in ('late', 'missing') or days_late > 0)
    and (cast(:ticker as text) is null or ticker = cast(:ticker as text))
order by filed asc nulls first, due desc, ticker asc, document_kind asc;
