"""Records of runs in ops.run: counts by step, failures by company and month."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from pipelines.processes import is_alive
from pipelines.steps.results import StepResult
from pipelines.warehouse import bookkeeping
from pipelines.warehouse.filings import Slice

# The entry of a run's summary that says that its process was killed.
KILLED = "killed"


@dataclass(slots=True)
class Outcome:
    """Failures of a run by company, and by company and month of filing, with the first reason."""

    companies: dict[str, str] = field(default_factory=dict)
    months: dict[str, dict[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.companies or self.months)

    def reason(self, company: str, month: str) -> str | None:
        """Why a company's month failed, or None."""
        return self.companies.get(company) or self.months.get(company, {}).get(month)

    def lines(self) -> dict[str, str]:
        """One line for each company with a failure."""
        reasons_of = dict(self.companies)
        for company, months in self.months.items():
            if company not in reasons_of:
                reasons = dict.fromkeys(months.values())
                reasons_of[company] = "; ".join(f"{reason}" for reason in list(reasons)[:3])
        return dict(sorted(reasons_of.items()))

    def slices(self, of: Sequence[Slice]) -> list[Slice]:
        """The slices of companies that failed."""
        return [s for s in of if s[0] in self.companies or s[0] in self.months]


def record_step(
    engine: sa.Engine,
    run_id: str,
    job: str,
    result: StepResult,
    *,
    process: str | None = None,
    schedule: str | None = None,
) -> None:
    """Record a step's result; the first step of a run inserts its row. Idempotent by step.

    Args:
        process: The process of the whole run, if it has one (`processes.this_process`).
        schedule: The schedule that started the run.
    """
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "insert into ops.run (run_id, job, started_at, status, process, schedule) values (:run, "
                ":job, :now, 'running', :process, :schedule) on conflict do nothing"
            ),
            {"run": run_id, "job": job, "now": datetime.now(UTC), "process": process, "schedule": schedule},
        )
        connection.execute(
            sa.text(
                "update ops.run set summary = summary || jsonb_build_object(cast(:step as text), "
                "cast(:summary as jsonb)) where run_id = :run"
            ),
            {
                "run": run_id,
                "step": result.step,
                "summary": json.dumps(result.as_summary(), default=str).replace("\\u0000", ""),
            },
        )


def close_run(engine: sa.Engine, run_id: str, status: str) -> None:
    """Record how a run ended; a run that failed before its first step has no row."""
    t = bookkeeping.run
    with engine.begin() as connection:
        connection.execute(
            sa.update(t).where(t.c.run_id == run_id).values(ended_at=datetime.now(UTC), status=status)
        )


def close_open_run(engine: sa.Engine, run_id: str, status: str) -> None:
    """Record how a run ended, unless its own report has."""
    t = bookkeeping.run
    with engine.begin() as connection:
        connection.execute(
            sa.update(t)
            .where(t.c.run_id == run_id, t.c.status == "running")
            .values(ended_at=datetime.now(UTC), status=status)
        )


def close_killed_runs(engine: sa.Engine) -> list[str]:
    """Record runs as failed whose process on this machine is gone; returns their ids.

    Runs of other machines stay as they are; Dagster's own records are left to its run monitoring.
    """
    t = bookkeeping.run
    noted = t.c.summary.op("||")(
        sa.cast({KILLED: {"notes": ["The process of the run was killed."]}}, t.c.summary.type)
    )
    with engine.begin() as connection:
        running = sa.select(t.c.run_id, t.c.process).where(t.c.status == "running", t.c.process.is_not(None))
        killed = [row.run_id for row in connection.execute(running) if is_alive(row.process) is False]
        connection.execute(
            sa.update(t)
            .where(t.c.run_id.in_(killed), t.c.status == "running")
            .values(ended_at=datetime.now(UTC), status="failed", summary=noted)
        )
    return killed


def outcome_of(summary: dict[str, Any]) -> Outcome:
    """The failures in a run's summary."""
    outcome = Outcome()
    for step in summary.values():
        for company, reason in step.get("failures", {}).items():
            outcome.companies.setdefault(company, reason)
        for company, months in step.get("failed_months", {}).items():
            for month, reason in months.items():
                outcome.months.setdefault(company, {}).setdefault(month, reason)
    return outcome


def end_run(engine: sa.Engine, run_id: str) -> Outcome:
    """Close a run's row; returns its failures."""
    outcome = outcome_of(run_summary(engine, run_id))
    close_run(engine, run_id, "failed" if outcome else "succeeded")
    return outcome


def run_summary(engine: sa.Engine, run_id: str) -> dict[str, Any]:
    """Counts, failures and notes of a run's steps, by step."""
    t = bookkeeping.run
    with engine.connect() as connection:
        return dict(connection.execute(sa.select(t.c.summary).where(t.c.run_id == run_id)).scalar() or {})


def ended_since(engine: sa.Engine, moment: datetime | None) -> str | None:
    """The id of the last finished run, if it ended after a time."""
    query = sa.text(
        "select run_id from ops.run where ended_at is not null and (cast(:moment as timestamptz) is "
        "null or ended_at > :moment) order by ended_at desc limit 1"
    )
    with engine.connect() as connection:
        return connection.execute(query, {"moment": moment}).scalar()
