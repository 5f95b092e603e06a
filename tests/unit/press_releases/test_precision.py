"""Precision before recall: texts with numbers beside the words of the field that disclose nothing of ours."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

UPDATE = "Riot Announces April 2025 Production and Operations Updates"
RESULTS = "Riot Platforms Reports First Quarter 2025 Financial Results"

NOTHING = {
    "an offering of notes": (
        "MARA Holdings Announces Pricing of Convertible Senior Notes Offering",
        "The company plans to use the net proceeds of $835.1 million to acquire additional bitcoin and for general corporate purposes.",
    ),
    "an offering told within an update": (
        UPDATE,
        "The company closed its offering of $594.4 million aggregate principal amount of convertible notes and acquired 5,784 bitcoin with the net proceeds from the offering.",
    ),
    "shares sold, not bitcoin": (
        UPDATE,
        "During the month the company sold 2,500,000 shares of common stock under its ATM for $25.1 million.",
    ),
    "miners bought": (
        UPDATE,
        "The company purchased 5,000 S21 miners for $20.5 million to be delivered to its sites.",
    ),
    "miners sold": (UPDATE, "The company sold 4,828 older mining machines for $0.9 million in April."),
    "hash rate that is planned": (
        UPDATE,
        "The company expects to reach a deployed hash rate of 38.4 EH/s by the end of 2025.",
    ),
    "guidance": (
        UPDATE,
        "Guidance for 2025: production of 9,000 bitcoin and an operating hash rate of 40 EH/s.",
    ),
    "a target": (UPDATE, "Our target is to hold 25,000 bitcoin by year-end."),
    "capacity under construction": (
        UPDATE,
        "Construction continues on 600 MW of new capacity in Corsicana that will be energized in 2026.",
    ),
    "a condition": (UPDATE, "If all machines were energized, the company could produce 700 bitcoin a month."),
    "hosted customers' machines": (
        UPDATE,
        "Customers' miners at our sites number 45,000 and their operators sold 120 bitcoin.",
    ),
    "another company's bitcoin": (
        UPDATE,
        "Publicly traded companies globally held 800,000 bitcoin at the end of April.",
    ),
    "a competitor": (UPDATE, "A competitor of ours produced 829 bitcoin in March."),
    "the network": (UPDATE, "The network's hash rate reached 900 EH/s in April, a new record."),
    "the block reward": (UPDATE, "After the halving the block reward fell from 6.25 to 3.125 bitcoin."),
    "a daily average": (UPDATE, "On average the company produced 15.4 bitcoin per day in April."),
    "a daily record": (UPDATE, "Production reached a daily high of 17.9 bitcoin in April."),
    "a sum since the beginning": (UPDATE, "Since inception the company has produced 31,000 bitcoin."),
    "a percentage": (UPDATE, "Bitcoin production rose by 23% and bitcoin held by 117% year over year."),
    "the market's price": (
        UPDATE,
        "Bitcoin closed the month at $94,207, and its average price was $85,000 in April.",
    ),
    "a loan against bitcoin": (
        UPDATE,
        "The facility allows borrowing of up to $200 million against as many as 5,000 bitcoin.",
    ),
    "a purchase agreement with an option": (
        UPDATE,
        "The agreement gives the company an option for a further 100,000 miners with 20 J/TH.",
    ),
    "a power contract": (
        UPDATE,
        "The lease secures 240 MW at a price to be set, with the right to 100 MW more.",
    ),
    "analysts' estimates": (
        RESULTS,
        "Analysts had expected total revenue of $159.8 million in the first quarter of 2025.",
    ),
    "an outlook on revenue": (
        RESULTS,
        "The company anticipates total revenue of $200 million in the second quarter of 2025.",
    ),
    "deferred revenue": (RESULTS, "Deferred revenue of $12.5 million will be recognized over the contract."),
    "revenue of a contract over years": (
        RESULTS,
        "The contracts are expected to bring revenue of $8.7 billion over twelve years.",
    ),
    "cost of revenue": (RESULTS, "Cost of revenue was $90.4 million in the first quarter of 2025."),
    "the date of results": (
        "Riot Platforms to Report First Quarter 2025 Results on May 1, 2025",
        "Riot mined 530 bitcoin a month in 2025 on average.",
    ),
    "an appointment": (
        "Riot Platforms Appoints New Chief Financial Officer",
        "He joins from a company that held 10,000 bitcoin.",
    ),
    "an acquisition": (
        "Core Scientific Agrees to Acquire Polaris DS LLC",
        "The site has 440 MW of capacity; the price is $421 million in cash.",
    ),
    "a safe harbour": (
        UPDATE,
        "Forward-Looking Statements",
        "The company produced 463 bitcoin in April 2025, and actual results may differ.",
    ),
    "what a company says of itself": (
        UPDATE,
        "About Riot Platforms, Inc.",
        "Riot has deployed hash rate of 33.7 EH/s in Texas and Kentucky.",
    ),
    "a year so far": (UPDATE, "The company has produced 1,993 bitcoin thus far in 2025."),
    "since a year": (UPDATE, "We have mined 31,000 bitcoin since 2017."),
    "since a month": (UPDATE, "The company has sold 1,000 bitcoin since January 2025."),
    "a week": (UPDATE, "Last week the company bought 500 bitcoin."),
    "days": (UPDATE, "From April 1 through April 15 the company mined 230 bitcoin."),
    "a day's sale": (UPDATE, "On April 3, 2025, the company sold 100 bitcoin."),
    "after the quarter": (RESULTS, "Subsequent to quarter end, we sold 100 bitcoin for $11 million."),
    "an increase of revenue": (
        RESULTS,
        "Bitcoin mining revenue increased $92.0 million, from $140.0 million.",
    ),
    "another watched company": (
        UPDATE,
        "CleanSpark produced 633 bitcoin in April, and MARA held 48,237 bitcoin.",
    ),
    "a share in percent": (UPDATE, "The company sold approximately 50% of the bitcoin it produced."),
    "coins for an exahash": (UPDATE, "The fleet produced 13.7 bitcoin per exahash in April."),
    "a range": (UPDATE, "The company holds between 19,000 and 20,000 bitcoin."),
    "ether": (UPDATE, "The company held 21,568 ETH and sold 500 ETH in April."),
    "Canadian dollars": (RESULTS, "Total revenue was C$21.5 million in the first quarter of 2025."),
}


@pytest.mark.parametrize("name", NOTHING)
def test_text_without_disclosure_has_no_figure(
    name: str, normalize_release: Callable[..., Any], make_page: Callable[..., bytes]
) -> None:
    title, *texts = NOTHING[name]
    found = normalize_release(make_page(title, *texts), disclosed_on=date(2025, 5, 5))
    assert [(f.fact, f.value, f.label) for f in found.figures] == []


def test_same_words_with_disclosure_give_figures(
    normalize_release: Callable[..., Any], make_page: Callable[..., bytes]
) -> None:
    """The corpus above would pass with a reader that reads nothing; this is the other side of it."""
    found = normalize_release(
        make_page(
            UPDATE,
            "The company produced 463 bitcoin in April 2025 and held 19,211 bitcoin at the end of the month.",
        ),
        disclosed_on=date(2025, 5, 5),
    )
    assert {f.fact: int(f.value) for f in found.figures} == {"bitcoin_produced": 463, "bitcoin_held": 19211}
