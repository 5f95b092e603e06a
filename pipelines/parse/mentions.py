"""Who an article speaks of: watched companies by name, ticker or subsidiary, others by what they do, and what a pronoun means.

A word that is also a common word (Core, Riot, Hut) names a company only where the article names it in full as well, and
only where it stands alone: "Riot Games", "Intel Core" and "Pizza Hut" are others.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from pipelines.watchlist import Company, Watchlist

_LEGAL = re.compile(
    r",?\s+(?:Inc|Incorporated|Corp|Corporation|Ltd|Limited|LLC|plc|N\.V|S\.A|Co)\b\.?$", re.IGNORECASE
)
# "American Bitcoin miners" are no company.
_NOT_A_NAME = r"(?!\s+(?:[Mm]iners|[Mm]ining\s+[Cc]ompanies|[Ii]nvestors|[Hh]olders|ETFs?)\b)"
_EXCHANGE = r"(?:Nasdaq|NASDAQ|NYSE|TSXV?|AMEX|OTC\w*)(?:\s+(?:American|Global|GS|CM|GM|Capital|Select|Market))*\s*[:;]\s*"
_VERBS = (
    r"(?:reported|posted|announced|mined|produced|sold|sells?|holds|held|raised|agreed|signed|acquired|bought|earned|generated|owns|operates|"
    r"recorded|booked|disclosed|added|liquidated|purchased|ended|finished|closed|completed|reached|increased|expanded|secured|saw|grew|has|had|will|plans|is|was|reports|announces|mines|buys|adds|earns)"
)
_NAME = r"[A-Z][A-Za-z0-9&.’'-]*(?:\s+(?:&\s+|of\s+)?[A-Z0-9][A-Za-z0-9&.-]*){0,5}"
_SUBJECT = re.compile(rf"(?<![\w$])(?P<name>{_NAME})(?:,?\s*\([^()]{{2,30}}\))?(?:,[^,.;]{{3,60}},)?\s+(?:also |recently |then |only |now |itself |has |had |have )*(?P<verb>{_VERBS})\b")  # fmt: skip
# "Canaan said on Monday it mined 92": who speaks of himself is no person.
_SAYS = re.compile(
    rf"(?<![\w$])(?P<name>{_NAME})\s+(?:also |itself )?(?P<verb>said|says|told \w+|noted|disclosed)\b(?:\s+(?:on|in|late|early|its|a)\s+[^,.;]{{2,30}}?)?(?:\s+that)?\s+(?:it|its)\b"
)
_OWNER = re.compile(
    rf"(?<![\w$])(?P<name>{_NAME}?)(?:['’]s|(?<=s)['’])\s+(?:[\w-]+\s+){{0,4}}?(?:revenues?|production|output|holdings|treasury|stash|hash ?rate|sales?|mining|reserves|quarter|quarterly|first|second|third|fourth)\b"
)
_GENERIC = frozenset(
    [
        "the",
        "a",
        "an",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "it's",
        "they",
        "their",
        "he",
        "she",
        "his",
        "her",
        "we",
        "our",
        "i",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "with",
        "as",
        "while",
        "when",
        "after",
        "before",
        "during",
        "since",
        "but",
        "and",
        "or",
        "so",
        "yet",
        "if",
        "then",
        "however",
        "meanwhile",
        "overall",
        "additionally",
        "moreover",
        "still",
        "also",
        "only",
        "both",
        "each",
        "total",
        "net",
        "gross",
        "revenue",
        "revenues",
        "sales",
        "income",
        "loss",
        "profit",
        "bitcoin",
        "btc",
        "bitcoins",
        "ether",
        "ethereum",
        "crypto",
        "cryptocurrency",
        "mining",
        "mined",
        "production",
        "output",
        "hash",
        "hashrate",
        "colocation",
        "co-location",
        "hosting",
        "self-mining",
        "self",
        "hpc",
        "ai",
        "cloud",
        "data",
        "digital",
        "high-density",
        "management",
        "executives",
        "analysts",
        "investors",
        "shareholders",
        "shares",
        "stock",
        "company",
        "firm",
        "miner",
        "miners",
        "quarterly",
        "monthly",
        "annual",
        "yearly",
        "last",
        "first",
        "second",
        "third",
        "fourth",
        "q1",
        "q2",
        "q3",
        "q4",
        "fy",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "year",
        "quarter",
        "month",
        "more",
        "much",
        "most",
        "some",
        "many",
        "all",
        "none",
        "nothing",
        "holdings",
        "treasury",
        "proceeds",
        "power",
        "energy",
        "electricity",
        "capacity",
        "fleet",
        "efficiency",
        "average",
        "operating",
        "deployed",
        "energized",
        "liquidity",
        "cash",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "half",
        "today",
        "yesterday",
        "earlier",
        "later",
        "what",
        "where",
        "who",
        "why",
        "how",
        "here",
        "there",
        "their",
        "such",
        "another",
        "other",
        "others",
        "officials",
        "nasdaq",
        "nyse",
        "us",
        "u.s",
        "texas",
        "colorado",
        "sector",
        "industry",
        "business",
        "segment",
        "unit",
        "chief",
        "ceo",
        "cfo",
        "coo",
        "president",
        "competitors",
        "rivals",
        "peers",
        "together",
        "customers",
        "clients",
        "lawmakers",
        "regulators",
        "wall",
        "street",
        "no",
        "not",
        "even",
        "just",
        "over",
        "under",
        "about",
        "roughly",
        "nearly",
        "almost",
    ]
)
_COREFERENCE = re.compile(
    r"\b(?:the|this) (?:[\w-]+ ){0,4}?(?:company|miner|firm|operator|provider|group|business|outfit|developer)\b(?!['’]s (?:peers|rivals))|\bit\b|\bits\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:beat|beats|beating|outpac\w+|overt[ao]\w+|surpass\w+|topp\w+|outperform\w+|trail\w+|than|like|unlike|against|versus|vs\.?|to|from|with|by|of|at|behind|ahead of|compared with|compared to|alongside|including|for|and|or|rivals?|peers?|in)\s+(?:rivals? |peers? |miners? |fellow miners? )?$",
    re.IGNORECASE,
)
_RIVAL_SUBJECT = re.compile(r"\b(?:rival|peer|fellow miner|competitor)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A company named in a text; `company` None is one that is not watched.

    subject     whether it may be whom the clause speaks of, and not one it is compared with
    subsidiary  whether it is a subsidiary: its deals are the company's, its figures a part
    """

    company: Company | None
    start: int
    end: int
    subject: bool
    subsidiary: bool = False


def bare_name(name: str) -> str:
    """A name without its legal form: `Riot Platforms, Inc.` is `Riot Platforms`."""
    while (shorter := _LEGAL.sub("", name)) != name:
        name = shorter
    return name.strip(" ,")


class Names:
    """The names of a watchlist as an article may use them."""

    def __init__(self, watchlist: Watchlist) -> None:
        self.full: dict[str, Company] = {}
        self.short: dict[str, Company] = {}
        self.tickers: dict[str, Company] = {}
        self.subsidiaries: dict[str, Company] = {}
        for company in watchlist.companies:
            for name in (company.name, *(n.name for n in company.former_names)):
                self.full[bare_name(name)] = company
            self.short |= dict.fromkeys(company.short_names, company)
            self.subsidiaries |= dict.fromkeys(company.subsidiaries, company)
            for ticker in (company.ticker, *(t.name for t in company.former_tickers)):
                self.tickers[ticker] = company
        self._full = re.compile(
            rf"(?<![\w-])(?P<name>{_either(self.full)})(?:,?\s+(?:Inc|Corp|Ltd|Limited|LLC|Holdings)\b\.?)*(?![\w])(?!-[a-z]){_NOT_A_NAME}"
        )
        self._subsidiary = re.compile(rf"(?<![\w-])(?P<name>{_either(self.subsidiaries)})(?!\w)")
        self._listed = re.compile(
            rf"(?:{_EXCHANGE}|\$|\((?=[A-Z]{{3,5}}\)))(?P<name>{_either(self.tickers)})(?!\w)"
        )
        self._ticker = re.compile(rf"(?<![\w$])(?P<name>{_either(self.tickers)})(?![\w])(?!\s+[A-Z][a-z])")
        self._short = re.compile(
            rf"(?<![\w-])(?<![A-Z][a-z] )(?P<name>{_either(self.short)})(?![\w-])(?=['’]|\s+[a-z(⟦⟪$~\d]|[,.;:)]|\s*$|\s+[–—-])"
        )

    def introduced(self, text: str) -> frozenset[str]:
        """The tickers of companies that a text names in full or by their listing."""
        found = {self.full[m["name"]].ticker for m in self._full.finditer(text)}
        return frozenset(found | {self.tickers[m["name"]].ticker for m in self._listed.finditer(text)})

    def counts(self, text: str) -> Counter[str]:
        """How often each watched company is named in a text."""
        return Counter(
            m.company.ticker
            for m in self.mentions(text, self.introduced(text))
            if m.company and not m.subsidiary
        )

    def mentions(self, text: str, introduced: frozenset[str]) -> list[Mention]:
        """Companies named in a text, in order; short names and plain tickers only of those that are introduced."""
        found: list[Mention] = []

        def take(company: Company, start: int, end: int, *, subsidiary: bool = False) -> None:
            if not any(start < m.end and end > m.start for m in found):
                found.append(Mention(company, start, end, _is_subject(text, start, end), subsidiary))

        for match in self._full.finditer(text):
            take(self.full[match["name"]], match.start(), match.end())
        for match in self._subsidiary.finditer(text):
            take(self.subsidiaries[match["name"]], match.start(), match.end(), subsidiary=True)
        for match in self._listed.finditer(text):
            take(self.tickers[match["name"]], match.start("name"), match.end())
        for pattern, names in ((self._short, self.short), (self._ticker, self.tickers)):
            for match in pattern.finditer(text):
                company = names[match["name"]]
                if company.ticker in introduced:
                    take(company, match.start("name"), match.end("name"))
        known = [(m.start, m.end) for m in found]
        for pattern in (_SUBJECT, _SAYS, _OWNER):
            for match in pattern.finditer(text):
                start, end = match.start("name"), match.end("name")
                if any(start < b and end > a for a, b in known) or _is_generic(match["name"]):
                    continue
                if match.groupdict().get("verb") and _is_person(text, start, match["name"]):
                    continue
                found.append(Mention(None, start, end, _is_subject(text, start, end)))
                known.append((start, end))
        return sorted(found, key=lambda m: m.start)


def _either(names: object) -> str:
    ordered = sorted(names, key=len, reverse=True)  # type: ignore[call-overload]
    return "|".join(re.escape(n).replace(r"\ ", r"\s+") for n in ordered) or r"(?!)"


def _is_generic(name: str) -> bool:
    return all(word.strip(".,'’-").lower() in _GENERIC or "-" in word for word in name.split())


def _is_person(text: str, start: int, name: str) -> bool:
    """Whether a name is a person's: a title before it; what people have is not what a company has."""
    before = text[max(0, start - 40) : start]
    return bool(
        re.search(
            r"\b(?:CEO|CFO|COO|chief \w+(?: officer)?|president|chairman|analysts?|director|Mr|Ms|founder)\.?,?\s+$",
            before,
            re.IGNORECASE,
        )
    ) or bool(re.match(r"(?:CEO|CFO|COO|Chief|President|Chairman|Analyst)\b", name))


def _is_subject(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start]
    if _RIVAL_SUBJECT.search(before):
        return True
    return not _OBJECT.search(before) or bool(re.match(r"['’]s\b", text[end : end + 3]))


@lru_cache(maxsize=8)
def names_of(watchlist: Watchlist) -> Names:
    """The names of a watchlist, compiled once."""
    return Names(watchlist)


def refers_back(text: str) -> re.Match[str] | None:
    """The first "the company", "the miner", "it" of a text: whoever was spoken of before."""
    return _COREFERENCE.search(text)
