"""A sentence as deals are read from it: its words, amounts, clauses and who acts."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from pipelines.parse.deals.amounts import Amount, megawatts_of, money_of
from pipelines.parse.deals.parties import fits
from pipelines.parse.deals.vocabulary import says
from pipelines.parse.language.annotation import AnnotatedSentence, position_of
from pipelines.parse.language.tokenized import Token, tokens
from pipelines.watchlist.words import word_list

# "(NASDAQ: RIOT)", "(SLC)": no clause of its own.
_LISTING = re.compile(r"\((?:[\w ]{2,20}:\s*)?(?:⟬\w⟭|[A-Z]{2,6})\)")
# "TransAlta to pay", "Entergy Louisiana has".
_NAMED_FIRST = re.compile(
    r"\W*(?P<name>[A-Z][\w&.’'-]+(?: [A-Z][\w&.’'-]+)*),?(?: recently| also| now| then)? "
    r"(?:has|is|will|was|to (?:pay|buy|acquire)|buys|acquires|pays|[a-z]+ed|won|struck|took|bought)\b"
)
# "Said on Monday that Core42 would rent": reported speech has "would" for "will".
_SAID_WOULD = re.compile(r"\b(?:said|announced|confirmed|disclosed)\b[^.;⟦]{0,80}?\bwould\b", re.IGNORECASE)
_OBJECT_ENDS = frozenset(word_list("deals.object_ends"))
_PHRASE_STOPS = frozenset(word_list("deals.phrase_stops"))
_OF_A_TIME = frozenset(("last", "this", "next", "early", "late", "earlier"))
# "Polaris DS Holdings, LLC", ", a site in Ethiopia": no comma that ends an object.
_GOES_ON = frozenset(("inc", "llc", "ltd", "corp", "l", "a", "an"))


@dataclass(frozen=True, slots=True)
class Event:
    """A purchase, contract or financing in a sentence: its words, object and other side.

    Args:
        start, end: Place of its verb or noun in the masked sentence.
        role: What the party is, as in `Deal`.
        owner: The mention of the company whose deal it is; None for the nearest subject.
    """

    kind: str
    start: int
    end: int
    party: str
    role: str
    object_start: int
    object_end: int
    owner: int | None = None


class DealSentence:
    """A sentence with the amounts that can be the size of a deal.

    Args:
        sentence: The annotated sentence, without the marks of stock exchanges.
        text: Its masked text; all positions refer to it.
        headline: Whether it is a title, whose present tense says nothing of the status.
    """

    def __init__(self, sentence: AnnotatedSentence) -> None:
        text = _LISTING.sub(lambda m: re.sub(r"[^⟬⟭](?!⟭)", " ", m[0]), sentence.masked)
        self.sentence = sentence if text == sentence.masked else replace(sentence, masked=text)
        self.text = text
        self.headline = sentence.offset < 0

    @cached_property
    def words(self) -> tuple[Token, ...]:
        return tokens(self.text)

    @cached_property
    def money(self) -> list[Amount]:
        return money_of(self.sentence)

    @cached_property
    def megawatts(self) -> list[Amount]:
        return megawatts_of(self.sentence)

    def token_at(self, position: int) -> int:
        return next((i for i, t in enumerate(self.words) if t.start >= position), len(self.words))

    def is_hedged(self, position: int) -> bool:
        """Whether the clause up to the first size behind a position only considers it."""
        clause = self.sentence.clause_of(position)
        behind = re.search(r"[,;.]|⟦\d+⟧", self.text[position:])
        end = position + behind.end() if behind else len(self.text)
        return says("hedge", _SAID_WOULD.sub(" will ", self.text[clause.start : end])) is not None

    def is_anothers(self, position: int) -> bool:
        """Whether the nearest subject before a position is not watched: it delivers, not the miner."""
        before = [
            m
            for i, m in enumerate(self.sentence.mentions)
            if m.subject and position_of(self.sentence, i) < position
        ]
        named = _NAMED_FIRST.match(self.text)
        if not before:
            return named is not None and fits(named["name"])
        return before[-1].company is None

    def is_of_others(self) -> bool:
        """Whether a sentence names first who acts, and no watched company: "OpenAI landed a deal"."""
        acts = _NAMED_FIRST.match(self.text)
        return (
            acts is not None and fits(acts["name"]) and all(m.company is None for m in self.sentence.mentions)
        )

    def object_end(self, first: int) -> int:
        """The token at which the object of a verb ends."""
        words, j = self.words, first
        while j < len(words):
            token = words[j]
            if token.text in ";:." or token.kind == "p":
                # "Equipment last November": the word belongs to the time.
                return j - 1 if token.kind == "p" and words[j - 1].lemma in _OF_A_TIME and j > first else j
            if token.text == "," and not (j + 1 < len(words) and words[j + 1].lemma in _GOES_ON):
                break
            if token.text == "(":
                close = next((m for m in range(j, len(words)) if words[m].text == ")"), len(words) - 1)
                j = close + 1
                continue
            if j > first and token.kind == "w":
                ends_it = token.text.lower() in _OBJECT_ENDS or token.lemma in ("be", "have", "will")
                if ends_it or token.text == "The":
                    break
            j += 1
        return j

    def phrase_start(self, k: int) -> int:
        j = k
        while j > 0 and k - j < 10:
            token = self.words[j - 1]
            if token.text in ",;:()" or token.lemma in _PHRASE_STOPS or token.kind == "m":
                break
            j -= 1
        return j
