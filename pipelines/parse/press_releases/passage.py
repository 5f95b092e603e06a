"""Where in a release one stands: which period the heading above is about, and whether the news has ended."""

import re

from pipelines.parse.document.page import Block
from pipelines.parse.language.periods import Clock, Span, find_periods
from pipelines.parse.language.sentences import begins_figures, ends_the_news

# "Fiscal Year 2025 Highlights" need not be set bold to head what follows it.
_HEADS = re.compile(
    r"\b(?:highlights?|results|summary|overview|performance|review|metrics|updates?|operations|financial|key|business)\b",
    re.IGNORECASE,
)
_LONGEST = 160
_LONGEST_PLAIN = 90


class Passage:
    """Goes along with the blocks of a release.

    period    what the last heading that names a period is about; the release's own before any
    certain   False where a release about a quarter and its year leaves open which of them a bullet is about: under a
              heading that names neither, or before any heading
    """

    def __init__(self, clock: Clock, subject: Span | None, headline: str) -> None:
        self.clock, self.subject = clock, subject
        self.period = subject
        spans = [
            n.span for n in find_periods(headline, clock, _year_of(headline)) if n.span.start is not None
        ]
        self.several = len({span.months for span in spans}) > 1
        self.certain = not self.several
        self.ended = False

    def enter(self, block: Block) -> bool:
        """Step into a block; whether it is still news and not what a release says of itself every time."""
        if ends_the_news(block.text):
            self.ended = True
        elif block.heading and self.ended and begins_figures(block.text):
            self.ended = False
        if not self.ended and self._heads(block):
            named = {n.span for n in find_periods(block.text, self.clock) if n.span.start is not None}
            if len(named) == 1:
                self.period, self.certain = named.pop(), True
            elif named or self.several:
                self.period, self.certain = self.subject, not self.several
        return not self.ended

    @staticmethod
    def _heads(block: Block) -> bool:
        if block.bullet or len(block.text) >= _LONGEST:
            return False
        plain = (
            len(block.text) <= _LONGEST_PLAIN
            and block.text[-1] not in ".!?;,"
            and bool(_HEADS.search(block.text))
        )
        return block.heading or plain


def _year_of(headline: str) -> int | None:
    years = {int(year) for year in re.findall(r"\b(20[12]\d)\b", headline)}
    return years.pop() if len(years) == 1 else None
