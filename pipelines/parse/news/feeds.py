"""Entries of feeds (RSS, Atom, JSON Feed), and of news sitemaps."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from lxml import etree

from pipelines.errors import UnreadableDocument
from pipelines.parse.news.pages import clean_url, moment_of, text_of, whole_sentences

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


def read_feed(body: bytes, url: str, kind: str = "feed") -> ReadFeed:
    """Parse the body of a feed or sitemap.

    An entry without a web address is skipped; a date in the future is dropped.

    Raises:
        UnreadableDocument: empty, or not_a_feed (invalid, or a page instead of a feed).
    """
    if not body.strip():
        raise UnreadableDocument("empty", "the feed has no content")
    if kind == "sitemap" or re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", body[:2000]):
        found = _sitemap(body, url)
    else:
        found = _feed(body, url)
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
    try:
        address = clean_url(urljoin(base, str(link).strip())) if link else ""
    except ValueError:
        address = ""
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
            whole_sentences(text_of(str(title or "")), _TITLE),
            whole_sentences(text_of(str(summary or "")), _SUMMARY),
            published,
            text_of(str(author or ""))[:200],
        )
    )


def _feed(body: bytes, url: str) -> ReadFeed:
    import fastfeedparser

    try:
        entries = fastfeedparser.parse(body, include_tags=False, include_media=False).entries
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise UnreadableDocument("not_a_feed", " ".join(str(error).split())[:160]) from error
    is_json = body.lstrip()[:1] == b"{"
    if not entries and (is_json and b"jsonfeed.org" not in body):
        raise UnreadableDocument("not_a_feed", "JSON, but not a JSON Feed")
    found = ReadFeed()
    if not is_json and (problem := _malformed(body)):
        found.problems.append(f"the feed is not well-formed: {problem}")
    for item in entries:
        moment = moment_of(item.get("published") or item.get("updated"))
        summary = item.get("description") or next((c.get("value", "") for c in item.get("content") or []), "")
        _entry(found, url, item.get("link"), item.get("title"), summary, moment, item.get("author") or "")
    return found


def _malformed(body: bytes) -> str:
    """The reason why a document is not well-formed XML; empty if it is."""
    try:
        etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError) as error:
        return " ".join(str(error).split())[:120]
    return ""


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
            moment_of(fields.get("publication_date") or fields.get("lastmod")),
        )
    return found
