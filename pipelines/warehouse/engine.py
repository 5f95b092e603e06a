"""Connections to the warehouse: the owner's, migrated, and those of `analyst`."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import psycopg
import sqlalchemy as sa
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import exc

from pipelines.errors import MinersError, UsageError, WarehouseUnreachable
from pipelines.secrets import hide
from pipelines.settings import Settings
from pipelines.warehouse import server


def warehouse_url(settings: Settings) -> sa.URL:
    """The URL of the warehouse; starts the embedded server where WAREHOUSE_URL is not set."""
    if settings.warehouse_url:
        return _psycopg_url(settings.warehouse_url)
    return sa.make_url(server.embedded_url(settings.data_dir))


def shown_url(settings: Settings) -> str:
    """The URL of the warehouse without its password; for the embedded server, its folder."""
    if settings.warehouse_url:
        return _shown(_psycopg_url(settings.warehouse_url))
    return f"The warehouse in {settings.data_dir}"


_CONNECT_ARGS = {"application_name": "miners", "connect_timeout": 15, "options": "-c timezone=UTC"}


def _psycopg_url(text: str, setting: str = "WAREHOUSE_URL") -> sa.URL:
    try:
        url = sa.make_url(text.replace("postgres://", "postgresql://", 1))
    except (exc.ArgumentError, ValueError):
        # The reason may repeat a part of the password.
        raise UsageError(
            f"{setting} is not a valid URL. Write postgresql://user:password@host:5432/database, with "
            "special characters of the password percent-encoded (@ is %40)."
        ) from None
    return url.set(drivername="postgresql+psycopg")


def _shown(url: sa.URL) -> str:
    return hide(url.render_as_string(hide_password=True))


class TextDumper(StrDumperUnknown):
    """Writes text without NUL characters, which PostgreSQL rejects and documents may contain."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\x00", "") if "\x00" in obj else obj)


def _register_dumper(connection: psycopg.Connection, _record: object) -> None:
    connection.adapters.register_dumper(str, TextDumper)


@lru_cache(maxsize=4)
def _engine(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url, pool_pre_ping=True, pool_size=4, max_overflow=8, connect_args=_CONNECT_ARGS
    )
    sa.event.listen(engine, "connect", _register_dumper)
    return engine


def _first_line(error: exc.DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0] if error.orig else "no answer"


def connect_engine(settings: Settings, *, migrated: bool = True) -> sa.Engine:
    """An engine on the warehouse, with its schema brought up to date first.

    Raises WarehouseUnreachable where the server cannot be reached (the password is not shown), MinersError
    where it is older than 14."""
    settings.create_data_dir()
    url = warehouse_url(settings)
    engine = _engine(url)
    engine.update_execution_options(analyst_url=settings.warehouse_analyst_url)
    try:
        with engine.connect() as connection:
            version = connection.dialect.server_version_info
    except exc.DBAPIError as error:
        raise WarehouseUnreachable(
            f"The warehouse {_shown(url)} cannot be reached: {_first_line(error)}. Check WAREHOUSE_URL."
        ) from error
    if version and version < (14,):
        raise MinersError(f"The warehouse is PostgreSQL {version[0]}; at least 14 is needed.")
    if migrated:
        from pipelines.warehouse.migrate import ensure_current

        ensure_current(engine)
    return engine


# Everything that a user must not have whose statements are not ours: it could leave `analyst` or read more
# than marts.
_PRIVILEGES = sa.text(
    "select string_agg(rolname, ', ') from pg_roles where pg_has_role(session_user, oid, 'member') and "
    "(rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls or rolname like 'pg\\_%' "
    "or has_schema_privilege(oid, 'warehouse', 'usage') or has_schema_privilege(oid, 'ops', 'usage'))"
)
_NO_LOGIN = (
    "Give the role a password (alter role analyst password '…') and set "
    "WAREHOUSE_ANALYST_URL=postgresql://analyst:…@host/database, or put the password into ~/.pgpass."
)


@contextmanager
def read_only(engine: sa.Engine, *, timeout_seconds: int = 30) -> Iterator[sa.Connection]:
    """Open a read-only session of the role `analyst` with a statement timeout.

    The session logs in as `analyst` itself: one of the owner's under `set role` could take its role back. It
    logs in by WAREHOUSE_ANALYST_URL if that is set, else like the engine's user but without its password: by
    `peer` in the embedded server, by ~/.pgpass or a certificate in others.

    Raises WarehouseUnreachable if `analyst` cannot log in, MinersError if the session has more rights than
    reading marts."""
    analyst = _analyst(engine, timeout_seconds)
    url = analyst.url
    try:
        connection = analyst.connect()
    except exc.OperationalError as error:
        raise WarehouseUnreachable(
            f"The warehouse {_shown(url)} does not let {url.username} log in: "
            f"{_first_line(error)}. {_NO_LOGIN}"
        ) from error
    with connection, connection.begin():
        connection.execute(sa.text("set transaction read only"))
        connection.execute(sa.text(f"set local statement_timeout = '{int(timeout_seconds)}s'"))
        if privileged := connection.execute(_PRIVILEGES).scalar():
            raise MinersError(
                f"The user {url.username} may do more than read marts (as {privileged}), so no statement "
                f"runs. {_NO_LOGIN}"
            )
        yield connection


def analyst_engine(engine: sa.Engine, *, timeout_seconds: int = 30) -> sa.Engine:
    """An engine whose sessions have the login and the limits of `read_only`.

    For functions that take an engine and read marts. Raises WarehouseUnreachable and MinersError like
    `read_only`."""
    with read_only(engine, timeout_seconds=timeout_seconds):
        return _analyst(engine, timeout_seconds)


def _analyst(engine: sa.Engine, timeout_seconds: int) -> sa.Engine:
    given = engine.get_execution_options().get("analyst_url")
    url = (
        _psycopg_url(given, "WAREHOUSE_ANALYST_URL")
        if given
        else engine.url.set(username="analyst", password=None)
    )
    options = f"-c default_transaction_read_only=on -c statement_timeout={int(timeout_seconds)}s"
    arguments = {**_CONNECT_ARGS, "options": f"{_CONNECT_ARGS['options']} {options}"}
    analyst = sa.create_engine(url, poolclass=sa.NullPool, connect_args=arguments)
    analyst.update_execution_options(analyst_url=url.render_as_string(hide_password=False))
    return analyst
