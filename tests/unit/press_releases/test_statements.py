"""Statements of press releases and their figures (statements.yaml)."""

from pathlib import Path

import pytest
import yaml

from tests.unit.press_releases.reading import read

STATEMENTS = [
    pytest.param(
        of["company"],
        of["published"],
        of["title"],
        statement["text"],
        statement["figures"],
        id=statement["text"][:60],
    )
    for of in yaml.safe_load(Path(__file__).with_name("statements.yaml").read_text(encoding="utf-8"))
    for statement in of["statements"]
]


@pytest.mark.parametrize(("company", "published", "title", "text", "figures"), STATEMENTS)
def test_statement_is_read(company: str, published: str, title: str, text: str, figures: list[str]) -> None:
    assert sorted(read(company, published, title, text)) == figures
