"""The session of `miners sql`: what it reads, and every way out of its role that is tried."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from pipelines.errors import MinersError, WarehouseUnreachable
from pipelines.settings import HOME, Settings
from pipelines.warehouse.analyst_limits import cancel_long_queries, restore_settings
from pipelines.warehouse.engine import connect_engine, read_only
from pipelines.warehouse.marts import MARTS
from tests.warehouse_builder import WarehouseBuilder


@pytest.fixture
def engine(make_settings: Callable[..., Settings]) -> sa.Engine:
    return connect_engine(make_settings())


@pytest.fixture
def filled(engine: sa.Engine) -> sa.Engine:
    return WarehouseBuilder(engine).engine


def _refused(engine: sa.Engine, statement: str) -> str:
    """What the server says of a statement; empty if it runs."""
    try:
        with read_only(engine) as connection:
            connection.execute(sa.text(statement))
    except exc.DBAPIError as error:
        return str(error.orig)
    return ""


@pytest.mark.parametrize(
    "statement",
    [
        "select * from warehouse.dim_company",
        "select * from ops.run",
        "select * from quarantine.rejected_row",
        "select * from mart_store.quarterly",
        "insert into ops.mart_change (changed_table, changed_at) values ('x', now())",
        "create table marts.x (a int)",
        "create table public.x (a int)",
        "delete from marts.segments",
        "delete from mart_store.quarterly",
        "select * from pg_authid",
        "select pg_read_file('/etc/passwd')",
        "select lo_import('/etc/passwd')",
        "copy (select 1) to program 'id'",
        "create extension dblink",
        "load '/tmp/library'",
    ],
)
def test_analyst_sees_marts_only(engine: sa.Engine, statement: str) -> None:
    found = _refused(engine, statement)
    assert any(
        words in found
        for words in (
            "permission denied",
            "must be owner",
            "must be superuser",
            "read-only",
            "cannot delete",
            "is not allowed",
        )
    ), found


def test_analyst_reads_every_mart(filled: sa.Engine) -> None:
    refused = {mart.name: _refused(filled, f"select * from marts.{mart.name} limit 1") for mart in MARTS}
    assert refused == dict.fromkeys(refused, "")
    assert refused


@pytest.mark.parametrize(
    "statement",
    [
        "select set_config('role', 'postgres', true)",
        "select set_config('role', 'postgres', false)",
        "select set_config('role', 'none', false)",
        "select set_config('session_authorization', 'postgres', true)",
        "select set_config('session_authorization', 'default', false)",
        "set role postgres",
        "set role none",
        "reset role",
        "set session authorization postgres",
        "set session authorization default",
        "reset session authorization",
        "reset all",
        "discard all",
        "do $$ begin set local role postgres; end $$",
        "grant postgres to analyst",
        "alter role analyst superuser",
    ],
)
def test_analyst_cannot_leave_its_role(engine: sa.Engine, statement: str) -> None:
    """In a session under `set role` the first of these gave the owner's rights back."""
    with read_only(engine) as connection:
        attack = connection.begin_nested()
        try:
            connection.execute(sa.text(statement))
        except exc.DBAPIError:
            attack.rollback()
        users = connection.execute(sa.text("select session_user, current_user")).one()
        assert tuple(users) == ("analyst", "analyst")
        with pytest.raises(exc.DBAPIError, match="permission denied"):
            connection.execute(sa.text("select count(*) from ops.run"))


@pytest.fixture
def tool(engine: sa.Engine) -> sa.Engine:
    """A BI tool or notebook that logs in as `analyst` and switches off what only its defaults forbid."""
    with engine.begin() as connection:
        # A copy of the template does not have the rights on the database.
        connection.connection.driver_connection.execute((HOME / "sql" / "analyst.sql").read_bytes())
    engine = sa.create_engine(engine.url.set(username="analyst"), poolclass=sa.NullPool)

    def unlimit(connection: psycopg.Connection, _record: object) -> None:
        connection.execute("set session characteristics as transaction read write")
        connection.execute("set default_transaction_read_only = off")
        connection.execute("set statement_timeout = 0")
        connection.commit()

    sa.event.listen(engine, "connect", unlimit)
    return engine


@pytest.mark.parametrize(
    "statement",
    [
        "create temp table t as select 1",
        "create table public.t (a int)",
        "create table marts.t (a int)",
        "create schema s",
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "select lo_creat(-1)",
        "select pg_logical_emit_message(false, 'a', 'b')",
        "select pg_advisory_lock(1)",
        "select pg_advisory_xact_lock(1)",
        "select pg_try_advisory_lock(1, 2)",
        "select pg_advisory_lock_shared(1)",
        "lock table marts.segments in access exclusive mode",
        "delete from marts.segments",
        "select query_to_xml('select * from ops.run', true, true, '')",
        "select nextval('ops.mart_change_change_key_seq')",
        "copy marts.segments to '/tmp/x'",
        "copy (select 1) to program 'id'",
        "select lo_export(1, '/tmp/x')",
        "select pg_reload_conf()",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename <> 'analyst'",
        "create role x",
        "alter role analyst superuser",
    ],
)
def test_analyst_writes_and_locks_nothing(tool: sa.Engine, statement: str) -> None:
    with tool.connect() as connection:
        assert connection.execute(sa.text("show transaction_read_only")).scalar() == "off"
        with pytest.raises(exc.DBAPIError, match="permission denied|must be (owner|superuser)|cannot delete"):
            connection.execute(sa.text(statement))


def test_analyst_does_not_block_by_waiting(engine: sa.Engine, tool: sa.Engine) -> None:
    """A notebook left open in a transaction would stop an upgrade, which creates all marts again."""
    with tool.connect() as connection, tool.connect() as fresh:
        connection.execute(sa.text("select count(*) from marts.quarterly"))
        fresh.execute(sa.text("select 1"))
        fresh.commit()
        assert cancel_long_queries(engine) == 0
        assert cancel_long_queries(engine, idle=timedelta(0)) == 1
        with pytest.raises(exc.OperationalError, match="terminat"):
            connection.execute(sa.text("select 1"))
        assert fresh.execute(sa.text("select 1")).scalar() == 1
        connection.invalidate()


def test_compose_database_of_dagster_is_closed(admin: sa.Engine) -> None:
    """`analyst` enters the warehouse alone; by PostgreSQL's defaults it may enter every database."""
    script = (HOME / "deploy" / "compose" / "create-dagster.sql").read_text()
    name, owner = f"dagster_{os.getpid()}", sa.make_url(admin.url).username
    mine = [s for s in script.replace("dagster", name).split(";") if name in s]
    with admin.connect() as connection:
        for statement in mine:
            connection.execute(sa.text(statement.replace("owner miners", f'owner "{owner}"')))
    try:
        with pytest.raises(exc.OperationalError, match="permission denied"):
            sa.create_engine(admin.url.set(username="analyst", database=name)).connect()
    finally:
        with admin.connect() as connection:
            connection.execute(sa.text(f"drop database {name} with (force)"))


def test_dblink_does_not_lend_the_servers_user(engine: sa.Engine) -> None:
    """`peer` admits the server's own user; dblink must not lend it to analyst."""
    with engine.begin() as connection:
        if not connection.execute(
            sa.text("select count(*) from pg_available_extensions where name = 'dblink'")
        ).scalar():
            pytest.skip("this PostgreSQL has no dblink")
        connection.execute(sa.text("create extension dblink schema marts"))
    host, name = engine.url.query.get("host", engine.url.host), engine.url.database
    link = f"host={host} dbname={name} user={engine.url.username}"
    found = _refused(engine, f"select * from marts.dblink('{link}', 'select current_user') as t(name text)")
    assert "password" in found or "permission denied" in found, found


def test_analyst_login_is_limited(engine: sa.Engine) -> None:
    """The defaults of a BI tool that logs in as `analyst`."""
    tool = sa.create_engine(engine.url.set(username="analyst"), poolclass=sa.NullPool)
    with tool.connect() as connection:
        names = ("statement_timeout", "search_path", "transaction_read_only")
        shown = [connection.execute(sa.text(f"show {name}")).scalar() for name in names]
        assert shown == ["30s", "marts", "on"]
        assert connection.execute(sa.text("select count(*) from quarterly")).scalar() == 0
        with pytest.raises(exc.DBAPIError, match="permission denied"):
            connection.execute(sa.text("select * from warehouse.dim_company"))


def test_settings_of_analyst_are_restored(engine: sa.Engine) -> None:
    """A role may always alter its own settings; the next sessions have the limits again.

    In this test for its own database: those for all databases would reach tests that run beside it.
    """
    tool = sa.create_engine(engine.url.set(username="analyst"), poolclass=sa.NullPool)
    with tool.connect() as connection:
        connection.execute(sa.text("set default_transaction_read_only = off"))
        connection.commit()
        for change in ("statement_timeout = 0", "default_transaction_read_only = off", "work_mem = '1GB'"):
            connection.execute(
                sa.text(f'alter role analyst in database "{engine.url.database}" set {change}')
            )
        connection.commit()

    def limits() -> list[str]:
        names = ("statement_timeout", "transaction_read_only", "search_path", "work_mem")
        with tool.connect() as session:
            return [str(session.execute(sa.text(f"show {name}")).scalar()) for name in names]

    assert limits() == ["0", "off", "marts", "1GB"]
    with engine.begin() as owner:
        assert restore_settings(owner)
    assert limits() == ["30s", "on", "marts", "4MB"]


def test_analyst_cannot_outlast_its_limit(engine: sa.Engine) -> None:
    """A session that switches off its timeout is canceled all the same; a short statement is not."""
    tool = sa.create_engine(engine.url.set(username="analyst"), poolclass=sa.NullPool)
    with ThreadPoolExecutor(1) as threads, tool.connect() as connection, tool.connect() as other:
        connection.execute(sa.text("set statement_timeout = 0"))
        other.execute(sa.text("select 1"))
        sleeping = threads.submit(connection.execute, sa.text("select pg_sleep(600)"))
        canceled = 0
        for _ in range(200):
            canceled += cancel_long_queries(engine, timedelta(seconds=1))
            if canceled:
                break
            time.sleep(0.1)
        with pytest.raises(exc.OperationalError, match="canceling statement"):
            sleeping.result(timeout=30)
        assert canceled == 1
        assert cancel_long_queries(engine) == 0


def test_privileged_analyst_url_is_refused(make_settings: Callable[..., Settings]) -> None:
    owner = make_settings().warehouse_url
    engine = connect_engine(make_settings(warehouse_analyst_url=owner))
    with pytest.raises(MinersError, match="may do more than read marts"), read_only(engine):
        pytest.fail("a statement could run here")


def test_failed_login_names_the_remedy(make_settings: Callable[..., Settings], database: sa.URL) -> None:
    url = database.set(drivername="postgresql", username="nobody_at_all").render_as_string()
    engine = connect_engine(make_settings(warehouse_analyst_url=url))
    with (
        pytest.raises(WarehouseUnreachable, match="WAREHOUSE_ANALYST_URL=postgresql://analyst"),
        read_only(engine),
    ):
        pytest.fail("a statement could run here")
