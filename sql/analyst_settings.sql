-- The login and the settings of the role of analysts, as often as they differ: a session may alter its own role.
-- If the owner may not alter roles, they are unchanged.
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
    alter role analyst login;
    alter role analyst reset all;
    execute format('alter role analyst in database %I reset all', current_database());
    alter role analyst set statement_timeout = '30s';
    alter role analyst set default_transaction_read_only = on;
    alter role analyst set search_path = marts;
exception
    when insufficient_privilege then raise notice 'analyst keeps its settings';
end
$$;
