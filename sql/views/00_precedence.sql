-- The right of way among documents that state the same figure: report, earnings release, monthly update, any other.
create function marts.precedence(document_kind text)
returns integer
language sql immutable
set search_path = pg_catalog
return case document_kind when 'report' then 0 when 'release' then 1 when 'update' then 2 else 3 end;

comment on function marts.precedence(text)
is 'Rank of a kind of document: report before earnings release before monthly update.';
