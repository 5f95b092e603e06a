"""Queries of the cookbook and the periods that people write."""

from pathlib import Path

import pytest

from pipelines.query.cookbook import query_files, read_question

NAMES = [path.stem for path in query_files()]


def test_query_has_title_parameters_and_example() -> None:
    assert len(NAMES) >= 15
    for path in query_files():
        asked = read_question(path)
        assert asked.title.endswith("?"), path.name
        assert asked.example[:2] == ("query", path.stem)
        assert all(parameter.meaning for parameter in asked.parameters)


def test_query_with_undocumented_parameter_is_invalid(tmp_path: Path) -> None:
    path = tmp_path / "bad.sql"
    path.write_text("-- What?\n--\n-- Example: miners query bad\nselect :ticker\n")
    with pytest.raises(ValueError, match=r"describes \[\] and uses \['ticker'\]"):
        read_question(path)
