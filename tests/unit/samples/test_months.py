"""The monthly updates of the samples state the figures of samples/months.yaml, and nothing else."""

import calendar
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import yaml

from pipelines.parse.press_releases.kind import UPDATE
from pipelines.query.inspect import figures_of
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist

FACTS = {
    "produced": "bitcoin_produced",
    "sold": "bitcoin_sold",
    "proceeds": "bitcoin_sale_proceeds",
    "held": "bitcoin_held",
    "operating": "hashrate_operating",
    "energized": "hashrate_energized",
    "deployed": "hashrate_deployed",
}
OF_A_MONTH = ("produced", "sold", "proceeds")
COMPANIES: dict[str, dict[str, Any]] = yaml.safe_load((HOME / "samples" / "months.yaml").read_text("utf-8"))
UPDATES = [(ticker, row) for ticker, company in COMPANIES.items() for row in company["months"]]


def _cells(ticker: str, row: dict[str, Any]) -> set[tuple[str, str, date | None, date, Decimal, str]]:
    start = date.fromisoformat(f"{row['month']}-01")
    end = start.replace(day=calendar.monthrange(start.year, start.month)[1])
    return {
        (ticker, fact, start if name in OF_A_MONTH else None, end, Decimal(str(row[name])), "company")
        for name, fact in FACTS.items()
        if name in row
    }


@pytest.mark.parametrize(
    ("ticker", "row"), UPDATES, ids=[f"{ticker}-{row['month']}" for ticker, row in UPDATES]
)
def test_update_states_figures_of_its_month(ticker: str, row: dict[str, Any]) -> None:
    folder = HOME / f"samples/edgar/www.sec.gov/Archives/edgar/data/{COMPANIES[ticker]['cik']}"
    [page] = folder.rglob(f"{ticker.lower()}-{row['month'].replace('-', '')}.htm")
    document = page.read_bytes()
    read = figures_of(document, load_watchlist(), load_lexicon())
    figures = read.normalized.figures
    cells = [(read.ticker, f.fact, f.start, f.end, f.value, f.scope) for f in figures]
    assert (read.ticker, read.kind) == (ticker, UPDATE)
    assert sorted(cells, key=repr) == sorted(_cells(ticker, row), key=repr)
    assert (read.normalized.rejected, read.normalized.findings) == ([], [])
    assert "not_understood" not in {item.rule for item in read.normalized.skipped}
    assert all(f"<td>{url}</td>".encode() in document for url in row["source"].split())


def test_each_month_of_a_company_is_stated_once() -> None:
    months = [(ticker, row["month"]) for ticker, row in UPDATES]
    assert len(months) == len(set(months))
    assert all("2023-01" <= month <= "2025-12" for _, month in months)
    assert all(f"{row['filed']:%Y-%m}" > row["month"] and row["filed"].weekday() < 5 for _, row in UPDATES)
