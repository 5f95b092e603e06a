"""Expectation suites from the warehouse's schema and from domain knowledge.

Great Expectations 1.x with an ephemeral context. Its import takes some ten seconds, so that it is imported
only when a check runs.
"""

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import and_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from pipelines.parse.deals.deal import DEAL_KINDS
from pipelines.parse.language.changes import CHANGE_FACTS
from pipelines.watchlist import Lexicon

if TYPE_CHECKING:
    import pandas as pd


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
    gxe: Any, kind: str, check: str, reason: str, *, blocks: bool = False, **arguments: Any
) -> Any:
    """An expectation with its check's name, its reason, and whether a failure blocks the load."""
    return getattr(gxe, kind)(**arguments, meta={"check": check, "reason": reason, "blocks": blocks})


def column_expectations(gxe: Any, table: sa.Table, present: Mapping[str, str]) -> list[Any]:
    """Expectations from a table's schema: not null, accepted values, pattern, minimum.

    Args:
        present: Columns of the frame, with the table's column that each becomes.
    """
    out = []
    for name, target in present.items():
        column, info = table.c[target], table.c[target].info
        found: list[tuple[bool, str, str, str, dict[str, Any]]] = [
            (not column.nullable, "NotBeNull", "missing", "have a value", {}),
            (
                "values" in info,
                "BeInSet",
                "unknown",
                f"be one of {', '.join(info.get('values', ()))}",
                {"value_set": list(info.get("values", ()))},
            ),
            (
                "pattern" in info,
                "MatchRegex",
                "malformed",
                f"match {info.get('pattern')}",
                {"regex": info.get("pattern")},
            ),
            (
                "minimum" in info,
                "BeBetween",
                "too_small",
                f"not be below {info.get('minimum')}",
                {"min_value": info.get("minimum")},
            ),
        ]
        out += [
            expectation(
                gxe,
                f"ExpectColumnValuesTo{kind}",
                f"{target}_{fault}",
                f"{table.name}.{target} must {must}",
                column=name,
                **arguments,
            )
            for applies, kind, fault, must, arguments in found
            if applies
        ]
    return out


def domain_expectations(gxe: Any, suite: str, lexicon: Lexicon) -> list[Any]:
    """The expectations of one suite in expectations.yaml, with values from the lexicon."""
    from great_expectations.expectations.row_conditions import Column

    values = _values(lexicon)

    def given(value: Any) -> Any:
        return values[value[1:]] if isinstance(value, str) and value.startswith("$") else value

    out = []
    for entry in _domain_suites()[suite]:
        arguments = {name: given(value) for name, value in entry.items()}
        kind = arguments.pop("expect")
        rows = [Column(name).is_in(given(among)) for name, among in arguments.pop("only", {}).items()]
        rows += [Column(name).is_not_in(given(among)) for name, among in arguments.pop("unless", {}).items()]
        if rows:
            arguments["row_condition"] = reduce(and_, rows)
        out.append(expectation(gxe, kind, **arguments))
    return out


@lru_cache(maxsize=1)
def _domain_suites() -> dict[str, list[dict[str, Any]]]:
    import yaml

    suites: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        Path(__file__).with_name("expectations.yaml").read_text("utf-8")
    )
    return suites


def _values(lexicon: Lexicon) -> dict[str, Any]:
    """Values of the placeholders in expectations.yaml."""
    units = {metric.unit for metric in lexicon.metrics}
    metrics = {metric.code for metric in lexicon.metrics if not metric.ambiguous}
    deals = {f"deal:{kind}" for kind in DEAL_KINDS}
    return {
        "deals": sorted(deals),
        "negative_segments": [segment.code for segment in lexicon.segments if segment.may_be_negative],
        "negative_facts": [metric.code for metric in lexicon.metrics if metric.least < 0],
        "segments": ["", *(segment.code for segment in lexicon.segments)],
        "figure_units": sorted({"USD", "BTC"} | units),
        "claim_units": sorted({"USD", "BTC", "MW", "percent"} | units),
        "claimed_facts": sorted(
            {"total_revenue", "segment_revenue", *metrics}
            | deals
            | {f"change:{metric}" for metric in CHANGE_FACTS}
        ),
    }


def validate(
    frame: "pd.DataFrame",
    tables: Sequence[tuple[sa.Table, Mapping[str, str]]],
    lexicon: Lexicon,
    suite: str = "figures",
) -> Verdict:
    """Run a suite for each table that the rows go to, and the suite of domain expectations.

    Args:
        frame: A frame of frame.py; its index is the rows' positions.
        tables: The tables, each with the frame's columns and the table's columns that they become.
        suite: The suite in expectations.yaml: figures or claims.
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
    suites["domain"] = domain_expectations(gxe, suite, lexicon)
    for name, expectations in suites.items():
        outcome = batch.validate(
            gx.ExpectationSuite(name=name, expectations=expectations),
            result_format={"result_format": "COMPLETE"},
        )
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
    check, reason = meta.get("check", "expectation"), meta.get("reason", "")
    blocks = bool(meta.get("blocks"))
    raised = bool((result.exception_info or {}).get("raised_exception"))
    positions = [int(p) for p in (result.result or {}).get("unexpected_index_list") or []]
    verdict.result[-1]["expectations"].append(
        {
            "check": check,
            "blocks": blocks,
            "success": bool(result.success),
            "failed_rows": len(positions),
            "failing": [str(v) for v in ((result.result or {}).get("unexpected_list") or [])[:10]],
        }
    )
    if result.success:
        return
    if raised or blocks or not positions:
        verdict.blocked.append(f"{check}: {reason}" + (" (the check itself failed)" if raised else ""))
        return
    verdict.failures += [Failure(p, check, reason) for p in positions]
