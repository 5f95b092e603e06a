"""Expectation suites from the warehouse's schema and from domain knowledge.

Great Expectations 1.x with an ephemeral context. Its import takes some ten seconds, so that it is imported
only when a check runs.
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from pipelines.watchlist import Lexicon

if TYPE_CHECKING:
    import pandas as pd

MAX_BITCOIN = 21_000_000
MAX_JUMP = 20
# The largest quarterly revenue of any miner is below two billion dollars.
MAX_USD = 10**12
EARLIEST_DAYS_BEFORE_END = 0
SEVERITY_BLOCK = "blocks"
SEVERITY_ROW = "row"


@dataclass(frozen=True, slots=True)
class Failure:
    """One row that failed one expectation."""

    position: int
    check: str
    reason: str


@dataclass(slots=True)
class Verdict:
    """Result of validating some rows.

    Args:
        failures: Row-level failures; each row goes to quarantine.
        blocked: Names and reasons of failed table-level expectations; none of the rows may load.
        result: A summary of each suite, ready for JSON.
        outcomes: Great Expectations' result of each suite, by name.
    """

    rows: int
    failures: list[Failure] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    result: list[dict[str, Any]] = field(default_factory=list)
    outcomes: dict[str, Any] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not self.failures and not self.blocked


def expectation(
    gxe: Any, kind: str, check: str, reason: str, level: str = SEVERITY_ROW, **arguments: Any
) -> Any:
    return getattr(gxe, kind)(**arguments, meta={"check": check, "reason": reason, "level": level})


def column_expectations(gxe: Any, table: sa.Table, present: Mapping[str, str]) -> list[Any]:
    """Expectations from a table's schema: not null, accepted values, pattern, minimum.

    Args:
        present: Columns of the frame, with the table's column that each becomes.
    """
    out = []
    for name, target in present.items():
        column = table.c[target]
        where = f"{table.name}.{target}"
        if not column.nullable:
            out.append(
                expectation(
                    gxe,
                    "ExpectColumnValuesToNotBeNull",
                    f"{target}_missing",
                    f"{where} must have a value",
                    column=name,
                )
            )
        if "values" in column.info:
            out.append(
                expectation(
                    gxe,
                    "ExpectColumnValuesToBeInSet",
                    f"{target}_unknown",
                    f"{where} must be one of {', '.join(column.info['values'])}",
                    column=name,
                    value_set=list(column.info["values"]),
                )
            )
        if "pattern" in column.info:
            out.append(
                expectation(
                    gxe,
                    "ExpectColumnValuesToMatchRegex",
                    f"{target}_malformed",
                    f"{where} must match {column.info['pattern']}",
                    column=name,
                    regex=column.info["pattern"],
                )
            )
        if "minimum" in column.info:
            out.append(
                expectation(
                    gxe,
                    "ExpectColumnValuesToBeBetween",
                    f"{target}_too_small",
                    f"{where} must not be below {column.info['minimum']}",
                    column=name,
                    min_value=column.info["minimum"],
                )
            )
    return out


def domain_expectations(gxe: Any, lexicon: Lexicon) -> list[Any]:
    """Plausible values of a miner's figures, in any document."""
    negative = [segment.code for segment in lexicon.segments if segment.may_be_negative]
    below_zero = [metric.code for metric in lexicon.metrics if metric.least < 0]
    not_negative = (
        " and ".join(
            [f'segment_code != "{code}"' for code in negative] + [f'fact != "{code}"' for code in below_zero]
        )
        or "value == value"
    )
    units = sorted({"USD", "BTC"} | {metric.unit for metric in lexicon.metrics})

    def row(kind: str, check: str, reason: str, **arguments: Any) -> Any:
        return expectation(gxe, kind, check, reason, **arguments)

    return [
        row(
            "ExpectColumnValuesToBeBetween",
            "negative_figure",
            "only eliminations, power costs and gross profit may be negative",
            column="value",
            min_value=0,
            row_condition=not_negative,
            condition_parser="pandas",
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "impossible_figure",
            f"figures must be below {MAX_USD:,} dollars",
            column="value",
            min_value=-MAX_USD,
            max_value=MAX_USD,
            strict_max=True,
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "segment_above_total",
            "a segment's revenue must not exceed the total",
            column="to_total",
            max_value=1.001,
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "jump",
            f"more than {MAX_JUMP} times the company's last figure of this kind",
            column="to_last",
            max_value=MAX_JUMP,
        ),
        row(
            "ExpectColumnValuesToNotBeNull",
            "impossible_period",
            "the period is not a month, quarter, half, nine months or year",
            column="period_kind",
        ),
        row(
            "ExpectColumnValuesToBeInSet",
            "unknown_segment_code",
            "the segment is not in the lexicon",
            column="segment_code",
            value_set=["", *(segment.code for segment in lexicon.segments)],
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "disclosed_before_the_end",
            "a period cannot be reported before it ends",
            column="days_known",
            min_value=EARLIEST_DAYS_BEFORE_END,
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "disclosed_in_the_future",
            "the document is dated in the future",
            column="days_ahead",
            max_value=1,
        ),
        row(
            "ExpectColumnValuesToBeInSet",
            "unknown_unit",
            f"the unit is none of {', '.join(units)}",
            column="unit",
            value_set=units,
        ),
        row(
            "ExpectColumnValuesToBeBetween",
            "impossible_holdings",
            f"there are no more than {MAX_BITCOIN:,} bitcoin",
            column="value",
            min_value=0,
            max_value=MAX_BITCOIN,
            row_condition='unit == "BTC"',
            condition_parser="pandas",
        ),
        expectation(
            gxe,
            "ExpectColumnValuesToBeUnique",
            "not_unique",
            "two rows for one document, figure and period",
            SEVERITY_BLOCK,
            column="row_key",
        ),
        expectation(
            gxe,
            "ExpectColumnValuesToMatchRegex",
            "no_source",
            "every figure needs a URL and an accession number",
            SEVERITY_BLOCK,
            column="accession",
            regex=r"^\d{10}-\d{2}-\d{6}$",
        ),
    ]


def validate(
    frame: "pd.DataFrame",
    tables: Sequence[tuple[sa.Table, Mapping[str, str]]],
    lexicon: Lexicon,
    field_suite: Callable[[Any, Lexicon], list[Any]] = domain_expectations,
) -> Verdict:
    """Run a suite for each table that the rows go to, and the suite of domain expectations.

    Args:
        frame: A frame of frame.py; its index is the rows' positions.
        tables: The tables, each with the frame's columns and the table's columns that they become.
        field_suite: Makes the domain expectations of such rows: figures, or claims and deals.
    """
    verdict = Verdict(len(frame))
    if frame.empty:
        return verdict
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    import great_expectations.expectations as gxe

    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_pandas("rows")
    batch = (
        source.add_dataframe_asset("normalized")
        .add_batch_definition_whole_dataframe("all")
        .get_batch({"dataframe": frame})
    )
    suites = {
        f"columns of {table.name}": column_expectations(gxe, table, present) for table, present in tables
    }
    suites["domain"] = field_suite(gxe, lexicon)
    for name, expectations in suites.items():
        suite = gx.ExpectationSuite(name=name, expectations=expectations)
        outcome = batch.validate(suite, result_format={"result_format": "COMPLETE"})
        described = outcome.describe_dict()
        verdict.outcomes[name] = outcome.to_json_dict()
        verdict.result.append(
            {
                "suite": name,
                "success": outcome.success,
                "statistics": described.get("statistics", {}),
                "expectations": [],
            }
        )
        for result in outcome.results:
            _collect(result, verdict)
    return verdict


def _collect(result: Any, verdict: Verdict) -> None:
    meta = result.expectation_config.meta or {}
    check, reason, level = (
        meta.get("check", "expectation"),
        meta.get("reason", ""),
        meta.get("level", SEVERITY_ROW),
    )
    raised = bool((result.exception_info or {}).get("raised_exception"))
    positions = [int(p) for p in (result.result or {}).get("unexpected_index_list") or []]
    verdict.result[-1]["expectations"].append(
        {
            "check": check,
            "level": level,
            "success": bool(result.success),
            "failed_rows": len(positions),
            "failing": [str(v) for v in ((result.result or {}).get("unexpected_list") or [])[:10]],
        }
    )
    if result.success:
        return
    if raised or level == SEVERITY_BLOCK or not positions:
        verdict.blocked.append(f"{check}: {reason}" + (" (the check itself failed)" if raised else ""))
        return
    verdict.failures += [Failure(p, check, reason) for p in positions]
