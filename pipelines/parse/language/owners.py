"""Owners of quantities: the company, its customers, a joint venture, one site."""

import re

from pipelines.parse.language.counted import COUNTS
from pipelines.parse.language.governor import BEHIND, STOCKS, VERB, Governor
from pipelines.parse.language.setting import Setting
from pipelines.parse.language.tokenized import TokenizedSentence
from pipelines.watchlist.companies import other_names
from pipelines.watchlist.frames import Frames
from pipelines.watchlist.metrics import COMPANY, HOSTED, JOINT_VENTURE, TOTAL, scope_in

_FOR_CUSTOMERS = re.compile(
    r"^(?:(?:the|our|its)\s+(?:data\s?cent(?:er|re)\s+)?)?(?:co-?locat(?:ion|ed)|hosting|hosted|cloud)\b",
    re.IGNORECASE,
)
_BY_WHOM = re.compile(
    r"^\W*(?:[\w-]+\s+){0,5}?(?:by|for|to|from|through|of|on behalf of|"
    r"attributable to)\s+(?P<who>[^,;⟦(]{2,60})"
)
_AT_A_PLACE = re.compile(
    r"^\s*(?:(?:⟪\d+⟫|BTC|bitcoins?|were|was|self|mined|produced|of|capacity|hash rate|operational|operating|"
    r"miners|"
    r"energized|online)\s+)*(?:at|in|from)\s+(?:(?:our|its|the)\s+)?(?:(?:new|first|second|\w+ly)\s+)?"
    r"(?-i:(?!Bitcoin|BTC|Q\d|USD|Hash|Treasur|Custody|HODL|Reserve)[A-Z][\w.]+)"
)
# "The venture ended the month at 0.3 EH/s with 2,110 miners": one owner.
_OWNER_CUT = re.compile(
    r"⟧(?!\s+(?:with|from|on)\b)|[,;(]|\band\b(?!\s+(?:\w+ed|stands?|has|is|are|holds?|runs?)\b)",
    re.IGNORECASE,
)
_SAME_SUBJECT = re.compile(r"\s*and\s+(?!we\b|it\b|its\b|our\b|the company\b)", re.IGNORECASE)
_AT_OPENING = re.compile(
    r"^\W*(?:at|in)\s+(?-i:(?!Bitcoin|BTC|Q\d)[A-Z][a-z]+(?:\s[A-Z][a-z]+)*),", re.IGNORECASE
)
# "In Abu Dhabi, where 2.7 exahash are now online".
_WHERE = re.compile(r"(?-i:\b[A-Z]\w+),?\s+where\b[^;.,⟦]*$", re.IGNORECASE)
# "It owns the sites, which have a power capacity of 20 MW".
_OF_SITES = re.compile(
    r"\b(?:sites?|facilit(?:y|ies)|data cent(?:er|re)s?|campus)\b[^;.]{0,40}?,?\s+(?:which|that)\b[^;.]*?"
    r"\b(?:have|has|had|with|provide\w*|offer\w*|powers?|supports?|runs?)\b[^;.]*$",
    re.IGNORECASE,
)
# "The Gedu data center ran without a break, mining 233 bitcoin".
_SITE_SUBJECT = re.compile(
    r"\W*(?:(?:the|its|our|their)\s+(?-i:[A-Z][\w.]+\s+){1,3}|(?-i:[A-Z][\w.]+),\s+(?:the|its|an?|"
    r"our)\s+(?:\w+\s+)?)(?:data cent(?:er|re)|facility|site|mine|farm|campus)\b",
    re.IGNORECASE,
)
# "The new site in Washington (…) is operating 340 PH/s".
_OPENS_WITH_A_SITE = re.compile(
    r"\W*(?:the|this|that)\s+(?:\w+\s+){0,2}(?:data cent(?:er|re)|facility|site|mine|farm|campus|location)\b"
    r"(?:(?!\b(?:total|overall|fleet|our|its|company)\b)[^;])*$",
    re.IGNORECASE,
)
# "The Corsicana site contributed 210 bitcoin to the 533 bitcoin mined".
# "Mined 10,333 bitcoin in 2023, for itself and for customers".
_BOTH = re.compile(
    r"\bfor (?:itself|ourselves|its own account) and (?:for )?(?:its |our |the )?(?:[\w-]+ )?(?:customers|"
    r"clients)\b",
    re.IGNORECASE,
)
# "One of our hosting sites was down (51% uptime)", "our joint venture operates at 98% uptime".
_ONE_OF_SITES = re.compile(
    r"\bone of (?:our|its|the|their)\b[^,.;⟦]{0,30}\b(?:sites|facilities|locations|data cent(?:er|re)s)\b|"
    r"\bjoint[- ]ventures?\b",
    re.IGNORECASE,
)
_AT_ITS_SITE = re.compile(
    r"\bat\s+(?:our|its|the)\s+(?-i:[A-Z][\w.]+\s+){1,3}(?:site|facility|campus|data cent(?:er|re)|mine)\b",
    re.IGNORECASE,
)
_TO_THE = re.compile(r"\b(?:to|of) (?:the|our|its)\s+$", re.IGNORECASE)
_APPOSITION = re.compile(r",\s+(?:the|an?|its|one of|which|who|whose)\s[^,;⟦]{3,120},", re.IGNORECASE)
_TOGETHER = re.compile(r"\b(?:facilities|sites|locations|combined|together)\b", re.IGNORECASE)
_INCLUDED = re.compile(r",\s+(?:including|of which|excluding)\b[^,;]*,", re.IGNORECASE)


class OwnerFinder:
    """Finds the owners of a sentence's quantities."""

    def __init__(self, sentence: TokenizedSentence, setting: Setting, frames: Frames) -> None:
        self.sentence, self.setting, self.frames = sentence, setting, frames
        self.tokens = sentence.tokens

    def owner(self, governor: Governor, i: int, scope: str) -> str | None:
        """The owner of a figure, as a scope; None for another company."""
        sentence, unit = self.sentence, governor.frame.unit
        first = min(governor.first, i)
        start, stop = sentence.clause(first, max(governor.last, i))
        if re.match(r",?\s+(?:which|who|that|whose)\b", sentence.masked[start:]):
            start = sentence.clause_start(start)
        shared = _SAME_SUBJECT.match(sentence.masked[start:])
        if shared and sentence.clause_start(start) < start:
            start = sentence.clause_start(start)
        if governor.via == BEHIND or governor.last < i - 12:
            cuts = _OWNER_CUT.finditer(sentence.before(i))
            start = max([start, *(m.end() for m in cuts)])
        subject = sentence.masked[start : self.tokens[max(first, min(governor.last, i))].end]
        if governor.via == VERB:
            # "Produced 166, including 30 from our joint venture, sold 100": the sale is the company's.
            subject = _INCLUDED.sub(",", subject)
        # "The company, the second-largest holder, had": what it is called does not own.
        subject = _APPOSITION.sub(" ", subject)
        others = other_names(self.setting.disclosure.company)
        if (others is not None and others.search(subject)) or self.frames.matches("others", subject):
            return None
        if unit == "c/kWh" and self.frames.matches("customers", subject):
            # "Its customers are paying an electricity cost of".
            return None
        if unit not in COUNTS or unit == "MW":
            return scope
        next_one = next((t.start for t in self.tokens[i + 1 :] if t.kind == "q"), stop)
        behind = sentence.masked[self.tokens[i].end : min(stop, next_one)]
        if _BOTH.search(behind):
            return TOTAL
        by = _BY_WHOM.match(behind)
        who = by["who"] if by else ""
        if scope_in(who)[0] == COMPANY and not self.frames.matches("customers", who):
            return COMPANY
        if re.search(r"\bjoint[- ]venture|\bjvs?\b", f"{subject} {who}", re.IGNORECASE):
            return JOINT_VENTURE
        if unit in STOCKS and scope_in(re.split(r"[,;⟦]", behind)[0][:60])[0] == TOTAL:
            return TOTAL
        named = self._named_owner(governor, i, behind) if scope == COMPANY else None
        if named is not None:
            return named
        if scope_in(sentence.masked[start:stop])[0] == TOTAL and unit in STOCKS:
            return TOTAL
        mine = re.search(r"\bself[- ]min", subject, re.IGNORECASE)
        if _FOR_CUSTOMERS.match(who) or self.frames.matches("customers", who):
            return HOSTED
        return HOSTED if self.frames.matches("customers", subject) and not mine else scope

    def _named_owner(self, governor: Governor, i: int, behind: str) -> str | None:
        """The scope named right behind a quantity, or in its governor's phrase."""
        sentence, unit = self.sentence, self.sentence.quantity_at(i).unit
        if governor.frame.unit == "BTC" and governor.via == BEHIND and governor.last < i:
            # "906 were self-mined, and 309 went to customers": the words behind the first are not its own.
            return None
        near = re.split(r"[,;]|\band\b|⟦", behind)[0][:40]
        named = scope_in(near)[0] if governor.frame.unit != "BTC" else None
        first = min(governor.first, i)
        listed = any(t.kind == "q" and sentence.same_unit(t.ref, unit) for t in self.tokens[first:i])
        if named is None and not listed:
            named = scope_in(sentence.span(sentence.phrase_start(first, 0), max(i, governor.last) + 1))[0]
        return named

    def is_site(self, i: int, unit: str | None) -> bool:
        """Whether a quantity belongs to one site: "442 at Lake Mariner"."""
        if unit not in (*COUNTS, None):
            return False
        behind = self.sentence.behind(i)
        place = re.split(r"[,;⟦]", behind)[0]
        if _AT_A_PLACE.match(place) and not _TOGETHER.search(place):
            return True
        before = self.sentence.before(i)
        if unit in ("BTC", None) and _AT_OPENING.match(before) and not self._is_own_name(before):
            # "At Rockdale, we mined 442 bitcoin".
            return True
        if unit == "MW" and _OF_SITES.search(before):
            return True
        if _WHERE.search(before) or (
            unit in STOCKS and (_AT_OPENING.match(before) or _OPENS_WITH_A_SITE.match(before))
        ):
            return True
        if unit in ("BTC", None) and _SITE_SUBJECT.match(before) and not _TO_THE.search(before):
            return True
        start, _ = self.sentence.kind_clause(i, i)
        near = self.sentence.before(i)[start:][-120:]
        near += re.split(r"[,;.⟦]|\b(?:as|where|which|and)\b", behind)[0][:60]
        every = re.search(r"\b(?:all|across)\b", near, re.IGNORECASE)
        return unit in STOCKS and self.frames.matches("site", near) and not every

    def _is_own_name(self, text: str) -> bool:
        company = self.setting.disclosure.company
        names = (company.name, *company.other_names, *company.short_names) if company else ()
        return any(name.split()[0].strip(",") in text for name in names)

    def is_of_one_site(self, text: str) -> bool:
        """Whether an average is one site's: "uptime at our Rockdale facility was 95%"."""
        if _AT_ITS_SITE.search(text) or _ONE_OF_SITES.search(text):
            return True
        every = re.search(r"\b(?:all|across|sites|facilities|fleet|overall|total)\b", text, re.IGNORECASE)
        return not every and self.frames.matches("site", text)
