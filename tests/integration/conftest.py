"""Warehouses filled once for all tests."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from filelock import FileLock

from pipelines.settings import Settings
from pipelines.steps.services import Services
from tests.databases import TEMPLATE, create_database
from tests.pipeline_run import run_filings


@dataclass(frozen=True, slots=True)
class Content:
    """Content of a warehouse and its data folder, by name, that tests begin with.

    Args:
        fill: Adds the content to the warehouse of `base`, or to an empty one.
    """

    name: str
    fill: Callable[[Services], object]
    base: "Content | None" = None


StartFrom = Callable[[Content], None]
FILED_BY = ("CORZ", "RIOT", "MARA", "CANG")
FILINGS = Content("filings", lambda services: run_filings(services, *FILED_BY))


@pytest.fixture
def start_from(admin: sa.Engine, session_folder: Path, database: sa.URL, tmp_path: Path) -> StartFrom:
    """Replace the test's empty warehouse and data folder by a copy of a content, which is made once for all tests."""

    def made(content: Content) -> tuple[str, Path]:
        """The database and the data folder of a content; the first test that needs it makes both."""
        source, data = f"miners_with_{content.name}", session_folder / f"data with {content.name}"
        finished = session_folder / f"{content.name}.made"
        with FileLock(str(session_folder / f"{content.name}.lock")):
            if not finished.exists():
                template = TEMPLATE
                if content.base:
                    template, folder = made(content.base)
                    shutil.copytree(folder, data)
                url = create_database(admin, source, template).set(drivername="postgresql")
                services = Services(
                    Settings(
                        _env_file=None,
                        warehouse_url=url.render_as_string(hide_password=False),
                        miners_data_dir=data,
                    )
                )
                content.fill(services)
                services.engine.dispose()
                finished.touch()
        return source, data

    def start(content: Content) -> None:
        source, data = made(content)
        assert database.database
        create_database(admin, database.database, source)
        shutil.copytree(data, tmp_path / "data", dirs_exist_ok=True)

    return start


@pytest.fixture
def with_filings(start_from: StartFrom, make_services: Callable[..., Services]) -> Services:
    """A warehouse of the figures in the sample filings of four companies."""
    start_from(FILINGS)
    return make_services()
