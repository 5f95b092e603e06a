"""The one way out: a requests session that is polite to EDGAR, or reads a folder instead of the network.

The SEC allows ten requests a second *from an address*, so the limiter is a SQLite bucket with a file lock that
all processes of the machine share; also every retry and every redirect takes a place in it. A 403 or 429 is an
answer about our rate, with an HTML page as its body: it is waited out, never taken for a document.
"""

import logging
import os
import time
from collections import Counter
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from pyrate_limiter import Limiter, Rate, SQLiteBucket
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from pipelines.errors import DocumentMissing, SourceRefused, TransferFailed
from pipelines.settings import Settings, check_user_agent

log = logging.getLogger("miners.http")

# Connect, and silence while reading. EDGAR answers within a second; its largest documents take some ten.
TIMEOUT = (10, 60)
RETRIES = 4
RATE_ANSWERS = (403, 429)
_TRANSIENT = (500, 502, 503, 504)
MAX_BODY = 120_000_000


def limiter_folder(folder: Path) -> Path:
    """The folder in which all processes of this machine, also those of other users, keep count of their requests."""
    folder.mkdir(exist_ok=True, parents=True)
    if folder.stat().st_uid == os.getuid():
        folder.chmod(0o777)
    return folder


def limiter_file(folder: Path) -> str:
    """The bucket of EDGAR's requests that all processes of this machine share."""
    limiter_folder(folder)
    bucket = folder / "requests.sqlite"
    for path in (bucket, folder / f"{bucket.name}.lock"):
        if not path.exists():
            path.touch()
            path.chmod(0o666)
    return str(bucket)


@lru_cache(maxsize=4)
def shared_limiter(path: str, per_second: int) -> Limiter:
    """A limiter over all processes that open the same file."""
    # The bucket counts a window of a second; the margin keeps any second at the server within the limit too.
    rates = [Rate(per_second, 1_050)]
    bucket = SQLiteBucket.init_from_file(rates, table="edgar", db_path=path, use_file_lock=True)
    return Limiter(bucket, buffer_ms=10)


class _PoliteRetry(Retry):
    """urllib3's Retry, with each new try waiting for its place in the limiter, and pauses at rate answers.

    `Retry-After` is followed up to ten minutes, the longest ban EDGAR is known for.
    """

    limiter: Limiter | None = None
    RETRY_AFTER_STATUS_CODES = frozenset({403, 413, 429, 503})
    DEFAULT_BACKOFF_MAX = 600

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        super().sleep(response)
        if self.limiter is not None:
            self.limiter.try_acquire("edgar", blocking=True)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        seconds = super().get_retry_after(response)
        return None if seconds is None else min(seconds, 600)


class _LimitedAdapter(HTTPAdapter):
    """An HTTP adapter that waits for its place before each request."""

    def __init__(self, limiter: Limiter, retry: Retry) -> None:
        self._limiter = limiter
        super().__init__(max_retries=retry, pool_maxsize=4)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        self._limiter.try_acquire("edgar", blocking=True)
        return super().send(request, **kwargs)


class MirrorAdapter(BaseAdapter):
    """Answers from a folder in EDGAR's own tree, `host/path`, as the host would: 200, 304, 404."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder.resolve()

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **kwargs: Any
    ) -> requests.Response:
        parts = urlsplit(request.url or "")
        path = (self.folder / (parts.hostname or "") / unquote(parts.path).lstrip("/")).resolve()
        response = requests.Response()
        response.request, response.url = request, request.url or ""
        if not path.is_relative_to(self.folder) or not path.is_file():
            response.status_code, response.raw = 404, BytesIO(b"")
            return response
        modified = formatdate(path.stat().st_mtime, usegmt=True)
        response.headers["Last-Modified"] = modified
        since = request.headers.get("If-Modified-Since")
        if since and parsedate_to_datetime(str(since)).timestamp() >= int(path.stat().st_mtime):
            response.status_code, response.raw = 304, BytesIO(b"")
            return response
        content = path.read_bytes()
        response.status_code, response.raw = 200, BytesIO(content)
        response.headers["Content-Length"] = str(len(content))
        return response

    def close(self) -> None:
        """Nothing is held open."""


class Fetcher:
    """Fetches pages and documents, and counts what it asked: `counts` by status code and `bytes`."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.counts: Counter[str] = Counter()
        self.session = requests.Session()
        self.session.max_redirects = 5
        if settings.mirror is not None:
            adapter: BaseAdapter = MirrorAdapter(settings.mirror)
        else:
            self.session.headers["User-Agent"] = check_user_agent(settings.edgar_user_agent)
            self.session.headers["Accept-Encoding"] = "gzip, deflate"
            limiter = shared_limiter(limiter_file(settings.limiter_dir), settings.edgar_requests_per_second)
            kind = type("PoliteRetry", (_PoliteRetry,), {"limiter": limiter})
            retry = kind(
                total=RETRIES, connect=RETRIES, read=2, redirect=5, backoff_factor=settings.edgar_pause_seconds / 2,
                status_forcelist=(*RATE_ANSWERS, *_TRANSIENT), allowed_methods=["GET"], raise_on_status=False,
                respect_retry_after_header=True,
            )  # fmt: skip
            adapter = _LimitedAdapter(limiter, retry)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def get(self, url: str, headers: dict[str, str] | None = None) -> requests.Response:
        """One page: status 200 or 304, its body read whole.

        Raises DocumentMissing (404, 410), SourceRefused (403, 429 after all pauses), TransferFailed (5xx, a body
        that stays shorter than its Content-Length, no connection): one clear line each.
        """
        where = self._address(url)
        for attempt in range(3):
            try:
                response = self.session.get(where, headers=headers, timeout=TIMEOUT, stream=True)
                body = self._body(response)
            except (
                requests.exceptions.ChunkedEncodingError,
                requests.exceptions.ContentDecodingError,
            ) as error:
                self.counts["truncated"] += 1
                log.debug("body of %s cut off", url, exc_info=error)
                time.sleep(self.settings.edgar_pause_seconds * attempt / 5)
                continue
            except requests.exceptions.RequestException as error:
                self.counts["failed"] += 1
                log.debug("no answer from %s", url, exc_info=error)
                raise TransferFailed(
                    f"{url} cannot be reached ({type(error).__name__}). Is the network up?"
                ) from error
            self.counts[str(response.status_code)] += 1
            response._content = body
            return self._judged(response, url)
        raise TransferFailed(
            f"{url} arrives cut off each time (shorter than announced). Nothing of it is kept."
        )

    def _address(self, url: str) -> str:
        if not self.settings.edgar_base:
            return url
        parts = urlsplit(url)
        return f"{self.settings.edgar_base.rstrip('/')}/{parts.hostname}{parts.path}" + (
            f"?{parts.query}" if parts.query else ""
        )

    def _body(self, response: requests.Response) -> bytes:
        chunks, size = [], 0
        for chunk in response.iter_content(65536):
            size += len(chunk)
            if size > MAX_BODY:
                response.close()
                raise TransferFailed(
                    f"{response.url} is larger than {MAX_BODY:,} bytes and was not read further."
                )
            chunks.append(chunk)
        self.counts["bytes"] += size
        return b"".join(chunks)

    def _judged(self, response: requests.Response, url: str) -> requests.Response:
        code = response.status_code
        if code in (200, 304):
            return response
        if code in (404, 410):
            raise DocumentMissing(f"{url} is not there ({code}).")
        if code in RATE_ANSWERS:
            host = urlsplit(url).hostname
            raise SourceRefused(
                f"{host} refuses us ({code}) for {url}, also after {RETRIES} pauses. Wait ten minutes; check that "
                "EDGAR_USER_AGENT names you and your e-mail address."
            )
        raise TransferFailed(f"{url} answers {code}. The next run asks again.")
