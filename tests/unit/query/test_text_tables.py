"""Rows as JSON: numbers stay numbers, keys are text."""

import json
from decimal import Decimal

import pytest

from pipelines.query.text_tables import rendered


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("mining_share", Decimal("0.9104"), "0.9104"),
        ("revenue_usd", Decimal("77500000.00"), "77500000"),
        ("companies", 16, "16"),
        ("fact_key", 9007199254740993, '"9007199254740993"'),
        ("fact_key", None, "null"),
    ],
)
def test_json_types_of_numbers_and_keys(column: str, value: object, expected: str) -> None:
    """A share such as CleanSpark's 0.9104 was text; a key above 2^53 is rounded by many readers."""
    text = rendered([column], [[value]], "json")
    assert json.loads(text) == [{column: json.loads(expected)}]
    assert f": {expected}" in text
