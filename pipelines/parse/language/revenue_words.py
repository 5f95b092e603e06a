"""The kind of revenue in a sentence: the company's total, a segment's, or neither."""

import re

from pipelines.parse.language.cues import Cue
from pipelines.parse.language.vocabulary import PLAIN_BEFORE, segment_words
from pipelines.watchlist import Lexicon

_DRIVEN = re.compile(
    r"\b(?:driven|fuell?ed|led|helped|boosted|buoyed|lifted|supported|hurt|"
    r"dragged)\b[^⟦]{0,20}\bby\b|\b(?:thanks to|due to|because of|on the (?:back|strength) of|as)\b|"
    r"\btraced back to\b",
    re.IGNORECASE,
)
_OF_THAT = re.compile(
    r"\b(?:on|of|from|against|over) (?:that|this|those|such|these)(?: \w+)?$", re.IGNORECASE
)

# "Revenue per megawatt", "revenue share": measures derived from revenue.
_A_PIECE = re.compile(
    r"^\s+(?:per|a|an|each)\s+(?:megawatt|mw|employee|coin|bitcoin|exahash|eh|gpu|rack|share|"
    r"customer|site)\b|^\s+(?:shar(?:e|ing)|multiple|mix|run[- ]rate|backlog|guidance|target|"
    r"estimate|forecast|contribution)\b",
    re.IGNORECASE,
)


class RevenueWords:
    """Recognizes a lexicon's segments around the word revenue."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.words = segment_words(lexicon)

    def segment_between(self, text: str) -> bool:
        """Whether a segment between "revenue" and its amount is more than the reason for it."""
        match = self.words.alone.search(text)
        return match is not None and not _DRIVEN.search(text[: match.start()])

    def part_that_earned(self, upto: str) -> Cue | None:
        """The part of a company that earned an amount.

        "Bitcoin mining, which delivered $140.9 million in revenue".
        """
        found = [m for m in self.words.earns.finditer(upto) if len(upto) - m.end() <= 25]
        if found:
            return Cue("segment_revenue", found[-1]["seg"] or found[-1]["seg2"])
        part = self.words.has_revenue.search(upto.rstrip())
        return None if part is None else Cue("other")

    def at(self, upto: str, match: re.Match[str]) -> Cue:
        for found in self.words.before_revenue.finditer(upto):
            if found.end() == match.end():
                return Cue("segment_revenue", found["seg"])
        before = upto[: match.start()].rstrip()
        if _A_PIECE.match(upto[match.end() :]):
            return Cue("other")
        if _OF_THAT.search(before):
            # "EBITDA on that revenue came to": the amount is not revenue.
            return Cue("other")
        subject = self.words.has_revenue.search(before)
        if subject:
            # "The engineering business generated revenue of": a part's, even if no segment is known for it.
            part = subject["seg"] or subject["seg2"]
            return Cue("segment_revenue", part) if part else Cue("other")
        earlier = self.words.alone.search(upto[max(0, match.start() - 60) : match.start()])
        where = re.search(r"\bwhere\s+(?:its\s+)?$", upto[: match.start()], re.IGNORECASE)
        if (
            where
            or re.match(r"\s+(?:there|in (?:that|this) (?:segment|business|unit))\b", upto[match.end() :])
        ) and earlier:
            return Cue("segment_revenue", earlier["seg"])
        lead = before.split()[-1:] if before else []
        return self.named(before, lead)

    def named(self, text: str, words: list[str]) -> Cue:
        """Total revenue if only plain words precede it, a segment's if they name one, else other."""
        whole = len(words) > 1 or len(text.split()) == len(words)
        found = self.words.alone.search(text) if whole else None
        if found and text[found.end() :].strip() in ("", "segment", "services", "service", "business"):
            return Cue("segment_revenue", found["seg"])
        for word in words:
            bare = word.lower().strip('.,()“”"').replace("’", "'")
            if bare and not (
                bare in PLAIN_BEFORE or bare[0] in "⟪⟬⟦" or "⟭" in bare or "⟫" in bare or bare.endswith("ly")
            ):
                return Cue("other")
        return Cue("total_revenue")
