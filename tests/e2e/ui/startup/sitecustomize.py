"""Run by each Python process of a Dagster under test: its daemon looks for backfills every second.

Dagster looks every 30 seconds and has no setting for it; queue and run monitoring are set in dagster.yaml.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

CONTROLLER = "dagster._daemon.controller"


class _ShortInterval(MetaPathFinder):
    """Changes the interval when the module of the daemons is imported."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != CONTROLLER:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            module.DEFAULT_DAEMON_INTERVAL_SECONDS = 1  # type: ignore[attr-defined]

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, _ShortInterval())
