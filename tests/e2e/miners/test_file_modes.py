"""Modes of files: the data folder is closed, its files follow the umask, sockets and backups are their owner's alone."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from miners.cli.main import main
from pipelines.settings import HOME
from pipelines.warehouse import server
from tests.command_line import MINERS, miners

HOLD = """
import sys
from pathlib import Path
from pipelines.warehouse import server
server.embedded_url(Path(sys.argv[1]))
print((Path(sys.argv[1]) / "postgres" / "postmaster.pid").read_text().splitlines()[4], flush=True)
sys.stdin.read()
"""


def mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.lstat().st_mode):04o}"


def modes(*folders: Path) -> tuple[set[str], set[str]]:
    """Modes of all files and of all folders below some folders, these included."""
    paths = [p for f in folders for p in (f, *f.rglob("*")) if not p.is_symlink()]
    return {mode(p) for p in paths if p.is_file()}, {mode(p) for p in paths if p.is_dir()}


@pytest.mark.parametrize(
    ("umask", "files", "folders", "data"),
    [(0o022, "0644", "0755", "0750"), (0o027, "0640", "0750", "0750"), (0o002, "0664", "0775", "0750")],
)
def test_files_follow_umask_in_closed_folder(
    tmp_path: Path, umask: int, files: str, folders: str, data: str
) -> None:
    """As root, the server's own user enters by the data folder's group, so that others stay out."""
    place, dump = tmp_path / "data", tmp_path / "warehouse.dump"
    ours = ("EDGAR_", "MINERS_", "DAGSTER_", "WAREHOUSE")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    environment["MINERS_DATA_DIR"] = str(place)

    def run(*command: str) -> None:
        done = subprocess.run(command, env=environment, cwd=HOME, capture_output=True, text=True, umask=umask)
        assert done.returncode == 0, done.stderr

    run(MINERS, "run", "--company", "SLNH")
    run(MINERS, "backup", str(dump))
    assert mode(place) == data
    assert modes(place / "archive", place / "published", place / "validation") == ({files}, {folders})
    assert {mode(place / name) for name in ("health.json", "metrics.prom")} == {files}
    assert mode(place / "postgres") == "0700"
    assert mode(dump) == "0600"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        umask=umask,
    ) as holder:
        assert holder.stdout
        socket = Path(holder.stdout.readline().strip())
        assert (mode(socket), mode(socket / f".s.PGSQL.{server.PORT}")) == ("0700", "0700")
        assert holder.stdin
        holder.stdin.close()


@pytest.mark.parametrize(("env_mode", "warned"), [(0o644, True), (0o640, True), (0o600, False)])
def test_env_file_of_others_is_warned_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, env_mode: int, warned: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text("")
    file.chmod(env_mode)
    shown = CliRunner().invoke(main, ["doctor", "--help"])
    assert shown.exit_code == 0
    assert ("chmod 600 .env" in shown.stderr) == warned


def test_missing_env_file_is_no_warning() -> None:
    assert miners("doctor", "--help").stderr == ""
