"""Expectations: what is possible passes, each impossible thing is caught by its name."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipelines.validate.frame import build_frame
from pipelines.validate.suites import Verdict, validate
from pipelines.warehouse import schema
from pipelines.watchlist import load_lexicon

TABLES = [
    (
        schema.fact_segment_revenue,
        {"value": "revenue_usd", "locator": "locator", "derivation": "derivation", "rounding": "rounding"},
    ),
    (schema.dim_document, {"accession": "accession", "url": "url"}),
]


def row(**more: Any) -> dict[str, Any]:
    base = {
        "fact": "segment_revenue",
        "segment": "self_mining",
        "company_id": "CORZ",
        "period_start": "2024-01-01",
        "period_end": "2024-03-31",
        "period_kind": "quarter",
        "fiscal_year": 2024,
        "fiscal_quarter": 1,
        "value": "150000000",
        "unit": "USD",
        "label": "Mining",
        "locator": "f1",
        "derivation": "as_reported",
        "rounding": "50000",
        "document_key": 1,
        "accession": "0001628280-24-021848",
        "url": "https://www.sec.gov/Archives/edgar/data/1/a.htm",
        "disclosed_at": "2024-05-08T20:10:00+00:00",
        "inputs": [],
        "rules": [],
    }
    return {**base, **more}


TOTAL = {"fact": "total_revenue", "segment": None, "value": "179300000", "locator": "f9"}


def check(
    *rows: dict[str, Any], last: dict[tuple[str, str, str], tuple[date, Decimal]] | None = None
) -> Verdict:
    return validate(
        build_frame(list(rows), last or {}, datetime(2026, 11, 23, tzinfo=UTC)), TABLES, load_lexicon()
    )


def test_what_is_possible_passes() -> None:
    verdict = check(
        row(), row(**TOTAL), row(segment="eliminations", value="-5000"), row(segment="other", value="0")
    )
    assert verdict.passed
    assert [suite["suite"] for suite in verdict.result] == [
        "columns of fact_segment_revenue",
        "columns of dim_document",
        "the field",
    ]
    assert sum(len(suite["expectations"]) for suite in verdict.result) > 15


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"value": "-1"}, "negative_figure"),
        ({"value": "10000000000000"}, "impossible_figure"),
        ({"value": "179600000"}, "segment_above_total"),
        ({"segment": "gold"}, "unknown_segment_code"),
        ({"unit": "EUR"}, "unknown_unit"),
        ({"period_start": "2024-01-09", "period_end": "2024-01-23"}, "impossible_period"),
        ({"disclosed_at": "2024-03-01T00:00:00+00:00"}, "disclosed_before_the_end"),
        ({"disclosed_at": "2027-01-01T00:00:00+00:00"}, "disclosed_in_the_future"),
        ({"url": "javascript:alert(1)"}, "url_malformed"),
        ({"locator": None}, "locator_missing"),
        ({"derivation": "guessed"}, "derivation_unknown"),
        ({"rounding": "-1"}, "rounding_too_small"),
        ({"unit": "BTC", "value": "21000001"}, "impossible_holdings"),
    ],
)
def test_what_is_impossible_is_caught_and_the_rest_passes(change: dict[str, Any], name: str) -> None:
    verdict = check(row(**TOTAL), row(segment="other", value="1"), row(**change))
    assert name in {f.check for f in verdict.failures}
    assert {f.position for f in verdict.failures} == {2}
    assert verdict.blocked == []


def test_a_figure_a_thousand_times_too_large_is_a_jump() -> None:
    last = {("segment_revenue", "self_mining", "quarter"): (date(2023, 12, 31), Decimal(141_900_000))}
    assert check(row(), last=last).passed
    assert {f.check for f in check(row(value="150000000000"), last=last).failures} == {"jump"}


def test_a_jump_within_one_table_is_the_companys_own_statement() -> None:
    """Bit Digital's staking: 25,904 in 2022, 675,713 in 2023, in one 10-K."""
    years = [
        row(
            segment="staking",
            value=v,
            period_start=f"{y}-01-01",
            period_end=f"{y}-12-31",
            period_kind="year",
            disclosed_at="2025-03-14T00:00:00+00:00",
        )
        for y, v in ((2022, "25904"), (2023, "675713"))
    ]
    last = {("segment_revenue", "staking", "year"): (date(2022, 12, 31), Decimal(25904))}
    assert check(*years, last=last).passed


def test_two_rows_for_one_figure_block_the_table() -> None:
    verdict = check(row(), row(value="5"))
    assert any("not_unique" in reason for reason in verdict.blocked)


def test_a_row_without_a_source_blocks_the_table() -> None:
    assert any("no_source" in reason for reason in check(row(accession="unknown")).blocked)


def test_no_rows_are_no_failure() -> None:
    assert check().passed
