"""Deals, targets and changes in percent in the prose of a filing.

Item 1.01 of Form 8-K reports a signed agreement, item 1.02 an ended one, item 2.01 a closed deal, item 2.03 a
new debt. A plan in a press release is a target. Changes ("a 45% decrease in bitcoin production") are kept as
stated.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pipelines.parse.deals.deal import AGREED, CLOSED, TERMINATED, Deal, same_party
from pipelines.parse.deals.tracker import DealTracker
from pipelines.parse.document.page import Block, Page
from pipelines.parse.language.annotation import annotate
from pipelines.parse.language.changes import find_changes
from pipelines.parse.language.companies import company_names
from pipelines.parse.language.labeller import Labeller
from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.sentences import ends_the_news, sentences
from pipelines.parse.language.setting import Setting
from pipelines.watchlist import Company, Lexicon, Watchlist

VERSION = "11"
"""Raised whenever the same filing would give other deals or changes."""

_ITEM = re.compile(r"(?:^|\|)\s*item\s+(?P<item>\d\.\d\d)\b", re.IGNORECASE)
_STATUS_BY_ITEM = {"1.01": AGREED, "1.02": TERMINATED, "2.01": CLOSED, "2.03": "", "7.01": "", "8.01": ""}
_END = re.compile(r"^\s*(?:signatures?|exhibit index|forward[- ]looking|cautionary)\b", re.IGNORECASE)
_MOST_BLOCKS = 60
_OWN_CHANGES = ("bitcoin_produced", "bitcoin_price")


@dataclass(frozen=True, slots=True)
class StatedChange:
    """A change in percent as a filing states it, compared with the year or the period before."""

    fact: str
    percent: Decimal
    rounding: Decimal
    basis: str
    start: date
    end: date
    sentence: str
    offset: int


@dataclass(slots=True)
class FiledProse:
    """Deals with their dates, and changes, in the prose of one filed document."""

    deals: list[tuple[Deal, date]] = field(default_factory=list)
    changes: list[StatedChange] = field(default_factory=list)


def read_filed_deals(
    page: Page,
    company: Company,
    watchlist: Watchlist,
    lexicon: Lexicon,
    disclosed_on: date,
    *,
    form_itself: bool,
    subject: Period | None,
) -> FiledProse:
    """Extract the deals and changes of a company's filed document.

    Args:
        form_itself: Whether it is the form, of which items are read, or an exhibit, of which the news part is
            read.
        subject: The period of a press release; no changes are read without one.
    """
    names, disclosure = company_names(watchlist, company), DisclosureContext(company, disclosed_on)
    setting = Setting(disclosure, subject, subject)
    out, gathered = FiledProse(), DealTracker()
    own = (company.name, *(f.name for f in company.former_names))
    for block, status in _news(page, form_itself=form_itself):
        for place, text in sentences(block.text):
            mentions = names.mentions(text, frozenset(watchlist.tickers()))
            if any(m.company is not None and m.company != company and m.subject for m in mentions):
                continue
            sentence = annotate(text, block.offset + place, mentions, disclosure)
            gathered.read(
                sentence,
                [],
                lambda deal: None if any(same_party(deal.party, n) for n in own) else company,
                status,
            )
            if subject is not None and subject.start is not None and not form_itself:
                labeller = Labeller(text, setting, lexicon.frames, lexicon.words)
                labeller.read()
                for change in find_changes(labeller):
                    quantity = change.quantity
                    if change.metric in _OWN_CHANGES and quantity.value is not None:
                        percent = -abs(quantity.value) if change.falls else abs(quantity.value)
                        out.changes.append(
                            StatedChange(
                                f"change:{change.metric}",
                                percent,
                                quantity.step / 2,
                                change.basis,
                                subject.start,
                                subject.end,
                                text,
                                sentence.offset,
                            )
                        )
    out.deals = [(t.deal, t.day or disclosed_on) for t in gathered.deals]
    return out


def _news(page: Page, *, form_itself: bool) -> Iterator[tuple[Block, str]]:
    """The blocks with news, and the status that their item implies."""
    item, ended = "", False
    for number, block in enumerate(page.items):
        if not isinstance(block, Block):
            # Many filers format an item's number and title as a table.
            words = " | ".join(
                [block.corner, *block.headings, *block.notes, *(line.label for line in block.lines)]
            )
            item = found["item"] if (found := _ITEM.search(words)) else item
            continue
        found = _ITEM.match(block.text)
        if found:
            item = found["item"]
        if form_itself:
            if _END.match(block.text):
                return
            if item in _STATUS_BY_ITEM:
                yield block, _STATUS_BY_ITEM[item]
            continue
        ended = ended or ends_the_news(block.text)
        if ended or number > _MOST_BLOCKS:
            return
        yield block, ""
