"""Logging as text or JSON lines with run, company and accession; secrets are redacted."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from pipelines.harmless import visible
from pipelines.secrets import hide, secrets_of
from pipelines.settings import Settings

_QUIET = ("great_expectations", "alembic", "urllib3", "filelock", "botocore", "asyncio")


class _Hide:
    """A processor that redacts secrets and shows control characters in every text of a record."""

    def __init__(self, settings: Settings) -> None:
        self.secrets = secrets_of(settings)

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {k: visible(hide(v, self.secrets)) if isinstance(v, str) else v for k, v in event.items()}


def configure_logs(settings: Settings) -> None:
    """Log to standard error as configured by LOG_FORMAT and LOG_LEVEL. Idempotent."""
    render: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if settings.log_format == "json"
        else _line
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _Hide(settings),
            render,
        ],
    )
    ours = logging.getLogger("miners")
    for handler in [h for h in ours.handlers if getattr(h, "of_miners", False)]:
        ours.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.of_miners = True  # type: ignore[attr-defined]
    ours.addHandler(handler)
    ours.setLevel(settings.log_level)
    ours.propagate = False
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)


def _line(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """Format a record as one line: the event, then its context."""
    told = dict(event)
    head = f"{str(told.pop('level', '')).upper()} {told.pop('logger', '')}: {told.pop('event', '')}"
    exception = told.pop("exception", None)
    told.pop("timestamp", None)
    tail = " ".join(f"{k}={v}" for k, v in told.items())
    return head + (f"  [{tail}]" if tail else "") + (f"\n{exception}" if exception else "")
