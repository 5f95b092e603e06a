"""An article's page: its words, its time, and pages that hold none."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import UnreadableDocument
from pipelines.parse.news.pages import FeedHints, clean_url, day_of, read_article_page, text_of

WORDS = [
    "Core Scientific reported first-quarter revenue of $115.2 million on Wednesday, up from $79.5 million a year earlier.",
    "Colocation brought in $77.5 million, more than the company's mines, which it is winding down site by site.",
    "Executives said that the remaining machines would run as long as power prices allow it.",
]
NAV = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/m'>Markets</a></li></ul></nav>"


def page(body: str = "", head: str = "", title: str = "Core Scientific trades coins for compute") -> bytes:
    text = body or "".join(f"<p>{p}</p>" for p in WORDS)
    return f"<!DOCTYPE html><html lang='en-US'><head><meta charset='utf-8'><title>{title} | N</title>{head}</head><body>{NAV}<article><h1>{title}</h1>{text}</article><aside><h2>Related</h2><p>Earn 12% a year with our app, now!</p></aside><footer>© N</footer></body></html>".encode()


META = "<meta property='article:published_time' content='2026-05-07T09:20:00+02:00'>"
LINKED = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "H", "datePublished": "2026-05-06T10:00:00Z", "author": [{"name": "I. Albrecht"}], "publisher": {"name": "The Daily Hash"}}</script>'
FEED = FeedHints(title="T", summary="S", published=datetime(2026, 5, 5, tzinfo=UTC), publisher="Feed")


def test_page_text_excludes_navigation() -> None:
    article = read_article_page(page(head=META), "https://news.example/a")
    assert article.paragraphs == WORDS
    assert article.title == "Core Scientific trades coins for compute"
    assert (article.body, article.language) == ("full", "en")


def test_publication_time_prefers_metadata() -> None:
    dated = page("<p>May 4, 2026 |</p>" + "".join(f"<p>{p}</p>" for p in WORDS))
    both = read_article_page(page(head=META + LINKED), hints=FEED)
    assert (both.published, both.published_from) == (datetime(2026, 5, 7, 7, 20, tzinfo=UTC), "metadata")
    linked = read_article_page(page(head=LINKED), hints=FEED)
    assert (linked.published, linked.published_from) == (datetime(2026, 5, 6, 10, tzinfo=UTC), "json_ld")
    assert (linked.author, linked.publisher) == ("I. Albrecht", "The Daily Hash")
    fed = read_article_page(dated, hints=FEED)
    assert (fed.published, fed.published_from) == (FEED.published, "feed")
    read = read_article_page(dated)
    assert (read.published, read.published_from) == (datetime(2026, 5, 4, tzinfo=UTC), "text")


def test_repeated_date_lines_are_one_date() -> None:
    """The seed article bears its day four times."""
    lines = "".join("<p>May 07, 2026 |</p>" for _ in range(4))
    article = read_article_page(page(lines + "".join(f"<p>{p}</p>" for p in WORDS)))
    assert day_of(article) == date(2026, 5, 7)
    assert article.paragraphs == WORDS
    plain = "May 07, 2026 |\n" * 4 + "\n".join(WORDS)
    assert read_article_page(plain.encode()).published == datetime(2026, 5, 7, tzinfo=UTC)


def test_future_date_is_ignored() -> None:
    ahead = (datetime.now(UTC) + timedelta(days=40)).isoformat()
    article = read_article_page(page(head=f"<meta name='date' content='{ahead}'>"))
    assert article.published is None
    assert any("in the future" in p for p in article.problems)


def test_paywalled_page_uses_feed_summary() -> None:
    paid = page("<p>Core Scientific reported…</p><p>Subscribe now to continue reading.</p>", META)
    article = read_article_page(paid, hints=FeedHints(summary="Revenue was $115.2 million."))
    assert (article.body, article.paragraphs) == ("summary", ["Revenue was $115.2 million."])
    assert article.problems == ["behind a paywall"]
    assert (
        read_article_page(
            page(
                head=META
                + '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
            )
        ).body
        != "full"
    )


def test_scripted_page_is_recognized() -> None:
    scripted = page(
        "<div id='app'></div><script src='/a.js'></script><script>go()</script><script></script><noscript>Please enable JavaScript</noscript>",
        META,
    )
    article = read_article_page(scripted, hints=FeedHints(summary=""))
    assert (article.body, article.problems) == ("empty", ["the text needs JavaScript"])


def test_canonical_url_drops_tracking() -> None:
    link = "<link rel='canonical' href='/2026/05/a?utm_source=x#top'>"
    assert (
        read_article_page(page(head=link), "https://news.example/a?ref=1").canonical_url
        == "https://news.example/2026/05/a"
    )
    assert clean_url("https://news.example/a?utm_campaign=b&id=7") == "https://news.example/a?id=7"
    for bad in ("javascript:alert(1)", "data:text/html,x", "https://a b", "http://"):
        assert clean_url(bad) == ""


@pytest.mark.parametrize(
    ("encoding", "declared"), [("cp1252", "utf-8"), ("utf-8", "iso-8859-1"), ("utf-16", "utf-8")]
)
def test_wrong_charset_is_corrected(encoding: str, declared: str) -> None:
    text = (
        f"<html><head><meta charset='{declared}'><title>T</title></head><body><article>"
        + "".join(f"<p>{p} – “so”</p>" for p in WORDS)
        + "</article></body></html>"
    )
    article = read_article_page(text.encode(encoding))
    assert "$115.2 million" in article.text
    assert "“so”" in article.text


def test_title_and_text_have_no_markup() -> None:
    article = read_article_page(page(title="&lt;script&gt;alert(1)&lt;/script&gt; Riot <i>sells</i>"))
    assert "<i>" not in article.title
    assert text_of("<script>alert(1)</script><b>Riot</b> sells &amp; holds") == "Riot sells & holds"


@pytest.mark.parametrize("body", [b"", b"   ", b"%PDF-1.7 binary"])
def test_page_without_text_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        read_article_page(body)


@given(st.text(max_size=300))
def test_page_with_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert (
            read_article_page(f"<html><body><article><p>{text}</p></article></body></html>".encode())
            is not None
        )
    except UnreadableDocument as error:
        assert error.reason


@given(st.binary(max_size=300))
def test_page_of_any_bytes_is_read_or_refused(body: bytes) -> None:
    try:
        assert read_article_page(body).body in ("full", "summary", "empty")
    except UnreadableDocument as error:
        assert error.reason


@pytest.mark.parametrize(
    "cut", ["$", "<b>$14", "$141.1 mil", "$141.1 million</b> in", "$141.1 million<a href=", "Riot&#x27;s 9"]
)
def test_paragraph_of_cut_page_is_left_out(cut: str) -> None:
    """Found by the fuzz suite: a cut sentence states another number than the whole one."""
    whole = page(head=META).decode()
    last = "Its net loss was "
    article = read_article_page(f"{whole.split('</article>')[0]}<p>{last}{cut}".encode())
    assert (article.paragraphs, article.problems) == (WORDS, ["the page is cut off"])


@pytest.mark.parametrize("end", ["", "<p>", "</p>", "</article>", "</article></main></body>\n</html>\n"])
def test_page_cut_between_paragraphs_keeps_all(end: str) -> None:
    article = read_article_page((page(head=META).decode().split("</article>")[0] + end).encode())
    assert (article.paragraphs, article.problems) == (WORDS, [])


def test_page_in_an_unclosed_title_is_empty() -> None:
    """Found by the fuzz suite: a title of 500 characters ended in "$115.2 million of $208"."""
    article = read_article_page(page().replace(b"</title>", b""))
    assert (article.title, article.body) == ("Core Scientific trades coins for compute | N", "empty")


def test_long_title_is_no_title() -> None:
    title = "Core Scientific sold 2,385 bitcoin for $208.7 million " * 10
    assert read_article_page(page(title=title)).title == ""


@pytest.mark.parametrize(
    "markup", ["<html><body>A</body><body>B</body>", "</title>A <p>B", "A<html>B</html>"]
)
def test_markup_in_a_title_is_no_crash(markup: str) -> None:
    """Found by the fuzz suite: "too many bodies"."""
    assert text_of(markup) in ("A B", "AB")


@pytest.mark.parametrize(
    "link", ["https://news.exampl[e/a", "https://[::1", "//[", "https://a]b/", "https://a:b/"]
)
def test_invalid_canonical_link_is_ignored(link: str) -> None:
    """Found by the fuzz suite: "Invalid IPv6 URL"."""
    for head in (f"<link rel='canonical' href='{link}'>", f"<meta property='og:url' content='{link}'>"):
        assert (
            read_article_page(page(head=head), "https://n.example/a").canonical_url == "https://n.example/a"
        )
    assert clean_url(link) == ""
