"""The text and metadata of a fetched article: title, publisher, author, language, date.

Trafilatura finds the main text. The date is taken from the page's metadata, its JSON-LD, the feed, or a date
line in the text, in this order; repeated date lines count once.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from dateutil import parser as dates
from lxml import etree, html

from pipelines.document_limits import check_markup
from pipelines.errors import UnreadableDocument
from pipelines.extract.whole import check_whole
from pipelines.parse.document.headings import collapse
from pipelines.parse.document.page import decode, parts_of
from pipelines.parse.language.periods import DisclosureContext, find_periods

VERSION = "2"
FULL, SUMMARY, EMPTY = "full", "summary", "empty"
# Below the first limit the text may be a leftover of a script; below the second the summary is used.
_FEWEST_WORDS, _FEWEST_TO_KEEP = 25, 10
_PAYWALL = re.compile(
    r"\b(?:subscribe (?:now |today )?to (?:continue|read|keep reading|unlock)|(?:for|"
    r"to) subscribers only|this (?:article|content|story) is (?:for|available to|"
    r"reserved for) (?:paying )?(?:subscribers|members)|"
    r"already a subscriber|sign in to (?:continue|read)|register to (?:continue|read)|"
    r"unlock this article|continue reading with)\b",
    re.IGNORECASE,
)
_NO_SCRIPT = re.compile(r"\b(?:enable|requires?|turn on|activate)\s+java ?script\b", re.IGNORECASE)
_DATE_TIMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publish-date",
    "publish_date",
    "cxenseparse:recs:publishtime",
)
_DATE_WORDS = r"(?:(?:published|posted|updated|last updated|date|on)\W{0,4})*"
_DATE_LINE = re.compile(
    rf"^\W*{_DATE_WORDS}(?:by [\w .'-]{{2,40}}?\W{{0,4}}{_DATE_WORDS})?(?:(?:mon|tues|wednes|thurs|fri|satur|"
    r"sun)[a-z]*,?\s+)?(?P<date>(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+20\d\d|"
    r"\d{1,2}\.?\s+[A-Z][a-z]{2,8}\.?,?\s+20\d\d|20\d\d-\d\d-\d\d|"
    r"\d{1,2}/\d{1,2}/20\d\d))(?:\D.{0,30})?\W*$",
    re.IGNORECASE,
)
_PLACE_DATE = re.compile(r"^[A-Z][^\n]{0,60}?\b((?:[A-Z][a-z]{2,8}\.?\s+\d{1,2},\s+20\d\d))")
# Parts of a page around the article: title, author, date, links to other articles.
_FURNITURE = [
    "//h1",
    "//*[contains(@class, 'byline') or contains(@class, 'author')]",
    "//time",
    "//aside",
    "//figcaption",
    "//*[contains(@class, 'related') or contains(@class, 'newsletter')]",
]
_LONGEST_TITLE = 500
_EARLIEST = datetime(2009, 1, 3, tzinfo=UTC)


@dataclass(slots=True)
class ArticleText:
    """One article.

    Args:
        paragraphs: Its main text; the feed's or the page's summary if the body is `summary`.
        published_from: `metadata`, `json_ld`, `feed`, `text`, or empty if there is no date.
        body: `full`, `summary` (the article is for subscribers, or has no text of its own) or `empty`.
        problems: Reasons for a summary or an empty body.
    """

    title: str
    paragraphs: list[str]
    published: datetime | None = None
    published_from: str = ""
    publisher: str = ""
    author: str = ""
    language: str = ""
    canonical_url: str = ""
    body: str = FULL
    problems: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class FeedHints:
    """Metadata of an article in its feed, used if the page lacks it."""

    title: str = ""
    summary: str = ""
    published: datetime | None = None
    author: str = ""
    publisher: str = ""
    language: str = ""


def read_article_page(document: bytes, url: str = "", hints: FeedHints | None = None) -> ArticleText:
    """Extract an article from HTML or plain text.

    Raises:
        UnreadableDocument: empty, too_large, binary.
    """
    hints = hints or FeedHints()
    check_whole(document)
    text = decode(document)
    if re.search(r"<(?:html|head|body|article|p|div|meta|title)\b", text[:200_000], re.IGNORECASE):
        article = _from_html(text, url, hints)
    else:
        article = _from_text(text)
    _complete(article, url, hints)
    return article


def _from_text(text: str) -> ArticleText:
    lines = [collapse(line) for line in text.replace("\x00", "").splitlines()]
    days, rest = _date_lines([line for line in lines if line])
    article = ArticleText("", rest)
    if days:
        article.published, article.published_from = days[0], "text"
    if rest and len(rest[0]) < 140 and len(rest) > 1 and rest[0][-1] not in ".!?…" and not article.title:
        article.title = rest.pop(0)
    return article


def _date_lines(lines: list[str]) -> tuple[list[datetime], list[str]]:
    """The dates of lines that contain only a date, deduplicated, and the other lines."""
    days: list[datetime] = []
    rest = []
    for line in lines:
        match = _DATE_LINE.match(line) if len(line) < 90 else None
        moment = _moment(match["date"]) if match else None
        if moment is None:
            rest.append(line)
        elif moment not in days:
            days.append(moment)
    return days, rest


def _from_html(text: str, url: str, hints: FeedHints) -> ArticleText:
    import trafilatura

    check_markup(text)
    try:
        tree = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("empty", f"no text in the page: {error}") from error
    metas = _metas(tree)
    linked = list(_linked_data(tree))
    article = ArticleText(_title(tree, metas, linked), [])
    article.publisher = metas.get("og:site_name", "") or _of(linked, "publisher", "name")
    article.author = (
        metas.get("author", "") or metas.get("article:author", "") or _of(linked, "author", "name")
    )
    if article.author.startswith("http"):
        article.author = ""
    article.language = (tree.get("lang") or metas.get("og:locale") or _of(linked, "inLanguage") or "")[
        :2
    ].lower()
    article.canonical_url = _canonical(tree, metas, url)
    for source, written in (
        ("metadata", [metas[n] for n in _DATE_TIMES if n in metas] + _times(tree)),
        ("json_ld", [_of(linked, "datePublished")]),
    ):
        moments = [m for m in map(_moment, written) if m]
        if moments and article.published is None:
            article.published, article.published_from = moments[0], source
    found = (
        trafilatura.extract(
            tree,
            include_comments=False,
            include_tables=True,
            favor_precision=False,
            fast=True,
            deduplicate=False,
            prune_xpath=_FURNITURE,
        )
        or ""
    )
    lines = [collapse(re.sub(r"^[-•]\s+", "", line)) for line in found.splitlines()]
    if lines and (rest := _cut_off(text)) and re.sub(r"\W", "", lines[-1]).endswith(rest):
        article.problems.append("the page is cut off")
        lines.pop()
    days, article.paragraphs = _date_lines([line for line in lines if line])
    if days and hints.published is None and article.published is None:
        article.published, article.published_from = days[0], "text"
    whole = (
        collapse(" ".join(str(piece) for piece in tree.itertext()))[:20_000]
        if not article.paragraphs
        else article.text
    )
    paid = _of(linked, "isAccessibleForFree").lower() == "false"
    if paid or (_PAYWALL.search(whole) and len(article.text.split()) < 120):
        article.problems.append("behind a paywall")
        article.body = SUMMARY
    elif len(article.text.split()) < _FEWEST_WORDS:
        scripts = len(re.findall(r"<script\b", text, re.IGNORECASE))
        scripted = _NO_SCRIPT.search(text) or (scripts >= 3 and not article.paragraphs)
        if scripted or len(article.text.split()) < _FEWEST_TO_KEEP:
            article.problems.append(
                "the text needs JavaScript" if scripted else "the page has hardly any text"
            )
            article.body = SUMMARY
    if article.body == SUMMARY:
        article.paragraphs = [
            p for p in [metas.get("og:description", "") or metas.get("description", "")] if p
        ]
    return article


_BLOCK_TAG = re.compile(
    r"<(/?)(?:p|li|h[1-6]|t[dhr]|d[dt]|div|blockquote|article|main|section|aside|footer|body|html)\b",
    re.IGNORECASE,
)


def _cut_off(text: str) -> str:
    """Letters and digits of the paragraph in which a page ends; empty if it ends behind one."""
    last = max(_BLOCK_TAG.finditer(text), key=re.Match.start, default=None)
    if last is None or last[1]:
        return ""
    return re.sub(r"\W", "", unescape(re.sub(r"<[^<>]*(?:>|$)", "", text[last.start() :])))


def _complete(article: ArticleText, url: str, hints: FeedHints) -> None:
    """Fill gaps from the feed and report missing metadata."""
    if article.published is None and hints.published is not None:
        article.published, article.published_from = hints.published, "feed"
    if article.published is None:
        for line in article.paragraphs[:3]:
            match = _PLACE_DATE.match(line)
            moment = _moment(match[1]) if match else None
            if moment is not None:
                article.published, article.published_from = moment, "text"
                break
    now = datetime.now(UTC)
    if article.published is not None and article.published > now + timedelta(days=1):
        article.problems.append(f"dated {article.published:%Y-%m-%d}, in the future")
        article.published, article.published_from = None, ""
    article.title = whole_sentences(text_of(article.title or hints.title), _LONGEST_TITLE)
    article.author = text_of(article.author or hints.author)[:200]
    article.publisher = text_of(article.publisher or hints.publisher)
    article.language = article.language or hints.language[:2].lower()
    article.canonical_url = article.canonical_url or clean_url(url)
    if article.body == SUMMARY and hints.summary:
        article.paragraphs = [collapse(text_of(hints.summary))]
    if (
        article.paragraphs
        and article.title
        and collapse(article.paragraphs[0]).casefold() == article.title.casefold()
    ):
        article.paragraphs.pop(0)
    article.paragraphs = [part for paragraph in article.paragraphs for part in parts_of(paragraph)]
    if not article.paragraphs:
        article.body = EMPTY


def text_of(markup: str) -> str:
    """The text of an HTML fragment in a feed's title or summary, without tags and scripts."""
    if "<" not in markup and "&" not in markup:
        return collapse(markup)
    check_markup(markup)
    try:
        tree: Any = html.document_fromstring(f"<div>{markup}</div>")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return collapse(re.sub(r"<[^<>]*>", " ", markup))
    for node in tree.xpath("//script|//style|//iframe|//object"):
        node.drop_tree()
    return collapse(" ".join(tree.itertext()))


def whole_sentences(text: str, most: int) -> str:
    """A text of at most so many characters, cut between sentences: a cut number is another one."""
    return text if len(text) <= most else text[: most + 1].rpartition(". ")[0]


def _metas(tree: Any) -> dict[str, str]:
    out: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (node.get("property") or node.get("name") or node.get("itemprop") or "").strip().lower()
        content = collapse(node.get("content") or "")
        if name and content:
            out.setdefault(name, content)
    return out


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    """The article objects in a page's JSON-LD; invalid JSON is ignored."""
    for node in tree.xpath("//script[@type='application/ld+json']"):
        try:
            content = json.loads(node.text or "")
        except (ValueError, RecursionError):
            continue
        waiting = [content]
        while waiting:
            item = waiting.pop(0)
            if isinstance(item, list):
                waiting += item[:50]
            elif isinstance(item, dict):
                kinds = item.get("@type", "")
                if "Article" in str(kinds) or "Posting" in str(kinds) or "PressRelease" in str(kinds):
                    yield item
                waiting += [
                    v for v in (item.get("@graph"), item.get("mainEntity")) if isinstance(v, (list, dict))
                ]


def _of(linked: list[dict[str, Any]], *path: str) -> str:
    for item in linked:
        value: Any = item
        for name in path:
            value = value[0] if isinstance(value, list) and value else value
            value = value.get(name, "") if isinstance(value, dict) else (value if name == "name" else "")
        if value not in ("", None, [], {}):
            return collapse(str(value))
    return ""


def _title(tree: Any, metas: dict[str, str], linked: list[dict[str, Any]]) -> str:
    heading = next((collapse(" ".join(h.itertext())) for h in tree.iter("h1")), "")
    return (
        metas.get("og:title")
        or _of(linked, "headline")
        or heading
        or collapse((tree.findtext(".//title") or "").split("<")[0])
    )


def _canonical(tree: Any, metas: dict[str, str], url: str) -> str:
    """The canonical URL that a page declares, if it is a web address.

    Only a link element may name another host.
    """
    link = next(
        (n.get("href") for n in tree.iter("link") if "canonical" in (n.get("rel") or "").lower().split()),
        None,
    )
    declared = link or metas.get("og:url", "")
    try:
        joined = urljoin(url, declared) if declared else ""
    except ValueError:
        # "https://news.exampl[e/a": a bracket opens an IPv6 address.
        joined = ""
    return clean_url(joined) or clean_url(url)


def clean_url(url: str) -> str:
    """A URL without fragment and tracking parameters; empty if it is not a web address."""
    from courlan import clean_url as cleaned
    from courlan import normalize_url

    try:
        parts = urlsplit(url)
        invalid = not parts.hostname or parts.port == 0 or re.search(r"[\s<>\"]", url)
        if parts.scheme not in ("http", "https") or invalid:
            return ""
        return str(normalize_url(cleaned(url) or url, strict=False, language=None).split("#")[0])
    except ValueError:
        return ""


def _times(tree: Any) -> list[str]:
    """Times that the page marks as publication times."""
    return [
        n.get("datetime")
        for n in tree.iter("time")
        if n.get("datetime")
        and (
            n.get("pubdate") is not None
            or "publish" in f"{n.get('itemprop', '')} {n.get('class', '')}".lower()
            or "date" in f"{n.get('itemprop', '')} {n.get('class', '')}".lower()
        )
    ]


def moment_of(text: object) -> datetime | None:
    """A time as UTC, midnight for a date; None if it is not one, or before 1970."""
    try:
        moment = dates.parse(str(text or "")[:60])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
    return moment if moment.year >= 1970 else None


def _moment(text: object) -> datetime | None:
    """The same; None before 2009, the first year of bitcoin."""
    moment = moment_of(text)
    return moment if moment is not None and moment >= _EARLIEST else None


def day_of(article: ArticleText) -> date | None:
    """The day of publication; None if unknown."""
    if article.published is not None:
        return article.published.date()
    named = [
        n.period.end
        for n in find_periods(article.title, DisclosureContext(None, datetime.now(UTC).date()))
        if n.year_written
    ]
    return max(named) if named else None
