"""Shared fixtures: a PostgreSQL with a database for each test, a warehouse of the samples, a loopback EDGAR."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from filelock import FileLock

from pipelines.settings import HOME, Settings
from pipelines.steps import datasets
from pipelines.steps.services import Services
from pipelines.warehouse import migrate
from pipelines.warehouse import server as postgres_server
from pipelines.warehouse.dimensions import load_dates
from tests.command_line import miners
from tests.databases import TEMPLATE, DatabasePool, create_database, disable_fsync
from tests.edgar_server import SAMPLES, EdgarServer
from tests.verdicts import validate_once

SHARED = HOME.parent / "shared" / "edgar"
TIERS = ("bi", "fuzz", "e2e", "integration", "unit")
LONG_FILES = {
    "test_deploy.py",
    "test_filings.py",
    "test_killed_runs.py",
    "test_press_releases.py",
    "test_same_figures.py",
    "test_suites.py",
}
LONGEST_PARAMETER = 40
# The folder of temporary files of this session, shared by its workers; `make test` shares it between its two sessions.
# Pytest's own is the same for all sessions: each closes it to the server's user when it starts.
OWN_FOLDER = "PYTEST_DEBUG_TEMPROOT" not in os.environ
if OWN_FOLDER:
    os.environ["PYTEST_DEBUG_TEMPROOT"] = tempfile.mkdtemp(prefix="miners-test-")
SESSION_FOLDER = Path(os.environ["PYTEST_DEBUG_TEMPROOT"])
SERVER = SESSION_FOLDER / "a server"
# Dagster and Great Expectations are a million objects that live as long as the process: collect garbage seldom.
gc.set_threshold(200_000, 20, 100)
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
# Bans of the loopback EDGAR are short and not shared with other processes of this machine.
os.environ["EDGAR_BAN_SECONDS"] = "0.05"
os.environ["MINERS_LIMITER_DIR"] = tempfile.mkdtemp(prefix="limit-", dir=SESSION_FOLDER)
for name in ("EDGAR_USER_AGENT", "EDGAR_MIRROR", "WAREHOUSE_URL", "MINERS_DATA_DIR", "MINERS_WATCHLIST"):
    os.environ.pop(name, None)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(exitstatus: int) -> None:
    """Delete the folder of this session, unless a test failed."""
    if OWN_FOLDER and exitstatus == pytest.ExitCode.OK:
        postgres_server.stop(SERVER)
        shutil.rmtree(SESSION_FOLDER, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run long tests first, so that short ones fill the workers at the end."""

    def tier(item: pytest.Item) -> int:
        return TIERS.index(item.path.relative_to(Path(__file__).parent).parts[0])

    items.sort(key=lambda item: (tier(item), item.path.name not in LONG_FILES))


def pytest_make_parametrize_id(val: object) -> str | None:
    """Cut the names of parameters that are whole documents; pytest numbers equal ones."""
    if isinstance(val, str | bytes) and len(val) > LONGEST_PARAMETER:
        head = val[:LONGEST_PARAMETER]
        return ascii(head if isinstance(head, str) else head.decode("ascii", "replace"))[1:-1]
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print precision and recall of article claims, with the missed ones."""
    for passed in terminalreporter.getreports("passed"):
        for name, value in passed.user_properties:
            if name == "report":
                terminalreporter.write_line(str(value))


@pytest.fixture(scope="session")
def shared_edgar() -> Path:
    """The folder of real filings; tests that need it are skipped without it."""
    folder = Path(os.environ.get("TEST_EDGAR_MIRROR") or SHARED)
    if not (folder / "expected.csv").exists():
        pytest.skip(f"no real filings in {folder}: set TEST_EDGAR_MIRROR to a folder that holds them")
    return folder


@pytest.fixture(scope="session", autouse=True)
def verdicts() -> Iterator[None]:
    """Steps in this process validate the same rows once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "validate", validate_once(SESSION_FOLDER / "verdicts"))
        yield


@pytest.fixture
def edgar() -> Iterator[EdgarServer]:
    """A loopback EDGAR that serves the samples."""
    server = EdgarServer(SAMPLES)
    yield server
    server.close()


@pytest.fixture(scope="session")
def session_folder() -> Path:
    """A folder that all workers share."""
    return SESSION_FOLDER


@pytest.fixture(scope="session")
def admin(session_folder: Path) -> Iterator[sa.Engine]:
    """The test server, embedded or that of TEST_WAREHOUSE_URL, with a migrated database that has its dates as template."""
    with FileLock(str(session_folder / "server.lock")):
        if external := os.environ.get("TEST_WAREHOUSE_URL"):
            url = sa.make_url(external).set(drivername="postgresql+psycopg")
        else:
            url = sa.make_url(postgres_server.embedded_url(SERVER))
            disable_fsync(url)
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        if not (session_folder / "template.made").exists():
            template = sa.create_engine(create_database(engine, TEMPLATE))
            migrate.ensure_current(template)
            with template.begin() as connection:
                load_dates(connection)
            template.dispose()
            (session_folder / "template.made").touch()
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def database_pool(admin: sa.Engine) -> DatabasePool:
    """Databases that tests of this process use one after the other."""
    return DatabasePool(admin)


@pytest.fixture
def database(database_pool: DatabasePool) -> Iterator[sa.URL]:
    """The URL of a fresh, migrated database."""
    url = database_pool.take()
    yield url
    database_pool.give_back(url)


@pytest.fixture(scope="session")
def samples(admin: sa.Engine, session_folder: Path) -> dict[str, str]:
    """Settings of a warehouse that `miners run` filled from all samples and published, for reading only.

    It is made once for all workers. `miners_samples_copy` is a copy of its database without connections, a template.
    """
    with FileLock(str(session_folder / "samples.lock")):
        url = admin.url.set(drivername="postgresql", database="miners_samples")
        environment = {
            "WAREHOUSE_URL": url.render_as_string(hide_password=False),
            "MINERS_DATA_DIR": str(session_folder / "data of samples"),
        }
        output = session_folder / "samples.txt"
        if not output.exists():
            create_database(admin, "miners_samples", TEMPLATE)
            done = miners("run", **environment)
            assert done.returncode == 0, done.stderr
            create_database(admin, "miners_samples_copy", "miners_samples")
            output.write_text(done.stdout)
    return environment


@pytest.fixture(scope="session")
def samples_output(samples: dict[str, str], session_folder: Path) -> str:
    """The output of the run over all samples."""
    return (session_folder / "samples.txt").read_text()


@pytest.fixture
def samples_engine(samples: dict[str, str]) -> Iterator[sa.Engine]:
    """An engine on the warehouse of samples."""
    engine = sa.create_engine(
        sa.make_url(samples["WAREHOUSE_URL"]).set(drivername="postgresql+psycopg"),
        connect_args={"options": "-c timezone=UTC"},
    )
    yield engine
    engine.dispose()


@pytest.fixture
def published(samples: dict[str, str]) -> Path:
    """The folder of the last publication of the samples."""
    return Path(samples["MINERS_DATA_DIR"]) / "published" / "latest"


@pytest.fixture
def samples_copy(tmp_path: Path) -> Path:
    """A copy of the sample filings that a test may damage, usable as EDGAR_MIRROR."""
    return Path(shutil.copytree(HOME / "samples" / "edgar", tmp_path / "samples copy"))


@pytest.fixture
def server() -> Iterator[EdgarServer]:
    """A real HTTP server on loopback with scripted answers."""
    server = EdgarServer()
    yield server
    server.close()


@pytest.fixture
def make_settings(database: sa.URL, tmp_path: Path) -> Callable[..., Settings]:
    """Settings over a fresh database and data folder; anything else by keyword."""

    def make(**more: Any) -> Settings:
        url = database.set(drivername="postgresql").render_as_string(hide_password=False)
        values: dict[str, Any] = {
            "warehouse_url": url,
            "miners_data_dir": tmp_path / "data",
            "edgar_pause_seconds": 0.001,
        }
        return Settings(_env_file=None, **{**values, **more})

    return make


@pytest.fixture
def make_services(make_settings: Callable[..., Settings]) -> Iterator[Callable[..., Services]]:
    """Services over a fresh database and data folder; settings by keyword."""
    made: list[Services] = []

    def make(**more: Any) -> Services:
        made.append(Services(make_settings(**more)))
        return made[-1]

    yield make
    for services in made:
        if "engine" in vars(services):
            services.engine.dispose()
