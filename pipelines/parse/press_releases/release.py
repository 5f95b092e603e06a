"""Read a press release: bitcoin, hash rate and power of its company, by period.

Form 8-K (items 2.02, 7.01, 8.01) and 6-K, exhibits 99. They have no XBRL, and each company's layout changes
over time. Tables are read by row labels and column headings, prose by sentences.
"""

from dataclasses import dataclass, field
from datetime import date

from pipelines.parse.document.page import Block, Page, read_page
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.press_releases import prose
from pipelines.parse.press_releases.figures import SkippedText, StatedFigure
from pipelines.parse.press_releases.kind import OTHER, Classification, classify
from pipelines.parse.press_releases.passage import Passage
from pipelines.parse.press_releases.tables import TableReader
from pipelines.watchlist import Company, Lexicon

VERSION = "1"
"""Raised whenever the same bytes would give other statements."""


@dataclass(slots=True)
class Release:
    """A press release: its classification, figures, and skipped text."""

    classification: Classification
    page: Page
    disclosure: DisclosureContext
    figures: list[StatedFigure] = field(default_factory=list)
    skipped: list[SkippedText] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.classification.kind

    @property
    def subject(self) -> Period | None:
        return self.classification.subject


def read_release(
    document: bytes, company: Company | None, lexicon: Lexicon, disclosed_on: date | None = None
) -> Release:
    """Read a press release.

    Args:
        company: Its company, if it is known.
        disclosed_on: The day of filing; by default the date in the document.

    Returns:
        Its classification and, for updates and earnings releases, every figure with period, unit, scope and
        place.

    Raises:
        UnreadableDocument: As read_page.
    """
    page = read_page(document)
    classification = classify(page, company, disclosed_on)
    disclosure = DisclosureContext(company, classification.disclosed_on)
    release = Release(classification, page, disclosure)
    if classification.kind == OTHER:
        return release
    passage = Passage(disclosure, classification.subject, classification.headline)
    tables = TableReader(lexicon.words, disclosure, classification.subject)
    for item in page.items:
        if isinstance(item, Block):
            _read_block(item, passage, release, lexicon)
        else:
            tables.read(item)
    release.figures += tables.figures
    release.skipped += tables.skipped
    return release


def _read_block(block: Block, passage: Passage, release: Release, lexicon: Lexicon) -> None:
    """Read a block of prose, in the period of its heading."""
    if not passage.enter(block):
        return
    figures, skipped = prose.read_block(
        block, lexicon.words, release.disclosure, passage.period, release.subject
    )
    for figure in figures:
        if figure.dated or passage.certain:
            release.figures.append(figure)
        else:
            release.skipped.append(
                SkippedText(
                    "which_period",
                    figure.label,
                    figure.locator,
                    rejected=True,
                    metric=figure.metric,
                    value=figure.value,
                    text=figure.label,
                )
            )
    release.skipped += skipped
