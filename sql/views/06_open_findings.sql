select
    company_id as ticker,
    check_name as "check",
    period_start,
    period_end,
    expected,
    found,
    found - expected as difference,
    detail,
    documents,
    found_at,
    marts.calendar_quarter(
        case
            when period_start is null or period_start = period_end then 'instant'
            when period_end - period_start < 31 then 'month'
            else 'quarter'
        end, period_start, period_end
    ) as calendar_quarter
from ops.finding
