select
    v.company_id as ticker,
    v.metric,
    p.period_kind,
    p.period_start,
    p.period_end,
    v.ours,
    v.theirs,
    v.theirs - v.ours as difference,
    v.agrees,
    v.concept,
    d.form,
    d.accession,
    d.url,
    v.verified_at,
    v.document_key,
    v.period_key
from ops.verification as v
inner join warehouse.dim_period as p on v.period_key = p.period_key
inner join warehouse.dim_document as d on v.document_key = d.document_key
