"""Bringing a warehouse up to date: alembic's versions for tables, then the views of sql/views as they are
now.

Views hold no data, so they are not versioned: whenever their files differ from what the database was given,
all of `marts` is made anew in the same transaction. The files' checksum stands in the comment of the schema.
"""

import hashlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.load.ready import create_store
from pipelines.settings import bundled

# Any number does, as long as everything that migrates takes the same lock.
_LOCK = 7_318_451_902


def alembic_config(connection: sa.Connection) -> Any:
    """alembic's configuration for one open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(bundled("sql") / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def head() -> str:
    """The newest version under sql/migrations/versions, read from the files' names without importing
    alembic."""
    return max(
        path.name.split("_", 1)[0] for path in (bundled("sql") / "migrations" / "versions").glob("[0-9]*.py")
    )


def view_files() -> list[Path]:
    """The files of sql/views in the order in which they depend on each other (their numbers)."""
    return sorted((bundled("sql") / "views").glob("*.sql"))


def analyst_file() -> Path:
    """The role `analyst` and its rights, granted after the views are created."""
    return bundled("sql") / "analyst.sql"


def views_checksum() -> str:
    """Return a checksum of the views and of the rights on them."""
    return hashlib.sha256(
        b"\0".join(path.read_bytes() for path in (*view_files(), analyst_file()))
    ).hexdigest()


def ensure_current(engine: sa.Engine) -> bool:
    """Upgrade tables and views where they are not current; returns whether anything was done. Safe side by
    side."""
    with engine.connect() as connection:
        if _is_current(connection):
            return False
        connection.rollback()
        with connection.begin():
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            if _is_current(connection):
                return False
            upgrade(connection)
    return True


def _is_current(connection: sa.Connection) -> bool:
    known = connection.execute(sa.text(
        "select to_regclass('ops.alembic_version') is not null, obj_description(to_regnamespace('marts'), 'pg_namespace')"
    )).one()  # fmt: skip
    if not known[0] or known[1] is None or views_checksum() not in known[1]:
        return False
    version = connection.execute(sa.text("select version_num from ops.alembic_version")).scalar()
    return bool(version == head())


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Run alembic to a revision and make the views anew."""
    from alembic import command

    drop_views(connection)
    command.upgrade(alembic_config(connection), revision)
    if revision == "head":
        create_views(connection)


def downgrade(connection: sa.Connection, revision: str = "base") -> None:
    """Take the views away and run alembic down to a revision."""
    from alembic import command

    drop_views(connection)
    command.downgrade(alembic_config(connection), revision)


def drop_views(connection: sa.Connection) -> None:
    connection.execute(sa.text("drop schema if exists mart_store cascade"))
    connection.execute(sa.text("drop schema if exists marts cascade"))


def create_views(connection: sa.Connection) -> None:
    """Create the schema marts, its views, and what the role `analyst` may see of them: marts, and nothing
    else."""
    connection.execute(sa.text("create schema marts"))
    raw = connection.connection.driver_connection
    assert raw is not None
    for path in view_files():
        # Without parameters, so that a % of the file is a % of its query.
        raw.execute(path.read_bytes())
    create_store(connection)
    raw.execute(analyst_file().read_bytes())
    connection.execute(
        sa.text(f"comment on schema marts is 'Views for people. Checksum of sql/views: {views_checksum()}'")
    )
