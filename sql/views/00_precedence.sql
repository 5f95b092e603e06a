-- The right of way among documents that state the same figure: report, earnings release, monthly update, any other.
create function marts.precedence(document_kind text)
returns integer
language sql immutable
set search_path = pg_catalog
return case document_kind when 'report' then 0 when 'release' then 1 when 'update' then 2 else 3 end;

comment on function marts.precedence(text)
is 'Rank of a kind of document: report before earnings release before monthly update.';


-- A fiscal quarter that is no calendar quarter (BitMine's ends in February, May, August and November) has none: a shifted
-- one would set side by side what does not belong together.
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
is 'The calendar quarter (2026Q1) of a quarter that is one, or in which a month or day lies; null for any other span.';


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
is 'Half the unit of the last digit that is not zero: 50,000 for 38,800,000; 0.05 for 533.5. What a rounded figure may be off by.';


create function marts.is_settled(settled_at timestamptz, known_at timestamptz)
returns boolean
language sql immutable
set search_path = pg_catalog
return settled_at is null and known_at = 'infinity' or coalesce(settled_at <= known_at, false);

comment on function marts.is_settled(timestamptz, timestamptz)
is 'Whether the verdict on a claim was known at a moment; at the end of time every one is, also that no filing tells it.';
