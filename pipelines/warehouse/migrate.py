"""Create and upgrade the warehouse: tables, migrations, and marts.

A fresh database gets its tables from the metadata and is stamped with alembic's head. Marts and comments hold
no data,
so they are not versioned: whenever their files differ from those in the database, all of `marts` is created
again in the same transaction. The checksum of the files is part of the schema's comment.
"""

import hashlib
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateSchema, SetColumnComment, SetTableComment

from pipelines.errors import MinersError
from pipelines.normalize.precedence import DOCUMENT_KINDS
from pipelines.settings import bundled
from pipelines.warehouse import schema
from pipelines.warehouse.analyst_limits import restore_settings

# An arbitrary number; every process that migrates takes this lock.
_LOCK = 7_318_451_902


def alembic_config(connection: sa.Connection) -> Any:
    """alembic's configuration for one open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(bundled("sql") / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def versions() -> list[str]:
    """Versions in sql/migrations/versions, oldest first, from file names."""
    files = (bundled("sql") / "migrations" / "versions").glob("[0-9]*.py")
    return sorted(path.name.split("_", 1)[0] for path in files)


def checksum() -> str:
    """A checksum of everything that tables, comments and marts are created from."""
    code = [
        Path(__file__).with_name(f"{name}.py") for name in ("columns", "marts", "migrate", "ready", "schema")
    ]
    sql = bundled("sql")
    files = [
        *sql.glob("*.sql"),
        *sql.glob("*.yaml"),
        *(sql / "tables").iterdir(),
        *(sql / "views").iterdir(),
        *code,
    ]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sorted(files))).hexdigest()


def ensure_current(engine: sa.Engine) -> bool:
    """Create or upgrade the warehouse if needed; returns whether it did. Safe in parallel."""
    with engine.connect() as connection:
        if _is_current(connection):
            restore_settings(connection)
            connection.commit()
            return False
        connection.rollback()
        with connection.begin():
            connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            if _is_current(connection):
                return False
            upgrade(connection)
    return True


def _version(connection: sa.Connection) -> str | None:
    """The version that alembic recorded, or None in a database without a warehouse."""
    if connection.execute(sa.text("select to_regclass('ops.alembic_version')")).scalar() is None:
        return None
    return connection.execute(sa.text("select version_num from ops.alembic_version")).scalar()


def _is_current(connection: sa.Connection) -> bool:
    comment = "select obj_description(to_regnamespace('marts'), 'pg_namespace')"
    made_from = connection.execute(sa.text(comment)).scalar() or ""
    return checksum() in made_from and _version(connection) == versions()[-1]


def upgrade(connection: sa.Connection) -> None:
    """Create or upgrade the tables, and recreate comments and marts.

    Raises MinersError if the warehouse is of a version that this release cannot upgrade.
    """
    from alembic import command

    version = _version(connection)
    if version is not None and version not in versions():
        raise MinersError(
            f"The warehouse has version {version}, which this release cannot upgrade (it knows "
            f"{', '.join(versions())}). Drop its database (embedded: delete the folder postgres in "
            "MINERS_DATA_DIR), then rebuild it: `miners run --offline --since 2018-01` reads "
            "archived filings, `miners run` fetches news and prices."
        )
    drop_views(connection)
    if version is None:
        for name in schema.SCHEMAS:
            connection.execute(CreateSchema(name, if_not_exists=True))
        schema.metadata.create_all(connection)
        command.stamp(alembic_config(connection), "head")
    else:
        command.upgrade(alembic_config(connection), "head")
        for table in schema.metadata.tables.values():
            connection.execute(SetTableComment(table))
            for column in table.columns:
                connection.execute(SetColumnComment(column))
    create_views(connection)


def drop_views(connection: sa.Connection) -> None:
    """Drop all marts and their stored rows."""
    connection.execute(sa.text("drop schema if exists mart_store cascade"))
    connection.execute(sa.text("drop schema if exists marts cascade"))


def create_views(connection: sa.Connection) -> None:
    """Create all marts, readable by the role `analyst`, which may read nothing else."""
    from pipelines.warehouse.marts import FUNCTION_FILES, MARTS
    from pipelines.warehouse.ready import create_store

    connection.execute(sa.text("create schema marts"))
    create_store(connection)
    raw = connection.connection.driver_connection
    assert raw is not None
    ranks = " ".join(f"when '{kind}' then {rank}" for rank, kind in enumerate(DOCUMENT_KINDS))
    connection.exec_driver_sql(
        "create function marts.precedence(document_kind text) returns integer language sql immutable "
        f"set search_path = pg_catalog return case document_kind {ranks} else {len(DOCUMENT_KINDS) - 1} end"
    )
    for statement in (
        *(path.read_text("utf-8") for path in FUNCTION_FILES),
        *(s for m in MARTS for s in m.create()),
    ):
        # Without parameters, so that a % in the query remains a %.
        raw.execute(statement)
    restore_settings(connection)
    raw.execute((bundled("sql") / "analyst.sql").read_bytes())
    connection.execute(
        sa.text(f"comment on schema marts is 'Views for analysts. Checksum of their files: {checksum()}'")
    )
