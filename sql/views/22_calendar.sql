select
    day,
    year,
    quarter,
    month,
    weekday,
    to_char(day, 'YYYY"Q"Q') as calendar_quarter
from warehouse.dim_date
