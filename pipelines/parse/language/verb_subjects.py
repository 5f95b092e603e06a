"""The subject of the verb before a quantity: "production, in its view, rose to 533"."""

import re

from pipelines.parse.language.governor import Governor
from pipelines.parse.language.phrases import PhraseFinder

# ", excluding depreciation of machines,": an aside between a subject and its verb.
_ASIDE = re.compile(
    r",\s+(?:excluding|including|inclusive|which|net of|as|representing|with)\b[^,⟦]*,", re.IGNORECASE
)
_SEGMENT = re.compile(r"\b(?:segment|business|division|unit|arm)\b[^.;⟦]*$", re.IGNORECASE)
_PARTS = (",", ":", "–", "—")
_ON = re.compile(r"\b(?:on|of|per|from)\s+(?:that|this|the|its|our|such|total)$", re.IGNORECASE)
_PART_OF = re.compile(
    r"(?:\b(?:half|third|quarter|part|portion|most|some|all|majority|none)|⟦\d+⟧) of (?:(?:its|the|their|"
    r"our|that|mined|"
    r"bitcoin|btc)\s*){0,3}$",
    re.IGNORECASE,
)
_PART_WORD = re.compile(r"half|third|quarter|part|portion|most|some|all|majority|none|of", re.IGNORECASE)


class SubjectFinder:
    """Finds the noun of a metric that is the subject of a verb."""

    def __init__(self, phrases: PhraseFinder) -> None:
        self.phrases, self.sentence, self.frames = phrases, phrases.sentence, phrases.frames
        self.tokens, self.classes, self.known = self.sentence.tokens, self.frames.classes, phrases.known

    def subject(self, low: int, j: int, unit: str | None, *, near: bool = False) -> Governor | None:
        """The subject of the clause that ends before a token, nearest part between commas first.

        Args:
            near: Only a subject in the part nearest to the token.
        """
        sentence = self.sentence
        if (noun := self._antecedent(low, j, unit)) is not None:
            return noun
        place, inside = self.tokens[j].start, self.sentence.in_aside(j)
        starts = [
            b
            for b in sentence.boundaries
            if b < place
            and sentence.masked[b] not in ":–—-()[]"
            and not _ASIDE.match(sentence.masked[b:place])
            and (inside or not any(b == start for start, _ in sentence.asides))
        ]
        start = max(starts, default=0)
        first = max(low, next((k for k, t in enumerate(self.tokens) if t.start >= start), 0))
        cuts = [k for k in range(first, j) if self.tokens[k].text in _PARTS and k not in sentence.in_time]
        edges = [first, *(c + 1 for c in cuts), j]
        for a, b in self._nearest_parts(edges):
            if b <= a or (sentence.in_aside(a) and not inside):
                continue
            found = self.phrases.by_label(a, b, unit) or self.phrases.search(a, b, unit)
            if found is None and unit == "USD" and self._may_be_line(j):
                found = self.phrases.line_in(a, b)
            if found is not None and unit == "USD" and self._is_beside_other_money(a, found):
                return None
            if found is not None and _PART_OF.search(sentence.before(found.first)):
                # "Sold about half of its holdings, totaling 3,900 bitcoin".
                k = self._before_part(found.first)
                return self.phrases.verb_at(k, low, unit)
            if found is not None:
                # A quantity of the unit between the subject and the verb: the verb is of another statement.
                rest = range(found.last + 1, j)
                taken = any(
                    self.tokens[k].kind == "q"
                    and sentence.same_unit(self.tokens[k].ref, unit)
                    and not sentence.in_aside(k)
                    for k in rest
                )
                return None if taken else found
            aside = sentence.is_class(a, "opens_an_aside")
            if unit == "USD" and not aside and self.frames.matches("other_money", sentence.span(a, b)):
                # "Revenue up 37%, cash at a record $60 million".
                return None
            if self._is_pronoun(a, b) and (previous := self.phrases.previous(j, unit)) is not None:
                return self.known[previous]
            if near:
                break
        if inside and not near:
            # "Added 86 BTC to treasury, which came to 1,103 BTC,".
            k = first - 1
            while k > low and self.tokens[k].kind == "x":
                k -= 1
            return self.phrases.noun_ending(k, low, unit)
        relative = {self.sentence.word(first), self.sentence.word(first + 1)} & {"which", "that", "where"}
        if unit == "USD" and relative and self._may_be_line(j):
            # "The colocation segment, which alone raked in $77.5 million".
            before = sentence.clause_start(start)
            return self.phrases.line_in(
                next((k for k, t in enumerate(self.tokens) if t.start >= before), 0), first
            )
        return None

    def _antecedent(self, low: int, j: int, unit: str | None) -> Governor | None:
        """The noun before a relative clause: "revenue grew with staking revenue, which reached"."""
        ends = [end for end in self.sentence.antecedents if end <= self.tokens[j].start]
        k = next((k for k, t in enumerate(self.tokens) if ends and t.end == max(ends)), None)
        if k is None or any(self.tokens[n].kind == "q" and not self.phrases.percent(n) for n in range(k, j)):
            return None
        return self.phrases.noun_ending(k, low, unit)

    def _is_beside_other_money(self, first: int, found: Governor) -> bool:
        """Whether revenue only explains other money: "EBITDA on that revenue came to"."""
        before = self.sentence.span(first, found.first)
        return bool(_ON.search(before)) and self.frames.matches("other_money", before)

    def _nearest_parts(self, edges: list[int]) -> list[tuple[int, int]]:
        """The parts between commas, nearest first, and appositions after the rest.

        "HPC hosting, a business that did not exist a quarter ago, brought in".
        """
        articles = ("its", "the", "a", "an", "one")

        def opens_with(part: tuple[int, int], *words: str) -> bool:
            a, b = part
            closed = self.tokens[b - 1].text in _PARTS
            return edges[0] < a < b and closed and self.tokens[a].text.lower() in words

        parts = zip(reversed(edges[:-1]), reversed(edges[1:]), strict=True)
        # "The HPC segment, which had no revenue a year ago, added": not the revenue.
        told = (part for part in parts if not opens_with(part, "which"))
        return sorted(told, key=lambda part: opens_with(part, *articles))

    def _may_be_line(self, j: int) -> bool:
        """Whether a segment as the subject of a verb has revenue: "self-mining brought in"."""
        if self.sentence.about_revenue or self.sentence.is_class(j, "earning"):
            return True
        # "The hosting segment added $3.4 million", but not "the company added".
        return self.tokens[j].lemma in ("add", "contribute") and bool(
            _SEGMENT.search(self.sentence.before(j))
        )

    def earner(self, low: int, verb: Governor) -> Governor | None:
        """The line of revenue that is the subject of a verb: "the colocation segment brought in"."""
        if not self._may_be_line(verb.first):
            return None
        found = self.subject(low, verb.first, "USD", near=True)
        return found if found and found.code == "total_revenue" else None

    def _before_part(self, k: int) -> int:
        """The token before "about half of its"."""
        k -= 1
        while k > 0 and (
            self.sentence.is_class(k, "filler", "nearly")
            or self.tokens[k].kind == "q"
            or _PART_WORD.fullmatch(self.tokens[k].text)
        ):
            k -= 1
        return k

    def _is_pronoun(self, first: int, last: int) -> bool:
        """Whether tokens are only a pronoun, and maybe a time: "in the same period of 2023 it"."""
        words = [
            k for k in range(first, last) if self.tokens[k].kind == "w" and k not in self.sentence.in_time
        ]
        pronouns = self.classes["pronoun"]
        lemmas = [self.tokens[k].lemma for k in words]
        timed = any(k in self.sentence.in_time for k in range(first, last))
        if timed and all(w in ("in", "for", "and", "of", "the") for w in lemmas):
            # "The same period of 2023 brought $120.7 million".
            return True
        return (
            any(w in pronouns for w in lemmas)
            and (lemmas[-1] in pronouns or lemmas[-1] == "have")
            and all(w in pronouns or w in ("in", "for", "and", "of", "have") for w in lemmas)
        )
