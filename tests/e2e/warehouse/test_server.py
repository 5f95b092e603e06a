"""The embedded server: shared, surviving, and gone when the last one leaves."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from pipelines.warehouse import server

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="becoming another local user needs root")

SCRIPT = """
import sys
from pathlib import Path
import sqlalchemy as sa
from pipelines.warehouse import server
engine = sa.create_engine(server.embedded_url(Path(sys.argv[1])))
with engine.connect() as connection:
    print(connection.execute(sa.text("select pg_backend_pid() > 0, (select count(*) from pg_stat_activity) > 0")).one()[0], flush=True)
engine.dispose()
sys.stdin.read()
"""


def _postmaster(data: Path) -> int:
    return int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def _start(data: Path) -> subprocess.Popen[str]:
    """A process that uses the server until `_end`."""
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline().strip() == "True"
    return process


def _end(process: subprocess.Popen[str]) -> int:
    """Let a process end by itself; its exit status."""
    assert process.stdin
    process.stdin.close()
    return process.wait(20)


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


def test_last_process_stops_shared_server(data: Path) -> None:
    first, second = _start(data), _start(data)
    pid = _postmaster(data)
    assert _end(first) == 0
    assert psutil.pid_exists(pid), "the other one still works on it"
    assert _end(second) == 0
    assert _gone(pid)


def test_killed_process_does_not_keep_server(data: Path) -> None:
    first, second = _start(data), _start(data)
    pid = _postmaster(data)
    first.kill()
    first.wait(10)
    assert _end(second) == 0
    assert _gone(pid)


def test_killed_server_restarts(data: Path) -> None:
    holder = _start(data)
    pid = _postmaster(data)
    os.kill(pid, signal.SIGKILL)
    assert _gone(pid)
    _end(holder)
    again = _start(data)
    assert _end(again) == 0


def test_server_listens_on_no_address(data: Path) -> None:
    process = _start(data)
    connections = psutil.Process(_postmaster(data)).net_connections(kind="inet")
    assert [c for c in connections if c.status == psutil.CONN_LISTEN] == []
    _end(process)


def test_long_recovery_is_awaited(data: Path) -> None:
    """After a crash the server syncs its folder before it is ready, on a slow disk for long."""
    holder = _start(data)
    told = data / "postgres" / "postmaster.pid"
    ready = told.read_text()
    told.write_text(ready.replace("ready", "starting"))
    late = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(data)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(5)
    assert late.poll() is None
    told.write_text(ready)
    out, err = late.communicate(timeout=20)
    assert (out.strip(), late.returncode) == ("True", 0), err
    assert _end(holder) == 0


def _as_nobody(folder: Path, role: str) -> str:
    """What psql says to another local user."""
    command = [
        str(server.tools() / "psql"),
        "-h",
        str(folder),
        "-U",
        role,
        "-d",
        "postgres",
        "-Atc",
        "select 1",
    ]
    done = subprocess.run(
        ["runuser", "-u", "nobody", "--", *command], capture_output=True, text=True, cwd="/", timeout=30
    )
    return done.stdout + done.stderr


def _socket_folder(data: Path) -> Path:
    return Path((data / "postgres" / "postmaster.pid").read_text().splitlines()[4])


def _is_closed(data: Path) -> None:
    folder = _socket_folder(data)
    socket = folder / ".s.PGSQL.5432"
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder, socket)] == [0o700, 0o700]
    assert "Permission denied" in _as_nobody(folder, "postgres")
    folder.chmod(0o755)
    socket.chmod(0o777)
    for role in ("postgres", "analyst", "nobody"):
        assert "Peer authentication failed" in _as_nobody(folder, role), (
            "the folder alone does not keep others out"
        )


@as_root
def test_other_local_users_are_refused(data: Path) -> None:
    process = _start(data)
    _is_closed(data)
    process.kill()
    process.wait(10)
    server.embedded_url(data)
    server.stop(data)


@as_root
@pytest.mark.parametrize(
    ("before", "after"), [(0o750, 0o750), (0o700, 0o701), (0o755, 0o755), (0o770, 0o771)]
)
def test_server_of_root_enters_folder_of_any_mode(data: Path, before: int, after: int) -> None:
    """By the group of the folder if that may enter and not write, else by the bit of all others."""
    data.chmod(before)
    process = _start(data)
    assert stat.S_IMODE(data.stat().st_mode) == after
    by_group = data.stat().st_gid == pwd.getpwnam(server.SERVICE_USER).pw_gid
    assert by_group == (before == 0o750)
    assert _end(process) == 0


@as_root
@pytest.mark.parametrize("running", [True, False], ids=["running", "stopped"])
def test_folder_of_an_earlier_version_is_closed(data: Path, running: bool) -> None:
    """Earlier versions let every local user in: folder 0755, socket 0777, `trust`."""
    holder = _start(data)
    postgres, folder = data / "postgres", _socket_folder(data)
    (postgres / "pg_hba.conf").write_text("local all all trust\n")
    (postgres / "pg_ident.conf").write_text("")
    folder.chmod(0o755)
    (folder / ".s.PGSQL.5432").chmod(0o777)
    os.kill(_postmaster(data), signal.SIGHUP)
    for _ in range(50):
        if open_to_all := _as_nobody(folder, "postgres") == "1\n":
            break
        time.sleep(0.1)
    assert open_to_all, "so the check below can fail"
    if not running:
        os.kill(_postmaster(data), signal.SIGINT)
        while (postgres / "postmaster.pid").exists():
            time.sleep(0.1)
    engine = sa.create_engine(server.embedded_url(data), poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert connection.execute(sa.text("select current_user")).scalar() == "postgres"
    time.sleep(0.5)
    _is_closed(data)
    holder.kill()
    holder.wait(10)
    server.stop(data)


@as_root
def test_server_of_another_user_runs_as_that_user(data: Path) -> None:
    """Root may use it too, without changing its owner."""
    folder = data / "of nobody"
    folder.mkdir()
    shutil.chown(folder, "nobody")
    for parent in folder.parents:
        parent.chmod(parent.stat().st_mode | 0o001)
    nobody = pwd.getpwnam("nobody")
    ready, told = os.pipe()
    # Forked, since the interpreter itself may be in a folder of root's.
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(nobody.pw_gid)
            os.setuid(nobody.pw_uid)
            with sa.create_engine(server.embedded_url(folder), poolclass=sa.NullPool).connect() as connection:
                answer = connection.execute(sa.text("select current_user")).scalar()
            os.write(told, str(answer).encode())
            time.sleep(2)
            server.stop(folder)
        except BaseException as error:  # noqa: BLE001 -- told to the parent
            os.write(told, repr(error).encode())
        finally:
            os._exit(0)
    os.close(told)
    assert os.read(ready, 1000) == b"postgres"
    assert psutil.Process(_postmaster(folder)).username() == "nobody"
    with sa.create_engine(server.embedded_url(folder), poolclass=sa.NullPool).connect() as connection:
        assert connection.execute(sa.text("select current_user")).scalar() == "postgres"
    os.waitpid(child, 0)
    pid = _postmaster(folder)
    server.stop(folder)
    assert _gone(pid)
