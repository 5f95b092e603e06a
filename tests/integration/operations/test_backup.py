"""Backup and restore."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.operations.backup import back_up, restore
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from pipelines.warehouse.engine import read_only
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
    with pytest.raises(UsageError, match="empty one"):
        restore(services.settings, dump)
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
