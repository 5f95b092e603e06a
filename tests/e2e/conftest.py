"""Warehouses filled from the samples and from real filings."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from filelock import FileLock

from tests.command_line import miners
from tests.databases import create_database

SOURCES = ("samples", "edgar", "edgar-2")


@pytest.fixture(scope="module", params=SOURCES)
def source(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def data_folder(source: str, session_folder: Path) -> Path:
    """The data folder of `warehouse`, with the archive of its documents."""
    return session_folder / f"data of {source}"


@pytest.fixture(scope="module")
def warehouse(source: str, data_folder: Path, request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """A warehouse filled from one source by `miners run`."""
    if source == "samples":
        url = sa.make_url(request.getfixturevalue("samples")["WAREHOUSE_URL"])
    else:
        url = _filled(source, data_folder, request)
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg"))
    yield engine
    engine.dispose()


def _filled(source: str, folder: Path, request: pytest.FixtureRequest) -> sa.URL:
    mirror = request.getfixturevalue("shared_edgar").parent / source
    if not mirror.is_dir():
        pytest.skip(f"the real filings of {source} are not here")
    admin: sa.Engine = request.getfixturevalue("admin")
    finished = folder.with_suffix(".made")
    url = admin.url.set(drivername="postgresql", database=f"miners_same_{source.replace('-', '_')}")
    with FileLock(str(folder.with_suffix(".lock"))):
        if not finished.exists():
            create_database(admin, str(url.database))
            done = miners(
                "run",
                "--no-publish",
                EDGAR_MIRROR=str(mirror),
                WAREHOUSE_URL=url.render_as_string(hide_password=False),
                MINERS_DATA_DIR=str(folder),
            )
            assert done.returncode == 0, done.stderr
            finished.touch()
    return url
