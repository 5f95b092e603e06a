"""HTTP client for EDGAR, or a folder in EDGAR's tree instead of the network.

Every request, retries and redirects included, takes a slot of the rate limit that all processes share. A 403
or 429 is a ban with an HTML page as its body: all processes wait until it is over, and the page is never
taken for a document.
"""

import logging
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate, parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter

from pipelines.errors import DocumentMissing, NotArchived, NotPublic, SourceRefused, TransferFailed
from pipelines.extract.public_hosts import PublicAdapter, own_hosts
from pipelines.extract.rate_limit import Cooldown, RateLimit, cooldown_of, rate_limit_of
from pipelines.extract.retry import TRANSIENT_STATUS, backoff, retry, retry_after
from pipelines.settings import Settings, check_user_agent

log = logging.getLogger("miners.http")

# To connect, and between two reads. EDGAR answers within a second; its largest documents take some ten.
TIMEOUT = (10, 60)
ATTEMPTS = 5
BAN_STATUS = (403, 429)
# Bans waited for in one request before the step fails; Dagster retries the step later.
BANS = 2
# EDGAR rejects a client without a declared User-Agent by a 403 page of its own: waiting does not help.
_UNDECLARED = b"undeclared automated tool"
# Such pages, and those about the request rate, come with status 200 too, in place of a document.
_REFUSAL = re.compile(
    rb"<(?:title|h1)[^>]*>[^<]*(?:request rate threshold exceeded|undeclared automated tool)", re.IGNORECASE
)
_LONGEST_REFUSAL = 20_000
MAX_BODY = 120_000_000
_OF_SEC = re.compile(r"(?:^|\.)sec\.gov\Z")


@dataclass(frozen=True, slots=True)
class Response:
    """A response with its whole body."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes


def is_refusal(content: bytes) -> bool:
    """Whether a page is EDGAR's notice that it refuses requests, whatever its status code."""
    return len(content) < _LONGEST_REFUSAL and _REFUSAL.search(content) is not None


class _EdgarAdapter(PublicAdapter):
    """An HTTP adapter that sends each request in a slot of the rate limit, and repeats none.

    Only hosts of sec.gov, and the host of EDGAR_BASE, are requested, also after a redirect. Only the latter
    may have an address that is not public.
    """

    def __init__(self, limit: RateLimit, base: str | None) -> None:
        self._limit = limit
        self._base = urlsplit(base).netloc if base else None
        super().__init__(own_hosts(base) if base else frozenset(), max_retries=0, pool_maxsize=4)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        of_sec = parts.scheme == "https" and _OF_SEC.search(parts.hostname or "")
        if parts.netloc != self._base and not of_sec:
            raise NotPublic(f"{parts.scheme}://{parts.hostname} is not an `https` address of sec.gov.")
        with self._limit.slot():
            response: requests.Response = super().send(request, *args, **options)
        return response


class MirrorAdapter(BaseAdapter):
    """Answers from a folder `host/path` as the host would: 200, 304, 404."""

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
        """Nothing is open."""


class Fetcher:
    """Fetches pages and documents of EDGAR.

    Attributes:
        wait_on_ban: wait until a ban is over (in a run), or raise at once (a sensor, a command at the
        terminal). counts: answers by status code, `bytes`, and bodies that were `truncated`.
    """

    def __init__(self, settings: Settings, *, wait_on_ban: bool = True) -> None:
        self.settings, self.wait_on_ban = settings, wait_on_ban
        self.cooldown: Cooldown | None = None
        self.counts: Counter[str] = Counter()
        self.session = requests.Session()
        self.session.max_redirects = 5
        # Bulk files are read without requests: every other page is missing.
        folder = settings.mirror or settings.edgar_bulk
        if folder is not None:
            adapter: BaseAdapter = MirrorAdapter(folder)
        else:
            self.session.headers["User-Agent"] = check_user_agent(settings.edgar_user_agent)
            self.session.headers["Accept-Encoding"] = "gzip, deflate"
            self.cooldown = cooldown_of(settings)
            adapter = _EdgarAdapter(rate_limit_of(settings), settings.edgar_base)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def get(self, url: str, headers: dict[str, str] | None = None) -> Response:
        """Fetch one page; the response has status 200 or 304.

        Raises:
            DocumentMissing: 404 or 410.
            SourceRefused: 403 or 429, still after waiting for the end of the ban.
            TransferFailed: 5xx, a body that stays shorter than its Content-Length, no connection.
            NotArchived: --offline is set.
        """
        if self.settings.miners_offline:
            raise NotArchived(
                f"{url} is not archived, and --offline is set. Run again without --offline.",
                url=url,
                reason="offline",
            )
        bans = 0

        def on(error: Exception) -> bool | float:
            nonlocal bans
            if not isinstance(error, SourceRefused):
                return backoff(error)
            bans += 1
            # No pause: the next attempt waits for the end of the cooldown.
            return 0.0 if error.retry_at is not None and self.wait_on_ban and bans <= BANS else False

        return retry(
            lambda: self._fetch(url, headers),
            attempts=ATTEMPTS + BANS,
            pause=self.settings.edgar_pause_seconds,
            on=on,
        )

    def _fetch(self, url: str, headers: dict[str, str] | None) -> Response:
        self._wait_for_cooldown(url)
        response = self._request(url, headers)
        code = response.status_code
        if code == 200 and is_refusal(response.content):
            if self.settings.mirror is not None:
                raise DocumentMissing(
                    f"{url} was saved while EDGAR refused requests: save it again.", url=url, reason="refusal"
                )
            raise self._start_cooldown(response, url)
        if code in (200, 304):
            return response
        if code in (404, 410):
            raise DocumentMissing(f"{url} does not exist ({code}).", url=url, reason=f"http_{code}")
        if code in BAN_STATUS:
            raise self._start_cooldown(response, url)
        retry_at = (retry_after(response.headers) or datetime.now(UTC)) if code in TRANSIENT_STATUS else None
        raise TransferFailed(
            f"{url} answers {code}. The next run retries it.",
            url=url,
            retry_at=retry_at,
            reason=f"http_{code}",
        )

    def _wait_for_cooldown(self, url: str) -> None:
        """Wait for the end of a ban; raises SourceRefused without `wait_on_ban`."""
        if self.cooldown is None:
            return
        while (seconds := (until := self.cooldown.until()) - time.time()) > 0:
            shown = time.strftime("%H:%M:%S", time.localtime(until))
            if not self.wait_on_ban:
                raise SourceRefused(
                    f"{urlsplit(url).hostname} has banned this address; requests resume at {shown}.",
                    url=url,
                    retry_at=datetime.fromtimestamp(until, UTC),
                    reason="banned",
                )
            log.warning("EDGAR has banned this address; requests resume at %s", shown)
            time.sleep(min(seconds, 30.0))

    def _start_cooldown(self, response: Response, url: str) -> SourceRefused:
        """Record the end of a ban for all processes; returns the error to raise."""
        host, code = urlsplit(url).hostname, response.status_code
        if _UNDECLARED in response.content.lower():
            return SourceRefused(
                f"{host} rejects an undeclared client ({code}). "
                'Set EDGAR_USER_AGENT="Your Name you@example.com".',
                url=url,
                reason="undeclared",
            )
        until = retry_after(response.headers)
        seconds = (
            self.settings.edgar_ban_seconds if until is None else (until - datetime.now(UTC)).total_seconds()
        )
        if self.cooldown is not None:
            self.cooldown.extend(time.time() + seconds)
        return SourceRefused(
            f"{host} refuses requests ({code}) for {url}. Wait ten minutes; check that EDGAR_USER_AGENT has "
            "your name and e-mail address, and that nothing else sends requests to EDGAR from this address.",
            url=url,
            retry_at=datetime.fromtimestamp(time.time() + seconds, UTC),
            reason="banned",
        )

    def _request(self, url: str, headers: dict[str, str] | None) -> Response:
        """Send one request; the response has any status."""
        try:
            response = self.session.get(self._address(url), headers=headers, timeout=TIMEOUT, stream=True)
            body = self._body(response)
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
            self.counts["truncated"] += 1
            raise TransferFailed(
                f"{url} arrives truncated, shorter than its Content-Length. Nothing of it is kept.",
                url=url,
                retry_at=datetime.now(UTC),
                reason="truncated",
            ) from error
        except NotPublic as error:
            self.counts["failed"] += 1
            raise TransferFailed(
                f"{url} leads elsewhere: {error} Nothing is read from there.", url=url, reason="not_public"
            ) from error
        except requests.exceptions.RequestException as error:
            self.counts["failed"] += 1
            if "is not a public address" in str(error):
                raise TransferFailed(
                    f"{url} leads to an address that is not public. Nothing is read from there; check the "
                    "name servers of this machine.",
                    url=url,
                    reason="not_public",
                ) from error
            connects = isinstance(error, requests.exceptions.ConnectionError | requests.exceptions.Timeout)
            raise TransferFailed(
                f"{url} cannot be reached ({type(error).__name__}). Check the network.",
                url=url,
                retry_at=datetime.now(UTC) if connects else None,
                reason="unreachable",
            ) from error
        self.counts[str(response.status_code)] += 1
        return Response(response.status_code, response.headers, body)

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
                    f"{response.url} is larger than {MAX_BODY:,} bytes; the rest was not read.",
                    url=response.url,
                    reason="too_large",
                )
            chunks.append(chunk)
        self.counts["bytes"] += size
        return b"".join(chunks)
