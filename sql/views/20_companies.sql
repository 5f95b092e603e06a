select
    c.company_id as ticker,
    c.name,
    c.cik,
    c.fiscal_year_end,
    c.accounting,
    c.consolidated_by as parent,
    c.ended_on,
    (
        select d.filer_status
        from warehouse.dim_document as d
        where d.company_id = c.company_id and d.filer_status is not null
        order by d.filed_on desc, d.document_key desc
        limit 1
    ) as filer_status
from warehouse.dim_company as c
where c.is_current
