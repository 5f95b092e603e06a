"""Deals, targets and changes in percent that a filing states in prose: items of Form 8-K, and releases.

Item 1.01 tells an agreement that was signed, item 2.01 a deal that was closed, item 2.03 a debt that was taken on. What a
release says of its company's plans is a target. Changes ("a 45% decrease in bitcoin production") are kept as stated.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from pipelines.parse.deals.deal import Deal, same_party
from pipelines.parse.deals.sentences import find_announced, find_deal
from pipelines.parse.deals.tracker import DealsTold
from pipelines.parse.deals.vocabulary import AGREED, CLOSED, FINANCING, PLANNED, TARGET
from pipelines.parse.document.page import Block, Page
from pipelines.parse.language.annotation import tell
from pipelines.parse.language.changes import changes
from pipelines.parse.language.companies import names_of
from pipelines.parse.language.figures import FigureReader
from pipelines.parse.language.periods import Clock, Span, find_periods
from pipelines.parse.language.sentences import ends_the_news, sentences
from pipelines.watchlist import Company, Lexicon, Watchlist

VERSION = "1"
"""Raised whenever the same filing would give other deals or changes."""

_ITEM = re.compile(r"(?:^|\|)\s*item\s+(?P<item>\d\.\d\d)\b", re.IGNORECASE)
_TELLING_ITEMS = {"1.01": AGREED, "2.01": CLOSED, "2.03": "", "7.01": "", "8.01": ""}
_END = re.compile(r"^\s*(?:signatures?|exhibit index|forward[- ]looking|cautionary)\b", re.IGNORECASE)
_HAS_ACQUIRED = re.compile(r"\b(?:acquired|purchased|completed|closed|consummated)\b", re.IGNORECASE)
_MOST_BLOCKS = 60
_OWN_CHANGES = ("bitcoin_produced", "bitcoin_price")


@dataclass(frozen=True, slots=True)
class StatedChange:
    """A change in percent as a filing states it, of its subject's period against a year or a period before."""

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
    """What the prose of one filed document states beside its figures: deals with the day of each, and changes."""

    deals: list[tuple[Deal, date]] = field(default_factory=list)
    changes: list[StatedChange] = field(default_factory=list)


def read_filed_deals(
    page: Page,
    company: Company,
    watchlist: Watchlist,
    lexicon: Lexicon,
    said: date,
    *,
    form_itself: bool,
    subject: Span | None,
) -> FiledProse:
    """The deals and changes of a filed document of a company.

    form_itself   whether it is the form (its items are read) or an exhibit (its news are read)
    subject       the period that a release is about; without one no change is read
    """
    names, clock, reader = names_of(watchlist), Clock(company, said), FigureReader(lexicon)
    out, gathered = FiledProse(), DealsTold()
    own = (company.name, *(f.name for f in company.former_names))
    for block, status in _news(page, form_itself=form_itself):
        for place, sentence in sentences(block.text):
            if len(sentence) > 1500:
                continue
            mentions = names.mentions(sentence, frozenset(watchlist.tickers()))
            if any(m.company is not None and m.company != company and m.subject for m in mentions):
                continue
            told = tell(sentence, block.offset + place, mentions, clock)
            deal = find_deal(told)
            announced = find_announced(told) if deal is None else None
            told_here = deal or announced
            if told_here is None:
                gathered.add(told, [])
            elif not any(same_party(told_here.party, n) for n in own):
                take = gathered.take if deal is not None else gathered.announce
                take(company, _by_item(told_here, status), _day(sentence, clock))
            if subject is not None and subject.start is not None and not form_itself:
                for change in changes(told, reader, {}):
                    quantity = told.quantities[change.index]
                    if change.cue.fact in _OWN_CHANGES and quantity.value is not None:
                        percent = -abs(quantity.value) if change.falls else abs(quantity.value)
                        out.changes.append(
                            StatedChange(
                                f"change:{change.cue.fact}",
                                percent,
                                quantity.step / 2,
                                change.basis,
                                subject.start,
                                subject.end,
                                sentence,
                                told.offset,
                            )
                        )
    out.deals = [(t.deal, t.day or said) for t in gathered.told]
    return out


def _news(page: Page, *, form_itself: bool) -> Iterator[tuple[Block, str]]:
    """The blocks that tell news, with the status that their item implies."""
    item, ended = "", False
    for number, block in enumerate(page.items):
        if not isinstance(block, Block):
            # Many filers lay an item's number and title out as a table.
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
            if item in _TELLING_ITEMS:
                yield block, _TELLING_ITEMS[item]
            continue
        ended = ended or ends_the_news(block.text)
        if ended or number > _MOST_BLOCKS:
            return
        yield block, ""


def _by_item(deal: Deal, status: str) -> Deal:
    """An item's own status, where the sentence does not say more: notes that were sold under item 1.01 are sold."""
    if not status or deal.kind in (TARGET, FINANCING) or deal.status == PLANNED:
        return deal
    if status == AGREED and deal.status == CLOSED and _HAS_ACQUIRED.search(deal.sentence):
        # Under item 1.01 too: "Riot acquired fee simple title to 200 acres of land for $96 million".
        return deal
    return replace(deal, status=status)


def _day(sentence: str, clock: Clock) -> date:
    """The day that a sentence names for the deal ("On May 5, 2026, …"), within a month before the filing; else the filing's."""
    for named in find_periods(sentence, clock):
        if named.span.start is None and timedelta(0) <= clock.said - named.span.end <= timedelta(days=31):
            return named.span.end
    return clock.said
