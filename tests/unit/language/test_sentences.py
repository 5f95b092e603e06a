"""Sentences of a paragraph, and what becomes of a very long one."""

import pytest

from pipelines.parse.language.sentences import sentences

CLAUSE = "the site in Texas drew 100 MW and earned 12 BTC"


@pytest.mark.parametrize("mark", ["; ", ", ", " "])
def test_long_list_without_full_stops_is_read_in_parts(mark: str) -> None:
    """Its clauses stay whole where a semicolon or comma parts them, and no word is lost."""
    text = mark.join([CLAUSE] * 80)
    parts = sentences(text)
    assert len(parts) > 1
    assert all(len(part) <= 1500 and text[place:].startswith(part) for place, part in parts)
    assert " ".join(part for _, part in parts).split() == text.split()
    if mark != " ":
        assert all(part.rstrip(";,").endswith(CLAUSE) for _, part in parts)


def test_long_text_without_a_blank_is_cut_and_kept() -> None:
    text = "x" * 4000
    assert "".join(part for _, part in sentences(text)) == text
