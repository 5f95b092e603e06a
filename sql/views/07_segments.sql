-- One row: a canonical segment and what it means. Grain: segment.
create view marts.segments as
select
    segment,
    family as segment_family,
    meaning
from warehouse.dim_segment;

comment on view marts.segments is 'One row: a canonical segment and what it means.';
comment on column marts.segments.segment is 'Code.';
comment on column marts.segments.segment_family is 'mining, ai_hpc or other.';
comment on column marts.segments.meaning is 'What it means here.';
