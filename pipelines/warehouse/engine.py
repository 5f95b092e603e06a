"""The connection to the warehouse: embedded or by WAREHOUSE_URL, always psycopg 3, always migrated."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy import exc

from pipelines.errors import MinersError, WarehouseUnreachable
from pipelines.settings import Settings
from pipelines.warehouse import server


def warehouse_url(settings: Settings) -> sa.URL:
    """The URL of the warehouse; starts the embedded server where WAREHOUSE_URL is not set."""
    if settings.warehouse_url:
        url = sa.make_url(settings.warehouse_url.replace("postgres://", "postgresql://", 1))
        return url.set(drivername="postgresql+psycopg")
    return sa.make_url(server.embedded_url(settings.data_dir))


@lru_cache(maxsize=4)
def _engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=8,
        connect_args={"application_name": "miners", "connect_timeout": 15, "options": "-c timezone=UTC"},
    )


def connect_engine(settings: Settings, *, migrated: bool = True) -> sa.Engine:
    """An engine on the warehouse, with its schema brought up to date first.

    Raises WarehouseUnreachable where the server cannot be reached (the password is not shown), MinersError where it is
    older than 14.
    """
    url = warehouse_url(settings)
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            version = connection.dialect.server_version_info
    except exc.OperationalError as error:
        shown = url.render_as_string(hide_password=True)
        detail = str(error.orig).strip().splitlines()[0] if error.orig else "no answer"
        raise WarehouseUnreachable(
            f"The warehouse {shown} cannot be reached: {detail}. Check WAREHOUSE_URL."
        ) from error
    if version and version < (14,):
        raise MinersError(f"The warehouse is PostgreSQL {version[0]}; at least 14 is needed.")
    if migrated:
        from pipelines.warehouse.migrate import ensure_current

        ensure_current(engine)
    return engine


@contextmanager
def read_only(engine: sa.Engine, *, timeout_seconds: int = 30) -> Iterator[sa.Connection]:
    """A connection as the role `analyst` in a read-only transaction, with a limit of time for a statement."""
    with engine.connect() as connection, connection.begin():
        connection.execute(sa.text("set transaction read only"))
        connection.execute(sa.text(f"set local statement_timeout = '{int(timeout_seconds)}s'"))
        connection.execute(sa.text("set local role analyst"))
        yield connection
