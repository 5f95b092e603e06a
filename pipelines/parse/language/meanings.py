"""The metric that a governor gives a quantity, and its scope."""

import re
from collections.abc import Sequence

from pipelines.parse.language.counted import COIN, COINS
from pipelines.parse.language.governor import BEHIND, Governor, sold_at
from pipelines.parse.language.governors import GovernorFinder
from pipelines.parse.language.reasons import NOT_OURS, NOT_UNDERSTOOD
from pipelines.parse.language.times import RESPECTIVELY
from pipelines.parse.language.tokenized import Token, TokenizedSentence, tokens
from pipelines.watchlist.frames import Frame, Frames
from pipelines.watchlist.metrics import COMPANY, MetricWords

REVENUE = "total_revenue"

# "Gains on the sale of bitcoin of $17.6 million" are a part of the proceeds.
_GAIN_ON = re.compile(
    r"\b(?:gains?|loss(?:es)?|profits?)\s+(?:on|from)\s+(?:(?:the|its|our)\s+)?$", re.IGNORECASE
)
_PER_COIN = re.compile(
    r"^\W*\s*(?:[\w-]+\s+)?(?:per|each|for (?:each|one|every)|apiece|a (?:bitcoin|coin|piece))\b|"
    r"^\s*/\s*btc\b",
    re.IGNORECASE,
)
_HOLDS = re.compile(
    r"\b(?:held|holds?|holdings?|treasury|hodl|owned|owns?|balance|reserves?)\b", re.IGNORECASE
)
# "$85 million in cash and short-term investments" is what a company has.
_CASH_AND_MORE = re.compile(r"\s*in cash(?:,| and)\b", re.IGNORECASE)
# "Realized $3 million of gains": not what a sale brought.
# "Sold 1,576 BTC, totaling $32.2 million in revenue".
_IN_REVENUE = re.compile(r"\s+(?:in|of)\s+(?:total\s+|gross\s+)?revenues?\b", re.IGNORECASE)
_OF_SOMETHING = re.compile(
    r"^\s*(?:of|in)\s+(?:[\w-]+\s+){0,3}?(?:revenues?|gains?|loss(?:es)?|credits?|savings?|income)\b",
    re.IGNORECASE,
)
BOUGHT = re.compile(
    r"\b(?:bought|purchas\w+|acquir\w+|buying)\b(?! (?:energy|power|electricity))", re.IGNORECASE
)
_MINES = re.compile(r"\b(?:mined|produced|earned|production)\b", re.IGNORECASE)
_SALE = re.compile(
    r"\bs(?:old|ales?|elling|ell)\b|\breali[sz]ed\b|\bliquidat|\bmoneti|\b(?:the company|it|we) (?:got|"
    r"received|obtained)\b",
    re.IGNORECASE,
)
_POWER = re.compile(r"\b(?:power|energy|curtail\w*|demand response|electricity)\b", re.IGNORECASE)
_STANDS = re.compile(
    r"\b(?:total|fleet|currently|operat\w+|running|online|in service|as (?:of|at)|had|have|has|with|"
    r"end(?:ed)?|month-end|now|all|approximately|about|over|energized|owned)\b|⟪",
    re.IGNORECASE,
)
_RIGHT_BEHIND = 12
_ON_AVERAGE = re.compile(r"\W*on average\b", re.IGNORECASE)
_ENDS_A_PHRASE = ("and", "with", "while")
# "The hash rate stands at 403 PH/s with 4,250 miners installed": that of the installed machines.
_MACHINES_BEHIND = re.compile(r"\s*,?\s*with\s+⟦\d+⟧\s+(?P<kind>[a-z]+)\b")


# "Sold most of what it mined, achieving $51.3 million in revenue at an average price of": proceeds.
_AT_A_PRICE = re.compile(
    r"\s*(?:in|of)\s+(?:\w+\s+)?revenues?,?\s+at\s+an?\s+(?:\w+\s+)?average\s+(?:\w+\s+)?price\b",
    re.IGNORECASE,
)


class MeaningFinder:
    """Finds the metrics of a sentence's governed quantities.

    Args:
        after_sale: Whether the sentence before states sold bitcoin: "Proceeds came to $38.8 million".
    """

    def __init__(
        self,
        sentence: TokenizedSentence,
        frames: Frames,
        words: MetricWords,
        governors: GovernorFinder,
        *,
        after_sale: bool = False,
    ) -> None:
        self.after_sale = after_sale
        self.sentence, self.frames, self.words, self.governors = sentence, frames, words, governors
        self.tokens = sentence.tokens

    def metric_of(self, i: int, governor: Governor) -> tuple[str, str, str]:
        """The metric, its scope, and the reason if there is none."""
        sentence, frame, scope = self.sentence, governor.frame, governor.scope
        window = self._window(i, governor)
        metric = governor.code
        if governor.first > 0 and self.tokens[governor.first - 1].lemma == "equivalent":
            return metric, scope, NOT_OURS
        if metric == REVENUE and _AT_A_PRICE.match(sentence.behind(i)) and self._sells():
            metric = "bitcoin_sale_proceeds"
        if frame.name == "proceeds" and _GAIN_ON.search(sentence.before(governor.first)):
            return metric, scope, NOT_OURS
        # "Ended June with 11.4 EH/s installed and an efficiency of 25 J/TH" is about the fleet.
        ended = any(sentence.is_class(k, "ending") for k in range(i))
        fleet = ended or any(t.lemma == "fleet" for t in window)
        if any(t.lemma in frame.excluded for t in window) or (
            not fleet and governor.first != i and any(t.lemma in frame.never for t in self.tokens)
        ):
            return metric, scope, NOT_OURS
        start, stop = sentence.kind_clause(min(governor.first, i), max(governor.last, i))
        clause = sentence.masked[start:stop]
        if frame.per_coin and not governor.metric:
            each = any(t.lemma in ("per", "average", "each", "one", "mine") for t in window)
            one = each or _PER_COIN.match(sentence.behind(i)) or sold_at(sentence.before(i))
            if not one or not (COIN.search(sentence.text) or self.after_sale):
                return metric, scope, NOT_OURS
        bought = BOUGHT.search(clause) and not re.search(r"\bs(?:old|ales?)\b", clause, re.IGNORECASE)
        if bought and frame.name in ("coin_cost", "price"):
            return metric, scope, NOT_OURS
        if metric == "bitcoin_sale_proceeds" and self._sells_something(i, governor):
            return metric, scope, NOT_OURS
        if not self._fits_text(metric, clause, sentence.behind(i)):
            return metric, scope, NOT_OURS
        two = self._one_of_two(frame, i) if frame.name == "hash_rate" else None
        if two is not None:
            metric = two
        elif frame.kinds and (
            not governor.metric or governor.metric == "ambiguous_hashrate" or scope == COMPANY
        ):
            metric, scope = self._with_kind(metric, scope, governor, clause, window, i)
            if not metric:
                return frame.metric, scope, NOT_UNDERSTOOD
        if metric.startswith("hashrate") and (
            any(t.lemma == "average" for t in self.tokens[governor.last + 1 : i])
            or _ON_AVERAGE.match(sentence.masked)
        ):
            metric = "hashrate_average_operating"
        if metric == "power_cost" and re.search(r"\ball[- ]in\b", clause, re.IGNORECASE):
            metric = "power_cost_all_in"
        known = self.words.by_code.get(metric)
        if metric != REVENUE and (known is None or known.ambiguous):
            return metric, scope, NOT_UNDERSTOOD
        return metric, scope, ""

    def _fits_text(self, metric: str, clause: str, behind: str) -> bool:
        """Whether a sentence has the words without which money is not of a metric."""
        text, masked = self.sentence.text, self.sentence.masked
        if metric == "average_sale_price":
            return bool(_SALE.search(masked)) or self._has_sold()
        if metric == "bitcoin_sale_proceeds":
            sold = COIN.search(text) and (_SALE.search(masked) or self._has_sold() or self._names_a_sale())
            other = _OF_SOMETHING.match(behind) or _CASH_AND_MORE.match(behind)
            if other and _IN_REVENUE.match(behind):
                other = None
            return bool(sold or self.after_sale) and not other
        if metric == "bitcoin_fair_value":
            if COINS.search(text) and not RESPECTIVELY.search(masked):
                # The value of bitcoin and ether together.
                return False
            if re.search(r"\b(?:together|combined|liquidity)\b", f"{clause} {behind[:60]}", re.IGNORECASE):
                return False
            held = any(g.code == "bitcoin_held" for g in self.governors.known.values())
            return bool(COIN.search(text) and (held or _HOLDS.search(masked)) and not _MINES.search(clause))
        if metric == "power_credits" and re.search(r"\b(?:such|these|those)\b", clause, re.IGNORECASE):
            return bool(_POWER.search(masked))
        return metric != "power_credits" or bool(_POWER.search(clause))

    def _is_elsewhere(self, frame: Frame, governor: Governor, clause: str) -> bool:
        """Whether the kind is only in an opening phrase about something else."""
        opening = re.match(r"\W*with\b[^,]*⟦\d+⟧[^,]*,\s+(?P<rest>.*)", clause, re.IGNORECASE)
        return opening is not None and _only_kind(frame, opening["rest"]) is None

    def _sells(self) -> bool:
        return bool(COIN.search(self.sentence.text)) and (self._has_sold() or self._names_a_sale())

    def _names_a_sale(self) -> bool:
        phrases = self.frames.by_name["sell"].verb_lemmas
        return any(self.sentence.matches(p, k) for p in phrases for k in range(len(self.tokens)))

    def _has_sold(self) -> bool:
        return any(g.code == "bitcoin_sold" for g in self.governors.known.values())

    def _sells_something(self, i: int, governor: Governor) -> bool:
        """Whether a sale is not of coins: "the sale of its car finance business for"."""
        for k in range(governor.last + 1, i):
            if self.tokens[k].lemma == "bitcoin" or self.tokens[k].kind == "q":
                return False
            if self.sentence.is_class(k, "things_sold"):
                return True
        return False

    def _with_kind(
        self, metric: str, scope: str, governor: Governor, clause: str, window: Sequence[Token], i: int
    ) -> tuple[str, str]:
        """The metric or scope by the kind of a frame; no metric if a needed kind is missing."""
        frame = governor.frame
        labeled = bool(governor.metric) and governor.metric != "ambiguous_hashrate"
        if labeled and frame.name != "coin_cost":
            return metric, scope
        kind = _nearest_kind(frame, window, self.tokens[i].start)
        if frame.name in ("hash_rate", "machines"):
            own = self.sentence.quantity_at(i).unit
            alike = [r for r in re.findall(r"⟦(\d+)⟧", clause) if self.sentence.same_unit(int(r), own)]
            own_part = re.sub(rf"(?<=⟦{self.tokens[i].ref}⟧).*?\b(?:with|while)\b.*", "", clause)
            only = _only_kind(frame, own_part) if len(alike) == 1 else None
            kind = kind or (None if only == "hashrate_average_operating" else only)
            counted = _MACHINES_BEHIND.match(self.sentence.behind(i))
            if kind is None and frame.name == "hash_rate" and counted:
                return _only_kind(frame, counted["kind"]) or "", scope
            if kind is not None and kind == only and self._is_elsewhere(frame, governor, clause):
                # "With 14,000 more servers deployed in July, its hash rate capacity is up".
                kind = None
            if (
                frame.name == "machines"
                and governor.via == BEHIND
                and not _STANDS.search(self.sentence.masked)
            ):
                # "2,100 miners installed" may be those of the month or all.
                kind = None
            return (kind or "", scope) if frame.name == "hash_rate" else (metric if kind else "", scope)
        return metric, kind or scope

    def _one_of_two(self, frame: Frame, i: int) -> str | None:
        """The kind of one of two: "operating and installed hash rates of 7.3 and 8.8, respectively"."""
        run = self.sentence.run(i)
        if len(run) != 2 or not RESPECTIVELY.search(self.sentence.behind(run[1])):
            return None
        start, _ = self.sentence.clause(run[0], run[0])
        lemmas = [t.lemma for t in self.tokens[: run[0]] if t.kind == "w" and t.start >= start]
        named = sorted(
            (k, kind)
            for kind, phrases in frame.kind_lemmas
            for phrase in phrases
            for k in range(len(lemmas))
            if tuple(lemmas[k : k + len(phrase)]) == phrase
        )
        average = {k + 1 for k, kind in named if kind == "hashrate_average_operating"}
        kinds = list(dict.fromkeys(kind for k, kind in named if k not in average))
        return kinds[run.index(i)] if len(kinds) == 2 else None

    def _window(self, i: int, governor: Governor) -> list[Token]:
        """The words around a governor and its quantity, up to another quantity or mark."""
        low, high = min(governor.first, i), max(governor.last, i)
        first = low
        while first > max(0, low - 5):
            token = self.tokens[first - 1]
            if (token.kind in ("q", "x") and token.text not in "-/") or token.lemma in _ENDS_A_PHRASE:
                break
            first -= 1
        last = high
        while last + 1 < min(len(self.tokens), high + 7):
            token = self.tokens[last + 1]
            mark = token.kind == "x" and token.text in ",;()"
            if token.kind == "q" or mark or token.lemma in (*_ENDS_A_PHRASE, "from", "compare"):
                break
            last += 1
        return [t for t in self.tokens[first : last + 1] if t.kind == "w"]


def _nearest_kind(frame: Frame, window: Sequence[Token], place: int) -> str | None:
    """The kind whose word is nearest to a position; an average goes before all others."""
    lemmas = [t.lemma for t in window]
    found = [
        (kind, window[k + len(phrase) - 1].start, len(phrase))
        for kind, phrases in frame.kind_lemmas
        for phrase in phrases
        for k in range(len(lemmas) - len(phrase) + 1)
        if tuple(lemmas[k : k + len(phrase)]) == phrase
    ]
    # "600 PH/s at an average efficiency": an average behind a quantity is its own only right behind it.
    if any(
        kind == "hashrate_average_operating" and start - place < _RIGHT_BEHIND for kind, start, _ in found
    ):
        # An average of what is deployed is none of what operates.
        return (
            None if any(kind == "hashrate_deployed" for kind, _, _ in found) else "hashrate_average_operating"
        )
    found = [f for f in found if f[0] != "hashrate_average_operating"]
    return min(found, key=lambda f: (abs(f[1] - place), -f[2]))[0] if found else None


def _only_kind(frame: Frame, clause: str) -> str | None:
    """The only kind that a clause names."""
    lemmas = [t.lemma for t in tokens(clause) if t.kind == "w"]
    kinds = {
        kind
        for kind, phrases in frame.kind_lemmas
        for phrase in phrases
        if any(tuple(lemmas[k : k + len(phrase)]) == phrase for k in range(len(lemmas)))
    }
    return kinds.pop() if len(kinds) == 1 else None
