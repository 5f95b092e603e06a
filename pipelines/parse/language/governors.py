"""The words that govern a quantity: a verb, a subject, a noun, or words behind it.

"Mined 533 bitcoin", "production was 533", "production of 533", "9,000 bitcoin in treasury".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.parse.language.tokenized import REVENUE_WORD, TokenizedSentence
from pipelines.watchlist.frames import Frame, Frames
from pipelines.watchlist.metrics import COMPANY, MetricWords

MAIN, BEFORE, CHANGE = "main", "before", "change"
"""The role of a quantity: a value, an earlier value it is compared with, or a change."""

VERB, SUBJECT, NOUN, LABEL, BEHIND, FROM = "verb", "subject", "noun", "label", "behind", "from"

_PRICE = re.compile(
    r"^\s*(?:(?:per|for each|for every)\s+(?:bitcoin|btc|coin)|apiece|each|a (?:bitcoin|coin|piece))\b|"
    r"^\s*/\s*btc\b",
    re.IGNORECASE,
)
_SOLD = re.compile(r"\bs(?:old|ales? of|elling)\b[^;]*\b(?:bitcoins?|btc|⟦\d+⟧)", re.IGNORECASE)
# ", excluding depreciation of machines,": an aside between a subject and its verb.
_ASIDE = re.compile(
    r",\s+(?:excluding|including|inclusive|which|net of|as|representing|with)\b[^,⟦]*,", re.IGNORECASE
)
# "533 in March and 375 a year ago".
_LISTED = re.compile(r"(?:[^;⟦(]{0,60}?)(?:,|:|\band\b|,\s*and\b)\s*(?:[\w.~$]+\s+){0,2}")
OF_THEM = re.compile(r"^\s*(?:bitcoins?\s+)?of (?:which|them|these|those)\b", re.IGNORECASE)
_CASH = re.compile(r"⟦\d+⟧ (?:in|of) (?:[\w-]+ ){0,3}cash(?: and cash equivalents)?,?\s*$", re.IGNORECASE)
_MADE_UP = re.compile(r"\b(?:made up of|consist\w*|compris\w+|includ\w+)\b", re.IGNORECASE)
MACHINES = ("miner", "machine", "rig", "server")
STOCKS = ("EH/s", "MW", "count")
_IN_BRACKET = ("bitcoin", "in", "vs", "from", "compare", "to", "for", "of", "approximately")


@dataclass(frozen=True, slots=True)
class Governor:
    """The words that say what a quantity is.

    Args:
        via: How they were found: verb, subject, noun, label, behind or from.
        first, last: Their tokens.
        metric: The metric, if a label of lexicon.yaml names it; else the frame's.
    """

    frame: Frame
    via: str
    first: int
    last: int
    scope: str = COMPANY
    metric: str = ""

    @property
    def code(self) -> str:
        return self.metric or self.frame.metric


_OF = re.compile(r"\s*(?:of|in)\s+(?:[\w-]+\s*){1,4}", re.IGNORECASE)
_AT = re.compile(
    r"⟦\d+⟧\s+at\s+(?:(?:an?|the)\s+average\s+(?:\w+\s+){0,3}of\s+)?(?:approximately\s+|about\s+)?$",
    re.IGNORECASE,
)

# "$15.0 million of colocation revenue and $81.1 million in total".
_IN_TOTAL = re.compile(r"\s*(?:in total|overall|altogether|in all)\b(?!\s+revenues?)", re.IGNORECASE)
# "463 BTC it produced", "the 780 BTC that the company mined".
ITS_CLAUSE = re.compile(
    r"\s*(?:bitcoins?\s+|coins\s+)?(?:that |which )?(?:it|we|the company)\b", re.IGNORECASE
)
_WHEN_REPORTED = re.compile(
    r",\s+when\s+[^,;⟦]*\b(?:reported|posted|earned|generated|recorded|booked|had)\s+$", re.IGNORECASE
)
_ON = re.compile(r"\b(?:on|of|per|from)\s+(?:that|this|the|its|our|such|total)$", re.IGNORECASE)
_NO_MORE = ("no more", "no further", "no less", "no fewer", "not more")
# "Raised $12.4 million for expansion by selling 502 bitcoin".
_BY_SELLING = re.compile(r"[^;.⟦]{0,60}\bby (?:selling|the sale of)\s+(?:\w+\s+){0,2}⟦", re.IGNORECASE)
_PART_OF = re.compile(
    r"(?:\b(?:half|third|quarter|part|portion|most|some|all|majority|none)|⟦\d+⟧) of (?:(?:its|the|their|"
    r"our|that|mined|"
    r"bitcoin|btc)\s*){0,3}$",
    re.IGNORECASE,
)
_PART_WORD = re.compile(r"half|third|quarter|part|portion|most|some|all|majority|none|of", re.IGNORECASE)
_MOVES = re.compile(
    r"\b(?:went|go(?:es|ing)?|rose|ris\w+|climb\w*|moved?|grew|grow\w*|increas\w*|ramp\w*|came|brought|push\w*|"
    r"rais\w*)\s+(?:up to\s+)?$",
    re.IGNORECASE,
)
_VALUED = re.compile(r"\b(?:valued?|worth|(?:fair|market) value|based on)\b", re.IGNORECASE)


def is_price(behind: str) -> bool:
    """Whether an amount is for one coin: "$81,731 per bitcoin"."""
    return bool(_PRICE.match(behind))


def moves_up(before: str) -> bool:
    """Whether "up to" behind a text is where something went: "rose up to 14.0 EH/s"."""
    return bool(_MOVES.search(before))


def sold_at(before: str) -> bool:
    """Whether a text ends before the price of its last quantity: "sold 13.36 BTC at"."""
    return bool(_AT.search(before))


class GovernorFinder:
    """Finds the governors of a sentence's quantities, from left to right.

    Args:
        known: The governors found so far, by quantity.
        compared: The tokens of earlier values that others are compared with.
        changes: The tokens of changes.
    """

    def __init__(self, sentence: TokenizedSentence, frames: Frames, words: MetricWords) -> None:
        self.sentence, self.frames, self.words = sentence, frames, words
        self.tokens, self.classes = sentence.tokens, frames.classes
        self.known: dict[int, Governor] = {}
        self.compared: set[int] = set()
        self.changes: set[int] = set()

    def find(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        """The role of a quantity and its governor, if its sentence has one."""
        role, governor = self._nearest(i, unit)
        governor = governor or self._before_bracket(i, unit) or self._part_of_revenue(i, unit, role)
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
            previous = self.previous(i, unit)
            role, governor = BEFORE, None if previous is None else self.known[previous]
        if governor is not None and governor.code == "total_revenue" and self._is_of_a_sale(governor):
            # "Sold 1,576 BTC, for total revenue of $32.2 million".
            governor = Governor(self.frames.by_name["proceeds"], VERB, governor.first, governor.last)
        if role == BEFORE:
            self.compared.add(i)
        elif role == CHANGE:
            self.changes.add(i)
        return role, governor

    def _is_of_a_sale(self, governor: Governor) -> bool:
        first = self.sentence.phrase_start(governor.first, 0)
        sold = any(g.code == "bitcoin_sold" and self.sentence.at[r] < first for r, g in self.known.items())
        return sold and first > 0 and self.tokens[first - 1].lemma == "for"

    def _restated(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        """The governor of a value in another unit: "power cost of $11,137, or 4.4 cents per kWh"."""
        before = [k for k in range(max(0, i - 12), i) if self.tokens[k].kind == "q"]
        if not before or self.tokens[self._before_fillers(i)].lemma != "or":
            return MAIN, None
        if self._percent(before[-1]) and unit == "USD":
            # "Colocation made up 67% of revenue, or $77.5 million".
            return MAIN, self._line_in(0, before[-1] - 1) if self.sentence.about_revenue else None
        if self._percent(before[-1]) and unit == "BTC":
            # "Sold around 60% of the bitcoins it produced in August, or 139 BTC".
            return MAIN, self._verb_at(self._before_fillers(before[-1]), 0, unit)
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

    # ------------------------------------------------------------------ choosing

    def _nearest(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        role, left = self._left(i, unit)
        right = self._right(i, unit)
        priced = is_price(self.sentence.behind(i)) or sold_at(self.sentence.before(i))
        if unit == "USD" and priced and not (left and left.frame.per_coin):
            left = self._per_coin(i)
            return (MAIN if left and role == CHANGE else role), left
        if (
            right is not None
            and right.frame.name in ("fair_value", "proceeds")
            and (sold := self._sold_for(i))
        ):
            return MAIN, sold
        if right is not None and right.frame.name == "proceeds" and right.first == i + 1:
            return MAIN, right
        if unit == "USD" and _BY_SELLING.match(self.sentence.behind(i)):
            return MAIN, Governor(self.frames.by_name["proceeds"], BEHIND, i, i)
        if right is not None and (right.frame.within or (right.via == FROM and role != CHANGE)):
            return MAIN, right
        source = role == BEFORE and self.tokens[self._before_fillers(i)].lemma == "from"
        if left is not None and left.frame.within and role == MAIN:
            # "Restricted bitcoin of 3,300 are held by our lender".
            return MAIN, left
        other = left is None or (right is not None and right.frame is not left.frame)
        apart = other and (left is not None or self.previous(i, unit) is None)
        if right is not None and source and apart and unit in ("BTC", "count"):
            # "Revenue of $45 million from 533 bitcoin mined": where it comes from, not an earlier value.
            return MAIN, right
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

    def _fitting(self, unit: str | None) -> Iterator[Frame]:
        """The frames of a unit; a number without one may count bitcoin."""
        return (f for f in self.frames.frames if f.unit == (unit or "BTC"))

    def previous(self, i: int, unit: str | None) -> int | None:
        """The last quantity of a unit before a token that has a governor."""
        at = self.sentence.at
        found = [r for r in self.known if at[r] < i and self.sentence.same_unit(r, unit)]
        return max(found, key=at.__getitem__) if found else None

    def _per_coin(self, i: int) -> Governor | None:
        """The frame of an amount for one coin: price if its clause sells coins, else cost."""
        coins = [k for k in self.sentence.at.values() if k < i and self.sentence.quantity_at(k).unit == "BTC"]
        if coins and _VALUED.search(self.sentence.between(max(coins), i)):
            # "Held 155.5 Bitcoin valued at $16.7 million at $107,000 per Bitcoin": no price of a sale.
            return None
        start, _ = self.sentence.clause(i, i)
        clause = [k for k in range(i) if self.tokens[k].start >= start]
        sale = ("sell", "sale", "price", "liquidate", "monetize")
        for name, words in (("coin_cost", ("cost",)), ("price", sale)):
            place = next((k for k in reversed(clause) if self.tokens[k].lemma in words), None)
            if place is not None:
                return Governor(self.frames.by_name[name], BEHIND, place, place)
        if re.search(r"\b(?:sold|sales?|selling|liquidat\w+)\b", self.sentence.masked, re.IGNORECASE):
            return Governor(self.frames.by_name["price"], BEHIND, i, i)
        return None

    def _before_bracket(self, i: int, unit: str | None) -> Governor | None:
        """The line of revenue before an amount in a bracket of its own: "self-mining ($0.6m)"."""
        bracket = self.sentence.bracket(i)
        if unit == "J/TH" and bracket is not None and bracket[1] - bracket[0] <= 3:
            # "28 EH/s installed (15 J/TH)".
            near = [t for t in self.tokens[max(0, bracket[0] - 8) : bracket[0]] if t.kind == "q"]
            hash_rate = near and self.sentence.quantities[near[-1].ref].unit == "EH/s"
            if hash_rate and self.sentence.at[near[-1].ref] not in self.compared:
                return Governor(self.frames.by_name["efficiency"], BEHIND, i, i)
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

    def _part_of_revenue(self, i: int, unit: str | None, role: str) -> Governor | None:
        """The line of an amount listed after revenue.

        "Revenue of $95 million, hosting gave $17 million".
        """
        previous = self.previous(i, "USD")
        if unit != "USD" or role != MAIN or previous is None:
            return None
        place, known = self.sentence.at[previous], self.known[previous]
        between = self.sentence.between(place, i)
        if known.code != "total_revenue" or re.search(r"[.(:]\s", between):
            return None
        others = [self.sentence.quantities[int(r)].unit for r in re.findall(r"⟦(\d+)⟧", between)]
        if any(unit != "percent" for unit in others):
            return None
        of = _OF.match(self.sentence.behind(i))
        if of and self.frames.matches("other_money", of[0]):
            # "… and $5 million of adjusted EBITDA".
            return None
        return self._line_before(i, place)

    def _line_before(self, i: int, place: int) -> Governor | None:
        """The line between a mark and an amount, without the verb: ", hosting contributed"."""
        if (named := self._line_in(place + 1, i)) is not None:
            return named
        last = i - 1
        while last > place and (
            self.sentence.is_class(last, "auxiliary", "parts", "nearly") or self.tokens[last].text in "~$–-"
        ):
            last -= 1
        first = last + 1
        while first - 1 > place and self.tokens[first - 1].kind == "w" and last - first < 5:
            if self.sentence.is_class(first - 1, "stop", "copula", "compared", "up_or_down", "auxiliary"):
                break
            first -= 1
        before = self.tokens[first - 1]
        starts = before.text in ",;:–—" or before.lemma in ("and", "while")
        line = self.sentence.span(first, last + 1)
        if first > last or not starts or self.frames.matches("other_money", line):
            return None
        return Governor(self.frames.by_name["revenue"], FROM, first, last)

    def _like_previous(self, i: int, unit: str | None) -> tuple[str, Governor | None]:
        """The governor of the quantity before: "533 in March and 375 a year ago", "910 (870 in Q4)"."""
        ref = self.previous(i, unit)
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
        if _LISTED.fullmatch(self.sentence.between(place, i)) and not self._another_frame(ref, place, i):
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

    # ------------------------------------------------------------------ to the left

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
                j = self._before_time(j, low, to=to) + 1
                continue
            if token.kind == "q":
                ether = self.sentence.quantities[token.ref].unit == "ETH"
                beside = at and commas and self._percent(j)
                if to or ether or beside or (j + 1 < i and tokens[j + 1].lemma == "or"):
                    continue
                return MAIN, None
            if token.kind == "x":
                commas += token.text == ","
                if token.text in ":–—-=":
                    parted = [k + 1 for k in range(low, j) if tokens[k].text == ";"]
                    low = max([low, *parted])
                    found = self._by_label(low, j, unit) or self._search(low, j, unit)
                    if found is None and unit == "USD" and sentence.about_revenue:
                        found = self._line_in(low, j)
                    line = self._line_before(i, j) if found and found.code == "total_revenue" else None
                    return MAIN, line or found
                if token.text == "." and tokens[j - 1].lemma == "vs":
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
            fetched = unit == "USD" and word in classes["fetching"] and not of and self._fetched(j)
            if fetched:
                return MAIN, fetched
            if not of and not to and (verb := self._verb_at(j, low, unit)) is not None:
                if verb.frame.name == "proceeds" and (line := self._earner(low, verb)):
                    return MAIN, line
                sold = word == "worth" and self._worth_of_sold(j)
                return MAIN, Governor(self.frames.by_name["proceeds"], VERB, j, j) if sold else verb
            if word == "out" and of and unit == "USD" and sentence.about_revenue:
                # "$77.5 million out of $115.2 million".
                return MAIN, Governor(self.frames.by_name["revenue"], NOUN, j, j)
            if of and word in classes["measure"]:
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
                return MAIN, self._subject(low, j, unit)
            elif word == "up" and j > low and tokens[j - 1].lemma == "make":
                # "The fleet is made up of 19,400 miners".
                return MAIN, self._subject(low, j - 1, unit)
            elif word == "include":
                return MAIN, None
            elif word in ("operation", "service") and j > low and tokens[j - 1].lemma == "in":
                j -= 1
            elif word == "bring" and unit == "USD" and not to:
                return MAIN, self._subject(low, j, unit)
            elif word in ("double", "twice", "triple") and tokens[j + 1].lemma in ("the", "its", "that"):
                # "More than double the $70.0 million recorded in Q2 2024".
                return BEFORE, None
            elif word == "than" and j == i - 1 and sentence.span(j - 2, j).lower() in _NO_MORE:
                # "It got no further than 322".
                j -= 2
            elif (
                word == "after" and tokens[j + 1].lemma in ("the", "a") and self.previous(i, unit) is not None
            ):
                # "It produced 189 BTC in June after the 156 BTC of May".
                return BEFORE, None
            elif (
                word == "than" and j == i - 1 and unit not in ("J/TH", "c/kWh") and self._is_qualifier(j, low)
            ):
                j -= 1
            elif word == "on" and j > low and sentence.is_class(j - 1, "up_or_down"):
                # "A 20% gain on $3.20 million".
                return BEFORE, self._subject(low, j, unit, near=True)
            elif at and commas and word in ("above", "below"):
                # "Cost of production 5% below the second quarter, at $9,400".
                continue
            elif word in ("from", "than") or (
                word in classes["compared"]
                and not (word == "over" and j == i - 1 and not self._percent(j - 1))
            ):
                return BEFORE, self._subject(low, j, unit, near=True)
            elif word in classes["up_or_down"]:
                if not to and not at:
                    return CHANGE, None
                found = self._subject(low, j, unit) or self._search(j + 1, i, unit)
                if found is None and j > low and tokens[j - 1].text == ",":
                    # "Revenue kept growing, up 24% to $12.5 million".
                    found = self._subject(low, j - 1, unit)
                return MAIN, found
            elif word == "with" and j > low and tokens[j - 1].lemma in ("compare", "relative"):
                continue
            elif word == "with" and j > low and tokens[j - 1].lemma == "line":
                # "Roughly in line with the $34.4 million it posted a year before".
                return BEFORE, None
            elif word == "at" or (word == "with" and not of):
                found = (
                    self._ended_with(j, low, unit)
                    or self._ended_at(j, low, unit)
                    or self._noun_ending(j - 1, low, unit)
                )
                if found is not None or word == "with":
                    return MAIN, found
                at = True
            elif word == "have" and j == self._before_fillers(i):
                return MAIN, Governor(self.frames.by_name["hold"], VERB, j, j) if unit == "BTC" else None
            elif word in classes["copula"] and token.text.lower() != "record":
                return MAIN, self._subject(low, j, unit)
            elif (
                unit == "USD"
                and (word in classes["parts"] or word in classes["earning"])
                and (line := self._subject(low, j, unit))
            ):
                return MAIN, line
            elif word == "for" and j > low and tokens[j - 1].lemma == "account":
                continue
            elif (noun := self._noun_ending(j, low, unit)) is not None and (
                of or to or at or unit != "USD" or not unknown
            ):
                return MAIN, self._traded(noun, low, unit) or noun
            elif word in classes["filler"] or word in classes["auxiliary"] or word.endswith("ly"):
                continue
            elif word == "for" and unit == "USD":
                return MAIN, self._proceeds_for(j)
            elif unit == "USD" and word in classes["fetching"] and (brought := self._fetched(j)):
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
                return MAIN, self._subject(low, j, unit)
            elif word in classes["stop"] or unknown >= (3 if unit == "c/kWh" else 1):
                return MAIN, None
            else:
                unknown += 1
        return MAIN, None

    def _traded(self, noun: Governor, low: int, unit: str | None) -> Governor | None:
        """The verb of "sold its whole treasury of 1,132.9 BTC"."""
        if noun.frame.name != "hold":
            return None
        for place in {self.sentence.phrase_start(noun.first, low) - 1, noun.first - 3, noun.first - 2}:
            verb = self._verb_at(place, low, unit) if place >= low else None
            if verb is not None and verb.frame.name in ("sell", "purchase"):
                return verb
        return None

    def _percent(self, j: int) -> bool:
        """Whether a token is a percentage: "a gain of 63.1% over $284.1 million"."""
        return j >= 0 and self.tokens[j].kind == "q" and self.sentence.quantity_at(j).unit == "percent"

    def _before_time(self, j: int, low: int, *, to: bool) -> int:
        """The token before a time and its preposition."""
        time = self.sentence.in_time[j]
        owner = self.sentence.word(j + 1) == "s"
        while j >= low and self.sentence.in_time.get(j) is time:
            j -= 1
        if owner and self.tokens[j].lemma in ("from", "than", "to"):
            # "Down 12% from March's 520".
            return j
        while j >= low and self.sentence.is_class(j, "before_a_time"):
            if self.tokens[j].lemma == "from" and to:
                break
            j -= 1
        return j

    def _before_fillers(self, i: int) -> int:
        j = i - 1
        while j >= 0 and (self.sentence.is_class(j, "filler") or self.tokens[j].text in "~$"):
            j -= 1
        return j

    def _verb_at(self, j: int, low: int, unit: str | None) -> Governor | None:
        """The verb that ends at a token and takes the quantity as its object."""
        text, before = self.tokens[j].text.lower(), self.tokens[j - 1].lemma if j > low else ""
        for frame in self._fitting(unit):
            for phrase in frame.verb_lemmas:
                first = j - len(phrase) + 1
                if first < low:
                    continue
                if (
                    phrase == ("mine",)
                    and text == "mining"
                    and before in ("", "by", "after", "of", "from", "for")
                ):
                    return Governor(frame, VERB, first, j)
                if not self.sentence.matches(phrase, first):
                    continue
                noun = text in ("mining", "holding", "earnings")
                if noun and before in ("bitcoin", "self", "our", "its", "the", "of"):
                    continue
                return Governor(frame, VERB, first, j)
        return None

    def _noun_ending(self, j: int, low: int, unit: str | None) -> Governor | None:
        """The noun that ends at a token, in full if it is a label."""
        if j < low or j in self.sentence.in_time:
            return None
        found = [
            (len(phrase), frame)
            for frame in self._fitting(unit)
            for phrase in frame.subject_lemmas
            if j - len(phrase) + 1 >= low and self.sentence.matches(phrase, j - len(phrase) + 1)
        ]
        if not found:
            # "Total miners deployed of 110,512": a label before a bare number.
            return self._by_label(self.sentence.phrase_start(j, low), j + 1, unit) if unit is None else None
        length, frame = max(found, key=lambda f: f[0])
        start = j - length + 1
        label = self._by_label(max(low, self.sentence.phrase_start(start, low)), j + 1, unit)
        return label or Governor(frame, NOUN, start, j)

    def _subject(self, low: int, j: int, unit: str | None, *, near: bool = False) -> Governor | None:
        """The subject of the clause that ends before a token, nearest part between commas first.

        Args:
            near: Only a subject in the part nearest to the token.
        """
        sentence = self.sentence
        place, inside = self.tokens[j].start, self.sentence.in_aside(j)
        starts = [
            b
            for b in sentence.boundaries
            if b < place
            and sentence.masked[b] not in ":–—-()[]"
            and not _ASIDE.match(sentence.masked[b:place])
            and (inside or not any(b == start for start, _ in sentence.asides))
        ]
        start = max(starts, default=0)
        first = max(low, next((k for k, t in enumerate(self.tokens) if t.start >= start), 0))
        cuts = [
            k
            for k in range(first, j)
            if self.tokens[k].text in (",", ":", "–", "—") and k not in sentence.in_time
        ]
        edges = [first, *(c + 1 for c in cuts), j]
        for a, b in self._nearest_parts(edges):
            if b <= a or (sentence.in_aside(a) and not inside):
                continue
            found = self._by_label(a, b, unit) or self._search(a, b, unit)
            if found is None and unit == "USD" and self._may_be_line(j):
                found = self._line_in(a, b)
            if found is not None and unit == "USD" and self._is_beside_other_money(a, found):
                return None
            if found is not None and _PART_OF.search(sentence.before(found.first)):
                # "Sold about half of its holdings, totaling 3,900 bitcoin".
                k = self._before_part(found.first)
                return self._verb_at(k, low, unit)
            if found is not None:
                # A quantity of the unit between the subject and the verb: the verb is of another statement.
                rest = range(found.last + 1, j)
                taken = any(
                    self.tokens[k].kind == "q"
                    and sentence.same_unit(self.tokens[k].ref, unit)
                    and not sentence.in_aside(k)
                    for k in rest
                )
                return None if taken else found
            aside = sentence.is_class(a, "opens_an_aside")
            if unit == "USD" and not aside and self.frames.matches("other_money", sentence.span(a, b)):
                # "Revenue up 37%, cash at a record $60 million".
                return None
            if self._is_pronoun(a, b) and (previous := self.previous(j, unit)) is not None:
                return self.known[previous]
            if near:
                return None
        if inside:
            # "Added 86 BTC to treasury, which came to 1,103 BTC,".
            k = first - 1
            while k > low and self.tokens[k].kind == "x":
                k -= 1
            return self._noun_ending(k, low, unit)
        relative = {self.sentence.word(first), self.sentence.word(first + 1)} & {"which", "that", "where"}
        if unit == "USD" and relative and self._may_be_line(j):
            # "The colocation segment, which alone raked in $77.5 million".
            before = sentence.clause_start(start)
            return self._line_in(next((k for k, t in enumerate(self.tokens) if t.start >= before), 0), first)
        return None

    def _is_beside_other_money(self, first: int, found: Governor) -> bool:
        """Whether revenue only explains other money: "EBITDA on that revenue came to"."""
        before = self.sentence.span(first, found.first)
        return bool(_ON.search(before)) and self.frames.matches("other_money", before)

    def _nearest_parts(self, edges: list[int]) -> list[tuple[int, int]]:
        """The parts between commas, nearest first, and appositions after the rest.

        "HPC hosting, a business that did not exist a quarter ago, brought in".
        """
        parts = list(zip(reversed(edges[:-1]), reversed(edges[1:]), strict=True))
        articles = ("its", "the", "a", "an", "one")
        return sorted(
            parts,
            key=lambda p: edges[0] < p[0] < p[1] < edges[-1] and self.tokens[p[0]].text.lower() in articles,
        )

    def _may_be_line(self, j: int) -> bool:
        """Whether a segment as the subject of a verb has revenue: "self-mining brought in"."""
        return self.sentence.about_revenue or self.sentence.is_class(j, "earning")

    def _earner(self, low: int, verb: Governor) -> Governor | None:
        """The line of revenue that is the subject of a verb: "the colocation segment brought in"."""
        if not self._may_be_line(verb.first):
            return None
        found = self._subject(low, verb.first, "USD", near=True)
        return found if found and found.code == "total_revenue" else None

    def _line_in(self, first: int, last: int) -> Governor | None:
        """The last line of revenue among tokens, unless other money follows it: "hosting costs"."""
        for k in range(last - 1, first - 1, -1):
            found = self.sentence.line_ending(k, first)
            if found is not None:
                start, end = found
                rest = self.sentence.span(end + 1, last)
                other = self.frames.matches("other_money", rest) or "⟦" in rest
                return None if other else Governor(self.frames.by_name["revenue"], FROM, start, end)
        return None

    def _before_part(self, k: int) -> int:
        """The token before "about half of its"."""
        k -= 1
        while k > 0 and (
            self.sentence.is_class(k, "filler", "nearly")
            or self.tokens[k].kind == "q"
            or _PART_WORD.fullmatch(self.tokens[k].text)
        ):
            k -= 1
        return k

    def _is_pronoun(self, first: int, last: int) -> bool:
        """Whether tokens are only a pronoun, and maybe a time: "in the same period of 2023 it"."""
        words = [
            k for k in range(first, last) if self.tokens[k].kind == "w" and k not in self.sentence.in_time
        ]
        pronouns = self.classes["pronoun"]
        lemmas = [self.tokens[k].lemma for k in words]
        timed = any(k in self.sentence.in_time for k in range(first, last))
        if timed and all(w in ("in", "for", "and", "of", "the") for w in lemmas):
            # "The same period of 2023 brought $120.7 million".
            return True
        return (
            any(w in pronouns for w in lemmas)
            and (lemmas[-1] in pronouns or lemmas[-1] == "have")
            and all(w in pronouns or w in ("in", "for", "and", "of", "have") for w in lemmas)
        )

    def _by_label(self, first: int, last: int, unit: str | None) -> Governor | None:
        """A label of lexicon.yaml that fills a phrase but for its times."""
        span = range(first, last)
        if any(self.tokens[k].lemma == "equivalent" for k in span):
            return None
        kept = [
            self.tokens[k].text for k in span if k not in self.sentence.in_time and self.tokens[k].kind != "q"
        ]
        for meaning in self.words.meanings(" ".join(kept)) if kept else ():
            metric = self.words.by_code[meaning.metric]
            if metric.unit == unit or (unit is None and metric.unit in ("BTC", "count")):
                frame = self.frames.of_metric(metric.code, metric.unit)
                scope = COMPANY if meaning.site else meaning.scope
                return Governor(frame, LABEL, first, last - 1, scope, metric.code)
        return None

    def _search(self, first: int, last: int, unit: str | None) -> Governor | None:
        """The first noun of a frame among tokens, the longest at its place."""
        if unit in (None, "BTC") and any(t.lemma == "equivalent" for t in self.tokens[first:last]):
            return None
        for k in range(first, last):
            found = [
                (len(phrase), frame)
                for frame in self._fitting(unit)
                for phrase in frame.subject_lemmas
                if phrase not in frame.weak_lemmas
                and k + len(phrase) <= last
                and self.sentence.matches(phrase, k)
            ]
            if found:
                length, frame = max(found, key=lambda f: f[0])
                return Governor(frame, SUBJECT, k, k + length - 1)
        return None

    def _ended_with(self, j: int, low: int, unit: str | None) -> Governor | None:
        """ "Ended the month with 9,000 bitcoin"."""
        near = range(max(low, j - 8), j)
        if unit != "BTC" or not any(self.sentence.is_class(k, "ending") for k in near):
            return None
        return Governor(self.frames.by_name["hold"], VERB, j, j)

    def _ended_at(self, j: int, low: int, unit: str | None) -> Governor | None:
        """ "Added 1.4 EH/s to its operating hash rate and ended the month at 22.6 EH/s"."""
        ended = any(self.sentence.is_class(k, "ending") for k in range(max(low, j - 4), j))
        return self._search(0, j, unit) if unit == "EH/s" and ended else None

    def _ended_with_both(self, j: int, low: int, unit: str | None) -> Governor | None:
        """ "Ended the quarter with $253 million in cash and 21 bitcoin"."""
        if unit == "BTC" and _CASH.search(self.sentence.before(j)):
            # "With $74.9 million in restricted cash, and 19,273 bitcoin".
            return Governor(self.frames.by_name["hold"], VERB, j + 1, j + 1)
        for k in range(j - 1, max(low, j - 14) - 1, -1):
            if self.tokens[k].lemma in ("with", "have"):
                return self._ended_with(k, low, unit)
            if unit == "BTC" and (verb := self._verb_at(k, low, unit)) is not None:
                # "Held $597 million in cash and 7,362 bitcoin".
                return verb if verb.frame.name == "hold" else None
            if self.tokens[k].text in ";(":
                return None
        return None

    def _proceeds_for(self, j: int) -> Governor | None:
        """ "Sold 475 bitcoin for $38.8 million"."""
        sold = any(g.code == "bitcoin_sold" for g in self.known.values())
        if sold or _SOLD.search(self.sentence.before(j)):
            return Governor(self.frames.by_name["proceeds"], VERB, j, j)
        return None

    def _fetched(self, j: int) -> Governor | None:
        """ "Sold 470 bitcoin, generating $38.1 million": what a sale before the verb brought."""
        at = self.sentence.at
        sold = [at[r] for r, g in self.known.items() if g.code == "bitcoin_sold" and at[r] < j]
        if not sold:
            return None
        between = self.sentence.between(max(sold), j) + " "
        participle = self.tokens[j - 1].text == "," and self.tokens[j].text.lower().endswith("ing")
        other = REVENUE_WORD.search(between) or re.search(
            r"[;(]|\b(?:offering|notes|loans?|shares|debt|financing)\b", between, re.IGNORECASE
        )
        mined = not participle and re.search(r"\b(?:mined|produced)\b", between, re.IGNORECASE)
        return None if other or mined else Governor(self.frames.by_name["proceeds"], VERB, j, j)

    def _worth_of_sold(self, j: int) -> bool:
        """ "Sold 6,900 coins in June worth $151 million"."""
        at = self.sentence.at
        coins = [r for r, g in self.known.items() if g.frame.unit == "BTC" and at[r] < j]
        return bool(coins) and self.known[max(coins, key=at.__getitem__)].code == "bitcoin_sold"

    def _sold_for(self, i: int) -> Governor | None:
        """ "Let go of $208 million in bitcoin"."""
        phrases, j = self.frames.by_name["sell"].verb_lemmas, i - 1
        while j >= 0:
            for phrase in phrases:
                if j - len(phrase) + 1 >= 0 and self.sentence.matches(phrase, j - len(phrase) + 1):
                    return Governor(self.frames.by_name["proceeds"], VERB, j - len(phrase) + 1, j)
            if not self.sentence.is_class(j, "filler") and self.tokens[j].text not in "~$":
                return None
            j -= 1
        return None

    def _is_qualifier(self, j: int, low: int) -> bool:
        """Whether "than" qualifies a number: "raising more than $162 million"."""
        more = j - 1 >= low and self.tokens[j - 1].lemma in ("more", "less", "few", "great", "little")
        return more and j - 2 >= low and self.tokens[j - 2].kind == "w"

    # ------------------------------------------------------------------ to the right

    def _right(self, i: int, unit: str | None) -> Governor | None:
        """Words behind the quantity: "were mined", "in treasury", "of operating hash rate"."""
        sentence, tokens = self.sentence, self.tokens
        came = i + 1
        if sentence.word(came) == "of" and sentence.word(came + 1) in ("it", "that", "this", "which", "them"):
            # "$20.8 million of it from bitcoin mining".
            came += 2
        while sentence.word(came) in ("come", "be", "derive", "result", "generate", "earn"):
            came += 1
        earned = sentence.about_revenue or (i > 0 and sentence.is_class(self._before_fillers(i), "earning"))
        if unit == "USD" and sentence.word(came) == "from" and earned:
            last = came
            while last - came < 6 and sentence.word(last + 1) and not sentence.is_class(last + 1, "stop"):
                last += 1
            timed = any(k in sentence.in_time for k in range(came + 1, last + 2))
            every = sentence.span(came + 1, last + 1).lower().endswith("operations") and last - came <= 2
            if last > came and not timed and not every:
                return Governor(self.frames.by_name["revenue"], FROM, came + 1, last)
        if unit == "USD" and sentence.about_revenue and (total := _IN_TOTAL.match(sentence.behind(i))):
            place = i + len(total[0].split())
            return Governor(self.frames.by_name["revenue"], BEHIND, place, place)
        k, skipped = i + 1, 0
        if unit == "count":
            # "222,000 owned and hosted bitcoin miners in operation": behind the noun.
            k = self._behind_machines(i)
        while k < len(tokens) and skipped < 6:
            if tokens[k].text == "," and unit == "count" and k == i + 1:
                # "224,000 miners, owned and hosted, operated".
                aside = next(
                    (m for m in range(k + 1, min(k + 6, len(tokens))) if tokens[m].text == ","), None
                )
                if aside is not None:
                    k = aside + 1
                    continue
            if (
                unit in ("BTC", None)
                and sentence.word(k) in ("worth", "value")
                and self._next_quantity(k + 1)
            ):
                # "9,800 coins worth $300 million on its balance sheet".
                k = self._next_quantity(k + 1) + 1
                continue
            if tokens[k].kind != "w" or k in sentence.in_time:
                return None
            found = [g for f in self._fitting(unit) if (g := self._behind_at(f, k, i, unit)) is not None]
            if found:
                # "Held as collateral" is longer than "held".
                return max(found, key=lambda g: g.last - g.first)
            known = sentence.is_class(k, "filler", "auxiliary", "before_a_noun")
            noun = unit == "USD" and tokens[i + 1].lemma in ("of", "in") and not sentence.is_class(k, "stop")
            if not known and not (noun and skipped < 5):
                return None
            k += 1
            skipped += 1
        return None

    def _next_quantity(self, k: int) -> int:
        """The token of a quantity right behind words of measure, or 0."""
        while k < len(self.tokens) and (self.sentence.is_class(k, "nearly") or self.tokens[k].lemma == "at"):
            k += 1
        return k if k < len(self.tokens) and self.tokens[k].kind == "q" else 0

    def _behind_machines(self, i: int) -> int:
        """The token behind a number and the machines that it counts."""
        for k in range(i + 1, min(i + 6, len(self.tokens))):
            if self.tokens[k].kind != "w" or k in self.sentence.in_time:
                break
            if self.tokens[k].lemma in MACHINES:
                return k + 1
        return i + 1

    def _behind_at(self, frame: Frame, k: int, i: int, unit: str | None) -> Governor | None:
        """Words of a frame at a token behind a quantity."""
        for phrase in frame.behind_lemmas:
            # "3,333 self-mined bitcoin on the balance sheet" are held.
            behind = self.sentence.word(k + len(phrase))
            attributive = frame.name == "produce" and behind == "bitcoin"
            if phrase[-1] == "bitcoin" and behind == "mining":
                # "$141.2 million of bitcoin mining revenue".
                continue
            noun = frame.name == "produce" and self.tokens[k].text.lower() == "mining"
            if self.sentence.matches(phrase, k) and not attributive and not noun:
                return Governor(frame, BEHIND, k, k + len(phrase) - 1)
        if unit in (*STOCKS, "J/TH", "USD") and not frame.per_coin and frame.name != "proceeds":
            direct = k == i + 1 or self.tokens[i + 1].lemma in ("of", "in", "total")
            for phrase in frame.subject_lemmas:
                if direct and self.sentence.matches(phrase, k):
                    return Governor(frame, BEHIND, k, k + len(phrase) - 1)
        return None
