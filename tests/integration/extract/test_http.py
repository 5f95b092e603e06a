"""The fetcher against a real server that answers as EDGAR does."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import DocumentMissing, SourceRefused, TransferFailed, UsageError
from pipelines.extract.http import Fetcher
from pipelines.settings import Settings, check_user_agent
from tests.edgar_server import FORBIDDEN, EdgarServer, Response

URL = "https://www.sec.gov/Archives/x.htm"
PATH = "/www.sec.gov/Archives/x.htm"


@pytest.fixture(autouse=True)
def own_limiter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINERS_LIMITER_DIR", str(tmp_path / "limiter"))


@pytest.fixture
def fetcher(server: EdgarServer, tmp_path: Path) -> Fetcher:
    return Fetcher(
        Settings(
            _env_file=None,
            edgar_user_agent="Test Miner test@example.com",
            edgar_base=server.base,
            edgar_pause_seconds=0.001,
            miners_data_dir=tmp_path,
        )
    )


def test_fetch_sends_user_agent_and_unzips(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(200, b"<html>" + b"x" * 10_000 + b"</html>", gzipped=True))
    assert len(fetcher.get(URL).content) == 10_013
    _, path, headers = server.requests[0]
    assert (path, headers["User-Agent"]) == (PATH, "Test Miner test@example.com")
    assert "gzip" in headers["Accept-Encoding"]


def test_not_modified_is_returned(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(304))
    assert fetcher.get(URL, {"If-None-Match": '"a"'}).status_code == 304
    assert server.requests[0][2]["If-None-Match"] == '"a"'


def test_403_page_is_retried(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(
        PATH,
        Response(403, FORBIDDEN, {"Content-Type": "text/html"}),
        Response(403, FORBIDDEN),
        Response(200, b"ok"),
    )
    assert fetcher.get(URL).content == b"ok"
    assert len(server.requests) == 3


def test_lasting_403_fails_in_one_line(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(403, FORBIDDEN))
    with pytest.raises(SourceRefused, match="403.*EDGAR_USER_AGENT") as error:
        fetcher.get(URL)
    assert "\n" not in str(error.value)
    assert len(server.requests) == 3, "asked again after each of two bans"


@pytest.mark.parametrize(
    "notice", ["Request Rate Threshold Exceeded", "Your request comes from an undeclared automated tool"]
)
def test_refusal_served_with_200_is_no_document(fetcher: Fetcher, server: EdgarServer, notice: str) -> None:
    """EDGAR sends these pages with status 200 too; as a document one would state nothing, and nobody would know."""
    page = f"<html><head><title>{notice}</title></head><body><h1>{notice}</h1></body></html>".encode()
    server.script(PATH, Response(200, page), Response(200, b"ok"))
    if "undeclared" in notice:
        with pytest.raises(SourceRefused, match="EDGAR_USER_AGENT"):
            fetcher.get(URL)
    else:
        assert fetcher.get(URL).content == b"ok"
    server.script(
        PATH, Response(200, b"<html><title>10-Q</title><p>request rate threshold exceeded</p></html>")
    )
    assert b"10-Q" in fetcher.get(URL).content


def test_retry_after_is_followed(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(429, FORBIDDEN, {"Retry-After": "1"}), Response(200, b"ok"))
    before = time.monotonic()
    assert fetcher.get(URL).content == b"ok"
    assert time.monotonic() - before >= 1


def test_503_is_retried(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(503), Response(200, b"ok"))
    assert fetcher.get(URL).content == b"ok"
    server.script(PATH, Response(503))
    with pytest.raises(TransferFailed, match="503"):
        fetcher.get(URL)


def test_404_is_missing(fetcher: Fetcher) -> None:
    with pytest.raises(DocumentMissing, match="404"):
        fetcher.get(URL)


def test_short_body_is_retried(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(200, b"<html>whole</html>", short=5), Response(200, b"<html>whole</html>"))
    assert fetcher.get(URL).content == b"<html>whole</html>"
    server.script(PATH, Response(200, b"<html>whole</html>", short=5))
    with pytest.raises(TransferFailed, match="truncated"):
        fetcher.get(URL)


def test_slow_response_is_awaited(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(200, b"ok", slow=0.5))
    assert fetcher.get(URL).content == b"ok"


def test_redirects_are_limited(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(302, headers={"Location": f"{server.base}/there"}))
    server.script("/there", Response(200, b"ok"))
    assert fetcher.get(URL).content == b"ok"
    server.script("/there", Response(302, headers={"Location": f"{server.base}/there"}))
    with pytest.raises(TransferFailed):
        fetcher.get(URL)


def test_wrong_charset_keeps_bytes(fetcher: Fetcher, server: EdgarServer) -> None:
    body = "<html>Émission – 1,000</html>".encode("latin-1", "replace")
    server.script(PATH, Response(200, body, {"Content-Type": "text/html; charset=utf-16"}))
    assert fetcher.get(URL).content == body


@pytest.mark.parametrize(
    "agent", [None, "", "Somebody", "a@example.com", "x a@example", "Name\ra@example.com"]
)
def test_user_agent_is_checked_before_request(agent: str | None) -> None:
    with pytest.raises(UsageError, match="User-Agent|EDGAR_USER_AGENT"):
        check_user_agent(agent)


def test_mirror_returns_files_of_host(tmp_path: Path) -> None:
    file = tmp_path / "www.sec.gov" / "Archives" / "x.htm"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"<html></html>")
    (tmp_path.parent / "secret.txt").write_text("no")
    fetcher = Fetcher(Settings(_env_file=None, edgar_mirror=tmp_path))
    first = fetcher.get(URL)
    assert first.content == b"<html></html>"
    assert fetcher.get(URL, {"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    for url in (
        "https://www.sec.gov/../../secret.txt",
        "https://www.sec.gov/%2e%2e/%2e%2e/secret.txt",
        "https://data.sec.gov/Archives/x.htm",
    ):
        with pytest.raises(DocumentMissing):
            fetcher.get(url)


def test_retries_count_in_rate_limit(
    fetcher: Fetcher, server: EdgarServer, make_settings: Callable[..., Settings]
) -> None:
    server.script(PATH, Response(503), Response(503), Response(200, b"ok"))
    for _ in range(6):
        server.script(PATH, Response(503), Response(503), Response(200, b"ok"))
        fetcher.get(URL)
    times = [moment for moment, _, _ in server.requests]
    assert max(sum(1 for t in times if start <= t < start + 1) for start in times) <= 10


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/admin",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "https://evil.example/x.htm",
        "https://www.sec.gov.evil.example/x.htm",
        "https://evilsec.gov/x.htm",
        "https://www.sec.gov@evil.example/x.htm",
        "http://www.sec.gov/x.htm",
        "//evil.example/x.htm",
    ],
)
def test_redirect_out_of_sec_is_refused(fetcher: Fetcher, server: EdgarServer, target: str) -> None:
    """The redirect is answered once and not retried, and the other host gets no request."""
    server.script(PATH, Response(302, headers={"Location": target}))
    with pytest.raises(TransferFailed, match=r"is not an `https` address of sec\.gov") as caught:
        fetcher.get(URL)
    assert (caught.value.reason, caught.value.retry_at) == ("not_public", None)
    assert server.paths() == [PATH]


def test_redirect_within_the_host_is_followed(fetcher: Fetcher, server: EdgarServer) -> None:
    server.script(PATH, Response(301, headers={"Location": "/www.sec.gov/Archives/y.htm"}))
    server.script("/www.sec.gov/Archives/y.htm", Response(200, b"moved"))
    assert fetcher.get(URL).content == b"moved"


def test_name_of_sec_with_private_address_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that leads www.sec.gov into the own network, at the check or at the connection."""
    settings = Settings(
        _env_file=None,
        edgar_user_agent="Test Miner test@example.com",
        edgar_pause_seconds=0.001,
        miners_data_dir=tmp_path,
    )
    for answers in (["127.0.0.1"], ["93.184.215.14", "127.0.0.1"]):
        monkeypatch.setattr(socket, "getaddrinfo", _resolving(answers))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"https://www.sec.gov:{listener.getsockname()[1]}/Archives/x.htm"
            with pytest.raises(TransferFailed, match="not (a public address|public)") as caught:
                Fetcher(settings).get(url)
        assert caught.value.reason == "not_public"


def _resolving(addresses: list[str]) -> Callable[..., list[tuple[object, ...]]]:
    left = list(addresses)

    def answer(host: str, port: int, *args: object, **options: object) -> list[tuple[object, ...]]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0))]

    return answer
