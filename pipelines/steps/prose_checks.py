"""Checking what prose states before it is loaded: row by row into quarantine, table by table as a block."""

import json
from typing import Any

import sqlalchemy as sa

from pipelines.normalize.figures import Rejected
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.validate.claim_suites import build_claim_frame, claim_expectations
from pipelines.validate.outcomes import keep_outcomes
from pipelines.validate.suites import Verdict, validate
from pipelines.warehouse import schema, staging

_SHARED = {
    "value": "value",
    "unit": "unit",
    "rounding": "rounding",
    "label": "reported_label",
    "locator": "locator",
}
_TABLES: dict[str, list[tuple[sa.Table, dict[str, str]]]] = {
    "news_claims": [(schema.fact_news_claim, {**_SHARED, "fact": "metric"})],
    "deals": [
        (schema.fact_stated_change, {"rounding": "rounding", "label": "reported_label", "locator": "locator"})
    ],
}
_SOURCE = (schema.dim_document, {"url": "url"})


def check_prose(services: Services, dataset: str, keys: list[int], run_id: str) -> StepResult:
    """Run the suites over the staged rows of documents that are not loaded yet.

    A row that fails goes to quarantine and the others pass; a failed table-level expectation blocks the documents in which it
    fails, alone where it can be told which. counts: rows, failed, blocked (documents). notes: up to ten failing rows.
    """
    result = StepResult(f"check_{dataset}")
    with services.engine.connect() as connection:
        states = staging.versions(connection, dataset, keys)
        waiting = [key for key, (_, state) in states.items() if state in ("staged", "blocked")]
        rows = [
            (key, position, row)
            for key, position, _, row in staging.staged_rows(connection, dataset, waiting)
        ]
    verdict = _validated(services, dataset, [row for _, _, row in rows])
    blocked: dict[int, str] = {}
    if verdict.blocked:
        for key in waiting:
            part = _validated(services, dataset, [row for k, _, row in rows if k == key])
            if part.blocked:
                blocked[key] = "; ".join(part.blocked)
    failed: dict[int, dict[int, list[Rejected]]] = {}
    for failure in verdict.failures:
        key, position, row = rows[failure.position]
        failed.setdefault(key, {}).setdefault(position, []).append(
            Rejected(failure.check, failure.reason, row)
        )
        if len(result.notes) < 10:
            result.notes.append(
                f"{row['company_id']} {row['fact']} {row['value']}: {failure.reason} ({row['url']})"
            )
    with services.engine.begin() as connection:
        for key in waiting:
            mine = {
                p: "blocked" if key in blocked else "rejected" if p in failed.get(key, {}) else "passed"
                for k, p, _ in rows
                if k == key
            }
            staging.set_states(connection, dataset, key, mine or {-1: "passed"}, blocked.get(key))
            refused = [item for items in failed.get(key, {}).values() for item in items]
            company = next((row["company_id"] for k, _, row in rows if k == key), "")
            staging.quarantine(connection, company, key, dataset, "expectation", refused)
    result.counts["rows"] = len(rows)
    result.counts["failed"] = sum(len(p) for p in failed.values())
    result.counts["blocked"] = len(blocked)
    for key, reason in blocked.items():
        result.failures[str(key)] = f"nothing of it was loaded: {reason}"
    _write(services, dataset, run_id, verdict)
    return result


def _validated(services: Services, dataset: str, rows: list[dict[str, Any]]) -> Verdict:
    return validate(
        build_claim_frame(rows), [*_TABLES[dataset], _SOURCE], services.lexicon, claim_expectations
    )


def _write(services: Services, dataset: str, run_id: str, verdict: Verdict) -> None:
    folder = services.settings.validation_dir / "".join(c for c in run_id if c.isalnum() or c in "-_")
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "run_id": run_id,
        "dataset": dataset,
        "rows": verdict.rows,
        "blocked": verdict.blocked,
        "suites": verdict.result,
    }
    (folder / f"{dataset}.json").write_text(json.dumps(content, indent=1, default=str), "utf-8")
    if verdict.outcomes:
        keep_outcomes(services.settings.validation_dir, dataset, verdict)
