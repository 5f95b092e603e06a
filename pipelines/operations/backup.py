"""Backup and restore of the warehouse with pg_dump and pg_restore."""

import os
import subprocess
from pathlib import Path

import sqlalchemy as sa

from pipelines.errors import MinersError, UsageError
from pipelines.settings import Settings
from pipelines.warehouse.engine import connect_engine, warehouse_url
from pipelines.warehouse.server import tools


def _run(program: str, url: sa.URL, *arguments: str) -> None:
    """Run a PostgreSQL program; the password is passed in the environment, not in arguments."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    done = subprocess.run(  # noqa: S603 -- a program of the wheel, and arguments that we made
        [str(tools() / program), *arguments, "--dbname", plain],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        told = " ".join(done.stderr.split())[:300]
        raise MinersError(f"{program} failed: {told}")


def back_up(settings: Settings, path: Path) -> int:
    """Write the warehouse to a file, atomically; returns its size in bytes.

    The archive is a folder of files; copy it separately. Raises MinersError if pg_dump fails, for example
    because the server is newer than our pg_dump.
    """
    connect_engine(settings)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # The dump is for its owner alone.
        beside.touch(mode=0o600)
        _run(
            "pg_dump",
            warehouse_url(settings),
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--file",
            str(beside),
        )
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path.stat().st_size


def restore(settings: Settings, path: Path) -> None:
    """Restore a backup into an empty database and upgrade it.

    Raises UsageError if the database is not empty or the file is missing; nothing is overwritten.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    engine = connect_engine(settings, migrated=False)
    with engine.connect() as connection:
        if connection.execute(sa.text("select to_regclass('ops.filing') is not null")).scalar():
            raise UsageError(
                "The warehouse is not empty. Set WAREHOUSE_URL or MINERS_DATA_DIR to an empty one."
            )
        connection.execute(
            sa.text(
                "do $$ begin create role analyst nologin; exception when duplicate_object then null; end $$"
            )
        )
        connection.commit()
    _run(
        "pg_restore",
        warehouse_url(settings),
        "--no-owner",
        "--no-privileges",
        "--exit-on-error",
        "--single-transaction",
        str(path),
    )
    with engine.begin() as connection:
        # Grants to the role analyst are made with the views.
        connection.execute(sa.text("comment on schema marts is 'restored'"))
    connect_engine(settings)
