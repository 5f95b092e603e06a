"""The period of the heading above a block, and whether the block is boilerplate."""

import re

from pipelines.parse.document.page import Block
from pipelines.parse.language.column_headings import year_start
from pipelines.parse.language.periods import DisclosureContext, Period, find_periods
from pipelines.parse.language.sentences import begins_figures, ends_the_news
from pipelines.watchlist.frames import Frames

# "Fiscal Year 2025 Highlights" is a heading even if it is not bold.
_HEADS = re.compile(
    r"\b(?:highlights?|results|summary|overview|performance|review|metrics|updates?|operations|"
    r"financial|key|business)\b",
    re.IGNORECASE,
)
_EXHIBIT = re.compile(r"ex(?:hibit)?[\s-]*99(?:\.\d)?\b", re.IGNORECASE)
# A line with a figure states it and does not head what follows.
_STATES = re.compile(
    r"(?<!\d)(?<!\d[,.])\d[\d,.]*\s*(?:btc|bitcoins?|eh/s|ph/s|mw|j/th|%|million)|\$\s?\d", re.IGNORECASE
)
# "Financial Highlights for the Third Quarter 2020": every word of weight is capitalized.
_SMALL = r"for|the|of|and|to|in|ended|ending|vs\.?|versus|compared|a|an"
_TITLE = re.compile(rf"(?:[^a-z\s]\S*|{_SMALL})(?:\s+(?:[^a-z\s]\S*|{_SMALL}))*")
_COMPARES = re.compile(r"\b(?:compared|versus|vs\.?|v|above|below|against)\b", re.IGNORECASE)
_LATIN = re.compile(r"[a-z]{2}", re.IGNORECASE)
_COMPARES_ALL = re.compile(
    r"\W*(?:all\s+)?(?:(?:amounts|figures|comparisons|changes|results|numbers)\s+)?(?:are\s+)?"
    r"(?:compared?|comparisons?|relative|in comparison)\s+(?:to|with)\b",
    re.IGNORECASE,
)
_TO_DATE = re.compile(r"\b(?:ytd|(?:year|yr)[- ]to[- ]date)\b", re.IGNORECASE)
# Figures below "2025 Outlook" are of that period.
_OUTLOOK = re.compile(r"\b(?:outlook|guidance|forecasts?|targets?|goals?|plans?)\b", re.IGNORECASE)
DATELINE = re.compile(r"^[A-Z][^–—]{0,80}?\b20\d\d\b[^–—]{0,60}?\s*(?:--|[–—])\s*", re.DOTALL)
"""The opening of the first paragraph: "TAMPA, Fla., April 01, 2024 (GLOBE NEWSWIRE) -- "."""
_LONGEST = 160
_LONGEST_PLAIN = 90


class Passage:
    """Tracks the current heading while reading the blocks of a press release.

    Args:
        period: The period of the last heading that names one; initially the press release's.
        compared: The period that the last heading compares with.
        certain: False if a press release is about a quarter and its year, and no heading decides which of
            them applies.
    """

    def __init__(
        self, disclosure: DisclosureContext, subject: Period | None, headline: str, frames: Frames
    ) -> None:
        self.disclosure, self.subject, self.frames = disclosure, subject, frames
        self.period = subject
        periods = [
            n.period
            for n in find_periods(headline, disclosure, _year_of(headline))
            if n.period.start is not None and n.period.end <= disclosure.disclosed_on
        ]
        self.several = len({period.months for period in periods}) > 1
        self.certain = not self.several
        self.begun = self.ended = False
        self.section = ""
        self.compared: Period | None = None

    def enter(self, block: Block) -> bool:
        """Enter a block, and return whether it is news rather than boilerplate."""
        if _EXHIBIT.match(block.text):
            self.ended = False
        elif ends_the_news(block.text):
            self.ended = True
        elif block.heading and self.ended and begins_figures(block.text):
            self.ended = False
        if not self.begun and DATELINE.match(block.text):
            # "Conference Call Today at 11:00" in the title ended nothing.
            self.begun, self.ended = True, False
        if not _LATIN.search(block.text):
            # The same heading in another language: "2023 年第四季度財務業績".
            return not self.ended
        note = _COMPARES_ALL.match(block.text)
        if note and len(block.text) < _LONGEST and (compared := self._compared(block.text[note.end() :])):
            # "All amounts compared to Q4 2024 unless otherwise noted".
            self.compared = compared
            return not self.ended
        states = _STATES.search(block.text) and not block.heading
        if not self.ended and self._heads(block) and not (states or self._is_a_plan(block.text)):
            self.section = block.text.strip(" :")
            named = {
                n.period for n in find_periods(block.text, self.disclosure) if n.period.start is not None
            }
            first = _COMPARES.split(block.text, maxsplit=1)
            if len(first) > 1 and (len(named) > 1 or _STATES.search(block.text)):
                named = {
                    n.period for n in find_periods(first[0], self.disclosure) if n.period.start is not None
                }
            self.compared = self._compared(first[1]) if len(first) > 1 else None
            to_date = _TO_DATE.search(first[0])
            if to_date and self.subject is not None and self.subject.start is not None:
                # "YTD 2022 Highlights" below a quarter's.
                self.period, self.certain = self._to_date(self.subject), True
            elif len(named) == 1:
                self.period, self.certain = named.pop(), True
            elif (named or self.several) and not _STATES.search(block.text):
                self.period, self.certain = self.subject, not self.several
        return not self.ended

    def _is_a_plan(self, text: str) -> bool:
        """Whether a line says what will be done: "Rigs expected to be energized in Q3"."""
        return not _OUTLOOK.search(text) and self.frames.matches("plan", text)

    def _compared(self, text: str) -> Period | None:
        """The period that a heading compares with: "Highlights (Compared to Second Quarter 2021)"."""
        named = {n.period for n in find_periods(text, self.disclosure) if n.period.start is not None}
        return named.pop() if len(named) == 1 else None

    def _to_date(self, subject: Period) -> Period:
        return Period(year_start(self.disclosure, subject.end), subject.end)

    @staticmethod
    def _heads(block: Block) -> bool:
        if block.bullet or len(block.text) >= _LONGEST:
            return False
        plain = (
            len(block.text) <= _LONGEST_PLAIN
            and block.text[-1] not in ".!?;,"
            and bool(_HEADS.search(block.text) or _COMPARES.search(block.text))
            and bool(_TITLE.fullmatch(block.text))
        )
        return block.heading or plain


def _year_of(headline: str) -> int | None:
    years = {int(year) for year in re.findall(r"\b(20[12]\d)\b", headline)}
    return years.pop() if len(years) == 1 else None
