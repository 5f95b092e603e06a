"""Units of numbers: bitcoin, machines, dollars, or something that is not ours."""

import re
from dataclasses import replace
from decimal import Decimal

from pipelines.parse.language.governor import MACHINES, STOCKS, is_price
from pipelines.parse.language.quantities import Quantity
from pipelines.parse.language.reasons import MARKET, NOT_OURS, NOT_UNDERSTOOD, RATE
from pipelines.parse.language.revenue_labels import lists_sources
from pipelines.parse.language.times import RESPECTIVELY
from pipelines.parse.language.tokenized import REVENUE_WORD, TokenizedSentence
from pipelines.watchlist.frames import Frames

COUNTS = (*STOCKS, "BTC")
_RATE_BEHIND = re.compile(
    r"^[^\w;]{0,2}(?:\s*(?:bitcoins?|btc|average|on average|mined|produced|earned|of)\b){0,3}[^\w;]{0,2}\s*"
    r"(?:(?:per|a|each|every)[\s-]+(?:day|week|hour|exahash|eh/?s?|ph|share|month|miner|mwh?|machine|th|"
    r"petahash|"
    r"block|kwh)\b(?! (?:earlier|ago|before|prior))|"
    r"/\s?(?:day|eh|ph|mwh|share|th)\b|daily\b)|^[^⟦⟪.;]{0,50}\b(?:per|a|an average|each|every) day\b|"
    # "14 BTC ($282,000) per day"
    r"^\s*\(?⟦\d+⟧\)?\s*(?:per|a|each|every) day\b",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^\s*(?:more|fewer|less|higher|lower|additional|increase|decrease|ahead of|behind|above|below|short "
    r"of)\b",
    re.IGNORECASE,
)
# "$42 million, which is $5 million, or 14%, more than".
_DIFFERENCE = re.compile(
    r"^(?:,?\s*or\s+⟦\d+⟧,?)?\s+(?:more|less|higher|lower|better|worse)(?:\s+(?:than|over|year|from|compared)\b|\s*(?:[.,;)]|$))",
    re.IGNORECASE,
)
# "From 12.5 to 6.25 bitcoin per block".
_TO_ANOTHER = re.compile(r"\s*(?:to|or|and)\s+⟦\d+⟧")
_ADDED = re.compile(r"^[^,;.⟦]{0,30}\b(?:was|were|been|being)?\s*added\b", re.IGNORECASE)
_NEW = re.compile(r"^\s*new\b", re.IGNORECASE)
# "As bitcoin's price crashed well below $30,000".
_PRICE_MOVES = re.compile(
    r"\b(?:bitcoin|btc)(?:['’]s)? price\s+(?:[a-z]+ ){0,2}?"
    r"(?:crash|fell|fall|drop|sank|slid|slip|plung|dip|tumbl|"
    r"rose|ris|climb|surg|hover|trad|hit|reach)\w*\s+(?:[a-z]+ ){0,4}$",
    re.IGNORECASE,
)
# "Sold 463 BTC plus another 12 BTC from reserves": neither is the whole.
_PLUS_MORE = re.compile(r"\s*,?\s*plus\s+(?:(?:another|an additional|a further)\s+)?⟦", re.IGNORECASE)
_PLUS = re.compile(r"⟧\s*,?\s*plus\s+(?:another|an additional|a further)\s+$", re.IGNORECASE)
# "115 bitcoin or bitcoin equivalent, compared to 126 bitcoin equivalent": both count the same.
_OR_EQUIVALENT = re.compile(r"\b(?:or|and) (?:bitcoin|btc) equivalents?\b", re.IGNORECASE)
COIN = re.compile(r"\b(?:bitcoins?|btc|coins?)\b|₿", re.IGNORECASE)
_ANOTHER = r"ethereum|ether|eth|usdc|litecoin|ltc|doge\w*"
COINS = re.compile(rf"\b(?:bitcoins?|btc)\b[^⟦;]{{0,20}}?\band\s+(?:{_ANOTHER})\b", re.IGNORECASE)
_COIN_OF = re.compile(
    r"\b(?P<coin>btc|bitcoins?|ethereum|ether|eth) of\s+(?:about |approximately )?$", re.IGNORECASE
)
# "Holdings of BTC and ETH were 1,038.4 and 20,508.3".
_TWO_COINS = re.compile(
    r"\b(?:bitcoins?|btc)\s+and\s+(?:ethereum|ether|eth)\b[^⟦;]{0,40}⟦\d+⟧\s+and\s+⟦\d+⟧", re.IGNORECASE
)
_IN_ANOTHER_COIN = re.compile(rf"^\s*(?:worth\s+)?(?:in|of)\s+(?:{_ANOTHER}|solana)\b", re.IGNORECASE)
_OTHER_COIN = re.compile(rf"\b(?:{_ANOTHER}|solana|xrp|kaspa|zcash)\b", re.IGNORECASE)
_HYPHENED = re.compile(r"-[a-z]", re.IGNORECASE)
_COUNTS_COINS = re.compile(r"\bproduction\b|\bmined\b|\buptime\b", re.IGNORECASE)
_PER_MWH = re.compile(
    r"\b(?:power|energy|electricity) (?:costs?|prices?) (?:per |/ ?)(?:mwh|megawatt[- ]?hours?)\b[^;.]*$",
    re.IGNORECASE,
)
_KWH = re.compile(r"\bkwh\b|\bkilowatt[- ]hours?\b", re.IGNORECASE)
RESTRICTED = re.compile(r"(?<!un)\brestricted\b", re.IGNORECASE)


# What a block pays, halved each four years: "rewards fell from 6.25 BTC to 3.125 BTC".
_SUBSIDIES = frozenset(map(Decimal, ("12.5", "6.25", "3.125", "1.5625")))
_OF_A_BLOCK = re.compile(
    r"\bhalv(?:ing|ed|es)\b|\bblock (?:rewards?|subsid\w+)\b|\bper block\b", re.IGNORECASE
)


class CountedFinder:
    """Finds what a sentence's numbers count.

    Args:
        after_coins: Whether the sentence before it counts bitcoin.
        labeled: Units of bare numbers whose label names a metric, by quantity.
    """

    def __init__(self, sentence: TokenizedSentence, frames: Frames, *, after_coins: bool = False) -> None:
        self.sentence, self.frames, self.tokens = sentence, frames, sentence.tokens
        self.after_coins = after_coins
        self.labeled: dict[int, str] = {}

    @staticmethod
    def is_added(unit: str | None, behind: str) -> bool:
        """Whether a quantity is added to a stock: "500 new miners", but not "mined 301 new bitcoin"."""
        if unit == "USD" and _DIFFERENCE.match(behind):
            return True
        return (unit in COUNTS and bool(_MORE.match(behind))) or (
            unit in STOCKS and bool(_NEW.match(behind) or _ADDED.match(behind))
        )

    def in_own_unit(self, ref: int) -> Quantity:
        """A quantity; dollars in a sentence about kilowatt-hours are a cost of power."""
        quantity = self.sentence.quantities[ref]
        cents = quantity.unit == "USD" and quantity.value is not None and abs(quantity.value) < 1
        if cents and quantity.value is not None and _KWH.search(self.sentence.text):
            # "The energy cost per kilowatt-hour went from $0.040 to $0.032".
            quantity = replace(quantity, unit="c/kWh", value=quantity.value * 100, step=quantity.step * 100)
            self.sentence.quantities[ref] = quantity
        if (
            quantity.unit == "USD"
            and quantity.value is not None
            and _PER_MWH.search(self.sentence.before(self.sentence.at[ref]))
        ):
            # "Energy cost per MWh: $28.83".
            quantity = replace(quantity, unit="c/kWh", value=quantity.value / 10, step=quantity.step / 10)
            self.sentence.quantities[ref] = quantity
        if quantity.unit is None and (like := self._unit_before_bracket(self.sentence.at[ref])):
            quantity = replace(quantity, unit=like)
            self.sentence.quantities[ref] = quantity
        ahead = self._counted_ahead(self.sentence.at[ref])
        if quantity.unit is None and not quantity.scaled and ahead:
            quantity = replace(quantity, unit=ahead)
            self.sentence.quantities[ref] = quantity
        return quantity

    def _unit_before_bracket(self, i: int) -> str | None:
        """The unit before a bracket with a time: "110,000 machines (February: 108,500)"."""
        bracket = self.sentence.bracket(i)
        inside = range(bracket[0] + 1, bracket[1]) if bracket else range(0)
        if bracket is None or bracket[0] == 0 or not any(k in self.sentence.in_time for k in inside):
            return None
        before = self.tokens[bracket[0] - 1]
        alone = all(k == i or k in self.sentence.in_time or self.tokens[k].text in ":=" for k in inside)
        if before.kind != "q" or not alone:
            return None
        unit = self.sentence.quantities[before.ref].unit or self.labeled.get(before.ref)
        return unit if unit in COUNTS else None

    def _counted_ahead(self, i: int) -> str:
        """The unit of a number behind whose adjectives its noun stands: "26,747 unrestricted BTC"."""
        for k in range(i + 1, min(i + 6, len(self.tokens))):
            word = self.sentence.word(k)
            listed = word in ("and", "or") and k > i + 1
            if word is None or k in self.sentence.in_time:
                return ""
            if not listed and self.sentence.is_class(k, "stop", "copula"):
                return ""
            if word in MACHINES and k > i + 1:
                return "count"
            if word == "bitcoin" and self.sentence.word(k + 1) not in ("miner", "mining", "machine"):
                return "BTC" if k > i + 1 and self._is_coin(k, self.sentence.word(k + 1) or "") else ""
        return ""

    def may_count(self, i: int, quantity: Quantity) -> bool:
        """Whether a number without a unit may count bitcoin: no noun of something else follows."""
        named = COIN.search(self.sentence.text) or _COUNTS_COINS.search(self.sentence.masked)
        named = named or RESTRICTED.search(self.sentence.masked)
        if quantity.scaled or not (named or self.after_coins):
            return False
        if _OTHER_COIN.search(self.sentence.text) and not COIN.search(self.sentence.text):
            # "ETH holdings grew from 24,000 to 153,000", behind a sentence about bitcoin.
            return False
        if _HYPHENED.match(self.sentence.behind(i)):
            # "A 10-minute block interval".
            return False
        following = self.sentence.word(i + 1)
        return following is None or self._may_follow(following)

    def counts_another(self, i: int) -> bool:
        """Whether a noun behind a bare number is counted: "sales by the top 13 public miners".

        Not behind a colon, and no heading of another number: "Bitcoin held: 512 Machines: 1,300".
        """
        following = self.sentence.word(i + 1)
        if following is None or self.tokens[i - 1].text in ":=" or self._may_follow(following):
            return False
        return self.tokens[i + 1].text.islower()

    def is_footnote(self, i: int) -> bool:
        """Whether a digit behind a label marks a footnote: "Bitcoin Held 2", not "Bitcoin held: 2"."""
        digit = re.fullmatch(r"\d", self.sentence.quantity_at(i).text)
        last = not any(token.kind == "w" for token in self.tokens[i + 1 :])
        return digit is not None and last and i > 0 and self.tokens[i - 1].text not in (":", "=")

    def _may_follow(self, word: str) -> bool:
        classes = self.frames.classes
        return word in classes["after_a_count"] or word in classes["up_or_down"]

    def reason_against(self, i: int, quantity: Quantity) -> tuple[str, str]:
        """The reason why a quantity counts nothing of ours, by what stands right behind it."""
        unit, behind = quantity.unit, self.sentence.behind(i)
        noun = self.sentence.word(i + 1)
        as_before = noun == "equivalent" and _OR_EQUIVALENT.search(self.sentence.before(i))
        if unit in ("BTC", None) and noun is not None and not self._is_coin(i, noun) and not as_before:
            return NOT_OURS, f"counts {noun}"
        pair = _TO_ANOTHER.match(behind)
        rate = _RATE_BEHIND.match(behind) or (pair and _RATE_BEHIND.match(behind[pair.end() :]))
        if unit != "percent" and rate and not is_price(behind):
            return RATE, ""
        if unit == "USD" and _PRICE_MOVES.search(self.sentence.before(i)):
            return MARKET, ""
        if unit == "USD" and _IN_ANOTHER_COIN.match(behind):
            return NOT_OURS, "another coin"
        if unit == "BTC" and quantity.value in _SUBSIDIES and _OF_A_BLOCK.search(self.sentence.masked):
            return MARKET, "the reward of a block"
        if unit == "BTC" and (_PLUS_MORE.match(behind) or _PLUS.search(self.sentence.before(i))):
            return NOT_UNDERSTOOD, "a part of a sum"
        if self._coin_ahead(i) == "ETH":
            return NOT_OURS, "another coin"
        two_coins = unit is None and _TWO_COINS.search(self.sentence.masked)
        if unit in ("BTC", "USD", None) and (two_coins or RESPECTIVELY.search(self.sentence.masked)):
            run = self.sentence.run(i)
            if len(run) == 2 and run[1] == i and COINS.search(self.sentence.masked):
                # The second of "BTC and ETH of 553.2 and 9,900.9, respectively".
                return NOT_OURS, "another coin"
            if unit == "USD" and len(run) == 2 and self._coins_before(run[0])[run.index(i)] == "ETH":
                # The first of "6,800 ETH and 3,000 BTC, worth $16 million and $200 million, respectively".
                return NOT_OURS, "another coin"
            revenue = unit == "USD" and REVENUE_WORD.search(self.sentence.masked)
            if revenue and RESPECTIVELY.search(behind) and lists_sources(self.sentence, i):
                return NOT_UNDERSTOOD, "parts listed with respectively"
        return "", ""

    def _coins_before(self, i: int) -> tuple[str, str]:
        """The coins that the two quantities before a token count, if they are two coins."""
        before = [k for k in sorted(self.sentence.at.values()) if k < i]
        units = [self._coin_ahead(k) or self.sentence.quantity_at(k).unit or "" for k in before]
        return (units[-2], units[-1]) if {*units[-2:]} == {"BTC", "ETH"} else ("", "")

    def _coin_ahead(self, i: int) -> str:
        """The coin that a number without a unit counts: "BTC of 553.2 and ETH of 9,900.9"."""
        named = (
            _COIN_OF.search(self.sentence.before(i)) if self.sentence.quantity_at(i).unit is None else None
        )
        if named is None:
            return ""
        return "BTC" if named["coin"].lower()[0] == "b" else "ETH"

    def _is_coin(self, i: int, noun: str) -> bool:
        """Whether the noun that the number governs is bitcoin: not "bitcoin call options"."""
        things = self.frames.classes["coin_things"]
        if noun not in things:
            return True
        if noun in ("mining", "mine"):
            mined = self.tokens[i + 1].text.lower() == "mined"
            return mined or self.sentence.word(i + 2) not in things
        return noun in ("price", "per", "network", "value")
