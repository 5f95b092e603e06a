"""The calendar of expected filings: filed, late, missing or explained."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pipelines.normalize.figures import Finding
from pipelines.normalize.filing_calendar import calendar_of
from pipelines.operations.expected_filings import history_of, record_expected
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, staging
from pipelines.warehouse.filings import Slice
from pipelines.warehouse.upsert import lock
from pipelines.watchlist import Company

DATASET = "coverage"
LATE = "late_filing"


def expect_filings(services: Services, tickers: Sequence[str], today: date | None = None) -> StepResult:
    """Renew the calendars of companies; an overdue filing is the finding `late_filing`.

    In a mirror (EDGAR_MIRROR, samples) nothing is late, only missing, because it has no newer filings.
    counts: filled, late, missing, explained, upcoming, changed
    """
    now = today or datetime.now(ZoneInfo("America/New_York")).date()
    still = services.settings.mirror is not None

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.begin() as connection:
            lock(connection, f"coverage {company.ticker}")
            rows = calendar_of(company, history_of(connection, company, now, stands_still=still))
            changed = record_expected(connection, company, rows)
            findings = [
                Finding(
                    LATE,
                    row.period_start,
                    row.period_end,
                    None,
                    None,
                    f"{row.document} was due on {row.due} ({row.due_rule}) and is not filed",
                )
                for row in rows
                if row.status == "late"
            ]
            changed += staging.record_findings(connection, DATASET, company.ticker, None, findings, [])
        result.counts["changed"] += changed.total
        for row in rows:
            result.counts[row.status] += 1
            if row.status == "late":
                shown = (company.ticker, row.kind, row.period_end, row.due, row.reason)
                result.show(("company", "document", "period_end", "due", "reason"), shown, most=30)
                result.notes.append(f"{company.ticker}: {row.document} was due on {row.due}")

    return for_each_company(services, DATASET, [(ticker, now, now) for ticker in tickers], work)


def late_filings(engine: sa.Engine) -> list[tuple[str, str, date, date]]:
    """Late filings: ticker, document kind, period end, due date; the longest overdue first."""
    t = bookkeeping.expected_filing
    query = sa.select(t.c.company_id, t.c.document_kind, t.c.period_end, t.c.due).where(t.c.status == "late")
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(t.c.due, t.c.company_id))]
