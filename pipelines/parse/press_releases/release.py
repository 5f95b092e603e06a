"""Read a press release: bitcoin, hash rate and power of its company, by period.

Form 8-K (items 2.02, 7.01, 8.01) and 6-K, exhibits 99. They have no XBRL, and each company's layout changes
over time. Tables are read by row labels and column headings, prose by sentences.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from pipelines.parse.document.page import Block, Page, read_page
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.quantities import find_quantities
from pipelines.parse.language.setting import Setting
from pipelines.parse.press_releases.figures import RevenueSentence, SkippedText, StatedFigure
from pipelines.parse.press_releases.kind import OTHER, Classification, classify
from pipelines.parse.press_releases.passage import Passage
from pipelines.parse.press_releases.prose import ProseReader
from pipelines.parse.press_releases.rollforwards import read_rollforward
from pipelines.parse.press_releases.tables import TableReader
from pipelines.watchlist import Company, Lexicon

_FOREIGN = re.compile(
    r"\b(?:all|every|unless (?:otherwise )?(?:noted|stated|indicated|"
    r"specified)(?: otherwise)?)\b[^.]{0,80}\b(?:amounts?|figures?|dollars?|currency|"
    r"references)\b[^.]{0,60}"
    r"\b(?:canadian dollars?|\bCAD\b|C\$|australian dollars?|RMB|renminbi)"
    r"|\b(?:amounts?|figures?|dollars?)\s+(?:are|is)\s+(?:stated |shown |expressed |reported )?(?:in\s+)?"
    r"(?:canadian dollars?|CAD\b|C\$)",
    re.IGNORECASE,
)

_FOREIGN_TABLE = re.compile(
    r"\b(?:CAD|Canadian dollars?|RMB|Renminbi)\s*,?\s*(?:in )?(?:thousands|millions|['’]?000)|"
    r"\b(?:thousands|millions) of (?:Canadian dollars|CAD|RMB)",
    re.IGNORECASE,
)

VERSION = "11"
"""Raised whenever the same bytes would give other statements."""


@dataclass(slots=True)
class Release:
    """A press release: its classification, figures, and skipped text.

    Args:
        foreign: Whether the document declares once that its dollars are not those of the United States.
    """

    classification: Classification
    page: Page
    disclosure: DisclosureContext
    figures: list[StatedFigure] = field(default_factory=list)
    skipped: list[SkippedText] = field(default_factory=list)
    revenue: list[RevenueSentence] = field(default_factory=list)
    foreign: bool = False

    @property
    def kind(self) -> str:
        return self.classification.kind

    @property
    def subject(self) -> Period | None:
        return self.classification.subject


def is_in_other_dollars(page: Page, prose: str) -> bool:
    """Whether a document, or one of its tables, declares amounts in another currency."""
    return any(_FOREIGN_TABLE.search(table.words) for table in page.tables) or bool(_FOREIGN.search(prose))


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
    disclosure = DisclosureContext(company, classification.disclosed_on, classification.year_end)
    release = Release(classification, page, disclosure)
    if classification.kind == OTHER:
        return release
    passage = Passage(disclosure, classification.subject, classification.headline, lexicon.frames)
    prose = " ".join(block.text for block in page.blocks)
    release.foreign = is_in_other_dollars(page, prose)
    texts = ProseReader(lexicon, company, foreign=release.foreign)
    stated = frozenset(
        (q.value, q.unit) for block in page.blocks for q in find_quantities(block.text) if q.value and q.unit
    )
    tables = TableReader(lexicon.words, disclosure, classification.subject, stated, prose)
    for item in page.items:
        if isinstance(item, Block):
            if passage.enter(item):
                setting = Setting(disclosure, passage.period, release.subject, passage.compared)
                texts.block(item, setting, certain=passage.certain, section=passage.section)
        else:
            rolled = read_rollforward(item, disclosure, release.subject)
            if rolled is not None:
                release.figures += rolled
                tables.leave_out(item, {figure.row for figure in rolled})
            else:
                tables.read(item)
            for note in item.notes:
                texts.note(note, item, Setting(disclosure, release.subject, release.subject))
            texts.cells(item, Setting(disclosure, release.subject, release.subject))
    release.figures += [*texts.figures, *tables.figures]
    release.skipped += [*texts.skipped, *tables.skipped]
    release.revenue += texts.revenue
    return release
