-- Rights of the role of analysts: it can read the schema marts and nothing else.
-- It has no password until one is set; analyst_settings.sql has its limits.
revoke all on schema public from analyst;
grant usage on schema marts to analyst;
grant select on all tables in schema marts to analyst;

-- A session may switch off default_transaction_read_only. What it could then still write or lock, everybody may do by
-- PostgreSQL's defaults: temporary tables and large objects (which fill the disk), messages into the write-ahead log,
-- and advisory locks (with which runs and upgrades wait). Only a superuser may revoke the functions; else they stay.
do $$
declare
    routine text;
begin
    execute format('revoke temporary on database %I from public', current_database());
    execute format('grant temporary on database %I to current_user', current_database());
    if (select rolsuper from pg_roles where rolname = current_user) then
        for routine in
            select oid::regprocedure::text from pg_proc
            where pronamespace = 'pg_catalog'::regnamespace and (
                proname like 'pg\_advisory\_%lock%' or proname like 'pg\_try\_advisory\_%lock%'
                or proname in ('lo_creat', 'lo_create', 'lo_from_bytea', 'pg_logical_emit_message')
            )
        loop
            execute format('revoke execute on function %s from public', routine);
            execute format('grant execute on function %s to current_user', routine);
        end loop;
    end if;
end
$$;
