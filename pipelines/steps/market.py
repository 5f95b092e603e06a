"""Daily series: reference prices of bitcoin, and the network's hash rate and reward."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from pipelines.errors import TransferFailed, UnreadableDocument
from pipelines.extract.network_formats import NetworkDay, read_charts, read_network
from pipelines.extract.price_formats import read_prices
from pipelines.extract.prices import fetch_series
from pipelines.settings import FREE_NETWORK
from pipelines.steps.results import StepResult
from pipelines.steps.services import Services
from pipelines.warehouse.prices import load_network, load_prices
from pipelines.warehouse.upsert import Changed

Load = Callable[[sa.Connection, str, Mapping[date, Any]], Changed]


def read_reference_prices(services: Services) -> StepResult:
    """Load daily prices from the configured source; a failing source is a note.

    counts: days, inserted, updated; failed if the source could not be read
    """
    source = services.settings.price_source

    def fetch(source: str) -> tuple[str, Mapping[date, Any]]:
        shown, body = fetch_series(source, services.settings, "BITCOIN_PRICE_URL")
        return shown, read_prices(body)

    result = _read(services, "bitcoin_prices", "Prices", source, fetch, load_prices)
    if source is None:
        result.notes.append("BITCOIN_PRICE_URL names no source: sales are not compared with the market.")
    return result


def read_network_days(services: Services) -> StepResult:
    """Load the network's days from the configured source; a failing source is a note.

    counts: days, inserted, updated; failed if the source could not be read
    """
    source = services.settings.network_source

    def fetch(source: str) -> tuple[str, Mapping[date, NetworkDay]]:
        def body(address: str) -> tuple[str, bytes]:
            return fetch_series(address, services.settings, "BITCOIN_NETWORK_URL")

        if source != FREE_NETWORK:
            shown, content = body(source)
            return shown, read_network(content)
        charts = [body(source.format(chart=chart))[1] for chart in ("difficulty", "transaction-fees")]
        return source.split("{", 1)[0], read_charts(*charts)

    result = _read(services, "network_days", "Days of the network", source, fetch, load_network)
    if source is None:
        result.notes.append(
            "BITCOIN_NETWORK_URL names no source: realized hash rates are not computed for new months."
        )
    return result


def _read(
    services: Services,
    name: str,
    what: str,
    source: str | None,
    fetch: Callable[[str], tuple[str, Mapping[date, Any]]],
    load: Load,
) -> StepResult:
    result = StepResult(name)
    if source is None:
        return result
    if services.settings.miners_offline:
        result.notes.append(f"{what} are not read: offline.")
        return result
    try:
        shown, days = fetch(source)
    except (TransferFailed, UnreadableDocument) as error:
        result.counts["failed"] = 1
        result.notes.append(f"{what} are missing: {error}")
        return result
    with services.engine.begin() as connection:
        changed = load(connection, shown, days)
    result.counts["days"] = len(days)
    result.counts["inserted"], result.counts["updated"] = changed.inserted, changed.updated
    for day, value in sorted(days.items())[-5:]:
        result.show(("day", "value"), (day, str(value)))
    return result
