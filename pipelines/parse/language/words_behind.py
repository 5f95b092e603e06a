"""Words behind a quantity: "533 bitcoin were mined", "9,000 bitcoin in treasury"."""

import re

from pipelines.parse.language.governor import BEHIND, FROM, MACHINES, STOCKS, Governor
from pipelines.parse.language.phrases import PhraseFinder
from pipelines.watchlist.frames import Frame

# "$15.0 million of colocation revenue and $81.1 million in total".
_IN_TOTAL = re.compile(r"\s*(?:in total|overall|altogether|in all)\b(?!\s+revenues?)", re.IGNORECASE)


class BehindFinder:
    """Finds the governor behind a quantity."""

    def __init__(self, phrases: PhraseFinder) -> None:
        self.phrases, self.sentence, self.frames = phrases, phrases.sentence, phrases.frames
        self.tokens = self.sentence.tokens

    def right(self, i: int, unit: str | None) -> Governor | None:
        """Words behind the quantity: "were mined", "in treasury", "of operating hash rate"."""
        sentence, tokens = self.sentence, self.tokens
        came = i + 1
        if sentence.word(came) == "of" and sentence.word(came + 1) in ("it", "that", "this", "which", "them"):
            # "$20.8 million of it from bitcoin mining".
            came += 2
        while sentence.word(came) in ("come", "be", "derive", "result", "generate", "earn"):
            came += 1
        earned = sentence.about_revenue or (
            i > 0 and sentence.is_class(self.phrases.before_fillers(i), "earning")
        )
        if unit == "USD" and sentence.word(came) == "from" and earned:
            last = came
            while last - came < 6 and sentence.word(last + 1) and not sentence.is_class(last + 1, "stop"):
                last += 1
            timed = any(k in sentence.in_time for k in range(came + 1, last + 2))
            every = sentence.span(came + 1, last + 1).lower().endswith("operations") and last - came <= 2
            if last > came and not timed and not every:
                return Governor(self.frames.by_name["revenue"], FROM, came + 1, last)
        if unit == "USD" and sentence.about_revenue and (total := _IN_TOTAL.match(sentence.behind(i))):
            place = i + len(total[0].split())
            return Governor(self.frames.by_name["revenue"], BEHIND, place, place)
        k, skipped = i + 1, 0
        if unit == "count":
            # "222,000 owned and hosted bitcoin miners in operation": behind the noun.
            k = self._behind_machines(i)
        while k < len(tokens) and skipped < 6:
            if tokens[k].text == "," and unit == "count" and k == i + 1:
                # "224,000 miners, owned and hosted, operated".
                aside = next(
                    (m for m in range(k + 1, min(k + 6, len(tokens))) if tokens[m].text == ","), None
                )
                if aside is not None:
                    k = aside + 1
                    continue
            if (
                unit in ("BTC", None)
                and sentence.word(k) in ("worth", "value")
                and self._next_quantity(k + 1)
            ):
                # "9,800 coins worth $300 million on its balance sheet".
                k = self._next_quantity(k + 1) + 1
                continue
            if tokens[k].kind != "w" or k in sentence.in_time:
                return None
            found = [
                g for f in self.phrases.fitting(unit) if (g := self._behind_at(f, k, i, unit)) is not None
            ]
            if found:
                # "Held as collateral" is longer than "held".
                return max(found, key=lambda g: g.last - g.first)
            known = sentence.is_class(k, "filler", "auxiliary", "before_a_noun")
            noun = unit == "USD" and tokens[i + 1].lemma in ("of", "in") and not sentence.is_class(k, "stop")
            if not known and not (noun and skipped < 5):
                return None
            k += 1
            skipped += 1
        return None

    def _next_quantity(self, k: int) -> int:
        """The token of a quantity right behind words of measure, or 0."""
        while k < len(self.tokens) and (self.sentence.is_class(k, "nearly") or self.tokens[k].lemma == "at"):
            k += 1
        return k if k < len(self.tokens) and self.tokens[k].kind == "q" else 0

    def _behind_machines(self, i: int) -> int:
        """The token behind a number and the machines that it counts."""
        for k in range(i + 1, min(i + 6, len(self.tokens))):
            if self.tokens[k].kind != "w" or k in self.sentence.in_time:
                break
            if self.tokens[k].lemma in MACHINES:
                return k + 1
        return i + 1

    def _behind_at(self, frame: Frame, k: int, i: int, unit: str | None) -> Governor | None:
        """Words of a frame at a token behind a quantity."""
        for phrase in frame.behind_lemmas:
            # "3,333 self-mined bitcoin on the balance sheet" are held.
            behind = self.sentence.word(k + len(phrase))
            attributive = frame.name == "produce" and behind in ("bitcoin", "coin")
            if phrase[-1] == "bitcoin" and behind == "mining":
                # "$141.2 million of bitcoin mining revenue".
                continue
            noun = frame.name == "produce" and self.tokens[k].text.lower() == "mining"
            if self.sentence.matches(phrase, k) and not attributive and not noun:
                return Governor(frame, BEHIND, k, k + len(phrase) - 1)
        if unit in (*STOCKS, "J/TH", "USD") and not frame.per_coin and frame.name != "proceeds":
            direct = k == i + 1 or self.tokens[i + 1].lemma in ("of", "in", "total")
            for phrase in frame.subject_lemmas:
                if direct and self.sentence.matches(phrase, k):
                    return Governor(frame, BEHIND, k, k + len(phrase) - 1)
        return None
