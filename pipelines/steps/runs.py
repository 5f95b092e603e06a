"""What a run did, kept in ops.run: counts by step and failures by company, for the summary and for `miners status`."""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.load import schema
from pipelines.steps.services import StepResult


def record_step(engine: sa.Engine, run_id: str, job: str, result: StepResult) -> None:
    """Write what a step did; the first step of a run opens its row. A step that is executed again replaces its own."""
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into ops.run (run_id, job, started_at, status) values (:run, :job, :now, 'running') on conflict do nothing"
            ),
            {"run": run_id, "job": job, "now": datetime.now(UTC)},
        )
        connection.execute(
            sa.text(
                "update ops.run set summary = summary || jsonb_build_object(cast(:step as text), cast(:told as jsonb)) where run_id = :run"
            ),
            {
                "run": run_id,
                "step": result.step,
                "told": json.dumps(result.as_summary(), default=str).replace("\\u0000", ""),
            },
        )


def end_run(engine: sa.Engine, run_id: str) -> dict[str, str]:
    """Close a run's row; returns its failures by company, empty where it succeeded."""
    summary = run_summary(engine, run_id)
    failures: dict[str, str] = {}
    for step in summary.values():
        for company, reason in step.get("failures", {}).items():
            failures.setdefault(company, reason)
    t = schema.run
    with engine.begin() as connection:
        connection.execute(
            sa.update(t)
            .where(t.c.run_id == run_id)
            .values(ended_at=datetime.now(UTC), status="failed" if failures else "succeeded")
        )
    return failures


def run_summary(engine: sa.Engine, run_id: str) -> dict[str, Any]:
    """Counts, failures and notes of a run's steps, by step."""
    t = schema.run
    with engine.connect() as connection:
        return dict(connection.execute(sa.select(t.c.summary).where(t.c.run_id == run_id)).scalar() or {})
