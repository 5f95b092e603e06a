"""Companies that an article names, on the watchlist or not.

A watched company is recognized by name, ticker or subsidiary, another one by its role in a sentence. One that
articles are not read for (in_news: false) is another company that is known by name. A short name that is also
a common word (Core, Riot, Hut) counts only if the article also names the company in full or writes about
mining, and not as part of another name: "Riot Games", "Intel Core", "Pizza Hut".
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from simplemma import is_known

from pipelines.watchlist import Company, Watchlist
from pipelines.watchlist.words import word_list

_LEGAL = re.compile(
    r",?\s+(?:Inc|Incorporated|Corp|Corporation|Ltd|Limited|LLC|plc|N\.V|S\.A|Co)\b\.?$", re.IGNORECASE
)
# "American Bitcoin miners" is not a company.
_NOT_A_NAME = r"(?!\s+(?:[Mm]iners|[Mm]ining\s+[Cc]ompanies|[Ii]nvestors|[Hh]olders|ETFs?)\b)"
_EXCHANGE = (
    r"(?:Nasdaq|NASDAQ|NYSE|TSXV?|AMEX|OTC\w*)(?:\s+(?:American|Global|GS|CM|GM|Capital|Select|"
    r"Market))*\s*[:;]\s*"
)
_VERBS = (
    r"(?:reported|posted|announced|mined|self-mined|produced|sold|sells?|holds|held|raised|agreed|"
    r"signed|acquired|bought|earned|generated|owns|operates|"
    r"recorded|booked|disclosed|added|liquidated|purchased|ended|finished|closed|completed|reached|"
    r"increased|expanded|secured|saw|grew|has|had|will|plans|is|was|reports|announces|mines|buys|"
    r"achieves|achieved|averages|averaged|delivers|delivered|experiences|experienced|generates|"
    r"adds|earns|installs|installed|deploys|deployed|energizes|energized|boosts|boosted|expands|increases|can|could|may|must|expects|wants|aims|intends|rents|leases|pays|spent)"
)
# Verbs in titles.
_TITLED = (
    r"(?:Mined|Mines|Sold|Sells|Produced|Produces|Reports|Reported|Posts|Posted|Announces|Announced|Signs|Signed|"
    r"Holds|Held|Buys|Bought|Acquires|Acquired|Raises|Raised|Secures|Adds|Added|Earns|Earned|Gets|Sees|Beats|Ends)"
)
_NAME = r"[A-Z][A-Za-z0-9&.’'-]*(?:\s+(?:&\s+|of\s+)?[A-Z0-9][A-Za-z0-9&.-]*){0,5}"
_SUBJECT = re.compile(
    rf"(?<![\w$])(?P<name>{_NAME})(?:,?\s*\([^()]{{2,30}}\))?(?:,[^,.;]{{3,60}},|,\s+(?:which|"
    rf"who))?\s+(?:also |recently |then |only |now |itself |has |had |have )*(?P<verb>{_VERBS}|{_TITLED})\b"
)
# "Canaan said on Monday it mined 92": a subject that speaks of itself as "it" is not a person.
_SAYS = re.compile(
    rf"(?<![\w$])(?P<name>{_NAME})(?:,[^,.;]{{3,80}},)?\s+(?:also |itself )?(?P<verb>said|says|"
    r"told \w+|noted|disclosed)\b(?:\s+(?:on|in|late|early|its|"
    rf"a)\s+[^,.;]{{2,30}}?)?(?:\s+that)?\s+(?:it|its)\b"
)
# "Cango: 663.7 BTC mined in August": a list item is about its first company.
_HEADS = re.compile(rf"^\W{{0,4}}(?:\d{{1,2}}[.)]\s+)?(?P<name>{_NAME})(?:\s*\([^()]{{2,30}}\))?\s*[:–—]\s")
_OWNER = re.compile(
    rf"(?<![\w$])(?P<name>{_NAME}?)(?:['’]s|(?<=s)['’])\s+(?:(?:[\w-]+\s+){{0,4}}?(?i:revenues?|"
    r"production|output|holdings|treasury|stash|hash ?rate|sales?|mining|reserves|quarter|quarterly|"
    r"first|second|third|fourth)"
    # "Nvidia's (NASDAQ: NVDA) $100 billion agreement with OpenAI".
    r"|(?:\([^()]{2,30}\)\s+)?\$[\d.,]+\s+(?:b|m)illion\s+(?:[\w-]+\s+){0,3}?"
    r"(?i:agreement|deal|contract|investment|partnership))\b"
)
# "Nvidia Q1 Revenue Jumps 85%": the title of an article about another company.
_LINE = re.compile(
    rf"(?<![\w$])(?P<name>{_NAME}?)\s+(?i:Q[1-4]|(?:first|second|third|fourth)[- ]quarter|quarterly|"
    r"full[- ]year|fiscal|FY|annual)(?:\s+(?:20\d\d|FY\d+|fiscal))*\s+"
    r"(?i:revenues?|earnings|results|sales|profits?|production|net (?:income|loss))\b"
)
_GENERIC = frozenset(word_list("news.common_words"))
# "Revenue diversification: mining revenue rose": the label of an item, not the name of a company.
_LABELS = frozenset(word_list("news.label_words"))
COMPANY_NOUNS = "|".join(word_list("news.company_nouns"))
_COREFERENCE = re.compile(
    rf"\b(?:the|this) (?:[\w-]+ ){{0,4}}?(?:{COMPANY_NOUNS})\b(?!['’]s (?:peers|rivals))|\bit\b|\bits\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:beat|beats|beating|outpac\w+|overt[ao]\w+|surpass\w+|topp\w+|outperform\w+|trail\w+|than|"
    r"like|unlike|against|versus|vs\.?|to|from|with|by|of|at|behind|ahead of|compared with|"
    r"compared to|alongside|including|for|and|or|rivals?|peers?|in)\s+(?:rivals? |peers? |miners? |"
    r"fellow miners? )?$",
    re.IGNORECASE,
)
_OTHERS = (
    r"(?:tenants?|customers?|clients?|rivals?|partners?|suppliers?|competitors?|peers?|lenders?|"
    r"shareholders?|investors?|landlords?|parent|bidders?|suitors?|buyers?|neighbou?rs?|auditors?)"
)
# "Core Scientific's largest tenant CoreWeave has raised": the tenant is the subject.
_OWNS_ANOTHER = re.compile(rf"^['’]s?\s+(?:[\w-]+\s+){{0,3}}?{_OTHERS}\b")
# "Nvidia, a supplier of Core Scientific's tenants, posted": the text between the commas is an aside.
_EXPLAINS = re.compile(
    r"^(?:\s*\([^()]*\))?,\s+(?:(?:a|an|the|its|one of|which|who|whose|long|once|"
    rf"formerly)\b[^,.;]{{2,90}},|[A-Z][\w .&-]{{2,40}}['’]s?\s+"
    rf"(?:[\w-]+\s+){{0,3}}?{_OTHERS}\b[^,.;]{{0,60}},)"
)
# "… and TeraWulf, whose HPC lease revenue was $21.0 million": the remark is about TeraWulf.
_OF_WHOM = re.compile(r"^(?:\s*\([^()]{2,30}\))?,\s+(?:whose|where)\b")
# "Compute, which includes American Bitcoin": American Bitcoin is part of the subject.
_WITHIN = re.compile(
    r"\b(?:includ(?:es|ing|ed|e)|such as|compris(?:es|ing)|houses|covers|consolidates?)\s+(?:(?:its|"
    r"the|majority-owned)\s+)*$",
    re.IGNORECASE,
)
_WORD_BEFORE = re.compile(r"(?P<begins>^|[.!?:\n“\"(]\s*)?(?P<word>[\w’'-]+)\s+$")
_VERB = re.compile(rf"(?:{_VERBS})", re.IGNORECASE)
_ACTS = re.compile(
    rf"^(?:['’]s\b|['’]\s|,?\s+\([^()]{{2,30}}\)|\s*[:–—]\s|"
    r",\s+(?:the|an?|another|based|one of|which|whose)\s|"
    rf"\s+(?:also |has |had |"
    rf"have |then |now |only )*(?i:{_VERBS})\b)"
)
_OF_MINERS = re.compile(r"\b(?:bitcoins?|btc|miners?|mining|mined|hash ?rate|eh/s|exahash)\b", re.IGNORECASE)
_LEAST_NAME = 4
_BEHIND_A_COLON = 3
_NO_NAME = re.compile(r"\S{80,}")
_CORPORATE = frozenset(word_list("news.corporate_words"))
_IN_BRACKETS = re.compile(r",?\s*\((?:[\w\s]{2,20}:\s*)?")
_TICKER_BEFORE = re.compile(r"\s*\([A-Z:; ]{2,16}\)\s+$")
_ATTRIBUTES = re.compile(r"[.”\"’']*\s*$")
_AT_A_PLACE = re.compile(r"\b(?:in|near|outside)\s+$")
# "What To Know: The company mined": the words before the colon are not a name.
_SPEAKS_OF_THE_COMPANY = re.compile(r"\s*(?:the (?:company|miner|firm)|it)\b", re.IGNORECASE)
# "For Core Scientific (CORZ), which mines the most, it got rid of 7,202 bitcoins".
_OPENS_WITH_FOR = re.compile(r"(?:^|[.!?]\s|\n)\W*For\s+$")
_IT_ACTS = re.compile(r"(?:\s*\([^()]{2,30}\))?,(?:[^.;]{0,120},)?\s+(?:it|the company|the firm)\s")
# "Vehicle is perhaps business intelligence company MicroStrategy, whose buys (it now holds 70,784 coins)".
_COMPANY_WHOSE = re.compile(rf"\b(?:company|firm|giant|miner)\s+(?P<name>{_NAME}),\s+(?:whose|which)\b")
_RIVAL_SUBJECT = re.compile(r"\b(?:rival|peer|fellow miner|competitor)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A company named in a text; `company` is None if articles are not read for it.

    Args:
        subject: Whether it can be the subject of its clause, rather than a company in a comparison.
        subsidiary: Whether it is a subsidiary. Its deals are the company's; its figures are only a part.
    """

    company: Company | None
    start: int
    end: int
    subject: bool
    subsidiary: bool = False


def bare_name(name: str) -> str:
    """A name without its legal form: `Riot Platforms` for `Riot Platforms, Inc.`."""
    while (shorter := _LEGAL.sub("", name)) != name:
        name = shorter
    return name.strip(" ,")


_IN_CELL = re.compile(r"\([^()]*\)|\*+|^\W*\d+[.)]\s")


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", bare_name(name.strip())).lower()


class CompanyNames:
    """The names of companies as articles use them.

    Args:
        read: Companies that articles are read for.
        others: Companies whose names are known only so that their figures are not taken for those of `read`.
    """

    def __init__(self, read: Iterable[Company], others: Iterable[Company] = ()) -> None:
        self.full: dict[str, Company] = {}
        self.short: dict[str, Company] = {}
        self.tickers: dict[str, Company] = {}
        self.subsidiaries: dict[str, Company] = {}
        self._others = frozenset(others)
        # Names of `read` last: "Hut 8 Mining" files apart, and articles mean Hut 8.
        for company in (*sorted(self._others, key=lambda c: c.ticker), *read):
            for name in (company.name, *(n.name for n in company.former_names)):
                self.full[bare_name(name)] = company
            self.full |= dict.fromkeys(company.other_names, company)
            self.short |= dict.fromkeys(company.short_names, company)
            self.subsidiaries |= dict.fromkeys(company.subsidiaries, company)
            first = company.name.split()[0].strip(",")
            if first.isupper() and len(first) >= _LEAST_NAME:
                self.short[first] = company
            for ticker in (company.ticker, *(t.name for t in company.former_tickers)):
                self.tickers[ticker] = company
        for names in (self.full, self.short, self.subsidiaries):
            for name, company in list(names.items()):
                for written in _other_capitals(name):
                    names.setdefault(written, company)
        # Tickers last: they may be another company's name.
        listed = {**self.tickers, **self.short, **self.full}
        self._whole = {_plain(name): company for name, company in listed.items()}
        self._full = re.compile(
            rf"(?<![\w-])(?P<name>{_either(self.full)})(?:,?\s+(?:Inc|Corp|Ltd|Limited|LLC|"
            rf"Holdings)\b\.?)*(?![\w])(?!-[a-z]){_NOT_A_NAME}"
        )
        self._subsidiary = re.compile(rf"(?<![\w-])(?P<name>{_either(self.subsidiaries)})(?!\w)")
        self._listed = re.compile(
            rf"(?:{_EXCHANGE}|\$|\((?=[A-Z]{{3,5}}\)))(?P<name>{_either(self.tickers)})(?!\w)"
        )
        self._ticker = re.compile(rf"(?<![\w$])(?P<name>{_either(self.tickers)})(?![\w])(?!\s+[A-Z][a-z])")
        self._short = re.compile(
            rf"(?<![\w-])(?P<name>{_either(self.short)})(?![\w-])(?=['’]|"
            rf"\s+[a-z(⟦⟪$~\d]|[,.;:)]|\s*$|\s+[–—-]|\s+(?i:{_VERBS})\b)"
        )

    def named(self, text: str) -> Company | None:
        """The company whose name a text is: "Riot", "Hut8", "Cipher Mining (CIFR)"."""
        return self._if_read(self._whole.get(_plain(_IN_CELL.sub(" ", text))))

    def _if_read(self, company: Company | None) -> Company | None:
        return None if company in self._others else company

    def introduced(self, text: str) -> frozenset[str]:
        """The tickers of companies that a text introduces: in full, by listing, or as a miner.

        "Riot sold 475 bitcoin" is about Riot Platforms unless the text names another Riot: "Riot Games".
        """
        found = {self.full[m["name"]].ticker for m in self._full.finditer(text)}
        found |= {self.tickers[m["name"]].ticker for m in self._listed.finditer(text)}
        for match in self._shorts(text):
            begin = max(text.rfind(". ", 0, match.start()), text.rfind("\n", 0, match.start())) + 1
            end = min(
                (e for e in (text.find(". ", match.end()), text.find("\n", match.end())) if e >= 0),
                default=len(text),
            )
            acts = _ACTS.match(text[match.end() : end])
            # A headline does not repeat what the text is about.
            near = text[begin:end] if begin else text
            if acts and _OF_MINERS.search(near) and not self._is_another(match["name"], text):
                found.add(self.short[match["name"]].ticker)
        return frozenset(found)

    def _same_company(self, name: str, introduced: frozenset[str]) -> Company | None:
        """The company of a name that begins with a known one: "Marathon Patent Group"."""
        words = name.split()
        for known in range(len(words), 0, -1):
            first = " ".join(words[:known])
            company = self.short.get(first) or self.full.get(first)
            if company is not None and company.ticker in introduced:
                corporate = all(word.strip(",.").lower() in _CORPORATE for word in words[known:])
                return company if corporate else None
        return None

    def _goes_on(self, text: str, start: int, name: str, found: Iterable[Mention]) -> bool:
        """Whether a name is the rest of one that its ticker interrupts: "LM Funding (LMFA) America"."""
        ticker = _TICKER_BEFORE.search(text[max(0, start - 20) : start])
        first = text[: start - len(ticker[0])] if ticker else ""
        heads = (m for m in found if m.company is not None and m.end == len(first))
        return any(self.full.get(f"{first[m.start :]} {name}") == m.company for m in heads)

    def _spaced(self, name: str) -> Company | None:
        """The company of a name written with spaces: "Bit Deer"."""
        plain = _plain(name)
        return self._whole.get(plain) if " " in name and len(plain) > _LEAST_NAME else None

    def _shorts(self, text: str) -> Iterator[re.Match[str]]:
        """Short names on their own, not at the end of another name: "Bitcoin Core", "Pizza Hut"."""
        for match in self._short.finditer(text):
            before = _WORD_BEFORE.search(text[max(0, match.start() - 60) : match.start()])
            if (
                before is None
                or before["begins"]
                or not before["word"][0].isupper()
                or before["word"].lower() in _GENERIC
            ):
                yield match

    def _is_another(self, name: str, text: str) -> bool:
        """Whether a text's body also uses a short name within a name that is not on the watchlist.

        The headline is not used because headlines capitalize every word.
        """
        body = self._full.sub(" ", text.partition("\n")[2] or text)
        longer = (m["next"] for m in re.finditer(rf"\b{re.escape(name)}\s+(?P<next>[A-Z][a-z]+)", body))
        # "Marathon Installed 18,000 Miners": a heading capitalizes its verb.
        if any(word.lower() not in _GENERIC and not _VERB.fullmatch(word) for word in longer):
            return True
        alone = {m.start("name") for m in self._shorts(body)}
        return any(m["name"] == name and m.start("name") not in alone for m in self._short.finditer(body))

    def counts(self, text: str, introduced: frozenset[str] | None = None) -> Counter[str]:
        """The number of mentions of each watched company in a text.

        Args:
            introduced: Result of `introduced` for the same text, if it is known.
        """
        introduced = self.introduced(text) if introduced is None else introduced
        return Counter(
            m.company.ticker for m in self.mentions(text, introduced) if m.company and not m.subsidiary
        )

    def mentions(self, text: str, introduced: frozenset[str]) -> list[Mention]:
        """Companies in a text, in order; short names and tickers only of introduced companies."""
        found: list[Mention] = []
        # No name is that long, and patterns of names would try each of its letters.
        text = _NO_NAME.sub(lambda m: " " * len(m[0]), text)

        def take(company: Company, start: int, end: int, *, subsidiary: bool = False) -> None:
            if not any(start < m.end and end > m.start for m in found):
                subject = _is_subject(text, start, end)
                found.append(Mention(self._if_read(company), start, end, subject, subsidiary))

        for match in self._full.finditer(text):
            take(self.full[match["name"]], match.start(), match.end())
        for match in self._subsidiary.finditer(text):
            take(self.subsidiaries[match["name"]], match.start(), match.end(), subsidiary=True)
        for match in self._listed.finditer(text):
            take(self.tickers[match["name"]], match.start("name"), match.end())
        for matches, names in ((self._shorts(text), self.short), (self._ticker.finditer(text), self.tickers)):
            for match in matches:
                company = names[match["name"]]
                if company.ticker in introduced:
                    take(company, match.start("name"), match.end("name"))
        known = [(m.start, m.end) for m in found]
        for pattern in (_HEADS, _LINE, _SUBJECT, _SAYS, _OWNER, _COMPANY_WHOSE):
            for match in pattern.finditer(text):
                start, end = match.span("name")
                if any(start < b and end > a for a, b in known) or _is_generic(match["name"]):
                    continue
                if _IS_A_PLACE.search(match["name"]):
                    # "The Corsicana Facility will consist of 400 MW": no company.
                    continue
                if self._goes_on(text, start, match["name"], found):
                    continue
                if pattern is _SUBJECT and (
                    (_PARTICIPLE.fullmatch(match["name"]) and is_known(match["name"].lower(), lang="en"))
                    or _ATTRIBUTES.match(text[match.end() :])
                    or _AT_A_PLACE.search(text[max(0, start - 12) : start])
                ):
                    # "Having now deployed", "…, PANews reports.", "the site in Dalton (…) is operating".
                    continue
                # "Bit Deer", "Clean Spark": a name may be written with spaces.
                same = self._same_company(match["name"], introduced) or self._spaced(match["name"])
                if same is not None:
                    take(same, start, end)
                    known.append((start, end))
                    continue
                if pattern is _HEADS and (
                    _is_label(match["name"])
                    or _SPEAKS_OF_THE_COMPANY.match(text[match.end() :])
                    or any(0 <= a - match.end() < _BEHIND_A_COLON for a, _ in known)
                ):
                    continue
                if match.groupdict().get("verb") and _is_person(text, start, match["name"]):
                    continue
                found.append(Mention(None, start, end, _is_subject(text, start, end)))
                known.append((start, end))
        found.sort(key=lambda m: m.start)
        # "BitFuFu Inc. (BITF)": the ticker behind a name is that company's, and no second mention.
        found = [
            m
            for k, m in enumerate(found)
            if k == 0 or not _IN_BRACKETS.fullmatch(text[found[k - 1].end : m.start])
        ]
        explained = [
            (m.end, m.end + e.end()) for m in found if m.subject and (e := _EXPLAINS.match(text[m.end :]))
        ]
        return [
            replace(m, subject=False) if any(a <= m.start < b for a, b in explained) else m for m in found
        ]


def _either(names: object) -> str:
    ordered = sorted(names, key=len, reverse=True)  # type: ignore[call-overload]
    # Few words begin as a name does: the others are passed by at their first letter.
    initials = "".join(sorted({re.escape(name[0]) for name in ordered}))
    either = "|".join(map(re.escape, ordered))
    return rf"(?=[{initials}])(?:{either})" if ordered else r"(?!)"


def _other_capitals(name: str) -> list[str]:
    """A name as some publishers write it.

    `Cleanspark` and `CLEANSPARK` for CleanSpark, `Hut8` for Hut 8.
    """
    plain = " ".join(word.capitalize() for word in name.split())
    written = {plain, name.upper(), name.replace(" ", "")} - {name}
    return sorted(written) if len(name) >= _LEAST_NAME else []


_IS_A_PLACE = re.compile(r" (?:Facility|Facilities|Campus|Site|Complex|Location)$")


_PARTICIPLE = re.compile(r"[A-Z][a-z]{2,}ing")


def _is_generic(name: str) -> bool:
    """Whether all words of a name are common words or numbers: "September 2025 was"."""
    return all(
        w.strip(".,'’-").lower() in _GENERIC
        or "-" in w
        or re.fullmatch(r"(?:fy|q)?\d+", w.strip(".,'’"), re.IGNORECASE)
        for w in name.split()
    )


def _is_label(name: str) -> bool:
    """Whether a name before a colon is a label: "Revenue Growth"; not "Power Mining Corp"."""
    words = [word.strip(".,'’-").lower() for word in name.split()]
    return not _CORPORATE.intersection(words) and bool(_LABELS.intersection(words))


def _is_person(text: str, start: int, name: str) -> bool:
    """Whether a name is a person's, by a title before it."""
    before = text[max(0, start - 40) : start]
    return bool(
        re.search(
            r"\b(?:CEO|CFO|COO|chief \w+(?: officer)?|president|chairman|analysts?|director|Mr|Ms|"
            r"founder)\.?,?\s+$",
            before,
            re.IGNORECASE,
        )
    ) or bool(re.match(r"(?:CEO|CFO|COO|Chief|President|Chairman|Analyst)\b", name))


def _is_subject(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 40) : start]
    if _OWNS_ANOTHER.match(text[end:]):
        return False
    if _RIVAL_SUBJECT.search(before) or _OF_WHOM.match(text[end:]):
        return True
    if _WITHIN.search(before):
        return False
    if _OPENS_WITH_FOR.search(before) and _IT_ACTS.match(text, end):
        return True
    return not _OBJECT.search(before) or bool(re.match(r"['’]s\b", text[end : end + 3]))


@lru_cache(maxsize=64)
def company_names(watchlist: Watchlist, also: Company | None = None) -> CompanyNames:
    """The names of the companies that articles are read for, compiled once.

    Args:
        also: A company whose own documents are read, though articles are not.
    """
    read = [c for c in watchlist.companies if c.in_news or c is also]
    return CompanyNames(read, (c for c in watchlist.companies if c not in read))


def refers_back(text: str) -> re.Match[str] | None:
    """The first "the company", "the miner" or "it" in a text."""
    return _COREFERENCE.search(text)
