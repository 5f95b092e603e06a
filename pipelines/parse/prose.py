"""Sentences, bullets and footnotes as statements: a metric, a number with its unit, and a period.

Precision goes before recall: a sentence about plans, purchases of machines, customers or another company states
nothing here; a number that stands in a comparison is left; a rate ("per day") is no sum.
"""

import re

from pipelines.parse.page import Block
from pipelines.parse.quantities import Quantity, find_quantities
from pipelines.parse.spans import Clock, Named, Span, find_periods, is_not_actual
from pipelines.parse.statements import Left, Statement
from pipelines.parse.tables import Table
from pipelines.watchlist.metrics import COMPANY, HOSTED, JOINT_VENTURE, TOTAL, Metric, MetricWords, scope_in

_END_OF_NEWS = re.compile(
    r"^(?:about\s+(?!the (?:quarter|month|period))[A-Z]|forward[- ]looking statements|cautionary|safe harbou?r|investor (?:contact|relations|notice|inquiries)|media (?:contact|inquiries)|contacts?\b|non-?gaap financial measures?$|conference call|key terms|glossary|signatures?$)",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\b(?:statements? of|balance sheets?|reconciliation|highlights|production|summary|results)\b", re.IGNORECASE)
_NOT_NOW = re.compile(
    r"\b(?:expect(?:s|ed|ing)?|anticipat\w+|plan(?:s|ned|ning)?|target(?:s|ed|ing)?|guidance|will|would|could|intend\w*|aims?|aiming|goals?|potential(?:ly)?|on track|forecast\w*|project(?:s|ed|ing)\b|upcoming|"
    r"by (?:the )?(?:end|year[- ]end|early|mid|late)\b|in the future|proposed|hypothetical|assum\w+|if\b|should|scheduled|outlook|once (?:fully|complet)\w*|when (?:fully|complet)\w*|upon (?:completion|closing)|remaining|roadmap|path (?:to|toward)|growth to|scal(?:e|ing) to|capable of|capacity to|enough to|options? to|option(?:s)? for|right to|ability to|analysts?|consensus|network(?:'s)?)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:customers?'?s?|clients?|hosting partners?|third[- ]part(?:y|ies)|competitors?|peers?|other (?:public )?(?:miners|companies)|counterpart(?:y|ies)|lenders?|holders?|its subsidiary|the seller|the target|industry|publicly[- ]traded|global(?:ly)?)\b",
    re.IGNORECASE,
)
_OFFERING = re.compile(r"\b(?:offering|notes due|convertible|aggregate principal|net proceeds from (?:the|its) (?:offering|sale of (?:the )?(?:notes|shares|common))|at-the-market|\batm\b|per share|shares? of common)\b", re.IGNORECASE)
COMPARISON = re.compile(
    r",?\s*\b(?:(?:as\s+)?compared (?:to|with)|in comparison (?:to|with)|versus|vs\.?|as opposed to|relative to|(?:up|down|an? (?:\S+ )?(?:increase|decrease|decline|improvement|rise|drop|growth)|increas(?:e|ed|ing)|decreas(?:e|ed|ing)|declin(?:e|ed|ing)|ris(?:e|ing)|rose|grew|growing|improv(?:ed|ing|ement))\b[^.;]{0,40}?\b(?:from|over|of|by)|from (?=[~$\d⟦])|than|against|representing|which (?:represents|includes|is)|or (?=⟦\d+⟧\s*(?:per|a) day)|exceeding|including|of which|excluding)\b",
    re.IGNORECASE,
)
# What follows these belongs to the same statement; what follows the other words is another period's or another's.
_WITHIN = re.compile(r"^,?\s*(?:representing|which (?:represents|includes|is)|including|of which|excluding)", re.IGNORECASE)
_ANOTHER_SPAN = re.compile(
    r"\b(?:year[- ]to[- ]date|ytd|since (?:inception|january|the beginning|launch)|so far this year|to date|cumulative(?:ly)?|life[- ]?time|trailing|last (?:twelve|12) months|quarter[- ]to[- ]date|per annum|annually|annualized|all[- ]time|in aggregate since)\b",
    re.IGNORECASE,
)
_QUARTER_WORD = re.compile(r"\b(?:during|in|for|over|of) (?:the|this) (?:\w+ )?quarter\b|\bquarterly\b", re.IGNORECASE)
_YEAR_WORD = re.compile(r"\b(?:during|in|for|over) (?:the|this) (?:full |fiscal |calendar )?year\b", re.IGNORECASE)
_IN_YEAR = re.compile(r"\b(?:in|during|for|throughout) (?:calendar |fiscal |all of )?(?:year )?(20[12]\d)\b(?!-)", re.IGNORECASE)
_RATE = re.compile(r"^\W{0,2}(?:\s*\w+){0,2}?\s*(?:per|a|each|every)[\s-]+(?:day|week|hour|exahash|eh/?s?|ph|share|month|miner)\b|^\s*/\s*(?:day|eh)|^\s*daily|^[^⟦⟪.;,]{0,40}\b(?:per|a|each) day\b", re.IGNORECASE)
_RATE_BEFORE = re.compile(r"\b(?:daily|per[- ]day|average bitcoin (?:produced|mined)|(?:peak|record|high(?:est)?|low(?:est)?)\b[^.]{0,30}\b(?:day|daily)|average of)\b[^.]{0,25}$", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<!\bInc)(?<!\bCorp)(?<!\bLtd)(?<!\bNo)(?<!\bvs)(?<!\bU\.S)(?<!\bapprox)(?<!\bAppx)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bCo)(?<!\b[A-Z])[.!?;](?:[”\"’)\]]|\s*\(\d\))*\s+(?=[A-Z“\"•(\d])")
# "CASTLE ROCK, Colo., May 5, 2025 /PRNewswire/ – ": the day of saying is no period of a figure.
_DATELINE = re.compile(r"^[A-Z][^–—]{0,80}?\b20\d\d\b[^–—]{0,60}?\s*(?:--|[–—])\s*", re.DOTALL)
_ABBREVIATIONS = {"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"}

_Q = r"⟦(?P<{0}>\d+)⟧"
_FILL = r"(?:\s+(?:a|an|the|total|of|record|its|our|their|some|roughly|new|monthly|approximately|another|combined|about|net|only|just|over|nearly|self-mined|newly|mined|estimated|company-record|all-time|high|preliminary))*\s*"
_BTC_AFTER = r"\s*(?:self-mined |self-mining |mined |newly mined |treasury |new )?(?:bitcoins?|btc|₿)?"
_PATTERNS: tuple[tuple[str, str, str], ...] = (
    ("bitcoin_sold", "BTC", rf"\b(?:sold|liquidated|monetized|disposed of|converted)\b{_FILL}{_Q.format('q')}{_BTC_AFTER}"),
    ("bitcoin_sold", "BTC", rf"\b(?:sale|sales|liquidation|disposition)s? of{_FILL}{_Q.format('q')}{_BTC_AFTER}"),
    ("bitcoin_sold", "BTC", rf"{_Q.format('q')}{_BTC_AFTER}\s+(?:were|was)?\s*sold\b"),
    ("bitcoin_produced", "BTC", rf"\b(?:produced|mined|earned|generated|self-mined|producing|mining|earning|generating)\b{_FILL}{_Q.format('q')}{_BTC_AFTER}"),
    ("bitcoin_produced", "BTC", rf"\b(?:bitcoin|btc|self-mining|mining|total)?\s*(?:production|output)\b(?:\s+(?:of|was|were|totaled|totalled|reached|came in at|at|for|in|the|month|quarter|increased to|rose to|grew to|⟪\d+⟫|stood at))+{_FILL}{_Q.format('q')}"),
    ("bitcoin_produced", "BTC", rf"\bproduction of{_FILL}{_Q.format('q')}"),
    ("bitcoin_produced", "BTC", rf"(?<!of ){_Q.format('q')}{_BTC_AFTER}\s+(?:were |was )?(?:produced|mined|self-mined|earned)\b"),
    ("bitcoin_held", "BTC", rf"\b(?:held|holds|hold|holding|owned|owns|hodl\w*)\b{_FILL}{_Q.format('q')}{_BTC_AFTER}"),
    ("bitcoin_held", "BTC", rf"\b(?:(?:bitcoin|btc|total|treasury|hodl|balance sheet|digital asset)\s+)+(?:holdings?|treasury|balance|reserves?|hodl|position)\b(?:\s+(?:as of|at|on|in|the|month[- ]end|end|quarter|of|was|were|is|stood|totaled|totalled|reached|increased|grew|rose|to|now|stands|comprised|bitcoin|btc|⟪\d+⟫|,))*{_FILL}{_Q.format('q')}"),
    ("bitcoin_held", "BTC", rf"\b(?:holdings|treasury)\s+(?:of|to|reached|totaled|totalled|stood at|were|was){_FILL}{_Q.format('q')}"),
    ("bitcoin_held", "BTC", rf"{_Q.format('q')}{_BTC_AFTER}\s+(?:held |on its |on our |on the |in )+(?:treasury|balance sheet|reserve|custody|hodl)\b"),
    ("bitcoin_restricted", "BTC", rf"{_Q.format('q')}{_BTC_AFTER}\s+(?:(?:that |which )?(?:are|is|were|was|being|held|classified|recorded|presented|as|designated)\s+)*(?:restricted|subject to restrictions)\b"),
    ("bitcoin_restricted", "BTC", rf"{_Q.format('q')}\s+restricted\s+(?:bitcoins?|btc)"),
    ("bitcoin_pledged", "BTC", rf"{_Q.format('q')}{_BTC_AFTER}\s+(?:(?:that |which )?(?:are|is|were|was|being|held|have been|been|currently)\s+)*(?:pledged|posted|encumbered|used)(?:\s+(?:as|for)\s+collateral|\b(?=[^.]{{0,30}}collateral)|\b)"),
    ("bitcoin_purchased", "BTC", rf"\b(?:purchased|acquired|bought|purchasing|acquiring)\b{_FILL}{_Q.format('q')}{_BTC_AFTER}"),
    ("fleet_efficiency", "J/TH", rf"\befficiency\b(?:\s+(?:of|was|were|at|to|improved|reached|ended|the|month|quarter|rate|for|in|stood|now|is|averaged|remained|approximately|by|decreased|our|its|⟪\d+⟫|,))*\s*{_Q.format('q')}"),
    ("fleet_efficiency", "J/TH", rf"{_Q.format('q')}\s+(?:average\s+)?(?:fleet|miner|power|energy)?\s*efficiency\b"),
    ("power_cost", "c/kWh", rf"\b(?:power|electricity|energy)\s+(?:costs?|prices?|rate)\b(?:\s+(?:of|was|were|at|to|averaged|averaging|for|in|the|month|quarter|approximately|net|self-mining|⟪\d+⟫|,))*\s*{_Q.format('q')}"),
    ("uptime", "percent", rf"\buptime\b(?:\s+(?:of|was|at|averaged|for|in|the|month|⟪\d+⟫))*\s*{_Q.format('q')}"),
)  # fmt: skip
_COMPILED = [(metric, unit, re.compile(pattern, re.IGNORECASE)) for metric, unit, pattern in _PATTERNS]
_HASH = re.compile(
    rf"\b(?P<kind>(?:month[- ]end |average |avg\.? |total |current |self-mining |owned )*(?:deployed|installed|energized|operating|operational|online|active|average operating|average)(?: self-mining| mining| fleet| bitcoin mining)?) hash ?rate\b(?: capacity)?(?:\s+(?:of|was|were|to|at|reached|totaled|totalled|increased|grew|rose|stood|for|in|the|month|quarter|end|is|now|averaged|⟪\d+⟫|,))*\s*{_Q.format('q')}"
    rf"|{_Q.format('r')} of (?P<kind2>(?:average )?(?:deployed|installed|energized|operating|operational|online|active|average operating))(?: self-mining| mining)? (?:hash ?rate|capacity)"
    rf"|{_Q.format('s')} (?P<kind3>(?:average )?(?:deployed|installed|energized|operating|operational|online)) hash ?rate",
    re.IGNORECASE,
)
# "445 BTC, including 387 BTC produced by cloud-mining customers and 58 BTC from self-mining": whose shares they are.
_SHARE = re.compile(
    rf"{_Q.format('q')}{_BTC_AFTER}(?:\s+(?:were|was|that|which|produced|mined|earned|attributable|belonging|generated|coming|approximately))*\s+(?:by|from|through|to|at|for|of)\s+(?P<who>[^,;⟦]{{2,60}})",
    re.IGNORECASE,
)
_NONE_SOLD = re.compile(
    r"\b(?:did not sell|not to sell|didn't sell|has not sold|have not sold|without selling|sold (?:no|zero|none)|no (?:bitcoins?|btc) (?:was|were|sales|sold)|(?:opted|elected|chose|continued|decided) not to sell)\b(?P<rest>[^.;]{0,60})",
    re.IGNORECASE,
)
_PROCEEDS = re.compile(
    rf"(?:\bfor\b|\bgenerat\w+|\bproceeds (?:of|were|was|totaled|totalled)|\brealiz\w+|\byield\w+|\breceiv\w+|\bequat\w+ to|\bwith\b|\bresult\w+ in|\braising)(?:\s+(?:a|total|of|in|net|gross|cash|aggregate|sales|proceeds|approximately|about|the|combined|consideration|revenue))*\s*{_Q.format('q')}",
    re.IGNORECASE,
)
_AVERAGE = re.compile(
    rf"\b(?:average|avg\.?)(?:\s+(?:net|gross|sale|sales|selling|realized|sold|price|of|per|bitcoin|btc|for|a|at|was|approximately|about|cash|execution|the))*\s*{_Q.format('q')}|{_Q.format('r')} per (?:bitcoin|btc|coin)\b",
    re.IGNORECASE,
)
_SALE_WORDS = re.compile(r"\b(?:sold|sales? of (?:\w+ ){0,3}(?:bitcoins?|btc|⟦)|selling|(?:bitcoin|btc) sales?)\b", re.IGNORECASE)
_BULLET_LABELS = tuple(
    re.compile(rf"^(?P<label>[^:⟦]{{3,110}}?)\s*(?:{mark})\s*(?P<rest>\S.*)$") for mark in (":", r"\s[–—-]\s", r"\s(?:was|were|totaled|of)\s")
)
_INCLUDES = re.compile(r"\binclud(?:es|ing|ed)\b|\bof which\b|\bnet of\b", re.IGNORECASE)


def ends_the_news(text: str) -> bool:
    """Whether a block begins what a release says of itself every time: about, forward-looking statements, contacts."""
    return len(text) < 120 and bool(_END_OF_NEWS.search(text))


def begins_figures(text: str) -> bool:
    """Whether a heading behind the boilerplate brings figures again: statements, reconciliations."""
    return bool(_FIGURES.search(text))


def is_plan(text: str) -> bool:
    """Whether a sentence speaks of what may come: plans, targets, guidance, proceeds of an offering."""
    return bool(_NOT_NOW.search(text) or _OFFERING.search(text)) or is_not_actual(text)


def sentences(text: str) -> list[tuple[int, str]]:
    """The sentences of a paragraph with their offsets."""
    out, start = [], 0
    for match in _SENTENCE.finditer(text):
        before = re.search(r"(\w+)\W*$", text[start : match.start()])
        if before and before[1].lower() in _ABBREVIATIONS and text[match.start()] == ".":
            continue
        out.append((start, text[start : match.end()].strip()))
        start = match.end()
    if text[start:].strip():
        out.append((start, text[start:].strip()))
    return out


class MaskedSentence:
    """A sentence with its numbers and periods taken out for matching: ⟦0⟧ a quantity, ⟪0⟫ a period."""

    def __init__(self, text: str, clock: Clock) -> None:
        self.text = text
        self.periods: list[Named] = find_periods(text, clock)
        found = [q for q in find_quantities(text) if not any(q.start < p.end and q.end > p.start for p in self.periods)]
        self.quantities: list[Quantity] = []
        pieces, last = [], 0
        marks: list[tuple[int, int, str]] = [(p.start, p.end, f"⟪{i}⟫") for i, p in enumerate(self.periods)]
        dollars = {q.start: q for q in found if q.unit == "USD"}
        converted: dict[int, int] = {}
        for q in found:
            # "RMB1.0 billion (US$139.8 million)": the stated dollars are the amount.
            behind = re.match(r"\s*\(\s*(?:or\s+|approximately\s+)?", text[q.end :])
            if q.unit in ("CNY", "CAD", "HKD", "EUR", "GBP", "AUD") and behind and q.end + behind.end() in dollars:
                converted[q.end + behind.end()] = q.start
        for q in found:
            if any(q.start == first for first in converted.values()):
                continue
            before = text[max(0, q.start - 3) : q.start]
            after = text[q.end : q.end + 14]
            if re.search(r"\d\s?[–—-]\s?\$?$", before) or re.match(r"\s?(?:[–—-]|to)\s?\$?\d", after):
                continue
            start = converted.get(q.start, q.start)
            if q.qualifier:
                lead = re.search(r"(?:~|≈|>|<|\b[\w .]{2,20})\s*$", text[max(0, q.start - 24) : q.start])
                start = q.start - (len(lead[0]) if lead and lead[0].strip() in "~≈><" else 0)
            marks.append((start, q.end, f"⟦{len(self.quantities)}⟧"))
            self.quantities.append(q)
        self.at: list[int] = [0] * len(self.quantities)
        for start, end, mark in sorted(marks):
            pieces.append(text[last:start])
            if mark[0] == "⟦":
                self.at[int(mark[1:-1])] = sum(map(len, pieces))
            pieces.append(mark)
            last = end
        self.masked = "".join([*pieces, text[last:]])
        cut = COMPARISON.search(self.masked)
        self.main = self.masked[: cut.start()] if cut and cut.start() > 0 else self.masked
        apart = next((m for m in COMPARISON.finditer(self.masked) if m.start() > 0 and not _WITHIN.match(m[0])), None)
        # Periods behind a comparison are those of the other number.
        self.told = self.masked[: apart.start()] if apart else self.masked

    def unit_fits(self, index: int, unit: str) -> bool:
        quantity = self.quantities[index]
        if quantity.unit == unit:
            return True
        # "sold 445 in September", "production totaled 463": the coin is named before the number.
        named = re.search(r"\b(?:bitcoins?|btc)\b|₿", self.text[: quantity.end + 24], re.IGNORECASE)
        return unit == "BTC" and quantity.unit is None and not quantity.scaled and bool(named)


def read_block(
    block: Block, words: MetricWords, clock: Clock, context: Span | None, subject: Span | None
) -> tuple[list[Statement], list[Left]]:
    """What a paragraph, bullet or headline states. `context`: the period of the heading above; `subject`: the release's."""
    out: list[Statement] = []
    left: list[Left] = []
    dateline = _DATELINE.match(block.text)
    begin = dateline.end() if dateline else 0
    for place, text in sentences(block.text[begin:]):
        offset = place + begin
        if len(text) > 1500 or not re.search(r"\d|\bno\b|\bnot\b|zero", text):
            continue
        where = f"text {block.offset + offset}–{block.offset + offset + len(text)}"
        found = _bullet(text, where, words, clock, context, subject) if len(text) < 260 else None
        if found is None:
            found = _sentence(text, where, words, clock, context, subject)
        out += found[0]
        left += found[1]
    return out, left


def read_note(note: str, table: Table, words: MetricWords, clock: Clock, subject: Span | None) -> tuple[list[Statement], list[Left]]:
    """What the note below a table adds: coins that are restricted or pledged within those held.

    "(3) Includes 1,900 restricted bitcoin": of the column on whose number or label the mark stands, the newest where on none.
    """
    if not _INCLUDES.search(note) and not re.search(r"restricted|collateral|pledged", note, re.IGNORECASE):
        return [], []
    text = re.sub(r"^[(\[]?\w{1,2}[)\].:]?\s+", "", note)
    statements, left = _sentence(text, f'table {table.number}, note "{text[:60]}"', words, clock, subject, subject)
    kept = [s for s in statements if s.metric in ("bitcoin_restricted", "bitcoin_pledged")]
    return kept, left


def _metric(words: MetricWords, code: str) -> Metric:
    return words.by_code[code]


def _statement(
    metric: Metric, scope: str, quantity: Quantity, period: Span, label: str, where: str, *, dated: bool
) -> Statement | None:
    assert quantity.value is not None
    start = None if metric.covers == "day" else period.start
    if metric.covers == "period" and start is None:
        return None
    return Statement(
        metric.code, scope, False, False, quantity.value, metric.unit, quantity.qualifier, quantity.step / 2, start, period.end,
        label, where, "text", dated=dated,
    )  # fmt: skip


def period_for(
    sentence: MaskedSentence, position: int, covers: str, context: Span | None, subject: Span | None, clock: Clock
) -> tuple[Span | None, bool, str]:
    """The period of a number: the one its sentence names, the nearest where it names several, else the context's."""
    text = sentence.told
    if _ANOTHER_SPAN.search(text):
        return None, False, "another_span"
    named = [(p.span, i) for i, p in enumerate(sentence.periods) if f"⟪{i}⟫" in text]
    usable = [(s, i) for s, i in named if covers == "day" or s.start is not None]
    if not usable and covers == "period":
        year = _IN_YEAR.search(text)
        if year and context is not None and context.months < 12:
            return None, False, "another_span"
    if not usable:
        if subject is not None and subject.months == 1 and (_QUARTER_WORD.search(text) or _YEAR_WORD.search(text)):
            return None, False, "another_span"
        if subject is not None and subject.months == 3 and context == subject and _YEAR_WORD.search(text):
            return None, False, "another_span"
        return context or subject, False, "no_period"
    distinct = list(dict.fromkeys(s for s, _ in usable))
    if len(distinct) > 1:
        places = {i: text.find(f"⟪{i}⟫") for _, i in usable}
        # Two periods in one sentence: the one in the same clause as the number, the first behind it or the last before.
        clause_start = max((m.end() for m in re.finditer(r"[,;]\s|[()]|\band\b|\bwhile\b", text) if m.end() <= position), default=0)
        ends = [m.start() for m in re.finditer(r"[,;]\s|[()]|\bwhile\b", text) if m.start() > position]
        clause_end = min(ends, default=len(text))
        within = [s for s, i in usable if clause_start <= places[i] < clause_end]
        within = list(dict.fromkeys(within))
        if len(within) == 1:
            return within[0], True, ""
        return None, True, "two_periods_in_the_sentence"
    span = distinct[0]
    if span.end > clock.said:
        return None, True, "a_period_that_has_not_ended"
    if covers == "period" and span.start is None:
        return context or subject, False, ""
    return span, True, ""


def _bullet(
    text: str, where: str, words: MetricWords, clock: Clock, context: Span | None, subject: Span | None
) -> tuple[list[Statement], list[Left]] | None:
    """`Bitcoin mined in November: 535`: a label of the lexicon, a colon or a dash, a number. None where it is no such line."""
    tried = [m for m in (pattern.match(text) for pattern in _BULLET_LABELS) if m]
    match = next((m for m in tried if words.meanings(m["label"])), None)
    if match is None:
        return None
    label, rest = match["label"], match["rest"]
    meanings = words.meanings(label)
    if is_not_actual(label) or _NOT_NOW.search(label):
        return [], [Left("targets_or_plans", text[:300], where, text=text)]
    sentence = MaskedSentence(rest, clock)
    first = re.match(r"^\W{0,3}(?:(?:approximately|about|a|total|of|record|appx\.?|approx\.?|over|more than|nearly)\s+)*⟦0⟧", sentence.masked, re.IGNORECASE)
    if not first:
        if re.match(r"^(?:none|zero|nil|no bitcoin|–|—|-|0)\W*$", rest.strip(), re.IGNORECASE):
            sentence.quantities = [Quantity(find_quantities("0")[0].value, None, "", find_quantities("1")[0].step, False, 0, 1, rest)]
        else:
            return None
    quantity = sentence.quantities[0]
    if _RATE.match(sentence.masked[sentence.masked.find("⟧") + 1 :]):
        return [], [Left("a_rate", text[:300], where, text=text)]
    whole = MaskedSentence(label, clock)
    if _ANOTHER_SPAN.search(label):
        return [], [Left("another_span", text[:300], where, text=text)]
    fitting = [m for m in meanings if quantity.unit == _metric(words, m.metric).unit or (quantity.unit is None and _metric(words, m.metric).unit in ("BTC", "count"))]
    if not fitting:
        return [], [Left("unit_contradicts", text[:300], where, text=text)]
    meaning = fitting[0]
    metric = _metric(words, meaning.metric)
    if metric.ambiguous:
        return [], [Left("ambiguous_label", text[:300], where, refused=True, metric=metric.code, value=quantity.value, text=text)]
    spans = list(dict.fromkeys(p.span for p in whole.periods if metric.covers == "day" or p.span.start is not None))
    if not spans and (_YEAR_WORD.search(label) or _QUARTER_WORD.search(label)) and subject is not None and subject.months == 1:
        return [], [Left("another_span", text[:300], where, text=text)]
    if not spans and _IN_YEAR.search(label):
        return [], [Left("another_span", text[:300], where, text=text)]
    dated = len(spans) == 1
    period = spans[0] if dated else context or subject
    if len(spans) > 1 or period is None or period.end > clock.said:
        return [], [Left("no_period", text[:300], where, refused=True, metric=metric.code, value=quantity.value, text=text)]
    shares = {i: s for i, s in _shares(sentence).items() if i > 0} if metric.code == "bitcoin_produced" else {}
    scope = TOTAL if meaning.scope == COMPANY and any(s != COMPANY for s in shares.values()) else meaning.scope
    made = _statement(metric, scope, quantity, period, label, where, dated=dated)
    out = [made] if made else []
    for index, whose in shares.items():
        if scope == TOTAL:
            part = _statement(metric, whose, sentence.quantities[index], period, text[:200], where, dated=dated)
            out += [part] if part else []
    if metric.code == "bitcoin_sold":
        out += _sale_parts(sentence, 0, period, meaning.scope, text, where, words, dated=dated)
    if metric.code == "bitcoin_held":
        for code in ("bitcoin_restricted", "bitcoin_pledged"):
            out += _within(sentence, code, period, text, where, words, dated=dated)
    return out, []


def _within(sentence: MaskedSentence, code: str, period: Span, text: str, where: str, words: MetricWords, *, dated: bool) -> list[Statement]:
    """Coins that are restricted or pledged, told in the same line as those held."""
    for metric, unit, pattern in _COMPILED:
        match = pattern.search(sentence.masked) if metric == code else None
        if match and sentence.quantities[int(match["q"])].unit in (unit, None):
            made = _statement(_metric(words, code), COMPANY, sentence.quantities[int(match["q"])], period, text[:200], where, dated=dated)
            return [made] if made else []
    return []


def _sale_parts(
    sentence: MaskedSentence, after: int, period: Span, scope: str, text: str, where: str, words: MetricWords, *, dated: bool
) -> list[Statement]:
    """Proceeds and average price of a sale that a sentence tells, behind the count."""
    out = []
    tail_at = sentence.at[after] if sentence.at else 0
    tail = sentence.masked[tail_at:]
    used: set[int] = set()
    average = _AVERAGE.search(tail)
    if average:
        index = int(average["q"] or average["r"])
        quantity = sentence.quantities[index]
        if quantity.unit == "USD" and quantity.value is not None and quantity.value >= 100:
            used.add(index)
            made = _statement(_metric(words, "average_sale_price"), scope, quantity, period, text[:200], where, dated=dated)
            out += [made] if made else []
    for match in _PROCEEDS.finditer(tail):
        index = int(match["q"])
        quantity = sentence.quantities[index]
        behind = sentence.masked[sentence.at[index] :][:40]
        if index in used or quantity.unit != "USD" or quantity.value is None or re.match(r"⟦\d+⟧\s+(?:per|each)\b", behind):
            continue
        if index <= after:
            continue
        made = _statement(_metric(words, "bitcoin_sale_proceeds"), scope, quantity, period, text[:200], where, dated=dated)
        out += [made] if made else []
        break
    return out


def _shares(sentence: MaskedSentence) -> dict[int, str]:
    """Which numbers of a sentence are whose share: company, hosted_customers or joint_venture."""
    out: dict[int, str] = {}
    for match in _SHARE.finditer(sentence.masked):
        scope, _, _ = scope_in(match["who"])
        if scope in (COMPANY, HOSTED, JOINT_VENTURE) and sentence.unit_fits(int(match["q"]), "BTC"):
            out[int(match["q"])] = scope
    return out


def _scope(before: str) -> str | None:
    """Whose figure a clause speaks of; None where it is somebody else's."""
    if re.search(r"\bjoint[- ]venture|\bjv\b", before, re.IGNORECASE):
        return JOINT_VENTURE
    if re.search(r"\bhost(?:ing|ed)\b.{0,20}\bcustomers?\b|\bcustomers?\b", before, re.IGNORECASE):
        return HOSTED
    return None if _OTHERS.search(before) else COMPANY


def _sentence(
    text: str, where: str, words: MetricWords, clock: Clock, context: Span | None, subject: Span | None
) -> tuple[list[Statement], list[Left]]:
    sentence = MaskedSentence(text, clock)
    masked = sentence.masked
    out: list[Statement] = []
    left: list[Left] = []
    main = sentence.main
    shares = _shares(sentence)
    claims: list[tuple[Metric, int, str]] = []
    taken: set[int] = set()
    for code, unit, pattern in _COMPILED:
        reach = masked if code in ("bitcoin_restricted", "bitcoin_pledged") else main
        for match in pattern.finditer(reach):
            index = int(match["q"])
            if index in taken or not sentence.unit_fits(index, unit):
                continue
            taken.add(index)
            metric = _metric(words, "power_cost_all_in" if code == "power_cost" and re.search(r"\ball[- ]in\b", main, re.IGNORECASE) else code)
            claims.append((metric, index, main[: match.start()]))
    for match in _HASH.finditer(main):
        index = int(match["q"] or match["r"] or match["s"])
        if index not in taken and sentence.unit_fits(index, "EH/s"):
            kind = (match["kind"] or match["kind2"] or match["kind3"]).lower()
            meaning = words.meanings(f"{kind} hash rate")
            if meaning:
                taken.add(index)
                claims.append((_metric(words, meaning[0].metric), index, main[: match.start()] + kind))
    none_sold = _NONE_SOLD.search(main)
    if not claims and not none_sold:
        return _proceeds_alone(sentence, main, where, words, clock, context, subject)
    counted = {index for metric, index, _ in claims if metric.code == "bitcoin_produced"}
    if counted and len(set(shares.values())) > 1:
        # Shares of one whole, each its owner's ("893 from its self-mining fleet and 297 from its customers").
        claims += [(_metric(words, "bitcoin_produced"), index, "") for index in shares if index not in counted]
    why = "targets_or_plans" if _NOT_NOW.search(masked) or is_not_actual(text) else "an_offering" if _OFFERING.search(masked) else ""
    if why:
        return [], [Left(why, text[:300], where, text=text)]
    if none_sold and re.search(r"\b(?:bitcoins?|btc|any|production)\b", none_sold[0] + none_sold["rest"], re.IGNORECASE):
        period, dated, reason = period_for(sentence, none_sold.start(), "period", context, subject, clock)
        if period is not None and period.start is not None:
            zero = Quantity(find_quantities("0")[0].value, "BTC", "", find_quantities("1")[0].step, False, 0, 0, "0")
            made = _statement(_metric(words, "bitcoin_sold"), COMPANY, zero, period, text[:200], where, dated=dated)
            out += [made] if made else []
        elif reason:
            left.append(Left(reason, text[:300], where, text=text))
    for metric, index, before in claims:
        quantity = sentence.quantities[index]
        behind = masked[sentence.at[index] + len(f"⟦{index}⟧") :][:40]
        if _RATE.match(re.sub(r"^\s*(?:bitcoins?|btc)\b", "", behind, flags=re.IGNORECASE)) or (metric.unit == "BTC" and _RATE_BEFORE.search(before)):
            left.append(Left("a_rate", text[:300], where, text=text))
            continue
        scope = _scope(before[-90:])
        if metric.code == "bitcoin_produced" and scope == COMPANY:
            own = shares.get(index)
            others = any(s != COMPANY for i, s in shares.items() if i != index)
            scope = own or (TOTAL if others else COMPANY)
        if scope is None or (scope != COMPANY and metric.table == "bitcoin_sale"):
            left.append(Left("somebody_elses", text[:300], where, text=text))
            continue
        if scope == HOSTED and metric.code.startswith("hashrate"):
            metric = _metric(words, "hashrate_hosted")  # noqa: PLW2901
        period, dated, reason = period_for(sentence, sentence.at[index], metric.covers, context, subject, clock)
        if period is None:
            refused = reason in ("two_periods_in_the_sentence", "no_period")
            left.append(Left(reason or "no_period", text[:300], where, refused=refused, metric=metric.code, value=quantity.value, text=text))
            continue
        if period.end > clock.said:
            continue
        made = _statement(metric, scope, quantity, period, text[:200], where, dated=dated)
        if made is None:
            continue
        out.append(made)
        if metric.code == "bitcoin_sold":
            out += _sale_parts(sentence, index, period, scope, text, where, words, dated=dated)
    return out, left


def _proceeds_alone(
    sentence: MaskedSentence, main: str, where: str, words: MetricWords, clock: Clock, context: Span | None, subject: Span | None
) -> tuple[list[Statement], list[Left]]:
    """A sentence that tells proceeds or price of sales and no count: "Sales of BTC equated to proceeds of $48.7 million"."""
    text = sentence.text
    if not _SALE_WORDS.search(main) or not re.search(r"\b(?:bitcoins?|btc)\b", main, re.IGNORECASE):
        return [], []
    if _NOT_NOW.search(sentence.masked) or is_not_actual(text) or _OFFERING.search(sentence.masked) or _OTHERS.search(main):
        return [], [Left("targets_or_plans", text[:300], where, text=text)]
    period, dated, reason = period_for(sentence, 0, "period", context, subject, clock)
    if period is None or period.start is None:
        return [], [Left(reason or "no_period", text[:300], where, text=text)]
    cut = MaskedSentence(text, clock)
    cut.masked = main
    found = _sale_parts(cut, -1, period, COMPANY, text, where, words, dated=dated) if cut.quantities else []
    return found, []


