"""Jobs: nightly run, new filing, backfill, re-parsing, news, publication, housekeeping."""

from typing import Any

import dagster as dg

from assets.housekeeping import tidy_up
from assets.marts import NEWS_MARTS
from assets.publishing import FILES, REPORT
from assets.registrants import find_miners
from assets.resources import OFFLINE_TAG

_OF_DAYS = dg.AssetSelection.assets("feed_entries", "articles", "claims", "fact_news_claim", "news_report")
_DIMENSIONS = dg.AssetSelection.assets("dim_company", "dim_segment", "dim_metric", "dim_date")
_PUBLISHED = dg.AssetSelection.assets(FILES, REPORT)
_FILINGS = dg.AssetSelection.all() - _OF_DAYS - _PUBLISHED
# One nightly run at a time: the next one waits for the previous one (dagster.yaml, tag_concurrency_limits).
ONE_AT_A_TIME = "miners/one_at_a_time"

nightly = dg.define_asset_job(
    "nightly",
    selection=_FILINGS,
    tags={ONE_AT_A_TIME: "nightly"},
    description="All companies, filings of this month and the last; then reconcile news and send the digest.",
)
new_filing = dg.define_asset_job(
    "new_filing",
    selection=_FILINGS,
    tags={"dagster/priority": "5"},
    description="A company's month, as soon as EDGAR lists a new filing of it.",
)
backfill = dg.define_asset_job(
    "backfill",
    selection=_FILINGS,
    tags={"dagster/priority": "-1"},
    description="All filings of the selected companies and months.",
)
read_again = dg.define_asset_job(
    "read_again",
    selection=_FILINGS,
    tags={"dagster/priority": "-1", OFFLINE_TAG: "true"},
    description=(
        "Re-parse archived documents with the current code and lexicon, without network access. Documents "
        "that the current version has parsed are skipped; the tag miners/force=true parses them again."
    ),
)
read_news = dg.define_asset_job(
    "news",
    selection=_OF_DAYS | _DIMENSIONS | dg.AssetSelection.assets("news_reconciliation", *NEWS_MARTS),
    tags={ONE_AT_A_TIME: "news"},
    description="Feeds, articles and claims of the selected days, reconciled with the filings.",
)
publish = dg.define_asset_job(
    "publish",
    selection=_PUBLISHED,
    tags={ONE_AT_A_TIME: "publish"},
    description="Publish files and report from the marts, if anything has changed.",
)
JOBS: list[Any] = [nightly, new_filing, backfill, read_again, read_news, publish, tidy_up, find_miners]
