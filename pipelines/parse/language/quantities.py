"""Numbers with their units, as exact decimals, from a table's cell or from a sentence.

Press releases write one figure in many ways: `$38.8 million`, `Appx. $ 51.2 million`, `19,211 BTC`,
`(15.8)c/kWh`, `33.7 EH/s`, `~500 MW`. Units are converted to one of BTC, USD, EH/s, J/TH, c/kWh, MW, percent,
count. Other currencies keep their code and are never converted.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from pipelines.parse.language.periods import ADDRESS, MONTHS

MORE_ROOM = Decimal("1.1")
"""How much more "more than" may mean, and how much less "less than"."""
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
ABOUT, MORE, LESS, UP_TO = "about", "more_than", "less_than", "up_to"

_QUALIFIER = (
    r"(?P<about>~|≈|c\.|circa|app(?:ro)?x(?:imately|\.)?|appr\.|about|around|roughly|nearly|almost|"
    r"an estimated|estimated)|"
    r"(?P<more>>|more than|over|at least|greater than|in excess of|exceeding|above)|"
    r"(?P<less><|less than|fewer than|under|below)|(?P<upto>up to|as much as|a maximum of)"
)
_CURRENCY = (
    r"US\s?\$|U\.S\.\s?\$|USD\s?\$?|C\$|CA\$|CAD\s?\$?|A\$|AUD\s?\$?|HK\$|RMB\s?¥?|CNY|¥|€|EUR|£|GBP|\$"
)
# 19,211 or 19211 or 0.5; a digit glued behind the last three (`19,2113`) is a footnote's mark.
_NUMBER = r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_SCALE = r"thousands?|millions?|billions?|trillions?|mm|mln|mn|mil(?![a-z])|bln|bn|[kmb](?![a-z/])"
_UNIT_WORDS: tuple[tuple[str, str, Decimal], ...] = (
    (
        (
            r"(?:\$|usd|us\$)\s?/\s?(?:kwh|kw\s?h)|dollars? per (?:kwh|kilowatt[- ]?hours?)|(?:per |"
            r"/\s?)(?:kwh|kilowatt[- ]?hours?)"
        ),
        "c/kWh",
        Decimal(100),
    ),
    (r"(?:\$|usd|us\$)?\s?/\s?mwh|(?:dollars? )?per (?:mwh|megawatt[- ]?hours?)", "c/kWh", Decimal("0.1")),
    (r"(?:us)?(?:c|¢|cents?)\s?(?:/|per)\s?(?:kwh|kw\s?h|kilowatt[- ]?hours?)|¢", "c/kWh", Decimal(1)),
    (r"(?:us |u\.s\. |american )?dollars?(?! per)(?![a-z])|usd(?![a-z])|us\$", "USD", Decimal(1)),
    (r"canadian dollars?(?! per)(?![a-z])|cad(?![a-z])", "CAD", Decimal(1)),
    (r"euros?(?![a-z])|eur(?![a-z])", "EUR", Decimal(1)),
    (r"rmb(?![a-z])|yuan(?![a-z])|renminbi(?![a-z])", "CNY", Decimal(1)),
    (
        (
            r"(?:e|x)h\s?/?\s?s(?:ec(?:ond)?)?(?![a-z])|exa-?hash(?:es)?(?:\s?(?:per|"
            r"/)\s?s(?:ec(?:ond)?)?)?|eh(?![a-z])"
        ),
        "EH/s",
        Decimal(1),
    ),
    (
        (
            r"ph\s?/?\s?s(?:ec(?:ond)?)?(?![a-z])|peta-?hash(?:es)?(?:\s?(?:per|/)\s?s(?:ec(?:ond)?)?)?|"
            r"ph(?![a-z])"
        ),
        "EH/s",
        Decimal("0.001"),
    ),
    (r"th\s?/\s?s(?:ec(?:ond)?)?(?![a-z])|tera-?hash(?:es)? per second", "EH/s", Decimal("0.000001")),
    (
        r"(?:j|w|joules?|watts?)\s?(?:/|per)\s?(?:th?(?![a-z])|tera-?hash(?:es)?)(?:\s?/\s?s(?![a-z]))?",
        "J/TH",
        Decimal(1),
    ),
    (
        r"(?:mwh|gwh|kwh|megawatt[- ]?hours?|gigawatt[- ]?hours?|kilowatt[- ]?hours?)(?![a-z])",
        "MWh",
        Decimal(1),
    ),
    (r"mw(?![a-z])|mega-?watts?(?![- ]?h(?:ours?|r)?\b)", "MW", Decimal(1)),
    (r"gw(?![a-z])|giga-?watts?(?![- ]?h(?:ours?|r)?\b)", "MW", Decimal(1000)),
    (r"kw(?![a-z])|kilo-?watts?(?![- ]?h(?:ours?|r)?\b)", "MW", Decimal("0.001")),
    (
        (
            r"(?:bitcoin |btc |mining |deployed |operational |self[- ]|owned |hosted |colocated |new |"
            r"latest[- ]|next[- ]|generation |"
            r"asic |antminer |whatsminer |(?:s|m|t)\d\d\w*\+? (?:pro |xp |hyd\w* )?)*(?:miners?|machines?|"
            r"rigs?|asics?|servers?|"
            r"mining (?:units|machines|rigs|computers))(?![a-z])"
        ),
        "count",
        Decimal(1),
    ),
    (
        (
            r"(?:bitcoin|btc)[- ](?:(?:call |put )?options?|futures(?: contracts?)?|contracts?|containers?|"
            r"atms?|kiosks?|et[fp]s?|patents?|wallets?|addresses|nodes?|companies|firms?|funds?|holders?|"
            r"investors?|users?|customers?|transactions?|facilit(?:y|ies)|licen[cs]es?|warrants?|notes?|"
            r"bonds?|loans?|derivatives?|swaps?|forwards?|"
            # Mining qualifies the noun behind it, whatever that is.
            r"mining (?!(?:a|i|wa|ha|thi|it|acros|plu|versu)s\b)[a-z]+s)(?![a-z])|containers?(?![a-z])"
        ),
        "other",
        Decimal(1),
    ),
    (r"bitcoin (?:cash|sv|gold)(?![a-z])", "other", Decimal(1)),
    (r"btcs?(?![a-z])|bitcoins?(?![a-z-])|₿", "BTC", Decimal(1)),
    (r"eth(?![a-z])|ether(?:eum)?(?![a-z])", "ETH", Decimal(1)),
    (r"%|percent(?:age points)?(?![a-z])|per cent(?![a-z])|bps(?![a-z])|basis points", "percent", Decimal(1)),
    (
        (
            r"gpus?(?![a-z])|shares?(?![a-z])|employees?(?![a-z])|acres?(?![a-z])|blocks?(?![a-z])|"
            r"days?(?![a-z])|months?(?![a-z])|years?(?![a-z])(?![- ]to[- ]date)|hours?(?![a-z])|"
            r"weeks?(?![a-z])|"
            r"sites?(?![a-z])"
        ),
        "other",
        Decimal(1),
    ),
)
_UNIT = "|".join(f"(?P<u{i}>{pattern})" for i, (pattern, _, _) in enumerate(_UNIT_WORDS))
_SCALES = {"k": 3, "t": 3, "m": 6, "b": 9}
_CODES = {
    "c$": "CAD",
    "ca$": "CAD",
    "cad": "CAD",
    "a$": "AUD",
    "aud": "AUD",
    "hk$": "HKD",
    "rmb": "CNY",
    "cny": "CNY",
    "¥": "CNY",
    "€": "EUR",
    "eur": "EUR",
    "£": "GBP",
    "gbp": "GBP",
}

_IN_TEXT = re.compile(
    rf"(?:(?<![\w.])(?:{_QUALIFIER})\s*)?(?P<open>\()?\s?(?P<minus>(?<![\w\d)])[{_DASHES}]\s?(?=[\d$.]))?"
    rf"(?:(?<![A-Za-z])(?P<currency>{_CURRENCY})\s?|(?<![\w.,]))(?P<open2>\()?"
    rf"(?P<minus2>[{_DASHES}])?(?:{_NUMBER})(?:\d{{1,2}}(?!\d))?(?P<closed>\s?\))?"
    rf"(?:\s?[{_DASHES}]?\s?(?P<scale>{_SCALE})(?![a-z]))?(?:\s?[{_DASHES}]?\s?(?:{_UNIT}))?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d.,])\d{1,2}:\d{1,2}(?::\d{1,2})?(?![\d.,]\d|\d)")
# "11 ,869" and a character that was lost: the digits before it are only a part of the number.
_GOES_ON = re.compile(r"[,.]?\d{0,3}\ufffd|\s,\d{3}(?!\d)")
# "Nov 2023 Bitcoin Mined": no count, even if letters and digits around run together.
_YEAR = re.compile(r"20[12]\d")
_MONTH_BEFORE = re.compile(rf"(?:{'|'.join(MONTHS)})\.?\s?$", re.IGNORECASE)
_ZERO = re.compile(rf"^(?:(?:{_CURRENCY})\s*)?(?:[{_DASHES}]+|nil|none|zero|no)\s*(?:%|)$", re.IGNORECASE)
_NO_VALUE = re.compile(
    r"^(?:n\s?[./]?\s?a\.?|n\s?[./]?\s?m\.?f?|not (?:applicable|meaningful|available|disclosed)|nmf|"
    r"tbd|tba|\*+)$",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(
    r"(?:\(\s*(?:\d{1,2}|[a-z]|i{1,3}|iv|v)\s*\)|\[\s*\w{1,2}\s*\]|[*†‡§¹²³⁴⁵⁶⁷⁸⁹⁰#^]+)$", re.IGNORECASE
)
_LONGEST_FOOTNOTE = 12
_SET_APART = re.compile(
    r"(?<=[A-Za-z%¢])\s+\d{1,2}$|(?<=,\d{3})\s+\d{1,2}$|(?<=/s)\d$|(?<=BTC)\d$|(?<=MW)\d$|(?<=illion)\d$"
)
# "15. 6 bitcoin", "$15. 6 million": a number that a blank behind its point has split.
_SPLIT = re.compile(
    r"\.\s\d{1,3}\s?(?:million|billion|thousand|bitcoins?|btc|[eptg]h/s|mw|megawatts?|%|percent)\b",
    re.IGNORECASE,
)
_MOST_DIGITS = 3
_WHOLE = re.compile(r"(?<![\w.,])(?P<digits>\d{1,3})$")
_WORD = re.compile(r"\w")
_SECOND = re.compile(r"\s*\([\d,.$\s]+[a-z][^()]*\)(?:\s?\d{1,2})?$", re.IGNORECASE)
_ENCLOSED = re.compile(r"\(([^()]+)\)(?:\s?\(\d\))?")
_DIGIT = re.compile(r"\d")
# The longest cell of one number seen is some 40 characters ("Appx. $ 51.2 million (approximately)").
_LONGEST = 60
_ONLY_UNIT = re.compile(rf"^\(?\s*(?:{_UNIT})\s*\)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was written.

    Args:
        value: Exact, with its scale applied, in the unit's own size (PH/s → EH/s, GW → MW); None for "n/a".
        unit: BTC, USD (CAD, CNY …), EH/s, J/TH, c/kWh, MW, MWh, percent, count, ETH or other; None if not
            written.
        qualifier: about, more_than, less_than, up_to, or empty.
        step: The precision it was written in: 100,000 for `$38.8 million`. Half of it is the rounding.
        scaled: Whether it was written with thousand, million …
        start, end: Its position in the text.
    """

    value: Decimal | None
    unit: str | None
    qualifier: str
    step: Decimal
    scaled: bool
    start: int
    end: int
    text: str


_DOLLAR = r"(?:us\s?\$|u\.s\.\s*(?:dollars?|\$)|usd|\$|dollars?|c\$|cad|rmb|us)"
_SCALE_STATED = re.compile(
    rf"(?:\b(?:in|expressed in|stated in|presented in|figures in|amounts in)|"
    rf"{_DOLLAR})[\s(,]*(?:{_DOLLAR}\s*)?(?:dollars\s+)?(?:,?\s*in\s+)?"
    r"['’‘]?(thousands?|millions?|billions?|000s?|mm?\b|k\b)(?!\w)",
    re.IGNORECASE,
)
_SCALE_SHORT = re.compile(
    rf"\(\s*(?:{_DOLLAR})?\s*['’‘]?(thousands|millions|000)['’]?s?\b|[$’'‘]\s?(000)s?\b|(?:^|"
    rf"\|)\s*(thousands|millions)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def unit_in(text: str) -> tuple[str, Decimal] | None:
    """The unit that a label, heading or caption names: `(EH/s)`, after a comma, or on its own.

    Returns:
        The unit, and the factor that converts numbers to it; None if it names no unit.
    """
    for part in [*re.findall(r"[(\[]([^()\[\]]*)[)\]]", text), *text.split(",")[1:], text]:
        match = _ONLY_UNIT.match(part.strip().removeprefix("in ").strip())
        if match:
            return _unit_of(match)
    if re.search(r"\(\s*(?:in\s+)?(?:US\s?)?(?:\$|USD|U\.S\. dollars?|dollars)", text, re.IGNORECASE):
        return "USD", Decimal(1)
    return None


@lru_cache(maxsize=4096)
def scale_in(text: str) -> Decimal | None:
    """The scale of amounts: 1000 for `(in thousands, except per share data)`."""
    match = _SCALE_STATED.search(text) or _SCALE_SHORT.search(text)
    if not match:
        return None
    word = next(group for group in match.groups() if group).lower()
    return Decimal(10) ** (3 if word.startswith(("t", "0", "k")) else 6 if word.startswith("m") else 9)


def scale_stated(text: str) -> str:
    """The words by which a text states a scale: `in thousands`; empty if it states none."""
    match = _SCALE_STATED.search(text) or _SCALE_SHORT.search(text)
    return match[0] if match else ""


def _unit_of(match: re.Match[str]) -> tuple[str, Decimal] | None:
    for i, (_, unit, factor) in enumerate(_UNIT_WORDS):
        if match[f"u{i}"] is not None:
            return unit, factor
    return None


def find_quantities(text: str) -> list[Quantity]:
    """Every number of a text with its unit, in order; dates and ranges (`590–600 MW`) included.

    Times of day, ratios (`10:30`, `3:1`), parts of damaged numbers and of web addresses are left out.
    """
    found = list(_IN_TEXT.finditer(text)) if _DIGIT.search(text) else []
    if found and (":" in text or "www." in text):
        others = [match.span() for pattern in (_CLOCK, ADDRESS) for match in pattern.finditer(text)]
        found = [m for m in found if not any(a <= m.start("digits") < b for a, b in others)]
    return [_quantity(match) for match in found if not _is_part(match)]


def _is_part(match: re.Match[str]) -> bool:
    """Whether the digits are a part of a damaged number, or the year of a month."""
    text, (first, last) = match.string, match.span("digits")
    return (
        text[first - 1 : first] == "\ufffd"
        or bool(_GOES_ON.match(text, last))
        or bool(_YEAR.fullmatch(match["digits"]) and _MONTH_BEFORE.search(text[max(0, first - 12) : first]))
        or is_split_number(text, last)
        or (first > 1 and is_split_number(text, first - 2))
    )


def is_split_number(text: str, point: int) -> bool:
    """Whether a point is a decimal point with a space behind it: "15. 6 bitcoin".

    The number of a list item ("1. 25 MW") is none.
    """
    if not _SPLIT.match(text, point):
        return False
    whole = _WHOLE.search(text[max(0, point - _MOST_DIGITS - 2) : point])
    return whole is not None and bool(_WORD.search(text, 0, point - len(whole["digits"])))


def _quantity(match: re.Match[str]) -> Quantity:
    digits = match["digits"]
    number = Decimal(digits.replace(",", ""))
    step = Decimal(1).scaleb(-len(digits.partition(".")[2]))
    scale = 0
    if match["scale"]:
        word = match["scale"].lower()
        scale = 12 if word.startswith("tr") else 6 if word == "mm" else _SCALES[word[0]]
    found = _unit_of(match)
    unit, factor = found if found else (None, Decimal(1))
    unit_word = next(
        (
            match.start(f"u{i}")
            for i, (_, named, _) in enumerate(_UNIT_WORDS)
            if named == "other" and match[f"u{i}"]
        ),
        None,
    )
    currency = (match["currency"] or "").lower().replace(" ", "")
    if currency:
        code = _CODES.get(currency) or _CODES.get(currency.rstrip("$¥")) or "USD"
        if currency == "$" and unit is not None and unit in _CODES.values():
            # "$19.1 million CAD".
            code = unit
        if unit == "c/kWh" and factor != Decimal("0.1"):
            factor = Decimal(100)
        elif unit not in ("c/kWh",):
            unit, factor = code, Decimal(1)
    elif unit == "c/kWh" and factor == Decimal(100) and not match["scale"]:
        # "3.7 per kWh" without a currency is ambiguous.
        unit = "c/kWh" if "$" in match[0] or "usd" in match[0].lower() else "other"
    minus = match["minus"] or ""
    # "Mined in March – 533": a dash before a blank parts a text, and is a sign only in a cell.
    parts = minus != minus.strip() and match[0].strip() != match.string.strip()
    negative = bool((minus and not parts) or match["minus2"]) or bool(
        (match["open"] or match["open2"]) and match["closed"]
    )
    value = (number * factor).scaleb(scale)
    qualifier = next(
        (
            name
            for key, name in (("about", ABOUT), ("more", MORE), ("less", LESS), ("upto", UP_TO))
            if match[key]
        ),
        "",
    )
    start = match.start("currency") if match["currency"] else match.start("digits")
    unpaired = (
        match["closed"] and not (match["open"] or match["open2"]) and match.end("closed") == match.end()
    )
    end = match.start("closed") if unpaired else match.end()
    if currency and unit_word is not None:
        # "$13.2 million year over year": an amount counts no years.
        end = len(match.string[:unit_word].rstrip())
    return Quantity(
        -value if negative else value,
        unit,
        qualifier,
        (step * factor).scaleb(scale),
        bool(match["scale"]),
        start,
        end,
        match.string[match.start() : end].strip(),
    )


def rounding_of(quantity: Quantity) -> Decimal:
    """The possible rounding error of a number in prose: half the unit it was written in.

    For "about 19,000", half of its last significant digit, but at most a twentieth of the value.
    """
    half = quantity.step / 2
    if quantity.qualifier != ABOUT or not quantity.value:
        return half
    last = Decimal(1).scaleb(quantity.value.normalize().as_tuple().exponent)  # type: ignore[arg-type]
    return max(half, min(last / 2, abs(quantity.value) / 20))


def strip_footnotes(text: str) -> str:
    """Remove the footnote marks at the end of a cell or label: `(1)`, `*`, `[a]`."""
    text = text.strip()
    end = len(text)
    while mark := _FOOTNOTE.search(text, max(0, end - _LONGEST_FOOTNOTE), end):
        end = mark.start()
        while text[:end][-1:].isspace():
            end -= 1
    return text[:end]


@lru_cache(maxsize=8192)
def read_cell(text: str) -> Quantity | None:
    """Read a cell as one quantity; None if it is not a single number.

    A dash is zero, `N/A` and `nm` have the value None, and parentheses mean minus. Footnote marks are
    dropped.
    """
    bare = text.strip()
    if not bare or len(bare) > _LONGEST:
        return None
    if not _DIGIT.search(bare):
        if _NO_VALUE.match(bare):
            return Quantity(None, None, "", Decimal(0), False, 0, len(text), bare)
        if _ZERO.match(bare):
            unit = "percent" if "%" in bare else "USD" if "$" in bare else None
            return Quantity(Decimal(0), unit, "", Decimal(0), False, 0, len(text), bare)
        return None
    match = _IN_TEXT.fullmatch(bare)
    enclosed = _ENCLOSED.fullmatch(bare) if match is None else None
    if enclosed and (inner := _IN_TEXT.fullmatch(enclosed[1].strip())):
        # "($12.9m)": the scale or unit is inside the parentheses.
        quantity = _quantity(inner)
        return replace(quantity, value=-quantity.value) if quantity.value is not None else quantity
    if match is None:
        # A mark after a space (`29.3 EH/s 4`, `19,273 2`) follows a unit or a group of three digits.
        # "31,900 (30,100 adj)": the second number in the cell is another one.
        bare = _SECOND.sub("", bare)
        match = _IN_TEXT.fullmatch(bare)
        if match:
            return _quantity(match)
        set_apart = _SET_APART.sub("", bare)
        shorter = [c for c in (strip_footnotes(bare), set_apart) if c != bare]
        match = next((m for m in map(_IN_TEXT.fullmatch, shorter) if m), None)
    # `463 Bitcoin mined`: a number followed by words is not a cell of one number.
    return _quantity(match) if match else None
