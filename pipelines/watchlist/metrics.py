"""Labels in press releases: the metric of lexicon.yaml, and the scope of its figure."""

import re
from decimal import Decimal
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, PrivateAttr

from pipelines.watchlist.words import word_list

COMPANY, TOTAL, JOINT_VENTURE, HOSTED = "company", "total", "joint_venture", "hosted_customers"
UNENCUMBERED = "unencumbered"
"""Scope of bitcoin held without the bitcoin posted as collateral."""

_PERIODS = re.compile(
    r"\b(?:(?:as (?:of|at)|at|in|for|during|on|through|of)\s+(?:the\s+)?)?(?:(?:january|february|"
    r"march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?(?:\s+\d{1,2}(?:st|nd|rd|"
    r"th)?\b)?,?(?:\s+(?:19|20)\d\d)?|(?:q[1-4]|[1-4]q)\s*(?:fy)?\s*[’']?\d{0,4}|(?:fiscal|full|"
    r"calendar)?\s*(?:year|quarter)\s+(?:20\d\d)|20\d\d)(?!\w)",
    re.IGNORECASE,
)
_CANON = (
    (r"[’‘`]", "'"),
    (r"'s\b|s'(?=\s)", ""),
    (r"₿|\bbtcs?\b|\bbitcoins\b|\bxbt\b", " bitcoin "),
    (r"\bhash-?rates?\b|\bhashing power\b|\bhashing capacity\b", " hash rate "),
    (r"\bavg\b\.?", " average "),
    (r"\ball[- ]in\b", " allin "),
    (r"\bfleet-wide\b", " fleet "),
    (r"\bmegawatts?\b", " mw "),
    (r"\bkilowatt[- ]?hours?\b", " kwh "),
    (
        (
            r"[¢$]\s?/\s?kwh|\bc\s?/\s?kwh|\bcents?\s?/\s?kwh|cents? per (?:kwh|kilowatt[- ]hours?)|"
            r"\(us\s?\$\)|us\$|\busd\b|\$"
        ),
        " ",
    ),
    (
        r"\beh/?s\b|\beh\b|\bexahash(?:es)?(?: per second)?\b|\bph/s\b|\b(?:j|w|joules?|watts?)\s?/\s?th?\b",
        " ",
    ),
)
_NOISE = frozenset(word_list("labels.metric_noise"))
_SCOPES: tuple[tuple[str, str], ...] = (
    (
        HOSTED,
        (
            r"\b(?:hosting customers?|hosted customers?|hosting clients?|hosted miners?|hosted|"
            r"hosting(?! (?:sites?|facilit\w+|locations?|partners?|providers?))|"
            r"(?:earned )?by (?:our |its )?(?:hosting )?customers?|customers?|clients?|"
            r"third[- ]part(?:y|ies)|co-?mining|co-?location|co-?located|cloud[- ]mining(?: customers?)?)\b"
        ),
    ),
    (
        JOINT_VENTURE,
        (
            r"\b(?:joint[- ]ventures?|jvs?|nautilus(?: cryptomine)?|equity (?:method )?investees?|"
            r"investees?|partners?(?:hip)?)\b"
        ),
    ),
    (
        COMPANY,
        (
            r"\b(?:(?:from |through |by |for )?(?:the )?self[- ]?(?:mining|mined|operated|"
            r"owned)(?: only| operations| segment)?|proprietary|owned and operated|own(?:ed)?|"
            r"wholly[- ]owned)\b"
        ),
    ),
    (
        TOTAL,
        (
            r"\b(?:under management|(?:owned|self-mining|self-mined) (?:and|&|\+) (?:co-?located|"
            r"co-?location|hosted)|(?:by )?(?:the )?company and (?:its |our )?(?:hosting |"
            r"hosted )?(?:customers|clients)|"
            r"both (?:\w+ )?(?:hosting|co-?location) and (?:[\w-]+ )?(?:self-)?mining|"
            r"self[- ]mining (?:and|&|\+) host(?:ing|ed)|"
            r"(?:including|incl\.?) (?:[\w-]+ )?(?:customers|clients)|(?:customers|clients) included)\b"
        ),
    ),
)
_CAPACITY = (
    ("under_construction", r"\bconstruction|development\b"),
    ("contracted", r"\bcontract"),
    ("energized", r"\b(?:energi[sz]ed|operat|active|installed|utilized|available|developed)"),
)
_COST = (
    ("all_in", r"\ballin\b|\btotal cash\b"),
    ("power", r"\b(?:power|energy|electricity)\b"),
    ("direct", r"\b(?:direct|cash|marginal)\b"),
)
# Credits for demand response alone are a part: Riot states them beside those for curtailed power.
_CREDITS = (("demand_response", r"^(?!.*\b(?:power|curtailment)\b).*\bdemand response\b"),)
# Metrics whose labels name a scope, and whether each of the scopes is a part of a whole.
_NAMED_SCOPES = (
    ("capacity_mw", _CAPACITY, False),
    ("cost_per_bitcoin", _COST, False),
    ("power_credits", _CREDITS, True),
)


class Metric(BaseModel):
    """A metric: unit, period or day, meaning, and labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: str
    unit: str
    covers: str
    meaning: str
    note: str = ""
    labels: list[str] = []
    table: str = "operating_metric"
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    unit_needed: bool = False
    per_coin: bool = False
    ambiguous: str = ""
    _patterns: list[re.Pattern[str]] = PrivateAttr(default_factory=list)

    def model_post_init(self, context: object) -> None:
        self._patterns.extend(compiled(label) for label in self.labels)

    def matches(self, words: str) -> bool:
        """Whether a label's distinctive words (label_words) name this metric."""
        return any(pattern.fullmatch(words) for pattern in self._patterns)


class Meaning(BaseModel):
    """The metric and scope of a label, and whether the label marks a sum."""

    model_config = ConfigDict(frozen=True)
    metric: str
    scope: str
    total: bool = False
    site: bool = False


@lru_cache(maxsize=1024)
def compiled(label: str) -> re.Pattern[str]:
    """A label of lexicon.yaml as a pattern over words: `(a|b)` is a choice, `[a]` optional."""
    out = ""
    for token in re.findall(r"\[|\]|\(|\)|\||[\w/'-]+", label.lower()):
        out += {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "|": "|"}.get(token, rf"{re.escape(token)} ")
    return re.compile(out)


def canonical(text: str) -> str:
    """A label in lower case with one spelling per word: bitcoin for BTC, hash rate for hashrate."""
    out = text.lower()
    for pattern, put in _CANON:
        out = re.sub(pattern, put, out)
    return out


def label_words(text: str) -> str:
    """The distinctive words of a label, each followed by a space."""
    bare = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", _PERIODS.sub(" ", text))
    pieces = re.findall(r"[a-z0-9']+", canonical(bare).replace("-", " "))
    return "".join(f"{piece} " for piece in pieces if piece not in _NOISE)


class MetricWords:
    """The metrics of a lexicon, and the meanings of labels."""

    def __init__(self, metrics: list[Metric]) -> None:
        self.metrics = metrics
        self.by_code = {metric.code: metric for metric in metrics}
        self._known: dict[tuple[str, str], tuple[Meaning, ...]] = {}

    def meanings(self, label: str, section: str = "") -> tuple[Meaning, ...]:
        """All meanings of a label, regardless of its unit; empty if it has none.

        A site's name follows a dash (`Deployed Hash Rate – Rockdale`), or is the label under a sub-heading
        with the metric.
        """
        key = (label, section)
        if key not in self._known:
            if len(self._known) > 20_000:
                self._known.clear()
            self._known[key] = self._read(label, section)
        return self._known[key]

    def _read(self, label: str, section: str) -> tuple[Meaning, ...]:
        if re.search(r"\bequivalents?\b", label, re.IGNORECASE):
            # Coins converted to bitcoin, or work paid in something else, are not bitcoin.
            return ()
        # "Fleet efficiency3 (J/TH)": the digit is a footnote mark.
        label = re.sub(r"(?<=[a-z]{3})\d{1,2}(?=\s)", "", label)
        label = re.sub(r"\((?:per|(?:for )?each|for every) ([^()]*)\)", r"per \1", label, flags=re.IGNORECASE)
        found = self._whole(label, section)
        if found:
            return found
        parts = re.split(
            r"\s+[–—-]+\s+|\s*:\s+|\s*[–—]\s*|,\s+(?=[A-Z]\w+(?:\s[A-Z]\w+)*$)", label, maxsplit=1
        )
        if len(parts) == 2 and len(parts[1]) <= 60:
            found = self._sited(parts[0], parts[1], section)
            if found:
                return found
        bracketed = re.match(r"^(.*?)\(([^()]{2,40})\)\s*$", label)
        if bracketed and not found:
            found = self._whole(bracketed[1], section)
        if not found and section and len(label) <= 60:
            found = self._sited(section, label, "") or self._whole(f"{section} {label}", "")
        return found

    def _sited(self, base: str, tail: str, section: str) -> tuple[Meaning, ...]:
        found = self._whole(base, section)
        if not found or re.search(
            r"\b(?:per day|daily|per|average|peak|target|change|growth|increase|value|cost|"
            r"excluding|including|net|before|after)\b",
            tail,
            re.IGNORECASE,
        ):
            return ()
        tail = re.sub(r"\([^()]*\)", "", tail).strip(" -–—:")
        if not label_words(tail):
            total = bool(re.search(r"\btotal|consolidated|overall|company\b", tail, re.IGNORECASE))
            return tuple(m.model_copy(update={"total": m.total or total}) for m in found)
        scope, rest, total = scope_in(tail)
        if scope and (not label_words(rest) or re.match(r"(?:by|from|for)\b", tail, re.IGNORECASE)):
            return tuple(_with_scope(m, scope, total) for m in found)
        if self._whole(tail, ""):
            return ()
        return tuple(m.model_copy(update={"scope": tail[:60], "site": True, "total": False}) for m in found)

    def _whole(self, label: str, section: str) -> tuple[Meaning, ...]:
        bare, total = (
            label,
            bool(re.search(r"\b(?:total|consolidated|combined|aggregate)\b", label, re.IGNORECASE)),
        )
        brackets = " ".join(re.findall(r"\(([^()]*)\)", label))
        out = []
        plain = label_words(bare)
        for metric in self.metrics:
            if metric.matches(plain):
                whose = scope_in(brackets)[0] or scope_in(section)[0] or COMPANY
                out.append(_with_scope(Meaning(metric=metric.code, scope=COMPANY, total=total), whose, total))
        if out:
            return tuple(_refined(m, label) for m in out)
        scope, rest, total_scope = scope_in(bare)
        owner = scope_in(section)[0]
        if scope == TOTAL and owner in (HOSTED, JOINT_VENTURE) and not total:
            # "Miners under management" below "ASIC colocation" are not all miners.
            scope = owner
        if scope:
            words = label_words(rest)
            for metric in self.metrics:
                if words and (
                    metric.matches(words)
                    or (metric.code == "bitcoin_produced" and scope != TOTAL and words == "bitcoin ")
                ):
                    out.append(
                        _with_scope(
                            Meaning(metric=metric.code, scope=COMPANY, total=total), scope, total_scope
                        )
                    )
        return tuple(_refined(m, label) for m in out)


def _with_scope(meaning: Meaning, scope: str, total: bool) -> Meaning:
    metric = meaning.metric
    if scope == HOSTED and metric == "capacity_mw":
        # Power for customers' machines is the company's capacity.
        scope = COMPANY
    if scope == HOSTED and metric.startswith(("hashrate", "ambiguous_hashrate")):
        metric = "hashrate_hosted"
    return meaning.model_copy(update={"metric": metric, "scope": scope, "total": meaning.total or total})


def _refined(meaning: Meaning, label: str) -> Meaning:
    """A meaning with the scope that the label of a capacity, cost or credit names."""
    for metric, scopes, are_parts in _NAMED_SCOPES:
        if meaning.metric == metric:
            words = canonical(label)
            scope = next((name for name, pattern in scopes if re.search(pattern, words)), None)
            part = are_parts and scope is not None
            return meaning.model_copy(update={"scope": scope or meaning.scope, "site": meaning.site or part})
    return meaning


def scope_in(text: str) -> tuple[str | None, str, bool]:
    """The scope that a text names, the text without it, and whether it marks a sum."""
    total = bool(re.search(r"\b(?:total|consolidated|combined)\b", text, re.IGNORECASE))
    for name, pattern in sorted(_SCOPES, key=lambda s: s[0] != TOTAL):
        if re.search(pattern, text, re.IGNORECASE):
            return name, re.sub(pattern, " ", text, flags=re.IGNORECASE), total
    return None, text, total
