"""Words for deals and targets: what is bought, leased, raised or planned, and its status."""

import re

from pipelines.watchlist.words import word_list

DEAL_KINDS = ACQUISITION, LEASE, HOSTING, FINANCING, TARGET = (
    "acquisition",
    "lease",
    "hosting",
    "financing",
    "capacity_target",
)
AGREED, CLOSED, PLANNED = "agreed", "closed", "planned"
NAME = (
    r"(?P<party>(?!(?:[A-Z][\w.]*[\s-]){1,3}based\b)(?:⟬\w⟭|[A-Z][\w&.’'-]*(?:\s+(?:(?:of|and|&|de)\s+)?(?:[A-Z][\w&.’'-]*|\d+\b|"
    r"⟦\d+⟧(?=\s+[A-Z])))*)(?:,?\s+(?:LLC|L\.L\.C\.|Inc\.?|Corp\.?|Ltd\.?|L\.P\.|LP|plc|Limited|GmbH|AS|"
    r"SE))?)"
)
_SHARE = (
    r"(?:an?\s+)?(?:(?:all|⟦\d+⟧|a majority|the remaining)(?:\s+of)?\s+)?(?:the\s+)?(?:issued and\s+)?"
    r"(?:outstanding\s+)?(?:membership |equity |limited liability company |capital |"
    r"common )*(?:interests?|stock|shares|units|equity|stake)\s+(?:of|in)\s+"
)
_ADJ = (
    r"(?:(?:the|a|an|its|rival|fellow|miner|developer|operator|owner|firm|company|bitcoin|(?!(?:at|in|"
    r"near|from|for|by|with|to|on|outside|worth|via|through|and|its)\b)[a-z][a-z-]+|⟦\d+⟧)\s+){0,6}?"
)
ACQUIRE = re.compile(
    r"\b(?:acquisitions? of|purchase of|takeover of|buyout of|acquir(?:e|es|ed|ing)|buy(?:s|ing)?|"
    r"bought|purchas(?:e|es|ed|ing)|merg(?:e|es|ed|ing|er) with|combin(?:e|ed|ing|ation) with|"
    rf"take ?over)\s+(?:{_SHARE})?{_ADJ}{NAME}"
)
ACQUIRED_SITE = re.compile(
    r"\b(?:acquisition(?: for ⟦\d+⟧)? of|purchase(?: for ⟦\d+⟧)? of|acquir(?:e|es|ed|ing)|buy(?:s|ing)?|"
    r"bought|"
    r"purchas(?:e|es|ed|ing))\s+(?:[\w⟦⟧,'’()-]+\s+){0,8}?(?:sites?|campus(?:es)?|facilit(?:y|ies)|"
    r"data cent(?:er|re)s?|land|acres?|plants?|propert(?:y|ies)|portfolio|locations?|mines?|farms?)\b",
    re.IGNORECASE,
)
# "NVIDIA GB300 GPUs", "19,000 machines", but not "bitcoin miner Stronghold".
NOT_BOUGHT = re.compile(
    r"^(?:(?!(?:of|from|in|at|for|with|by|to|and)\b)[\w⟦⟧&’'-]+\s+){0,5}?(?:(?:miners|machines?|rigs|servers?|"
    r"asics?|gpus?|s\d\d|antminers?|transformers?|(?-i:shares|power|electricity|energy|coins|hash ?rate|"
    r"notes|"
    r"hardware|chips))\b|(?:bitcoins?|btc|miner|rig|coin)\b(?!\s+(?:miner|mining|company|firm|operator|"
    r"developer|producer|(?-i:[A-Z⟬]))))",
    re.IGNORECASE,
)
# A bid that came to nothing.
FAILED = re.compile(
    r"\b(?:reject\w*|failed|unsuccessful|hostile|attempt(?:s|ed|ing)|abandon\w*|terminat(?:ed|es|ing|ion "
    r"of the)|"
    r"withdr[ae]w\w*|call(?:ed|s) off|fell through|scrapp\w+|walk(?:ed|s) away|never (?:closed|completed))\b",
    re.IGNORECASE,
)
CONTRACT = re.compile(
    r"(?:\b|(?=⟦))(?P<what>(?:hosting|colocation|co-location|data[- ]cent(?:er|re)|hpc|ai|cloud|compute|gpu|"
    r"lease|services?|master|infrastructure|long-term|term|\w+-year|\w+-month|⟦\d+⟧|"
    r"power)[\w\s-]{0,40}?)\s*\b(?P<form>agreements?|contracts?|deals?|leases?|pacts?|"
    r"arrangements?)\b|\b(?P<about>(?:agreements?|contracts?|deals?) (?:on|for|covering) [^,;.]{0,40}?"
    r"(?:hosting|colocation|co-location|hpc|compute|computing|cloud))\b|\b(?P<leases>leased|(?:to|will) "
    r"lease|sublet|rented)\b|\b(?P<state>leas(?:e|"
    r"es|ing)|rents?|renting)\b",
    re.IGNORECASE,
)
# What a contract without a name must be about: "a $9.3 billion deal with IREN for AI cloud capacity".
COMPUTING = re.compile(
    r"\b(?:hosting|colocation|co-location|data[- ]cent(?:er|re)|hpc|ai|cloud|compute|computing|gpus?|"
    r"critical it)\b",
    re.IGNORECASE,
)
OTHER_SIDE = re.compile(
    r"\b(?:with|to|from|by)\s+(?:(?:the|an?|its|AI|HPC|GPU|U\.S\.|tenant|customer|cloud|provider|hyperscaler|giant|"
    rf"partner|lender|bank|affiliates? of|affiliates|[a-z][a-z-]+)\s+){{0,4}}?(?!(?:AI|HPC|GPU|"
    rf"U\.S\.)\s){NAME}"
)
SIGNED = re.compile(
    r"\b(?:sign(?:ed|s|ing)?|enter(?:ed|s|ing)?(?: into|(?= (?:an?|two|three|the|its)\b))|ink(?:ed|s)|"
    r"secur(?:ed|es|ing)|announc(?:ed|es|"
    r"ing)|struck|reach(?:ed|es)|agreed|w[oi]ns?|won|land(?:ed|s)|expand(?:ed|s)|execut(?:ed|es)|"
    r"clos(?:ed|es))\b",
    re.IGNORECASE,
)
MONEY_RAISED = re.compile(
    r"\b(?:convertible|senior|secured|unsecured|exchangeable|green)?\s*(?:notes?|bonds?|offering|"
    r"credit facility|credit line|line of credit|term loan|bridge loan|loan|revolver|"
    r"private placement|debt financing|equity (?:raise|financing)|project financing|financing|"
    r"convertible debt|debt (?:round|deal)|funding round|preferred (?:stock|shares)|at-the-market "
    r"(?:program|offering))\b",
    re.IGNORECASE,
)
RAISES = re.compile(
    r"\b(?:rais(?:e|ed|es|ing)|receiv(?:ed|es|ing)|pric(?:ed|es|ing)|clos(?:ed|es|ing)|complet(?:ed|es|ing)|"
    r"wrapp?(?:ed|s|ing)? up|announc(?:ed|es|ing)|(?<!⟧ )(?<!senior )(?<!and )secur(?:ed|es|ing)|"
    r"obtain(?:ed|s)|arrang(?:ed|es)|launch(?:ed|es)|"
    r"upsiz(?:ed|es)|issu(?:ed|es|ing)|borrow(?:ed|s|ing)?|sold|sells|enter(?:ed|s|ing)?(?: into|(?= "
    r"(?:an?|the|its)\b))|"
    r"sign(?:ed|s)|drew|agreed|to (?:offer|raise|sell)|sell(?:s|ing)?|offer(?:s|ed))\b",
    re.IGNORECASE,
)
PLAN = re.compile(
    r"\b(?:plan(?:s|ned|ning)?|target(?:s|ed|ing)?|aim(?:s|ed|ing)?|expect(?:s|ed|ing)?|goals?|"
    r"on track|intend(?:s|ed|ing)?|commit(?:s|ted)?|scal(?:e|es|ing)|expand(?:s|ing)?|ramp(?:s|"
    r"ing)?|grow(?:s|ing)?|bring(?:s|ing)?|deliver(?:s|ing)?|energi[sz](?:e|es|ing)|reach(?:es|"
    r"ing)?|build(?:s|ing)?(?: out)?|will|to have|schedul\w+|slated|pledg\w+|promis\w+|set to|due)\b",
    re.IGNORECASE,
)
NOT_MEANT = re.compile(
    r"\b(?:analysts?|could|might|may(?! \d|⟪|,)|would|rumou?r\w*|reportedly|speculat\w*|if\b|"
    r"consider(?:s|ed|ing)?|explor(?:es|ed|ing)|looking into|possible|i think|i expect|in our view|"
    r"hypothetical\w*|"
    r"earlier version|incorrectly|misstated|price target)\b",
    re.IGNORECASE,
)
AGREE = re.compile(
    r"\b(?:agree(?:d|s|ment|ments)?|definitive|will (?:acquire|buy|purchase|lease|pay)|"
    r"to (?:acquire|buy|purchase|take over|lease|sell|merge)|sign(?:ed|s|ing)?|enter(?:ed|s|"
    r"ing)? into|set to|is (?:acquiring|buying)|expected to close|subject to|pric(?:ed|es|ing)|"
    r"upsiz(?:ed|es|ing)|pending|struck|inked|contracted)\b",
    re.IGNORECASE,
)
DONE = re.compile(
    r"\b(?:wrap(?:s|ped) up|complet(?:ed|es|ion)|clos(?:ed|ing of)|finali[sz](?:ed|es)|consummat\w+|has "
    r"(?:now )?acquired)\b",
    re.IGNORECASE,
)
INTENT = re.compile(
    r"\b(?:letters? of intent|loi|non-binding|plans? to|intends? to|in talks|proposed|propos(?:es|"
    r"al)|announc(?:ed|es|ing) (?:an?|its|the) (?:[\w-]+ ){0,3}?(?:offering|private placement)|offer(?:s|"
    r"ed) to|"
    r"wants? to|seeks? to|launch(?:ed|es)|aims? to)\b",
    re.IGNORECASE,
)
TO_RAISE = re.compile(r"(?<!used )(?<!helps )\bto (?:raise|offer|issue|sell)\b", re.IGNORECASE)
MORE_MONEY = re.compile(
    r"\b(?:additional|further|another|extra|contingent|earn-?outs?|plus|option(?:al)?|net proceeds|"
    r"proceeds|repurchase|redeem|repay|greenshoe|over-?allotment|up to|bonus|penalt\w+|fee of|"
    r"annual|per year|a year|break-?up fee|deposit of|remaining|rest|"
    r"potential(?:ly)?)\s+(?:[\w-]+\s+){0,8}?$",
    re.IGNORECASE,
)
A_YEAR = re.compile(
    r"^\s*(?:in |of )?(?:\w+ )?(?:annual|annually|per year|a year|each year|yearly|per share|"
    r"a share|(?:in|of) revenues?\b(?! over\b)|annualized)",
    re.IGNORECASE,
)
BACK = re.compile(
    r"\b(?:this|the|that) (?:proposed |planned |all-cash |cash )?(?P<what>acquisition|deal|"
    r"transaction|purchase|takeover|agreement|contract|lease|pact|facility|site|campus|notes|"
    r"offering|financing|loan|target)s?\b|\b(?:these|those|both|the two) (?:agreements|contracts|"
    r"deals|leases)\b",
    re.IGNORECASE,
)
ANNOUNCED = re.compile(
    r"\b(?:announc(?:ed|es|ing)|agree(?:d|s)|sign(?:ed|s)|enter(?:ed|s) into|complet(?:ed|es)|"
    r"clos(?:ed|es)|acquir(?:ed|es)|bought|buys|purchased|to (?:acquire|buy|purchase|merge)|inked|"
    r"struck|finali[sz](?:ed|es))\b",
    re.IGNORECASE,
)
CONSIDERATION = re.compile(
    r"\b(?:consideration|purchase price|transaction value|enterprise value|deal value|valued at|"
    r"worth|contract(?:ed)? (?:value|revenue)|for (?:about |approximately |roughly |around |"
    r"some )?⟦\d+⟧|represents?)\b|\bpa(?:id|ying|ys) ",
    re.IGNORECASE,
)
CLOSES = re.compile(
    r"\b(?:expect(?:s|ed)|anticipat(?:es|ed)|scheduled|likely|set|slated|"
    r"targeted)\b[^.;]{0,30}?\b(?:to (?:close|complete|be completed)|clos(?:e|ing)|completion)\b"
    r"|\b(?:should|will|to) (?:close|complete|be completed)\b|\b(?:closing|"
    r"completion)\b[^.;]{0,40}?\b(?:expected|anticipated|scheduled|planned)\b",
    re.IGNORECASE,
)
BRINGS = re.compile(
    r"\b(?:gets?|gains?|receives?|brings?|adds?|includes?|covers?|comes? with|gives?|provides?|"
    r"will (?:provide|add|bring|get|deliver|supply)|would (?:add|bring)|gross power|critical it)\b",
    re.IGNORECASE,
)
GENERIC_PARTY = frozenset(word_list("deals.generic_parties"))
CLOSING = re.compile(
    r"\b(?:(?:expected|anticipated|expects|scheduled) to (?:close|complete|be completed)|(?:this|"
    r"the|that) (?:acquisition|transaction|deal|purchase|takeover|merger))\b",
    re.IGNORECASE,
)
# A campus that somebody sells to the company.
SELLS_TO = re.compile(
    r"\b(?:sells?|sold|selling|to sell|sale of)\s+[^.;]{0,80}?\b(?:sites?|campus(?:es)?|facilit(?:y|ies)|"
    r"data cent(?:er|re)s?|plants?)\b[^.;]{0,60}?\bto\s+(?:bitcoin miner |miner )?⟬(?P<buyer>\w)⟭",
    re.IGNORECASE,
)
# A permission is not a target.
MAY = re.compile(
    r"\b(?:can|could|may(?! ⟦|⟪)|might|options?|right of|right to|potential(?:ly)?|expandable|room for)\b",
    re.IGNORECASE,
)
PIPELINE = re.compile(r"^\s*(?:\w+\s+){0,2}?(?:pipeline|portfolio|backlog|land bank)\b", re.IGNORECASE)
HASHING = re.compile(r"\b(?:eh/?s|exahash|hash ?rate)\b", re.IGNORECASE)
