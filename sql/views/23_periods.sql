select
    period_key,
    period_kind,
    period_start,
    period_end,
    marts.calendar_quarter(period_kind, period_start, period_end) as calendar_quarter
from warehouse.dim_period
