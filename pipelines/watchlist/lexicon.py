"""lexicon.yaml: words of members and labels for each canonical segment and metric."""

import re
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pipelines.errors import UsageError
from pipelines.watchlist.frames import Frames, load_frames
from pipelines.watchlist.metrics import Metric, MetricWords
from pipelines.watchlist.source import read_yaml
from pipelines.watchlist.words import word_list

FAMILIES = ("mining", "ai_hpc", "other")

_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_FOOTNOTE = re.compile(r"\(\s*[\w*]{1,2}\s*\)|\[\s*\w{1,2}\s*\]|[*†‡]+")
NOISE = frozenset(word_list("labels.segment_noise"))
_SAME_WORDS = dict(pair.split(" = ") for pair in word_list("labels.same_words"))


def words_in_name(name: str) -> list[str]:
    """The words of a camel-case name, in lower case: `DigitalCurrency` → digital, currency."""
    return [word.lower() for word in _CAMEL.findall(name)]


@lru_cache(maxsize=8192)
def words_of(text: str) -> str:
    """The distinctive words of a label or member.

    `Hosting revenue from customers (1)` and `HostingServiceMember` are both `hosting`. In lower case,
    separated by spaces, without footnote marks and NOISE; empty if no words are left.
    """
    text = _FOOTNOTE.sub(" ", text)
    if " " not in text.strip() and re.search(r"[a-z][A-Z]|Member$|Axis$", text):
        pieces = words_in_name(text)
    else:
        pieces = re.findall(r"[a-z0-9]+", text.lower().replace("’", "'").replace("'s", ""))
    words = " ".join(piece for piece in pieces if piece not in NOISE)
    for written, same in _SAME_WORDS.items():
        words = re.sub(rf"\b{written}\b", same, words)
    # "High performance computing (HPC)" says it twice.
    return re.sub(r"\b(\w+)(?: \1\b)+", r"\1", words)


class Alias(BaseModel):
    """Phrases for a segment, for all companies or one, optionally with dates."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    segment: str
    phrases: list[str]
    company: str | None = None
    since: date | None = None
    until: date | None = None
    note: str = ""


class Segment(BaseModel):
    """A canonical segment: code, family and meaning."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: str
    family: str
    meaning: str
    may_be_negative: bool = False


class Lexicon(BaseModel):
    """Segments and their phrases, metrics and their labels, and the frames of sentences."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    segments: list[Segment]
    aliases: list[Alias]
    metrics: list[Metric] = []
    frames: Frames

    @cached_property
    def words(self) -> MetricWords:
        """The metrics as readers of press releases use them."""
        return MetricWords(self.metrics)

    @model_validator(mode="after")
    def _consistent(self) -> "Lexicon":
        codes = {segment.code for segment in self.segments}
        for segment in self.segments:
            if segment.family not in FAMILIES:
                raise ValueError(
                    f"segment {segment.code}: family {segment.family!r} is not one of {FAMILIES}"
                )
        for alias in self.aliases:
            if alias.segment not in codes:
                raise ValueError(
                    f"alias {alias.phrases[:1]}: segment {alias.segment!r} is not listed under segments"
                )
        return self

    def segment_of(self, text: str, company: str | None, day: date) -> str | None:
        """The canonical segment of a member or label for a company on a day; None if unknown."""
        words = words_of(text)
        if not words:
            return None
        found = None
        for alias in _indexed(self).get(words, []):
            if alias.company is not None and alias.company != company:
                continue
            if (alias.since and day < alias.since) or (alias.until and day > alias.until):
                continue
            if alias.company is not None:
                return alias.segment
            found = found or alias.segment
        return found

    def segment(self, code: str) -> Segment:
        return next(segment for segment in self.segments if segment.code == code)

    def __hash__(self) -> int:
        return id(self)


@lru_cache(maxsize=8)
def _indexed(lexicon: Lexicon) -> dict[str, list[Alias]]:
    index: dict[str, list[Alias]] = {}
    for alias in lexicon.aliases:
        for phrase in alias.phrases:
            index.setdefault(words_of(phrase), []).append(alias)
    return index


def _lines(aliases: list[Alias]) -> tuple[str, ...]:
    """Phrases that name a segment."""
    named = (alias for alias in aliases if alias.segment not in ("other", "eliminations"))
    return tuple(phrase.lower() for alias in named for phrase in alias.phrases)


@lru_cache(maxsize=8)
def load_lexicon(folder: Path | None = None) -> Lexicon:
    """Load lexicon.yaml; aliases in the user's folder have precedence over the shipped ones.

    Raises:
        UsageError: An entry is not valid.
    """
    segments: dict[str, object] = {}
    metrics: dict[str, dict[str, object]] = {}
    aliases: list[object] = []
    files = read_yaml("lexicon.yaml", folder)
    for _, content in files:
        segments |= {code: {"code": code, **entry} for code, entry in (content.get("segments") or {}).items()}
        aliases = [*(content.get("aliases") or []), *aliases]
        for code, entry in (content.get("metrics") or {}).items():
            # A user's folder adds labels to a metric, or a metric; it takes no label away.
            known = metrics.get(code, {"code": code})
            labels = [*known.get("labels", []), *(entry.get("labels") or [])]
            metrics[code] = {**known, **entry, "labels": labels}
    try:
        lexicon = Lexicon.model_validate(
            {
                "segments": list(segments.values()),
                "aliases": aliases,
                "metrics": list(metrics.values()),
                "frames": load_frames(folder),
            }
        )
    except ValidationError as error:
        raise UsageError(f"{files[-1][0]}: {error.errors()[0]['msg']}.") from error
    plain = tuple(word_list("news.ambiguous_segment_phrases"))
    frames = lexicon.frames.model_copy(update={"lines": _lines(lexicon.aliases), "plain_lines": plain})
    return lexicon.model_copy(update={"frames": frames})
