"""The command `miners` as a user runs it: `run` in a process of its own, what asks in this one, since each import costs seconds."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from miners.cli.main import main
from pipelines.settings import HOME, load_settings

MINERS = str(Path(sys.executable).parent / "miners")
_OURS = ("EDGAR_", "MINERS_", "DAGSTER_", "WAREHOUSE", "NEWS_", "ALERT_", "DEAD_")
# These import Dagster, or are about the process itself.
_APART = {"run", "backfill", "ui", "publish"}


def miners(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a command printed, and its exit status, with these settings alone."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(_OURS)}
    wanted = {**bare, **environment}
    if arguments and arguments[0] in _APART:
        return subprocess.run(
            [MINERS, *arguments], capture_output=True, text=True, env=wanted, cwd=HOME, timeout=300
        )
    kept, folder = dict(os.environ), Path.cwd()
    try:
        os.environ.clear()
        os.environ.update(wanted)
        os.chdir(HOME)
        load_settings.cache_clear()
        result = CliRunner().invoke(main, list(arguments), prog_name="miners")
    finally:
        os.environ.clear()
        os.environ.update(kept)
        os.chdir(folder)
        load_settings.cache_clear()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return subprocess.CompletedProcess(["miners", *arguments], result.exit_code, result.stdout, result.stderr)
