"""A report without XBRL: its statements are read from its tables."""

from datetime import date

from pipelines.normalize.figures import Normalized
from pipelines.normalize.release_figures import normalize_release
from pipelines.normalize.release_revenue import normalize_release_revenue
from pipelines.parse.press_releases.report_tables import read_untagged_report
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.unit.press_releases.reading import figures, rows

STATEMENT = (
    "<p>CONSOLIDATED STATEMENTS OF OPERATIONS</p><p>(in thousands)</p>",
    rows(
        " | Year ended December 31, 2020 | Year ended December 31, 2019",
        "Bitcoin mining | 11,984 | 6,741",
        "Data center hosting | 1,020 | 900",
        "Total revenue | 13,004 | 7,641",
        "Cost of revenue | 6,251 | 6,139",
        "Net loss | (12,667) | (20,037)",
    ),
)
READ = {
    "segment_revenue self_mining 2020-12-31 11984000",
    "segment_revenue self_mining 2019-12-31 6741000",
    "segment_revenue hosted_mining 2020-12-31 1020000",
    "segment_revenue hosted_mining 2019-12-31 900000",
    "total_revenue company 2020-12-31 13004000",
    "total_revenue company 2019-12-31 7641000",
}


def report(*parts: str) -> Normalized:
    lexicon, company = load_lexicon(), load_watchlist().by_ticker("RIOT")
    document = f"<html><body><p>FORM 10-K</p>{''.join(parts)}</body></html>".encode()
    read = read_untagged_report(document, company, lexicon, date(2021, 3, 31))
    return normalize_release(read, lexicon.words).add(normalize_release_revenue(read, company, lexicon))


def test_statement_is_read() -> None:
    assert figures(report(*STATEMENT)) == READ


def test_note_with_revenue_between_segments_gives_way_to_the_statement() -> None:
    """It comes first, has costs and income of its own, and is in dollars, which are finer than thousands."""
    note = rows(
        "(in dollars) | Year ended December 31, 2020",
        "Bitcoin mining | 11,984,000",
        "Data center hosting | 4,020,000",
        "Eliminations | (3,000,000)",
        "Total segment and consolidated revenue | 13,004,000",
        "Cost of revenue of segments | 6,251,000",
        "Net loss | (12,667,000)",
    )
    assert figures(report("<p>Note 14. Segments</p>", note, *STATEMENT)) == READ


def test_table_without_a_scale_gives_way_to_one_that_states_it() -> None:
    discontinued = rows(
        " | Year ended December 31, 2020",
        "Total revenues | 129",
        "Cost of revenue | 100",
        "Net income of the former business | 29",
    )
    assert figures(report("<p>Sale of a business</p>", discontinued, *STATEMENT)) == READ


def test_proceeds_under_two_kinds_of_cash_flows_are_the_company_s() -> None:
    flows = rows(
        "(in thousands) | Year ended December 31, 2020 | Year ended December 31, 2019",
        "Cash flows from operating activities",
        "Proceeds from sale of bitcoin | - | 4,100",
        "Cash flows from investing activities",
        "Proceeds from sale of bitcoin | 3,200 | -",
    )
    found = report("<p>CONSOLIDATED STATEMENTS OF CASH FLOWS</p>", flows)
    assert figures(found) == {
        "bitcoin_sale_proceeds company 2020-12-31 3200000",
        "bitcoin_sale_proceeds company 2019-12-31 4100000",
    }


def test_sentences_of_a_report_are_not_read() -> None:
    assert figures(report("<p>In 2020 we mined 1,033 bitcoin and revenue was $12.1 million.</p>")) == set()
