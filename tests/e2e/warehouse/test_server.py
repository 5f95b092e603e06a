"""The embedded server: shared, surviving, and gone when the last one leaves."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

SCRIPT = """
import sys, time
from pathlib import Path
import sqlalchemy as sa
from pipelines.warehouse import server
engine = sa.create_engine(server.embedded_url(Path(sys.argv[1])))
with engine.connect() as connection:
    print(connection.execute(sa.text("select pg_backend_pid() > 0, (select count(*) from pg_stat_activity) > 0")).one()[0], flush=True)
engine.dispose()
time.sleep(float(sys.argv[2]))
"""


def _postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def _start(data: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(data), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline().strip() == "True"
    return process


def _gone(pid: int) -> bool:
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = (
        tmp_path
        / "a folder with blanks and a name that is far too long for the path of a socket of any operating system"
    )
    folder.mkdir()
    return folder


def test_processes_share_one_server_and_the_last_one_stops_it(data: Path) -> None:
    first, second = _start(data, 0.5), _start(data, 3)
    pid = _postmaster(data)
    assert first.wait(20) == 0
    assert psutil.pid_exists(pid), "the other one still works on it"
    assert second.wait(20) == 0
    assert _gone(pid)


def test_a_killed_user_is_no_reason_to_keep_it(data: Path) -> None:
    first, second = _start(data, 60), _start(data, 2)
    pid = _postmaster(data)
    first.kill()
    first.wait(10)
    assert second.wait(20) == 0
    assert _gone(pid)


def test_a_killed_server_starts_again(data: Path) -> None:
    holder = _start(data, 1)
    pid = _postmaster(data)
    os.kill(pid, signal.SIGKILL)
    assert _gone(pid)
    holder.wait(20)
    again = _start(data, 0)
    assert again.wait(20) == 0


def test_it_listens_on_no_address(data: Path) -> None:
    process = _start(data, 1)
    connections = psutil.Process(_postmaster(data)).net_connections(kind="inet")
    assert [c for c in connections if c.status == psutil.CONN_LISTEN] == []
    process.wait(20)


def test_a_server_that_recovers_for_long_is_waited_for(data: Path) -> None:
    """After a crash the server syncs its folder before it is ready; on a slow disk that outlasts the wheel's patience."""
    holder = _start(data, 8)
    told = data / "postgres" / "postmaster.pid"
    ready = told.read_text()
    told.write_text(ready.replace("ready", "starting"))
    late = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(data), "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(5)
    assert late.poll() is None
    told.write_text(ready)
    out, err = late.communicate(timeout=20)
    assert (out.strip(), late.returncode) == ("True", 0), err
    assert holder.wait(20) == 0
