"""The way to publishers against a real server on loopback: polite, bounded, and never into the own network."""

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import DocumentMissing, NotPublic, SourceRefused, TransferFailed
from pipelines.extract import news, rate_limit
from pipelines.extract.news import NewsReader
from pipelines.extract.public_hosts import check_public, is_public
from pipelines.settings import Settings
from tests.edgar_server import EdgarServer, Response


@pytest.fixture
def reader(server: EdgarServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NewsReader:
    """A live reader that is let through to the test's own server, and waits a hundredth of what it would elsewhere."""
    monkeypatch.setattr(news, "_DELAY_MS", 10)
    settings = Settings(
        _env_file=None,
        edgar_user_agent="Test Miner test@example.com",
        edgar_pause_seconds=0.001,
        miners_data_dir=tmp_path,
        miners_limiter_dir=tmp_path / "limiter",
    )
    return NewsReader(settings, allowed=frozenset([server.base.removeprefix("http://")]))


def test_page_is_fetched_conditionally(reader: NewsReader, server: EdgarServer) -> None:
    server.script(
        "/feed.xml",
        Response(200, b"<rss/>", {"ETag": '"a"', "Last-Modified": "Thu, 07 May 2026 10:00:00 GMT"}),
        Response(304),
    )
    first = reader.get(f"{server.base}/feed.xml")
    assert (first.status, first.body, first.etag) == (200, b"<rss/>", '"a"')
    again = reader.get(f"{server.base}/feed.xml", etag=first.etag, last_modified=first.last_modified)
    assert (again.status, again.body) == (304, b"")
    asked = server.requests[-1][2]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('"a"', "Thu, 07 May 2026 10:00:00 GMT")
    assert asked["User-Agent"].startswith("miners-disclosed/")
    assert reader.counts["200"] == 1
    assert reader.counts["304"] == 1


def test_robots_txt_is_fetched_once_and_followed(reader: NewsReader, server: EdgarServer) -> None:
    server.script("/robots.txt", Response(200, b"User-agent: *\nDisallow: /premium/\nCrawl-delay: 0.02\n"))
    server.script("/open", Response(200, b"words"))
    server.script("/premium/x", Response(200, b"secret"))
    assert reader.get(f"{server.base}/open").body == b"words"
    with pytest.raises(SourceRefused, match=r"robots\.txt"):
        reader.get(f"{server.base}/premium/x")
    assert server.paths() == ["/robots.txt", "/open"]


def test_failing_robots_txt_blocks_host(reader: NewsReader, server: EdgarServer) -> None:
    server.script("/robots.txt", Response(503))
    server.script("/open", Response(200, b"words"))
    with pytest.raises(TransferFailed, match=r"robots\.txt"):
        reader.get(f"{server.base}/open")
    assert "/open" not in server.paths()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, DocumentMissing),
        (410, DocumentMissing),
        (403, SourceRefused),
        (402, SourceRefused),
        (418, TransferFailed),
    ],
)
def test_error_status_is_one_line(
    reader: NewsReader, server: EdgarServer, status: int, error: type[Exception]
) -> None:
    server.script("/x", Response(status, b"<html>no</html>"))
    with pytest.raises(error, match=str(status)) as raised:
        reader.get(f"{server.base}/x")
    assert "\n" not in str(raised.value)


def test_429_waits_for_retry_after(reader: NewsReader, server: EdgarServer) -> None:
    server.script("/x", Response(429, headers={"Retry-After": "1"}), Response(200, b"words"))
    started = time.monotonic()
    assert reader.get(f"{server.base}/x").body == b"words"
    assert time.monotonic() - started >= 1


def test_announced_large_body_is_refused(reader: NewsReader, server: EdgarServer) -> None:
    server.script("/x", Response(200, b"x" * 2000))
    with pytest.raises(TransferFailed, match="larger than 1,000 bytes"):
        reader.get(f"{server.base}/x", limit=1000)


def test_endless_body_is_refused(reader: NewsReader, server: EdgarServer) -> None:
    server.script("/x", Response(200, b"x" * 100_000, endless=True))
    with pytest.raises(TransferFailed, match="larger than 1,000,000 bytes"):
        reader.get(f"{server.base}/x", limit=1_000_000)


def test_slow_body_times_out(
    reader: NewsReader, server: EdgarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "SECONDS", 0.5)
    server.script("/x", Response(200, b"x", endless=True, pause=0.05))
    started = time.monotonic()
    with pytest.raises(TransferFailed, match="still sending"):
        reader.get(f"{server.base}/x")
    assert time.monotonic() - started < 5


def test_short_page_is_refused(reader: NewsReader, server: EdgarServer) -> None:
    server.script("/x", Response(200, b"x" * 5000, short=2000))
    with pytest.raises(TransferFailed, match="cannot be read"):
        reader.get(f"{server.base}/x")


def test_redirect_loop_is_refused(reader: NewsReader, server: EdgarServer) -> None:
    server.script("/a", Response(301, headers={"Location": "/b"}))
    server.script("/b", Response(302, headers={"Location": "/c"}))
    server.script("/c", Response(200, b"words"))
    page = reader.get(f"{server.base}/a")
    assert (page.url, page.body) == (f"{server.base}/c", b"words")
    server.script("/loop", Response(302, headers={"Location": "/loop"}))
    with pytest.raises(TransferFailed, match="redirected more than 5 times"):
        reader.get(f"{server.base}/loop")


# ---------------------------------------------------------------------------------------------- the public web alone


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/feed.xml",
        "http://LOCALHOST:8080/",
        "http://printer.local/",
        "http://db.internal/",
        "http://intranet/",
        "https://router.lan/",
        "http://a.localhost/",
        "http://localhost./",
        "http://user:word@news.example/",
        "ftp://news.example/feed",
        "file:///etc/passwd",
        "gopher://x.example/",
        "http://",
        "//news.example/x",
        "javascript:alert(1)",
    ],
)
def test_private_url_is_refused(url: str) -> None:
    with pytest.raises(NotPublic):
        check_public(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.1",
        "10.0.0.8",
        "172.16.4.4",
        "172.31.255.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "0177.0.0.1",
        "[::1]",
        "[fe80::1]",
        "[fc00::2]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::]",
        "255.255.255.255",
        "192.0.0.9",
        "192.0.0.170",
        "192.88.99.1",
        "198.18.0.1",
        "240.0.0.1",
        "[fec0::1]",
        "[feff::1]",
        "[3fff::1]",
        "[2001:db8::1]",
        "[2001::1]",
        "[100::1]",
        "[5f00::1]",
        "[64:ff9b:1::1]",
        "[ff02::1]",
        "[fd00:ec2::254]",
        "[::127.0.0.1]",
    ],
)
def test_private_ip_address_is_refused(host: str) -> None:
    with pytest.raises(NotPublic):
        check_public(f"http://{host}/latest/meta-data/")


def test_public_ip_address_is_accepted() -> None:
    assert is_public("8.8.8.8")
    assert is_public("2606:4700::1111")
    check_public("https://93.184.215.14/feed.xml")


def _resolver(monkeypatch: pytest.MonkeyPatch, table: dict[str, list[str]]) -> None:
    """What the name server would answer: there is none where tests run."""
    real = socket.getaddrinfo

    def answer(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host in table:
            address = table[host].pop(0) if len(table[host]) > 1 else table[host][0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))]
        return real(host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_name_with_private_address_is_refused(reader: NewsReader, monkeypatch: pytest.MonkeyPatch) -> None:
    _resolver(monkeypatch, {"news.example": ["192.168.0.10"]})
    with pytest.raises(NotPublic, match=r"192\.168\.0\.10"):
        reader.get("http://news.example/feed.xml")


def test_dns_rebinding_is_refused(
    reader: NewsReader, server: EdgarServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it is looked at, loopback when it is connected to."""
    port = server.base.rpartition(":")[2]
    _resolver(monkeypatch, {"rebind.example": ["93.184.215.14", "127.0.0.1"]})
    server.script("/feed.xml", Response(200, b"inside"))
    with pytest.raises((NotPublic, TransferFailed), match="not public|cannot be read"):
        reader.get(f"http://rebind.example:{port}/feed.xml")
    assert "/feed.xml" not in server.paths()


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:1/admin", "http://169.254.169.254/latest", "http://localhost/", "file:///etc/passwd"],
)
def test_redirect_to_private_address_is_refused(reader: NewsReader, server: EdgarServer, target: str) -> None:
    server.script("/x", Response(302, headers={"Location": target}))
    with pytest.raises(NotPublic):
        reader.get(f"{server.base}/x")


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_requests_to_host_are_serialized(
    server: EdgarServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two readers of one machine wait for each other: the delay passes between any two requests."""
    clock = Clock()
    monkeypatch.setattr(rate_limit, "time", clock)
    monkeypatch.setattr(news, "_DELAY_MS", 150)
    settings = Settings(
        _env_file=None,
        edgar_user_agent="T t@example.com",
        miners_data_dir=tmp_path,
        miners_limiter_dir=tmp_path / "l",
    )
    server.script("/robots.txt", Response(404))
    server.script("/x", Response(200, b"words"))
    allowed = frozenset([server.base.removeprefix("http://")])
    began = clock.now
    for reader in (NewsReader(settings, allowed), NewsReader(settings, allowed)):
        reader.get(f"{server.base}/x")
    assert server.paths().count("/x") == 2
    assert clock.now - began == pytest.approx(0.15 * (len(server.requests) - 1))


def test_mirror_returns_pages_and_feeds(tmp_path: Path, make_settings: Callable[..., Settings]) -> None:
    page = tmp_path / "mirror" / "news.example" / "a.html"
    page.parent.mkdir(parents=True)
    page.write_text("<p>words</p>")
    reader = NewsReader(make_settings(news_mirror=tmp_path / "mirror"))
    assert reader.get("https://news.example/a.html").body == b"<p>words</p>"
    with pytest.raises(DocumentMissing):
        reader.get("https://news.example/b.html")
    with pytest.raises(DocumentMissing):
        reader.get("https://news.example/../../secret")


@pytest.mark.parametrize("gzipped", [False, True], ids=["as it is", "swollen by gzip"])
def test_feed_of_50_mb_is_refused(reader: NewsReader, server: EdgarServer, gzipped: bool) -> None:
    server.script("/feed.xml", Response(200, b"<rss>" + b" " * 50_000_000, gzipped=gzipped))
    with pytest.raises(TransferFailed, match="larger than 10,000,000 bytes"):
        reader.get(f"{server.base}/feed.xml")
    assert reader.counts["bytes"] < 20_000_000
