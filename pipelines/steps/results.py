"""Results of steps: counts, previews, and failures by company and month."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import exc

from pipelines import disk
from pipelines.disk import is_disk_full
from pipelines.errors import MinersError, SourceRefused, TransferFailed, WarehouseUnreachable
from pipelines.secrets import hide
from pipelines.warehouse.filings import Document, Slice
from pipelines.watchlist import Company

if TYPE_CHECKING:
    from pipelines.steps.services import Services

log = logging.getLogger("miners")

# Steps that take long, and the counts that their line for each company shows.
_LONG = ("filing_documents", "xbrl_facts", "release_figures")
_TOLD = ("fetched", "documents", "facts", "figures")

_TRANSIENT = (
    TransferFailed,
    SourceRefused,
    WarehouseUnreachable,
    exc.OperationalError,
    exc.InterfaceError,
    ConnectionError,
    TimeoutError,
)


def is_transient(error: BaseException) -> bool:
    """Whether a retry may succeed: the host, the network or the database did not answer.

    Permanent errors (404, a truncated or wrong document) are not transient.
    """
    return isinstance(error, _TRANSIENT) or (
        isinstance(error, exc.DBAPIError) and error.connection_invalidated
    )


def one_line(error: BaseException) -> str:
    """An error as one line, with its type unless it is a MinersError."""
    if is_disk_full(error):
        return disk.MESSAGE
    if isinstance(error, MinersError):
        return hide(str(error))
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    return hide(f"{type(error).__name__}: {' '.join(str(cause).split())[:300]}")


@dataclass(slots=True)
class StepResult:
    """Result of a step.

    Args:
        failures: Reason by company; the step did nothing more for it.
        failed_months: Reason by company and month of filing (`2024-05-01`); a document failed, the others
            continued.
        transient: Companies for which a retry may succeed.
    """

    step: str
    counts: Counter[str] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    failed_months: dict[str, dict[str, str]] = field(default_factory=dict)
    transient: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    preview_columns: tuple[str, ...] = ()
    preview: list[tuple[object, ...]] = field(default_factory=list)

    def show(self, columns: tuple[str, ...], row: tuple[object, ...], most: int = 10) -> None:
        """Add a row to the preview, up to a limit."""
        self.preview_columns = columns
        if len(self.preview) < most:
            self.preview.append(row)

    def fail_month(self, company: str, filed_on: date, reason: str, *, transient: bool = False) -> None:
        """Record that something in a company's month failed; the first reason is kept."""
        self.failed_months.setdefault(company, {}).setdefault(filed_on.replace(day=1).isoformat(), reason)
        log.error("%s %s: %s", self.step, company, reason)
        if transient:
            self.transient.add(company)

    def count_answers(self, counts: Counter[str]) -> None:
        """Move a client's counts since the last call to this result: answers_<code> and bytes."""
        for name, number in counts.items():
            self.counts["bytes" if name == "bytes" else f"answers_{name}"] += number
        counts.clear()

    @contextmanager
    def document(self, document: Document) -> Iterator[None]:
        """Limit a permanent error in one document to its month; re-raise transient errors."""
        import structlog

        with structlog.contextvars.bound_contextvars(accession=document.accession):
            log.debug("%s %s: %s", self.step, document.company_id, document.name)
            try:
                yield
            except Exception as error:
                if is_transient(error):
                    raise
                log.debug("%s", document.url, exc_info=error)
                self.fail_month(
                    document.company_id, document.filed_on, f"{one_line(error)} ({document.name})"
                )

    def as_summary(self) -> dict[str, Any]:
        """The part that is stored in ops.run."""
        return {
            "counts": dict(self.counts),
            "failures": self.failures,
            "failed_months": self.failed_months,
            "notes": self.notes[:50],
        }

    def add(self, earlier: dict[str, Any]) -> None:
        """Add the summary of an earlier attempt at the same step."""
        self.counts.update(earlier.get("counts", {}))
        self.notes = [*earlier.get("notes", []), *self.notes]


def for_each_company(
    services: "Services",
    step: str,
    slices: Sequence[Slice],
    work: Callable[[Company, list[Slice], StepResult], None],
) -> StepResult:
    """Run a step company by company; a failure is recorded and the next company continues.

    If the host refuses us (403, 429), the remaining companies are recorded as refused without further
    requests.
    """
    import structlog

    result = StepResult(step)
    started = time.monotonic()
    refused: str | None = None
    tickers = list(dict.fromkeys(s[0] for s in slices))
    for place, ticker in enumerate(tickers, 1):
        services.report(step, ticker)
        counted, began = result.counts.copy(), time.monotonic()
        if refused:
            result.failures[ticker] = refused
            result.transient.add(ticker)
            continue
        with structlog.contextvars.bound_contextvars(company=ticker, step=step):
            try:
                company = services.watchlist.by_ticker(ticker)
                work(company, [s for s in slices if s[0] == ticker], result)
            except Exception as error:
                # A fault in one company's documents must not stop the others; it is logged in full.
                reason = result.failures[ticker] = one_line(error)
                if is_transient(error):
                    result.transient.add(ticker)
                if isinstance(error, SourceRefused):
                    refused = reason
                if isinstance(error, MinersError) or is_transient(error) or is_disk_full(error):
                    log.error("%s %s: %s", step, ticker, reason)
                else:
                    log.exception("%s %s", step, ticker)
        read = result.counts - counted
        told = ", ".join(f"{read[name]:,} {name}" for name in _TOLD if read[name])
        if told and step in _LONG:
            seconds = time.monotonic() - began
            services.report(step, ticker, f"{ticker}, {place} of {len(tickers)}: {told}, {seconds:.1f} s")
    result.seconds = round(time.monotonic() - started, 3)
    return result
