"""Entries of feeds: RSS 2.0, RSS 1.0 and Atom by feedparser, JSON Feed, and news sitemaps."""

import calendar
import io
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin

from dateutil import parser as dates
from lxml import etree

from pipelines.errors import UnreadableDocument
from pipelines.parse.news.pages import clean_url, text_of

# Feeds usually have some tens of entries; of a longer feed only the newest are read.
MOST_ENTRIES = 500
_TITLE, _SUMMARY = 500, 4000


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a feed: texts without markup, URL without tracking parameters."""

    url: str
    title: str
    summary: str = ""
    published: datetime | None = None
    author: str = ""


@dataclass(slots=True)
class ReadFeed:
    """Entries, newest first, and problems in the feed."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_feed(body: bytes, url: str, kind: str = "feed", content_type: str = "") -> ReadFeed:
    """Parse the body of a feed or sitemap.

    An entry without a web address is skipped; a date in the future is dropped.

    Raises:
        UnreadableDocument: empty, or not_a_feed (invalid, or a page instead of a feed).
    """
    if not body.strip():
        raise UnreadableDocument("empty", "the feed has no content")
    if kind == "sitemap" or re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", body[:2000]):
        found = _sitemap(body, url)
    elif body.lstrip()[:1] == b"{":
        found = _json_feed(body, url)
    else:
        found = _feed(body, url, content_type)
    if len(found.entries) > MOST_ENTRIES:
        found.problems.append(f"{len(found.entries):,} entries; only the newest {MOST_ENTRIES} are used")
    found.entries.sort(key=lambda e: e.published or datetime.min.replace(tzinfo=UTC), reverse=True)
    found.entries = found.entries[:MOST_ENTRIES]
    return found


def _entry(
    found: ReadFeed,
    base: str,
    link: object,
    title: object,
    summary: object,
    published: datetime | None,
    author: object = "",
) -> None:
    address = clean_url(urljoin(base, str(link or "").strip())) if link else ""
    if not address:
        if "an entry without a web address was skipped" not in found.problems:
            found.problems.append("an entry without a web address was skipped")
        return
    if published is not None and published > datetime.now(UTC) + timedelta(days=1):
        found.problems.append(f"{address} is dated {published:%Y-%m-%d}, in the future; the date is ignored")
        published = None
    found.entries.append(
        Entry(
            address,
            text_of(str(title or ""))[:_TITLE],
            text_of(str(summary or ""))[:_SUMMARY],
            published,
            text_of(str(author or ""))[:200],
        )
    )


def _feed(body: bytes, url: str, content_type: str) -> ReadFeed:
    import feedparser

    parsed = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-location": url, "content-type": content_type or "application/xml"},
        sanitize_html=True,
    )
    found = ReadFeed()
    if not parsed.entries and (parsed.bozo or not parsed.version):
        reason = " ".join(str(parsed.get("bozo_exception", "no entries in it")).split())[:160]
        raise UnreadableDocument("not_a_feed", f"{reason}")
    if parsed.bozo and not isinstance(
        parsed.get("bozo_exception"), (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    ):
        found.problems.append(
            f"the feed is not well-formed: {' '.join(str(parsed.get('bozo_exception', '')).split())[:120]}"
        )
    for item in parsed.entries:
        moment = item.get("published_parsed") or item.get("updated_parsed")
        published = None
        if moment:
            try:
                published = datetime.fromtimestamp(calendar.timegm(moment), UTC)
            except (ValueError, OverflowError):
                published = None
        content = item.get("summary") or (item.get("content") or [{}])[0].get("value", "")
        _entry(found, url, item.get("link"), item.get("title"), content, published, item.get("author", ""))
    return found


def _json_feed(body: bytes, url: str) -> ReadFeed:
    """Parse JSON Feed 1.0 and 1.1, which feedparser 6 does not support."""
    try:
        content: Any = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise UnreadableDocument("not_a_feed", f"not JSON: {' '.join(str(error).split())[:120]}") from error
    items = content.get("items") if isinstance(content, dict) else None
    if not isinstance(items, list) or "jsonfeed.org" not in str(content.get("version", "")):
        raise UnreadableDocument("not_a_feed", "JSON, but not a JSON Feed")
    found = ReadFeed()
    for item in items:
        if not isinstance(item, dict):
            continue
        authors = item.get("authors") or [item.get("author") or {}]
        name = (
            authors[0].get("name", "")
            if isinstance(authors, list) and authors and isinstance(authors[0], dict)
            else ""
        )
        summary = item.get("summary") or item.get("content_text") or item.get("content_html")
        _entry(
            found,
            url,
            item.get("url") or item.get("external_url"),
            item.get("title"),
            summary,
            _moment(item.get("date_published")),
            name,
        )
    return found


def _sitemap(body: bytes, url: str) -> ReadFeed:
    """Parse a news sitemap (sitemaps.org with Google's news extension): URL, title, date."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("not_a_feed", f"not XML: {' '.join(str(error).split())[:120]}") from error
    if root is None or etree.QName(root).localname != "urlset":
        raise UnreadableDocument("not_a_feed", "not a news sitemap: use one that lists articles")
    found = ReadFeed()
    for node in root:
        if not isinstance(node.tag, str):
            continue
        fields = {
            etree.QName(n).localname: (n.text or "").strip() for n in node.iter() if isinstance(n.tag, str)
        }
        _entry(
            found,
            url,
            fields.get("loc"),
            fields.get("title"),
            "",
            _moment(fields.get("publication_date") or fields.get("lastmod")),
        )
    return found


def _moment(text: object) -> datetime | None:
    try:
        moment = dates.parse(str(text)[:60]) if text else None
    except (ValueError, OverflowError):
        return None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
