"""Partitions: company × month of filing."""

from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg

from pipelines.settings import load_settings
from pipelines.steps.services import slices_of
from pipelines.warehouse.filings import Slice
from pipelines.watchlist import load_watchlist

# The first companies on the watchlist started mining in 2017; earlier filings hold nothing about it.
FIRST_MONTH = "2018-01-01"

companies = dg.StaticPartitionsDefinition(load_watchlist(load_settings().miners_watchlist).tickers())
months = dg.MonthlyPartitionsDefinition(start_date=FIRST_MONTH, end_offset=1)
by_company_and_month = dg.MultiPartitionsDefinition({"company": companies, "month": months})


# `miners run` names its partitions by these tags: Dagster then writes events for one partition of the run,
# not for thousands that it would only keep in memory (docs/decisions/0004).
FIRST_TAG, LAST_TAG = "miners/first_partition", "miners/last_partition"


def range_of(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """First and last partition in a run's tags, ours before Dagster's; None for a single one."""
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
    """Companies and ranges of filing days covered by partition keys."""
    return slices_of(parse_key(key) for key in keys)


def filed_in(context: dg.AssetExecutionContext) -> list[Slice]:
    """Companies and ranges of filing days that an asset is materialized for."""
    return slices_of_keys(keys_of_run(context.run))


def keys_of_run(run: dg.DagsterRun) -> list[str]:
    """The partition keys of a run, a range or a single one.

    The range takes precedence: a backfill of a job (Dagster 1.13) tags each of its runs with the right range
    and also with company and month of the backfill's first partition, and `context.partition_keys` uses the
    latter.
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
