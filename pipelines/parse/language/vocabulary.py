"""Words in articles for earning, selling, mining and holding, and for unrelated figures.

In a masked sentence ⟬a⟭ is a company, ⟦0⟧ a quantity and ⟪0⟫ a period.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from pipelines.watchlist import Lexicon
from pipelines.watchlist.words import word_list

# Plans, forecasts and opinions; share prices and market figures. None of these is a disclosure.
HEDGE = re.compile(
    r"\b(?:analysts?|consensus|wall street|street['’]s|estimat(?:es?|ed|ing|ions?)(?! hash)|"
    r"expect(?:s|ed|ing|ations?)?|forecasts?|forecasting|guid(?:ance|es|ed|ing)|project(?:s|ed|ing|"
    r"ions?)\b(?! (?:in|at|site))|"
    r"could|may(?! \d|⟪|,)|might|would|should|potential(?:ly)?|hypothetical\w*|if\b|unless|"
    r"rumou?r\w*|speculat\w*|price targets?|target(?:s|ed|ing)?|aim(?:s|ed|ing)?|hopes?|hoping|"
    r"plans?|planned|planning|intends?|intending|will\b|i think|i expect|we think|we believe|"
    r"in our view|my view|imagine|suppose|assum\w+|likely|poised|on track|earlier version|"
    r"previously (?:stated|reported|said)|misstated|incorrectly|erroneously|originally (?:said|"
    r"stated|reported)|instead of|not the|pro[- ]forma|was supposed|had hoped|breakeven|break-even|"
    r"model(?:s|led)?\b(?= (?:assum|show|suggest|see)))",
    re.IGNORECASE,
)
MARKET = re.compile(
    r"\b(?:shares?(?! of (?:revenue|its revenue|the revenue|total))|stocks?|market (?:cap\w*|value)|"
    r"valuation|valued|trading volume|traded|trades|per share|eps|a share|dividends?|buybacks?|"
    r"hash ?price|network(?:['’]s)?(?: hash ?rate| difficulty)?|difficulty|global hash ?rate|etfs?|"
    r"spot price|volatility|industry(?:-wide|['’]s)?|sector(?:['’]s)?|globally|worldwide|"
    r"(?:ether(?:eum)?|eth)(?! staking)|solana|sol|xrp|dogecoin|litecoin|stablecoins?|altcoins?)\b",
    re.IGNORECASE,
)
CUSTOMERS = re.compile(
    r"\b(?:customers?|clients?|third[- ]part(?:y|ies)|hosted miners?)\b(?:['’]s?)?\s+(?:also\s+|"
    r"together\s+)?(?:mined|earned|produced)|\b(?:mined|earned|produced) (?:by|for) (?:its |their |"
    r"the )?(?:hosting |hosted |cloud[- ]mining )?(?:customers|clients)",
    re.IGNORECASE,
)
MIXED = re.compile(
    r"\b(?:respectively|combined|together|both (?:companies|miners)|between them|in total across|"
    r"collectively|joint(?:ly)?|(?<!of )the (?:two|three|four|pair|trio|duo)\b(?! (?:months|"
    r"quarters|years))|all (?:two|three|four|five) of)\b",
    re.IGNORECASE,
)
# "Public miners produced 4,000 bitcoin" is a group's figure.
GROUP = re.compile(
    r"\b(?:miners|companies|firms|producers|operators|players|peers|rivals|"
    r"competitors)\b(?!['’])(?:\s+(?:have|had|has|also|together|then|now|all|in \w+|that|who|which|"
    r"we|track|follow|list))*\s+(?:\w+ed|sold|held|hold|own|made|mine|sell|produce|bought|buy|grew|"
    r"saw|set|are|were)\b",
    re.IGNORECASE,
)
# "Cipher Mining and others sold 2,385 bitcoin"
AND_OTHERS = re.compile(
    r"⟬\w⟭,?\s+(?:and|plus|as well as)\s+(?:(?:several|many|some|a few|two|three|four|five|"
    r"other)\s+)*(?:others?|peers|rivals|miners|companies|firms|more)\b",
    re.IGNORECASE,
)
SELL = (
    r"(?:sold|sell(?:s|ing)?|sale|sales|off-?load(?:ed|ing|s)?|let(?:ting)? go of|unload(?:ed|ing|s)?|"
    r"liquidat(?:ed|ing|es|ion)|dump(?:ed|ing|s)?|dispos(?:ed|ing|al|als)(?: of)?|moneti[sz](?:ed|ing|"
    r"ation)|cash(?:ed|ing) (?:in|out)|divest(?:ed|ing|iture)?|part(?:ed|ing) with|shed|shedding|"
    r"converted)"
)
COIN = r"(?:bitcoins?|btc|coins?|₿)"
EARN = (
    r"(?:rak(?:ed|ing) in|br(?:ought|inging|ings) in|generat(?:ed|es|ing)|contribut(?:ed|es|ing)|"
    r"earn(?:ed|s|ing)|account(?:ed|s|ing) for|deliver(?:ed|s|ing)|add(?:ed|s|ing)|produc(?:ed|ing)|"
    r"ma(?:de|king)(?: up)?|book(?:ed|ing)|post(?:ed|ing)|record(?:ed|ing)|pull(?:ed|ing) in|t(?:ook|"
    r"aking) in|yield(?:ed|ing)|chipp(?:ed|ing) in|total(?:ed|led|ing|ling)|reach(?:ed|ing)|"
    r"hit(?:ting)?|c(?:ame|oming) (?:to|in at)|r(?:ose|ising)|climb(?:ed|ing)|jump(?:ed|ing)|surg(?:ed|"
    r"ing)|soar(?:ed|ing)|gr(?:ew|owing)|swell(?:ed|ing)|doubl(?:ed|ing)|tripl(?:ed|ing)|quadrupl(?:ed|"
    r"ing)|f(?:ell|alling)|dropp(?:ed|ing)|declin(?:ed|ing)|sli(?:d|ding)|slipp(?:ed|ing)|plung(?:ed|"
    r"ing)|plummet(?:ed|ing)|shr(?:ank|unk|inking)|tumbl(?:ed|ing)|s(?:ank|inking)|slump(?:ed|ing)|"
    r"eas(?:ed|ing)|dipp(?:ed|ing)|was|were|stood at|provided|supplied|represented)"
)
REVENUE = re.compile(r"\b(?:revenues?|top[- ]line|turnover)\b(?!['’]s)", re.IGNORECASE)
# Other meanings of an amount of money; the nearest cue decides.
OTHER_MONEY = re.compile(
    r"\b(?:net (?:loss(?:es)?|income|earnings|profits?)|loss(?:es)?|(?:adjusted |operating )?ebitda|"
    r"(?:gross |operating )?profits?|margins?|cash|liquidity|debts?|loans?|borrow\w+|expenses?|"
    r"costs?|capex|capital expenditures?|impairments?|interest|depreciation|sg&a|earnings|gains?|"
    r"fair value|equity|backlog|contract(?:s|ed|ual)?(?! mining)|agreements?|deals?|"
    r"leases?(?! revenues?)|"
    r"notes|bonds?|offering|proceeds of|financing|credit|facility|fund(?:s|ing|ed)?|rais(?:e|ed|"
    r"ing)|invest(?:s|ed|ing|ment|ments)?|spen[dt](?:ing|s)?|pa(?:id|ys?|ying|yment|yments)|"
    r"bill(?:s|ed)?|fees?|taxes|settlement|fines?|lawsuit|damages|collateral|assets?|balance sheet|"
    r"worth of (?:machines|miners|rigs|gpus?|chips|hardware)|machines?|rigs?|gpus?|chips|hardware|"
    r"orders?|credits|subsidy|capitali[sz]ation|merger|takeover|acqui\w+|purchas\w+|bought|buy(?:s|"
    r"ing)?|consideration|price|hardware|stake|shortfall|deficit|savings?|guidance)\b",
    re.IGNORECASE,
)
PLAIN_BEFORE = frozenset(word_list("news.plain_before_revenue"))
FALL = (
    r"(?:f(?:ell|all|alls|alling|allen)|dropp?(?:s|ed|ing)?|declin(?:e|es|ed|ing)|decreas(?:e|es|ed|"
    r"ing)|plung(?:e|es|ed|ing)|plummet(?:s|ed|ing)?|slump(?:s|ed|ing)?|tumbl(?:e|es|ed|ing)|slid(?:e|"
    r"es|ing)?|slipp(?:ed|ing)|slip|shr(?:ank|unk|ink|inking)|s(?:ank|ink|inking|unk)|contract(?:ed|"
    r"ion)|reduc(?:ed|tion)|lower|down|less|fewer|cut|cratered|collaps(?:e|ed)|eas(?:ed|ing)|"
    r"dip(?:ped)?|retreat(?:ed)?|weaken(?:ed|ing)|los[st])"
)
RISE = (
    r"(?:r(?:ose|ise|ises|ising|isen)|increas(?:e|es|ed|ing)|jump(?:s|ed|ing)?|surg(?:e|es|ed|ing)|"
    r"soar(?:s|ed|ing)?|climb(?:s|ed|ing)?|gr(?:ew|ow|ows|owing|own|owth)|gain(?:s|ed)?|leap(?:s|ed|t)?|"
    r"advance[ds]?|expand(?:ed|ing)|expansion|higher|up|more|improv(?:ed|ement)|rall(?:y|ied)|spik(?:e|"
    r"ed)|swell(?:ed)?|uptick|upswing|bump)"
)


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


_TOO_PLAIN = frozenset(word_list("news.ambiguous_segment_phrases"))
_UNIT_WORD = (
    r"(?:\s+(?:services?|operations?|segments?|business(?:es)?|units?|arm|division|activities|customers|"
    r"side|work|clients))*"
)


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
            rf"(?<![\w-])(?P<seg>{any_seg})(?:\s+\(?(?:HDC|HPC|"
            rf"AI)\)?)?{_UNIT_WORD}(?:['’]s?)?\s+(?:segment\s+|net\s+)?revenues?\b",
            flags,
        ),
        re.compile(
            r"\brevenues?\s+(?:(?:derived|generated|earned|coming|came)\s+)?(?:from|in|at|of|for|"
            rf"by)\s+(?:its\s+|the\s+|their\s+)?(?:\w+\s+)??(?P<seg>{seg})(?![\w-])",
            flags,
        ),
        re.compile(
            rf"(?<![\w-])(?:(?P<seg>{seg}){_UNIT_WORD}|(?P<seg2>{any_seg}){_UNIT_WORD[:-1]}+)(?:,?\s+"
            rf"(?:a|an|its|the)\s[^,⟦⟪]{{3,60}},|,)?\s+(?:which\s+|that\s+|alone\s+|also\s+|still\s+|"
            r"itself\s+|now\s+|only\s+|had\s+|has\s+|have\s+|where\s+revenues?\s+)*"
            rf"(?P<verb>{EARN})\b",
            flags,
        ),
        re.compile(rf"(?<![\w-])(?P<seg>{seg})(?![\w-])", flags),
        re.compile(
            r"^\s*(?:in|of|from|for|at|through|via|by)\s+(?:its\s+|the\s+|"
            rf"their\s+)?(?:own\s+)?(?P<seg>{any_seg})(?![\w-])(?!{_UNIT_WORD}\s+(?:contracts?|"
            r"agreements?|costs?|expenses?|profit|capacity))",
            flags,
        ),
        re.compile(
            rf"(?<![\w-])(?:(?P<seg>{seg}){_UNIT_WORD}|(?P<seg2>{any_seg}){_UNIT_WORD[:-1]}+|"
            r"(?P<part>[\w-]+\s+(?:segment|business|unit|arm|division|subsidiary|joint venture)))"
            rf"(?:\s+(?:which|that|alone|also|still|itself|now|only|had|has|have))*\s+(?:{EARN}|"
            rf"report(?:ed|s|ing)|saw|sees|had|has)(?:\s+[\w-]+){{0,3}}?\s*$",
            flags,
        ),
    )
