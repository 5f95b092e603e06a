"""The words of lexicon/deals.yaml, compiled."""

import re
from functools import cache

from pipelines.parse.language.tokenized import Token
from pipelines.watchlist.frames import lemmas
from pipelines.watchlist.words import word_list

GENERIC_PARTIES = frozenset(word_list("deals.generic_parties"))


@cache
def phrases(name: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """The phrases of a list as base forms, by their first word, the longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in word_list(f"deals.{name}"):
        # The base form of "offering" is "offer", that of "offerings" is "offering".
        plural = [f"{phrase}s"] if phrase.endswith("ing") else []
        for written in (phrase, *plural):
            words = lemmas(written.replace("-", " "))
            found.setdefault(words[0], []).append(words)
    return {first: tuple(sorted(listed, key=len, reverse=True)) for first, listed in found.items()}


def phrase_at(name: str, tokens: tuple[Token, ...], k: int) -> int:
    """The number of tokens of a list's phrase that begins at a token; 0 if none does."""
    for phrase in phrases(name).get(tokens[k].lemma, ()) if tokens[k].kind == "w" else ():
        found, j = 0, k
        while j < len(tokens) and found < len(phrase):
            if tokens[j].text in "-–" and found:
                j += 1
            elif tokens[j].lemma == phrase[found]:
                found += 1
                j += 1
            else:
                break
        if found == len(phrase):
            return j - k
    return 0


def has_phrase(name: str, tokens: tuple[Token, ...], first: int, last: int) -> bool:
    """Whether a phrase of a list is among some tokens, `last` exclusive."""
    return any(phrase_at(name, tokens, k) for k in range(max(first, 0), min(last, len(tokens))))


@cache
def _compiled(name: str, *, anchored: str) -> re.Pattern[str]:
    words = "|".join(word_list(f"deals.{name}"))
    if anchored == "start":
        return re.compile(rf"\W*(?:{words})(?!\w)", re.IGNORECASE)
    return re.compile(rf"\b(?:{words})(?:{anchored})", re.IGNORECASE)


def says(name: str, text: str) -> re.Match[str] | None:
    """The first phrase of a list of patterns in a text."""
    return _compiled(name, anchored=r"(?!\w)").search(text)


def begins(name: str, text: str) -> re.Match[str] | None:
    """A phrase of a list of patterns at the beginning of a text."""
    return _compiled(name, anchored="start").match(text)


def ends(name: str, text: str, words: int = 8) -> re.Match[str] | None:
    """A phrase of a list of patterns near the end of a text, with at most some words behind it."""
    return _compiled(name, anchored=rf"\s+(?:[\w’'-]+\s+){{0,{words}}}?$").search(text)
