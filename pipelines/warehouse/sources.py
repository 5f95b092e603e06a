"""Keep samples and filings apart: retyped figures must not be mistaken for filed ones.

A sample has the URL of the filing whose figures it contains, so that a live run over an archive of samples
would never fetch the filing itself.
"""

from collections.abc import Callable

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.warehouse.upsert import lock

_BY_DOCUMENT = (
    "warehouse.fact_segment_revenue",
    "warehouse.fact_bitcoin_sale",
    "warehouse.fact_operating_metric",
    "warehouse.fact_deal",
    "warehouse.fact_stated_change",
    "warehouse.fact_news_claim",
    "warehouse.dim_article",
    "quarantine.rejected_row",
    "ops.staged_figure",
    "ops.staged_claim",
    "ops.normalized_document",
    "ops.verification",
    "ops.finding",
)


def purge_samples(connection: sa.Connection, source: str, forget: Callable[[], None]) -> int:
    """Delete samples before filings are read for the first time; returns how many were deleted.

    Raises UsageError if samples are to be read into a warehouse that holds filings.

    Args:
        source: The source to read: `edgar`, `mirror` or `sample`.
        forget: Makes the archive forget the URLs of its documents.
    """
    lock(connection, "sources")
    held = set(connection.execute(sa.text("select distinct source from ops.filing")).scalars())
    if source == "sample":
        if held - {"sample"}:
            raise UsageError(
                "This warehouse holds filings, which cannot be mixed with samples. Set "
                "EDGAR_USER_AGENT (or EDGAR_MIRROR) as before, or MINERS_DATA_DIR to another folder "
                "for samples."
            )
        return 0
    if "sample" not in held:
        return 0
    query = sa.text("select document_key from warehouse.dim_document where source = 'sample'")
    keys = list(connection.execute(query).scalars())
    _forget(connection, keys)
    sample_news_leave(connection)
    connection.execute(sa.text("delete from ops.finding where document_key is null"))
    connection.execute(sa.text("delete from warehouse.fact_bitcoin_price"))
    connection.execute(sa.text("delete from warehouse.fact_network_day"))
    connection.execute(sa.text("delete from ops.filing where source = 'sample'"))
    connection.execute(sa.text("delete from ops.conditional_request"))
    forget()
    return len(keys)


def sample_news_leave(connection: sa.Connection) -> int:
    """Delete sample articles and their claims before other news is read; returns how many."""
    keys = list(
        connection.execute(
            sa.text("select document_key from warehouse.dim_article where is_sample")
        ).scalars()
    )
    _forget(connection, keys)
    connection.execute(sa.text("delete from ops.feed_entry where is_sample"))
    connection.execute(sa.text("delete from ops.feed where is_sample"))
    return len(keys)


def _forget(connection: sa.Connection, keys: list[int]) -> None:
    """Delete documents and everything that depends on them."""
    if not keys:
        return
    for table in _BY_DOCUMENT:
        connection.execute(sa.text(f"delete from {table} where document_key = any(:keys)"), {"keys": keys})
    connection.execute(
        sa.text(
            "update warehouse.fact_news_claim set status = 'unmatched', filing_value = null, "
            "difference = null, filing_key = null, settled_at = null, note = null where filing_key = "
            "any(:keys)"
        ),
        {"keys": keys},
    )
    connection.execute(
        sa.text("update warehouse.dim_article set filing_key = null where filing_key = any(:keys)"),
        {"keys": keys},
    )
    connection.execute(
        sa.text("delete from warehouse.dim_document where document_key = any(:keys)"), {"keys": keys}
    )
