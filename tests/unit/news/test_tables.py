"""Tables in articles: whose figures they are, of which metric and period."""

from datetime import UTC, datetime

import pytest

from pipelines.parse.news.articles import read_article
from pipelines.parse.news.claims import ReadArticle
from pipelines.parse.news.pages import ArticleText, read_article_page
from pipelines.watchlist import load_lexicon, load_watchlist
from tests.unit.news.test_claims import claim_texts

MONTHS = [
    "Marathon Digital, Riot Blockchain and others mined more. The table compares their monthly mined bitcoin.",
    "Miner | July | June | MoM growth |",
    "Riot | 431 | 252 | 71% |",
    "Marathon | 450 | 271.4 | 65.8% |",
    "Argo | 230 | 171 | 34.5% |",
]
METRICS = [
    "These are the miners' figures of September 2025.",
    "Company | BTC mined | BTC held | Operating hashrate (EH/s) |",
    "MARA | 741 | 52,910 | 60.1 |",
    "CLSK (CleanSpark) | 633 | 13,060 | 49.8 |",
]
OF_ONE = [
    "CleanSpark gave its figures for November 2025.",
    "Metric | November 2025 | October 2025 | Change |",
    "Bitcoin mined | 591 | 615 | -4% |",
    "Bitcoin holdings | 13,071 | 13,042 | |",
    "Deployed hashrate (EH/s) | 50 | 50 | |",
]
PRICES = [
    "CleanSpark and MARA gained last week.",
    "Company | Price | Market cap | Change |",
    "MARA | $14.20 | $5.1 billion | 3.1% |",
    "CleanSpark | $10.20 | $2.9 billion | 4% |",
]


def read(title: str, day: str, paragraphs: list[str]) -> ReadArticle:
    published = datetime.fromisoformat(day).replace(tzinfo=UTC)
    return read_article(
        ArticleText(title, paragraphs, published, "metadata"), load_watchlist(), load_lexicon()
    )


@pytest.mark.parametrize(
    ("title", "day", "paragraphs", "expected"),
    [
        pytest.param(
            "Miners in July",
            "2021-08-04",
            MONTHS,
            {
                "RIOT bitcoin_produced 431 2021-07-01..2021-07-31",
                "RIOT bitcoin_produced 252 2021-06-01..2021-06-30",
                "RIOT change:bitcoin_produced 71 2021-07-01..2021-07-31",
                "MARA bitcoin_produced 450 2021-07-01..2021-07-31",
                "MARA bitcoin_produced 271.4 2021-06-01..2021-06-30",
                "MARA change:bitcoin_produced 65.8 2021-07-01..2021-07-31",
            },
            id="companies by month",
        ),
        pytest.param(
            "Miners in September",
            "2025-11-03",
            METRICS,
            {
                "MARA bitcoin_produced 741 2025-09-01..2025-09-30",
                "MARA bitcoin_held 52910 ..2025-09-30",
                "MARA hashrate_operating 60.1 ..2025-09-30",
                "CLSK bitcoin_produced 633 2025-09-01..2025-09-30",
                "CLSK bitcoin_held 13060 ..2025-09-30",
                "CLSK hashrate_operating 49.8 ..2025-09-30",
            },
            id="companies by metric",
        ),
        pytest.param(
            "CleanSpark's November",
            "2025-12-03",
            OF_ONE,
            {
                "CLSK bitcoin_produced 591 2025-11-01..2025-11-30",
                "CLSK bitcoin_produced 615 2025-10-01..2025-10-31",
                "CLSK change:bitcoin_produced -4 2025-11-01..2025-11-30",
                "CLSK bitcoin_held 13071 ..2025-11-30",
                "CLSK bitcoin_held 13042 ..2025-10-31",
                "CLSK hashrate_deployed 50 ..2025-11-30",
                "CLSK hashrate_deployed 50 ..2025-10-31",
            },
            id="metrics by month",
        ),
        pytest.param("Prices of miners", "2025-11-03", PRICES, set(), id="prices"),
    ],
)
def test_table_is_read(title: str, day: str, paragraphs: list[str], expected: set[str]) -> None:
    assert claim_texts(read(title, day, paragraphs).claims) == expected


def test_rows_of_others_are_skipped() -> None:
    skipped = read("Miners in July", "2021-08-04", MONTHS).skipped
    assert ("another company's", MONTHS[-1]) in skipped


def test_row_with_a_cell_too_few_is_refused() -> None:
    found = read("Miners in July", "2021-08-04", [*MONTHS[:2], "Riot | 431 | 252 |"])
    assert (found.claims, found.skipped) == ([], [("not_understood", "Riot | 431 | 252 |")])


def test_table_of_a_page_is_a_table_of_its_article() -> None:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell.strip()}</td>' for cell in row.strip(' |').split('|'))}</tr>"
        for row in MONTHS[1:]
    )
    text = (
        "Bitcoin miners have published what they mined in July, and all of them mined more than in June. " * 3
    )
    page = f"<html><head><title>July</title></head><body><article><p>{text}</p><p>{MONTHS[0]}</p><table>{rows}</table></article>"
    article = read_article_page(page.encode(), "https://news.example/july")
    article.published = datetime(2021, 8, 4, tzinfo=UTC)
    claims = read_article(article, load_watchlist(), load_lexicon()).claims
    assert "RIOT bitcoin_produced 431 2021-07-01..2021-07-31" in claim_texts(claims)
    assert len(claims) == 6
