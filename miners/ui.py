"""Serve Dagster's UI and daemon on 127.0.0.1."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from miners.dagster_home import prepare_dagster
from pipelines.operations.status import stop_beating
from pipelines.settings import HOME, IN_CLONE, load_settings
from pipelines.steps.runs import close_killed_runs
from pipelines.warehouse.engine import connect_engine

STOP_TIMEOUT_SECONDS = 25
"""How long Dagster's processes may take to stop after Ctrl-C before they are killed."""


def serve(port: int) -> int:
    """Run Dagster's UI and daemon on 127.0.0.1 until Ctrl-C; stops all their processes."""
    settings = load_settings()
    prepare_dagster(settings)

    close_killed_runs(connect_engine(settings))
    command = [str(Path(sys.executable).parent / "dagster"), "dev", "-h", "127.0.0.1", "-p", str(port)]
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
