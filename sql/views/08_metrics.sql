-- One row: a metric. Grain: metric.
create view marts.metrics as
select
    metric,
    unit,
    meaning
from warehouse.dim_metric;

comment on view marts.metrics is 'One row: a metric, its unit and what it means.';
comment on column marts.metrics.metric is 'Code.';
comment on column marts.metrics.unit is 'Unit of its values.';
comment on column marts.metrics.meaning is 'What it means, with the differences between companies'' definitions.';
