"""Patterns for figures in a sentence: production, sales, holdings, hash rate and cost.

⟦0⟧ is a quantity and ⟪0⟫ a period (sentences.MaskedSentence).
"""

import re

OTHERS = re.compile(
    r"\b(?:customers?'?s?|clients?|hosting partners?|third[- ]part(?:y|ies)|competitors?|peers?|"
    r"other (?:public )?(?:miners|companies)|counterpart(?:y|ies)|lenders?|holders?|its subsidiary|"
    r"the seller|the target|industry|publicly[- ]traded|global(?:ly)?)\b",
    re.IGNORECASE,
)
RATE = re.compile(
    r"^\W{0,2}(?:\s*\w+){0,2}?\s*(?:per|a|each|every)[\s-]+(?:day|week|hour|exahash|eh/?s?|ph|share|"
    r"month|miner)\b|^\s*/\s*(?:day|eh)|^\s*daily|^[^⟦⟪.;,]{0,40}\b(?:per|a|each) day\b",
    re.IGNORECASE,
)
RATE_BEFORE = re.compile(
    r"\b(?:daily|per[- ]day|average bitcoin (?:produced|mined)|(?:peak|record|high(?:est)?|"
    r"low(?:est)?)\b[^.]{0,30}\b(?:day|daily)|average of)\b[^.]{0,25}$",
    re.IGNORECASE,
)
# "CASTLE ROCK, Colo., May 5, 2025 /PRNewswire/ – ": the publication date is not the period of a figure.
DATELINE = re.compile(r"^[A-Z][^–—]{0,80}?\b20\d\d\b[^–—]{0,60}?\s*(?:--|[–—])\s*", re.DOTALL)
# A block without any of these words contains no figures of ours.
_FIGURE_WORDS = (
    "bitcoin",
    "btc",
    "₿",
    "hash",
    "efficien",
    "power",
    "electric",
    "energy",
    "uptime",
    "miner",
    "rigs",
    "capacity",
    "sold",
    "production",
)
_Q = r"⟦(?P<{0}>\d+)⟧"
_FILL = (
    r"(?:\s+(?:a|an|the|total|of|record|its|our|their|some|roughly|new|monthly|approximately|another|"
    r"combined|about|net|only|just|over|nearly|self-mined|newly|mined|estimated|company-record|all-time|"
    r"high|preliminary))*\s*"
)
_BTC_AFTER = r"\s*(?:self-mined |self-mining |mined |newly mined |treasury |new )?(?:bitcoins?|btc|₿)?"
_PATTERNS: tuple[tuple[str, str, str], ...] = (
    (
        "bitcoin_sold",
        "BTC",
        rf"\b(?:sold|liquidated|monetized|disposed of|converted)\b{_FILL}{_Q.format('q')}{_BTC_AFTER}",
    ),
    (
        "bitcoin_sold",
        "BTC",
        rf"\b(?:sale|sales|liquidation|disposition)s? of{_FILL}{_Q.format('q')}{_BTC_AFTER}",
    ),
    ("bitcoin_sold", "BTC", rf"{_Q.format('q')}{_BTC_AFTER}\s+(?:were|was)?\s*sold\b"),
    (
        "bitcoin_produced",
        "BTC",
        (
            r"\b(?:produced|mined|earned|generated|self-mined|producing|mining|earning|"
            rf"generating)\b{_FILL}{_Q.format('q')}{_BTC_AFTER}"
        ),
    ),
    (
        "bitcoin_produced",
        "BTC",
        (
            r"\b(?:bitcoin|btc|self-mining|mining|total)?\s*(?:production|output)\b(?:\s+(?:of|was|were|"
            r"totaled|totalled|reached|came in at|at|for|in|the|month|quarter|increased to|rose to|"
            rf"grew to|⟪\d+⟫|stood at))+{_FILL}{_Q.format('q')}"
        ),
    ),
    ("bitcoin_produced", "BTC", rf"\bproduction of{_FILL}{_Q.format('q')}"),
    (
        "bitcoin_produced",
        "BTC",
        rf"(?<!of ){_Q.format('q')}{_BTC_AFTER}\s+(?:were |was )?(?:produced|mined|self-mined|earned)\b",
    ),
    (
        "bitcoin_held",
        "BTC",
        rf"\b(?:held|holds|hold|holding|owned|owns|hodl\w*)\b{_FILL}{_Q.format('q')}{_BTC_AFTER}",
    ),
    (
        "bitcoin_held",
        "BTC",
        (
            r"\b(?:(?:bitcoin|btc|total|treasury|hodl|balance sheet|digital asset)\s+)+(?:holdings?|"
            r"treasury|balance|reserves?|hodl|position)\b(?:\s+(?:as of|at|on|in|the|month[- ]end|end|"
            r"quarter|of|was|were|is|stood|totaled|totalled|reached|increased|grew|rose|to|now|stands|"
            rf"comprised|bitcoin|btc|⟪\d+⟫|,))*{_FILL}{_Q.format('q')}"
        ),
    ),
    (
        "bitcoin_held",
        "BTC",
        (
            r"\b(?:holdings|treasury)\s+(?:of|to|reached|totaled|totalled|stood at|were|"
            rf"was){_FILL}{_Q.format('q')}"
        ),
    ),
    (
        "bitcoin_held",
        "BTC",
        (
            rf"{_Q.format('q')}{_BTC_AFTER}\s+(?:held |on its |on our |on the |in )+(?:treasury|"
            r"balance sheet|reserve|custody|hodl)\b"
        ),
    ),
    (
        "bitcoin_restricted",
        "BTC",
        (
            rf"{_Q.format('q')}{_BTC_AFTER}\s+(?:(?:of which |of them |that |which )?(?:are|is|were|was|"
            r"being|held|classified|recorded|presented|as|designated)\s+)*(?:restricted|"
            r"subject to restrictions)\b"
        ),
    ),
    ("bitcoin_restricted", "BTC", rf"{_Q.format('q')}\s+restricted\s+(?:bitcoins?|btc)"),
    (
        "bitcoin_pledged",
        "BTC",
        (
            rf"{_Q.format('q')}{_BTC_AFTER}\s+(?:(?:of which |of them |that |which )?(?:are|is|were|was|"
            r"being|held|have been|been|currently)\s+)*(?:pledged|posted|encumbered|used)(?:\s+(?:as|"
            rf"for)\s+collateral|\b(?=[^.]{{0,30}}collateral)|\b)"
        ),
    ),
    (
        "bitcoin_purchased",
        "BTC",
        rf"\b(?:purchased|acquired|bought|purchasing|acquiring)\b{_FILL}{_Q.format('q')}{_BTC_AFTER}",
    ),
    (
        "fleet_efficiency",
        "J/TH",
        (
            r"\befficiency\b(?:\s+(?:of|was|were|at|to|improved|reached|ended|the|month|quarter|rate|"
            r"for|in|stood|now|is|averaged|remained|approximately|by|decreased|our|its|⟪\d+⟫|"
            rf",))*\s*{_Q.format('q')}"
        ),
    ),
    (
        "fleet_efficiency",
        "J/TH",
        rf"{_Q.format('q')}\s+(?:average\s+)?(?:fleet|miner|power|energy)?\s*efficiency\b",
    ),
    (
        "power_cost",
        "c/kWh",
        (
            r"\b(?:power|electricity|energy)\s+(?:costs?|prices?|rate)\b(?:\s+(?:of|was|were|at|to|"
            r"averaged|averaging|for|in|the|month|quarter|approximately|net|self-mining|⟪\d+⟫|"
            rf",))*\s*{_Q.format('q')}"
        ),
    ),
    (
        "uptime",
        "percent",
        rf"\buptime\b(?:\s+(?:of|was|at|averaged|for|in|the|month|⟪\d+⟫))*\s*{_Q.format('q')}",
    ),
)
COMPILED = [(metric, unit, re.compile(pattern, re.IGNORECASE)) for metric, unit, pattern in _PATTERNS]
HASH = re.compile(
    r"\b(?P<kind>(?:month[- ]end |average |avg\.? |total |current |self-mining |owned )*(?:deployed|"
    r"installed|energized|operating|operational|online|active|average operating|"
    r"average)(?: self-mining| mining| fleet| bitcoin mining)?) hash ?rate\b(?: capacity)?(?:\s+"
    r"(?:of|was|were|to|at|reached|totaled|totalled|increased|grew|rose|stood|ended|improved|for|in|"
    rf"the|month|quarter|end|is|now|averaged|⟪\d+⟫|,))*\s*{_Q.format('q')}"
    rf"|{_Q.format('r')} of (?P<kind2>(?:average )?(?:deployed|installed|energized|operating|"
    r"operational|online|active|average operating))(?: self-mining| mining)? (?:hash ?rate|capacity)"
    rf"|{_Q.format('s')} (?P<kind3>(?:average )?(?:deployed|installed|energized|operating|"
    r"operational|online)) hash ?rate",
    re.IGNORECASE,
)
# "445 BTC, including 387 BTC produced by cloud-mining customers and 58 BTC from self-mining": shares by
# owner.
SHARE = re.compile(
    rf"{_Q.format('q')}{_BTC_AFTER}(?:\s+(?:were|was|that|which|produced|mined|earned|attributable|"
    r"belonging|generated|coming|approximately))*\s+(?:by|from|through|to|at|for|"
    rf"of)\s+(?P<who>[^,;⟦]{{2,60}})",
    re.IGNORECASE,
)
NONE_SOLD = re.compile(
    r"\b(?:did not sell|not to sell|didn't sell|has not sold|have not sold|without selling|"
    r"sold (?:no|zero|none)|no (?:bitcoins?|btc) (?:was|were|sales|sold)|(?:opted|elected|chose|"
    r"continued|decided) not to sell)\b(?P<rest>[^.;]{0,60})",
    re.IGNORECASE,
)
PROCEEDS = re.compile(
    r"(?:\bfor\b|\bgenerat\w+|\bproceeds (?:of|were|was|totaled|totalled)|\brealiz\w+|\byield\w+|"
    r"\breceiv\w+|\bequat\w+ to|\bwith\b|\bresult\w+ in|\braising)(?:\s+(?:a|total|of|in|net|gross|"
    r"cash|aggregate|sales|proceeds|approximately|about|the|combined|consideration|"
    rf"revenue))*\s*{_Q.format('q')}",
    re.IGNORECASE,
)
AVERAGE = re.compile(
    r"\b(?:average|avg\.?)(?:\s+(?:net|gross|sale|sales|selling|realized|sold|price|of|per|bitcoin|"
    rf"btc|for|a|at|was|approximately|about|cash|execution|the))*\s*{_Q.format('q')}|"
    rf"{_Q.format('r')} per (?:bitcoin|btc|coin)\b",
    re.IGNORECASE,
)
SALE_WORDS = re.compile(
    r"\b(?:sold|sales? of (?:\w+ ){0,3}(?:bitcoins?|btc|⟦)|selling|(?:bitcoin|btc) sales?)\b", re.IGNORECASE
)
BULLET_LABELS = tuple(
    re.compile(rf"^(?P<label>[^:⟦]{{3,110}}?)\s*(?:{mark})\s*(?P<rest>\S.*)$")
    for mark in (":", r"\s[–—-]\s", r"\s(?:was|were|totaled|of)\s")
)
INCLUDES = re.compile(r"\binclud(?:es|ing|ed)\b|\bof which\b|\bnet of\b", re.IGNORECASE)


def may_state_figures(text: str) -> bool:
    """Whether a text contains a word that every figure of ours needs: a quick check."""
    lowered = text.lower()
    return any(word in lowered for word in _FIGURE_WORDS)
