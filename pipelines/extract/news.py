"""The way to the publishers: one polite request at a time a host, within robots.txt, limits of size and time, and the public web."""

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import requests
from protego import Protego
from pyrate_limiter import Limiter, Rate, SQLiteBucket
from requests.adapters import BaseAdapter
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse
from urllib3.util.retry import Retry

from pipelines.errors import DocumentMissing, NotArchived, NotPublic, SourceRefused, TransferFailed
from pipelines.extract.http import MirrorAdapter
from pipelines.extract.limits import limiter_folder
from pipelines.extract.public_hosts import PublicAdapter, check_public
from pipelines.settings import Settings

log = logging.getLogger("miners.news")

MAX_BODY = 10_000_000
MAX_ROBOTS = 512_000
# Connect, and silence while reading; the whole answer must be there within SECONDS.
TIMEOUT = (10, 15)
SECONDS = 45.0
# A publisher's pages are read one a second; where robots.txt asks for more time it gets it, up to half a minute.
_DELAY_MS, _LONGEST_MS = 1_000, 30_000
_REDIRECTS, _MOVED = 5, (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Page:
    """An answer: its status (200 or 304), the address it came from in the end, its body, and what lets it be asked for again."""

    status: int
    url: str
    body: bytes
    etag: str | None
    last_modified: str | None
    content_type: str


@lru_cache(maxsize=256)
def _limiter(folder: str, host: str, pause_ms: int) -> Limiter:
    path = f"{folder}/news-{hashlib.sha256(host.encode()).hexdigest()[:16]}.sqlite"
    bucket = SQLiteBucket.init_from_file([Rate(1, pause_ms)], table="host", db_path=path, use_file_lock=True)
    return Limiter(bucket, buffer_ms=10)


def _arriving(response: requests.Response) -> Iterator[bytes]:
    """A body as it arrives: waiting for a full block would let a host that sends a byte now and then hold us for hours."""
    raw = response.raw
    if not isinstance(raw, HTTPResponse):
        yield from response.iter_content(16_384)
        return
    while chunk := raw.read1(16_384, decode_content=True):
        yield chunk


class NewsReader:
    """Fetches feeds and pages, and counts what it asked: `counts` by status code and `bytes`."""

    def __init__(self, settings: Settings, allowed: frozenset[str] = frozenset()) -> None:
        self.settings, self.allowed = settings, allowed
        self.counts: Counter[str] = Counter()
        self.session = requests.Session()
        self.session.headers["User-Agent"] = settings.news_user_agent
        self.session.headers["Accept-Encoding"] = "gzip, deflate"
        folder = settings.news_folder
        self.live = folder is None
        if folder is not None:
            adapter: BaseAdapter = MirrorAdapter(folder)
        else:
            adapter = PublicAdapter(
                allowed,
                max_retries=Retry(
                    total=2,
                    connect=2,
                    read=0,
                    redirect=0,
                    status=2,
                    backoff_factor=settings.edgar_pause_seconds / 5,
                    status_forcelist=(429, 500, 502, 503, 504),
                    allowed_methods=["GET"],
                    raise_on_status=False,
                    respect_retry_after_header=True,
                ),
            )
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, adapter)
        self._robots: dict[str, Protego | None] = {}

    def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, limit: int = MAX_BODY
    ) -> Page:
        """One page. Redirects are followed up to five, each looked at as the first address was.

        Raises NotPublic, DocumentMissing (404, 410), SourceRefused (robots.txt, 401, 403, 429), TransferFailed (no answer,
        too large, too slow, a redirect loop, 5xx), NotArchived (offline): one clear line each.
        """
        if self.settings.miners_offline:
            raise NotArchived(f"{url} is not in the archive, and nobody is asked (offline).")
        headers = {k: v for k, v in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if v}
        for _ in range(_REDIRECTS + 1):
            self._may(url)
            response, body = self._ask(url, headers, limit)
            code = response.status_code
            if code in _MOVED and response.headers.get("Location"):
                url = urljoin(url, response.headers["Location"])
                continue
            if code in (200, 304):
                return Page(
                    code,
                    url,
                    body,
                    response.headers.get("ETag"),
                    response.headers.get("Last-Modified"),
                    response.headers.get("Content-Type", ""),
                )
            if code in (404, 410):
                raise DocumentMissing(f"{url} is not there ({code}).")
            if code in (401, 402, 403, 429, 451):
                raise SourceRefused(f"{urlsplit(url).hostname} refuses us ({code}) for {url}.")
            raise TransferFailed(f"{url} answers {code}. The next run asks again.")
        raise TransferFailed(f"{url} is redirected more than {_REDIRECTS} times.")

    def _may(self, url: str) -> None:
        """See that an address is public and that robots.txt allows it; SourceRefused where it does not."""
        check_public(url, self.allowed, resolve=False)
        parts = urlsplit(url)
        robots = self._rules(f"{parts.scheme}://{parts.netloc}")
        if robots is not None and not robots.can_fetch(url, self.settings.news_user_agent):
            raise SourceRefused(f"{parts.hostname} asks robots not to read {url} (robots.txt).")

    def _rules(self, origin: str) -> Protego | None:
        """The robots.txt of a host; None where it has none. A host whose robots.txt fails is left alone for this run."""
        if origin not in self._robots:
            try:
                response, body = self._ask_robots(origin)
            except TransferFailed as error:
                raise TransferFailed(
                    f"{origin}/robots.txt cannot be read, so nothing of it is: {error}"
                ) from error
            if response.status_code >= 500:
                raise TransferFailed(
                    f"{origin}/robots.txt answers {response.status_code}, so nothing of it is read."
                )
            self._robots[origin] = (
                Protego.parse(body.decode("utf-8", "replace")) if response.status_code == 200 else None
            )
        return self._robots[origin]

    def _ask_robots(self, origin: str) -> tuple[requests.Response, bytes]:
        """What a host answers for its robots.txt, behind up to five redirects (RFC 9309, 2.3.1.2)."""
        url = f"{origin}/robots.txt"
        for _ in range(_REDIRECTS + 1):
            check_public(url, self.allowed, resolve=False)
            response, body = self._ask(url, {}, MAX_ROBOTS)
            if response.status_code not in _MOVED or not response.headers.get("Location"):
                break
            url = urljoin(url, response.headers["Location"])
        return response, body

    def _wait(self, url: str) -> None:
        if not self.live:
            return
        parts = urlsplit(url)
        rules = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        asked = rules.crawl_delay(self.settings.news_user_agent) if rules is not None else None
        pause = min(_LONGEST_MS, max(_DELAY_MS, int((asked or 0) * 1000)))
        _limiter(str(limiter_folder(self.settings.limiter_dir)), parts.netloc, pause).try_acquire(
            "host", blocking=True
        )

    def _ask(self, url: str, headers: dict[str, str], limit: int) -> tuple[requests.Response, bytes]:
        self._wait(url)
        started = time.monotonic()
        try:
            response = self.session.get(
                url, headers=headers, timeout=TIMEOUT, stream=True, allow_redirects=False
            )
            with response:
                body = self._body(response, url, started, limit)
        except (requests.exceptions.RequestException, HTTPError) as error:
            self.counts["failed"] += 1
            log.debug("no answer from %s", url, exc_info=error)
            if "is not a public address" in str(error):
                raise NotPublic(
                    f"{urlsplit(url).hostname} leads to an address that is not public."
                ) from error
            raise TransferFailed(f"{url} cannot be read ({type(error).__name__}).") from error
        self.counts[str(response.status_code)] += 1
        self.counts["bytes"] += len(body)
        return response, body

    @staticmethod
    def _body(response: requests.Response, url: str, started: float, limit: int) -> bytes:
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > limit:
            raise TransferFailed(f"{url} is larger than {limit:,} bytes and was not read.")
        chunks, size = [], 0
        for chunk in _arriving(response):
            size += len(chunk)
            if size > limit:
                raise TransferFailed(f"{url} is larger than {limit:,} bytes and was not read further.")
            if time.monotonic() - started > SECONDS:
                raise TransferFailed(
                    f"{url} was still sending after {SECONDS:.0f} seconds and was not read further."
                )
            chunks.append(chunk)
        return b"".join(chunks)
