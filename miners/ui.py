"""Serve Dagster's UI and daemon."""

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from miners.dagster_home import prepare_dagster
from pipelines.errors import UsageError
from pipelines.operations.status import stop_beating
from pipelines.settings import HOME, IN_CLONE, Settings, load_settings
from pipelines.steps.runs import close_killed_runs
from pipelines.warehouse.engine import connect_engine

STOP_TIMEOUT_SECONDS = 25
"""How long Dagster's processes may take to stop after Ctrl-C before they are killed."""


def serve(host: str, port: int) -> int:
    """Run Dagster's UI and daemon until Ctrl-C; stops all their processes.

    Raises UsageError if the port is taken, or a UI with its daemon already runs on this data folder.
    """
    settings = load_settings()
    _check_address(host, port)
    prepare_dagster(settings)
    lock = FileLock(settings.dagster_dir / "ui.lock", timeout=0)
    try:
        with lock:
            return _serve(settings, host, port)
    except Timeout:
        raise UsageError(
            f"Dagster's UI already runs on {settings.data_dir}. Stop it first, or set MINERS_DATA_DIR."
        ) from None


def _check_address(host: str, port: int) -> None:
    try:
        # Like Dagster's server, which may follow another one at once.
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except (OSError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            message = f"Port {port} is taken. Choose another one: make ui PORT={port + 1}."
        else:
            message = f"Cannot listen on {host}, port {port} ({error}). Choose an address of this machine."
        raise UsageError(message) from None


def _serve(settings: Settings, host: str, port: int) -> int:
    close_killed_runs(connect_engine(settings))
    command = [str(Path(sys.executable).parent / "dagster"), "dev", "-h", host, "-p", str(port)]
    # In a clone, pyproject.toml names the code location; in an installation, the module does.
    command += [] if IN_CLONE else ["-m", "assets.definitions"]
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Set before the child starts, so that it has default signal handlers even under `nohup`.
        signal.signal(number, lambda *_: ended.set())
    process = subprocess.Popen(command, cwd=HOME if IN_CLONE else None, start_new_session=True)  # noqa: S603
    while process.poll() is None and not ended.wait(0.3):
        continue
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_SECONDS)
    _end_group(process.pid)
    stop_beating(settings)
    return 0 if ended.is_set() else process.wait()


def _end_group(group: int) -> None:
    """Stop processes that Dagster left behind in its session."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(group, number)
        except ProcessLookupError:
            return
        for _ in range(50):
            time.sleep(0.1)
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return
