"""Where it is deployed: what can be run here is run, what cannot is read and linted."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.extract.archive import Archive, ArchiveDamaged
from pipelines.settings import HOME, Settings
from pipelines.steps.filing_steps import run_all
from pipelines.steps.services import Services
from tests.local_servers import free_port, redis_server, wait_for_port

DEPLOY = HOME / "deploy"
BIN = Path(sys.executable).parent
SLICES = [("SLNH", date(2024, 11, 1), date(2024, 12, 31))]


def test_compose_file_is_valid() -> None:
    done = subprocess.run(
        [
            BIN / "check-jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            DEPLOY / "compose" / "compose.yaml",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout


def test_image_is_linted_and_runs_unprivileged() -> None:
    path = DEPLOY / "Dockerfile"
    done = subprocess.run([BIN / "hadolint", path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout
    lines = path.read_text().splitlines()
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER 10001:10001"]
    assert sum("uv sync --locked" in line for line in lines) == 2, "built from the lock file"
    copied = {
        part
        for line in lines
        if line.startswith("COPY ") and "--from" not in line
        for part in line.split()[1:-1]
    }
    assert [c for c in copied if not (HOME / c).exists()] == []


def test_systemd_unit_is_valid(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not here; .ci/run installs it")
    unit = tmp_path / "miners.service"
    text = (DEPLOY / "systemd" / "miners.service").read_text()
    assert "ExecStart=/opt/miners/.venv/bin/miners ui" in text
    unit.write_text(text.replace("/opt/miners/.venv/bin/miners ui", "/bin/true"))
    done = subprocess.run([analyze, "verify", unit], capture_output=True, text=True, timeout=60)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "miners.service" in line]) == (
        0,
        [],
    )


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh Redis."""
    with redis_server(tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A local S3 server with a bucket; its address."""
    port = free_port()
    process = subprocess.Popen(
        [BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    base = f"http://127.0.0.1:{port}"
    keys = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": base,
    }
    before = {k: os.environ.get(k) for k in keys}
    os.environ.update(keys)
    try:
        wait_for_port(port)
        import boto3

        boto3.client("s3").create_bucket(Bucket="miners")
        yield base
    finally:
        for key, value in before.items():
            os.environ.pop(key, None) if value is None else os.environ.update({key: value})
        process.terminate()
        process.wait(10)


def test_archive_on_s3_stores_documents(s3: str) -> None:
    archive = Archive("s3://miners/one")
    assert archive.known("https://x.example/a") is None
    sha256 = archive.put("https://x.example/a", b"<html>a</html>")
    assert Archive("s3://miners/one").known("https://x.example/a") == sha256
    assert archive.get(sha256) == b"<html>a</html>"
    assert 0 < archive.size() < 60
    archive.forget("https://x.example/a", sha256)
    with pytest.raises(ArchiveDamaged):
        archive.get(sha256)


def test_run_with_archive_on_s3(s3: str, make_settings: Callable[..., Settings]) -> None:
    services = Services(make_settings(miners_archive="s3://miners/run"))
    for result in run_all(services, SLICES, "s3"):
        assert not result.failures, result.failures
    assert Archive("s3://miners/run").size() > 1_000
    with services.engine.connect() as connection:
        assert (
            connection.execute(
                sa.text("select count(*) from marts.segment_revenue where ticker = 'SLNH'")
            ).scalar()
            == 4
        )


def test_celery_workers_share_a_run(
    redis: str, s3: str, database: sa.URL, admin: sa.Engine, tmp_path: Path
) -> None:
    """deploy/celery as it is: run storage in PostgreSQL, archive and logs on S3, the steps in two Celery workers."""

    def as_text(url: sa.URL) -> str:
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    runs = f"{database.database}_dagster"
    with admin.connect() as connection:
        connection.execute(sa.text(f"create database {runs}"))
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(DEPLOY / "celery" / "dagster.yaml", home)
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("EDGAR_", "DAGSTER_", "MINERS_"))}
    env = {
        **clean,
        "DAGSTER_HOME": str(home),
        "MINERS_DAGSTER_DIR": str(tmp_path / "dagster"),
        "MINERS_DATA_DIR": str(tmp_path / "data"),
        "WAREHOUSE_URL": as_text(database),
        "DAGSTER_POSTGRES_URL": as_text(database.set(database=runs)).replace(
            "postgresql://", "postgresql+psycopg2://"
        ),
        "MINERS_ARCHIVE": "s3://miners/celery",
        "MINERS_LOGS_BUCKET": "miners",
        "MINERS_EXECUTOR": "celery",
        "MINERS_CELERY_BROKER": redis,
        "MINERS_LIMITER_URL": as_text(database),
    }
    workers = []
    try:
        for name in ("one", "two"):
            log = (tmp_path / f"{name}.log").open("wb")
            workers.append(
                subprocess.Popen(
                    [sys.executable, "-m", "assets.celery_worker", "-n", f"{name}@%h", "--concurrency=1"],
                    cwd=HOME,
                    env=env,
                    stdout=log,
                    stderr=log,
                )
            )
        tags = {
            "dagster/asset_partition_range_start": "SLNH|2024-11-01",
            "dagster/asset_partition_range_end": "SLNH|2024-12-01",
        }
        done = subprocess.run(
            [
                BIN / "dagster",
                "job",
                "execute",
                "-m",
                "assets.definitions",
                "-j",
                "backfill",
                "--tags",
                json.dumps(tags),
            ],
            cwd=HOME,
            env=env,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert done.returncode == 0, done.stderr[-3000:]
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(30)
    logs = {name: (tmp_path / f"{name}.log").read_text() for name in ("one", "two")}
    assert all("succeeded in" in text for text in logs.values()), "both took steps"
    with sa.create_engine(database).connect() as connection:
        assert (
            connection.execute(
                sa.text("select count(*) from marts.segment_revenue where ticker = 'SLNH'")
            ).scalar()
            == 4
        )
        assert connection.execute(sa.text("select status from ops.run")).scalars().all() == ["succeeded"]
    with sa.create_engine(database.set(database=runs)).connect() as connection:
        assert connection.execute(sa.text("select status from runs")).scalars().all() == ["SUCCESS"]
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database {runs} with (force)"))
