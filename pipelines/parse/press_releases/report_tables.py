"""Tables of a report: metrics that filings do not tag, and statements without any tag.

Management's discussion in Forms 10-K and 10-Q has tables like those of press releases, read by the same
reader. Where amounts and holdings are tagged, only hash rate, power and costs are read here.
"""

import re
from dataclasses import replace
from datetime import date

from pipelines.parse.document.page import read_page
from pipelines.parse.language.periods import DisclosureContext
from pipelines.parse.press_releases.figures import StatedFigure
from pipelines.parse.press_releases.kind import EARNINGS, OTHER, Classification
from pipelines.parse.press_releases.release import Release, is_in_other_dollars
from pipelines.parse.press_releases.rollforwards import read_rollforward
from pipelines.parse.press_releases.tables import TableReader
from pipelines.watchlist import Company, Lexicon
from pipelines.watchlist.metrics import COMPANY

UNTAGGED = frozenset(
    (
        "bitcoin_produced",
        "capacity_mw",
        "cost_per_bitcoin",
        "fleet_efficiency",
        "hashrate_average_operating",
        "hashrate_deployed",
        "hashrate_energized",
        "hashrate_hosted",
        "hashrate_operating",
        "miners_deployed",
        "power_cost",
        "uptime",
    )
)
"""Metrics that are read from tables of reports."""

VERSION = "5"

_PART = re.compile(r"\b(?:facilit(?:y|ies)|sites?|locations?|campus)\b", re.IGNORECASE)
_LONGEST = 60


def read_report_tables(document: bytes, company: Company | None, lexicon: Lexicon, filed_on: date) -> Release:
    """Read the metrics in UNTAGGED from a report's tables.

    Returns:
        Their figures, each with its period from the column heading; and skipped rows of the same tables.

    Raises:
        UnreadableDocument: As read_page.
    """
    page = read_page(document)
    disclosure = DisclosureContext(company, filed_on)
    tables = TableReader(lexicon.words, disclosure, None)
    for table in page.tables:
        tables.read(table)
    read = Release(Classification(OTHER, "tables of a report", "", None, filed_on), page, disclosure)
    read.figures = [_of_its_part(f) for f in tables.figures if f.metric in UNTAGGED and f.dated]
    named = {_table(figure.locator) for figure in read.figures}
    read.skipped = [
        s for s in tables.skipped if _table(s.locator) in named and (not s.rejected or s.metric in UNTAGGED)
    ]
    return read


def read_untagged_report(
    document: bytes, company: Company | None, lexicon: Lexicon, filed_on: date
) -> Release:
    """Read the tables of a report without XBRL, as small and foreign filers had until 2021.

    Returns:
        A document of the kind of an earnings release, so that its statements of income are normalized like
        one: its metrics, each with its period from the column heading, and the skipped rows of its tables.
        Sentences are not read.

    Raises:
        UnreadableDocument: As read_page.
    """
    page = read_page(document)
    disclosure = DisclosureContext(company, filed_on)
    read = Release(Classification(EARNINGS, "a report without XBRL", "", None, filed_on), page, disclosure)
    read.foreign = is_in_other_dollars(page, " ".join(block.text for block in page.blocks))
    tables = TableReader(lexicon.words, disclosure, None)
    for table in page.tables:
        rolled = read_rollforward(table, disclosure, None)
        if rolled is None:
            tables.read(table)
        else:
            read.figures += rolled
            tables.leave_out(table, {figure.row for figure in rolled})
    read.figures += [_of_its_part(f) for f in tables.figures if f.dated]
    read.skipped = tables.skipped
    return read


def _of_its_part(figure: StatedFigure) -> StatedFigure:
    """A figure with the part that its sub-heading names as scope: "Owned Facilities"."""
    part = figure.section.rsplit("|", 1)[-1].strip(" :")
    if figure.scope != COMPANY or not _PART.search(part) or len(part) > _LONGEST:
        return figure
    return replace(figure, scope=part, site=True)


def _table(locator: str) -> str:
    return locator.split(",", 1)[0]
