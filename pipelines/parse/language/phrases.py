"""Phrases of a sentence that frames.yaml, lexicon.yaml or the segments name."""

from collections.abc import Iterator

from pipelines.parse.language.governor import FROM, LABEL, NOUN, SUBJECT, VERB, Governor
from pipelines.parse.language.tokenized import TokenizedSentence
from pipelines.watchlist.frames import Frame, Frames
from pipelines.watchlist.metrics import COMPANY, MetricWords


class PhraseFinder:
    """Finds verbs, nouns, labels and lines of revenue among the tokens of a sentence.

    Args:
        known: The governors found so far, by quantity.
    """

    def __init__(self, sentence: TokenizedSentence, frames: Frames, words: MetricWords) -> None:
        self.sentence, self.frames, self.words = sentence, frames, words
        self.tokens = sentence.tokens
        self.known: dict[int, Governor] = {}

    def fitting(self, unit: str | None) -> Iterator[Frame]:
        """The frames of a unit; a number without one may count bitcoin."""
        return (f for f in self.frames.frames if f.unit == (unit or "BTC"))

    def previous(self, i: int, unit: str | None) -> int | None:
        """The last quantity of a unit before a token that has a governor."""
        at = self.sentence.at
        found = [r for r in self.known if at[r] < i and self.sentence.same_unit(r, unit)]
        return max(found, key=at.__getitem__) if found else None

    def percent(self, j: int) -> bool:
        """Whether a token is a percentage: "a gain of 63.1% over $284.1 million"."""
        return j >= 0 and self.tokens[j].kind == "q" and self.sentence.quantity_at(j).unit == "percent"

    def before_time(self, j: int, low: int, *, to: bool) -> int:
        """The token before a time and its preposition."""
        time = self.sentence.in_time[j]
        owner = self.sentence.masked[self.tokens[j].end : self.tokens[j].end + 2] in ("'s", "’s")
        while j >= low and self.sentence.in_time.get(j) is time:
            j -= 1
        if owner and self.tokens[j].lemma in ("from", "than", "to"):
            # "Down 12% from March's 520".
            return j
        while j >= low and self.sentence.is_class(j, "before_a_time"):
            if self.tokens[j].lemma == "from" and to:
                break
            j -= 1
        if not to or j < low:
            return j
        # "Grew 35% over the prior quarter to $3.3 million", "fell 27% compared to November to $2.1 million".
        if self.tokens[j].lemma in ("to", "with") and self.tokens[j - 1].lemma in ("compare", "relative"):
            return j - 2
        return j - 1 if self.tokens[j].lemma in ("over", "versus", "vs", "against") else j

    def before_fillers(self, i: int) -> int:
        j = i - 1
        while j >= 0 and (self.sentence.is_class(j, "filler") or self.tokens[j].text in "~$"):
            j -= 1
        return j

    def verb_at(self, j: int, low: int, unit: str | None) -> Governor | None:
        """The verb that ends at a token and takes the quantity as its object."""
        text, before = self.tokens[j].text.lower(), self.tokens[j - 1].lemma if j > low else ""
        for frame in self.fitting(unit):
            for phrase in frame.verb_lemmas:
                first = j - len(phrase) + 1
                if first < low:
                    continue
                if (
                    phrase == ("mine",)
                    and text == "mining"
                    and before in ("", "by", "after", "of", "from", "for")
                ):
                    return Governor(frame, VERB, first, j)
                if not self.sentence.matches(phrase, first):
                    continue
                noun = text in ("mining", "holding", "earnings")
                if noun and before in ("bitcoin", "self", "our", "its", "the", "of"):
                    continue
                return Governor(frame, VERB, first, j)
        return None

    def noun_ending(self, j: int, low: int, unit: str | None) -> Governor | None:
        """The noun that ends at a token, in full if it is a label."""
        if j < low or j in self.sentence.in_time:
            return None
        lemma = self.tokens[j].lemma
        found = [
            (len(phrase), frame)
            for frame in self.fitting(unit)
            for phrase in frame.subject_lemmas
            if phrase[-1] == lemma
            and j - len(phrase) + 1 >= low
            and self.sentence.matches(phrase, j - len(phrase) + 1)
        ]
        if not found:
            # "Total miners deployed of 110,512": a label before a bare number.
            return self.by_label(self.sentence.phrase_start(j, low), j + 1, unit) if unit is None else None
        length, frame = max(found, key=lambda f: f[0])
        start = j - length + 1
        label = self.by_label(max(low, self.sentence.phrase_start(start, low)), j + 1, unit)
        return label or Governor(frame, NOUN, start, j)

    def by_label(self, first: int, last: int, unit: str | None) -> Governor | None:
        """A label of lexicon.yaml that fills a phrase but for its times."""
        added = self._equivalents_too(first, last)
        span = [k for k in range(first, last) if k not in added]
        if any(self.tokens[k].lemma == "equivalent" for k in span):
            return None
        kept = [
            self.tokens[k].text for k in span if k not in self.sentence.in_time and self.tokens[k].kind != "q"
        ]
        for meaning in self.words.meanings(" ".join(kept)) if kept else ():
            metric = self.words.by_code[meaning.metric]
            if metric.unit == unit or (unit is None and metric.unit in ("BTC", "count")):
                frame = self.frames.of_metric(metric.code, metric.unit)
                scope = COMPANY if meaning.site else meaning.scope
                return Governor(frame, LABEL, first, last - 1, scope, metric.code)
        return None

    def _equivalents_too(self, first: int, last: int) -> set[int]:
        """The words "or bitcoin equivalent" behind bitcoin: both are counted, as by Argo."""
        lemmas = [t.lemma for t in self.tokens[first:last]]
        return {
            first + k + place
            for k in range(1, len(lemmas) - 2)
            if lemmas[k] in ("or", "and")
            and lemmas[k + 1] in ("bitcoin", "btc")
            and lemmas[k + 2] == "equivalent"
            for place in range(3)
        }

    def search(self, first: int, last: int, unit: str | None) -> Governor | None:
        """The first noun of a frame among tokens, the longest at its place."""
        added = self._equivalents_too(first, last)
        if unit in (None, "BTC") and any(
            self.tokens[k].lemma == "equivalent" for k in range(first, last) if k not in added
        ):
            return None
        for k in range(first, last):
            lemma = self.tokens[k].lemma
            found = [
                (len(phrase), frame)
                for frame in self.fitting(unit)
                for phrase in frame.subject_lemmas
                if phrase[0] == lemma
                and phrase not in frame.weak_lemmas
                and k + len(phrase) <= last
                and self.sentence.matches(phrase, k)
            ]
            if found:
                length, frame = max(found, key=lambda f: f[0])
                return Governor(frame, SUBJECT, k, k + length - 1)
        return None

    def line_in(self, first: int, last: int) -> Governor | None:
        """The last line of revenue among tokens, unless other money follows it: "hosting costs"."""
        for k in range(last - 1, first - 1, -1):
            found = self.sentence.line_ending(k, first)
            if found is not None:
                start, end = found
                rest = self.sentence.span(end + 1, last)
                other = self.frames.matches("other_money", rest) or "⟦" in rest
                return None if other else Governor(self.frames.by_name["revenue"], FROM, start, end)
        return None
