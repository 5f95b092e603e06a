"""Limits of the role `analyst`, whose sessions may change their own settings."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import exc

from pipelines.errors import MinersError
from pipelines.settings import bundled

ANALYST_LIMIT = timedelta(seconds=60)
"""The longest statement of `analyst`, whatever its session sets."""
ANALYST_IDLE = timedelta(minutes=10)
"""The longest time that a session of `analyst` may be idle in a transaction."""

# An arbitrary number, other than that of migrations.
_LOCK = 7_318_451_903
# Settings of the role in all databases, or in this one.
_SETTINGS = sa.text(
    "select coalesce(array_agg(setting order by setting), '{}') "
    "from pg_db_role_setting, unnest(setconfig) as setting "
    "where setrole = (select oid from pg_roles where rolname = 'analyst') "
    "and setdatabase in (0, (select oid from pg_database where datname = current_database()))"
)
_EXPECTED = ["default_transaction_read_only=on", "search_path=marts", "statement_timeout=30s"]


def restore_settings(connection: sa.Connection) -> bool:
    """Restore the settings of `analyst` after a session has changed them.

    PostgreSQL allows every role to alter its own settings, so that one statement would lift the limits of
    all later sessions.

    Returns:
        Whether they are as `sql/analyst_settings.sql` says; False if the owner may not alter the role.
    """
    if _are_expected(connection):
        return True
    # Two sessions cannot alter a role at the same time.
    connection.execute(sa.text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    if not _are_expected(connection):
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute((bundled("sql") / "analyst_settings.sql").read_bytes())
    return _are_expected(connection)


def _are_expected(connection: sa.Connection) -> bool:
    return connection.execute(_SETTINGS).scalar() == _EXPECTED


def cancel_long_queries(
    engine: sa.Engine, limit: timedelta = ANALYST_LIMIT, idle: timedelta = ANALYST_IDLE
) -> int:
    """Cancel statements of `analyst` that run longer than a limit; returns how many.

    Sessions that are idle in a transaction for longer than `idle` are ended: their locks stop upgrades.

    A session may set its own statement_timeout to anything, so that the role's setting does not bind it.

    Raises:
        MinersError: The owner may not cancel them.
    """
    query = sa.text(
        "select count(*) filter (where case state when 'active' then pg_cancel_backend(pid) else "
        "pg_terminate_backend(pid) end) from pg_stat_activity where datname = current_database() and "
        "usename = 'analyst' and (state = 'active' and now() - query_start > :limit "
        "or state like 'idle in %' and now() - state_change > :idle)"
    )
    try:
        with engine.connect() as connection:
            return int(connection.execute(query, {"limit": limit, "idle": idle}).scalar() or 0)
    except exc.ProgrammingError as error:
        raise MinersError(
            f"Long statements of analyst cannot be canceled: {str(error.orig).strip().splitlines()[0]}. "
            f"As a superuser: grant pg_signal_backend to {engine.url.username}."
        ) from error
