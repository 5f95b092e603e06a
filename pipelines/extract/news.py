"""HTTP client for feeds and articles: public hosts only, within robots.txt and limits.

One request per second and host; bodies are limited in size and in time.
"""

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests
from protego import Protego
from requests.adapters import BaseAdapter
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

from pipelines.errors import DocumentMissing, NotArchived, NotPublic, SourceRefused, TransferFailed
from pipelines.extract.http import MirrorAdapter
from pipelines.extract.public_hosts import PublicAdapter, check_public
from pipelines.extract.rate_limit import FileRateLimit
from pipelines.extract.retry import TRANSIENT_STATUS, retry, retry_after
from pipelines.limits import whole_number
from pipelines.settings import Settings

log = logging.getLogger("miners.news")

MAX_BODY = 10_000_000
MAX_ROBOTS = 512_000
# To connect, and between two reads; the whole body must arrive within SECONDS.
TIMEOUT = (10, 15)
SECONDS = 45.0
ATTEMPTS = 3
_LONGEST_RETRY_AFTER = timedelta(minutes=1)
# One request per second and host; a longer Crawl-delay is respected up to half a minute.
_DELAY_MS, _LONGEST_MS = 1_000, 30_000
_REDIRECTS, _MOVED = 5, (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Page:
    """A response of status 200 or 304: URL after redirects, body, and validators."""

    status: int
    url: str
    body: bytes
    etag: str | None
    last_modified: str | None


@lru_cache(maxsize=256)
def _limit(folder: Path, host: str, pause_ms: int) -> FileRateLimit:
    name = f"news-{hashlib.sha256(host.encode()).hexdigest()[:16]}"
    return FileRateLimit(folder, name, 1, pause_ms / 1000)


def _arriving(response: requests.Response) -> Iterator[bytes]:
    """Yield a body as it arrives; a slow host would never fill a whole block."""
    raw = response.raw
    if not isinstance(raw, HTTPResponse):
        yield from response.iter_content(16_384)
        return
    while chunk := raw.read1(16_384, decode_content=True):
        yield chunk


def _redirected(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:
        raise TransferFailed(
            f"{url} redirects to {location[:100]!r}, which is not a valid URL.", url=url, reason="redirects"
        ) from error


class NewsReader:
    """Fetches feeds and articles.

    Attributes:
        allowed: host:port pairs that need not be public, for tests on loopback.
        attempts: how often a request is sent before it fails.
        counts: answers by status code, and `bytes`.
    """

    def __init__(
        self, settings: Settings, allowed: frozenset[str] = frozenset(), *, attempts: int = ATTEMPTS
    ) -> None:
        self.settings, self.allowed, self.attempts = settings, allowed, attempts
        self.counts: Counter[str] = Counter()
        self.session = requests.Session()
        self.session.headers["User-Agent"] = settings.news_user_agent
        self.session.headers["Accept-Encoding"] = "gzip, deflate"
        folder = settings.news_folder
        self.live = folder is None
        if folder is not None:
            adapter: BaseAdapter = MirrorAdapter(folder)
        else:
            adapter = PublicAdapter(allowed, max_retries=0)
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, adapter)
        self._robots: dict[str, Protego | None] = {}

    def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, limit: int = MAX_BODY
    ) -> Page:
        """Fetch one page, over up to five redirects, each checked like the first address.

        Raises:
            NotPublic: an address that is not on the public web.
            DocumentMissing: 404 or 410.
            SourceRefused: robots.txt, 401, 402, 403, 429, 451.
            TransferFailed: 5xx, no connection, a body too large or too slow, too many redirects.
            NotArchived: --offline is set.
        """
        if self.settings.miners_offline:
            raise NotArchived(f"{url} is not archived, and --offline is set.", url=url, reason="offline")
        headers = {k: v for k, v in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if v}
        for _ in range(_REDIRECTS + 1):
            self._check_allowed(url)
            response, body = self._request(url, headers, limit)
            code, reason = response.status_code, f"http_{response.status_code}"
            if code in _MOVED and response.headers.get("Location"):
                url = _redirected(url, response.headers["Location"])
                continue
            if code in (200, 304):
                validators = response.headers.get("ETag"), response.headers.get("Last-Modified")
                return Page(code, url, body, *validators)
            if code in (404, 410):
                raise DocumentMissing(f"{url} does not exist ({code}).", url=url, reason=reason)
            if code in (401, 402, 403, 451):
                host = urlsplit(url).hostname
                raise SourceRefused(f"{host} refuses access ({code}) to {url}.", url=url, reason=reason)
            raise TransferFailed(f"{url} answers {code}. The next run retries it.", url=url, reason=reason)
        raise TransferFailed(
            f"{url} is redirected more than {_REDIRECTS} times.", url=url, reason="redirects"
        )

    def _check_allowed(self, url: str) -> None:
        """Check that an address is public and robots.txt allows it. Raises NotPublic, SourceRefused."""
        check_public(url, self.allowed, resolve=False)
        parts = urlsplit(url)
        robots = self._rules(f"{parts.scheme}://{parts.netloc}")
        if robots is not None and not robots.can_fetch(url, self.settings.news_user_agent):
            raise SourceRefused(f"robots.txt of {parts.hostname} disallows {url}.", url=url, reason="robots")

    def _rules(self, origin: str) -> Protego | None:
        """Return the robots.txt of a host, None if it has none.

        Raises TransferFailed if it cannot be read.
        """
        if origin not in self._robots:
            try:
                response, body = self._request_robots(origin)
            except TransferFailed as error:
                raise TransferFailed(
                    f"robots.txt of {origin} cannot be read, so the host is skipped: {error}",
                    url=f"{origin}/robots.txt",
                    reason="robots",
                ) from error
            self._robots[origin] = (
                Protego.parse(body.decode("utf-8", "replace")) if response.status_code == 200 else None
            )
        return self._robots[origin]

    def _request_robots(self, origin: str) -> tuple[requests.Response, bytes]:
        """Fetch the robots.txt of a host over up to five redirects (RFC 9309, 2.3.1.2)."""
        url = f"{origin}/robots.txt"
        for _ in range(_REDIRECTS + 1):
            check_public(url, self.allowed, resolve=False)
            response, body = self._request(url, {}, MAX_ROBOTS)
            if response.status_code not in _MOVED or not response.headers.get("Location"):
                break
            url = _redirected(url, response.headers["Location"])
        return response, body

    def _limit_of(self, url: str) -> FileRateLimit:
        parts = urlsplit(url)
        rules = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        delay = rules.crawl_delay(self.settings.news_user_agent) if rules is not None else None
        # In this order "Crawl-delay: nan" is the longest delay.
        pause = max(_DELAY_MS, int(min(_LONGEST_MS, (delay or 0) * 1000)))
        return _limit(self.settings.limiter_dir, parts.netloc, pause)

    def _request(self, url: str, headers: dict[str, str], limit: int) -> tuple[requests.Response, bytes]:
        """Send a request and retry it on 429, 5xx or without a connection."""
        return retry(
            lambda: self._request_once(url, headers, limit),
            attempts=self.attempts,
            pause=self.settings.edgar_pause_seconds / 5,
        )

    def _request_once(self, url: str, headers: dict[str, str], limit: int) -> tuple[requests.Response, bytes]:
        if not self.live:
            return self._send(url, headers, limit)
        with self._limit_of(url).slot():
            response, body = self._send(url, headers, limit)
        code, host = response.status_code, urlsplit(url).hostname
        retry_at = retry_after(response.headers, _LONGEST_RETRY_AFTER) or datetime.now(UTC)
        if code == 429:
            raise SourceRefused(
                f"{host} limits requests (429) for {url}.", url=url, retry_at=retry_at, reason="http_429"
            )
        if code in TRANSIENT_STATUS:
            raise TransferFailed(
                f"{url} answers {code}. The next run retries it.",
                url=url,
                retry_at=retry_at,
                reason=f"http_{code}",
            )
        return response, body

    def _send(self, url: str, headers: dict[str, str], limit: int) -> tuple[requests.Response, bytes]:
        started = time.monotonic()
        try:
            response = self.session.get(
                url, headers=headers, timeout=TIMEOUT, stream=True, allow_redirects=False
            )
            with response:
                body = self._body(response, url, started, limit)
        except (requests.exceptions.RequestException, HTTPError) as error:
            self.counts["failed"] += 1
            if "is not a public address" in str(error):
                raise NotPublic(
                    f"{urlsplit(url).hostname} resolves to an address that is not public.",
                    url=url,
                    reason="not_public",
                ) from error
            connects = isinstance(error, requests.exceptions.ConnectionError)
            raise TransferFailed(
                f"{url} cannot be read ({type(error).__name__}).",
                url=url,
                retry_at=datetime.now(UTC) if connects else None,
                reason="unreachable",
            ) from error
        self.counts[str(response.status_code)] += 1
        self.counts["bytes"] += len(body)
        return response, body

    @staticmethod
    def _body(response: requests.Response, url: str, started: float, limit: int) -> bytes:
        if (whole_number(response.headers.get("Content-Length", "")) or 0) > limit:
            raise TransferFailed(
                f"{url} is larger than {limit:,} bytes; it was not read.", url=url, reason="too_large"
            )
        chunks, size = [], 0
        for chunk in _arriving(response):
            size += len(chunk)
            if size > limit:
                raise TransferFailed(
                    f"{url} is larger than {limit:,} bytes; the rest was not read.",
                    url=url,
                    reason="too_large",
                )
            if time.monotonic() - started > SECONDS:
                raise TransferFailed(
                    f"{url} was still sending after {SECONDS:.0f} seconds; the rest was not read.",
                    url=url,
                    reason="too_slow",
                )
            chunks.append(chunk)
        return b"".join(chunks)
