"""Expectations: what is possible passes, each impossible thing is caught by its name."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipelines.normalize.figures import Figure, Source
from pipelines.validate.frame import Checked, figure_frame
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


SOURCE = Source(
    1,
    "0001628280-24-021848",
    "https://www.sec.gov/Archives/edgar/data/1/a.htm",
    datetime(2024, 5, 8, 20, 10, tzinfo=UTC),
)


def row(source: Source = SOURCE, **more: Any) -> Checked[Figure]:
    values = {
        "fact": "segment_revenue",
        "segment": "self_mining",
        "start": date(2024, 1, 1),
        "end": date(2024, 3, 31),
        "value": Decimal(150_000_000),
        "unit": "USD",
        "label": "Mining",
        "locator": "f1",
        "rounding": Decimal(50_000),
    }
    return Checked(Figure(**{**values, **more}), "CORZ", source)


TOTAL = {"fact": "total_revenue", "segment": None, "value": Decimal(179_300_000), "locator": "f9"}


def check(
    *rows: Checked[Figure], last: dict[tuple[str, str, str], tuple[date, Decimal]] | None = None
) -> Verdict:
    frame = figure_frame(list(rows), {"CORZ": last or {}}, datetime(2026, 11, 23, tzinfo=UTC))
    return validate(frame, TABLES, load_lexicon())


def test_plausible_rows_pass() -> None:
    verdict = check(
        row(),
        row(**TOTAL),
        row(segment="eliminations", value=Decimal(-5000)),
        row(segment="other", value=Decimal(0)),
    )
    assert verdict.passed
    assert [suite["suite"] for suite in verdict.result] == [
        "columns of fact_segment_revenue",
        "columns of dim_document",
        "domain",
    ]
    assert sum(len(suite["expectations"]) for suite in verdict.result) > 15


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"value": Decimal(-1)}, "negative_figure"),
        ({"value": Decimal(10_000_000_000_000)}, "impossible_figure"),
        ({"value": Decimal(179_600_000)}, "segment_above_total"),
        ({"segment": "gold"}, "unknown_segment_code"),
        ({"unit": "EUR"}, "unknown_unit"),
        ({"start": date(2024, 1, 9), "end": date(2024, 1, 23)}, "impossible_period"),
        (
            {"source": replace(SOURCE, disclosed_at=datetime(2024, 3, 1, tzinfo=UTC))},
            "disclosed_before_the_end",
        ),
        (
            {"source": replace(SOURCE, disclosed_at=datetime(2027, 1, 1, tzinfo=UTC))},
            "disclosed_in_the_future",
        ),
        ({"source": replace(SOURCE, url="javascript:alert(1)")}, "url_malformed"),
        ({"locator": None}, "locator_missing"),
        ({"unit": "BTC", "value": Decimal(21_000_001)}, "impossible_holdings"),
    ],
)
def test_implausible_row_is_rejected(change: dict[str, Any], name: str) -> None:
    verdict = check(row(**TOTAL), row(segment="other", value=Decimal(1)), row(**change))
    assert name in {f.check for f in verdict.failures}
    assert {f.position for f in verdict.failures} == {2}
    assert verdict.blocked == []


@pytest.mark.parametrize(
    "change",
    [
        {"derivation": "guessed"},
        {"rounding": Decimal(-1)},
        {"value": Decimal("NaN")},
        {"start": date(2024, 4, 1)},
        {"derivation": "summed"},
    ],
)
def test_inconsistent_record_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="segment_revenue"):
        row(**change)


def test_thousandfold_figure_is_a_jump() -> None:
    last = {("segment_revenue", "self_mining", "quarter"): (date(2023, 12, 31), Decimal(141_900_000))}
    assert check(row(), last=last).passed
    assert {f.check for f in check(row(value=Decimal(150_000_000_000)), last=last).failures} == {"jump"}


def test_jump_within_document_is_allowed() -> None:
    """Bit Digital's staking: 25,904 in 2022, 675,713 in 2023, in one 10-K."""
    years = [
        row(
            replace(SOURCE, disclosed_at=datetime(2025, 3, 14, tzinfo=UTC)),
            segment="staking",
            value=Decimal(value),
            start=date(year, 1, 1),
            end=date(year, 12, 31),
        )
        for year, value in ((2022, 25904), (2023, 675713))
    ]
    last = {("segment_revenue", "staking", "year"): (date(2022, 12, 31), Decimal(25904))}
    assert check(*years, last=last).passed


def test_duplicate_rows_block_table() -> None:
    verdict = check(row(), row(value=Decimal(5)))
    assert any("not_unique" in reason for reason in verdict.blocked)


def test_row_without_source_blocks_table() -> None:
    assert any("no_source" in reason for reason in check(row(replace(SOURCE, accession="unknown"))).blocked)


def test_empty_table_passes() -> None:
    assert check().passed
