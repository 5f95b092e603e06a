select
    metric,
    unit,
    aggregation,
    meaning
from warehouse.dim_metric
