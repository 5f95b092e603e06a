"""Read the watchlist's YAML files: the shipped ones, and those of MINERS_WATCHLIST."""

from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import UsageError

SHIPPED = Path(__file__).parent
# The loader of libyaml is ten times as fast, if PyYAML has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(name: str, folder: Path | None) -> list[tuple[Path, dict[str, Any]]]:
    """Read a file as shipped and then, if it exists, the user's.

    Raises:
        UsageError: A file is not YAML, or not a mapping.
    """
    found: list[tuple[Path, dict[str, Any]]] = []
    for path in [SHIPPED / name, *([folder / name] if folder else [])]:
        if not path.exists():
            continue
        try:
            content = yaml.load(path.read_text("utf-8"), _LOADER) or {}  # noqa: S506
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise UsageError(
                f"{path} cannot be read as YAML: {' '.join(str(error).split())}. Fix that line."
            ) from error
        if not isinstance(content, dict):
            raise UsageError(f"{path} must be a mapping (key: value) at its top.")
        found.append((path, content))
    return found
