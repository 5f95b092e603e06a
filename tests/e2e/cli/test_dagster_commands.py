"""Dagster's own commands in a plain clone, without a variable of ours."""

import os
import subprocess
import sys
from pathlib import Path

from pipelines.settings import HOME


def test_definitions_are_valid_without_a_variable(tmp_path: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DAGSTER_", "MINERS_"))}
    command = Path(sys.executable).with_name("dagster")
    done = subprocess.run(
        [command, "definitions", "validate"],
        cwd=HOME,
        env={**clean, "DAGSTER_DISABLE_TELEMETRY": "1", "MINERS_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "All code locations passed validation" in done.stdout + done.stderr
