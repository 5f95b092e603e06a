-- The role of analysts: it can read the schema marts and nothing else, with a limit of 30 seconds for a statement.
-- It can log in and has no password until one is set. If the owner may not alter roles, its settings are unchanged.
do $$
begin
    if not exists (select from pg_roles where rolname = 'analyst') then
        create role analyst;
    end if;
exception
    when duplicate_object then null;
end
$$;

do $$
begin
    if not exists (
        select from pg_roles
        where rolname = 'analyst' and rolcanlogin
            and rolconfig @> array['statement_timeout=30s', 'default_transaction_read_only=on', 'search_path=marts']
    ) then
        alter role analyst login;
        alter role analyst set statement_timeout = '30s';
        alter role analyst set default_transaction_read_only = on;
        alter role analyst set search_path = marts;
    end if;
exception
    when insufficient_privilege then raise notice 'analyst keeps its settings';
end
$$;

revoke all on schema public from analyst;
grant usage on schema marts to analyst;
grant select on all tables in schema marts to analyst;
