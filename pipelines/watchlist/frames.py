"""frames.yaml: the words by which a sentence says what its quantities are."""

import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import simplemma
from pydantic import BaseModel, ConfigDict, ValidationError

from pipelines.errors import UsageError
from pipelines.watchlist.source import read_yaml

# Past forms that simplemma takes for nouns or leaves alone.
_IRREGULAR = {
    "rose": "rise",
    "risen": "rise",
    "fell": "fall",
    "fallen": "fall",
    "stood": "stand",
    "came": "come",
    "mining": "mining",
    "mined": "mine",
    "sold": "sell",
    "held": "hold",
    "left": "leave",
    "growing": "grow",
    "btc": "bitcoin",
    "bitcoins": "bitcoin",
    "₿": "bitcoin",
    "hodled": "hodl",
    "proceeds": "proceeds",
    "data": "data",
    "sales": "sale",
    "vs": "vs",
    "versus": "versus",
    "rising": "rise",
    "ai": "ai",
    "buying": "buy",
    "operating": "operate",
    "operations": "operation",
}


@lru_cache(maxsize=20_000)
def lemma(word: str) -> str:
    """The base form of a word: `sold` is sell, `holdings` is holding."""
    word = word.lower()
    return _IRREGULAR.get(word) or simplemma.lemmatize(word, lang="en").lower()


def lemmas(text: str) -> tuple[str, ...]:
    """The base forms of a phrase's words."""
    return tuple(lemma(word) for word in text.split())


class Frame(BaseModel):
    """Words that give quantities of a unit a metric; frames.yaml explains the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    metric: str
    unit: str
    verbs: list[str] = []
    subjects: list[str] = []
    behind: list[str] = []
    kinds: dict[str, list[str]] = {}
    not_with: list[str] = []
    never_with: list[str] = []
    weak: list[str] = []
    per_coin: bool = False
    within: bool = False
    end_with: bool = False

    def __hash__(self) -> int:
        return id(self)

    @cached_property
    def verb_lemmas(self) -> tuple[tuple[str, ...], ...]:
        """Verbs, the longest first."""
        return tuple(sorted((lemmas(verb) for verb in self.verbs), key=len, reverse=True))

    @cached_property
    def subject_lemmas(self) -> tuple[tuple[str, ...], ...]:
        """Subjects, the longest first."""
        return tuple(sorted((lemmas(s) for s in self.subjects), key=len, reverse=True))

    @cached_property
    def weak_lemmas(self) -> frozenset[tuple[str, ...]]:
        """Subjects that count only next to their quantity."""
        return frozenset(lemmas(s) for s in self.weak)

    @cached_property
    def behind_lemmas(self) -> tuple[tuple[str, ...], ...]:
        return tuple(sorted((lemmas(s) for s in self.behind), key=len, reverse=True))

    @cached_property
    def kind_lemmas(self) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
        return tuple((kind, tuple(lemmas(w) for w in words)) for kind, words in self.kinds.items())

    @cached_property
    def never(self) -> frozenset[str]:
        return frozenset(lemma(word) for word in self.never_with)

    @cached_property
    def excluded(self) -> frozenset[str]:
        return frozenset(lemma(word) for word in self.not_with)


class Frames(BaseModel):
    """All frames, and the classes of other words.

    Args:
        lines: Phrases that name a segment, from lexicon.yaml: lines of revenue.
        plain_lines: Those too common to name one alone: "cloud", but "cloud services".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    frames: list[Frame]
    words: dict[str, list[str]]
    patterns: dict[str, list[str]]
    lines: tuple[str, ...] = ()
    plain_lines: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return id(self)

    @cached_property
    def by_name(self) -> dict[str, Frame]:
        return {frame.name: frame for frame in self.frames}

    @cached_property
    def line_lemmas(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """Phrases of lines of revenue by their last word, the longest first."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for line in self.lines:
            phrase = lemmas(re.sub(r"[-–/&(),]", " ", line))
            if phrase:
                found.setdefault(phrase[-1], []).append(phrase)
        return {word: tuple(sorted(set(phrases), key=len, reverse=True)) for word, phrases in found.items()}

    @cached_property
    def plain_line_lemmas(self) -> frozenset[tuple[str, ...]]:
        return frozenset(lemmas(line) for line in self.plain_lines)

    def of_metric(self, metric: str, unit: str) -> Frame:
        """The frame of a metric; one without words if no frame has it."""
        for frame in self.frames:
            if metric == frame.metric or metric in frame.kinds:
                return frame
        return Frame(name=metric, metric=metric, unit=unit)

    @cached_property
    def classes(self) -> dict[str, frozenset[str]]:
        """Classes of words as base forms: filler, copula, up_or_down, …"""
        return {name: frozenset(lemma(w) for w in words) for name, words in self.words.items()}

    def matches(self, pattern: str, text: str) -> bool:
        """Whether a text contains a phrase of a pattern."""
        return bool(self.compiled[pattern].search(text))

    @cached_property
    def compiled(self) -> dict[str, re.Pattern[str]]:
        """The phrases of each name as one regular expression between word boundaries."""
        return {
            name: re.compile(rf"\b(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)
            for name, phrases in self.patterns.items()
        }


@lru_cache(maxsize=8)
def load_frames(folder: Path | None = None) -> Frames:
    """Load frames.yaml; a file of the user adds words and frames.

    Raises:
        UsageError: An entry is not valid.
    """
    frames: dict[str, dict[str, Any]] = {}
    words: dict[str, list[str]] = {}
    patterns: dict[str, list[str]] = {}
    files = read_yaml("frames.yaml", folder)
    for path, content in files:
        try:
            for name, entry in (content.get("frames") or {}).items():
                known = frames.get(name, {"name": name})
                added = {
                    key: [*known.get(key, []), *value]
                    for key, value in entry.items()
                    if isinstance(value, list)
                }
                frames[name] = {**known, **entry, **added}
            for kept, key in ((words, "words"), (patterns, "patterns")):
                for name, listed in (content.get(key) or {}).items():
                    kept[name] = [*kept.get(name, []), *listed]
        except (AttributeError, TypeError) as error:
            raise UsageError(
                f"{path}: frames and words are mappings of lists. Compare the shipped file."
            ) from error
    try:
        return Frames.model_validate({"frames": list(frames.values()), "words": words, "patterns": patterns})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"{files[-1][0]}: {where}: {first['msg']}.") from error
