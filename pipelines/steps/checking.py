"""Checking what was normalized: Great Expectations over the rows of all companies at once, the verdict company by company."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.figures import Rejected
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services
from pipelines.validate.frame import build_frame
from pipelines.validate.outcomes import keep_outcomes
from pipelines.validate.suites import Verdict, validate
from pipelines.warehouse import filings, schema, staging
from pipelines.warehouse.dimensions import company_rows
from pipelines.warehouse.filings import Document, Slice
from pipelines.warehouse.targets import TARGETS
from pipelines.watchlist import Company

Row = dict[str, Any]
Last = dict[tuple[str, str, str], tuple[date, Decimal]]

_TABLES = {
    "segment_revenue": (
        schema.fact_segment_revenue,
        {
            "value": "revenue_usd",
            "locator": "locator",
            "derivation": "derivation",
            "rounding": "rounding",
            "fiscal_year": "fiscal_year",
        },
    ),
    "bitcoin_sales": (
        schema.fact_bitcoin_sale,
        {
            "value": "proceeds_usd",
            "locator": "locator",
            "derivation": "derivation",
            "rounding": "rounding",
            "fiscal_year": "fiscal_year",
        },
    ),
    "operating_metrics": (
        schema.fact_operating_metric,
        {
            "value": "value",
            "scope": "scope",
            "locator": "locator",
            "derivation": "derivation",
            "rounding": "rounding",
            "fiscal_year": "fiscal_year",
        },
    ),
}
_SOURCE = (schema.dim_document, {"accession": "accession", "url": "url"})


@dataclass(slots=True)
class _Waiting:
    """What of one company waits to be checked: its documents, rows (document, position, row), and its last figures."""

    documents: dict[int, Document]
    keys: list[int]
    rows: list[tuple[int, int, Row]]
    last: Last


def check_rows(services: Services, dataset: str, slices: Sequence[Slice], run_id: str) -> StepResult:
    """Run the expectation suites over what was normalized and not loaded yet.

    A row that fails goes to quarantine and the others pass. A failed table-level expectation blocks the months of
    filing in which it fails, of the companies in which it fails: nothing of them loads. The rows of all companies are
    validated together, since each validation costs a second whatever it holds; company by company where that does not pass.
    The result is kept as JSON under the data folder. counts: rows, failed, blocked (documents). notes: up to ten failing rows.
    """
    step = f"check_{dataset}"
    waiting: dict[str, _Waiting] = {}

    def gather(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.connect() as connection:
            documents = {d.key: d for d in filings.documents_in(connection, mine)}
            states = staging.versions(connection, dataset, list(documents))
            keys = [key for key, (_, state) in states.items() if state in ("staged", "blocked")]
            staged = staging.staged_rows(connection, dataset, keys)
            if keys:
                rows = [(key, position, row) for key, position, _, row in staged]
                waiting[company.ticker] = _Waiting(documents, keys, rows, _last_figures(connection, company))

    gathered = for_each_company(services, step, slices, gather)
    together = _validated_together(services, dataset, waiting)

    def settle(company: Company, mine: list[Slice], result: StepResult) -> None:
        held = waiting[company.ticker]
        verdict = together.get(company.ticker) or _validated(services, dataset, held)
        blocked: dict[int, str] = {}
        if verdict.blocked:
            for month in sorted({held.documents[key].filed_on.replace(day=1) for key in held.keys}):
                keys = {key for key in held.keys if held.documents[key].filed_on.replace(day=1) == month}
                part = _validated(
                    services, dataset, replace(held, rows=[r for r in held.rows if r[0] in keys])
                )
                blocked |= dict.fromkeys(keys, "; ".join(part.blocked)) if part.blocked else {}
        _write_result(services, run_id, dataset, company, verdict)
        _settle(services, dataset, company, held.keys, held.rows, verdict, blocked, result)

    result = for_each_company(services, step, [s for s in slices if s[0] in waiting], settle)
    result.failures = {**gathered.failures, **result.failures}
    return result


def _frame(held: _Waiting) -> Any:
    return build_frame([row for _, _, row in held.rows], held.last)


def _validated(services: Services, dataset: str, held: _Waiting) -> Verdict:
    return validate(_frame(held), [_TABLES[dataset], _SOURCE], services.lexicon)


def _validated_together(services: Services, dataset: str, waiting: dict[str, _Waiting]) -> dict[str, Verdict]:
    """Each company's verdict from one validation of all rows; empty where that is blocked, since then it matters whose it is."""
    if not any(held.rows for held in waiting.values()):
        return {}
    import pandas as pd

    frames = {ticker: _frame(held) for ticker, held in waiting.items()}
    whole = pd.concat([f for f in frames.values() if len(f)], ignore_index=True)
    verdict = validate(whole, [_TABLES[dataset], _SOURCE], services.lexicon)
    keep_outcomes(services.settings.validation_dir, dataset, verdict)
    if verdict.blocked:
        return {}
    out: dict[str, Verdict] = {}
    first = 0
    for ticker, frame in frames.items():
        last = first + len(frame)
        mine = [
            replace(f, position=f.position - first) for f in verdict.failures if first <= f.position < last
        ]
        out[ticker] = Verdict(len(frame), mine, [], verdict.result)
        first = last
    return out


def _settle(
    services: Services,
    dataset: str,
    company: Company,
    waiting: list[int],
    rows: list[tuple[int, int, dict[str, Any]]],
    verdict: Verdict,
    blocked: dict[int, str],
    result: StepResult,
) -> None:
    """Write what validation said: states of rows and documents, and the quarantine."""
    failed: dict[int, dict[int, list[str]]] = {}
    rejected: dict[int, list[Rejected]] = {key: [] for key in waiting}
    for failure in verdict.failures:
        key, position, row = rows[failure.position]
        failed.setdefault(key, {}).setdefault(position, []).append(failure.check)
        rejected[key].append(Rejected(failure.check, failure.reason, row))
        if len(result.notes) < 10:
            result.notes.append(
                f"{company.ticker} {row['fact']} {row['segment'] or ''} to {row['period_end']}: {row['value']}: {failure.reason}"
            )
    with services.engine.begin() as connection:
        for key in waiting:
            states = {
                p: "blocked" if key in blocked else "rejected" if p in failed.get(key, {}) else "passed"
                for k, p, _ in rows
                if k == key
            }
            staging.set_states(connection, dataset, key, states or {-1: "passed"}, blocked.get(key))
            staging.quarantine(connection, company.ticker, key, dataset, "expectation", rejected[key])
    result.counts["rows"] += len(rows)
    result.counts["failed"] += sum(len(p) for p in failed.values())
    result.counts["blocked"] += len(blocked)
    for reason in dict.fromkeys(blocked.values()):
        result.failures[company.ticker] = f"nothing of it was loaded: {reason}"


def _last_figures(
    connection: sa.Connection, company: Company
) -> dict[tuple[str, str, str], tuple[date, Decimal]]:
    """The company's last loaded figure of each kind: (fact, segment, period_kind) → end, value."""
    found: dict[tuple[str, str, str], tuple[date, Decimal]] = {}
    keys = [row["company_key"] for row in company_rows(company)]
    for target in TARGETS:
        query = sa.text(
            f"select distinct on (1, 2, 3) {target.fact} as fact, {target.part} as part, p.period_kind, p.period_end, f.{target.value} "
            f"from {target.table.fullname} f join warehouse.dim_period p using (period_key) "
            f"where f.company_key = any(:keys) and {target.condition} order by 1, 2, 3, p.period_end desc, f.disclosed_at desc"
        )
        for fact, part, kind, end, value in connection.execute(query, {"keys": keys}):
            found[(fact, part, kind)] = (end, value)
    return found


def _write_result(services: Services, run_id: str, dataset: str, company: Company, verdict: Verdict) -> None:
    folder = services.settings.validation_dir / "".join(c for c in run_id if c.isalnum() or c in "-_")
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "run_id": run_id,
        "dataset": dataset,
        "company": company.ticker,
        "rows": verdict.rows,
        "blocked": verdict.blocked,
        "suites": verdict.result,
    }
    (folder / f"{dataset}-{company.ticker}.json").write_text(
        json.dumps(content, indent=1, default=str), "utf-8"
    )
