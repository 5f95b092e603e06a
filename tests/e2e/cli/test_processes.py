"""Commands in processes of their own: imports, pipes and exit status."""

import os
import subprocess
import sys
import time

from pipelines.settings import HOME
from tests.command_line import MINERS


def test_help_imports_no_heavy_package() -> None:
    code = (
        "import sys, miners.cli.main\n"
        "heavy = {'dagster', 'great_expectations', 'pandas', 'sqlalchemy', 'lxml', 'requests', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=HOME, timeout=60)
    assert done.returncode == 0, done.stderr
    status = "import sys, pipelines.operations.status, pipelines.warehouse.engine, pipelines.warehouse.migrate\nassert not {'dagster', 'great_expectations', 'pandas', 'requests', 'lxml'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", status], capture_output=True, text=True, cwd=HOME, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_closed_pipe_is_no_error(warehouse: dict[str, str]) -> None:
    env = {**os.environ, **warehouse}
    process = subprocess.Popen(
        [MINERS, "sql", "select * from generate_series(1, 100000)", "--format", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=env,
        cwd=HOME,
    )
    assert process.stdout
    process.stdout.readline()
    process.stdout.close()
    time.sleep(0.1)
    assert process.wait(60) == 0
    assert process.stderr
    assert b"Traceback" not in process.stderr.read()


def test_schedule_follows_settings() -> None:
    import subprocess
    import sys

    code = "from assets.schedules import every_night as e, every_morning as m; print(e.cron_schedule, '|', e.execution_timezone, '|', m.execution_timezone)"
    env = {"MINERS_NIGHTLY_AT": "4:30", "MINERS_TIMEZONE": "Europe/Berlin", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=HOME, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "30 4 * * * | Europe/Berlin | Europe/Berlin", done.stderr
    wrong = subprocess.run(
        [sys.executable, "-m", "miners.cli.main", "companies"],
        env={**env, "MINERS_TIMEZONE": "Mars/Olympus"},
        cwd=HOME,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    assert "MINERS_TIMEZONE: 'Mars/Olympus' is not a valid time zone" in wrong.stderr
