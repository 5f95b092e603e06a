"""Dagster's local storage, in the data folder of the settings.

dagster.yaml names the classes here instead of Dagster's own (which have no public path), so that reading
the settings sets MINERS_DAGSTER_DIR before Dagster needs it: `dagster dev` and `dagster definitions validate`
then work in a plain clone without a variable.
"""

from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

from pipelines.settings import load_settings

__all__ = ["DagsterSqliteStorage", "LocalArtifactStorage", "LocalComputeLogManager"]

load_settings().create_data_dir()
