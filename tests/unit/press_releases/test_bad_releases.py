"""Releases that are broken, empty, pictures, or say what cannot be: recorded and visible, never invented."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from pipelines.errors import UnreadableDocument
from pipelines.parse.document.page import read_page
from tests.unit.press_releases.test_figures import APRIL, HEAD, MAY, Page, Read, table


def test_release_without_table_is_read_by_sentences(normalize_release: Read, make_page: Page) -> None:
    assert (
        normalize_release(
            make_page(APRIL, "The company produced 463 bitcoin in April."), disclosed_on=MAY
        ).value("bitcoin_produced", "2025-04-30")
        == 463
    )


def test_table_without_heading_is_rejected(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(make_page(APRIL, table(["Bitcoin Produced", "463", "533"])), disclosed_on=MAY)
    assert found.figures == []
    assert found.rejected_checks() == {"no_heading"}


def test_single_column_has_period_of_release(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(make_page(APRIL, table(["Bitcoin Produced", "463"])), disclosed_on=MAY)
    assert found.value("bitcoin_produced", "2025-04-30", start="2025-04-01") == 463


def test_invalid_month_has_no_period(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            APRIL, table(["Metric", "Smarch 2025", "Febtober 2025"], ["Bitcoin Produced", "463", "533"])
        ),
        disclosed_on=MAY,
    )
    assert all(f.value not in (463, 533) for f in found.figures)
    assert found.rejected_checks()


def test_unknown_unit_is_rejected(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(
            APRIL,
            table(HEAD[:2], ["Deployed Hash Rate (furlongs)", "33.7"], ["Fleet Efficiency (quux)", "21.0"]),
        ),
        disclosed_on=MAY,
    )
    assert found.figures == []
    assert found.rejected_checks() == {"unknown_unit"}


def test_figure_a_thousand_times_too_large_is_rejected(normalize_release: Read, make_page: Page) -> None:
    rows = [
        HEAD[:2],
        ["Bitcoin Produced", "463,000"],
        ["Bitcoin Held", "19,211,000"],
        ["Deployed Hash Rate", "33,700 EH/s"],
        ["Average Net Price per Bitcoin Sold", "$81,731,000"],
    ]
    found = normalize_release(make_page(APRIL, table(*rows)), disclosed_on=MAY)
    assert found.figures == []
    assert found.rejected_checks() == {"impossible_figure"}


def test_sale_at_impossible_price_is_rejected(normalize_release: Read, make_page: Page) -> None:
    """Proceeds in thousands read as dollars: $38,800 for 475 bitcoin is 82 dollars for one."""
    rows = [HEAD[:2], ["Bitcoin Sold", "475"], ["Bitcoin Sales – Net Proceeds", "$38,800"]]
    found = normalize_release(make_page(APRIL, table(*rows)), disclosed_on=MAY)
    assert found.figures == []
    assert found.rejected_checks() == {"impossible_price"}


def test_period_that_has_not_ended_is_rejected(normalize_release: Read, make_page: Page) -> None:
    found = normalize_release(
        make_page(APRIL, table(["Metric", "April 2025", "May 2025"], ["Bitcoin Produced", "463", "500"])),
        disclosed_on=MAY,
    )
    assert [f.value for f in found.figures] == [463]
    assert found.rejected_checks() == {"a_period_that_has_not_ended"}


def test_revenue_without_unit_is_rejected(normalize_release: Read, make_page: Page) -> None:
    rows = [
        ["", "Three Months Ended March 31, 2026"],
        ["Colocation revenue", "77.5"],
        ["Total revenue", "115.2"],
        ["Net loss", "–"],
    ]
    found = normalize_release(
        make_page("Core Scientific Announces First Quarter 2026 Results", table(*rows)),
        "CORZ",
        date(2026, 5, 6),
    )
    assert found.figures == []
    assert found.rejected_checks() == {"scale_unknown"}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"%PDF-1.7 ...", "binary"),
        (b"\xff\xd8\xff\xe0 jpeg", "binary"),
        (
            b"<html><body><p>Riot Announces April 2025 Production Updates</p><table><tr><td>Bitcoin Prod",
            "truncated",
        ),
        (b"<html><body><p>Results</p><img src='a.jpg'><img src='b.jpg'></body></html>", "images"),
        (b"<html><body></body></html>", "empty"),
    ],
)
def test_unreadable_release_has_reason(document: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_page(document)
    assert caught.value.reason == reason


def test_nested_tables_of_twenty_megabytes_are_read(normalize_release: Read) -> None:
    depth = 60_000
    html = (
        b"<html><body><p>Riot Announces April 2025 Production and Operations Updates</p>"
        + b"<table><tr><td>x" * depth
    )
    html += b"y" * (20_000_000 - 2 * len(html)) + b"</td></tr></table>" * depth + b"</body></html>"
    started = time.monotonic()
    try:
        found = normalize_release(html, disclosed_on=MAY)
        assert found.figures == []
    except UnreadableDocument as error:
        assert error.reason in ("not_html", "empty", "truncated", "too_deep")
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("charset", ["cp1252", "utf-8", "utf-16", "latin-1"])
def test_charset_does_not_change_figures(normalize_release: Read, charset: str) -> None:
    text = f"<html><head><meta charset='{charset}'></head><body><p>Riot Announces April 2025 Production and Operations Updates</p><table><tr><td>Metric</td><td>April 2025</td></tr><tr><td>Bitcoin Sales - Net\xa0Proceeds</td><td>$38.8\xa0million</td></tr><tr><td>Power Cost\xa0é</td><td>3</td></tr></table></body></html>"
    assert (
        normalize_release(text.encode(charset), disclosed_on=MAY).value("bitcoin_sale_proceeds", "2025-04-30")
        == 38_800_000
    )


def test_wrong_charset_declaration_is_ignored(normalize_release: Read) -> None:
    text = "<html><head><meta charset='x-unknown'></head><body><p>Riot Announces April 2025 Production and Operations Updates</p><p>Riot’s sites – “strong” – produced 463 bitcoin in April.</p></body></html>"
    assert (
        normalize_release(text.encode("cp1252"), disclosed_on=MAY).value("bitcoin_produced", "2025-04-30")
        == 463
    )


def test_edgar_wrapper_is_removed(normalize_release: Read) -> None:
    text = "<DOCUMENT>\n<TYPE>EX-99.1\n<SEQUENCE>2\n<FILENAME>ex99-1.htm\n<DESCRIPTION>PRESS RELEASE\n<TEXT>\n<HTML><BODY><P>Riot Announces April 2025 Production and Operations Updates</P><P>Riot produced 463 bitcoin in April.</P></BODY></HTML>\n</TEXT>\n</DOCUMENT>"
    found = normalize_release(text.encode(), disclosed_on=MAY)
    assert found.release.classification.headline.startswith("Riot Announces")
    assert found.value("bitcoin_produced", "2025-04-30") == 463


def test_plain_text_columns_are_read(normalize_release: Read) -> None:
    text = """
RIOT ANNOUNCES APRIL 2025 PRODUCTION AND OPERATIONS UPDATES

                                     April          March
                                      2025           2025
                                  ---------      ---------
Bitcoin Produced                        463            533
Bitcoin Held (1)                     19,211         19,223
Bitcoin Sales - Net Proceeds    $38.8 million          -

(1) Unaudited.
"""
    found = normalize_release(
        f"<DOCUMENT><TYPE>EX-99.1<TEXT><PRE>{text}</PRE></TEXT></DOCUMENT>".encode(), disclosed_on=MAY
    )
    assert found.value("bitcoin_held", "2025-04-30") == 19211
    assert found.value("bitcoin_produced", "2025-03-31") == 533
    assert found.value("bitcoin_sale_proceeds", "2025-04-30") == 38_800_000


KINDS: dict[str, tuple[Callable[[Page], bytes], str, str]] = {
    "an update": (lambda page: page(APRIL, "Produced 463 bitcoin."), "update", "headline"),
    "results": (
        lambda page: page("Riot Platforms Reports First Quarter 2025 Financial Results", "x"),
        "release",
        "headline",
    ),
    "a deck, by its table": (
        lambda page: page(
            "Investor presentation", table(HEAD[:2], ["Bitcoin Produced", "463"], ["Bitcoin Held", "19,211"])
        ),
        "update",
        "table",
    ),
    "an offering": (
        lambda page: page("MARA Holdings Announces Pricing of Convertible Notes Offering", "x"),
        "neither",
        "offering",
    ),
    "a purchase": (
        lambda page: page("Core Scientific Agrees to Acquire Polaris DS LLC", "x"),
        "neither",
        "purchase",
    ),
    "an appointment": (
        lambda page: page("Riot Platforms Appoints Chief Financial Officer", "x"),
        "neither",
        "appointment",
    ),
    "a date": (
        lambda page: page("Riot Platforms to Report First Quarter 2025 Results on May 1", "x"),
        "neither",
        "date",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_document_is_classified_with_reason(name: str, normalize_release: Read, make_page: Page) -> None:
    made, kind, why = KINDS[name]
    classification: Any = normalize_release(made(make_page), disclosed_on=MAY).release.classification
    assert classification.kind == kind
    assert why in classification.reason
