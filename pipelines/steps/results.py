"""What a step did: numbers, what is new, and what failed: for a whole company, or for a document of one of its months."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import exc

from pipelines.errors import MinersError, SourceRefused, TransferFailed, WarehouseUnreachable
from pipelines.warehouse.filings import Document, Slice
from pipelines.watchlist import Company

if TYPE_CHECKING:
    from pipelines.steps.services import Services

log = logging.getLogger("miners")

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
    """Whether another try, later, may well succeed: the host, the network or the database did not answer.

    What a page says (404, cut off for good, not what it must be) stays as it is: no try helps.
    """
    return isinstance(error, _TRANSIENT) or (
        isinstance(error, exc.DBAPIError) and error.connection_invalidated
    )


def one_line(error: BaseException) -> str:
    """An error as one line: our own as they are, others with their type."""
    if isinstance(error, MinersError):
        return str(error)
    cause = error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error
    return f"{type(error).__name__}: {' '.join(str(cause).split())[:300]}"


@dataclass(slots=True)
class StepResult:
    """What a step did: numbers by name, what failed, a few lines for people.

    failures       by company: nothing more of it was done in this step
    failed_months  by company and month of filing (`2024-05-01`): a document of it failed, the others went on
    transient      companies of which something may succeed when it is tried again
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
        """Keep a row of what is new for people to look at, up to a few."""
        self.preview_columns = columns
        if len(self.preview) < most:
            self.preview.append(row)

    def fail_month(self, company: str, filed_on: date, reason: str, *, transient: bool = False) -> None:
        """Write down that something of a company's month failed; the first reason stays."""
        self.failed_months.setdefault(company, {}).setdefault(filed_on.replace(day=1).isoformat(), reason)
        log.error("%s %s: %s", self.step, company, reason)
        if transient:
            self.transient.add(company)

    def count_answers(self, counts: Counter[str]) -> None:
        """Move what a client counted since the last time to our counts: answers_<code>, and bytes."""
        for name, number in counts.items():
            self.counts["bytes" if name == "bytes" else f"answers_{name}"] += number
        counts.clear()

    @contextmanager
    def document(self, document: Document) -> Iterator[None]:
        """Work on one document: a bug met in it costs its month and no other; what another try may mend goes up."""
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
        """What is kept of it in ops.run."""
        return {
            "counts": dict(self.counts),
            "failures": self.failures,
            "failed_months": self.failed_months,
            "notes": self.notes[:50],
        }

    def add(self, earlier: dict[str, Any]) -> None:
        """Add what an earlier try of the same step did (its summary); the companies done now have their failures from now."""
        self.counts.update(earlier.get("counts", {}))
        self.notes = [*earlier.get("notes", []), *self.notes]


def for_each_company(
    services: "Services",
    step: str,
    slices: Sequence[Slice],
    work: Callable[[Company, list[Slice], StepResult], None],
) -> StepResult:
    """Do a step company by company; what fails is recorded with its reason and the next company goes on.

    Once the host refuses us it would refuse the others too: they are recorded as such without asking again.
    """
    import structlog

    result = StepResult(step)
    started = time.monotonic()
    refused: str | None = None
    for ticker in dict.fromkeys(s[0] for s in slices):
        services.report(step, ticker)
        if refused:
            result.failures[ticker] = refused
            result.transient.add(ticker)
            continue
        with structlog.contextvars.bound_contextvars(company=ticker, step=step):
            try:
                company = services.watchlist.by_ticker(ticker)
                work(company, [s for s in slices if s[0] == ticker], result)
            except Exception as error:
                # A bug met in one company's documents must not cost the others their night; it is told in full.
                reason = result.failures[ticker] = one_line(error)
                if is_transient(error):
                    result.transient.add(ticker)
                if isinstance(error, SourceRefused):
                    refused = reason
                if isinstance(error, MinersError):
                    log.error("%s %s: %s", step, ticker, reason)
                else:
                    log.exception("%s %s", step, ticker)
    result.seconds = round(time.monotonic() - started, 3)
    return result
