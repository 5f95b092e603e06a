"""Set up the environment in which Dagster runs."""

import os

from pipelines.settings import HOME, IN_CLONE, Settings, bundled


def prepare_dagster(settings: Settings) -> None:
    """Set DAGSTER_HOME and create the folder where Dagster keeps runs and logs."""
    settings.create_data_dir()
    settings.dagster_dir.mkdir(parents=True, exist_ok=True)
    if not IN_CLONE and not (settings.dagster_dir / "dagster.yaml").exists():
        (settings.dagster_dir / "dagster.yaml").write_bytes(bundled("dagster.yaml").read_bytes())
    os.environ.setdefault("DAGSTER_HOME", str(HOME if IN_CLONE else settings.dagster_dir))
    os.environ["MINERS_DAGSTER_DIR"] = str(settings.dagster_dir)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")
