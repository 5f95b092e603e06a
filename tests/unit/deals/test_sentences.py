"""Deals in single sentences: kind, size, other side and status."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from pipelines.parse.deals.deal import Deal
from pipelines.parse.deals.deal_sentence import DealSentence
from pipelines.parse.deals.sentences import find_deals
from pipelines.parse.language.annotation import AnnotatedSentence, annotate
from pipelines.parse.language.companies import company_names
from pipelines.parse.language.periods import DisclosureContext
from pipelines.watchlist import load_watchlist

CASES = [
    (sentence, [expected] if isinstance(expected, str) else expected)
    for group in yaml.safe_load(Path(__file__).with_name("sentences.yaml").read_text("utf-8")).values()
    for sentence, expected in group
]


def annotated(text: str, *, title: bool = False) -> AnnotatedSentence:
    watchlist = load_watchlist()
    mentions = company_names(watchlist).mentions(text, frozenset(watchlist.tickers()))
    context = DisclosureContext(watchlist.by_ticker("CORZ"), date(2026, 5, 7))
    return annotate(text, -len(text) if title else 0, mentions, context)


def plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def shown(deal: Deal) -> str:
    """A deal in the form of sentences.yaml."""
    if deal.amount is not None:
        parts = [deal.kind, plain(deal.amount), deal.amount_kind]
        parts += [f"mw={plain(deal.megawatts)}/{deal.megawatts_kind}"] if deal.megawatts is not None else []
    else:
        assert deal.megawatts is not None
        parts = [deal.kind, plain(deal.megawatts), "MW"]
    parts += [f'party="{deal.party}"/{deal.role}'] if deal.party else []
    parts += [deal.status]
    parts += [f'due="{deal.due.words}"'] if deal.due else []
    parts += [f"term={plain(deal.term_years)}"] if deal.term_years else []
    return " ".join(parts)


@pytest.mark.parametrize(("sentence", "expected"), CASES, ids=[sentence[:60] for sentence, _ in CASES])
def test_deals_of_a_sentence(sentence: str, expected: list[str]) -> None:
    read = annotated(sentence)
    own = [
        d
        for d in find_deals(DealSentence(read))
        if d.owner is None or read.mentions[d.owner].company is not None
    ]
    assert ([shown(deal) for deal in own] or ["none"]) == expected


def test_present_tense_of_a_title_is_no_firm_status() -> None:
    text = "CleanSpark buys 50 MW bitcoin mine in Georgia for $19.5 million"
    (in_title,) = find_deals(DealSentence(annotated(text, title=True)))
    assert (in_title.status, in_title.firm) == ("agreed", False)
    bought = annotated("CleanSpark has acquired a 50 MW site in Georgia for $19.5 million.")
    (done,) = find_deals(DealSentence(bought))
    assert (done.status, done.firm) == ("closed", True)
