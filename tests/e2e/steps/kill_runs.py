"""Runs of the job that are killed at random moments and begun again, each in a process of its own; told as JSON lines.

    python -m tests.e2e.steps.kill_runs FOLDER EDGAR_BASE POINTS SEED

Everything heavy is imported once, a first run fills caches, and each further run is a fork: so that two dozen runs take
a minute and not ten. Of the points every fourth kills the database instead of the run.
"""

import contextlib
import gc
import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import sqlalchemy as sa

# How often a point is chosen anew whose run was over before.
TRIES = 4
PARTITION = "SLNH|2024-11-01"


def main(folder: Path, base: str, points: int, seed: int) -> None:
    # Settings are read as they are imported.
    os.environ["MINERS_DATA_DIR"] = str(folder / "none")
    import dagster as dg
    import great_expectations  # noqa: F401
    import prometheus_client  # noqa: F401
    from tqdm import tqdm

    from assets import resources
    from assets.definitions import defs
    from pipelines.settings import Settings
    from pipelines.steps import datasets
    from pipelines.warehouse import migrate, server
    from pipelines.warehouse.lineage import mart_lineage
    from tests.databases import disable_fsync
    from tests.edgar_server import fast
    from tests.snapshot import snapshot
    from tests.verdicts import validate_once

    # Great Expectations' progress bars start a thread, which a fork would not have.
    tqdm.monitor_interval = 0
    mart_lineage()
    datasets.validate = validate_once(folder / "verdicts")
    job = defs.resolve_job_def("backfill")
    # Looking at the marts writes nothing.
    selected = [key for key in job.asset_layer.selected_asset_keys if key.path[0] != "marts"]
    data = folder / "server"
    url = sa.make_url(server.embedded_url(data))
    disable_fsync(url)

    def settings_for(name: str) -> Settings:
        made = Settings(
            _env_file=None,
            warehouse_url=url.set(drivername="postgresql", database=name).render_as_string(
                hide_password=False
            ),
            miners_data_dir=folder / name,
            edgar_base=f"{base}/{name}",
            edgar_user_agent="Test test@example.com",
            edgar_pause_seconds=0.02,
            miners_limiter_dir=folder / "limit",
        )
        # The host's limit is tested elsewhere; here it would only make every run slow.
        return fast(made)

    def run_here(name: str) -> bool:
        """Run the job in this process; whether it succeeded."""
        services = resources.Services(settings_for(name))
        resources.shared_services = lambda: services
        with dg.DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(
                instance=instance,
                raise_on_error=False,
                asset_selection=selected,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                partition_key=PARTITION,
            )
        services.engine.dispose()
        return bool(result.success)

    def run(name: str) -> int:
        """Fork a run of the job; its process."""
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            os.setsid()
            sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115
            code = 0 if run_here(name) else 1
        finally:
            os._exit(code)

    def gone(pid: int) -> int | None:
        """How a run ended; None while it runs."""
        found, status = os.waitpid(pid, os.WNOHANG)
        return status if found else None

    def made(name: str) -> None:
        with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(sa.text(f"create database {name} template miners_template"))

    def seen(name: str) -> dict[str, object]:
        engine = sa.create_engine(url.set(database=name), poolclass=sa.pool.NullPool)
        return {table: list(outcome) for table, outcome in snapshot(engine).items()}

    with sa.create_engine(
        url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool
    ).connect() as connection:
        connection.execute(sa.text("create database miners_template"))
    template = sa.create_engine(url.set(database="miners_template"), poolclass=sa.pool.NullPool)
    migrate.ensure_current(template)
    template.dispose()

    made("first")
    assert run_here("first")
    assert threading.active_count() == 1
    # Forks share what is never collected.
    gc.collect()
    gc.freeze()
    made("whole")
    began = time.monotonic()
    pid = run("whole")
    assert os.waitpid(pid, 0)[1] == 0
    took = time.monotonic() - began
    whole = seen("whole")
    print(json.dumps({"seconds": round(took, 2), "tables": whole}), flush=True)
    chance = random.Random(seed)
    for number in range(points):
        victim = "database" if number % 4 == 3 else "run"
        for attempt in range(TRIES):
            name = f"killed_{number}_{attempt}"
            made(name)
            after = chance.uniform(0.05, 0.97) * took
            pid = run(name)
            time.sleep(after)
            ended = gone(pid)
            if ended is None:
                break
            # The machine was slower when the whole run was timed: a run that was done before is no kill point.
            took = min(took, after)
        if victim == "run":
            if ended is None:
                os.kill(pid, signal.SIGKILL)
                ended = os.waitpid(pid, 0)[1]
        else:
            postmaster = psutil.Process(int((data / "postgres" / "postmaster.pid").read_text().split()[0]))
            children = postmaster.children(recursive=True)
            postmaster.kill()
            for process in children:
                # A child that sees its postmaster gone may end by itself.
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs([postmaster, *children], timeout=5)
            server.embedded_url(data)
            ended = os.waitpid(pid, 0)[1] if ended is None else ended
        again = os.waitpid(run(name), 0)[1]
        after_all = seen(name)
        differing = sorted(table for table in whole if whole[table] != after_all[table])
        outcome = {
            "point": number,
            "victim": victim,
            "after": round(after, 2),
            "ended": ended,
            "again": again,
            "differing": differing,
            "name": name,
        }
        print(json.dumps(outcome), flush=True)
    server.stop(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
