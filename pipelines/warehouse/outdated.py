"""Documents to process again: approved rows, and changed code or configuration."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa


@dataclass(slots=True)
class Approved:
    """Keys of approved rows to load, by company and month of filing, and by day of an article."""

    filings: dict[tuple[str, date], list[int]] = field(default_factory=lambda: defaultdict(list))
    days: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))


def approved(engine: sa.Engine) -> Approved:
    """Approved rows of quarantine that wait for the next run of their partition."""
    out = Approved()
    query = sa.text(
        "select r.row_key, d.company_id, d.source, d.filed_on, coalesce(min(e.partition_day), "
        "d.published_at::date) as day from quarantine.rejected_row r join warehouse.dim_document d "
        "using (document_key) left join ops.feed_entry e on e.document_key = d.document_key where "
        "r.status = 'released' group by 1, 2, 3, 4, d.published_at order by 1"
    )
    with engine.connect() as connection:
        for row in connection.execute(query):
            if row.source == "news" and row.day is not None:
                out.days[row.day].append(row.row_key)
            elif row.company_id is not None and row.filed_on is not None:
                out.filings[(row.company_id, row.filed_on.replace(day=1))].append(row.row_key)
    return out


def changed_config(
    engine: sa.Engine, hashes: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[date, date]]:
    """Companies with documents of another configuration, and their months of filing.

    Args:
        hashes: By dataset and ticker, the current hash as a version contains it: `config-1a2b3c4d`.
    """
    query = sa.text(
        "select n.dataset, d.company_id, min(d.filed_on) as first, max(d.filed_on) as last, "
        "substring(n.version from 'config-[0-9a-f]+') as config_hash from ops.normalized_document n "
        "join warehouse.dim_document d using (document_key) where d.source <> 'news' and d.filed_on is "
        "not null and d.status in ('read', 'no_xbrl', 'no_disclosure') group by 1, 2, 5"
    )
    out: dict[str, tuple[date, date]] = {}
    with engine.connect() as connection:
        for row in connection.execute(query):
            today = hashes.get(row.dataset, {}).get(row.company_id)
            if today is not None and row.config_hash != today:
                first, last = out.get(row.company_id, (row.first, row.last))
                out[row.company_id] = (min(first, row.first), max(last, row.last))
    return {t: (first.replace(day=1), last.replace(day=1)) for t, (first, last) in out.items()}


def changed_config_of_news(engine: sa.Engine, config_hash: str) -> tuple[date, date] | None:
    """First and last day of articles with claims of another configuration, if any."""
    query = sa.text(
        "select min(e.partition_day) as first, max(e.partition_day) as last from "
        "ops.normalized_document n join ops.feed_entry e using (document_key) where n.dataset = "
        "'news_claims' and substring(n.version from 'config-[0-9a-f]+') <> :config_hash"
    )
    with engine.connect() as connection:
        row = connection.execute(query, {"config_hash": config_hash}).one()
    return None if row.first is None else (row.first, row.last)


def outdated(
    engine: sa.Engine, dataset: str, versions: Mapping[str, str]
) -> list[tuple[str, int, date, date]]:
    """Documents normalized with another version of code or configuration.

    Args:
        versions: By ticker, the current version (Dataset.version).

    Returns:
        Ticker, number of documents, first and last day of filing.
    """
    query = sa.text(
        "select d.company_id, n.version, count(*) as documents, min(d.filed_on) as first, "
        "max(d.filed_on) as last from ops.normalized_document n join warehouse.dim_document d using "
        "(document_key) where n.dataset = :dataset and d.status = 'read' and d.filed_on is not null "
        "group by 1, 2 order by 1"
    )
    out: dict[str, tuple[int, date, date]] = {}
    with engine.connect() as connection:
        for row in connection.execute(query, {"dataset": dataset}):
            if row.company_id in versions and row.version != versions[row.company_id]:
                number, first, last = out.get(row.company_id, (0, row.first, row.last))
                out[row.company_id] = (number + row.documents, min(first, row.first), max(last, row.last))
    return [(ticker, *rest) for ticker, rest in sorted(out.items())]
