"""Samples and filings never stand in one warehouse: what is retyped would be taken for what was filed.

A sample has the URL of the filing whose figures it carries, so a live run over an archive of samples would never
ask for the filing itself.
"""

from collections.abc import Callable

import sqlalchemy as sa

from pipelines.errors import UsageError
from pipelines.load.upsert import lock

_BY_DOCUMENT = (
    "warehouse.fact_segment_revenue", "warehouse.fact_bitcoin_sale", "warehouse.fact_operating_metric",
    "quarantine.rejected_row", "ops.staged_row", "ops.normalized_document", "ops.finding",
)  # fmt: skip


def make_room(connection: sa.Connection, source: str, forget: Callable[[], None]) -> int:
    """See that the warehouse holds nothing that must not stand beside a source; returns how many samples left.

    source   what is to be read now: edgar, mirror or sample
    forget   makes the archive forget which documents it has under which URL

    Samples leave when filings are read for the first time. Raises UsageError where samples are to be read into a
    warehouse that holds filings.
    """
    lock(connection, "sources")
    held = set(connection.execute(sa.text("select distinct source from ops.filing")).scalars())
    if source == "sample":
        if held - {"sample"}:
            raise UsageError(
                "This warehouse holds filings; samples do not belong beside them. Set EDGAR_USER_AGENT (or EDGAR_MIRROR) "
                "as before, or MINERS_DATA_DIR to another folder for samples."
            )
        return 0
    if "sample" not in held:
        return 0
    query = sa.text("select document_key from warehouse.dim_document where source = 'sample'")
    keys = list(connection.execute(query).scalars())
    for table in _BY_DOCUMENT:
        connection.execute(sa.text(f"delete from {table} where document_key = any(:keys)"), {"keys": keys})
    connection.execute(sa.text("delete from ops.finding where document_key is null"))
    connection.execute(sa.text("delete from warehouse.fact_bitcoin_price"))
    connection.execute(
        sa.text("delete from warehouse.dim_document where document_key = any(:keys)"), {"keys": keys}
    )
    connection.execute(sa.text("delete from ops.filing where source = 'sample'"))
    connection.execute(sa.text("delete from ops.conditional_request"))
    forget()
    return len(keys)
