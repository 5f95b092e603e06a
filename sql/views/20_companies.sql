select
    company_id as ticker,
    name,
    cik,
    fiscal_year_end,
    accounting,
    consolidated_by as parent,
    ended_on
from warehouse.dim_company
where is_current
