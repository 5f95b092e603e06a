"""The labelled sample articles: their texts, and the claims that should come out of each."""

import calendar
import re
import shlex
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.parse.news.articles import read_article
from pipelines.parse.news.claims import Claim, ReadArticle
from pipelines.parse.news.pages import ArticleText
from pipelines.settings import HOME
from pipelines.watchlist import load_lexicon, load_watchlist

NEWS = HOME / "samples" / "news"
SAMPLES, HELD_OUT, REGISTERS = (
    NEWS / "articles.yaml",
    NEWS / "held_out.yaml",
    Path(__file__).parent / "registers.yaml",
)
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Labelled:
    """One article and the keys of its claims."""

    id: str
    text: ArticleText
    claims: list[Key]


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def period_of(text: str) -> tuple[date | None, date | None]:
    """`2026Q1`, `2025-04`, `2025`, two days with `..` between, `@2025-04-30` or `-` as first and last day."""
    if text == "-":
        return None, None
    if ".." in text:
        first, _, last = text.partition("..")
        return date.fromisoformat(first), date.fromisoformat(last)
    if text.startswith("@"):
        return None, date.fromisoformat(text[1:])
    if match := re.fullmatch(r"(\d{4})Q([1-4])", text):
        year, quarter = int(match[1]), int(match[2])
        return date(year, quarter * 3 - 2, 1), _month_end(year, quarter * 3)
    if match := re.fullmatch(r"(\d{4})-(\d\d)", text):
        return date(int(match[1]), int(match[2]), 1), _month_end(int(match[1]), int(match[2]))
    return date(int(text), 1, 1), date(int(text), 12, 31)


def key_of_label(text: str) -> Key:
    """A label of the YAML as a key."""
    ticker, fact, value, unit, period, *more = shlex.split(text)
    fact, _, segment = fact.partition("/")
    start, end = period_of(period)
    options = dict(part.split("=", 1) for part in more)
    return (
        ticker,
        fact,
        segment or None,
        Decimal(value),
        unit,
        start,
        end,
        options.get("party", ""),
        Decimal(options["mw"]) if "mw" in options else None,
        options.get("due", ""),
        options.get("status", ""),
    )


def key_of_claim(claim: Claim) -> Key:
    """A claim as the key that a label has; a deal's days are those of its deadline and stand in `due` alone."""
    deal = claim.deal
    start, end = (None, None) if deal else (claim.start, claim.end)
    beside = deal.megawatts if deal and deal.amount is not None else None
    return (
        claim.company.ticker,
        claim.fact,
        claim.segment,
        claim.value,
        claim.unit,
        start,
        end,
        deal.party if deal else "",
        beside,
        deal.due.words if deal and deal.due else "",
        deal.status if deal else "",
    )


@lru_cache(maxsize=4)
def labelled(path: Path) -> tuple[Labelled, ...]:
    """The articles of a file, copies and releases left out."""
    out = []
    for item in yaml.safe_load(path.read_text("utf-8")):
        if "copy_of" in item or "release_of" in item:
            continue
        published = item["published"]
        moment = published if isinstance(published, datetime) else datetime.fromisoformat(str(published))
        text = ArticleText(
            item["title"],
            list(item["body"]),
            moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC),
            "metadata",
        )
        out.append(Labelled(item["id"], text, [key_of_label(c) for c in item["claims"]]))
    return tuple(out)


def claimed(article: Labelled) -> tuple[ReadArticle, list[Key]]:
    """What is read from an article, and its claims as keys."""
    read = read_article(article.text, load_watchlist(), load_lexicon())
    return read, [key_of_claim(c) for c in read.claims]
