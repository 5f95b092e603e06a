"""Text that would run in a spreadsheet or move a terminal's cursor."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from miners.cli.main import main
from miners.cli.output import show
from pipelines.harmless import neutral, visible
from pipelines.query.text_tables import rendered
from pipelines.settings import HOME


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
        ("\n=1", "'\n=1"),
        ("\u3000=1", "'\u3000=1"),
        ("\uff1d1", "'\uff1d1"),
        ("-1\n=1", "'-1\n=1"),
        ("@", "'@"),
        ("+", "'+"),
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


@pytest.mark.parametrize("form", ["table", "csv", "markdown", "json"])
def test_no_output_contains_an_escape(form: str) -> None:
    rows = [["\x1b]0;title\x07"], ["\u2066x"], ["\x9b31m"], [{"label": "\u202e\x9b"}]]
    text = rendered(["na\x1bme"], rows, form)
    assert not any(character in text for character in "\x1b\x07\u2066\u202e\x9b")
    if form == "json":
        assert [row["na\x1bme"] for row in json.loads(text)] == [row[0] for row in rows]


def test_messages_are_printed_without_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a command prints comes through `show`: reasons and labels are text of documents."""
    show("rejected: \x1b[2J\u202ex", err=True)
    assert capsys.readouterr().err == "rejected: \\x1b[2J\\u202ex\n"
    printing = [
        path.name for path in (HOME / "miners" / "cli").glob("*.py") if "click.echo(" in path.read_text()
    ]
    assert sorted(printing) == ["operate.py", "output.py"], (
        "status --format prometheus alone prints by itself"
    )


def test_error_is_printed_without_escape_or_secret() -> None:
    done = CliRunner().invoke(main, ["inspect", "https://me:S3CRET@x.example/\x1b[2J?token=S3CRET"])
    assert done.exit_code != 0
    assert "\x1b" not in done.stderr
    assert "S3CRET" not in done.stderr


def test_negative_number_stays_a_number_in_csv() -> None:
    rows = list(csv.reader(io.StringIO(rendered(["a", "b"], [[-5, "-5"]], "csv"))))
    assert rows[1] == ["-5", "-5"]
