"""What tests of unattended work stand on beside the others: a broker."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.ui.dagster_ui import free_port


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A real Redis of this machine, where it has one."""
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("redis-server is not here; .ci/run installs it")
    port = free_port()
    process = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    try:
        import redis as client

        for _ in range(100):
            try:
                client.Redis(port=port).ping()
                break
            except client.ConnectionError:
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)
