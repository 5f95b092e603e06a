"""The time that belongs to a quantity.

In this order: the time of a list with "respectively", of the quantity's bracket, behind the quantity, beside
or between its governor and itself, at the opening of its clause, and shared by coordinated quantities. A
time that follows a comparison or belongs to another quantity never applies.
"""

import re
from collections.abc import Callable, Sequence

from pipelines.parse.language.governor import BEFORE, LABEL, NOUN, SUBJECT, Governor
from pipelines.parse.language.setting import Setting
from pipelines.parse.language.times import (
    ABSOLUTE,
    AGO,
    CURRENT,
    END,
    OTHER,
    PRESENT,
    PRIOR,
    RESPECTIVELY,
    YEAR,
    YTD,
    Time,
    resolve,
)
from pipelines.parse.language.tokenized import TokenizedSentence

_FAR = 90
NO_TIME_BESIDE = "no time beside the compared value"
_THEN_IT = re.compile(r"\b(?:and|while|but)\b", re.IGNORECASE)
_IT_WAS = re.compile(
    r",?\s+(?:it|we|they|this|that|the \w+) (?:was|were|had|stood|totaled|came)\b", re.IGNORECASE
)
_NEW_SUBJECT = re.compile(
    r",\s+(?:and |but |while )?(?:the (?:company|miner|firm)|it|they|we)\s+(?!['’])[a-z]", re.IGNORECASE
)
_AS_OF = re.compile(r"\W*\bas of\s+$", re.IGNORECASE)
_COORDINATED = re.compile(
    # "Sold 1,975 coins at an average price of $22,000 per bitcoin in July".
    r"\band\b|,|^[^,;]{0,20}\bat\s+(?:an?\s+)?(?:(?:average|net|median|mean)\s+)*(?:price\s+)?(?:of\s+)?(?:about\s+)?$|"
    r"\bfor\s+(?:about\s+|some\s+|roughly\s+)?$|\bworth\b|\bvalued? (?:of|at)\b"
)
_SUMS_UP = re.compile(r"\b(?:total+ing|for a total of|bringing|taking)\b", re.IGNORECASE)
_ANOTHER_CLAUSE = re.compile(r"\b(?:where|which|whose|to (?!\d)[a-z]+)\b", re.IGNORECASE)
_RELATIVE_PART = re.compile(r",[^,⟦]*\b(?:which|that|who|whose|where)\b[^,⟦]*$", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?:from|between)\s+(?:the\s+)?(?:(?:early|mid|late|end of)[\s-]+)?⟪\d+⟫\s*"
    r"(?:through|to|until|and|[–—-])\s*(?:the\s+)?(?:(?:early|mid|late|end of)[\s-]+)?⟪\d+⟫",
    re.IGNORECASE,
)
_NIL = re.compile(r"\s*(?:and|,)\s*\$?\s?nil\b", re.IGNORECASE)
_BRACKET_OPENS = re.compile(r"\s*[(\[](?:(?:as of|as at|at|in|for|during)\s+)?(?:the\s+)?", re.IGNORECASE)
_BRACKET_CLOSES = re.compile(r"\s*[)\]]")
_WHEN = re.compile(
    r",?\s+(?:when|where|in which|which (?:was|were|had))\s+[^,;⟦]*"
    # "When it sold 300 bitcoin in July, generating $8.6 million": of the same time.
    r"(?:⟦\d+⟧[^;⟦]{0,30},?\s+(?:generating|netting|bringing|raising|yielding|earning)\s+[^,;⟦]*)?$",
    re.IGNORECASE,
)
_ON = re.compile(r"(?<!ended )(?<!closed )(?<!ending )\bon\s+$", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()⟦⟪]{0,40}\)")
_HALF = re.compile(r"[;()]|[.]\s")
_FROM_OWN = re.compile(
    r"^\s*(?:bitcoins?\s+)?from\s+(?:self|our|its|mining|host(?:ing|ed)|co-?locat(?:ion|ed)|customers?|clients?)",
    re.IGNORECASE,
)
# "Sold the 188 bitcoin that it had mined in January": January is not when it sold them.
_RELATIVE = re.compile(
    r"^\s*(?:bitcoins?\s+)?(?:that|which)\s+(?:we|it|the company|were|was|had)\b", re.IGNORECASE
)
_ANOTHER_PART = re.compile(
    r",\s+(?!(?:in|for|during|at|as of|on|over|throughout|the|this)\b|$)", re.IGNORECASE
)
_MULTIPLE = re.compile(
    r"\b(?:that|those|level) of\s+(?:(?:the|its|our)\s+)?$|\b(?:double|twice|triple|doubled|tripled)\s+$",
    re.IGNORECASE,
)
_BY = re.compile(r"\bby\s+(?:about\s+|almost\s+|nearly\s+|over\s+)?$", re.IGNORECASE)
# "An increase of 22.6% over Q2", but "mined 2,000 bitcoin over Q2".
_MOVED_OVER = re.compile(
    r"(?:⟦(?P<ref>\d+)⟧|\b(?:increase|growth|gain|rise|improvement|decrease|decline|drop|reduction|up|down|higher|lower))"
    r"\s+over\s+(?:the\s+|its\s+|our\s+)?$",
    re.IGNORECASE,
)
_OVER_A_SPAN = re.compile(r"\bover\s+(?:the\s+)?$")
# Months of the spans that figures are compared with; a day and an open span have none.
_COMPARED_SPANS = frozenset((0, 1, 3, 6, 9, 12))
_ARTICLE = re.compile(
    r"\s+(?:(?:in|during|for|over|at|on)\s+)?(?:(?:all|the whole) of\s+)?"
    r"(?:the\s+|its\s+|our\s+|that of\s+|those of\s+|a record\s+|record\s+)?$",
    re.IGNORECASE,
)
_COMPARED_FIRST = re.compile(
    r"^\W*(?:as )?(?:compared|relative|in comparison) (?:to|with) (?:the )?", re.IGNORECASE
)
# TokenizedSentence abbreviates "year over year", and so on.
OVER_TIME = "change over time"
OVER = re.compile(r"\b(?:yoy|mom|qoq|sequential)(?:ly)?\b")
_OVER_TIMES = {
    "yoy": (YEAR, None, 0),
    "mom": (PRIOR, None, 1),
    "qoq": (PRIOR, None, 3),
    "sequential": (PRIOR, None, 0),
}
_COMPARED = re.compile(
    r"\b(?:from|than|to|with|versus|vs\.?|against|over|exceeding|surpassing|above|below)\s", re.IGNORECASE
)


class TimeChooser:
    """Chooses the time of a quantity among those of its sentence.

    Args:
        times: The times of the sentence that are its figures': not those of a statement or an event.
    """

    def __init__(self, sentence: TokenizedSentence, setting: Setting, times: Sequence[Time]) -> None:
        self.sentence, self.setting, self.times = sentence, setting, times
        self.tokens = sentence.tokens

    def compares(self, time: Time) -> bool:
        """Whether a time follows a comparison: "a 2% drop from October"."""
        before = self.sentence.masked[: time.start]
        if _MULTIPLE.search(before):
            return True
        article = _ARTICLE.search(before)
        moved = _MOVED_OVER.search(before)
        if moved and (moved["ref"] is None or self.sentence.quantities[int(moved["ref"])].unit == "percent"):
            return True
        last = re.search(r"[\w.]+(?:\s+(?:to|with))?$", before[: article.start()]) if article else None
        if last and last[0] == "Over":
            # "Over the full year 2021, it mined …" opens a sentence.
            return False
        return bool(last and self.sentence.frames.compiled["compared"].fullmatch(last[0]))

    def time_of(self, i: int, governor: Governor, role: str, covers: str) -> tuple[Time | None, str]:
        """The time of a quantity and the rule that found it; a rule without a time refuses."""
        rules: Sequence[Callable[[], tuple[Time | None, str] | None]] = (
            lambda: self._listed(i),
            lambda: self._in_bracket(i),
            lambda: self._in_bracket_behind(i, covers),
            lambda: self._told_when(i),
            lambda: self._checked(self.following(i, governor), covers, "following"),
            lambda: self._shared_day(i, covers),
            lambda: self._adjacent(i, governor, role),
            lambda: self._between(i, governor, role, covers),
            lambda: self._leading(i, governor, covers),
            lambda: self._in_span(i, covers),
            lambda: self._shared_period(i, covers),
            lambda: self._only_day(i, covers),
        )
        for rule in rules:
            found = rule()
            if found is not None:
                return found
        return None, ""

    def _checked(self, time: Time | None, covers: str, rule: str) -> tuple[Time | None, str] | None:
        """A time, unless it is cumulative or only the start or end of a period."""
        if time is None:
            return None
        if covers == "day" and self.is_since(time):
            # "Holdings of 12,703, without an offering since November": holdings are a day's.
            return None
        # "Mined 2,457 BTC as of September-end this year": all that was mined until then.
        until = covers == "period" and _AS_OF.search(self.sentence.masked[: time.start])
        if time.kind == OTHER or (time.bounded and covers == "period") or until:
            return None, "a cumulative or partial time"
        return time, rule

    def _in_span(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """No time for a sum over several periods: "acquired 6,474 from November to December"."""
        span = _SPAN.search(self.sentence.masked, self.tokens[i].end) if covers == "period" else None
        between = self.sentence.masked[self.tokens[i].end : span.start()] if span else ";"
        moved = any(self.sentence.is_class(k, "rising", "falling") for k in range(i + 1, len(self.tokens)))
        return None if ";" in between or moved else (None, "a span of periods")

    def is_since(self, time: Time) -> bool:
        return self.sentence.masked[time.start : time.end].lower().startswith("since")

    def _listed(self, i: int) -> tuple[Time | None, str] | None:
        """The time of one of several quantities listed with "respectively"."""
        behind = self.sentence.behind(i)
        paired = any(t.paired for t in self.times)
        if not RESPECTIVELY.search(self.sentence.masked) and not paired:
            return None
        run = self.sentence.run(i)
        usable = [t for t in self.times if t.kind != OTHER and not self.compares(t)]
        if len(run) > 1:
            later = [t for t in usable if t.start > self.tokens[run[-1]].start]
            earlier = [t for t in usable if t.end <= self.tokens[run[0]].start]
            for listed in (later[: len(run)], earlier[-len(run) :]):
                if len(listed) == len(run):
                    return listed[run.index(i)], "respectively"
        if (len(run) > 1 or _NIL.match(behind)) and RESPECTIVELY.search(behind) and len(usable) > 1:
            return None, "a list whose times are unclear"
        return None

    def _in_bracket(self, i: int) -> tuple[Time | None, str] | None:
        bracket = self.sentence.bracket(i)
        if bracket is None:
            return None
        end = self.tokens[bracket[1]].start if bracket[1] < len(self.tokens) else len(self.sentence.masked)
        inside = [t for t in self.times if self.tokens[bracket[0]].start < t.start and t.end <= end]
        return self._checked(inside[0], "day", "bracket") if inside else None

    def _in_bracket_behind(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """The time alone in a bracket behind a quantity: "$688.1 million (full year 2025)"."""
        masked, end = self.sentence.masked, self.tokens[i].end
        time = next((t for t in self.times if t.start > end), None)
        if (
            time is None
            or not _BRACKET_OPENS.fullmatch(masked[end : time.start])
            or not _BRACKET_CLOSES.match(masked, time.end)
        ):
            return None
        return self._checked(time, covers, "bracket")

    def _told_when(self, i: int) -> tuple[Time | None, str] | None:
        """ "Than in the same period last year, when 787 bitcoin were mined"."""
        before, when = self.sentence.before(i), None
        while found := _WHEN.search(before, when.start() + 1 if when else 0):
            when = found
        edge = len(before[: when.start()].rstrip(", ")) if when else -1
        time = next((t for t in self.times if t.end == edge), None)
        if time is not None and time.kind == OTHER:
            # "The highest number since May 2023, when it produced 459".
            return None, "a time since"
        return (time, "when") if time is not None else None

    def following(self, i: int, governor: Governor | None = None) -> Time | None:
        """The time between a quantity and the next one, without a comparison before it."""
        sentence = self.sentence
        here = self.tokens[i]
        others = [
            t.start
            for t in self.tokens[i + 1 :]
            if t.kind == "q" and sentence.quantities[t.ref].unit != "other"
        ]
        limit = min(others, default=len(sentence.masked))
        time = next((t for t in self.times if here.end <= t.start < limit), None)
        if time is None:
            return None
        between = sentence.masked[here.end : time.start]
        if time.period is not None and time.period.months not in _COMPARED_SPANS:
            # "Mined 135.1 over the seven months ending July 31": no text compares with seven months.
            between = _OVER_A_SPAN.sub("in ", between)
        if between.rstrip().endswith(",") and re.match(r",\s*⟦", sentence.masked[time.end :]):
            # "533 mined, year to date, 1,530": the time of what follows.
            return None
        own = governor is not None and governor.first > i
        if (self._parts(between) and not _FROM_OWN.match(between)) or (_RELATIVE.match(between) and not own):
            return None
        if _NEW_SUBJECT.search(between):
            # "Sold 300, generating $8.6 million in revenue, the company sold none this August".
            return None
        if _THEN_IT.search(between) and _IT_WAS.match(sentence.masked[time.end :]):
            # "Was $95.4 million and in the third quarter of 2023 it was $112.9 million".
            return None
        text = between + ("" if between.rstrip().endswith(",") else " ")
        return None if len(between) > _FAR or _ANOTHER_PART.search(text) else time

    def _parts(self, between: str) -> bool:
        # "730 bitcoins (BTC) during the quarter".
        between = _ASIDE.sub(" ", between)
        return bool(_HALF.search(between) or self.sentence.frames.matches("parting", between))

    def _adjacent(self, i: int, governor: Governor, role: str) -> tuple[Time | None, str] | None:
        """The time right before the governor's noun phrase: "March 2024 production of 455"."""
        if role == BEFORE or governor.via not in (NOUN, LABEL, SUBJECT) or governor.first >= i:
            return None
        time = self.sentence.in_time.get(self.sentence.phrase_start(governor.first, 0) - 1)
        return (time, "adjacent") if time is not None and time.kind != OTHER else None

    def _between(self, i: int, governor: Governor, role: str, covers: str) -> tuple[Time | None, str] | None:
        """The time between the governor, or the word of comparison, and the quantity."""
        here = self.tokens[i].start
        if role == BEFORE:
            word = max((m.end() for m in _COMPARED.finditer(self.sentence.masked[:here])), default=0)
            found = [t for t in self.times if word <= t.start < here]
            if found:
                return found[-1], "between"
            apart = self._shared(i) or self._compared_first() or self._year_on_year(i)
            return apart or (None, NO_TIME_BESIDE)
        first = self.tokens[min(governor.first, i)].start
        usable = [
            t
            for t in self.times
            if first <= t.start < here
            and not self.compares(t)
            and not self._of_another(t, i)
            and not (t.kind in (AGO, PRIOR) and self._in_relative_clause(t))
        ]
        return self._checked(usable[-1], covers, "between") if usable else None

    def _in_relative_clause(self, time: Time) -> bool:
        """Whether a time belongs to a clause between commas: ", a line that had none a year ago,"."""
        masked = self.sentence.masked
        opens = _RELATIVE_PART.search(masked[: time.start])
        return bool(opens and re.match(r"[^,⟦]*,", masked[time.end :]))

    def _compared_first(self) -> tuple[Time | None, str] | None:
        """The time of the earlier value in "compared with March, it rose from 470 to 533"."""
        opening = _COMPARED_FIRST.match(self.sentence.masked)
        time = next((t for t in self.times if opening and t.start == opening.end()), None)
        return (time, "compared at the opening") if time is not None and time.kind != OTHER else None

    def _year_on_year(self, i: int) -> tuple[Time | None, str] | None:
        """The time of the earlier value in "fell 16% year over year to 95, from 113"."""
        start = self.sentence.clause_start(self.tokens[i].start)
        ahead = self.sentence.masked[start : self.tokens[i].start]
        marks = {m[0].removesuffix("ly") for m in OVER.finditer(ahead)}
        # "From $67.2 million to $30.1 million in Q1 2026, year over year".
        marks = marks or {m[0].removesuffix("ly") for m in OVER.finditer(self.sentence.masked)}
        if len(marks) != 1:
            return None
        mark = marks.pop()
        return Time(start, start, *_OVER_TIMES[mark]), OVER_TIME

    def _leading(self, i: int, governor: Governor, covers: str) -> tuple[Time | None, str] | None:
        """The time that opens the clause or the sentence."""
        first = min(governor.first, i)
        start, stop = self.sentence.clause(first, max(governor.last, i))
        here = self.tokens[i].start
        days = [t for t in self.times if t.kind == ABSOLUTE and t.period and t.period.start is None]
        on_a_day = any(t.start < here and _ON.search(self.sentence.masked[: t.start]) for t in days)
        base = self.setting.base
        opens = [t for t in days if _AS_OF.match(self.sentence.masked[: t.start])]
        within = any(t.period and base and t.period.end != base.end for t in opens)
        if covers == "period" and (on_a_day or within):
            return None, "a day"
        ahead = [
            t
            for t in self.times
            if t.start < self.tokens[first].start
            and not self.compares(t)
            and not self._of_another(t, i)
            and not any(a < t.start < b for a, b in self.sentence.remarks)
            and not self._in_anothers_bracket(t, i)
        ]
        if covers == "day":
            ahead = [t for t in ahead if not self.is_since(t)]
        own = [t for t in ahead if t.start >= start] or ahead
        if any(t.kind == OTHER for t in own):
            return None, "a cumulative or partial time"
        if covers == "period" and self._is_in_a_year(i):
            # "Q2 brought a loss, and it sold $1.6 billion of bitcoin in 2026": not the quarter's.
            return None, "a cumulative or partial time"
        usable = [t for t in own if covers == "day" or (t not in days and not t.bounded)]
        if covers == "day":
            usable = [t for t in usable if t.kind in (END, ABSOLUTE, CURRENT, PRESENT)] or usable
        if usable:
            return usable[-1], "leading"
        partial = ahead and ahead[-1].bounded and covers == "period"
        if partial or any(
            t.kind == OTHER and start <= t.start < stop and not (covers == "day" and self.is_since(t))
            for t in self.times
        ):
            return None, "a cumulative or partial time"
        return None

    def _is_in_a_year(self, i: int) -> bool:
        """Whether a year follows in the same part of the clause."""
        here = self.tokens[i].end
        rest = re.split(r"[,;.()⟦–—]|\b(?:and|which|while|up|down)\b", self.sentence.masked[here:])[0]
        return any(
            (t.period.months if t.period else t.months) == 12
            and t.kind == ABSOLUTE
            and here <= t.start < here + len(rest)
            and not self.compares(t)
            for t in self.times
        )

    def _in_anothers_bracket(self, time: Time, i: int) -> bool:
        """Whether a time is in another quantity's bracket: "$3.1 billion (Sep-24: $1.9 billion)"."""
        k = next((k for k, t in enumerate(self.tokens) if t.start >= time.start), None)
        bracket = self.sentence.bracket(k) if k is not None else None
        return bracket is not None and not bracket[0] < i < bracket[1]

    def _shared(self, i: int) -> tuple[Time | None, str] | None:
        """The time behind coordinated quantities: "mined 533 and sold 475 in March"."""
        for k in range(i + 1, len(self.tokens)):
            if self.tokens[k].kind != "q":
                continue
            between = self.sentence.between(i, k)
            percent = self.sentence.quantity_at(k).unit == "percent"
            if (
                percent
                or _ANOTHER_CLAUSE.search(between)
                or not _COORDINATED.search(between)
                or self._parts(between)
                # "Mined 447 bitcoins, totaling 4,076 year-to-date": the sum's time.
                or _SUMS_UP.search(between)
                # "With 21 EH/s installed and plans for 31 EH/s by Q4": the plan's time.
                or self.sentence.frames.matches("plan", between)
            ):
                return None
            found = self.following(k)
            if found is not None and found.kind != OTHER and not self.compares(found):
                return found, "shared"
            i = k
        return None

    def _shared_period(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """The time behind coordinated quantities.

        Not a day for what takes a period: "produced 279, increasing its holdings to 9,102 as of July 31".
        """
        found = self._shared(i)
        time = found[0] if found else None
        day = time is not None and time.period is not None and time.period.start is None
        return None if covers == "period" and day else found

    def _shared_day(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """The day of coordinated holdings: "3,091 bitcoin and 6,820 ether as of August 4"."""
        found = self._shared(i) if covers == "day" else None
        time = found[0] if found else None
        return found if time and time.period is not None and time.period.start is None else None

    def _only_day(self, i: int, covers: str) -> tuple[Time | None, str] | None:
        """The only day that the sentence names, unless it is another quantity's."""
        days = [
            t
            for t in self.times
            if t.kind == ABSOLUTE and t.period and t.period.start is None and not t.bounded
        ]
        if covers != "day" or len(days) != 1 or self.compares(days[0]):
            return None
        unit = self.sentence.quantity_at(i).unit
        others = [
            k
            for k, t in enumerate(self.tokens)
            if t.kind == "q" and k != i and self.sentence.same_unit(t.ref, unit)
        ]
        return None if any(self.following(k) is days[0] for k in others) else (days[0], "only")

    def _of_another(self, time: Time, i: int) -> bool:
        """Whether a time belongs to a quantity before this one because it follows it directly."""
        previous = [k for k in range(i) if self.tokens[k].kind == "q" and self.tokens[k].end <= time.start]
        if not previous:
            return False
        k = previous[-1]
        if _BY.search(self.sentence.before(k)) and time.end <= self.tokens[i].start:
            # "Fell by $18.6 million in Q3 2022 from $50.3 million in Q3 2021 to $31.7 million".
            return False
        between = self.sentence.masked[self.tokens[k].end : time.start]
        if time.end > self.tokens[i].start:
            return True
        if ";" in between:
            return False
        if time.kind == YEAR:
            return True
        ends = self.sentence.masked[time.end : self.tokens[i].start]
        return (
            not re.search(r"[;,]|\band\b", between)
            and bool(re.search(r"[;,)]|\band\b|\bto\b", ends))
            and time.kind != CURRENT
            and self.following(k) is time
            and (time.kind == YTD or self._is_past(time))
        )

    def _is_past(self, time: Time) -> bool:
        """Whether a time is not the press release's own."""
        base = self.setting.base
        period = resolve(time, base, self.setting.subject, self.setting.disclosure)
        return base is None or period is None or period.end != base.end
