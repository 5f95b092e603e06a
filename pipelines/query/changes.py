"""New and restated figures of documents disclosed after a moment."""

from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from pipelines.query.ask import asking

_MOST_DOCUMENTS = 50
# A figure that is stated again with the same value did not change; it is only counted.
_KIND = (
    "case when h.is_restatement then 'restated' when h.statement = 1 then 'new' else 'repeated' end "
    "as change_kind"
)
_FIGURES = (
    f"select {_KIND}, h.ticker, h.metric, h.segment, h.scope, h.period_kind, h.period_start, h.period_end, "
    "h.value, h.unit, h.previous_value, h.change, h.restates, h.is_current, h.derivation, h.reported_label, "
    "h.disclosed_at, h.form, h.accession, h.url, h.link, h.inputs, h.source from marts.disclosure_history h "
    "where h.disclosed_at > :since and (:ticker is null or h.ticker = :ticker)"
)
_COUNTS = f"select change_kind, count(*) from ({_FIGURES}) f group by 1"
_CHANGES = (
    f"select * from ({_FIGURES}) f where change_kind <> 'repeated' order by change_kind desc, "
    "disclosed_at desc, ticker, metric, segment, scope, period_end desc limit :limit"
)
_DOCUMENTS = (
    "select count(*) over () as total, ticker, form, document_kind, title, publisher, disclosed_at, status, "
    "accession, url, source from marts.sources where disclosed_at > :since and "
    "(:ticker is null or ticker = :ticker) order by disclosed_at desc, document_key limit :limit"
)


class Changes(NamedTuple):
    """Changed figures and new documents, the latest first; counts include those left out."""

    counts: dict[str, int]
    figures: list[dict[str, Any]]
    documents: list[dict[str, Any]]


def changes_since(engine: sa.Engine, since: datetime, ticker: str | None, limit: int) -> Changes:
    """Figures and documents disclosed after a moment, by the documents' own time of disclosure.

    Args:
        ticker: Only this company; None for all. Articles have no ticker.
        limit: The largest number of figures; of documents there are at most 50.
    """
    given = {"since": since, "ticker": ticker}
    typed = sa.bindparam("ticker", type_=sa.Text()), sa.bindparam("since", type_=sa.DateTime(timezone=True))

    with asking(engine, "marts.disclosure_history") as connection:

        def rows(query: str, **limit: int) -> list[dict[str, Any]]:
            found = connection.execute(sa.text(query).bindparams(*typed), {**given, **limit})
            return [dict(row) for row in found.mappings()]

        documents = rows(_DOCUMENTS, limit=_MOST_DOCUMENTS)
        counts = {
            "documents": documents[0]["total"] if documents else 0,
            "new": 0,
            "restated": 0,
            "repeated": 0,
        }
        counts |= {row["change_kind"]: row["count"] for row in rows(_COUNTS)}
        for document in documents:
            del document["total"]
        return Changes(counts, rows(_CHANGES, limit=limit), documents)
