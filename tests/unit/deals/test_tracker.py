"""Deals over several sentences become one record."""

import pytest

from pipelines.parse.deals.deal import Deal
from pipelines.parse.deals.tracker import DealTracker
from pipelines.watchlist import load_watchlist
from tests.unit.deals.test_sentences import annotated, shown


def told(*texts: str) -> list[Deal]:
    company = load_watchlist().by_ticker("CORZ")
    tracker = DealTracker()
    for place, text in enumerate(texts):
        tracker.read(annotated(text, title=place == 0 and len(texts) > 1), [], lambda _: company)
    return [tracked.deal for tracked in tracker.deals]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            (
                "Core Scientific signs $6 billion AI lease",
                "Core Scientific has signed a 15-year lease worth $6.1 billion for its campus in Texas.",
                "The lease that was signed is tied to the company's campus.",
                "And it covers 310 MW of AI computing capacity.",
                "Cloud provider Helio AI will lease the capacity, with a bank as its guarantor.",
            ),
            'lease 6100000000 contract_value mw=310/stated party="Helio AI"/customer agreed term=15',
        ),
        (
            (
                "Core Scientific lands a lease",
                "Core Scientific secured a 15-year, $6 billion lease to deliver AI data center capacity.",
                "The deal shows how miners use their power.",
                "Core Scientific's lease with infrastructure company Helio AI covers 240 MW of IT capacity.",
            ),
            'lease 6000000000 contract_value mw=240/critical_it party="Helio AI"/customer agreed term=15',
        ),
        (
            (
                "Core Scientific buys two sites",
                "Core Scientific has agreed to purchase two sites from Meridian Power for $168.6 million.",
                "The two data centers have a combined capacity of 380 MW.",
            ),
            'acquisition 168600000 price mw=380/stated party="Meridian Power"/seller agreed',
        ),
        (
            (
                "Core Scientific completes purchase of Tundra Compute",
                "Core Scientific has purchased Tundra Compute.",
                "The $145m all-stock deal, which began in June, gives Tundra's owners new shares.",
            ),
            'acquisition 145000000 price party="Tundra Compute"/target closed',
        ),
        (
            (
                "Core Scientific Buys a Mine",
                "Core Scientific has acquired Polaris DS LLC.",
                "The aggregate consideration was $421 million.",
                "Polaris holds rights to 440 MW of gross power.",
            ),
            'acquisition 421000000 price mw=440/gross party="Polaris DS LLC"/target closed',
        ),
        (
            (
                "Core Scientific Signs Lease",
                "Core Scientific signed a data center lease with Helio AI for 25 MW of critical IT load.",
                "The lease should bring in $311 million of contract revenue over its term.",
                "Extensions could raise that to $1 billion.",
                "The site has a 700 MW connection to the grid.",
            ),
            'lease 311000000 contract_value mw=25/critical_it party="Helio AI"/customer agreed',
        ),
        (
            (
                "Core Scientific to pay $178 million for two sites",
                "Core Scientific agreed to purchase two sites in Texas from Meridian Power for $178.6 million.",
            ),
            'acquisition 178600000 price party="Meridian Power"/seller agreed',
        ),
        (
            (
                "Core Scientific buys 50 MW bitcoin mine for $19.5 million",
                "Core Scientific has acquired a 50 MW bitcoin mining site in Georgia for $19.5 million in cash.",
            ),
            "acquisition 19500000 price mw=50/stated closed",
        ),
        (
            (
                "Core Scientific signs hosting deal",
                "Core Scientific signed a hosting agreement with Helio AI to deliver 80 MW.",
                "It plans to deliver the 80 MW by early 2027.",
            ),
            'hosting 80 MW party="Helio AI"/customer agreed due="early 2027"',
        ),
        (
            (
                "Core Scientific borrows",
                "Core Scientific entered into a loan agreement with Matrix Bank.",
                "The facility of up to $200 million is secured by its machines.",
            ),
            'financing 200000000 loan party="Matrix Bank"/lender agreed',
        ),
    ],
)
def test_sentences_about_one_deal(texts: tuple[str, ...], expected: str) -> None:
    assert [shown(deal) for deal in told(*texts)] == [expected]


def test_amounts_of_another_deal_stay_apart() -> None:
    deals = told(
        "Core Scientific signed a hosting agreement with Helio AI for 80 MW.",
        "It also secured a $50 million credit facility from Matrix Bank.",
    )
    assert [shown(deal) for deal in deals] == [
        'hosting 80 MW party="Helio AI"/customer agreed',
        'financing 50000000 loan party="Matrix Bank"/lender closed',
    ]
