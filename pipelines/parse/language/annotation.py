"""A sentence whose companies, quantities and periods are marked, for subjects and deals."""

import re
from dataclasses import dataclass, field

from pipelines.parse.language.companies import Mention
from pipelines.parse.language.periods import DisclosureContext
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.sentences import MaskedSentence

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_FILL = (
    r"(?:(?:the|a|an|about|around|just|only|roughly|nearly|some|approximately|almost|its|record|mere|"
    r"over|more than|less than|reported|restated|previous|prior|year-ago|year-earlier|whopping|"
    r"staggering|meager|modest|hefty|as much as|total|of|last year['’]s|an estimated|"
    r"level of|figure of|peak of)\s+|⟪\d+⟫(?:['’]s?)?\s+)*"
)
_FROM = re.compile(
    r"\b(?:from|compared (?:to|with)|in comparison (?:to|with)|versus|vs\.?|against|"
    r"(?<!more )(?<!less )(?<!fewer )(?<!greater )(?<!rather )than|relative to|where it had been|"
    rf"(?:double|twice|triple|quadruple|half of|⟦\d+⟧ times|\w+ times))\s+{_FILL}$|^\s*(?:above|"
    rf"below)\s+{_FILL}$",
    re.IGNORECASE,
)
_TO = re.compile(rf"\bto\s+{_FILL}$", re.IGNORECASE)
_BY = re.compile(rf"\bby\s+{_FILL}$", re.IGNORECASE)
# Starts of a clause, which may have another subject.
_CLAUSE = re.compile(
    r"[;:]\s+|\s[–—]\s|\s+(?:after|as|when|because|since)\s+(?=(?:the|its|it|⟬\w⟭)\s)|"
    r",?\s+\b(?:while|whereas|whilst|but|although|though)\b\s|,\s+(?:and|as|after|before|with|which|"
    r"where|beating|missing|topping|according|even|despite|yet|so)\b\s|\s+and\s+(?=(?:⟬\w⟭|"
    r"the (?:company|miner|firm)|it|its)\b)"
)
# Starts of a statement. A remark after "which", "where" or "after" is part of the same statement.
_STATEMENT = re.compile(
    r"[;]\s+|\s[–—]\s|,?\s+\b(?:while|whereas|whilst|but|although|though)\b\s|,\s+and\b\s|"
    r"\s+and\s+(?=(?:⟬\w⟭|the (?:company|miner|firm)|it|its)\b)"
)
MAIN, FROM, TO, BY = "main", "from", "to", "by"


@dataclass(slots=True)
class Clause:
    """Part of the masked sentence between two places where the subject may change."""

    start: int
    end: int
    text: str


@dataclass(slots=True)
class AnnotatedSentence:
    """A sentence with its companies, quantities and periods.

    Args:
        label: The original sentence.
        offset: Its position in the article's text.
        masked: The sentence with ⟬a⟭ for a company, ⟦0⟧ for a quantity and ⟪0⟫ for a period.
        at: Start and end of each quantity in `masked`.
        clauses: Short parts: a hedge applies to its clause.
        statements: Longer parts, remarks included: a subject applies to its statement.
    """

    label: str
    offset: int
    disclosure: DisclosureContext
    masked: str
    mentions: list[Mention]
    quantities: list[Quantity]
    at: list[tuple[int, int]]
    clauses: list[Clause] = field(default_factory=list)
    statements: list[Clause] = field(default_factory=list)
    _roles: dict[int, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def clause_of(self, position: int) -> Clause:
        """The clause at a position."""
        return next((c for c in self.clauses if c.start <= position < c.end), self.clauses[-1])

    def statement_of(self, position: int) -> Clause:
        """The statement at a position: the clause with its remarks."""
        return next((c for c in self.statements if c.start <= position < c.end), self.statements[-1])

    def role(self, index: int) -> str:
        """Whether a quantity is a value before (from), after (to), a change (by) or neither (main)."""
        if index not in self._roles:
            self._roles[index] = self._role(index)
        return self._roles[index]

    def _role(self, index: int) -> str:
        first = max((end for start, end in self.at if end <= self.at[index][0]), default=0)
        before = self.masked[first : self.at[index][0]]
        if re.match(r"^\s*(?:that|which)\s", self.masked[self.at[index][1] :]):
            return MAIN
        if _FROM.search(before):
            return FROM
        if _TO.search(before):
            return TO
        return BY if _BY.search(before) else MAIN

    def around(self, index: int) -> tuple[str, str]:
        """The text before and after a quantity, up to the neighboring quantities."""
        start, end = self.at[index]
        first = max((b for a, b in self.at if b <= start), default=0)
        last = min((a for a, b in self.at if a >= end), default=len(self.masked))
        return self.masked[first:start], self.masked[end:last]


def mask_names(text: str, mentions: list[Mention]) -> str:
    """Replace companies in a text with ⟬a⟭, ⟬b⟭ …, in order."""
    pieces, last = [], 0
    for i, mention in enumerate(mentions):
        pieces += [text[last : mention.start], f"⟬{_letter(i)}⟭"]
        last = mention.end
    return "".join([*pieces, text[last:]])


def _letter(mention: int) -> str:
    return _LETTERS[mention % len(_LETTERS)]


def mention_index(letter: str) -> int:
    """The index of the mention that a letter represents."""
    return _LETTERS.index(letter)


def annotate(
    label: str, offset: int, mentions: list[Mention], disclosure: DisclosureContext
) -> AnnotatedSentence:
    """Mask a sentence's companies, then its periods and quantities.

    Companies come first because the 8 of "Hut 8" is not a number.
    """
    text = mask_names(label, mentions)
    parsed = MaskedSentence(text, disclosure)
    at = [(position, position + len(f"⟦{i}⟧")) for i, position in enumerate(parsed.at)]
    sentence = AnnotatedSentence(label, offset, disclosure, parsed.masked, mentions, parsed.quantities, at)
    sentence.clauses, sentence.statements = (
        _split(sentence.masked, _CLAUSE),
        _split(sentence.masked, _STATEMENT),
    )
    return sentence


def _split(text: str, pattern: re.Pattern[str]) -> list[Clause]:
    out, begin = [], 0
    for match in pattern.finditer(text):
        if match.start() > begin:
            out.append(Clause(begin, match.end(), text[begin : match.end()]))
            begin = match.end()
    return [*out, Clause(begin, len(text) + 1, text[begin:])]


def position_of(sentence: AnnotatedSentence, mention: int) -> int:
    """The position of a company in the masked sentence."""
    return sentence.masked.find(f"⟬{_letter(mention)}⟭")


_SMALL_IN_TITLES = frozenset(
    (
        "with",
        "from",
        "into",
        "over",
        "than",
        "that",
        "amid",
        "after",
        "under",
        "about",
        "between",
        "through",
        "will",
    )
)


def is_titled(sentence: AnnotatedSentence) -> bool:
    """Whether most words of a sentence are capitalized, so that capitals mark no name."""
    words = re.findall(r"(?<![\w⟦⟬⟪])[A-Za-z]\w{3,}", sentence.masked)
    # "Has acquired Tundra Compute": a title would write its verb with a capital.
    small = [w for w in words if w[0].islower() and w not in _SMALL_IN_TITLES]
    return (
        len(words) > 2
        and len(small) * 5 < len(words)
        and sum(w[0].isupper() for w in words) > 0.6 * len(words)
    )
