"""The reference price of bitcoin, from the address or file that BITCOIN_PRICE_URL names."""

from datetime import UTC, datetime
from pathlib import Path

import requests

from pipelines.errors import TransferFailed
from pipelines.extract.retry import TRANSIENT_STATUS, retry, retry_after
from pipelines.secrets import hide
from pipelines.settings import Settings

MAX_BYTES = 20_000_000
TIMEOUT = (10, 30)
ATTEMPTS = 4
_REMEDY = "No prices are loaded. Check BITCOIN_PRICE_URL."


def fetch_prices(settings: Settings) -> tuple[str, bytes] | None:
    """Fetch daily prices: name of the source and body as served; None without a source.

    The query of an address may hold a key and is never shown. Raises TransferFailed if the file does not
    exist, the address cannot be reached or answers with an error, or the body is too large.
    """
    source = settings.price_source
    if source is None:
        return None
    if not source.startswith(("http://", "https://")):
        path = Path(source).expanduser()
        if not path.is_file():
            raise TransferFailed(f"There is no file of prices {path}. {_REMEDY}", reason="no_file")
        return path.name, path.read_bytes()
    shown = hide(source.split("?", 1)[0])
    body = retry(lambda: _fetch(source, shown), attempts=ATTEMPTS, pause=settings.edgar_pause_seconds)
    return shown, body


def _fetch(source: str, shown: str) -> bytes:
    headers = {"Accept": "application/json, text/csv"}
    try:
        with requests.get(source, timeout=TIMEOUT, stream=True, headers=headers) as response:
            code = response.status_code
            if code != requests.codes.ok:
                transient = code == 429 or code in TRANSIENT_STATUS
                raise TransferFailed(
                    f"{shown} answers {code}. {_REMEDY}",
                    url=shown,
                    retry_at=(retry_after(response.headers) or datetime.now(UTC)) if transient else None,
                    reason=f"http_{code}",
                )
            body: bytes = response.raw.read(MAX_BYTES + 1, decode_content=True)
    except requests.RequestException as error:
        connects = isinstance(error, requests.exceptions.ConnectionError)
        raise TransferFailed(
            f"{shown} cannot be reached ({type(error).__name__}). {_REMEDY}",
            url=shown,
            retry_at=datetime.now(UTC) if connects else None,
            reason="unreachable",
        ) from error
    if len(body) > MAX_BYTES:
        raise TransferFailed(
            f"{shown} sends more than {MAX_BYTES:,} bytes. {_REMEDY}", url=shown, reason="too_large"
        )
    return body
