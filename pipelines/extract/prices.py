"""The reference price of bitcoin from a public source, by setting: an address or a file."""

from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from pipelines.errors import TransferFailed
from pipelines.settings import Settings

MAX_BYTES = 20_000_000


def fetch_prices(settings: Settings) -> tuple[str, bytes] | None:
    """Where prices are from and the body as served; None where no source is set.

    Raises TransferFailed with the remedy: the address cannot be reached, answers with an error, sends too much, or the
    file is not there. The address' query, which may hold a key, is never told.
    """
    source = settings.price_source
    if source is None:
        return None
    if not source.startswith(("http://", "https://")):
        path = Path(source).expanduser()
        if not path.is_file():
            raise TransferFailed(
                f"There is no file of prices {path}. Set BITCOIN_PRICE_URL to an address or a file."
            )
        return path.name, path.read_bytes()
    named = source.split("?", 1)[0]
    with requests.Session() as session:
        retry = Retry(
            total=3,
            backoff_factor=settings.edgar_pause_seconds,
            status_forcelist=(429, 500, 502, 503, 504),
            allowed_methods=["GET"],
        )
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=retry))
        try:
            with session.get(
                source, timeout=(10, 30), stream=True, headers={"Accept": "application/json, text/csv"}
            ) as answer:
                if answer.status_code != requests.codes.ok:
                    raise TransferFailed(
                        f"{named} answers {answer.status_code}: no prices are read. Look at BITCOIN_PRICE_URL."
                    )
                body = answer.raw.read(MAX_BYTES + 1, decode_content=True)
        except requests.RequestException as error:
            raise TransferFailed(
                f"{named} cannot be reached ({type(error).__name__}): no prices are read. Look at BITCOIN_PRICE_URL."
            ) from error
    if len(body) > MAX_BYTES:
        raise TransferFailed(
            f"{named} sends more than {MAX_BYTES:,} bytes: no prices are read. Look at BITCOIN_PRICE_URL."
        )
    return named, body
