"""Daily series of bitcoin's price and network, fetched from an address or a file."""

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


def fetch_series(source: str, settings: Settings, setting: str) -> tuple[str, bytes]:
    """Fetch a series: name of the source and body as served.

    Args:
        setting: Name of the setting to check if it fails.

    The query of an address may hold a key and is never shown. Raises TransferFailed if the file does not
    exist, the address cannot be reached or answers with an error, or the body is too large.
    """
    remedy = f"Check {setting}."
    if not source.startswith(("http://", "https://")):
        path = Path(source).expanduser()
        if not path.is_file():
            raise TransferFailed(f"There is no file {path}. {remedy}", reason="no_file")
        return path.name, path.read_bytes()
    shown = hide(source.split("?", 1)[0])
    pause = settings.edgar_pause_seconds
    return shown, retry(lambda: _fetch(source, shown, remedy), attempts=ATTEMPTS, pause=pause)


def _fetch(source: str, shown: str, remedy: str) -> bytes:
    headers = {"Accept": "application/json, text/csv"}
    try:
        with requests.get(source, timeout=TIMEOUT, stream=True, headers=headers) as response:
            code = response.status_code
            if code != requests.codes.ok:
                transient = code == 429 or code in TRANSIENT_STATUS
                raise TransferFailed(
                    f"{shown} answers {code}. {remedy}",
                    url=shown,
                    retry_at=(retry_after(response.headers) or datetime.now(UTC)) if transient else None,
                    reason=f"http_{code}",
                )
            body: bytes = response.raw.read(MAX_BYTES + 1, decode_content=True)
    except requests.RequestException as error:
        connects = isinstance(error, requests.exceptions.ConnectionError)
        raise TransferFailed(
            f"{shown} cannot be reached ({type(error).__name__}). {remedy}",
            url=shown,
            retry_at=datetime.now(UTC) if connects else None,
            reason="unreachable",
        ) from error
    if len(body) > MAX_BYTES:
        raise TransferFailed(
            f"{shown} sends more than {MAX_BYTES:,} bytes. {remedy}", url=shown, reason="too_large"
        )
    return body
