"""Amounts of a sale of bitcoin, in all and for one coin."""

import re

from pipelines.parse.language.governor import BEHIND, VERB, Governor
from pipelines.parse.language.phrases import PhraseFinder
from pipelines.parse.language.tokenized import REVENUE_WORD

_SOLD = re.compile(r"\bs(?:old|ales? of|elling)\b[^;]*\b(?:bitcoins?|btc|⟦\d+⟧)", re.IGNORECASE)
# "Reported ⟪0⟫ sales", "posted sales".
_REPORTED = re.compile(
    r"\b(?:report|post|announc|record|book|generat)\w*\s+(?:(?:net|total|its|record|⟪\d+⟫)\s+)*$",
    re.IGNORECASE,
)
_COIN_OR_SALE = re.compile(
    r"\b(?:bitcoins?|btc|coins?)\b(?! (?:min|and ai))|\b(?:sold|sell(?:s|ing)?)\b", re.IGNORECASE
)
# "Sales for the quarter were $139.8 million, of which bitcoin mining made $138.1 million".
_OF_MINING = re.compile(r"\bof which\s+(?:[\w-]+\s+){0,2}mining\b", re.IGNORECASE)
_BRINGING = re.compile(
    r"^[^.;()]*,\s+(?:generating|total(?:l)?ing|raising|netting|yielding|bringing in|earning|producing)\s+"
    r"(?:an?\s+)?(?:(?:total|approximately|about|roughly|around)\s+)*(?:⟦\d+⟧\s+(?:in|of)\s+)?$",
    re.IGNORECASE,
)
_VALUED = re.compile(r"\b(?:valued?|worth|(?:fair|market) value|based on)\b", re.IGNORECASE)


class SaleFinder:
    """Finds the governors of amounts that belong to a sale."""

    def __init__(self, phrases: PhraseFinder) -> None:
        self.phrases, self.sentence, self.frames = phrases, phrases.sentence, phrases.frames
        self.tokens, self.known = self.sentence.tokens, phrases.known

    def proceeds_for(self, j: int) -> Governor | None:
        """ "Sold 475 bitcoin for $38.8 million"."""
        sold = any(g.code == "bitcoin_sold" for g in self.known.values())
        if sold or _SOLD.search(self.sentence.before(j)):
            return Governor(self.frames.by_name["proceeds"], VERB, j, j)
        return None

    def fetched(self, j: int) -> Governor | None:
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

    def worth_of_sold(self, j: int) -> bool:
        """ "Sold 6,900 coins in June worth $151 million"."""
        at = self.sentence.at
        coins = [r for r, g in self.known.items() if g.frame.unit == "BTC" and at[r] < j]
        return bool(coins) and self.known[max(coins, key=at.__getitem__)].code == "bitcoin_sold"

    def sold_for(self, i: int) -> Governor | None:
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

    def is_of_a_sale(self, governor: Governor) -> bool:
        """Whether revenue is what a sale before it brought.

        "Sold 1,576 BTC, for total revenue of $32.2 million", "…, totaling $32.2 million in revenue".
        """
        first = self.sentence.phrase_start(governor.first, 0)
        sold = [
            self.sentence.at[r]
            for r, g in self.known.items()
            if g.code == "bitcoin_sold" and self.sentence.at[r] < first
        ]
        if not sold:
            return False
        between = self.sentence.between(max(sold), first)
        return self.tokens[first - 1].lemma == "for" or _BRINGING.search(between) is not None

    def are_revenue(self, governor: Governor) -> bool:
        """Whether "sales" are revenue: "reported third-quarter sales of $131.6 million"."""
        first, tokens = governor.first, self.tokens
        if governor.code != "bitcoin_sale_proceeds" or tokens[first].text.lower() != "sales":
            return False
        before = self.sentence.before(first)
        if not before.strip() and _OF_MINING.search(self.sentence.masked):
            return True
        return bool(_REPORTED.search(before)) and not _COIN_OR_SALE.search(self.sentence.masked)

    def per_coin(self, i: int) -> Governor | None:
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

    def traded(self, noun: Governor, low: int, unit: str | None) -> Governor | None:
        """The verb of "sold its whole treasury of 1,132.9 BTC"."""
        if noun.frame.name != "hold":
            return None
        for place in {self.sentence.phrase_start(noun.first, low) - 1, noun.first - 3, noun.first - 2}:
            verb = self.phrases.verb_at(place, low, unit) if place >= low else None
            if verb is not None and verb.frame.name in ("sell", "purchase"):
                return verb
        return None
