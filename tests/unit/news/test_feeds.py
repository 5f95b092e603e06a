"""Feeds in all their formats, and feeds that are none."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UnreadableDocument, UsageError
from pipelines.parse.news.feeds import MOST_ENTRIES, read_feed
from pipelines.settings import HOME
from pipelines.watchlist import load_watchlist
from pipelines.watchlist.feeds import Feed, load_feeds

URL = "https://news.example/feed.xml"
ITEM = "<item><title>Riot sells 475 bitcoin</title><link>https://news.example/riot?utm_source=rss</link><description>In April.</description><pubDate>Tue, 06 May 2025 14:00:00 GMT</pubDate></item>"


def rss(items: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return f'{head}<rss version="2.0"><channel><title>N</title><link>https://news.example/</link>{items}</channel></rss>'.encode()


ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><title>Riot sells 475 bitcoin</title>
<link rel="alternate" href="/riot"/><published>2025-05-06T14:00:00Z</published><author><name>I. Albrecht</name></author><summary>In April.</summary></entry></feed>"""
RDF = b"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example/"><title>N</title><link>https://news.example/</link></channel>
<item rdf:about="https://news.example/riot"><title>Riot sells 475 bitcoin</title><link>https://news.example/riot</link><dc:date>2025-05-06T14:00:00Z</dc:date></item></rdf:RDF>"""
SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/riot</loc>
<news:news><news:publication_date>2025-05-06T14:00:00Z</news:publication_date><news:title>Riot sells 475 bitcoin</news:title></news:news></url></urlset>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {
                "id": "1",
                "url": "https://news.example/riot",
                "title": "Riot sells 475 bitcoin",
                "date_published": "2025-05-06T16:00:00+02:00",
                "authors": [{"name": "I. Albrecht"}],
            }
        ],
    }
).encode()


@pytest.mark.parametrize(
    "body", [rss(ITEM), ATOM, RDF, SITEMAP, JSON], ids=["rss2", "atom", "rss1", "sitemap", "json"]
)
def test_feed_formats_give_same_entry(body: bytes) -> None:
    (entry,) = read_feed(body, URL).entries
    assert (entry.url, entry.title) == ("https://news.example/riot", "Riot sells 475 bitcoin")
    assert entry.published == datetime(2025, 5, 6, 14, tzinfo=UTC)


def test_entry_has_author_and_summary() -> None:
    assert read_feed(ATOM, URL).entries[0].author == "I. Albrecht"
    assert read_feed(JSON, URL).entries[0].author == "I. Albrecht"
    assert read_feed(rss(ITEM), URL).entries[0].summary == "In April."


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<html><body>403 Forbidden</body></html>",
        b"not a feed at all",
        b'{"items": 3',
        b'{"version": "1", "items": []}',
        b"\x00\x01\x02",
    ],
    ids=["nothing", "blank", "a page", "words", "cut json", "other json", "binary"],
)
def test_invalid_feed_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableDocument) as raised:
        read_feed(body, URL)
    assert raised.value.reason in ("empty", "not_a_feed")


def test_broken_xml_keeps_earlier_entries() -> None:
    found = read_feed(rss(ITEM + "<item><title>A & B <br></title>")[:-20], URL)
    assert found.entries[0].title == "Riot sells 475 bitcoin"
    assert any("not well-formed" in problem for problem in found.problems)


def test_long_feed_is_read_from_newest() -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    items = "".join(
        f"<item><title>T{i}</title><link>https://news.example/{i}</link><pubDate>{first + timedelta(minutes=i):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for i in range(10_000)
    )
    found = read_feed(rss(items), URL)
    assert len(found.entries) == MOST_ENTRIES
    assert found.entries[0].title == "T9999"
    assert "10,000 entries" in found.problems[0]


def test_missing_and_future_dates_are_empty() -> None:
    future = datetime.now(UTC) + timedelta(days=400)
    items = f"<item><title>A</title><link>https://news.example/a</link></item><item><title>B</title><link>https://news.example/b</link><pubDate>{future:%a, %d %b %Y} 10:00:00 GMT</pubDate></item>"
    found = read_feed(rss(items), URL)
    assert [(e.title, e.published) for e in found.entries] == [("A", None), ("B", None)]
    assert any("in the future" in problem for problem in found.problems)


def test_title_markup_becomes_text() -> None:
    item = "<item><title>&lt;script&gt;alert(1)&lt;/script&gt;Riot &lt;b&gt;sells&lt;/b&gt;</title><link>https://news.example/r</link><description>&lt;img src=x onerror=alert(1)&gt;In April&lt;iframe src='//x'&gt;&lt;/iframe&gt;</description></item>"
    (entry,) = read_feed(rss(item), URL).entries
    assert entry.title == "Riot sells"
    assert "<" not in entry.summary
    assert "onerror" not in entry.summary


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", "https://"]
)
def test_entry_without_web_link_is_skipped(link: str) -> None:
    found = read_feed(rss(f"<item><title>A</title><link>{link}</link></item>{ITEM}"), URL)
    assert [e.url for e in found.entries if e.title == "A"] in ([], ["https://news.example/feed.xml"])
    assert any(e.title.startswith("Riot") for e in found.entries)


def test_wrong_charset_is_corrected() -> None:
    item = ITEM.replace("Riot sells", "Riot’s Münze sells")
    body = rss(item, '<?xml version="1.0" encoding="us-ascii"?>')
    assert "Münze" in read_feed(body, URL).entries[0].title
    latin = (
        rss(item.replace("’", "'"), '<?xml version="1.0" encoding="iso-8859-1"?>').decode().encode("latin-1")
    )
    assert "Münze" in read_feed(latin, URL).entries[0].title


def test_entities_are_not_expanded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://news.example/a</loc><title>&x;&b;</title></url></urlset>'
    (entry,) = read_feed(bomb, URL, "sitemap").entries
    assert "root:" not in entry.title


@given(st.binary(max_size=400))
def test_feed_of_any_bytes_is_read_or_refused(body: bytes) -> None:
    try:
        assert read_feed(body, URL).entries is not None
    except UnreadableDocument as error:
        assert error.reason in ("empty", "not_a_feed")


# ---------------------------------------------------------------------------------------------- feeds.yaml


def test_shipped_feeds_are_valid() -> None:
    feeds = load_feeds()
    assert len({f.code for f in feeds}) == len(feeds) >= 8
    assert all(f.url.startswith("https://") for f in feeds)
    assert {f.kind for f in load_feeds(None, HOME / "samples" / "news")} == {
        "wire",
        "press",
        "blog",
        "aggregator",
    }


def test_shipped_wires_are_broad_or_of_one_company() -> None:
    """A wire carries every industry: whatever it announces would be fetched otherwise."""
    wires = [f for f in load_feeds() if f.kind == "wire"]
    assert all(f.broad != bool(f.company) for f in wires)
    assert {f.company for f in wires if f.company} <= set(load_watchlist().tickers())
    assert [f.code for f in load_feeds() if "crypto" in f.code] == []


@pytest.mark.parametrize(
    ("entry", "days"),
    [
        ({"kind": "wire", "broad": True}, 4),
        ({"kind": "press"}, 7),
        ({"kind": "blog"}, 30),
        ({"kind": "wire", "company": "CORZ"}, 100),
        ({"kind": "wire", "company": "CORZ", "silent_after_days": 20}, 20),
    ],
)
def test_longest_silence_follows_kind(entry: dict[str, object], days: int) -> None:
    feed = Feed.model_validate({"code": "a-feed", "url": "https://a.example", "publisher": "A", **entry})
    assert feed.longest_silence == timedelta(days=days)


def test_user_feeds_extend_and_replace(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text(
        "coindesk:\nmine: {url: 'https://mine.example/f', publisher: Mine, kind: blog, full_text: false}\n"
    )
    feeds = {f.code: f for f in load_feeds(tmp_path)}
    assert "coindesk" not in feeds
    assert feeds["mine"].full_text is False
    assert "decrypt" in feeds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("my-feed: {url: 'ftp://a', publisher: A, kind: wire}", "url"),
        ("my-feed: {url: 'https://a.example', publisher: A, kind: tabloid}", "kind"),
        ("my-feed: {url: 'https://a.example', publisher: A, kind: wire, colour: red}", "colour"),
        ("my-feed: 3", "my-feed"),
        (
            "my-feed: {url: 'https://a.example', publisher: A, kind: wire, broad: true, company: CORZ}",
            "broad",
        ),
        ("my-feed: {url: 'https://a.example', publisher: A, kind: wire, broad: perhaps}", "broad"),
        ("my-feed: {url: 'https://a.example', publisher: A, kind: wire, silent_after_days: 0}", "silent"),
    ],
)
def test_invalid_feed_entry_names_file_and_field(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "feeds.yaml").write_text(text)
    with pytest.raises(UsageError, match=message) as raised:
        load_feeds(tmp_path)
    assert "feeds.yaml" in str(raised.value)


def test_long_summary_is_cut_between_sentences() -> None:
    """Cut within one, "$115.2 million" would be $115 or 1."""
    sentence = "Core Scientific sold 2,385 bitcoin for $208.7 million. "
    entry = {"url": "https://a.example/1", "title": sentence[:-2] * 20, "summary": sentence * 100}
    body = json.dumps({"version": "https://jsonfeed.org/version/1", "items": [entry]}).encode()
    (found,) = read_feed(body, URL).entries
    assert (found.title, found.summary) == ("", (sentence * 72)[:-2])
