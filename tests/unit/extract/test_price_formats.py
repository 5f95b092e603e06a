"""Daily prices in the shapes of public sources, and what is none."""

from datetime import date
from decimal import Decimal

import pytest

from pipelines.errors import UnreadableDocument
from pipelines.extract.price_formats import read_prices

APRIL_30 = date(2024, 4, 30)
SHAPES = {
    "CryptoCompare": '{"Response":"Success","Data":{"Data":[{"time":1714435200,"high":64000,"close":60636.1}]}}',
    "Coinbase candles": "[[1714435200, 59000, 64000, 63000, 60636.1, 1200.5]]",
    "Coinbase prices": '{"data":{"prices":[{"price":"60636.1","time":"1714435200"}]}}',
    "CoinGecko": '{"prices":[[1714435200000,60636.1]],"market_caps":[[1714435200000,1]]}',
    "CoinDesk": '{"bpi":{"2024-04-30":60636.1},"disclaimer":"x"}',
    "Blockchain.com": '{"status":"ok","values":[{"x":1714435200,"y":60636.1}]}',
    "Yahoo CSV": "Date,Open,High,Low,Close,Adj Close,Volume\n2024-04-30,1,2,3,60636.1,60636.1,5",
    "CryptoDataDownload": "https://www.CryptoDataDownload.com\nunix,date,symbol,open,high,low,close\n1714435200,2024-04-30 00:00:00,BTC/USD,1,2,3,60636.1",
    "semicolons": "timeOpen;close\n2024-04-30T00:00:00.000Z;60636.1",
    "our own": "date,close\n2024-04-30,60636.1\n",
}


@pytest.mark.parametrize("name", SHAPES)
def test_price_format_gives_day_and_close(name: str) -> None:
    assert read_prices(SHAPES[name].encode()) == {APRIL_30: Decimal("60636.1")}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html>Request Rate Threshold Exceeded</html>",
        '{"Response":"Error"}',
        "[]",
        '{"prices":[[1714',
        "a,b\n1,2",
        "date,close\n2024-04-30,nan",
        "date,close\n2024-04-30,-5",
    ],
)
def test_invalid_prices_are_refused(body: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_prices(body.encode())
    assert caught.value.reason == "not_prices"
