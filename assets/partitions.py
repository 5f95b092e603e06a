"""Partitions: company × month of filing."""

from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg

from pipelines.settings import load_settings
from pipelines.steps.services import slices_of
from pipelines.warehouse.filings import Slice
from pipelines.watchlist import load_watchlist

# The first miners on the watchlist turned to mining in 2017; nothing before says anything of it.
FIRST_MONTH = "2018-01-01"

companies = dg.StaticPartitionsDefinition(load_watchlist(load_settings().miners_watchlist).tickers())
months = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, end_offset=1)
by_company_and_month = dg.MultiPartitionsDefinition({"company": companies, "month": months})


# `miners run` tells its partitions by these: Dagster then writes events for one partition of the run and not for thousands,
# which it would only keep in memory (docs/decisions/0004).
FIRST_TAG, LAST_TAG = "miners/first_partition", "miners/last_partition"


def range_of(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """The first and last partition that a run's tags name, ours before Dagster's; None where they name a single one."""
    for first, last in (
        (FIRST_TAG, LAST_TAG),
        ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end"),
    ):
        if tags.get(first) and tags.get(last):
            return tags[first], tags[last]
    return None


def partition_key(ticker: str, month: date) -> str:
    """The key of one company's month."""
    return str(dg.MultiPartitionKey({"company": ticker, "month": month.replace(day=1).isoformat()}))


def parse_key(key: str) -> tuple[str, date]:
    """Ticker and first of month of a partition key, `CORZ|2024-05-01`."""
    ticker, _, month = str(key).partition("|")
    return ticker, date.fromisoformat(month)


def slices_of_keys(keys: Sequence[str]) -> list[Slice]:
    """Companies and spans of filing days that partition keys cover."""
    return slices_of(parse_key(key) for key in keys)


def filed_in(context: dg.AssetExecutionContext) -> list[Slice]:
    """Companies and spans of filing days of the partitions that an asset is materialized for."""
    return slices_of_keys(keys_of_run(context.run))


def keys_of_run(run: dg.DagsterRun) -> list[str]:
    """The partition keys of a run, a range or a single one.

    The range goes first: a backfill of a job (Dagster 1.13) gives each of its runs the right range and, beside it,
    company and month of the backfill's first partition, which `context.partition_keys` then believes.
    """
    tags = run.tags
    named = range_of(tags)
    if named is not None:
        keys = dg.PartitionKeyRange(_multi(named[0]), _multi(named[1]))
        return [str(key) for key in by_company_and_month.get_partition_keys_in_range(keys)]
    if "dagster/partition" in tags:
        return [tags["dagster/partition"]]
    company, month = tags.get("dagster/partition/company"), tags.get("dagster/partition/month")
    return [f"{company}|{month}"] if company and month else []


def _multi(key: str) -> dg.MultiPartitionKey:
    ticker, month = parse_key(key)
    return dg.MultiPartitionKey({"company": ticker, "month": month.isoformat()})
