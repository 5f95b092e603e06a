"""PostgreSQL servers of other major versions: those that Debian installed, and that of the wheel `pgserver`."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.warehouse.server import _make_reachable, _service_user


def programs() -> dict[int, Path]:
    """The folder of PostgreSQL's programs by major version."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    spec = importlib.util.find_spec("pgserver")
    if spec is not None and spec.origin:
        found.append(Path(spec.origin).parent / "pginstall" / "bin")
    return dict(sorted((_major(folder), folder) for folder in found))


def _major(folder: Path) -> int:
    shown = subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, text=True)
    return int(shown.stdout.split()[2].partition(".")[0])


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """A new server of these programs; yields the URL of its database `postgres`, as its superuser."""
    owner = _service_user() if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    as_owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    place = Path(tempfile.mkdtemp(prefix="pg-"))
    os.chown(place, owner.pw_uid, owner.pw_gid)
    if os.geteuid() == 0:
        _make_reachable(folder / "postgres")

    def run(program: str, *arguments: str) -> None:
        command = [str(folder / program), *arguments, "-D", str(place / "data")]
        with (place / "printed").open("w") as printed:
            done = subprocess.run(command, stdout=printed, stderr=subprocess.STDOUT, cwd="/", **as_owner)  # type: ignore[call-overload]
        assert done.returncode == 0, (place / "printed").read_text()

    try:
        run("initdb", "--username=postgres", "--encoding=UTF8", "--auth=trust")
        options = f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
        run("pg_ctl", "start", "-w", "-l", str(place / "log"), "-o", options)
        try:
            yield f"postgresql://postgres@/postgres?host={place}"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "fast")
    finally:
        shutil.rmtree(place, ignore_errors=True)
