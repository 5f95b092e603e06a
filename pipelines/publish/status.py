"""What the operator looks at in the morning: last runs, freshness, what was refused and why."""

from typing import Any

import sqlalchemy as sa

_SECTIONS = (
    ("last runs", "select job, to_char(started_at, 'YYYY-MM-DD HH24:MI') as started, status, "
     "coalesce(round(extract(epoch from ended_at - started_at))::text || ' s', '') as took, "
     "(select string_agg(distinct k, ', ') from jsonb_each(summary) s, jsonb_object_keys(s.value->'failures') k) as failed "
     "from ops.run order by started_at desc limit 5"),
    ("documents by company", "select company_id as ticker, count(*) as documents, count(*) filter (where status = 'read') as read, "
     "count(*) filter (where status in ('missing', 'refused', 'unreadable')) as unread, max(filed_on) as last_filed, "
     "max(report_date) filter (where document_kind = 'report') as last_report from warehouse.dim_document where source <> 'news' group by 1 order by 1"),
    ("documents that could not be read", "select company_id as ticker, form, accession, name, status, status_reason as reason "
     "from warehouse.dim_document where status in ('missing', 'refused', 'unreadable') "
     "union all select company_id, form, accession, primary_document, status, status_reason from ops.filing where status = 'failed' order by 1, 3 limit 30"),
    ("press releases", "select company_id as ticker, count(*) filter (where document_kind = 'update') as updates, "
     "count(*) filter (where document_kind = 'release') as earnings, count(*) filter (where kind_reason is not null and document_kind = 'other') as neither, "
     "count(*) filter (where status = 'unreadable') as unreadable, count(repeats) as furnished_again, "
     "max(subject_end) as last_about from warehouse.dim_document where form like '8-K%' or form like '6-K%' group by 1 order by 1"),
    ("furnished, and neither update nor results", "select company_id as ticker, form, accession, name, kind_reason as reason from warehouse.dim_document "
     "where document_kind = 'other' and kind_reason is not null and document_type like 'EX-%' order by filed_on desc, 1 limit 15"),
    ("feeds of news", "select feed, publisher, status, entries, to_char(newest_at, 'YYYY-MM-DD HH24:MI') as newest, "
     "coalesce(round(extract(epoch from asked_at - answered_at) / 3600)::text || ' h', 'never') as silent_for, reason from ops.feed order by status = 'ok', 1"),
    ("articles that were not read in full", "select feed, url, status, reason from ops.feed_entry where status not in ('read', 'listed') order by partition_day desc, 2 limit 15"),
    ("claims of news by publisher", "select publisher, claims, confirmed, contradicted, unmatched, superseded, median_lead_hours from marts.publisher_accuracy order by 2 desc, 1 limit 15"),
    ("documents read with warnings", "select company_id as ticker, form, accession, name, status_reason as warning from warehouse.dim_document "
     "where status = 'read' and status_reason is not null and source <> 'news' order by 1, 3 limit 30"),
    ("quarantine", "select check_name as \"check\", company_id as ticker, count(*) as rows, min(reason) as example, "
     "min(row_content->>'remedy') as line_to_add from quarantine.rejected_row where status = 'open' group by 1, 2 order by 1, 2 limit 30"),
    ("blocked", "select company_id as ticker, dataset, d.name, n.state_reason as reason from ops.normalized_document n "
     "join warehouse.dim_document d using (document_key) where n.state = 'blocked' order by 1 limit 30"),
    ("open findings", "select ticker, \"check\", period_end, expected, found, difference, detail from marts.open_findings order by 1, 3 limit 30"),
)  # fmt: skip


def status(engine: sa.Engine) -> list[tuple[str, list[str], list[tuple[Any, ...]]]]:
    """Sections of the status: title, columns, rows; empty sections too."""
    out = []
    with engine.connect() as connection:
        for title, query in _SECTIONS:
            result = connection.execute(sa.text(query))
            out.append((title, list(result.keys()), [tuple(row) for row in result]))
    return out
