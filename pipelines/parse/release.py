"""A press release as statements: what it says of its company's bitcoin, hash rate and power, by period, with the place.

Form 8-K (items 2.02, 7.01, 8.01) and 6-K, exhibits 99: no XBRL, each company's own layout, which changes. Tables are
read by the labels of their rows and the headings of their columns, prose by its sentences.
"""

from dataclasses import dataclass, field
from datetime import date

from pipelines.parse import prose
from pipelines.parse.page import Block, Page, read_page
from pipelines.parse.release_kind import NEITHER, Judgement, judge
from pipelines.parse.release_tables import TableReader
from pipelines.parse.sentences import begins_figures, ends_the_news
from pipelines.parse.spans import Clock, Span, find_periods
from pipelines.parse.statements import Left, Statement
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
    reader = _ProseReader(release, lexicon)
    tables = TableReader(lexicon.words, clock, judgement.subject)
    for item in page.items:
        if isinstance(item, Block):
            reader.block(item)
        else:
            tables.read(item)
    release.statements += tables.statements
    release.left += tables.left
    return release


class _ProseReader:
    """Goes through the blocks: what period the heading above is about, and where the news ends."""

    def __init__(self, release: Release, lexicon: Lexicon) -> None:
        self.release, self.words = release, lexicon.words
        self.context: Span | None = None
        self.boilerplate = False

    def block(self, block: Block) -> None:
        if ends_the_news(block.text):
            self.boilerplate = True
        elif block.heading and self.boilerplate and begins_figures(block.text):
            self.boilerplate = False
        if self.boilerplate:
            return
        if block.heading and len(block.text) < 160:
            named = [n.span for n in find_periods(block.text, self.release.clock) if n.span.start is not None]
            self.context = named[0] if len(set(named)) == 1 else self.context if not named else None
        statements, left = prose.read_block(
            block, self.words, self.release.clock, self.context or self.release.subject, self.release.subject
        )
        self.release.statements += statements
        self.release.left += left
