"""Backup and restore, also on servers of other major versions."""

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.errors import MinersError
from pipelines.operations.backup import back_up, restore
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from pipelines.warehouse.engine import read_only
from tests.command_line import MINERS
from tests.other_servers import programs, running
from tests.snapshot import snapshot

SLICES = [("SLNH", date(2024, 11, 1), date(2024, 12, 31))]


def test_backup_restores_into_empty_database(
    make_services: Callable[..., Services], admin: sa.Engine, tmp_path: Path
) -> None:
    """As docs/operating.md says: a backup, an empty database, a restore, and a run that finds nothing new."""
    services = make_services()
    list(run_all(services, SLICES, "before"))
    before = snapshot(services.engine)
    dump = tmp_path / "warehouse.dump"
    assert back_up(services.settings, dump) > 10_000
    assert dump.stat().st_mode & 0o077 == 0, "a dump is for its owner alone"
    name = f"restored_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(sa.text(f"create database {name}"))
    restored_url = admin.url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    restored = Services(services.settings.model_copy(update={"warehouse_url": restored_url}))
    restore(restored.settings, dump)
    assert snapshot(restored.engine) == before
    with read_only(restored.engine) as connection:
        assert connection.execute(sa.text("select count(*) from marts.segment_revenue")).scalar() == 4, (
            "analysts see it again"
        )
    results = {r.step: r for r in run_all(restored, SLICES, "after")}
    assert results["filing_documents"].counts["fetched"] == 0
    assert results["segment_revenue"].counts["documents"] == 0
    assert snapshot(restored.engine) == before
    restored.engine.dispose()
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))


@pytest.fixture
def saved(make_services: Callable[..., Services], tmp_path: Path) -> tuple[Services, Path]:
    """A warehouse with four figures, and its backup."""
    services = make_services()
    list(run_all(services, SLICES, "before"))
    dump = tmp_path / "warehouse.dump"
    back_up(services.settings, dump)
    return services, dump


@pytest.mark.parametrize("major", sorted(programs()))
def test_backup_restores_on_other_versions(saved: tuple[Services, Path], major: int) -> None:
    """pg_restore 18 sets a parameter that servers before 17 reject; the whole restore failed."""
    services, dump = saved
    before = snapshot(services.engine)
    with running(programs()[major]) as server:
        with sa.create_engine(
            server.replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT"
        ).connect() as admin:
            assert str(admin.execute(sa.text("show server_version")).scalar()).startswith(str(major))
            # As a service lends it: a database of one's own, without the rights of a superuser.
            admin.execute(sa.text("create role lessee login"))
            admin.execute(sa.text("create role analyst login"))
            admin.execute(sa.text("create database miners owner lessee"))
        url = server.replace("postgres@", "lessee@").replace("/postgres", "/miners")
        other = Services(services.settings.model_copy(update={"warehouse_url": url}))
        for _ in range(2):
            restore(other.settings, dump, overwrite=True)
            assert snapshot(other.engine) == before
        with read_only(other.engine) as connection:
            assert connection.execute(sa.text("select count(*) from marts.segment_revenue")).scalar() == 4
        results = {r.step: r for r in run_all(other, SLICES, "after")}
        assert results["segment_revenue"].counts["documents"] == 0
        back_up(other.settings, dump.with_suffix(".again"))
        other.engine.dispose()
    restore(services.settings, dump.with_suffix(".again"), overwrite=True)
    assert snapshot(services.engine) == before


def test_restore_overwrites_only_if_told(saved: tuple[Services, Path]) -> None:
    services, dump = saved
    with services.engine.begin() as connection:
        connection.execute(sa.text("update warehouse.dim_document set title = 'changed'"))
    changed = snapshot(services.engine)
    for arguments, answer, fine in (([], "", False), (["--overwrite"], "", True)):
        done = _restore_command(services, dump, *arguments, answer=answer)
        assert (done.returncode == 0) == fine, done.stderr
        assert (snapshot(services.engine) == changed) == (not fine)
        if not fine:
            assert "Use --overwrite to replace it" in done.stderr
            assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(("answer", "fine"), [("n", False), ("", False), ("y", True)])
def test_restore_asks_at_a_terminal(saved: tuple[Services, Path], answer: str, fine: bool) -> None:
    services, dump = saved
    with services.engine.begin() as connection:
        connection.execute(sa.text("update warehouse.dim_document set title = 'changed'"))
    changed = snapshot(services.engine)
    done = _restore_command(services, dump, answer=f"{answer}\n", terminal=True)
    assert "has 3 documents. Replace all of it by" in done.stdout + done.stderr
    assert (snapshot(services.engine) == changed) == (not fine)


def _restore_command(
    services: Services, dump: Path, *arguments: str, answer: str = "", terminal: bool = False
) -> subprocess.CompletedProcess[str]:
    command = [MINERS, "restore", *arguments, str(dump)]
    if terminal:
        if shutil.which("script") is None:
            pytest.skip("no `script`, which gives a command a terminal")
        command = ["script", "--quiet", "--return", "--command", " ".join(map(str, command)), "/dev/null"]
    environment = {
        **os.environ,
        "WAREHOUSE_URL": str(services.settings.warehouse_url),
        "MINERS_DATA_DIR": str(services.settings.data_dir),
    }
    return subprocess.run(command, input=answer, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("damage", ["cut", "text", "middle", "statement"])
def test_failed_restore_changes_nothing(saved: tuple[Services, Path], damage: str) -> None:
    """A backup that is cut off must not be loaded as far as it goes."""
    services, dump = saved
    before = snapshot(services.engine)
    content = dump.read_bytes()
    if damage == "cut":
        dump.write_bytes(content[: len(content) // 2])
    elif damage == "text":
        dump.write_text("no backup")
    elif damage == "middle":
        dump.write_bytes(content[: len(content) // 2] + b"x" * 5000 + content[len(content) // 2 + 5000 :])
    else:
        with services.engine.begin() as connection:
            connection.execute(sa.text("create view public.obstacle as select 1"))
        back_up(services.settings, dump)
    with pytest.raises(MinersError, match="is not a whole backup|the warehouse is unchanged") as caught:
        restore(services.settings, dump, overwrite=True)
    assert "\n" not in str(caught.value)
    assert snapshot(services.engine) == before
