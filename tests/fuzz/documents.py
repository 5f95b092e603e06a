"""The sample documents, read as the pipeline reads them, and what is wrong with the reading of a damaged one."""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from pipelines.document_limits import document_limits
from pipelines.errors import MinersError, UnreadableDocument
from pipelines.parse.xbrl.inline import read_facts
from pipelines.query.inspect import figures_of
from pipelines.query.inspect_article import inspect_article
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.fuzz.damage import HARMLESS, STRUCTURAL, damaged

SECONDS = 5
SAMPLES = HOME / "samples"


@dataclass(frozen=True, slots=True)
class Case:
    """A sample document by its path below `samples`, and its damages by name and place."""

    document: str
    damages: tuple[tuple[str, int], ...]

    def __str__(self) -> str:
        return " ".join([self.document, *(f"{name}:{place}" for name, place in self.damages)])

    @property
    def is_noticeable(self) -> bool:
        """Whether no new figure may result. Two lost cells, one of a heading, make another whole table."""
        names = [name for name, _ in self.damages]
        return all(name in STRUCTURAL for name in names) and sum(name not in HARMLESS for name in names) <= 1

    @property
    def content(self) -> bytes:
        """The damaged document."""
        return damaged((SAMPLES / self.document).read_bytes(), list(self.damages))


def parse_case(words: Iterable[str]) -> Case:
    """A case from its text."""
    document, *damages = words
    pairs = (text.rsplit(":", 1) for text in damages)
    return Case(document, tuple((name, int(place)) for name, place in pairs))


@cache
def documents() -> list[str]:
    """Paths of all sample documents, those without figures included."""
    pages = sorted(p for p in SAMPLES.rglob("*") if p.suffix in (".htm", ".html"))
    names = [p.relative_to(SAMPLES).as_posix() for p in pages if "index" not in p.name]
    return [name for name in names if undamaged(name) is not None]


@cache
def _filings() -> dict[str, tuple[str, date]]:
    """Company and filing day of each accession number, without its dashes."""
    found = {}
    for page in (SAMPLES / "edgar/data.sec.gov/submissions").glob("CIK*.json"):
        content = json.loads(page.read_bytes())
        company = load_watchlist(None).by_cik(content["cik"])
        recent = content["filings"]["recent"]
        for accession, day in zip(recent["accessionNumber"], recent["filingDate"], strict=True):
            if company is not None:
                found[accession.replace("-", "")] = (company.ticker, date.fromisoformat(day))
    return found


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure or claim, and half the precision it was written in."""

    ticker: str
    fact: str
    segment: str | None
    start: date | None
    end: date | None
    value: Decimal
    unit: str
    rounding: Decimal

    def says(self, other: "Statement") -> bool:
        """Whether this is the other statement, or a rounded form of it."""
        same = all(getattr(self, name) == getattr(other, name) for name in _SAME)
        return same and abs(self.value - other.value) <= max(self.rounding, other.rounding)


_SAME = ("ticker", "fact", "segment", "start", "end", "unit")


@dataclass(slots=True)
class Reading:
    """Figures or claims of a document, what is in quarantine, and other values with their periods: tagged or excluded."""

    found: list[Statement]
    quarantined: list[Statement] = field(default_factory=list)
    others: set[tuple[object, ...]] = field(default_factory=set)

    def states(self, other: Statement) -> bool:
        """Whether the document states what another reading found."""
        return (other.start, other.end, other.value) in self.others or any(
            other.says(mine) for mine in (*self.found, *self.quarantined)
        )


def _statement(record: Any, ticker: str = "") -> Statement:
    rounding = getattr(record, "rounding", Decimal(0))
    end = record.end
    return Statement(
        ticker, record.fact, record.segment, record.start, end, record.value, record.unit, rounding
    )


def read(name: str, content: bytes) -> Reading:
    """Read a document as the pipeline does. Raises MinersError as the readers do."""
    watchlist, lexicon = load_watchlist(None), load_lexicon(None)
    if name.startswith("news/"):
        claims = inspect_article(content, watchlist, lexicon).read.claims
        return Reading([_statement(claim, claim.company.ticker) for claim in claims])
    try:
        tagged = {(f.start, f.end or f.instant, f.value) for f in read_facts(content)}
    except UnreadableDocument:
        tagged = set()
    ticker, filed_on = _filings()[name.split("/")[-2]]
    normalized = figures_of(content, watchlist, lexicon, ticker, filed_on).normalized
    return Reading(
        [_statement(figure) for figure in normalized.figures],
        [_statement(r.record) for r in normalized.rejected if getattr(r.record, "value", None) is not None],
        tagged | {(s.start, s.end, s.value) for s in normalized.skipped},
    )


@cache
def undamaged(name: str) -> Reading | None:
    """A sample document as it is; None for a page of an index."""
    try:
        return read(name, (SAMPLES / name).read_bytes())
    except UnreadableDocument:
        return Reading([])
    except KeyError:
        return None


def problem_of(case: Case) -> str:
    """What is wrong with the reading of a damaged document, in one line; empty if nothing is."""
    stated = undamaged(case.document)
    assert stated is not None
    began = time.process_time()
    try:
        with document_limits(SECONDS):
            found = read(case.document, case.content).found
    except MinersError as error:
        found = []
        if isinstance(error, UnreadableDocument) and error.reason == "too_slow":
            return f"takes more than {SECONDS} s"
    except Exception as error:  # noqa: BLE001 -- the fault that is looked for
        return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    if (seconds := time.process_time() - began) > SECONDS:
        return f"takes {seconds:.1f} s"
    invented = [str(s) for s in found if not stated.states(s)] if case.is_noticeable else []
    return f"invents {'; '.join(invented)}" if invented else ""
