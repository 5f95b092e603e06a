"""Jobs: the nightly one, the same assets for backfills, and the news."""

import dagster as dg

from assets.marts import NEWS_MARTS
from assets.news import by_day
from assets.partitions import by_company_and_month

_OF_DAYS = dg.AssetSelection.assets("feed_entries", "articles", "claims", "fact_news_claim", "news_report")
_DIMENSIONS = dg.AssetSelection.assets("dim_company", "dim_segment", "dim_metric", "dim_date")
_FILINGS = dg.AssetSelection.all() - _OF_DAYS

nightly = dg.define_asset_job(
    "nightly", selection=_FILINGS, partitions_def=by_company_and_month,
    description="Everything that is filed, for all companies and the filings of this month and the last; news held against it.",
)  # fmt: skip
backfill = dg.define_asset_job(
    "backfill", selection=_FILINGS, partitions_def=by_company_and_month,
    description="Everything that is filed, for the companies and months that are chosen.",
    tags={"dagster/priority": "-1"},
)  # fmt: skip
read_news = dg.define_asset_job(
    "news", selection=_OF_DAYS | _DIMENSIONS | dg.AssetSelection.assets("news_reconciliation", *NEWS_MARTS), partitions_def=by_day,
    description="Feeds, articles and claims of the days that are chosen, held against the filings.",
)  # fmt: skip
JOBS = [nightly, backfill, read_news]
