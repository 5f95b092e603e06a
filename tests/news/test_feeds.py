"""Feeds in all their formats, and feeds that are none."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UnreadableDocument, UsageError
from pipelines.parse.feeds import MOST_ENTRIES, read_feed
from pipelines.settings import HOME
from pipelines.watchlist.feeds import load_feeds

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
JSON = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://news.example/riot", "title": "Riot sells 475 bitcoin", "date_published": "2025-05-06T16:00:00+02:00", "authors": [{"name": "I. Albrecht"}]}]}).encode()  # fmt: skip


@pytest.mark.parametrize("body", [rss(ITEM), ATOM, RDF, SITEMAP, JSON], ids=["rss2", "atom", "rss1", "sitemap", "json"])  # fmt: skip
def test_each_format_gives_the_same_entry(body: bytes) -> None:
    (entry,) = read_feed(body, URL).entries
    assert (entry.url, entry.title) == ("https://news.example/riot", "Riot sells 475 bitcoin")
    assert entry.published == datetime(2025, 5, 6, 14, tzinfo=UTC)


def test_authors_and_summaries_come_with_it() -> None:
    assert read_feed(ATOM, URL).entries[0].author == "I. Albrecht"
    assert read_feed(JSON, URL).entries[0].author == "I. Albrecht"
    assert read_feed(rss(ITEM), URL).entries[0].summary == "In April."


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"<html><body>403 Forbidden</body></html>", b"not a feed at all", b"{\"items\": 3", b'{"version": "1", "items": []}', b"\x00\x01\x02"],
    ids=["nothing", "blank", "a page", "words", "cut json", "other json", "binary"],
)  # fmt: skip
def test_what_is_no_feed_says_so(body: bytes) -> None:
    with pytest.raises(UnreadableDocument) as raised:
        read_feed(body, URL)
    assert raised.value.reason in ("empty", "not_a_feed")


def test_invalid_xml_keeps_the_entries_before_it_breaks() -> None:
    found = read_feed(rss(ITEM + "<item><title>A & B <br></title>")[:-20], URL)
    assert found.entries[0].title == "Riot sells 475 bitcoin"
    assert any("not well-formed" in problem for problem in found.problems)


def test_ten_thousand_entries_are_read_from_the_newest_on() -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    items = "".join(
        f"<item><title>T{i}</title><link>https://news.example/{i}</link><pubDate>{first + timedelta(minutes=i):%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for i in range(10_000)
    )
    found = read_feed(rss(items), URL)
    assert len(found.entries) == MOST_ENTRIES
    assert found.entries[0].title == "T9999"
    assert "10,000 entries" in found.problems[0]


def test_entries_without_a_date_or_with_one_in_the_future_are_not_dated() -> None:
    future = datetime.now(UTC) + timedelta(days=400)
    items = f"<item><title>A</title><link>https://news.example/a</link></item><item><title>B</title><link>https://news.example/b</link><pubDate>{future:%a, %d %b %Y} 10:00:00 GMT</pubDate></item>"
    found = read_feed(rss(items), URL)
    assert [(e.title, e.published) for e in found.entries] == [("A", None), ("B", None)]
    assert any("in the future" in problem for problem in found.problems)


def test_markup_and_scripts_in_titles_are_text() -> None:
    item = "<item><title>&lt;script&gt;alert(1)&lt;/script&gt;Riot &lt;b&gt;sells&lt;/b&gt;</title><link>https://news.example/r</link><description>&lt;img src=x onerror=alert(1)&gt;In April&lt;iframe src='//x'&gt;&lt;/iframe&gt;</description></item>"
    (entry,) = read_feed(rss(item), URL).entries
    assert entry.title == "Riot sells"
    assert "<" not in entry.summary
    assert "onerror" not in entry.summary


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "", "https://", "http://[x"])  # fmt: skip
def test_an_entry_that_leads_nowhere_on_the_web_is_left_out(link: str) -> None:
    found = read_feed(rss(f"<item><title>A</title><link>{link}</link></item>{ITEM}"), URL)
    assert [e.url for e in found.entries if e.title == "A"] in ([], ["https://news.example/feed.xml"])
    assert any(e.title.startswith("Riot") for e in found.entries)


def test_a_wrong_charset_is_seen_through() -> None:
    item = ITEM.replace("Riot sells", "Riot’s Münze sells")
    body = rss(item, '<?xml version="1.0" encoding="us-ascii"?>')
    assert "Münze" in read_feed(body, URL).entries[0].title
    latin = (
        rss(item.replace("’", "'"), '<?xml version="1.0" encoding="iso-8859-1"?>').decode().encode("latin-1")
    )
    assert "Münze" in read_feed(latin, URL).entries[0].title


def test_entities_reach_no_file_and_do_not_swell() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://news.example/a</loc><title>&x;&b;</title></url></urlset>'
    (entry,) = read_feed(bomb, URL, "sitemap").entries
    assert "root:" not in entry.title


@given(st.binary(max_size=400))
def test_any_bytes_are_a_feed_or_say_why_not(body: bytes) -> None:
    try:
        assert read_feed(body, URL).entries is not None
    except UnreadableDocument as error:
        assert error.reason in ("empty", "not_a_feed")


# ---------------------------------------------------------------------------------------------- feeds.yaml


def test_the_shipped_feeds_are_valid_and_of_all_kinds() -> None:
    feeds = load_feeds()
    assert len({f.code for f in feeds}) == len(feeds) >= 8
    assert all(f.url.startswith("https://") for f in feeds)
    assert {f.kind for f in load_feeds(None, HOME / "samples" / "news")} == {
        "wire",
        "press",
        "blog",
        "aggregator",
    }


def test_a_users_feeds_add_replace_and_take_away(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("coindesk:\nmine: {url: 'https://mine.example/f', publisher: Mine, kind: blog, full_text: false}\n")  # fmt: skip
    feeds = {f.code: f for f in load_feeds(tmp_path)}
    assert "coindesk" not in feeds
    assert feeds["mine"].full_text is False
    assert "decrypt" in feeds


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("my-feed: {url: 'ftp://a', publisher: A, kind: wire}", "url"),
        ("my-feed: {url: 'https://a.example', publisher: A, kind: tabloid}", "kind"),
        ("my-feed: {url: 'https://a.example', publisher: A, kind: wire, colour: red}", "colour"),
        ("my-feed: 3", "my-feed"),
    ],
)
def test_a_wrong_feed_is_named_with_file_and_field(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "feeds.yaml").write_text(text)
    with pytest.raises(UsageError, match=told) as raised:
        load_feeds(tmp_path)
    assert "feeds.yaml" in str(raised.value)
