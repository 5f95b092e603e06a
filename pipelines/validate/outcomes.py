"""The last result of each suite, as Great Expectations tells it: what its Data Docs are built from."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.validate.suites import Verdict


def keep_outcomes(folder: Path, dataset: str, verdict: Verdict) -> None:
    """Keep a verdict's results below a folder, in place of the last ones of this dataset's suites."""
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
    """What the files of a suite's result are called: letters, digits and underscores."""
    return re.sub(r"[^a-z0-9]+", "_", f"{dataset} {suite}".lower())


def kept_outcomes(folder: Path) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Dataset, suite and result of each suite that was run last. A file that cannot be read is left out."""
    for path in sorted((folder / "last").glob("[!.]*.json")):
        try:
            told = json.loads(path.read_text("utf-8"))
            yield told["dataset"], told["suite"], told["outcome"]
        except (ValueError, KeyError, TypeError):
            continue
