-- A fiscal quarter that is not a calendar quarter (BitMine's end in February, May, August and November) has none:
-- shifting it would align quarters that do not belong together.
create function marts.calendar_quarter(period_kind text, period_start date, period_end date)
returns text
language sql immutable
set search_path = pg_catalog
return case
    when period_kind in ('month', 'instant') then to_char(period_end, 'YYYY"Q"Q')
    when
        period_kind = 'quarter' and period_start = date_trunc('quarter', period_end)::date
        and period_end = (date_trunc('quarter', period_end) + interval '3 months' - interval '1 day')::date
        then to_char(period_end, 'YYYY"Q"Q')
end;

comment on function marts.calendar_quarter(text, date, date)
is 'The calendar quarter (2026Q1) that a quarter is, or that contains a month or day; null for other periods.';


create function marts.half_unit(stated numeric)
returns numeric
language sql immutable
set search_path = pg_catalog
return 0.5 * power(
    10::numeric,
    case
        when stated = 0 then 0
        when min_scale(stated) > 0 then -min_scale(stated)
        else length(trunc(stated)::text) - length(rtrim(trunc(stated)::text, '0'))
    end
);

comment on function marts.half_unit(numeric)
is 'Half of the last nonzero digit, the possible rounding error: 50,000 for 38,800,000; 0.05 for 533.5.';


create function marts.is_settled(settled_at timestamptz, known_at timestamptz)
returns boolean
language sql immutable
set search_path = pg_catalog
return settled_at is null and known_at = 'infinity' or coalesce(settled_at <= known_at, false);

comment on function marts.is_settled(timestamptz, timestamptz)
is 'Whether the verdict on a claim was known at a moment; at infinity every verdict is, including unmatched.';

create function marts.figure_key(
    ticker text, metric text, segment text, scope text, period_start date, period_end date
)
returns text
language sql immutable
set search_path = pg_catalog
return ticker || '.' || metric || coalesce('.' || segment, '') || coalesce('.' || nullif(scope, 'company'), '')
|| coalesce('.' || to_char(period_start, 'YYYY-MM-DD'), '') || '.' || to_char(period_end, 'YYYY-MM-DD');

comment on function marts.figure_key(text, text, text, text, date, date)
is 'The key of a figure, made of what it is: CORZ.segment_revenue.colocation.2026-01-01.2026-03-31.';

create function marts.fiscal_quarter_end(day date, fiscal_year_end text)
returns date
language sql immutable
set search_path = pg_catalog
return (
    date_trunc('month', day) + make_interval(
        months => 3 - (extract(month from day)::integer + 11 - split_part(fiscal_year_end, '-', 1)::integer) % 3
    ) - interval '1 day'
)::date;

comment on function marts.fiscal_quarter_end(date, text)
is 'The last day of the fiscal quarter that contains a day, for a fiscal year that ends on MM-DD: whole months.';


create function marts.read_until(known_at timestamptz)
returns date
language sql stable
set search_path = pg_catalog
return greatest(
    (
        select (max(accepted_at) at time zone 'America/New_York')::date
        from warehouse.dim_document
        where accepted_at <= known_at
    ),
    (
        select max(day)
        from ops.daily_index
        where asked_at <= known_at
    )
);

comment on function marts.read_until(timestamptz)
is 'The last day in New York of which EDGAR was read: of the last filing, or of the last daily index.';
