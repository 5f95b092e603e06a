"""Metrics in tables of a report: beside tagged figures, never instead of them."""

from datetime import date

from pipelines.normalize.figures import Normalized
from pipelines.normalize.reports import normalize_report, with_tables
from pipelines.parse.press_releases.report_tables import read_report_tables
from pipelines.parse.xbrl.inline import read_facts
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.unit.normalize.inline_document import inline
from tests.unit.press_releases.reading import rows

MINED = [
    (
        "Bitcoin mined",
        "own:QuantityOfBitcoinMined Bitcoin 2025-04-01..2025-06-30 2,001",
        "own:RevenueFromBitcoinMined usd 2025-04-01..2025-06-30 196,098,000",
    )
]
OPERATING = rows(
    "| For the Three Months Ended |",
    "| June 30, 2025 | June 30, 2024",
    "Bitcoin mined | {} | 1,583",
    "Average operating hash rate (EH/s) | 42.7 | 17.9",
    "Proceeds from sale of bitcoin | $10,400,000 | $9,300,000",
    "Owned Facilities | |",
    "Cost per KWH | $0.052 | $0.046",
)


def read(mined: str) -> Normalized:
    document = inline(MINED, text="Results of operations").replace(
        b"</body>", f"{OPERATING.format(mined)}</body>".encode()
    )
    lexicon, company = load_lexicon(), load_watchlist().by_ticker("CLSK")
    tagged = normalize_report(read_facts(document), company, lexicon)
    return with_tables(
        tagged, read_report_tables(document, company, lexicon, date(2025, 8, 7)), lexicon.words
    )


def values(found: Normalized) -> set[str]:
    metrics = (f for f in found.figures if not f.fact.endswith("revenue"))
    return {f"{f.fact} {f.scope} {f.end} {f.value.normalize():f} {f.locator.split(',')[0]}" for f in metrics}


def test_untagged_metrics_are_read_from_tables() -> None:
    """An equal tagged figure stands; amounts are only read if they are tagged; a part's cost is the part's."""
    found = read("2,001")
    tag = next(f.locator for f in found.figures if f.fact == "bitcoin_produced" and f.end.year == 2025)
    assert values(found) == {
        f"bitcoin_produced company 2025-06-30 2001 {tag}",
        "bitcoin_produced company 2024-06-30 1583 table 2",
        "hashrate_average_operating company 2025-06-30 42.7 table 2",
        "hashrate_average_operating company 2024-06-30 17.9 table 2",
        "power_cost Owned Facilities 2025-06-30 5.2 table 2",
        "power_cost Owned Facilities 2024-06-30 4.6 table 2",
    }
    assert found.rejected == []


def test_table_that_differs_from_tagged_figure_is_rejected() -> None:
    found = read("2,010")
    assert [(r.check, r.reason) for r in found.rejected] == [
        (
            "differs_from_tagged",
            "bitcoin_produced: 2,010 in a table, 2,001 in the tagged fact at "
            + next(f.locator for f in found.figures if f.fact == "bitcoin_produced" and f.end.year == 2025),
        )
    ]
    assert not any(f.value == 2010 for f in found.figures)
