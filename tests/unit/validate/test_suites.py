"""Expectations: what is possible passes, each impossible thing is caught by its name."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pipelines.normalize.figures import STATED_TWICE, Figure, Source
from pipelines.parse.language.periods import month_period
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
    *rows: Checked[Figure], history: dict[tuple[str, str, str], list[tuple[date, Decimal]]] | None = None
) -> Verdict:
    frame = figure_frame(list(rows), {"CORZ": history or {}}, datetime(2026, 11, 23, tzinfo=UTC))
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


IMPLAUSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"value": Decimal(-1)}, "negative_figure"),
    ({"value": Decimal(10_000_000_000_000)}, "impossible_figure"),
    ({"value": Decimal(179_600_000)}, "segment_above_total"),
    ({"segment": "gold"}, "unknown_segment_code"),
    ({"unit": "EUR"}, "unknown_unit"),
    ({"start": date(2024, 1, 9), "end": date(2024, 1, 23)}, "impossible_period"),
    ({"source": replace(SOURCE, disclosed_at=datetime(2024, 3, 1, tzinfo=UTC))}, "disclosed_before_the_end"),
    ({"source": replace(SOURCE, disclosed_at=datetime(2027, 1, 1, tzinfo=UTC))}, "disclosed_in_the_future"),
    ({"source": replace(SOURCE, url="javascript:alert(1)")}, "url_malformed"),
    ({"locator": None}, "locator_missing"),
    ({"unit": "BTC", "value": Decimal(21_000_001)}, "impossible_holdings"),
]


@pytest.fixture(scope="module")
def implausible() -> Verdict:
    """One validation of all cases: each is a document of three rows, of which the last is implausible."""
    rows = []
    for key, (change, _) in enumerate(IMPLAUSIBLE):
        source = replace(SOURCE, document_key=key)
        changed = {**change, "source": replace(change.get("source", SOURCE), document_key=key)}
        rows += [row(source, **TOTAL), row(source, segment="other", value=Decimal(1)), row(**changed)]
    return check(*rows)


@pytest.mark.parametrize(("case", "name"), [(n, name) for n, (_, name) in enumerate(IMPLAUSIBLE)])
def test_implausible_row_is_rejected(implausible: Verdict, case: int, name: str) -> None:
    failures = [f for f in implausible.failures if f.position // 3 == case]
    assert name in {f.check for f in failures}
    assert {f.position % 3 for f in failures} == {2}
    assert implausible.blocked == []


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
    last = {("segment_revenue", "self_mining", "quarter"): [(date(2023, 12, 31), Decimal(141_900_000))]}
    assert check(row(), history=last).passed
    assert {f.check for f in check(row(value=Decimal(150_000_000_000)), history=last).failures} == {"jump"}


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
    last = {("segment_revenue", "staking", "year"): [(date(2022, 12, 31), Decimal(25904))]}
    assert check(*years, history=last).passed


def test_duplicate_rows_block_table() -> None:
    verdict = check(row(), row(value=Decimal(5)))
    assert any("not_unique" in reason for reason in verdict.blocked)


def test_row_without_source_blocks_table() -> None:
    assert any("no_source" in reason for reason in check(row(replace(SOURCE, accession="unknown"))).blocked)


def test_empty_table_passes() -> None:
    assert check().passed


# Twelve months of a miner: produced, held, operating hash rate, average hash rate, customers' coins.
MONTHS = [month_period(2023, m) for m in range(1, 13)]
SERIES: dict[tuple[str, str], list[str]] = {
    ("bitcoin_produced", "company"): [
        "740",
        "640",
        "720",
        "650",
        "690",
        "670",
        "610",
        "650",
        "590",
        "640",
        "700",
        "750",
    ],
    ("bitcoin_produced", "hosted_customers"): [
        "150",
        "140",
        "155",
        "160",
        "158",
        "149",
        "151",
        "160",
        "150",
        "148",
        "152",
        "155",
    ],
    ("bitcoin_held", "company"): [
        "7000",
        "7060",
        "7090",
        "7110",
        "7190",
        "7260",
        "7270",
        "7310",
        "7330",
        "7345",
        "7360",
        "7362",
    ],
    ("hashrate_operating", "company"): [
        "9.7",
        "9.8",
        "10.5",
        "10.5",
        "10.6",
        "10.7",
        "10.7",
        "10.7",
        "10.9",
        "11.5",
        "12.0",
        "12.4",
    ],
    ("hashrate_average_operating", "company"): [
        "8.1",
        "8.0",
        "8.3",
        "8.9",
        "9.0",
        "8.7",
        "7.9",
        "8.2",
        "9.1",
        "9.4",
        "9.9",
        "10.2",
    ],
}
DAY = ("bitcoin_held", "hashrate_operating")


def monthly(fact: str, scope: str, month: int, value: str, *rules: str) -> Checked[Figure]:
    period = MONTHS[month]
    return row(
        replace(SOURCE, document_key=100 + month, disclosed_at=datetime(2024, 5, 8, tzinfo=UTC)),
        fact=fact,
        segment=None,
        scope=scope,
        unit="EH/s" if fact.startswith("hashrate") else "BTC",
        start=None if fact in DAY else period.start,
        end=period.end,
        value=Decimal(value),
        rounding=Decimal("0.05"),
        rules=("release_text", *rules),
    )


def history_without(month: int) -> dict[tuple[str, str, str], list[tuple[date, Decimal]]]:
    return {
        (fact, scope, "instant" if fact in DAY else "month"): [
            (MONTHS[m].end, Decimal(value)) for m, value in enumerate(values) if m != month
        ]
        for (fact, scope), values in SERIES.items()
    }


def out_of_line(cases: Sequence[tuple[Checked[Figure], int]]) -> list[bool]:
    """Whether each figure is far from the other months of the series, all in one validation.

    Each case, a figure and its month, is a company of its own, so that none is compared with another.
    """
    rows = [
        replace(figure, company_id=f"C{n}", source=replace(figure.source, document_key=1000 + n))
        for n, (figure, _) in enumerate(cases)
    ]
    history = {f"C{n}": history_without(month) for n, (_, month) in enumerate(cases)}
    frame = figure_frame(rows, history, datetime(2026, 11, 23, tzinfo=UTC))
    verdict = validate(frame, TABLES, load_lexicon())
    assert verdict.blocked == []
    found = {f.position for f in verdict.failures if f.check == "out_of_line"}
    return [n in found for n in range(len(cases))]


def test_usual_months_are_in_line() -> None:
    cases = [
        (monthly(fact, scope, m, value), m)
        for (fact, scope), values in SERIES.items()
        for m, value in enumerate(values)
    ]
    named = [(figure.record.fact, figure.record.scope, figure.record.end) for figure, _ in cases]
    assert [name for name, far in zip(named, out_of_line(cases), strict=True) if far] == []


def test_wrong_figures_are_out_of_line() -> None:
    """Injected: a thousand times too large, another metric's column, customers' coins, a neighbor month."""
    wrong: list[tuple[Checked[Figure], int]] = []
    keys = list(SERIES)
    for m in (3, 8, 11):
        for n, (fact, scope) in enumerate(keys):
            wrong.append((monthly(fact, scope, m, f"{Decimal(SERIES[fact, scope][m]) * 1000}"), m))
            wrong.append((monthly(fact, scope, m, SERIES[keys[n - 2]][m]), m))
            wrong.append((monthly(fact, scope, m, SERIES[fact, scope][m - 1]), m))
        wrong.append(
            (monthly("bitcoin_produced", "company", m, SERIES["bitcoin_produced", "hosted_customers"][m]), m)
        )
    caught = sum(out_of_line(wrong))
    assert caught * 2 >= len(wrong), f"{caught} of {len(wrong)}"


def test_second_statement_confirms_a_figure() -> None:
    far = monthly("bitcoin_held", "company", 11, "500")
    twice = monthly("bitcoin_held", "company", 11, "500", STATED_TWICE)
    assert out_of_line([(far, 11), (twice, 11)]) == [True, False]
    later = replace(far, source=replace(far.source, document_key=999))
    verdict = check(far, later, history=history_without(11))
    assert not {f.check for f in verdict.failures} & {"out_of_line"}
