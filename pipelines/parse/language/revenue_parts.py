"""Lines of revenue behind a total: "revenue of $95 million, hosting gave $17 million"."""

import re

from pipelines.parse.language.governor import FROM, MAIN, Governor
from pipelines.parse.language.phrases import PhraseFinder

_OF = re.compile(r"\s*(?:of|in)\s+(?:[\w-]+\s*){1,4}", re.IGNORECASE)


class PartFinder:
    """Finds the lines of amounts that part the revenue before them."""

    def __init__(self, phrases: PhraseFinder) -> None:
        self.phrases, self.sentence, self.frames = phrases, phrases.sentence, phrases.frames
        self.tokens, self.known = self.sentence.tokens, phrases.known

    def part_of_revenue(self, i: int, unit: str | None, role: str) -> Governor | None:
        """The line of an amount listed after revenue.

        "Revenue of $95 million, hosting gave $17 million".
        """
        previous = self.phrases.previous(i, "USD")
        if unit != "USD" or role != MAIN or previous is None:
            return None
        place, known = self.sentence.at[previous], self.known[previous]
        between = self.sentence.between(place, i)
        if known.code != "total_revenue" or re.search(r"[.(:]\s", between):
            return None
        others = [self.sentence.quantities[int(r)].unit for r in re.findall(r"⟦(\d+)⟧", between)]
        if any(unit != "percent" for unit in others):
            return None
        of = _OF.match(self.sentence.behind(i))
        if of and self.frames.matches("other_money", of[0]):
            # "… and $5 million of adjusted EBITDA".
            return None
        ends = range(i + 1, min(i + 5, len(self.tokens)))
        named = next((found for k in ends if (found := self.sentence.line_ending(k, i + 1))), None)
        if self.tokens[i - 1].text in (",", "and") and named is not None and named[0] == i + 1:
            # "US$16.3 million cloud hashrate, US$25.2 million general hosting".
            return Governor(self.frames.by_name["revenue"], FROM, *named)
        return self.line_before(i, place)

    def line_before(self, i: int, place: int) -> Governor | None:
        """The line between a mark and an amount, without the verb: ", hosting contributed"."""
        if (named := self.phrases.line_in(place + 1, i)) is not None:
            return named
        last = i - 1
        while last > place and (
            self.sentence.is_class(last, "auxiliary", "parts", "nearly") or self.tokens[last].text in "~$–-"
        ):
            last -= 1
        first = last + 1
        while first - 1 > place and self.tokens[first - 1].kind == "w" and last - first < 5:
            if self.sentence.is_class(first - 1, "stop", "copula", "compared", "up_or_down", "auxiliary"):
                break
            first -= 1
        before = self.tokens[first - 1]
        starts = before.text in ",;:–—" or before.lemma in ("and", "while")
        line = self.sentence.span(first, last + 1)
        if first > last or not starts or self.frames.matches("other_money", line):
            return None
        return Governor(self.frames.by_name["revenue"], FROM, first, last)
