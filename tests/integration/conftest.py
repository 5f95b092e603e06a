"""Warehouses filled once for all tests."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from filelock import FileLock

from pipelines.settings import Settings
from pipelines.steps.services import Services
from tests.databases import create_database

StartFrom = Callable[[str, Callable[[Services], object]], None]


@pytest.fixture
def start_from(admin: sa.Engine, session_folder: Path, database: sa.URL, tmp_path: Path) -> StartFrom:
    """Replace the test's empty warehouse and data folder by a copy of those that a function fills once.

    Name the content: the first test that asks for it has the function called on a warehouse of its own.
    """

    def start(name: str, fill: Callable[[Services], object]) -> None:
        source, data = f"miners_with_{name}", session_folder / f"data with {name}"
        made = session_folder / f"{name}.made"
        with FileLock(str(session_folder / f"{name}.lock")):
            if not made.exists():
                url = create_database(admin, source, "miners_template").set(drivername="postgresql")
                services = Services(
                    Settings(
                        _env_file=None,
                        warehouse_url=url.render_as_string(hide_password=False),
                        miners_data_dir=data,
                    )
                )
                fill(services)
                services.engine.dispose()
                made.touch()
        assert database.database
        create_database(admin, database.database, source)
        shutil.copytree(data, tmp_path / "data", dirs_exist_ok=True)

    return start
