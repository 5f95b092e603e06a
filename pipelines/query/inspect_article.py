"""Extract claims from one article without loading them, with their status in a warehouse."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.errors import UnreadableDocument
from pipelines.normalize.claim_match import ComparedClaim, compare_claim
from pipelines.normalize.figures import AS_REPORTED, plain
from pipelines.parse.document.page import decode, read_page
from pipelines.parse.language.companies import company_names
from pipelines.parse.news.articles import read_article
from pipelines.parse.news.claims import Claim, ReadArticle
from pipelines.parse.news.pages import ArticleText, read_article_page
from pipelines.query.inspect import FIGURE_COLUMNS
from pipelines.settings import Settings
from pipelines.warehouse import claims as loaded
from pipelines.warehouse.prices import prices_between
from pipelines.watchlist import Lexicon, Watchlist

CLAIM_COLUMNS = (
    *FIGURE_COLUMNS,
    "party",
    "megawatts",
    "status",
    "party_role",
    "amount_kind",
    "megawatts_kind",
    "confidence",
    "evidence",
)
# Phrases of companies' own documents that articles do not use.
_FILING_MARKS = re.compile(
    (
        r"forward[- ]looking statements?|safe harbou?r|(?:investor|media) (?:relations|contacts?)\b"
        r"|exhibit 99|form (?:8-K|6-K|10-Q|10-K|20-F|40-F)\b|<TYPE>|securities and exchange commission"
        r"|\bthe registrant\b|\(the [“\"](?:company|registrant)[”\"]\)|^\s*item\s+\d\.\d\d\b|\((?:unaudited"
        r"|in thousands)|condensed consolidated"
    ),
    re.IGNORECASE | re.MULTILINE,
)
_ANNOUNCES = re.compile(
    (
        r"\b(?:announces?|provides?|releases|issues|publishes)\b[^.\n]{0,80}\b(?:results|updates?"
        r"|production|operations|highlights|offering|notes)\b|\btoday (?:announced|reported|released"
        r"|provided)\b|\b(?:PRNewswire|GLOBE NEWSWIRE|business ?wire|ACCESS Newswire|Newsfile)\b"
    ),
    re.IGNORECASE,
)
_ARTICLE_MARKS = re.compile(
    (
        r"\"@type\"\s*:\s*\"\w*(?:Article|Posting)|property=[\"']article:published_time"
        r"|content=[\"']article[\"']|<article\b"
    ),
    re.IGNORECASE,
)
_OF_EDGAR = re.compile(
    r"(?:^|[/.])sec\.gov/|/Archives/edgar/|(?:^|[/_-])(?:ex|exhibit)[-_]?99", re.IGNORECASE
)
# A short text with this many first-person pronouns is a company document.
_WE, _MOST_WE, _MOST_ROWS = re.compile(r"\b(?:we|our|us)\b", re.IGNORECASE), 5, 3


@dataclass(frozen=True, slots=True)
class InspectedArticle:
    """An article's text and claims."""

    text: ArticleText
    read: ReadArticle


def looks_like_article(document: bytes, watchlist: Watchlist, source: str = "") -> bool:
    """Whether a document is an article rather than a filing, by its source, markup and wording.

    Company documents have forward-looking statements, form items, first-person pronouns or many tables.
    Without any of these, a document with figures of a watched company is an article.
    """
    text = decode(document[:400_000])
    if _OF_EDGAR.search(source) or re.search(r"<(?:SEC-DOCUMENT|DOCUMENT|ix:|xbrl)", text, re.IGNORECASE):
        return False
    if _ARTICLE_MARKS.search(text):
        return True
    try:
        page = read_page(document)
    except UnreadableDocument:
        return False
    words = "\n".join(block.text for block in page.blocks)
    if _FILING_MARKS.search(words) or _ANNOUNCES.search(words[:1500]):
        return False
    spoken = re.sub(r"[“\"][^“”\"]*[”\"]", " ", words)
    rows = sum(len(table.lines) for table in page.tables)
    if len(_WE.findall(spoken)) >= _MOST_WE or rows >= _MOST_ROWS:
        return False
    return bool(re.search(r"\d", words)) and bool(company_names(watchlist).counts(words))


def inspect_article(
    document: bytes, watchlist: Watchlist, lexicon: Lexicon, published: date | None = None
) -> InspectedArticle:
    """Claims of an article. Raises UnreadableDocument.

    Args:
        published: The date, if the article has none.
    """
    text = read_article_page(document)
    if published is not None:
        text.published, text.published_from = datetime.combine(published, datetime.min.time(), UTC), "text"
    return InspectedArticle(text, read_article(text, watchlist, lexicon))


def claim_rows(claims: list[Claim], statuses: list[str]) -> list[dict[str, str]]:
    """Claims as text. Columns: CLAIM_COLUMNS; the scope of a deal is its status."""
    return [
        {
            "ticker": c.company.ticker,
            "fact": c.fact,
            "segment": c.segment or "",
            "period_start": str(c.start or ""),
            "period_end": str(c.end or ""),
            "value": f"{plain(c.value):f}",
            "unit": c.unit,
            "scope": c.deal.status if c.deal else "" if c.segment else "company",
            "label": c.sentence,
            "locator": c.locator,
            "derivation": AS_REPORTED,
            "party": c.deal.party if c.deal else "",
            "megawatts": f"{plain(c.deal.megawatts):f}"
            if c.deal and c.deal.amount is not None and c.deal.megawatts is not None
            else "",
            "status": status,
            "party_role": c.deal.role if c.deal else "",
            "amount_kind": c.deal.amount_kind if c.deal else "",
            "megawatts_kind": c.deal.megawatts_kind if c.deal else "",
            "confidence": str(c.confidence),
            "evidence": c.evidence,
        }
        for c, status in zip(claims, statuses, strict=True)
    ]


def warehouse_of(settings: Settings) -> sa.Engine | None:
    """The existing warehouse, or None; inspecting a file does not create one."""
    from pipelines.warehouse.engine import connect_engine

    if settings.warehouse_url or Path(settings.data_dir / "postgres").exists():
        return connect_engine(settings)
    return None


def statuses_of(engine: sa.Engine | None, claims: list[Claim], published: datetime | None) -> list[str]:
    """Status of each claim; empty without a warehouse or without filings of the company."""
    if engine is None or published is None:
        return [""] * len(claims)
    out: dict[int, str] = {}
    with engine.connect() as connection:
        for company in {c.company for c in claims}:
            stated: list[Any] = loaded.stated_figures(connection, company)
            deals = [
                loaded.filed_deal(row) for row, is_news in loaded.deals_of(connection, company) if not is_news
            ]
            for place, claim in enumerate(claims):
                if claim.company == company:
                    asked = _compared(claim, published)
                    prices = (
                        prices_between(connection, date(claim.end.year - 2, 1, 1), claim.end)
                        if claim.fact == "change:bitcoin_price" and claim.end
                        else {}
                    )
                    out[place] = compare_claim(asked, stated, deals, prices).status if stated or deals else ""
    return [out[place] for place in range(len(claims))]


def _compared(claim: Claim, published: datetime) -> ComparedClaim:
    deal = claim.deal
    start, end = (None, None) if deal else (claim.start, claim.end)
    beside = deal.megawatts if deal and deal.amount is not None else None
    return ComparedClaim(
        claim.fact,
        claim.segment,
        start,
        end,
        claim.value,
        claim.unit,
        claim.rounding,
        claim.qualifier,
        claim.basis,
        published,
        deal.party if deal else "",
        beside,
        deal.status if deal else "",
    )
