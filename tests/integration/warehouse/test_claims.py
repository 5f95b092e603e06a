"""Claims compared with the filings of the company that was listed under the name at the time."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa

from pipelines.warehouse.claims import listed_figures
from tests.warehouse_builder import WarehouseBuilder, quarter


@pytest.fixture
def warehouse(database: sa.URL) -> Iterator[WarehouseBuilder]:
    engine = sa.create_engine(database)
    yield WarehouseBuilder(engine)
    engine.dispose()


def test_figures_before_a_merger_are_of_the_listed_company(warehouse: WarehouseBuilder) -> None:
    """Hut 8 Corp. files US Bitcoin's past; articles of 2022 mean Hut 8 Mining."""
    for ticker, number, value in (("HUT", 3, "700"), ("HUT-MINING", 3, "982"), ("HUT", 4, "90")):
        year = 2022 if number == 3 else 2023
        report = warehouse.document(ticker, "2024-03-28")
        warehouse.metric(report, "bitcoin_produced", value, quarter(year, number))
    with warehouse.engine.connect() as connection:
        hut = warehouse.watchlist.by_ticker("HUT")
        found = {(f.end, f.value) for f in listed_figures(connection, warehouse.watchlist, hut)}
    assert found == {(date(2022, 9, 30), 982), (date(2023, 12, 31), 90)}
