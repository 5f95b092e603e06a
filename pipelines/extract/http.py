"""The one way out: a requests session that is polite to EDGAR, or reads a folder instead of the network.

Every request, also a retry or a redirect, takes a place in the limiter that all processes share (see limits). A 403
or 429 is an answer about our rate, with an HTML page as its body: it is waited out, by all of them, never taken for
a document.
"""

import logging
import time
from collections import Counter
from email.utils import formatdate, parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from pyrate_limiter import Limiter
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

from pipelines.errors import DocumentMissing, NotArchived, SourceRefused, TransferFailed
from pipelines.extract.limits import Pauses, Places, limiter_of, pauses_of
from pipelines.settings import Settings, check_user_agent

log = logging.getLogger("miners.http")

# Connect, and silence while reading. EDGAR answers within a second; its largest documents take some ten.
TIMEOUT = (10, 60)
RETRIES = 4
RATE_ANSWERS = (403, 429)
# How often a ban is waited out before the step gives up; Dagster tries it again later.
BANS = 2
# EDGAR tells a client that does not say who it is so, in a 403 page of its own: waiting does not help.
_UNDECLARED = b"undeclared automated tool"
_TRANSIENT = (500, 502, 503, 504)
MAX_BODY = 120_000_000


class _PoliteRetry(Retry):
    """urllib3's Retry, with each new try waiting for its place in the limiter; `Retry-After` is followed up to ten minutes."""

    limiter: Limiter | None = None
    RETRY_AFTER_STATUS_CODES = frozenset({413, 503})
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
        self._places = Places(limiter)
        super().__init__(max_retries=retry, pool_maxsize=4)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        place = self._places.take()
        try:
            return super().send(request, **kwargs)
        finally:
            self._places.answered(place)


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
    """Fetches pages and documents, and counts what it asked: `counts` by status code and `bytes`.

    patient   whether a ban is waited out (in a run), or told at once (a sensor, a command at the terminal)
    """

    def __init__(self, settings: Settings, *, patient: bool = True) -> None:
        self.settings, self.patient = settings, patient
        self.pauses: Pauses | None = None
        self.counts: Counter[str] = Counter()
        self.session = requests.Session()
        self.session.max_redirects = 5
        if settings.mirror is not None:
            adapter: BaseAdapter = MirrorAdapter(settings.mirror)
        else:
            self.session.headers["User-Agent"] = check_user_agent(settings.edgar_user_agent)
            self.session.headers["Accept-Encoding"] = "gzip, deflate"
            limiter = limiter_of(settings)
            self.pauses = pauses_of(settings)
            kind = type("PoliteRetry", (_PoliteRetry,), {"limiter": limiter})
            retry = kind(
                total=RETRIES,
                connect=RETRIES,
                read=2,
                redirect=5,
                backoff_factor=settings.edgar_pause_seconds / 2,
                status_forcelist=_TRANSIENT,
                allowed_methods=["GET"],
                raise_on_status=False,
                respect_retry_after_header=True,
            )
            adapter = _LimitedAdapter(limiter, retry)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def get(self, url: str, headers: dict[str, str] | None = None) -> requests.Response:
        """One page: status 200 or 304, its body read whole.

        Raises DocumentMissing (404, 410), SourceRefused (403, 429 after all pauses), TransferFailed (5xx, a body
        that stays shorter than its Content-Length, no connection), NotArchived (offline): one clear line each.
        """
        if self.settings.miners_offline:
            raise NotArchived(
                f"{url} is not in the archive, and nobody is asked (offline). Run it without --offline."
            )
        for ban in range(BANS + 1):
            self._wait_out(url)
            response = self._whole(url, headers)
            if response.status_code not in RATE_ANSWERS:
                return self._judged(response, url)
            self._banned(response, url, last=ban == BANS)
        raise AssertionError("the last ban is told")

    def _wait_out(self, url: str) -> None:
        """Wait until the host may be asked again, whoever of the processes was told so. SourceRefused where we have no patience."""
        if self.pauses is None:
            return
        while (left := self.pauses.until() - time.time()) > 0:
            again = time.strftime("%H:%M:%S", time.localtime(time.time() + left))
            if not self.patient:
                raise SourceRefused(
                    f"{urlsplit(url).hostname} banned this address; it is asked again at {again}."
                )
            log.warning("EDGAR banned this address; nothing is asked until %s", again)
            time.sleep(min(left, 30.0))

    def _banned(self, response: requests.Response, url: str, *, last: bool) -> None:
        """Write down until when nobody asks. SourceRefused where waiting does not help, or helped not."""
        host = urlsplit(url).hostname
        if _UNDECLARED in response.content.lower():
            raise SourceRefused(
                f"{host} refuses us ({response.status_code}): it does not know who we are. "
                'Set EDGAR_USER_AGENT="Your Name you@example.com".'
            )
        if self.pauses is not None:
            self.pauses.ask_not_before(time.time() + self._ban_seconds(response))
        if last:
            raise SourceRefused(
                f"{host} refuses us ({response.status_code}) for {url}, also after {BANS} pauses. Wait ten minutes; check that "
                "EDGAR_USER_AGENT names you and your e-mail address, and that nobody else asks EDGAR from this address."
            )

    def _ban_seconds(self, response: requests.Response) -> float:
        told = response.headers.get("Retry-After", "").strip()
        if told.isdigit():
            return float(min(int(told), 3600))
        try:
            return max(0.0, min(parsedate_to_datetime(told).timestamp() - time.time(), 3600.0))
        except (TypeError, ValueError):
            return self.settings.edgar_ban_seconds

    def _whole(self, url: str, headers: dict[str, str] | None) -> requests.Response:
        """One answer with its body as announced, whatever its status."""
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
            return response
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
        raise TransferFailed(f"{url} answers {code}. The next run asks again.")
