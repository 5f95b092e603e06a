"""Label the quantities of a sentence: metric, owner and period, or the reason why one is no figure.

A quantity is governed by a verb ("mined 533 bitcoin"), by the subject of a clause ("production was 533"), by
a noun ("production of 533") or by words behind it ("9,000 bitcoin in treasury"). frames.yaml says which words
mean which metric. Nothing is dropped: a quantity that no rule explains is `not_understood`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

from pipelines.parse.language.periods import DisclosureContext, Period
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.sentences import MaskedSentence
from pipelines.parse.language.times import ABSOLUTE, CURRENT, END, OTHER, YEAR, Time, find_times, resolve
from pipelines.watchlist.companies import load_watchlist, other_names
from pipelines.watchlist.frames import Frame, Frames, lemma
from pipelines.watchlist.metrics import COMPANY, HOSTED, JOINT_VENTURE, TOTAL, MetricWords, scope_in

PLAN = "plan_or_guidance"
RATE = "rate_or_average_per_day"
ANOTHER_COMPANY = "another_company"
OTHER_PERIOD = "other_period"
SITE = "site_beside_a_total"
MARKET = "market_or_network"
NOT_OURS = "not_ours"
NOT_UNDERSTOOD = "not_understood"
REASONS = (PLAN, RATE, ANOTHER_COMPANY, OTHER_PERIOD, SITE, MARKET, NOT_OURS, NOT_UNDERSTOOD)
"""Why a quantity is no figure: the closed list of reasons."""

OUR_UNITS = ("USD", "BTC", "EH/s", "J/TH", "c/kWh", "MW", "percent", "count")
MAIN, BEFORE, CHANGE = "main", "before", "change"

_TOKEN = re.compile(
    r"⟦(?P<q>\d+)⟧|⟪(?P<p>\d+)⟫|(?P<w>[^\W\d_]+)(?:['’]s\b|['’](?=\s))?|(?P<n>\d[\d.,]*)|(?P<x>\S)"
)
_HASH = re.compile(r"\bhash-?rates?\b", re.IGNORECASE)
_ON_YEAR = re.compile(
    r"\b(?:year|month|quarter)[- ](?:over|on)[- ](?:the[- ])?(?:year|month|quarter)\b|\b(?:y|m|q)[/-]?o?[/-](?:y|m|q)\b|\b(?:yoy|mom|qoq)\b|\bsequentially\b",
    re.IGNORECASE,
)
_IN_WORD = re.compile(r"(?<=[^\W\d_])[-/](?=[^\W\d_])")
_BOUNDARY = re.compile(
    r"[;:]\s|\s[–—-]{1,2}\s|[()\[\]]|,\s+(?=(?:and|but|while|whereas|which|with|as|although|including|representing|bringing|"
    r"compared|up|down|an?\s+(?:\w+\s+)?(?:⟦\d+⟧\s+)?(?:increase|decrease|decline|improvement|rise|drop|reduction)|of which|excluding|versus|"
    r"increasing|decreasing|reflecting|driven|resulting|ending|leaving|we|it|the company)\b)|\s(?=(?:while|whereas|but|although|because|as well as)\s)|"
    r"\s(?=and\s+(?:we|it|its|our|the company|expects?|plans?|will|is|are|has|have|had|ended|held|sold|increased|remain\w*|continue\w*|"
    r"grew|exited|finished|closed|maintained|achieved|reported|generated|realized)\b)",
    re.IGNORECASE,
)
_PLAN = re.compile(
    r"\b(?:expect(?:s|ed|ing)?|anticipat\w+|plans?\b|planned|planning|target(?:s|ed|ing)?|guidance|will|would|could|"
    r"intend\w*|aims?|aiming|goals?|potential(?:ly)?|on track|forecast\w*|projected|projecting|upcoming|in the future|"
    r"proposed|hypothetical|assum\w+|should|scheduled|outlook|once (?:fully|complet|energiz|deploy|instal)\w*|when (?:fully|complet)\w*|upon (?:completion|closing|full|delivery|deployment|energiz\w+)|"
    r"remaining|roadmap|path (?:to|toward)|scal(?:e|ing) to|capable of|enough to|options? (?:to|for)|right to|"
    r"ability to|analysts?|consensus|pro[- ]?forma|to be (?:deployed|delivered|energized|installed|completed)|"
    r"by (?:the )?(?:end of|year[- ]end|early|mid|late|q[1-4]|⟪\d+⟫)|illustrative|expansion to|next phase|could|awaiting|pending|future|"
    r"needed (?:to|for)|required to|(?:next|coming|following) (?:few |\w+ )?(?:weeks|months|quarters|years)|to (?:fully )?utilize|foundation for|can (?:power|support|host|reach)|in discussions?|visibility to|pipeline|path|road to|toward|capacity to|room for|hosting capacity for)\b",
    re.IGNORECASE,
)
_RATE_BEHIND = re.compile(
    r"^\W{0,2}(?:\s*(?:bitcoins?|btc|average|on average|mined|produced|of)\b){0,3}\W{0,2}\s*(?:(?:per|a|each|every)[\s-]+(?:day|week|hour|exahash|eh/?s?|ph|share|month|miner|mwh?|machine|th|petahash|block|kwh)\b|/\s?(?:day|eh|ph|mwh|share|th)\b|daily\b)",
    re.IGNORECASE,
)
_RATE_BEFORE = re.compile(
    r"\b(?:daily|per[- ]day|average (?:bitcoin|btc|coins) (?:produced|mined|earned)|average of|averag\w+|on average)\b[^.;⟦]{0,60}$",
    re.IGNORECASE,
)
_DAY_BEHIND = re.compile(r"^[^⟦⟪.;]{0,50}\b(?:per|a|each|every) day\b", re.IGNORECASE)
_CUSTOMERS = re.compile(
    r"\b(?:host(?:ing|ed)?\s+(?:\w+\s+)?(?:customers?|clients?)|customers?|clients?|third[- ]part(?:y|ies)|for colocation|colocation customers?|cloud[- ]mining)\b",
    re.IGNORECASE,
)
_FOR_CUSTOMERS = re.compile(
    r"^(?:the\s+|our\s+|its\s+)?(?:co-?location|hosting|hosted|cloud)\b", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\b(?:competitors?|peers?|other (?:public )?(?:miners|companies)|counterpart(?:y|ies)|lenders?|holders?|the seller|the target|"
    r"industry(?! leading| record)|publicly[- ]traded|its subsidiary|investors?|shareholders?|funds?|mining pool|pool participants?)\b",
    re.IGNORECASE,
)
_MARKET = re.compile(
    r"\b(?:network|global(?:ly)?|difficulty|worldwide|bitcoin price|price of bitcoin|market cap\w*)\b",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"^\s*(?:(?:⟪\d+⟫|BTC|bitcoins?|were|was|mined|produced|of|capacity|hash rate|operational|operating|miners|energized|online)\s+)*(?:at|in|from)\s+(?:(?:our|its|the)\s+)?(?:(?:new|first|second|\w+ly)\s+)?"
    r"(?-i:(?!Bitcoin|BTC|Q\d|USD|Hash)[A-Z][\w.]+)"
)
_SITE_WORDS = re.compile(
    r"\b(?:facilit(?:y|ies)|sites?|building|campus|phase|data cent(?:er|re)|(?<!co )location|substation|hall|acres?)\b",
    re.IGNORECASE,
)
_NOT_OUR_MONEY = re.compile(
    r"\b(?:income|loss(?:es)?|ebitda|cash|costs?|expenses?|debt|loan|notes?|offering|principal|margin|profit|liquidity|equity|shares?|stock|"
    r"borrow\w*|invest\w*|capex|capital|expenditure\w*|impairment|depreciation|amortization|tax\w*|interest|facility|financ\w*|purchase price|"
    r"acquir\w*|acquisition|consideration|deposit\w*|assets?|liabilit\w*|payment\w*|paid|gain|sg&a|compensation|backlog|contract|raised|raise|atm|warrants?|"
    r"price target|market cap\w*|valu\w+|budget|savings?|grant|credit|spent|per share|eps|dividend\w*|repaid|repay\w*|funding|fees?|price|settlement|"
    r"working capital|balance|equivalents|purchased?|dollars?|rent|collateral|lease\w*|hashprice|proceeds|treasury|fine|penalt\w+|damages?|refund|insurance|inventory|reserve|worth)\b",
    re.IGNORECASE,
)
_INCLUDING = re.compile(
    r"(?:\bincluding|\bof which|\bof these|\bcompris\w+(?: of)?|\bconsisting of|\bincludes?|\binclusive of|\bexcluding|\bof them)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_NOT_SELL = re.compile(
    r"\b(?:did not sell|not to sell|didn['’]t sell|has not sold|have not sold|had not sold|without selling|not sell(?:ing)?|"
    r"sold (?:no|zero|none)|no (?:bitcoins?|btc) (?:was|were|sales|sold)|zero (?:bitcoins?|btc) sold)\b(?P<rest>[^.;]{0,60})",
    re.IGNORECASE,
)
_NONE_LISTED = re.compile(
    r"^\W*(?:bitcoins?|btc) sold\b[^:⟦]{0,40}(?::|\s[–—-])\s*(?:none|zero|nil|no bitcoin|–|—|-)(?P<rest>)\W*$", re.IGNORECASE
)
_KWH = re.compile(r"\bkwh\b|\bkilowatt[- ]hours?\b", re.IGNORECASE)
_HOLDS = re.compile(r"\b(?:held|holds?|holdings?|treasury|hodl|owned|owns?|balance|reserves?)\b", re.IGNORECASE)
_MINES = re.compile(r"\b(?:mined|produced|earned|production)\b", re.IGNORECASE)
_RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)
_MORE = re.compile(r"^\s*(?:more|fewer|less|higher|lower|additional|increase|decrease|new)\b", re.IGNORECASE)
_COIN = re.compile(r"\b(?:bitcoins?|btc|coins?)\b|₿", re.IGNORECASE)
_COINS = re.compile(
    r"\b(bitcoins?|btc)\b[^⟦;]{0,20}?\band\s+(ethereum|ether|eth|usdc|litecoin|ltc|doge\w*)\b", re.IGNORECASE
)
_DAY_PREPOSITION = re.compile(r"\b(?:as of|as at|at|on)\s+(?:the\s+)?(?:end of\s+)?$", re.IGNORECASE)


REVENUE = "total_revenue"
_PART_OF_REVENUE = re.compile(
    r"\b(?:costs?|deferred|per|percent|share of|portion|recurring|annualized|annual run|contracted|backlog|expected|average|unbilled|"
    r"from the|customer|excluding|adjusted|incremental|remaining|potential|lease-?up|non[- ]?gaap|future|net of|increase|decrease)\b",
    re.IGNORECASE,
)


# "$16,079,893 and $8,911,943, respectively, from Foundry USA Pool": a part, by its source.
_SOURCE = re.compile(
    r"^(?:\s*(?:⟦\d+⟧|⟪\d+⟫|[,$()]|nil|and|respectively|in|for|during|over|this|the|quarter|month|year|period|was|were|came|comes|coming|derived|resulting|all|revenues?|of|both|20\d\d))*"
    r"\s*(?:from|by|through)\s+(?:the\s+|our\s+|its\s+)?(?P<what>(?!⟦|⟪)(?:[\w&-]+\s*){1,5})",
    re.IGNORECASE,
)
_ALL_REVENUE = re.compile(
    r"(?:(?:continuing\s+)?operations|(?:contracts with\s+)?customers|all\b|a\s|an\s|prior|previous|same|last|year|approximately|q\d|first|second|third|fourth)",
    re.IGNORECASE,
)


_CUTS = re.compile(
    r"[;()]|[.]\s|\b(?:from|compared|versus|vs|than|against|up|down|increase|decrease|higher|lower|over|above|below|while|but|beating|"
    r"beat|surpassing|exceeding|following|as (?:many|much|compared)|ahead|behind|beyond|outpacing|topping|better|stronger|weaker|"
    r"spite|despite|driven|due|since|and (?:we|it|the))\b",
    re.IGNORECASE,
)


# "BTC1", "Hash rate2": a footnote's mark glued to a word.
_GLUED = re.compile(r"(?<=[a-z]{3})\d{1,2}(?=[\s,.;:)]|$)|(?<=\bBTC)\d(?=[\s,.;:)]|$)")


# ", excluding depreciation of machines,": an aside between a subject and its verb.
_ASIDE = re.compile(r",\s+(?:excluding|including|inclusive|which|net of|as|representing|with)\b[^,⟦]*,", re.IGNORECASE)


class Token(NamedTuple):
    """A word, quantity, period or mark of a masked sentence."""

    kind: str
    text: str
    lemma: str
    start: int
    end: int
    ref: int = -1


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of one quantity.

    Args:
        reason: One of REASONS, or empty for a figure.
        dated: Whether the sentence names the period.
        why: The frame, its words and the rule that gave the period.
    """

    quantity: Quantity
    reason: str
    metric: str = ""
    scope: str = COMPANY
    period: Period | None = None
    dated: bool = False
    label: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Governor:
    """The words that say what a quantity is: a frame, how it was found, and its tokens."""

    frame: Frame
    via: str
    first: int
    last: int
    scope: str = COMPANY
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a sentence is read in: the heading's period and the press release's."""

    disclosure: DisclosureContext
    context: Period | None
    subject: Period | None


class Labeller:
    """Labels the quantities of one sentence."""

    def __init__(self, text: str, setting: Setting, frames: Frames, words: MetricWords) -> None:
        self.setting, self.frames, self.words = setting, frames, words
        self.classes = frames.classes
        plain = _GLUED.sub("", _numbers_in_names().sub(_spelled, text))
        self.sentence = MaskedSentence(plain, setting.disclosure)
        self.masked = _IN_WORD.sub(" ", _HASH.sub("hash rate", _ON_YEAR.sub("yoy", self.sentence.masked)))
        self.tokens = list(_tokens(self.masked))
        self.at = {t.ref: i for i, t in enumerate(self.tokens) if t.kind == "q"}
        self.times = find_times(self.masked, self.sentence.periods)
        self.in_time: dict[int, Time] = {
            i: time
            for time in self.times
            for i, t in enumerate(self.tokens)
            if time.start <= t.start < time.end
        }
        self.boundaries = [m.start() for m in _BOUNDARY.finditer(self.masked)]
        self.done: dict[int, Reading] = {}
        self.governors: dict[int, _Governor] = {}

    # ------------------------------------------------------------------ the sentence

    def read(self) -> list[Reading]:
        """A reading of every quantity in a unit of ours, and of "did not sell"."""
        if not self.at:
            return list(self._nothing_sold())
        order = sorted(self.at, key=lambda r: self.at[r])
        for ref in order:
            quantity = self.sentence.quantities[ref]
            if quantity.value is None or (quantity.unit is not None and quantity.unit not in OUR_UNITS):
                continue
            reading = self._label(ref)
            if reading is not None:
                self.done[ref] = reading
        self._shares()
        return [*(self.done[r] for r in order if r in self.done), *self._nothing_sold()]

    def _text(self, first: int, last: int) -> str:
        """The masked text of tokens, `last` exclusive."""
        return self.masked[self.tokens[first].start : self.tokens[last - 1].end] if last > first else ""

    def _clause(self, first: int, last: int) -> tuple[int, int]:
        """The characters of the clause that holds some tokens."""
        begin, end = self.tokens[first].start, self.tokens[last].end
        start = max((b for b in self.boundaries if b < begin), default=0)
        stop = min((b for b in self.boundaries if b >= end), default=len(self.masked))
        return start, stop

    def _bracket(self, i: int) -> tuple[int, int] | None:
        """The tokens of the innermost bracket around a token."""
        depth = 0
        for j in range(i - 1, -1, -1):
            if self.tokens[j].text in ")]":
                depth += 1
            elif self.tokens[j].text in "([":
                if depth == 0:
                    end = next(
                        (k for k in range(i, len(self.tokens)) if self.tokens[k].text in ")]"),
                        len(self.tokens),
                    )
                    return j, end
                depth -= 1
        return None

    # ------------------------------------------------------------------ one quantity

    def _label(self, ref: int) -> Reading | None:
        quantity = self.sentence.quantities[ref]
        i = self.at[ref]
        if quantity.unit == "USD" and quantity.value is not None and abs(quantity.value) < 1 and _KWH.search(self.masked):
            # "The energy cost per kilowatt-hour went from $0.040 to $0.032".
            quantity = replace(quantity, unit="c/kWh", value=quantity.value * 100, step=quantity.step * 100)
            self.sentence.quantities[ref] = quantity
        before, behind = self.masked[: self.tokens[i].start], self.masked[self.tokens[i].end :]
        if quantity.unit is None and not self._may_count(i, quantity):
            role, governor = self._left(i, None)
            if governor is None or governor.via != "label" or quantity.scaled or role != MAIN:
                return None
            return self._figure(ref, quantity, governor, role, before, behind)
        unit = quantity.unit
        if unit == "BTC" or unit is None:
            nearest = self._word(i + 1)
            if nearest is not None and not self._is_coin_of(i, nearest):
                return (
                    Reading(quantity, NOT_OURS, label=self.sentence.text, why="counts " + nearest)
                    if unit
                    else None
                )
        if (
            unit != "percent"
            and (_RATE_BEHIND.match(behind) or _DAY_BEHIND.match(behind))
            and not self._is_price(behind)
        ):
            return Reading(quantity, RATE, label=self.sentence.text)
        if self._is_another_coin(i, unit):
            return Reading(quantity, NOT_OURS, label=self.sentence.text, why="another coin")
        if unit == "USD" and _RESPECTIVELY.search(behind) and re.search(r"\brevenues?\b", self.masked, re.IGNORECASE):
            sources = _SOURCE.match(behind)
            if sources and " and " in f" {sources['what']} " + behind[sources.end() : sources.end() + 40]:
                return Reading(quantity, NOT_UNDERSTOOD, label=self.sentence.text, why="parts listed with respectively")
        role, governor = self._govern(i, unit)
        if governor is None:
            governor = self._part_in_bracket(i, unit)
        if governor is None and role == MAIN:
            governor, role = self._like_the_one_before(i, unit, role)
        if quantity.qualifier == "up_to" and unit in ("EH/s", "MW", "count"):
            return Reading(quantity, PLAN, label=self.sentence.text, why="up to")
        if (
            self.tokens[i - 1].lemma in ("first", "next", "last", "initial")
            and i > 0
            and unit in ("EH/s", "MW", "count", "BTC")
        ):
            return Reading(quantity, NOT_OURS, label=self.sentence.text, why="a part of more")
        if role == CHANGE or (
            unit in ("BTC", "EH/s", "MW", "count") and _MORE.match(behind) and role != BEFORE
        ):
            return Reading(quantity, NOT_OURS, label=self.sentence.text, why="a change")
        if role == BEFORE and governor is None:
            governor = self._compared_with(i, unit)
            if governor is None:
                return Reading(
                    quantity,
                    NOT_OURS if unit in ("USD", "percent") else NOT_UNDERSTOOD,
                    label=self.sentence.text,
                    why="compared with",
                )
        if governor is None:
            if unit is None:
                return None
            return self._unexplained(i, quantity)
        return self._figure(ref, quantity, governor, role, before, behind)

    def _is_another_coin(self, i: int, unit: str | None) -> bool:
        """Whether the second of "BTC and ETH of 553.2 and 9,900.9, respectively" is meant."""
        listed = _COINS.search(self.masked)
        if listed is None or not _RESPECTIVELY.search(self.masked) or unit not in (None, "USD", "BTC"):
            return False
        run = self._run(i, unit)
        return len(run) == 2 and run[1] == i and not re.match(r"btc|bitcoin", listed[2], re.IGNORECASE)

    def _part_in_bracket(self, i: int, unit: str | None) -> _Governor | None:
        """The line of revenue before an amount in a bracket of its own: "self-mining ($0.6m)"."""
        bracket = self._bracket(i)
        if unit != "USD" or bracket is None or bracket[1] - bracket[0] > 3:
            return None
        if not re.search(r"\brevenues?\b", self.masked, re.IGNORECASE):
            return None
        first = bracket[0]
        while first > 0 and self.tokens[first - 1].kind == "w" and bracket[0] - first < 6:
            if self.tokens[first - 1].lemma in _STOPS or self.tokens[first - 1].lemma in ("from", "of", "the"):
                break
            first -= 1
        if first == bracket[0]:
            return None
        return self._governor(self.frames.by_name["revenue"], "from", first, bracket[0] - 1)

    def _is_price(self, behind: str) -> bool:
        return bool(re.match(r"^\s*(?:per|for each|for every)\s+(?:bitcoin|btc|coin)\b", behind, re.IGNORECASE))

    def _may_count(self, i: int, quantity: Quantity) -> bool:
        """Whether a number without a unit may count bitcoin: no noun of something else follows."""
        if (
            quantity.scaled
            or (_COIN.search(self.sentence.text) is None
            and not re.search(r"\bproduction\b|\bmined\b|\buptime\b", self.masked, re.IGNORECASE))
        ):
            return False
        following = self._word(i + 1)
        return following is None or following in _AFTER_A_COUNT or following in self.classes["up_or_down"]

    def _word(self, j: int) -> str | None:
        """The base form of the word at a token; None for anything else or the end."""
        if j < len(self.tokens) and self.tokens[j].kind == "w" and j not in self.in_time:
            return self.tokens[j].lemma
        return None

    def _is_coin_of(self, i: int, word: str) -> bool:
        """Whether the noun that the number governs is bitcoin: not "bitcoin mining units"."""
        if word not in self.classes["coin_things"]:
            return True
        if word in ("mining", "mine"):
            further = self._word(i + 2)
            return self.tokens[i + 1].text.lower() == "mined" or further not in self.classes["coin_things"]
        return word in ("price", "per", "network", "value")

    # ------------------------------------------------------------------ governors

    def _govern(self, i: int, unit: str | None) -> tuple[str, _Governor | None]:
        """The role of a quantity and the words that govern it."""
        role, left = self._left(i, unit)
        right = self._right(i, unit)
        if unit == "USD" and self._is_price(self.masked[self.tokens[i].end :]) and (left is None or not left.frame.per_coin):
            left = self._per_coin(i)
            return role if left is None else (MAIN if role == CHANGE else role), left
        if right is not None and (right.frame.within or right.via == "from"):
            return MAIN, right
        if left is not None and left.via == "verb":
            return role, left
        if right is not None and role == MAIN:
            return MAIN, right
        return role, left

    def _per_coin(self, i: int) -> _Governor | None:
        """What an amount for each coin is: a price if coins are sold in its clause, else a cost."""
        start, _ = self._clause(i, i)
        clause = [k for k, t in enumerate(self.tokens) if start <= t.start < self.tokens[i].start]
        for name, words in (("coin_cost", ("cost",)), ("price", ("sell", "sale", "price", "liquidate", "monetize"))):
            place = next((k for k in reversed(clause) if self.tokens[k].lemma in words), None)
            if place is not None and (frame := self.frames.by_name.get(name)):
                return self._governor(frame, "behind", place, place)
        if re.search(r"\b(?:sold|sales?)\b", self.masked, re.IGNORECASE) and (frame := self.frames.by_name.get("price")):
            return self._governor(frame, "behind", i, i)
        return None

    def _left(self, i: int, unit: str | None) -> tuple[str, _Governor | None]:
        bracket = self._bracket(i)
        low = bracket[0] + 1 if bracket else 0
        classes, tokens = self.classes, self.tokens
        to = of = at = False
        unknown = commas = 0
        j = i - 1
        while j >= low:
            token = tokens[j]
            if j in self.in_time:
                time = self.in_time[j]
                while j >= low and self.in_time.get(j) is time:
                    j -= 1
                while j >= low and tokens[j].lemma in (
                    "in",
                    "for",
                    "during",
                    "of",
                    "on",
                    "at",
                    "the",
                    "as",
                    "from",
                    "month",
                    "quarter",
                    "through",
                ):
                    if tokens[j].lemma == "from" and to:
                        break
                    j -= 1
                continue
            if token.kind == "q":
                if to or (j + 1 < i and tokens[j + 1].lemma == "or"):
                    j -= 1
                    continue
                return MAIN, None
            if token.kind == "x":
                if token.text == ",":
                    commas += 1
                    if commas > 2:
                        return MAIN, None
                elif token.text in ":–—-" or token.text == "=":
                    return MAIN, self._label_before(j, low, unit)
                elif token.text not in "~$“”\"'’‘%/&≈*•":
                    return MAIN, None
                j -= 1
                continue
            word = token.lemma
            if (
                word in classes["addition"]
                and unit in ("EH/s", "MW", "count")
                and not of
                and not at
                and not to
            ):
                return CHANGE, None
            verb = self._verb_at(j, low, unit)
            if verb is not None and not of and not to:
                return MAIN, verb
            if of and word in ("total", "record", "aggregate", "combine"):
                of = False
                j -= 1
                continue
            if word == "to":
                to = True
            elif word == "of":
                of = True
            elif word in ("another", "additional", "further", "extra") and unit in ("EH/s", "MW", "count"):
                return CHANGE, None
            elif word == "by":
                if not to:
                    return CHANGE, None
            elif to and word in ("from", "go", "move"):
                if word != "from":
                    return MAIN, self._subject(low, j, unit)
            elif word in ("from", "than") or (
                word in classes["compared"] and not (word == "over" and j == i - 1)
            ):
                return BEFORE, self._subject(low, j, unit, near=True)
            elif word in ("to", "with") and j > low and tokens[j - 1].lemma in ("compare", "relative"):
                return BEFORE, None
            elif word in classes["up_or_down"]:
                if to or at:
                    return MAIN, self._subject(low, j, unit) or self._noun_between(j + 1, i, unit)
                return CHANGE, None
            elif word == "at" or (word == "with" and not of):
                ended = self._ended_with(j, low, unit)
                if ended is not None:
                    return MAIN, ended
                noun = self._noun_ending(j - 1, low, unit)
                if noun is not None:
                    return MAIN, noun
                if word == "with":
                    return MAIN, None
                at = True
            elif word == "have" and j == self._before_fillers(i):
                return MAIN, self._plain(unit, "hold", j) if unit == "BTC" else None
            elif word in classes["copula"]:
                return MAIN, self._subject(low, j, unit)
            elif (noun := self._noun_ending(j, low, unit)) is not None and (
                of or to or at or unit != "USD" or not unknown
            ):
                return MAIN, noun
            elif word in classes["filler"] or word in classes["auxiliary"] or word.endswith("ly"):
                pass
            elif word == "for" and unit == "USD":
                return MAIN, self._proceeds_for(j, low)
            elif word == "and" and self.tokens[j + 1].lemma == "by" and to:
                pass
            elif word in _STOPS or unknown >= 1:
                return MAIN, None
            else:
                unknown += 1
            j -= 1
        return MAIN, None

    def _before_fillers(self, i: int) -> int:
        j = i - 1
        while j >= 0 and (self.tokens[j].lemma in self.classes["filler"] or self.tokens[j].text in "~$"):
            j -= 1
        return j

    def _fits(self, frame: Frame, unit: str | None) -> bool:
        return frame.unit == unit or (
            unit is None and frame.unit in ("BTC", "percent") and frame.unit == "BTC"
        )

    def _match(self, phrase: tuple[str, ...], first: int) -> bool:
        """Whether a phrase stands at a token."""
        return all(
            first + k < len(self.tokens) and self.tokens[first + k].lemma == word
            for k, word in enumerate(phrase)
        )

    def _verb_at(self, j: int, low: int, unit: str | None) -> _Governor | None:
        """The verb that ends at a token and takes the quantity as its object."""
        for frame in self.frames.frames:
            if not self._fits(frame, unit):
                continue
            for phrase in frame.verb_lemmas:
                first = j - len(phrase) + 1
                gerund = (
                    phrase == ("mine",)
                    and self.tokens[j].text.lower() == "mining"
                    and (j == low or self.tokens[j - 1].lemma in ("by", "after", "of", "from", "for"))
                )
                if first >= low and (gerund or self._match(phrase, first)):
                    if gerund:
                        return self._governor(frame, "verb", first, j)
                    if self.tokens[j].text.lower() in ("mining", "holding", "earnings"):
                        previous = self.tokens[j - 1].lemma if j > low else ""
                        if previous in ("bitcoin", "self", "our", "its", "the", "of"):
                            continue
                    return self._governor(frame, "verb", first, j)
        return None

    def _noun_ending(self, j: int, low: int, unit: str | None) -> _Governor | None:
        """The noun that ends at a token and is told the quantity."""
        if j < low or j in self.in_time:
            return None
        best: tuple[int, Frame] | None = None
        for frame in self.frames.frames:
            if not self._fits(frame, unit):
                continue
            for phrase in frame.subject_lemmas:
                first = j - len(phrase) + 1
                if first >= low and (best is None or len(phrase) > best[0]) and self._match(phrase, first):
                    best = len(phrase), frame
        if best is None:
            return None
        start = j - best[0] + 1
        found = self._by_label(max(low, self._phrase_start(start, low)), j + 1, unit)
        return found or self._governor(best[1], "noun", start, j)

    def _phrase_start(self, j: int, low: int) -> int:
        """The first token of the noun phrase that ends at a token."""
        while (
            j > low
            and self.tokens[j - 1].kind == "w"
            and j - 1 not in self.in_time
            and self.tokens[j - 1].lemma not in _STOPS
            and (
                self.tokens[j - 1].lemma not in self.classes["copula"]
                or self.tokens[j - 1].lemma in ("average", "total")
            )
        ):
            j -= 1
        return j

    def _noun_between(self, first: int, last: int, unit: str | None) -> _Governor | None:
        """A noun between a verb of change and the quantity: "increased revenue to"."""
        return self._search(first, last, unit)

    def _subject(self, low: int, j: int, unit: str | None, *, near: bool = False) -> _Governor | None:
        """The subject of the clause that ends before a token, nearest part between commas first.

        Args:
            near: Only a subject in the part nearest to the token.
        """
        start = max(
            (
                b
                for b in self.boundaries
                if b < self.tokens[j].start
                and self.masked[b] not in ":–—-()[]"
                and not _ASIDE.match(self.masked[b : self.tokens[j].start])
            ),
            default=0,
        )
        first = max(low, next((k for k, t in enumerate(self.tokens) if t.start >= start), 0))
        cuts = [
            k
            for k in range(first, j)
            if self.tokens[k].text in (",", ":", "–", "—") and not self._inside_time(k)
        ]
        edges = [first, *(c + 1 for c in cuts), j]
        for a, b in zip(reversed(edges[:-1]), reversed(edges[1:]), strict=True):
            if b <= a:
                continue
            found = self._by_label(a, b, unit) or self._search(a, b, unit)
            if found is not None:
                # A quantity of the unit between the subject and the verb: the verb is of another statement.
                taken = any(
                    t.kind == "q" and self._same_unit(t.ref, unit) for t in self.tokens[found.last + 1 : j]
                )
                return None if taken else found
            words = [
                t.lemma for k, t in enumerate(self.tokens[a:b], a) if t.kind == "w" and k not in self.in_time
            ]
            if (
                words
                and words[-1] in _PRONOUNS
                and all(w in _PRONOUNS or w in ("in", "for", "and", "of") for w in words)
            ):
                previous = [r for r in self.governors if self.at[r] < j and self._same_unit(r, unit)]
                if previous:
                    return self.governors[max(previous, key=lambda r: self.at[r])]
            if near:
                return None
        return None

    def _inside_time(self, k: int) -> bool:
        return k in self.in_time

    def _label_before(self, j: int, low: int, unit: str | None) -> _Governor | None:
        """The label before a colon or dash."""
        return self._by_label(low, j, unit) or self._search(low, j, unit)

    def _by_label(self, first: int, last: int, unit: str | None) -> _Governor | None:
        """A label of lexicon.yaml that fills a phrase but for its times."""
        if last <= first:
            return None
        kept = [
            t.text
            for k, t in enumerate(self.tokens[first:last], first)
            if k not in self.in_time and t.kind != "q"
        ]
        if any(t.lemma == "equivalent" for t in self.tokens[first:last]):
            return None
        for meaning in self.words.meanings(" ".join(kept)):
            metric = self.words.by_code[meaning.metric]
            if metric.unit == unit or (unit is None and metric.unit in ("BTC", "count")):
                frame = next(
                    (f for f in self.frames.frames if f.metric == metric.code or metric.code in f.kinds), None
                ) or Frame(name=metric.code, metric=metric.code, unit=metric.unit)
                scope = meaning.scope if not meaning.site else COMPANY
                return _Governor(frame, "label", first, last - 1, scope, metric.code)
        return None

    def _search(self, first: int, last: int, unit: str | None) -> _Governor | None:
        """The first noun of a frame among tokens, the longest at its place."""
        if unit in (None, "BTC") and any(t.lemma == "equivalent" for t in self.tokens[first:last]):
            return None
        for k in range(first, last):
            best: tuple[int, Frame] | None = None
            for frame in self.frames.frames:
                if not self._fits(frame, unit):
                    continue
                for phrase in frame.subject_lemmas:
                    if phrase in frame.weak_lemmas:
                        continue
                    if (
                        k + len(phrase) <= last
                        and (best is None or len(phrase) > best[0])
                        and self._match(phrase, k)
                    ):
                        best = len(phrase), frame
            if best is not None:
                return self._governor(best[1], "subject", k, k + best[0] - 1)
        return None

    def _right(self, i: int, unit: str | None) -> _Governor | None:
        """Words behind the quantity: "were mined", "in treasury", "of operating hash rate"."""
        tokens = self.tokens
        k = i + 1
        skipped = 0
        if (
            unit == "USD"
            and self._word(k) == "from"
            and re.search(r"\brevenues?\b", self.masked, re.IGNORECASE)
        ):
            last = k
            while (
                last + 1 < len(tokens)
                and tokens[last + 1].kind == "w"
                and tokens[last + 1].lemma not in _STOPS
                and last + 1 not in self.in_time
                and last - k < 6
            ):
                last += 1
            if last > k and tokens[last].lemma not in ("from",):
                return self._governor(self.frames.by_name["revenue"], "from", k + 1, last)
        while k < len(tokens) and skipped < 6:
            token = tokens[k]
            if token.text == "," and unit == "count" and k == i + 1:
                aside = next((m for m in range(k + 1, min(k + 6, len(tokens))) if tokens[m].text == ","), None)
                if aside is not None:
                    k = aside + 1
                    continue
            if token.kind in ("q", "x", "p") or k in self.in_time:
                return None
            for frame in self.frames.frames:
                if not self._fits(frame, unit):
                    continue
                for phrase in frame.behind_lemmas:
                    attributive = frame.name == "produce" and (
                        self._word(k + len(phrase)) == "bitcoin"
                        or (
                            self.sentence.quantities[tokens[i].ref].unit == "BTC"
                            and self._word(k + len(phrase)) in ("bitcoin",)
                        )
                    )
                    if (
                        self._match(phrase, k)
                        and not attributive
                        and not (frame.name == "produce" and tokens[k].text.lower() == "mining")
                    ):
                        return self._governor(frame, "behind", k, k + len(phrase) - 1)
                if (
                    unit in ("EH/s", "MW", "J/TH", "count", "USD")
                    and not frame.per_coin
                    and frame.name != "proceeds"
                ):
                    for phrase in frame.subject_lemmas:
                        if (tokens[i + 1].lemma in ("of", "in", "total") or k == i + 1) and self._match(
                            phrase, k
                        ):
                            return self._governor(frame, "behind", k, k + len(phrase) - 1)
            word = token.lemma
            known = (
                word in self.classes["filler"]
                or word in self.classes["auxiliary"]
                or word
                in (
                    "of",
                    "be",
                    "in",
                    "currently",
                    "operational",
                    "operate",
                    "deploy",
                    "energize",
                    "install",
                    "average",
                    "self",
                    "mining",
                    "hosting",
                    "cash",
                    "total",
                    "digital",
                    "asset",
                    "hpc",
                    "ai",
                    "cloud",
                    "bitcoin",
                    "colocation",
                    "hash",
                    "active",
                    "contract",
                    "s",
                )
            )
            if not known and not (
                unit == "USD" and tokens[i + 1].lemma in ("of", "in") and skipped < 5 and word not in _STOPS
            ):
                return None
            k += 1
            skipped += 1
        return None

    def _ended_with(self, j: int, low: int, unit: str | None) -> _Governor | None:
        """ "Ended the month with 9,000 bitcoin"."""
        if unit != "BTC":
            return None
        if any(
            t.lemma in ("end", "finish", "close", "exit", "leave", "begin")
            for t in self.tokens[max(low, j - 8) : j]
        ):
            return self._plain(unit, "hold", j)
        return None

    def _plain(self, unit: str | None, name: str, j: int) -> _Governor | None:
        frame = self.frames.by_name.get(name)
        return self._governor(frame, "verb", j, j) if frame and self._fits(frame, unit) else None

    def _proceeds_for(self, j: int, low: int) -> _Governor | None:
        """ "Sold 475 bitcoin for $38.8 million"."""
        sold = any(r.metric == "bitcoin_sold" for r in self.done.values())
        clause = self.masked[: self.tokens[j].start]
        if sold or re.search(
            r"\bs(?:old|ales? of|elling)\b[^;]*\b(?:bitcoins?|btc|⟦\d+⟧)", clause, re.IGNORECASE
        ):
            return self._governor(self.frames.by_name["proceeds"], "verb", j, j)
        return None

    def _governor(self, frame: Frame, via: str, first: int, last: int) -> _Governor:
        return _Governor(frame, via, first, last)

    def _like_the_one_before(self, i: int, unit: str | None, role: str) -> tuple[_Governor | None, str]:
        """The governor of the quantity before it: "533 in March and 375 a year ago", "(458 in April)"."""
        bracket = self._bracket(i)
        previous = [r for r in self.governors if self.at[r] < i and self._same_unit(r, unit)]
        if not previous:
            return None, role
        ref = max(previous, key=lambda r: self.at[r])
        between = self.masked[self.tokens[self.at[ref]].end : self.tokens[i].start]
        if bracket and self.at[ref] < bracket[0]:
            timed = any(k in self.in_time for k in range(bracket[0], bracket[1]))
            plain = (
                len(
                    [
                        t
                        for t in self.tokens[bracket[0] + 1 : bracket[1]]
                        if t.kind == "w"
                        and t.lemma
                        not in ("bitcoin", "in", "vs", "from", "compare", "to", "for", "of", "approximately")
                    ]
                )
                <= 4
            )
            return (self.governors[ref], BEFORE) if timed and plain else (None, role)
        if re.fullmatch(
            r"(?:[^;⟦(]{0,60}?)(?:,|\band\b|,\s*and\b)\s*(?:[\w.~$]+\s+){0,2}", between
        ) and not self._words_of_frames(ref, i):
            return self.governors[ref], MAIN
        return None, role

    def _words_of_frames(self, ref: int, i: int) -> bool:
        """Whether words of another frame stand between two quantities."""
        frame = self.governors[ref].frame
        for k in range(self.at[ref] + 1, i):
            for other in self.frames.frames:
                if other is not frame and any(
                    self._match(p, k) for p in (*other.verb_lemmas, *other.subject_lemmas)
                ):
                    return True
        return False

    def _same_unit(self, ref: int, unit: str | None) -> bool:
        other = self.sentence.quantities[ref].unit
        return other == unit or (unit is None and other == "BTC") or (other is None and unit == "BTC")

    def _compared_with(self, i: int, unit: str | None) -> _Governor | None:
        """The governor of the quantity that this one is compared with, or that follows it ("from 9.1 to 10.2")."""
        previous = [r for r in self.governors if self.at[r] < i and self._same_unit(r, unit)]
        if previous:
            return self.governors[max(previous, key=lambda r: self.at[r])]
        for ref in sorted(self.at, key=lambda r: self.at[r]):
            if self.at[ref] > i and self._same_unit(ref, unit):
                role, governor = self._govern(self.at[ref], unit)
                return governor if role == MAIN else None
        return None

    # ------------------------------------------------------------------ decisions

    def _unexplained(self, i: int, quantity: Quantity) -> Reading:
        start, stop = self._clause(i, i)
        clause = self.masked[start:stop]
        text = self.sentence.text
        if quantity.unit == "percent":
            return Reading(quantity, NOT_OURS, label=text, why="a percentage")
        if _PLAN.search(clause):
            return Reading(quantity, PLAN, label=text)
        if _MARKET.search(clause):
            return Reading(quantity, MARKET, label=text)
        if quantity.unit == "USD" and (
            _NOT_OUR_MONEY.search(clause) or re.match(r"^\s*per\s", self.masked[self.tokens[i].end :])
        ):
            return Reading(quantity, NOT_OURS, label=text, why="other money")
        return Reading(quantity, NOT_UNDERSTOOD, label=text)

    def _figure(
        self, ref: int, quantity: Quantity, governor: _Governor, role: str, before: str, behind: str
    ) -> Reading:
        i = self.at[ref]
        first, last = min(governor.first, i), max(governor.last, i)
        start, stop = self._clause(first, last)
        clause, text = self.masked[start:stop], self.sentence.text
        wider = clause
        if re.match(r",\s+with\b", clause):
            wider = self.masked[max((b for b in self.boundaries if b < start), default=0) : stop]
        metric, scope, why_not = self._metric(i, quantity, governor, wider)
        why = f"{governor.frame.name} by {governor.via} {self._text(governor.first, governor.last + 1)!r}"
        self.governors[ref] = governor
        if why_not:
            return Reading(quantity, why_not, metric, label=text, why=why)
        start_of = governor.first if governor.via == "verb" else self._phrase_start(governor.first, 0)
        near = self.masked[self.tokens[min(start_of, i)].start : self.tokens[max(governor.last, i)].end]
        ahead = self.masked[start : self.tokens[i].end]
        until = re.split(r"[,;()]|\band\b", behind)[0][:80]
        if governor.via == "behind":
            until = self.masked[self.tokens[i].end : stop]
        if role != BEFORE and (_PLAN.search(ahead) or _PLAN.search(until)):
            return Reading(quantity, PLAN, metric, label=text, why=why)
        if (
            quantity.unit in ("BTC", None)
            and metric != "average_sale_price"
            and _RATE_BEFORE.search(self.masked[start : self.tokens[i].start])
        ):
            return Reading(quantity, RATE, metric, label=text, why=why)
        if _MARKET.search(near) and governor.frame.unit in ("EH/s", "BTC"):
            return Reading(quantity, MARKET, metric, label=text, why=why)
        bracket = self._bracket(i)
        if bracket is not None and governor.first > bracket[0]:
            outer = [r for r in self.done if self.at[r] < bracket[0]]
            beside = self.done[max(outer, key=lambda r: self.at[r])] if outer else None
            if (
                beside is not None
                and beside.reason in (PLAN, NOT_UNDERSTOOD)
                and self._clause(self.at[max(outer, key=lambda r: self.at[r])], i)[0] <= start
            ):
                return Reading(
                    quantity, beside.reason, metric, label=text, why=f"{why}; beside {beside.quantity.text}"
                )
        owner = self._owner(governor, i, start, stop, scope)
        if owner is None or (owner != COMPANY and metric in ("bitcoin_sold", "bitcoin_sale_proceeds", "average_sale_price")):
            return Reading(quantity, ANOTHER_COMPANY, metric, label=text, why=why)
        if self._is_site(i, governor, behind, ahead, quantity.unit):
            return Reading(quantity, SITE, metric, label=text, why=why)
        if (
            role == MAIN
            and not governor.frame.within
            and (part := _INCLUDING.search(before)) is not None
            and self.tokens[governor.last].end <= part.end()
            and quantity.unit != "USD"
        ):
            if _CUSTOMERS.search(until) is None and scope_in(until)[0] is None:
                return Reading(quantity, NOT_OURS, metric, label=text, why="a part")
        known = self.words.by_code.get(metric)
        covers = known.covers if known else "period"
        label = text
        if metric == REVENUE:
            label = self._revenue_label(i, governor)
            if _PART_OF_REVENUE.search(label):
                return Reading(quantity, NOT_OURS, metric, label=text, why=why)
        period, dated, reason, rule = self._period(i, governor, role, covers, start, stop)
        why = f"{why}; period by {rule}"
        if period is None:
            return Reading(quantity, reason, metric, owner, label=text, why=why)
        if period.end > self.setting.disclosure.disclosed_on:
            return Reading(quantity, PLAN, metric, label=text, why=why)
        return Reading(quantity, "", metric, owner, period, dated, label, why)

    def _revenue_label(self, i: int, governor: _Governor) -> str:
        """The line of revenue that is named: "bitcoin mining revenue", "revenue from hosting"."""
        place = next(
            (k for k in range(governor.last, governor.first - 1, -1) if self.tokens[k].lemma == "revenue"),
            governor.last,
        )
        first = place
        word = self.tokens[place].text if self.tokens[place].lemma == "revenue" else "revenue"
        while first > 0 and place - first < 8:
            token = self.tokens[first - 1]
            if (
                first - 1 in self.in_time
                or token.lemma in _STOPS
                or token.lemma in ("of", "to", "at", "in", "by", "from")
            ):
                break
            if token.kind != "w" and token.text not in "&/-’'()":
                break
            if token.end - token.start > len(token.text) and token.lemma not in (
                "segment",
                "business",
                "division",
            ):
                # "Riot's revenue": the owner is no line of revenue.
                break
            if token.lemma not in ("total", "average") and (
                token.lemma in self.classes["copula"]
                or token.lemma in self.classes["up_or_down"]
                or token.lemma in self.classes["reporting"]
            ):
                break
            first -= 1
        label = " ".join(t.text for t in self.tokens[first:place] if t.kind == "w" or t.text in "&/")
        if governor.via == "from":
            return f"{' '.join(t.text for t in self.tokens[governor.first : governor.last + 1])} revenue"
        if first > 1 and self.tokens[first - 1].lemma == "of" and self.tokens[first - 2].lemma in ("cost", "share", "percent", "portion", "percentage", "source", "loss", "part"):
            return f"{self.tokens[first - 2].text} of revenue"
        end = next((k for k in range(i + 1, len(self.tokens)) if self.tokens[k].text in ".;"), len(self.tokens))
        source = _SOURCE.match(self._text(i + 1, end)) if i + 1 < end else None
        listed = source and re.match(r"\s*\(\s*⟦", self._text(i + 1, end)[source.end() :])
        if source and not listed and not _ALL_REVENUE.match(source["what"]):
            return f"{label} {source['what'].strip()} {word}".strip()
        if not label and (subject := self._who_earned(i, min(first, i))):
            return f"{subject} {word}"
        k = place + 1
        if k < len(self.tokens) and self.tokens[k].lemma in ("from", "for", "in") and k not in self.in_time:
            named = []
            for token in self.tokens[k + 1 : k + 7]:
                if (
                    token.kind != "w"
                    or token.lemma in self.classes["copula"]
                    or token.lemma in self.classes["up_or_down"]
                    or token.lemma in _STOPS
                    or self.tokens.index(token) in self.in_time
                ):
                    break
                named.append(token.text)
            if self.tokens[k].lemma == "from" and named:
                label = f"{label} {' '.join(named)}".strip()
        return f"{label} {word}".strip()

    def _who_earned(self, i: int, last: int) -> str:
        """The subject of the verb before an amount of revenue: "the mining business generated"."""
        start = max([0, *(b for b in self.boundaries if b < self.tokens[last].start)])
        tokens = [
            t for k, t in enumerate(self.tokens[:last]) if start <= t.start and k not in self.in_time and t.kind == "w"
        ]
        verb = next((k for k in range(len(tokens) - 1, -1, -1) if tokens[k].lemma in self.classes["reporting"]), None)
        if verb is None:
            return ""
        named: list[str] = []
        for token in reversed(tokens[:verb]):
            if token.lemma in _STOPS or token.lemma in self.classes["copula"]:
                break
            named.insert(0, token.text)
        return " ".join(named)

    def _metric(self, i: int, quantity: Quantity, governor: _Governor, clause: str) -> tuple[str, str, str]:
        """The metric, its scope, and the reason if there is none."""
        frame = governor.frame
        window = self._window(i, governor)
        fleet = any(t.lemma == "fleet" for t in window)
        if any(t.lemma in frame.excluded for t in window) or (
            not fleet and any(t.lemma in frame.never for t in self.tokens)
        ):
            return frame.metric, COMPANY, NOT_OURS
        per_coin = (
            bool(
                re.match(
                    r"^\W*\s*(?:[\w-]+\s+)?(?:per|each|for (?:each|one|every)|apiece)\b",
                    self.masked[self.tokens[i].end :],
                    re.IGNORECASE,
                )
            )
            or any(t.lemma in ("per", "average", "each", "one") for t in window)
            or "mine" in [t.lemma for t in window if t.lemma == "mine"]
        )
        metric = governor.metric or frame.metric
        scope = governor.scope
        if frame.per_coin and not governor.metric:
            if not per_coin or not _COIN.search(self.sentence.text):
                return metric, scope, NOT_OURS
            if metric == "average_sale_price" and not re.search(
                r"\bs(?:old|ales?|elling|ell)\b|\breali[sz]ed\b|\bliquidat|\bmoneti",
                self.masked,
                re.IGNORECASE,
            ):
                return metric, scope, NOT_OURS
        if frame.kinds and (
            not governor.metric
            or governor.metric == "ambiguous_hashrate"
            or (frame.name == "coin_cost" and scope == COMPANY)
        ):
            found = self._kind(frame, window, i) or self._kind_in_clause(frame, clause)
            if frame.name == "hash_rate":
                if found is None:
                    return metric, scope, NOT_UNDERSTOOD
                metric = found
            elif frame.name == "machines":
                if found is None:
                    return metric, scope, NOT_UNDERSTOOD
            elif found is not None:
                scope = found
        if metric.startswith("hashrate") and any(
            t.lemma == "average" for t in self.tokens[governor.last + 1 : i]
        ):
            metric = "hashrate_average_operating"
        if metric == "power_cost" and re.search(r"\ball[- ]in\b", clause, re.IGNORECASE):
            metric = "power_cost_all_in"
        if metric == "bitcoin_fair_value" and not (
            _COIN.search(self.sentence.text) and _HOLDS.search(self.masked) and not _MINES.search(clause)
        ):
            return metric, scope, NOT_OURS
        if metric == "bitcoin_sale_proceeds" and not (
            _COIN.search(self.sentence.text)
            and re.search(r"\bs(?:old|ales?|elling)\b|liquidat|moneti", self.masked, re.IGNORECASE)
        ):
            return metric, scope, NOT_OURS
        if metric == "power_credits" and not re.search(
            r"\b(?:power|energy|curtail\w*|demand response|electricity)\b", clause, re.IGNORECASE
        ):
            return metric, scope, NOT_OURS
        if governor.metric == "" and metric == "total_revenue":
            return metric, scope, ""
        known = self.words.by_code.get(metric)
        if known is None or known.ambiguous:
            return metric, scope, NOT_UNDERSTOOD
        return metric, scope, ""

    def _window(self, i: int, governor: _Governor) -> list[Token]:
        """The words around a governor and its quantity."""
        first = max(0, min(governor.first, i) - 5)
        last = max(governor.last, i)
        chosen = []
        for k in range(min(governor.first, i) - 1, first - 1, -1):
            if self.tokens[k].kind in ("q", "x") and self.tokens[k].text not in "-/":
                break
            chosen.insert(0, self.tokens[k])
        chosen += [t for t in self.tokens[min(governor.first, i) : last + 1]]
        for k in range(last + 1, min(len(self.tokens), last + 7)):
            if (
                self.tokens[k].kind == "q"
                or (self.tokens[k].kind == "x" and self.tokens[k].text in ",;()")
                or self.tokens[k].lemma in ("and", "from", "compare")
            ):
                break
            chosen.append(self.tokens[k])
        return [t for t in chosen if t.kind == "w"]

    def _kind(self, frame: Frame, window: Sequence[Token], i: int) -> str | None:
        """The kind whose word is nearest to the governor; an average before all others."""
        have = [t.lemma for t in window]
        found = []
        for kind, phrases in frame.kind_lemmas:
            for phrase in phrases:
                for k in range(len(have) - len(phrase) + 1):
                    if tuple(have[k : k + len(phrase)]) == phrase:
                        found.append((kind, window[k].start))
        if not found:
            return None
        if any(kind == "hashrate_average_operating" for kind, _ in found):
            return "hashrate_average_operating"
        place = self.tokens[i].start
        return min(found, key=lambda f: abs(f[1] - place))[0]

    def _kind_in_clause(self, frame: Frame, clause: str) -> str | None:
        """The only kind that a clause names."""
        have = [t.lemma for t in _tokens(clause) if t.kind == "w"]
        kinds = {
            kind
            for kind, phrases in frame.kind_lemmas
            for phrase in phrases
            if any(tuple(have[k : k + len(phrase)]) == phrase for k in range(len(have)))
        }
        return kinds.pop() if len(kinds) == 1 and frame.name in ("hash_rate", "machines") else None

    def _owner(self, governor: _Governor, i: int, start: int, stop: int, scope: str) -> str | None:
        """Whose figure it is: a scope; None for another company's."""
        first = min(governor.first, i)
        if re.match(r",?\s+(?:which|who|that|whose)\b", self.masked[start:]):
            start = max((b for b in self.boundaries if b < start), default=0)
        if governor.via == "behind" or governor.last < i - 12:
            cut = max(
                (m.end() for m in re.finditer(r"⟧|[,;(]|\band\b", self.masked[: self.tokens[i].start])),
                default=0,
            )
            start = max(start, cut)
        subject = self.masked[start : self.tokens[max(first, min(governor.last, i))].end]
        own_end = next((t.start for t in self.tokens[i + 1 :] if t.kind == "q"), stop)
        behind = self.masked[self.tokens[i].end : min(stop, own_end)]
        others = other_names(self.setting.disclosure.company)
        if others is not None and (others.search(subject) or re.search(r"\b(?:by|of|for)\s+$", subject)):
            return None
        if _OTHERS.search(subject):
            return None
        if governor.frame.unit in ("USD", "c/kWh", "J/TH", "percent", "MW"):
            return scope
        by = re.match(
            r"^\W*(?:[\w-]+\s+){0,5}?(?:by|for|to|from|through|of|on behalf of|attributable to)\s+(?P<who>[^,;⟦(]{2,60})",
            behind,
        )
        who = by["who"] if by else ""
        if scope_in(who)[0] == COMPANY and not _CUSTOMERS.search(who):
            return COMPANY
        if re.search(r"\bjoint[- ]venture|\bjvs?\b", f"{subject} {who}", re.IGNORECASE):
            return JOINT_VENTURE
        if governor.frame.unit in ("EH/s", "count", "BTC") and scope == COMPANY:
            near = re.split(r"[,;]|\band\b|⟦", behind)[0][:40]
            named = scope_in(near)[0] if governor.frame.unit != "BTC" else None
            unit = self.sentence.quantities[self.tokens[i].ref].unit
            between = any(t.kind == "q" and self._same_unit(t.ref, unit) for t in self.tokens[min(first, i) : i])
            if named is None and not between:
                phrase = self._text(self._phrase_start(first, 0), max(i, governor.last) + 1)
                named = scope_in(phrase)[0]
            if named is not None:
                return named
        if (
            _FOR_CUSTOMERS.match(who)
            or _CUSTOMERS.search(who)
            or (_CUSTOMERS.search(subject) and not re.search(r"\bself[- ]min", subject, re.IGNORECASE))
        ):
            return HOSTED
        return scope

    def _is_site(self, i: int, governor: _Governor, behind: str, ahead: str, unit: str | None) -> bool:
        if unit in ("USD", "percent", "J/TH", "c/kWh"):
            return False
        if _SITE.match(re.split(r"[,;⟦]", behind)[0]):
            return True
        near = self.masked[: self.tokens[i].start][-120:] + re.split(r"[,;.⟦]", behind)[0][:60]
        return (
            unit in ("MW", "EH/s", "count")
            and bool(_SITE_WORDS.search(near))
            and not re.search(r"\b(?:all|across)\b", near, re.IGNORECASE)
        )

    # ------------------------------------------------------------------ periods

    def _period(
        self, i: int, governor: _Governor, role: str, covers: str, start: int, stop: int
    ) -> tuple[Period | None, bool, str, str]:
        """The period of a quantity: period, whether the sentence names it, reason if none, and the rule."""
        setting = self.setting
        time, rule = self._time(i, governor, role, covers)
        base = setting.context or setting.subject
        if time is None and rule == "other":
            return None, False, OTHER_PERIOD, "a cumulative or partial time"
        if time is None and role == BEFORE:
            return None, False, OTHER_PERIOD, "no time beside the compared value"
        if time is None:
            if base is None:
                return None, False, NOT_UNDERSTOOD, "no time"
            return self._covering(base, covers), False, "", "heading"
        relative_to = base
        if time.kind not in (ABSOLUTE, OTHER, CURRENT, END):
            earlier = [
                r
                for r in self.done.values()
                if not r.reason and r.metric == self._code(governor) and r.period
            ]
            first = earlier[0].period if earlier else None
            if first is not None and (base is None or first.months in (0, base.months)):
                relative_to = first if first.months or base is None else base
        period = resolve(time, relative_to, setting.subject, setting.disclosure)
        if period is None:
            return None, True, OTHER_PERIOD, f"{rule} ({self.masked[time.start : time.end]})"
        if covers == "period" and period.start is None:
            if base is None or base.start is None:
                return None, True, OTHER_PERIOD, "a day"
            if period.end != base.end and time.kind == ABSOLUTE:
                if base.start <= period.end <= base.end:
                    return None, True, OTHER_PERIOD, "a day within the period"
                return None, True, OTHER_PERIOD, "another day"
            return base, False, "", "heading"
        return self._covering(period, covers), True, "", f"{rule} ({self.masked[time.start : time.end]})"

    @staticmethod
    def _code(governor: _Governor) -> str:
        return governor.metric or governor.frame.metric

    def _covering(self, period: Period, covers: str) -> Period:
        return Period(None, period.end) if covers == "day" else period

    def _time(self, i: int, governor: _Governor, role: str, covers: str) -> tuple[Time | None, str]:
        """The time that belongs to a quantity, and by which rule."""
        tokens = self.tokens
        here = tokens[i]
        bracket = self._bracket(i)
        spread = self._respectively(i)
        if spread is not None:
            return spread, "respectively"
        listed = len(self._run(i, self.sentence.quantities[here.ref].unit)) > 1 or re.match(
            r"\s*(?:and|,)\s*\$?\s?nil\b", self.masked[here.end :], re.IGNORECASE
        )
        if listed and _RESPECTIVELY.search(self.masked[here.end :]) and len([t for t in self.times if t.kind != OTHER]) > 1:
            return None, "other"
        if bracket is not None:
            inside = [
                t
                for t in self.times
                if tokens[bracket[0]].start < t.start
                and t.end <= (tokens[bracket[1]].start if bracket[1] < len(tokens) else len(self.masked))
            ]
            if inside:
                return (None, "other") if inside[0].kind == OTHER else (inside[0], "bracket")
        when = re.search(
            r",?\s+(?:when|where|in which|which (?:was|were|had))\s+[^,;⟦]*$", self.masked[: tokens[i].start]
        )
        told = next((t for t in self.times if when and t.end == when.start()), None)
        if told is not None and told.kind != OTHER:
            return told, "when"
        following = self._following(i, role)
        if following is not None:
            return (
                (None, "other")
                if following.kind == OTHER or (following.bounded and covers == "period")
                else (following, "following")
            )
        first = min(governor.first, i)
        beside = (
            self._phrase_start(governor.first, 0) - 1 if governor.via in ("noun", "label", "subject") else -1
        )
        if (
            beside >= 0
            and beside in self.in_time
            and self.in_time[beside].kind != OTHER
            and governor.first < i
        ):
            return self.in_time[beside], "adjacent"
        between = [
            t
            for t in self.times
            if tokens[first].start <= t.start < here.start
            and not self._compares(t)
            and not self._of_another(t, i)
        ]
        if role == BEFORE:
            word = max(
                (
                    m.end()
                    for m in re.finditer(
                        r"\b(?:from|than|to|with|versus|vs\.?|against|over|exceeding|surpassing|above|below)\s",
                        self.masked[: here.start],
                        re.IGNORECASE,
                    )
                ),
                default=0,
            )
            between = [t for t in self.times if word <= t.start < here.start]
            if between:
                return between[-1], "between"
            return None, ""
        if between:
            chosen = between[-1]
            return (
                (None, "other")
                if chosen.kind == OTHER or (chosen.bounded and covers == "period")
                else (chosen, "between")
            )
        start, stop = self._clause(first, max(governor.last, i))
        if covers == "period" and any(
            t.kind == ABSOLUTE and t.period is not None and t.period.start is None and t.start < here.start
            and re.search(r"\bon\s+$", self.masked[: t.start], re.IGNORECASE)
            for t in self.times
        ):
            return None, "other"
        ahead = [
            t
            for t in self.times
            if t.start < tokens[first].start and not self._compares(t) and not self._of_another(t, i)
        ]
        own = [t for t in ahead if t.start >= start]
        if any(t.kind == OTHER for t in own or ahead):
            return None, "other"
        usable = [
            t
            for t in (own or ahead)
            if not (t.kind == ABSOLUTE and t.period and t.period.start is None and covers == "period")
        ]
        usable = [t for t in usable if not t.bounded or covers == "day"]
        if covers == "day":
            usable = [t for t in usable if t.kind in (END, ABSOLUTE, CURRENT)] or usable
        if usable:
            chosen = usable[-1]
            return (None, "other") if chosen.kind == OTHER else (chosen, "leading")
        if any(t.kind == OTHER and start <= t.start < stop for t in self.times) or (
            ahead and ahead[-1].bounded and covers == "period"
        ):
            return None, "other"
        shared = self._shared(i, role)
        if shared is not None:
            return shared, "shared"
        days = [t for t in self.times if t.kind == ABSOLUTE and t.period and t.period.start is None and not t.bounded]
        if covers == "day" and len(days) == 1 and not self._compares(days[0]):
            others = [k for k, t in enumerate(tokens) if t.kind == "q" and k != i and self._same_unit(t.ref, self.sentence.quantities[here.ref].unit)]
            if all(self._following(k, MAIN) is not days[0] for k in others):
                return days[0], "only"
        return None, ""

    def _following(self, i: int, role: str) -> Time | None:
        """The time between a quantity and the next one, without a comparison before it."""
        here = self.tokens[i]
        following = [
            t.start
            for t in self.tokens[i + 1 :]
            if t.kind == "q" and self.sentence.quantities[t.ref].unit != "other"
        ]
        limit = min(following, default=len(self.masked))
        for time in self.times:
            if not here.end <= time.start < limit:
                continue
            between = self.masked[here.end : time.start]
            if _CUTS.search(between) and not re.match(r"^\s*(?:bitcoins?\s+)?from\s+(?:self|our|its|mining|hosting)", between):
                return None
            if len(between) > 90 or re.search(
                r",\s+(?!(?:in|for|during|at|as of|on|over|throughout|the|this)\b|$)",
                between + ("" if between.rstrip().endswith(",") else " "),
            ):
                return None
            return time
        return None

    def _shared(self, i: int, role: str) -> Time | None:
        """The time behind the last of several coordinated quantities: "mined 533 and sold 475 in March"."""
        if role == BEFORE:
            return None
        for k in range(i + 1, len(self.tokens)):
            if self.tokens[k].kind == "q":
                between = self.masked[self.tokens[i].end : self.tokens[k].start]
                if re.search(r"\band\b|,", between) and not _CUTS.search(between):
                    found = self._following(k, MAIN)
                    if found is not None and found.kind != OTHER:
                        return found
                    i = k
                    continue
                return None
        return None

    def _compares(self, time: Time) -> bool:
        """Whether a time follows a comparison: "a 2% drop from October"."""
        return bool(
            re.search(
                r"\b(?:that|those|level) of\s+$|\b(?:double|twice|triple|doubled|tripled)\s+$|\b(?:from|than|versus|vs\.?|against|compared (?:to|with)|relative to|over|beating|following|since|exceeding|surpassing|above|below)\s+(?:the\s+|its\s+|our\s+|that of\s+|those of\s+|a record\s+|record\s+)?$",
                self.masked[: time.start],
                re.IGNORECASE,
            )
        )

    def _of_another(self, time: Time, i: int) -> bool:
        """Whether a time belongs to a quantity before this one because it follows it directly."""
        previous = [k for k in range(i) if self.tokens[k].kind == "q" and self.tokens[k].end <= time.start]
        if not previous:
            return False
        k = previous[-1]
        between = self.masked[self.tokens[k].end : time.start]
        if time.end > self.tokens[i].start or time.kind in (YEAR,):
            return True
        ends = self.masked[time.end : self.tokens[i].start]
        return (
            not re.search(r"[;,]|\band\b", between)
            and bool(re.search(r"[;,)]|\band\b|\bto\b", ends))
            and time.kind != CURRENT
            and self._following(k, MAIN) is time
            and self._is_past(time)
        )

    def _is_past(self, time: Time) -> bool:
        """Whether a time is not the press release's own."""
        base = self.setting.context or self.setting.subject
        period = resolve(time, base, self.setting.subject, self.setting.disclosure)
        return base is None or period is None or period.end != base.end

    def _run(self, i: int, unit: str | None) -> list[int]:
        """The tokens of the quantities of one unit that are listed with a quantity."""
        run = [i]
        for step in (-1, 1):
            k = i + step
            gap = 0
            while 0 <= k < len(self.tokens) and gap <= 3:
                token = self.tokens[k]
                if token.kind == "q":
                    if self._same_unit(token.ref, unit):
                        run.append(k)
                        gap = -1
                    else:
                        break
                elif token.kind == "p" or token.text in ";(":
                    break
                gap += 1
                k += step
        run.sort()
        return run

    def _respectively(self, i: int) -> Time | None:
        """The time of one of several quantities listed with "respectively"."""
        if not _RESPECTIVELY.search(self.masked):
            return None
        run = self._run(i, self.sentence.quantities[self.tokens[i].ref].unit)
        if len(run) < 2:
            return None
        behind = [t for t in self.times if t.start > self.tokens[run[-1]].start and t.kind != OTHER]
        ahead = [t for t in self.times if t.end <= self.tokens[run[0]].start and t.kind != OTHER]
        for listed in (behind[: len(run)], ahead[-len(run) :]):
            if len(listed) == len(run):
                return listed[run.index(i)]
        return None

    # ------------------------------------------------------------------ parts and nothing

    def _shares(self) -> None:
        """A figure that is the sum of its owners' parts is the total of all owners."""
        figures = {r: x for r, x in self.done.items() if not x.reason and x.quantity.value is not None}
        for ref, whole in figures.items():
            parts = [
                x
                for r, x in figures.items()
                if r != ref and x.metric == whole.metric and x.period == whole.period
            ]
            if (
                whole.scope == COMPANY
                and len(parts) >= 2
                and any(x.scope in (HOSTED, JOINT_VENTURE) for x in parts)
                and sum(x.quantity.value or 0 for x in parts) == whole.quantity.value
            ):
                self.done[ref] = replace(whole, scope=TOTAL)

    def _nothing_sold(self) -> Iterator[Reading]:
        """ "Did not sell any bitcoin": a count of zero."""
        match = _NOT_SELL.search(self.masked) or _NONE_LISTED.match(self.masked)
        if not match or any(r.metric == "bitcoin_sold" and not r.reason for r in self.done.values()):
            return
        if not _COIN.search(match[0]) and not re.search(
            r"\b(?:any|production)\b", match["rest"]
        ):
            return
        start = max((b for b in self.boundaries if b < match.start()), default=0)
        stop = min((b for b in self.boundaries if b >= match.end()), default=len(self.masked))
        if _PLAN.search(self.masked[start : match.end()]):
            return
        usable = [t for t in self.times if not self._compares(t) and t.kind != END]
        inside = [t for t in usable if start <= t.start < stop] or [
            t for t in usable if t.start < match.start()
        ]
        zero = Quantity(Decimal(0), "BTC", "", Decimal(1), False, match.start(), match.end(), match[0])
        if any(t.kind == OTHER or t.bounded for t in inside):
            yield Reading(zero, OTHER_PERIOD, "bitcoin_sold", label=self.sentence.text)
            return
        base = self.setting.context or self.setting.subject
        period = resolve(inside[0], base, self.setting.subject, self.setting.disclosure) if inside else base
        if period is None or period.start is None or period.end > self.setting.disclosure.disclosed_on:
            return
        yield Reading(
            zero, "", "bitcoin_sold", COMPANY, period, bool(inside), self.sentence.text, "sell: none sold"
        )

    @cached_property
    def text(self) -> str:
        return self.sentence.text


_DIGITS = dict(zip("0123456789", "zero one two three four five six seven eight nine".split(), strict=True))


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


def _spelled(match: re.Match[str]) -> str:
    return re.sub(r"\d", lambda digit: _DIGITS[digit[0]], match[0])


_PRONOUNS = frozenset(("it", "this", "that", "which", "these", "those", "they"))
_STOPS = frozenset(
    ["and", "with", "for", "after", "before", "while", "but", "because", "as", "which", "that", "per", "since", "when", "where", "if", "until", "through", "into", "onto", "under", "during", "or", "on", "in", "about", "expect", "plan", "will"]
)
_AFTER_A_COUNT = frozenset(
    ["in", "during", "for", "at", "as", "by", "and", "while", "on", "last", "this", "from", "that", "through", "of", "be", "to", "compare", "versus", "vs", "with", "over", "sell", "mine", "self", "respectively", "per", "hold", "produce", "restrict", "pledge", "or", "which", "total", "worth", "were", "was"]
)


@lru_cache(maxsize=4096)
def _tokens(masked: str) -> tuple[Token, ...]:
    out = []
    for m in _TOKEN.finditer(masked):
        if m["q"] is not None:
            out.append(Token("q", m[0], "", m.start(), m.end(), int(m["q"])))
        elif m["p"] is not None:
            out.append(Token("p", m[0], "", m.start(), m.end(), int(m["p"])))
        elif m["w"] is not None:
            out.append(Token("w", m["w"], lemma(m["w"]), m.start(), m.end()))
        elif m["n"] is not None:
            out.append(Token("x", m[0], "", m.start(), m.end()))
        else:
            out.append(Token("x", m[0], "", m.start(), m.end()))
    return tuple(out)
