"""Kind, day and period of a document, by its headline, first sentence, tables or text."""

from datetime import date

import pytest

from pipelines.parse.document.page import read_page
from pipelines.parse.press_releases.kind import Classification, classify
from pipelines.watchlist import load_watchlist
from tests.unit.press_releases.reading import rows

MONTH = ("2025-03-01", "2025-03-31")
QUARTER = ("2025-01-01", "2025-03-31")
# Long enough that the paragraph that ends with it is no headline.
ABOUT = "The company builds and runs large sites with low power costs in Texas and in Kentucky. " * 3


def classified(*parts: str, day: str | None = "2025-05-05", ticker: str | None = "RIOT") -> Classification:
    body = "".join(part if part.startswith("<") else f"<p>{part}</p>" for part in parts)
    company = load_watchlist().by_ticker(ticker) if ticker else None
    disclosed_on = date.fromisoformat(day) if day else None
    return classify(read_page(f"<html><body>{body}</body></html>".encode()), company, disclosed_on)


def period(found: Classification) -> tuple[str, str] | None:
    return None if found.subject is None else (str(found.subject.start), str(found.subject.end))


HEADLINES = [
    ("Riot Announces March 2025 Production and Operations Updates", "update", MONTH),
    ("Riot Mined 533 Bitcoin in March 2025", "update", MONTH),
    ("Monthly Operational Update for March 2025", "update", MONTH),
    ("Riot Reports First Quarter 2025 Financial Results", "release", QUARTER),
    ("Q1 2025 Shareholder Letter", "release", QUARTER),
    ("Riot Reports Bitcoin Production for the First Quarter of 2025", "release", QUARTER),
    ("Riot Reports Full Year 2024 Results", "release", ("2024-01-01", "2024-12-31")),
    ("Riot Reports Fourth Quarter and Full Year 2024 Results", "release", ("2024-10-01", "2024-12-31")),
    ("March 2025 Production Update; Riot Repays Term Loan", "update", MONTH),
    ("Riot Sells Notes; Announces First Quarter 2025 Financial Results", "release", QUARTER),
]


@pytest.mark.parametrize(("headline", "kind", "subject"), HEADLINES)
def test_headline_names_kind_and_period(headline: str, kind: str, subject: tuple[str, str]) -> None:
    found = classified(headline, "Castle Rock, Colorado.")
    assert (found.kind, period(found), found.headline) == (kind, subject, headline)


@pytest.mark.parametrize(
    "headline",
    [
        "Riot to Report First Quarter 2025 Financial Results on May 1",
        "Riot Sets Date for First Quarter 2025 Results",
        "Riot Prices Offering of Convertible Notes, Provides Operations Update",
        "Riot Acquires a Site in Texas",
        "Riot Appoints Chief Financial Officer",
        "Riot Signs Lease Agreement",
        "Riot to Participate in Investor Conference",
    ],
)
def test_headline_of_other_news_has_no_kind(headline: str) -> None:
    found = classified(headline, "Castle Rock, Colorado.")
    assert found.kind == "neither"
    assert headline[:30] in found.reason


def test_label_above_the_headline_is_no_headline() -> None:
    for first in (
        "FOR IMMEDIATE RELEASE",
        "News Release",
        "Exhibit 99.1",
        "“A strong month”, said Riot's chief",
    ):
        assert classified(first, HEADLINES[0][0]).headline == HEADLINES[0][0]


def test_short_and_long_lines_are_no_headline() -> None:
    assert classified("Riot", "Riot mined bitcoin. " * 20, HEADLINES[0][0]).headline == HEADLINES[0][0]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Riot today announced its financial results for the quarter ended March 31, 2025.", "release"),
        ("Riot today announced its production and operations update for March 2025.", "update"),
        ("Riot today announced a new website.", "neither"),
    ],
)
def test_first_sentence_decides_below_a_vague_headline(sentence: str, kind: str) -> None:
    assert classified("Riot keeps growing", f"{sentence} {ABOUT}").kind == kind


def test_late_sentence_does_not_decide() -> None:
    sentence = "Riot today announced its financial results for the quarter ended March 31, 2025."
    assert classified("Riot keeps growing", *["We build."] * 4, f"{sentence} {ABOUT}").kind == "release"
    assert classified("Riot keeps growing", *["We build."] * 5, f"{sentence} {ABOUT}").kind == "neither"


@pytest.mark.parametrize(
    ("table", "kind", "subject"),
    [
        (("Metric | March 2025", "Bitcoin produced | 533", "Bitcoin held | 19,223"), "update", MONTH),
        (("Metric | Value", "Bitcoin produced | 533", "Bitcoin held | 19,223"), "update", None),
        (("Metric | Q1 2025", "Bitcoin produced | 1,530", "Bitcoin held | 19,223"), "release", QUARTER),
        (("Metric | March 2025", "Bitcoin produced | 533", "Power | 3.8"), "neither", None),
        (("| Q1 2025", "Mining revenue | 1,530", "Total revenue | 1,600"), "release", QUARTER),
        (("| Q1 2025", "Mining revenue | 1,530", "Hosting revenue | 1,600"), "neither", None),
        (("| Q1 2025", "Revenue, net | 1,530", "Net loss | (100)"), "release", QUARTER),
        (("| Q1 2025", "Revenue, net | 1,530", "Taxes | (100)"), "neither", None),
        (("| Value", "Revenue, net | 1,530", "Net loss | (100)"), "neither", None),
    ],
)
def test_table_decides_below_a_vague_headline(
    table: tuple[str, ...], kind: str, subject: tuple[str, str] | None
) -> None:
    found = classified("Riot keeps growing", rows(*table))
    assert (found.kind, period(found)) == (kind, subject)


def test_months_above_production_outweigh_a_line_about_something_else() -> None:
    table = rows(
        "Metric | Mar-25 | Feb-25", "Bitcoin mined | 533 | 470", "Average hash rate | 30.3 EH/s | 29.4 EH/s"
    )
    found = classified("Riot signs an agreement to buy a site in Texas", table)
    assert (found.kind, period(found), found.headline) == ("update", MONTH, "")


def test_title_of_a_statement_decides() -> None:
    table = rows("| Q1 2025", "Revenue, net | 1,530", "Taxes | (100)")
    found = classified("Riot keeps growing", "Consolidated statements of operations", table)
    assert found.kind == "release"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("Growth in March 2025", "Treasury of 12 BTC.", "Holdings of 19,223 bitcoin."), "update"),
        (("Growth in March 2025", "Treasury of 12 BTC.", "Sites in Texas."), "neither"),
        (("Growth in March 2025", "Mined 12 BTC.", "Revenue in March was $8.0 million."), "update"),
        (("Growth in Q1 2025", "Revenue was $95.4 million."), "release"),
        (("Growth in Q1 2025", "Treasury of 12 BTC.", "Holdings of 19,223 bitcoin."), "release"),
        (("Growth in Q1 2025", "Treasury of 12 BTC."), "neither"),
        (("Growth in June 2025", "Treasury of 12 BTC.", "Holdings of 19,223 bitcoin."), "neither"),
        (("Growth again", "Treasury of 12 BTC.", "Holdings of 19,223 bitcoin."), "neither"),
    ],
)
def test_prose_decides_without_tables(lines: tuple[str, ...], kind: str) -> None:
    assert classified("Riot keeps growing", *lines).kind == kind


def test_day_of_filing_is_the_day() -> None:
    assert classified(HEADLINES[0][0], "April 3, 2025 – Riot mined 533 bitcoin.").disclosed_on == date(
        2025, 5, 5
    )


@pytest.mark.parametrize(
    ("lines", "day"),
    [
        (("Castle Rock, April 3, 2025 – Riot mined 533 bitcoin in March.",), "2025-04-03"),
        (("As of March 31, 2025, Riot held 19,223 bitcoin.", "Published on April 3, 2025."), "2025-04-03"),
        (("For the quarter ended March 31, 2025, Riot mined 1,530 bitcoin.",), "2025-04-10"),
        ((rows("Metric | March 2025", "Bitcoin produced | 533"),), "2025-04-10"),
        (("Riot mined 533 bitcoin in March 2025.",), "2025-04-10"),
    ],
)
def test_day_without_filing_is_in_the_text(lines: tuple[str, ...], day: str) -> None:
    found = classified("Riot Announces Production and Operations Updates", *lines, day=None)
    assert str(found.disclosed_on) == day


def test_day_is_not_before_the_period_of_the_headline() -> None:
    """A dateline that holds last year's date by mistake."""
    found = classified(HEADLINES[0][0], "Castle Rock, April 3, 2024 – Riot mined bitcoin.", day=None)
    assert str(found.disclosed_on) == "2025-04-10"


def test_document_without_a_date_is_of_today() -> None:
    assert (
        classified("Riot Announces Operations Update", "Riot mined bitcoin.", day=None).disclosed_on
        == date.today()
    )


def test_cover_of_the_form_is_skipped() -> None:
    cover = ("UNITED STATES SECURITIES AND EXCHANGE COMMISSION", "Current report for February 2025")
    found = classified(*cover, "Exhibit 99.1", HEADLINES[0][0], "Riot mined 533 bitcoin.")
    assert (found.headline, found.kind, period(found)) == (HEADLINES[0][0], "update", MONTH)


def test_announcement_within_the_form_is_read() -> None:
    cover = ("UNITED STATES SECURITIES AND EXCHANGE COMMISSION", "Report of foreign private issuer")
    body = (
        "April Operational Update",
        'Alder Ridge plc (LSE: ALD; "the Company") is pleased to provide this update for March 2025.',
    )
    found = classified(*cover, *["Check box"] * 20, *body, "The Company mined 105 bitcoin in March 2025.")
    assert (found.headline, found.kind) == (body[0], "update")


def test_menus_and_prices_of_a_site_are_skipped() -> None:
    menu = [f"S&P Futures {n},500.25 up 0.4 %" for n in range(1, 40)]
    body = "AUSTIN, April 3, 2025 / ACCESSWIRE / Alder Ridge (NASDAQ: ALDR) mined 215 bitcoin in March 2025."
    found = classified(*menu, "Alder Ridge Announces March Operational Update", body)
    assert (found.headline, found.kind, period(found)) == (
        "Alder Ridge Announces March Operational Update",
        "update",
        MONTH,
    )


def test_sentence_is_no_headline() -> None:
    found = classified("Self-mining benefits from rising prices of bitcoin.", "Hash rate was 5 EH/s.")
    assert (found.kind, found.headline) == ("neither", "")


def test_list_of_exhibits_is_skipped() -> None:
    cover = (
        "UNITED STATES SECURITIES AND EXCHANGE COMMISSION",
        "Exhibit 99.1 Riot Reports Results",
        "Signatures",
    )
    found = classified(*cover, "Exhibit 99.1", HEADLINES[0][0], "Riot mined 533 bitcoin.")
    assert found.headline == HEADLINES[0][0]


@pytest.mark.parametrize(
    ("headline", "text", "ticker", "year_end", "subject"),
    [
        # CleanSpark's fiscal year ends in September, Riot's in December.
        (
            "CleanSpark Reports First Quarter Fiscal 2025 Results",
            "Results for the three months ended December 31, 2024.",
            "CLSK",
            0,
            ("2024-10-01", "2024-12-31"),
        ),
        (
            "Riot Reports Third Quarter 2025 Results",
            "Results for the three months ended March 31, 2025.",
            "RIOT",
            6,
            QUARTER,
        ),
        (
            "Riot Reports Annual Results",
            "Results for the year and quarter ended March 31, 2025.",
            "RIOT",
            3,
            QUARTER,
        ),
        (
            "Riot Reports Annual Results",
            "Results for the third fiscal quarter ended March 31, 2025.",
            "RIOT",
            6,
            QUARTER,
        ),
    ],
)
def test_quarter_of_another_fiscal_year_is_found(
    headline: str, text: str, ticker: str, year_end: int, subject: tuple[str, str]
) -> None:
    found = classified(headline, text, ticker=ticker)
    assert (found.kind, found.year_end, period(found)) == ("release", year_end, subject)


def test_fiscal_quarter_long_past_is_the_calendar_s() -> None:
    """The first fiscal quarter of 2025 ended in December 2024: in May, the calendar's is meant."""
    found = classified("CleanSpark Reports First Quarter 2025 Results", "Henderson, Nevada.", ticker="CLSK")
    assert (found.year_end, period(found)) == (0, ("2024-10-01", "2024-12-31"))
    late = classified(
        "CleanSpark Reports First Quarter 2025 Results", "Henderson.", ticker="CLSK", day="2025-06-20"
    )
    assert (late.year_end, period(late)) == (12, QUARTER)


def test_update_about_a_quarter_is_a_release() -> None:
    assert (
        classified("Riot Provides Operations Update for the First Quarter of 2025", "Riot mined.").kind
        == "release"
    )


def test_update_of_a_month_and_its_quarter_stays_an_update() -> None:
    found = classified("Riot Provides March 2025 and First Quarter 2025 Production Update", "Riot mined.")
    assert (found.kind, period(found)) == ("update", MONTH)


def test_period_compared_with_is_not_the_subject() -> None:
    found = classified("Riot Mined 533 Bitcoin in March 2025, versus 470 in February 2025", "Riot mined.")
    assert period(found) == MONTH
    first = classified("Riot Beats February 2025 with March 2025 Production Update", "Riot mined.")
    assert period(first) == MONTH


def test_month_that_has_not_ended_is_not_the_subject() -> None:
    found = classified(
        "Riot Announces Production Update for March 2025 and Plans for May 2025", "Riot mined."
    )
    assert period(found) == MONTH


def test_period_of_a_headline_without_one_is_in_the_first_lines() -> None:
    found = classified(
        "Riot Announces Production and Operations Update", "Riot mined 533 bitcoin in March 2025."
    )
    assert (found.kind, period(found)) == ("update", MONTH)


def test_period_of_a_text_without_one_is_the_first_column_s() -> None:
    table = rows("Metric | May 2025 | March 2025 | February 2025", "Bitcoin produced | 100 | 533 | 470")
    found = classified("Riot Announces Production and Operations Update", "Riot mined more.", table)
    assert period(found) == MONTH
