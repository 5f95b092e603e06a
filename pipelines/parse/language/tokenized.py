"""A sentence as tokens, with its quantities, times, clauses and brackets."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.parse.language.periods import DisclosureContext
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.sentences import MaskedSentence
from pipelines.parse.language.times import PRESENT, Time, find_times
from pipelines.watchlist.companies import load_watchlist
from pipelines.watchlist.frames import Frames, lemma

_TOKEN = re.compile(
    r"⟦(?P<q>\d+)⟧|⟪(?P<p>\d+)⟫|⟬(?P<m>\w)⟭|(?P<w>[^\W\d_]+)(?:['’]s\b|['’](?=\s))?|(?P<n>\d[\d.,]*)|(?P<x>\S)"
)
# "The cost to mine, net of power credits, was $25,327": the credits are not what it was.
_INSERTED = re.compile(
    r",\s+(?:net of|excluding|exclusive of|including|inclusive of|before|after)\s[^,;:.⟦⟪]{3,80},",
    re.IGNORECASE,
)
# "The company, which began trading in April, said": its time is its own.
_WHO_ASIDE = re.compile(r",\s+(?:which|who|whose|that)\b[^,;⟦]{3,120},(?=\s)", re.IGNORECASE)
# ", filings show,", ", the company said,".
_SAID = re.compile(
    r",\s+(?:(?:the|its)\s+)?(?:company|miner|firm|it|he|she|filings?|reports?|updates?|statement|data)\s+"
    r"(?:said|says|show|shows|showed|reported|noted|added|stated|disclosed),(?=\s)",
    re.IGNORECASE,
)
# "622 bitcoin, the company said, were mined": between a subject and its verb, the comma goes too.
_BLANK_SAID = re.compile(r",\s{4,}(?=(?:was|were|is|are|has|had|have|rose|fell)\b)")
# "Mined 654 bitcoin (BTC) in May".
_SYMBOL = re.compile(
    r"(?<=⟧)\s*\([“\"']?(?:BTC|BTC-USD|Bitcoin|bitcoin|[EPT]H\W?s|MWs?|GWs?)[”\"']?\)|\s*\([A-Z]{2,5}\s+[-+–▲▼]?\d+(?:\.\d+)?%\)"
)
# "A rise in revenues, which climbed by 223% to $165.2 million": the revenues climbed.
_WHICH = re.compile(
    r"(?P<of>\b(?:revenues?|production|output|holdings|hash ?rate|treasury))\b,\s+which\s+(?=(?:\w+ly\s+)?"
    r"(?:rose|fell|climbed|increased|decreased|grew|jumped|surged|soared|dropped|declined|reached|was|were|"
    r"came|totaled|stood|slipped)\b)",
    re.IGNORECASE,
)
# "Hash rate, a measure of the network's power, rose": what a word means is not the figure's.
_EXPLAINED = re.compile(
    r",\s+an?\s+(?:measure|gauge|indicator|metric|proxy)\b[^,;⟦⟪]{3,100},(?=\s)", re.IGNORECASE
)
_IDLE = re.compile(
    r",?\s+(?:at the same (?:rate|pace|time)|too|as well|in turn|"
    r"as (?:expected|anticipated|planned|forecast|previously (?:announced|disclosed|reported)))\b"
    r",?(?=\s)(?! as\b)",
    re.IGNORECASE,
)
_DASHED = re.compile(r"\s[–—]\s(?P<in>[^–—;.⟦]{3,100}?)\s[–—]\s")
_ASIDE = re.compile(
    r",\s+(?:which|including|inclusive of|excluding)\b[^,;:()]{0,120}?⟦\d+⟧[^,;:()⟦]{0,120},(?=\s)",
    re.IGNORECASE,
)
REVENUE_WORD = re.compile(r"\brevenues?\b", re.IGNORECASE)
_OF_THAT = re.compile(
    r"\W*(?:of (?:that|this|these|which|the total)|this (?:includ\w+|compris\w+|consist\w+))\b", re.IGNORECASE
)
# "Ended the quarter with $14.2 million of cash, along with 85 bitcoin".
_ALONG = re.compile(r",?\s(?:along|together) with(?=\s+(?:[a-z]+\s+){0,2}⟦)", re.IGNORECASE)
_HASH_RATE = re.compile(r"\bhash-?rates?\b", re.IGNORECASE)
_YEAR_ON_YEAR = re.compile(
    r"\b(?P<unit>year|month|quarter)[- ](?:over|on)[- ](?:the[- ])?(?:year|month|quarter)\b|"
    r"\b(?P<letter>y|m|q)(?:[/-]?o?[/-]|o)(?:y|m|q)\b",
    re.IGNORECASE,
)
_WITHIN_WORD = re.compile(r"(?<=[^\W\d_])[-/](?=[^\W\d_])")
# "BTC1", "Hash rate2": a footnote's mark glued to a word.
_GLUED = re.compile(r"(?<=[a-z]{3})\d{1,2}(?=[\s,.;:)]|$)|(?<=\bBTC)\d(?=[\s,.;:)]|$)")
_BOUNDARY = re.compile(
    r"[;:]\s|\s[–—-]{1,2}\s|[()\[\]]|,\s+(?=(?:and|but|while|whereas|which|with|as|although|including|"
    r"representing|bringing|compared|up|down|an?\s+(?:\w+\s+)?(?:⟦\d+⟧\s+)?(?:increase|decrease|decline|"
    r"improvement|rise|drop|reduction)|of which|excluding|versus|increasing|decreasing|reflecting|driven|"
    r"resulting|ending|leaving|we|it|the company)\b)|"
    r"\s(?=(?:while|whereas|but|although|because|as well as)\s)|"
    r"\s(?=and\s+(?:we|it|its|our|the company|expects?|plans?|will|is|are|has|have|had|ended|held|sold|"
    r"increased|remain\w*|continue\w*|grew|exited|finished|closed|maintained|achieved|reported|generated|"
    r"realized)\b)",
    re.IGNORECASE,
)
# "Estimates projected earnings (EPS) of": the bracket begins no clause.
_ABBREVIATED = re.compile(r"[(\[][A-Z][^()\[\]⟦⟪]{1,20}[)\]]")
# "- Revenue- Bitcoin Mining: $142.9 million".
_LINE_BEHIND = re.compile(r"\bRevenues?\s?[-–—]\s?(?P<line>[A-Z][\w &/]{2,40}?):\s")
# "£74.2 million [$100.1 million]": the company states the dollars itself.
_NUMBER = r"[\d.,]*\d(?:\s?(?:million|billion|thousand|bn|[mk])\b)?"
_IN_DOLLARS_TOO = re.compile(
    rf"(?:(?:£|€|GBP\s?|EUR\s?){_NUMBER}\s*[\[(]\s*(?=(?:US\s?)?\$)|"
    rf"(?:C\$|CA\$|CAD\s?\$?|A\$){_NUMBER}\s*[\[(]\s*(?=US))"
    rf"(?P<dollars>(?:US\s?)?\$\s?{_NUMBER})\s*[\])]",
    re.IGNORECASE,
)
_WITH = re.compile(r",\s+with\b")
_AT_ITS_HEAD = 7
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Token(NamedTuple):
    """A word, quantity, period, company or mark of a masked sentence.

    Args:
        kind: w (word), q (quantity), p (period), m (company) or x (mark).
        ref: The number of a quantity or period, else -1.
    """

    kind: str
    text: str
    lemma: str
    start: int
    end: int
    ref: int = -1


class TokenizedSentence:
    """A sentence whose quantities are ⟦0⟧ and whose periods are ⟪0⟫, as tokens.

    Args:
        text: The sentence as written, but for glued footnote marks and numbers in names of companies.
        masked: The masked text; all positions refer to it.
        at: The token of each quantity.
        in_time: The time that a token is part of.
        about_revenue: Whether it names revenue, or parts the revenue of the sentence before it.
        asides: Positions of asides with a quantity.
        remarks: Positions of relative clauses without one.
        boundaries: Positions at which a clause begins.
        antecedents: Ends of nouns before ", which": such a noun is the subject of what follows.
    """

    def __init__(
        self, text: str, disclosure: DisclosureContext, frames: Frames, *, after_revenue: bool = False
    ) -> None:
        self.frames = frames
        plain = _GLUED.sub("", _numbers_in_names().sub(_spelled, text))
        plain = _LINE_BEHIND.sub(r"\g<line> revenue: ", plain)
        plain = _IN_DOLLARS_TOO.sub(r"\g<dollars>", plain)
        parsed = MaskedSentence(plain, disclosure)
        self.text = plain
        self.quantities: list[Quantity] = parsed.quantities
        masked = _YEAR_ON_YEAR.sub(_over, parsed.masked)
        masked = _WITHIN_WORD.sub(" ", _HASH_RATE.sub("hash rate", masked))
        masked = _ALONG.sub(lambda m: " and".ljust(len(m[0])), masked)
        masked = _SAID.sub(lambda m: "," + " " * (len(m[0]) - 1), masked)
        masked = _BLANK_SAID.sub(lambda m: " " * len(m[0]), masked)
        masked = _SYMBOL.sub(lambda m: " " * len(m[0]), masked)
        self.antecedents = {m.end("of") for m in _WHICH.finditer(masked)}
        masked = _WHICH.sub(lambda m: m["of"] + " " * (len(m[0]) - len(m["of"])), masked)
        masked = _EXPLAINED.sub(lambda m: " " * len(m[0]), masked)
        masked = _IDLE.sub(lambda m: " " * len(m[0]), masked)
        masked = _DASHED.sub(lambda m: " " * len(m[0]), masked)
        self.masked = _INSERTED.sub(lambda m: " " * len(m[0]), masked)
        self.tokens: Sequence[Token] = tokens(self.masked)
        self.at = {t.ref: i for i, t in enumerate(self.tokens) if t.kind == "q"}
        self.times: list[Time] = find_times(self.masked, parsed.periods)
        self.in_time: dict[int, Time] = {
            i: time
            for time in self.times
            if time.kind != PRESENT
            for i, t in enumerate(self.tokens)
            if time.start <= t.start < time.end
        }
        self.about_revenue = bool(REVENUE_WORD.search(self.masked)) or (
            after_revenue and (bool(_OF_THAT.match(self.masked)) or self._opens_with_a_line())
        )
        self.asides = [m.span() for m in _ASIDE.finditer(self.masked)]
        self.remarks = [m.span() for m in _WHO_ASIDE.finditer(self.masked)]
        asides = [m.span() for m in _ABBREVIATED.finditer(self.masked)]
        self.boundaries = [
            m.start()
            for m in _BOUNDARY.finditer(self.masked)
            if not any(start <= m.start() < end for start, end in asides)
        ]

    def _opens_with_a_line(self) -> bool:
        """Whether it begins with a line of revenue: "Colocation: $77.5 million"."""
        return any(self.line_ending(k, 0) for k in range(min(_AT_ITS_HEAD, len(self.tokens))))

    def line_ending(self, k: int, low: int) -> tuple[int, int] | None:
        """The tokens of the line of revenue whose name ends at a token, with "services" behind it."""
        for phrase in self.frames.line_lemmas.get(self.tokens[k].lemma, ()):
            j, left = k, list(phrase)
            while j >= low and left:
                if self.tokens[j].kind == "w" and self.tokens[j].lemma == left[-1]:
                    left.pop()
                elif self.tokens[j].text not in "-–/&(),":
                    break
                j -= 1
            if left:
                continue
            end = k
            while self.is_class(end + 1, "unit_of_business"):
                end += 1
            if end > k or phrase not in self.frames.plain_line_lemmas:
                return j + 1, end
        return None

    def in_aside(self, i: int) -> bool:
        """Whether a token is in an aside between commas: ", which includes 2,000 lent bitcoin,"."""
        return any(start < self.tokens[i].start < end for start, end in self.asides)

    def quantity_at(self, i: int) -> Quantity:
        return self.quantities[self.tokens[i].ref]

    def before(self, i: int) -> str:
        """The masked text before a token."""
        return self.masked[: self.tokens[i].start]

    def behind(self, i: int) -> str:
        """The masked text behind a token."""
        return self.masked[self.tokens[i].end :]

    def between(self, first: int, last: int) -> str:
        """The masked text between two tokens."""
        return self.masked[self.tokens[first].end : self.tokens[last].start]

    def span(self, first: int, last: int) -> str:
        """The masked text of tokens, `last` exclusive."""
        return self.masked[self.tokens[first].start : self.tokens[last - 1].end] if last > first else ""

    def word(self, j: int) -> str | None:
        """The base form of the word at a token; None for anything else, a time, or the end."""
        if j < len(self.tokens) and self.tokens[j].kind == "w" and j not in self.in_time:
            return self.tokens[j].lemma
        return None

    def is_class(self, j: int, *names: str) -> bool:
        """Whether a token's word is of a class of frames.yaml; no token, no class."""
        return j < len(self.tokens) and any(
            self.tokens[j].lemma in self.frames.classes[name] for name in names
        )

    def matches(self, phrase: tuple[str, ...], first: int) -> bool:
        """Whether a phrase begins at a token."""
        return first + len(phrase) <= len(self.tokens) and all(
            self.tokens[first + k].lemma == word for k, word in enumerate(phrase)
        )

    def clause_start(self, position: int) -> int:
        """The position at which the clause of a position begins."""
        return max((b for b in self.boundaries if b < position), default=0)

    def clause(self, first: int, last: int) -> tuple[int, int]:
        """The positions of the clause that holds some tokens."""
        end = self.tokens[last].end
        stop = min((b for b in self.boundaries if b >= end), default=len(self.masked))
        return self.clause_start(self.tokens[first].start), stop

    def kind_clause(self, first: int, last: int) -> tuple[int, int]:
        """The positions of the clause that says what tokens are of.

        ", with a hash rate capacity of 7.5 EH/s": what has the capacity is before the comma.
        """
        start, stop = self.clause(first, last)
        return (self.clause_start(start) if _WITH.match(self.masked, start) else start), stop

    def bracket(self, i: int) -> tuple[int, int] | None:
        """The tokens of the innermost bracket around a token."""
        depth = 0
        for j in range(i - 1, -1, -1):
            if self.tokens[j].text in ")]":
                depth += 1
            elif self.tokens[j].text in "([":
                if depth == 0:
                    closing = (k for k in range(i, len(self.tokens)) if self.tokens[k].text in ")]")
                    return j, next(closing, len(self.tokens))
                depth -= 1
        return None

    def phrase_start(self, j: int, low: int) -> int:
        """The first token of the noun phrase that ends at a token."""
        while j > low and self.tokens[j - 1].kind == "w" and j - 1 not in self.in_time:
            verb = self.is_class(j - 1, "copula") and self.tokens[j - 1].lemma not in ("average", "total")
            if verb or self.is_class(j - 1, "stop"):
                break
            j -= 1
        return j

    def same_unit(self, ref: int, unit: str | None) -> bool:
        """Whether a quantity has a unit; a number without one may count bitcoin."""
        other = self.quantities[ref].unit
        return other == unit or (unit is None and other == "BTC") or (other is None and unit == "BTC")

    def run(self, i: int) -> list[int]:
        """The tokens of the quantities of one unit that are listed with a quantity."""
        unit = self.quantity_at(i).unit
        run = [i]
        for step in (-1, 1):
            k, gap = i + step, 0
            while 0 <= k < len(self.tokens) and gap <= 3:
                token = self.tokens[k]
                if token.kind == "q":
                    if not self.same_unit(token.ref, unit):
                        break
                    run.append(k)
                    gap = -1
                elif token.kind == "p" or token.text in ";(":
                    break
                gap += 1
                k += step
        return sorted(run)


@lru_cache(maxsize=4096)
def tokens(masked: str) -> tuple[Token, ...]:
    """The tokens of a masked text, in order."""
    out = []
    for m in _TOKEN.finditer(masked):
        if m["w"] is not None:
            out.append(Token("w", m["w"], lemma(m["w"]), m.start(), m.end()))
        elif m["q"] is not None or m["p"] is not None:
            kind = "q" if m["q"] is not None else "p"
            out.append(Token(kind, m[0], "", m.start(), m.end(), int(m["q"] or m["p"])))
        else:
            out.append(Token("m" if m["m"] else "x", m[0], "", m.start(), m.end()))
    return tuple(out)


@lru_cache(maxsize=1)
def _numbers_in_names() -> re.Pattern[str]:
    """Names of watched companies with a number in them: the 8 of "Hut 8" counts nothing."""
    names = {
        name
        for company in load_watchlist().companies
        for name in (company.name, *(f.name for f in company.former_names))
    }
    found = {m[0] for name in names if (m := re.match(r"[^\W\d_]+\s\d+\b", name))}
    return re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(found)) or r"(?!)")


def _over(match: re.Match[str]) -> str:
    letter = (match["unit"] or match["letter"])[0].lower()
    return f"{letter}o{letter}"


def _spelled(match: re.Match[str]) -> str:
    return re.sub(r"\d", lambda digit: DIGITS[int(digit[0])], match[0])
