"""Changes in percent that a sentence states.

"A 45% fall in BTC production", "revenue rose 45%", "$115.2 million, up 45%". A change belongs to a figure
beside it, or to the metric that its words name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.parse.language.governor import MAIN, NOUN, Governor
from pipelines.parse.language.labeller import Labeller, Reading
from pipelines.parse.language.meanings import REVENUE
from pipelines.parse.language.periods import Period
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.revenue_labels import revenue_label
from pipelines.parse.language.times import ABSOLUTE, OTHER, PRIOR, RESPECTIVELY, YEAR, YTD, resolve, shifted

BITCOIN_PRICE = "bitcoin_price"
CHANGE_FACTS = (
    BITCOIN_PRICE,
    "bitcoin_produced",
    "bitcoin_held",
    "bitcoin_sold",
    "bitcoin_sale_proceeds",
    "total_revenue",
    "segment_revenue",
)
"""Facts whose stated changes are kept."""

_PRICE = re.compile(
    r"\b(?:(?:bitcoin|btc)(?:['’]s)?\s+prices?|prices? (?:of|for) (?:a |one )?(?:bitcoin|btc)|"
    r"bitcoin valuations?)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(r"\b(?:basis points|bps|(?:percentage )?points?)\b", re.IGNORECASE)
_BESIDE = re.compile(
    r"[\s,(–—-]*(?:⟪\d+⟫|\b(?:or|which|is|was|that|represent(?:s|ed|ing)|mark(?:s|ed|ing)|show(?:s|ed|ing)|reflect(?:s|ed|ing)|a|an|in|for|during|over|throughout|the|its|fiscal|full|first|second|third|fourth|alone|on|approximately|roughly|about|nearly|\w+day)\b|[\s,(–—-])*"
)
# "The figure is", "That was up".
_THE_FIGURE = re.compile(
    r"\W*(?:(?:while|although|though|and|but|yet|(?:additionally|moreover|notably|overall|also|still),?)\s+)?"
    r"(?:that|this|it|(?:the|this) (?:reported )?(?:figure|result|number|total|count|amount|sum))\s+"
    r"(?:(?:is|was|were|marks?|marked|shows?|showed|represents?|represented|reflects?|an?|slight|sharp|notable|modest|significant|yoy|mom|qoq|about|roughly|nearly|also|up|down|some|"
    r"almost)\s+)*",
    re.IGNORECASE,
)
_NOTHING = Quantity(None, None, "", Decimal(0), False, 0, 0, "")
_TO_A_FIGURE = re.compile(
    r",?[^⟦;,]{0,40}?(?<!compared )(?<!relative )(?<!comparison )\bto\b[^⟦;,]{0,40}", re.IGNORECASE
)
_TO_A_VALUE = re.compile(r"^\s*to\s+(?:about |roughly |nearly )?⟦\d+⟧", re.IGNORECASE)
_AND = re.compile(
    r"[^⟦;()]{0,60}\b(?:and|but|although|though|while|yet)\s+(?:an?\s+(?:[a-z-]+\s+)?|by\s+|also\s+)?"
    r"(?:(?:that|this|it|which)\s+)?(?:(?:is|was|were|(?:reflect|represent|mark|show)s?(?:ed)?)\s+(?:also\s+)?(?:an?\s+)?)?"
    r"(?:(?:up|down)\s+)?(?:by\s+)?(?:about\s+|nearly\s+|almost\s+|roughly\s+)?",
    re.IGNORECASE,
)
# "Down 8% from 253 BTC in July and almost 40% from 383 BTC a year ago".
_FROM_AND = re.compile(
    r"\s*(?:[a-z]+\s+)?(?:from|than|versus|compared (?:to|with))\s+⟦\d+⟧[^⟦;,()]{0,30},?\s+(?:and|but)\s+"
    r"(?:(?:an?|by|almost|nearly|about|roughly|approximately|over)\s+)*",
    re.IGNORECASE,
)
_FROM_A_FIGURE = re.compile(r"\s*(?:[a-z]+\s+)?(?:from|than|versus|compared (?:to|with))\s+", re.IGNORECASE)
_MARKS = re.compile(r"\b(yoy|mom|qoq|sequential)")
# "Up 11% on the month and 139% on the year".
_ON_THE = re.compile(r"\s*(?:up |higher |down |lower )?on the (?P<unit>month|quarter|year)\b", re.IGNORECASE)
_A_DAY = re.compile(r"\b(?:daily|(?:a|per|each) day)\b", re.IGNORECASE)
# "412 BTC mined, 28% up from August".
_DONE = (
    r"^\s*(?:bitcoins?|btc|coins)?\s*(?:were |was )?(?:self[- ])?"
    r"(?:mined|produced|earned|generated|sold|held)\b(?:\s+(?:bitcoins?|btc|coins)\b)?"
)
_APPOSED = re.compile(r",\s+(?:an?|the)\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
_PLAIN_ADJECTIVES = frozenset(
    (
        "great",
        "sharp",
        "steep",
        "big",
        "sequential",
        "annual",
        "quarterly",
        "monthly",
        "slight",
        "modest",
        "huge",
        "whopping",
    )
)
# "Surpassing estimates of $26 million and marking a 220% increase".
_MARKING = re.compile(r"\b(?:mark|represent|reflect|show)(?:ed|ing)\s+(?:an?\s+|about\s+)*$", re.IGNORECASE)
_SHARE = re.compile(r"\s*of\b", re.IGNORECASE)
_PER_UNIT = re.compile(r"\s*(?:per|(?:for )?each|(?:for )?every|a)\s", re.IGNORECASE)
_COINS = re.compile(r"\b(?:bitcoins?|btc|coins?)\b", re.IGNORECASE)
_FOR = re.compile(r"\b(?:in|for|during|over)\s+(?:the\s+|its\s+)?$", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:from|than|compared|versus|vs|against|over the (?:same|prior|previous)|"
    # "Declined by 5% as a result of higher prices in July and August".
    r"as a result|because|due to|driven by|thanks to|amid)\b",
    re.IGNORECASE,
)
_NEAR = 70
_OTHER_HEAD = re.compile(
    r"network|difficulty|cost|margin|fee|power|capacity|machine|miner|rig|expense|hash|hashrate|price|company|stock"
)
_METRICS = ("produce", "hold", "sell", "revenue", "proceeds")
_FARTHEST = 8


@dataclass(frozen=True, slots=True)
class Change:
    """A change in percent.

    Args:
        metric: The changed metric, or `bitcoin_price`.
        label: Its line of revenue.
        falls: Whether it is a decrease.
        basis: Comparison with the same period a year earlier (`year`), the previous one (`period`) or unknown
            (empty).
        figure: The figure that changed, if the sentence states it.
        period: The period that changed; None if it is unclear.
    """

    ref: int
    quantity: Quantity
    metric: str
    label: str
    falls: bool
    basis: str
    figure: Reading | None
    period: Period | None


def find_changes(labeller: Labeller) -> Iterator[Change]:
    """The changes of a sentence whose figures are read."""
    finder = _ChangeFinder(labeller)
    last: Change | None = None
    for ref, i in sorted(labeller.sentence.at.items(), key=lambda item: item[1]):
        quantity = labeller.sentence.quantities[ref]
        if quantity.unit == "percent" and quantity.value and not _POINTS.search(quantity.text):
            change = finder.change(ref, i, quantity) or finder.another(ref, i, quantity, last)
            if change is not None:
                yield change
            last = change


def basis_of(labeller: Labeller) -> str:
    """The comparison that a sentence names: `year`, `period`, or empty."""
    sentence = labeller.sentence
    kinds = {t.kind for t in sentence.times}
    if YEAR in kinds or re.search(r"\byoy\b|\bannually\b", sentence.masked):
        return "year"
    period = PRIOR in kinds or re.search(r"\b(?:mom|qoq|sequential(?:ly)?)\b", sentence.masked, re.IGNORECASE)
    return "period" if period else ""


class _ChangeFinder:
    def __init__(self, labeller: Labeller) -> None:
        self.labeller, self.sentence = labeller, labeller.sentence
        self.tokens = self.sentence.tokens

    def change(self, ref: int, i: int, quantity: Quantity) -> Change | None:
        assert quantity.value is not None
        found = self._behind(i) or self._before(i) or self._signed(i, quantity)
        if found is None or found[1] is None or self._is_hedged(i):
            return None
        direction, what = found
        if _SHARE.match(self.sentence.behind(i)) or self._is_a_day(i):
            # "Made up 67% of revenue"; "36% in daily production".
            return None
        falls = direction == "falling" or quantity.value < 0
        figure = what if isinstance(what, Reading) else None
        if figure is not None:
            metric, label, period = figure.metric, figure.label, figure.period
        elif isinstance(what, Governor):
            metric = what.code
            label = revenue_label(self.sentence, what.last, what) if metric == REVENUE else ""
            period = (
                self._own_period(i)
                or self._period_of_the_same(i, metric)
                or self.labeller.times.period_of(i, what, MAIN, "period").period
            )
        else:
            metric, label = BITCOIN_PRICE, ""
            setting = self.labeller.setting
            own = self.labeller.times.chooser.following(i)
            period = setting.base if own is None or own.kind not in (OTHER, YTD) else None
        return Change(ref, quantity, metric, label, falls, self._basis(i, period), figure, period)

    def another(self, ref: int, i: int, quantity: Quantity, last: Change | None) -> Change | None:
        """ "Up 8% from August and 138% from a year ago": a second comparison of the same figure."""
        between = self.sentence.between(self.sentence.at[last.ref], i) if last is not None else ""
        if last is None or not (_AND.fullmatch(between) or _FROM_AND.fullmatch(between)):
            return None
        if self._is_a_day(i):
            return None
        direction = self._direction(i + 1) or self._direction(i - 1)
        falls = direction == "falling" if direction else last.falls
        return replace(last, ref=ref, quantity=quantity, falls=falls, basis=self._basis(i, last.period))

    def _basis(self, i: int, period: Period | None) -> str:
        """The comparison of a change: named before the next change, else anywhere in the sentence."""
        here = self.tokens[i].end
        later = [t.start for t in self.tokens[i + 1 :] if t.kind == "q"]
        if later and _FROM_A_FIGURE.fullmatch(self.sentence.masked[here : later[0]]):
            # "Almost 40% from 383 BTC in August 2023": the time is behind the earlier value.
            later = later[1:]
        stop = min(later, default=len(self.sentence.masked))
        setting = self.labeller.setting
        text = self.sentence.masked[here:stop]
        marks = set(_MARKS.findall(text))
        if len(marks) == 1:
            return "year" if marks == {"yoy"} else "period"
        if on := _ON_THE.match(text):
            return "year" if on["unit"].lower() == "year" else "period"
        for time in self.labeller.times.times:
            if here <= time.start < stop:
                if time.kind in (YEAR, PRIOR):
                    return "year" if time.kind == YEAR else "period"
                told = resolve(time, period, setting.subject, setting.disclosure) if period else None
                if told is not None and period is not None and told.start is not None:
                    if told == shifted(period, 12):
                        return "year"
                    if told == shifted(period, period.months or 1):
                        return "period"
        return basis_of(self.labeller)

    def _own_period(self, i: int) -> Period | None:
        """The period behind a change that it is not compared with: "466% up for the first quarter"."""
        here, setting = self.tokens[i].end, self.labeller.setting
        time = next((t for t in self.labeller.times.times if t.start >= here), None)
        if time is None or time.kind != ABSOLUTE or time.bounded:
            return None
        # "Rose 43% to C$4.7 million in the second quarter from the first quarter".
        between = _TO_A_VALUE.sub(" ", self.sentence.masked[here : time.start])
        if "⟦" in between or len(between) > _NEAR or not _FOR.search(between) or _COMPARES.search(between):
            return None
        period = resolve(time, setting.base, setting.subject, setting.disclosure)
        return period if period is not None and period.start is not None else None

    def _period_of_the_same(self, i: int, metric: str) -> Period | None:
        """The period of the figure before: "mined 825 BTC in March and marked a 21% increase"."""
        at, compared = self.sentence.at, self.labeller.governors.compared
        periods = {
            x.period
            for ref, x in self.labeller.done.items()
            if x.metric == metric and x.dated and not x.reason and at[ref] < i and at[ref] not in compared
        }
        return periods.pop() if len(periods) == 1 else None

    def _is_a_day(self, i: int) -> bool:
        """Whether a change is of what is produced a day."""
        start, stop = self.sentence.clause(i, i)
        later = min((self.tokens[k].start for k in self.sentence.at.values() if k > i), default=stop)
        earlier = max((self.tokens[k].end for k in self.sentence.at.values() if k < i), default=start)
        return bool(_A_DAY.search(self.sentence.masked[max(start, earlier) : min(stop, later)]))

    def _is_hedged(self, i: int) -> bool:
        # "Surpassing the consensus estimate of $26 million and marking a 220% increase".
        before = [t.end for t in self.tokens[:i] if t.kind == "q"]
        ahead = self.sentence.masked[max(before, default=0) : self.tokens[i].start]
        text = self.labeller.near(i)
        text = ahead + text[text.rfind("⟦") :] if len(ahead) < text.rfind("⟦") else text
        frames = self.labeller.frames
        return any(frames.matches(name, text) for name in ("plan", "opinion", "market_value"))

    def _direction(self, k: int) -> str:
        return next((name for name in ("falling", "rising") if self.sentence.is_class(k, name)), "")

    def _beyond(self, k: int) -> str:
        """The direction of "35% above April's 705 BTC"."""
        return {"above": "rising", "over": "rising", "below": "falling", "under": "falling"}.get(
            self.sentence.word(k) or "", ""
        )

    # ------------------------------------------------------------------ the words of the change

    def _behind(self, i: int) -> tuple[str, object] | None:
        """ "A 45% fall in production", "45% more than", "45% revenue growth"."""
        k = i + 1
        if (
            k < len(self.tokens)
            and self.tokens[k].text == ","
            and self.sentence.is_class(k + 1, "falling", "rising")
        ):
            # "$5 million, or 14%, more than".
            k += 1
        while k - i <= 4 and k < len(self.tokens):
            direction = self._direction(k) or (self._beyond(k) if k == i + 1 else "")
            if direction:
                return self._with_what(i, k, direction)
            if (
                self.sentence.word(k) is None
                and k not in self.sentence.in_time
                and self.tokens[k].text != "-"
            ):
                return None
            if self.tokens[k].lemma == "and" and self._is_paired_percent(k + 1):
                # "A 12.5% and 4.7% decrease in production, respectively".
                return self._behind(k + 1)
            if self.sentence.is_class(k, "stop", "compared"):
                return None
            k += 1
        return None

    def _is_paired_percent(self, k: int) -> bool:
        return (
            k < len(self.tokens)
            and self.tokens[k].kind == "q"
            and self.sentence.quantity_at(k).unit == "percent"
            and bool(RESPECTIVELY.search(self.sentence.masked))
        )

    def _with_what(self, i: int, k: int, direction: str) -> tuple[str, object] | None:
        between = self._named(i + 1, k)
        if between is not None:
            return direction, between
        if any(self._is_noun(n) for n in range(i + 1, k)):
            # "A 17% stock drop".
            return None
        preposition = self.sentence.word(k + 1)
        if preposition in ("in", "of", "for", "to"):
            end = self._phrase_end(k + 2)
            named = self._named(k + 2, end)
            if isinstance(named, Governor) and self._is_coin_thing(named.last + 1, end):
                # "An 82% increase in bitcoin mining difficulty".
                return direction, None
            if named is None and preposition == "in" and any(self._is_noun(n) for n in range(k + 2, end)):
                # "Growth was driven by a 21% reduction in costs": what grew is not what fell by 21%.
                return direction, None
            return None if named is None else (direction, named)
        behind = self._named(k + 1, self._phrase_end(k + 1), verb=self._verb_before(i))
        if behind is not None:
            return direction, behind
        what = (
            self._figure_before(i)
            or self._figure_behind(k)
            or self._marked(i)
            or self._subject(i)
            or self._stated_before(i)
        )
        return None if what is None else (direction, what)

    def _before(self, i: int) -> tuple[str, object] | None:
        """ "Revenue rose 45%", "$115.2 million, up 45%", "cut its output by 62%"."""
        if (named := self._increase_in(i)) is not None:
            return named
        j, by, words = self._before_amount(i - 1), False, 0
        while j >= 0 and i - j <= 12:
            token = self.tokens[j]
            if j in self.sentence.in_time or token.text in "~-+":
                j -= 1
                continue
            if token.lemma == "than" and j and self.tokens[j - 1].lemma in ("more", "less"):
                # "An increase of more than 115%".
                j -= 2
                continue
            direction = self._direction(j) or (token.lemma == "change" and self._sign(i))
            if direction:
                return self._moved(i, j, direction)
            if token.kind != "w":
                return None
            by = by or token.lemma == "by"
            light = self.sentence.is_class(j, "filler", "nearly", "before_a_time") or token.lemma.endswith(
                "ly"
            )
            words += not light and token.lemma not in ("by", "or", "more", "than", "another")
            if words > (6 if by else 0):
                return None
            j -= 1
        return None

    def _increase_in(self, i: int) -> tuple[str, object] | None:
        """The metric and direction of "an increase in revenue of 15%"."""
        if self.sentence.word(i - 1) != "of":
            return None
        for k in range(i - 3, max(-1, i - 2 - _FARTHEST), -1):
            if self.tokens[k].kind == "q":
                return None
            if (direction := self._direction(k)) and self.sentence.word(k + 1) == "in":
                named = self._named(k + 2, i - 1)
                return None if named is None else (direction, named)
        return None

    def _before_amount(self, j: int) -> int:
        """The token before an amount that the percentage repeats: "fell by $6.0 million, or 12%"."""
        k = j - 1
        if self.sentence.word(j) == "or" and k >= 0 and self.tokens[k].text == ",":
            k -= 1
        repeats = self.sentence.word(j) == "or" and k >= 0 and self.tokens[k].kind == "q"
        return k - 1 if repeats and self.sentence.quantity_at(k).unit != "percent" else j

    def _moved(self, i: int, j: int, direction: str) -> tuple[str, object] | None:
        if self.sentence.word(i + 1) in ("in", "of", "for"):
            # "A decrease of 3.2% in monthly production".
            end = self._phrase_end(i + 2)
            named = self._named(i + 2, end)
            if named is not None:
                return direction, named
            if self.sentence.word(i + 1) == "in" and any(self._is_noun(k) for k in range(i + 2, end)):
                # "Growth of 545% in BTC hash rate".
                return None
        moved = self._named(j + 1, i)
        if moved is None and any(self._is_coin_thing(k, i) for k in range(j + 1, i)):
            # "Boosted its operational hash rate by 50%".
            return None
        if moved is None and (figure := self._figure_behind(i)) is not None:
            return direction, figure
        what = (
            moved or self._figure_before(j) or self._apposed(j) or self._subject(j) or self._stated_before(j)
        )
        return None if what is None else (direction, what)

    def _sign(self, i: int) -> str:
        """The direction of "a change of +91.6%"."""
        sign = self.sentence.before(i).rstrip()[-1:]
        return {"+": "rising", "-": "falling", "–": "falling"}.get(sign, "")

    def _signed(self, i: int, quantity: Quantity) -> tuple[str, object] | None:
        """ "$115.2M vs $79.5M (+45% YoY)"."""
        bracket = self.sentence.bracket(i)
        sign = self.sentence.before(i).rstrip()[-1:]
        if bracket is None or bracket[1] - bracket[0] > 6 or not (sign == "+" or (quantity.value or 0) < 0):
            return None
        inside = [k for k in self.sentence.at.values() if bracket[0] < k < i]
        figure = self._last_figure(i if inside else bracket[0])
        return None if figure is None else ("rising", figure)

    # ------------------------------------------------------------------ what changed

    def _named(self, first: int, last: int, *, verb: Governor | None = None) -> object | None:
        """The metric that a phrase names: a governor, or the price of bitcoin as a text."""
        if last <= first:
            return None
        text = self.sentence.span(first, last)
        if _PRICE.search(text):
            return BITCOIN_PRICE
        if self.labeller.frames.matches("other_money", text):
            return None
        found = self._noun(first, last)
        if (
            found is None
            and verb is not None
            and any(self.tokens[k].lemma == "bitcoin" for k in range(first, last))
        ):
            # "Mined 45% more bitcoin".
            return verb
        return found

    def _noun(self, first: int, last: int) -> Governor | None:
        """The last noun of a metric among tokens."""
        frames = self.labeller.frames
        for k in range(last - 1, first - 1, -1):
            if k in self.sentence.in_time or self._is_coin_thing(k + 1, last):
                # "BTC mining capacity increased": not what was mined.
                continue
            found = [
                (len(phrase), frame)
                for frame in (frames.by_name[name] for name in _METRICS)
                for phrase in frame.subject_lemmas
                if k - len(phrase) + 1 >= first
                and phrase not in frame.weak_lemmas
                and self.sentence.matches(phrase, k - len(phrase) + 1)
            ]
            if found:
                length, frame = max(found, key=lambda f: f[0])
                start = k - length + 1
                of = self._head_of(start, first)
                if of is not None:
                    # "The proceeds of all bitcoin sales": what comes first is what changed.
                    return self._noun(first, of + 1) if of >= first else None
                return Governor(frame, NOUN, start, k)
        return None

    def _head_of(self, start: int, first: int) -> int | None:
        """The token before "of", if it heads a noun's phrase: "proceeds of all bitcoin sales"."""
        k = start - 1
        light = ("all", "every", "any")
        while k > first and self.tokens[k].lemma != "of":
            if not self.sentence.is_class(k, "filler") and self.tokens[k].lemma not in light:
                break
            k -= 1
        if k > first and self.tokens[k].lemma in ("of", "from"):
            # "The amount of bitcoin mined" names nothing but what was mined.
            return None if self.sentence.is_class(k - 1, "measure") else k - 1
        return None

    def _verb_before(self, i: int) -> Governor | None:
        for k in range(i - 1, max(-1, i - 4), -1):
            if self.tokens[k].kind != "w":
                return None
            for name in ("produce", "sell"):
                frame = self.labeller.frames.by_name[name]
                for phrase in frame.verb_lemmas:
                    if self.sentence.matches(phrase, k - len(phrase) + 1):
                        return Governor(frame, NOUN, k - len(phrase) + 1, k)
        return None

    def _is_coin_thing(self, k: int, end: int) -> bool:
        """Whether a noun behind a metric's is what changed: "mining difficulty", "mining costs"."""
        return k < end and bool(_OTHER_HEAD.fullmatch(self.tokens[k].lemma))

    def _phrase_end(self, k: int) -> int:
        first = k
        while k < len(self.tokens) and k - first < _FARTHEST:
            if self.tokens[k].kind != "w" or k in self.sentence.in_time:
                break
            if self.sentence.is_class(k, "stop", "compared") or self.tokens[k].lemma in ("to", "at", "by"):
                break
            k += 1
        return k

    def _is_noun(self, k: int) -> bool:
        word = self.sentence.word(k)
        light = word is None or self.sentence.is_class(k, "filler", "nearly") or word.endswith("ly")
        return not light and word not in ("percent", "per", "cent", *_PLAIN_ADJECTIVES)

    def _subject(self, j: int) -> object | None:
        """The metric before a verb, in its clause: "BTC production fell"."""
        start = self.sentence.clause_start(self.tokens[j].start)
        first = next((k for k, t in enumerate(self.tokens) if t.start >= start), 0)
        quantities = [k for k in range(first, j) if self.tokens[k].kind == "q"]
        first = max([first, *(k + 1 for k in quantities)])
        text = self.sentence.span(first, j)
        if _PRICE.search(text):
            return BITCOIN_PRICE
        which = re.match(r"\W*(?:which|that)\b", text)
        if which and re.search(rf"(?:{_PRICE.pattern})\W*$", self.sentence.before(first), re.IGNORECASE):
            # "The average bitcoin price, which was 133% higher".
            return BITCOIN_PRICE
        found = self._noun(first, j)
        if found is None or (found.frame.name == "sell" and not _COINS.search(text)):
            return None
        rest = self.sentence.span(found.last + 1, j)
        if found.code == REVENUE and _PER_UNIT.match(rest):
            # "Revenue per bitcoin fell 14.8%".
            return None
        return None if self.labeller.frames.matches("other_money", rest) else found

    def _stated_before(self, j: int) -> Reading | None:
        """The figure of the sentence before: "The figure is 42% lower than in April"."""
        before = self.labeller.setting.before
        if before is None or not _THE_FIGURE.fullmatch(self.sentence.before(j)):
            return None
        code = before.governor.code
        return Reading(_NOTHING, "", code, before.scope, before.period, True, before.label)

    def _apposed(self, j: int) -> Reading | None:
        """The only figure before ", a decrease of 43.4% against the third quarter"."""
        before = self.sentence.before(j)
        figures = {(x.metric, x.label) for r, x in self.labeller.done.items() if not x.reason and x.metric}
        return self._last_figure(j) if _APPOSED.search(before) and len(figures) == 1 else None

    def _marked(self, i: int) -> Reading | None:
        """The only figure of a sentence, which a change marks."""
        figures = [x for x in self.labeller.done.values() if not x.reason and x.metric]
        return figures[0] if len(figures) == 1 and _MARKING.search(self.sentence.before(i)) else None

    def _last_figure(self, place: int) -> Reading | None:
        """The last current value before a token."""
        at, done = self.sentence.at, self.labeller.done
        found = [
            r
            for r in done
            if at[r] < place and done[r].metric and at[r] not in self.labeller.governors.compared
        ]
        if not found:
            return None
        reading = done[max(found, key=at.__getitem__)]
        return reading if not reading.reason else None

    def _figure_before(self, j: int) -> Reading | None:
        """The figure right before a change: "$115.2 million, up 45%"."""
        at = self.sentence.at
        before = [k for k in at.values() if k < j]
        if not before:
            return None
        last = max(before)
        between = self.sentence.between(last, j)
        offset = self.tokens[last].end
        for time in self.sentence.times:
            # "$211.2 million this fiscal year, 212% more".
            a, b = time.start - offset, time.end - offset
            if a >= 0 and b <= len(between):
                between = between[:a] + " " * (b - a) + between[b:]
        of = re.sub(
            rf"{_DONE}|\([^()⟦⟪]{{0,40}}\)|^\s*(?:in|of)\s+(?:[\w-]+\s+){{0,3}}?revenues?\b|^\s*(?:bitcoins?|btc|coins)\b",
            "",
            between,
            flags=re.IGNORECASE,
        )
        of = re.sub(r"\b(an?)\s+[a-z]+\s*$", r"\1 ", of)
        if not _BESIDE.fullmatch(of):
            return None
        if last in self.labeller.governors.compared:
            # "Mined 233 in August, against 253 in July, which is 7.9% less".
            return self._last_figure(last)
        ref = self.tokens[last].ref
        reading = self.labeller.done.get(ref)
        return reading if reading is not None and not reading.reason else None

    def _figure_behind(self, i: int) -> Reading | None:
        """The figure that a change leads to: "rose 45% to $115.2 million"."""
        at = self.sentence.at
        behind = [k for k in at.values() if k > i]
        if not behind:
            return None
        first = min(behind)
        if not _TO_A_FIGURE.fullmatch(self.sentence.between(i, first)):
            return None
        reading = self.labeller.done.get(self.tokens[first].ref)
        return reading if reading is not None and not reading.reason else None
