"""A company's filing history, and its stored calendar of expected filings."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

import sqlalchemy as sa

from pipelines.extract.edgar import NOTICES
from pipelines.normalize.filing_calendar import ANNUAL, QUARTERLY, UPDATE, Expected, Filed, History, Notice
from pipelines.warehouse import bookkeeping
from pipelines.warehouse.upsert import Changed, upsert
from pipelines.watchlist import Company

_KIND_OF = {
    "10-Q": QUARTERLY,
    "10-QT": QUARTERLY,
    "10-K": ANNUAL,
    "10-KT": ANNUAL,
    "20-F": ANNUAL,
    "40-F": ANNUAL,
}
# Results of a foreign issuer: a Form 6-K is about the last period for which it states revenue.
_RESULTS = """
    select d.form, d.filed_on, d.accession, max(p.period_end) as period_end
    from warehouse.dim_document d join warehouse.fact_operating_metric f using (document_key)
    join warehouse.dim_metric m using (metric_key) join warehouse.dim_period p using (period_key)
    where d.company_id = :company and d.form like '6-K%' and m.metric = 'total_revenue'
      and f.derivation <> 'derived'
      and p.period_kind in ('quarter', 'half', 'nine_months', 'year') and p.period_end <= d.filed_on
    group by 1, 2, 3
"""
# Filings whose documents were all fetched or given up, and none has facts.
_UNREAD = """
    select accession, left(string_agg(distinct coalesce(status_reason, status), '; '), 300) as reason
    from warehouse.dim_document
    where company_id = :company and document_kind = 'report'
    group by 1
    having bool_and(status in ('missing', 'refused', 'unreadable', 'no_xbrl'))
"""
_UPDATES = """
    select form, min(filed_on) as filed_on, accession, subject_end as period_end from warehouse.dim_document
    where company_id = :company and document_kind = 'update' and subject_end is not null
      and subject_end <= filed_on
    group by 1, 3, 4
"""


def history_of(connection: sa.Connection, company: Company, today: date, *, stands_still: bool) -> History:
    """A company's reports, results, monthly updates and notices, from EDGAR's lists.

    Args:
        stands_still: Whether the source is a mirror, whose last filing is the last known day.
    """
    t = bookkeeping.filing
    history = History(is_snapshot=stands_still)
    unread = {
        row.accession: row.reason for row in connection.execute(sa.text(_UNREAD), {"company": company.ticker})
    }
    last = None
    for row in connection.execute(
        sa.select(t).where(t.c.company_id == company.ticker).order_by(t.c.filed_on)
    ):
        last = row.filed_on
        if row.form.removesuffix("/A") in NOTICES:
            history.notices.append(Notice(row.form.removesuffix("/A"), row.filed_on, row.report_date))
        elif row.form in _KIND_OF and row.report_date is not None:
            history.filed.append(
                Filed(
                    _KIND_OF[row.form],
                    row.form,
                    row.report_date,
                    row.filed_on,
                    row.accession,
                    row.status_reason if row.status == "failed" else unread.get(row.accession),
                )
            )
    for kind, query in ((QUARTERLY, _RESULTS), (UPDATE, _UPDATES)):
        for row in connection.execute(sa.text(query), {"company": company.ticker}):
            history.filed.append(
                Filed(kind, row.form.removesuffix("/A"), row.period_end, row.filed_on, row.accession)
            )
    history.today = min(today, last) if stands_still and last is not None else today
    return history


def record_expected(connection: sa.Connection, company: Company, rows: Sequence[Expected]) -> Changed:
    """Replace a company's calendar."""
    table = bookkeeping.expected_filing
    content = [
        {"company_id": company.ticker, "document_kind": told.pop("kind"), **told}
        for told in (asdict(row) for row in rows)
    ]
    return upsert(connection, table, content, scope=("company_id", [company.ticker]))
