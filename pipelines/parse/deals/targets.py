"""Targets: capacity that a company plans."""

import re

from pipelines.parse.deals.amounts import PHASE, STATED, Amount, is_at_a_site
from pipelines.parse.deals.deal_sentence import DealSentence
from pipelines.parse.deals.due import Due, find_due
from pipelines.parse.deals.parties import fits
from pipelines.parse.deals.vocabulary import begins, ends, phrase_at, says
from pipelines.parse.language.annotation import BY, FROM, TO, position_of

_HASHING = re.compile(r"^\s*(?:of )?(?:eh/?s|exahash|hash ?rate)\b", re.IGNORECASE)
_RANGE = re.compile(r"\b(?:rang\w+|between) (?:from )?[^.;]{0,20}$")
_ACCESS = re.compile(r"\b(?:access|rights?|title) to\s+(?:about\s+|up to\s+)?$", re.IGNORECASE)
# "Into an AI campus of 60 MW", "sites that will have a combined capacity of 250 MW".
_WITH_A_SIZE = re.compile(
    r"\b(?:into an?\s+(?:\w+\s+){0,5}of|(?:have|has|having|with) an?\s+(?:\w+\s+){0,3}capacity of)\s+$"
)
_WILL_HAVE = re.compile(
    r"\b(?:will|to) (?:have|be|reach|host|offer|provide|boast|draw|consume|run|consist|comprise)\b"
    r"[^,;.⟦]{0,60}$",
    re.IGNORECASE,
)
# "Committed 39 MW, bringing the total leased at the site to 300 MW": what is leased then.
_BRINGS_THE_TOTAL = re.compile(r"\bbringing\s+(?:the|its)\s+total\b[^.;⟦]{0,60}\bto\s+$", re.IGNORECASE)
# "Expands our fully approved power portfolio to 1.7 gigawatts": what may be built on.
_OF_A_RESERVE = re.compile(r"\b(?:portfolio|pipeline|land bank)\b[^.;,⟦]{0,20}\bto\s+$", re.IGNORECASE)
_CLOSING = re.compile(
    r"\b(?:(?:expected|anticipated|expects|scheduled) to (?:close|complete|be completed)|(?:this|"
    r"the|that) (?:acquisition|transaction|deal|purchase|takeover|merger))\b",
    re.IGNORECASE,
)

# "The deal expands its capacity to 623 MW": what it has then, no plan.
_DEAL_GROWS = re.compile(
    r"\b(?:acquisition|transaction|deal|purchase|takeover|merger)\b[^.;⟦]{0,70}?\s"
    r"(?:expands|increases|boosts|grows|brings|lifts|raises|takes)\b",
    re.IGNORECASE,
)

# "The first phase of the Corsicana facility will consist of 400 MW": of no contract.
_OF_A_PHASE = re.compile(r"\W*(?:the\s+)?(?:first|initial|second|third|final)\s+phase of\b", re.IGNORECASE)
# "Despite its bankruptcy, Celsius Mining goes on and plans to": of a company that is not watched.
_WHO_AIMS = re.compile(
    r"(?:^\W*|,\s+)(?P<name>[A-Z][\w&.’'-]+(?: [A-Z][\w&.’'-]+)*)\s+(?:[a-z]+s [^.;,]{0,60}\band\s+)?"
    r"(?:also |now )?(?:plans?|aims?|intends?|wants?|hopes?|seeks?)\b"
)


def target(s: DealSentence) -> tuple[Amount, Due | None] | None:
    """The capacity that a company plans, and by when; None if it plans none."""
    building = says("under_construction", s.text)
    if not says("plan", s.text):
        return None
    done = building or says("when_done", s.text) or says("said_to_add", s.text)
    who = _WHO_AIMS.search(s.text)
    of_another = (
        who is not None
        and fits(who["name"])
        and not any(
            m.company is not None and position_of(s.sentence, k) < who.start("name")
            for k, m in enumerate(s.sentence.mentions)
        )
    )
    if of_another or begins("others", s.text) or says("announced_before", s.text):
        # What somebody else plans, and what is background: "it has previously announced plans to launch".
        return None
    if _DEAL_GROWS.search(s.sentence.label):
        return None
    back = (says("back", s.text) or _CLOSING.search(s.text)) and not done
    due = find_due(s.sentence.label, s.sentence.disclosure.disclosed_on)
    for index, quantity in enumerate(s.sentence.quantities):
        if (
            quantity.unit != "MW"
            or not quantity.value
            or quantity.value < 1
            or s.sentence.role(index) in (FROM, BY)
        ):
            continue
        if back and s.sentence.role(index) != TO and not _OF_A_PHASE.match(s.text):
            # What a contract delivers. "This acquisition fits its plan to grow to 32 MW by 2025" is a target.
            continue
        start, end = s.sentence.at[index]
        before, behind = s.sentence.around(index)
        whole = s.text[:start]
        own = next((m for m in s.megawatts if m.start == start), None)
        will_have = _WILL_HAVE.search(whole) is not None
        if (own is None or own.kind == PHASE) and s.sentence.role(index) != TO and not will_have:
            continue
        if quantity.qualifier == "up_to" or re.search(r"\bup to\s+$", before) or _ACCESS.search(before):
            continue
        if _BRINGS_THE_TOTAL.search(whole) or (due is None and _OF_A_RESERVE.search(whole)):
            continue
        if begins("reserve", behind) or says("permitted", s.text[s.sentence.clause_of(start).start : start]):
            continue
        if (
            is_at_a_site(whole, behind)
            or _RANGE.search(whole)
            or _HASHING.match(behind)
            or s.is_hedged(start)
        ):
            continue
        aims = s.sentence.role(index) == TO and bool(says("plan", whole))
        # "By early 2027, it aims to have 590 MW": the date may come first.
        leads = due is not None and re.search(
            rf"\b(?:by|before|until|no later than)\s+(?:the\s+)?{re.escape(due.words)}",
            s.sentence.label,
            re.IGNORECASE,
        )
        dated = leads or (
            due is not None and re.search(r"\b(?:by|before|in|until|during|no later than)\b", behind)
        )
        aims = aims and (due is not None or bool(says("aims", s.text)))
        aims = aims or ends("launches_with", whole, 1) is not None
        aims = aims or begins("to_be_built", behind) is not None
        aims = aims or _is_to_be_built(s, start) or bool(done and will_have)
        if aims or (dated and says("plan", s.text[:end])):
            return Amount(quantity, STATED, 0, start, end), due
    return None


def _is_to_be_built(s: DealSentence, position: int) -> bool:
    """Whether capacity is the object of a plan: "plans to build a 320 MW park"."""
    at = s.token_at(position)
    before = s.text[:position]
    if says("under_construction", before[-60:]):
        return True
    near = 14 if _WITH_A_SIZE.search(before) else 6
    for k in range(max(0, at - near), at):
        if s.words[k].lemma in ("plan", "aim") and k + 1 < at and s.words[k + 1].lemma == "for":
            return True
        if not phrase_at("build", s.words, k):
            continue
        if k and s.words[k - 1].text.lower() == "will" and phrase_at("construct", s.words, k):
            return True
        if says("said_to_add", s.text[: s.words[k].end]):
            # "Announced it would add 500 megawatts".
            return True
        if ends("to_build", before[: s.words[k].start], 1):
            return says("plan", before) is not None
        if s.headline and k and s.words[k - 1].lemma == "to" and s.words[k - 2].kind == "m":
            return True
    return False
