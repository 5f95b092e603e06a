"""Words in articles for earning, selling, mining and holding, and for unrelated figures.

In a masked sentence ⟬a⟭ is a company, ⟦0⟧ a quantity and ⟪0⟫ a period.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pipelines.watchlist import Lexicon

# Plans, forecasts and opinions; share prices and market figures. None of these is a disclosure.
HEDGE = re.compile(
    r"\b(?:analysts?|consensus|wall street|street['’]s|estimat(?:es?|ed|ing|ions?)(?! hash)|expect(?:s|ed|ing|ations?)?|forecasts?|forecasting|guid(?:ance|es|ed|ing)|project(?:s|ed|ing|ions?)\b(?! (?:in|at|site))|"
    r"could|may(?! \d|⟪|,)|might|would|should|potential(?:ly)?|hypothetical\w*|if\b|unless|rumou?r\w*|speculat\w*|price targets?|target(?:s|ed|ing)?|aim(?:s|ed|ing)?|hopes?|hoping|plans?|planned|planning|intends?|intending|will\b|i think|i expect|we think|we believe|"
    r"in our view|my view|imagine|suppose|assum\w+|likely|poised|on track|earlier version|previously (?:stated|reported|said)|misstated|incorrectly|erroneously|originally (?:said|stated|reported)|instead of|not the|pro[- ]forma|was supposed|had hoped|breakeven|break-even|model(?:s|led)?\b(?= (?:assum|show|suggest|see)))",
    re.IGNORECASE,
)
MARKET = re.compile(
    r"\b(?:shares?(?! of (?:revenue|its revenue|the revenue|total))|stocks?|market (?:cap\w*|value)|valuation|valued|trading volume|traded|trades|per share|eps|a share|dividends?|buybacks?|hash ?price|network(?:['’]s)?(?: hash ?rate| difficulty)?|difficulty|global hash ?rate|etfs?|spot price|volatility|industry(?:-wide|['’]s)?|sector(?:['’]s)?|globally|worldwide|"
    r"(?:ether(?:eum)?|eth)(?! staking)|solana|sol|xrp|dogecoin|litecoin|stablecoins?|altcoins?)\b",
    re.IGNORECASE,
)
CUSTOMERS = re.compile(
    r"\b(?:customers?|clients?|third[- ]part(?:y|ies)|hosted miners?)\b(?:['’]s?)?\s+(?:also\s+|together\s+)?(?:mined|earned|produced)|\b(?:mined|earned|produced) (?:by|for) (?:its |their |the )?(?:hosting |hosted |cloud[- ]mining )?(?:customers|clients)",
    re.IGNORECASE,
)
MIXED = re.compile(
    r"\b(?:respectively|combined|together|both (?:companies|miners)|between them|in total across|collectively|joint(?:ly)?|(?<!of )the (?:two|three|four|pair|trio|duo)\b(?! (?:months|quarters|years))|all (?:two|three|four|five) of)\b",
    re.IGNORECASE,
)
# "Public miners produced 4,000 bitcoin" is a group's figure.
GROUP = re.compile(
    r"\b(?:miners|companies|firms|producers|operators|players|peers|rivals|competitors)\b(?!['’])(?:\s+(?:have|had|has|also|together|then|now|all|in \w+|that|who|which|we|track|follow|list))*\s+(?:\w+ed|sold|held|hold|own|made|mine|sell|produce|bought|buy|grew|saw|set|are|were)\b",
    re.IGNORECASE,
)
# "Cipher Mining and others sold 2,385 bitcoin"
AND_OTHERS = re.compile(
    r"⟬\w⟭,?\s+(?:and|plus|as well as)\s+(?:(?:several|many|some|a few|two|three|four|five|other)\s+)*(?:others?|peers|rivals|miners|companies|firms|more)\b",
    re.IGNORECASE,
)
SELL = r"(?:sold|sell(?:s|ing)?|sale|sales|off-?load(?:ed|ing|s)?|let(?:ting)? go of|unload(?:ed|ing|s)?|liquidat(?:ed|ing|es|ion)|dump(?:ed|ing|s)?|dispos(?:ed|ing|al|als)(?: of)?|moneti[sz](?:ed|ing|ation)|cash(?:ed|ing) (?:in|out)|divest(?:ed|ing|iture)?|part(?:ed|ing) with|shed|shedding|converted)"
COIN = r"(?:bitcoins?|btc|coins?|₿)"
EARN = r"(?:rak(?:ed|ing) in|br(?:ought|inging|ings) in|generat(?:ed|es|ing)|contribut(?:ed|es|ing)|earn(?:ed|s|ing)|account(?:ed|s|ing) for|deliver(?:ed|s|ing)|add(?:ed|s|ing)|produc(?:ed|ing)|ma(?:de|king)(?: up)?|book(?:ed|ing)|post(?:ed|ing)|record(?:ed|ing)|pull(?:ed|ing) in|t(?:ook|aking) in|yield(?:ed|ing)|chipp(?:ed|ing) in|total(?:ed|led|ing|ling)|reach(?:ed|ing)|hit(?:ting)?|c(?:ame|oming) (?:to|in at)|r(?:ose|ising)|climb(?:ed|ing)|jump(?:ed|ing)|surg(?:ed|ing)|soar(?:ed|ing)|gr(?:ew|owing)|swell(?:ed|ing)|doubl(?:ed|ing)|tripl(?:ed|ing)|quadrupl(?:ed|ing)|f(?:ell|alling)|dropp(?:ed|ing)|declin(?:ed|ing)|sli(?:d|ding)|slipp(?:ed|ing)|plung(?:ed|ing)|plummet(?:ed|ing)|shr(?:ank|unk|inking)|tumbl(?:ed|ing)|s(?:ank|inking)|slump(?:ed|ing)|eas(?:ed|ing)|dipp(?:ed|ing)|was|were|stood at|provided|supplied|represented)"
REVENUE = re.compile(r"\b(?:revenues?|top[- ]line|turnover)\b(?!['’]s)", re.IGNORECASE)
# Other meanings of an amount of money; the nearest cue decides.
OTHER_MONEY = re.compile(
    r"\b(?:net (?:loss(?:es)?|income|earnings|profits?)|loss(?:es)?|(?:adjusted |operating )?ebitda|(?:gross |operating )?profits?|margins?|cash|liquidity|debts?|loans?|borrow\w+|expenses?|costs?|capex|capital expenditures?|impairments?|interest|depreciation|sg&a|earnings|gains?|fair value|equity|backlog|contract(?:s|ed|ual)?(?! mining)|agreements?|deals?|leases?(?! revenues?)|"
    r"notes|bonds?|offering|proceeds of|financing|credit|facility|fund(?:s|ing|ed)?|rais(?:e|ed|ing)|invest(?:s|ed|ing|ment|ments)?|spen[dt](?:ing|s)?|pa(?:id|ys?|ying|yment|yments)|bill(?:s|ed)?|fees?|taxes|settlement|fines?|lawsuit|damages|collateral|assets?|balance sheet|worth of (?:machines|miners|rigs|gpus?|chips|hardware)|machines?|rigs?|gpus?|chips|hardware|orders?|credits|subsidy|capitali[sz]ation|merger|takeover|acqui\w+|purchas\w+|bought|buy(?:s|ing)?|consideration|price|hardware|stake|shortfall|deficit|savings?|guidance)\b",
    re.IGNORECASE,
)
# Words that may precede "revenue" without making it a segment's.
PLAIN_BEFORE = frozenset(
    [
        "a",
        "after",
        "all-time",
        "an",
        "and",
        "annual",
        "as",
        "because",
        "best",
        "booked",
        "but",
        "by",
        "combined",
        "company's",
        "company-wide",
        "consolidated",
        "delivered",
        "firm's",
        "first",
        "first-quarter",
        "fiscal",
        "for",
        "fourth",
        "fourth-quarter",
        "from",
        "full-year",
        "generated",
        "gross",
        "group",
        "had",
        "headline",
        "higher",
        "highest",
        "how",
        "in",
        "its",
        "latest",
        "lower",
        "lowest",
        "miner's",
        "month's",
        "monthly",
        "much",
        "net",
        "on",
        "operator's",
        "our",
        "overall",
        "overall,",
        "posted",
        "q1",
        "q2",
        "q3",
        "q4",
        "quarter",
        "quarter's",
        "quarter-end",
        "quarterly",
        "record",
        "recorded",
        "reported",
        "reporting",
        "said",
        "saw",
        "second",
        "second-quarter",
        "so",
        "strong",
        "strongest",
        "that",
        "the",
        "their",
        "third",
        "third-quarter",
        "this",
        "though",
        "to",
        "top-line",
        "total",
        "weakest",
        "when",
        "where",
        "which",
        "while",
        "whose",
        "with",
        "year's",
    ]
)
FALL = r"(?:f(?:ell|all|alls|alling|allen)|dropp?(?:s|ed|ing)?|declin(?:e|es|ed|ing)|decreas(?:e|es|ed|ing)|plung(?:e|es|ed|ing)|plummet(?:s|ed|ing)?|slump(?:s|ed|ing)?|tumbl(?:e|es|ed|ing)|slid(?:e|es|ing)?|slipp(?:ed|ing)|slip|shr(?:ank|unk|ink|inking)|s(?:ank|ink|inking|unk)|contract(?:ed|ion)|reduc(?:ed|tion)|lower|down|less|fewer|cut|cratered|collaps(?:e|ed)|eas(?:ed|ing)|dip(?:ped)?|retreat(?:ed)?|weaken(?:ed|ing)|los[st])"
RISE = r"(?:r(?:ose|ise|ises|ising|isen)|increas(?:e|es|ed|ing)|jump(?:s|ed|ing)?|surg(?:e|es|ed|ing)|soar(?:s|ed|ing)?|climb(?:s|ed|ing)?|gr(?:ew|ow|ows|owing|own|owth)|gain(?:s|ed)?|leap(?:s|ed|t)?|advance[ds]?|expand(?:ed|ing)|expansion|higher|up|more|improv(?:ed|ement)|rall(?:y|ied)|spik(?:e|ed)|swell(?:ed)?|uptick|upswing|bump)"


@dataclass(frozen=True, slots=True)
class SegmentWords:
    """Patterns for a lexicon's segments as articles name them."""

    pattern: str
    before_revenue: re.Pattern[str]
    of_revenue: re.Pattern[str]
    earns: re.Pattern[str]
    alone: re.Pattern[str]
    behind: re.Pattern[str]
    has_revenue: re.Pattern[str]


# Phrases that name a segment in an income statement but are too common in prose.
_TOO_PLAIN = frozenset(
    [
        "all other",
        "all others",
        "bitcoin mined",
        "cloud",
        "corporate",
        "corporate and other",
        "corporate non",
        "cryptocurrency",
        "data center",
        "data centers",
        "digital asset",
        "digital assets",
        "electrical",
        "elimination",
        "eliminations",
        "energy",
        "intersegment",
        "lease",
        "leases",
        "leasing",
        "mined bitcoin",
        "other",
        "other unallocated",
        "others",
        "power",
        "rental",
        "sales of equipment",
        "support",
    ]
)
_UNIT_WORD = r"(?:\s+(?:services?|operations?|segments?|business(?:es)?|units?|arm|division|activities|customers|side|work|clients))*"


@lru_cache(maxsize=8)
def segment_words(lexicon: Lexicon) -> SegmentWords:
    """Patterns of a lexicon's segments around "revenue", verbs of earning and amounts."""
    phrases = {p.lower() for alias in lexicon.aliases for p in alias.phrases if alias.segment != "other"}
    plain = {p for p in phrases if p in _TOO_PLAIN}
    ordered = sorted(phrases - plain, key=len, reverse=True)
    every = sorted(phrases - {"mined bitcoin", "bitcoin mined"}, key=len, reverse=True)

    def either(words: list[str]) -> str:
        return (
            "(?:"
            + "|".join(
                r"[\s-]+".join(re.escape(part) for part in re.split(r"[\s-]+", word)) for word in words
            )
            + ")"
        )

    seg, any_seg = either(ordered), either(every)
    flags = re.IGNORECASE
    return SegmentWords(
        seg,
        re.compile(
            rf"(?<![\w-])(?P<seg>{any_seg})(?:\s+\(?(?:HDC|HPC|AI)\)?)?{_UNIT_WORD}(?:['’]s?)?\s+(?:segment\s+|net\s+)?revenues?\b",
            flags,
        ),
        re.compile(
            rf"\brevenues?\s+(?:(?:derived|generated|earned|coming|came)\s+)?(?:from|in|at|of|for|by)\s+(?:its\s+|the\s+|their\s+)?(?:\w+\s+)??(?P<seg>{seg})(?![\w-])",
            flags,
        ),
        re.compile(
            rf"(?<![\w-])(?:(?P<seg>{seg}){_UNIT_WORD}|(?P<seg2>{any_seg}){_UNIT_WORD[:-1]}+)(?:,?\s+(?:a|an|its|the)\s[^,⟦⟪]{{3,60}},|,)?\s+(?:which\s+|that\s+|alone\s+|also\s+|still\s+|itself\s+|now\s+|only\s+|had\s+|has\s+|have\s+|where\s+revenues?\s+)*(?P<verb>{EARN})\b",
            flags,
        ),
        re.compile(rf"(?<![\w-])(?P<seg>{seg})(?![\w-])", flags),
        re.compile(
            rf"^\s*(?:in|of|from|for|at|through|via|by)\s+(?:its\s+|the\s+|their\s+)?(?:own\s+)?(?P<seg>{any_seg})(?![\w-])(?!{_UNIT_WORD}\s+(?:contracts?|agreements?|costs?|expenses?|profit|capacity))",
            flags,
        ),
        re.compile(
            rf"(?<![\w-])(?:(?P<seg>{seg}){_UNIT_WORD}|(?P<seg2>{any_seg}){_UNIT_WORD[:-1]}+|(?P<part>[\w-]+\s+(?:segment|business|unit|arm|division|subsidiary|joint venture)))"
            rf"(?:\s+(?:which|that|alone|also|still|itself|now|only|had|has|have))*\s+(?:{EARN}|report(?:ed|s|ing)|saw|sees|had|has)(?:\s+[\w-]+){{0,3}}?\s*$",
            flags,
        ),
    )


def segment_named(lexicon: Lexicon, phrase: str, ticker: str, day: date) -> str | None:
    """The canonical segment that a phrase names for a company on a day; None if unclear."""
    found = lexicon.segment_of(phrase, ticker, day)
    return None if found in ("other", "eliminations") else found
