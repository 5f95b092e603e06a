"""The shared short articles: every claim that they state, and no other."""

import csv
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipelines.parse.news.articles import read_article
from pipelines.parse.news.claims import Claim
from pipelines.parse.news.pages import ArticleText
from pipelines.watchlist import load_lexicon, load_watchlist

SHARED = (
    Path(os.environ.get("TEST_SHARED_CASES", Path(__file__).parents[4] / "shared" / "cases")) / "news.csv"
)
# Claims that are not read, each with what it would need.
KNOWN_GAPS = {
    ("CleanSpark quarter", "CLSK total_revenue - 42100000"): "the article does not say what it compares with",
    ("MARA sells", "MARA bitcoin_sold - 14900"): "a span of days that is no month",
}


def _rows() -> list[dict[str, str]]:
    if not SHARED.exists():
        return []
    with SHARED.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _expected(text: str) -> Iterator[tuple[bool, str, str]]:
    """Whether a claim is optional, the claim without its party, and the party."""
    for part in text.split(";"):
        claim = part.split("|")[0].strip()
        if claim and claim != "none":
            party = re.search(r"\s*\bparty=(.*)$", claim)
            bare = claim[: party.start()] if party else claim
            yield bare.startswith("may "), bare.removeprefix("may "), party[1].strip() if party else ""


def _fits(claim: Claim, wanted: str, party: str) -> bool:
    ticker, fact, segment, value, unit, *rest = wanted.split()
    if value == "-":
        return False
    end = rest[0] if rest and rest[0] != "-" else ""
    stated = (claim.company.ticker, claim.fact, claim.segment or "-", claim.value, claim.unit)
    dated = claim.deal is not None or not end or str(claim.end) == end
    sided = not party or (claim.deal is not None and party.lower() in claim.deal.party.lower())
    return stated == (ticker, fact, segment, Decimal(value), unit) and dated and sided


@pytest.mark.skipif(not SHARED.exists(), reason=f"the shared articles are not here ({SHARED})")
@pytest.mark.parametrize("row", _rows(), ids=lambda row: f"{row['title'][:30]} {row['published']}")
def test_shared_article_is_read_right(row: dict[str, str]) -> None:
    published = datetime.fromisoformat(row["published"]).replace(hour=12, tzinfo=UTC)
    article = ArticleText(row["title"], [p.strip() for p in row["text"].split("¶")], published, "metadata")
    left = read_article(article, load_watchlist(), load_lexicon()).claims
    missing = []
    for optional, wanted, party in sorted(_expected(row["expected"])):
        found = next((c for c in left if _fits(c, wanted, party)), None)
        if found is not None:
            left = [c for c in left if c is not found]
        elif not optional and not any(
            row["title"] == title and wanted.startswith(claim) for title, claim in KNOWN_GAPS
        ):
            missing.append(f"{wanted} {party}")
    assert missing == []
    assert [f"{c.company.ticker} {c.fact} {c.value} {c.end}" for c in left] == []
