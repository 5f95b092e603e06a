"""Expectations for claims of articles, and for deals and changes in filings."""

from typing import Any

from pipelines.validate.suites import MAX_BITCOIN, MAX_USD, SEVERITY_BLOCK, expectation
from pipelines.watchlist import Lexicon

DEALS = ("acquisition", "lease", "hosting", "financing", "capacity_target")
CHANGES = (
    "bitcoin_price",
    "bitcoin_produced",
    "bitcoin_held",
    "bitcoin_sold",
    "bitcoin_sale_proceeds",
    "total_revenue",
    "segment_revenue",
)
# Changes of ten times or more are written as multiples; a percentage that large is a misreading.
MAX_PERCENT = 1000
# The largest announced pipelines are some tens of gigawatts.
MAX_MEGAWATTS = 100_000


def claim_expectations(gxe: Any, lexicon: Lexicon) -> list[Any]:
    """Plausible values of a claim, a deal or a stated change."""
    figures = {
        "total_revenue",
        "segment_revenue",
        *(metric.code for metric in lexicon.metrics if not metric.ambiguous),
    }
    facts = sorted(figures | {f"deal:{kind}" for kind in DEALS} | {f"change:{what}" for what in CHANGES})
    units = sorted({"USD", "BTC", "MW", "percent"} | {metric.unit for metric in lexicon.metrics})

    def row(kind: str, check: str, reason: str, **arguments: Any) -> Any:
        return expectation(gxe, kind, check, reason, **arguments)

    def of(unit: str) -> dict[str, str]:
        return {"row_condition": f'unit == "{unit}"', "condition_parser": "pandas"}

    return [
        row(
            "ExpectColumnValuesToBeInSet",
            "unknown_fact",
            "not a known metric, deal or change",
            column="fact",
            value_set=facts,
        ),
        row(
            "ExpectColumnValuesToBeInSet",
            "unknown_unit",
            f"the unit is none of {', '.join(units)}",
            column="unit",
            value_set=units,
        ),
        row(
            "ExpectColumnValuesToBeInSet",
            "unknown_segment_code",
            "the segment is not in the lexicon",
            column="segment_code",
            value_set=["", *(segment.code for segment in lexicon.segments)],
        ),
        row(
            "ExpectColumnValuesToNotBeInSet",
            "segment_missing",
            "segment revenue needs a segment",
            column="segment_code",
            value_set=[""],
            row_condition='fact == "segment_revenue"',
            condition_parser="pandas",
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "negative_claim",
            "only a change may be below zero",
            column="value",
            min_value=0,
            row_condition='unit != "percent"',
            condition_parser="pandas",
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "impossible_percent",
            f"a change above {MAX_PERCENT} % or below -100 %",
            column="percent",
            min_value=-100,
            max_value=MAX_PERCENT,
            **of("percent"),
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "impossible_amount",
            f"amounts must be below {MAX_USD:,} dollars",
            column="value",
            max_value=MAX_USD,
            strict_max=True,
            **of("USD"),
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "impossible_holdings",
            f"there are no more than {MAX_BITCOIN:,} bitcoin",
            column="value",
            max_value=MAX_BITCOIN,
            **of("BTC"),
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "impossible_capacity",
            f"no miner has {MAX_MEGAWATTS:,} megawatts",
            column="value",
            max_value=MAX_MEGAWATTS,
            **of("MW"),
        ),
        row(
            "ExpectColumnValuesToMatchRegex",
            "no_number",
            "the sentence must contain a number",
            column="label",
            regex=r"\d",
        ),
        row(
            "ExpectColumnValuesToNotBeNull",
            "impossible_period",
            "the period is not a month, quarter, half, nine months, year or day",
            column="period_kind",
            row_condition='not fact.str.startswith("deal:")',
            condition_parser="pandas",
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "claimed_before_the_end",
            "a period cannot be reported before it ends",
            column="days_known",
            min_value=0,
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "published_in_the_future",
            "the document is dated in the future",
            column="days_ahead",
            max_value=1,
        ),
        expectation(
            gxe,
            "ExpectColumnValuesToBeUnique",
            "not_unique",
            "two rows for one claim of one document",
            SEVERITY_BLOCK,
            column="row_key",
        ),
        expectation(
            gxe,
            "ExpectColumnValuesToMatchRegex",
            "no_source",
            "every claim needs the URL of its document",
            SEVERITY_BLOCK,
            column="url",
            regex=r"^https?://\S+$",
        ),
    ]
