"""Executor and log as configured, and the attributes that all assets share."""

from collections.abc import Sequence
from typing import Any

import dagster as dg

from pipelines.errors import UsageError
from pipelines.settings import load_settings

OWNER = "team:miners-disclosed"
_LINKS = {
    "edgar": "https://www.sec.gov/search-filings",
    "news": "https://www.sec.gov/search-filings",
    "disclosures": "https://www.sec.gov/search-filings/edgar-search-assistance/accessing-edgar-data",
    "warehouse": "https://www.sec.gov/search-filings",
    "marts": "https://www.sec.gov/search-filings",
}


def executor() -> dg.ExecutorDefinition:
    """The executor of a run's steps.

    A step in its own process takes five seconds to start, so that steps run in the process of their run, and
    runs run concurrently. Celery workers execute them instead if MINERS_EXECUTOR says so (deploy/celery).
    """
    if load_settings().miners_executor == "in_process":
        return dg.in_process_executor
    try:
        from dagster_celery import celery_executor
    except ImportError as error:
        raise UsageError(
            "`MINERS_EXECUTOR=celery` needs `dagster-celery`: install `miners-disclosed[cluster]`."
        ) from error
    broker, backend = celery_addresses()
    made: dg.ExecutorDefinition = celery_executor.configured(
        {"broker": broker, "backend": backend}, name="celery_workers"
    )
    return made


def celery_addresses() -> tuple[str, str]:
    """Broker and result backend of the Celery workers. Raises UsageError if no broker is set."""
    broker = load_settings().miners_celery_broker
    if not broker:
        raise UsageError("`MINERS_EXECUTOR=celery` needs a broker. Set `MINERS_CELERY_BROKER=redis://…`")
    return broker, broker if broker.startswith("redis") else "rpc://"


def console_logger() -> dg.LoggerDefinition:
    """Dagster's log on standard error: text, or JSON if LOG_FORMAT asks for it."""
    return dg.json_console_logger if load_settings().log_format == "json" else dg.colored_console_logger


def described(assets: Sequence[Any]) -> list[Any]:
    """Assets with the attributes they share: an owner and a link to EDGAR."""

    def add(spec: dg.AssetSpec) -> dg.AssetSpec:
        link = _LINKS.get(spec.group_name or "", "https://www.sec.gov/search-filings")
        return spec.replace_attributes(owners=[OWNER]).merge_attributes(
            metadata={"EDGAR": dg.MetadataValue.url(link)}
        )

    return list(dg.map_asset_specs(add, assets))
