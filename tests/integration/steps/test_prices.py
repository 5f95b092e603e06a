"""Reference prices over loopback HTTP."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from pipelines.datasets import BITCOIN_SALES
from pipelines.steps import market
from pipelines.steps.services import Services
from tests.pipeline_run import query_rows, run_filings

Make = Callable[..., Services]


class _Prices(BaseHTTPRequestHandler):
    answers: ClassVar[list[tuple[int, bytes]]] = []

    def do_GET(self) -> None:
        code, body = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def host() -> Iterator[tuple[str, type[_Prices]]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Prices)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/candles?key=secret", _Prices
    server.shutdown()
    server.server_close()


def test_prices_are_fetched_after_retry(make_services: Make, host: tuple[str, type[_Prices]]) -> None:
    address, handler = host
    handler.answers = [(503, b"busy"), (200, b'{"Data":{"Data":[{"time":1714435200,"close":60636.1}]}}')]
    services = make_services(bitcoin_price_url=address)
    results = market.read_reference_prices(services)
    assert results.counts["inserted"] == 1
    assert query_rows(services, "select day, price_usd, price_source from warehouse.fact_bitcoin_price") == [
        (date(2024, 4, 30), Decimal("60636.1"), address.split("?")[0])
    ]
    assert market.read_reference_prices(services).counts["inserted"] == 0


def test_password_of_price_source_is_not_published(
    make_services: Make, host: tuple[str, type[_Prices]]
) -> None:
    address, handler = host
    handler.answers = [(200, b'{"Data":{"Data":[{"time":1714435200,"close":60636.1}]}}')]
    services = make_services(bitcoin_price_url=address.replace("://", "://me:S3CRET@"))
    market.read_reference_prices(services)
    [(source,)] = query_rows(services, "select price_source from marts.bitcoin_prices")
    assert source == address.split("?")[0].replace("://", "://me:…@")


@pytest.mark.parametrize(
    ("code", "body"), [(404, b"no"), (200, b"<html>Just a moment</html>"), (200, b'{"prices":[[17144')]
)
def test_failed_prices_do_not_stop_run(
    make_services: Make, host: tuple[str, type[_Prices]], code: int, body: bytes
) -> None:
    address, handler = host
    handler.answers = [(code, body)]
    services = make_services(bitcoin_price_url=address)
    results = run_filings(services, "RIOT", chosen=[BITCOIN_SALES])
    [note] = results["bitcoin_prices"].notes
    assert note.startswith("Prices are missing")
    assert "secret" not in note
    assert results["tie_outs"].failures == {}
    assert query_rows(services, "select count(*) from warehouse.fact_bitcoin_price") == [(0,)]
    assert query_rows(services, "select count(*) > 0 from marts.bitcoin_sales") == [(True,)]
