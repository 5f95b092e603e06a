"""Databases of tests: copies of a template, emptied after a test and used again."""

import uuid
from collections import deque

import psycopg
import sqlalchemy as sa

from pipelines.warehouse import schema
from pipelines.warehouse.marts import STORED

TEMPLATE = "miners_template"
# Rows that the template has.
_KEPT = ("warehouse.dim_date", "ops.alembic_version")
_EMPTY = "; ".join(
    [
        "set session_replication_role = replica",
        *(f"delete from {t.fullname}" for t in schema.metadata.sorted_tables if t.fullname not in _KEPT),
        *(f"delete from mart_store.{mart.name}" for mart in STORED),
        "select setval(pg_get_serial_sequence('ops.mart_change', 'change_key'), 1, false)",
    ]
)
# A changed table, view, function, comment or grant is a row written by a later transaction.
_STATE = " union all ".join(
    f"select '{name}', count(*), max(xmin::text::bigint) from {name} where {condition}"
    for name, condition in (
        *((name, "true") for name in _KEPT),
        ("pg_attrdef", "oid >= 16384"),
        ("pg_attribute", "attrelid >= 16384"),
        ("pg_class", "oid >= 16384"),
        ("pg_constraint", "oid >= 16384"),
        ("pg_description", "objoid >= 16384"),
        ("pg_index", "indexrelid >= 16384"),
        ("pg_namespace", "oid >= 16384 and left(nspname, 3) <> 'pg_'"),
        ("pg_proc", "oid >= 16384"),
        ("pg_rewrite", "oid >= 16384"),
        ("pg_trigger", "oid >= 16384"),
        ("pg_type", "oid >= 16384"),
    )
)


def create_database(admin: sa.Engine, name: str, template: str = "template0") -> sa.URL:
    """Create a database, in place of an older one of its name."""
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database if exists {name} with (force)"))
        connection.execute(sa.text(f"create database {name} template {template}"))
    return admin.url.set(database=name)


def disable_fsync(url: sa.URL) -> None:
    """Make a test server fast: its data need not survive a power failure, and it survives kill -9."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        for name in ("autovacuum", "fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sa.text(f"alter system set {name} = off"))
        connection.execute(sa.text("select pg_reload_conf()"))


def _conninfo(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


class DatabasePool:
    """Fresh databases for the tests of one process.

    Copying the template takes ten times as long as deleting the rows of a test. A database in which a test
    changed the schema, or a row of the template, is dropped.
    """

    def __init__(self, admin: sa.Engine) -> None:
        self.admin = admin
        self.free: deque[str] = deque()
        self.state: list[tuple[object, ...]] | None = None

    def take(self) -> sa.URL:
        """The URL of a database that equals the template."""
        if self.free:
            return self.admin.url.set(database=self.free.popleft())
        url = create_database(self.admin, f"t_{uuid.uuid4().hex[:12]}", TEMPLATE)
        if self.state is None:
            with psycopg.connect(_conninfo(url)) as connection:
                self.state = connection.execute(_STATE).fetchall()
        return url

    def give_back(self, url: sa.URL) -> None:
        """End all connections to a database; empty it for the next test, or drop it."""
        name = str(url.database)
        with self.admin.connect() as connection:
            connection.execute(
                sa.text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"),
                {"name": name},
            )
        try:
            with psycopg.connect(_conninfo(url)) as connection:
                unchanged = connection.execute(_STATE).fetchall() == self.state
                if unchanged:
                    connection.execute(_EMPTY)
        except psycopg.Error:
            unchanged = False
        if unchanged:
            self.free.append(name)
        else:
            with self.admin.connect() as connection:
                connection.execute(sa.text(f"drop database if exists {name} with (force)"))
