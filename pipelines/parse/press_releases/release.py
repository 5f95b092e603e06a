"""A press release as statements: what it says of its company's bitcoin, hash rate and power, by period, with the place.

Form 8-K (items 2.02, 7.01, 8.01) and 6-K, exhibits 99: no XBRL, each company's own layout, which changes. Tables are
read by the labels of their rows and the headings of their columns, prose by its sentences.
"""

from dataclasses import dataclass, field
from datetime import date

from pipelines.parse.document.page import Block, Page, read_page
from pipelines.parse.language.periods import Clock, Span
from pipelines.parse.press_releases import prose
from pipelines.parse.press_releases.kind import NEITHER, Judgement, judge
from pipelines.parse.press_releases.passage import Passage
from pipelines.parse.press_releases.statements import Left, Statement
from pipelines.parse.press_releases.tables import TableReader
from pipelines.watchlist import Company, Lexicon

VERSION = "1"
"""Raised whenever the same bytes would give other statements."""


@dataclass(slots=True)
class Release:
    """One document: what kind it is and why, what period it is about, what it states, and what was left."""

    judgement: Judgement
    page: Page
    clock: Clock
    statements: list[Statement] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.judgement.kind

    @property
    def subject(self) -> Span | None:
        return self.judgement.subject


def read_release(
    document: bytes, company: Company | None, lexicon: Lexicon, said: date | None = None
) -> Release:
    """Read a release, whosever it is.

    said   the day of filing, where known; else the date that the release bears
    Returns its kind (update, release, neither) with the reason, and for the first two every statement with its period,
    unit, scope and place. Raises UnreadableDocument as read_page does.
    """
    page = read_page(document)
    judgement = judge(page, company, said)
    clock = Clock(company, judgement.said)
    release = Release(judgement, page, clock)
    if judgement.kind == NEITHER:
        return release
    passage = Passage(clock, judgement.subject, judgement.headline)
    tables = TableReader(lexicon.words, clock, judgement.subject)
    for item in page.items:
        if isinstance(item, Block):
            _read_block(item, passage, release, lexicon)
        else:
            tables.read(item)
    release.statements += tables.statements
    release.left += tables.left
    return release


def _read_block(block: Block, passage: Passage, release: Release, lexicon: Lexicon) -> None:
    """Read one block of prose, with the period of the passage it stands in."""
    if not passage.enter(block):
        return
    statements, left = prose.read_block(block, lexicon.words, release.clock, passage.period, release.subject)
    for statement in statements:
        if statement.dated or passage.certain:
            release.statements.append(statement)
        else:
            release.left.append(
                Left(
                    "which_period",
                    statement.label,
                    statement.locator,
                    refused=True,
                    metric=statement.metric,
                    value=statement.value,
                    text=statement.label,
                )
            )
    release.left += left
