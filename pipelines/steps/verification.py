"""Hold the figures of reports against EDGAR's company facts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from pipelines.errors import BadPage, DocumentMissing, NotArchived
from pipelines.extract.edgar import COMPANY_FACTS, REPORTS
from pipelines.normalize.figures import DERIVED, Finding
from pipelines.normalize.verification import METRICS, Verdict, compare
from pipelines.parse.xbrl.companyfacts import CompanyFact, Place, read_companyfacts
from pipelines.steps.results import StepResult, for_each_company
from pipelines.steps.services import Services
from pipelines.warehouse import bookkeeping, staging
from pipelines.warehouse.filings import Slice
from pipelines.warehouse.upsert import upsert
from pipelines.watchlist import Company

DATASET = "verification"
DIFFERS = "companyfacts_differ"
# Figures that reports state, with filing and period.
_STATED = sa.text(
    f"""
    select m.metric, f.value, f.rounding, p.period_key, p.period_start, p.period_end, d.document_key,
           d.accession, d.cik, d.url, f.locator, d.filed_on, f.loaded_at
    from warehouse.fact_operating_metric f join warehouse.dim_metric m using (metric_key)
    join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key)
    where d.company_id = :ticker and d.document_kind = 'report' and f.scope = 'company'
      and f.derivation <> '{DERIVED}' and m.metric = any(:metrics)
    union all
    select 'bitcoin_sale_proceeds', f.proceeds_usd, f.rounding, p.period_key, p.period_start, p.period_end,
           d.document_key, d.accession, d.cik, d.url, f.locator, d.filed_on, f.loaded_at
    from warehouse.fact_bitcoin_sale f
    join warehouse.dim_period p using (period_key) join warehouse.dim_document d using (document_key)
    where d.company_id = :ticker and d.document_kind = 'report' and f.derivation <> '{DERIVED}'
      and f.proceeds_usd is not null and f.completed is distinct from 'proceeds_usd'
    """
)
_ASKED = sa.text(
    """
    insert into ops.conditional_request (url, sha256, asked_at) values (:url, '', now())
    on conflict (url) do update set asked_at = now()
    """
)
# EDGAR may add a filing to its company facts some hours after it accepted it.
_MAY_STILL_COME = timedelta(days=3)
_HAS_REPORTS = sa.text(
    "select exists (select from ops.filing where company_id = :ticker and filed_on between :first and :last "
    "and regexp_replace(form, '/A$', '') = any(:forms))"
)


def verify_figures(services: Services, slices: Sequence[Slice]) -> StepResult:
    """Compare total revenue, proceeds and holdings of reports with company facts.

    Only for companies with a report in these days and figures that were loaded since the last time. A
    difference beyond rounding is the finding `companyfacts_differ`.
    counts: compared, agree, differ, changed, not_in_mirror
    """

    def work(company: Company, mine: list[Slice], result: StepResult) -> None:
        with services.engine.connect() as connection:
            reports = any(
                connection.execute(
                    _HAS_REPORTS,
                    {"ticker": company.ticker, "first": first, "last": last, "forms": list(REPORTS)},
                ).scalar()
                for _, first, last in mine
            )
            stated = connection.execute(_STATED, {"ticker": company.ticker, "metrics": list(METRICS)}).all()
        if not reports or not stated:
            return
        by_cik = {cik: [row for row in stated if row.cik == cik] for cik in sorted({r.cik for r in stated})}
        if not any(_is_due(services, cik, rows) for cik, rows in by_cik.items()):
            return
        found: list[tuple[sa.Row[Any], Verdict]] = []
        for cik, rows in by_cik.items():
            facts = _facts(services, cik, result)
            _mark_asked(services, cik, rows, facts)
            found += _compared(rows, facts, result)
        _record(services, company, found, result)

    return for_each_company(services, DATASET, slices, work)


def _url(cik: str) -> str:
    return f"{COMPANY_FACTS}CIK{cik}.json"


def _is_due(services: Services, cik: str, stated: Sequence[sa.Row[Any]]) -> bool:
    """Whether a figure was loaded after the last request of the company facts."""
    table = bookkeeping.conditional_request
    with services.engine.connect() as connection:
        asked_at = connection.execute(sa.select(table.c.asked_at).where(table.c.url == _url(cik))).scalar()
    return asked_at is None or max(row.loaded_at for row in stated) > asked_at


def _facts(services: Services, cik: str, result: StepResult) -> dict[Place, list[CompanyFact]]:
    try:
        return read_companyfacts(services.edgar.company_facts(cik))
    except NotArchived:
        result.counts["not_archived"] += 1
    except DocumentMissing:
        result.counts["not_in_mirror" if services.settings.mirror else "missing"] += 1
    except BadPage as error:
        result.notes.append(f"CIK {cik}: {error}")
    return {}


def _mark_asked(
    services: Services, cik: str, stated: Sequence[sa.Row[Any]], facts: dict[Place, list[CompanyFact]]
) -> None:
    newest = max(stated, key=lambda row: row.filed_on)
    is_listed = any(accession == newest.accession for accession, _, _ in facts)
    if is_listed or datetime.now(UTC).date() - newest.filed_on > _MAY_STILL_COME:
        with services.engine.begin() as connection:
            connection.execute(_ASKED, {"url": _url(cik)})


def _compared(
    stated: Sequence[sa.Row[Any]], facts: dict[Place, list[CompanyFact]], result: StepResult
) -> list[tuple[sa.Row[Any], Verdict]]:
    out = []
    for row in stated:
        place = (row.accession, row.period_start, row.period_end)
        verdict = compare(row.metric, row.value, row.rounding, facts.get(place, []))
        if verdict is not None:
            result.counts["compared"] += 1
            result.counts["agree" if verdict.agrees else "differ"] += 1
            out.append((row, verdict))
    return out


def _record(
    services: Services, company: Company, found: Sequence[tuple[sa.Row[Any], Verdict]], result: StepResult
) -> None:
    rows: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for row, verdict in found:
        rows.append(
            {
                "document_key": row.document_key,
                "period_key": row.period_key,
                "metric": row.metric,
                "company_id": company.ticker,
                "ours": row.value,
                "theirs": verdict.theirs,
                "concept": verdict.concept,
                "agrees": verdict.agrees,
                "verified_at": datetime.now(UTC),
            }
        )
        if not verdict.agrees:
            detail = (
                f"{row.metric}: {row.value:,f} ({row.locator}); company facts have {verdict.theirs:,f} "
                f"({verdict.concept}) for the same filing and period"
            )
            findings.append(
                Finding(
                    DIFFERS,
                    row.period_start,
                    row.period_end,
                    verdict.theirs,
                    row.value,
                    detail,
                    (row.url,),
                    metric=row.metric,
                )
            )
    with services.engine.begin() as connection:
        changed = upsert(connection, bookkeeping.verification, rows, scope=("company_id", [company.ticker]))
        changed += staging.record_findings(connection, DATASET, company.ticker, None, findings, [])
    result.counts["changed"] += changed.total
    for finding in findings:
        shown = (company.ticker, finding.end, finding.expected, finding.found)
        result.show(("company", "until", "company_facts", "ours"), shown)
