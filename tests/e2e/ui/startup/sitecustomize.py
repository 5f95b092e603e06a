"""Run by each Python process of a Dagster under test: when its daemon looks for backfills.

Dagster looks every 30 seconds and has no setting for it; queue and run monitoring are set in dagster.yaml. Here it
looks every second, but not while the file HOLD_BACKFILLS exists; it then creates the file HOLD_BACKFILLS.seen.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType


def _shorten_interval(controller: ModuleType) -> None:
    controller.DEFAULT_DAEMON_INTERVAL_SECONDS = 1  # type: ignore[attr-defined]


def _hold_backfills(backfill: ModuleType) -> None:
    look = backfill.execute_backfill_iteration
    hold = Path(os.environ["HOLD_BACKFILLS"])

    def execute_backfill_iteration(*args: object, **more: object) -> Iterator[object]:
        if hold.exists():
            hold.with_suffix(".seen").touch()
        else:
            yield from look(*args, **more)

    backfill.execute_backfill_iteration = execute_backfill_iteration  # type: ignore[attr-defined]


CHANGES: dict[str, Callable[[ModuleType], None]] = {
    "dagster._daemon.controller": _shorten_interval,
    "dagster._daemon.backfill": _hold_backfills,
}


class _Changed(MetaPathFinder):
    """Changes modules of Dagster's daemon when they are imported."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in CHANGES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            CHANGES[name](module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


sys.meta_path.insert(0, _Changed())
