select
    segment,
    family as segment_family,
    meaning
from warehouse.dim_segment
