"""Group copies of articles into stories, and find copies of a company's press release.

Near-duplicates have similar fingerprints: trafilatura's SimHash of the main text. Copies with another byline
or dateline differ in few of its 64 bits, two articles on the same event in some thirty.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.watchlist.feeds import KINDS

MOST_BITS = 6
NEAR = timedelta(days=5)
_ORDER = {kind: place for place, kind in enumerate(KINDS)}
_FEWEST_WORDS = 20
_OWN_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Copy:
    """The properties of an article that grouping needs."""

    key: int
    fingerprint: str | None
    published: datetime
    kind: str
    full: bool
    words: int


@dataclass(frozen=True, slots=True)
class Story:
    """Copies of one text: the most primary, the first, and all of them."""

    primary: int
    first: int
    members: tuple[int, ...]


def fingerprint(text: str) -> str | None:
    """The SimHash of a text, 16 hexadecimal digits; None if it is too short."""
    from trafilatura.deduplication import Simhash

    if len(text.split()) < _FEWEST_WORDS:
        return None
    return str(Simhash(text).to_hex()).zfill(16)


def _near(one: Copy, other: Copy) -> bool:
    if one.fingerprint is None or other.fingerprint is None or abs(one.published - other.published) > NEAR:
        return False
    longer, shorter = max(one.words, other.words), min(one.words, other.words)
    bits = (int(one.fingerprint, 16) ^ int(other.fingerprint, 16)).bit_count()
    return bits <= MOST_BITS and longer <= shorter * 1.5


def group(copies: Sequence[Copy]) -> list[Story]:
    """Group articles into stories.

    The most primary copy of each is read: wire, press, blog, aggregator, in this order.
    """
    ordered = sorted(copies, key=lambda c: (c.published, c.key))
    stories: list[list[Copy]] = []
    for copy in ordered:
        home = next((s for s in reversed(stories) if any(_near(copy, member) for member in s)), None)
        if home is None:
            stories.append([copy])
        else:
            home.append(copy)
    return [
        Story(
            min(s, key=lambda c: (not c.full, _ORDER.get(c.kind, 9), c.published, c.key)).key,
            s[0].key,
            tuple(c.key for c in s),
        )
        for s in stories
    ]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text with six words or more, reduced to letters and digits."""
    pieces = re.split(r"(?<=[.!?;:])\s+|\n", text)
    plain = (re.sub(r"[^a-z0-9]+", " ", piece.lower()).strip() for piece in pieces)
    return [piece for piece in plain if len(piece.split()) >= 6]


def copied_exhibit(article: str, exhibits: Iterable[tuple[int, str]]) -> int | None:
    """The key of the filed exhibit that an article copies; None if the article is original.

    It is a copy if three fifths of its sentences, by words, are in the exhibit unchanged: some quotes are not
    enough.
    """
    mine = sentences_of(article)
    total = sum(len(s.split()) for s in mine)
    if total < _FEWEST_WORDS:
        return None
    best: tuple[float, int] | None = None
    for key, text in exhibits:
        theirs = " ".join(sentences_of(text)) + " " + re.sub(r"[^a-z0-9]+", " ", text.lower())
        share = sum(len(s.split()) for s in mine if s in theirs) / total
        if share >= _OWN_SHARE and (best is None or share > best[0]):
            best = (share, key)
    return best[1] if best else None
