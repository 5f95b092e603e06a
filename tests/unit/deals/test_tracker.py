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
        (
            (
                "Core Scientific buys two sites for $179 million",
                "Core Scientific announces plans to acquire two mining sites with a combined capacity of 390 megawatts.",
                "The deal, valued at $178.6 million, makes it the owner of its sites.",
                "It signed a definitive agreement to acquire the two sites with 390 megawatts.",
            ),
            "acquisition 178600000 price mw=390/stated agreed",
        ),
        (
            (
                "Core Scientific expands with a $7.3M site",
                "Core Scientific announced its purchase agreement to acquire a 15 MW mining site in Oklahoma for $7.3 million.",
                "The site, previously owned by Tundra Infrastructure LLC, is to be its own.",
            ),
            'acquisition 7300000 price mw=15/stated party="Tundra Infrastructure LLC"/seller agreed',
        ),
        (
            (
                "Core Scientific, Helio AI data center deal",
                "Core Scientific has signed a long-term agreement to deliver 245MW of IT capacity to AI cloud provider Helio AI.",
                "Under the deal, Helio AI will lease the capacity at Core Scientific's campus for 15 years, with the base contract valued at about USD 7 billion.",
            ),
            'lease 7000000000 contract_value mw=245/critical_it party="Helio AI"/customer agreed term=15',
        ),
        (
            (
                "Core Scientific sells a property for $12M",
                "Core Scientific announced the sale of the property in Spartanburg to data center operator Data Harbor for $12.1 million in cash.",
                "The sale is expected to close in the first quarter of 2028.",
            ),
            'acquisition 12100000 price party="Data Harbor"/buyer agreed due="first quarter of 2028"',
        ),
        (
            (
                "Core Scientific buys a site",
                "Core Scientific has acquired a 60 MW mining site in Ohio for $19 million.",
                "The seller is Tundra Compute Corp.",
            ),
            'acquisition 19000000 price mw=60/stated party="Tundra Compute Corp."/seller closed',
        ),
        (
            (
                "Core Scientific gets $14M",
                "Core Scientific will get $14 million in funding to finish a site, under a new deal with Navita Global.",
                "The deal includes a $2 million loan to complete construction and a $12 million equity investment.",
            ),
            'financing 14000000 equity party="Navita Global"/investor agreed',
        ),
    ],
)
def test_sentences_about_one_deal(texts: tuple[str, ...], expected: str) -> None:
    assert [shown(deal) for deal in told(*texts)] == [expected]


def test_further_capacity_is_a_target_of_its_own() -> None:
    """ "An additional 8 MW" is no part of what was bought."""
    deals = told(
        "Core Scientific buys Tundra Compute for $46 million",
        "Core Scientific has acquired Tundra Compute for $46 million.",
        "Tundra has a pipeline of 288 megawatts, with plans to bring an additional 8 MW online by the end of Q2 next year.",
    )
    assert [shown(deal) for deal in deals] == [
        'acquisition 46000000 price party="Tundra Compute"/target closed',
        'capacity_target 8 MW planned due="end of Q2 next year"',
    ]


def test_amounts_of_another_deal_stay_apart() -> None:
    deals = told(
        "Core Scientific signed a hosting agreement with Helio AI for 80 MW.",
        "It also secured a $50 million credit facility from Matrix Bank.",
    )
    assert [shown(deal) for deal in deals] == [
        'hosting 80 MW party="Helio AI"/customer agreed',
        'financing 50000000 loan party="Matrix Bank"/lender closed',
    ]
