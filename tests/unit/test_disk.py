"""A full disk, in the words of the system, of PostgreSQL, of SQLite and of DuckDB."""

import errno
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import exc

from miners.cli.main import main
from miners.cli.output import emit
from pipelines.disk import MESSAGE, is_disk_almost_full, is_disk_full
from pipelines.errors import MinersError, UsageError
from pipelines.steps.results import one_line


def _caused(error: Exception, cause: Exception) -> Exception:
    try:
        raise error from cause
    except Exception as raised:  # noqa: BLE001
        return raised


NO_SPACE = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "error",
    [
        NO_SPACE,
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        psycopg.errors.DiskFull('could not extend file "base/5/1": No space left on device'),
        exc.OperationalError("insert", {}, psycopg.errors.DiskFull("No space left on device")),
        exc.OperationalError("insert", {}, Exception("database or disk is full")),
        RuntimeError("IO Error: Could not write file: No space left on device"),
        MinersError('initdb failed: could not write "4/1255_fsm": No space left on device'),
        _caused(ValueError("not written"), NO_SPACE),
    ],
)
def test_full_disk_is_told_in_these_words(error: Exception) -> None:
    assert is_disk_full(error)
    assert one_line(error) == MESSAGE
    assert "The disk is full" in MESSAGE


def test_other_errors_are_no_full_disk(tmp_path: Path) -> None:
    assert not is_disk_full(OSError(errno.EACCES, "Permission denied"))
    assert not is_disk_full(exc.OperationalError("select", {}, Exception("server closed the connection")))
    assert not is_disk_almost_full(tmp_path / "not" / "there")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_full_disk_of_an_output_is_one_line() -> None:
    with pytest.raises(UsageError, match=r"/dev/full cannot be written \(the disk is full\)"):
        emit(["a"], [[1]], "csv", Path("/dev/full"))


def test_command_on_full_disk_prints_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL ends if it cannot write; the error is then only that it is not there."""
    monkeypatch.setattr("pipelines.watchlist.load_watchlist", _no_server)
    command = ["inspect", __file__]
    assert isinstance(CliRunner().invoke(main, command).exception, ConnectionError)
    monkeypatch.setattr("pipelines.disk.is_disk_almost_full", lambda _folder: True)
    done = CliRunner().invoke(main, command)
    assert (done.exit_code, done.stderr) == (1, f"miners: {MESSAGE}\n")


def _no_server(*_: object) -> NoReturn:
    raise ConnectionError("no such file")
