"""Reading the watchlist's YAML files: the shipped ones, and those of MINERS_WATCHLIST on top of them."""

from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import UsageError

SHIPPED = Path(__file__).parent
# libyaml's, where PyYAML was built with it: ten times as fast, of which each command and each run has the benefit.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(name: str, folder: Path | None) -> list[tuple[Path, dict[str, Any]]]:
    """The file `name` as shipped and, where `folder` has one, the user's, in this order.

    Raises UsageError with file and line where a file is not YAML or not a mapping.
    """
    found: list[tuple[Path, dict[str, Any]]] = []
    for path in [SHIPPED / name, *([folder / name] if folder else [])]:
        if not path.exists():
            continue
        try:
            content = yaml.load(path.read_text("utf-8"), _LOADER) or {}  # noqa: S506
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{path} cannot be read as YAML: {' '.join(str(error).split())}. Mend that line."
            ) from error
        if not isinstance(content, dict):
            raise UsageError(f"{path} must be a mapping (key: value) at its top.")
        found.append((path, content))
    return found
