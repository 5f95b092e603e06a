"""The words that govern a quantity: a verb, a subject, a noun, or words behind it.

"Mined 533 bitcoin", "production was 533", "production of 533", "9,000 bitcoin in treasury".
"""

import re

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
    is_price,
    moves_up,
    sold_at,
)
from pipelines.parse.language.phrases import PhraseFinder
from pipelines.parse.language.revenue_parts import PartFinder
from pipelines.parse.language.sale_words import SaleFinder
from pipelines.parse.language.tokenized import TokenizedSentence
from pipelines.parse.language.verb_subjects import SubjectFinder
from pipelines.parse.language.words_behind import BehindFinder
from pipelines.watchlist.frames import Frames
from pipelines.watchlist.metrics import MetricWords

# "533 in March and 375 a year ago".
_LISTED = re.compile(r"(?:[^;⟦(]{0,60}?)(?:,|;|:|\band\b|[,;]\s*and\b)\s*(?:[\w.~$]+\s+){0,2}")
_RANKED = re.compile(
    r"\b(?:largest|highest|biggest|smallest|lowest|second|third)\b[^;⟦,]{0,40},\s+$", re.IGNORECASE
)
_NEXT_IN_RANK = re.compile(
    r"\b(?:follow(?:s|ed|ing)|came (?:next|second|third|in second|in third)|ranked (?:second|third|next)|"
    r"trail(?:s|ed|ing))\b[^;⟦.]{0,30}\b(?:with|at)\s+(?:[\w.~$]+\s+){0,2}$",
    re.IGNORECASE,
)
# "Mined 1,434 in Q4 2022; 5,167 in 2022": another statement, unless it only names another time.
_THEN_A_TIME = re.compile(r"\s*(?:in|for|during)\s+(?:the\s+)?(?:⟪|20[12]\d\b)")
_CASH = re.compile(
    r"⟦\d+⟧ (?:in|of) (?:[\w-]+ ){0,3}cash(?:,? (?:and )?(?:cash )?(?:marketable )?(?:equity )?"
    r"(?:equivalents|securities)){0,2},?\s*$",
    re.IGNORECASE,
)
_MADE_UP = re.compile(r"\b(?:made up of|consist\w*|compris\w+|includ\w+)\b", re.IGNORECASE)
_IN_BRACKET = ("bitcoin", "in", "vs", "from", "compare", "to", "for", "of", "approximately")
_WHEN_REPORTED = re.compile(
    r",\s+when\s+[^,;⟦]*\b(?:reported|posted|earned|generated|recorded|booked|had)\s+$", re.IGNORECASE
)
_GIVEN_AS = re.compile(
    r"\b(?:gives?|gave|lists?|listed|states?|stated|quotes?|quoted|shows?|showed)\b", re.IGNORECASE
)
# "The total number of bitcoin it holds".
_IT_HOLDS = re.compile(
    r"\s+(?:that )?(?:it|they|we|the (?:company|firm|miner)) (?:now |currently )?(?:holds?|owns?|has|have)\b",
    re.IGNORECASE,
)
_NO_MORE = ("no more", "no further", "no less", "no fewer", "not more")
# "Raised $12.4 million for expansion by selling 502 bitcoin".
_BY_SELLING = re.compile(r"[^;.⟦]{0,60}\bby (?:selling|the sale of)\s+(?:\w+\s+){0,2}⟦", re.IGNORECASE)


_ADDED_TO = re.compile(
    r"\badd(?:s|ed|ing)?\s+⟦(?P<ref>\d+)⟧\s+(?:[a-z]+\s+)?to\s+(?:its|our|the|their)\s+"
    r"(?P<what>[^,;⟦()]{3,40}),?\s+(?:bringing|taking|lifting|raising|for)\s+(?:the |its |our |a )?(?:new )?"
    r"(?:total|us|it|them)\s+(?:up )?(?:to|of)\s+(?:[a-z]+\s+){0,2}$",
    re.IGNORECASE,
)


_MINED = re.compile(
    r"\s*(?:bitcoins?\s+|coins\s+)?(?:that\s+)?(?:it\s+)?(?:self[\s-])?(?:mined|produced)\b", re.IGNORECASE
)


class GovernorFinder:
    """Finds the governors of a sentence's quantities, from left to right.

    Args:
        known: The governors found so far, by quantity.
        compared: The tokens of earlier values that others are compared with.
        changes: The tokens of changes.
    """

    def __init__(self, sentence: TokenizedSentence, frames: Frames, words: MetricWords) -> None:
        self.sentence, self.frames = sentence, frames
        self.tokens, self.classes = sentence.tokens, frames.classes
        self.phrases = PhraseFinder(sentence, frames, words)
        self.subjects = SubjectFinder(self.phrases)
        self.sales = SaleFinder(self.phrases)
        self.parts = PartFinder(self.phrases)
        self.behind = BehindFinder(self.phrases)
        self.known = self.phrases.known
        self.compared: set[int] = set()
        self.changes: set[int] = set()

    def find(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        """The role of a quantity and its governor, if its sentence has one."""
        role, governor = self._nearest(i, unit)
        governor = governor or self._before_bracket(i, unit) or self.parts.part_of_revenue(i, unit, role)
        if governor is None and role == MAIN:
            role, governor = self._like_previous(i, unit)
        if governor is None and role == MAIN:
            role, governor = self._restated(i, unit)
        if (
            governor is None
            and role == MAIN
            and unit == "USD"
            and _WHEN_REPORTED.search(self.sentence.before(i))
        ):
            # "Than in the same period last year, when the firm reported $63.9 million".
            previous = self.phrases.previous(i, unit)
            role, governor = BEFORE, None if previous is None else self.known[previous]
        governor = governor and self._as_meant(i, governor)
        if role == BEFORE:
            self.compared.add(i)
        elif role == CHANGE:
            self.changes.add(i)
        return role, governor

    def _as_meant(self, i: int, governor: Governor) -> Governor:
        """A governor of the frame that its words have beside the words around them."""
        behind = self.tokens[governor.last].end
        produced = governor.code == "bitcoin_produced" and governor.via != VERB
        if produced and _IT_HOLDS.match(self.sentence.masked, behind):
            governor = self._of_frame("hold", governor, governor.via)
        held = governor.frame.name == "hold" and governor.via == VERB and governor.last < i
        if held and self.tokens[i - 1].lemma == "all" and _MINED.match(self.sentence.behind(i)):
            # "Retained all 255 bitcoin mined in June": that is production.
            governor = self._of_frame("produce", governor, VERB)
        if self.sales.are_revenue(governor):
            governor = self._of_frame("revenue", governor, governor.via)
        if governor.code == "total_revenue" and self.sales.is_of_a_sale(governor):
            # "Sold 1,576 BTC, for total revenue of $32.2 million".
            governor = self._of_frame("proceeds", governor, VERB)
        return governor

    def _of_frame(self, name: str, governor: Governor, via: str) -> Governor:
        return Governor(self.frames.by_name[name], via, governor.first, governor.last)

    def _restated(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        """The governor of a value in another unit: "power cost of $11,137, or 4.4 cents per kWh"."""
        before = [k for k in range(max(0, i - 12), i) if self.tokens[k].kind == "q"]
        if not before or self.tokens[self.phrases.before_fillers(i)].lemma != "or":
            return MAIN, None
        if self.sentence.quantity_at(before[-1]).unit == "ETH":
            # "2,572 ether, or $8.6 million in revenue".
            return CHANGE, None
        if self.phrases.percent(before[-1]) and unit == "USD":
            # "Colocation made up 67% of revenue, or $77.5 million".
            return MAIN, self.phrases.line_in(0, before[-1] - 1) if self.sentence.about_revenue else None
        if self.phrases.percent(before[-1]) and unit == "BTC":
            # "Sold around 60% of the bitcoins it produced in August, or 139 BTC".
            return MAIN, self.phrases.verb_at(self.phrases.before_fillers(before[-1]), 0, unit)
        return self._nearest(before[-1], unit)

    def compared_with(self, i: int, unit: str | None) -> Governor | None:
        """The governor of an earlier value's quantity: "533, up from 470", "from 9.1 to 10.2"."""
        previous = self._compared_before(i, unit)
        if previous is not None:
            return self.known.get(previous)
        for ref, place in sorted(self.sentence.at.items(), key=lambda item: item[1]):
            if place > i and self.sentence.same_unit(ref, unit):
                role, governor = self._nearest(place, unit)
                return governor if role == MAIN else None
        return None

    def _compared_before(self, i: int, unit: str | None) -> int | None:
        """The quantity before a token that it is compared with; one without a governor is not ours.

        "Revenue of $36 million, made up of $10 million of leases, compared to $51 million": the whole.
        """
        at = self.sentence.at
        alike = sorted((r for r in at if at[r] < i and self.sentence.same_unit(r, unit)), key=at.__getitem__)
        alike = [r for r in alike if at[r] not in self.changes and self._beside(at[r], i)]
        if not alike or not any(r in self.known for r in alike):
            return None
        whole = next(
            (r for r in alike if r in self.known and _MADE_UP.search(self.sentence.between(at[r], i))), None
        )
        return alike[-1] if whole is None else whole

    def _beside(self, k: int, i: int) -> bool:
        """Whether a token is not in a bracket that ends before another."""
        bracket = self.sentence.bracket(k)
        return bracket is None or bracket[1] > i

    def label_of(self, i: int) -> Governor | None:
        """The governor of a bare number: a label before it ("Deployed fleet: 81,200")."""
        role, governor = self._left(i, None)
        return governor if role == MAIN and governor is not None and governor.via == LABEL else None

    def _sum_of(self, i: int, unit: str | None) -> Governor | None:
        """The governor of a total.

        "Added 86 BTC to its treasury, bringing the total to 1,103 BTC": what the amount was added to.
        """
        added = _ADDED_TO.search(self.sentence.before(i))
        if added is None or not self.sentence.same_unit(int(added["ref"]), unit):
            return None
        first, last = (
            next(k for k, t in enumerate(self.tokens) if t.start >= added.start("what")),
            next(k for k, t in enumerate(self.tokens) if t.end >= added.end("what")),
        )
        return self.phrases.search(first, last + 1, unit)

    def _nearest(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        if (whole := self._sum_of(i, unit)) is not None:
            return MAIN, whole
        role, left = self._left(i, unit)
        right = self.behind.right(i, unit)
        priced = is_price(self.sentence.behind(i)) or sold_at(self.sentence.before(i))
        if unit == "USD" and priced and not (left and left.frame.per_coin):
            left = self.sales.per_coin(i)
            return (MAIN if left and role == CHANGE else role), left
        if (
            right is not None
            and right.frame.name in ("fair_value", "proceeds")
            and (sold := self.sales.sold_for(i))
        ):
            return MAIN, sold
        if right is not None and right.frame.name == "proceeds" and right.first == i + 1:
            return MAIN, right
        if right is not None and right.code == "total_revenue" and left and left.frame.name == "proceeds":
            # "Realized $900,000 of revenue from its computing business".
            return MAIN, right
        if unit == "USD" and _BY_SELLING.match(self.sentence.behind(i)):
            return MAIN, Governor(self.frames.by_name["proceeds"], BEHIND, i, i)
        if right is not None and (right.frame.within or (right.via == FROM and role != CHANGE)):
            return MAIN, right
        source = role == BEFORE and self.tokens[self.phrases.before_fillers(i)].lemma == "from"
        if left is not None and left.frame.within and role == MAIN:
            # "Restricted bitcoin of 3,300 are held by our lender".
            return MAIN, left
        other = left is None or (right is not None and right.frame is not left.frame)
        apart = other and (left is not None or self.phrases.previous(i, unit) is None)
        if right is not None and source and apart and unit in ("BTC", "count"):
            # "Revenue of $45 million from 533 bitcoin mined": where it comes from, not an earlier value.
            return MAIN, right
        before = self.phrases.previous(i, unit)
        beside = role == BEFORE and right is not None and right.first == i + 1
        if (
            beside
            and right is not None
            and before is not None
            and self.known[before].frame is not right.frame
        ):
            # "Mined 322 bitcoin and exceeded 10,000 bitcoin held": what is exceeded is of another kind.
            return MAIN, right
        if (
            left is not None
            and right is not None
            and right.first == i + 1
            and self.tokens[left.last].lemma == "with"
        ):
            # "We ended 2022 with 5,167 BTC mined".
            left = None
        passed = [g for g in self.known.values() if g.via == BEHIND]
        if left is not None and right is not None and any(g.first == left.first for g in passed):
            # "463 mined, 475 sold": the verb between them is the first one's.
            left = None
        clause = unit in ("BTC", None) and right is not None and ITS_CLAUSE.match(self.sentence.behind(i))
        infinitive = left is not None and left.first > 0 and self.tokens[left.first - 1].lemma == "to"
        own = clause and (role == BEFORE or left is None or infinitive)
        if right is not None and (own or (role == MAIN and not (left and left.via == VERB))):
            return MAIN, right
        return role, left

    def _before_bracket(self, i: int, unit: str | None) -> Governor | None:
        """The line of revenue before an amount in a bracket of its own: "self-mining ($0.6m)"."""
        bracket = self.sentence.bracket(i)
        if unit == "J/TH" and bracket is not None and bracket[1] - bracket[0] <= 3:
            # "28 EH/s installed (15 J/TH)".
            near = [t for t in self.tokens[max(0, bracket[0] - 8) : bracket[0]] if t.kind == "q"]
            hash_rate = near and self.sentence.quantities[near[-1].ref].unit == "EH/s"
            if hash_rate and self.sentence.at[near[-1].ref] not in self.compared:
                return Governor(self.frames.by_name["efficiency"], BEHIND, i, i)
        if unit == "BTC" and bracket is not None and bracket[1] - bracket[0] <= 3:
            before = self.tokens[bracket[0] - 1]
            if before.kind == "q" and self.sentence.quantity_at(bracket[0] - 1).unit == "USD":
                # "Holdings rose to $1.08 billion (10,075 BTC)".
                return self._left(bracket[0] - 1, unit)[1]
        if unit != "USD" or bracket is None or bracket[1] - bracket[0] > 4:
            return None
        before = self.tokens[bracket[0] - 1]
        beside = self.known.get(before.ref) if before.kind == "q" else None
        if beside is not None and beside.code in ("bitcoin_held", "bitcoin_sold"):
            # "11,466 BTC (approximately $326.5 million)".
            name = "fair_value" if beside.code == "bitcoin_held" else "proceeds"
            return Governor(self.frames.by_name[name], BEHIND, i, i)
        if not self.sentence.about_revenue:
            return None
        first = bracket[0]
        while (
            first > 0
            and self.tokens[first - 1].kind == "w"
            and bracket[0] - first < 6
            and first - 1 not in self.sentence.in_time
        ):
            if self.sentence.is_class(first - 1, "stop") or self.tokens[first - 1].lemma in (
                "from",
                "of",
                "the",
            ):
                break
            first -= 1
        if first == bracket[0]:
            return None
        return Governor(self.frames.by_name["revenue"], FROM, first, bracket[0] - 1)

    def _like_previous(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        """The governor of the quantity before: "533 in March and 375 a year ago", "910 (870 in Q4)"."""
        ref = self.phrases.previous(i, unit)
        if ref is None:
            return MAIN, None
        place = self.sentence.at[ref]
        bracket = self.sentence.bracket(i)
        if bracket and place < bracket[0]:
            inside = range(bracket[0] + 1, bracket[1])
            timed = any(k in self.sentence.in_time for k in inside)
            if list(inside) == [i] and bracket[0] - 1 in self.sentence.in_time:
                # "$3.87 million, little changed from June ($3.84 million)".
                return BEFORE, self.known[ref]
            others = [
                k for k in inside if self.tokens[k].kind == "w" and self.tokens[k].lemma not in _IN_BRACKET
            ]
            return (BEFORE, self.known[ref]) if timed and len(others) <= 4 else (MAIN, None)
        if OF_THEM.match(self.sentence.behind(i)):
            # "409 bitcoin were produced, 275 bitcoin of them for customers".
            return MAIN, self.known[ref]
        between = self.sentence.between(place, i)
        if _NEXT_IN_RANK.search(between) and not self._another_frame(ref, place, i):
            # "At 46.1 EH/s, while CleanSpark followed with 33.7 EH/s".
            return MAIN, self.known[ref]
        dated = ";" not in between or _THEN_A_TIME.match(self.sentence.behind(i))
        if dated and _LISTED.fullmatch(between) and not self._another_frame(ref, place, i):
            return MAIN, self.known[ref]
        return MAIN, None

    def _another_frame(self, ref: int, place: int, i: int) -> bool:
        """Whether words of another frame stand between two quantities."""
        others = [f for f in self.frames.frames if f is not self.known[ref].frame]
        return any(
            self.sentence.matches(phrase, k)
            for k in range(place + 1, i)
            for other in others
            for phrase in (*other.verb_lemmas, *other.subject_lemmas)
            if phrase not in other.weak_lemmas
        )

    def _ranked(self, j: int, low: int, unit: str | None) -> Governor | None:
        """The subject of "its hash rate remained the largest in the sector, at 46.1 EH/s"."""
        if unit not in STOCKS or not _RANKED.search(self.sentence.masked[: self.tokens[j].start]):
            return None
        verbs = [k for k in range(low, j) if self.sentence.is_class(k, "copula")]
        return self.subjects.subject(low, verbs[-1], unit) if verbs else None

    def _left(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        """Walk to the left past words without weight, up to a verb, a subject or a comparison."""
        sentence, tokens, classes = self.sentence, self.tokens, self.classes
        bracket = sentence.bracket(i)
        low = bracket[0] + 1 if bracket else 0
        of = at = False
        to = sentence.quantity_at(i).qualifier == "up_to" and moves_up(sentence.before(i))
        unknown = commas = 0
        j = i
        while (j := j - 1) >= low:
            token = tokens[j]
            if j in sentence.in_time:
                j = self.phrases.before_time(j, low, to=to) + 1
                continue
            if token.kind == "q":
                ether = self.sentence.quantities[token.ref].unit == "ETH"
                beside = at and commas and self.phrases.percent(j)
                if to or ether or beside or (j + 1 < i and tokens[j + 1].lemma == "or"):
                    continue
                return MAIN, None
            if token.kind == "x":
                commas += token.text == ","
                if token.text in ":–—-=":
                    parted = [k + 1 for k in range(low, j) if tokens[k].text == ";"]
                    low = max([low, *parted])
                    found = self.phrases.by_label(low, j, unit) or self.phrases.search(low, j, unit)
                    if found is None and unit == "USD" and sentence.about_revenue:
                        found = self.phrases.line_in(low, j)
                    line = self.parts.line_before(i, j) if found and found.code == "total_revenue" else None
                    return MAIN, line or found
                if token.text == "." and tokens[j - 1].lemma == "vs":
                    continue
                remark = sentence.bracket(j - 1) if token.text == ")" and of else None
                if remark and all(tokens[n].kind == "w" for n in range(remark[0] + 1, j)):
                    # "Total Bitcoin mined (self-mining only) of approximately 1,299".
                    j = remark[0]
                    continue
                if commas > 2 or token.text not in ",~$“”\"'’‘%/&≈*•":
                    return MAIN, None
                continue
            word = token.lemma
            if to and word == "or" and tokens[j + 1].kind == "q":
                continue
            added = word in classes["addition"] and unit in STOCKS
            if (added or (word == "add" and unit == "BTC")) and not (at or to or commas):
                return CHANGE, None
            fetched = unit == "USD" and word in classes["fetching"] and not of and self.sales.fetched(j)
            if fetched:
                return MAIN, fetched
            if not of and not to and (verb := self.phrases.verb_at(j, low, unit)) is not None:
                if verb.frame.name == "proceeds" and (line := self.subjects.earner(low, verb)):
                    return MAIN, line
                sold = word == "worth" and self.sales.worth_of_sold(j)
                return MAIN, Governor(self.frames.by_name["proceeds"], VERB, j, j) if sold else verb
            if word == "out" and of and unit == "USD" and sentence.about_revenue:
                # "$77.5 million out of $115.2 million".
                return MAIN, Governor(self.frames.by_name["revenue"], NOUN, j, j)
            if of and word in classes["measure"] and self.phrases.noun_ending(j, low, unit) is None:
                of = False
            elif word == "to":
                to = True
            elif word == "of":
                of = True
            elif word in ("another", "additional", "further", "extra") and unit in STOCKS:
                return CHANGE, None
            elif word == "by":
                if j > low and tokens[j - 1].lemma in classes["cause"]:
                    return MAIN, None
                if not to:
                    return CHANGE, None
            elif to and word == "from":
                continue
            elif to and word in ("go", "move"):
                return MAIN, self.subjects.subject(low, j, unit)
            elif word == "up" and j > low and tokens[j - 1].lemma == "make":
                # "The fleet is made up of 19,400 miners".
                return MAIN, self.subjects.subject(low, j - 1, unit)
            elif word == "include":
                return MAIN, None
            elif word in ("operation", "service") and j > low and tokens[j - 1].lemma == "in":
                j -= 1
            elif word == "bring" and unit == "USD" and not to:
                return MAIN, self.subjects.subject(low, j, unit)
            elif word in ("double", "twice", "triple") and tokens[j + 1].lemma in ("the", "its", "that"):
                # "More than double the $70.0 million recorded in Q2 2024".
                return BEFORE, None
            elif word == "than" and j == i - 1 and sentence.span(j - 2, j).lower() in _NO_MORE:
                # "It got no further than 322".
                j -= 2
            elif (
                word == "after"
                and unit in ("USD", "BTC", None)
                and (tokens[j + 1].lemma in ("the", "a") or j == i - 1)
                and self.phrases.previous(i, unit) is not None
            ):
                # "It produced 189 BTC in June after the 156 BTC of May".
                return BEFORE, None
            elif (
                word == "than" and j == i - 1 and unit not in ("J/TH", "c/kWh") and self._is_qualifier(j, low)
            ):
                j -= 1
            elif (
                word == "as" and j == self.phrases.before_fillers(i) and _GIVEN_AS.search(sentence.before(j))
            ):
                # "The page gives the company's revenue as $125.1 million".
                return MAIN, self.phrases.search(low, j, unit)
            elif word == "on" and j > low and sentence.is_class(j - 1, "up_or_down"):
                # "A 20% gain on $3.20 million".
                return BEFORE, self.subjects.subject(low, j, unit, near=True)
            elif at and commas and word in ("above", "below"):
                # "Cost of production 5% below the second quarter, at $9,400".
                continue
            elif word in ("from", "than") or (
                word in classes["compared"]
                and not (
                    word == "over"
                    and (j == i - 1 or (to and self.phrases.percent(j + 1)))
                    and not self.phrases.percent(j - 1)
                )
            ):
                return BEFORE, self.subjects.subject(low, j, unit, near=True)
            elif word in classes["up_or_down"]:
                if not to and not at:
                    return CHANGE, None
                found = (
                    # "Production brings its bitcoin holding up to 5,784".
                    (self.phrases.noun_ending(j - 1, low, unit) if word == "up" else None)
                    or self.subjects.subject(low, j, unit)
                    or self.phrases.search(j + 1, i, unit)
                )
                if found is None and j > low and tokens[j - 1].text == ",":
                    # "Revenue kept growing, up 24% to $12.5 million".
                    found = self.subjects.subject(low, j - 1, unit)
                return MAIN, found
            elif word == "with" and j > low and tokens[j - 1].lemma in ("compare", "comparison", "relative"):
                continue
            elif word == "with" and j > low and tokens[j - 1].lemma == "line":
                # "Roughly in line with the $34.4 million it posted a year before".
                return BEFORE, None
            elif word == "at" or (word == "with" and not of):
                found = (
                    self._ended_with(j, low, unit)
                    or self._ended_at(j, low, unit)
                    or self.phrases.noun_ending(j - 1, low, unit)
                )
                if found is not None or word == "with":
                    return MAIN, found
                if (ranked := self._ranked(j, low, unit)) is not None:
                    return MAIN, ranked
                at = True
            elif word == "have" and j == self.phrases.before_fillers(i):
                return MAIN, Governor(self.frames.by_name["hold"], VERB, j, j) if unit == "BTC" else None
            elif word in classes["copula"] and token.text.lower() != "record":
                return MAIN, self.subjects.subject(low, j, unit)
            elif (
                unit == "USD"
                and (word in classes["parts"] or word in classes["earning"])
                and (line := self.subjects.subject(low, j, unit))
            ):
                return MAIN, line
            elif word == "for" and j > low and tokens[j - 1].lemma == "account":
                continue
            elif (noun := self.phrases.noun_ending(j, low, unit)) is not None and (
                of or to or at or unit != "USD" or not unknown
            ):
                return MAIN, self.sales.traded(noun, low, unit) or noun
            elif word in classes["filler"] or word in classes["auxiliary"] or word.endswith("ly"):
                continue
            elif word == "for" and unit == "USD":
                return MAIN, self.sales.proceeds_for(j)
            elif unit == "USD" and word in classes["fetching"] and (brought := self.sales.fetched(j)):
                return MAIN, brought
            elif (
                (word == "and" and tokens[j + 1].lemma == "by" and to)
                or (word == "in" and j > low and tokens[j - 1].lemma in ("come", *classes["earning"]))
                or (word == "and" and tokens[j - 1].kind == "q" and sentence.quantity_at(j - 1).unit == "ETH")
            ):
                continue
            elif word == "and" and tokens[j - 1].kind == "q" and j - 1 in self.compared:
                return BEFORE, None
            elif word == "and" and (ended := self._ended_with_both(j, low, unit)) is not None:
                return MAIN, ended
            elif to and unit not in ("USD", "BTC", None) and word not in classes["stop"]:
                # "Fleet efficiency got better to 21.9 J/TH".
                return MAIN, self.subjects.subject(low, j, unit)
            elif word in classes["stop"] or unknown >= (3 if unit == "c/kWh" else 1):
                return MAIN, None
            else:
                unknown += 1
        return MAIN, None

    def _ended_with(self, j: int, low: int, unit: str | None) -> Governor | None:
        """ "Ended the month with 9,000 bitcoin"."""
        near = range(max(low, j - 8), j)
        if unit != "BTC" or not any(self.sentence.is_class(k, "ending") for k in near):
            return None
        return Governor(self.frames.by_name["hold"], VERB, j, j)

    def _ended_at(self, j: int, low: int, unit: str | None) -> Governor | None:
        """ "Added 1.4 EH/s to its operating hash rate and ended the month at 22.6 EH/s"."""
        ended = any(self.sentence.is_class(k, "ending") for k in range(max(low, j - 4), j))
        return self.phrases.search(0, j, unit) if unit == "EH/s" and ended else None

    def _ended_with_both(self, j: int, low: int, unit: str | None) -> Governor | None:
        """ "Ended the quarter with $253 million in cash and 21 bitcoin"."""
        if unit == "BTC" and _CASH.search(self.sentence.before(j)):
            # "With $74.9 million in restricted cash, and 19,273 bitcoin".
            return Governor(self.frames.by_name["hold"], VERB, j + 1, j + 1)
        for k in range(j - 1, max(low, j - 14) - 1, -1):
            if self.tokens[k].lemma in ("with", "have"):
                return self._ended_with(k, low, unit)
            if unit == "BTC" and (verb := self.phrases.verb_at(k, low, unit)) is not None:
                # "Held $597 million in cash and 7,362 bitcoin".
                return verb if verb.frame.name == "hold" else None
            if self.tokens[k].text in ";(":
                return None
        return None

    def _is_qualifier(self, j: int, low: int) -> bool:
        """Whether "than" qualifies a number: "raising more than $162 million"."""
        more = j - 1 >= low and self.tokens[j - 1].lemma in ("more", "less", "few", "great", "little")
        return more and j - 2 >= low and self.tokens[j - 2].kind == "w"
