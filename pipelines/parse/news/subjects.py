"""The subject of a sentence, and the meaning of "the company" from one sentence to the next."""

import re
from datetime import date, timedelta

from pipelines.parse.deals.deal import ACQUISITION, Deal, same_party
from pipelines.parse.language.annotation import AnnotatedSentence, mention_index, position_of
from pipelines.parse.language.companies import COMPANY_NOUNS, Mention, refers_back
from pipelines.parse.language.periods import (
    DisclosureContext,
    NamedPeriod,
    Period,
    find_periods,
    month_period,
)
from pipelines.watchlist import Company

# "It", "The London-based company": the text speaks on of the same company.
_IT = re.compile(
    rf"^\W*(?:(?:it|its|they|their)\b(?!['’])|the (?:[\w-]+ ){{0,3}}(?:{COMPANY_NOUNS})\b)", re.IGNORECASE
)
# "Argo Blockchain (ARBK)": a heading above what follows.
_HEADING = re.compile(
    r"\W*(?:\d{1,2}[.)]\s*)?(?:[A-Z][\w&.’'-]*|\d+|\([A-Z:. ]{2,20}\))(?:\s+(?:[A-Z&][\w&.’'-]*|\d+|"
    r"\([A-Za-z:. ]{2,20}\)|of|and)){0,5}\W*"
)
_LISTED_WITHIN = 12
_WE = re.compile(r"\bwe\b", re.IGNORECASE)
_SELLER = re.compile(r"\bfrom\s+(?:rival |fellow )?(?:\w+ )?$", re.IGNORECASE)
_LISTED = re.compile(r"\((?:[A-Za-z]+:\s?)?[A-Z]{2,5}\)")
_MIXED = re.compile(
    r"\b(?:respectively|combined|together|both (?:companies|miners)|between them|in total across|"
    r"collectively|joint(?:ly)?|(?<!of )the (?:two|three|four|pair|trio|duo)\b(?! (?:months|"
    r"quarters|years))|all (?:two|three|four|five) of)\b",
    re.IGNORECASE,
)
# "Public miners produced 4,000 bitcoin", "crypto miners' output slipped" are a group's figures.
_GROUP = re.compile(
    r"\b(?:miners|companies|firms|producers|operators|players|peers|rivals|"
    r"competitors)\b(?!['’])(?:\s+(?:have|had|has|also|together|then|now|all|in (?:\w+ ){0,2}\w+|alone|that|"
    r"who|which|we|track|follow|list|only|just|still|\w+ly)){0,6}\s+(?:\w+ed|sold|held|hold|own|made|mine|sell|produce|bought|"
    r"buy|grew|saw|seen|set|are|were|was|did|do)\b|\b(?:bitcoin|btc|crypto|public|listed) miners['’]\s",
    re.IGNORECASE,
)
# "Cipher Mining and others sold 2,385 bitcoin"
_AND_OTHERS = re.compile(
    r"⟬\w⟭,?\s+(?:and|plus|as well as)\s+(?:(?:several|many|some|a few|two|three|four|five|"
    r"other)\s+)*(?:others?|peers|rivals|miners|companies|firms|more)\b",
    re.IGNORECASE,
)
_LED_BY = re.compile(
    r"\W*(?:at|for|as for|over at|in the case of|at rival)\s+⟬(?P<mention>\w)⟭", re.IGNORECASE
)
_OTHER_TRADE = re.compile(
    r"\bthe (?:[\w-]+ ){0,2}(?:intelligence|software|chip|chipmaking|exchange|banking|insurance|treasury|"
    r"retail|car|"
    r"payments?|asset management) (?:company|firm|giant|provider|group)\b",
    re.IGNORECASE,
)
_FISCAL = re.compile(r"\bfiscal|\bFY|\bended\b|\bQ[1-4] ?(?:FY|20\d\d)|\bquarter of\b", re.IGNORECASE)
# A quarter is reported within 120 days of its end, even by a foreign issuer.
_STALE = timedelta(days=200)
_JUST_ENDED, _LONG_PAST = timedelta(days=45), timedelta(days=75)
_BESIDE = re.compile(r"⟬(?P<mention>\w)⟭(?:['’]s?)?,?\s+(?:about\s+|some\s+|only\s+|just\s+)?$")


# "MARA mined 1,176 bitcoin in July, followed by CleanSpark with 575".
_FOLLOWED_BY = re.compile(
    r"\b(?:followed by|ahead of|behind)\s+⟬(?P<mention>\w)⟭(?:\s*\([^()]*\))?,?\s+"
    r"(?:with|at|which (?:mined|produced|sold|held|holds))\s+(?:about\s+|some\s+|only\s+|just\s+)?$"
)


# "HIVE will assume deposits that Bitfarms paid": HIVE stays the subject.
_RELATIVE = re.compile(r"\b(?:that|which|whom|where)\s+$", re.IGNORECASE)
# "The record held by Core Scientific, which generated 1,527 BTC".
_WHICH = re.compile(r"⟬(?P<mention>\w)⟭(?:\s*\([^()]*\))?,?\s+(?:which|who)\s+(?:[a-z-]+\s+){1,4}$")

# "Other miners did the same, with CleanSpark selling 577 bitcoin".
_WITH_DOING = re.compile(
    r"\bwith\s+⟬(?P<mention>\w)⟭(?:\s*\([^()]*\))?\s+(?:also |now |still )?\w+ing\s+(?:[a-z]+\s+){0,3}$"
)


class SubjectTracker:
    """Tracks the subject while reading an article.

    Args:
        main: The company that the article is about.
        several: Whether the article names several watched companies.
    """

    def __init__(self, main: Company | None, disclosure: DisclosureContext, *, several: bool) -> None:
        self.main, self.disclosure, self.several = main, disclosure, several
        self.focus = main
        self._others_figures = self._heading = False

    def new_paragraph(self, text: str, mentions: list[Mention]) -> None:
        """Start a paragraph.

        In an article about one company the subject is that company again, unless "it" continues with another
        one, or the text has given another one's figures.
        """
        self._heading = bool(_HEADING.fullmatch(text) and (mentions or _LISTED.search(text)))
        if self._heading:
            # "Argo Blockchain (ARBK)", not on the watchlist, above its own figures.
            self.focus = next((m.company for m in mentions), None)
            self._others_figures = self.focus is None
            return
        if self.focus is None and (_IT.match(text) or self._others_figures) and not mentions:
            return
        if not self.several or self.focus is None:
            self.focus = self.main
            self._others_figures = False

    def skip_others(self) -> None:
        """Remember that a figure was another company's."""
        self._others_figures = self.focus is None

    def end_sentence(self, sentence: AnnotatedSentence, claimed: set[Company]) -> None:
        """Update the subject after a sentence.

        Args:
            claimed: The companies of its figures.
        """
        if self._heading:
            return
        subjects = [m for m in sentence.mentions if m.subject]
        main = [m for m in subjects if not _RELATIVE.search(sentence.label[: m.start])]
        subjects = main or subjects
        if subjects:
            self._others_figures = False
            self.focus = subjects[-1].company if not subjects[-1].subsidiary else None
        elif (led := _LED_BY.match(sentence.masked)) is not None:
            # "At Bitfarms the drop was larger. The company mined 233 BTC."
            self.focus = sentence.mentions[mention_index(led["mention"])].company
        elif len(claimed) == 1 and any(m.company in claimed for m in sentence.mentions):
            # "At CleanSpark production came to 633 BTC": the next "the company" is CleanSpark.
            self.focus = next(iter(claimed))

    def disclosure_of(self, mentions: list[Mention]) -> DisclosureContext:
        """The disclosure context of a sentence: its first subject's, else the current subject's."""
        named = next((m.company for m in mentions if m.subject and m.company), None)
        return DisclosureContext(named or self.focus or self.disclosure.company, self.disclosure.disclosed_on)

    def company_at(self, sentence: AnnotatedSentence, position: int) -> tuple[Company | None, str]:
        """The company of the figure at a position, or the reason why there is none.

        The last subject before it in its clause, else in earlier clauses, else the current subject.
        """
        watched = {m.company.ticker for m in sentence.mentions if m.company}
        if _MIXED.search(sentence.clause_of(position).text) and (len(watched) > 1 or self.several):
            return None, "two companies in one figure"
        beside = _BESIDE.search(sentence.masked[:position])
        beside = beside or _FOLLOWED_BY.search(sentence.masked[:position])
        beside = beside or _WHICH.search(sentence.masked[:position])
        beside = beside or _WITH_DOING.search(sentence.masked[:position])
        if beside is not None:
            # "CleanSpark mined 629 BTC and Riot Platforms 445": the name next to the number.
            return _whose(sentence.mentions[mention_index(beside["mention"])])
        places = [(position_of(sentence, i), m) for i, m in enumerate(sentence.mentions)]
        clause = sentence.statement_of(position)
        inside = [m for p, m in places if clause.start <= p < position and m.subject]
        before = [m for p, m in places if p < clause.start and m.subject]
        by = sentence.masked[position : clause.end]
        agent = next(
            (
                m
                for p, m in places
                if p > position
                and sentence.masked[:p].endswith(" by ")
                and p - position < 40
                and "," not in sentence.masked[position:p]
            ),
            None,
        )
        if _AND_OTHERS.search(sentence.masked[clause.start : position]):
            return None, "a group's figure"
        chosen: Mention | None = agent or (inside[-1] if inside else before[-1] if before else None)
        if chosen is not None:
            return _whose(chosen)
        if _GROUP.search(sentence.masked[:position]):
            return None, "a group's figure"
        if _OTHER_TRADE.search(sentence.masked[clause.start : position]):
            # "The business intelligence company keeps buying": not a miner.
            return None, "another company's"
        later = [m for p, m in places if p >= position and m.subject]
        if later and not refers_back(sentence.masked[:position]) and by:
            # "In April, production at Riot": the only company in the sentence.
            named = {m.company.ticker if m.company else "" for m in sentence.mentions}
            if len(named) == 1 and later[0].company is not None and not later[0].subsidiary:
                return later[0].company, ""
        objects = [m for p, m in places if p < position and not m.subject and m.company and not m.subsidiary]
        if (
            objects
            and not refers_back(sentence.masked[:position])
            and len({m.company for m in objects}) == 1
            and not [m for m in sentence.mentions if m.company is None]
        ):
            return objects[-1].company, ""
        return self.focus, "" if self.focus else "another company's"

    def respective(
        self, sentence: AnnotatedSentence, position: int, place: int, count: int
    ) -> tuple[Company | None, str]:
        """The company of one of several figures: "Bit Digital and Hut 8, which sold 410 and 350 "
        "respectively"."""
        named = [m for i, m in enumerate(sentence.mentions) if position_of(sentence, i) < position]
        # "Marathon Digital (MARA)" is one company.
        before = [m for m, last in zip(named, [None, *named], strict=False) if not _is_ticker_of(m, last)]
        if len(before) == 1:
            return _whose(before[0])
        if not before:
            return self.company_at(sentence, position)
        return (
            _whose(before[place - count]) if len(before) >= count else (None, "two companies in one figure")
        )

    def owner_of(self, sentence: AnnotatedSentence, deal: Deal) -> Company | None:
        """The company of a deal: the bought one, the first subject, or the current subject."""
        if deal.owner is not None:
            return sentence.mentions[deal.owner].company
        sizes = (i for i, q in enumerate(sentence.quantities) if q.value in (deal.amount, deal.megawatts))
        index = next(sizes, None)
        position = sentence.at[index][0] if index is not None else len(sentence.masked) - 1
        subjects = [m for m in sentence.mentions if m.subject]
        others = [m for m in subjects if not same_party(sentence.label[m.start : m.end], deal.party)]
        if subjects and not others:
            # "Bitmain agreed to invest $53 million in the miner": not the investor's.
            return self.focus
        first = others[0] if others else None
        if first is not None and position_of(sentence, sentence.mentions.index(first)) < position:
            return first.company
        only = sentence.mentions[0] if len(sentence.mentions) == 1 else None
        if deal.kind == ACQUISITION and only is not None and _SELLER.search(sentence.label[: only.start]):
            # "Celsius set to buy a site from Core Scientific", but "we signed an agreement to buy it from".
            return self.focus if _WE.search(sentence.label[: only.start]) else None
        return self.company_at(sentence, position)[0]


def _is_ticker_of(mention: Mention, last: Mention | None) -> bool:
    return last is not None and mention.company == last.company and mention.start - last.end < _LISTED_WITHIN


def _whose(mention: Mention) -> tuple[Company | None, str]:
    """The company of a mention, or the reason why its figures are not a watched company's."""
    if mention.subsidiary:
        return None, "a subsidiary's figure"
    return mention.company, "" if mention.company else "another company's"


def is_others_quarter(sentence: AnnotatedSentence, company: Company, period: Period) -> bool:
    """Whether a quarter or year may follow another fiscal year than the company's."""
    counted = sentence.disclosure.company
    if counted is None or period.months < 3:
        return False
    year_end = company.listed_year_end(period.end).month
    if company != counted and year_end != counted.listed_year_end(period.end).month:
        return True
    return period.months == 3 and year_end != 12 and _is_long_past(sentence, period, year_end)


def is_stale(named: NamedPeriod, day: date) -> bool:
    """Whether a quarter named without its year is too long past to be meant.

    "Mines 830 bitcoin in Q1", in February, of a company whose first quarter ends in June.
    """
    return named.period.months == 3 and not named.year_written and day - named.period.end > _STALE


def _is_long_past(sentence: AnnotatedSentence, period: Period, year_end: int) -> bool:
    """Whether "in Q2" is likelier the calendar quarter that has just ended than the fiscal one."""
    if _FISCAL.search(sentence.label):
        return False
    day = sentence.disclosure.disclosed_on
    quarters = [n for n in find_periods(sentence.label, sentence.disclosure) if n.period.months == 3]
    if quarters and all(is_stale(named, day) for named in quarters):
        return True
    number = ((period.end.month - year_end - 1) % 12) // 3 + 1
    ends = (month_period(year, 3 * number).end for year in (day.year, day.year - 1))
    calendar_end = next(end for end in ends if end < day)
    return day - calendar_end <= _JUST_ENDED and day - period.end > _LONG_PAST
