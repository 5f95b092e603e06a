"""Figures in an article's sentence.

Revenue and its segments, bitcoin sold, mined and held, hash rate. Each quantity takes the nearest cue that
fits its unit. If that cue is not one of our metrics, or it is ambiguous, the quantity is skipped.
"""

import re
from datetime import date
from decimal import Decimal

from pipelines.parse.language.annotation import BY, FROM, AnnotatedSentence
from pipelines.parse.language.coin_counts import coin_cue, hash_cue
from pipelines.parse.language.cues import SOLD, Cue, PrecedingText, is_hedged, mentions_bitcoin
from pipelines.parse.language.revenue_words import RevenueWords
from pipelines.parse.language.vocabulary import COIN, EARN, OTHER_MONEY, REVENUE, SELL, segment_words
from pipelines.watchlist import Lexicon

_AVERAGE = re.compile(
    r"\b(?:average|averaging|avg)\b[^⟦;]{0,40}$|\bat (?:about |around |roughly )?$", re.IGNORECASE
)
_APIECE = re.compile(
    r"^\s*(?:apiece|each|per (?:bitcoin|btc|coin)|a (?:bitcoin|coin|piece)|/\s*btc)\b", re.IGNORECASE
)
_EARN = re.compile(rf"\b{EARN}\b", re.IGNORECASE)
_CAME = re.compile(
    r"^\s*(?:came|comes|coming|stemmed|stemming|derived|deriving|flowed|flowing|resulted|resulting|"
    r"was (?:earned|generated|derived)|is)\b",
    re.IGNORECASE,
)
_IN_TOTAL = re.compile(r"^\s*(?:in total|overall|altogether|in all|all told)\b", re.IGNORECASE)
_OF_WHAT = re.compile(r"^\s*(?:in|of)\s+(?:[\w'’-]+\s+){0,3}?revenues?\b", re.IGNORECASE)
# "The sale of its car finance business for US$351.9 million"
_NO_COINS = re.compile(
    r"\s+(?:of\s+)?(?:(?!(?:bitcoins?|btc|coins?)\b)[\w'’&-]+\s+){0,5}?(?:shares|stock|equipment|"
    r"power|machines|miners|rigs|electricity|energy|business(?:es)?|units?|sites?|stakes?|"
    r"subsidiar(?:y|ies)|assets|campus|"
    r"facilit(?:y|ies)|land|divisions?|operations|notes|bonds|compan(?:y|ies)|plants?|hardware|"
    r"buildings?|data centers?|chips|credits|hash ?rate)\b",
    re.IGNORECASE,
)
_OUT_OF = re.compile(r"\bout of\s+(?:a\s+total\s+of\s+|total\s+)?$", re.IGNORECASE)
_CONTRACTED = re.compile(
    r"\b(?:contracts?|deals?|agreements?|leases?|pacts?|backlog|orders?|opportunit\w+)\b[^⟦⟬]*$",
    re.IGNORECASE,
)
_NETTED = re.compile(
    r"(?:\band\b|,|\bwhile\b|\bwhich\b)\s*(?:it\s+|which\s+)?(?:has\s+|had\s+)?(?:net(?:ted|ting)|"
    r"rais(?:ed|ing)|brought in|bringing in|gross(?:ed|ing)|fetch(?:ed|ing)|pocket(?:ed|ing)|"
    r"receiv(?:ed|ing)|realiz(?:ed|ing)|took in|generat(?:ed|ing))\s+(?:about\s+|some\s+|"
    r"roughly\s+)?$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"(?:\s+(?:services?|operations?|revenues?|another|a further|for|about|some|roughly|only|just|"
    r"with|at|was|were|added|contributed))*\s*",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"^\s*(?:\w+\s+){0,2}?(?:per|a(?!\s+(?:year|quarter|month) (?:ago|earlier|before|prior))|each|"
    r"every)\s+(?:day|week|hour|year|exahash|eh|megawatt|mw|kw|share|month)\b|^\s*(?:annually|"
    r"annualized|daily)|^\s*/",
    re.IGNORECASE,
)
_EFFICIENCY = re.compile(r"(?<!peak )(?<!best )(?<!marginal )\befficien", re.IGNORECASE)
# "Second-quarter sales of $78.6 million", if the sentence does not mention coins.
_SALES = re.compile(
    r"(?:\b(?:quarterly|quarter|annual|net)|⟪\d+⟫)\s+sales\s+(?:of|were|was|rose|fell|climbed|"
    r"dropped|grew|came|totaled|totalled|reached|declined|jumped)\b",
    re.IGNORECASE,
)
# "Proceeds came to $38.8 million", after a sentence about a sale.
_PROCEEDS = re.compile(
    r"^\W*(?:the |its |these |those )?(?:(?:net|gross|sales?|total) )?(?:proceeds|sales?)\b[^⟦]{0,40}$",
    re.IGNORECASE,
)
SMALLEST_REVENUE = Decimal(10_000)


class FigureReader:
    """Finds the metric of each quantity of a sentence."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.words = segment_words(lexicon)
        self.revenue = RevenueWords(lexicon)

    def cues(self, sentence: AnnotatedSentence, preceding: PrecedingText) -> dict[int, Cue]:
        """The cue of each quantity of a sentence that is one of our metrics.

        Args:
            preceding: Topics of the previous sentences: after revenue, "hosting added $7.6 million" is
                revenue too; after a sale, "proceeds came to" is about that sale.
        """
        out: dict[int, Cue] = {}
        for index, quantity in enumerate(sentence.quantities):
            if quantity.value is None or quantity.value <= 0 or quantity.qualifier == "up_to":
                continue
            cue = self._cue(sentence, index, out, preceding)
            if cue is not None:
                out[index] = cue
        return {i: c for i, c in out.items() if c.fact != "other"}

    def _cue(
        self, sentence: AnnotatedSentence, index: int, known: dict[int, Cue], preceding: PrecedingText
    ) -> Cue | None:
        quantity = sentence.quantities[index]
        before, behind = sentence.around(index)
        if (sentence.role(index) == BY and quantity.unit != "percent") or re.search(r"\([^()]*:\s*$", before):
            return None
        if _RATE.match(behind) or re.match(
            r"^\s*(?:bitcoins?|btc|coins?)?\s*(?:per|a|each|every)\s+(?:day|week)\b", behind
        ):
            return None
        chained = self._chained(sentence, index, known)
        if chained is not None:
            return chained
        if is_hedged(sentence, index):
            return Cue("other")
        if quantity.unit == "USD":
            return self._money(sentence, index, before, behind, known, preceding)
        if quantity.unit == "BTC" or (quantity.unit is None and not quantity.scaled):
            return coin_cue(sentence, index, before, behind, known)
        if quantity.unit == "EH/s":
            statement = sentence.statement_of(sentence.at[index][0])
            return hash_cue(
                sentence.masked[statement.start : sentence.at[index][0]],
                before,
                sentence.masked[sentence.at[index][1] : statement.end],
            )
        if quantity.unit == "J/TH" and _EFFICIENCY.search(before + behind):
            return Cue("fleet_efficiency")
        if quantity.unit == "c/kWh" and re.search(r"\b(?:power|electricity|energy)\b", before, re.IGNORECASE):
            all_in = re.search(r"\ball[- ]in\b", before + behind, re.IGNORECASE)
            return Cue("power_cost_all_in" if all_in else "power_cost")
        return None

    @staticmethod
    def _chained(sentence: AnnotatedSentence, index: int, known: dict[int, Cue]) -> Cue | None:
        """A value before or after in a comparison with the last quantity.

        "From $67.2 million to $30.1 million", "533 in March".
        """
        start = sentence.at[index][0]
        earlier = [
            i
            for i in known
            if i < index
            and sentence.quantities[i].unit
            in (
                sentence.quantities[index].unit,
                *(("BTC",) if sentence.quantities[index].unit is None else ()),
            )
        ]
        if not earlier:
            return None
        last = earlier[-1]
        # "$140.9 million in revenue versus": "in revenue" belongs to the number before.
        between = _OF_WHAT.sub("", sentence.masked[sentence.at[last][1] : start])
        role = sentence.role(index)
        if (
            role == "main"
            and sentence.role(last) == FROM
            and re.fullmatch(
                r"\s*(?:in|for|during)?\s*(?:⟪\d+⟫|[\w\s-]{2,30})\s+and\s+(?:with\s+|from\s+)?", between
            )
            and sentence.own_period(index) is not None
        ):
            return known[last]
        if role == "main" or known[last].fact in ("other", "average_sale_price"):
            return None
        if len(between) > 130 or ";" in between or REVENUE.search(between) or OTHER_MONEY.search(between):
            return None
        if role == FROM or (role == "to" and sentence.role(last) == FROM):
            return known[last]
        return None

    def _money(
        self,
        sentence: AnnotatedSentence,
        index: int,
        before: str,
        behind: str,
        known: dict[int, Cue],
        preceding: PrecedingText,
    ) -> Cue | None:
        quantity = sentence.quantities[index]
        clause = sentence.statement_of(sentence.at[index][0])
        upto = sentence.masked[clause.start : sentence.at[index][0]]
        sells = bool(SOLD.search(upto)) and mentions_bitcoin(sentence)
        if _APIECE.match(behind) or (
            _AVERAGE.search(before) and SOLD.search(sentence.masked[: sentence.at[index][0]])
        ):
            whole = sentence.masked[: sentence.at[index][0]]
            fits = SOLD.search(whole) or any(
                c.fact in ("bitcoin_sold", "bitcoin_sale_proceeds") for c in known.values()
            )
            return (
                Cue("average_sale_price")
                if fits and quantity.value and 100 <= quantity.value <= 5_000_000
                else Cue("other")
            )
        follows = re.match(
            r"^\s*(?:in|of|as)\s+(?P<adj>(?:[\w'’&()-]+\s+){0,5}?)(?:revenues?|top[- ]line)\b",
            behind,
            re.IGNORECASE,
        )
        if follows and _CONTRACTED.search(before):
            # "Contracts worth more than $10 billion in total revenue": revenue of future years.
            return Cue("other")
        if follows:
            return self._of_revenue(follows["adj"].strip(), upto)
        if _OUT_OF.search(before):
            # "$21.0 million in HPC lease revenue out of $34.0 million"
            return Cue("total_revenue") if any(c.segment for c in known.values()) else Cue("other")
        if _IN_TOTAL.match(behind):
            # "$15.0 million of colocation revenue and $81.1 million in total"
            return Cue("total_revenue") if REVENUE.search(sentence.masked) else Cue("other")
        if re.match(
            rf"^\s*(?:worth\s+of|in|of)\s+(?:its\s+|the\s+|their\s+|mined\s+|self-mined\s+)*(?:{COIN})\b",
            behind,
            re.IGNORECASE,
        ):
            return Cue("bitcoin_sale_proceeds") if sells else Cue("other")
        if preceding.sale and index == 0 and _PROCEEDS.match(upto):
            return Cue("bitcoin_sale_proceeds")
        if mentions_bitcoin(sentence) and re.match(
            rf"^\s*(?:from|through|by|via)\s+(?:the\s+)?(?:{SELL})\b", behind, re.IGNORECASE
        ):
            return Cue("bitcoin_sale_proceeds")
        if re.match(
            r"^\s*(?:in|of)\s+(?:\w+\s+){0,2}?(?:" + OTHER_MONEY.pattern.strip("\\b") + ")",
            behind,
            re.IGNORECASE,
        ):
            return Cue("other")
        speaks = (
            bool(REVENUE.search(sentence.masked))
            or preceding.revenue
            or any(c.segment for c in known.values())
        )
        part = self.words.behind.match(_CAME.sub("", behind))
        if part and (speaks or _EARN.search(upto)) and not OTHER_MONEY.search(upto[-60:]):
            return Cue("segment_revenue", part["seg"])
        return self._preceding(sentence, index, upto, clause.start, speaks, known)

    def _of_revenue(self, what: str, upto: str) -> Cue:
        """The revenue that an amount is part of: "$16.8 million in cloud revenue".

        Without a word in between, it is the revenue of the part that earned it.
        """
        part = self.words.before_revenue.fullmatch(f"{what} revenue") if what else None
        if part:
            return Cue("segment_revenue", part["seg"])
        earner = None if what else self.revenue.part_that_earned(upto)
        return earner or self.revenue.named(what, what.split())

    def _preceding(
        self,
        sentence: AnnotatedSentence,
        index: int,
        upto: str,
        start: int,
        speaks: bool,
        known: dict[int, Cue],
    ) -> Cue | None:
        """The last cue before an amount of money.

        Revenue, a segment that earns, a sale, or money that is not one of our metrics.
        """
        words = self.words
        found: list[tuple[int, Cue]] = []
        # End of the previous number in this statement: text before it belongs to that number.
        spent = max(
            [0, *(sentence.at[i][1] - start for i in known if sentence.at[i][1] - start <= len(upto))]
        )
        listed = [m for m in words.alone.finditer(upto[spent:]) if _LISTED.fullmatch(upto[spent:][m.end() :])]
        if listed and spent and any(c.segment for c in known.values()):
            # "cloud $16.8 million, colocation $4.8 million and bitcoin mining $3.7 million"
            return Cue("segment_revenue", listed[-1]["seg"])
        for match in REVENUE.finditer(upto):
            found.append((match.end(), self.revenue.at(upto, match)))
        if not mentions_bitcoin(sentence):
            found += [(m.end(), Cue("total_revenue")) for m in _SALES.finditer(upto)]
        for match in words.of_revenue.finditer(upto):
            found.append((match.end(), Cue("segment_revenue", match["seg"])))
        for match in words.earns.finditer(upto):
            if _aside(upto, match):
                # "Compute, which includes … the GPU business, contributed": the verb belongs to "Compute".
                continue
            if match.end() >= spent or not known:
                found.append(
                    (
                        match.end(),
                        Cue("segment_revenue", match["seg"] or match["seg2"])
                        if speaks or _plain_earning(match["verb"])
                        else Cue("other"),
                    )
                )
        for match in SOLD.finditer(upto):
            if mentions_bitcoin(sentence) and not _NO_COINS.match(upto[match.end() :]):
                found.append((match.end(), Cue("bitcoin_sale_proceeds")))
        if re.search(
            r"\b(?:sales?|proceeds|they|it|that|which)\s+(?:\w+\s+){0,3}?(?:brought|brings?|netted|"
            r"generated|yielded|raised|fetched|totaled|totalled|came)\b[^⟦]*$",
            upto,
            re.IGNORECASE,
        ) and (
            any(c.fact.startswith("bitcoin_sold") for c in known.values())
            or re.search(r"\bproceeds\b|\bsales\b", upto)
        ):
            found.append((len(upto), Cue("bitcoin_sale_proceeds")))
        if _NETTED.search(sentence.masked[: sentence.at[index][0]]) and any(
            c.fact == "bitcoin_sold" for c in known.values()
        ):
            found.append((len(upto), Cue("bitcoin_sale_proceeds")))
        for match in OTHER_MONEY.finditer(upto):
            if not re.match(r"proceeds of|proceeds", match[0], re.IGNORECASE):
                found.append((match.end(), Cue("other")))
        if found:
            place, cue = max(found, key=lambda f: f[0])
            if cue.fact == "other" or len(upto) - place > 110:
                return Cue("other") if cue.fact == "other" else None
            if cue.fact == "total_revenue" and self.revenue.segment_between(upto[place:]):
                return None
            if cue.fact == "segment_revenue" and cue.segment is None:
                return None
            return cue
        alone = list(words.alone.finditer(upto[spent:]))
        names = {m["seg"].lower() for m in alone}
        others = [
            i
            for i, q in enumerate(sentence.quantities)
            if q.unit == "USD"
            and start <= sentence.at[i][0] < sentence.at[index][0]
            and sentence.at[i][0] >= start + spent
        ]
        if speaks and len(names) == 1 and not others and len(upto) - spent - alone[-1].end() <= 60:
            return Cue("segment_revenue", alone[-1]["seg"])
        return None


def _aside(upto: str, match: re.Match[str]) -> bool:
    """Whether the apparent subject ends a remark between commas."""
    closes = re.search(r",\s+[^,]*$", match[0])
    return closes is not None and bool(
        re.search(
            r",\s+(?:which|who|including|such as|like|along with|together with)\b[^,⟦]*$",
            upto[: match.start()],
            re.IGNORECASE,
        )
    )


def _plain_earning(verb: str) -> bool:
    """Whether a verb implies revenue without the word: "raked in", "generated"."""
    return bool(
        re.match(r"rak|br|generat|contribut|earn|pull|t(?:ook|aking)|chipp|yield", verb, re.IGNORECASE)
    )


def segment_code(lexicon: Lexicon, cue: Cue, ticker: str, day: date) -> str | None:
    """The canonical segment of a cue on the last day of the period; None if unclear."""
    found = lexicon.segment_of(cue.segment, ticker, day) if cue.segment else None
    return None if found in ("other", "eliminations") else found
