"""Whom an article speaks of: the subject of a sentence, and who "the company" is from one sentence to the next."""

import re

from pipelines.parse.deals.deal import Deal
from pipelines.parse.language.annotation import Told, mention_index, place_of
from pipelines.parse.language.companies import Mention, refers_back
from pipelines.parse.language.periods import Clock, Span
from pipelines.parse.language.vocabulary import AND_OTHERS, GROUP, MIXED
from pipelines.watchlist import Company

_IT = re.compile(r"^\W*(?:it|its|they|their)\b(?!['’])", re.IGNORECASE)
_BESIDE = re.compile(r"⟬(?P<mention>\w)⟭(?:['’]s?)?,?\s+(?:about\s+|some\s+|only\s+|just\s+)?$")


class Spoken:
    """Goes along with an article. `main` is whom it is about; `several` whether it names more than one watched company."""

    def __init__(self, main: Company | None, clock: Clock, *, several: bool) -> None:
        self.main, self.clock, self.several = main, clock, several
        self.focus = main

    def new_paragraph(self, text: str) -> None:
        """A paragraph begins: in an article on one company it is again about that one, unless "it" goes on with another."""
        if self.focus is None and _IT.match(text):
            return
        if not self.several or self.focus is None:
            self.focus = self.main

    def told(self, told: Told, claimed: set[Company]) -> None:
        """A sentence is over; `claimed`: whose figures it told."""
        subjects = [m for m in told.mentions if m.subject]
        if subjects:
            self.focus = subjects[-1].company if not subjects[-1].subsidiary else None
        elif len(claimed) == 1 and any(m.company in claimed for m in told.mentions):
            # "At CleanSpark production came to 633 BTC": the next "the company" is CleanSpark.
            self.focus = next(iter(claimed))

    def clock_of(self, mentions: list[Mention]) -> Clock:
        """Whose fiscal year a sentence counts by: its first subject's, else that of whom was spoken of."""
        named = next((m.company for m in mentions if m.subject and m.company), None)
        return Clock(named or self.focus or self.clock.company, self.clock.said)

    def company_at(self, told: Told, position: int) -> tuple[Company | None, str]:
        """Whose figure stands at a place: the last subject named before it in its clause, else in those before, else who was spoken of."""
        watched = {m.company.ticker for m in told.mentions if m.company}
        if MIXED.search(told.clause_of(position).text) and (len(watched) > 1 or self.several):
            return None, "two companies in one figure"
        beside = _BESIDE.search(told.masked[:position])
        if beside is not None:
            # "CleanSpark mined 629 BTC and Riot Platforms 445": the name that stands at the number.
            return _whose(told.mentions[mention_index(beside["mention"])])
        places = [(place_of(told, i), m) for i, m in enumerate(told.mentions)]
        clause = told.statement_of(position)
        inside = [m for p, m in places if clause.start <= p < position and m.subject]
        before = [m for p, m in places if p < clause.start and m.subject]
        by = told.masked[position : clause.end]
        agent = next(
            (m for p, m in places if p > position and told.masked[:p].endswith(" by ") and p - position < 40),
            None,
        )
        if AND_OTHERS.search(told.masked[clause.start : position]):
            return None, "a group's figure"
        chosen: Mention | None = agent or (inside[-1] if inside else before[-1] if before else None)
        if chosen is not None:
            return _whose(chosen)
        if GROUP.search(told.masked[:position]):
            return None, "a group's figure"
        later = [m for p, m in places if p >= position and m.subject]
        if later and not refers_back(told.masked[:position]) and by:
            # "In April, production at Riot": the one company that the sentence names.
            named = {m.company.ticker if m.company else "" for m in told.mentions}
            if len(named) == 1 and later[0].company is not None and not later[0].subsidiary:
                return later[0].company, ""
        objects = [m for p, m in places if p < position and not m.subject and m.company and not m.subsidiary]
        if (
            objects
            and not refers_back(told.masked[:position])
            and len({m.company for m in objects}) == 1
            and not [m for m in told.mentions if m.company is None]
        ):
            return objects[-1].company, ""
        return self.focus, "" if self.focus else "another company's"

    def owner_of(self, told: Told, deal: Deal) -> Company | None:
        """Whose deal it is: whom the sentence says is bought, else its first subject, else who was spoken of."""
        if deal.owner is not None:
            return told.mentions[deal.owner].company
        sizes = (i for i, q in enumerate(told.quantities) if q.value in (deal.amount, deal.megawatts))
        index = next(sizes, None)
        position = told.at[index][0] if index is not None else len(told.masked) - 1
        first = next((m for m in told.mentions if m.subject), None)
        if first is not None and place_of(told, told.mentions.index(first)) < position:
            return first.company
        return self.company_at(told, position)[0]


def _whose(mention: Mention) -> tuple[Company | None, str]:
    """The company of a mention, or why its figures are none of a watched company's."""
    if mention.subsidiary:
        return None, "a subsidiary's figure"
    return mention.company, "" if mention.company else "another company's"


def is_others_quarter(told: Told, company: Company, span: Span) -> bool:
    """Whether a quarter or year was counted by another company's fiscal year than that of whose figure it is."""
    counted = told.clock.company
    if counted is None or span.months < 3 or company == counted:
        return False
    return company.fiscal_year_end(span.end).month != counted.fiscal_year_end(span.end).month
