"""Tie-outs: documents compared with each other and with market prices."""

from collections.abc import Sequence

from pipelines.normalize.reconcile import reconcile_documents
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services
from pipelines.warehouse import staging
from pipelines.warehouse.filings import Slice
from pipelines.warehouse.known import known_figures, mark_repeats, stated_rows
from pipelines.warehouse.prices import prices_between
from pipelines.watchlist import Company

DATASET = "tie_outs"


def tie_out_documents(services: Services, slices: Sequence[Slice]) -> StepResult:
    """Compare a company's documents with each other and with market prices.

    counts: findings, changed
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.begin() as connection:
            rows = stated_rows(connection, company)
            known = known_figures(rows)
            days = [f.end for f in known] + [f.start for f in known if f.start]
            prices = prices_between(connection, min(days), max(days)) if days else {}
            findings = mark_repeats(connection, company, rows) + reconcile_documents(known, prices)
            changed = staging.record_findings(connection, DATASET, company.ticker, None, findings, [])
        result.counts["findings"] += len(findings)
        result.counts["changed"] += changed.total
        for finding in findings:
            result.show(
                ("company", "check", "until", "expected", "found"),
                (company.ticker, finding.check, finding.end, finding.expected, finding.found),
            )

    return for_each_company(services, DATASET, slices, work)
