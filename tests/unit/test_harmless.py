"""Text that would run in a spreadsheet or move a terminal's cursor."""

import csv
import io

import pytest

from pipelines.harmless import neutral, visible
from pipelines.query.text_tables import rendered


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0@SUM(A1)", "'\u00a0@SUM(A1)"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("\t=1", "'\t=1"),
        ("\r=1", "\\r=1"),
        ("Bitcoin – held", "Bitcoin – held"),
        ("a=b", "a=b"),
        ("=5", "'=5"),
        ("-45", "-45"),
        ("-1,234.5%", "-1,234.5%"),
        ("-1+2", "'-1+2"),
    ],
)
def test_cell_is_no_formula(text: str, cell: str) -> None:
    assert neutral(text) == cell


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\u202eb", "a\\u202eb"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("bell\x07\x9b", "bell\\x07\\x9b"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("Zürich 比特币", "Zürich 比特币"),
    ],
)
def test_control_characters_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("form", ["table", "csv", "markdown"])
def test_no_output_contains_an_escape(form: str) -> None:
    text = rendered(["na\x1bme"], [["\x1b]0;title\x07"], ["\u2066x"]], form)
    assert not any(character in text for character in "\x1b\x07\u2066")


def test_negative_number_stays_a_number_in_csv() -> None:
    rows = list(csv.reader(io.StringIO(rendered(["a", "b"], [[-5, "-5"]], "csv"))))
    assert rows[1] == ["-5", "-5"]
