"""Jobs: the nightly one, and the same assets for backfills."""

import dagster as dg

from assets.partitions import by_company_and_month

nightly = dg.define_asset_job(
    "nightly", selection=dg.AssetSelection.all(), partitions_def=by_company_and_month,
    description="Everything, for all companies and the filings of this month and the last.",
)  # fmt: skip
backfill = dg.define_asset_job(
    "backfill", selection=dg.AssetSelection.all(), partitions_def=by_company_and_month,
    description="Everything, for the companies and months that are chosen.",
    tags={"dagster/priority": "-1"},
)  # fmt: skip
JOBS = [nightly, backfill]
