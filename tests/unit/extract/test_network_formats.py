"""Days of bitcoin's network, from CSV and from charts, and what is none."""

import json
from datetime import date
from decimal import Decimal

import pytest

from pipelines.errors import UnreadableDocument
from pipelines.extract.network_formats import NetworkDay, read_charts, read_network

DAY = date(2024, 4, 30)


@pytest.mark.parametrize(
    "text",
    [
        "date,hashrate_eh,issued_btc,fees_btc\n2024-04-30,620.5,431.25,31.2\n",
        "time,AdrActCnt,FeeTotNtv,HashRate,IssTotNtv\n2024-04-30,7,31.2,620500000,431.25\n2024-05-01,,,,\n",
    ],
)
def test_csv_gives_the_day(text: str) -> None:
    assert read_network(text.encode()) == {
        DAY: NetworkDay(Decimal("620.5"), Decimal("431.25"), Decimal("31.2"))
    }


def test_hash_rate_of_a_chart_is_that_of_the_difficulty() -> None:
    """88.1 trillion times 2^32 hashes in ten minutes are 630.64 EH/s; subsidies fell on 2024-04-20."""
    difficulty = json.dumps({"values": [{"x": 1714435200, "y": 88.1e12}, {"x": 1713484800, "y": 86.4e12}]})
    fees = json.dumps({"values": [{"x": 1714435200, "y": 31.2}, {"x": 1713484800, "y": 60}]})
    found = read_charts(difficulty.encode(), fees.encode())
    assert round(found[DAY].hashrate_eh, 2) == Decimal("630.64")
    assert found[DAY].issued_btc == 450
    assert found[DAY].fees_btc == Decimal("31.2")
    assert found[date(2024, 4, 19)].issued_btc == 900


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>Request Rate Threshold Exceeded</html>",
        "date,close\n2024-04-30,60000\n",
        "date,hashrate_eh,issued_btc,fees_btc\n2024-04-30,nan,431,31\n",
        "date,hashrate_eh,issued_btc,fees_btc\n2024-04-30,620500000,431,31\n",
        "date,hashrate_eh,issued_btc,fees_btc\n2024-04-31,620,431,31\n",
        'date,hashrate_eh,issued_btc,fees_btc\n2024-04-30,"620',
    ],
)
def test_other_csv_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_network(text.encode())
    assert caught.value.reason == "not_network"


def test_charts_without_a_common_day_are_refused() -> None:
    one = json.dumps({"values": [{"x": 1714435200, "y": 88.1e12}]}).encode()
    other = json.dumps({"values": [{"x": 1713484800, "y": 60}]}).encode()
    with pytest.raises(UnreadableDocument):
        read_charts(one, other)
