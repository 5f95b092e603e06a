"""Status, term and maturity of a deal."""

import re
from decimal import Decimal

from pipelines.parse.deals.deal import ACQUISITION, AGREED, CLOSED, CONTRACTS, FINANCING, PLANNED, TARGET
from pipelines.parse.deals.deal_sentence import DealSentence, Event
from pipelines.parse.deals.vocabulary import says
from pipelines.watchlist.words import word_list

_TERM = re.compile(r"\b(?P<years>\d{1,2}|[a-z]+)[\s-]+years?\b(?! ago| old)", re.IGNORECASE)
# "Plus two five-year extensions": not the term.
_MORE_YEARS = re.compile(
    r"\b[\w]+[\s-]+years?\s+(?:extension|renewal|option)\w*(?:\s+option\w*)?", re.IGNORECASE
)
# "Spent $30 million to buy a data center".
_SPENT = re.compile(r"\bspent\s+(?:about |over |nearly )?⟦\d+⟧\s+to\s+$", re.IGNORECASE)
# "Aims to raise its hash rate following the acquisition of GRIID".
_AFTER = re.compile(r"\b(?:following|after|since)\s+(?:the |its |their )?(?:recent )?$", re.IGNORECASE)
# "Announced a $3.9 million acquisition of a site".
_ANNOUNCES = re.compile(r"\bannounc\w+\s+an?\s+(?:[\w⟦⟧-]+\s+){0,3}$", re.IGNORECASE)
# "0.00% convertible senior notes due 2031", "the loan matures on June 15, 2030".
_MATURES = re.compile(r"\b(?:due|matur(?:es?|ing)|maturity)\b[^.;$]{0,30}?\b(?P<year>20[2-6]\d)\b")
# An offering of which nothing says that it is priced or closed.
_OFFERS = re.compile(
    r"\b(?:is|are|was|were) offering\b|\b(?:notes?|bonds?|stock|shares?|equity|debt)\s+offering\b",
    re.IGNORECASE,
)
# "This plan follows the closure of a proposed $55 million rights offering".
_CLOSURE_OF = re.compile(r"\b(?:closure|closing|completion) of\s+(?:[a-z]+\s+){0,3}$", re.IGNORECASE)
_AFTER_IT = re.compile(r"\b(?:after|following|since|proceeds (?:of|from))\b", re.IGNORECASE)
_AHEAD = 110
_NUMBERS = {word: number for number, word in enumerate(word_list("deals.numbers"))}


def status_of(s: DealSentence, event: Event) -> tuple[str, bool]:
    """The status that the words around an event give it, and whether they state it."""
    if event.kind == TARGET:
        return PLANNED, True
    near = s.text[max(0, event.start - 90) : event.end + 60]
    before = s.text[max(0, event.start - 70) : event.end]
    if event.kind == FINANCING:
        # "Filed a prospectus for the sale of up to $500 million in equity, also known as an offering".
        before = s.text[max(0, min(event.start, event.object_start) - _AHEAD) : event.end]
        if _CLOSURE_OF.search(s.text[: max(event.object_start, event.start)]):
            return CLOSED, True
        announced = says("announced_offering", before + s.text[event.end : event.end + 50])
        if announced or any(says(name, before) for name in ("intended", "to_raise", "offered")):
            return PLANNED, True
        if re.search(r"\bwill\b[^,;]{0,20}$", s.text[: event.start]):
            return AGREED, True
        if says("raised", s.text[event.start : event.end + 40]) and not s.headline:
            return CLOSED, True
        if says("raised", s.text[event.start : event.end + 40]):
            return CLOSED, False
        if says("agreed", s.text[max(0, event.start - 70) : event.end + 25]):
            return AGREED, True
        around = s.text[max(0, event.start - 60) : event.end + 40]
        if _OFFERS.search(around) and not says("done", around) and not _AFTER_IT.search(around):
            # "Is offering $400 million of notes", "reveals a $150 million notes offering".
            return PLANNED, False
        return (AGREED, False) if says("present", before) else (CLOSED, False)
    if _AFTER.search(s.text[: event.start]) and event.kind == ACQUISITION and not says("still_open", s.text):
        return CLOSED, True
    if _SPENT.search(s.text[: event.start]):
        return CLOSED, True
    if says("done", near) and not says("still_open", s.text):
        return CLOSED, True
    if says("intended", before) and not re.search(
        r"\b(?:agreed|signed|entered into|term sheet)\b", near, re.IGNORECASE
    ):
        return PLANNED, True
    if event.kind in CONTRACTS:
        return AGREED, True
    if (
        says("agreed", before)
        or says("still_open", s.text)
        or re.search(r"\b(?:agreement|deal|term sheet)\b[^,;.]{0,30}\bto\b", near)
    ):
        return AGREED, True
    gerund = s.text[event.start : event.end].split()[:1]
    if gerund and gerund[0].endswith("ing") and not says("before", before):
        # "Shifts away from hosting by acquiring two sites".
        return AGREED, False
    if says("present", before) or re.match(r"(?:merger|deal)\b", s.text[event.start :]):
        return AGREED, False
    noun = re.match(r"(?:acquisition|purchase|takeover|buyout)\b", s.text[event.start :])
    if noun and _ANNOUNCES.search(s.text[: event.start]):
        return AGREED, False
    if noun and not says("before", s.text):
        return CLOSED, False
    return CLOSED, not s.headline


def term_of(s: DealSentence, event: Event) -> Decimal | None:
    """The term of a lease, contract or loan in years."""
    if event.kind not in (*CONTRACTS, FINANCING):
        return None
    found = _TERM.search(_MORE_YEARS.sub(" ", s.sentence.label))
    if found is None:
        return None
    years = int(found["years"]) if found["years"].isdigit() else _NUMBERS.get(found["years"].lower(), 0)
    return Decimal(years) if 0 < years <= 50 else None


def maturity_of(s: DealSentence, event: Event) -> int | None:
    """The year in which notes or a loan fall due, if a sentence states one and no other."""
    if event.kind != FINANCING:
        return None
    years = {int(m["year"]) for m in _MATURES.finditer(s.sentence.label)}
    return years.pop() if len(years) == 1 else None
