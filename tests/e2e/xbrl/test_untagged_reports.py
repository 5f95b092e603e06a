"""Real reports give the same revenue with and without their tags."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.normalize.release_figures import normalize_release
from pipelines.normalize.release_revenue import normalize_release_revenue
from pipelines.normalize.segments import normalize_revenue
from pipelines.parse.press_releases.report_tables import read_untagged_report
from pipelines.parse.xbrl.inline import read_facts
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.untagged import without_tags

# The report, its day of filing, and periods of which no table without tags tells the scale.
REPORTS = [
    ("BTBT", "edgar", "btbt-20241231.htm", date(2025, 3, 14), 0),
    ("BTBT", "edgar", "btbt-20250630.htm", date(2025, 8, 14), 0),
    ("CLSK", "edgar", "clsk-20240331.htm", date(2024, 5, 10), 0),
    ("CLSK", "edgar", "clsk-20241231.htm", date(2025, 2, 6), 0),
    ("RIOT", "edgar-2", "riot-20231231x10k.htm", date(2024, 2, 23), 1),
]


def _page(shared_edgar: Path, folder: str, name: str) -> str:
    found = list((shared_edgar.parent / folder).rglob(name))
    if not found:
        pytest.skip(f"{name} is not among the shared files")
    return found[0].read_text("utf-8")


@pytest.mark.parametrize(("ticker", "folder", "name", "filed_on", "lacking"), REPORTS)
def test_same_revenue_without_tags(
    shared_edgar: Path, ticker: str, folder: str, name: str, filed_on: date, lacking: int
) -> None:
    page, lexicon = _page(shared_edgar, folder, name), load_lexicon()
    company = load_watchlist().by_ticker(ticker)
    tagged = normalize_revenue(read_facts(page.encode()), company, lexicon)
    read = read_untagged_report(without_tags(page).encode(), company, lexicon, filed_on)
    stated = {
        (f.fact, f.segment, f.start, f.end): f.value
        for f in normalize_release_revenue(read, company, lexicon).figures
    }
    expected = {(f.fact, f.segment, f.start, f.end): f.value for f in tagged.figures}
    assert expected
    assert {key: stated[key] for key in expected if key in stated} == {
        key: value for key, value in expected.items() if key in stated
    }
    assert len(expected.keys() - stated.keys()) == lacking


def test_proceeds_moved_between_kinds_of_cash_flows_are_one_figure(shared_edgar: Path) -> None:
    page, lexicon = _page(shared_edgar, "edgar", "clsk-20240331.htm"), load_lexicon()
    read = read_untagged_report(
        without_tags(page).encode(), load_watchlist().by_ticker("CLSK"), lexicon, date(2024, 5, 10)
    )
    sales = normalize_release(read, lexicon.words, "bitcoin_sale").figures
    assert {(f.fact, f.scope, f.end.isoformat(), int(f.value)) for f in sales} == {
        ("bitcoin_sale_proceeds", "company", "2024-03-31", 43_103_000),
        ("bitcoin_sale_proceeds", "company", "2023-03-31", 76_203_000),
    }
