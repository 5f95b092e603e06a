"""Backup and restore of the warehouse with pg_dump, pg_restore and psql."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import IO, BinaryIO

import sqlalchemy as sa

from pipelines.errors import MinersError, UsageError
from pipelines.secrets import hide
from pipelines.settings import Settings
from pipelines.warehouse.engine import connect_engine, warehouse_url
from pipelines.warehouse.schema import SCHEMAS
from pipelines.warehouse.server import tools

# Settings that pg_restore writes for every server, and that servers before version 17 reject.
_UNKNOWN_BEFORE_17 = b"SET transaction_timeout = 0;\n"
_HEADER_LINES = 40


def back_up(settings: Settings, path: Path) -> int:
    """Write the warehouse to a file, atomically; returns its size in bytes.

    The archive is a folder of files; copy it separately. Raises MinersError if pg_dump fails, for example
    because the server is newer than our pg_dump.
    """
    connect_engine(settings)
    url, environment = _connection(warehouse_url(settings))
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        # The dump is for its owner alone.
        beside.touch(mode=0o600)
        options = ("--format=custom", "--no-owner", "--no-privileges", "--file", str(beside))
        done = subprocess.run(  # noqa: S603 -- a program of the wheel, and arguments that we made
            [str(tools() / "pg_dump"), *options, "--dbname", url],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise MinersError(f"pg_dump failed: {_one_line(done.stderr)}")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path.stat().st_size


def documents_in(settings: Settings) -> int | None:
    """The number of documents in the warehouse; None if it is empty."""
    with connect_engine(settings, migrated=False).connect() as connection:
        if not connection.execute(_HAS_WAREHOUSE).scalar():
            return None
        return int(connection.execute(sa.text("select count(*) from warehouse.dim_document")).scalar() or 0)


_HAS_WAREHOUSE = sa.text("select to_regclass('warehouse.dim_document') is not null")


def restore(settings: Settings, path: Path, *, overwrite: bool = False) -> None:
    """Restore a backup in one transaction and upgrade it; a failure leaves everything as it was.

    Args:
        overwrite: Replace a warehouse that is not empty.

    Raises:
        UsageError: The file is missing or not a backup, or the warehouse is not empty.
        MinersError: The server rejects the backup.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    engine = connect_engine(settings, migrated=False)
    with engine.connect() as connection:
        found = connection.execute(_HAS_WAREHOUSE).scalar()
    if found and not overwrite:
        raise UsageError(
            "The warehouse is not empty. Use --overwrite to replace it, or set WAREHOUSE_URL or "
            "MINERS_DATA_DIR to an empty one."
        )
    _load(warehouse_url(settings), path, overwrite=overwrite)
    with engine.begin() as connection:
        # Marts, and the rights of the role analyst, are made again.
        connection.execute(sa.text("comment on schema marts is 'restored'"))
    engine.dispose()
    connect_engine(settings)


def _load(url: sa.URL, path: Path, *, overwrite: bool) -> None:
    """Read the backup with pg_restore as statements, and run them with psql in one transaction.

    pg_restore alone stops at the first statement that an older server does not know.
    """
    plain, environment = _connection(url)
    reader = [str(tools() / "pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(path)]
    writer = [str(tools() / "psql"), "--no-psqlrc", "--quiet", "--single-transaction"]
    writer += ["--set=ON_ERROR_STOP=1", "--output", os.devnull, "--file=-", plain]
    with tempfile.TemporaryFile() as read_log, tempfile.TemporaryFile() as write_log:
        with (
            subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=read_log) as reading,  # noqa: S603
            subprocess.Popen(  # noqa: S603
                writer, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=write_log, env=environment
            ) as writing,
        ):
            assert reading.stdout is not None
            assert writing.stdin is not None
            try:
                if overwrite:
                    schemas = ", ".join((*SCHEMAS, "marts", "mart_store"))
                    writing.stdin.write(f"drop schema if exists {schemas} cascade;\n".encode())
                _copy(reading.stdout, writing.stdin)
            except BrokenPipeError:
                reading.kill()
            else:
                if reading.wait():
                    # Before its input ends: psql would commit what it has got.
                    writing.kill()
            try:
                writing.stdin.close()
            except BrokenPipeError:
                writing.wait()
        if reading.returncode > 0:
            raise UsageError(f"{path} is not a whole backup: {_one_line(_text_of(read_log))}")
        if writing.returncode:
            raise MinersError(
                f"psql failed, and the warehouse is unchanged: {_one_line(_text_of(write_log))}"
            )


def _copy(script: IO[bytes], to: IO[bytes]) -> None:
    for _ in range(_HEADER_LINES):
        line = script.readline()
        if line != _UNKNOWN_BEFORE_17:
            to.write(line)
    shutil.copyfileobj(script, to, 1 << 20)


def _connection(url: sa.URL) -> tuple[str, dict[str, str]]:
    """The URL for a program of PostgreSQL without its password, and the environment that has it."""
    query = {name: value for name, value in url.query.items() if name != "password"}
    password = url.password or url.query.get("password")
    plain = url.set(drivername="postgresql", password=None, query=query)
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    return plain.render_as_string(hide_password=False), environment


def _text_of(file: BinaryIO | IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _one_line(text: str) -> str:
    return hide(" ".join(text.split())[:300])
