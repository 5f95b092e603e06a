"""Label the quantities of a sentence: metric, owner and period, or why it is skipped.

frames.yaml says which words mean which metric. Nothing is dropped: a quantity that no rule explains is
`not_understood`.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.parse.language.governors import (
    BEFORE,
    BEHIND,
    CHANGE,
    LABEL,
    MAIN,
    NOUN,
    VERB,
    Governor,
    GovernorFinder,
    is_price,
    sold_at,
)
from pipelines.parse.language.periods import Period
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.quantity_times import RESPECTIVELY, Setting, TimeFinder
from pipelines.parse.language.revenue_labels import lists_sources, revenue_label
from pipelines.parse.language.times import END, OTHER, resolve
from pipelines.parse.language.tokenized import Token, TokenizedSentence, tokens
from pipelines.watchlist.companies import other_names
from pipelines.watchlist.frames import Frame, Frames
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
REVENUE = "total_revenue"

_STOCKS = ("EH/s", "MW", "count")
_COUNTS = (*_STOCKS, "BTC")
_SALES = ("bitcoin_sold", "bitcoin_sale_proceeds", "average_sale_price")
_RATE_BEHIND = re.compile(
    r"^[^\w;]{0,2}(?:\s*(?:bitcoins?|btc|average|on average|mined|produced|of)\b){0,3}[^\w;]{0,2}\s*"
    r"(?:(?:per|a|each|every)[\s-]+(?:day|week|hour|exahash|eh/?s?|ph|share|month|miner|mwh?|machine|th|"
    r"petahash|"
    r"block|kwh)\b(?! (?:earlier|ago|before|prior))|"
    r"/\s?(?:day|eh|ph|mwh|share|th)\b|daily\b)|^[^⟦⟪.;]{0,50}\b(?:per|a|each|every) day\b",
    re.IGNORECASE,
)
_RATE_BEFORE = re.compile(
    r"\b(?:daily|per[- ]day|average (?:bitcoin|btc|coins) (?:produced|mined|earned)|average of|averag\w+|"
    r"on average)\b[^.;⟦]{0,60}$",
    re.IGNORECASE,
)
_FOR_CUSTOMERS = re.compile(
    r"^(?:the\s+|our\s+|its\s+)?(?:co-?location|hosting|hosted|cloud)\b", re.IGNORECASE
)
_BY_WHOM = re.compile(
    r"^\W*(?:[\w-]+\s+){0,5}?(?:by|for|to|from|through|of|on behalf of|"
    r"attributable to)\s+(?P<who>[^,;⟦(]{2,60})"
)
_AT_A_PLACE = re.compile(
    r"^\s*(?:(?:⟪\d+⟫|BTC|bitcoins?|were|was|self|mined|produced|of|capacity|hash rate|operational|operating|"
    r"miners|"
    r"energized|online)\s+)*(?:at|in|from)\s+(?:(?:our|its|the)\s+)?(?:(?:new|first|second|\w+ly)\s+)?"
    r"(?-i:(?!Bitcoin|BTC|Q\d|USD|Hash)[A-Z][\w.]+)"
)
# "In Abu Dhabi, where 2.7 exahash are now online".
# "The venture ended the month at 0.3 EH/s with 2,110 miners": one owner.
_OWNER_CUT = re.compile(
    r"⟧(?!\s+(?:with|from|on)\b)|[,;(]|\band\b(?!\s+(?:\w+ed|stands?|has|is|are|holds?|runs?)\b)",
    re.IGNORECASE,
)
_SAME_SUBJECT = re.compile(r"\s*and\s+(?!we\b|it\b|its\b|our\b|the company\b)", re.IGNORECASE)
_AT_OPENING = re.compile(
    r"^\W*(?:at|in)\s+(?-i:(?!Bitcoin|BTC|Q\d)[A-Z][a-z]+(?:\s[A-Z][a-z]+)*),", re.IGNORECASE
)
_WHERE = re.compile(r"(?-i:\b[A-Z]\w+),?\s+where\b[^;.,⟦]*$", re.IGNORECASE)
_TOGETHER = re.compile(r"\b(?:facilities|sites|locations|combined|together)\b", re.IGNORECASE)
_INCLUDING = re.compile(
    r"(?:\bincluding|\bof which|\bof these|\bcompris\w+(?: of)?|\bconsisting of|\bincludes?|\binclusive of|"
    r"\bexcluding|\bof them)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_NONE_LISTED = re.compile(
    r"^\W*(?:bitcoins?|btc) sold\b[^:⟦]{0,40}(?::|\s[–—-])\s*(?:none|zero|nil|no bitcoin|–|—|-)\W*$",
    re.IGNORECASE,
)
_PER_COIN = re.compile(r"^\W*\s*(?:[\w-]+\s+)?(?:per|each|for (?:each|one|every)|apiece)\b", re.IGNORECASE)
_MORE = re.compile(r"^\s*(?:more|fewer|less|higher|lower|additional|increase|decrease)\b", re.IGNORECASE)
_ADDED = re.compile(r"^[^,;.⟦]{0,30}\b(?:was|were|been|being)?\s*added\b", re.IGNORECASE)
_NEW = re.compile(r"^\s*new\b", re.IGNORECASE)
_COIN = re.compile(r"\b(?:bitcoins?|btc|coins?)\b|₿", re.IGNORECASE)
_COINS = re.compile(
    r"\b(?:bitcoins?|btc)\b[^⟦;]{0,20}?\band\s+(?:ethereum|ether|eth|usdc|litecoin|ltc|doge\w*)\b",
    re.IGNORECASE,
)
# "Holdings of BTC and ETH were 1,038.4 and 20,508.3".
_TWO_COINS = re.compile(
    r"\b(?:bitcoins?|btc)\s+and\s+(?:ethereum|ether|eth)\b[^⟦;]{0,40}⟦\d+⟧\s+and\s+⟦\d+⟧", re.IGNORECASE
)
_IN_ANOTHER_COIN = re.compile(
    r"^\s*(?:worth\s+)?(?:in|of)\s+(?:ethereum|ether|eth|usdc|litecoin|ltc|doge\w*|solana)\b", re.IGNORECASE
)
_UP_TO = re.compile(r"\b(?:up to|all but)\s+(?:approximately\s+|about\s+)?$", re.IGNORECASE)
_COUNTS_COINS = re.compile(r"\bproduction\b|\bmined\b|\buptime\b", re.IGNORECASE)
_KWH = re.compile(r"\bkwh\b|\bkilowatt[- ]hours?\b", re.IGNORECASE)
_HOLDS = re.compile(
    r"\b(?:held|holds?|holdings?|treasury|hodl|owned|owns?|balance|reserves?)\b", re.IGNORECASE
)
# "Realized $3 million of gains": not what a sale brought.
_OF_SOMETHING = re.compile(
    r"^\s*(?:of|in)\s+(?:[\w-]+\s+){0,3}?(?:revenues?|gains?|loss(?:es)?|credits?|savings?|income)\b",
    re.IGNORECASE,
)
_BOUGHT = re.compile(
    r"\b(?:bought|purchas\w+|acquir\w+|buying)\b(?! (?:energy|power|electricity))", re.IGNORECASE
)
_EARLIER = re.compile(
    r"(?:(?:prior|previous|last|month|quarter|year|comparable|period)\s+)*revenues?", re.IGNORECASE
)
_OF_THEM = re.compile(r"^\s*(?:bitcoins?\s+)?of (?:which|them|these|those)\b", re.IGNORECASE)
_PART_HELD = re.compile(r"\bunrestricted\b", re.IGNORECASE)
_RESTRICTED = re.compile(r"(?<!un)\brestricted\b", re.IGNORECASE)
_MINES = re.compile(r"\b(?:mined|produced|earned|production)\b", re.IGNORECASE)
_SALE = re.compile(r"\bs(?:old|ales?|elling|ell)\b|\breali[sz]ed\b|\bliquidat|\bmoneti", re.IGNORECASE)
_POWER = re.compile(r"\b(?:power|energy|curtail\w*|demand response|electricity)\b", re.IGNORECASE)
_INCLUDED = re.compile(r",\s+(?:including|of which|excluding)\b[^,;]*,", re.IGNORECASE)
_REVENUE_PER = re.compile(r"\s*(?:of|in)\s+(?:\w+\s+){0,2}revenues?\s+(?:per|for each|a)\b", re.IGNORECASE)
_ENDS_A_PHRASE = ("and", "with", "while")
_REVENUE_WORD = re.compile(r"\brevenues?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result for one quantity.

    Args:
        reason: One of REASONS, or empty for a figure.
        dated: Whether the sentence names the period.
        label: The line of revenue of an amount of revenue, else the sentence.
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


class Labeller:
    """Labels the quantities of one sentence."""

    def __init__(self, text: str, setting: Setting, frames: Frames, words: MetricWords) -> None:
        self.setting, self.frames, self.words = setting, frames, words
        self.sentence = TokenizedSentence(text, setting.disclosure, frames)
        self.tokens = self.sentence.tokens
        self.governors = GovernorFinder(self.sentence, frames, words)
        self.times = TimeFinder(self.sentence, setting)
        self.done: dict[int, Reading] = {}

    def read(self) -> list[Reading]:
        """A reading of every quantity in a unit of ours, and of "did not sell"."""
        order = sorted(self.sentence.at, key=self.sentence.at.__getitem__)
        row, text = self._is_row(), self.sentence.text
        for ref in order:
            quantity = self.sentence.quantities[ref]
            if quantity.value is None or quantity.unit not in (*OUR_UNITS, None):
                continue
            if row and (quantity.unit is not None or _COIN.search(text)):
                reading: Reading | None = self._skipped(quantity, NOT_UNDERSTOOD, "a row of a table")
            else:
                reading = None if row else self._label(ref)
            if reading is not None:
                self.done[ref] = reading
                if not reading.reason and reading.period:
                    self.times.first_of.setdefault(reading.metric, (reading.period, reading.dated))
        self._find_totals()
        return [*(self.done[r] for r in order if r in self.done), *self._nothing_sold()]

    def _is_row(self) -> bool:
        """Whether a sentence is a row of a table whose markup is lost: two numbers in a row."""
        places = sorted(self.sentence.at.values())
        return any(
            k == i + 1 and not self.sentence.between(i, k).strip() for i, k in itertools.pairwise(places)
        )

    def _matches(self, pattern: str, text: str) -> bool:
        """Whether a text contains a phrase of frames.yaml."""
        return bool(self.frames.compiled[pattern].search(text))

    # ------------------------------------------------------------------ one quantity

    def _label(self, ref: int) -> Reading | None:
        """The reading of a quantity; None for a bare number that counts nothing of ours."""
        i = self.sentence.at[ref]
        quantity = self._in_own_unit(ref)
        unit, behind = quantity.unit, self.sentence.behind(i)
        if unit is None and not self._may_count(i, quantity):
            label = None if quantity.scaled else self.governors.label_of(i)
            return self._figure(ref, quantity, label, MAIN) if label is not None else None
        reason, why = self._not_counted(i, quantity)
        if reason:
            return self._skipped(quantity, reason, why) if unit is not None else None
        role, governor = self.governors.find(i, unit)
        up_to = quantity.qualifier == "up_to" or _UP_TO.search(self.sentence.before(i))
        if up_to and unit in _STOCKS:
            return self._skipped(quantity, PLAN, "up to")
        if i > 0 and self.tokens[i - 1].lemma in ("first", "next", "last", "initial") and unit in _COUNTS:
            return self._skipped(quantity, NOT_OURS, "a part of more")
        if role == MAIN and governor is not None and self._is_compared(governor):
            role = BEFORE
        if role == CHANGE or (self._adds(unit, behind) and role != BEFORE):
            return self._skipped(quantity, NOT_OURS, "a change")
        if role == BEFORE and governor is None:
            governor = self.governors.compared_with(i, unit)
            if governor is None:
                reason = NOT_OURS if unit in ("USD", "percent") else NOT_UNDERSTOOD
                return self._skipped(quantity, reason, "compared with")
        if governor is None:
            return self._unexplained(i, quantity) if unit is not None else None
        return self._figure(ref, quantity, governor, role)

    def _is_compared(self, governor: Governor) -> bool:
        """Whether a noun of revenue follows a comparison: "compared with prior-month revenue of"."""
        stated = any(g.code == REVENUE for g in self.governors.known.values())
        if governor.via != NOUN or governor.code != REVENUE or not stated:
            return False
        k = governor.first - 1
        while k >= 0 and (k in self.sentence.in_time or self.tokens[k].lemma in ("the", "its", "our", "a")):
            k -= 1
        before = self.sentence.span(max(0, k - 1), k + 1)
        return bool(re.search(r"\b(?:compared (?:to|with)|versus|vs|than|against)$", before, re.IGNORECASE))

    @staticmethod
    def _adds(unit: str | None, behind: str) -> bool:
        """Whether a quantity is added to a stock: "500 new miners", but not "mined 301 new bitcoin"."""
        return (unit in _COUNTS and bool(_MORE.match(behind))) or (
            unit in _STOCKS and bool(_NEW.match(behind) or _ADDED.match(behind))
        )

    def _skipped(self, quantity: Quantity, reason: str, why: str = "", metric: str = "") -> Reading:
        return Reading(quantity, reason, metric, label=self.sentence.text, why=why)

    def _in_own_unit(self, ref: int) -> Quantity:
        """A quantity; dollars in a sentence about kilowatt-hours are a cost of power."""
        quantity = self.sentence.quantities[ref]
        cents = quantity.unit == "USD" and quantity.value is not None and abs(quantity.value) < 1
        if cents and quantity.value is not None and _KWH.search(self.sentence.masked):
            # "The energy cost per kilowatt-hour went from $0.040 to $0.032".
            quantity = replace(quantity, unit="c/kWh", value=quantity.value * 100, step=quantity.step * 100)
            self.sentence.quantities[ref] = quantity
        ahead = self._counted_ahead(self.sentence.at[ref])
        if quantity.unit is None and not quantity.scaled and ahead:
            quantity = replace(quantity, unit=ahead)
            self.sentence.quantities[ref] = quantity
        return quantity

    def _counted_ahead(self, i: int) -> str:
        """The unit of a number behind whose adjectives its noun stands: "26,747 unrestricted BTC"."""
        for k in range(i + 1, min(i + 6, len(self.tokens))):
            word = self.sentence.word(k)
            listed = word in ("and", "or") and k > i + 1
            if word is None or k in self.sentence.in_time:
                return ""
            if not listed and self.sentence.is_class(k, "stop", "copula"):
                return ""
            if word in ("miner", "machine", "rig") and k > i + 1:
                return "count"
            if word == "bitcoin" and self.sentence.word(k + 1) not in ("miner", "mining", "machine"):
                return "BTC" if k > i + 1 and self._is_coin(k, self.sentence.word(k + 1) or "") else ""
        return ""

    def _may_count(self, i: int, quantity: Quantity) -> bool:
        """Whether a number without a unit may count bitcoin: no noun of something else follows."""
        named = _COIN.search(self.sentence.text) or _COUNTS_COINS.search(self.sentence.masked)
        named = named or _RESTRICTED.search(self.sentence.masked)
        if quantity.scaled or not named:
            return False
        classes = self.frames.classes
        following = self.sentence.word(i + 1)
        return (
            following is None or following in classes["after_a_count"] or following in classes["up_or_down"]
        )

    def _not_counted(self, i: int, quantity: Quantity) -> tuple[str, str]:
        """The reason why a quantity counts nothing of ours, by what stands right behind it."""
        unit, behind = quantity.unit, self.sentence.behind(i)
        noun = self.sentence.word(i + 1)
        if unit in ("BTC", None) and noun is not None and not self._is_coin(i, noun):
            return NOT_OURS, f"counts {noun}"
        if unit != "percent" and _RATE_BEHIND.match(behind) and not is_price(behind):
            return RATE, ""
        if unit == "USD" and _IN_ANOTHER_COIN.match(behind):
            return NOT_OURS, "another coin"
        two_coins = unit is None and _TWO_COINS.search(self.sentence.masked)
        if unit in ("BTC", "USD", None) and (two_coins or RESPECTIVELY.search(self.sentence.masked)):
            run = self.sentence.run(i)
            if len(run) == 2 and run[1] == i and _COINS.search(self.sentence.masked):
                # The second of "BTC and ETH of 553.2 and 9,900.9, respectively".
                return NOT_OURS, "another coin"
            if unit == "USD" and len(run) == 2 and self._coins_before(run[0])[run.index(i)] == "ETH":
                # The first of "6,800 ETH and 3,000 BTC, worth $16 million and $200 million, respectively".
                return NOT_OURS, "another coin"
            revenue = unit == "USD" and _REVENUE_WORD.search(self.sentence.masked)
            if revenue and RESPECTIVELY.search(behind) and lists_sources(self.sentence, i):
                return NOT_UNDERSTOOD, "parts listed with respectively"
        return "", ""

    def _coins_before(self, i: int) -> tuple[str, str]:
        """The coins that the two quantities before a token count, if they are two coins."""
        units = [self.sentence.quantity_at(k).unit or "" for k in sorted(self.sentence.at.values()) if k < i]
        return (units[-2], units[-1]) if {*units[-2:]} == {"BTC", "ETH"} else ("", "")

    def _is_coin(self, i: int, noun: str) -> bool:
        """Whether the noun that the number governs is bitcoin: not "bitcoin call options"."""
        things = self.frames.classes["coin_things"]
        if noun not in things:
            return True
        if noun in ("mining", "mine"):
            mined = self.tokens[i + 1].text.lower() == "mined"
            return mined or self.sentence.word(i + 2) not in things
        return noun in ("price", "per", "network", "value")

    def _unexplained(self, i: int, quantity: Quantity) -> Reading:
        """A quantity without a governor."""
        start, stop = self.sentence.clause(i, i)
        clause = self.sentence.masked[start:stop]
        if quantity.unit == "percent":
            return self._skipped(quantity, NOT_OURS, "a percentage")
        if self._is_plan(clause):
            return self._skipped(quantity, PLAN)
        if self._matches("market", clause):
            return self._skipped(quantity, MARKET)
        other = self._matches("other_money", clause) or re.match(r"^\s*per\s", self.sentence.behind(i))
        if quantity.unit == "USD" and other:
            return self._skipped(quantity, NOT_OURS, "other money")
        return self._skipped(quantity, NOT_UNDERSTOOD)

    # ------------------------------------------------------------------ a governed quantity

    def _figure(self, ref: int, quantity: Quantity, governor: Governor, role: str) -> Reading:
        """A figure, or the reason why a governed quantity is none."""
        i = self.sentence.at[ref]
        self.governors.known[ref] = governor
        words = self.sentence.span(governor.first, governor.last + 1)
        why = f"{governor.frame.name} by {governor.via} {words!r}"
        metric, scope, reason = self._metric(i, governor)
        plain = reason == NOT_UNDERSTOOD and governor.frame.name == "hash_rate"
        if plain and self._owner(governor, i, COMPANY) == HOSTED:
            # A hash rate of customers' machines needs no kind.
            metric, reason = "hashrate_hosted", ""
        reason = reason or self._refused(i, quantity, governor, role, metric)
        if reason:
            return self._skipped(quantity, reason, why, metric)
        head = self._compared_head(i, metric) if role == BEFORE else None
        if head is not None and head.reason:
            return self._skipped(quantity, head.reason, f"{why}; compared with {head.quantity.text}", metric)
        owner = self._owner(governor, i, scope)
        if owner == COMPANY and head is not None:
            owner = head.scope
        if owner is None or (owner != COMPANY and metric in _SALES):
            return self._skipped(quantity, ANOTHER_COMPANY, why, metric)
        if owner == HOSTED and metric.startswith("hashrate_"):
            metric = "hashrate_hosted"
        label = self.sentence.text
        if governor.via == LABEL and ":" in self.sentence.between(governor.last, i):
            label = label.partition(":")[0]
        if metric == REVENUE:
            label = revenue_label(self.sentence, i, governor)
            if head is not None and _EARLIER.fullmatch(label):
                # "Mining revenue was $3.8 million, against prior-month revenue of $5.3 million".
                heads = [r for r, x in self.done.items() if x.metric == REVENUE and not x.reason]
                label = self.done[min(heads, key=self.sentence.at.__getitem__)].label if heads else label
            if self._matches("part_of_revenue", label):
                return self._skipped(quantity, NOT_OURS, why, metric)
        known = self.words.by_code.get(metric)
        found = self.times.period_of(i, governor, role, known.covers if known else "period")
        why = f"{why}; period by {found.rule}"
        if found.period is None:
            reason = NOT_UNDERSTOOD if found.rule == "no time" else OTHER_PERIOD
            return Reading(quantity, reason, metric, owner, label=self.sentence.text, why=why)
        if found.period.end > self.setting.disclosure.disclosed_on:
            return self._skipped(quantity, PLAN, why, metric)
        return Reading(quantity, "", metric, owner, found.period, found.named, label, why)

    def _compared_head(self, i: int, metric: str) -> Reading | None:
        """The figure that a quantity is compared with, or a quantity refused for what it belongs to.

        "Customers mined 6,756, from 3,405": the second number is the customers' too.
        """
        at = self.sentence.at
        earlier = [r for r, x in self.done.items() if at[r] < i and x.metric == metric]
        head = self.done[max(earlier, key=at.__getitem__)] if earlier else None
        return head if head and head.reason in ("", RATE, SITE, MARKET, ANOTHER_COMPANY) else None

    def _refused(self, i: int, quantity: Quantity, governor: Governor, role: str, metric: str) -> str:
        """The reason that the words around a governed quantity exclude it; else empty."""
        sentence = self.sentence
        start, stop = sentence.clause(min(governor.first, i), max(governor.last, i))
        here, behind = self.tokens[i].start, sentence.behind(i)
        until = re.split(r"[,;()]|\band\b", behind)[0][:80]
        if governor.via == BEHIND:
            until = sentence.masked[self.tokens[i].end : stop].split("⟦")[0]
        ahead = sentence.masked[start : self.tokens[i].end]
        if role != BEFORE and (self._is_plan(ahead) or self._is_plan(until)):
            return PLAN
        if metric == REVENUE and _REVENUE_PER.match(behind):
            return RATE
        itself_behind = governor.via == BEHIND and governor.first > i
        if metric == REVENUE and not itself_behind and self._heads_other_money(behind):
            return NOT_OURS
        coins = quantity.unit in ("BTC", None) and metric != "average_sale_price"
        if coins and _RATE_BEFORE.search(sentence.masked[start:here]):
            return RATE
        verb = governor.via == VERB
        first = min(governor.first if verb else sentence.phrase_start(governor.first, 0), i)
        phrase = sentence.span(first, max(governor.last, i) + 1)
        if governor.frame.unit in ("EH/s", "BTC") and self._matches("market", phrase):
            return MARKET
        if re.search(r"\bnegative\b", phrase, re.IGNORECASE):
            return NOT_UNDERSTOOD
        beside = self._beside_bracket(i, governor, start)
        if beside:
            return beside
        if self._is_site(i, quantity.unit):
            return SITE
        if metric in ("uptime", "fleet_efficiency", "power_cost"):
            near = (
                sentence.masked if metric == "uptime" else f"{phrase} {re.split(r'[,;.⟦]', behind)[0][:60]}"
            )
            if self._of_one_site(near):
                return SITE
        if metric == "capacity_mw" and _BOUGHT.search(sentence.masked[start:stop]):
            return NOT_OURS
        if metric == "bitcoin_held" and _PART_HELD.search(phrase) and _RESTRICTED.search(sentence.masked):
            return NOT_OURS
        part = _INCLUDING.search(sentence.before(i))
        own = self._matches("customers", until) or scope_in(until)[0] is not None
        may_be_part = role == MAIN and not governor.frame.within and quantity.unit != "USD" and not own
        if (
            _OF_THEM.match(behind)
            and governor.first < i
            and scope_in(until)[0] is None
            and not self._matches("customers", until)
        ):
            return NOT_OURS
        itself = part and self.tokens[governor.first].start >= part.start()
        if part and may_be_part and not itself and self.tokens[governor.last].end <= part.end():
            return NOT_OURS
        return ""

    def _heads_other_money(self, behind: str) -> bool:
        """Whether a noun of other money follows an amount: "record revenue, $53.7m operating cash flow"."""
        noun = re.match(
            r"(?:\s+(?:US )?dollars)?\s+"
            r"(?!(?:dollars|in|of|for|and|at|as|to|from|on|by|with|was|were)\b)(?:[\w-]+\s*){1,3}",
            behind,
        )
        return bool(noun and self._matches("other_money", noun[0]) and not _REVENUE_WORD.search(noun[0]))

    def _is_plan(self, text: str) -> bool:
        """Whether a text is about the future; "by December 31" is not if that day is past."""
        if self._matches("plan", text):
            return True
        ends = [t.period.end for t in self.sentence.times if t.period is not None]
        past = ends and all(end <= self.setting.disclosure.disclosed_on for end in ends)
        return not past and self._matches("by_a_time", text)

    def _beside_bracket(self, i: int, governor: Governor, start: int) -> str:
        """The reason of the quantity before a bracket, for those in it: "28 EH/s in 4Q (14 J/TH)"."""
        bracket = self.sentence.bracket(i)
        at = self.sentence.at
        outer = [r for r in self.done if bracket and at[r] < bracket[0] < governor.first]
        if not outer:
            return ""
        ref = max(outer, key=at.__getitem__)
        reason = self.done[ref].reason
        same = self.sentence.clause(at[ref], i)[0] <= start
        return reason if same and reason in (PLAN, NOT_UNDERSTOOD) else ""

    # ------------------------------------------------------------------ what it is

    def _metric(self, i: int, governor: Governor) -> tuple[str, str, str]:
        """The metric, its scope, and the reason if there is none."""
        sentence, frame, scope = self.sentence, governor.frame, governor.scope
        window = self._window(i, governor)
        metric = governor.code
        if governor.first > 0 and self.tokens[governor.first - 1].lemma == "equivalent":
            return metric, scope, NOT_OURS
        fleet = any(t.lemma == "fleet" for t in window)
        if any(t.lemma in frame.excluded for t in window) or (
            not fleet and governor.first != i and any(t.lemma in frame.never for t in self.tokens)
        ):
            return metric, scope, NOT_OURS
        start, stop = sentence.clause(min(governor.first, i), max(governor.last, i))
        if re.match(r",\s+with\b", sentence.masked[start:]):
            # ", with a hash rate capacity of 7.5 EH/s": the kind is before the comma.
            start = sentence.clause_start(start)
        clause = sentence.masked[start:stop]
        if frame.per_coin and not governor.metric:
            each = any(t.lemma in ("per", "average", "each", "one", "mine") for t in window)
            one = each or _PER_COIN.match(sentence.behind(i)) or sold_at(sentence.before(i))
            if not one or not _COIN.search(sentence.text):
                return metric, scope, NOT_OURS
        bought = _BOUGHT.search(clause) and not re.search(r"\bs(?:old|ales?)\b", clause, re.IGNORECASE)
        if bought and frame.name in ("coin_cost", "price"):
            return metric, scope, NOT_OURS
        if not self._fits_text(metric, clause, sentence.behind(i)):
            return metric, scope, NOT_OURS
        if frame.kinds and (
            not governor.metric or governor.metric == "ambiguous_hashrate" or scope == COMPANY
        ):
            metric, scope = self._with_kind(metric, scope, governor, clause, window, i)
            if not metric:
                return frame.metric, scope, NOT_UNDERSTOOD
        if metric.startswith("hashrate") and any(
            t.lemma == "average" for t in self.tokens[governor.last + 1 : i]
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
            return bool(_SALE.search(masked))
        if metric == "bitcoin_sale_proceeds":
            return bool(_COIN.search(text) and _SALE.search(masked)) and not _OF_SOMETHING.match(behind)
        if metric == "bitcoin_fair_value":
            if _COINS.search(text) and not RESPECTIVELY.search(masked):
                # The value of bitcoin and ether together.
                return False
            held = any(g.code == "bitcoin_held" for g in self.governors.known.values())
            return bool(_COIN.search(text) and (held or _HOLDS.search(masked)) and not _MINES.search(clause))
        if metric == "power_credits" and re.search(r"\b(?:such|these|those)\b", clause, re.IGNORECASE):
            return bool(_POWER.search(masked))
        return metric != "power_credits" or bool(_POWER.search(clause))

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
            kind = kind or (_only_kind(frame, own_part) if len(alike) == 1 else None)
            return (kind or "", scope) if frame.name == "hash_rate" else (metric if kind else "", scope)
        return metric, kind or scope

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

    # ------------------------------------------------------------------ whose it is

    def _owner(self, governor: Governor, i: int, scope: str) -> str | None:
        """The owner of a figure, as a scope; None for another company."""
        sentence, unit = self.sentence, governor.frame.unit
        first = min(governor.first, i)
        start, stop = sentence.clause(first, max(governor.last, i))
        if re.match(r",?\s+(?:which|who|that|whose)\b", sentence.masked[start:]):
            start = sentence.clause_start(start)
        shared = _SAME_SUBJECT.match(sentence.masked[start:])
        if shared and sentence.clause_start(start) < start:
            start = sentence.clause_start(start)
        if governor.via == BEHIND or governor.last < i - 12:
            cuts = _OWNER_CUT.finditer(sentence.before(i))
            start = max([start, *(m.end() for m in cuts)])
        subject = sentence.masked[start : self.tokens[max(first, min(governor.last, i))].end]
        if governor.via == VERB:
            # "Produced 166, including 30 from our joint venture, sold 100": the sale is the company's.
            subject = _INCLUDED.sub(",", subject)
        others = other_names(self.setting.disclosure.company)
        if (others is not None and others.search(subject)) or self._matches("others", subject):
            return None
        if unit not in _COUNTS or unit == "MW":
            return scope
        next_one = next((t.start for t in self.tokens[i + 1 :] if t.kind == "q"), stop)
        behind = sentence.masked[self.tokens[i].end : min(stop, next_one)]
        by = _BY_WHOM.match(behind)
        who = by["who"] if by else ""
        if scope_in(who)[0] == COMPANY and not self._matches("customers", who):
            return COMPANY
        if re.search(r"\bjoint[- ]venture|\bjvs?\b", f"{subject} {who}", re.IGNORECASE):
            return JOINT_VENTURE
        if unit in _STOCKS and scope_in(re.split(r"[,;⟦]", behind)[0][:60])[0] == TOTAL:
            return TOTAL
        named = self._named_owner(governor, i, behind) if scope == COMPANY else None
        if named is not None:
            return named
        if scope_in(sentence.masked[start:stop])[0] == TOTAL and unit in _STOCKS:
            return TOTAL
        mine = re.search(r"\bself[- ]min", subject, re.IGNORECASE)
        if _FOR_CUSTOMERS.match(who) or self._matches("customers", who):
            return HOSTED
        return HOSTED if self._matches("customers", subject) and not mine else scope

    def _named_owner(self, governor: Governor, i: int, behind: str) -> str | None:
        """The scope named right behind a quantity, or in its governor's phrase."""
        sentence, unit = self.sentence, self.sentence.quantity_at(i).unit
        near = re.split(r"[,;]|\band\b|⟦", behind)[0][:40]
        named = scope_in(near)[0] if governor.frame.unit != "BTC" else None
        first = min(governor.first, i)
        listed = any(t.kind == "q" and sentence.same_unit(t.ref, unit) for t in self.tokens[first:i])
        if named is None and not listed:
            named = scope_in(sentence.span(sentence.phrase_start(first, 0), max(i, governor.last) + 1))[0]
        return named

    def _is_site(self, i: int, unit: str | None) -> bool:
        """Whether a quantity belongs to one site: "442 at Lake Mariner"."""
        if unit not in (*_COUNTS, None):
            return False
        behind = self.sentence.behind(i)
        place = re.split(r"[,;⟦]", behind)[0]
        if _AT_A_PLACE.match(place) and not _TOGETHER.search(place):
            return True
        before = self.sentence.before(i)
        if _WHERE.search(before) or (unit in _STOCKS and _AT_OPENING.match(before)):
            return True
        start, _ = self.sentence.clause(i, i)
        if re.match(r",\s+with\b", self.sentence.masked[start:]):
            start = self.sentence.clause_start(start)
        near = self.sentence.before(i)[start:][-120:]
        near += re.split(r"[,;.⟦]|\b(?:as|where|which|and)\b", behind)[0][:60]
        every = re.search(r"\b(?:all|across)\b", near, re.IGNORECASE)
        return unit in _STOCKS and self._matches("site", near) and not every

    def _of_one_site(self, text: str) -> bool:
        """Whether an average is one site's: "uptime at our Rockdale facility was 95%"."""
        every = re.search(r"\b(?:all|across|sites|facilities|fleet|overall|total)\b", text, re.IGNORECASE)
        return not every and self._matches("site", text)

    def _find_totals(self) -> None:
        """A figure that is the sum of its owners' parts is the total of all owners."""
        figures = {r: x for r, x in self.done.items() if not x.reason and x.quantity.value is not None}
        for ref, whole in figures.items():
            parts = [
                x
                for r, x in figures.items()
                if r != ref
                and x.period == whole.period
                and x.metric in (whole.metric, "hashrate_hosted" if x.quantity.unit == "EH/s" else "")
            ]
            others = any(x.scope in (HOSTED, JOINT_VENTURE) for x in parts)
            added = sum(x.quantity.value or 0 for x in parts)
            if whole.scope == COMPANY and len(parts) >= 2 and others and added == whole.quantity.value:
                self.done[ref] = replace(whole, scope=TOTAL)

    def _nothing_sold(self) -> Iterator[Reading]:
        """ "Did not sell any bitcoin": a count of zero."""
        masked = self.sentence.masked
        match = _NONE_LISTED.match(masked) or self.frames.compiled["none_sold"].search(masked)
        if not match or any(r.metric == "bitcoin_sold" and not r.reason for r in self.done.values()):
            return
        rest = re.split(r"[.;]", masked[match.end() :])[0][:60]
        if not _COIN.search(match[0] + rest) and not re.search(r"\b(?:any|production)\b", rest):
            return
        start = self.sentence.clause_start(match.start())
        stop = min((b for b in self.sentence.boundaries if b >= match.end()), default=len(masked))
        if self._matches("plan", masked[start : match.end()]):
            return
        usable = [t for t in self.sentence.times if not self.times.compares(t) and t.kind != END]
        inside = [t for t in usable if start <= t.start < stop] or [
            t for t in usable if t.start < match.start()
        ]
        zero = Quantity(Decimal(0), "BTC", "", Decimal(1), False, match.start(), match.end(), match[0])
        if any(t.kind == OTHER or t.bounded for t in inside):
            yield self._skipped(zero, OTHER_PERIOD, metric="bitcoin_sold")
            return
        setting = self.setting
        period = setting.base
        if inside:
            period = resolve(inside[0], setting.base, setting.subject, setting.disclosure)
        if period is None or period.start is None or period.end > setting.disclosure.disclosed_on:
            return
        text = self.sentence.text
        yield Reading(zero, "", "bitcoin_sold", COMPANY, period, bool(inside), text, "sell: none sold")


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
    if any(kind == "hashrate_average_operating" for kind, _, _ in found):
        return "hashrate_average_operating"
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
