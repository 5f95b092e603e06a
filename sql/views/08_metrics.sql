select
    metric,
    unit,
    meaning
from warehouse.dim_metric
