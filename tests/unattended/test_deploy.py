"""Where it is deployed: what can be run here is run, what cannot is read and linted."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml

from pipelines.errors import UsageError
from pipelines.extract.archive import Archive, ArchiveDamaged
from pipelines.load.backup import back_up, restore
from pipelines.load.engine import read_only
from pipelines.settings import HOME, Settings
from pipelines.steps.services import Services
from pipelines.steps.whole import do_again
from tests.e2e.daemon import free_port
from tests.e2e.tables import snapshot

DEPLOY = HOME / "deploy"
BIN = Path(sys.executable).parent
SLICES = [("SLNH", date(2024, 11, 1), date(2024, 12, 31))]


class TestFiles:
    def test_the_compose_file_holds_to_its_specification(self) -> None:
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

    def test_services_are_locked_down_and_nothing_listens_beyond_this_machine(self) -> None:
        services = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())["services"]
        assert set(services) == {"postgres", "code", "webserver", "daemon"}
        for name, service in services.items():
            assert service["healthcheck"]["test"], name
            assert "no-new-privileges:true" in service["security_opt"], name
            assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
            if name != "postgres":
                assert service["read_only"] is True
                assert service["cap_drop"] == ["ALL"]

    def test_the_image_is_linted_and_runs_as_nobody_special(self) -> None:
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

    def test_the_unit_is_one_that_systemd_takes(self, tmp_path: Path) -> None:
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

    def test_the_variants_differ_from_ours_only_where_they_must(self) -> None:
        ours = yaml.safe_load((HOME / "dagster.yaml").read_text())
        differences = {
            "compose": {"storage"},
            "celery": {"storage", "compute_logs"},
            "kubernetes": {"storage", "compute_logs", "run_launcher"},
        }
        for name, allowed in differences.items():
            theirs = yaml.safe_load((DEPLOY / name / "dagster.yaml").read_text())
            assert {k for k in ours | theirs if ours.get(k) != theirs.get(k)} == allowed, name

    def test_the_launcher_of_kubernetes_takes_its_configuration(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dagster._config import process_config, resolve_to_config_type
        from dagster_k8s import K8sRunLauncher

        for variable in ("MINERS_NAMESPACE", "MINERS_IMAGE", "MINERS_DAGSTER_CONFIG_MAP"):
            monkeypatch.setenv(variable, "miners")
        config = yaml.safe_load((DEPLOY / "kubernetes" / "dagster.yaml").read_text())["run_launcher"][
            "config"
        ]
        checked = process_config(resolve_to_config_type(K8sRunLauncher.config_type()), config)
        assert checked.success, checked.errors


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A local S3 server with a bucket; its address."""
    import requests

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
        for _ in range(200):
            try:
                requests.get(base, timeout=2)
                break
            except requests.RequestException:
                time.sleep(0.1)
        import boto3

        boto3.client("s3").create_bucket(Bucket="miners")
        yield base
    finally:
        for key, value in before.items():
            os.environ.pop(key, None) if value is None else os.environ.update({key: value})
        process.terminate()
        process.wait(10)


@pytest.mark.full
class TestS3:
    def test_the_archive_keeps_and_gives_documents(self, s3: str) -> None:
        archive = Archive("s3://miners/one")
        assert archive.known("https://x.example/a") is None
        sha256 = archive.put("https://x.example/a", b"<html>a</html>")
        assert Archive("s3://miners/one").known("https://x.example/a") == sha256
        assert archive.get(sha256) == b"<html>a</html>"
        assert archive.size() == 14
        archive.forget("https://x.example/a", sha256)
        with pytest.raises(ArchiveDamaged):
            archive.get(sha256)

    def test_a_run_over_s3_is_a_run_over_a_folder(
        self, s3: str, settings_of: Callable[..., Settings]
    ) -> None:
        services = Services(settings_of(miners_archive="s3://miners/run"))
        for result in do_again(services, SLICES, "s3"):
            assert not result.failures, result.failures
        assert Archive("s3://miners/run").size() > 5_000
        with services.engine.connect() as connection:
            assert (
                connection.execute(
                    sa.text("select count(*) from marts.segment_revenue where ticker = 'SLNH'")
                ).scalar()
                == 4
            )


@pytest.mark.full
def test_two_workers_on_one_broker_do_a_run_with_postgresql_and_s3(
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
        **clean, "DAGSTER_HOME": str(home), "MINERS_DAGSTER_DIR": str(tmp_path / "dagster"), "MINERS_DATA_DIR": str(tmp_path / "data"),
        "WAREHOUSE_URL": as_text(database), "DAGSTER_POSTGRES_URL": as_text(database.set(database=runs)).replace("postgresql://", "postgresql+psycopg2://"), "MINERS_ARCHIVE": "s3://miners/celery",
        "MINERS_LOGS_BUCKET": "miners", "MINERS_EXECUTOR": "celery", "MINERS_CELERY_BROKER": redis, "MINERS_LIMITER_URL": as_text(database),
    }  # fmt: skip
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
            [BIN / "dagster", "job", "execute", "-m", "assets.definitions", "-j", "backfill", "--tags", json.dumps(tags)],
            cwd=HOME, env=env, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
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


@pytest.mark.full
def test_a_backup_is_restored_into_an_empty_postgresql_and_runs_on(
    services_of: Callable[..., Services], admin: sa.Engine, tmp_path: Path
) -> None:
    """As docs/operating.md says: a backup, an empty database, a restore, and a run that finds nothing new."""
    services = services_of()
    list(do_again(services, SLICES, "before"))
    before = snapshot(services.engine)
    dump = tmp_path / "warehouse.dump"
    assert back_up(services.settings, dump) > 10_000
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
    results = {r.step: r for r in do_again(restored, SLICES, "after")}
    assert results["filing_documents"].counts["fetched"] == 0
    assert results["segment_revenue"].counts["documents"] == 0
    assert snapshot(restored.engine) == before
    restored.engine.dispose()
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))
