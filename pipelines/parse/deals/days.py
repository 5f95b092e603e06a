"""Days that a sentence gives for a deal: of its agreement, its closing, or what it reports."""

from dataclasses import replace
from datetime import date, timedelta

from pipelines.parse.deals.deal import AGREED, CLOSED, TARGET, Deal
from pipelines.parse.deals.vocabulary import ends, says
from pipelines.parse.language.annotation import AnnotatedSentence
from pipelines.parse.language.periods import find_periods

# A report of an event follows within days, an agreement that it refers to can be older.
_REPORTED_WITHIN = timedelta(days=31)
_AGREED_WITHIN = timedelta(days=3 * 366)


def stated_days(sentence: AnnotatedSentence) -> tuple[date | None, date | None]:
    """The day of what a sentence reports, and the day that it gives an agreement.

    "On May 5, 2026", if it is within a month before publication; "an agreement dated as of May 1, 2024".
    """
    text, until = sentence.label, sentence.disclosure.disclosed_on
    reported = dated = None
    for named in find_periods(text, sentence.disclosure):
        if named.period.start is not None or named.period.end > until:
            continue
        if ends("dated", text[: named.start], words=0):
            if dated is None and until - named.period.end <= _AGREED_WITHIN:
                dated = named.period.end
        elif reported is None and until - named.period.end <= _REPORTED_WITHIN:
            reported = named.period.end
    return reported, dated


def with_days(deal: Deal, text: str, reported: date | None, dated: date | None) -> Deal:
    """A deal with the days of its sentence, as its status understands them.

    The day on which something was announced is neither the agreement's nor the closing's.
    """
    if deal.kind == TARGET:
        return deal
    of_event = None if says("announces", text) else reported
    return replace(
        deal,
        agreed_on=dated or (of_event if deal.status == AGREED else None),
        closed_on=of_event if deal.status == CLOSED else None,
    )
