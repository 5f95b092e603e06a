"""Starts of the UI that are refused in one line, before any process starts."""

import socket
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from pipelines.settings import HOME
from tests.command_line import miners


def _refused(folder: Path, *arguments: str) -> str:
    done = miners("ui", *arguments, MINERS_DATA_DIR=str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_taken_port_is_refused(tmp_path: Path) -> None:
    """The daemon started although the webserver could not, and ran on without it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert f"Port {port} is taken. Choose another one: make ui PORT={port + 1}." in _refused(
            tmp_path, "--port", str(port)
        )
    assert list(tmp_path.iterdir()) == []


def test_second_ui_on_one_data_folder_is_refused(tmp_path: Path) -> None:
    """Two daemons would start each night twice; the second one also recorded the first as stopped."""
    (tmp_path / "dagster").mkdir()
    alive = tmp_path / "dagster" / "alive"
    alive.write_text("")
    with FileLock(tmp_path / "dagster" / "ui.lock"):
        message = _refused(tmp_path, "--port", str(_free_port()))
    assert f"already runs on {tmp_path}. Stop it first, or set MINERS_DATA_DIR." in message
    assert alive.read_text() == ""


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host", "127.0.0.1:3000"])
def test_address_of_another_machine_is_refused(tmp_path: Path, host: str) -> None:
    done = miners("ui", "--host", host, MINERS_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    warning, message = done.stderr.splitlines()
    assert "Dagster has no login" in warning
    assert f"Cannot listen on {host}, port 3000" in message


def test_make_passes_port_and_host() -> None:
    command = ["make", "--dry-run", "--old-file", ".venv/.made", "ui", "PORT=3001", "HOST=127.0.0.2"]
    shown = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=True).stdout
    assert '.venv/bin/miners ui --port "3001" --host "127.0.0.2"' in shown
