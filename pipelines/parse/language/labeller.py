"""Label the quantities of a sentence: metric, owner and period, or why it is skipped.

frames.yaml says which words mean which metric. Nothing is dropped: a quantity that no rule explains is
`not_understood`.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.parse.language.counted import COIN, COUNTS, RESTRICTED, CountedFinder
from pipelines.parse.language.governor import (
    BEFORE,
    BEHIND,
    CHANGE,
    FROM,
    ITS_CLAUSE,
    LABEL,
    MAIN,
    NOUN,
    OF_THEM,
    STOCKS,
    VERB,
    Governor,
    moves_up,
)
from pipelines.parse.language.governors import GovernorFinder
from pipelines.parse.language.meanings import BOUGHT, REVENUE, MeaningFinder
from pipelines.parse.language.owners import OwnerFinder
from pipelines.parse.language.periods import Period
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.quantity_times import AS_BESIDE, TimeFinder
from pipelines.parse.language.reasons import (
    ANOTHER_COMPANY,
    MARKET,
    NOT_OURS,
    NOT_UNDERSTOOD,
    OTHER_PERIOD,
    PLAN,
    RATE,
    SITE,
)
from pipelines.parse.language.revenue_labels import revenue_label
from pipelines.parse.language.setting import Setting, StatedBefore
from pipelines.parse.language.times import ABSOLUTE, END, OTHER, resolve
from pipelines.parse.language.tokenized import REVENUE_WORD, TokenizedSentence
from pipelines.watchlist.frames import Frames
from pipelines.watchlist.metrics import COMPANY, HOSTED, JOINT_VENTURE, TOTAL, MetricWords, scope_in

OUR_UNITS = ("USD", "BTC", "EH/s", "J/TH", "c/kWh", "MW", "percent", "count")

_MOVED = frozenset(("return", "sell", "order", "purchase", "buy", "replace", "retire", "remove", "release"))
_OF_MACHINES = re.compile(
    r"⟦(?P<ref>\d+)⟧[^;.⟦]{0,30},?\s+with\s+(?:an?|its|the)?\s*(?:total|combined|aggregate)?\s*$",
    re.IGNORECASE,
)
_SALES = ("bitcoin_sold", "bitcoin_sale_proceeds", "average_sale_price")
_RATE_BEFORE = re.compile(
    r"\b(?:each|every|per|an|one) (?:exahash|petahash|eh(?:/s)?|miner|machine|megawatt|mw)\b[^.;⟦]{0,40}$|"
    r"\b(?:daily|per[- ]day|average (?:bitcoin|btc|coins) (?:produced|mined|earned)|average of|averag\w+|"
    r"on average)\b[^.;⟦]{0,60}$",
    re.IGNORECASE,
)
_INCLUDING = re.compile(
    r"(?:\bincluding|\bof which,?|\bof these,?|\bcompris\w+(?: of)?|\bconsisting of|\bincludes?|"
    r"\binclusive of|\bexcluding|\bof them)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_NONE_LISTED = re.compile(
    r"^\W*(?:bitcoins?|btc) sold\b[^:⟦]{0,40}(?::|\s[–—-])\s*(?:none|zero|nil|no bitcoin|–|—|-)\W*$",
    re.IGNORECASE,
)
# "So as not to sell bitcoin" says what is wanted, not what was done.
_NOT_DONE = re.compile(
    r"\b(?:so as|in order|strategy|strategies|policy|approach|intent\w*|ability|aims?|preference|goal|tries|"
    r"try|trying)\s+(?:is |of |was |to )*$",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\b(?:up to|all but)\s+(?:approximately\s+|about\s+)?$", re.IGNORECASE)
_EARLIER = re.compile(
    r"(?:(?:prior|previous|last|month|quarter|year|comparable|period)\s+)*revenues?", re.IGNORECASE
)
# "That includes more than 13,000 rigs".
_THAT_INCLUDES = re.compile(
    r"\W*(?:that|this|which|of (?:that|these|which))\s+(?:includ|compris)", re.IGNORECASE
)
# "Crossing the 6,000 BTC milestone", "selling an additional 11 bitcoin".
_MILESTONE = re.compile(
    r"[\s-]*(?:bitcoins?|btc|coins?)?[\s-]*(?:milestone|mark|threshold|level)\b", re.IGNORECASE
)
_ADDITIONAL = re.compile(r"\b(?:additional|extra|further)\s+$", re.IGNORECASE)
_PART_HELD = re.compile(r"\bunrestricted\b", re.IGNORECASE)
_TOTAL_HELD = re.compile(r"\btotal (?:\w+ )?(?:holdings|balance|bitcoin)\b", re.IGNORECASE)
# "Revenue of $33 million missed analyst estimates".
_ENDS_A_REMARK = re.compile(
    r"[,;()⟦]|\band\b|\b(?:miss|beat|top|trail|exceed|surpass|outpac)\w*\b|\b(?:ahead|short|shy) of\b|"
    r"\b(?:above|below|compared|"
    r"versus|vs|against)\b",
    re.IGNORECASE,
)
# "That compares with", "A year earlier it was".
_COMPARES = re.compile(
    r"^\W*(?:(?:that|this|it|the (?:figure|result|number|total)|which)\s+(?:compare[sd]?|(?:was|is) (?:up|"
    r"down|"
    r"more|less)|follow(?:s|ed))\b|(?:compared|up|down) |(?:⟪\d+⟫|(?:in |for )?(?:the )?(?:a )?(?:year|same|"
    r"previous|prior|corresponding|quarter|month|one)\b[^,⟦]{0,40}),?\s+(?:it|the figure|that figure|the "
    r"number|"
    r"the total) (?:was|had been|stood at|came to|were)\b)",
    re.IGNORECASE,
)
# "That takes the total for the first quarter to 1,871 BTC".
_TAKES_TO = re.compile(
    r"\W*(?:that|this|which|it)\s+(?:takes?|took|brings?|brought|puts?)\s+(?:the|its|their|our)\s+(?:⟪\d+⟫['’]?s?\s+)?"
    r"(?:total|tally|count|output|production)\b",
    re.IGNORECASE,
)
# "Mined 1,434 BTC in Q4 2022; 5,167 BTC in 2022".
_GOES_ON = re.compile(r"\W*(?:and\s+)?⟦0⟧\s+(?:in|for|during)\s+(?:the\s+)?(?:⟪0⟫|20[12]\d\b)", re.IGNORECASE)
_LIGHT = re.compile(
    r"(?:\s*(?:about|only|just|roughly|some|nearly|around|an?|the|with|to|from|than|at|mere|up|down|more|less|by|⟪\d+⟫['’]?s?))*\s*[~$]?\s*",
    re.IGNORECASE,
)
# "At 30 EH/s, fleet efficiency of 16 J/TH" is a condition, not what is.
_AT_A_HASH_RATE = re.compile(r"\W*at\s+⟦(?P<ref>\d+)⟧\s*,", re.IGNORECASE)
# "Improves fleet efficiency to 24.8 J/TH": what an expansion will do; what was done is "improved".
_IMPROVES = re.compile(r"\W*(?:improves|reduces|lowers)\b", re.IGNORECASE)
_GUIDED = re.compile(
    r"\b(?:guidance|estimates?|forecasts?|expectations?|(?<!on )targets?|budget)\b[^;⟦]*⟦\d+⟧$", re.IGNORECASE
)
# "$8.7 billion of revenue over the 12-year contract".
_OVER_A_TERM = re.compile(
    r"^[^.;]{0,60}?\bover (?:(?:the|its|their|an?) (?:[\w-]+ ){0,2}(?:term|life)\b|"
    r"(?:(?:the|its|their|an?) )?(?:\d+|two|three|five|ten|twelve|fifteen|twenty)[- ]years?\b)",
    re.IGNORECASE,
)
# "$95.4 million, $68.1 million of which came from self-mining".
_OF_WHICH = re.compile(r"\s*of (?:which|it|that|them)\b", re.IGNORECASE)
# "Revenue, excluding hosting, was".
_WITHOUT = re.compile(r"\brevenues?,?\s+(?:excluding|before|without)\b", re.IGNORECASE)
# "Bitcoin Held 2 | 9,704 | 9,334": cells of a row.
# "Metric August 2025 September 2025 - Mined 5.8": headings of columns.
# Not "reported a Q2 FY2025 quarter ended September 30, 2024 with total revenue of $22.6 million".
_HEADED = re.compile(r"(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bits )⟪\d+⟫\s+⟪\d+⟫\s+[^⟪⟫⟦]{0,60}⟦", re.IGNORECASE)
_CELLS = re.compile(
    r"⟦\d+⟧\s*\||\|\s*⟦\d+⟧|(?<=\s)(?:N/A|[–—-])\s+(?:N/A|[–—-])(?=\s|$)|⟦\d+⟧\s+N/A\b"
    # "Miners~1,000~12,450", "Revenue$0.2 million$1.7 million": cells that run together.
    r"|(?:[a-z]{2}|⟧)[*)]?[$~]\s*⟦|⟧⟦"
)
_PER = re.compile(r"\s*(?:per|for each|for every)\b", re.IGNORECASE)
# "891 from owned miners", "2,047 bitcoin through datacenter hosting".
_OWNER_OF = re.compile(
    r"\s*(?:bitcoins?\s+|btc\s+)?((?:from|by|through|via)\s+[^⟦⟪,;.]{3,40}?)\s*(?=[,;.⟦]|\band\b|$)",
    re.IGNORECASE,
)
_REVENUE_PER = re.compile(r"\s*(?:of|in)\s+(?:\w+\s+){0,2}revenues?\s+(?:per|for each|a)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """The result for one quantity.

    Args:
        reason: One of REASONS, or empty for a figure.
        dated: Whether the sentence names the period.
        total: Whether its words say that it is a sum: "total power credits".
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
    total: bool = False


class Labeller:
    """Labels the quantities of one sentence."""

    def __init__(self, text: str, setting: Setting, frames: Frames, words: MetricWords) -> None:
        self.setting, self.frames, self.words = setting, frames, words
        self.sentence = TokenizedSentence(
            text, setting.disclosure, frames, after_revenue=setting.after_revenue
        )
        self.tokens = self.sentence.tokens
        self.governors = GovernorFinder(self.sentence, frames, words)
        before = setting.before
        coins = setting.after_coins or (before is not None and before.governor.frame.unit == "BTC")
        self.counted = CountedFinder(self.sentence, frames, after_coins=coins)
        sale = before is not None and before.governor.code == "bitcoin_sold"
        self.meanings = MeaningFinder(self.sentence, frames, words, self.governors, after_sale=sale)
        self.owners = OwnerFinder(self.sentence, setting, frames)
        self.times = TimeFinder(self.sentence, setting)
        self.done: dict[int, Reading] = {}
        self.untimed: set[int] = set()
        """Earlier values that have the time of those beside them."""

    def read(self) -> list[Reading]:
        """A reading of every quantity in a unit of ours, and of "did not sell"."""
        order = sorted(self.sentence.at, key=self.sentence.at.__getitem__)
        row, text = self._is_row(), self.sentence.text
        for ref in order:
            quantity = self.sentence.quantities[ref]
            if quantity.value is None or quantity.unit not in (*OUR_UNITS, None):
                continue
            if row and (quantity.unit is not None or COIN.search(text)):
                reading: Reading | None = self._skipped(quantity, NOT_UNDERSTOOD, "a row of a table")
            else:
                reading = None if row else self._label(ref)
            if reading is not None:
                self.done[ref] = reading
                if not reading.reason and reading.period:
                    if self.sentence.at[ref] in self.governors.compared:
                        continue
                    self.times.first_of.setdefault(reading.metric, (reading.period, reading.dated))
                    if reading.dated:
                        self.times.named.add(reading.period)
        self._drop_bases_of_plans()
        self._find_parts()
        self._find_totals()
        return [*(self.done[r] for r in order if r in self.done), *self._nothing_sold()]

    def _is_row(self) -> bool:
        """Whether a sentence is a row of a table without markup: two numbers in a row, or bars."""
        if _CELLS.search(self.sentence.masked) or _HEADED.search(self.sentence.masked):
            return True
        places = sorted(self.sentence.at.values())
        return any(
            k == i + 1
            and not self.sentence.between(i, k).strip(" ~$|")
            and not _OF_WHICH.match(self.sentence.behind(k))
            for i, k in itertools.pairwise(places)
        )

    # ------------------------------------------------------------------ one quantity

    def _label(self, ref: int) -> Reading | None:
        """The reading of a quantity; None for a bare number that counts nothing of ours."""
        i = self.sentence.at[ref]
        quantity = self.counted.in_own_unit(ref)
        unit, behind = quantity.unit, self.sentence.behind(i)
        if unit is None and not self.counted.may_count(i, quantity):
            label = None if quantity.scaled else self.governors.label_of(i)
            if label is None or self.counted.counts_another(i) or self.counted.is_footnote(i):
                return None
            self.counted.labeled[ref] = self.words.by_code[label.code].unit
            return self._figure(ref, quantity, label, MAIN)
        reason, why = self.counted.reason_against(i, quantity)
        if reason:
            return self._skipped(quantity, reason, why) if unit is not None else None
        role, governor = self.governors.find(i, unit)
        ahead = self.sentence.before(i)
        up_to = (quantity.qualifier == "up_to" or _UP_TO.search(ahead)) and not moves_up(ahead)
        if up_to and unit in STOCKS:
            return self._skipped(quantity, PLAN, "up to")
        if i > 0 and self.tokens[i - 1].lemma in ("first", "next", "last", "initial") and unit in COUNTS:
            return self._skipped(quantity, NOT_OURS, "a part of more")
        if role == MAIN and governor is not None and self._is_compared(governor):
            role = BEFORE
        if role == CHANGE or (self.counted.is_added(unit, behind) and role != BEFORE):
            return self._skipped(quantity, NOT_OURS, "a change")
        if governor is None and (before := self._stated_before(i, unit)) is not None:
            return self._compared_across(ref, quantity, before)
        if role == BEFORE and governor is None:
            governor = self.governors.compared_with(i, unit)
            if governor is not None and unit == "USD" and self._of_other_money(i):
                # "Revenue fell to $79 million, while gross profit evaporated from $39 million to".
                governor = None
            if governor is None:
                reason = NOT_OURS if unit in ("USD", "percent") else NOT_UNDERSTOOD
                return self._skipped(quantity, reason, "compared with")
        if governor is None:
            return self._unexplained(i, quantity) if unit is not None else None
        if unit is None and self.counted.is_footnote(i):
            return None
        return self._figure(ref, quantity, governor, role)

    def _of_other_money(self, i: int) -> bool:
        """Whether the clause of an earlier value has other money as its subject."""
        start, _ = self.sentence.clause(i, i)
        ahead = self.sentence.masked[start : self.tokens[i].start]
        return "⟦" not in ahead and self.frames.matches("other_money", ahead)

    def near(self, i: int) -> str:
        """The clause around a quantity, up to the next comma behind it."""
        start, stop = self.sentence.clause(i, i)
        here = self.tokens[i].end
        start = max([start, *(end for _, end in self.sentence.remarks if end <= here)])
        return self.sentence.masked[start:here] + _ENDS_A_REMARK.split(self.sentence.masked[here:stop])[0]

    def period_of_all(self) -> Period | None:
        """The period that all figures of the sentence cover, earlier values left out."""
        at, compared = self.sentence.at, self.governors.compared
        own = {x.period for r, x in self.done.items() if not x.reason and at[r] not in compared}
        period = own.pop() if len(own) == 1 else None
        return period if period is not None and period.start is not None else None

    def last(self) -> StatedBefore | None:
        """The figure of the sentence, without earlier values; None if it has several."""
        at = self.sentence.at
        found = [
            r
            for r, x in self.done.items()
            if not x.reason
            and x.period
            and at[r] not in self.governors.compared
            and r in self.governors.known
        ]
        found = [r for r in found if self.tokens[self.governors.known[r].first].lemma != "out"]
        if not found or len({(self.done[r].metric, self.done[r].label) for r in found}) > 1:
            return None
        ref = max(found, key=at.__getitem__)
        reading = self.done[ref]
        assert reading.period is not None
        return StatedBefore(
            self.governors.known[ref], reading.quantity.unit, reading.scope, reading.label, reading.period
        )

    def _stated_before(self, i: int, unit: str | None) -> StatedBefore | None:
        """The figure of the sentence before, if this one only compares it."""
        before = self.setting.before
        alike = before is not None and unit in (before.unit, None if before.unit == "BTC" else before.unit)
        first = all(k >= i for k in self.sentence.at.values())
        compares = _COMPARES.match(self.sentence.masked) if alike and first else None
        if alike and first and self._continues():
            return before
        if compares is None:
            return None
        between = self.sentence.masked[compares.end() : self.tokens[i].start]
        return before if _LIGHT.fullmatch(between) else None

    def _compared_across(self, ref: int, quantity: Quantity, before: StatedBefore) -> Reading:
        """ "That compares with 533 in March": a value of the figure that the sentence before states."""
        i = self.sentence.at[ref]
        why = f"{before.governor.frame.name} of the sentence before"
        metric = before.governor.code
        known = self.words.by_code.get(metric)
        self.times.first_of[metric] = (before.period, True)
        role = MAIN if self._continues() else BEFORE
        found = self.times.period_of(i, before.governor, role, known.covers if known else "period")
        if found.period is None or found.period == before.period or not found.named:
            return self._skipped(quantity, OTHER_PERIOD, why, metric)
        why = f"{why}; period by {found.rule}"
        label = before.label if metric == REVENUE else self.sentence.text
        return Reading(quantity, "", metric, before.scope, found.period, True, label, why)

    def _continues(self) -> bool:
        """Whether a sentence continues the figure before it: "That takes the total to 1,871"."""
        masked = self.sentence.masked
        return bool(_TAKES_TO.match(masked) or _GOES_ON.match(masked))

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

    def _is_no_fleet(self, ref: int) -> bool:
        """Whether machines leave or are ordered: "returns 26,000 rigs, with 2.5 EH/s"."""
        i = self.sentence.at[ref]
        moved = any(self.tokens[k].lemma in _MOVED for k in range(max(0, i - 4), i))
        return self.sentence.quantities[ref].unit == "count" and moved

    def _skipped(self, quantity: Quantity, reason: str, why: str = "", metric: str = "") -> Reading:
        return Reading(quantity, reason, metric, label=self.sentence.text, why=why)

    def _unexplained(self, i: int, quantity: Quantity) -> Reading:
        """A quantity without a governor."""
        start, stop = self.sentence.clause(i, i)
        clause = self.sentence.masked[start:stop]
        if quantity.unit == "percent":
            return self._skipped(quantity, NOT_OURS, "a percentage")
        if self._is_plan(clause):
            return self._skipped(quantity, PLAN)
        if self.frames.matches("market", clause):
            return self._skipped(quantity, MARKET)
        other = self.frames.matches("other_money", clause) or re.match(r"^\s*per\s", self.sentence.behind(i))
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
        metric, scope, reason = self.meanings.metric_of(i, governor)
        plain = reason == NOT_UNDERSTOOD and governor.frame.name == "hash_rate"
        if plain and self.owners.owner(governor, i, COMPANY) == HOSTED:
            # A hash rate of customers' machines needs no kind.
            metric, reason = "hashrate_hosted", ""
        refused = self._refused(i, quantity, governor, role, metric) if reason in ("", NOT_UNDERSTOOD) else ""
        reason = refused or reason
        if reason:
            return self._skipped(quantity, reason, why, metric)
        head = self._compared_head(i, metric) if role == BEFORE else None
        if head is not None and head.reason:
            return self._skipped(quantity, head.reason, f"{why}; compared with {head.quantity.text}", metric)
        owner = self.owners.owner(governor, i, scope)
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
            if self.frames.matches("part_of_revenue", label):
                return self._skipped(quantity, NOT_OURS, why, metric)
        known = self.words.by_code.get(metric)
        found = self.times.period_of(i, governor, role, known.covers if known else "period")
        why = f"{why}; period by {found.rule}"
        if found.period is None:
            reason = NOT_UNDERSTOOD if found.rule == "no time" else OTHER_PERIOD
            return Reading(quantity, reason, metric, owner, label=self.sentence.text, why=why)
        if found.period.end > self.setting.disclosure.disclosed_on:
            return self._skipped(quantity, PLAN, why, metric)
        if role == BEFORE and found.rule == AS_BESIDE:
            self.untimed.add(ref)
        if found.told_when:
            # "Fell 17% compared to December 2023, when it mined 619": the earlier value.
            self.governors.compared.add(i)
        if not found.named and (quantity.unit, quantity.value) in self.setting.planned:
            # "It will produce 670 bitcoin … an increase from 656 to 670 bitcoin".
            return self._skipped(quantity, PLAN, why, metric)
        total = bool(re.search(r"\btotal\b", words, re.IGNORECASE))
        return Reading(quantity, "", metric, owner, found.period, found.named, label, why, total)

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
        if governor.via == FROM:
            # "This can be traced to the colocation segment, which raked in": a line stands for itself.
            start = sentence.clause_start(self.tokens[i].start)
        here, behind = self.tokens[i].start, sentence.behind(i)
        until = _ENDS_A_REMARK.split(behind)[0][:80]
        if governor.via == BEHIND:
            until = sentence.masked[self.tokens[i].end : stop].split("⟦")[0]
        ahead = sentence.masked[start : self.tokens[i].end]
        if governor.via != FROM and re.match(r",?\s+(?:which|including|of which|with)\b", ahead):
            # "We expect …, which equals $14,000", "aiming for 21 EH/s, with an efficiency of 21 J/TH".
            ahead = sentence.masked[sentence.clause_start(start) : self.tokens[i].end]
        if role == BEFORE and _GUIDED.search(ahead):
            return PLAN
        if quantity.unit == "J/TH" and _IMPROVES.match(sentence.masked):
            return PLAN
        at = _AT_A_HASH_RATE.match(sentence.masked)
        if at and sentence.quantities[int(at["ref"])].unit == "EH/s" and self.tokens[i].start > at.end():
            return PLAN
        own_clause = governor.via == BEHIND and ITS_CLAUSE.match(behind)
        if governor.via == VERB and governor.frame.name == "hold" and self._is_as_of(i, governor):
            # "It plans to go on mining, holding 7,400 BTC as of the end of January".
            ahead = ""
        if role != BEFORE and not own_clause and (self._is_plan(ahead) or self._is_plan(until)):
            # "It plans to sell the 156 BTC it mined": the plan is not of what it mined.
            return PLAN
        between = sentence.span(governor.last + 1, i)
        if metric == REVENUE and (_REVENUE_PER.match(behind) or _PER.match(between)):
            return RATE
        if metric == REVENUE and (
            self.sentence.is_class(governor.last + 1, "not_revenue") or _WITHOUT.search(sentence.text)
        ):
            return NOT_OURS
        if metric == REVENUE and _OVER_A_TERM.search(sentence.text.partition(quantity.text)[2]):
            return PLAN
        itself_behind = governor.via == BEHIND and governor.first > i
        if metric == REVENUE and not itself_behind and self._heads_other_money(behind):
            return NOT_OURS
        coins = quantity.unit in ("BTC", None) and metric != "average_sale_price"
        if coins and _RATE_BEFORE.search(sentence.masked[start:here]):
            return RATE
        verb = governor.via == VERB
        first = min(governor.first if verb else sentence.phrase_start(governor.first, 0), i)
        phrase = sentence.span(first, max(governor.last, i) + 1)
        if governor.frame.unit in ("EH/s", "BTC") and self.frames.matches("market", phrase):
            return MARKET
        machines = _OF_MACHINES.search(sentence.masked[: self.tokens[governor.first].start])
        if quantity.unit == "EH/s" and machines and self._is_no_fleet(int(machines["ref"])):
            return NOT_OURS
        if coins and re.search(r"\bdaily\b", sentence.span(first, governor.last + 1), re.IGNORECASE):
            # "Its average daily production slipped from 15.94 to 15.43".
            return RATE
        if re.search(r"\bnegative\b", phrase, re.IGNORECASE):
            return NOT_UNDERSTOOD
        beside = self._beside_bracket(i, governor, start)
        if beside:
            return beside
        if self.owners.is_site(i, quantity.unit):
            return SITE
        if metric in ("uptime", "fleet_efficiency", "power_cost"):
            near = (
                sentence.masked if metric == "uptime" else f"{phrase} {re.split(r'[,;.⟦]', behind)[0][:60]}"
            )
            if self.owners.is_of_one_site(near):
                return SITE
        if metric == "capacity_mw" and BOUGHT.search(sentence.masked[start:stop]):
            return NOT_OURS
        whole = RESTRICTED.search(sentence.masked) or _TOTAL_HELD.search(sentence.masked)
        if metric == "bitcoin_held" and _PART_HELD.search(phrase) and whole:
            return NOT_OURS
        if quantity.unit in STOCKS and _THAT_INCLUDES.match(sentence.masked):
            return NOT_OURS
        added = governor.code != "bitcoin_purchased" and _ADDITIONAL.search(sentence.before(i))
        if coins and (_MILESTONE.match(behind) or added):
            return NOT_OURS
        part = _INCLUDING.search(sentence.before(i))
        own = self.frames.matches("customers", until) or scope_in(until)[0] is not None
        may_be_part = role == MAIN and not governor.frame.within and quantity.unit != "USD" and not own
        if (
            OF_THEM.match(behind)
            and governor.first < i
            and not self._of_another_frame(i, governor)
            and scope_in(until)[0] is None
            and not self.frames.matches("customers", until)
        ):
            return NOT_OURS
        itself = part and self.tokens[governor.first].start >= part.start()
        if part and may_be_part and not itself and self.tokens[governor.last].end <= part.end():
            return NOT_OURS
        return ""

    def _is_as_of(self, i: int, governor: Governor) -> bool:
        """Whether a participle after a comma states what was held on a past day."""
        first = governor.first
        participle = first and self.tokens[first - 1].text == "," and self.tokens[first].text.endswith("ing")
        time = self.times.chooser.following(i, governor) if participle else None
        if time is None or time.kind not in (ABSOLUTE, END):
            return False
        setting = self.setting
        day = resolve(time, setting.base, setting.subject, setting.disclosure)
        return day is not None and day.end <= setting.disclosure.disclosed_on

    def _of_another_frame(self, i: int, governor: Governor) -> bool:
        """Whether a part is done with: "mined 316 bitcoin but sold only 8 of them"."""
        previous = self.governors.phrases.previous(i, "BTC")
        return previous is not None and self.governors.known[previous].frame is not governor.frame

    def _heads_other_money(self, behind: str) -> bool:
        """Whether a noun of other money follows an amount: "$53.7m operating cash flow"."""
        noun = re.match(r"\s+(?:in|of)\s+(?:[\w-]+\s*){1,3}", behind) or re.match(
            r"(?:\s+(?:US )?dollars)?\s+"
            r"(?!(?:dollars|in|of|for|and|at|as|to|from|on|by|with|was|were)\b)(?:[\w-]+\s*){1,3}",
            behind,
        )
        return bool(noun and self.frames.matches("other_money", noun[0]) and not REVENUE_WORD.search(noun[0]))

    def _is_plan(self, text: str) -> bool:
        """Whether a text is about the future; "by December 31" is not if that day is past."""
        if self.frames.matches("plan", text):
            return True
        setting = self.setting
        known = (resolve(t, setting.base, setting.subject, setting.disclosure) for t in self.sentence.times)
        ends = [period.end for period in known if period is not None]
        past = ends and all(end <= self.setting.disclosure.disclosed_on for end in ends)
        return not past and self.frames.matches("by_a_time", text)

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

    # ------------------------------------------------------------------ the whole sentence

    def _drop_bases_of_plans(self) -> None:
        """Remove earlier values without a time whose figure is a plan: "from 656 to 670"."""
        planned = {x.metric for x in self.done.values() if x.reason == PLAN}
        for ref, reading in self.done.items():
            if ref in self.untimed and not reading.reason and reading.metric in planned:
                self.done[ref] = self._skipped(reading.quantity, PLAN, reading.why, reading.metric)

    def _find_parts(self) -> None:
        """Read the owners' parts of a count, if they add up to it.

        "Produced 2,938 bitcoin, with 891 from owned miners and 2,047 through datacenter hosting".
        """
        at, quantities = self.sentence.at, self.sentence.quantities
        for ref, whole in list(self.done.items()):
            if whole.reason or whole.quantity.unit != "BTC":
                continue
            later = [r for r in sorted(at, key=at.__getitem__) if at[r] > at[ref]]
            later = [
                r for r in later if quantities[r].unit in ("BTC", "count", None) and not quantities[r].scaled
            ]
            parts = {
                r: scope_in(owner[1])[0]
                for r in later
                if (owner := _OWNER_OF.match(self.sentence.behind(at[r])))
            }
            added = sum(quantities[r].value or 0 for r in parts)
            if len(parts) < 2 or HOSTED not in parts.values() or added != whole.quantity.value:
                continue
            for r, scope in parts.items():
                known = self.done.get(r)
                if known is None or known.reason:
                    counted = replace(quantities[r], unit="BTC")
                    self.done[r] = replace(whole, quantity=counted, scope=scope or COMPANY)

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
        if _NOT_DONE.search(masked[: match.start()]):
            return
        if not COIN.search(match[0] + rest) and not re.search(r"\b(?:any|production)\b", rest):
            return
        start = self.sentence.clause_start(match.start())
        stop = min((b for b in self.sentence.boundaries if b >= match.end()), default=len(masked))
        if self.frames.matches("plan", masked[start : match.end()]):
            return
        usable = [t for t in self.sentence.times if not self.times.chooser.compares(t) and t.kind != END]
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
