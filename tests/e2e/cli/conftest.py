"""Warehouses of samples for commands that change them."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa


def _copy(samples: dict[str, str], database: str, folder: Path) -> dict[str, str]:
    """Settings of a copy of the database of samples and of its data folder."""
    url = sa.make_url(samples["WAREHOUSE_URL"]).set(database=database)
    data = folder / "data"
    shutil.copytree(samples["MINERS_DATA_DIR"], data, symlinks=True, ignore=shutil.ignore_patterns("publi*"))
    return {"WAREHOUSE_URL": url.render_as_string(hide_password=False), "MINERS_DATA_DIR": str(data)}


@pytest.fixture(scope="module")
def warehouse(samples: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A copy of the warehouse of samples that may be changed."""
    return _copy(samples, "miners_samples_copy", tmp_path_factory.mktemp("a data folder"))


@pytest.fixture
def rerun_warehouse(samples: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A copy of the warehouse of samples for a second run."""
    return _copy(samples, "miners_samples_rerun", tmp_path)
