"""The prose linter reports each kind of problem at its line, in every kind of file."""

from pathlib import Path

import pytest

from styles.lint import Rule, check_file, load_rules, main

LONG = " ".join(["word"] * 36)
BAD = [
    pytest.param("a.md", "# Title\n\nA bulk\nload for good.\n", 4, "Miners.Phrases", id="phrase"),
    pytest.param("a.md", "The right\nof way.\n", 1, "Miners.Phrases", id="phrase over a line break"),
    pytest.param("a.md", "- the row that stands first\n", 1, "Miners.Constructions", id="list item"),
    pytest.param("a.md", "| a |\n|---|\n| b |\n| was told |\n", 4, "Miners.Constructions", id="table cell"),
    pytest.param("a.md", f"Short one. A {LONG}.\n", 1, "Miners.SentenceLength", id="long sentence"),
    pytest.param("a.md", "Loaded by dagster.\n", 1, "Vale.Terms", id="term"),
    pytest.param("a.md", "A figgure.\n", 1, "Vale.Spelling", id="spelling"),
    pytest.param("a.py", '"""One.\n\nLoad anew."""\n', 3, "Miners.Phrases", id="docstring"),
    pytest.param("a.py", f'def f():\n    """{"a" * 91}"""\n', 2, "Docstring.Length", id="long summary"),
    pytest.param("a.py", '"""What it does."""\n', 1, "Docstring.Form", id="clause as summary"),
    pytest.param("a.py", "x = 1\n# one\n# is told\n", 3, "Miners.Constructions", id="comment"),
    pytest.param("a.py", 'raise ValueError(f"{x} is no number")\n', 1, "Miners.Constructions", id="error"),
    pytest.param("a.py", 'x = Field(1, description="asks nobody")\n', 1, "Miners.Phrases", id="description"),
    pytest.param("a.py", 'click.echo("left over")\n', 1, "Miners.Phrases", id="output"),
    pytest.param(
        "a.sql", "-- One row.\n-- Told twice.\nselect 1;\n", 2, "Miners.Constructions", id="SQL comment"
    ),
    pytest.param("a.yaml", "x:\n  meaning: is told\n", 2, "Miners.Constructions", id="YAML description"),
    pytest.param(
        "a.ipynb",
        '{"cells": [{"cell_type": "markdown", "source": ["told"]}]}',
        1,
        "Miners.Constructions",
        id="notebook",
    ),
]
GOOD = [
    pytest.param("a.md", "Use `dagster told` and “told”.\n\n```sh\ntold\n```\n", id="code and quotes"),
    pytest.param("a.md", "Dagster loads XBRL facts. PostgreSQL's role is `analyst`.\n", id="vocabulary"),
    pytest.param("a.py", 'told = "told"\nx = 1  # noqa: S608\n', id="identifiers and literals"),
    pytest.param("a.sql", "-- Example: x\n--   told\nselect 1;\n", id="example output"),
    pytest.param("a.yaml", "told:\n  phrases: [told]\n", id="YAML without description"),
]


@pytest.fixture(scope="module")
def rules() -> list[Rule]:
    return load_rules()


@pytest.mark.parametrize(("name", "source", "line", "rule"), BAD)
def test_lint_reports_rule_and_line(
    rules: list[Rule], tmp_path: Path, name: str, source: str, line: int, rule: str
) -> None:
    (tmp_path / name).write_text(source, "utf-8")
    assert (line, rule) in [(alert.line, alert.rule) for alert in check_file(tmp_path / name, rules)]


@pytest.mark.parametrize(("name", "source"), GOOD)
def test_lint_accepts(rules: list[Rule], tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / name).write_text(source, "utf-8")
    assert check_file(tmp_path / name, rules) == []


@pytest.mark.parametrize(
    ("source", "status"), [("Told.\n", 1), (f"{LONG.capitalize()}.\n", 0), ("Fine.\n", 0)]
)
def test_lint_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], source: str, status: int
) -> None:
    """Errors fail, warnings do not; a folder is searched."""
    (tmp_path / "a.md").write_text(source, "utf-8")
    assert main([str(tmp_path)]) == status
    assert "1 files" in capsys.readouterr().out


def test_lint_without_files_fails(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 2
