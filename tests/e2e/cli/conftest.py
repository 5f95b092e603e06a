"""Warehouses of samples for commands that change them."""

import shutil
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.databases import create_database


def _copy(admin: sa.Engine, samples: dict[str, str], folder: Path) -> dict[str, str]:
    """Settings of a copy of the database of samples and of its data folder."""
    database = f"miners_samples_{uuid.uuid4().hex[:12]}"
    url = create_database(admin, database, "miners_samples_copy").set(drivername="postgresql")
    data = folder / "data"
    shutil.copytree(samples["MINERS_DATA_DIR"], data, symlinks=True, ignore=shutil.ignore_patterns("publi*"))
    return {"WAREHOUSE_URL": url.render_as_string(hide_password=False), "MINERS_DATA_DIR": str(data)}


@pytest.fixture(scope="module")
def warehouse(
    admin: sa.Engine, samples: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """A copy of the warehouse of samples that may be changed."""
    return _copy(admin, samples, tmp_path_factory.mktemp("a data folder"))


@pytest.fixture
def rerun_warehouse(admin: sa.Engine, samples: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A copy of the warehouse of samples for a second run."""
    return _copy(admin, samples, tmp_path)
