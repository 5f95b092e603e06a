"""Deals, targets and changes that filings tell: items 1.01, 2.01 and 8.01 of Form 8-K, and releases."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.parse.deals.filings import FiledProse, read_filed_deals
from pipelines.parse.document.page import read_page
from pipelines.parse.language.periods import Period
from pipelines.watchlist import load_lexicon, load_watchlist

Read = Callable[..., FiledProse]


def prose(
    document: bytes, ticker: str, said: str, *, form: bool = True, subject: Period | None = None
) -> FiledProse:
    watchlist = load_watchlist()
    return read_filed_deals(
        read_page(document),
        watchlist.by_ticker(ticker),
        watchlist,
        load_lexicon(),
        date.fromisoformat(said),
        form_itself=form,
        subject=subject,
    )


def form(item: str, *paragraphs: str, table: bool = False) -> bytes:
    number, _, title = item.partition(" ")
    heading = (
        f"<table><tr><td>Item {number}</td><td>{title}</td></tr></table>"
        if table
        else f"<p><b>Item {item}</b></p>"
    )
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return f"<html><body><p>FORM 8-K</p>{heading}{body}<p><b>Item 9.01 Financial Statements and Exhibits.</b></p><p>Exhibit 99.1, worth $999 million, is furnished.</p><p>SIGNATURES</p></body></html>".encode()


POLARIS = (
    "On May 5, 2026, Core Scientific, Inc. (the “Company”) entered into a purchase agreement with Polaris DS Holdings LLC (the “Seller”), under which the Company agreed to acquire all of the "
    "issued and outstanding membership interests of Polaris DS LLC for approximately $421 million in cash, subject to adjustments.",
    "The Seller is entitled to an additional $40 million if at least 40 MW of firm power is confirmed by December 31, 2026. Polaris holds rights to 440 MW of gross power.",
    "The acquisition is expected to close early in the third quarter of 2026.",
)


@pytest.mark.parametrize("table", [False, True], ids=["heading", "heading as a table"])
def test_item_1_01_agreement(table: bool) -> None:
    """8-K 0001628280-26-030918: about $421 million in cash, $40 million more under a condition, 440 MW gross."""
    ((deal, day),) = prose(
        form("1.01 Entry into a Material Definitive Agreement.", *POLARIS, table=table), "CORZ", "2026-05-06"
    ).deals
    assert (deal.kind, deal.party, deal.amount, deal.megawatts) == (
        "acquisition",
        "Polaris DS LLC",
        421_000_000,
        440,
    )
    assert (deal.status, deal.qualifier, day) == ("agreed", "about", date(2026, 5, 5))
    assert deal.due is not None
    assert (deal.due.words, deal.due.first, deal.due.last) == (
        "early in the third quarter of 2026",
        date(2026, 7, 1),
        date(2026, 8, 31),
    )


def test_item_2_01_completion_over_two_sentences() -> None:
    """Bitfarms and Stronghold, March 2025: about $125 million in shares."""
    ((deal, day),) = prose(
        form(
            "2.01 Completion of Acquisition or Disposition of Assets.",
            "On March 14, 2025, Bitfarms Ltd. completed its previously announced acquisition of Stronghold Digital Mining, Inc. The aggregate consideration was approximately $125 million in common shares.",
        ),
        "KEEL",
        "2025-03-17",
    ).deals
    assert (deal.kind, deal.party, deal.amount, deal.status, day) == (
        "acquisition",
        "Stronghold Digital Mining, Inc.",
        125_000_000,
        "closed",
        date(2025, 3, 14),
    )


def test_lease_value_excludes_guarantee() -> None:
    """TeraWulf and Fluidstack, August 2025: 200 MW, $3.7 billion contracted; a guarantee is not its amount."""
    ((deal, _),) = prose(
        form(
            "1.01 Entry into a Material Definitive Agreement.",
            "On August 14, 2025, a subsidiary of TeraWulf Inc. entered into two ten-year data center leases with Fluidstack USA I Inc. for approximately 200 MW of critical IT load.",
            "The leases represent approximately $3.7 billion in contracted revenue over the initial term. Google LLC will guarantee $1.8 billion of the obligations.",
        ),
        "WULF",
        "2025-08-14",
    ).deals
    assert (deal.kind, deal.party, deal.amount, deal.megawatts) == (
        "lease",
        "Fluidstack USA I Inc.",
        3_700_000_000,
        200,
    )


def test_item_1_01_land_purchase_is_closed() -> None:
    (lease, land) = (
        d
        for d, _ in prose(
            form(
                "1.01 Entry into a Material Definitive Agreement.",
                "On January 16, 2026, Riot Platforms, Inc. entered into a data center lease with Advanced Micro Devices, Inc. for an initial 25 MW, with contract revenue of approximately $311 million over ten years.",
                "On January 15, 2026, Riot acquired title to 200 acres of land in Rockdale, Texas for $96 million.",
            ),
            "RIOT",
            "2026-01-16",
        ).deals
    )
    assert (lease.kind, lease.amount, lease.megawatts, lease.status) == ("lease", 311_000_000, 25, "agreed")
    assert (land.kind, land.amount, land.status) == ("acquisition", 96_000_000, "closed")


def test_notes_offering_is_one_closed_deal() -> None:
    ((deal, _),) = prose(
        form(
            "1.01 Entry into a Material Definitive Agreement.",
            "On November 13, 2025, CleanSpark, Inc. completed its private offering of $1.15 billion aggregate principal amount of 0.00% convertible senior notes due 2032. The net proceeds were approximately $1.13 billion.",
        ),
        "CLSK",
        "2025-11-13",
    ).deals
    assert (deal.kind, deal.amount, deal.status) == ("financing", 1_150_000_000, "closed")


def test_real_notes_offering(shared_edgar: Path) -> None:
    """MARA's of 2024-12-04: $850 million of convertible notes, and coins that were bought, which are no deal."""
    ((deal, _),) = prose(
        next(shared_edgar.rglob("mara-20241204.htm")).read_bytes(), "MARA", "2024-12-04"
    ).deals
    assert (deal.kind, deal.amount, deal.status) == ("financing", 850_000_000, "closed")


@pytest.mark.parametrize(
    "item",
    [
        "5.02 Departure of Directors or Certain Officers.",
        "9.01 Financial Statements and Exhibits.",
        "5.07 Submission of Matters to a Vote.",
    ],
)
def test_other_items_have_no_deals(item: str) -> None:
    assert prose(form(item, *POLARIS), "CORZ", "2026-05-06").deals == []


def test_possible_deal_is_no_deal() -> None:
    text = "Core Scientific, Inc. may acquire sites, and analysts speculated that it could buy Polaris DS LLC for $421 million."
    assert prose(form("8.01 Other Events.", text), "CORZ", "2026-05-06").deals == []


def release(*paragraphs: str) -> bytes:
    return f"<html><body><p><b>Core Scientific Announces First Quarter 2026 Results</b></p>{''.join(f'<p>{p}</p>' for p in paragraphs)}<p><b>Forward-Looking Statements</b></p><p>We expect to deliver 900 MW by 2030.</p></body></html>".encode()


SUBJECT = Period(date(2026, 1, 1), date(2026, 3, 31))


def test_release_states_targets_and_changes() -> None:
    found = prose(
        release(
            "The company expects to deliver about 590 MW of colocation capacity by early 2027.",
            "Self-mining revenue followed a 45% decrease in bitcoin production and an 18% decrease in the average price of bitcoin, year over year.",
        ),
        "CORZ",
        "2026-05-06",
        form=False,
        subject=SUBJECT,
    )
    ((deal, _),) = found.deals
    assert (deal.kind, deal.megawatts, deal.due and deal.due.words) == ("capacity_target", 590, "early 2027")
    assert {(c.fact, c.percent, c.basis) for c in found.changes} == {
        ("change:bitcoin_produced", Decimal(-45), "year"),
        ("change:bitcoin_price", Decimal(-18), "year"),
    }
    assert all((c.start, c.end) == SUBJECT for c in found.changes)


def test_boilerplate_has_no_deals() -> None:
    assert (
        prose(release("Nothing else to report."), "CORZ", "2026-05-06", form=False, subject=SUBJECT).deals
        == []
    )


def test_release_without_period_has_no_changes() -> None:
    assert (
        prose(
            release("A 45% decrease in bitcoin production was seen."), "CORZ", "2026-05-06", form=False
        ).changes
        == []
    )


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        (
            (
                "As previously disclosed, on July 7, 2025, Core Scientific, Inc. entered into an Agreement and Plan of Merger (the “Merger Agreement”) with Tundra Compute, Inc. and a subsidiary of it.",
                "On October 30, 2025, after a vote of its stockholders, Tundra Compute and the Company terminated the Merger Agreement. Neither party owes a termination fee.",
            ),
            ("acquisition", "Tundra Compute, Inc.", None, None, date(2025, 10, 30)),
        ),
        (
            (
                "On October 28, 2025, the Company terminated its credit agreement with Meridian Lending, LLC and repaid what was outstanding.",
            ),
            ("financing", "Meridian Lending, LLC", None, None, date(2025, 10, 28)),
        ),
        (
            (
                "On October 27, 2025, Core Scientific terminated its hosting agreement with Harbor Digital LLC for 40 MW of capacity.",
            ),
            ("hosting", "Harbor Digital LLC", None, 40, date(2025, 10, 27)),
        ),
    ],
    ids=["merger over two sentences", "credit agreement", "hosting with megawatts"],
)
def test_item_1_02_termination(
    paragraphs: tuple[str, ...], expected: tuple[str, str, int | None, int | None, date]
) -> None:
    document = form("1.02 Termination of a Material Definitive Agreement.", *paragraphs)
    ((deal, day),) = prose(document, "CORZ", "2025-10-31").deals
    assert (deal.kind, deal.party, deal.amount, deal.megawatts, day) == expected
    assert deal.status == "terminated"


def test_failed_bid_outside_item_1_02_is_no_deal() -> None:
    """A bid that failed was never a deal of the company."""
    text = "On October 30, 2025, Core Scientific terminated talks on its acquisition of Tundra Compute for $400 million."
    assert prose(form("8.01 Other Events.", text), "CORZ", "2025-10-31").deals == []


def test_notes_have_a_maturity_and_the_day_of_an_exercised_option() -> None:
    """The option is exercised on another day than the offering closes; both notes are deals of their own."""
    first, second = prose(
        form(
            "8.01 Other Events.",
            "On November 20, 2024, MARA Holdings, Inc. issued $1.0 billion aggregate principal amount of its 0.00% convertible senior notes due March 1, 2030.",
            "On December 4, 2024, MARA Holdings, Inc. completed its offering of $850 million aggregate principal amount of 0.00% convertible senior notes due 2031.",
            "On December 3, 2024, the initial purchasers exercised in full their option to purchase an additional $150 million of these notes.",
        ),
        "MARA",
        "2024-12-05",
    ).deals
    stated = [(d.amount, d.amount_kind, d.matures, d.option_on, day) for d, day in (first, second)]
    assert stated == [
        (1_000_000_000, "notes", 2030, None, date(2024, 11, 20)),
        (850_000_000, "notes", 2031, date(2024, 12, 3), date(2024, 12, 4)),
    ]


def test_terms_of_notes_stand_in_other_sentences() -> None:
    """MARA's 8-K of December 4, 2024: maturity, agreement and closing before the amount."""
    ((deal, day),) = prose(
        form(
            "1.01 Entry into a Material Definitive Agreement.",
            "On December 4, 2024, MARA Holdings, Inc. (the “Company”) completed its previously announced private placement of 0.00% convertible notes due 2031 (the “notes”). The notes were placed under "
            "a purchase agreement dated as of December 2, 2024, with several banks. The principal amount of the notes that were sold in the offering was $850 million.",
            "The notes will mature on June 1, 2031. The Company will use $48 million to buy back notes due 2026.",
        ),
        "MARA",
        "2024-12-04",
    ).deals
    assert (deal.amount, deal.matures, deal.status) == (Decimal(850_000_000), 2031, "closed")
    assert (deal.agreed_on, deal.closed_on, day) == (date(2024, 12, 2), date(2024, 12, 4), date(2024, 12, 4))


def test_announcement_is_no_agreement_or_closing() -> None:
    ((deal, day),) = prose(
        form(
            "8.01 Other Events.",
            "On May 5, 2026, Core Scientific, Inc. announced that it has completed the acquisition of Polaris DS LLC for $421 million.",
        ),
        "CORZ",
        "2026-05-06",
    ).deals
    assert (deal.status, deal.agreed_on, deal.closed_on, day) == ("closed", None, None, date(2026, 5, 5))


def test_closing_refers_to_an_older_agreement() -> None:
    ((deal, _),) = prose(
        form(
            "2.01 Completion of Acquisition or Disposition of Assets.",
            "On May 5, 2026, Core Scientific, Inc. completed the acquisition of Polaris DS LLC for $421 million under the agreement dated as of November 20, 2025.",
        ),
        "CORZ",
        "2026-05-06",
    ).deals
    assert (deal.agreed_on, deal.closed_on) == (date(2025, 11, 20), date(2026, 5, 5))
