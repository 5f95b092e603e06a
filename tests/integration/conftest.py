"""Warehouses filled once for all tests, and validations that are not repeated for the same rows."""

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from filelock import FileLock

from pipelines.settings import Settings
from pipelines.steps import datasets
from pipelines.steps.services import Services
from pipelines.validate import suites
from tests.databases import create_database

StartFrom = Callable[[str, Callable[[Services], object]], None]


@pytest.fixture(scope="session", autouse=True)
def validate_once() -> Iterator[None]:
    """Great Expectations takes 0.3 s for a table of any size: keep its verdict on the same rows."""
    kept: dict[tuple[str, ...], suites.Verdict] = {}

    def validate(frame: Any, tables: Any, lexicon: Any, suite: str = "figures") -> suites.Verdict:
        # Documents of the past differ only by the clock.
        rows = frame.assign(days_ahead=frame["days_ahead"].clip(lower=0)).to_csv()
        columns = repr([(table.fullname, sorted(present.items())) for table, present in tables])
        key = (rows, str(frame.dtypes), columns, repr(lexicon), suite)
        if key not in kept:
            kept[key] = suites.validate(frame, tables, lexicon, suite)
        return deepcopy(kept[key])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "validate", validate)
        yield


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
