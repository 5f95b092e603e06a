"""The last result of each suite, the input of Data Docs."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.validate.suites import Verdict


def keep_outcomes(folder: Path, dataset: str, verdict: Verdict) -> None:
    """Write the results of a dataset's suites to a folder, replacing the last ones."""
    place = folder / "last"
    place.mkdir(parents=True, exist_ok=True)
    for suite, outcome in verdict.outcomes.items():
        name = outcome_name(dataset, suite)
        beside = place / f".{name}.json"
        beside.write_text(
            json.dumps({"dataset": dataset, "suite": suite, "outcome": outcome}, default=str), "utf-8"
        )
        beside.replace(place / f"{name}.json")


def outcome_name(dataset: str, suite: str) -> str:
    """File name of a suite's result: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", f"{dataset} {suite}".lower())


def kept_outcomes(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Dataset, suite and result of each suite's last run; unreadable files are skipped."""
    for path in sorted((folder / "last").glob("[!.]*.json")):
        try:
            kept = json.loads(path.read_text("utf-8"))
            yield kept["dataset"], kept["suite"], kept["outcome"]
        except (ValueError, KeyError, TypeError):
            continue
