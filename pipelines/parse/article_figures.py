"""The figures that a sentence of an article states: revenue and its segments, bitcoin sold, mined and held, hash rate.

Each quantity is governed by one cue, the nearest that fits its unit; where the nearest is none of ours, or it is not
clear which it is, nothing is claimed.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.parse.article_sentence import BY, FROM, Told
from pipelines.parse.article_words import (
    COIN,
    CUSTOMERS,
    EARN,
    HEDGE,
    MARKET,
    OTHER_MONEY,
    PLAIN_BEFORE,
    REVENUE,
    SELL,
    segment_named,
    segment_words,
)
from pipelines.watchlist import Lexicon

_Q = r"⟦{}⟧"
_MINED = re.compile(r"\b(?:mined|mines?|mining|produced|produces?|producing|production|output|earned|self-mined|generated|minted|yield(?:ed|ing|s))\b", re.IGNORECASE)  # fmt: skip
_SOLD = re.compile(rf"\b{SELL}\b", re.IGNORECASE)
_HELD = re.compile(
    r"\b(?:(?:ended|finished|closed|exited) (?:the (?:month|quarter|year|period)|⟪\d+⟫) with|holds?|held|holding|holdings?|owns?|owned|treasury|stash|stack|hoard|trove|cache|reserves?|hodl\w*|balance sheet|sat on|sits on|kept|keeps|coffers|war chest|stockpile|custody|wallets?|controls?|had)\b",
    re.IGNORECASE,
)
_BOUGHT = re.compile(r"\b(?:bought|purchased?|purchases|acquired?|buying|purchasing|acquiring|scooped up|snapped up)\b", re.IGNORECASE)  # fmt: skip
_AVERAGE = re.compile(
    r"\b(?:average|averaging|avg)\b[^⟦;]{0,40}$|\bat (?:about |around |roughly )?$", re.IGNORECASE
)
_APIECE = re.compile(r"^\s*(?:apiece|each|per (?:bitcoin|btc|coin)|a (?:bitcoin|coin|piece)|/\s*btc)\b", re.IGNORECASE)  # fmt: skip
_EARN = re.compile(rf"\b{EARN}\b", re.IGNORECASE)
_DRIVEN = re.compile(
    r"\b(?:driven|fuell?ed|led|helped|boosted|buoyed|lifted|supported|hurt|dragged)\b[^⟦]{0,20}\bby\b|\b(?:thanks to|due to|because of|on the (?:back|strength) of|as)\b|\btraced back to\b",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"^\s*(?:came|comes|coming|stemmed|stemming|derived|deriving|flowed|flowing|resulted|resulting|was (?:earned|generated|derived)|is)\b",
    re.IGNORECASE,
)
_OF_THAT = re.compile(
    r"\b(?:on|of|from|against|over) (?:that|this|those|such|these)(?: \w+)?$", re.IGNORECASE
)
_CONTRACTED = re.compile(
    r"\b(?:contracts?|deals?|agreements?|leases?|pacts?|backlog|orders?|opportunit\w+)\b[^⟦⟬]*$",
    re.IGNORECASE,
)
_NETTED = re.compile(
    r"(?:\band\b|,|\bwhile\b|\bwhich\b)\s*(?:it\s+|which\s+)?(?:has\s+|had\s+)?(?:net(?:ted|ting)|rais(?:ed|ing)|brought in|bringing in|gross(?:ed|ing)|fetch(?:ed|ing)|pocket(?:ed|ing)|receiv(?:ed|ing)|realiz(?:ed|ing)|took in|generat(?:ed|ing))\s+(?:about\s+|some\s+|roughly\s+)?$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"(?:\s+(?:services?|operations?|revenues?|another|a further|for|about|some|roughly|only|just|with|at|was|were|added|contributed))*\s*",
    re.IGNORECASE,
)
_SHARE = re.compile(r"^\s*(?:of (?:that|which|the total|its|total|all)|share)\b", re.IGNORECASE)
_RATE = re.compile(
    r"^\s*(?:\w+\s+){0,2}?(?:per|a(?!\s+(?:year|quarter|month) (?:ago|earlier|before|prior))|each|every)\s+(?:day|week|hour|year|exahash|eh|megawatt|mw|kw|share|month)\b|^\s*(?:annually|annualized|daily)|^\s*/",
    re.IGNORECASE,
)
_HASH_KINDS = (
    ("hashrate_average_operating", r"average (?:operating )?"), ("hashrate_deployed", r"deployed|installed"), ("hashrate_energized", r"energi[sz]ed|electrified"),
    ("hashrate_operating", r"operating|operational|online|active"),
)  # fmt: skip
_VERB_BEFORE = re.compile(
    rf"\b(?:mined|produced|earned|{SELL}|held|holds|bought|purchased|acquired)\s+(?:another\s+|a further\s+|only\s+|just\s+|about\s+|some\s+|roughly\s+|a total of\s+)*$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    r"^\s*(?:$|[.,;()]|(?:in|at|of it|over|during|as|by|and|while|for|on|last|this|from|that|through)\b|⟪)",
    re.IGNORECASE,
)
_EFFICIENCY = re.compile(r"(?<!peak )(?<!best )(?<!marginal )\befficien", re.IGNORECASE)
# "475: the number of bitcoin that Riot sold in April"
_NUMBER_FIRST = re.compile(r"^\s*[:–—]\s*(?:the\s+)?(?:(?:number|amount|count)\s+of\s+)?(?=bitcoins?\b|btc\b|coins\b)", re.IGNORECASE)  # fmt: skip
# "BTC sold: 2,385"
_COUNT_LABEL = re.compile(rf"^\W*(?:(?:total|self-mined)\s+)?(?:{COIN})\s+(?:sold|mined|produced|earned|held|holdings|purchased)\s*:?\s*$", re.IGNORECASE)  # fmt: skip
_WAS_MINED = re.compile(r"^\s*(?:was|were)\s+(?:self-)?(?:mined|produced|earned|sold)\b", re.IGNORECASE)
# A count that holds customers' coins too, or theirs alone: the company's own is none of the sentence's business.
WITH_CUSTOMERS = "with_customers"
_OF_CUSTOMERS = re.compile(r"\b(?:customers?|clients?|third[- ]part(?:y|ies)|hosted)\b", re.IGNORECASE)
_FOR_ITSELF = re.compile(
    r"\b(?:self-min\w+|for itself|(?:its|their) own|own account|proprietary)\b", re.IGNORECASE
)
# "Second-quarter sales of $78.6 million", where no coins are spoken of.
_SALES = re.compile(
    r"(?:\b(?:quarterly|quarter|annual|net)|⟪\d+⟫)\s+sales\s+(?:of|were|was|rose|fell|climbed|dropped|grew|came|totaled|totalled|reached|declined|jumped)\b",
    re.IGNORECASE,
)
DAY_METRICS = frozenset(["bitcoin_held", "hashrate_deployed", "hashrate_energized", "hashrate_operating", "fleet_efficiency"])  # fmt: skip
SMALLEST_REVENUE = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Cue:
    """What governs a quantity: the fact it is one of, the segment in the article's words, and how far it was."""

    fact: str
    segment: str | None = None


def is_hedged(told: Told, index: int) -> bool:
    """Whether the clause around a quantity tells plans, opinions, others' estimates or market figures."""
    text = told.near(index)
    return bool(HEDGE.search(text) or MARKET.search(text))


class FigureReader:
    """Which fact each quantity of a sentence is."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.words = segment_words(lexicon)

    def cues(self, told: Told, *, revenue_before: bool) -> dict[int, Cue]:
        """The cue of each quantity of a sentence; those of none are left out.

        revenue_before   whether the sentence before spoke of revenue, so that "hosting added $7.6 million" is revenue too
        """
        out: dict[int, Cue] = {}
        for index, quantity in enumerate(told.quantities):
            if quantity.value is None or quantity.value <= 0 or quantity.qualifier == "up_to":
                continue
            cue = self._cue(told, index, out, revenue_before)
            if cue is not None:
                out[index] = cue
        return {i: c for i, c in out.items() if c.fact != "other"}

    def _cue(self, told: Told, index: int, known: dict[int, Cue], revenue_before: bool) -> Cue | None:
        quantity = told.quantities[index]
        before, behind = told.around(index)
        if (told.role(index) == BY and quantity.unit != "percent") or re.search(r"\([^()]*:\s*$", before):
            return None
        if _RATE.match(behind) or re.match(
            r"^\s*(?:bitcoins?|btc|coins?)?\s*(?:per|a|each|every)\s+(?:day|week)\b", behind
        ):
            return None
        chained = self._chained(told, index, known)
        if chained is not None:
            return chained
        if is_hedged(told, index):
            return Cue("other")
        if quantity.unit == "USD":
            return self._money(told, index, before, behind, known, revenue_before)
        if quantity.unit == "BTC" or (quantity.unit is None and not quantity.scaled):
            return self._coins(told, index, before, behind, known)
        if quantity.unit == "EH/s":
            statement = told.statement_of(told.at[index][0])
            return self._hash(told, index, told.masked[statement.start : told.at[index][0]], behind)
        if quantity.unit == "J/TH" and _EFFICIENCY.search(before + behind):
            return Cue("fleet_efficiency")
        if quantity.unit == "c/kWh" and re.search(r"\b(?:power|electricity|energy)\b", before, re.IGNORECASE):
            return Cue(
                "power_cost_all_in" if re.search(r"\ball[- ]in\b", before, re.IGNORECASE) else "power_cost"
            )
        return None

    @staticmethod
    def _chained(told: Told, index: int, known: dict[int, Cue]) -> Cue | None:
        """A value before or after of what the last quantity was: "from $67.2 million to $30.1 million", "533 in March"."""
        start = told.at[index][0]
        earlier = [i for i in known if i < index and told.quantities[i].unit in (told.quantities[index].unit, *(("BTC",) if told.quantities[index].unit is None else ()))]  # fmt: skip
        if not earlier:
            return None
        last = earlier[-1]
        between = told.masked[told.at[last][1] : start]
        role = told.role(index)
        if (
            role == "main"
            and told.role(last) == FROM
            and re.fullmatch(
                r"\s*(?:in|for|during)?\s*(?:⟪\d+⟫|[\w\s-]{2,30})\s+and\s+(?:with\s+|from\s+)?", between
            )
            and told.own_period(index) is not None
        ):
            return known[last]
        if role == "main" or known[last].fact in ("other", "average_sale_price"):
            return None
        if len(between) > 130 or ";" in between or REVENUE.search(between) or OTHER_MONEY.search(between):
            return None
        if role == FROM or (role == "to" and told.role(last) == FROM):
            return known[last]
        return None

    def _money(
        self, told: Told, index: int, before: str, behind: str, known: dict[int, Cue], revenue_before: bool
    ) -> Cue | None:
        quantity = told.quantities[index]
        clause = told.statement_of(told.at[index][0])
        upto = told.masked[clause.start : told.at[index][0]]
        sells = bool(_SOLD.search(upto)) and speaks_of_coins(told)
        if _APIECE.match(behind) or (
            _AVERAGE.search(before) and _SOLD.search(told.masked[: told.at[index][0]])
        ):
            whole = told.masked[: told.at[index][0]]
            fits = _SOLD.search(whole) or any(
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
            # "Contracts worth more than $10 billion in total revenue": what may come of them over their years.
            return Cue("other")
        if follows:
            return self._revenue(follows["adj"], follows["adj"].strip().split())
        if re.match(
            rf"^\s*(?:worth\s+of|in|of)\s+(?:its\s+|the\s+|their\s+|mined\s+|self-mined\s+)*(?:{COIN})\b",
            behind,
            re.IGNORECASE,
        ):
            return Cue("bitcoin_sale_proceeds") if sells else Cue("other")
        if speaks_of_coins(told) and re.match(
            rf"^\s*(?:from|through|by|via)\s+(?:the\s+)?(?:{SELL})\b", behind, re.IGNORECASE
        ):
            return Cue("bitcoin_sale_proceeds")
        if re.match(
            r"^\s*(?:in|of)\s+(?:\w+\s+){0,2}?(?:" + OTHER_MONEY.pattern.strip("\\b") + ")",
            behind,
            re.IGNORECASE,
        ):
            return Cue("other")
        speaks = bool(REVENUE.search(told.masked)) or revenue_before or any(c.segment for c in known.values())
        part = self.words.behind.match(_CAME.sub("", behind))
        if part and (speaks or _EARN.search(upto)) and not OTHER_MONEY.search(_tail(upto)):
            return Cue("segment_revenue", part["seg"])
        return self._preceding(told, index, upto, clause.start, speaks, known)

    def _preceding(
        self, told: Told, index: int, upto: str, start: int, speaks: bool, known: dict[int, Cue]
    ) -> Cue | None:
        """The cue before an amount of money: the last of revenue, of a segment that earns, of a sale, or of what is not ours."""
        words = self.words
        found: list[tuple[int, Cue]] = []
        spent = max((told.at[i][1] - start for i in known if told.at[i][1] - start <= len(upto)), default=0)
        listed = [m for m in words.alone.finditer(upto[spent:]) if _LISTED.fullmatch(upto[spent:][m.end() :])]
        if listed and spent and any(c.segment for c in known.values()):
            # "cloud $16.8 million, colocation $4.8 million and bitcoin mining $3.7 million"
            return Cue("segment_revenue", listed[-1]["seg"])
        for match in REVENUE.finditer(upto):
            found.append((match.end(), self._revenue_at(upto, match)))
        if not speaks_of_coins(told):
            found += [(m.end(), Cue("total_revenue")) for m in _SALES.finditer(upto)]
        for match in words.of_revenue.finditer(upto):
            found.append((match.end(), Cue("segment_revenue", match["seg"])))
        for match in words.earns.finditer(upto):
            if match.end() >= spent or not known:
                found.append(
                    (
                        match.end(),
                        Cue("segment_revenue", match["seg"] or match["seg2"])
                        if speaks or _plain_earning(match["verb"])
                        else Cue("other"),
                    )
                )
        for match in _SOLD.finditer(upto):
            if speaks_of_coins(told) and not re.match(
                r"\s+(?:of )?(?:shares|stock|equipment|power|machines|electricity|energy)\b",
                upto[match.end() :],
                re.IGNORECASE,
            ):
                found.append((match.end(), Cue("bitcoin_sale_proceeds")))
        if re.search(
            r"\b(?:sales?|proceeds|they|it|that|which)\s+(?:\w+\s+){0,3}?(?:brought|brings?|netted|generated|yielded|raised|fetched|totaled|totalled|came)\b[^⟦]*$",
            upto,
            re.IGNORECASE,
        ) and (
            any(c.fact.startswith("bitcoin_sold") for c in known.values())
            or re.search(r"\bproceeds\b|\bsales\b", upto)
        ):
            found.append((len(upto), Cue("bitcoin_sale_proceeds")))
        if _NETTED.search(told.masked[: told.at[index][0]]) and any(
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
            if cue.fact == "total_revenue" and self._segment_between(upto[place:]):
                return None
            if cue.fact == "segment_revenue" and cue.segment is None:
                return None
            return cue
        alone = list(words.alone.finditer(upto[spent:]))
        names = {m["seg"].lower() for m in alone}
        others = [
            i
            for i, q in enumerate(told.quantities)
            if q.unit == "USD"
            and start <= told.at[i][0] < told.at[index][0]
            and told.at[i][0] >= start + spent
        ]
        if speaks and len(names) == 1 and not others and len(upto) - spent - alone[-1].end() <= 60:
            return Cue("segment_revenue", alone[-1]["seg"])
        return None

    def _segment_between(self, text: str) -> bool:
        """Whether a segment stands between "revenue" and its amount otherwise than as its reason."""
        match = self.words.alone.search(text)
        return match is not None and not _DRIVEN.search(text[: match.start()])

    def _revenue_at(self, upto: str, match: re.Match[str]) -> Cue:
        for found in self.words.before_revenue.finditer(upto):
            if found.end() == match.end():
                return Cue("segment_revenue", found["seg"])
        before = upto[: match.start()].rstrip()
        if _OF_THAT.search(before):
            # "EBITDA on that revenue came to": what came to so much is not the revenue.
            return Cue("other")
        subject = self.words.has_revenue.search(before)
        if subject:
            # "The engineering business generated revenue of": a part's, also where the part is none that we know.
            part = subject["seg"] or subject["seg2"]
            return Cue("segment_revenue", part) if part else Cue("other")
        earlier = self.words.alone.search(upto[max(0, match.start() - 60) : match.start()])
        where = re.search(r"\bwhere\s+(?:its\s+)?$", upto[: match.start()], re.IGNORECASE)
        if (
            where
            or re.match(r"\s+(?:there|in (?:that|this) (?:segment|business|unit))\b", upto[match.end() :])
        ) and earlier:
            return Cue("segment_revenue", earlier["seg"])
        lead = before.split()[-1:] if before else []
        return self._revenue(before, lead)

    def _revenue(self, text: str, words: list[str]) -> Cue:
        """Total revenue where only plain words stand before it, a segment's where they name one, else another's."""
        found = self.words.alone.search(text) if len(words) > 1 else None
        if found and text[found.end() :].strip() in ("", "segment", "services", "service", "business"):
            return Cue("segment_revenue", found["seg"])
        for word in words:
            bare = word.lower().strip('.,()“”"').replace("’", "'")
            if bare and not (
                bare in PLAIN_BEFORE or bare[0] in "⟪⟬⟦" or "⟭" in bare or "⟫" in bare or bare.endswith("ly")
            ):
                return Cue("other")
        return Cue("total_revenue")

    @staticmethod
    def _coins(told: Told, index: int, before: str, behind: str, known: dict[int, Cue]) -> Cue | None:
        quantity = told.quantities[index]
        clause = told.statement_of(told.at[index][0])
        upto = told.masked[clause.start : told.at[index][0]]
        counted = any(
            c.fact.startswith(("bitcoin_", WITH_CUSTOMERS)) and told.quantities[i].unit == "BTC"
            for i, c in known.items()
        )
        behind = _NUMBER_FIRST.sub(" ", behind) if not before.strip() else behind
        listed = _COUNT_LABEL.search(before) and _NO_NOUN.match(behind)
        plain = listed or (counted and _VERB_BEFORE.search(before) and _NO_NOUN.match(behind))
        plain = plain or (counted and _WAS_MINED.match(behind))
        if (
            quantity.unit is None
            and not plain
            and not re.match(
                rf"^\s*(?:[\w-]+\s+)?(?:of (?:them|those|its|the|these)\b|{COIN})", behind, re.IGNORECASE
            )
        ):
            return None
        whose = told.masked[told.at[index][0] : min(clause.end, told.at[index][1] + len(behind))]
        if CUSTOMERS.search(before + whose) or re.search(r"\bcustomers?\b", before, re.IGNORECASE):
            return Cue("other")
        follows = re.match(
            rf"^\s*(?:{COIN})?\s*(?:it\s+|that\s+|were\s+|was\s+|which\s+|had\s+|been\s+|⟬\w⟭\s+|the (?:company|miner)\s+)*(?P<verb>mined|produced|sold|earned|bought|purchased|held|in (?:its |the |their )?(?:treasury|reserves?|coffers|wallets?|custody)|on (?:its |the |their )?(?:balance sheet|books))\b",
            behind,
            re.IGNORECASE,
        )
        cues = (
            ("bitcoin_produced", _MINED), ("bitcoin_sold", _SOLD), ("bitcoin_held", _HELD), ("bitcoin_purchased", _BOUGHT),
        )  # fmt: skip
        found = [
            (m.end(), fact)
            for fact, pattern in cues
            for m in pattern.finditer(upto)
            if not re.match(r"\s+(?:nothing|none|no)\b", upto[m.end() :], re.IGNORECASE)
        ]
        if follows:
            verb = follows["verb"].lower()
            fact = (
                "bitcoin_held"
                if verb.startswith(("in ", "on ", "held"))
                else "bitcoin_sold"
                if verb == "sold"
                else "bitcoin_purchased"
                if verb in ("bought", "purchased")
                else "bitcoin_produced"
            )
            if (
                not found
                or fact == "bitcoin_held"
                or verb in ("mined", "produced", "sold")
                or re.search(r"\b(?:than|of) the\s*$", upto)
            ):
                return FigureReader._own(told, index, Cue(fact))
        if not found:
            return None
        place, fact = max(found)
        if len(upto) - place > 70 or re.search(r"\bcapable of\b|\bability to\b|\bworth\b", upto):
            return None
        tied = {f for e, f in found if e == place}
        if re.search(r"\b(?:bitcoin|btc)\s+(?:mining|miner)\s*$", upto, re.IGNORECASE):
            return None
        if (
            fact == "bitcoin_produced"
            and upto[:place].lower().endswith("mining")
            and not re.search(r"\bmining\s+(?:of\s+)?(?:about |some |roughly )?$", upto, re.IGNORECASE)
        ):
            # "the mining company's treasury", "mining reward": the word names the trade.
            rest = [(e, f) for e, f in found if e != place]
            if not rest:
                return None
            place, fact = max(rest)
        return FigureReader._own(told, index, Cue(fact)) if len(tied) == 1 else None

    @staticmethod
    def _own(told: Told, index: int, cue: Cue) -> Cue:
        """A count of mined coins beside that of customers' coins is the company's own only where it is called so.

        Core Scientific's "1,215 bitcoin: 906 were self-mined, and 309 went to hosting customers".
        """
        counts = [
            q for q in told.quantities if q.unit == "BTC" or (q.unit is None and q.value and q.value >= 10)
        ]
        if cue.fact != "bitcoin_produced" or len(counts) < 2 or not _OF_CUSTOMERS.search(told.masked):
            return cue
        before, behind = told.around(index)
        return cue if _FOR_ITSELF.search(before[-60:] + behind[:60]) else Cue(WITH_CUSTOMERS)

    @staticmethod
    def _hash(told: Told, index: int, before: str, behind: str) -> Cue | None:
        near = before[-80:] + " " + re.split(r"[,;]", behind)[0][:40]
        if not re.search(
            r"\bhash ?rate\b|\bfleet\b|\bcapacity\b|\bhashing\b|\bhash\b|\bmining power\b",
            near,
            re.IGNORECASE,
        ):
            return None
        kinds = {metric for metric, words in _HASH_KINDS if re.search(rf"\b(?:{words})", near, re.IGNORECASE)}
        if "hashrate_average_operating" in kinds:
            return Cue("hashrate_average_operating")
        return Cue(kinds.pop()) if len(kinds) == 1 else None


def _tail(text: str, length: int = 60) -> str:
    return text[-length:]


def _plain_earning(verb: str) -> bool:
    """Whether a verb says by itself that money came in ("raked in", "generated"), so that revenue need not be named."""
    return bool(
        re.match(r"rak|br|generat|contribut|earn|pull|t(?:ook|aking)|chipp|yield", verb, re.IGNORECASE)
    )


def segment_code(lexicon: Lexicon, cue: Cue, ticker: str, day: date) -> str | None:
    """The canonical segment of a cue, for a company on the last day of the period; None where the words leave it open."""
    return segment_named(lexicon, cue.segment, ticker, day) if cue.segment else None


def speaks_of_coins(told: Told) -> bool:
    """Whether a sentence names bitcoin, also as the unit of a number."""
    return bool(re.search(rf"\b{COIN}\b", told.label, re.IGNORECASE))
