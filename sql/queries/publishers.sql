-- Which publishers can one rely on, and who is first?
select
    publisher,
    claims,
    confirmed,
    contradicted,
    unmatched,
    superseded,
    confirmed_share,
    median_lead_hours
from marts.publisher_accuracy
order by confirmed_share desc nulls last, claims desc, publisher asc;
