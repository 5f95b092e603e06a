select
    company_id as ticker,
    ticker as ticker_then,
    name,
    cik,
    fiscal_year_end,
    valid_from,
    valid_to
from warehouse.dim_company
