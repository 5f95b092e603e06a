"""Answers and errors of `miners mcp`."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from click.testing import CliRunner
from mcp.types import CallToolResult, TextContent

from miners.cli.main import main
from miners.mcp_server import one_line
from miners.mcp_tools import LONGEST_ANSWER, answer, plain
from pipelines.errors import UsageError


def _text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("87337.53"), 87337.53),
        (Decimal("30100000.00"), 30100000),
        (Decimal("NaN"), "NaN"),
        (float("inf"), "inf"),
        (None, None),
        (True, True),
        (date(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31, tzinfo=UTC), "2026-03-31T00:00:00+00:00"),
        (b"\x00", "b'\\x00'"),
        ({"label": "a\x1b[2J\u202e"}, {"label": "a\\x1b[2J\\u202e"}),
        ([{"cell": "\x9b"}, "\U000e0041"], [{"cell": "\\x9b"}, "\\U000e0041"]),
    ],
)
def test_value_is_plain(value: object, expected: object) -> None:
    assert plain(value) == expected


def test_keys_of_rows_are_text() -> None:
    """Many readers of JSON round integers above 2^53."""
    assert plain({"fact_key": 5343713441581926111}) == {"fact_key": "5343713441581926111"}


def test_text_and_structured_content_are_equal() -> None:
    result = answer({"rows": [{"value": Decimal("1.5")}]}, "rows", notes=["a"], why_empty=[])
    assert json.loads(_text(result)) == result.structured_content
    assert result.structured_content == {"rows": [{"value": 1.5}], "notes": ["a"]}


def test_long_answer_is_cut_off() -> None:
    result = answer({"rows": [{"text": "x" * 1000}] * 100}, "rows", total=300)
    content: dict[str, Any] = result.structured_content or {}
    assert LONGEST_ANSWER - 2000 < len(_text(result)) <= LONGEST_ANSWER
    assert content["cut_off"].startswith(f"Only the first {len(content['rows'])} of 300 rows are shown.")


def test_row_that_does_not_fit_is_an_error() -> None:
    with pytest.raises(UsageError, match="Request fewer columns"):
        answer({"rows": [{"text": "x" * LONGEST_ANSWER}]}, "rows")


def test_unexpected_error_keeps_its_text_on_the_server() -> None:
    assert str(one_line("read_mart", RuntimeError("postgresql://a:secret@b"))) == (
        "read_mart failed unexpectedly. The server's standard error has the details."
    )


def test_error_is_one_short_line() -> None:
    message = str(one_line("run_sql", UsageError("a\n\x1b[2Jb" + "x" * 5000)))
    assert message.startswith("a \\x1b[2Jb")
    assert len(message) == 1000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--http"], "MINERS_MCP_TOKEN is not set. Set it to a secret of at least 16 characters."),
        (["--port", "9000"], "--port is the port of --http. Add --http."),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str], message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.delenv("MINERS_MCP_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["mcp", *arguments], prog_name="miners")
    assert (result.exit_code, result.stderr) == (2, f"miners: {message}\n")
