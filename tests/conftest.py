"""What tests stand on: a real PostgreSQL with a fresh database each, documents written around real figures."""

import importlib.util
import json
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from filelock import FileLock

from pipelines.parse.xbrl.facts import FactTable
from pipelines.parse.xbrl.inline import read_facts
from pipelines.settings import HOME, Settings
from pipelines.steps.services import Services
from pipelines.warehouse import migrate
from pipelines.warehouse import server as postgres_server
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.command_line import miners
from tests.edgar_server import EdgarServer

SHARED = HOME.parent / "shared" / "edgar"
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
# A test's ban of the loopback EDGAR lasts moments, and no other process of this machine hears of it.
os.environ["EDGAR_BAN_SECONDS"] = "0.05"
os.environ["MINERS_LIMITER_DIR"] = tempfile.mkdtemp(prefix="miners-test-limit-")
for name in ("EDGAR_USER_AGENT", "EDGAR_MIRROR", "WAREHOUSE_URL", "MINERS_DATA_DIR", "MINERS_WATCHLIST"):
    os.environ.pop(name, None)


def pytest_sessionfinish() -> None:
    """Leave nothing behind beside pytest's own folders."""
    shutil.rmtree(os.environ["MINERS_LIMITER_DIR"], ignore_errors=True)


# What waits most of its time, for a Dagster's next look or a killed run: it begins first, and all else is done beside it.
LONGEST = ("daemon in trouble", "daemon", "kill points")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest groups first; then some short tests, since each worker is dealt two groups at once and the second of a long
    one would wait behind it; then the other groups, then what stands alone. What needs the warehouse of all samples is full."""
    for item in items:
        if "samples" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.full)

    def group(item: pytest.Item) -> str | None:
        marker = item.get_closest_marker("xdist_group")
        return str(marker.args[0]) if marker else None

    longest = [item for name in LONGEST for item in items if group(item) == name]
    alone = [item for item in items if group(item) is None]
    short = [item for item in alone if item.get_closest_marker("full") is None][:8]
    grouped = [item for item in items if group(item) not in (None, *LONGEST)]
    items[:] = [*longest, *short, *grouped, *(item for item in alone if item not in short)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests report beside passing: precision and recall of articles, with what is missed."""
    for passed in terminalreporter.getreports("passed"):
        for name, value in passed.user_properties:
            if name == "report":
                terminalreporter.write_line(str(value))


@pytest.fixture(scope="session")
def shared_edgar() -> Path:
    """The folder of real filings; tests that need it skip where it is not."""
    folder = Path(os.environ.get("TEST_EDGAR_MIRROR") or SHARED)
    if not (folder / "expected.csv").exists():
        pytest.skip(f"real filings are not here ({folder}); set TEST_EDGAR_MIRROR to a folder that has them")
    return folder


def quick(url: sa.URL) -> None:
    """A server of tests need not outlive a power cut: what it wrote stands with the kernel, also after kill -9."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sa.text(f"alter system set {name} = off"))
        connection.execute(sa.text("select pg_reload_conf()"))


def shared_by_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all workers of this session see."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def _admin_url(tmp_path_factory: pytest.TempPathFactory) -> sa.URL:
    told = os.environ.get("TEST_WAREHOUSE_URL")
    if told:
        return sa.make_url(told).set(drivername="postgresql+psycopg")
    shared = shared_by_workers(tmp_path_factory)
    with FileLock(str(shared / "server.lock")):
        url = sa.make_url(postgres_server.embedded_url(shared / "a server"))
        quick(url)
        return url


@pytest.fixture(scope="session")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """The test server; in it a migrated database from which each test's own is copied."""
    url = _admin_url(tmp_path_factory)
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    shared = shared_by_workers(tmp_path_factory)
    with FileLock(str(shared / "template.lock")):
        with engine.connect() as connection:
            there = connection.execute(
                sa.text("select 1 from pg_database where datname = 'miners_template'")
            ).scalar()
            if there and not (shared / "template.made").exists():
                connection.execute(sa.text("drop database miners_template"))
                there = None
            if not there:
                connection.execute(sa.text("create database miners_template"))
        if not there:
            template = sa.create_engine(url.set(database="miners_template"))
            migrate.ensure_current(template)
            template.dispose()
            (shared / "template.made").touch()
    yield engine
    engine.dispose()


@pytest.fixture
def database(admin: sa.Engine) -> Iterator[sa.URL]:
    """The URL of a fresh, migrated database."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with (
        FileLock(str(Path(tempfile.gettempdir()) / "miners-test-template.lock")),
        admin.connect() as connection,
    ):
        connection.execute(sa.text(f"create database {name} template miners_template"))
    yield admin.url.set(database=name)
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database if exists {name} with (force)"))


@pytest.fixture(scope="session")
def samples(admin: sa.Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A warehouse that `miners run` filled from all samples, and published, once for all workers: read it, change nothing.

    The environment to reach it; `_OUT` is what the run printed.
    """
    shared = shared_by_workers(tmp_path_factory)
    made = shared / "samples.json"
    with FileLock(str(shared / "samples.lock")):
        if not made.exists():
            with admin.connect() as connection:
                connection.execute(sa.text("drop database if exists miners_samples"))
                connection.execute(sa.text("create database miners_samples template miners_template"))
            url = admin.url.set(drivername="postgresql", database="miners_samples")
            environment = {
                "WAREHOUSE_URL": url.render_as_string(hide_password=False),
                "MINERS_DATA_DIR": str(shared / "data of samples"),
            }
            done = miners("run", **environment)
            assert done.returncode == 0, done.stderr
            # A database can be copied only while nobody is in it.
            with admin.connect() as connection:
                connection.execute(sa.text("drop database if exists miners_samples_to_change"))
                connection.execute(
                    sa.text("create database miners_samples_to_change template miners_samples")
                )
            made.write_text(json.dumps({**environment, "_OUT": done.stdout}))
    return dict(json.loads(made.read_text()))


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
def server() -> Iterator[EdgarServer]:
    """A real HTTP server on loopback that answers as a test tells it."""
    server = EdgarServer()
    yield server
    server.close()


@pytest.fixture
def settings_of(database: sa.URL, tmp_path: Path) -> Callable[..., Settings]:
    """Settings over a fresh database and data folder; anything else by keyword."""

    def make(**more: Any) -> Settings:
        url = database.set(drivername="postgresql").render_as_string(hide_password=False)
        values: dict[str, Any] = {
            "warehouse_url": url,
            "miners_data_dir": tmp_path / "data",
            "edgar_pause_seconds": 0.01,
        }
        return Settings(_env_file=None, **{**values, **more})

    return make


@pytest.fixture
def services_of(settings_of: Callable[..., Settings]) -> Callable[..., Services]:
    return lambda **more: Services(settings_of(**more))


def _load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def builder() -> ModuleType:
    """samples/build.py: makes inline-XBRL filings from figures."""
    return _load(HOME / "samples" / "build.py", "samples_build")


@pytest.fixture(scope="session")
def filing_of(builder: ModuleType) -> Callable[..., bytes]:
    """A filing's primary document from tables of figures; `statement`, `note`, `cash_flow`: columns and rows."""

    def make(
        *,
        cik: int = 1,
        ticker: str = "TEST",
        until: str = "2024-03-31",
        scale: int = 3,
        ifrs: bool = False,
        statement: dict[str, Any] | None = None,
        note: dict[str, Any] | None = None,
        cash_flow: dict[str, Any] | None = None,
        form: str = "10-Q",
        name: str = "Test Miner, Inc.",
    ) -> bytes:
        company = {
            "cik": cik,
            "name": name,
            "ticker": ticker,
            "prefix": ticker.lower(),
            "fiscal_year_end": "1231",
            "ifrs": ifrs,
            "statements": {until: statement} if statement else {},
            "notes": {until: {"title": "Note", **note}} if note else {},
            "cash_flows": {until: cash_flow} if cash_flow else {},
        }
        document: str = builder.document(company, {"form": form, "until": until, "scale": scale})
        return document.encode()

    return make


@pytest.fixture(scope="session")
def figures_of() -> Callable[..., Any]:
    """What a document's normalization gives, with `value(fact, segment, start, end)` on it."""
    from pipelines.normalize.bitcoin import normalize_bitcoin_sales
    from pipelines.normalize.segments import normalize_revenue

    class Read:
        def __init__(self, document: bytes | FactTable) -> None:
            table = document if isinstance(document, FactTable) else read_facts(document)
            company = load_watchlist().by_cik(table.cik)
            self.all = normalize_revenue(table, company, load_lexicon()).add(normalize_bitcoin_sales(table))
            self.figures, self.rejected, self.findings = (
                self.all.figures,
                self.all.rejected,
                self.all.findings,
            )

        def one(
            self, fact: str, segment: str | None = None, end: str = "2024-03-31", start: str | None = None
        ) -> Any:
            found = [
                f
                for f in self.figures
                if f.fact == fact
                and f.segment == segment
                and str(f.end) == end
                and (start is None or str(f.start) == start)
            ]
            assert len(found) <= 1, found
            return found[0] if found else None

        def value(self, *args: Any, **more: Any) -> Any:
            figure = self.one(*args, **more)
            return None if figure is None else int(figure.value)

        def segments(self, end: str = "2024-03-31", start: str | None = None) -> dict[str, int]:
            return {
                str(f.segment): int(f.value)
                for f in self.figures
                if f.fact == "segment_revenue"
                and str(f.end) == end
                and (start is None or str(f.start) == start)
            }

        def checks(self) -> list[str]:
            return sorted({r.check for r in self.rejected} | {f.check for f in self.findings})

    return Read


Q1 = "2024-01-01..2024-03-31"


@pytest.fixture(scope="session")
def page() -> Callable[..., bytes]:
    """An exhibit: a headline, then paragraphs or pieces of HTML."""

    def make(title: str, *parts: str) -> bytes:
        body = "".join(part if part.lstrip().startswith("<") else f"<p>{part}</p>" for part in parts)
        return f"<html><body><p><b>{title}</b></p>{body}</body></html>".encode()

    return make


@pytest.fixture(scope="session")
def read() -> Callable[..., Any]:
    """What a release says once it is normalized, with `value(metric, end, scope)` on it."""
    from datetime import date

    from pipelines.normalize.release_figures import normalize_release
    from pipelines.normalize.release_revenue import normalize_release_revenue
    from pipelines.parse.press_releases.release import read_release

    class Released:
        def __init__(self, document: bytes, ticker: str = "RIOT", said: date | None = None) -> None:
            company, lexicon = load_watchlist().by_ticker(ticker), load_lexicon()
            self.release = read_release(document, company, lexicon, said)
            self.all = normalize_release(self.release, lexicon.words).add(
                normalize_release_revenue(self.release, company, lexicon)
            )
            self.figures, self.rejected, self.findings = (
                self.all.figures,
                self.all.rejected,
                self.all.findings,
            )

        def one(
            self,
            fact: str,
            end: str,
            scope: str = "company",
            segment: str | None = None,
            start: str | None = None,
        ) -> Any:
            found = [
                f
                for f in self.figures
                if f.fact == fact
                and str(f.end) == end
                and (f.segment or segment) == segment
                and (f.segment is not None or f.scope == scope)
                and (start is None or str(f.start) == start)
            ]
            assert len(found) <= 1, found
            return found[0] if found else None

        def value(self, fact: str, end: str, scope: str = "company", **more: Any) -> Any:
            figure = self.one(fact, end, scope, **more)
            return None if figure is None else float(figure.value)

        def facts(self) -> dict[tuple[str, str, str], float]:
            return {(f.fact, f.segment or f.scope, str(f.end)): float(f.value) for f in self.figures}

        def refused(self) -> set[str]:
            return {r.check for r in self.rejected}

        def found(self) -> set[str]:
            return {f.check for f in self.findings}

        def left(self) -> set[str]:
            return {item.rule for item in self.all.skipped}

    return Released
