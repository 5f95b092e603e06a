"""The confidence of claims, and the evidence that it rests on."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from pipelines.parse.deals.deal import ACQUISITION, FINANCING, LEASE, TARGET, Deal
from pipelines.parse.deals.due import find_due
from pipelines.parse.news.articles import read_article
from pipelines.parse.news.confidence import (
    confidence_of,
    evidence_of_change,
    evidence_of_deal,
    evidence_of_figure,
    least_confidence,
)
from pipelines.parse.news.pages import ArticleText
from pipelines.watchlist import load_lexicon, load_watchlist

DEAL = Deal(
    ACQUISITION,
    "",
    "",
    Decimal(40_000_000),
    Decimal(500_000),
    "price",
    None,
    Decimal(0),
    "",
    "",
    None,
    "agreed",
    True,
    None,
    "A sentence.",
    0,
)


@pytest.mark.parametrize(
    ("metric", "dated", "named", "of_subject", "evidence"),
    [
        ("bitcoin_produced", True, True, True, "flow in the article's period"),
        ("bitcoin_produced", True, True, False, "flow in a period that its sentence names"),
        ("bitcoin_produced", False, True, False, "flow in a period from context"),
        ("bitcoin_held", False, False, False, "holding, day and company from context"),
        ("bitcoin_held", True, False, False, "holding, day or company in its sentence"),
        ("bitcoin_held", False, True, False, "holding, day or company in its sentence"),
        ("hashrate_average_operating", True, True, True, "average hash rate"),
        ("hashrate_deployed", True, True, True, "hash rate"),
        ("fleet_efficiency", True, True, True, "efficiency or power cost"),
    ],
)
def test_evidence_of_figures(metric: str, dated: bool, named: bool, of_subject: bool, evidence: str) -> None:
    assert evidence_of_figure(metric, dated=dated, named=named, of_subject=of_subject) == evidence


def test_evidence_of_deals() -> None:
    due = find_due("by early 2027", datetime(2026, 5, 7, tzinfo=UTC).date())
    seen = [
        evidence_of_deal(deal)
        for deal in (
            replace(DEAL, party="Kestrel"),
            DEAL,
            replace(DEAL, amount=None, megawatts=Decimal(20)),
            replace(DEAL, kind=FINANCING, amount_kind="loan"),
            replace(DEAL, kind=FINANCING, amount_kind="notes"),
            replace(DEAL, kind=LEASE),
            replace(DEAL, kind=TARGET, due=due),
            replace(DEAL, kind=TARGET),
        )
    ]
    assert seen == [
        "deal with its other side",
        "purchase without a seller",
        "purchase without a seller and a price",
        "loan without a lender",
        "notes or shares",
        "contract without a customer",
        "target with a deadline",
        "target without a deadline",
    ]


def test_confidence_is_the_share_of_right_claims() -> None:
    assert confidence_of("holding, day or company in its sentence") == Decimal("0.99")
    doubtful = ["hash rate", "efficiency or power cost", "loan without a lender"]
    assert all(confidence_of(evidence) < least_confidence() for evidence in doubtful)
    assert confidence_of(evidence_of_change("year")) >= least_confidence()


def test_every_claim_has_a_confidence() -> None:
    text = (
        "CleanSpark mined 633 bitcoin in April 2025, up 2% from March. It held 12,101 bitcoin. Its deployed hash "
        "rate was 42.4 EH/s. It agreed to acquire a 40 MW site in Ohio for $31 million."
    )
    article = ArticleText("CleanSpark in April", [text], datetime(2025, 5, 6, tzinfo=UTC), "metadata")
    claims = read_article(article, load_watchlist(), load_lexicon()).claims
    assert {c.fact: str(c.confidence) for c in claims} == {
        "bitcoin_produced": "0.99",
        "change:bitcoin_produced": "0.97",
        "bitcoin_held": "0.81",
        "hashrate_deployed": "0.89",
        "deal:acquisition": "0.91",
    }
