"""Statements of press releases: their figures, and why their other quantities are none (statements.yaml)."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.press_releases.reading import figures, normalized, skipped

STATEMENTS = [
    pytest.param((of["company"], of["published"], of["title"]), statement, id=statement["text"][:60])
    for of in yaml.safe_load(Path(__file__).with_name("statements.yaml").read_text(encoding="utf-8"))
    for statement in of["statements"]
]


@pytest.mark.parametrize(("release", "statement"), STATEMENTS)
def test_statement_is_read(release: tuple[str, str, str], statement: dict[str, Any]) -> None:
    found = normalized(*release, statement["text"])
    assert sorted(figures(found)) == statement["figures"]
    assert skipped(found) == statement.get("skipped", [])
